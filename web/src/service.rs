//! What all requests share.

use crate::events::Events;
use crate::index::Indexer;
use crate::metrics::Metrics;
use crate::security::{Hosts, Sessions, Token};
use crate::state::Repositories;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Answers that are made at the same time; others wait.
const AT_ONCE: usize = 8;
/// Requests that wait for that; others are turned away.
const WAITING: usize = 512;
/// Nobody waits longer.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What all requests share.
pub struct Service {
    /// What is served.
    pub repositories: Arc<Repositories>,
    /// Who listens.
    pub events: Events,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Who keeps snapshots up to date.
    pub indexer: Indexer,
    /// The names we answer to.
    pub hosts: Hosts,
    /// The secret that clients must know, if they must.
    pub token: Option<Token>,
    /// Browsers that showed the token.
    pub sessions: Sessions,
    /// Wrong tokens are answered slowly, and few at a time.
    pub guesses: Semaphore,
    making: Semaphore,
    waiting: Semaphore,
}

impl Service {
    /// A service of these parts.
    pub fn new(
        repositories: Arc<Repositories>,
        events: Events,
        metrics: Arc<Metrics>,
        indexer: Indexer,
        access: (Hosts, Option<Token>),
    ) -> Service {
        let (hosts, token) = access;
        Service {
            repositories,
            events,
            metrics,
            indexer,
            hosts,
            token,
            sessions: Sessions::default(),
            guesses: Semaphore::new(4),
            making: Semaphore::new(AT_ONCE),
            waiting: Semaphore::new(WAITING),
        }
    }

    /// Leave to make an answer that costs something; none when too many others are waiting for it.
    pub async fn leave(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(leave) = self.making.try_acquire() {
            return Some(leave);
        }
        let waiting = self.waiting.try_acquire().ok()?;
        let leave = tokio::time::timeout(LONGEST_WAIT, self.making.acquire()).await;
        drop(waiting);
        leave.ok()?.ok()
    }
}
