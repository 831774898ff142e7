//! Puts a model together and writes it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{Cursor, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;

use super::card::{CARD, ModelCard, PROVENANCE, Provenance};
use super::compression;
use super::digest::{Digest, SectionHasher, root};
use super::dtype::{Dtype, Element, TreeNode};
use super::encryption::{Encryption, FileKeys, random_key, wrap_key};
use super::error::{AprError, Result};
use super::layout::{
    ATTESTATION, Head, Kind, SIGNATURE, SIGNATURES, Section, aligned, check_shape, checked_name,
    stored_length,
};
use super::license::{LICENSE, License};
use super::replacement::replace;
use super::trees;
use super::trust::SigningKey;

/// A model being assembled: named sections, and how to write them.
///
/// ```
/// use aprender::apr::{OpenOptions, Reader, Writer};
///
/// let mut model = Writer::new();
/// model.tensor("weights", &[2, 3], &[1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// let file = model.to_bytes()?;
///
/// let model = Reader::from_bytes(&file, &OpenOptions::default())?;
/// assert_eq!(model.tensor::<f32>("weights")?.rows(1..2)?, &[4.0, 5.0, 6.0]);
/// # Ok::<(), aprender::apr::AprError>(())
/// ```
#[derive(Default)]
pub struct Writer<'a> {
    sections: Vec<NewSection<'a>>,
    names: HashSet<String>,
    compress: bool,
    encryption: Option<Encryption>,
    signers: Vec<&'a SigningKey>,
}

struct NewSection<'a> {
    name: String,
    kind: Kind,
    shape: Vec<u64>,
    plain: Cow<'a, [u8]>,
    compress: bool,
}

/// Reserved name prefixes; see `docs/apr-format.md`.
const RESERVED: [&str; 2] = ["apr/", "aprender/"];

/// Sections that can be read without a key.
const READABLE: [&str; 2] = [CARD, LICENSE];

