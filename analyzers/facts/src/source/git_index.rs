//! Checks an index before the library reads it.
//!
//! The library reads an index recursively: folders in the caches of trees and of untracked files, and split indexes,
//! which may refer to themselves. It trusts the table of offsets of large indexes, and expands delta-compressed paths,
//! whatever their total length. So an index is first walked here, without recursion, and refused if the library would
//! go too deep, too far, or on forever. (Git's format: gitformat-index(5).)

use super::SourceError;
use super::bounds::{MOST_ENTRIES, MOST_PATH_BYTES};
use super::confined::read_regular;
use super::git_files::LARGE;
use std::path::Path;

/// The deepest nesting of folders in the caches: twice the limit of a listing.
const DEEPEST: usize = 1_024;
/// The most folders in one of them: half of what a tree may have.
const MOST_FOLDERS: usize = 1_000_000;
/// The most bytes about resolved conflicts. In memory they take twenty times as much.
const LARGEST_RESOLVED: usize = 16 << 20;
/// Signature, version, number of entries.
const HEADER: usize = 12;
/// Bytes of an entry before its id: times, device, inode, mode, owner, group, size.
const STAT: usize = 40;
/// The length in an entry's flags that means "up to the next NUL".
const LENGTH: u16 = 0xfff;
/// The flag of an entry that has two more bytes of flags.
const EXTENDED: u16 = 0x4000;

/// Why an index is refused.
type Refused = &'static str;

const CUT_OFF: Refused = "it is cut off";
const TOO_DEEP: Refused = "what it knows of folders nests too deep, or is too much";

/// Checks an index; returns the one that it shares entries with.
///
/// # Errors
/// The library must not read it: what is wrong with it.
pub(super) fn check(path: &Path, id_bytes: usize) -> Result<(), SourceError> {
    let refused = |path: &Path, why: &dyn std::fmt::Display| {
        SourceError::new(format!(
            "the Git index {} is not read: {why}; `git read-tree HEAD` writes it again",
            path.display()
        ))
    };
    let bytes = read_regular(path, LARGE).map_err(|why| refused(path, &why))?;
    let Some(shared) = Index { bytes: &bytes, id_bytes }.check().map_err(|why| refused(path, &why))? else {
        return Ok(());
    };
    let name: String = shared.iter().map(|byte| format!("{byte:02x}")).collect();
    let shared = path.with_file_name(format!("sharedindex.{name}"));
    // The library reports a missing one.
    let Ok(bytes) = read_regular(&shared, LARGE) else { return Ok(()) };
    match (Index { bytes: &bytes, id_bytes }).check() {
        Ok(None) => Ok(()),
        Ok(Some(_)) => Err(refused(&shared, &"it is shared, and shares with another one")),
        Err(why) => Err(refused(&shared, &why)),
    }
}

/// The bytes of an index, and the length of its ids.
struct Index<'a> {
    bytes: &'a [u8],
    id_bytes: usize,
}

/// Where the entries of an index begin, and where they end.
struct Entries {
    starts: Vec<usize>,
    end: usize,
}

impl<'a> Index<'a> {
    /// The id of the index that it shares entries with, if it does.
    fn check(&self) -> Result<Option<&'a [u8]>, Refused> {
        // The library refuses other files and other versions at their first bytes.
        let number = |at: usize| Some(u32::from_be_bytes(*self.bytes.get(at..)?.first_chunk()?));
        let (Some(version @ 2..=4), Some(count)) = (number(4), number(8)) else { return Ok(None) };
        let end = self.bytes.len().checked_sub(self.id_bytes).ok_or(CUT_OFF)?;
        let entries = self.entries(version == 4, count, end)?;
        let mut shared = None;
        let mut rest = self.bytes.get(entries.end..end).ok_or(CUT_OFF)?;
        while let Some((extension, after)) = extension(rest) {
            rest = after;
            match extension {
                (b"TREE", data) => Folders::new(data, self.id_bytes).are_bounded()?,
                (b"UNTR", data) => Untracked(data).are_bounded(self.id_bytes)?,
                (b"REUC", data) if data.len() > LARGEST_RESOLVED => return Err(TOO_DEEP),
                (b"IEOT", data) => self.offsets_are_right(data, &entries)?,
                (b"EOIE", data) if data.first_chunk() != Some(&entries.end_in_file()) => {
                    return Err("it says that its entries end elsewhere than they do");
                }
                (b"link", data) => shared = data.get(..self.id_bytes),
                _ => {}
            }
        }
        if rest.is_empty() { Ok(shared) } else { Err(CUT_OFF) }
    }

    /// Walks all entries.
    fn entries(&self, has_differences: bool, count: u32, end: usize) -> Result<Entries, Refused> {
        if count as usize > MOST_ENTRIES {
            return Err("it has more entries than a tree may have files");
        }
        let mut entries = Entries { starts: Vec::new(), end: HEADER };
        let (mut length, mut all): (usize, u64) = (0, 0);
        for _ in 0..count {
            let start = entries.end;
            let entry = self.bytes.get(start..end).ok_or(CUT_OFF)?;
            let flags_at = STAT + self.id_bytes;
            let flags = entry.get(flags_at..).and_then(|flags| flags.first_chunk()).ok_or(CUT_OFF)?;
            let flags = u16::from_be_bytes(*flags);
            let path_at = flags_at + if flags & EXTENDED == 0 { 2 } else { 4 };
            let path = entry.get(path_at..).ok_or(CUT_OFF)?;
            let size;
            if has_differences {
                let (dropped, suffix) = variable(path).ok_or(CUT_OFF)?;
                let (added, after) = up_to_nul(suffix).ok_or(CUT_OFF)?;
                let kept = if entries.starts.is_empty() {
                    0
                } else {
                    length.saturating_sub(usize::try_from(dropped).unwrap_or(usize::MAX))
                };
                length = kept + added.len();
                size = entry.len() - after.len();
            } else if flags & LENGTH == LENGTH {
                // The library does not look for padding after it.
                length = up_to_nul(path).ok_or(CUT_OFF)?.0.len();
                size = path_at + length + 1;
            } else {
                length = usize::from(flags & LENGTH);
                size = (path_at + length + 8) & !7;
            }
            all += length as u64;
            if all > MOST_PATH_BYTES {
                return Err("its paths are longer together than those of any tree");
            }
            entries.starts.push(start);
            entries.end = start + size;
        }
        Ok(entries)
    }

    /// Compares the table of offsets, which has one for each part that a thread reads, with the real beginnings of
    /// entries.
    fn offsets_are_right(&self, data: &[u8], entries: &Entries) -> Result<(), Refused> {
        let numbers: Vec<usize> = data.chunks_exact(4).map(be_number).collect();
        let mut passed = 0;
        for pair in numbers.get(1..).unwrap_or_default().chunks_exact(2) {
            let start = entries.starts.get(passed).copied().unwrap_or(entries.end);
            passed += pair[1];
            if pair[0] != start || passed > entries.starts.len() {
                return Err("its table says that entries begin elsewhere than they do");
            }
        }
        match passed == entries.starts.len() {
            true => Ok(()),
            false => Err("its table does not tell where all entries are"),
        }
    }
}

