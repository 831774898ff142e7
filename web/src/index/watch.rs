use super::opening::to_open;
use crate::state::{Repositories, Repository};
use facts::contained::contained;
use facts::source::GitContext;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// Git writes several files for one commit: they count as one change if they come within this time.
const QUIET: Duration = Duration::from_millis(40);
/// Limit on branch folders that are watched individually, because the system limits watches for all users together. A
/// repository with more is polled, and checked when its HEAD or its packed branches change.
const MOST_FOLDERS: usize = 512;
/// A repository whose files change constantly is checked this often.
const LONGEST: Duration = Duration::from_millis(400);

/// Notifies that a repository may have a new HEAD: when files in its Git folder change, and periodically in any case,
/// because network file systems send no notifications.
pub struct Watch {
    sender: Sender<Notice>,
}

enum Notice {
    Changed(PathBuf),
    Stop,
}

impl Watch {
    /// Watches all repositories; `ask` is called with the index of one that may have changed.
    ///
    /// # Errors
    /// The thread cannot be started. Folders that cannot be watched are polled.
    pub fn start(
        repositories: Arc<Repositories>,
        poll: Duration,
        ask: impl Fn(usize) + Send + 'static,
    ) -> std::io::Result<Watch> {
        let (sender, receiver) = mpsc::channel();
        let own = sender.clone();
        std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
            let mut watched = Watched::new(repositories, own);
            watched.run(&receiver, poll, &ask);
        })?;
        Ok(Watch { sender })
    }
}

/// The thread is asked to stop, but not waited for: it may be reading a large folder.
impl Drop for Watch {
    fn drop(&mut self) {
        // If the thread is gone, it needs no message.
        let _ = self.sender.send(Notice::Stop);
    }
}

struct Watched {
    repositories: Arc<Repositories>,
    watcher: Option<RecommendedWatcher>,
    /// For each repository the folders that are watched for it.
    folders: Vec<Vec<PathBuf>>,
}

impl Watched {
    fn new(repositories: Arc<Repositories>, sender: Sender<Notice>) -> Watched {
        let on_event = move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            for path in event.paths.into_iter().filter(|path| matters(path)) {
                // If the thread is gone, it needs no message.
                let _ = sender.send(Notice::Changed(path));
            }
        };
        let watcher = notify::recommended_watcher(on_event)
            .inspect_err(|error| tracing::warn!(%error, "folders cannot be watched; they are polled"))
            .ok();
        let folders = vec![Vec::new(); repositories.iter().len()];
        let mut watched = Watched { repositories, watcher, folders };
        watched.add_missing();
        watched
    }

    fn run(&mut self, receiver: &Receiver<Notice>, poll: Duration, ask: &dyn Fn(usize)) {
        let mut next_poll = Instant::now() + poll;
        let mut changed: BTreeSet<usize> = BTreeSet::new();
        let mut due = Instant::now();
        loop {
            let until = if changed.is_empty() { next_poll } else { due.min(Instant::now() + QUIET) };
            match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Notice::Changed(path)) => {
                    if changed.is_empty() {
                        due = Instant::now() + LONGEST;
                    }
                    changed.extend(self.belongs_to(&path));
                }
                Ok(Notice::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => std::mem::take(&mut changed).into_iter().for_each(ask),
            }
            if Instant::now() >= next_poll {
                self.add_missing();
                (0..self.repositories.iter().len()).for_each(ask);
                next_poll = Instant::now() + poll;
            }
        }
    }

    /// The repositories whose watched folders hold the path.
    fn belongs_to(&self, path: &Path) -> Vec<usize> {
        let holds = |folders: &Vec<PathBuf>| folders.iter().any(|folder| path.starts_with(folder));
        self.folders.iter().enumerate().filter(|(_, folders)| holds(folders)).map(|(at, _)| at).collect()
    }

    /// Watches new folders, and those that were removed and came back.
    fn add_missing(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        for (at, repository) in self.repositories.iter().enumerate() {
            let folders = &mut self.folders[at];
            if !folders.is_empty() && folders.iter().all(|folder| folder.exists()) {
                continue;
            }
            folders.clear();
            // The content of one repository must not end this thread, which watches all of them.
            let places = contained(|| places(repository)).unwrap_or_default();
            for (folder, mode) in places {
                match watcher.watch(&folder, mode) {
                    Ok(()) => folders.push(folder),
                    Err(error) => {
                        tracing::warn!(repository = repository.slug, %error, "not watched, but polled")
                    }
                }
            }
        }
    }
}

/// The folders that Git writes to when HEAD moves to another commit: its own folder (HEAD, packed-refs) and the
/// branches.
fn places(repository: &Repository) -> Vec<(PathBuf, RecursiveMode)> {
    let Ok(Ok(Some(git))) = to_open(repository).map(GitContext::discover) else {
        return Vec::new();
    };
    let own = git.git_dir().canonicalize().unwrap_or_else(|_| git.git_dir().to_owned());
    let common = git.common_dir();
    let common = common.canonicalize().unwrap_or(common);
    let refs = common.join("refs");
    let mut places = match has_few_folders(&refs) {
        true => vec![(refs, RecursiveMode::Recursive)],
        false => [refs.join("heads"), refs].map(|folder| (folder, RecursiveMode::NonRecursive)).to_vec(),
    };
    places.push((common.clone(), RecursiveMode::NonRecursive));
    if own != common {
        places.push((own, RecursiveMode::NonRecursive));
    }
    places.retain(|(folder, _)| folder.is_dir());
    places
}

/// True if there are no more than [`MOST_FOLDERS`] below a folder. Links are not followed.
fn has_few_folders(folder: &Path) -> bool {
    let (mut waiting, mut seen) = (vec![folder.to_owned()], 0);
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                seen += 1;
                if seen > MOST_FOLDERS {
                    return false;
                }
                waiting.push(entry.path());
            }
        }
    }
    true
}

/// False for files whose changes do not move HEAD: locks, the index, messages, the cache.
fn matters(path: &Path) -> bool {
    if path.extension() == Some(OsStr::new("lock")) {
        return false;
    }
    let in_refs = path.components().any(|part| part.as_os_str() == "refs");
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    in_refs
        || matches!(name, "HEAD" | "packed-refs" | "shallow" | "config" | ".git")
        || name.ends_with(".git")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_with_very_many_branches_does_not_take_all_watches() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for number in 0..MOST_FOLDERS {
            std::fs::create_dir_all(folder.path().join(format!("{}/{number}", number % 8)))
                .expect("it is made");
            if number == 8 {
                assert!(has_few_folders(folder.path()));
            }
        }
        assert!(!has_few_folders(folder.path()));
    }

    #[test]
    fn only_files_that_name_commits_matter() {
        for path in
            ["/r/.git/HEAD", "/r/.git/packed-refs", "/r/.git/refs/heads/main", "/r.git/refs/heads/a/b"]
        {
            assert!(matters(Path::new(path)), "{path}");
        }
        for path in
            ["/r/.git/index", "/r/.git/refs/heads/main.lock", "/r/.git/COMMIT_EDITMSG", "/r/.git/HEAD.lock"]
        {
            assert!(!matters(Path::new(path)), "{path}");
        }
    }
}
