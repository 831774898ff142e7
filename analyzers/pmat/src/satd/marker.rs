//! The words that programmers put before an admitted shortcoming, and which uses of them count.

use super::talk;
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
    /// True for words that say what the item concerns; for the others, the following words decide.
    pub tells: bool,
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
    Marker { word, name, category, severity, tells: false, guarded }
}

/// A marker that says what the item concerns.
const fn telling(
    word: &'static str,
    name: &'static str,
    category: Category,
    severity: Severity,
    guarded: bool,
) -> Marker {
    Marker { tells: true, ..marker(word, name, category, severity, guarded) }
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
    telling("hack", "HACK", Design, Medium, false),
    telling("bug", "BUG", Defect, High, true),
    telling("kludge", "KLUDGE", Design, Medium, false),
    telling("workaround", "WORKAROUND", Design, Medium, true),
    telling("refactor", "REFACTOR", Design, Low, true),
    telling("optimize", "OPTIMIZE", Performance, Low, true),
    marker("nocommit", "NOCOMMIT", Defect, High, false),
    marker("revisit", "REVISIT", Design, Low, true),
    marker("tbd", "TBD", Requirement, Low, true),
    telling("broken", "BROKEN", Defect, High, true),
    marker("wtf", "WTF", Design, Medium, false),
];

static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(MARKERS.iter().map(|marker| marker.word))
        .expect("a few short words fit an automaton")
});

/// A marker and where it is.
pub(super) struct Hit {
    pub marker: &'static Marker,
    pub start: usize,
    pub end: usize,
}

/// Markers of `text` (without comment delimiters) in order. In documentation, only markers at the beginning of a line
/// or sentence count: inside a sentence, they belong to the subject of the function. The same holds elsewhere for
/// markers in lower case without a colon. Mentioning a marker does not count.
pub(super) fn find(text: &str, line_starts: &[usize], documentation: bool) -> Vec<Hit> {
    let counts = |hit: &Hit| is_use(text, hit, line_before(text, hit.start, line_starts), documentation);
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

/// Where a marker is in its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Line,
    /// After the author's name: `ann: TODO`, `AB TODO`.
    Signed,
    Sentence,
    Inside,
}

/// The text before a byte in its line.
fn line_before<'t>(text: &'t str, at: usize, line_starts: &[usize]) -> &'t str {
    let line = line_starts[line_starts.partition_point(|start| *start <= at).saturating_sub(1)];
    &text[line.min(at)..at]
}

fn begins(line: &str) -> Beginning {
    let before = line.trim_end_matches(|c: char| c.is_whitespace() || "-*@\\[(:>#!|".contains(c));
    match before.chars().next_back() {
        None => Beginning::Line,
        Some(_) if is_signed(line) => Beginning::Signed,
        Some('.' | '!' | '?' | ';') => Beginning::Sentence,
        Some(_) => Beginning::Inside,
    }
}

/// Longest name of an author, in characters.
const MAX_NAME: usize = 25;

/// True if only an author's name is `before` a marker: `ann:`, `(ann)`, `[AB]`, `@ann`, `AB`, `AB -`.
fn is_signed(before: &str) -> bool {
    if before.len() > 60 {
        return false;
    }
    let text = before.trim_start_matches(|c: char| c.is_whitespace() || "*#@-".contains(c));
    let is_mention = before[..before.len() - text.len()].ends_with('@');
    let ends = |rest: &str| rest.chars().all(|c| c.is_whitespace() || ":,.–/-".contains(c));
    let bracketed = |(open, close)| {
        let (_, rest) = name(text.strip_prefix(open)?)?;
        rest.strip_prefix(close)
    };
    if let Some(rest) = [('(', ')'), ('[', ']'), ('<', '>')].into_iter().find_map(bracketed) {
        return ends(rest);
    }
    let letters = text.chars().take_while(|c| c.is_uppercase()).count();
    let after_letters = text.trim_start_matches(char::is_uppercase);
    let named = name(text).is_some_and(|(_, rest)| {
        rest.trim_start().strip_prefix(':').is_some_and(ends) || (is_mention && ends(rest))
    });
    named || ((2..=3).contains(&letters) && ends(after_letters))
}

