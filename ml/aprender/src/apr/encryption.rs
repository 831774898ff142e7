//! Sections as encrypted chunks, and the seal over the whole file.
//!
//! A section is cut into chunks of 64 KiB (the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár 2015). The
//! nonce of a chunk consists of the section's number, the chunk's number and whether it is the last; no two chunks
//! share a nonce under one key, because every file has its own key. The associated data is
//! [`Head::binding`](super::layout::Head::binding), so a chunk decrypts only in its own file and at its own place.
//!
//! Neither cipher commits to its key, so the seal does: a keyed BLAKE3 hash of the root, under a key that follows from the
//! same file key. Without that key nobody can change anything in the file, plain sections included.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit};
use chacha20poly1305::ChaCha20Poly1305;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::digest::Digest;
use super::error::{AprError, Result};
use super::layout::{Cipher, SLOT};
use super::options::KeyDerivation;
use super::recipient::{PublicKey, RecipientKey};

const CHUNK: usize = 1 << 16;
const TAG: usize = 16;

/// Size of `length` bytes after encryption. An empty section has one empty chunk, so that its removal is noticed.
pub(super) fn encrypted_length(length: u64) -> u64 {
    let chunks = length.div_ceil(CHUNK as u64).max(1);
    length.saturating_add(chunks.saturating_mul(TAG as u64))
}

/// Settings of encryption: the cipher, and who can read the file.
///
/// Licence and model card stay readable without a key; they are bound to the rest, so an edited one is refused.
#[derive(Clone, Debug)]
pub struct Encryption {
    /// The cipher.
    pub cipher: Cipher,
    /// Anyone who knows one of these passwords can read the file. At most 4.
    pub passwords: Vec<Zeroizing<String>>,
    /// Memory and passes of Argon2id for the passwords.
    pub derivation: KeyDerivation,
    /// Anyone who holds one of these keys can read the file. At most 16 together with the passwords.
    pub recipients: Vec<PublicKey>,
}

impl Encryption {
    /// With a password.
    pub fn password(cipher: Cipher, password: &str) -> Self {
        let passwords = vec![Zeroizing::new(password.to_owned())];
        Encryption { cipher, passwords, derivation: KeyDerivation::default(), recipients: Vec::new() }
    }

    /// For holders of keys.
    pub fn recipients(cipher: Cipher, recipients: &[PublicKey]) -> Self {
        let recipients = recipients.to_vec();
        Encryption { cipher, passwords: Vec::new(), derivation: KeyDerivation::default(), recipients }
    }
}

/// One of the two ciphers, with its key.
pub(super) enum Aead {
    ChaCha(Box<ChaCha20Poly1305>),
    Aes(Box<Aes256Gcm>),
}

impl Aead {
    pub(super) fn new(cipher: Cipher, key: &[u8; 32]) -> Aead {
        match cipher {
            Cipher::ChaCha20Poly1305 => Aead::ChaCha(Box::new(ChaCha20Poly1305::new(&(*key).into()))),
            Cipher::Aes256Gcm => Aead::Aes(Box::new(Aes256Gcm::new(&(*key).into()))),
        }
    }

    /// Encrypts in place and returns the tag.
    pub(super) fn encrypt(&self, nonce: [u8; 12], bound: &[u8], bytes: &mut [u8]) -> [u8; TAG] {
        let tag = match self {
            Aead::ChaCha(cipher) => cipher.encrypt_inout_detached(&nonce.into(), bound, bytes.into()),
            Aead::Aes(cipher) => cipher.encrypt_inout_detached(&nonce.into(), bound, bytes.into()),
        };
        tag.expect("chunks are shorter than any limit of the ciphers").into()
    }

    /// Decrypts in place; false if anything was changed, and `bytes` must not be used then.
    pub(super) fn decrypt(&self, nonce: [u8; 12], bound: &[u8], bytes: &mut [u8], tag: [u8; TAG]) -> bool {
        match self {
            Aead::ChaCha(cipher) => {
                cipher.decrypt_inout_detached(&nonce.into(), bound, bytes.into(), &tag.into()).is_ok()
            }
            Aead::Aes(cipher) => {
                cipher.decrypt_inout_detached(&nonce.into(), bound, bytes.into(), &tag.into()).is_ok()
            }
        }
    }
}

/// Keys derived from the key of a file.
pub(super) struct FileKeys {
    aead: Aead,
    seal: Zeroizing<[u8; 32]>,
}

