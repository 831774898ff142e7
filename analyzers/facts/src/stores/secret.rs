//! The secret that stored entries are sealed with: entries written without it are not trusted.

use super::error::SecretError;
use crate::source::confined;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// The file in the user's configuration folder.
const FILE: &str = "cache.key";
/// The shortest text allowed: a shorter one could be guessed.
const LEAST_TEXT: usize = 32;
/// The largest secret file that is read.
const LARGEST_FILE: u64 = 4 << 10;
/// BLAKE3 key derivation context for secrets that are made from text.
const FROM_TEXT: &str = "batuta 2026-11-29 secret of stores from text";

/// 32 bytes that only the user knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A random secret that is never stored.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn random() -> Result<Secret, SecretError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(SecretError::NoRandomNumbers)?;
        Ok(Secret(bytes))
    }

    /// An all-zero placeholder, for use where nothing is stored.
    pub(crate) fn of_nobody() -> Secret {
        Secret([0; 32])
    }

    /// The secret derived from a text of at least 32 characters; surrounding white space is ignored.
    ///
    /// # Errors
    /// If the text is too short.
    pub fn of_text(text: &[u8]) -> Result<Secret, SecretError> {
        let text = text.trim_ascii();
        match text.len() {
            found @ 0..LEAST_TEXT => Err(SecretError::TooShort { found, least: LEAST_TEXT }),
            _ => Ok(Secret(blake3::derive_key(FROM_TEXT, text))),
        }
    }

    /// The secret from a file that the operator named.
    ///
    /// # Errors
    /// If it cannot be read, or is too short.
    pub fn of_file(path: &Path) -> Result<Secret, SecretError> {
        let text = confined::read_regular(path, LARGEST_FILE)
            .map_err(|why| SecretError::Unread { path: path.to_owned(), why: Arc::new(why) })?;
        Secret::of_text(&text)
            .map_err(|error| SecretError::InFile { path: path.to_owned(), error: Box::new(error) })
    }

    /// The secret in `batuta/cache.key` in the user's configuration folder; the file is created if it is missing.
    ///
    /// # Errors
    /// If it can be neither read nor created, or others could read it.
    pub fn in_folder(configuration: &Path) -> Result<Secret, SecretError> {
        let folder = configuration.join("batuta");
        let path = folder.join(FILE);
        match of_users_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            known => {
                return known.map_err(|error| SecretError::Unusable { path, error: Arc::new(error) });
            }
        }
        let made = make(&folder, &path).and_then(|()| of_users_file(&path));
        made.map_err(|error| SecretError::NotMade { path, error: Arc::new(error) })
    }

    /// A derived secret that is valid for `purpose` only.
    pub fn for_purpose(&self, purpose: &str) -> Secret {
        self.for_bytes(purpose.as_bytes())
    }

    /// The same for a purpose that is not text.
    pub(crate) fn for_bytes(&self, purpose: &[u8]) -> Secret {
        Secret(*blake3::keyed_hash(&self.0, purpose).as_bytes())
    }

    /// Its bytes, to key a hash with.
    pub fn key(&self) -> &[u8; 32] {
        &self.0
    }

    /// The seal for `bytes` under a name: 64 hexadecimal digits.
    pub fn seal(&self, name: &str, bytes: &[u8]) -> String {
        let own = self.for_purpose(name);
        blake3::keyed_hash(&own.0, bytes).to_hex().to_string()
    }
}

/// The secret from a file that only the user can access.
fn of_users_file(path: &Path) -> io::Result<Secret> {
    let text = confined::read_regular(path, LARGEST_FILE).map_err(|why| match why {
        confined::Unread::Missing => io::Error::from(io::ErrorKind::NotFound),
        confined::Unread::Failed(error) => error,
        other => io::Error::other(other.to_string()),
    })?;
    is_private(path)?;
    Secret::of_text(&text).map_err(io::Error::other)
}

#[cfg(unix)]
fn is_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path)?;
    if metadata.uid() != nix::unistd::geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(io::Error::other("others may read it or write to it (`chmod 600` keeps them out)"));
    }
    Ok(())
}

