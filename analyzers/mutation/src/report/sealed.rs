//! The report that the gate trusts: the seal next to it proves that this user's `pmat mutate` wrote it.

use super::folder::REPORT;
use facts::stores::{Secret, StoreFolder};
use std::io;
use std::path::PathBuf;

const SEAL: &str = "report.json.seal";
const LARGEST_REPORT: u64 = 1 << 30;
const LARGEST_SEAL: u64 = 1 << 10;

/// Writes the report with its seal.
///
/// # Errors
/// The folder cannot be written to.
pub fn write(folder: &StoreFolder, secret: &Secret, report: &[u8]) -> io::Result<()> {
    folder.replace(REPORT, report)?;
    folder.replace(SEAL, secret.seal(REPORT, report).as_bytes())
}

/// Removes the report and its seal.
///
/// # Errors
/// The system refuses.
pub fn remove(folder: &StoreFolder) -> io::Result<()> {
    folder.remove(SEAL)?;
    folder.remove(REPORT)
}

/// Why there is no trusted report.
#[derive(Debug, thiserror::Error)]
pub enum SealedError {
    /// It cannot be read.
    #[error("{} cannot be read: {error}", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        error: io::Error,
    },
    /// It does not exist.
    #[error("`pmat mutate` was not run on this tree")]
    NotRun,
    /// Somebody else wrote it.
    #[error(
        "the report of mutants is not one that this user's `pmat mutate` wrote (it is bound to the secret of the cache): run it \
         again"
    )]
    Foreign,
}

/// The report in the folder.
///
/// # Errors
/// It does not exist, cannot be read, or was not written with this secret.
pub fn read(folder: &StoreFolder, secret: &Secret) -> Result<Vec<u8>, SealedError> {
    let read = |name: &str, limit| {
        let wrong = |error| SealedError::Unread { path: folder.path().join(name), error };
        folder.read(name, limit).map_err(wrong)
    };
    let report = read(REPORT, LARGEST_REPORT)?.ok_or(SealedError::NotRun)?;
    match read(SEAL, LARGEST_SEAL)? {
        Some(seal) if seal == secret.seal(REPORT, &report).as_bytes() => Ok(report),
        _ => Err(SealedError::Foreign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::stores::Place;

    #[test]
    fn only_a_report_that_was_sealed_with_the_same_secret_is_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Place::named(folder.path(), &[]).make().expect("it can be used");
        let [own, other] = [b'a', b'b'].map(|byte| Secret::of_text(&[byte; 32]).expect("it is long enough"));
        assert!(read(&store, &own).expect_err("there is none").to_string().contains("was not run"));
        write(&store, &own, b"{}").expect("it can be written");
        assert_eq!(read(&store, &own).expect("it was written"), b"{}");
        assert!(read(&store, &other).expect_err("another secret").to_string().contains("run it again"));
        store.replace(REPORT, b"{ }").expect("it can be written");
        assert!(read(&store, &own).is_err());
        write(&store, &own, b"{}").and_then(|()| store.remove(SEAL)).expect("they are there");
        assert!(read(&store, &own).is_err());
        remove(&store).expect("one of them is there");
        assert!(read(&store, &own).expect_err("there is none").to_string().contains("was not run"));
    }
}
