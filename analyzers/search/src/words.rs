//! Splits text into searchable words.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Words longer than this many bytes (encoded data, mostly) are left out.
const MAX_BYTES: usize = 64;

/// The words of a text in order: runs of letters and digits in lower case. They are split where a small letter meets a
/// capital one, where capitals end before a small letter (`HTTPServer`), and between letters and digits; English
/// plurals lose their ending (the S stemmer, Harman 1991). A name of several parts is also a word as a whole, after its
/// parts.
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        let before = found.len();
        for part in name.split('_').filter(|part| !part.is_empty()) {
            parts(part, &mut found);
        }
        if found.len() > before + 1 {
            found.push(name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect());
        }
    }
    found.retain(|word| word.len() <= MAX_BYTES);
    found
}

/// Adds the parts of a name without underscores.
fn parts(name: &str, into: &mut Vec<String>) {
    let characters: Vec<(usize, char)> = name.char_indices().collect();
    let mut start = 0;
    for i in 1..characters.len() {
        let (at, here) = characters[i];
        let before = characters[i - 1].1;
        let next = characters.get(i + 1).map(|(_, c)| *c);
        let hump = before.is_lowercase() && here.is_uppercase();
        let end_of_capitals =
            before.is_uppercase() && here.is_uppercase() && next.is_some_and(char::is_lowercase);
        if hump || end_of_capitals || before.is_numeric() != here.is_numeric() {
            into.push(stem(name[start..at].to_lowercase()));
            start = at;
        }
    }
    into.push(stem(name[start..].to_lowercase()));
}

/// Harman's S stemmer: `ies` → `y` (not after `e`, `a`), `es` → `e` (not after `a`, `e`, `o`), `s` → nothing (not after `u`,
/// `s`).
fn stem(mut word: String) -> String {
    let ends = |ending: &str, not_after: &[&str]| {
        word.len() > 3
            && word
                .strip_suffix(ending)
                .is_some_and(|rest| !not_after.iter().any(|last| rest.ends_with(last)))
    };
    if ends("ies", &["e", "a"]) {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if ends("es", &["a", "e", "o"]) || ends("s", &["u", "s"]) {
        word.pop();
    }
    word
}

/// [`words`] for the index.
#[derive(Clone, Default)]
pub(crate) struct WordTokenizer;

pub(crate) struct WordStream {
    words: std::vec::IntoIter<String>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        WordStream { words: words(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else {
            return false;
        };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text = word;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