#[cfg(not(unix))]
fn is_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Creates the file atomically; if another process created it meanwhile, that one stays.
fn make(folder: &Path, path: &Path) -> io::Result<()> {
    is_users(folder)?;
    make_folder(folder)?;
    let secret = Secret::random().map_err(io::Error::other)?;
    let mut file = tempfile::Builder::new().prefix(".cache.key.").tempfile_in(folder)?;
    writeln!(file, "{}", blake3::Hash::from_bytes(secret.0).to_hex())?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// A secret of root's in the home of the user who called `sudo` would lock that user out.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "environment: sudo says whose folder it is")]
fn is_users(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let own = nix::unistd::geteuid().as_raw();
    let existing = folder.ancestors().find_map(|ancestor| fs::metadata(ancestor).ok());
    let foreign = existing.is_some_and(|metadata| metadata.uid() != own);
    match foreign && (own != 0 || std::env::var_os("SUDO_UID").is_some()) {
        true => Err(io::Error::other("the folder belongs to another user")),
        false => Ok(()),
    }
}

#[cfg(not(unix))]
fn is_users(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    #[test]
    fn a_secret_is_made_once_and_stays_the_same() {
        let (folder, other) = (folder(), folder());
        let made = Secret::in_folder(&folder.path().join("config")).expect("it can be made");
        assert_eq!(Secret::in_folder(&folder.path().join("config")).ok(), Some(made));
        assert_ne!(Secret::in_folder(other.path()).ok(), Some(made));
        let left: Vec<_> =
            fs::read_dir(folder.path().join("config/batuta")).expect("it was made").flatten().collect();
        assert_eq!(left.len(), 1, "nothing but the secret stays: {left:?}");
    }

    #[test]
    fn processes_that_make_it_at_once_agree() {
        let folder = folder();
        let secrets: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| Secret::in_folder(folder.path()))).collect();
            threads.into_iter().map(|thread| thread.join().expect("it does not panic").ok()).collect()
        });
        assert!(secrets[0].is_some() && secrets.iter().all(|secret| *secret == secrets[0]), "{secrets:?}");
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        Secret::in_folder(folder.path()).expect("it can be made");
        let path = folder.path().join("batuta/cache.key");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder.path().join("batuta"))), (0o600, 0o700));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
        assert!(
            Secret::in_folder(folder.path()).expect_err("it is open").to_string().contains("others may read")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_its_place_is_not_waited_for() {
        let folder = folder();
        fs::create_dir(folder.path().join("batuta")).expect("a folder");
        let path = folder.path().join("batuta/cache.key");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
        assert!(Secret::in_folder(folder.path()).is_err());
        assert!(Secret::of_file(&path).is_err());
    }

    #[test]
    fn text_gives_the_same_secret_wherever_it_stands_and_short_text_none() {
        let folder = folder();
        let text = "0123456789abcdef0123456789abcdef";
        let file = folder.path().join("key");
        fs::write(&file, format!("{text}\n")).expect("a file");
        let secret = Secret::of_text(text.as_bytes()).expect("it is long enough");
        assert_eq!(Secret::of_file(&file).ok(), Some(secret));
        assert_ne!(Secret::of_text(b"0123456789abcdef0123456789abcdeF").ok(), Some(secret));
        assert!(Secret::of_text(&text.as_bytes()[1..]).is_err());
        assert!(Secret::of_file(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_seal_fits_its_bytes_name_and_secret_only() {
        let secret = Secret::of_text(&[b'x'; 32]).expect("it is long enough");
        let other = Secret::of_text(&[b'y'; 32]).expect("it is long enough");
        let seal = secret.seal("a", b"bytes");
        assert_eq!((seal.len(), &seal), (64, &secret.seal("a", b"bytes")));
        for foreign in [secret.seal("a", b"bytez"), secret.seal("b", b"bytes"), other.seal("a", b"bytes")] {
            assert_ne!(seal, foreign);
        }
    }

    #[test]
    fn nothing_prints_it() {
        let secret = Secret::of_text(&[b'x'; 32]).expect("it is long enough");
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
