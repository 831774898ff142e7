//! Git hooks: where they are, what is installed, and what they judge.
//!
//! ```text
//! Git ──runs──▶ script in the hooks folder ──▶ hook of the user, if any ──▶ batuta pmat hooks run HOOK
//!                                                                               │
//!      the index, or the pushed commits ──▶ files they touch ──▶ gate ──▶ Judgement
//! ```
//! The work tree is never read: a commit is judged by the staged content, a push by the pushed objects, with the
//! batuta.toml of the judged tree.

mod accepted;
pub mod ci;
mod commit_message;
mod folder;
mod hook;
mod install;
mod judge;
mod part;
mod push;
mod received;
mod script;
mod status;
mod update;

pub use commit_message::{Breach, CommentMark, breaches_of_conventional_commits};
pub use hook::{Hook, UnknownHook};
pub use install::{Change, InstallOptions, Installed, Removed, install, uninstall};
pub use judge::{Asked, Judgement, NotJudged, TreeJudgement, message, message_text, staged};
pub use push::{PushRemote, pushed, received};
pub use status::{HookState, HookStatus, HooksStatus, lets_all_pass, settings, status};
pub use update::{RefUpdate, UnclearUpdate};
