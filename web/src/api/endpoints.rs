//! The table of endpoints.

use super::answers;
use super::asked::Asked;
use super::summary::{Ping, RepositoryList, RepositoryRow, Summary};
use crate::problem::Problem;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// One endpoint: its address, documentation, parameters, the schema of its answer, and its code.
pub struct Endpoint {
    /// Under [`PREFIX`](super::PREFIX), with parameters in braces.
    pub path: &'static str,
    /// Its name for generated clients.
    pub id: &'static str,
    /// What it is for, in one sentence.
    pub summary: &'static str,
    /// The command that prints the same figures, if there is one.
    pub command: Option<&'static str>,
    /// What may stand after the question mark.
    pub parameters: &'static [Parameter],
    /// Makes the schema of its answer; none where the answer is no JSON.
    pub schema: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// Where the answer comes from.
    pub source: Source,
}

/// Where an answer comes from.
pub enum Source {
    /// From a snapshot; the body is JSON.
    Snapshot(fn(&Asked<'_>) -> Result<Vec<u8>, Problem>),
    /// The summary, which is made once for each snapshot.
    Summary,
    /// The status of one repository.
    Status,
    /// The list of repositories.
    Repositories,
    /// A request to look at a repository soon; the only one that is made with POST.
    Ping,
    /// A stream of events.
    Events,
}

/// A parameter of an endpoint.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// What it may be.
    pub kind: ParameterKind,
    /// Without it there is no answer.
    pub required: bool,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// A whole number, 0 or more.
    Number,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

const fn optional(name: &'static str, kind: ParameterKind, description: &'static str) -> Parameter {
    Parameter { name, description, kind, required: false }
}

const LIMIT: Parameter =
    optional("limit", ParameterKind::Number, "At most so many items: 100 by default, 1000 at most.");
const OFFSET: Parameter = optional("offset", ParameterKind::Number, "Leave out so many items at the start.");
const UNDER: Parameter = optional("path", ParameterKind::Text, "Only this file, or files under this folder.");

/// A reference to the schema of a type.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const OF_REPOSITORY: &str = "/repositories/{slug}";

/// Every endpoint of the API.
pub static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/repositories",
        id: "listRepositories",
        summary: "The repositories that are served, with status, gate and grade.",
        command: None,
        parameters: &[],
        schema: Some(of::<RepositoryList<'static>>),
        source: Source::Repositories,
    },
    Endpoint {
        path: "/repositories/{slug}/summary",
        id: "getSummary",
        summary: "A repository at a glance: the overview, and the main figure of each analysis.",
        command: Some("batuta analyze --format json"),
        parameters: &[],
        schema: Some(of::<Summary<'static>>),
        source: Source::Summary,
    },
    Endpoint {
        path: "/repositories/{slug}/status",
        id: "getStatus",
        summary: "Whether the figures are those of the newest commit, and if not, why.",
        command: None,
        parameters: &[],
        schema: Some(of::<RepositoryRow<'static>>),
        source: Source::Status,
    },
    Endpoint {
        path: "/repositories/{slug}/ping",
        id: "ping",
        summary: "Have the repository looked at now, also if its newest commit could not be measured before. For post-commit and post-receive hooks.",
        command: None,
        parameters: &[],
        schema: Some(of::<Ping>),
        source: Source::Ping,
    },
    Endpoint {
        path: "/repositories/{slug}/events",
        id: "listenToRepository",
        summary: "Server-sent events about this repository: `snapshot` when a commit was measured, `status` when the status changes.",
        command: None,
        parameters: &[],
        schema: None,
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
        schema: Some(of::<answers::FilePage<'static>>),
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
        schema: Some(of::<answers::FileAnswer<'static>>),
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
        schema: Some(of::<answers::FunctionPage<'static>>),
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
        schema: Some(of::<answers::FindingPage<'static>>),
        source: Source::Snapshot(answers::findings),
    },
    Endpoint {
        path: "/repositories/{slug}/gate",
        id: "getGate",
        summary: "The quality gate rule by rule, on all code and on new code, and when its answer changed.",
        command: Some("batuta pmat quality-gate --format json"),
        parameters: &[],
        schema: Some(of::<answers::GateAnswer<'static>>),
        source: Source::Snapshot(answers::gate),
    },
    Endpoint {
        path: "/repositories/{slug}/config",
        id: "getConfig",
        summary: "The configuration in force.",
        command: Some("batuta config show"),
        parameters: &[],
        schema: Some(of::<answers::ConfigAnswer<'static>>),
        source: Source::Snapshot(answers::config),
    },
    Endpoint {
        path: "/repositories/{slug}/complexity",
        id: "getComplexity",
        summary: "How complexity is spread, and the functions above the gate's limits.",
        command: Some("batuta pmat analyze complexity --format json"),
        parameters: &[],
        schema: Some(of::<answers::ComplexityAnswer<'static>>),
        source: Source::Snapshot(answers::complexity),
    },
    Endpoint {
        path: "/repositories/{slug}/tdg",
        id: "getTdg",
        summary: "Scores and grades of the repository, its folders and files, and of the worst functions.",
        command: Some("batuta pmat tdg --format json"),
        parameters: &[],
        schema: Some(of::<answers::TdgAnswer<'static>>),
        source: Source::Snapshot(answers::tdg),
    },
    Endpoint {
        path: "/repositories/{slug}/debt",
        id: "getDebt",
        summary: "Debt that comments admit.",
        command: Some("batuta pmat analyze satd --format json"),
        parameters: &[],
        schema: Some(of::<answers::DebtAnswer<'static>>),
        source: Source::Snapshot(answers::debt),
    },
    Endpoint {
        path: "/repositories/{slug}/clones",
        id: "getClones",
        summary: "Duplicated code: shares, and the largest classes of clones.",
        command: Some("batuta pmat analyze duplicates --format json"),
        parameters: &[],
        schema: Some(of::<answers::DuplicatesAnswer<'static>>),
        source: Source::Snapshot(answers::clones),
    },
    Endpoint {
        path: "/repositories/{slug}/graph",
        id: "getGraph",
        summary: "Which file uses which, what is central, import cycles, communities; networkx reads the report as it is.",
        command: Some("batuta pmat analyze graph --communities --format json"),
        parameters: &[],
        schema: Some(of::<answers::GraphAnswer<'static>>),
        source: Source::Snapshot(answers::graph),
    },
    Endpoint {
        path: "/repositories/{slug}/dead-code",
        id: "getDeadCode",
        summary: "Definitions that no entry point reaches.",
        command: Some("batuta pmat analyze dead-code --format json"),
        parameters: &[],
        schema: Some(of::<answers::DeadCodeAnswer<'static>>),
        source: Source::Snapshot(answers::dead_code),
    },
    Endpoint {
        path: "/repositories/{slug}/hotspots",
        id: "getHotspots",
        summary: "Files that are complex and change often, and files that change together.",
        command: Some("batuta pmat analyze hotspots --format json"),
        parameters: &[],
        schema: Some(of::<answers::HotspotsAnswer<'static>>),
        source: Source::Snapshot(answers::hotspots),
    },
    Endpoint {
        path: "/repositories/{slug}/people",
        id: "getPeople",
        summary: "Who knows the code: owners, truck factor, what is lost with those who left.",
        command: Some("batuta pmat analyze hotspots --format json"),
        parameters: &[],
        schema: Some(of::<answers::PeopleAnswer<'static>>),
        source: Source::Snapshot(answers::people),
    },
    Endpoint {
        path: "/repositories/{slug}/commits",
        id: "listCommits",
        summary: "The newest commits.",
        command: None,
        parameters: &[],
        schema: Some(of::<answers::Commits<'static>>),
        source: Source::Snapshot(answers::commits),
    },
    Endpoint {
        path: "/repositories/{slug}/trends",
        id: "getTrends",
        summary: "How figures developed, as far as past commits were measured, with tags and changes of the gate's answer.",
        command: Some("batuta history --format json"),
        parameters: &[],
        schema: Some(of::<answers::Trends<'static>>),
        source: Source::Snapshot(answers::trends),
    },
];

impl Endpoint {
    /// True when it is about one repository.
    pub fn is_of_repository(&self) -> bool {
        self.path.starts_with(OF_REPOSITORY)
    }

    /// True when it is asked with POST.
    pub fn is_post(&self) -> bool {
        matches!(self.source, Source::Ping)
    }
}
