//! What the tree says about itself outside its code: README, manifests, build files, CI.

mod ci;
mod commands;
mod entry_points;
mod readme;

pub(crate) use commands::commands;
pub(crate) use entry_points::entry_points;
pub(crate) use readme::overview;

use crate::rank::file_kind::{FileRole, role, role_of_path};
use facts::RepoFacts;
use facts::model::RepoPath;
use facts::source::{Entry, SkipReason, SourceTree};

/// Manifests deeper than this in the tree, and more of a kind than this, are ignored: a monorepo has thousands.
const MAX_DEPTH: usize = 3;
const MAX_OF_A_KIND: usize = 40;
/// No build file is longer than this.
const MAX_BYTES: usize = 1 << 20;

/// The tree's files by name, for reading the few that describe the project.
pub(crate) struct ProjectFiles<'a> {
    tree: &'a dyn SourceTree,
    /// Sorted by depth, then path.
    entries: Vec<Entry>,
}

impl<'a> ProjectFiles<'a> {
    /// Collects what may describe the project. Files whose language is not known (`go.mod`, `Justfile`) are not among the
    /// facts, so the tree is listed again when there are any.
    pub(crate) fn new(tree: &'a dyn SourceTree, repo: &RepoFacts) -> Self {
        let shallow = |path: &RepoPath| depth(path) <= MAX_DEPTH && role_of_path(path) == FileRole::Product;
        let of_product = repo
            .files
            .iter()
            .filter(|file| depth(file.path()) <= MAX_DEPTH && role(file) == FileRole::Product);
        let mut entries: Vec<Entry> = of_product.map(|file| file.entry.clone()).collect();
        let unknown: Vec<&RepoPath> = repo
            .skipped
            .iter()
            .filter(|skipped| skipped.reason == SkipReason::UnknownLanguage && shallow(&skipped.path))
            .map(|skipped| &skipped.path)
            .filter(|path| is_described_by_name(path))
            .collect();
        if !unknown.is_empty()
            && let Ok(listing) = tree.listing()
        {
            entries.extend(listing.entries.into_iter().filter(|entry| unknown.contains(&&entry.path)));
        }
        entries.sort_by(|a, b| (depth(&a.path), &a.path).cmp(&(depth(&b.path), &b.path)));
        ProjectFiles { tree, entries }
    }

    /// The files of this name, shallow ones first.
    fn named(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.path.file_name() == name.as_bytes()).take(MAX_OF_A_KIND)
    }

    /// The files for which `wanted` holds, shallow ones first.
    fn matching(&self, wanted: impl Fn(&RepoPath) -> bool) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| wanted(&entry.path)).take(MAX_OF_A_KIND)
    }

    fn has(&self, path: &str) -> bool {
        self.entries.iter().any(|entry| entry.path.as_bytes() == path.as_bytes())
    }

    /// The text of a file; `None` when it cannot be read or is not text. What cannot be read is listed among the skipped.
    fn text(&self, entry: &Entry) -> Option<String> {
        let bytes = self.tree.read(entry).ok().filter(|bytes| bytes.len() <= MAX_BYTES)?;
        String::from_utf8(bytes).ok()
    }
}

fn depth(path: &RepoPath) -> usize {
    path.as_bytes().iter().filter(|byte| **byte == b'/').count()
}

/// The path of `name` next to `manifest`.
fn beside(manifest: &RepoPath, name: &str) -> RepoPath {
    let folder = manifest.parent();
    let mut path = folder.to_vec();
    if !folder.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name.trim_start_matches("./").as_bytes());
    RepoPath::new(path)
}

/// Names of project files that no language claims.
fn is_described_by_name(path: &RepoPath) -> bool {
    let name = String::from_utf8_lossy(path.file_name()).to_ascii_lowercase();
    name.starts_with("readme")
        || name.starts_with("build.gradle")
        || [
            "go.mod",
            "justfile",
            "makefile",
            "gnumakefile",
            "tox.ini",
            "setup.cfg",
            "gradlew",
            "mvnw",
            "dockerfile",
        ]
        .contains(&name.as_str())
        || [
            "pnpm-lock.yaml",
            "yarn.lock",
            "bun.lockb",
            "gemfile",
            "rakefile",
            "mix.exs",
            "build.zig",
            "package.swift",
        ]
        .contains(&name.as_str())
        || [".travis.yml", ".gitlab-ci.yml", "meson.build", "configure.ac", "build.sbt"]
            .contains(&name.as_str())
}

/// The number of the line that holds `needle` first, from 1.
fn line_of(text: &str, needle: &str) -> Option<u32> {
    text.lines().position(|line| line.contains(needle)).map(|index| index as u32 + 1)
}

#[cfg(test)]
mod tests;
