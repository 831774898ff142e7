//! Reads data and computes its digest along the way.

use crate::apr::hex;
use alimentar::{DataError, Format, Frame, Options, read};
use std::io::Read;

/// A reader that hashes everything it passes on.
struct Hashed<R> {
    input: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

/// Reads a frame as [`read`] does, and returns the BLAKE3 digest of all bytes, as hexadecimal digits.
///
/// # Errors
/// As [`read`].
pub fn read_digested(
    input: impl Read,
    file: &str,
    format: Format,
    options: &Options,
) -> Result<(Frame, String), DataError> {
    let mut hashed = Hashed { input, hasher: blake3::Hasher::new() };
    let frame = read(&mut hashed, file, format, options)?;
    Ok((frame, hex(hashed.hasher.finalize().as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_all_bytes() {
        let bytes = format!("a,b\n1,2\n{}", "3,4\n".repeat(50_000));
        let (frame, digest) =
            read_digested(bytes.as_bytes(), "x", Format::Csv, &Options::default()).expect("valid");
        assert_eq!(frame.rows(), 50_001);
        assert_eq!(digest, blake3::hash(bytes.as_bytes()).to_hex().as_str());
    }
}
