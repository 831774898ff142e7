//! Self-admitted technical debt of a whole tree.

use super::learned::{self, Judgement};
use super::{Category, Detector, Mode, Satd, Severity, detect};
use crate::coverage::{Coverage, per_thousand_lines};
use facts::language::Language;
use facts::model::{Comment, CommentKind, RepoPath};
use facts::source::{BlamedCommit, SourceError};
use facts::{FileFacts, FileRecord, Measured, RepoFacts, Sections};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// For each line of a file, the commit that wrote it; `None` for a line that is not committed.
pub type Blame<'a> = dyn Fn(&RepoPath) -> Result<Vec<Option<Arc<BlamedCommit>>>, SourceError> + Sync + 'a;

/// Where authors and ages come from.
#[derive(Clone, Copy)]
pub struct Attribution<'a> {
    /// Called once for each file with items, from several threads.
    pub blame: &'a Blame<'a>,
    /// Ages count back from here, in seconds since the epoch: the time of the analysed commit, so that the same commit
    /// gives the same report tomorrow.
    pub at: i64,
    /// The history is shallow: older authors are not known, and the report says so once.
    pub shallow: bool,
}

/// What to look for.
#[derive(Clone, Copy, Default)]
pub struct SatdOptions<'a> {
    /// Markers and phrases, or markers only.
    pub mode: Mode,
    /// How self-admitted debt was detected.
    pub detector: Detector,
    /// Who wrote each item and when, if asked for.
    pub attribution: Option<Attribution<'a>>,
}

impl SatdOptions<'_> {
    /// The sections of the facts that [`analyze`] reads.
    pub const SECTIONS: Sections = Sections { comments: true, symbols: false, tokens: false, types: false };
}

/// The self-admitted debt of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "DebtReport")]
pub struct SatdReport {
    /// What was analysed.
    pub tree: String,
    /// What was looked for.
    pub mode: Mode,
    /// The detector.
    pub detector: Detector,
    /// Every item, sorted by path, line and column.
    pub items: Vec<SatdItem>,
    /// Number of items.
    pub total: usize,
    /// Number of files that hold at least one.
    pub files_with_items: usize,
    /// Items by category, every category named.
    pub by_category: Vec<Count<Category>>,
    /// Items by severity, worst first, every severity named.
    pub by_severity: Vec<Count<Severity>>,
    /// Items by language, most first, languages without items left out.
    pub by_language: Vec<Count<&'static str>>,
    /// Items by marker or phrase, most first.
    pub by_marker: Vec<Count<&'static str>>,
    /// Comments that were read.
    pub comments: usize,
    /// Items for each 1,000 lines of source code.
    pub density: Measured<f64>,
    /// Why authors and ages that were asked for are absent, where one reason holds for all such items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_attributed: Option<String>,
    /// What was measured and what was not.
    pub coverage: Coverage,
}

/// How many items something has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Count_of_{T}")]
pub struct Count<T> {
    /// What is counted.
    pub name: T,
    /// How many.
    pub count: usize,
}

/// One item of self-admitted debt and where it is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "DebtItem")]
pub struct SatdItem {
    /// The file.
    pub path: RepoPath,
    /// Line of the marker, from 1.
    pub line: u32,
    /// Column of the marker in bytes, from 1.
    pub column: u32,
    /// What it concerns.
    pub category: Category,
    /// How much it matters.
    pub severity: Severity,
    /// The marker, or the phrase's name.
    pub marker: &'static str,
    /// True for a marker word, false for a phrase.
    pub explicit: bool,
    /// What it says, one line.
    pub text: String,
    /// The language of the file.
    pub language: &'static str,
    /// Qualified name of the function it is in.
    pub function: Option<String>,
    /// Who is named after the marker.
    pub owner: Option<String>,
    /// The issue that is named.
    pub issue: Option<String>,
    /// The trained model's probability that the comment is self-admitted debt; absent if it was not asked, or does not
    /// know such comments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Who wrote the line and when; absent if not asked for, and if the report says once why it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<Measured<Age>>,
}

