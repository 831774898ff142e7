//! The service's state: the repositories, each with a snapshot of its newest commit.

mod gate_events;
mod repository;
mod snapshot;
mod trend;

pub use gate_events::GateEvents;
pub use repository::{GateEvent, Place, Repositories, Repository, RepositoryView, Status, Summary};
pub use snapshot::{Commit, NewCode, RECENT_COMMITS, RecentCommit, Snapshot, TDG_FUNCTIONS};
pub use trend::{Past, Series, Tag, Trend};
