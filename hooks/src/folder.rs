//! The hooks folder of a repository: where it is, and who owns it.

use facts::source::{GitContext, HooksFolder};
use project::ProjectError;
use std::path::{Component, Path, PathBuf};

/// The folder in which Git looks for hooks.
pub(crate) fn hooks_folder(git: &GitContext) -> Result<HooksFolder, ProjectError> {
    let folder = git.hooks_folder().map_err(|error| {
        ProjectError::new("cannot tell where the hooks of this repository are")
            .why(error)
            .help("`git config --show-origin core.hooksPath` shows where it is set")
    })?;
    Ok(HooksFolder { path: without_detours(&folder.path), ..folder })
}

/// A path with `..` removed, if it still leads to the same place: after a link it may not.
fn without_detours(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if !short.pop() => return path.to_owned(),
            Component::ParentDir => {}
            part => short.push(part),
        }
    }
    // The folder itself may not exist yet.
    let real = |path: &Path| match path.canonicalize() {
        Ok(real) => Some(real),
        Err(_) => Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?)),
    };
    match (real(path), real(&short)) {
        (Some(a), Some(b)) if a == b => short,
        _ => path.to_owned(),
    }
}

/// Why no hook would ever run; none if hooks run.
pub(crate) fn why_switched_off(folder: &HooksFolder) -> Option<String> {
    let setting = folder.switched_off()?;
    let is = match setting.value.as_str() {
        "" => "empty".to_owned(),
        value => format!("{value}, which is no folder"),
    };
    Some(format!("core.hooksPath of {} is {is}: Git then runs no hook of this repository", setting.whose))
}

/// Why the hooks folder is not written to without the user's request; `None` if it is the repository's own.
pub(crate) fn why_not_ours(git: &GitContext, folder: &HooksFolder) -> Result<Option<String>, ProjectError> {
    if let Some(why) = why_switched_off(folder) {
        return Ok(Some(why));
    }
    if is_own_folder(git, folder) {
        return Ok(None);
    }
    let real = folder.path.canonicalize();
    let Some(setting) = &folder.setting else {
        let target = real.map_or_else(|_| "nothing".to_owned(), |real| real.display().to_string());
        return Ok(Some(format!(
            "{} is a link to {target}, outside of the Git folder",
            folder.path.display()
        )));
    };
    let unreadable = |error| ProjectError::new("cannot read the index").why(error);
    let tracked = git.has_tracked_files(&folder.path).map_err(unreadable)?;
    let in_work_tree = git
        .work_dir()
        .and_then(|root| root.canonicalize().ok())
        .is_some_and(|root| folder.path.starts_with(&root) || real.is_ok_and(|real| real.starts_with(root)));
    let what = match (tracked, in_work_tree) {
        (true, _) => "whose files are under version control",
        (false, true) => "which is in the work tree",
        (false, false) => "which other repositories may use too",
    };
    Ok(Some(format!(
        "core.hooksPath of {} is {}: {}, {what}",
        setting.whose,
        setting.value,
        folder.path.display()
    )))
}

/// True for a hooks folder inside the repository's Git folder, which is never under version control. The target of a
/// link to somewhere else is not the repository's own, whatever its path looks like.
pub(crate) fn is_own_folder(git: &GitContext, folder: &HooksFolder) -> bool {
    let is_there = |part: &&Path| part.symlink_metadata().is_ok();
    let nearest = folder.path.ancestors().find(is_there).and_then(|part| part.canonicalize().ok());
    let below =
        |own: &Path| own.canonicalize().is_ok_and(|own| nearest.iter().any(|real| real.starts_with(&own)));
    below(&git.common_dir()) || below(git.git_dir())
}
