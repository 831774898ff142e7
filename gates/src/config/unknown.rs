use super::error::suggested;
use std::fmt;

/// A name that is not a rule or, where a group is allowed too, neither a rule nor a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// A group would be allowed in its place too.
    pub or_group: bool,
    /// The nearest known name, if one is near.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.or_group { "rule or group" } else { "rule" };
        write!(f, "there is no {what} \"{}\"{}", self.name, suggested(self.nearest))
    }
}

impl std::error::Error for UnknownName {}
