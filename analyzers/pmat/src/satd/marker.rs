//! The words that programmers put before an admitted shortcoming, and what counts as such a use of them.

use super::{Category, Severity};
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// A marker word.
pub(super) struct Marker {
    /// Lower case.
    word: &'static str,
    /// The name under which it is reported.
    pub name: &'static str,
    pub category: Category,
    pub severity: Severity,
    /// True for words that prose uses too: they count only in upper case with a colon or parenthesis after them, or at the
    /// beginning of a line with a colon.
    guarded: bool,
}

const fn marker(
    word: &'static str,
    name: &'static str,
    category: Category,
    severity: Severity,
    guarded: bool,
) -> Marker {
    Marker { word, name, category, severity, guarded }
}

use Category::{Defect, Design, Performance, Requirement};
use Severity::{High, Low, Medium};

static MARKERS: &[Marker] = &[
    marker("todo", "TODO", Requirement, Low, false),
    marker("to do:", "TODO", Requirement, Low, true),
    marker("to-do:", "TODO", Requirement, Low, true),
    marker("fixme", "FIXME", Defect, High, false),
    marker("fix me", "FIXME", Defect, High, true),
    marker("xxx", "XXX", Design, Medium, false),
    marker("hack", "HACK", Design, Medium, false),
    marker("bug", "BUG", Defect, High, true),
    marker("kludge", "KLUDGE", Design, Medium, false),
    marker("workaround", "WORKAROUND", Design, Medium, true),
    marker("refactor", "REFACTOR", Design, Low, true),
    marker("optimize", "OPTIMIZE", Performance, Low, true),
    marker("nocommit", "NOCOMMIT", Defect, High, false),
    marker("revisit", "REVISIT", Design, Low, true),
    marker("tbd", "TBD", Requirement, Low, true),
    marker("broken", "BROKEN", Defect, High, true),
    marker("wtf", "WTF", Design, Medium, false),
];

static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(MARKERS.iter().map(|marker| marker.word))
        .expect("a few short words fit an automaton")
});

/// A marker and where it stands.
pub(super) struct Hit {
    pub marker: &'static Marker,
    pub start: usize,
    pub end: usize,
}

/// Markers of `text` (comment delimiters already taken off) in order. In documentation only those count that begin a
/// line or a sentence: what a function's documentation says inside a sentence is about the function's subject.
pub(super) fn find(text: &str, line_starts: &[usize], documentation: bool) -> Vec<Hit> {
    let counts = |hit: &Hit| is_use(text, hit, begins(text, hit.start, line_starts), documentation);
    WORDS
        .find_iter(text)
        .map(|found| Hit {
            marker: &MARKERS[found.pattern().as_usize()],
            start: found.start(),
            end: found.end(),
        })
        .filter(counts)
        .collect()
}

/// How a marker stands in its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Line,
    Sentence,
    Inside,
}

fn begins(text: &str, at: usize, line_starts: &[usize]) -> Beginning {
    let line = line_starts[line_starts.partition_point(|start| *start <= at).saturating_sub(1)];
    let before =
        text[line.min(at)..at].trim_end_matches(|c: char| c.is_whitespace() || "-*@\\[(:>#!|".contains(c));
    match before.chars().next_back() {
        None => Beginning::Line,
        Some('.' | '!' | '?' | ';') => Beginning::Sentence,
        Some(_) => Beginning::Inside,
    }
}

fn is_use(text: &str, hit: &Hit, beginning: Beginning, documentation: bool) -> bool {
    let word = &text[hit.start..hit.end];
    let before = text[..hit.start].chars().next_back();
    let rest = &text[hit.end..];
    let after = rest.chars().next();
    if before.is_some_and(joins_before) || after.is_some_and(joins_after) || names_something(word, rest) {
        return false;
    }
    let upper = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    let colon = word.ends_with(':') || rest.trim_start().starts_with(':') || is_attributed(rest);
    if after == Some('(') && !upper && !is_attributed(rest) {
        return false; // a call in commented-out code
    }
    if documentation && beginning == Beginning::Inside {
        return false;
    }
    let stands_out = upper && (colon || after == Some('('));
    match hit.marker.guarded {
        true => stands_out || (beginning == Beginning::Line && colon),
        false => upper || colon || begins_admission(hit, beginning),
    }
}

/// In lower case the rarer words begin a line of prose as often as an admission.
fn begins_admission(hit: &Hit, beginning: Beginning) -> bool {
    let first = hit.start == 0 || beginning == Beginning::Sentence;
    let common = matches!(hit.marker.name, "TODO" | "FIXME");
    (common && beginning != Beginning::Inside) || (first && hit.marker.name != "XXX")
}

/// True for `(name): …` after a marker.
fn is_attributed(rest: &str) -> bool {
    let inside = rest.strip_prefix('(').and_then(|inside| inside.split_once(')'));
    inside.is_some_and(|(name, after)| name.len() <= 60 && after.starts_with(':'))
}

/// Characters before a marker that make it part of a name, a path, a quotation.
fn joins_before(c: char) -> bool {
    c.is_alphanumeric() || "_.$/`\"'-&%=".contains(c)
}

/// The same after it. A dot or an exclamation mark may end a sentence; see [`names_something`].
fn joins_after(c: char) -> bool {
    c.is_alphanumeric() || "_`\"'=$&[".contains(c)
}

/// `todo list`, `todo-pane`, `todo.is_done`, `todo!(…)`, `XXX-XX`, `hack/build.sh`: names and prose.
fn names_something(word: &str, rest: &str) -> bool {
    let mut chars = rest.chars();
    let (first, second) = (chars.next(), chars.next());
    let glued = matches!(first, Some('.' | '-' | '!' | '/' | ',' | ':'))
        && second.is_some_and(|c| c.is_alphanumeric() || "(_:".contains(c));
    let glued =
        glued && !(first == Some(':') && second != Some(':')) && !(first == Some(',') && second != Some('_'));
    let lower = word.bytes().all(|byte| !byte.is_ascii_uppercase())
        || !word.bytes().any(|byte| byte.is_ascii_lowercase());
    let next = rest.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let noun =
        ["item", "items", "list", "lists", "app", "comment", "comments", "marker", "markers", "tag", "tags"];
    glued || (lower && rest.starts_with(' ') && noun.iter().any(|n| next.eq_ignore_ascii_case(n)))
}
