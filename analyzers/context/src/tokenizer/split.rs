use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};

/// Splits text into the pieces that are merged apart from each other.
///
/// The published expressions end in `\s+(?!\S)|\s+`: white space leaves its last character to the word that follows. An
/// automaton has no look-ahead, so the expressions here end in `\s+` and [`Pieces`] gives the character back.
pub(super) struct Splitter {
    pattern: Regex,
}

impl Splitter {
    pub(super) fn o200k() -> Self {
        Splitter::new(concat!(
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"|\p{N}{1,3}",
            r"| ?[^\s\p{L}\p{N}]+[\r\n/]*",
            r"|\s*[\r\n]+",
            r"|\s+",
        ))
    }

    pub(super) fn cl100k() -> Self {
        Splitter::new(concat!(
            r"'(?i:[sdmt]|ll|ve|re)",
            r"|[^\r\n\p{L}\p{N}]?\p{L}+",
            r"|\p{N}{1,3}",
            r"| ?[^\s\p{L}\p{N}]+[\r\n]*",
            r"|\s+$",
            r"|\s*[\r\n]+",
            r"|\s+",
        ))
    }

    fn new(pattern: &str) -> Self {
        Splitter { pattern: Regex::new(pattern).expect("the expression is constant and a test builds it") }
    }

    pub(super) fn pieces<'t>(&self, text: &'t str) -> Pieces<'_, 't> {
        Pieces { pattern: &self.pattern, text, position: 0 }
    }
}

/// The pieces of a text, in order; together they are the whole text.
pub(super) struct Pieces<'s, 't> {
    pattern: &'s Regex,
    text: &'t str,
    position: usize,
}

impl<'t> Iterator for Pieces<'_, 't> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let start = self.position;
        if start == self.text.len() {
            return None;
        }
        let input = Input::new(self.text).span(start..self.text.len()).anchored(Anchored::Yes);
        // Letters, numbers, white space and everything else each have an alternative, so there is always a match; taking
        // the rest in one piece keeps the text whole if that were ever wrong.
        let mut end = self.pattern.find(input).map_or(self.text.len(), |found| found.end());
        let piece = &self.text[start..end];
        if let Some(last) = piece.chars().next_back()
            && last.is_whitespace()
            && !matches!(last, '\r' | '\n')
            && end < self.text.len()
            && piece.len() > last.len_utf8()
        {
            end -= last.len_utf8();
        }
        self.position = end;
        Some(&self.text[start..end])
    }
}
