//! Self-admitted technical debt: shortcomings that the code's own comments admit.
//!
//! [`detect`] is the one place that decides what counts. It looks at the comment's words only, so the same comment gives
//! the same items everywhere. [`analyze`] applies it to a tree.

mod content;
pub mod learned;
mod marker;
mod phrase;
mod reference;
mod report;
mod talk;
#[cfg(test)]
mod tests;
mod text;

pub use report::{Age, Attribution, Blame, Count, SatdItem, SatdOptions, SatdReport, analyze, items_of};

use content::Content;
use facts::language::Language;
use facts::model::CommentKind;
use learned::{Model, Terms};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use text::Words;

/// The category of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(rename = "DebtCategory")]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Structure: hacks, workarounds, code that should be elsewhere or otherwise.
    Design,
    /// Something that does not work.
    Defect,
    /// Something that is not there yet.
    Requirement,
    /// Tests that are missing or poor.
    Test,
    /// Something slower or larger than need be.
    Performance,
    /// Something that an attacker could use.
    Security,
}

impl Category {
    /// Every category.
    pub const ALL: [Category; 6] = [
        Category::Design,
        Category::Defect,
        Category::Requirement,
        Category::Test,
        Category::Performance,
        Category::Security,
    ];
}

/// The severity of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DebtSeverity")]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// A wish.
    Low,
    /// A compromise that costs something already.
    Medium,
    /// Something is wrong.
    High,
    /// Security, or loss of data.
    Critical,
}

impl Severity {
    /// Every severity, worst first.
    pub const ALL: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
}

/// What is taken for an admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(rename = "DebtMode")]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Marker words (TODO, FIXME, …) and phrases ("workaround", "should probably be", …).
    #[default]
    Full,
    /// Marker words only.
    Strict,
}

/// How self-admitted debt is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(rename = "DebtDetector")]
#[serde(rename_all = "kebab-case")]
pub enum Detector {
    /// Marker words and phrases: [`detect`].
    #[default]
    Words,
    /// The [`learned`] model alone.
    Learned,
    /// The words, and where they find nothing the model.
    Both,
}

/// One admission in a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Satd {
    /// Where the marker or phrase begins, in bytes from the comment's beginning.
    pub offset: usize,
    /// The marker (`TODO`), the phrase's name (`workaround`), or [`learned::MARKER`].
    pub marker: &'static str,
    /// True for a marker word, false for a phrase.
    pub explicit: bool,
    /// What it concerns.
    pub category: Category,
    /// How much it matters.
    pub severity: Severity,
    /// The words of its line from the marker on; for a phrase, the whole line. At most 200 characters.
    pub text: String,
    /// Who is named after the marker: `TODO(name)`, `TODO @name`.
    pub owner: Option<String>,
    /// The issue named: `TODO(#123)`, `FIXME ABC-123`, the address of an issue.
    pub issue: Option<String>,
}

/// The admissions of technical debt in one comment (or several adjacent line comments joined by `\n`), in order.
///
/// Each marker word counts; a comment without one counts once when it holds a telling phrase. Licence headers and lines
/// of commented-out code do not count. In documentation a marker counts at the beginning of a line or sentence, and no
/// phrase does: documentation describes what the code is for, and may well be about workarounds. The category of an
/// item comes from the marker if that names it (`HACK`, `BUG`), else from the words after it where they do (security,
/// tests, performance, a defect), else by the [`learned`] model. An item without a marker concerns what its phrase
/// says, which is design for most, unless its words mention security, tests or performance.
pub fn detect(comment: &str, kind: CommentKind, language: Language, mode: Mode) -> Vec<Satd> {
    // Most comments admit nothing, and then the model is never read.
    detect_by(comment, kind, language, mode, Some(&Model::builtin))
}

/// As [`detect`], with another model for what items concern; without one, marker and words decide alone.
pub fn detect_by<'m>(
    comment: &str,
    kind: CommentKind,
    language: Language,
    mode: Mode,
    model: Option<&dyn Fn() -> &'m Model>,
) -> Vec<Satd> {
    let words = Words::of(comment);
    if words.text.is_empty() || is_licence(&words.text) {
        return Vec::new();
    }
    // The model has seen comments of programs only.
    let model = model.filter(|_| !language.is_prose());
    let documentation = kind == CommentKind::Doc || language.is_prose();
    let hits = marker::find(&words.text, &words.line_starts, documentation);
    let mut items: Vec<Satd> = Vec::with_capacity(hits.len());
    for (index, hit) in hits.iter().enumerate() {
        let end = hits.get(index + 1).map_or(words.text.len(), |next| next.start);
        let said = words.text[hit.end..end].trim_start_matches([':', ' ', '-']);
        // What an item concerns it says first; further on it mentions what goes with that.
        let content = Content::of(clip(said, 120));
        // Several items in a comment concern what each of them says.
        let own = if hits.len() == 1 { words.text.as_str() } else { &words.text[hit.start..end] };
        let category = match (content.told(), model) {
            (Some(Category::Security), _) => Category::Security,
            _ if hit.marker.tells => hit.marker.category,
            (None, Some(model)) => model().category(&Terms::of(own)),
            _ => content.category(hit.marker.category),
        };
        let named = reference::find(&words.text[hit.end..end]);
        items.push(Satd {
            offset: words.origin(hit.start),
            marker: hit.marker.name,
            explicit: true,
            category,
            severity: content.severity(category, hit.marker.severity),
            text: clip(clip(words.rest_of_line(hit.start), end - hit.start).trim_end(), 200).to_owned(),
            owner: named.owner,
            issue: named.issue,
        });
    }
    if items.is_empty() && !documentation && mode == Mode::Full {
        items.extend(phrase_item(&words));
    }
    items
}

fn phrase_item(words: &Words) -> Option<Satd> {
    let hit = phrase::find(&words.text)?;
    let content = Content::of(clip(&words.text, 400));
    let category = settle(hit.phrase.category, content.told_unmarked());
    let severity = content.severity(category, hit.phrase.severity);
    let line = words.line_starts[words.line_starts.partition_point(|start| *start <= hit.start) - 1];
    Some(Satd {
        offset: words.origin(hit.start),
        marker: hit.phrase.name,
        explicit: false,
        category,
        // Without a marker nobody asked for attention: not critical.
        severity: severity.max(hit.phrase.severity).min(Severity::High),
        text: clip(words.rest_of_line(line), 200).to_owned(),
        owner: None,
        issue: reference::find_issue(&words.text[hit.end..]),
    })
}

/// A phrase that names its category keeps it, unless the words around it mention security; where it names design or what is not
/// there yet, tests and performance count as well.
fn settle(of_phrase: Category, told: Option<Category>) -> Category {
    match (of_phrase, told) {
        (_, Some(Category::Security)) => Category::Security,
        (Category::Requirement | Category::Design, Some(told)) => told,
        _ => of_phrase,
    }
}

/// The first `characters` characters.
fn clip(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

fn is_licence(words: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "SPDX-License-Identifier",
        "Licensed under the",
        "Permission is hereby granted",
        "All rights reserved",
        "GNU General Public License",
        "GNU Lesser General Public",
        "governed by a BSD-style",
        "Redistribution and use in source",
    ];
    SIGNS.iter().any(|sign| words.contains(sign))
}