impl<'a> Writer<'a> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether sections added from now on are compressed, if that saves at least a sixteenth. A compressed section is
    /// unpacked into memory when it is read; only uncompressed ones are viewed in place in the file.
    pub fn compress(&mut self, compress: bool) -> &mut Self {
        self.compress = compress;
        self
    }

    /// Encrypts all sections except the model card and the licence.
    pub fn encrypt(&mut self, encryption: Encryption) -> &mut Self {
        self.encryption = Some(encryption);
        self
    }

    /// Signs the file; up to 4 keys can sign one file.
    pub fn sign(&mut self, key: &'a SigningKey) -> &mut Self {
        self.signers.push(key);
        self
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// [`AprError::Unstorable`] for a name that is taken, empty, longer than 512 bytes or not printable.
    pub fn bytes(&mut self, name: &str, bytes: impl Into<Cow<'a, [u8]>>) -> Result<&mut Self> {
        self.add(name, Kind::Bytes, &[], bytes.into())
    }

    /// Adds a tensor; the last dimension is contiguous.
    ///
    /// # Errors
    /// [`AprError::Unstorable`] for a bad name, more than 6 dimensions, or values that do not fill the shape.
    pub fn tensor<T: Element>(&mut self, name: &str, shape: &[usize], values: &'a [T]) -> Result<&mut Self> {
        let shape: Vec<u64> = shape.iter().map(|dim| *dim as u64).collect();
        self.add(name, Kind::Tensor(T::DTYPE), &shape, Cow::Borrowed(bytemuck::cast_slice(values)))
    }

    /// Whether a section from another format's file may keep this name: reserved names are refused.
    ///
    /// # Errors
    /// [`AprError::Unstorable`] for a reserved name.
    pub(super) fn check_foreign_name(name: &str) -> Result<()> {
        if RESERVED.iter().any(|reserved| name.starts_with(reserved)) {
            return Err(AprError::Unstorable(format!(
                "\"{name:.200}\" is a name that means something in .apr; rename the tensor"
            )));
        }
        Ok(())
    }

    /// Adds a tensor whose elements are given as bytes.
    pub(super) fn raw_tensor(
        &mut self,
        name: &str,
        dtype: Dtype,
        shape: &[u64],
        bytes: &'a [u8],
    ) -> Result<&mut Self> {
        self.add(name, Kind::Tensor(dtype), shape, Cow::Borrowed(bytes))
    }

    /// Adds trees, each as a list of nodes: root first, children counted from the root and after their parents.
    ///
    /// # Errors
    /// [`AprError::Unstorable`] for a bad name, an empty tree, or children that are out of range or before their parent.
    pub fn trees<T: AsRef<[TreeNode]>>(&mut self, name: &str, trees: &[T]) -> Result<&mut Self> {
        let bytes = trees::encode(name, trees)?;
        self.add(name, Kind::Trees, &[], Cow::Owned(bytes))
    }

    /// Adds a value as JSON.
    ///
    /// # Errors
    /// [`AprError::Unstorable`] for a bad name or a value that JSON cannot express.
    pub fn json<T: Serialize>(&mut self, name: &str, value: &T) -> Result<&mut Self> {
        let text = serde_json::to_vec(value)
            .map_err(|error| AprError::Unstorable(format!("\"{name}\": {error}")))?;
        self.add(name, Kind::Json, &[], Cow::Owned(text))
    }

    /// Adds the model card.
    ///
    /// # Errors
    /// If there is one already.
    pub fn card(&mut self, card: &ModelCard) -> Result<&mut Self> {
        self.json(CARD, card)
    }

    /// Adds the provenance of the model.
    ///
    /// # Errors
    /// If there is one already.
    pub fn provenance(&mut self, provenance: &Provenance) -> Result<&mut Self> {
        self.json(PROVENANCE, provenance)
    }

    /// Adds the licence, which readers enforce.
    ///
    /// # Errors
    /// If there is one already.
    pub fn license(&mut self, license: &License) -> Result<&mut Self> {
        self.json(LICENSE, license)
    }

    fn add(&mut self, name: &str, kind: Kind, shape: &[u64], plain: Cow<'a, [u8]>) -> Result<&mut Self> {
        if cfg!(target_endian = "big") {
            return Err(AprError::Unstorable(
                "numbers are stored as they lie in memory, little-endian".into(),
            ));
        }
        let unstorable = |error: AprError| AprError::Unstorable(error.to_string());
        checked_name(name.as_bytes()).map_err(unstorable)?;
        check_shape(name, kind, shape, plain.len() as u64).map_err(unstorable)?;
        if name.starts_with(RESERVED[0])
            && !(kind == Kind::Json && [CARD, PROVENANCE, LICENSE].contains(&name))
        {
            return Err(AprError::Unstorable(format!(
                "\"{name}\" is not the name of a section of {}",
                kind.name()
            )));
        }
        if self.sections.len() == 1 << 16 {
            return Err(AprError::Unstorable("more than 65536 sections".into()));
        }
        if !self.names.insert(name.to_owned()) {
            return Err(AprError::Unstorable(format!("there are two sections \"{name}\"")));
        }
        let compress = self.compress && !READABLE.contains(&name);
        self.sections.push(NewSection { name: name.into(), kind, shape: shape.to_vec(), plain, compress });
        Ok(self)
    }

    /// The file as bytes.
    ///
    /// # Errors
    /// As [`Writer::write`].
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut out = Cursor::new(Vec::new());
        self.write_to(&mut out, Path::new("memory"))?;
        Ok(out.into_inner())
    }

    /// Writes the file under a temporary name next to `path`, then renames it: there is never half a model.
    ///
    /// # Returns
    /// Returns the root digest, which identifies the file's content.
    ///
    /// # Errors
    /// [`AprError::Io`]; [`AprError::Unstorable`] if there are too many or weak keys; [`AprError::NoRandomness`].
    pub fn write(&self, path: &Path) -> Result<Digest> {
        replace(path, None, |file| self.write_to(file, path))
    }

    fn write_to<W: Write + Seek>(&self, out: &mut W, path: &Path) -> Result<Digest> {
        if self.signers.len() > SIGNATURES {
            return Err(AprError::Unstorable(format!("more than {SIGNATURES} signatures")));
        }
        let bodies: Vec<Option<Vec<u8>>> = self
            .sections
            .iter()
            .map(|section| section.compress.then(|| compression::compress(&section.plain)).flatten())
            .collect();
        let (mut head, keys) = self.plan(&bodies)?;
        let bodies = self
            .sections
            .iter()
            .zip(&bodies)
            .map(|(section, body)| body.as_deref().unwrap_or(&section.plain));
        let bodies: Vec<&[u8]> = bodies.collect();
        if keys.is_some() {
            // The encrypted sections are bound to the digests of the plain ones.
            for (section, body) in
                head.sections.iter_mut().zip(&bodies).filter(|(section, _)| !section.encrypted)
            {
                let mut hasher = SectionHasher::new();
                hasher.update(body);
                section.digest = hasher.finish().0;
            }
        }
        let io = |error| AprError::io(path, error);
        let binding = head.binding();
        for (number, body) in bodies.into_iter().enumerate() {
            let key = keys.as_ref().map(|keys| (keys, number as u32, &binding));
            write_section(out, &mut head.sections[number], body, key).map_err(io)?;
        }
        let encoded = head.encode();
        let root = root(&encoded);
        let seal = keys.map_or([0; 32], |keys| *keys.seal(&root).as_bytes());
        out.seek(SeekFrom::Start(0)).map_err(io)?;
        out.write_all(&attest(encoded, &root, &seal, &self.signers)).map_err(io)?;
        if head.sections.is_empty() {
            return Ok(root);
        }
        // Zeros that no section wrote: between the groups and the first section.
        let groups_end = head.length() + 32 * head.groups();
        out.seek(SeekFrom::Start(groups_end)).map_err(io)?;
        out.write_all(&[0; 64][..(aligned(groups_end) - groups_end) as usize]).map_err(io)?;
        Ok(root)
    }

    /// The head with everything except the digests, and the keys if there are any.
    fn plan(&self, bodies: &[Option<Vec<u8>>]) -> Result<(Head, Option<FileKeys>)> {
        let encrypts =
            |section: &NewSection| self.encryption.is_some() && !READABLE.contains(&section.name.as_str());
        let sections: Vec<Section> = self
            .sections
            .iter()
            .zip(bodies)
            .map(|(section, body)| {
                let encrypted = encrypts(section);
                let length = body.as_deref().unwrap_or(&section.plain).len() as u64;
                Section {
                    name: section.name.clone(),
                    kind: section.kind,
                    shape: section.shape.clone(),
                    offset: 0,
                    stored: stored_length(length, encrypted),
                    plain: section.plain.len() as u64,
                    compressed: body.is_some(),
                    encrypted,
                    digest: [0; 32],
                    groups_at: 0,
                }
            })
            .collect();
        let mut head = Head { cipher: None, salt: [0; 32], file_length: 0, slots: Vec::new(), sections };
        let mut keys = None;
        if let Some(encryption) = &self.encryption {
            if !head.sections.iter().any(|section| section.encrypted) {
                return Err(AprError::Unstorable("there is nothing to encrypt".into()));
            }
            let file_key = random_key()?;
            head.salt = *random_key()?;
            head.cipher = Some(encryption.cipher);
            head.slots = wrap_key(encryption, &file_key, &head.salt)?;
            keys = Some(FileKeys::derive(&file_key, &head.salt, encryption.cipher));
        }
        head.place_sections();
        Ok((head, keys))
    }
}

