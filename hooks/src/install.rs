//! Installs and removes hooks. A hook of the user is never rewritten: it is renamed, runs first, and gets its name back
//! when ours is removed.

use crate::Hook;
use crate::accepted;
use crate::folder::{hooks_folder, why_not_ours, why_switched_off};
use crate::script::{self, BEFORE};
use crate::status::{self, HookState, HookStatus};
use facts::source::{GitContext, HooksFolder};
use project::ProjectError;
use schemars::JsonSchema;
use serde::Serialize;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What to install, and how.
#[derive(Debug, Clone)]
pub struct InstallOptions<'a> {
    /// Which hooks.
    pub hooks: &'a [Hook],
    /// The program that they call.
    pub program: &'a Path,
    /// Also write to a folder that other programs or people maintain, and overwrite a file of ours that was edited.
    pub force: bool,
}

/// What became of one hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "HookChange_{T}")]
pub struct Change<T> {
    /// The hook.
    pub hook: Hook,
    /// Its file.
    pub path: PathBuf,
    /// What was done.
    pub done: T,
    /// The user's own hook that runs first, or that was put back.
    pub before: Option<PathBuf>,
}

/// What installing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Installed {
    /// It was not there.
    Installed,
    /// It was there in another version.
    Updated,
    /// It was there.
    Unchanged,
    /// Another hook calls batuta already.
    CalledAlready,
}

/// What uninstalling did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Removed {
    /// It was ours and is gone.
    Removed,
    /// It was ours; the user's own hook is there again.
    Restored,
    /// It is somebody else's.
    Foreign,
    /// There is none.
    NotInstalled,
}

/// Installs hooks. All are checked before the first is written.
///
/// # Errors
/// Git runs no hooks of this repository at all; without `force`, the folder is maintained by somebody else or a file of
/// ours was edited; a hook of the user cannot be moved aside; the folder cannot be written.
pub fn install(
    git: &GitContext,
    options: &InstallOptions<'_>,
) -> Result<Vec<Change<Installed>>, ProjectError> {
    let folder = hooks_folder(git)?;
    if let Some(why) = why_switched_off(&folder) {
        return Err(ProjectError::new("Git runs no hooks here")
            .why(why)
            .help("`git config --show-origin core.hooksPath` shows where it is set; `git config --unset core.hooksPath` \
                   gives this repository its own folder of hooks again"));
    }
    let found: Vec<HookStatus> = options
        .hooks
        .iter()
        .map(|hook| status::of(&folder.path, *hook, options.program))
        .collect::<Result<_, _>>()?;
    if !options.force {
        let all_there =
            found.iter().all(|hook| matches!(hook.state, HookState::Installed | HookState::ForeignCalling));
        if let (false, Some(why)) = (all_there, why_not_ours(git, &folder)?) {
            return Err(kept_by_others(git, &folder, options.hooks, &why));
        }
        found.iter().try_for_each(refuse_edited)?;
    }
    found.iter().try_for_each(refuse_lost_hook)?;
    fs::create_dir_all(&folder.path).map_err(|error| cannot_write(&folder.path, &error))?;
    if options.hooks.iter().any(|hook| hook.is_of_server()) {
        accepted::note_installed(git, &folder)
            .map_err(|error| cannot_write(&accepted::file(git, &folder), &error))?;
    }
    found.into_iter().map(|hook| install_one(hook, options)).collect()
}

/// Removes the hooks that are ours, and puts back the user's own.
///
/// # Errors
/// A file of ours was edited and its removal is not forced; the folder cannot be written.
pub fn uninstall(
    git: &GitContext,
    hooks: &[Hook],
    force: bool,
) -> Result<Vec<Change<Removed>>, ProjectError> {
    let folder = hooks_folder(git)?;
    let found: Vec<HookStatus> =
        hooks.iter().map(|hook| status::of(&folder.path, *hook, Path::new(""))).collect::<Result<_, _>>()?;
    if !force {
        found.iter().try_for_each(refuse_edited)?;
    }
    let removed = found.into_iter().map(uninstall_one).collect::<Result<Vec<_>, _>>()?;
    let is_ours = |change: &Change<Removed>| matches!(change.done, Removed::Removed | Removed::Restored);
    if removed.iter().any(|change| change.hook.is_of_server() && is_ours(change)) {
        // If another server hook remains, it follows histories to their beginning from now on.
        let _ = fs::remove_file(accepted::file(git, &folder));
    }
    Ok(removed)
}

