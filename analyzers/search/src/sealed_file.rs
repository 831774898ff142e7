//! A file of the index on disk: `content · a seal for each block of it · length of the content · seal of all that`. The
//! seals are keyed with the user's secret. A block is checked when it is first read: a query that reads a small part of
//! a large index only pays for that part, and unsealed data on the disk is never parsed.

use facts::stores::Secret;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use tantivy::HasLen;
use tantivy::directory::{AntiCallToken, FileHandle, OwnedBytes, TerminatingWrite};

/// Bytes in one checked block.
const BLOCK: usize = 32 << 10;
const SEAL: usize = 16;
/// Length and seal.
const TRAILER: usize = 8 + SEAL;
/// Files of an index are never larger: a larger length is rejected.
const LARGEST: u64 = 1 << 40;

fn seal(secret: &Secret, bytes: &[u8]) -> [u8; SEAL] {
    let hash = blake3::keyed_hash(secret.key(), bytes);
    *hash.as_bytes().first_chunk().expect("the hash has 32 bytes")
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a file of the index is {what}"))
}

/// Writes a file and seals it at the end.
pub struct SealingWriter {
    file: BufWriter<File>,
    /// The secret for this file.
    secret: Secret,
    block: Vec<u8>,
    seals: Vec<u8>,
    length: u64,
}

impl SealingWriter {
    /// Starts writing a new file.
    pub fn new(file: File, secret: Secret) -> SealingWriter {
        SealingWriter {
            file: BufWriter::new(file),
            secret,
            block: Vec::with_capacity(BLOCK),
            seals: Vec::new(),
            length: 0,
        }
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.seals.extend(seal(&self.secret, &self.block));
        self.file.write_all(&self.block)?;
        self.length += self.block.len() as u64;
        self.block.clear();
        Ok(())
    }
}

impl Write for SealingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        if self.block.len() == BLOCK {
            self.end_block()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for SealingWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        self.seals.extend(self.length.to_le_bytes());
        let all = seal(&self.secret, &self.seals);
        self.file.write_all(&self.seals)?;
        self.file.write_all(&all)?;
        self.file.flush()
    }
}

/// Reads a sealed file.
#[derive(Debug)]
pub struct SealedFile {
    file: File,
    secret: Secret,
    seals: Vec<u8>,
    /// Blocks that were found intact.
    sound: Vec<AtomicBool>,
    length: usize,
}

impl SealedFile {
    /// Opens a file that was written with the same secret.
    ///
    /// # Errors
    /// Somebody else wrote it, it is damaged, or it cannot be read.
    pub fn open(file: File, secret: Secret) -> io::Result<SealedFile> {
        let size = file.metadata()?.len();
        if size < TRAILER as u64 || size > LARGEST {
            return Err(damaged("no sealed one"));
        }
        let mut trailer = [0; TRAILER];
        read_at(&file, &mut trailer, size - TRAILER as u64)?;
        let (length, stored) = trailer.split_first_chunk::<8>().expect("the trailer is longer");
        let length = u64::from_le_bytes(*length);
        let blocks = length.div_ceil(BLOCK as u64);
        // Nothing is allocated for a length larger than the file.
        let seals = size.checked_sub(length).and_then(|rest| rest.checked_sub(TRAILER as u64));
        if seals != Some(blocks * SEAL as u64) {
            return Err(damaged("cut off"));
        }
        let mut sealed = vec![0; blocks as usize * SEAL + 8];
        read_at(&file, &mut sealed, length)?;
        if seal(&secret, &sealed) != stored {
            return Err(damaged("damaged, or of another user"));
        }
        sealed.truncate(blocks as usize * SEAL);
        let sound = (0..blocks).map(|_| AtomicBool::new(false)).collect();
        let length = usize::try_from(length).map_err(|_| damaged("too large"))?;
        Ok(SealedFile { file, secret, seals: sealed, sound, length })
    }

    fn read(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.length {
            return Err(damaged("shorter than what is asked of it"));
        }
        let blocks = range.start / BLOCK..range.end.div_ceil(BLOCK);
        if self.sound[blocks.clone()].iter().all(|sound| sound.load(Ordering::Relaxed)) {
            let mut bytes = vec![0; range.len()];
            read_at(&self.file, &mut bytes, range.start as u64)?;
            return Ok(OwnedBytes::new(bytes));
        }
        let whole = blocks.start * BLOCK..(blocks.end * BLOCK).min(self.length);
        let mut bytes = vec![0; whole.len()];
        read_at(&self.file, &mut bytes, whole.start as u64)?;
        for (number, block) in blocks.zip(bytes.chunks(BLOCK)) {
            let stored = &self.seals[number * SEAL..(number + 1) * SEAL];
            if seal(&self.secret, block) != stored {
                return Err(damaged("damaged"));
            }
            self.sound[number].store(true, Ordering::Relaxed);
        }
        Ok(OwnedBytes::new(bytes).slice(range.start - whole.start..range.end - whole.start))
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        self.read(range)
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        self.length
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], position: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, position)
}

#[cfg(not(unix))]
fn read_at(file: &File, bytes: &mut [u8], position: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    // A separate handle, so that threads can read at the same time.
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(position))?;
    file.read_exact(bytes)
}

