//! Keys of the recipients of an encrypted file (X25519, RFC 7748).

use hkdf::Hkdf;
use sha2::Sha256;
use x25519_dalek::StaticSecret;
use zeroize::Zeroizing;

use super::encryption::random_key;
use super::error::Result;

/// The public part of a recipient's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// From its 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        PublicKey(bytes)
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The name of the recipient in the file: a digest of the key.
    pub fn id(&self) -> [u8; 32] {
        blake3::derive_key("apr 3 recipient", &self.0)
    }
}

/// A recipient's secret key. It is wiped from memory when dropped.
pub struct RecipientKey(StaticSecret);

impl RecipientKey {
    /// A new one.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn generate() -> Result<Self> {
        random_key().map(|bytes| RecipientKey(StaticSecret::from(*bytes)))
    }

    /// From its 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        RecipientKey(StaticSecret::from(bytes))
    }

    /// Its 32 bytes, for the owner's key store.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public part.
    pub fn public(&self) -> PublicKey {
        PublicKey(x25519_dalek::PublicKey::from(&self.0).to_bytes())
    }

    /// The key that wraps the file key: HKDF-SHA256 over the shared secret, bound to both public keys and the file's
    /// salt. `None` if the other key is a point of low order, because then anyone would know the secret.
    pub(super) fn shared_with(
        &self,
        other: &PublicKey,
        ephemeral: &PublicKey,
        recipient: &PublicKey,
        salt: &[u8; 32],
    ) -> Option<Zeroizing<[u8; 32]>> {
        let shared = self.0.diffie_hellman(&x25519_dalek::PublicKey::from(other.0));
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(salt), shared.as_bytes())
            .expand(&[b"apr 3 recipient".as_slice(), &ephemeral.0, &recipient.0].concat(), &mut *key)
            .expect("32 bytes are a valid length");
        shared.was_contributory().then_some(key)
    }

    /// The shared secret itself, from which version 1 derives its key.
    pub(super) fn raw_shared(&self, other: [u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
        let shared = self.0.diffie_hellman(&x25519_dalek::PublicKey::from(other));
        shared.was_contributory().then(|| Zeroizing::new(shared.to_bytes()))
    }
}
