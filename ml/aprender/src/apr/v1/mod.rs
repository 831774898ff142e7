//! Reads version 1 of `.apr` ("APRN"): one serialised model, with metadata. The guarantees of this version are weak,
//! and a reader cannot fix that: only a CRC-32 protects header, metadata and licence, even of an encrypted file; a
//! signed file contains the key that confirms it (here it counts only if the reader's own trust store has it). Convert
//! such files to version 3.

mod message_pack;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::compression::decompress;
use super::error::{AprError, Result};
use super::layout::Fields;
use super::map::AlignedBytes;
use super::options::{KeyDerivation, OpenOptions};
use super::trust::TrustStore;
use super::writer::Writer;

const HEADER: usize = 32;
const SIGNATURE: usize = 64 + 32;
const CRC: usize = 4;
/// The format's own bound on the unpacked model: 1 GiB.
const MAX_UNPACKED: u32 = 1 << 30;

const ENCRYPTED: u8 = 1;
const SIGNED: u8 = 2;
const STREAMING: u8 = 4;
const KNOWN_FLAGS: u8 = 0x7f;

/// The parameters with which its writer derived keys from passwords; they are not in the file.
const DERIVATION: KeyDerivation = KeyDerivation { memory_kib: 19 << 10, passes: 2, lanes: 1 };

/// A model of version 1.
#[derive(Debug, PartialEq)]
pub struct Model {
    /// The kind of model that the file claims.
    pub model_type: u16,
    /// The metadata, including the licence. They are not authenticated, not even in an encrypted file.
    pub metadata: serde_json::Value,
    /// The model as its writer serialised it.
    pub payload: Vec<u8>,
    /// The name of the signing key in the reader's trust store.
    pub trusted_signer: Option<String>,
}

impl Model {
    /// The name of the model's kind, from the format's list.
    pub fn type_name(&self) -> &'static str {
        match self.model_type {
            0x01 => "linear regression",
            0x02 => "logistic regression",
            0x03 => "decision tree",
            0x04 => "random forest",
            0x05 => "gradient boosting",
            0x06 => "k-means",
            0x07 => "principal components",
            0x08 => "naive Bayes",
            0x09 => "nearest neighbours",
            0x0a => "support vector machine",
            0x10 => "n-gram model",
            0x11 => "TF-IDF",
            0x12 => "count vectors",
            0x20 => "neural network (layers)",
            0x21 => "neural network (own)",
            0x30 => "recommender",
            0x40 => "mixture of experts",
            0xff => "custom",
            _ => "unknown",
        }
    }

    /// As sections of version 3: `v1/metadata`, `v1/model-type`, `v1/payload`.
    ///
    /// # Errors
    /// Never for a model that was read.
    pub fn to_writer(&self) -> Result<Writer<'_>> {
        let mut writer = Writer::new();
        writer.json("v1/metadata", &self.metadata)?;
        writer.json("v1/model-type", &self.model_type)?;
        writer.bytes("v1/payload", self.payload.as_slice())?;
        Ok(writer)
    }
}

/// The header fields in use.
struct Header {
    model_type: u16,
    metadata: usize,
    payload: usize,
    unpacked: u32,
    compression: u8,
    flags: u8,
}

