//! Words of prose, paths and identifiers, folded so that their usual forms meet.

use facts::hash::HashSet;
use std::sync::LazyLock;

/// Calls `each` with every word of `text`, folded. Words are runs of letters and digits; an identifier is split at
/// underscores and at changes of case (`parseHTTPHeader` → parse, http, head). One-letter words are left out.
pub(super) fn for_each_word(text: &str, each: &mut impl FnMut(&str)) {
    let mut folded = String::with_capacity(24);
    for run in text.split(|c: char| !c.is_alphanumeric()) {
        for word in identifier_words(run) {
            fold(word, &mut folded);
            if folded.chars().nth(1).is_some() {
                each(&folded);
            }
        }
    }
}

/// Splits a run of letters and digits where its case changes: before an upper-case letter that follows a lower-case
/// one or a digit, and before the last of several upper-case letters that a lower-case one follows.
pub(super) fn identifier_words(run: &str) -> impl Iterator<Item = &str> {
    let mut rest = run;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (word, tail) = rest.split_at(word_end(rest));
        rest = tail;
        Some(word)
    })
}

fn word_end(run: &str) -> usize {
    let mut letters = run.char_indices();
    let Some((_, mut previous)) = letters.next() else {
        return 0;
    };
    let mut previous_at = 0;
    for (at, letter) in letters {
        if letter.is_uppercase() && !previous.is_uppercase() {
            return at;
        }
        if letter.is_lowercase() && previous.is_uppercase() && previous_at > 0 {
            return previous_at;
        }
        (previous, previous_at) = (letter, at);
    }
    run.len()
}

/// Writes the lower-case stem of `word` to `into`.
///
/// The stem is deliberately coarse (plural, -ing, -ed, -er, a final e): both sides of every comparison are folded, so a
/// stem need not be a word, and a full Porter stemmer would join unrelated identifiers.
pub(super) fn fold(word: &str, into: &mut String) {
    into.clear();
    into.extend(word.chars().flat_map(char::to_lowercase));
    if into.len() <= 3 || !into.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    if let Some(stem) = into.strip_suffix("ies") {
        let keep = stem.len();
        into.truncate(keep);
        into.push('y');
    } else if ["sses", "xes", "zes", "ches", "shes"].iter().any(|ending| into.ends_with(ending)) {
        into.truncate(into.len() - 2);
    } else if into.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| into.ends_with(ending)) {
        into.truncate(into.len() - 1);
    }
    for (ending, shortest) in [("ing", 6), ("ed", 5), ("er", 6), ("or", 6)] {
        if into.len() >= shortest && into.ends_with(ending) && !into.ends_with("eed") {
            into.truncate(into.len() - ending.len());
            undouble(into);
            break;
        }
    }
    if into.len() > 3 && into.ends_with('e') {
        into.pop();
    }
}

/// `stopp` → `stop`; `pass` and `full` keep their double letter.
fn undouble(stem: &mut String) {
    let bytes = stem.as_bytes();
    if let [.., before, last] = bytes
        && before == last
        && !b"aeiouls".contains(last)
    {
        stem.pop();
    }
}

/// True for words that say nothing about which code is meant: English function words, and the words every commit message
/// or issue is made of. `folded` is a word as [`for_each_word`] gives it.
pub(super) fn is_stop_word(folded: &str) -> bool {
    static FOLDED: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let mut words = HashSet::default();
        for_each_word(STOP_WORDS, &mut |word| {
            words.insert(word.to_owned());
        });
        words
    });
    FOLDED.contains(folded)
}

const STOP_WORDS: &str = "
    about actually after again all allow also always am an and any are as at be because been before being both but by can
    cannot could did do does doesn don done down each either etc for from get gets give given had happen has have having
    here how however if in instead into is isn it its just like make makes may might more most must need new no nor not
    now of off on once one only or other our out over own per please rather re same see should shouldn since so some still
    such than that the their them then there these they thing this those though through thus to too under until up us use
    used uses using ve very via was wasn way we were what when where whether which while who why will with without won would
    wouldn yet you your
    add added adds author avoid broken bug bugs cause causes caused change changed changes close closes closed commit
    correct correctly correctness fix fixed fixes fixing following github http https improve incorrect incorrectly introduced
    issue issues mean noticed pr prevent previous previously problem properly pull refs regress regressed regression report
    reported resolve resolves result sign signed tweak update updated wrong wrongly work works";

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for_each_word(text, &mut |word| found.push(word.to_owned()));
        found
    }

    #[test]
    fn identifiers_split_at_case_and_underscores() {
        let split = |run: &'static str| identifier_words(run).collect::<Vec<_>>();
        assert_eq!(split("parseHTTPHeader"), ["parse", "HTTP", "Header"]);
        assert_eq!(split("HiArgs"), ["Hi", "Args"]);
        assert_eq!(split("utf8Decoder"), ["utf8", "Decoder"]);
        assert_eq!(words("max_line_count from_HTTP"), ["max", "lin", "count", "from", "http"]);
    }

    #[test]
    fn usual_forms_of_a_word_meet() {
        for forms in [
            &["encode", "encoding", "encoded", "encoder", "encodes"][..],
            &["match", "matches", "matching", "matched", "matcher"],
            &["query", "queries"],
            &["stop", "stopped", "stopping"],
            &["class", "classes"],
            &["pass", "passing", "passed"],
        ] {
            let folded: Vec<_> = forms.iter().flat_map(|form| words(form)).collect();
            assert!(folded.iter().all(|stem| *stem == folded[0]), "{folded:?}");
        }
        assert_ne!(words("status"), words("state"));
    }

    #[test]
    fn letters_of_other_scripts_are_words() {
        assert_eq!(words("Größe данные 漢字"), ["größe", "данные", "漢字"]);
    }

    #[test]
    fn stop_words_are_recognised_in_every_form() {
        for word in words("Fixes fixing because HOWEVER there") {
            assert!(is_stop_word(&word), "{word}");
        }
        assert!(!is_stop_word("regex"));
    }
}