impl Entries {
    fn end_in_file(&self) -> [u8; 4] {
        u32::try_from(self.end).unwrap_or(u32::MAX).to_be_bytes()
    }
}

fn be_number(four: &[u8]) -> usize {
    four.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The signature and the bytes of the extension that begins here, and the rest.
type Extension<'a> = ((&'a [u8; 4], &'a [u8]), &'a [u8]);

fn extension(rest: &[u8]) -> Option<Extension<'_>> {
    let (signature, rest) = rest.split_first_chunk()?;
    let (size, rest) = rest.split_first_chunk::<4>()?;
    let (data, rest) = rest.split_at_checked(be_number(size))?;
    Some(((signature, data), rest))
}

/// A number with seven bits in each byte, the highest first; and the rest.
fn variable(data: &[u8]) -> Option<(u64, &[u8])> {
    let (first, mut rest) = data.split_first()?;
    let (mut byte, mut number) = (*first, u64::from(first & 0x7f));
    while byte & 0x80 != 0 {
        (byte, rest) = rest.split_first().map(|(next, rest)| (*next, rest))?;
        number = number.checked_add(1)?.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
    }
    Some((number, rest))
}

fn up_to_nul(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = data.iter().position(|byte| *byte == 0)?;
    Some((&data[..end], &data[end + 1..]))
}

/// How many folders are still to come in each of the open ones, and how many were seen.
#[derive(Default)]
struct Depth {
    open: Vec<u64>,
    seen: usize,
}

impl Depth {
    /// Enters a folder with this many folders in it. True as long as more are to come.
    fn folder(&mut self, inner: u64) -> Result<bool, Refused> {
        self.seen += 1;
        if inner > 0 {
            self.open.push(inner);
        } else {
            while let Some(left) = self.open.last_mut() {
                *left -= 1;
                if *left > 0 {
                    break;
                }
                self.open.pop();
            }
        }
        match self.open.len() > DEEPEST || self.seen > MOST_FOLDERS {
            true => Err(TOO_DEEP),
            false => Ok(!self.open.is_empty()),
        }
    }
}

/// The cache of trees: for each folder its name, its number of entries and of folders, and an id if it is valid.
struct Folders<'a> {
    rest: &'a [u8],
    id_bytes: usize,
}

impl<'a> Folders<'a> {
    fn new(rest: &'a [u8], id_bytes: usize) -> Self {
        Folders { rest, id_bytes }
    }

    /// Damaged data ends the cache, as in the library, which then continues without it.
    fn are_bounded(mut self) -> Result<(), Refused> {
        let mut depth = Depth::default();
        while let Some(inner) = self.next() {
            if !depth.folder(inner)? {
                break;
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Option<u64> {
        let (_, rest) = up_to_nul(self.rest)?;
        let line = rest.iter().position(|byte| *byte == b'\n')?;
        let text = std::str::from_utf8(&rest[..line]).ok()?;
        let (entries, folders) = text.split_once(' ')?;
        let entries: i64 = entries.parse().ok()?;
        let rest = &rest[line + 1..];
        self.rest = if entries < 0 { rest } else { rest.get(self.id_bytes..)? };
        folders.parse().ok()
    }
}

/// The cache of untracked files.
struct Untracked<'a>(&'a [u8]);

impl Untracked<'_> {
    fn are_bounded(mut self, id_bytes: usize) -> Result<(), Refused> {
        let mut depth = Depth::default();
        // The environment's description, the stat data of two files, flags, two ids, a file name, and the number of
        // folders.
        let head = |data| {
            let (length, rest) = variable(data)?;
            let rest = rest.get(usize::try_from(length).ok()?..)?.get(2 * 36 + 4 + 2 * id_bytes..)?;
            variable(up_to_nul(rest)?.1)
        };
        let Some((_, folders)) = head(self.0) else { return Ok(()) };
        self.0 = folders;
        while let Some(inner) = self.next() {
            if !depth.folder(inner)? {
                break;
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Option<u64> {
        let (files, rest) = variable(self.0)?;
        let (folders, rest) = variable(rest)?;
        let (_, mut rest) = up_to_nul(rest)?;
        for _ in 0..files {
            rest = up_to_nul(rest)?.1;
        }
        self.0 = rest;
        Some(folders)
    }
}
