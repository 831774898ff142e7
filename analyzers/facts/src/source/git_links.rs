//! Links in a Git folder that lead out of a folder which the operator named. Git follows links anywhere: packed-refs
//! may belong to another repository, and so may a single pack. If only files below one folder may be read, every file
//! that Git reads is checked whenever the repository is opened. A folder without links that has not changed is not
//! checked again.

use super::confined::is_null_device;
use super::{SourceError, git_files};
use crate::hash::HashMap;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// The most files of one Git folder that are checked.
const MOST_FILES: usize = 5_000_000;
/// The most folders that links in one Git folder may lead to.
const MOST_LINKED: usize = 1_000;
/// The most folders whose times are remembered; all are forgotten when there are more.
const MOST_FOLDERS: usize = 100_000;
/// A folder that changed this recently may change again within the same tick of the file system's clock.
const TICK: Duration = Duration::from_secs(2);

/// Folders without links, each with the state of all folders below it.
static WITHOUT_LINKS: LazyLock<Mutex<HashMap<PathBuf, Vec<Stamped>>>> = LazyLock::new(Mutex::default);

/// A folder with its state when it was checked.
type Stamped = (PathBuf, Stamp);

/// Identifies a folder with a certain set of names in it. Programs cannot set this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    folder: [u64; 2],
    time: Duration,
}

impl Stamp {
    fn of(folder: &Path) -> Option<Stamp> {
        let found = folder.symlink_metadata().ok()?;
        found.is_dir().then(|| Stamp::of_metadata(&found))
    }

    #[cfg(unix)]
    fn of_metadata(found: &Metadata) -> Stamp {
        use std::os::unix::fs::MetadataExt;
        let seconds = u64::try_from(found.ctime()).unwrap_or(0);
        let parts = u32::try_from(found.ctime_nsec()).unwrap_or(0);
        Stamp { folder: [found.dev(), found.ino()], time: Duration::new(seconds, parts) }
    }

    #[cfg(not(unix))]
    fn of_metadata(found: &Metadata) -> Stamp {
        let time = found.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        Stamp { folder: [0; 2], time: time.unwrap_or_default() }
    }
}

/// Checks that everything Git reads of a repository is below `folder`, a real path: its two folders, every link in
/// them, the object databases that it borrows from, and the configuration files that it includes.
///
/// # Errors
/// Something leads out (with its path), or there is too much to check.
pub(super) fn check_lies_below(private: &Path, common: &Path, folder: &Path) -> Result<(), SourceError> {
    let mut look = Look { folder, seen: Vec::new(), files: 0, now: SystemTime::now() };
    for (what, root) in [("the shared Git folder (commondir)", common), ("its Git folder", private)] {
        let real = real_below(root, folder, what)?.ok_or_else(|| leads_nowhere(root))?;
        look.at_git_folder(real)?;
    }
    // Files are only read now: links that lead out were reported above.
    for file in git_files::check_includes(&[common.join("config"), private.join("config.worktree")])? {
        real_below(&file, folder, "a file that its Git configuration includes")?;
    }
    for database in git_files::databases(&common.join("objects"))? {
        let what = "an object database that it borrows from (objects/info/alternates)";
        if let Some(real) = real_below(&database, folder, what)? {
            look.at_all_of(vec![real])?;
        }
    }
    Ok(())
}

/// The target of a path; `None` if it does not exist.
fn real_below(path: &Path, folder: &Path, what: &str) -> Result<Option<PathBuf>, SourceError> {
    match path.canonicalize() {
        Ok(real) if real.starts_with(folder) || is_null_device(&real) => Ok(Some(real)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        _ => Err(SourceError::elsewhere(format!(
            "{what} leads out of the folder that was searched for repositories"
        ))),
    }
}

fn leads_nowhere(folder: &Path) -> SourceError {
    SourceError::new(format!("there is no Git folder {}", folder.display()))
}

/// A check of all links of a repository.
struct Look<'a> {
    folder: &'a Path,
    /// Folders that were checked, including everything below them.
    seen: Vec<PathBuf>,
    files: usize,
    now: SystemTime,
}

/// The folders still to check.
#[derive(Default)]
struct Waiting {
    /// Folders below the current one.
    inner: Vec<PathBuf>,
    /// Folders that links lead to.
    linked: Vec<PathBuf>,
    has_links: bool,
}

