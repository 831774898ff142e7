use super::error::suggested;
use std::fmt;

/// A name that is none of a rule, or of a rule or a group where both may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// A group could stand there too.
    pub or_group: bool,
    /// The nearest of the known names, where one is near.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.or_group { "rule or group" } else { "rule" };
        write!(f, "there is no {what} \"{}\"{}", self.name, suggested(self.nearest))
    }
}

impl std::error::Error for UnknownName {}
