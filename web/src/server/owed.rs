//! Limits the bytes of finished answers that clients have not yet taken. An answer stays in memory until its client
//! takes it, and clients may be slow. Without a limit, many large answers taken slowly could use any amount of memory.

use crate::security::ClientAddress;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most bytes held for all clients.
const MOST: u64 = 512 << 20;
/// Most bytes held for one client.
const MOST_OF_ONE: u64 = MOST / 4;
/// Smaller answers are not counted. The number of connections is limited, so all of these together take at most 64 MiB.
const SMALL: u64 = 64 << 10;

/// The bytes held now.
#[derive(Default)]
pub struct Owed {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    all: u64,
    of: HashMap<ClientAddress, u64>,
}

/// An answer held in memory, until this is dropped.
pub struct Debt {
    owed: Arc<Owed>,
    client: ClientAddress,
    bytes: u64,
}

impl Owed {
    /// Registers an answer for a client. Returns `None` if too many bytes are held already. An answer above a limit is
    /// accepted only while nothing else counts against that limit.
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
