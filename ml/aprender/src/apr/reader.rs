//! Opens a model, checks it, and gives views of its sections.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;

use super::card::{CARD, ModelCard, PROVENANCE, Provenance};
use super::compression;
use super::digest::{Digest, root};
use super::dtype::Element;
use super::encryption::{FileKeys, check_slots, decrypted_length, unwrap_key};
use super::error::{AprError, Result};
use super::layout::{ATTESTATION, Head, Kind, SIGNATURE, Section};
use super::license::{LICENSE, License};
use super::map::{AlignedBytes, FileBytes};
use super::options::{Limits, OpenOptions, Verify};
use super::replacement::replace;
use super::tensor::TensorView;
use super::trees::Trees;
use super::trust::{Signature, SigningKey, judge};
use super::verification::Verification;
use super::writer::add_signature;

/// An opened model.
///
/// Sections that are neither compressed nor encrypted are viewed in place in the file; the others are unpacked once,
/// when they are first read.
pub struct Reader {
    file: FileBytes,
    head: Head,
    numbers: HashMap<String, usize>,
    verification: Verification,
    unpacked: Vec<OnceLock<AlignedBytes>>,
    keys: Option<(FileKeys, Digest)>,
    root: Digest,
    signatures: Vec<Signature>,
    license: Option<License>,
    inspection: bool,
}

impl Reader {
    /// Opens a model for use: checks the head, opens it with the key, judges the signatures, enforces the licence (and
    /// counts the use).
    ///
    /// # Errors
    /// Any fault of the file; see [`AprError`].
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Reader> {
        Reader::new(FileBytes::open(path, options.access)?, options, false)
    }

