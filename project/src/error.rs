use std::fmt::{self, Display};
use std::path::Path;

/// What could not be done, why or where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectError {
    /// What could not be done.
    pub what: String,
    /// The reasons and places, the outermost first.
    pub why: Vec<String>,
    /// What the user can do.
    pub help: Option<String>,
}

impl ProjectError {
    /// What could not be done.
    pub fn new(what: impl Into<String>) -> ProjectError {
        ProjectError { what: what.into(), why: Vec::new(), help: None }
    }

    /// Adds a reason or a place.
    pub fn why(mut self, why: impl Display) -> ProjectError {
        self.why.push(why.to_string());
        self
    }

    /// Says what the user can do.
    pub fn help(self, help: impl Into<String>) -> ProjectError {
        ProjectError { help: Some(help.into()), ..self }
    }
}

/// On one line, without the help.
impl Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.why.iter().try_for_each(|why| write!(f, ": {why}"))
    }
}

impl std::error::Error for ProjectError {}

/// Why no folder for files about a tree is available.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoFolder(#[source] pub(crate) Box<dyn std::error::Error + Send + Sync>);

pub(crate) fn cannot_open(path: &Path, error: &dyn Display) -> ProjectError {
    ProjectError::new(format!("cannot analyse {}", path.display())).why(error)
}
