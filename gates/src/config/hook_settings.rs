//! `[hooks]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the hooks of `pmat hooks` judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct HookSettings {
    /// Which findings refuse a commit: those in the files that it touches, those that are new in it, all of the index, or
    /// none.
    pub pre_commit: Judged,
    /// Whether a commit message must follow Conventional Commits 1.0.0.
    pub commit_msg: MessageForm,
    /// Which findings refuse a push on the side that pushes: those in the files that the pushed commits touch, those that are
    /// new in them, all of the pushed tree, or none.
    pub pre_push: Judged,
    /// The same on the side that receives, for the hooks pre-receive and update.
    pub pre_receive: Judged,
}

/// Which findings count for a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Judged {
    /// Those in the files that the commits touch.
    #[default]
    Changed,
    /// Those that are new.
    NewCode,
    /// All of the tree.
    All,
    /// None: the hook passes.
    Off,
}

/// What form a commit message must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MessageForm {
    /// Any.
    #[default]
    Off,
    /// That of Conventional Commits 1.0.0.
    Conventional,
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