    /// Opens a model for inspection, without a key and regardless of its licence: the table, signatures, model card,
    /// licence and provenance can be read, and everything can be verified.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn inspect(path: &Path, options: &OpenOptions) -> Result<Reader> {
        Reader::new(FileBytes::open(path, options.access)?, options, true)
    }

    /// As [`Reader::open`], from a copy of bytes in memory.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn from_bytes(bytes: &[u8], options: &OpenOptions) -> Result<Reader> {
        Reader::new(FileBytes::Read(AlignedBytes::copied_from(bytes)?), options, false)
    }

    fn new(file: FileBytes, options: &OpenOptions, inspection: bool) -> Result<Reader> {
        let bytes = file.as_slice();
        refuse_older(bytes)?;
        let head = Head::decode(bytes, bytes.len() as u64)?;
        let encoded = &bytes[..head.length() as usize];
        let attestation = Attestation::decode(encoded)?;
        let numbers = check_sections(&head, &options.limits)?;
        check_slots(&head.slots, &options.limits.derivation)?;
        let root = root(&encoded[..encoded.len() - ATTESTATION]);
        let keys = open_keys(&head, &root, &attestation.seal, options, inspection)?;
        let signatures = judge(&attestation.signatures, &root, &attestation.seal, options.trust)?;
        let unpacked = head.sections.iter().map(|_| OnceLock::new()).collect();
        let verification = Verification::new(&head.sections, options.verify == Verify::HeadOnly);
        let mut reader = Reader {
            file,
            head,
            numbers,
            verification,
            unpacked,
            keys,
            root,
            signatures,
            license: None,
            inspection,
        };
        if options.verify == Verify::AtOpen {
            reader.verify()?;
        }
        if reader.numbers.contains_key(LICENSE) {
            reader.license = Some(reader.json(LICENSE)?);
        }
        if let Some(license) = reader.license.as_ref().filter(|_| !inspection) {
            license.enforce(options.now.unwrap_or_else(system_time), options.ledger, options.seat)?;
        }
        Ok(reader)
    }

    /// All sections, in the order of the file.
    pub fn sections(&self) -> &[Section] {
        &self.head.sections
    }

    /// The digest of the whole content.
    pub fn root(&self) -> &Digest {
        &self.root
    }

    /// The signatures, and which of them are trusted.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The cipher, if the file is encrypted.
    pub fn cipher(&self) -> Option<super::Cipher> {
        self.head.cipher
    }

    /// The licence, if there is one.
    pub fn license(&self) -> Option<&License> {
        self.license.as_ref()
    }

    /// Whether only the holder of a key can have written the head and licence: a trusted key signed the file, or the
    /// file is encrypted and was opened with its key.
    pub fn is_authentic(&self) -> bool {
        self.keys.is_some() || self.signatures.iter().any(|signature| signature.trusted.is_some())
    }

    /// The model card, if there is one.
    ///
    /// # Errors
    /// If it is damaged or not a card.
    pub fn card(&self) -> Result<Option<ModelCard>> {
        self.optional(CARD)
    }

    /// The origin of the model, if recorded.
    ///
    /// # Errors
    /// If it is damaged, encrypted without a key, or something else.
    pub fn provenance(&self) -> Result<Option<Provenance>> {
        self.optional(PROVENANCE)
    }

    fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.numbers.contains_key(name).then(|| self.json(name)).transpose()
    }

    /// The table's entry for a section.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.numbers.get(name).map(|number| &self.head.sections[*number])
    }

    /// A section's bytes, regardless of its kind.
    ///
    /// # Errors
    /// No such section; damaged; changed after it was encrypted; opened for inspection.
    pub fn bytes(&self, name: &str) -> Result<&[u8]> {
        self.content(self.number(name)?)
    }

    /// A tensor; nothing is read or verified before its values are used.
    ///
    /// # Errors
    /// No such section, or it holds something else.
    pub fn tensor<T: Element>(&self, name: &str) -> Result<TensorView<'_, T>> {
        let number = self.expect(name, Kind::Tensor(T::DTYPE))?;
        Ok(TensorView::new(self, number))
    }

    /// Trees, checked: children are in range and come after their parents.
    ///
    /// # Errors
    /// No such section, or it holds something else or is damaged.
    pub fn trees(&self, name: &str) -> Result<Trees<'_>> {
        let number = self.expect(name, Kind::Trees)?;
        Trees::decode(name, self.content(number)?)
    }

    /// A value that was stored as JSON.
    ///
    /// # Errors
    /// No such section, or it holds something else or is damaged.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let number = self.expect(name, Kind::Json)?;
        serde_json::from_slice(self.content(number)?)
            .map_err(|error| AprError::malformed(format!("\"{name}\": {error}")))
    }

    /// Verifies the digests of all sections, and that every byte of the file is as the format demands.
    ///
    /// # Errors
    /// [`AprError::Damaged`] with the name of a section.
    pub fn verify(&self) -> Result<()> {
        self.verification.all(self.file.as_slice(), &self.head.sections)
    }

    fn number(&self, name: &str) -> Result<usize> {
        self.numbers.get(name).copied().ok_or_else(|| AprError::NoSection(name.into()))
    }

    fn expect(&self, name: &str, kind: Kind) -> Result<usize> {
        let number = self.number(name)?;
        let found = self.head.sections[number].kind;
        if found == kind {
            return Ok(number);
        }
        Err(AprError::WrongType { name: name.into(), found: found.name(), wanted: kind.name() })
    }

    /// Whether a section can be viewed in the file, and so in parts.
    pub(super) fn is_viewed(&self, number: usize) -> bool {
        let section = &self.head.sections[number];
        !section.compressed && !section.encrypted
    }

    /// A section's content, verified and unpacked.
    pub(super) fn content(&self, number: usize) -> Result<&[u8]> {
        if self.is_viewed(number) {
            let section = &self.head.sections[number];
            return self.view(number, 0..section.stored as usize);
        }
        if let Some(unpacked) = self.unpacked[number].get() {
            return Ok(unpacked.as_slice());
        }
        let content = self.unpack(number)?;
        Ok(self.unpacked[number].get_or_init(|| content).as_slice())
    }

    /// Part of a section that can be viewed in the file, verified.
    pub(super) fn view(&self, number: usize, range: std::ops::Range<usize>) -> Result<&[u8]> {
        self.check_readable(number)?;
        self.stored(number, range)
    }

    /// Part of a section as it is stored, verified.
    fn stored(&self, number: usize, range: std::ops::Range<usize>) -> Result<&[u8]> {
        let section = &self.head.sections[number];
        let file = self.file.as_slice();
        self.verification.range(file, number, section, range.clone())?;
        let start = section.offset as usize;
        Ok(&file[start + range.start..start + range.end])
    }

    fn check_readable(&self, number: usize) -> Result<()> {
        let name = &self.head.sections[number].name;
        if self.inspection && ![CARD, LICENSE, PROVENANCE].contains(&name.as_str()) {
            return Err(AprError::InspectionOnly(name.clone()));
        }
        Ok(())
    }

    fn unpack(&self, number: usize) -> Result<AlignedBytes> {
        self.check_readable(number)?;
        let section = &self.head.sections[number];
        let stored = self.stored(number, 0..section.stored as usize)?;
        let mut plain = AlignedBytes::reserve(section.plain)?;
        if !section.encrypted {
            decompress(section, stored, &mut plain)?;
            return Ok(plain);
        }
        let (keys, binding) =
            self.keys.as_ref().ok_or_else(|| AprError::InspectionOnly(section.name.clone()))?;
        let forged = || AprError::Forged { part: format!("\"{}\"", section.name) };
        if section.compressed {
            let length = decrypted_length(section.stored).ok_or_else(forged)?;
            let mut compressed = AlignedBytes::reserve(length)?;
            if !keys.decrypt_section(number as u32, binding, stored, compressed.extend(length as usize)) {
                return Err(forged());
            }
            decompress(section, compressed.as_slice(), &mut plain)?;
        } else if !keys.decrypt_section(number as u32, binding, stored, plain.extend(section.plain as usize))
        {
            return Err(forged());
        }
        Ok(plain)
    }
}