impl Look<'_> {
    /// Checks a Git folder, each part of it separately, so that parts which seldom change stay known.
    fn at_git_folder(&mut self, folder: PathBuf) -> Result<(), SourceError> {
        if self.is_seen(&folder) {
            return Ok(());
        }
        let mut top = Waiting::default();
        self.at_folder(&folder, &mut top)?;
        self.at_all_of(top.inner)?;
        self.seen.push(folder);
        self.at_all_of(top.linked)
    }

    /// Checks folders, and the folders that their links lead to.
    fn at_all_of(&mut self, mut folders: Vec<PathBuf>) -> Result<(), SourceError> {
        while let Some(folder) = folders.pop() {
            if !self.is_seen(&folder) {
                folders.append(&mut self.through(&folder)?);
                self.seen.push(folder);
            }
            if self.seen.len() > MOST_LINKED {
                return Err(SourceError::new(format!(
                    "the Git folder has links to more than {MOST_LINKED} folders; name it as a repository to have it served"
                )));
            }
        }
        Ok(())
    }

    fn is_seen(&self, folder: &Path) -> bool {
        self.seen.iter().any(|seen| folder.starts_with(seen))
    }

    /// Checks a folder with all its subfolders; returns the folders that links lead to.
    fn through(&mut self, start: &Path) -> Result<Vec<PathBuf>, SourceError> {
        if is_known(start) {
            return Ok(Vec::new());
        }
        let mut waiting = Waiting { inner: vec![start.to_owned()], ..Waiting::default() };
        let mut stamps: Vec<Stamped> = Vec::new();
        let mut is_settled = true;
        while let Some(folder) = waiting.inner.pop() {
            // The stamp is taken before reading, so that a later change gives another stamp.
            match Stamp::of(&folder).filter(|stamp| self.is_settled(stamp)) {
                Some(stamp) if stamps.len() < MOST_FOLDERS => stamps.push((folder.clone(), stamp)),
                _ => is_settled = false,
            }
            self.at_folder(&folder, &mut waiting)?;
        }
        if is_settled && !waiting.has_links {
            let mut known = known();
            if known.values().map(Vec::len).sum::<usize>() + stamps.len() > MOST_FOLDERS {
                known.clear();
            }
            known.insert(start.to_owned(), stamps);
        }
        Ok(waiting.linked)
    }

    fn is_settled(&self, stamp: &Stamp) -> bool {
        let now = self.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        stamp.time + TICK <= now
    }

    /// Checks the entries of one folder.
    fn at_folder(&mut self, folder: &Path, waiting: &mut Waiting) -> Result<(), SourceError> {
        let unreadable = |error: std::io::Error| {
            SourceError::new(format!("the Git folder {} cannot be looked through: {error}", folder.display()))
        };
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(unreadable)?,
        };
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            self.files += 1;
            if self.files > MOST_FILES {
                return Err(SourceError::new(format!(
                    "{} and the folders of Git next to it contain more than {MOST_FILES} files; `git gc` packs them",
                    folder.display()
                )));
            }
            let path = entry.path();
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() {
                waiting.inner.push(path);
            } else if kind.is_symlink() {
                waiting.has_links = true;
                let what = format!("the link {} in its Git folder", path.display());
                waiting.linked.extend(real_below(&path, self.folder, &what)?.filter(|end| end.is_dir()));
            }
        }
        Ok(())
    }
}

/// True if a folder held no link, and neither it nor a folder below it has changed since.
fn is_known(folder: &Path) -> bool {
    let seen = known().get(folder).cloned();
    seen.is_some_and(|seen| seen.iter().all(|(folder, stamp)| Stamp::of(folder) == Some(*stamp)))
}

fn known() -> MutexGuard<'static, HashMap<PathBuf, Vec<Stamped>>> {
    WITHOUT_LINKS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn look(start: &Path, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
        // Later than the tick of the clock.
        let now = SystemTime::now() + 2 * TICK;
        Look { folder, seen: Vec::new(), files: 0, now }.through(start)
    }

    #[test]
    fn a_folder_without_links_is_known_until_one_comes() {
        let outer = tempfile::tempdir().expect("a temporary folder");
        let outer = outer.path().canonicalize().expect("it is there");
        let (folder, outside) = (outer.join("git/objects"), outer.join("outside"));
        fs::create_dir_all(folder.join("pack")).expect("a folder");
        fs::write(&outside, "x").expect("a file");
        assert!(!is_known(&folder));
        assert!(look(&folder, &outer.join("git")).is_ok());
        assert!(is_known(&folder), "nothing changed");
        symlink(&outside, folder.join("pack/a.pack")).expect("a link");
        let earlier = SystemTime::now() - Duration::from_secs(100);
        fs::File::open(folder.join("pack")).and_then(|file| file.set_modified(earlier)).expect("it is ours");
        assert!(!is_known(&folder), "the time of modification can be set by anybody");
        assert!(look(&folder, &outer.join("git")).is_err_and(|error| error.leads_elsewhere));
        assert!(look(&folder, &outer).is_ok_and(|linked| linked.is_empty()), "it lies below that one");
        assert!(!is_known(&folder), "a link may come to lead elsewhere while nothing changes here");
    }
}