/// Who wrote a line, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DebtAge")]
pub struct Age {
    /// The author's name.
    pub author: String,
    /// The author's e-mail address.
    pub email: String,
    /// The commit.
    pub commit: String,
    /// When the author wrote it, in seconds since the epoch.
    pub time: i64,
    /// Whole days from then to the analysed commit; 0 for a line that claims to be younger than it.
    pub days: i64,
}

/// Finds every item of `repo`, whose comments were loaded ([`SatdOptions::SECTIONS`]).
pub fn analyze(repo: &RepoFacts, options: &SatdOptions<'_>) -> SatdReport {
    let items: Vec<SatdItem> = repo.files.par_iter().flat_map_iter(|file| items_of(file, options)).collect();
    let comments = repo.files.iter().map(|file| file.data.comments().len()).sum();
    let coverage = Coverage::of(repo);
    let source_lines = repo.files.iter().map(|file| u64::from(file.data.facts.lines.source)).sum();
    let mut files: Vec<&RepoPath> = items.iter().map(|item| &item.path).collect();
    files.dedup();
    let categories = tally(items.iter().map(|item| item.category));
    let severities = tally(items.iter().map(|item| item.severity));
    SatdReport {
        tree: repo.tree.clone(),
        mode: options.mode,
        detector: options.detector,
        total: items.len(),
        files_with_items: files.len(),
        by_category: every(&Category::ALL, &categories),
        by_severity: every(&Severity::ALL, &severities),
        by_language: most_first(tally(items.iter().map(|item| item.language))),
        by_marker: most_first(tally(items.iter().map(|item| item.marker))),
        density: per_thousand_lines(items.len(), source_lines),
        not_attributed: options.attribution.and_then(|attribution| not_attributed(attribution, &items)),
        items,
        comments,
        coverage,
    }
}

/// The items of one file, in order.
pub fn items_of(file: &FileRecord, options: &SatdOptions<'_>) -> Vec<SatdItem> {
    let facts = &file.data.facts;
    let mut items = Vec::new();
    for block in blocks(file.data.comments()) {
        let (found, judgement) = admissions(&block, facts.language, options);
        items.extend(found.into_iter().map(|satd| {
            let (line, column) = block.position(satd.offset);
            let probability = judgement.map(|judgement| judgement.probability);
            SatdItem { probability, ..item(file.path(), facts, satd, line, column) }
        }));
    }
    items.sort_by_key(|item: &SatdItem| (item.line, item.column));
    if let Some(attribution) = options.attribution {
        attribute(file.path(), facts.lines.physical, &mut items, attribution);
    }
    items
}

/// The findings of the selected detectors in a block, and the model's judgement, if the model was used.
fn admissions(
    block: &Block<'_>,
    language: Language,
    options: &SatdOptions<'_>,
) -> (Vec<Satd>, Option<Judgement>) {
    let text = block.text();
    let mut found = match options.detector {
        Detector::Words | Detector::Both => detect(&text, block.kind(), language, options.mode),
        Detector::Learned => Vec::new(),
    };
    let judgement = match options.detector {
        Detector::Words => None,
        Detector::Learned | Detector::Both => learned::judge(&text, language),
    };
    if let Some(judgement) = judgement.filter(|_| found.is_empty()) {
        found.extend(learned::detect(&text, &judgement));
    }
    (found, judgement)
}

fn item(path: &RepoPath, facts: &FileFacts, satd: Satd, line: u32, column: u32) -> SatdItem {
    let innermost = facts
        .functions
        .iter()
        .filter(|function| function.span.start_line <= line && line <= function.span.end_line)
        .max_by_key(|function| function.span.start_byte);
    SatdItem {
        path: path.clone(),
        line,
        column,
        category: satd.category,
        severity: satd.severity,
        marker: satd.marker,
        explicit: satd.explicit,
        text: satd.text,
        language: Language::name(facts.language),
        function: innermost.map(|function| function.qualified_name.clone()),
        owner: satd.owner,
        issue: satd.issue,
        probability: None,
        written: None,
    }
}

