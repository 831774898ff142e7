use super::{Snapshot, Trend};
use axum::body::Bytes;
use axum::http::HeaderValue;
use facts::Measured;
use facts::source::CommitId;
use gates::Verdict;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

/// What became of the last look at a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Status {
    /// Nothing was done yet.
    Waiting,
    /// A commit is being measured; what is served is the snapshot before, if there is one.
    Indexing {
        /// The commit.
        commit: CommitId,
        /// Files done.
        done: usize,
        /// Files in all; 0 before that is known.
        total: usize,
    },
    /// The snapshot is that of the newest commit.
    Ready,
    /// The newest commit could not be measured; what is served is the snapshot before, if there is one.
    Failed {
        /// The commit.
        commit: CommitId,
        /// Why, without any path of this machine.
        why: String,
    },
    /// The repository is gone, or has no commit any more; what is served is its last snapshot, if there is one.
    Gone {
        /// What is missing, without any path of this machine.
        why: String,
    },
}

impl Status {
    /// True if the served snapshot is that of the newest known commit.
    pub fn is_current(&self) -> bool {
        matches!(self, Status::Ready)
    }

    /// A note to show with the figures if they may belong to an older commit.
    pub fn remark(&self) -> Option<String> {
        match self {
            Status::Ready => None,
            Status::Waiting => Some("not measured yet".to_owned()),
            Status::Indexing { commit, done, total: 0 } if *done == 0 => {
                Some(format!("commit {} is being measured", commit.short()))
            }
            Status::Indexing { commit, done, total } => {
                Some(format!("commit {} is being measured: {done} of {total} files", commit.short()))
            }
            Status::Failed { why, .. } => Some(format!("the newest commit could not be measured: {why}")),
            Status::Gone { why } => Some(format!("the repository cannot be read now: {why}")),
        }
    }
}

/// The gate's answer on a commit that was served, at which it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
pub struct GateEvent {
    /// The commit, 40 hexadecimal digits.
    #[schemars(with = "CommitId")]
    pub commit: String,
    /// When it was committed, in seconds since the epoch.
    pub time: i64,
    /// The answer before, none for the first.
    pub before: Option<String>,
    /// The answer: `pass`, `fail` or `not-measured`.
    pub after: String,
}

impl GateEvent {
    /// Creates the event of a verdict.
    pub fn new(snapshot: &Snapshot, verdict: Verdict, before: Option<&str>) -> GateEvent {
        GateEvent {
            commit: snapshot.commit.id.to_string(),
            time: snapshot.commit.time,
            before: before.map(str::to_owned),
            after: verdict.as_str().to_owned(),
        }
    }
}

/// A served repository.
pub struct Repository {
    /// The name used in addresses.
    pub slug: String,
    /// The name shown to people.
    pub name: String,
    place: Place,
    shown: RwLock<Shown>,
}

/// The location of a repository, and how it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The work tree, or the repository folder if it is bare.
    pub path: PathBuf,
    /// The folder that the operator had scanned and that contained this repository: nothing outside of it is served.
    /// `None` if the operator named the repository itself. If it is set, both paths are free of links.
    pub scanned: Option<PathBuf>,
}

/// The mutable state of a served repository.
struct Shown {
    current: Option<Arc<Snapshot>>,
    summary: Option<Summary>,
    trend: Arc<Measured<Trend>>,
    status: Status,
    gate_events: Arc<Vec<GateEvent>>,
    took: Option<Duration>,
}

/// The summary of a snapshot, ready to send. It is the most frequent answer, so it is made once.
#[derive(Clone)]
pub struct Summary {
    /// The JSON text.
    pub text: Bytes,
    /// The entity tag.
    pub tag: HeaderValue,
}

/// The state of a repository at one moment. Pages are made from it.
#[derive(Clone)]
pub struct RepositoryView {
    /// The name used in addresses.
    pub slug: String,
    /// The name shown to people.
    pub name: String,
    /// The result of the last update.
    pub status: Status,
    /// The last commit that was measured completely.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The times at which the gate's verdict changed, oldest first.
    pub gate_events: Arc<Vec<GateEvent>>,
}

impl Repository {
    /// A repository without any results yet.
    pub fn new(slug: impl Into<String>, name: impl Into<String>, place: Place) -> Repository {
        let trend = Arc::new(Measured::pending("past commits are not measured yet"));
        let shown = Shown {
            current: None,
            summary: None,
            trend,
            status: Status::Waiting,
            gate_events: Arc::default(),
            took: None,
        };
        Repository { slug: slug.into(), name: name.into(), place, shown: RwLock::new(shown) }
    }

    /// The location on this machine. Never shown to a client.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The current state.
    pub fn view(&self) -> RepositoryView {
        let shown = self.shown();
        RepositoryView {
            slug: self.slug.clone(),
            name: self.name.clone(),
            status: shown.status.clone(),
            snapshot: shown.current.clone(),
            gate_events: Arc::clone(&shown.gate_events),
        }
    }

    /// The snapshot of the last commit that was measured completely.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.shown().current.clone()
    }

    /// The summary of that commit.
    pub fn summary(&self) -> Option<Summary> {
        self.shown().summary.clone()
    }

    /// Figures of past commits, as far as they are known.
    pub fn trend(&self) -> Measured<Trend> {
        let trend = Arc::clone(&self.shown().trend);
        (*trend).clone()
    }

    /// The result of the last update.
    pub fn status(&self) -> Status {
        self.shown().status.clone()
    }

    /// How long it took to measure the last commit.
    pub fn took(&self) -> Option<Duration> {
        self.shown().took
    }

    pub(crate) fn set_took(&self, took: Duration) {
        self.change(|shown| shown.took = Some(took));
    }

    pub(crate) fn set_status(&self, status: Status) {
        self.change(|shown| shown.status = status);
    }

    pub(crate) fn set_gate_events(&self, events: Vec<GateEvent>) {
        self.change(|shown| shown.gate_events = Arc::new(events));
    }

    /// Replaces the served snapshot and its summary, if it has a JSON form. The status does not change.
    pub(crate) fn publish(&self, snapshot: Arc<Snapshot>, summary: Option<Summary>) {
        self.change(|shown| {
            shown.current = Some(snapshot);
            shown.summary = summary;
        });
    }

    pub(crate) fn set_trend(&self, trend: Measured<Trend>) {
        self.change(|shown| shown.trend = Arc::new(trend));
    }

    fn shown(&self) -> RwLockReadGuard<'_, Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.shown.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// All served repositories, sorted by slug.
pub struct Repositories {
    all: Vec<Arc<Repository>>,
}

impl Repositories {
    /// Collects the repositories. If several have the same slug, the first one is kept.
    pub fn new(mut all: Vec<Arc<Repository>>) -> Repositories {
        all.sort_by(|a, b| a.slug.cmp(&b.slug));
        all.dedup_by(|a, b| a.slug == b.slug);
        Repositories { all }
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Repository>> {
        self.all.iter()
    }

    /// The one with that slug.
    pub fn get(&self, slug: &str) -> Option<&Arc<Repository>> {
        self.all
            .binary_search_by(|repository| repository.slug.as_str().cmp(slug))
            .ok()
            .map(|at| &self.all[at])
    }
}
