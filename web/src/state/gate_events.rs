use super::{GateEvent, Snapshot};
use facts::cache::CacheDirs;
use facts::source::GitContext;
use std::io;
use std::path::{Path, PathBuf};

/// Older events are forgotten.
const MOST_EVENTS: usize = 1_000;
const FILE: &str = "gate-events.json";

/// When the gate's answer changed while the repository was served: a file beside the cache.
pub struct GateEvents {
    file: Option<PathBuf>,
}

impl GateEvents {
    /// The events of the repository at `path`.
    pub fn of(path: &Path) -> GateEvents {
        let git = GitContext::discover(path).ok().flatten();
        let folder = git.and_then(|git| {
            let root = git.work_dir().unwrap_or(git.git_dir()).to_owned();
            CacheDirs::from_env().folder_for(Some(git.git_dir()), &root, "served").ok()
        });
        GateEvents { file: folder.map(|folder| folder.join(FILE)) }
    }

    /// What is on record, oldest first; nothing where the file is damaged.
    pub fn read(&self) -> Vec<GateEvent> {
        let bytes = self.file.as_ref().and_then(|file| std::fs::read(file).ok());
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Puts the answer on record if it is another one than before, and tells all events.
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

    /// As a whole or not at all: a killed process leaves the file before.
    fn write(&self, events: &[GateEvent]) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let folder = file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let beside = folder.join(format!("{FILE}.{}", std::process::id()));
        std::fs::write(&beside, serde_json::to_vec(events).map_err(io::Error::other)?)?;
        std::fs::rename(&beside, file)
    }
}