/// A name at the start of a text, and the rest after it.
fn name(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next().filter(|c| c.is_alphabetic() || *c == '_')?;
    let is_part = |c: char| c.is_alphanumeric() || "_.+-".contains(c);
    let end = text.find(|c: char| !is_part(c)).unwrap_or(text.len()).max(first.len_utf8());
    (text[..end].chars().count() <= MAX_NAME).then(|| text.split_at(end))
}

/// True if a colon follows a marker, or the person it names.
fn has_colon(word: &str, rest: &str) -> bool {
    word.ends_with(':') || rest.trim_start().starts_with(':') || is_attributed(rest)
}

fn is_use(text: &str, hit: &Hit, line: &str, documentation: bool) -> bool {
    let beginning = begins(line);
    let word = &text[hit.start..hit.end];
    let rest = &text[hit.end..];
    let after = rest.chars().next();
    let upper = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    if is_part_of_name(text, hit, upper && beginning == Beginning::Signed) {
        return false;
    }
    let colon = has_colon(word, rest);
    let marked = colon || (!documentation && is_addressed(hit, rest));
    let is_other = !upper && is_word_or_call(hit, rest, marked);
    if is_other || (!colon && is_mentioned(hit, beginning, line, rest)) {
        return false;
    }
    let at_line = matches!(beginning, Beginning::Line | Beginning::Signed);
    let inside = is_inside(beginning, upper || colon);
    if documentation && inside {
        return false;
    }
    let stands_out = upper && (colon || after == Some('('));
    match hit.marker.guarded {
        true => stands_out || (at_line && colon),
        false => upper || colon || (!inside && begins_admission(hit, beginning)),
    }
}

/// True if the words around a marker without a colon are about the marker, or if it stands for any word, as three
/// letters inside a sentence do: `the command help XXX`.
fn is_mentioned(hit: &Hit, beginning: Beginning, line: &str, rest: &str) -> bool {
    let begins_anew = line.trim_end().ends_with('/');
    let is_any_word = hit.marker.name == "XXX" && beginning == Beginning::Inside && !begins_anew;
    is_any_word || talk::is_about(hit.marker.name, line, rest)
}

/// True if a marker is joined to the text around it, or names something. After a signature (`signed`), a dash or slash
/// does not join: `AB-TODO`, `AB/TODO`.
fn is_part_of_name(text: &str, hit: &Hit, signed: bool) -> bool {
    let before = text[..hit.start].chars().next_back();
    let rest = &text[hit.end..];
    let initialled = signed && matches!(before, Some('-' | '/'));
    let joined = before.is_some_and(joins_before) && !initialled;
    joined || rest.chars().next().is_some_and(joins_after) || names_something(&text[hit.start..hit.end], rest)
}

/// True if a marker in lower case is a word of another language, or a call in commented-out code. With a colon after
/// it, or after the person it names (`marked`), it is neither.
fn is_word_or_call(hit: &Hit, rest: &str, marked: bool) -> bool {
    let word = hit.marker.name == "TODO" && !marked && is_everything(rest);
    word || (rest.starts_with('(') && !marked)
}

/// True for `todo(ann) rename it`, `fixme(#12) it hangs`: one word in parentheses, and words after it.
fn is_addressed(hit: &Hit, rest: &str) -> bool {
    let Some((inside, after)) = rest.strip_prefix('(').and_then(|inside| inside.split_once(')')) else {
        return false;
    };
    let is_name = inside.starts_with(|c: char| c.is_alphabetic() || "@#".contains(c))
        && inside.len() <= 60
        && inside.chars().all(|c| c.is_alphanumeric() || "@#._-/".contains(c));
    let said = after.strip_prefix([' ', '\t']).unwrap_or_default().trim_start();
    matches!(hit.marker.name, "TODO" | "FIXME") && is_name && said.starts_with(char::is_alphabetic)
}

/// True for a marker inside a sentence; one after a signature is inside unless capitals or a colon set it off (`marked`).
fn is_inside(beginning: Beginning, marked: bool) -> bool {
    match beginning {
        Beginning::Inside => true,
        // `@param todo`, `usage: todo add`
        Beginning::Signed => !marked,
        Beginning::Line | Beginning::Sentence => false,
    }
}

