//! The bytes of a file in memory: mapped, or read.
//!
//! The mapping is unsafe code. No other process may change a mapped file while it is open; if that cannot be excluded,
//! [`Access::Read`] takes a copy first.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::Read;
use std::path::Path;

use memmap2::Mmap;

use super::error::{AprError, Result};
use super::options::Access;

/// Bytes on the heap, aligned to 64. They grow up to the reserved length.
pub(super) struct AlignedBytes {
    buffer: Vec<u8>,
    start: usize,
}

impl AlignedBytes {
    /// No bytes yet, and room for `length`.
    ///
    /// # Errors
    /// [`AprError::Limit`] when the system does not have that much memory.
    pub(super) fn reserve(length: u64) -> Result<Self> {
        let mut buffer: Vec<u8> = Vec::new();
        let room = usize::try_from(length).ok().and_then(|length| length.checked_add(63));
        if room.is_none_or(|room| buffer.try_reserve_exact(room).is_err()) {
            return Err(AprError::Limit { what: "memory".into(), asked: length, limit: 0 });
        }
        // Nothing reallocates, so the alignment stays.
        let start = buffer.as_ptr().align_offset(64);
        buffer.resize(start, 0);
        Ok(AlignedBytes { buffer, start })
    }

    /// Appends `length` zeros, which must fit into the reserved length, and returns them for writing.
    pub(super) fn extend(&mut self, length: usize) -> &mut [u8] {
        let end = self.buffer.len();
        assert!(self.buffer.capacity() - end >= length, "more bytes than were reserved");
        self.buffer.resize(end + length, 0);
        &mut self.buffer[end..]
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    pub(super) fn copied_from(bytes: &[u8]) -> Result<Self> {
        let mut copy = AlignedBytes::reserve(bytes.len() as u64)?;
        copy.extend(bytes.len()).copy_from_slice(bytes);
        Ok(copy)
    }
}

/// A whole file.
pub(super) enum FileBytes {
    Mapped(Mmap),
    Read(AlignedBytes),
}

impl FileBytes {
    pub(super) fn open(path: &Path, access: Access) -> Result<FileBytes> {
        let io = |error| AprError::io(path, error);
        let mut file = File::open(path).map_err(io)?;
        let metadata = file.metadata().map_err(io)?;
        if !metadata.is_file() {
            return Err(io(std::io::Error::other("not a file")));
        }
        let length =
            usize::try_from(metadata.len()).map_err(|_| io(std::io::ErrorKind::FileTooLarge.into()))?;
        if access == Access::Read || length == 0 {
            let mut bytes = AlignedBytes::reserve(length as u64)?;
            file.read_exact(bytes.extend(length)).map_err(io)?;
            return Ok(FileBytes::Read(bytes));
        }
        // SAFETY: the mapping is private to this process and read-only. `Access::Map` requires its user to ensure that
        // no other process changes the file. This program does not change it either: it writes models under a new name.
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        Ok(FileBytes::Mapped(map))
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            FileBytes::Mapped(map) => map,
            FileBytes::Read(bytes) => bytes.as_slice(),
        }
    }
}
