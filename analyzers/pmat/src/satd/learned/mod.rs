//! The trained model: linear over a comment's words and pairs of words.
//!
//! The program contains the model as an `.apr` file ([`Model::builtin`]); `cargo xtask train-satd` fits it to comments
//! that people have labelled. [`docs/metrics.md`](../../../../../docs/metrics.md) has the source, the method and the
//! figures.

mod model;
mod terms;
#[cfg(test)]
mod tests;

pub use model::{Constants, Judgement, Model, Parameters, SUBJECTS, probability};
pub use terms::Terms;

use super::content::Content;
use super::text::Words;
use super::{Category, Satd, Severity, clip, is_licence, reference};
use facts::language::Language;

/// The name under which its items are reported.
pub const MARKER: &str = "learned";

/// What the model says about a comment; nothing of licence headers, of commented-out code, and of prose, which it has not
/// been trained for.
pub fn judge(comment: &str, language: Language) -> Option<Judgement> {
    if language.is_prose() {
        return None;
    }
    terms(comment).map(|terms| Model::builtin().judge(&terms))
}

/// What the debt of a comment concerns, by its words where they tell it, else by the model; nothing where [`terms`] gives none.
pub fn category(comment: &str, model: &Model) -> Option<Category> {
    let words = Words::of(comment);
    let terms = terms(comment)?;
    Some(Content::of(clip(&words.text, 400)).told_unmarked().unwrap_or_else(|| model.category(&terms)))
}

/// The terms that the model sees of a comment with its delimiters; none of licence headers and commented-out code.
pub fn terms(comment: &str) -> Option<Terms> {
    let words = Words::of(comment);
    (!words.text.is_empty() && !is_licence(&words.text)).then(|| Terms::of(&words.text))
}

/// The item that the model sees in a comment, at the line with the strongest evidence.
pub(super) fn detect(comment: &str, judgement: &Judgement) -> Option<Satd> {
    if !judgement.admits {
        return None;
    }
    let words = Words::of(comment);
    let model = Model::builtin();
    let line_of = |index: usize| {
        let end = words.line_starts.get(index + 1).map_or(words.text.len(), |next| *next);
        words.text[words.line_starts[index]..end].trim_end()
    };
    let weight = |index: &usize| model.weight(&Terms::of(line_of(*index)));
    // The first of equals.
    let line = (0..words.line_starts.len()).rev().max_by(|a, b| weight(a).total_cmp(&weight(b)))?;
    let content = Content::of(clip(&words.text, 400));
    let category = content.told_unmarked().unwrap_or(judgement.category);
    let base = if category == Category::Defect { Severity::Medium } else { Severity::Low };
    Some(Satd {
        offset: words.origin(words.line_starts[line]),
        marker: MARKER,
        explicit: false,
        category,
        // Without a marker nobody asked for attention: not critical.
        severity: content.severity(category, base).min(Severity::High),
        text: clip(line_of(line), 200).to_owned(),
        owner: None,
        issue: reference::find_issue(&words.text),
    })
}
