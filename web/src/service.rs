//! State shared by all requests.

use crate::events::Events;
use crate::fairness::{Turn, Turns};
use crate::index::Indexer;
use crate::metrics::Metrics;
use crate::security::{ClientAddress, Hosts, Sessions, Throttle, Token};
use crate::state::Repositories;
use std::sync::Arc;

/// Most answers made at the same time; others wait.
const AT_ONCE: usize = 8;

/// State shared by all requests.
pub struct Service {
    /// The served repositories.
    pub repositories: Arc<Repositories>,
    /// Subscribers to events.
    pub events: Events,
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// Keeps snapshots up to date.
    pub indexer: Indexer,
    /// The host names that we answer to.
    pub hosts: Hosts,
    /// The token that clients must send, if one is required.
    pub token: Option<Token>,
    /// Browsers that logged in with the token.
    pub sessions: Sessions,
    /// Slows down clients that guess the token.
    pub throttle: Throttle,
    turns: Arc<Turns>,
    live: Arc<Turns>,
}

impl Service {
    /// Creates a service from its parts.
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
            throttle: Throttle::default(),
            turns: Turns::new(AT_ONCE),
            live: Turns::new(1),
        }
    }

    /// A permit to answer a question with its own session, one at a time. `None` if too many others are waiting.
    pub async fn leave_to_measure(&self, client: ClientAddress) -> Option<Turn> {
        self.live.next(client).await
    }

    /// A permit to make an expensive answer. `None` if too many others are waiting.
    pub async fn leave(&self, client: ClientAddress) -> Option<Turn> {
        self.turns.next(client).await
    }
}
