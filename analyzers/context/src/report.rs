//! What is handed to the language model, before it is written in a format.

use facts::model::RepoPath;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::borrow::Cow;

/// Everything a context says. Every format is written from this struct.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Context")]
pub struct ContextReport {
    /// The tree it was made from, e.g. `revision 1a2b3c4`.
    pub tree: String,
    /// What the repository is, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overview: Option<Overview>,
    /// Languages, largest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<LanguageShare>,
    /// Where execution or use begins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_points: Vec<EntryPoint>,
    /// How the repository is built and tested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<ProjectCommand>,
    /// The most complex functions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hot_spots: Vec<HotSpot>,
    /// Files with their definitions, the most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub map: Vec<MappedFile>,
    /// Whole files, the most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packed: Vec<PackedFile>,
    /// What is not here, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<Omitted>,
}

/// The first paragraph of the README.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ContextOverview")]
pub struct Overview {
    /// Its text, white space collapsed.
    pub text: String,
    /// The README.
    pub found_in: Place,
}

/// A place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: RepoPath,
    /// Line, from 1, where one can be named.
    pub line: Option<u32>,
}

impl Place {
    /// A whole file.
    pub fn file(path: &RepoPath) -> Self {
        Place { path: path.clone(), line: None }
    }

    /// A line of a file.
    pub fn line(path: &RepoPath, line: u32) -> Self {
        Place { path: path.clone(), line: Some(line) }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => write!(f, "{}", self.path),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Place {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Place".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// One language's part of the tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ContextLanguage")]
pub struct LanguageShare {
    /// The language's usual name.
    pub language: &'static str,
    /// Number of files.
    pub files: usize,
    /// Lines that hold code.
    pub lines: u64,
}

/// Where execution or use begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct EntryPoint {
    /// What sort, e.g. `binary`, `library`, `main function`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub found_in: Place,
}

/// A command that builds, tests or checks the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct ProjectCommand {
    /// `build`, `test`, `check`, `run` or `other`.
    pub purpose: Purpose,
    /// The command line.
    pub command: String,
    /// What says so.
    pub found_in: Place,
}

/// What a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Compiles, packages or installs.
    Build,
    /// Runs tests.
    Test,
    /// Formats, lints, checks types.
    Check,
    /// Starts the program.
    Run,
    /// Anything else.
    Other,
}

impl Purpose {
    /// Its name in every format.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Build => "build",
            Purpose::Test => "test",
            Purpose::Check => "check",
            Purpose::Run => "run",
            Purpose::Other => "other",
        }
    }
}

/// A complex function.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HotSpot {
    /// Its qualified name.
    pub function: String,
    /// Where it starts.
    pub found_in: Place,
    /// McCabe's complexity.
    pub cyclomatic: u32,
    /// Cognitive complexity.
    pub cognitive: u32,
    /// Lines of the whole definition.
    pub lines: u32,
}

/// A file of the map.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MappedFile {
    /// Where it is.
    pub path: RepoPath,
    /// Its language.
    pub language: &'static str,
    /// All its lines.
    pub lines: u32,
    /// Its most important definitions, in order of their lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<MappedSymbol>,
}

/// A definition of the map.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MappedSymbol {
    /// Line of its name.
    pub line: u32,
    /// The type or module it belongs to; empty at the top of the file.
    #[serde(skip_serializing_if = "String::is_empty", rename = "in")]
    pub container: String,
    /// The definition up to its body.
    pub signature: String,
    /// First sentence of its documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// The text of a file, or of parts of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PackedFile {
    /// Where it is.
    pub path: RepoPath,
    /// The parts that are packed, in order; empty for the whole file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Lines>,
    /// The text, with secrets masked; a line of `…` between parts.
    pub text: String,
}

impl PackedFile {
    /// The path, and which of its lines are packed: ` lines 3-9, 20-24`.
    pub fn shown(&self) -> String {
        let parts: Vec<String> =
            self.lines.iter().map(|part| format!("{}-{}", part.first, part.last)).collect();
        match parts.is_empty() {
            true => self.path.to_string(),
            false => format!("{} lines {}", self.path, parts.join(", ")),
        }
    }
}

/// Lines of a file, from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "ContextLines")]
pub struct Lines {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// A kind of thing that is not in the context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Omitted {
    /// What, e.g. `files`.
    pub what: &'static str,
    /// How many.
    pub count: usize,
    /// Why.
    pub why: String,
}
