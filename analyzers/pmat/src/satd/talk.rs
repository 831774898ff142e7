//! What is said of debt without admitting any: it is denied ("not a hack"), or a marker is what the sentence is about, as where it
//! refers to one elsewhere or lists several.

/// Words after which nothing is admitted.
const DENIALS: [&str; 6] = ["no", "not", "never", "without", "nor", "cannot"];
/// Words that may stand between a denial and what it denies.
const BETWEEN: [&str; 8] = ["a", "an", "any", "another", "longer", "more", "really", "even"];

/// True where the text before a marker or phrase denies it: `not a`, `no longer a`, `isn't`.
pub(super) fn denies(before: &str) -> bool {
    let mut words = words_back(before).skip_while(|word| is_any(word, &BETWEEN));
    words.next().is_some_and(|word| {
        is_any(word, &DENIALS)
            || word.get(word.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("n't"))
    })
}

/// Words before a marker that speak of one which stands elsewhere.
const REFERENCES: [&str; 20] = [
    "see", "the", "this", "that", "these", "those", "each", "every", "all", "any", "my", "your", "our",
    "their", "its", "of", "support", "supports", "matches", "called",
];
/// What says of a marker what it is.
const DEFINITIONS: [&str; 5] = [" is a ", " is an ", " are ", " stands for ", " means "];
/// Markers that name a task; the others name what is bad, also in the midst of a sentence ("this is the HACK that …").
const TASKS: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// True where the words around a marker speak about it. `before` is what its line has before it.
pub(super) fn is_about(marker: &str, before: &str, rest: &str) -> bool {
    let is_task = TASKS.contains(&marker);
    let referred = || words_back(before).next().is_some_and(|word| is_any(word, &REFERENCES));
    let defined = || DEFINITIONS.iter().any(|said| rest.starts_with(said));
    denies(before) || (is_task && (referred() || defined() || is_listed(before, rest)))
}

/// `TODO, FIXME and XXX`: one of several markers that are named.
fn is_listed(before: &str, rest: &str) -> bool {
    let is_task = |word: &str| TASKS.contains(&word);
    let first = |text: &str| {
        is_task(text.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default())
    };
    let last = |text: &str| {
        is_task(text.trim_end().rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default())
    };
    let joints = [",", " and ", " or ", ", and ", ", or "];
    let before = before.trim_end();
    joints.iter().any(|joint| {
        rest.strip_prefix(joint).is_some_and(first) || before.strip_suffix(joint.trim_end()).is_some_and(last)
    })
}

/// The words at the end of a text, the last one first, up to a sign that is no part of a word.
fn words_back(text: &str) -> impl Iterator<Item = &str> {
    const FAR: usize = 60;
    let near = text.char_indices().rev().nth(FAR).map_or(text, |(start, _)| &text[start..]);
    let is_part = |c: char| c.is_alphabetic() || c == '\'' || c.is_whitespace();
    let start = near
        .rfind(|c: char| !is_part(c))
        .map_or(0, |at| at + near[at..].chars().next().map_or(1, char::len_utf8));
    near[start..].split_whitespace().rev()
}

fn is_any(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}
