//! Why a model file was refused, or could not be written.

use std::path::PathBuf;

use super::license::LicenseError;

/// The result of reading or writing a model file.
pub type Result<T> = std::result::Result<T, AprError>;

/// Why a model file was refused, or could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AprError {
    /// The system refused to read or write.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The first bytes are of no version of the format.
    #[error("not an .apr file: it does not begin with the marks of version 1, 2 or 3")]
    NotApr,
    /// A version that this reader does not know, or that another reader is for.
    #[error("version {major}.{minor} of .apr; {advice}")]
    Version {
        /// The major version that the file states.
        major: u16,
        /// The minor version that the file states.
        minor: u16,
        /// What to do about it.
        advice: &'static str,
    },
    /// The file is longer or shorter than it says.
    #[error("the file says that it has {expected} bytes and has {found}: it was cut or added to")]
    Length {
        /// Bytes that the header promises.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// A field has a value that the format forbids.
    #[error("not a valid .apr file: {0}")]
    Malformed(String),
    /// Bytes do not have the digest that was recorded for them.
    #[error("{part} is damaged: its digest is not the recorded one")]
    Damaged {
        /// The head of the file, or the section.
        part: String,
    },
    /// There is no such section.
    #[error("there is no section \"{0}\"")]
    NoSection(String),
    /// A section is of another type than was asked for.
    #[error("\"{name}\" holds {found}, not {wanted}")]
    WrongType {
        /// The section.
        name: String,
        /// What it holds.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// Rows beyond the last were asked for.
    #[error("\"{name}\" has {rows} rows; row {wanted} was asked for")]
    NoRow {
        /// The tensor.
        name: String,
        /// How many rows it has.
        rows: usize,
        /// The first row beyond the end that was asked for.
        wanted: usize,
    },
    /// The file is encrypted and no key was given.
    #[error("the file is encrypted {0}: give a key")]
    KeyNeeded(&'static str),
    /// No key that was given opens the file.
    #[error("the password or key does not open this file")]
    WrongKey,
    /// The bytes were changed by somebody who does not have the key.
    #[error("{part} was changed after it was encrypted")]
    Forged {
        /// The head of the file, or the section.
        part: String,
    },
    /// A trusted signature was required, and there is none.
    #[error("no signature by a trusted key: {0}")]
    NotTrusted(String),
    /// A signature under a trusted key's name is not that key's.
    #[error("the signature of \"{0}\" is not valid for this file")]
    BadSignature(String),
    /// The licence does not allow this use.
    #[error(transparent)]
    License(#[from] LicenseError),
    /// Opened for inspection only.
    #[error("\"{0}\" cannot be read: the file was opened for inspection")]
    InspectionOnly(String),
    /// More memory or time is asked for than the limits allow.
    #[error("{what} asks for {asked}, the limit is {limit}")]
    Limit {
        /// What asks.
        what: String,
        /// How much.
        asked: u64,
        /// How much is allowed.
        limit: u64,
    },
    /// What should be written does not fit the format.
    #[error("cannot be stored: {0}")]
    Unstorable(String),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(String),
}

impl AprError {
    pub(super) fn malformed(what: impl Into<String>) -> Self {
        AprError::Malformed(what.into())
    }

    pub(super) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        AprError::Io { path: path.to_owned(), source }
    }
}
