//! Messages for local users contain paths of this machine; clients of the service must not see them.

use project::Project;
use std::path::{Path, PathBuf};

/// Folders whose location on this machine is private.
#[derive(Debug, Clone, Default)]
pub struct PrivatePaths {
    /// Each with its replacement, the longest first.
    replaced: Vec<(String, &'static str)>,
}

impl PrivatePaths {
    /// The folders that messages about `path` may contain.
    #[expect(clippy::disallowed_methods, reason = "environment: folders of this machine, not to be shown")]
    pub fn around(path: &Path) -> PrivatePaths {
        let mut known = PrivatePaths::default();
        known.add(path, "the repository");
        if let Some(home) = std::env::var_os("HOME") {
            known.add(Path::new(&home), "~");
        }
        if let Some(cache) = std::env::var_os("BATUTA_CACHE_DIR") {
            known.add(Path::new(&cache), "the cache");
        }
        known
    }

    /// Adds the folders of an opened project.
    pub fn and_of(mut self, project: &Project) -> PrivatePaths {
        self.add(project.root(), "the repository");
        if let Some(git) = &project.git {
            self.add(git.git_dir(), "the repository");
            self.add(&git.common_dir(), "the repository");
        }
        if let Some(folder) = project.cache().and_then(|cache| cache.path()).and_then(Path::parent) {
            self.add(folder, "the cache");
        }
        self
    }

    fn add(&mut self, path: &Path, shown: &'static str) {
        let full = path.canonicalize().ok();
        let absolute = std::path::absolute(path).ok();
        for path in [Some(path.to_owned()), full, absolute].into_iter().flatten() {
            let text = path.to_string_lossy().trim_end_matches('/').to_owned();
            // A relative or very short path (`.`, `/`) would occur in any text.
            if path.is_absolute() && text.len() > 1 && !self.replaced.iter().any(|(known, _)| *known == text)
            {
                self.replaced.push((text, shown));
            }
        }
        self.replaced.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    }

    /// The text with these folders replaced; paths inside them keep the rest.
    pub fn hidden(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (path, shown) in &self.replaced {
            if text.contains(path.as_str()) {
                let inside = if *shown == "~" { "~/" } else { "" };
                text = text.replace(&format!("{path}{}", std::path::MAIN_SEPARATOR), inside);
                text = text.replace(path.as_str(), shown);
            }
        }
        hide_others(&text)
    }
}

/// Shortens other absolute paths, e.g. in messages of the operating system, to their last part.
fn hide_others(text: &str) -> String {
    let roots = ["home", "root", "tmp", "var", "srv", "opt", "mnt", "Users", "private"];
    let is_private = |word: &str| {
        let parts = word.strip_prefix('/').and_then(|rest| rest.split_once('/'));
        parts.is_some_and(|(first, _)| roots.contains(&first))
    };
    let words = text.split_inclusive([' ', '\n', '"', '\'', '`', ',', ';', '(', ')']);
    words
        .map(|word| match is_private(word) {
            true => {
                let path = PathBuf::from(word);
                path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
            }
            false => word.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_do_not_tell_where_a_repository_lies() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let at = folder.path();
        let private = PrivatePaths::around(at);
        let shown = private.hidden(&format!("{}/cov/lcov.info cannot be read", at.display()));
        assert_eq!(shown, "cov/lcov.info cannot be read");
        assert_eq!(
            private.hidden(&format!("cannot analyse {}: gone", at.display())),
            "cannot analyse the repository: gone"
        );
        assert_eq!(private.hidden("see `/tmp/elsewhere/file.txt`, please"), "see `file.txt`, please");
        assert_eq!(private.hidden("src/tmp/x.rs:3 and a / b"), "src/tmp/x.rs:3 and a / b");
    }
}
