//! The signers of a file, and which of them the reader trusts.
//!
//! A file holds no public key: it names the signer by a digest of the key, and only a key that the reader already has
//! can confirm the signature. So a forger gains nothing by adding a key to the file.

use ed25519_dalek::{Signer, VerifyingKey};
use zeroize::Zeroizing;

use super::digest::{Digest, hex};
use super::encryption::random_key;
use super::error::{AprError, Result};

/// The key that signs (Ed25519, RFC 8032). It is wiped from memory when dropped.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new one.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn generate() -> Result<Self> {
        random_key().map(|seed| Self::from_seed(&seed))
    }

    /// From the 32 bytes that RFC 8032 calls the private key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        SigningKey(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Those 32 bytes, for the owner's key store.
    pub fn to_seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The 32 bytes of the public key.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The key's identification and a signature, as stored in a file.
    pub(super) fn sign(&self, root: &Digest, seal: &[u8; 32]) -> ([u8; 32], [u8; 64]) {
        let id = signer_id(&self.public());
        (id, self.0.sign(&message(&id, root, seal)).to_bytes())
    }
}

/// The identification of a signer in a file.
pub fn signer_id(public: &[u8; 32]) -> [u8; 32] {
    blake3::derive_key("apr 3 signer", public)
}

fn message(id: &[u8; 32], root: &Digest, seal: &[u8; 32]) -> Vec<u8> {
    [b"apr 3 signature\0".as_slice(), id, root, seal].concat()
}

/// The keys that a reader trusts, by name.
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    keys: Vec<(String, VerifyingKey)>,
}

impl TrustStore {
    /// Trusts nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts one more key.
    ///
    /// # Errors
    /// If the 32 bytes are not a public key, or are one of low order, for which anyone can forge signatures.
    pub fn add(&mut self, name: &str, public: &[u8; 32]) -> Result<()> {
        let key = VerifyingKey::from_bytes(public)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or_else(|| AprError::malformed(format!("the key of \"{name}\" is no Ed25519 public key")))?;
        self.keys.push((name.to_owned(), key));
        Ok(())
    }

    /// Reads lines of 64 hexadecimal digits, a space and a name; `#` begins a comment.
    ///
    /// # Errors
    /// Names the first line that does not have this form.
    pub fn parse(text: &str) -> Result<Self> {
        let mut store = TrustStore::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (key, name) = line
                .split_once(char::is_whitespace)
                .and_then(|(key, name)| Some((unhex(key)?, name.trim())))
                .ok_or_else(|| {
                    AprError::malformed(format!(
                        "line {} of the trust store is not 64 hexadecimal digits and a name",
                        number + 1
                    ))
                })?;
            store.add(name, &key)?;
        }
        Ok(store)
    }

    /// The name of the trusted key `public`, if it signed `message`. For version 1, which stores the key in the file.
    pub(super) fn verify_raw(&self, public: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<String> {
        let known = self.keys.iter().find(|(_, key)| key.as_bytes() == public);
        let (name, key) = known.ok_or_else(|| {
            AprError::NotTrusted(format!("signed with {}, which the trust store does not have", hex(public)))
        })?;
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature))
            .map(|()| name.clone())
            .map_err(|_| AprError::BadSignature(name.clone()))
    }

    /// As text that [`TrustStore::parse`] reads.
    pub fn to_text(&self) -> String {
        self.keys.iter().map(|(name, key)| format!("{} {name}\n", hex(key.as_bytes()))).collect()
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// One signature of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The identification of the signer in the file.
    pub id: [u8; 32],
    /// The name under which the reader trusts the signer. `None`: unknown to the trust store, or no store was given.
    pub trusted: Option<String>,
}

/// Judges the signatures of a file, given as pairs of identification and signature.
///
/// # Errors
/// [`AprError::BadSignature`] if a signature under a trusted key's name was not made with that key;
/// [`AprError::NotTrusted`] if a store was given and no trusted key signed.
pub(super) fn judge(
    signatures: &[([u8; 32], [u8; 64])],
    root: &Digest,
    seal: &[u8; 32],
    trust: Option<&TrustStore>,
) -> Result<Vec<Signature>> {
    let mut judged = Vec::new();
    for (id, signature) in signatures {
        let known =
            trust.and_then(|store| store.keys.iter().find(|(_, key)| signer_id(key.as_bytes()) == *id));
        if let Some((name, key)) = known {
            let signature = ed25519_dalek::Signature::from_bytes(signature);
            key.verify_strict(&message(id, root, seal), &signature)
                .map_err(|_| AprError::BadSignature(name.clone()))?;
        }
        judged.push(Signature { id: *id, trusted: known.map(|(name, _)| name.clone()) });
    }
    if trust.is_some() && judged.iter().all(|signature| signature.trusted.is_none()) {
        let signers: Vec<String> = judged.iter().map(|signature| hex(&signature.id[..8])).collect();
        return Err(AprError::NotTrusted(match signers.as_slice() {
            [] => "nobody signed the file".into(),
            signers => format!("signed by {}, which the trust store does not have", signers.join(", ")),
        }));
    }
    Ok(judged)
}
