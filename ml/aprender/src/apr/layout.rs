//! The head of a file, byte by byte, and its checks. `docs/apr-format.md` is the specification.
//!
//! Everything has exactly one place: sections follow each other without gaps, in the order of the table, so nothing can
//! overlap and nothing can be hidden.

use super::digest::{Digest, listed_groups};
use super::dtype::Dtype;
use super::error::{AprError, Result};

pub(super) const MAGIC: [u8; 8] = *b"APR3\r\n\x1a\n";
pub(super) const HEADER: usize = 128;
pub(super) const ENTRY: usize = 128;
pub(super) const SLOT: usize = 128;
pub(super) const SIGNATURES: usize = 4;
pub(super) const SIGNATURE: usize = 96;
/// Seal, signatures and the digest of all bytes before it.
pub(super) const ATTESTATION: usize = 32 + SIGNATURES * SIGNATURE + 32;
pub(super) const ALIGNMENT: u64 = 64;

const MAX_SECTIONS: u32 = 1 << 16;
const MAX_SLOTS: u32 = 16;
const MAX_NAMES: u32 = MAX_SECTIONS * MAX_NAME as u32;
const MAX_NAME: usize = 512;
const MAX_DIMS: usize = 6;

/// How sections are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Cipher {
    /// RFC 8439. Quick everywhere.
    ChaCha20Poly1305 = 1,
    /// NIST SP 800-38D. Quick on processors with AES instructions.
    Aes256Gcm = 2,
}

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes whose meaning only the model's kind knows.
    Bytes,
    /// Elements of one type, with a shape; the last dimension is contiguous.
    Tensor(Dtype),
    /// UTF-8 JSON.
    Json,
    /// Decision trees.
    Trees,
}

impl Kind {
    fn ids(self) -> (u8, u8) {
        match self {
            Kind::Bytes => (0, 0),
            Kind::Tensor(dtype) => (1, dtype as u8),
            Kind::Json => (2, 0),
            Kind::Trees => (3, 0),
        }
    }

    fn from_ids(kind: u8, dtype: u8) -> Option<Kind> {
        match (kind, dtype) {
            (0, 0) => Some(Kind::Bytes),
            (1, dtype) => Dtype::from_id(dtype).map(Kind::Tensor),
            (2, 0) => Some(Kind::Json),
            (3, 0) => Some(Kind::Trees),
            _ => None,
        }
    }

    /// In words.
    pub fn name(self) -> String {
        match self {
            Kind::Bytes => "bytes".into(),
            Kind::Tensor(dtype) => format!("a tensor of {}", dtype.name()),
            Kind::Json => "JSON".into(),
            Kind::Trees => "trees".into(),
        }
    }
}

/// The table's entry for a section.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// The tensor's shape; empty for a scalar and for sections that are not tensors.
    pub shape: Vec<u64>,
    /// Where it begins in the file, in bytes.
    pub offset: u64,
    /// Bytes in the file, without the padding to the next section.
    pub stored: u64,
    /// Bytes when decrypted and decompressed.
    pub plain: u64,
    /// Whether it is compressed with zstd.
    pub compressed: bool,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// BLAKE3 of the stored bytes.
    pub digest: Digest,
    /// Where the list of its groups begins in the file.
    pub(super) groups_at: u64,
}

/// The contents of the head, without seal and signatures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    pub(super) cipher: Option<Cipher>,
    pub(super) salt: [u8; 32],
    pub(super) file_length: u64,
    pub(super) slots: Vec<[u8; SLOT]>,
    pub(super) sections: Vec<Section>,
}

pub(super) fn aligned(length: u64) -> u64 {
    length.next_multiple_of(ALIGNMENT)
}

impl Head {
    /// The length of the head including the attestation; the list of groups begins there.
    pub(super) fn length(&self) -> u64 {
        head_length(
            self.sections.len() as u64,
            self.slots.len() as u64,
            self.sections.iter().map(|section| section.name.len() as u64).sum(),
        )
    }

    /// Number of groups listed for all sections together.
    pub(super) fn groups(&self) -> u64 {
        self.sections.iter().map(|section| listed_groups(section.stored)).sum()
    }

