//! Moved lines.
//!
//! As in `git diff --color-moved=zebra --color-moved-ws=allow-indentation-change`, a block of added lines was moved
//! when it equals a block of removed lines except for white space at the ends of lines, and has at least 20 letters and
//! digits. Unlike there, every removed line matches only one added line: of two copies one is new.

use crate::hash::HashMap;
use gix::bstr::ByteSlice;
use std::ops::Range;

/// Letters and digits of the smallest block that counts as moved (Git's `COLOR_MOVED_MIN_ALNUM_COUNT`).
const LEAST_LETTERS: usize = 20;
/// How many places are tried of a line that was removed often.
const MOST_PLACES: usize = 64;

/// The removed lines, block after block.
#[derive(Default)]
pub(super) struct Removed {
    /// Trimmed lines; `None` between two blocks.
    lines: Vec<Option<Vec<u8>>>,
}

impl Removed {
    pub fn block(&mut self, lines: &[&[u8]]) {
        if !lines.is_empty() {
            self.lines.extend(lines.iter().map(|line| Some(line.trim().to_vec())));
            self.lines.push(None);
        }
    }

    /// Adds a whole deleted file.
    pub fn file(&mut self, bytes: &[u8]) {
        if !bytes.contains(&0) {
            let lines: Vec<&[u8]> = bytes.lines().collect();
            self.block(&lines);
        }
    }

    pub fn indexed(self) -> Pool {
        let mut places: HashMap<Vec<u8>, Vec<usize>> = HashMap::default();
        for (place, line) in self.lines.iter().enumerate() {
            if let Some(line) = line.as_ref().filter(|line| !line.is_empty()) {
                places.entry(line.clone()).or_default().push(place);
            }
        }
        Pool { lines: self.lines, places }
    }
}

/// The removed lines that do not match an added line yet.
pub(super) struct Pool {
    /// `None` between two blocks, and for matched lines.
    lines: Vec<Option<Vec<u8>>>,
    places: HashMap<Vec<u8>, Vec<usize>>,
}

impl Pool {
    /// The lines of an added block (line numbers from 0) that were not moved here. Blank lines are left out, too.
    pub fn without_moved(&mut self, lines: &[&[u8]], block: Range<u32>) -> Vec<u32> {
        let mut new = Vec::new();
        let end = (block.end as usize).min(lines.len());
        let mut line = block.start as usize;
        while line < end {
            if lines[line].trim().is_empty() {
                line += 1;
                continue;
            }
            match self.take(&lines[line..end]) {
                0 => {
                    new.push(line as u32);
                    line += 1;
                }
                moved => line += moved,
            }
        }
        new
    }

    /// The length of the longest removed block that `added` begins with; this block is then matched. 0 if no block is
    /// large enough.
    fn take(&mut self, added: &[&[u8]]) -> usize {
        let Some(places) = self.places.get(added[0].trim()) else { return 0 };
        let length = |place: usize| {
            let pairs = self.lines[place..].iter().zip(added);
            pairs.take_while(|(old, new)| old.as_deref() == Some(new.trim())).count()
        };
        let candidates = places.iter().copied().filter(|place| self.lines[*place].is_some());
        let mut best = (0, 0);
        for place in candidates.take(MOST_PLACES) {
            let length = length(place);
            if length > best.0 {
                best = (length, place);
            }
        }
        let (length, place) = best;
        let letters = added[..length].iter().flat_map(|line| line.iter());
        if letters.filter(|byte| byte.is_ascii_alphanumeric()).count() < LEAST_LETTERS {
            return 0;
        }
        self.lines[place..place + length].fill(None);
        length
    }
}
