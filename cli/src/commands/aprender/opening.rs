//! Opens model files.

use super::keys;
use crate::args::OpenArgs;
use crate::failure::Failure;
use aprender::apr::{AprError, OpenOptions, Reader, RecipientKey, TrustStore};
use aprender::saved::{SavedError, SavedModel};
use std::path::Path;

/// The keys named on the command line.
#[derive(Default)]
pub struct Keys<'a> {
    password: Option<String>,
    recipient: Option<RecipientKey>,
    trust: Option<TrustStore>,
    ledger: Option<&'a Path>,
    seat: Option<&'a str>,
}

impl<'a> Keys<'a> {
    /// Reads the keys.
    pub fn read(args: &'a OpenArgs) -> anyhow::Result<Self> {
        Ok(Keys {
            password: args.password_file.as_deref().map(keys::password).transpose()?,
            recipient: args.key.as_deref().map(keys::secret).transpose()?,
            trust: args.trust.as_deref().map(keys::trusted).transpose()?,
            ledger: args.ledger.as_deref(),
            seat: args.seat.as_deref(),
        })
    }

    /// True if there is a key that can open an encrypted file.
    pub fn can_open(&self) -> bool {
        self.password.is_some() || self.recipient.is_some()
    }

    /// Converts the keys to the library's options.
    pub fn options(&self) -> OpenOptions<'_> {
        OpenOptions {
            trust: self.trust.as_ref(),
            password: self.password.as_deref(),
            recipient: self.recipient.as_ref(),
            ledger: self.ledger,
            seat: self.seat,
            ..OpenOptions::default()
        }
    }
}

/// Loads the model in a file.
pub fn model(path: &Path, args: &OpenArgs) -> anyhow::Result<SavedModel> {
    let keys = Keys::read(args)?;
    let reader = Reader::open(path, &keys.options()).map_err(|error| refused(path, &error))?;
    Ok(SavedModel::load(&reader).map_err(|error| match error {
        SavedError::Apr(error) => refused(path, &error),
        error => super::failed(format!("cannot use {}", path.display()), error),
    })?)
}

/// Explains why a file was refused and what to do.
pub fn refused(path: &Path, error: &AprError) -> Failure {
    let failure = super::failed(format!("cannot use {}", path.display()), error);
    match error {
        AprError::KeyNeeded(_) | AprError::WrongKey => {
            failure.help("give its password with --password-file, or your secret key with --key")
        }
        AprError::Version { .. } => failure.help("`aprender convert` writes it as the newest version"),
        AprError::Length { .. } | AprError::Damaged { .. } => failure.help("get the file once more"),
        AprError::NotTrusted(_) => failure.help("trust the signer by adding the key to the file of --trust"),
        _ => failure,
    }
}
