use crate::{Session, Watch};
use project::ProjectError;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A question about a repository. The type is its input: its fields are the options of the command line, the members of
/// a JSON object and the parameters of a tool.
pub trait Ability: Serialize + DeserializeOwned + JsonSchema {
    /// Its name, description and properties.
    const ABOUT: About;
    /// Its JSON is only the report, on one line, without the report's name. This keeps old formats unchanged.
    const IS_BARE: bool = false;
    /// The answer.
    type Report: Serialize + JsonSchema;

    /// Answers the question.
    ///
    /// # Errors
    /// What could not be done, why, and what to do about it; also if the watch cancels the question.
    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<Self::Report, ProjectError>;
}

/// Name, description and properties of an ability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// Its name in the command line, the service and documents.
    pub id: &'static str,
    /// What it does, in a line.
    pub title: &'static str,
    /// When to ask it, to help choose among abilities.
    pub when: &'static str,
    /// The words of the command that asks it.
    pub command: &'static [&'static str],
    /// Name and version of the report's schema.
    pub report: &'static str,
    /// How long it may take on a large repository.
    pub duration: Duration,
    /// Which trees it works on.
    pub trees: Trees,
    /// Its side effects.
    pub effect: Effect,
    /// It needs the history of a Git repository.
    pub needs_history: bool,
    /// It grades, scores or searches code: if no code could be measured, there is no answer.
    pub judges: bool,
}

/// How long an answer may take on a large repository whose facts are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duration {
    /// It uses only the facts of each file.
    Moment,
    /// It compares or resolves the whole tree.
    Seconds,
    /// It reads the history; the first time, all of it.
    History,
}

/// Which trees an ability works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trees {
    /// The work tree, the index, a revision, a folder outside of Git.
    Any,
    /// Commits: a revision and those before it.
    Commits,
    /// None: it is about the program itself.
    None,
}

/// Side effects of an ability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// None: it reads the repository, writes only to the cache, and starts no program.
    OnlyReads,
    /// It writes files outside the cache.
    Writes,
    /// It starts programs that run code of the repository.
    RunsCode,
}

impl Effect {
    /// True if only the cache is written.
    pub fn only_reads(self) -> bool {
        self == Effect::OnlyReads
    }

    /// True if code of the repository is run.
    pub fn runs_code(self) -> bool {
        self == Effect::RunsCode
    }
}

/// An ability in the list of all, with its types erased.
pub struct Listed {
    /// Its name, description and properties.
    pub about: About,
    /// See [`Ability::IS_BARE`].
    pub is_bare: bool,
    input: fn() -> Schema,
    output: fn() -> Schema,
    report: fn(&mut SchemaGenerator) -> Schema,
    answer: fn(Value, &Session, &dyn Watch, Form) -> Result<String, ProjectError>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As `--format json` prints it.
    Printed,
    /// Only the report, on one line.
    Alone,
}

impl Listed {
    /// The entry of an ability.
    pub const fn of<A: Ability>() -> Listed {
        Listed {
            about: A::ABOUT,
            is_bare: A::IS_BARE,
            input: schema_of_input::<A>,
            output: schema_of_report::<A>,
            report: schema_of_report_alone::<A>,
            answer: answer::<A>,
        }
    }

    /// The JSON Schema (2020-12) of its input.
    pub fn input(&self) -> Schema {
        (self.input)()
    }

    /// The JSON Schema (2020-12) of its report as `--format json` prints it.
    pub fn output(&self) -> Schema {
        (self.output)()
    }

    /// Answers a question in JSON with a report in JSON.
    ///
    /// # Errors
    /// The input does not match the schema, or those of [`Ability::answer`].
    pub fn answer(&self, input: Value, session: &Session, watch: &dyn Watch) -> Result<String, ProjectError> {
        (self.answer)(input, session, watch, Form::Printed)
    }

    /// The same, with only the report on one line, for callers that name the report themselves.
    ///
    /// # Errors
    /// Those of [`Listed::answer`].
    pub fn answer_alone(
        &self,
        input: Value,
        session: &Session,
        watch: &dyn Watch,
    ) -> Result<String, ProjectError> {
        (self.answer)(input, session, watch, Form::Alone)
    }

    /// A reference to the schema of only the report, for a document with other schemas.
    pub fn report(&self, generator: &mut SchemaGenerator) -> Schema {
        (self.report)(generator)
    }
}

/// A report as JSON: `schema` names its schema and version, and the report's own members follow.
#[derive(Serialize, JsonSchema)]
struct Envelope<T> {
    schema: &'static str,
    #[serde(flatten)]
    report: T,
}

fn answer<A: Ability>(
    input: Value,
    session: &Session,
    watch: &dyn Watch,
    form: Form,
) -> Result<String, ProjectError> {
    let asked: A = serde_json::from_value(input)
        .map_err(|error| ProjectError::new(format!("this is no input of {}", A::ABOUT.id)).why(error))?;
    let report = asked.answer(session, watch)?;
    let text = match form {
        Form::Printed if !A::IS_BARE => {
            facts::visible::json::to_string_pretty(&Envelope { schema: A::ABOUT.report, report })
        }
        Form::Printed | Form::Alone => facts::visible::json::to_string(&report),
    };
    text.map_err(|error| ProjectError::new("cannot write the report as JSON").why(error))
}

fn schema_of_input<A: Ability>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<A>()
}

fn schema_of_report<A: Ability>() -> Schema {
    let generator = facts::schema::generator("/$defs");
    match A::IS_BARE {
        true => generator.into_root_schema_for::<A::Report>(),
        false => generator.into_root_schema_for::<Envelope<A::Report>>(),
    }
}

fn schema_of_report_alone<A: Ability>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<A::Report>()
}
