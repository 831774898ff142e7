//! The text that a finding is on.

use bstr::ByteSlice;
use xxhash_rust::xxh3::xxh3_64;

/// Limit on compared lines of a text; longer texts are compared by their beginning.
const MOST_LINES: usize = 4_000;
/// Texts with fewer lines are compared by their words.
const FEW_LINES: usize = 4;
/// The minimum share of lines that two versions of one passage have in common.
const LIKE_BY_LINES: f64 = 0.5;
/// The same for words; it is higher because unrelated texts share more words than lines.
const LIKE_BY_WORDS: f64 = 0.75;

/// A text without indentation: lines are trimmed, blank ones left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Hash of all lines in order.
    pub(crate) whole: u64,
    /// Hashes of the lines, sorted.
    lines: Vec<u64>,
    /// Hashes of the words, sorted; only for short texts.
    words: Vec<u64>,
}

impl Passage {
    pub(crate) fn of(text: &[u8]) -> Passage {
        let lines = || text.lines().map(ByteSlice::trim).filter(|line| !line.is_empty());
        let mut hashes: Vec<u64> = lines().map(xxh3_64).collect();
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        let whole = xxh3_64(&bytes);
        let mut words = Vec::new();
        if hashes.len() < FEW_LINES {
            words.extend(
                lines().take(FEW_LINES).flat_map(|line| line.words()).map(|word| xxh3_64(word.as_bytes())),
            );
            words.truncate(MOST_LINES);
            words.sort_unstable();
        }
        hashes.truncate(MOST_LINES);
        hashes.sort_unstable();
        Passage { whole, lines: hashes, words }
    }

    /// Similarity of two texts from 0 to 1 (Dice 1945: twice the common part, divided by the sum of both); none if it
    /// is too low for two versions of one passage.
    pub(crate) fn likeness(&self, other: &Passage) -> Option<f64> {
        if self.whole == other.whole {
            return Some(1.0);
        }
        let is_short = |passage: &Passage| passage.lines.len() < FEW_LINES;
        let (share, least) = match is_short(self) && is_short(other) {
            true => (common_share(&self.words, &other.words), LIKE_BY_WORDS),
            false => (common_share(&self.lines, &other.lines), LIKE_BY_LINES),
        };
        (share >= least).then_some(share)
    }
}

/// The Dice coefficient of two sorted lists.
fn common_share(one: &[u64], other: &[u64]) -> f64 {
    let (mut a, mut b) = (one.iter().peekable(), other.iter().peekable());
    let mut common = 0_usize;
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(a.next()),
            std::cmp::Ordering::Greater => drop(b.next()),
            std::cmp::Ordering::Equal => {
                common += 1;
                a.next();
                b.next();
            }
        }
    }
    match one.len() + other.len() {
        0 => 0.0,
        all => 2.0 * common as f64 / all as f64,
    }
}