/// Writes a section with its zero padding, and the list of its groups; sets its digest.
fn write_section<W: Write + Seek>(
    out: &mut W,
    section: &mut Section,
    body: &[u8],
    key: Option<(&FileKeys, u32, &Digest)>,
) -> std::io::Result<()> {
    out.seek(SeekFrom::Start(section.offset))?;
    let mut hasher = SectionHasher::new();
    let mut put = |bytes: &[u8]| {
        hasher.update(bytes);
        out.write_all(bytes)
    };
    match key {
        Some((keys, number, binding)) if section.encrypted => {
            keys.encrypt_section(number, binding, body, &mut put)?;
        }
        _ => put(body)?,
    }
    out.write_all(&[0; 64][..(aligned(section.stored) - section.stored) as usize])?;
    let (digest, groups) = hasher.finish();
    section.digest = digest;
    out.seek(SeekFrom::Start(section.groups_at))?;
    out.write_all(groups.as_flattened())
}

/// Adds seal, signatures and the digest over all of it to the encoded head.
fn attest(mut head: Vec<u8>, root: &Digest, seal: &[u8; 32], signers: &[&SigningKey]) -> Vec<u8> {
    let end = head.len() + ATTESTATION;
    head.extend_from_slice(seal);
    for signer in signers {
        let (id, signature) = signer.sign(root, seal);
        head.extend_from_slice(&id);
        head.extend_from_slice(&signature);
    }
    head.resize(end - 32, 0);
    let check = blake3::hash(&head);
    head.extend_from_slice(check.as_bytes());
    head
}

/// Adds a signature to the head of a finished file, in place of an empty one.
///
/// # Errors
/// [`AprError::Unstorable`] if all places are taken or the key has signed already.
pub(super) fn add_signature(head: &mut [u8], root: &Digest, key: &SigningKey) -> Result<()> {
    let check_at = head.len() - 32;
    let attestation = head.len() - ATTESTATION;
    let seal = head[attestation..attestation + 32].try_into().expect("32 bytes");
    let (id, signature) = key.sign(root, &seal);
    let signatures = &mut head[attestation + 32..check_at];
    if signatures.chunks_exact(SIGNATURE).any(|place| place[..32] == id) {
        return Err(AprError::Unstorable("this key has signed the file already".into()));
    }
    let place = signatures
        .chunks_exact_mut(SIGNATURE)
        .find(|place| place.iter().all(|byte| *byte == 0))
        .ok_or_else(|| AprError::Unstorable(format!("all {SIGNATURES} places for signatures are taken")))?;
    place[..32].copy_from_slice(&id);
    place[32..].copy_from_slice(&signature);
    let check = blake3::hash(&head[..check_at]);
    head[check_at..].copy_from_slice(check.as_bytes());
    Ok(())
}
