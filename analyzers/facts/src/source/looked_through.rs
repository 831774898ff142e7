//! Git folders that were checked and found sound, so that each is checked once and not whenever a repository is opened:
//! one command opens a repository with 100,000 loose references several times, and the service over and over. Adding or
//! removing a file changes the time of its folder, so a folder with the same times at all levels contains the same
//! files. Files that grow and links whose targets change are not noticed, but only the owner of the folder can do that.

use crate::hash::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// The most subfolders whose times are compared, from the top. Objects are in 258.
const MOST_BELOW: usize = 512;
/// The most folders that are remembered; all are forgotten when there are more.
const MOST_KNOWN: usize = 512;
/// A folder that changed this recently may change again within the same tick of the file system's clock.
const TICK: Duration = Duration::from_secs(2);

/// A folder, and the size limit of its files.
type Asked = (PathBuf, u64);

static KNOWN: LazyLock<Mutex<HashMap<Asked, Vec<Below>>>> = LazyLock::new(Mutex::default);

/// A subfolder with its time of change.
type Below = (PathBuf, SystemTime);

/// A check of a folder.
pub(super) struct Look {
    start: SystemTime,
    below: Vec<Below>,
    is_settled: bool,
}

impl Look {
    /// Starts a check.
    pub(super) fn new() -> Self {
        Look { start: SystemTime::now(), below: Vec::new(), is_settled: true }
    }

    /// Must be called before the files of a folder are checked.
    pub(super) fn at_folder(&mut self, folder: &Path) {
        match changed(folder) {
            Some(time) if time + TICK <= self.start => {
                if self.below.len() < MOST_BELOW {
                    self.below.push((folder.to_owned(), time));
                }
            }
            _ => self.is_settled = false,
        }
    }

    /// Records that all files of `folder` were found sound, and at most `limit` bytes large.
    pub(super) fn was_sound(self, folder: &Path, limit: u64) {
        if !self.is_settled || !folder.is_absolute() {
            return;
        }
        let mut known = known();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert((folder.to_owned(), limit), self.below);
    }
}

/// True if `folder` was found sound and has not changed since.
pub(super) fn is_known_for_sound(folder: &Path, limit: u64) -> bool {
    let below = known().get(&(folder.to_owned(), limit)).cloned();
    below.is_some_and(|below| below.iter().all(|(folder, time)| changed(folder) == Some(*time)))
}

fn known() -> MutexGuard<'static, HashMap<Asked, Vec<Below>>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn changed(folder: &Path) -> Option<SystemTime> {
    folder.metadata().ok()?.modified().ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{self, File};

    fn set_age(folder: &Path, seconds: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds);
        File::open(folder).and_then(|folder| folder.set_modified(time)).expect("it is ours");
    }

    fn look(folder: &Path) {
        let mut look = Look::new();
        look.at_folder(folder);
        look.at_folder(&folder.join("below"));
        look.was_sound(folder, 9);
    }

    #[test]
    fn a_folder_is_known_until_something_in_it_comes_or_goes() {
        let outer = tempfile::tempdir().expect("a temporary folder");
        let folder = outer.path().join("refs");
        let below = folder.join("below");
        fs::create_dir_all(&below).expect("a folder");
        set_age(&below, 100);
        look(&folder);
        assert!(!is_known_for_sound(&folder, 9), "it was made in this moment, and may change in it again");
        set_age(&folder, 100);
        look(&folder);
        assert!(is_known_for_sound(&folder, 9));
        assert!(!is_known_for_sound(&folder, 8), "that is another question");
        fs::write(below.join("x"), "x").expect("it can be written");
        assert!(!is_known_for_sound(&folder, 9));
        set_age(&below, 50);
        look(&folder);
        assert!(is_known_for_sound(&folder, 9));
        fs::remove_dir_all(&below).expect("it is there");
        assert!(!is_known_for_sound(&folder, 9));
    }
}
