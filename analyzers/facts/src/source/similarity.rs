//! How alike two blobs are, as Git's rename detection measures it.
//!
//! A blob is cut into lines, longer lines into pieces of [`PIECE`] bytes. Two blobs share the bytes of the pieces that
//! occur in both, each as often as in the blob that has it less often. The score is the shared part of the larger blob.

/// The most bytes of a piece: a piece is a line or a part of one.
const PIECE: usize = 64;
/// The number of hash values for pieces. It is Git's own number, since large blobs have enough pieces for collisions to
/// matter.
const HASHES: u32 = 107_927;
/// The score of equal blobs. It is Git's scale, so that rounding gives the same decisions.
pub const MAX_SCORE: u64 = 60_000;

/// The bytes of each distinct piece of a blob, sorted by the piece's hash.
pub struct Pieces(Vec<(u32, u32)>);

impl Pieces {
    /// The pieces of a blob. In text, a carriage return before a line feed is ignored.
    pub fn of(blob: &[u8], text: bool) -> Pieces {
        let mut pieces = Vec::with_capacity(blob.len() / 24 + 1);
        let mut without_return = Vec::new();
        for line in blob.split_inclusive(|byte| *byte == b'\n') {
            let line = match line.strip_suffix(b"\r\n") {
                Some(start) if text => {
                    without_return.clear();
                    without_return.extend_from_slice(start);
                    without_return.push(b'\n');
                    without_return.as_slice()
                }
                _ => line,
            };
            pieces.extend(line.chunks(PIECE).map(|piece| (hash(piece), piece.len() as u32)));
        }
        pieces.sort_unstable_by_key(|piece| piece.0);
        pieces.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        Pieces(pieces)
    }

    /// Bytes of pieces that both have.
    fn shared(&self, other: &Pieces) -> u64 {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut bytes = 0;
        while let (Some(&&left), Some(&&right)) = (a.peek(), b.peek()) {
            if left.0 <= right.0 {
                a.next();
            }
            if right.0 <= left.0 {
                b.next();
            }
            if left.0 == right.0 {
                bytes += u64::from(left.1.min(right.1));
            }
        }
        bytes
    }
}

/// A piece's hash: 64 bits rotated by seven for each byte, which is added to their lower half.
fn hash(piece: &[u8]) -> u32 {
    let turned = piece.iter().fold(0_u64, |state, byte| {
        let state = state.rotate_left(7);
        state & !u64::from(u32::MAX) | u64::from((state as u32).wrapping_add(u32::from(*byte)))
    });
    ((turned >> 32) as u32).wrapping_mul(0x61).wrapping_add(turned as u32) % HASHES
}

/// True if the sizes alone rule out a score of at least `minimum`.
pub fn sizes_differ_too_much(old: u64, new: u64, minimum: u64) -> bool {
    let (larger, smaller) = (old.max(new), old.min(new));
    larger * (MAX_SCORE - minimum) < (larger - smaller) * MAX_SCORE
}

/// The score of two blobs of the given sizes, 0 to [`MAX_SCORE`].
pub fn score(old: &Pieces, old_size: u64, new: &Pieces, new_size: u64) -> u64 {
    match old_size.max(new_size) {
        0 => 0,
        larger => old.shared(new) * MAX_SCORE / larger,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(old: &[u8], new: &[u8]) -> u64 {
        let (a, b) = (Pieces::of(old, true), Pieces::of(new, true));
        score(&a, old.len() as u64, &b, new.len() as u64)
    }

    #[test]
    fn the_score_is_the_shared_part_of_the_larger_blob() {
        assert_eq!(alike(b"one\ntwo\nfour\n", b"one\ntwo\nfour\n"), MAX_SCORE);
        // 8 of 16 bytes.
        assert_eq!(alike(b"aaa\nbbb\n", b"aaa\nbbb\nccc\nddd\n"), MAX_SCORE / 2);
        // The order does not matter, but the number of occurrences of each line does.
        assert_eq!(alike(b"aaa\nbbb\n", b"bbb\naaa\n"), MAX_SCORE);
        assert_eq!(alike(b"aaa\naaa\n", b"aaa\nbbb\n"), MAX_SCORE / 2);
        assert_eq!(alike(b"aaa\n", b"bbb\n"), 0);
        assert_eq!(alike(b"", b""), 0);
    }

    /// Git keeps the state in two halves, and each takes over the bits that the other one loses.
    #[test]
    fn the_hash_is_that_of_two_halves_as_git_writes_it() {
        let by_halves = |piece: &[u8]| {
            let (mut low, mut high) = (0_u32, 0_u32);
            for byte in piece {
                let old = low;
                low = (low << 7) ^ (high >> 25);
                high = (high << 7) ^ (old >> 25);
                low = low.wrapping_add(u32::from(*byte));
            }
            low.wrapping_add(high.wrapping_mul(0x61)) % HASHES
        };
        let text: Vec<u8> = (0..400_u32).map(|n| (n * n % 251) as u8).collect();
        for start in 0..200 {
            let piece = &text[start..start + 1 + start % PIECE];
            assert_eq!(hash(piece), by_halves(piece), "{piece:?}");
        }
    }

    #[test]
    fn a_long_line_is_cut_into_pieces() {
        let (long, longer) = ([b'x'; 2 * PIECE], [b'x'; 3 * PIECE]);
        assert_eq!(Pieces::of(&long, true).0.len(), 1);
        assert_eq!(Pieces::of(&long, true).shared(&Pieces::of(&longer, true)), 2 * PIECE as u64);
    }

    #[test]
    fn line_ends_count_in_binary_blobs_only() {
        let (unix, dos) = (b"aaa\nbbb\n", b"aaa\r\nbbb\r\n");
        assert_eq!(Pieces::of(unix, true).shared(&Pieces::of(dos, true)), 8);
        assert_eq!(Pieces::of(unix, false).shared(&Pieces::of(dos, false)), 0);
    }

    #[test]
    fn sizes_rule_out_what_the_score_could_not_reach() {
        assert!(!sizes_differ_too_much(50, 100, MAX_SCORE / 2));
        assert!(sizes_differ_too_much(49, 100, MAX_SCORE / 2));
    }
}
