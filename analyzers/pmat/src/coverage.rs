//! The coverage of a report: which files were measured, which only in part, which not at all, and why.

use facts::model::{ParseStatus, RepoPath};
use facts::source::SkipReason;
use facts::{Measured, RepoFacts};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// How much of a tree was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Files whose language is known and whose lines and comments were measured.
    pub files: usize,
    /// Those of them whose functions were measured too, in whole or in part.
    pub with_functions: usize,
    /// Files that the parser could not read in full: their figures hold for the rest. Sorted by path.
    pub partly_parsed: Vec<PartlyParsed>,
    /// Languages without a grammar here, and documents without a script: lines and comments are measured, functions are not. Most files first.
    pub lines_only: Vec<LinesOnly>,
    /// Everything left out, grouped by reason, largest group first.
    pub left_out: Vec<LeftOut>,
}

/// A file that does not fit its language's grammar throughout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartlyParsed {
    /// The file.
    pub path: RepoPath,
    /// Its language.
    pub language: &'static str,
    /// Places the parser had to skip or complete.
    pub errors: u32,
    /// Line of the first of them.
    pub first_line: u32,
    /// Bytes that were skipped.
    pub skipped_bytes: u32,
}

/// Files of a language whose functions are not measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinesOnly {
    /// The language.
    pub language: &'static str,
    /// Number of files.
    pub files: usize,
}

/// Files and folders left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// The reason.
    pub why: String,
    /// How many.
    pub count: usize,
    /// The first few by path.
    pub examples: Vec<RepoPath>,
}

/// Examples for each reason.
const EXAMPLES: usize = 3;

impl Coverage {
    /// The coverage of `repo`.
    pub fn of(repo: &RepoFacts) -> Coverage {
        let mut partly_parsed = Vec::new();
        let mut failed = Vec::new();
        let mut lines_only: BTreeMap<&'static str, usize> = BTreeMap::new();
        for file in &repo.files {
            let language = file.data.facts.language.name();
            match file.data.facts.parse {
                ParseStatus::Complete => {}
                ParseStatus::LinesOnly => *lines_only.entry(language).or_insert(0) += 1,
                ParseStatus::Failed { .. } => failed.push(file.path().clone()),
                ParseStatus::Partial { errors, first_line, skipped_bytes } => {
                    let path = file.path().clone();
                    partly_parsed.push(PartlyParsed { path, language, errors, first_line, skipped_bytes });
                }
            }
        }
        let mut lines_only: Vec<LinesOnly> =
            lines_only.into_iter().map(|(language, files)| LinesOnly { language, files }).collect();
        lines_only.sort_by(|a, b| b.files.cmp(&a.files).then(a.language.cmp(b.language)));
        Coverage {
            files: repo.files.len(),
            with_functions: repo.files.iter().filter(|file| file.data.facts.has_functions()).count(),
            partly_parsed,
            lines_only,
            left_out: left_out(repo, &failed),
        }
    }
}

/// Files and folders left out, by reason.
fn left_out(repo: &RepoFacts, failed: &[RepoPath]) -> Vec<LeftOut> {
    const FAILED: &str = "batuta's grammar of its language does not fit most of it: lines only";
    let mut groups: BTreeMap<String, LeftOut> = BTreeMap::new();
    let failed = failed.iter().map(|path| (FAILED.to_owned(), path));
    let skipped = repo.skipped.iter().map(|skipped| (group(&skipped.reason), &skipped.path));
    for (why, path) in failed.chain(skipped) {
        let group =
            groups.entry(why.clone()).or_insert_with(|| LeftOut { why, count: 0, examples: Vec::new() });
        group.count += 1;
        if group.examples.len() < EXAMPLES {
            group.examples.push(path.clone());
        }
    }
    let mut groups: Vec<LeftOut> = groups.into_values().collect();
    groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.why.cmp(&b.why)));
    groups
}

/// The reason without the details that differ from file to file.
fn group(reason: &SkipReason) -> String {
    match reason {
        SkipReason::TooLarge { limit, .. } => format!("larger than {limit} bytes (limits.max-file-size)"),
        SkipReason::Unreadable(_) => "could not be read".to_owned(),
        SkipReason::ForbiddenName(_) => "a name that Git forbids in a tree".to_owned(),
        other => other.to_string(),
    }
}

/// `count` for each 1,000 lines of source code.
pub(crate) fn per_thousand_lines(count: usize, source_lines: u64) -> Measured<f64> {
    if source_lines == 0 {
        return Measured::unsupported("no source lines were measured");
    }
    Measured::Value(count as f64 * 1_000.0 / source_lines as f64)
}
