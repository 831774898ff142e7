//! A comment as a set of terms: its words, its pairs of adjacent words, and its pairs of words with one between them.

use regex::Regex;
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// The terms of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Each term once, ascending: the low half of XXH3-64 of the term's text, where collisions are very rare.
    hashes: Vec<u32>,
}

/// If one is a prefix of another, the longer one comes first.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    let call = r"(?P<call>[A-Za-z_$][0-9A-Za-z_$]*(?:\.[0-9A-Za-z_$]+)*\([^()]*\))";
    let name = r"(?P<name>[a-z]+[A-Z][0-9A-Za-z_]*|[0-9A-Za-z]+_[0-9A-Za-z_]+|[A-Z][a-z]+[A-Z][0-9A-Za-z_]*|[0-9A-Za-z_]+\.[0-9A-Za-z_][0-9A-Za-z_.]*)";
    let word = r"(?P<word>[A-Za-z]+(?:'[a-z]+)?)";
    Regex::new(&format!(r"{call}|(?-u:\b){name}|{word}|\?+|!+|\.{{2,}}|[.:;,()]"))
        .expect("a test compiles it")
});

/// Placeholder for a name or call of the program that the comment mentions.
const NAME: &str = "<name>";

impl Terms {
    /// The terms of `words`, a comment's words without its delimiters.
    pub fn of(words: &str) -> Terms {
        let tokens = tokens(words);
        let mut hashes = Vec::with_capacity(3 * tokens.len() + 2);
        let mut term = String::new();
        let mut add = |parts: &[&str]| {
            term.clear();
            parts.iter().for_each(|part| term.push_str(part));
            hashes.push(xxh3_64(term.as_bytes()) as u32);
        };
        let ends = ["<begin>", "<end>"];
        let stems: Vec<&str> = std::iter::once(ends[0])
            .chain(tokens.iter().map(|token| token.stem.as_str()))
            .chain([ends[1]])
            .collect();
        tokens.iter().for_each(|token| add(&[&token.stem]));
        tokens.iter().filter(|token| token.shouted).for_each(|token| add(&["^", &token.stem]));
        stems.windows(2).for_each(|pair| add(&[pair[0], " ", pair[1]]));
        stems.windows(3).for_each(|three| add(&[three[0], " _ ", three[2]]));
        hashes.sort_unstable();
        hashes.dedup();
        Terms { hashes }
    }

    /// Each term once, ascending.
    pub fn hashes(&self) -> &[u32] {
        &self.hashes
    }
}

impl AsRef<[u32]> for Terms {
    fn as_ref(&self) -> &[u32] {
        &self.hashes
    }
}

struct Token {
    stem: String,
    /// At least three letters, all capitals.
    shouted: bool,
}

fn tokens(words: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(found) = TOKEN.captures_at(words, at) {
        let whole = found.get(0).map_or(at..at, |whole| whole.range());
        at = whole.end;
        let text = &words[whole.clone()];
        let token = if let Some(call) = found.name("call") {
            // `TODO(name)` and `FIXME (see there)` are not calls.
            let name = call.as_str().split('(').next().unwrap_or_default();
            if name.bytes().all(|byte| byte.is_ascii_uppercase()) {
                at = whole.start + name.len();
                word(name)
            } else {
                Token { stem: NAME.into(), shouted: false }
            }
        } else if found.name("name").is_some() {
            Token { stem: NAME.into(), shouted: false }
        } else if found.name("word").is_some() {
            word(text)
        } else {
            Token { stem: text[..text.len().min(3)].into(), shouted: false }
        };
        tokens.push(token);
    }
    tokens
}

fn word(word: &str) -> Token {
    let shouted = word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    Token { stem: stem(word.to_ascii_lowercase()), shouted }
}

/// Endings with their replacements, in the order in which they are tried.
const ENDINGS: &[(&str, &str)] = &[
    ("ational", "ate"),
    ("izations", "ize"),
    ("ization", "ize"),
    ("fulness", "ful"),
    ("iness", "y"),
    ("ingly", ""),
    ("edly", ""),
    ("ations", "ate"),
    ("ation", "ate"),
    ("ities", "ity"),
    ("ies", "y"),
    ("ing", ""),
    ("ed", ""),
    ("es", "e"),
    ("ly", ""),
    ("s", ""),
    ("e", ""),
];

/// A word without its ending, so that "removed", "removing" and "remove" are one term: a light form of Porter's algorithm
/// (1980).
fn stem(mut word: String) -> String {
    let ending = ENDINGS.iter().find(|(ending, _)| word.ends_with(ending) && word.len() >= ending.len() + 3);
    if let Some((ending, instead)) = ending {
        word.truncate(word.len() - ending.len());
        word.push_str(instead);
    }
    let doubled = word.len() > 4 && word.as_bytes().windows(2).last().is_some_and(|pair| pair[0] == pair[1]);
    if doubled && !word.ends_with(['a', 'l', 's', 'z']) {
        word.pop();
    }
    if word.len() > 3 && word.ends_with('e') {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(words: &str) -> Vec<String> {
        tokens(words).into_iter().map(|token| token.stem).collect()
    }

    #[test]
    fn forms_of_a_word_are_one_term() {
        for form in ["remove", "removes", "removed", "removing"] {
            assert_eq!(stem(form.into()), "remov");
        }
        assert_eq!(stem("stopped".into()), stem("stop".into()));
        assert_eq!(stem("optimizations".into()), stem("optimize".into()));
        assert_eq!(stem("is".into()), "is");
    }

    #[test]
    fn names_of_the_program_are_all_one_term() {
        assert_eq!(
            stems("call getSize(a, b) of java.util.List or max_size"),
            ["cal", NAME, "of", NAME, "or", NAME].map(|t| if t == "cal" { "call" } else { t })
        );
        assert_eq!(stems("TODO(ann): why????"), ["todo", "(", "ann", ")", ":", "why", "???"]);
    }

    #[test]
    fn terms_are_words_and_pairs_of_them() {
        let terms = Terms::of("fix it later");
        // three words, four adjacent pairs with the ends, three pairs with a gap
        assert_eq!(terms.hashes().len(), 3 + 4 + 3);
        assert!(terms.hashes().is_sorted());
        let hash = |term: &str| xxh3_64(term.as_bytes()) as u32;
        for term in ["fix", "it later", "fix _ later", "<begin> fix", "later <end>"] {
            assert!(terms.hashes().contains(&hash(term)), "{term}");
        }
        let shouted = Terms::of("FIX it later");
        assert_eq!(shouted.hashes().len(), 11);
        assert_eq!(Terms::of("").hashes().len(), 1, "the pair of both ends");
    }
}