    /// Assigns places to the sections and the length to the file; all `stored` lengths must be final.
    pub(super) fn place_sections(&mut self) {
        let mut groups_at = self.length();
        let mut offset = aligned(groups_at + 32 * self.groups());
        for section in &mut self.sections {
            section.offset = offset;
            section.groups_at = groups_at;
            groups_at += 32 * listed_groups(section.stored);
            offset = aligned(offset + section.stored);
        }
        self.file_length = offset;
    }

    /// The bytes before the attestation.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = self.encode_fixed();
        out.resize(self.length() as usize - ATTESTATION, 0);
        out
    }

    /// Encrypted chunks are bound to this: the header, the table, the key slots and names, with zeros for the digests
    /// of encrypted sections (those depend on the chunks).
    pub(super) fn binding(&self) -> Digest {
        let mut bound = self.clone();
        for section in bound.sections.iter_mut().filter(|section| section.encrypted) {
            section.digest = [0; 32];
        }
        *blake3::Hasher::new_derive_key("apr 3 binding").update(&bound.encode_fixed()).finalize().as_bytes()
    }

    /// Header, table, key slots, names.
    fn encode_fixed(&self) -> Vec<u8> {
        let names: usize = self.sections.iter().map(|section| section.name.len()).sum();
        let mut out = Vec::with_capacity(self.length() as usize);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&3u16.to_le_bytes());
        out.extend_from_slice(&0u16.to_le_bytes());
        out.extend_from_slice(&[self.cipher.map_or(0, |cipher| cipher as u8), 0, 0, 0]);
        out.extend_from_slice(&self.file_length.to_le_bytes());
        out.extend_from_slice(&self.length().to_le_bytes());
        out.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.slots.len() as u32).to_le_bytes());
        out.extend_from_slice(&(names as u32).to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&self.groups().to_le_bytes());
        out.extend_from_slice(&self.salt);
        out.resize(HEADER, 0);
        let mut name_offset = 0u32;
        for section in &self.sections {
            encode_entry(section, name_offset, &mut out);
            name_offset += section.name.len() as u32;
        }
        self.slots.iter().for_each(|slot| out.extend_from_slice(slot));
        self.sections.iter().for_each(|section| out.extend_from_slice(section.name.as_bytes()));
        out
    }

    /// Reads and checks a head; `bytes` is the file, or as much of it as the head needs.
    ///
    /// # Errors
    /// [`AprError::NotApr`], [`AprError::Version`], [`AprError::Length`], [`AprError::Malformed`], [`AprError::Limit`].
    pub(super) fn decode(bytes: &[u8], file_length: u64) -> Result<Head> {
        let counts = Counts::decode(bytes, file_length)?;
        let mut fields = Fields { bytes: &bytes[HEADER..counts.head as usize - ATTESTATION] };
        let entries: Vec<Fields> = (0..counts.sections).map(|_| fields.take(ENTRY)).collect::<Result<_>>()?;
        let slots = (0..counts.slots).map(|_| fields.array::<SLOT>()).collect::<Result<Vec<_>>>()?;
        let mut names = fields.take(counts.names as usize)?;
        let mut sections = Vec::with_capacity(entries.len());
        let mut groups_at = counts.head;
        let mut offset = aligned(groups_at + 32 * counts.groups);
        let mut name_offset = 0;
        for entry in entries {
            let mut section = decode_entry(entry, &mut names, &mut name_offset)?;
            section.groups_at = groups_at;
            groups_at += 32 * listed_groups(section.stored.min(file_length));
            if section.offset != offset {
                return Err(AprError::malformed(format!("\"{}\" is not where it has to be", section.name)));
            }
            offset = offset
                .checked_add(section.stored)
                .and_then(|end| end.checked_next_multiple_of(ALIGNMENT))
                .filter(|end| *end <= file_length)
                .ok_or_else(|| AprError::malformed(format!("\"{}\" ends beyond the file", section.name)))?;
            sections.push(section);
        }
        if offset != file_length || !names.bytes.is_empty() || groups_at != counts.head + 32 * counts.groups {
            return Err(AprError::malformed("bytes that belong to no section"));
        }
        if fields.bytes.iter().any(|byte| *byte != 0) || fields.bytes.len() >= ALIGNMENT as usize {
            return Err(AprError::malformed("padding of the head that is not zero"));
        }
        let head = Head { cipher: counts.cipher, salt: counts.salt, file_length, slots, sections };
        head.check_encryption()?;
        Ok(head)
    }

    fn check_encryption(&self) -> Result<()> {
        let encrypted = self.sections.iter().any(|section| section.encrypted);
        if self.cipher.is_some() != encrypted || self.cipher.is_some() == self.slots.is_empty() {
            return Err(AprError::malformed(
                "cipher, key slots and encrypted sections do not belong together",
            ));
        }
        if self.cipher.is_none() && self.salt != [0; 32] {
            return Err(AprError::malformed("a salt without a cipher"));
        }
        Ok(())
    }
}

