use super::{GateEvent, Snapshot};
use facts::cache::CacheDirs;
use facts::source::GitContext;
use std::io;
use std::path::{Path, PathBuf};

/// Most events kept. Older ones are dropped.
const MOST_EVENTS: usize = 1_000;
const FOLDER: &str = "served";
const FILE: &str = "gate-events";
const SEAL_DIGITS: usize = 64;
const LARGEST: u64 = 64 << 20;

/// The times at which the gate's verdict changed while the repository was served. Stored in a file next to the cache
/// and authenticated with the same secret.
pub struct GateEvents {
    git: Option<GitContext>,
    root: PathBuf,
    dirs: CacheDirs,
}

impl GateEvents {
    /// The events of the repository at `path`.
    pub fn of(path: &Path) -> GateEvents {
        GateEvents::as_environment_says(path, CacheDirs::from_env())
    }

    fn as_environment_says(path: &Path, dirs: CacheDirs) -> GateEvents {
        let git = GitContext::discover(path).ok().flatten();
        let root = git.as_ref().map(|git| git.work_dir().unwrap_or(git.git_dir()).to_owned());
        GateEvents { git, root: root.unwrap_or_default(), dirs }
    }

    /// The stored events, oldest first. Empty if the file is damaged or somebody else wrote it.
    pub fn read(&self) -> Vec<GateEvent> {
        let folder = self
            .git
            .as_ref()
            .and_then(|git| self.dirs.find_folder(Some(git), &self.root, FOLDER).ok().flatten());
        let read = || {
            let bytes = folder?.read(FILE, LARGEST).ok()??;
            let (seal, events) = bytes.split_at_checked(SEAL_DIGITS)?;
            let sealed = self.dirs.secret_of_tree(&self.root).ok()?.seal(FILE, events);
            (seal == sealed.as_bytes()).then(|| serde_json::from_slice(events).ok())?
        };
        read().unwrap_or_default()
    }

    /// Stores the verdict if it differs from the last one, and returns all events.
    pub fn record(&self, snapshot: &Snapshot) -> Vec<GateEvent> {
        let mut events = self.read();
        let before = events.last().map(|last| last.after.clone());
        let changed = snapshot.verdict().filter(|verdict| before.as_deref() != Some(verdict.as_str()));
        let Some(verdict) = changed else { return events };
        events.push(GateEvent::new(snapshot, verdict, before.as_deref()));
        let too_many = events.len().saturating_sub(MOST_EVENTS);
        events.drain(..too_many);
        if let Err(error) = self.write(&events) {
            tracing::warn!(repository = snapshot.slug, %error, "the gate's answer is not kept for the next start");
        }
        events
    }

    /// Writes atomically: if the process is killed, the previous file remains.
    fn write(&self, events: &[GateEvent]) -> io::Result<()> {
        let Some(git) = &self.git else { return Ok(()) };
        let secret = self.dirs.secret_of_tree(&self.root).map_err(io::Error::other)?;
        let folder = self.dirs.make_folder(Some(git), &self.root, FOLDER).map_err(io::Error::other)?;
        let events = facts::visible::json::to_vec(events).map_err(io::Error::other)?;
        folder.replace(FILE, &[secret.seal(FILE, &events).as_bytes(), &events].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: &str =
        r#"[{"commit":"0123456789012345678901234567890123456789","time":1,"before":null,"after":"pass"}]"#;

    /// A repository with its events.
    fn repository() -> (tempfile::TempDir, GateEvents) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for inner in ["objects", "refs"] {
            std::fs::create_dir_all(folder.path().join(".git").join(inner)).expect("a folder");
        }
        std::fs::write(folder.path().join(".git/HEAD"), "ref: refs/heads/main\n").expect("a file");
        let config = Some(folder.path().join("config"));
        let events =
            GateEvents::as_environment_says(folder.path(), CacheDirs { config, ..CacheDirs::default() });
        (folder, events)
    }

    #[test]
    fn what_was_written_is_read_and_what_others_wrote_is_not() {
        let (folder, events) = repository();
        let known: Vec<GateEvent> = serde_json::from_str(EVENTS).expect("events");
        events.write(&known).expect("it can be written");
        assert_eq!(events.read().len(), 1);
        let file = folder.path().join(".git/batuta/served").join(FILE);
        let sealed = std::fs::read(&file).expect("it was written");
        let other = EVENTS.replace("pass", "fail");
        for forged in [other.as_bytes(), &[&sealed[..SEAL_DIGITS], other.as_bytes()].concat()] {
            std::fs::write(&file, forged).expect("it can be written");
            assert!(events.read().is_empty());
        }
        std::fs::write(&file, sealed).expect("it can be written");
        assert_eq!(events.read().len(), 1);
    }

    #[test]
    fn what_was_written_about_another_repository_of_the_user_is_not_read() {
        let ((one, events), (two, others)) = (repository(), repository());
        let others = GateEvents { dirs: events.dirs.clone(), ..others };
        let known: Vec<GateEvent> = serde_json::from_str(EVENTS).expect("events");
        for events in [&events, &others] {
            events.write(&known).expect("it can be written");
            assert_eq!(events.read().len(), 1);
        }
        let [from, to] = [&one, &two].map(|folder| folder.path().join(".git/batuta/served").join(FILE));
        std::fs::copy(from, to).expect("it can be written");
        assert!(others.read().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_neither_read_nor_written_through() {
        let (folder, events) = repository();
        let victim = folder.path().join("victim");
        std::fs::create_dir(&victim).expect("a folder");
        std::os::unix::fs::symlink(&victim, folder.path().join(".git/batuta")).expect("a link");
        assert!(events.write(&[]).is_err(), "there is no other place");
        assert_eq!(std::fs::read_dir(&victim).expect("it is there").count(), 0);
        std::fs::remove_file(folder.path().join(".git/batuta")).expect("it is there");
        events.write(&[]).expect("it can be written");
        let file = folder.path().join(".git/batuta/served").join(FILE);
        std::fs::remove_file(&file).expect("it was written");
        std::fs::write(victim.join("file"), "precious").expect("a file");
        std::os::unix::fs::symlink(victim.join("file"), &file).expect("a link");
        events.write(&[]).expect("it can be written");
        assert_eq!(std::fs::read_to_string(victim.join("file")).expect("it is there"), "precious");
    }
}
