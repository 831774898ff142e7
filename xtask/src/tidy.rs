//! `cargo xtask tidy`: the repository's own rules that no compiler or linter knows.
//!
//! Debt markers, complexity, layers and secrets are not checked here: the program's own gate does that.

use crate::process::repository_files;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::Path;

mod commands;
mod dependencies;
pub mod fuzz_targets;
mod leaves;
mod processes;
mod sovereign;
mod unsafe_code;

/// Maximum number of lines of a source file; a longer file covers two subjects.
const MAX_FILE_LINES: usize = 800;

/// File names that do not describe a subject.
const VAGUE_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "manager"];

/// Text files of the repository with their contents.
struct Files(Vec<(String, String)>);

impl Files {
    fn read(root: &Path) -> Result<Files> {
        let mut files = Vec::new();
        for path in repository_files(root)? {
            let bytes = std::fs::read(root.join(&path)).with_context(|| format!("cannot read {path}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                files.push((path, text));
            }
        }
        Ok(Files(files))
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == path).map(|(_, text)| text.as_str())
    }

    fn ending(&self, ending: &'static str) -> impl Iterator<Item = &(String, String)> {
        self.0.iter().filter(move |(path, _)| path.ends_with(ending))
    }
}

/// Checks every rule; the error lists all breaches.
pub fn run(root: &Path) -> Result<()> {
    let files = Files::read(root)?;
    let mut breaches = BTreeSet::new();
    long_files(&files, &mut breaches);
    vague_names(&files, &mut breaches);
    foreign_paths(&files, &mut breaches);
    lint_tables(&files, &mut breaches);
    leaves::check(&files, &mut breaches);
    unsafe_code::check(&files, &mut breaches);
    fuzz_targets::check(&files, &mut breaches)?;
    processes::check(&files, &mut breaches);
    dependencies::check(&files, &mut breaches)?;
    sovereign::check(root, &mut breaches)?;
    commands::check(&files, &mut breaches);
    if breaches.is_empty() {
        return Ok(());
    }
    bail!("{} breaches\n  {}", breaches.len(), breaches.into_iter().collect::<Vec<_>>().join("\n  "));
}

fn long_files(files: &Files, breaches: &mut BTreeSet<String>) {
    for (path, text) in files.ending(".rs") {
        let lines = text.lines().count();
        if lines > MAX_FILE_LINES && !is_test_data(path) {
            breaches.insert(format!("{path}: {lines} lines, over {MAX_FILE_LINES}"));
        }
    }
}

fn vague_names(files: &Files, breaches: &mut BTreeSet<String>) {
    for (path, _) in files.ending(".rs").filter(|(path, _)| !is_test_data(path)) {
        for part in path.trim_end_matches(".rs").split('/') {
            if VAGUE_NAMES.contains(&part) {
                breaches.insert(format!("{path}: `{part}` names no subject"));
            }
        }
    }
}

/// Paths of a personal machine do not belong in a repository. Examples under `/home/user` are fine.
fn foreign_paths(files: &Files, breaches: &mut BTreeSet<String>) {
    // Assembled here so that this file does not contain them.
    let roots = ["work/", "root/", "mnt/"].map(|folder| format!("/{folder}"));
    for (path, text) in files.0.iter().filter(|(path, _)| !is_test_data(path)) {
        for (number, line) in text.lines().enumerate() {
            if roots.iter().any(|root| starts_a_path(line, root)) {
                breaches.insert(format!("{path}:{}: a path of one machine", number + 1));
            }
        }
    }
}

/// True if `line` contains `root` and not as the middle of a longer path.
fn starts_a_path(line: &str, root: &str) -> bool {
    line.match_indices(root).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | '>' | '*'))
    })
}

fn lint_tables(files: &Files, breaches: &mut BTreeSet<String>) {
    let is_member = |path: &str| !is_test_data(path) && path != fuzz_targets::MANIFEST;
    for (path, text) in files.ending("/Cargo.toml").filter(|(path, _)| is_member(path)) {
        if !text.contains("[lints]\nworkspace = true") {
            breaches.insert(format!("{path}: does not take the workspace's lints"));
        }
    }
}

/// Test input: real code, kept unchanged.
fn is_test_data(path: &str) -> bool {
    ["/data/", "/fixtures/", "/cases/", "/snapshots/"].iter().any(|folder| path.contains(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches_of(check: fn(&Files, &mut BTreeSet<String>), path: &str, text: &str) -> usize {
        let mut breaches = BTreeSet::new();
        check(&Files(vec![(path.to_owned(), text.to_owned())]), &mut breaches);
        breaches.len()
    }

    #[test]
    fn a_file_may_have_800_lines_and_no_more() {
        assert_eq!(breaches_of(long_files, "a/src/b.rs", &"x\n".repeat(800)), 0);
        assert_eq!(breaches_of(long_files, "a/src/b.rs", &"x\n".repeat(801)), 1);
        assert_eq!(breaches_of(long_files, "a/fixtures/b.rs", &"x\n".repeat(801)), 0);
    }

    #[test]
    fn names_say_what_a_file_defines() {
        assert_eq!(breaches_of(vague_names, "a/src/utils.rs", ""), 1);
        assert_eq!(breaches_of(vague_names, "a/src/utilisation.rs", ""), 0);
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        let path = ["see /ro", "ot/notes"].concat();
        assert_eq!(breaches_of(foreign_paths, "README.md", &path), 1);
        assert_eq!(breaches_of(foreign_paths, "README.md", "target/work/x and src/root/y"), 0);
    }
}
