//! How much of a tree is duplicated, and where: clones with their paths.

use crate::coverage::Coverage;
use clones::{CloneClass, CloneKind, CloneMember, CloneOptions, Clones, LineShare};
use facts::language::Language;
use facts::model::RepoPath;
use facts::{Measured, RepoFacts};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How much to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuplicatesOptions {
    /// This many classes, and this many files.
    pub top: usize,
    /// This many members of each class.
    pub members: usize,
}

impl Default for DuplicatesOptions {
    fn default() -> Self {
        DuplicatesOptions { top: 1_000, members: 100 }
    }
}

/// The duplicated code of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Duplicates")]
pub struct DuplicatesReport {
    /// Shortest clone, in tokens.
    pub min_tokens: usize,
    /// Shortest clone, in lines.
    pub min_lines: u32,
    /// Types of clones that were looked for.
    pub types: Vec<CloneKind>,
    /// Of the whole tree.
    pub total: Share,
    /// By exact copies alone; none when they were not looked for.
    pub exact: Option<Share>,
    /// By language, most compared lines first.
    pub languages: Vec<LanguageShare>,
    /// Classes of each type, of which the largest follow.
    pub counts: Counts,
    /// The largest classes.
    pub classes: Vec<Class>,
    /// Number of files with clones.
    pub files_with_clones: usize,
    /// Those with most duplicated lines.
    pub files: Vec<FileShare>,
    /// What was measured and what was not.
    pub coverage: Coverage,
}

/// How many lines are duplicated.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Share {
    /// Lines of code that were compared.
    pub compared_lines: u64,
    /// Those of them that are in a clone.
    pub duplicated_lines: u64,
    /// The same in percent.
    pub duplicated_percent: Measured<f64>,
}

/// The share of a language.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ShareOfLanguage")]
pub struct LanguageShare {
    /// The language.
    pub language: &'static str,
    /// Its share.
    #[serde(flatten)]
    pub share: Share,
}

/// The share of a file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ShareOfFile")]
pub struct FileShare {
    /// The file.
    pub path: RepoPath,
    /// Its share.
    #[serde(flatten)]
    pub share: Share,
}

/// Numbers of classes by type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CloneCounts")]
pub struct Counts {
    /// Of type 1.
    pub exact: usize,
    /// Of type 2.
    pub renamed: usize,
    /// Of type 3.
    pub gapped: usize,
}

/// Pieces of code that are copies of one another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "CloneClass")]
pub struct Class {
    /// How alike they are.
    pub kind: CloneKind,
    /// Tokens that all members share.
    pub tokens: u32,
    /// Least share of tokens in common; 1 for types 1 and 2.
    pub similarity: f64,
    /// How many members there are.
    pub member_count: usize,
    /// The first by path and line.
    pub members: Vec<Member>,
}

/// A piece of code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CloneMember")]
pub struct Member {
    /// The file.
    pub path: RepoPath,
    /// First line.
    pub first_line: u32,
    /// Last line.
    pub last_line: u32,
}

impl From<LineShare> for Share {
    fn from(share: LineShare) -> Self {
        let LineShare { compared, duplicated } = share;
        Share { compared_lines: compared, duplicated_lines: duplicated, duplicated_percent: share.percent() }
    }
}

/// The report on the clones that `looked_for` found in `facts`. `exact` is the share of exact copies alone, if they
/// were looked for.
pub fn report(
    facts: &RepoFacts,
    clones: &Clones,
    looked_for: &CloneOptions,
    exact: Option<LineShare>,
    options: DuplicatesOptions,
) -> DuplicatesReport {
    let mut languages: BTreeMap<Language, LineShare> = BTreeMap::new();
    let mut files = Vec::new();
    for (file, share) in facts.files.iter().zip(&clones.lines) {
        *languages.entry(file.data.facts.language).or_default() += *share;
        if share.duplicated > 0 {
            files.push((file.path(), *share));
        }
    }
    let mut languages: Vec<(Language, LineShare)> =
        languages.into_iter().filter(|(_, share)| share.compared > 0).collect();
    languages.sort_by_key(|(language, share)| (Reverse(share.compared), language.name()));
    files.sort_by_key(|(path, share)| (Reverse(share.duplicated), *path));
    let mut counts = Counts::default();
    for class in &clones.classes {
        *match class.kind {
            CloneKind::Exact => &mut counts.exact,
            CloneKind::Renamed => &mut counts.renamed,
            CloneKind::Gapped => &mut counts.gapped,
        } += 1;
    }
    let classes = clones.classes.iter().take(options.top);
    DuplicatesReport {
        min_tokens: looked_for.min_tokens,
        min_lines: looked_for.min_lines,
        types: [CloneKind::Exact, CloneKind::Renamed, CloneKind::Gapped]
            .into_iter()
            .filter(|kind| looked_for.kinds.holds(*kind))
            .collect(),
        total: clones.share().into(),
        exact: exact.map(Share::from),
        languages: languages
            .into_iter()
            .map(|(language, share)| LanguageShare { language: language.name(), share: share.into() })
            .collect(),
        counts,
        classes: classes.map(|class| shown_class(facts, class, options.members)).collect(),
        files_with_clones: files.len(),
        files: files
            .into_iter()
            .take(options.top)
            .map(|(path, share)| FileShare { path: path.clone(), share: share.into() })
            .collect(),
        coverage: Coverage::of(facts),
    }
}

/// A class with the paths of its first `members`.
pub fn shown_class(facts: &RepoFacts, class: &CloneClass, members: usize) -> Class {
    let member = |member: &CloneMember| Member {
        path: facts.files[member.file as usize].path().clone(),
        first_line: member.lines.first,
        last_line: member.lines.last,
    };
    Class {
        kind: class.kind,
        tokens: class.tokens,
        similarity: class.similarity,
        member_count: class.members.len(),
        members: class.members.iter().take(members).map(member).collect(),
    }
}
