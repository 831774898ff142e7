//! zstd (RFC 8878) of a section, in pure Rust, with the length known in advance.

use std::io::Read;

use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::map::AlignedBytes;

/// A compressed section has at least one byte per this many; the writer obeys this, so a reader can refuse anything
/// denser.
pub(super) const MAX_RATIO: u64 = 1000;
const FREE: u64 = 1 << 16;
const MAX_WINDOW: u64 = 1 << 27;
const STEP: usize = 1 << 20;

/// Whether `stored` compressed bytes may expand to `plain` bytes.
pub(super) fn ratio_allowed(plain: u64, stored: u64) -> bool {
    plain <= stored.saturating_mul(MAX_RATIO).saturating_add(FREE)
}

/// The compressed bytes, if compression saves at least a sixteenth and decompression gives back the input.
pub(super) fn compress(plain: &[u8]) -> Option<Vec<u8>> {
    let compressed = compress_to_vec(plain, CompressionLevel::Fastest);
    let saves = compressed.len() <= plain.len() - plain.len() / 16;
    let comes_back = || {
        let mut back = AlignedBytes::reserve(plain.len() as u64).ok()?;
        (decompress(&compressed, plain.len(), &mut back) && back.as_slice() == plain).then_some(())
    };
    let allowed = saves && ratio_allowed(plain.len() as u64, compressed.len() as u64);
    (allowed && comes_back().is_some()).then_some(compressed)
}

/// Appends exactly `length` bytes to `plain`, which has room for them; false if the compressed bytes are invalid or
/// decompress to another length. Memory is touched only as far as bytes arrive.
pub(super) fn decompress(compressed: &[u8], length: usize, plain: &mut AlignedBytes) -> bool {
    let mut rest = compressed;
    let Ok(mut decoder) = StreamingDecoder::new_with_max_window_size(&mut rest, MAX_WINDOW) else {
        return false;
    };
    let mut left = length;
    while left > 0 {
        let step = left.min(STEP);
        if decoder.read_exact(plain.extend(step)).is_err() {
            return false;
        }
        left -= step;
    }
    let ended = matches!(decoder.read(&mut [0]), Ok(0));
    drop(decoder);
    ended && rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_comes_back() {
        let plain: Vec<u8> = (0..300_000u32).flat_map(|i| (i / 7 % 100).to_le_bytes()).collect();
        let compressed = compress(&plain).expect("repetitive bytes compress");
        assert!(compressed.len() < plain.len() / 4);
        let unpack = |compressed: &[u8], length: usize| {
            let mut back = AlignedBytes::reserve(length as u64).expect("there is memory");
            decompress(compressed, length, &mut back).then_some(back)
        };
        assert_eq!(unpack(&compressed, plain.len()).expect("valid").as_slice(), plain);
        assert!(unpack(&compressed, plain.len() - 1).is_none(), "longer than promised");
        assert!(unpack(&compressed, plain.len() + 1).is_none(), "shorter than promised");
        assert!(unpack(&compressed[..compressed.len() - 1], plain.len()).is_none(), "cut");
        let more = [compressed.as_slice(), b"x"].concat();
        assert!(unpack(&more, plain.len()).is_none(), "something after the frame");
    }

    #[test]
    fn what_would_be_taken_for_a_bomb_is_not_compressed() {
        assert!(compress(&vec![0; 50 << 20]).is_none());
        assert!(compress(b"").is_none());
    }
}