impl FileKeys {
    pub(super) fn derive(file_key: &[u8; 32], salt: &[u8; 32], cipher: Cipher) -> FileKeys {
        let expand = |info: &[u8]| {
            let mut key = Zeroizing::new([0; 32]);
            let hkdf = Hkdf::<Sha256>::new(Some(salt), file_key);
            hkdf.expand(&[info, &[cipher as u8]].concat(), &mut *key).expect("32 bytes are a valid length");
            key
        };
        FileKeys { aead: Aead::new(cipher, &expand(b"apr 3 data")), seal: expand(b"apr 3 seal") }
    }

    /// Authenticates everything that the root covers.
    pub(super) fn seal(&self, root: &Digest) -> blake3::Hash {
        blake3::keyed_hash(&self.seal, root)
    }

    /// Passes the encrypted chunks of a section to `write`, one after the other.
    pub(super) fn encrypt_section<E>(
        &self,
        section: u32,
        binding: &Digest,
        plain: &[u8],
        mut write: impl FnMut(&[u8]) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let chunks = plain.len().div_ceil(CHUNK).max(1);
        let mut buffer = Vec::with_capacity(CHUNK + TAG);
        for number in 0..chunks {
            let chunk = &plain[number * CHUNK..plain.len().min((number + 1) * CHUNK)];
            buffer.clear();
            buffer.extend_from_slice(chunk);
            let nonce = chunk_nonce(section, number, number + 1 == chunks);
            let tag = self.aead.encrypt(nonce, binding, &mut buffer);
            buffer.extend_from_slice(&tag);
            write(&buffer)?;
        }
        Ok(())
    }

    /// Decrypts a section into `plain`, which has the right length; false if anything was changed.
    pub(super) fn decrypt_section(
        &self,
        section: u32,
        binding: &Digest,
        stored: &[u8],
        plain: &mut [u8],
    ) -> bool {
        let chunks = stored.len().div_ceil(CHUNK + TAG).max(1);
        let mut plain = plain;
        for (number, chunk) in stored.chunks(CHUNK + TAG).enumerate() {
            let Some((text, tag)) = chunk.split_last_chunk::<TAG>() else { return false };
            let Some((now, later)) = plain.split_at_mut_checked(text.len()) else { return false };
            now.copy_from_slice(text);
            let nonce = chunk_nonce(section, number, number + 1 == chunks);
            if !self.aead.decrypt(nonce, binding, now, *tag) {
                return false;
            }
            plain = later;
        }
        plain.is_empty() && !stored.is_empty()
    }
}

/// Size before encryption for `stored` bytes after it, if that size is possible.
pub(super) fn decrypted_length(stored: u64) -> Option<u64> {
    let chunks = stored.div_ceil((CHUNK + TAG) as u64).max(1);
    stored.checked_sub(chunks * TAG as u64).filter(|length| encrypted_length(*length) == stored)
}

fn chunk_nonce(section: u32, chunk: usize, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[..4].copy_from_slice(&section.to_le_bytes());
    nonce[4..].copy_from_slice(&((chunk as u64) << 1 | u64::from(last)).to_le_bytes());
    nonce
}

/// A key of 32 bytes from the system.
pub(super) fn random_key() -> Result<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *key).map_err(|error| AprError::NoRandomness(error.to_string()))?;
    Ok(key)
}

const PASSWORD: u8 = 1;
const RECIPIENT: u8 = 2;
const MAX_PASSWORDS: usize = 4;
/// Bytes of a slot before the wrapped key.
const SLOT_HEAD: usize = 72;