/// Fills in who wrote each item of a file with this many lines. Items without an author give the reason, unless it is
/// the same for all.
fn attribute(path: &RepoPath, physical: u32, items: &mut [SatdItem], attribution: Attribution<'_>) {
    if items.is_empty() {
        return;
    }
    let lines = (attribution.blame)(path);
    if lines.is_err() && attribution.shallow {
        return;
    }
    for item in items {
        item.written = Some(match &lines {
            Err(error) => Measured::failed(error.to_string()),
            Ok(lines) if lines.len() < physical as usize => {
                Measured::unsupported("its lines end with CR alone: Git takes several for one")
            }
            Ok(lines) => match lines.get(item.line as usize - 1) {
                Some(Some(commit)) => Measured::Value(age(commit, attribution.at)),
                Some(None) => Measured::unsupported("not committed yet"),
                None => Measured::unsupported("the line is not in the blamed revision"),
            },
        });
    }
}

/// For a shallow history, says once how many items could not be attributed.
fn not_attributed(attribution: Attribution<'_>, items: &[SatdItem]) -> Option<String> {
    let unknown = items.iter().filter(|item| item.written.is_none()).count();
    let of_items = if unknown == 1 { "1 item".to_owned() } else { format!("{unknown} items") };
    (attribution.shallow && unknown > 0).then(|| {
        format!("the clone is shallow, and the history of {of_items} begins before it; `git fetch --unshallow` brings it")
    })
}

fn age(commit: &BlamedCommit, at: i64) -> Age {
    Age {
        author: commit.name.clone(),
        email: commit.email.clone(),
        commit: commit.commit.short(),
        time: commit.time,
        days: at.saturating_sub(commit.time).max(0) / 86_400,
    }
}

/// Comments that are read as one: a comment, or adjacent line comments.
struct Block<'c> {
    comments: Vec<&'c Comment>,
}

impl Block<'_> {
    fn kind(&self) -> CommentKind {
        self.comments[0].kind
    }

    fn text(&self) -> String {
        let lines: Vec<&str> = self.comments.iter().map(|comment| line_text(comment)).collect();
        lines.join("\n")
    }

    /// Line and column of a byte of [`Block::text`].
    fn position(&self, offset: usize) -> (u32, u32) {
        let mut rest = offset;
        for comment in &self.comments {
            let text = line_text(comment);
            if rest <= text.len() {
                let before = &text.as_bytes()[..rest];
                let lines = before.iter().filter(|byte| **byte == b'\n').count();
                let column = match before.iter().rposition(|byte| *byte == b'\n') {
                    Some(newline) => rest - newline,
                    None => comment.span.start_column as usize + rest,
                };
                return (comment.span.start_line + lines as u32, column as u32);
            }
            rest -= text.len() + 1;
        }
        let last = self.comments[self.comments.len() - 1];
        (last.span.end_line, last.span.start_column)
    }
}

/// The comment without the line end that some grammars include.
fn line_text(comment: &Comment) -> &str {
    comment.text.trim_end_matches(['\n', '\r'])
}

/// Groups a file's comments: a sentence often runs over several line comments.
fn blocks(comments: &[Comment]) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for comment in comments {
        match blocks.last_mut() {
            Some(block) if continues(block.comments[block.comments.len() - 1], comment) => {
                block.comments.push(comment)
            }
            _ => blocks.push(Block { comments: vec![comment] }),
        }
    }
    blocks
}

fn continues(before: &Comment, comment: &Comment) -> bool {
    let one_line = |comment: &Comment| !line_text(comment).contains('\n');
    before.kind == comment.kind
        && comment.kind != CommentKind::Block
        && !comment.trailing
        && one_line(before)
        && one_line(comment)
        && comment.span.start_line == before.span.start_line + 1
        && comment.span.start_column == before.span.start_column
}

fn tally<T: Ord>(names: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

/// The counts of `names` in order; 0 for those without any.
fn every<T: Ord + Copy>(names: &[T], counts: &BTreeMap<T, usize>) -> Vec<Count<T>> {
    names.iter().map(|name| Count { name: *name, count: counts.get(name).copied().unwrap_or(0) }).collect()
}

fn most_first<T: Ord>(counts: BTreeMap<T, usize>) -> Vec<Count<T>> {
    let mut counts: Vec<Count<T>> = counts.into_iter().map(|(name, count)| Count { name, count }).collect();
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    counts
}
