//! The table of endpoints.

use super::answers;
use super::asked::Asked;
use super::offered::{self, Offered};
use super::summary::{Ping, RepositoryList, RepositoryRow, Summary};
use crate::problem::Problem;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::sync::LazyLock;

/// One endpoint: its address, documentation, parameters, the schema of its answer, and its code.
#[derive(Clone, Copy)]
pub struct Endpoint {
    /// Under [`PREFIX`](super::PREFIX), with parameters in braces.
    pub path: &'static str,
    /// Its name for generated clients.
    pub id: &'static str,
    /// What it is for, in one sentence.
    pub summary: &'static str,
    /// The command that prints the same figures, if there is one.
    pub command: Option<&'static str>,
    /// The parameters of its query string.
    pub parameters: &'static [Parameter],
    /// The schema of its answer.
    pub schema: SchemaOf,
    /// Where the answer comes from.
    pub source: Source,
}

/// The kind of an answer.
#[derive(Clone, Copy)]
pub enum SchemaOf {
    /// JSON of a type.
    Type(fn(&mut SchemaGenerator) -> Schema),
    /// The report of an ability.
    Ability(&'static Offered),
    /// A stream of events, not JSON.
    Events,
}

/// Where an answer comes from.
#[derive(Clone, Copy)]
pub enum Source {
    /// From an ability of the list.
    Ability(&'static Offered),
    /// From a snapshot; the body is JSON.
    Snapshot(fn(&Asked<'_>) -> Result<Vec<u8>, Problem>),
    /// The summary, computed once for each snapshot.
    Summary,
    /// The status of one repository.
    Status,
    /// The list of repositories.
    Repositories,
    /// A request to check a repository soon; the only one with POST.
    Ping,
    /// A stream of events.
    Events,
}

/// A parameter of an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// Its allowed values.
    pub kind: ParameterKind,
    /// True if it must be given.
    pub required: bool,
}

/// The allowed values of a parameter.
#[derive(Debug, Clone, Copy)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// A whole number, 0 or more.
    Number,
    /// A number.
    Decimal,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Several words, separated by commas: any of these, or any at all if the list is empty.
    List(&'static [&'static str]),
}

const fn optional(name: &'static str, kind: ParameterKind, description: &'static str) -> Parameter {
    Parameter { name, description, kind, required: false }
}

const LIMIT: Parameter =
    optional("limit", ParameterKind::Number, "At most this many items: 100 by default, 1000 at most.");
const OFFSET: Parameter = optional("offset", ParameterKind::Number, "Skip this many items at the start.");
const UNDER: Parameter = optional("path", ParameterKind::Text, "Only this file, or files under this folder.");

/// A reference to the schema of a type.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const OF_REPOSITORY: &str = "/repositories/{slug}";

/// Every endpoint of the API: those about the service or with figures of several analyses, and one for each ability.
pub static ENDPOINTS: LazyLock<Vec<Endpoint>> =
    LazyLock::new(|| OTHERS.iter().copied().chain(offered::endpoints()).collect());

/// The endpoints that do not belong to an ability.
static OTHERS: &[Endpoint] = &[
    Endpoint {
        path: "/repositories",
        id: "listRepositories",
        summary: "The repositories that are served, with status, gate and grade.",
        command: None,
        parameters: &[],
        schema: SchemaOf::Type(of::<RepositoryList<'static>>),
        source: Source::Repositories,
    },
    Endpoint {
        path: "/repositories/{slug}/summary",
        id: "getSummary",
        summary: "A repository at a glance: the overview, and the main figure of each analysis.",
        command: Some("batuta analyze --format json"),
        parameters: &[],
        schema: SchemaOf::Type(of::<Summary<'static>>),
        source: Source::Summary,
    },
    Endpoint {
        path: "/repositories/{slug}/status",
        id: "getStatus",
        summary: "Whether the figures are those of the newest commit, and if not, why.",
        command: None,
        parameters: &[],
        schema: SchemaOf::Type(of::<RepositoryRow<'static>>),
        source: Source::Status,
    },
    Endpoint {
        path: "/repositories/{slug}/ping",
        id: "ping",
        summary: "Have the repository looked at now, also if its newest commit could not be measured before. For post-commit and post-receive hooks.",
        command: None,
        parameters: &[],
        schema: SchemaOf::Type(of::<Ping>),
        source: Source::Ping,
    },
    Endpoint {
        path: "/repositories/{slug}/events",
        id: "listenToRepository",
        summary: "Server-sent events about this repository: `snapshot` when a commit was measured, `status` when the status changes.",
        command: None,
        parameters: &[],
        schema: SchemaOf::Events,
        source: Source::Events,
    },
    Endpoint {
        path: "/repositories/{slug}/files",
        id: "listFiles",
        summary: "Files with the figures of every analysis.",
        command: None,
        parameters: &[
            UNDER,
            optional("language", ParameterKind::Text, "Only files of this language, by its name."),
            optional("sort", ParameterKind::OneOf(answers::FILE_ORDERS), "The order; by path if not given."),
            LIMIT,
            OFFSET,
        ],
        schema: SchemaOf::Type(of::<answers::FilePage<'static>>),
        source: Source::Snapshot(answers::files),
    },
    Endpoint {
        path: "/repositories/{slug}/file",
        id: "getFile",
        summary: "One file: its figures, its functions, its findings.",
        command: None,
        parameters: &[Parameter {
            name: "path",
            description: "The file, from the root of the repository.",
            kind: ParameterKind::Text,
            required: true,
        }],
        schema: SchemaOf::Type(of::<answers::FileAnswer<'static>>),
        source: Source::Snapshot(answers::file),
    },
    Endpoint {
        path: "/repositories/{slug}/functions",
        id: "listFunctions",
        summary: "Functions with every figure, the worst first.",
        command: Some("batuta pmat analyze complexity --format json"),
        parameters: &[
            UNDER,
            optional("name", ParameterKind::Text, "Only functions whose qualified name holds this text."),
            optional(
                "min-cyclomatic",
                ParameterKind::Number,
                "Only functions of at least this cyclomatic complexity.",
            ),
            optional(
                "min-cognitive",
                ParameterKind::Number,
                "Only functions of at least this cognitive complexity.",
            ),
            LIMIT,
            OFFSET,
        ],
        schema: SchemaOf::Type(of::<answers::FunctionPage<'static>>),
        source: Source::Snapshot(answers::functions),
    },
    Endpoint {
        path: "/repositories/{slug}/findings",
        id: "listFindings",
        summary: "What the quality gate found, sorted by path and place.",
        command: Some("batuta pmat quality-gate --format json"),
        parameters: &[
            UNDER,
            optional("rule", ParameterKind::Text, "Only findings of this rule."),
            optional("level", ParameterKind::OneOf(&["warning", "error"]), "Only findings of this level."),
            optional(
                "code",
                ParameterKind::OneOf(&["all", "new"]),
                "Findings on all code (the default) or on new code only.",
            ),
            optional("fingerprint", ParameterKind::Text, "Only the finding with this fingerprint."),
            LIMIT,
            OFFSET,
        ],
        schema: SchemaOf::Type(of::<answers::FindingPage<'static>>),
        source: Source::Snapshot(answers::findings),
    },
    Endpoint {
        path: "/repositories/{slug}/gate",
        id: "getGate",
        summary: "The quality gate rule by rule, on all code and on new code, and when its answer changed.",
        command: Some("batuta pmat quality-gate --format json"),
        parameters: &[],
        schema: SchemaOf::Type(of::<answers::GateAnswer<'static>>),
        source: Source::Snapshot(answers::gate),
    },
    Endpoint {
        path: "/repositories/{slug}/config",
        id: "getConfig",
        summary: "The configuration in force.",
        command: Some("batuta config show"),
        parameters: &[],
        schema: SchemaOf::Type(of::<answers::ConfigAnswer<'static>>),
        source: Source::Snapshot(answers::config),
    },
    Endpoint {
        path: "/repositories/{slug}/people",
        id: "getPeople",
        summary: "Who knows the code: owners, truck factor, what is lost with those who left.",
        command: Some("batuta pmat analyze hotspots --format json"),
        parameters: &[],
        schema: SchemaOf::Type(of::<answers::PeopleAnswer<'static>>),
        source: Source::Snapshot(answers::people),
    },
    Endpoint {
        path: "/repositories/{slug}/commits",
        id: "listCommits",
        summary: "The newest commits.",
        command: None,
        parameters: &[],
        schema: SchemaOf::Type(of::<answers::Commits<'static>>),
        source: Source::Snapshot(answers::commits),
    },
    Endpoint {
        path: "/repositories/{slug}/trends",
        id: "getTrends",
        summary: "How figures developed, as far as past commits were measured, with tags and changes of the gate's answer.",
        command: Some("batuta history --format json"),
        parameters: &[],
        schema: SchemaOf::Type(of::<answers::Trends<'static>>),
        source: Source::Snapshot(answers::trends),
    },
];

impl Endpoint {
    /// True if it is about one repository.
    pub fn is_of_repository(&self) -> bool {
        self.path.starts_with(OF_REPOSITORY)
    }

    /// True if its method is POST.
    pub fn is_post(&self) -> bool {
        matches!(self.source, Source::Ping)
    }
}
