//! How a file is opened, and limits for hostile files.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::error::{AprError, Result};
use super::recipient::RecipientKey;
use super::trust::TrustStore;

/// When the digests of sections are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Each 256 KiB when it is first read. Opening takes the same time for every size of model.
    #[default]
    OnAccess,
    /// Everything while opening.
    AtOpen,
    /// Only the head. For files whose sections were verified when they were stored, and that no one else can write.
    HeadOnly,
}

/// How the bytes get into memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Mapped: pages are read when they are touched. The file must not be changed meanwhile (see [`super::map`]).
    #[default]
    Map,
    /// Read as a whole: immune to changes of the file.
    Read,
}

/// Limits on the resources that a file may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Maximum size of all decrypted or decompressed sections together. Plain sections do not count.
    pub unpacked: u64,
    /// Largest parameters of Argon2id.
    pub derivation: KeyDerivation,
}

impl Default for Limits {
    fn default() -> Self {
        let derivation = KeyDerivation { memory_kib: 1 << 20, passes: 16, lanes: 16 };
        Limits { unpacked: 16 << 30, derivation }
    }
}

/// How a file is opened. The default: mapped, verified when read, signatures not judged, licence enforced by the system's
/// clock.
#[derive(Clone, Copy, Default)]
pub struct OpenOptions<'a> {
    /// A key in this store must have signed the file. `None`: signatures are not judged.
    pub trust: Option<&'a TrustStore>,
    /// The password of an encrypted file.
    pub password: Option<&'a str>,
    /// The key of an encrypted file.
    pub recipient: Option<&'a RecipientKey>,
    /// Seconds since 1970 UTC, for the licence; `None`: the system's clock.
    pub now: Option<u64>,
    /// The folder with the counts of uses and seats of limited licences.
    pub ledger: Option<&'a Path>,
    /// The holder of a seat: a user or a machine.
    pub seat: Option<&'a str>,
    /// When digests are compared.
    pub verify: Verify,
    /// How the bytes get into memory.
    pub access: Access,
    /// Limits on the resources that the file may ask for.
    pub limits: Limits,
}

/// Parameters of Argon2id (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyDerivation {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for KeyDerivation {
    /// The second recommended choice of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.
    fn default() -> Self {
        KeyDerivation { memory_kib: 1 << 16, passes: 3, lanes: 4 }
    }
}

impl KeyDerivation {
    /// The smallest parameters that are written: 19 MiB and 2 passes, OWASP's recommended minimum.
    const WEAKEST: KeyDerivation = KeyDerivation { memory_kib: 19 << 10, passes: 2, lanes: 1 };

    pub(super) fn encode(&self, out: &mut [u8]) {
        out[..4].copy_from_slice(&self.memory_kib.to_le_bytes());
        out[4..8].copy_from_slice(&self.passes.to_le_bytes());
        out[8..12].copy_from_slice(&self.lanes.to_le_bytes());
    }

    pub(super) fn decode(bytes: &[u8]) -> Self {
        let field = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
        KeyDerivation { memory_kib: field(0), passes: field(4), lanes: field(8) }
    }

    pub(super) fn check_strength(&self) -> Result<()> {
        let weakest = Self::WEAKEST;
        if self.memory_kib < weakest.memory_kib || self.passes < weakest.passes || self.lanes < weakest.lanes
        {
            return Err(AprError::Unstorable(format!(
                "a password needs at least {} KiB of memory and {} passes of Argon2id",
                weakest.memory_kib, weakest.passes
            )));
        }
        self.check_cap(&Limits::default().derivation)
    }

    pub(super) fn check_cap(&self, cap: &KeyDerivation) -> Result<()> {
        let asked = [
            ("memory of Argon2id in KiB", self.memory_kib, cap.memory_kib),
            ("passes of Argon2id", self.passes, cap.passes),
            ("lanes of Argon2id", self.lanes, cap.lanes),
        ];
        match asked.into_iter().find(|(_, asked, limit)| asked > limit) {
            Some((what, asked, limit)) => {
                Err(AprError::Limit { what: what.into(), asked: asked.into(), limit: limit.into() })
            }
            None => Ok(()),
        }
    }

    pub(super) fn derive(&self, password: &[u8], salt: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|error| AprError::malformed(format!("parameters of Argon2id: {error}")))?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password, salt, &mut *key)
            .map_err(|error| AprError::malformed(format!("Argon2id: {error}")))?;
        Ok(key)
    }
}
