//! Comments that mention debt without admitting any: they deny it ("not a hack") or are about a marker, for example
//! refer to one elsewhere or list several.

/// Words that turn what follows into a denial.
const DENIALS: [&str; 6] = ["no", "not", "never", "without", "nor", "cannot"];
/// Words allowed between a denial and what it denies.
const BETWEEN: [&str; 8] = ["a", "an", "any", "another", "longer", "more", "really", "even"];

/// True if the text before a marker or phrase denies it: `not a`, `no longer a`, `isn't`.
pub(super) fn denies(before: &str) -> bool {
    let mut words = words_back(before).skip_while(|word| is_any(word, &BETWEEN));
    words.next().is_some_and(|word| {
        is_any(word, &DENIALS)
            || word.get(word.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("n't"))
    })
}

/// Words that say the code avoids what follows.
const AVOIDED: [&str; 14] = [
    "avoid",
    "avoids",
    "avoiding",
    "prevent",
    "prevents",
    "preventing",
    "reduce",
    "reduces",
    "reducing",
    "eliminate",
    "eliminates",
    "without",
    "less",
    "against",
];

/// True if a word for avoiding is at most three words before: `to avoid any code duplication`. "Without this
/// workaround" mentions an existing one.
pub(super) fn avoids(before: &str) -> bool {
    let mut words =
        words_back(before).take(3).take_while(|word| !is_any(word, &["this", "that", "the", "these"]));
    words.any(|word| is_any(word, &AVOIDED))
}

/// The users of the code, or another program.
const READERS: [&str; 10] =
    ["you", "your", "yours", "user", "users", "caller", "callers", "client", "clients", "they"];

/// True if a sentence with a wish tells its readers what to do: "you should probably call it once".
pub(super) fn is_advice(before: &str, found: &str) -> bool {
    let own = found.split(|c: char| !c.is_alphabetic()).any(|word| is_any(word, &READERS));
    own || words_back(before).take(8).any(|word| is_any(word, &READERS))
}

/// What others implement.
const INTERFACES: [&str; 8] =
    ["interface", "interfaces", "protocol", "protocols", "trait", "traits", "abstract", "callback"];

/// True if a sentence is about what others are to implement: "the interface which needs to be implemented".
pub(super) fn is_about_interface(before: &str) -> bool {
    words_back(before).take(8).any(|word| is_any(word, &INTERFACES))
}

/// True if the text between the two is part of a quotation: a message, a title.
pub(super) fn is_quoted(before: &str, after: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before);
    let rest = after.split('\n').next().unwrap_or(after);
    ['"', '`'].into_iter().any(|quote| line.matches(quote).count() % 2 == 1 && rest.contains(quote))
}

/// Words that say the code is intended.
const MEANT: [&str; 6] =
    ["intentional", "intentionally", "deliberate", "deliberately", "on purpose", "by design"];

/// True if a comment says that the code is as intended.
pub(super) fn is_meant(text: &str) -> bool {
    let lower = super::clip(text, 600).to_ascii_lowercase();
    MEANT.iter().any(|said| {
        lower.match_indices(said).any(|(at, _)| {
            !lower[..at].ends_with(char::is_alphanumeric)
                && !lower[at + said.len()..].starts_with(char::is_alphanumeric)
        })
    })
}

/// Words before a marker that refer to one elsewhere.
const REFERENCES: [&str; 20] = [
    "see", "the", "this", "that", "these", "those", "each", "every", "all", "any", "my", "your", "our",
    "their", "its", "of", "support", "supports", "matches", "called",
];
/// Words after a marker that define it.
const DEFINITIONS: [&str; 5] = [" is a ", " is an ", " are ", " stands for ", " means "];
/// Markers that name a task; the others name a shortcoming even inside a sentence ("this is the HACK that …").
const TASKS: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// True if the words around a marker are about the marker. `before` is the text before it in its line.
pub(super) fn is_about(marker: &str, before: &str, rest: &str) -> bool {
    let is_task = TASKS.contains(&marker);
    let referred = || words_back(before).next().is_some_and(|word| is_any(word, &REFERENCES));
    let defined = || DEFINITIONS.iter().any(|said| rest.starts_with(said));
    denies(before) || (is_task && (referred() || defined() || is_listed(before, rest)))
}

/// `TODO, FIXME and XXX`: one of several markers in a list.
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

/// The words at the end of a text, the last one first, up to a character that is not part of a word.
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
