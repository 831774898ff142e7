use hashbrown::HashTable;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use xxhash_rust::xxh3::xxh3_64;

/// Tokens and their ranks. A token's rank is both its number and its priority in merging.
pub(super) struct Vocabulary {
    /// `data` of the vocabulary file: for each token a byte of length and its bytes.
    data: &'static [u8],
    /// Where each token's bytes start in `data`.
    starts: Vec<u32>,
    /// Ranks by the hash of the token's bytes.
    ranks: HashTable<u32>,
    longest: usize,
}

impl Vocabulary {
    /// Indexes a vocabulary file, whose format `data/README.md` describes.
    pub(super) fn load(data: &'static [u8]) -> Self {
        let mut starts = Vec::new();
        let mut longest = 0;
        let mut position = 0;
        while let Some(length) = data.get(position) {
            starts.push(position as u32 + 1);
            longest = longest.max(usize::from(*length));
            position += 1 + usize::from(*length);
        }
        let mut ranks = HashTable::with_capacity(starts.len());
        for rank in 0..starts.len() as u32 {
            let token = token(data, &starts, rank);
            ranks.insert_unique(xxh3_64(token), rank, |other| xxh3_64(self::token(data, &starts, *other)));
        }
        Vocabulary { data, starts, ranks, longest }
    }

    fn rank(&self, bytes: &[u8]) -> Option<u32> {
        if bytes.len() > self.longest {
            return None;
        }
        self.ranks.find(xxh3_64(bytes), |rank| token(self.data, &self.starts, *rank) == bytes).copied()
    }

    /// Number of tokens of one piece.
    pub(super) fn count(&self, piece: &[u8], merger: &mut Merger) -> usize {
        if self.rank(piece).is_some() {
            return 1;
        }
        merger.merge(piece, self)
    }

    /// Appends the ranks of the tokens of one piece.
    pub(super) fn encode(&self, piece: &[u8], merger: &mut Merger, into: &mut Vec<u32>) {
        if let Some(rank) = self.rank(piece) {
            into.push(rank);
            return;
        }
        merger.merge(piece, self);
        let mut start = 0;
        while start < piece.len() {
            let end = merger.ends[start] as usize;
            into.push(self.rank(&piece[start..end]).expect("every byte and every merge is a token"));
            start = end;
        }
    }
}

fn token<'d>(data: &'d [u8], starts: &[u32], rank: u32) -> &'d [u8] {
    let start = starts[rank as usize] as usize;
    &data[start..start + usize::from(data[start - 1])]
}

/// Scratch space for merging pieces: adjacent parts with the lowest joint rank are merged first, the leftmost of equals
/// first, until no two adjacent parts make a token (Sennrich et al. 2016, in the ranked form of GPT-2).
#[derive(Default)]
pub(super) struct Merger {
    /// For the first byte of each part: one past its last byte.
    ends: Vec<u32>,
    /// For the first byte of each part: the first byte of the part before it.
    previous: Vec<u32>,
    /// True for the first byte of a part.
    alive: Vec<bool>,
    /// Candidate merges: rank, first byte, one past the last byte.
    queue: BinaryHeap<Reverse<(u32, u32, u32)>>,
}

impl Merger {
    /// Merges `piece` and returns the number of parts left.
    fn merge(&mut self, piece: &[u8], vocabulary: &Vocabulary) -> usize {
        let length = piece.len();
        self.ends.clear();
        self.ends.extend(1..=length as u32);
        self.previous.clear();
        self.previous.extend((0..length as u32).map(|i| i.wrapping_sub(1)));
        self.alive.clear();
        self.alive.resize(length, true);
        self.queue.clear();
        let mut parts = length;
        for start in 0..length.saturating_sub(1) {
            self.propose(start as u32, piece, vocabulary);
        }
        while let Some(Reverse((_, start, end))) = self.queue.pop() {
            let middle = self.ends[start as usize] as usize;
            // A stale candidate: one of its parts has been merged elsewhere since.
            if !self.alive[start as usize] || middle >= length || self.ends[middle] != end {
                continue;
            }
            self.alive[middle] = false;
            self.ends[start as usize] = end;
            if (end as usize) < length {
                self.previous[end as usize] = start;
            }
            parts -= 1;
            self.propose(start, piece, vocabulary);
            if start > 0 {
                self.propose(self.previous[start as usize], piece, vocabulary);
            }
        }
        parts
    }

    /// Queues the merge of the part at `start` with the one after it, if that makes a token.
    fn propose(&mut self, start: u32, piece: &[u8], vocabulary: &Vocabulary) {
        let middle = self.ends[start as usize] as usize;
        if middle >= piece.len() {
            return;
        }
        let end = self.ends[middle];
        if let Some(rank) = vocabulary.rank(&piece[start as usize..end as usize]) {
            self.queue.push(Reverse((rank, start, end)));
        }
    }
}