/// The file key, wrapped for each reader.
pub(super) fn wrap_key(
    encryption: &Encryption,
    file_key: &[u8; 32],
    salt: &[u8; 32],
) -> Result<Vec<[u8; SLOT]>> {
    let count = encryption.passwords.len() + encryption.recipients.len();
    if count == 0 || count > 16 || encryption.passwords.len() > MAX_PASSWORDS {
        return Err(AprError::Unstorable(
            "a file is encrypted for 1 to 16 readers, at most 4 by password".into(),
        ));
    }
    encryption.derivation.check_strength()?;
    let mut slots = Vec::new();
    for password in &encryption.passwords {
        let mut slot = [0; SLOT];
        slot[0] = PASSWORD;
        encryption.derivation.encode(&mut slot[8..24]);
        slot[24..56].copy_from_slice(&*random_key()?);
        let key = encryption.derivation.derive(password.as_bytes(), &slot[24..56])?;
        slots.push(wrap(slot, &key, file_key, salt));
    }
    for recipient in &encryption.recipients {
        let mut slot = [0; SLOT];
        slot[0] = RECIPIENT;
        let ephemeral = RecipientKey::generate()?;
        slot[8..40].copy_from_slice(ephemeral.public().as_bytes());
        slot[40..72].copy_from_slice(&recipient.id());
        let key =
            ephemeral.shared_with(recipient, &ephemeral.public(), recipient, salt).ok_or_else(|| {
                AprError::Unstorable(
                    "the recipient's key is a point of low order, which protects nothing".into(),
                )
            })?;
        slots.push(wrap(slot, &key, file_key, salt));
    }
    Ok(slots)
}

/// Each wrapping key is made for one slot only, so a constant nonce is never reused.
fn wrap(mut slot: [u8; SLOT], key: &[u8; 32], file_key: &[u8; 32], salt: &[u8; 32]) -> [u8; SLOT] {
    let bound = [&slot[..SLOT_HEAD], salt].concat();
    let (text, tag) = slot[SLOT_HEAD..SLOT_HEAD + 48].split_at_mut(32);
    text.copy_from_slice(file_key);
    tag.copy_from_slice(&Aead::new(Cipher::ChaCha20Poly1305, key).encrypt([0; 12], &bound, text));
    slot
}

fn unwrap(slot: &[u8; SLOT], key: &[u8; 32], salt: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let bound = [&slot[..SLOT_HEAD], salt].concat();
    let mut file_key = Zeroizing::new([0; 32]);
    file_key.copy_from_slice(&slot[SLOT_HEAD..SLOT_HEAD + 32]);
    let tag = slot[SLOT_HEAD + 32..SLOT_HEAD + 48].try_into().expect("16 bytes");
    Aead::new(Cipher::ChaCha20Poly1305, key).decrypt([0; 12], &bound, &mut *file_key, tag).then_some(file_key)
}

/// Checks the slots of a file before any work is done for them.
pub(super) fn check_slots(slots: &[[u8; SLOT]], cap: &KeyDerivation) -> Result<()> {
    let mut passwords = 0;
    for slot in slots {
        let zero = |range: std::ops::Range<usize>| slot[range].iter().all(|byte| *byte == 0);
        let valid = match slot[0] {
            PASSWORD => {
                passwords += 1;
                KeyDerivation::decode(&slot[8..24]).check_cap(cap)?;
                zero(56..SLOT_HEAD)
            }
            RECIPIENT => true,
            _ => false,
        };
        if !valid || !zero(1..8) || !zero(SLOT_HEAD + 48..SLOT) {
            return Err(AprError::malformed("a key slot that does not exist"));
        }
    }
    if passwords > MAX_PASSWORDS {
        return Err(AprError::Limit {
            what: "passwords".into(),
            asked: passwords as u64,
            limit: MAX_PASSWORDS as u64,
        });
    }
    Ok(())
}

/// The file key, if the password or the key opens a slot.
pub(super) fn unwrap_key(
    slots: &[[u8; SLOT]],
    salt: &[u8; 32],
    password: Option<&str>,
    recipient: Option<&RecipientKey>,
) -> Result<Zeroizing<[u8; 32]>> {
    if password.is_none() && recipient.is_none() {
        let by_password = slots.iter().any(|slot| slot[0] == PASSWORD);
        return Err(AprError::KeyNeeded(if by_password {
            "with a password"
        } else {
            "for certain recipients"
        }));
    }
    for slot in slots {
        let key = match (slot[0], password, recipient) {
            (PASSWORD, Some(password), _) => {
                Some(KeyDerivation::decode(&slot[8..24]).derive(password.as_bytes(), &slot[24..56])?)
            }
            (RECIPIENT, _, Some(recipient)) if slot[40..72] == recipient.public().id() => {
                let ephemeral = PublicKey::from_bytes(slot[8..40].try_into().expect("32 bytes"));
                recipient.shared_with(&ephemeral, &ephemeral, &recipient.public(), salt)
            }
            _ => None,
        };
        if let Some(file_key) = key.and_then(|key| unwrap(slot, &key, salt)) {
            return Ok(file_key);
        }
    }
    Err(AprError::WrongKey)
}
