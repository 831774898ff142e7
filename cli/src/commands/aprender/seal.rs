//! Writes model files: signed, encrypted, licensed.

use super::keys;
use crate::args::SealArgs;
use crate::failure::Failure;
use aprender::apr::{Cipher, Encryption, License, SigningKey, Writer, hex};
use std::path::Path;

/// The signatures, encryption and licence that the command line asks for.
pub struct Seal {
    signers: Vec<SigningKey>,
    encryption: Option<Encryption>,
    license: Option<License>,
}

impl Seal {
    /// Reads keys and licence before any work is done.
    pub fn read(args: &SealArgs) -> anyhow::Result<Self> {
        let signers = args.sign.iter().map(|path| keys::signing(path)).collect::<anyhow::Result<_>>()?;
        let recipients =
            args.encrypt_for.iter().map(|path| keys::recipient(path)).collect::<anyhow::Result<Vec<_>>>()?;
        let cipher = Cipher::ChaCha20Poly1305;
        let encryption = match &args.encrypt_password_file {
            Some(path) => {
                let password = Encryption::password(cipher, &keys::password(path)?);
                Some(Encryption { recipients, ..password })
            }
            None if recipients.is_empty() => None,
            None => Some(Encryption::recipients(cipher, &recipients)),
        };
        Ok(Seal { signers, encryption, license: args.license.as_deref().map(license).transpose()? })
    }

    /// Seals and writes the model. Returns the digest of the whole content.
    pub fn write<'a>(&'a self, mut writer: Writer<'a>, path: &Path) -> anyhow::Result<String> {
        let trouble = |error| super::failed(format!("cannot write {}", path.display()), error);
        if let Some(license) = &self.license {
            writer.license(license).map_err(trouble)?;
        }
        if let Some(encryption) = &self.encryption {
            writer.encrypt(encryption.clone());
        }
        for key in &self.signers {
            writer.sign(key);
        }
        Ok(hex(&writer.write(path).map_err(trouble)?))
    }
}

fn license(path: &Path) -> anyhow::Result<License> {
    let trouble = |why: String| Failure::new(format!("cannot use the licence {}", path.display())).why(why);
    let text = std::fs::read_to_string(path).map_err(|error| trouble(error.to_string()))?;
    Ok(serde_json::from_str(&text).map_err(|error| trouble(error.to_string()))?)
}
