use crate::{Session, Watch};
use project::ProjectError;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A question that can be asked of a repository. The type is its input: the options of the command line, the members of a JSON
/// object and the parameters of a tool are its fields.
pub trait Ability: Serialize + DeserializeOwned + JsonSchema {
    /// What there is to say about it.
    const ABOUT: About;
    /// The answer.
    type Report: Serialize + JsonSchema;

    /// Answers the question.
    ///
    /// # Errors
    /// What could not be done, why, and what to do about it; also when the watch says that nobody wants the answer.
    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<Self::Report, ProjectError>;
}

/// What there is to say about an ability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// Its name on every surface.
    pub id: &'static str,
    /// What it does, in a line.
    pub title: &'static str,
    /// When to ask it, for somebody who has to choose.
    pub when: &'static str,
    /// The words of the command that asks it.
    pub command: &'static [&'static str],
    /// Name and version of the report's shape.
    pub report: &'static str,
    /// How long it may take on a large repository.
    pub duration: Duration,
    /// It needs the history of a Git repository.
    pub needs_history: bool,
    /// It grades, scores or searches code: where no code could be measured, there is no answer.
    pub judges: bool,
}

/// How long an answer may take on a large repository whose facts are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duration {
    /// It follows from what is stored of each file.
    Moment,
    /// It compares or resolves the whole tree.
    Seconds,
    /// It reads the history; the first time, all of it.
    History,
}

/// An ability in the list of all, its types forgotten.
pub struct Listed {
    /// What there is to say about it.
    pub about: About,
    input: fn() -> Schema,
    output: fn() -> Schema,
    answer: fn(Value, &Session, &dyn Watch) -> Result<String, ProjectError>,
}

impl Listed {
    /// The entry of an ability.
    pub const fn of<A: Ability>() -> Listed {
        Listed {
            about: A::ABOUT,
            input: schema_of_input::<A>,
            output: schema_of_report::<A>,
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
    /// The input is not of the schema, or those of [`Ability::answer`].
    pub fn answer(&self, input: Value, session: &Session, watch: &dyn Watch) -> Result<String, ProjectError> {
        (self.answer)(input, session, watch)
    }
}

/// A report as JSON: `schema` names its shape and version, the report's own members follow.
#[derive(Serialize, JsonSchema)]
struct Envelope<T> {
    schema: &'static str,
    #[serde(flatten)]
    report: T,
}

fn answer<A: Ability>(input: Value, session: &Session, watch: &dyn Watch) -> Result<String, ProjectError> {
    let asked: A = serde_json::from_value(input)
        .map_err(|error| ProjectError::new(format!("this is no input of {}", A::ABOUT.id)).why(error))?;
    let report = asked.answer(session, watch)?;
    facts::visible::json::to_string_pretty(&Envelope { schema: A::ABOUT.report, report })
        .map_err(|error| ProjectError::new("cannot write the report as JSON").why(error))
}

fn schema_of_input<A: Ability>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<A>()
}

fn schema_of_report<A: Ability>() -> Schema {
    facts::schema::generator("/$defs").into_root_schema_for::<Envelope<A::Report>>()
}
