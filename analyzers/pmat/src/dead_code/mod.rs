//! Dead code: definitions that no entry point reaches.
//!
//! ```text
//! RepoFacts ──▶ World ──entry points──▶ reach (by every use that can mean it) ──▶ dead ──mentions──▶ confidence
//!                 CodeGraph ──────────▶ reach (by the uses that do mean it) ────▶ dead, likely
//! dead ──doubts: of each, of heaps, of what uses it──▶ certain, likely, possible
//! ```
//!
//! `docs/dead-code.md` says what counts as an entry point in each language, and what a confidence promises.

mod composed;
mod doubts;
mod entry_points;
mod heaps;
mod judge;
mod mentions;
mod places;
mod reach;
mod rust_marks;
pub mod rustc;
mod unused_files;
mod uses;
mod world;

use crate::coverage::Coverage;
use facts::model::{DefinitionKind, RepoPath};
use facts::source::SourceTree;
use facts::{Measured, RepoFacts, Sections};
use schemars::JsonSchema;
use serde::Serialize;
use trueno_graph::code::CodeGraph;

/// What to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadCodeOptions {
    /// Report dead definitions of test code, too.
    pub include_tests: bool,
    /// Report nothing below this confidence.
    pub min_confidence: Confidence,
}

impl Default for DeadCodeOptions {
    fn default() -> Self {
        DeadCodeOptions { include_tests: false, min_confidence: Confidence::Likely }
    }
}

impl DeadCodeOptions {
    /// The sections of the facts that [`analyze`] reads.
    pub const SECTIONS: Sections = Sections { comments: true, symbols: true, tokens: false, types: true };
}

/// How sure it is that a definition is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(rename = "DeadConfidence")]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Nothing known uses it, but it is of a kind, or in a heap of findings, that is often in use in ways that no rule
    /// knows.
    Possible,
    /// More speaks for it than against it.
    Likely,
    /// By the language's rules nothing in the tree can use it, nothing outside of the tree can name it, its name stands
    /// in no string or file that is not read as code, and little beside it looks dead.
    Certain,
}

/// Why a definition is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(rename = "DeadReason")]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Nothing uses it.
    Unused,
    /// Only dead code uses it.
    UsedByDeadCode,
    /// Only tests use it.
    UsedByTests,
}

/// What rustc says of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rustc {
    /// rustc warns that it is dead.
    Dead,
    /// rustc compiled its file and does not warn.
    Silent,
}

/// A dead definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeadItem {
    /// The file.
    pub path: RepoPath,
    /// Line of the name.
    pub line: u32,
    /// First and last line of the definition, its documentation and attributes not counted.
    pub lines: (u32, u32),
    /// What it is.
    pub kind: DefinitionKind,
    /// Qualified name.
    pub name: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why it is dead.
    pub reason: Reason,
    /// What keeps the confidence from being certain, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<&'static str>,
    /// Name of the dead definition that it belongs to, and goes with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Name of the dead definition that uses it, if nothing else does: it is no surer than that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_by: Option<String>,
    /// What rustc says, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rustc: Option<Rustc>,
}

/// A file that nothing loads and of which nothing is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeadFile {
    /// The file.
    pub path: RepoPath,
    /// Its lines.
    pub lines: u32,
    /// Why it is taken for dead.
    pub why: &'static str,
}

/// Dead definitions of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DeadTotal")]
pub struct FileTotal {
    /// The file.
    pub path: RepoPath,
    /// Dead definitions in it.
    pub definitions: usize,
    /// Lines that go with them.
    pub lines: u32,
}

/// What is dead in a tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "DeadCode")]
pub struct DeadCodeReport {
    /// What was analysed.
    pub tree: String,
    /// Dead definitions, sorted by path, line and name.
    pub items: Vec<DeadItem>,
    /// Files that nothing loads, sorted by path.
    pub files: Vec<DeadFile>,
    /// Files with dead definitions, the one with most dead lines first, ties by path.
    pub by_file: Vec<FileTotal>,
    /// Definitions that were judged: those whose users, if any, must be in the tree, and those that are used.
    pub judged: usize,
    /// Share of them that [`DeadCodeReport::items`] had before files were left out of it, in percent: the dead ones of
    /// at least the confidence that was asked for.
    pub dead_percent: Measured<f64>,
    /// Number of these dead definitions that are certain.
    pub certain: usize,
    /// Number of those that are likely.
    pub likely: usize,
    /// Number of those that are possible.
    pub possible: usize,
    /// Number of dead definitions below the confidence that was asked for: they are counted nowhere else.
    pub left_out: usize,
    /// Number of those of at least that confidence that only tests use.
    pub used_by_tests: usize,
    /// Lines that could be removed.
    pub removable_lines: u32,
    /// What rustc said, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rustc: Option<rustc::Agreement>,
    /// How much of the tree was measured.
    pub coverage: Coverage,
}

/// Finds dead code. `facts` hold the sections of [`DeadCodeOptions::SECTIONS`], `graph` is the code graph of the same facts.
pub fn analyze(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    graph: &CodeGraph,
    options: &DeadCodeOptions,
) -> DeadCodeReport {
    let unless = analyze_unless(tree, facts, graph, options, &|| false);
    unless.expect("nothing ends it before its end")
}

/// The same, unless `cancelled`, which is asked now and then, says that nobody wants it any more.
pub fn analyze_unless(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    graph: &CodeGraph,
    options: &DeadCodeOptions,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Option<DeadCodeReport> {
    let world = world::World::new(tree, facts, graph, cancelled);
    // What was left out is missed only by somebody who wants the result.
    (!cancelled()).then(|| judge::report(&world, options)).filter(|_| !cancelled())
}

#[cfg(test)]
mod tests;