fn head_length(sections: u64, slots: u64, names: u64) -> u64 {
    aligned(HEADER as u64 + ENTRY as u64 * sections + SLOT as u64 * slots + names) + ATTESTATION as u64
}

/// The fields of the header.
struct Counts {
    cipher: Option<Cipher>,
    salt: [u8; 32],
    head: u64,
    groups: u64,
    sections: u32,
    slots: u32,
    names: u32,
}

impl Counts {
    fn decode(bytes: &[u8], file_length: u64) -> Result<Counts> {
        let mut fields = Fields { bytes };
        if !bytes.starts_with(&MAGIC) {
            return Err(if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) {
                AprError::Length { expected: (HEADER + ATTESTATION) as u64, found: file_length }
            } else {
                AprError::NotApr
            });
        }
        if bytes.len() < HEADER {
            return Err(AprError::Length { expected: (HEADER + ATTESTATION) as u64, found: file_length });
        }
        fields.take(8)?;
        let (major, minor) = (fields.u16()?, fields.u16()?);
        if (major, minor) != (3, 0) {
            return Err(AprError::Version {
                major,
                minor,
                advice: "this program reads 3.0: it needs an update",
            });
        }
        let cipher = match fields.array::<4>()? {
            [0, 0, 0, 0] => None,
            [1, 0, 0, 0] => Some(Cipher::ChaCha20Poly1305),
            [2, 0, 0, 0] => Some(Cipher::Aes256Gcm),
            _ => return Err(AprError::malformed("a cipher that does not exist")),
        };
        let expected = fields.u64()?;
        let head = fields.u64()?;
        let (sections, slots, names) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let zero = fields.u32()?;
        let groups = fields.u64()?;
        let salt = fields.array()?;
        if zero != 0 || fields.take(HEADER - 88)?.bytes.iter().any(|byte| *byte != 0) {
            return Err(AprError::malformed("reserved bytes of the header that are not zero"));
        }
        if expected != file_length {
            return Err(AprError::Length { expected, found: file_length });
        }
        let sizes = [
            (sections, MAX_SECTIONS, "sections"),
            (slots, MAX_SLOTS, "key slots"),
            (names, MAX_NAMES, "names"),
        ];
        for (asked, limit, what) in sizes {
            if asked > limit {
                return Err(AprError::Limit { what: what.into(), asked: asked.into(), limit: limit.into() });
            }
        }
        if groups > file_length / 32 {
            return Err(AprError::malformed("more groups than the file has room for"));
        }
        if head != head_length(sections.into(), slots.into(), names.into()) || head > bytes.len() as u64 {
            return Err(AprError::malformed("the head does not have the length that its parts have"));
        }
        Ok(Counts { cipher, salt, head, groups, sections, slots, names })
    }
}

fn encode_entry(section: &Section, name_offset: u32, out: &mut Vec<u8>) {
    let end = out.len() + ENTRY;
    let (kind, dtype) = section.kind.ids();
    out.extend_from_slice(&section.offset.to_le_bytes());
    out.extend_from_slice(&section.stored.to_le_bytes());
    out.extend_from_slice(&section.plain.to_le_bytes());
    out.extend_from_slice(&name_offset.to_le_bytes());
    out.extend_from_slice(&(section.name.len() as u16).to_le_bytes());
    let (compressed, encrypted) = (u8::from(section.compressed), u8::from(section.encrypted));
    out.extend_from_slice(&[kind, dtype, section.shape.len() as u8, compressed, encrypted, 0, 0, 0, 0, 0]);
    section.shape.iter().for_each(|dim| out.extend_from_slice(&dim.to_le_bytes()));
    out.resize(end - 40, 0);
    out.extend_from_slice(&section.digest);
    out.resize(end, 0);
}

