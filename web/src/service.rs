//! What all requests share.

use crate::events::Events;
use crate::fairness::{Turn, Turns};
use crate::index::Indexer;
use crate::metrics::Metrics;
use crate::security::{ClientAddress, Hosts, Sessions, Throttle, Token};
use crate::state::Repositories;
use std::sync::Arc;

/// Answers that are made at the same time; others wait.
const AT_ONCE: usize = 8;

/// What all requests share.
pub struct Service {
    /// What is served.
    pub repositories: Arc<Repositories>,
    /// Listeners to events.
    pub events: Events,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Keeps snapshots up to date.
    pub indexer: Indexer,
    /// The names we answer to.
    pub hosts: Hosts,
    /// The secret that clients must know, if they must.
    pub token: Option<Token>,
    /// Browsers that showed the token.
    pub sessions: Sessions,
    /// Slows down clients that guess the token.
    pub throttle: Throttle,
    turns: Arc<Turns>,
    live: Arc<Turns>,
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
            throttle: Throttle::default(),
            turns: Turns::new(AT_ONCE),
            live: Turns::new(1),
        }
    }

    /// Leave to answer a question by a session of its own, one at a time; none when too many others are waiting for it.
    pub async fn leave_to_measure(&self, client: ClientAddress) -> Option<Turn> {
        self.live.next(client).await
    }

    /// Leave to make an answer that costs something; none when too many others are waiting for it.
    pub async fn leave(&self, client: ClientAddress) -> Option<Turn> {
        self.turns.next(client).await
    }
}
