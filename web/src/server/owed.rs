//! How much of answers was made and is not taken yet. An answer lies in memory until its client has taken it, and a client may take
//! its time: many large answers, each taken slowly, would be as much memory as anybody wishes.

use crate::security::ClientAddress;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that lie there at most, for all clients.
const MOST: u64 = 512 << 20;
/// For one.
const MOST_OF_ONE: u64 = MOST / 4;
/// A smaller answer is not counted: connections are bounded, and all of them together hold no more than 64 MiB of those.
const SMALL: u64 = 64 << 10;

/// What lies there.
#[derive(Default)]
pub struct Owed {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    all: u64,
    of: HashMap<ClientAddress, u64>,
}

/// An answer that lies there, until this is dropped.
pub struct Debt {
    owed: Arc<Owed>,
    client: ClientAddress,
    bytes: u64,
}

impl Owed {
    /// Takes up an answer for a client. None when too much lies there already; an answer that is too large by itself has its turn
    /// when nothing else does.
    pub fn take(self: &Arc<Self>, client: ClientAddress, bytes: u64) -> Option<Debt> {
        let bytes = if bytes < SMALL { 0 } else { bytes };
        if bytes > 0 {
            let mut state = self.state();
            let own = state.of.get(&client).copied().unwrap_or(0);
            let fits = |lies: u64, most: u64| lies == 0 || lies.saturating_add(bytes) <= most;
            if !fits(own, MOST_OF_ONE) || !fits(state.all, MOST) {
                return None;
            }
            state.all += bytes;
            state.of.insert(client, own + bytes);
        }
        Some(Debt { owed: Arc::clone(self), client, bytes })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Debt {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut state = self.owed.state();
        state.all -= self.bytes;
        let left = state.of.get(&self.client).map_or(0, |own| own - self.bytes);
        if left == 0 {
            state.of.remove(&self.client);
        } else {
            state.of.insert(self.client, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u8) -> ClientAddress {
        ClientAddress::of(std::net::Ipv4Addr::new(192, 0, 2, number).into())
    }

    #[test]
    fn so_much_lies_there_for_one_client_and_for_all() {
        let owed = Arc::new(Owed::default());
        let take = |number: u8, bytes: u64| owed.take(client(number), bytes);
        let mut held: Vec<Debt> = (0..4).filter_map(|_| take(1, MOST_OF_ONE / 4)).collect();
        assert_eq!(held.len(), 4);
        assert!(take(1, SMALL).is_none());
        assert!(take(1, SMALL - 1).is_some(), "small ones are not counted");
        held.extend((2..5).filter_map(|number| take(number, MOST_OF_ONE)));
        assert_eq!(held.len(), 7, "nobody else is hindered");
        assert!(take(9, SMALL).is_none(), "all together have so much");
        held.pop();
        assert!(take(9, SMALL).is_some());
        drop(held);
        let state = owed.state();
        assert!(state.all == 0 && state.of.is_empty());
    }

    #[test]
    fn an_answer_that_is_too_large_comes_alone() {
        let owed = Arc::new(Owed::default());
        let large = owed.take(client(1), 2 * MOST);
        assert!(large.is_some());
        assert!(owed.take(client(1), SMALL).is_none() && owed.take(client(2), SMALL).is_none());
        drop(large);
        let small = owed.take(client(1), SMALL);
        assert!(small.is_some() && owed.take(client(1), 2 * MOST).is_none());
    }
}