/// In lower case, the rarer words begin a line of prose as often as an admission.
fn begins_admission(hit: &Hit, beginning: Beginning) -> bool {
    let first = hit.start == 0 || beginning == Beginning::Sentence;
    let common = matches!(hit.marker.name, "TODO" | "FIXME");
    (common && matches!(beginning, Beginning::Line | Beginning::Sentence))
        || (first && hit.marker.name != "XXX")
}

/// Whether "todo" is Spanish, Portuguese or Italian for "all" or "everything", by what follows.
fn is_everything(rest: &str) -> bool {
    /// Words that follow it in these languages and do not exist in English.
    const FOLLOWERS: &[&str] = &[
        "al", "aquel", "aquello", "bene", "bien", "certo", "che", "ciò", "como", "con", "correcto", "del",
        "della", "di", "ele", "el", "em", "en", "es", "esa", "ese", "eso", "esse", "essa", "est", "esta",
        "este", "esto", "están", "funciona", "gli", "ha", "hay", "igual", "il", "isso", "isto", "junto",
        "la", "las", "le", "listo", "lo", "los", "menos", "mi", "mondo", "mundo", "nel", "nuestro", "o",
        "ok", "para", "pelo", "por", "pronto", "quanto", "que", "quello", "questo", "salió", "se", "sea",
        "sobre", "su", "sus", "tipo", "um", "uma", "un", "una", "va", "vai", "ya",
    ];
    let clip = super::clip(rest, 120);
    let is_word = |word: &&str| !word.is_empty();
    let mut words = clip.split(|c: char| !c.is_alphabetic()).filter(is_word);
    let follows = |word: &str| FOLLOWERS.contains(&word.to_lowercase().as_str());
    let is_romance = |c: char| "áéíóúñçãõâêôàèìòùüÁÉÍÓÚÑÇÃÕ¿¡".contains(c);
    match words.next() {
        // "ok" is also English, so alone it proves nothing.
        Some("ok") => clip.contains(is_romance),
        Some(first) => {
            follows(first)
                || clip.contains(is_romance)
                || words.take(8).filter(|word| follows(word)).count() > 1
        }
        None => false,
    }
}

/// True for `(name): …` after a marker.
fn is_attributed(rest: &str) -> bool {
    let inside = rest.strip_prefix('(').and_then(|inside| inside.split_once(')'));
    inside.is_some_and(|(name, after)| name.len() <= 60 && after.starts_with(':'))
}

/// Characters before a marker that make it part of a name, path or quotation.
fn joins_before(c: char) -> bool {
    c.is_alphanumeric() || "_.$/`\"'-&%=".contains(c)
}

/// The same for the character after it. A dot or an exclamation mark may end a sentence; see [`names_something`].
fn joins_after(c: char) -> bool {
    c.is_alphanumeric() || "_`\"'=$&[".contains(c)
}

/// Words that make the marker before them a name: for a kind of comment, or for a list of tasks.
const NOUNS: [&str; 16] = [
    "item", "items", "list", "lists", "app", "apps", "comment", "comments", "marker", "markers", "tag",
    "tags", "keyword", "keywords", "entry", "entries",
];
/// Parts of a program for lists of tasks. After a marker in capitals, they are the subject of the admission.
const PARTS: [&str; 11] = [
    "component",
    "components",
    "view",
    "views",
    "page",
    "pages",
    "state",
    "store",
    "model",
    "models",
    "entity",
];

/// `todo list`, `todo-pane`, `todo.is_done`, `todo!(…)`, `XXX-XX`, `hack/build.sh`: names and prose.
fn names_something(word: &str, rest: &str) -> bool {
    let mut chars = rest.chars();
    let (first, second) = (chars.next(), chars.next());
    let glued = matches!(first, Some('.' | '-' | '!' | '/' | ',' | ':'))
        && second.is_some_and(|c| c.is_alphanumeric() || "(_:".contains(c));
    let glued =
        glued && !(first == Some(':') && second != Some(':')) && !(first == Some(',') && second != Some('_'));
    let capitals = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    let next = rest.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_any = |nouns: &[&str]| nouns.iter().any(|noun| next.eq_ignore_ascii_case(noun));
    glued || (rest.starts_with(' ') && (is_any(&NOUNS) || (!capitals && is_any(&PARTS))))
}
