//! Syntax that a language has but its grammar here does not know.
//!
//! Each language with gaps says where they are (`<language>/gaps.rs`) and what is parsed in their place: text of the
//! same length with the same line breaks, so that every position in the tree is a position in the file. Names and
//! figures are read from the file itself.

use std::borrow::Cow;
use std::ops::Range;

/// Whether a file was already parsed when gaps are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Not yet: a cheap search for syntax that the grammar would misread without an error.
    First,
    /// Its first tree has errors: a search for all gaps.
    Again,
}

/// One gap.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Gap {
    range: Range<usize>,
    text: Cow<'static, [u8]>,
}

/// The gaps of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gaps {
    found: Vec<Gap>,
    /// First bytes of branch guards, ascending.
    guards: Vec<usize>,
}

impl Gaps {
    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Leaves out that range.
    pub fn blank(&mut self, range: Range<usize>) {
        self.found.push(Gap { range, text: Cow::Borrowed(b"") });
    }

    /// Puts `text` in place of the same number of bytes starting at `at`.
    pub fn put(&mut self, at: usize, text: &'static [u8]) {
        self.found.push(Gap { range: at..at + text.len(), text: Cow::Borrowed(text) });
    }

    /// Puts a name in place of a word that the grammar would take for a keyword.
    pub fn name(&mut self, word: Range<usize>) {
        let text = Cow::Owned(vec![b'x'; word.len()]);
        self.found.push(Gap { range: word, text });
    }

    /// Parses the `if` at `at` as another condition of a branch, which counts as the branch's guard.
    pub fn guard(&mut self, at: usize) {
        self.put(at, b", ");
        self.guards.push(at);
    }

    /// True for the first byte of a guard.
    pub fn is_guard(&self, at: usize) -> bool {
        self.guards.binary_search(&at).is_ok()
    }

    /// The ranges that are left out.
    pub fn blanked(&self) -> impl Iterator<Item = Range<usize>> {
        self.found.iter().filter(|gap| gap.text.is_empty()).map(|gap| gap.range.clone())
    }

    /// The text that is parsed instead of `source`.
    pub fn filled<'s>(&self, source: &'s [u8]) -> Cow<'s, [u8]> {
        if self.found.is_empty() {
            return Cow::Borrowed(source);
        }
        let mut text = source.to_vec();
        for gap in &self.found {
            let Some(place) = text.get_mut(gap.range.clone()) else { continue };
            // Every line keeps its number.
            let new = gap.text.iter().copied().chain(std::iter::repeat(b' '));
            let kept = |b: u8| b == b'\n' || (b == b'\r' && gap.text.is_empty());
            place.iter_mut().zip(new).filter(|(b, _)| !kept(**b)).for_each(|(b, new)| *b = new);
        }
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves() {
        let mut gaps = Gaps::default();
        gaps.blank(0..4);
        gaps.put(5, b"12");
        gaps.name(7..9);
        assert_eq!(gaps.filled(b"a\r\nb cdef g").as_ref(), b" \r\n  12xx g");
        assert!(gaps.blanked().eq(std::iter::once(0..4)));
        let mut gaps = Gaps::default();
        gaps.put(1, b";");
        assert_eq!(gaps.filled(b"a\nb").as_ref(), b"a\nb");
    }
}