fn decompress(section: &Section, compressed: &[u8], plain: &mut AlignedBytes) -> Result<()> {
    if compression::decompress(compressed, section.plain as usize, plain) {
        return Ok(());
    }
    let Section { name, plain, .. } = section;
    Err(AprError::malformed(format!("\"{name}\" does not decompress to the {plain} bytes that it promises")))
}

/// Adds a signature to the model at `path`, after verifying all of it. The file is replaced as a whole.
///
/// # Errors
/// Any fault of the file; [`AprError::Unstorable`] if the key has signed already or all 4 places are taken.
pub fn sign_file(path: &Path, key: &SigningKey) -> Result<()> {
    use std::io::Write;
    let reader = Reader::inspect(path, &OpenOptions { verify: Verify::AtOpen, ..OpenOptions::default() })?;
    let mut head = reader.file.as_slice()[..reader.head.length() as usize].to_vec();
    add_signature(&mut head, &reader.root, key)?;
    let permissions = std::fs::metadata(path).map_err(|error| AprError::io(path, error))?.permissions();
    replace(path, Some(permissions), |file| {
        let unchanged = &reader.file.as_slice()[head.len()..];
        let written = file.write_all(&head).and_then(|()| file.write_all(unchanged));
        written.map_err(|error| AprError::io(path, error))
    })
}

fn refuse_older(bytes: &[u8]) -> Result<()> {
    let (major, advice) = match bytes.first_chunk() {
        Some(b"APRN") => (1, "aprender::apr::v1 reads it"),
        Some(b"APR\0") => (2, "aprender::apr::v2 reads it"),
        _ => return Ok(()),
    };
    Err(AprError::Version { major, minor: 0, advice })
}

fn system_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The end of the head.
struct Attestation {
    seal: [u8; 32],
    signatures: Vec<([u8; 32], [u8; 64])>,
}

impl Attestation {
    fn decode(head: &[u8]) -> Result<Attestation> {
        let (covered, check) = head.split_last_chunk::<32>().expect("a decoded head has an attestation");
        if blake3::hash(covered).as_bytes() != check {
            return Err(AprError::Damaged { part: "the head".into() });
        }
        let (seal, places) = covered[covered.len() + 32 - ATTESTATION..].split_at(32);
        let mut signatures = Vec::new();
        let mut empty = false;
        for place in places.chunks_exact(SIGNATURE) {
            let is_empty = place.iter().all(|byte| *byte == 0);
            if empty && !is_empty {
                return Err(AprError::malformed("a signature after an empty place"));
            }
            empty = is_empty;
            if !is_empty {
                let (id, signature) = place.split_at(32);
                signatures
                    .push((id.try_into().expect("32 bytes"), signature.try_into().expect("96 - 32 bytes")));
            }
        }
        Ok(Attestation { seal: seal.try_into().expect("32 bytes"), signatures })
    }
}

fn check_sections(head: &Head, limits: &Limits) -> Result<HashMap<String, usize>> {
    let mut numbers = HashMap::with_capacity(head.sections.len());
    let mut unpacked = 0u64;
    for (number, section) in head.sections.iter().enumerate() {
        let name = &section.name;
        if numbers.insert(name.clone(), number).is_some() {
            return Err(AprError::malformed(format!("there are two sections \"{name}\"")));
        }
        if section.encrypted && [CARD, LICENSE].contains(&name.as_str()) {
            return Err(AprError::malformed(format!("\"{name}\" is encrypted")));
        }
        if section.compressed && !compression::ratio_allowed(section.plain, section.stored) {
            let limit = section.stored.saturating_mul(compression::MAX_RATIO);
            return Err(AprError::Limit {
                what: format!("\"{name}\" when unpacked"),
                asked: section.plain,
                limit,
            });
        }
        if section.compressed || section.encrypted {
            unpacked = unpacked.saturating_add(section.plain);
        }
    }
    if unpacked > limits.unpacked {
        return Err(AprError::Limit {
            what: "the model when unpacked".into(),
            asked: unpacked,
            limit: limits.unpacked,
        });
    }
    Ok(numbers)
}

/// Opens an encrypted file with a key, and uses the key to check that nothing was changed.
fn open_keys(
    head: &Head,
    root: &Digest,
    seal: &[u8; 32],
    options: &OpenOptions,
    inspection: bool,
) -> Result<Option<(FileKeys, Digest)>> {
    let Some(cipher) = head.cipher else {
        return if *seal == [0; 32] { Ok(None) } else { Err(AprError::malformed("a seal without a cipher")) };
    };
    if inspection && options.password.is_none() && options.recipient.is_none() {
        return Ok(None);
    }
    let file_key = unwrap_key(&head.slots, &head.salt, options.password, options.recipient)?;
    let keys = FileKeys::derive(&file_key, &head.salt, cipher);
    // Hashes compare in constant time.
    if keys.seal(root) != blake3::Hash::from_bytes(*seal) {
        return Err(AprError::Forged { part: "the head".into() });
    }
    Ok(Some((keys, head.binding())))
}