fn decode_entry(mut entry: Fields, names: &mut Fields, name_offset: &mut u32) -> Result<Section> {
    let (offset, stored, plain) = (entry.u64()?, entry.u64()?, entry.u64()?);
    let (at, length) = (entry.u32()?, usize::from(entry.u16()?));
    let flags = entry.array::<10>()?;
    let dims: [u64; MAX_DIMS] =
        [entry.u64()?, entry.u64()?, entry.u64()?, entry.u64()?, entry.u64()?, entry.u64()?];
    let digest = entry.array()?;
    if at != *name_offset {
        return Err(AprError::malformed("names that do not follow each other"));
    }
    *name_offset += length as u32;
    let name = checked_name(names.take(length)?.bytes)?;
    let [kind, dtype, rank, compressed @ 0..=1, encrypted @ 0..=1, 0, 0, 0, 0, 0] = flags else {
        return Err(AprError::malformed(format!("\"{name}\" has flags that do not exist")));
    };
    let kind = Kind::from_ids(kind, dtype)
        .ok_or_else(|| AprError::malformed(format!("\"{name}\" has a type that does not exist")))?;
    let rank = usize::from(rank);
    if rank > MAX_DIMS || dims[rank..].iter().any(|dim| *dim != 0) || entry.u64()? != 0 {
        return Err(AprError::malformed(format!("\"{name}\" has a shape that is not valid")));
    }
    let shape = dims[..rank].to_vec();
    check_shape(&name, kind, &shape, plain)?;
    let section = Section {
        name,
        kind,
        shape,
        offset,
        stored,
        plain,
        compressed: compressed == 1,
        encrypted: encrypted == 1,
        digest,
        groups_at: 0,
    };
    if !section.compressed && stored != stored_length(plain, section.encrypted) {
        return Err(AprError::malformed(format!("\"{}\" has a length that is not possible", section.name)));
    }
    Ok(section)
}

/// A name: UTF-8 of 1 to 512 bytes without control characters.
pub(super) fn checked_name(bytes: &[u8]) -> Result<String> {
    std::str::from_utf8(bytes)
        .ok()
        .filter(|name| (1..=MAX_NAME).contains(&name.len()) && !name.chars().any(char::is_control))
        .map(str::to_owned)
        .ok_or_else(|| AprError::malformed("a name that is not 1 to 512 bytes of printable UTF-8"))
}

/// Whether a shape is allowed for a kind, and its elements fill the bytes.
pub(super) fn check_shape(name: &str, kind: Kind, shape: &[u64], plain: u64) -> Result<()> {
    let fits = match kind {
        Kind::Tensor(dtype) => {
            shape.len() <= MAX_DIMS
                && shape.iter().try_fold(dtype.size() as u64, |bytes, dim| bytes.checked_mul(*dim))
                    == Some(plain)
        }
        _ => shape.is_empty(),
    };
    fits.then_some(()).ok_or_else(|| {
        let shape = shown_shape(shape);
        AprError::malformed(format!("\"{name}\": shape {shape} is not that of {plain} bytes"))
    })
}

/// A shape for an error: at most the first eight of its dimensions.
pub(super) fn shown_shape(shape: &[u64]) -> String {
    const MOST: usize = 8;
    match shape.split_at_checked(MOST) {
        Some((first, more)) if !more.is_empty() => format!("{first:?} and {} more dimensions", more.len()),
        _ => format!("{shape:?}"),
    }
}

/// Bytes that a section takes in the file if it has `length` bytes before encryption.
pub(super) fn stored_length(length: u64, encrypted: bool) -> u64 {
    if encrypted { super::encryption::encrypted_length(length) } else { length }
}

/// Reads little-endian fields one after the other.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub(super) bytes: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<Fields<'a>> {
        let (now, later) = self
            .bytes
            .split_at_checked(length)
            .ok_or_else(|| AprError::malformed("a field beyond the end"))?;
        self.bytes = later;
        Ok(Fields { bytes: now })
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        Ok(self.take(N)?.bytes.try_into().expect("take gave exactly N bytes"))
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