/// A small JSON file with its seal as the first member of the object, or the first element of the list. It stays valid
/// JSON.
pub fn seal_json(secret: &Secret, json: &[u8]) -> io::Result<Vec<u8>> {
    let (open, rest, empty) = json_parts(json).ok_or_else(|| damaged("neither a JSON object nor a list"))?;
    let name = if open == b'{' { "\"seal\":" } else { "" };
    let comma = if empty { "" } else { "," };
    let head = format!("{}{name}\"{}\"{comma}", char::from(open), hex(&seal(secret, json)));
    Ok([head.as_bytes(), rest].concat())
}

/// Returns the sealed JSON without its seal.
///
/// # Errors
/// Somebody else sealed it, it has no seal, or it is damaged.
pub fn unseal_json(secret: &Secret, sealed: &[u8]) -> io::Result<Vec<u8>> {
    let wrong = || damaged("damaged, or of another user");
    let (open, rest, _) = json_parts(sealed).ok_or_else(wrong)?;
    let name: &[u8] = if open == b'{' { b"\"seal\":\"" } else { b"\"" };
    let rest = rest.strip_prefix(name).ok_or_else(wrong)?;
    let (stored, rest) = rest.split_at_checked(2 * SEAL).ok_or_else(wrong)?;
    let rest = rest.strip_prefix(b"\"").ok_or_else(wrong)?;
    let json = [&[open], rest.strip_prefix(b",").unwrap_or(rest)].concat();
    match stored == hex(&seal(secret, &json)).as_bytes() {
        true => Ok(json),
        false => Err(wrong()),
    }
}

/// The opening bracket, the rest, and whether the closing bracket follows directly.
fn json_parts(json: &[u8]) -> Option<(u8, &[u8], bool)> {
    let (&open, rest) = json.split_first()?;
    let empty = matches!(rest.trim_ascii_start().first(), Some(b'}' | b']'));
    matches!(open, b'{' | b'[').then_some((open, rest, empty))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, SeekFrom};

    fn secret(byte: u8) -> Secret {
        Secret::of_text(&[byte; 32]).expect("it is long enough")
    }

    fn written(bytes: &[u8]) -> File {
        let file = tempfile::tempfile().expect("a temporary file");
        let mut writer = SealingWriter::new(file.try_clone().expect("another handle"), secret(b'a'));
        writer.write_all(bytes).expect("it can be written");
        writer.terminate().expect("it can be sealed");
        file
    }

    fn numbered(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n / 7 + n / 1000) as u8).collect()
    }

    #[test]
    fn every_range_of_what_was_written_is_read() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77] {
            let bytes = numbered(length);
            let sealed = SealedFile::open(written(&bytes), secret(b'a')).expect("it is sealed");
            assert_eq!(sealed.len(), length);
            for start in [0, 1, length / 3, length / 2, length] {
                for end in [start, length / 2 + 9, length.saturating_sub(1), length] {
                    if start <= end && end <= length {
                        let read = sealed.read_bytes(start..end).expect("it can be read");
                        assert_eq!(read.as_slice(), &bytes[start..end], "{start}..{end} of {length}");
                    }
                }
            }
            assert!(sealed.read_bytes(0..length + 1).is_err());
        }
    }

    #[test]
    fn a_changed_byte_is_noticed_wherever_it_stands() {
        let bytes = numbered(2 * BLOCK + 500);
        let size = written(&bytes).metadata().expect("its size").len();
        for position in (0..size).step_by(997).chain(size - 90..size) {
            let mut file = written(&bytes);
            let mut byte = [0];
            read_at(&file, &mut byte, position).expect("it can be read");
            file.seek(SeekFrom::Start(position)).expect("it can be written");
            file.write_all(&[byte[0] ^ 0x10]).expect("it can be written");
            let read =
                SealedFile::open(file, secret(b'a')).and_then(|sealed| sealed.read_bytes(0..bytes.len()));
            assert!(read.is_err(), "byte {position}");
        }
    }

    #[test]
    fn a_file_of_another_secret_or_length_is_none() {
        let bytes = numbered(BLOCK + 5);
        assert!(SealedFile::open(written(&bytes), secret(b'b')).is_err());
        let size = written(&bytes).metadata().expect("its size").len();
        for length in [0, 5, 23, 24, size / 2, size - 1, size + 1, 1 << 50] {
            let file = written(&bytes);
            if file.set_len(length).is_ok() {
                assert!(SealedFile::open(file, secret(b'a')).is_err(), "{length}");
            }
        }
        let huge = tempfile::tempfile().expect("a temporary file");
        let mut claims = (&huge, vec![0xff; 64]);
        claims.0.write_all(&claims.1).expect("it can be written");
        assert!(SealedFile::open(huge, secret(b'a')).is_err());
    }

    #[test]
    fn sealed_json_is_json_and_any_change_is_noticed() {
        for text in ["{}", "[]\n", "{\"a\":1}\n", "[\"a\",\"b\"]", "{ }"] {
            let sealed = seal_json(&secret(b'a'), text.as_bytes()).expect("it is JSON");
            serde_json::from_slice::<serde_json::Value>(&sealed).expect("it stays JSON");
            assert_eq!(unseal_json(&secret(b'a'), &sealed).expect("it was sealed"), text.as_bytes());
            assert!(
                unseal_json(&secret(b'b'), &sealed).is_err()
                    && unseal_json(&secret(b'a'), text.as_bytes()).is_err()
            );
            for position in 0..sealed.len() {
                let mut changed = sealed.clone();
                changed[position] ^= 1;
                assert!(unseal_json(&secret(b'a'), &changed).is_err(), "byte {position} of {text}");
            }
        }
        assert!(seal_json(&secret(b'a'), b"text").is_err() && unseal_json(&secret(b'a'), b"").is_err());
    }
}
