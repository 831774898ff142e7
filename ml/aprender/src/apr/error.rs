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
    /// The first bytes do not belong to any version of the format.
    #[error("not an .apr file: it does not begin with the marks of version 1, 2 or 3")]
    NotApr,
    /// A version that this reader does not know, or that needs another reader.
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
    /// The bytes do not match their recorded digest.
    #[error("{part} is damaged: its digest is not the recorded one")]
    Damaged {
        /// The head of the file, or the section.
        part: String,
    },
    /// There is no such section.
    #[error("there is no section \"{0}\"")]
    NoSection(String),
    /// A section has a different type from the one requested.
    #[error("\"{name}\" holds {found}, not {wanted}")]
    WrongType {
        /// The section.
        name: String,
        /// What it holds.
        found: String,
        /// The requested type.
        wanted: String,
    },
    /// Rows beyond the last were requested.
    #[error("\"{name}\" has {rows} rows; row {wanted} was asked for")]
    NoRow {
        /// The tensor.
        name: String,
        /// How many rows it has.
        rows: usize,
        /// The first requested row beyond the end.
        wanted: usize,
    },
    /// The file is encrypted and no key was given.
    #[error("the file is encrypted {0}: give a key")]
    KeyNeeded(&'static str),
    /// None of the given keys opens the file.
    #[error("the password or key does not open this file")]
    WrongKey,
    /// The bytes were changed by someone without the key.
    #[error("{part} was changed after it was encrypted")]
    Forged {
        /// The head of the file, or the section.
        part: String,
    },
    /// A trusted signature was required, but there is none.
    #[error("no signature by a trusted key: {0}")]
    NotTrusted(String),
    /// A signature carries the name of a trusted key but was not made with that key.
    #[error("the signature of \"{0}\" is not valid for this file")]
    BadSignature(String),
    /// The licence does not allow this use.
    #[error(transparent)]
    License(#[from] LicenseError),
    /// Opened for inspection only.
    #[error("\"{0}\" cannot be read: the file was opened for inspection")]
    InspectionOnly(String),
    /// The file asks for more memory or time than the limits allow.
    #[error("{what} asks for {asked}, the limit is {limit}")]
    Limit {
        /// The part of the file that asks.
        what: String,
        /// The requested amount.
        asked: u64,
        /// The permitted amount.
        limit: u64,
    },
    /// The data to write does not fit the format.
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