fn kept_by_others(git: &GitContext, folder: &HooksFolder, hooks: &[Hook], why: &str) -> ProjectError {
    let mut error = ProjectError::new("the hooks folder is kept by somebody else").why(why);
    for hook in hooks {
        let call = format!("batuta pmat hooks run {hook} \"$@\"");
        let file = file_to_edit(git, folder, *hook);
        error = error.why(format!("add this line to {}: {call}", file.display()));
    }
    error.help("add the line, or write to that folder anyway with --force")
}

/// The file where the project can add its own line. Husky regenerates the files in `.husky/_`; the files that they call
/// are one folder up.
fn file_to_edit(git: &GitContext, folder: &HooksFolder, hook: Hook) -> PathBuf {
    let of_husky = folder.path.ends_with(".husky/_");
    let kept = if of_husky { folder.path.parent().unwrap_or(&folder.path) } else { &folder.path };
    let file = kept.join(hook.name());
    let root = git.work_dir().and_then(|root| std::path::absolute(root).ok());
    root.and_then(|root| file.strip_prefix(root).ok().map(Path::to_owned)).unwrap_or(file)
}

fn refuse_edited(hook: &HookStatus) -> Result<(), ProjectError> {
    if hook.state != HookState::Edited {
        return Ok(());
    }
    Err(ProjectError::new(format!("somebody edited {}", hook.path.display()))
        .why("it was made by `pmat hooks install`, and changed since: the change would be lost")
        .help("keep the change elsewhere, then say --force"))
}

/// Fails if there is a hook of the user and also one that was renamed earlier: one of them would be lost.
fn refuse_lost_hook(hook: &HookStatus) -> Result<(), ProjectError> {
    let Some(before) = hook.before.as_ref().filter(|_| hook.state == HookState::Foreign) else {
        return Ok(());
    };
    if is_same_file(&hook.path, before) {
        return Ok(());
    }
    Err(ProjectError::new(format!("cannot install the hook {}", hook.hook))
        .why(format!("{} is not ours, and would be moved to {}", hook.path.display(), before.display()))
        .why("but another hook is kept there already")
        .help("join the two hooks, and remove the second file"))
}

fn install_one(hook: HookStatus, options: &InstallOptions<'_>) -> Result<Change<Installed>, ProjectError> {
    let HookStatus { hook, state, path, executable, before, .. } = hook;
    let kept = path.with_file_name(format!("{hook}{BEFORE}"));
    let (done, before) = match state {
        HookState::Installed if executable => (Installed::Unchanged, before),
        HookState::ForeignCalling => (Installed::CalledAlready, None),
        HookState::Foreign => {
            keep(&path, &kept).map_err(|error| cannot_write(&kept, &error))?;
            (Installed::Installed, Some(kept))
        }
        HookState::NotInstalled => (Installed::Installed, before),
        HookState::Installed | HookState::OtherVersion | HookState::Edited => (Installed::Updated, before),
    };
    if !matches!(done, Installed::Unchanged | Installed::CalledAlready) {
        put(&path, &script::text(hook, options.program)).map_err(|error| cannot_write(&path, &error))?;
    }
    Ok(Change { hook, path, done, before })
}

fn uninstall_one(hook: HookStatus) -> Result<Change<Removed>, ProjectError> {
    let HookStatus { hook, state, path, before, .. } = hook;
    let cannot = |error: io::Error| cannot_write(&path, &error);
    let done = match (state, &before) {
        (HookState::Foreign | HookState::ForeignCalling, _) => Removed::Foreign,
        // Also if only the kept hook is left.
        (_, Some(before)) => {
            fs::rename(before, &path).map_err(cannot)?;
            Removed::Restored
        }
        (HookState::NotInstalled, None) => Removed::NotInstalled,
        (_, None) => {
            fs::remove_file(&path).map_err(cannot)?;
            Removed::Removed
        }
    };
    let before = before.filter(|_| done == Removed::Restored);
    Ok(Change { hook, path, done, before })
}

/// Gives the user's hook a second name, so that ours can take the first. The file itself (bytes, mode, link target) is
/// not changed. Fails if the second name is taken.
fn keep(hook: &Path, kept: &Path) -> io::Result<()> {
    match fs::hard_link(hook, kept) {
        Ok(()) => Ok(()),
        // An earlier run was interrupted between the two steps.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // The file system has no hard links.
        Err(_) => fs::rename(hook, kept),
    }
}

/// Writes an executable file completely or not at all.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".batuta-").suffix(".tmp");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o777))
    };
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (a.symlink_metadata(), b.symlink_metadata()) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::read(a), fs::read(b)), (Ok(a), Ok(b)) if a == b)
}

fn cannot_write(path: &Path, error: &io::Error) -> ProjectError {
    ProjectError::new(format!("cannot write {}", path.display())).why(error)
}
