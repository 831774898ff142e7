//! Objects outside the repository's own object folder. Git gives a server-side hook the pushed objects in a separate
//! folder, the quarantine, and names it in `GIT_OBJECT_DIRECTORY`; the repository's objects follow in
//! `GIT_ALTERNATE_OBJECT_DIRECTORIES` (git-receive-pack(1), "Quarantine Environment"; git(1)). gix reads neither
//! variable, so the repository gets an object store whose folder only contains a list of alternates. That folder cannot
//! be the quarantine itself: Git moves everything in it into the repository when the push is accepted.

use super::SourceError;
use super::git_errors::own_words;
use gix::bstr::ByteSlice;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The folder with the list of object folders; deleted when the last handle is dropped.
pub(crate) type BorrowedObjects = Option<Arc<TempDir>>;

/// The repository with the objects that the environment names, if the environment is about this repository.
#[expect(clippy::disallowed_methods, reason = "environment: Git tells its hooks where pushed objects wait")]
pub(super) fn with_objects_of_environment(
    repository: gix::Repository,
) -> Result<(gix::ThreadSafeRepository, BorrowedObjects), SourceError> {
    let named = std::env::var_os("GIT_OBJECT_DIRECTORY").filter(|value| !value.is_empty());
    let alternates = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
    let folders: Vec<PathBuf> =
        named.iter().map(PathBuf::from).chain(split_list(&alternates)).filter_map(absolute).collect();
    let own = repository.objects.store_ref();
    if folders.is_empty() || !concerns(&repository, &folders) {
        let (replaced, folder) = (own.replacements().next().is_some(), own.path().to_owned());
        if !replaced {
            return Ok((repository.into_sync(), None));
        }
        let objects = store(&repository, folder)?;
        return Ok((with_store(repository, objects), None));
    }
    let inherited = own.alternate_db_paths().map_err(|error| unusable(&repository, &error))?;
    let all = folders.into_iter().chain([own.path().to_owned()]).chain(inherited).filter_map(absolute);
    let list = written_list(all).map_err(|error| unusable(&repository, &error))?;
    let objects = store(&repository, list.path().to_owned())?;
    Ok((with_store(repository, objects), Some(Arc::new(list))))
}

/// The objects below a folder, without replacements: a user who may push a reference under `refs/replace` must not
/// change how other users' commits are read.
fn store(repository: &gix::Repository, folder: PathBuf) -> Result<gix::odb::Store, SourceError> {
    let options = gix::odb::store::init::Options::default();
    gix::odb::Store::at_opts(folder, repository.object_hash(), &mut std::iter::empty(), options)
        .map_err(|error| unusable(repository, &error))
}

fn with_store(repository: gix::Repository, objects: gix::odb::Store) -> gix::ThreadSafeRepository {
    let mut shared = repository.into_sync();
    shared.objects = Arc::new(objects);
    shared
}

/// True if the folders belong to this repository: Git runs the caller in it, or one of them is in its folder.
#[expect(clippy::disallowed_methods, reason = "environment: Git tells its hooks where pushed objects wait")]
fn concerns(repository: &gix::Repository, folders: &[PathBuf]) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let is_own = |folder: PathBuf| {
        let own = [repository.git_dir(), repository.common_dir()];
        own.into_iter().filter_map(real).any(|own| folder == own)
    };
    let called_in = std::env::var_os("GIT_DIR").and_then(|dir| real(Path::new(&dir)));
    called_in.is_some_and(is_own)
        || real(repository.common_dir())
            .is_some_and(|own| folders.iter().filter_map(|folder| real(folder)).any(|f| f.starts_with(&own)))
}

/// A folder with the file `info/alternates`, one folder on a line.
fn written_list(folders: impl Iterator<Item = PathBuf>) -> std::io::Result<TempDir> {
    let mut text = Vec::new();
    for folder in folders {
        let bytes = folder.as_os_str().as_encoded_bytes();
        text.push(b'"');
        for byte in bytes {
            match byte {
                b'"' | b'\\' => text.extend([b'\\', *byte]),
                b'\n' => text.extend(b"\\n"),
                byte => text.push(*byte),
            }
        }
        text.extend(b"\"\n");
    }
    let list = tempfile::Builder::new().prefix("batuta-objects-").tempdir()?;
    std::fs::create_dir(list.path().join("info"))?;
    std::fs::write(list.path().join("info/alternates"), text)?;
    Ok(list)
}

/// The paths of `GIT_ALTERNATE_OBJECT_DIRECTORIES`. Git quotes a path that contains a separator.
fn split_list(value: &OsStr) -> Vec<PathBuf> {
    let separator = if cfg!(windows) { b';' } else { b':' };
    let mut rest = value.as_encoded_bytes();
    let mut paths = Vec::new();
    while !rest.is_empty() {
        let (path, after) = match rest.strip_prefix(b"\"").and_then(quoted) {
            Some((path, after)) => (path, after),
            None => {
                let end = rest.find_byte(separator).unwrap_or(rest.len());
                (rest[..end].to_vec(), &rest[end..])
            }
        };
        rest = after.strip_prefix(&[separator]).unwrap_or(after);
        if !path.is_empty() {
            paths.push(super::git::path_from_bytes(&path));
        }
        if after.first().is_some_and(|byte| *byte != separator) {
            break;
        }
    }
    paths
}

/// The text up to the closing quotation mark, and what follows it.
fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut path = Vec::new();
    let mut bytes = text.iter().enumerate();
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'"' => return Some((path, &text[index + 1..])),
            b'\\' => path.push(*bytes.next()?.1),
            byte => path.push(*byte),
        }
    }
    None
}

/// Resolved against the current folder: Git names the folders relative to where it runs the hook.
fn absolute(path: PathBuf) -> Option<PathBuf> {
    std::path::absolute(path).ok()
}

fn unusable(repository: &gix::Repository, error: &(dyn std::error::Error + 'static)) -> SourceError {
    SourceError::new(format!(
        "the objects that GIT_OBJECT_DIRECTORY and GIT_ALTERNATE_OBJECT_DIRECTORIES name for {} cannot be opened: {}",
        repository.git_dir().display(),
        own_words(error)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_folders_is_split_as_git_joins_it() {
        let split = |text: &str| split_list(OsStr::new(text));
        assert_eq!(split(""), [] as [PathBuf; 0]);
        assert_eq!(split("/a:/b c"), [PathBuf::from("/a"), PathBuf::from("/b c")]);
        assert_eq!(split("\"/a:\\\"x\":/b"), [PathBuf::from("/a:\"x"), PathBuf::from("/b")]);
        assert_eq!(split("/a::"), [PathBuf::from("/a")]);
    }
}
