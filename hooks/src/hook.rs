use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The supported Git hooks; see githooks(5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// Before a commit is made.
    PreCommit,
    /// When its message is written.
    CommitMsg,
    /// Before a push, on the side that pushes.
    PrePush,
    /// Before a push is accepted, on the side that receives; once for all references.
    PreReceive,
    /// The same, once for each reference.
    Update,
}

impl Hook {
    /// All of them.
    pub const ALL: [Hook; 5] =
        [Hook::PreCommit, Hook::CommitMsg, Hook::PrePush, Hook::PreReceive, Hook::Update];

    /// Git's name for it, which is the name of its file.
    pub fn name(self) -> &'static str {
        match self {
            Hook::PreCommit => "pre-commit",
            Hook::CommitMsg => "commit-msg",
            Hook::PrePush => "pre-push",
            Hook::PreReceive => "pre-receive",
            Hook::Update => "update",
        }
    }

    /// True if Git passes its subject on standard input.
    pub fn reads_input(self) -> bool {
        matches!(self, Hook::PrePush | Hook::PreReceive)
    }

    /// True for hooks that the receiving side of a push runs.
    pub fn is_of_server(self) -> bool {
        matches!(self, Hook::PreReceive | Hook::Update)
    }

    /// The command that bypasses it once, if Git has one.
    pub fn way_past(self) -> Option<&'static str> {
        match self {
            Hook::PreCommit | Hook::CommitMsg => Some("git commit --no-verify"),
            Hook::PrePush => Some("git push --no-verify"),
            Hook::PreReceive | Hook::Update => None,
        }
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Hook {
    type Err = UnknownHook;

    fn from_str(name: &str) -> Result<Hook, UnknownHook> {
        let found = Hook::ALL.into_iter().find(|hook| hook.name() == name);
        found.ok_or_else(|| UnknownHook { name: name.to_owned() })
    }
}

/// A name that is not the name of a hook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no hook \"{name}\"; the hooks are {}", Hook::ALL.map(Hook::name).join(", "))]
pub struct UnknownHook {
    /// The name.
    pub name: String,
}

impl Serialize for Hook {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl JsonSchema for Hook {
    fn schema_name() -> Cow<'static, str> {
        "Hook".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Hook::ALL.map(Hook::name) })
    }
}
