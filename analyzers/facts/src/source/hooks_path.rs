//! Where Git looks for hooks.

use super::git::GitContext;
use super::git_errors::own_words;
use super::{SourceError, index_tree};
use gix::config::Source;
use std::path::{Path, PathBuf};

/// Where Git looks for the hooks of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksFolder {
    /// The folder, absolute; it need not exist. If the setting is empty, the folder that Git computes from it: `/`.
    pub path: PathBuf,
    /// The setting that names it; `None` for `hooks` in the repository's own folder.
    pub setting: Option<HooksSetting>,
}

/// The value of `core.hooksPath`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksSetting {
    /// The value as written.
    pub value: String,
    /// The origin of the setting, e.g. `this repository`.
    pub whose: &'static str,
}

impl HooksFolder {
    /// The setting, if it keeps Git from running any hook of the repository: it is empty (`git rev-parse --git-path
    /// hooks/pre-commit` then names `/pre-commit`), or names a file or a device, such as `/dev/null`.
    pub fn switched_off(&self) -> Option<&HooksSetting> {
        let is_file = self.path.exists() && !self.path.is_dir();
        self.setting.as_ref().filter(|setting| setting.value.is_empty() || is_file)
    }
}

impl GitContext {
    /// The folder in which Git looks for hooks. It is `core.hooksPath`, relative to where hooks are run (the root of
    /// the work tree, or a bare repository itself), else `hooks` in the folder that all work trees share.
    ///
    /// # Errors
    /// The setting cannot be understood.
    pub fn hooks_folder(&self) -> Result<HooksFolder, SourceError> {
        let repository = self.local();
        let config = repository.config_snapshot();
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let value = config.string("core.hooksPath").map(|value| value.to_string());
        if let Some(value) = value.clone().filter(String::is_empty) {
            let setting = Some(HooksSetting { value, whose: whose(config.plumbing()) });
            return Ok(HooksFolder { path: absolute(Path::new("/")), setting });
        }
        let configured = config.trusted_path("core.hooksPath").map_err(|error| {
            SourceError::new(format!(
                "the setting core.hooksPath cannot be understood: {}",
                own_words(&error)
            ))
        })?;
        let Some(configured) = configured else {
            return Ok(HooksFolder { path: absolute(&repository.common_dir().join("hooks")), setting: None });
        };
        let run_in = repository.workdir().unwrap_or(repository.git_dir());
        Ok(HooksFolder {
            path: absolute(&run_in.join(configured)),
            setting: Some(HooksSetting { value: value.unwrap_or_default(), whose: whose(config.plumbing()) }),
        })
    }

    /// A setting of Git as text, from any of Git's sources.
    pub fn setting(&self, key: &str) -> Option<String> {
        self.local().config_snapshot().string(key).map(|value| value.to_string())
    }

    /// True if the index holds a file below this folder of the work tree, so that the folder belongs to the project.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn has_tracked_files(&self, folder: &Path) -> Result<bool, SourceError> {
        let repository = self.local();
        let Some(root) = repository.workdir().and_then(|root| root.canonicalize().ok()) else {
            return Ok(false);
        };
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        match folder.strip_prefix(root) {
            Ok(inside) => index_tree::has_files_under(&repository, inside),
            Err(_) => Ok(false),
        }
    }
}

/// The file that sets `core.hooksPath`; the last one that does wins.
fn whose(config: &gix::config::File) -> &'static str {
    let sections = config.sections_by_name("core").into_iter().flatten();
    let setting = sections.filter(|section| section.body().value("hooksPath").is_some()).last();
    match setting.map(|section| section.meta().source) {
        Some(Source::Local) => "this repository",
        Some(Source::Worktree) => "this work tree",
        Some(Source::Git | Source::User) => "the user",
        Some(Source::System | Source::GitInstallation) => "this machine",
        Some(Source::Env | Source::EnvOverride | Source::Cli | Source::Api) => "the environment",
        None => "Git's configuration",
    }
}
