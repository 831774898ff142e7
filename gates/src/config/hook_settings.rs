//! `[hooks]`

use super::Value;
use std::collections::BTreeMap;

/// What the hooks judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HookSettings {
    /// `hooks.pre-commit`
    pub pre_commit: Judged,
    /// `hooks.commit-msg`: whether messages must follow Conventional Commits.
    pub conventional_messages: bool,
    /// `hooks.pre-push`
    pub pre_push: Judged,
    /// `hooks.pre-receive`, for the hook `update` too.
    pub pre_receive: Judged,
}

/// Which findings count for a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Judged {
    /// Those in the files that the commits touch.
    Changed,
    /// Those that are new.
    NewCode,
    /// All of the tree.
    All,
    /// None: the hook passes.
    Off,
}

impl Judged {
    /// The spelling in `batuta.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Judged::Changed => "changed",
            Judged::NewCode => "new-code",
            Judged::All => "all",
            Judged::Off => "off",
        }
    }
}

impl HookSettings {
    pub(super) fn of(values: &BTreeMap<&'static str, Value>) -> HookSettings {
        let word = |key: &str| match values.get(key) {
            Some(Value::Choice(word)) => *word,
            _ => "",
        };
        let judged = |key: &str| match word(key) {
            "all" => Judged::All,
            "new-code" => Judged::NewCode,
            "off" => Judged::Off,
            _ => Judged::Changed,
        };
        HookSettings {
            pre_commit: judged("pre-commit"),
            conventional_messages: word("commit-msg") == "conventional",
            pre_push: judged("pre-push"),
            pre_receive: judged("pre-receive"),
        }
    }
}
