//! The content of the hooks folder.

use crate::script::{self, BEFORE};
use crate::{Hook, folder};
use facts::source::confined::{Unread, read_regular};
use facts::source::{GitContext, Which};
use gates::config::{HookSettings, Judged, MessageForm};
use project::{OpenOptions, Project, ProjectError};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What is in the hooks folder of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HooksStatus {
    /// The folder in which Git looks for hooks.
    pub folder: PathBuf,
    /// `core.hooksPath`, where it is set.
    pub hooks_path: Option<String>,
    /// Whose setting that is.
    pub set_by: Option<&'static str>,
    /// Why nothing is written to that folder without being asked, if so.
    pub elsewhere: Option<String>,
    /// Git runs no hook of this repository; `elsewhere` says why.
    pub switched_off: bool,
    /// Each hook.
    pub hooks: Vec<HookStatus>,
}

/// One hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HookStatus {
    /// The hook.
    pub hook: Hook,
    /// What its file is.
    pub state: HookState,
    /// Its file, which need not exist.
    pub path: PathBuf,
    /// Git runs it only when it may be executed.
    pub executable: bool,
    /// The user's own hook that runs first, where there is one.
    pub before: Option<PathBuf>,
    /// The program that our file calls.
    pub program: Option<PathBuf>,
    /// Whether that program is there.
    pub program_found: Option<bool>,
    /// Why it lets everything pass, where `[hooks]` of batuta.toml asks nothing of it.
    pub lets_all_pass: Option<String>,
}

/// What a hook file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HookState {
    /// There is none.
    NotInstalled,
    /// Ours, as this version writes it.
    Installed,
    /// Ours, as another version wrote it or calling another program.
    OtherVersion,
    /// Ours, edited since.
    Edited,
    /// Somebody else's, which calls `pmat hooks run` itself.
    ForeignCalling,
    /// Somebody else's.
    Foreign,
}

impl HookState {
    /// The spelling in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            HookState::NotInstalled => "not installed",
            HookState::Installed => "installed",
            HookState::OtherVersion => "installed by another version",
            HookState::Edited => "installed, then edited",
            HookState::ForeignCalling => "another hook, which calls batuta",
            HookState::Foreign => "another hook",
        }
    }

    /// True for a file that this program wrote.
    pub fn is_ours(self) -> bool {
        matches!(self, HookState::Installed | HookState::OtherVersion | HookState::Edited)
    }
}

/// The content of the hooks folder; `program` is the program that a new installation would call.
///
/// # Errors
/// Git's settings or a hook file cannot be read.
pub fn status(git: &GitContext, program: &Path) -> Result<HooksStatus, ProjectError> {
    let folder = folder::hooks_folder(git)?;
    let settings = settings(git);
    let with_settings = |hook| {
        let found = of(&folder.path, hook, program)?;
        Ok(HookStatus { lets_all_pass: lets_all_pass(hook, settings.as_ref()), ..found })
    };
    let hooks = Hook::ALL.into_iter().map(with_settings).collect::<Result<_, ProjectError>>()?;
    Ok(HooksStatus {
        elsewhere: folder::why_not_ours(git, &folder)?,
        switched_off: folder.switched_off().is_some(),
        hooks_path: folder.setting.as_ref().map(|setting| setting.value.clone()),
        set_by: folder.setting.as_ref().map(|setting| setting.whose),
        folder: folder.path,
        hooks,
    })
}

/// The hook settings, as far as they are known in advance: from the staged configuration or, in a bare repository, from
/// HEAD.
pub fn settings(git: &GitContext) -> Option<HookSettings> {
    let (path, which) = match git.work_dir() {
        Some(folder) => (folder, Which::Index),
        None => (git.git_dir(), Which::Revision("HEAD".to_owned())),
    };
    let options = OpenOptions { which: Some(which), use_cache: false, ..OpenOptions::new(path) };
    Project::open(&options).ok().map(|project| project.config.hooks)
}

/// Why a hook lets everything pass, if its settings switch it off.
pub fn lets_all_pass(hook: Hook, settings: Option<&HookSettings>) -> Option<String> {
    let settings = settings?;
    let (key, off, others) = match hook {
        Hook::PreCommit => {
            ("pre-commit", settings.pre_commit == Judged::Off, "\"changed\", \"new-code\" or \"all\"")
        }
        Hook::CommitMsg => ("commit-msg", settings.commit_msg == MessageForm::Off, "\"conventional\""),
        Hook::PrePush => {
            ("pre-push", settings.pre_push == Judged::Off, "\"changed\", \"new-code\" or \"all\"")
        }
        Hook::PreReceive | Hook::Update => {
            ("pre-receive", settings.pre_receive == Judged::Off, "\"changed\", \"new-code\" or \"all\"")
        }
    };
    off.then(|| {
        let of = if hook.is_of_server() { "" } else { " and stage it" };
        format!("it lets everything pass: {key} is \"off\"; write {key} = {others} under [hooks] in batuta.toml{of}")
    })
}

/// The status of one hook file.
pub(crate) fn of(folder: &Path, hook: Hook, program: &Path) -> Result<HookStatus, ProjectError> {
    let path = folder.join(hook.name());
    let bytes = read(&path)?;
    let own = bytes.as_deref().and_then(script::recognise);
    let state = match (&bytes, &own) {
        (None, _) => HookState::NotInstalled,
        (Some(_), Some(own)) if !own.intact => HookState::Edited,
        (Some(bytes), Some(_)) if *bytes == script::text(hook, program) => HookState::Installed,
        (Some(_), Some(_)) => HookState::OtherVersion,
        (Some(bytes), None) if calls_batuta(bytes, hook) => HookState::ForeignCalling,
        (Some(_), None) => HookState::Foreign,
    };
    let before = folder.join(format!("{hook}{BEFORE}"));
    let called = own.map(|own| PathBuf::from(own.program)).filter(|_| state.is_ours());
    Ok(HookStatus {
        hook,
        state,
        executable: bytes.is_some() && is_executable(&path),
        before: before.symlink_metadata().is_ok().then_some(before),
        program_found: called.as_ref().map(|program| is_executable(program)),
        lets_all_pass: None,
        program: called,
        path,
    })
}

/// No hook script, ours or a person's, is longer.
const LARGEST_HOOK: u64 = 4 << 20;

/// The bytes of a hook file; `None` if it does not exist.
fn read(path: &Path) -> Result<Option<Vec<u8>>, ProjectError> {
    let cannot = |why: String| ProjectError::new(format!("cannot read the hook {}", path.display())).why(why);
    match path.symlink_metadata() {
        Err(_) => return Ok(None),
        Ok(found) if found.is_dir() => return Err(cannot("it is a folder".to_owned())),
        Ok(_) => {}
    }
    match read_regular(path, LARGEST_HOOK) {
        Ok(bytes) => Ok(Some(bytes)),
        // A dangling link is still somebody's hook; so is a binary program, which is not ours.
        Err(Unread::Missing | Unread::TooLarge { .. }) => Ok(Some(Vec::new())),
        Err(error) => Err(cannot(error.to_string())),
    }
}

fn calls_batuta(bytes: &[u8], hook: Hook) -> bool {
    let call = format!("pmat hooks run {hook}");
    let is_call = |line: &str| line.contains(&call) && !line.trim_start().starts_with('#');
    String::from_utf8_lossy(bytes).lines().any(is_call)
}

#[cfg(unix)]
pub(crate) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(crate) fn is_executable(path: &Path) -> bool {
    path.is_file()
}