impl Header {
    fn decode(bytes: &[u8]) -> Result<Header> {
        let mut fields = Fields { bytes };
        if fields.take(4).ok().map(|magic| magic.bytes) != Some(b"APRN") {
            return Err(AprError::NotApr);
        }
        if bytes.len() < HEADER {
            return Err(AprError::Length { expected: HEADER as u64, found: bytes.len() as u64 });
        }
        let [major, minor, low, high] = fields.array()?;
        if (major, minor) != (1, 0) {
            let (major, minor) = (major.into(), minor.into());
            return Err(AprError::Version { major, minor, advice: "of this layout only 1.0 exists" });
        }
        let (metadata, payload, unpacked) = (fields.u32()? as usize, fields.u32()? as usize, fields.u32()?);
        let [compression @ 0..=3, flags] = fields.array()? else {
            return Err(AprError::malformed("a compression that does not exist"));
        };
        if flags & !KNOWN_FLAGS != 0 || fields.array::<10>()? != [0; 10] {
            return Err(AprError::malformed("reserved bits of the header that are not zero"));
        }
        if flags & STREAMING != 0 {
            return Err(AprError::malformed("a streaming file, of which no layout was ever defined"));
        }
        if unpacked > MAX_UNPACKED {
            return Err(AprError::Limit {
                what: "the model when unpacked".into(),
                asked: unpacked.into(),
                limit: MAX_UNPACKED.into(),
            });
        }
        let model_type = u16::from_le_bytes([low, high]);
        Ok(Header { model_type, metadata, payload, unpacked, compression, flags })
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// Reads a file of version 1. It uses only the options password, recipient and trust.
///
/// # Errors
/// [`AprError::NotApr`], [`AprError::Length`], [`AprError::Damaged`] (by its CRC-32), [`AprError::KeyNeeded`],
/// [`AprError::WrongKey`], [`AprError::NotTrusted`], [`AprError::BadSignature`], [`AprError::Malformed`].
pub fn read(bytes: &[u8], options: &OpenOptions) -> Result<Model> {
    let header = Header::decode(bytes)?;
    let signature = if header.has(SIGNED) { SIGNATURE } else { 0 };
    let expected = (HEADER + signature + CRC) as u64 + header.metadata as u64 + header.payload as u64;
    if expected != bytes.len() as u64 {
        return Err(AprError::Length { expected, found: bytes.len() as u64 });
    }
    let (covered, crc) = bytes.split_last_chunk::<CRC>().expect("the length was checked");
    if crc32fast::hash(covered) != u32::from_le_bytes(*crc) {
        return Err(AprError::Damaged { part: "the file".into() });
    }
    let (signed, signature) = covered.split_at(covered.len() - signature);
    let trusted_signer = judge(signed, signature, options.trust)?;
    let (metadata, payload) = signed[HEADER..].split_at(header.metadata);
    let metadata = message_pack::decode(metadata)?;
    let packed = if header.has(ENCRYPTED) { decrypt(payload, options)? } else { payload.to_vec() };
    let payload = unpack(packed, &header)?;
    Ok(Model { model_type: header.model_type, metadata, payload, trusted_signer })
}

/// The signing key follows the signature; only the reader's own copy of that key confirms it.
fn judge(signed: &[u8], signature: &[u8], trust: Option<&TrustStore>) -> Result<Option<String>> {
    let Some(trust) = trust else { return Ok(None) };
    let Some((signature, public)) = signature.split_first_chunk::<64>() else {
        return Err(AprError::NotTrusted("nobody signed the file".into()));
    };
    trust.verify_raw(public, signed, signature).map(Some)
}

fn decrypt(payload: &[u8], options: &OpenOptions) -> Result<Vec<u8>> {
    // One flag stands for two layouts. Only the reader can tell which one it is, by the key it has.
    let (key, rest) = match (options.password, options.recipient) {
        (Some(password), _) => {
            let (salt, rest) = payload.split_at_checked(16).ok_or(AprError::WrongKey)?;
            (DERIVATION.derive(password.as_bytes(), salt)?, rest)
        }
        (None, Some(recipient)) => {
            let (head, rest) = payload.split_at_checked(32 + 8).ok_or(AprError::WrongKey)?;
            let ephemeral = head[..32].try_into().expect("32 bytes");
            let shared = recipient.raw_shared(ephemeral).ok_or(AprError::WrongKey)?;
            let mut key = Zeroizing::new([0; 32]);
            Hkdf::<Sha256>::new(None, &*shared)
                .expand(b"apr-v1-encrypt", &mut *key)
                .expect("32 bytes are a valid length");
            (key, rest)
        }
        (None, None) => return Err(AprError::KeyNeeded("with a password or for a recipient")),
    };
    let (nonce, sealed) = rest.split_first_chunk::<12>().ok_or(AprError::WrongKey)?;
    let (text, tag) = sealed.split_last_chunk::<16>().ok_or(AprError::WrongKey)?;
    let mut text = text.to_vec();
    Aes256Gcm::new(&(*key).into())
        .decrypt_inout_detached(&(*nonce).into(), b"", text.as_mut_slice().into(), &(*tag).into())
        .map_err(|_| AprError::WrongKey)?;
    Ok(text)
}

fn unpack(packed: Vec<u8>, header: &Header) -> Result<Vec<u8>> {
    let wrong = || {
        AprError::malformed(format!("the model does not have the {} bytes that it promises", header.unpacked))
    };
    // LZ4 was only set as a flag: the bytes themselves are not compressed.
    if matches!(header.compression, 0 | 3) {
        return if packed.len() == header.unpacked as usize { Ok(packed) } else { Err(wrong()) };
    }
    let mut plain = AlignedBytes::reserve(header.unpacked.into())?;
    if !decompress(&packed, header.unpacked as usize, &mut plain) {
        return Err(wrong());
    }
    Ok(plain.as_slice().to_vec())
}
