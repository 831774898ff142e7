//! Open connections, and the choice of which to close when there are too many.

use super::owed::Debt;
use crate::security::ClientAddress;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Most connections at once.
pub const MOST_CONNECTIONS: usize = 1_024;
/// Most connections of one client.
pub const MOST_OF_ONE: usize = MOST_CONNECTIONS / 4;

/// The open connections. When there are too many, a new one replaces the one that has been idle longest.
#[derive(Default)]
pub struct Places {
    state: Mutex<State>,
    left: Notify,
}

#[derive(Default)]
struct State {
    all: BTreeMap<u64, Held>,
    of: HashMap<ClientAddress, usize>,
    /// Counts up. Among idle connections, the one with the lowest number has been idle longest.
    clock: u64,
}

struct Held {
    client: ClientAddress,
    /// None while a request is being answered.
    idle_since: Option<u64>,
    leave: Arc<Notify>,
}

/// The place of a connection. Dropping it frees the place.
pub struct Place {
    places: Arc<Places>,
    number: u64,
    leave: Arc<Notify>,
    /// The whole answer has been handed over and is being sent.
    handed_over: AtomicBool,
    /// Answers that are being sent.
    debts: Mutex<Vec<Debt>>,
}

impl Places {
    /// Takes a place for a client's connection. `None` if all places are taken by connections with running requests.
    pub fn take(self: &Arc<Self>, client: ClientAddress) -> Option<Place> {
        let mut state = self.state();
        if state.of.get(&client).is_some_and(|own| *own >= MOST_OF_ONE) {
            state.make_room(|held| held.client == client)?;
        } else if state.all.len() >= MOST_CONNECTIONS {
            state.make_room(|_| true)?;
        }
        let number = state.tick();
        let leave = Arc::new(Notify::new());
        let held = Held { client, idle_since: Some(number), leave: Arc::clone(&leave) };
        state.all.insert(number, held);
        *state.of.entry(client).or_default() += 1;
        Some(Place {
            places: Arc::clone(self),
            number,
            leave,
            handed_over: AtomicBool::new(false),
            debts: Mutex::default(),
        })
    }

    /// Closes the connection that has been idle longest, if there is one.
    pub fn give_way(&self) {
        // If none is idle, some will end soon.
        let _ = self.state().make_room(|_| true);
    }

    /// Returns when all connections have left.
    pub async fn empty(&self) {
        loop {
            let left = self.left.notified();
            if self.state().all.is_empty() {
                return;
            }
            left.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// Closes the connection that has been idle longest, if there is one.
    fn make_room(&mut self, may_go: impl Fn(&Held) -> bool) -> Option<()> {
        let idle = self.all.iter().filter(|(_, held)| may_go(held));
        let idle = idle.filter_map(|(number, held)| Some((held.idle_since?, *number)));
        let (_, oldest) = idle.min()?;
        let held = self.remove(oldest)?;
        held.leave.notify_one();
        Some(())
    }

    fn remove(&mut self, number: u64) -> Option<Held> {
        let held = self.all.remove(&number)?;
        if let Some(own) = self.of.get_mut(&held.client) {
            *own -= 1;
            if *own == 0 {
                self.of.remove(&held.client);
            }
        }
        Some(held)
    }
}

impl Place {
    /// Returns when another connection needs the place.
    pub async fn told_to_leave(&self) {
        self.leave.notified().await;
    }

    /// True while no request is being answered.
    pub fn is_idle(&self) -> bool {
        self.places.state().all.get(&self.number).is_none_or(|held| held.idle_since.is_some())
    }

    /// Marks the start of a request.
    pub fn busy(&self) {
        self.set(|_| None);
    }

    /// Keeps the answer counted until all of it has been sent.
    pub fn owes(&self, debt: Debt) {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner).push(debt);
    }

    /// The whole answer has been handed over.
    pub fn handed_over(&self) {
        self.handed_over.store(true, Ordering::SeqCst);
    }

    /// Everything has been written. If that was the end of an answer, the connection is idle from now on.
    pub fn flushed(&self) {
        if self.handed_over.swap(false, Ordering::SeqCst) {
            self.debts.lock().unwrap_or_else(PoisonError::into_inner).clear();
            self.set(Some);
        }
    }

    fn set(&self, idle_since: impl FnOnce(u64) -> Option<u64>) {
        let mut state = self.places.state();
        let now = state.tick();
        if let Some(held) = state.all.get_mut(&self.number) {
            held.idle_since = idle_since(now);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.state().remove(self.number);
        self.places.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn client(number: u32) -> ClientAddress {
        ClientAddress::of(std::net::Ipv4Addr::from_bits(number).into())
    }

    fn leaves(place: &Place) -> bool {
        place.told_to_leave().now_or_never().is_some()
    }

    #[tokio::test]
    async fn one_client_has_so_many_and_its_oldest_idle_one_goes_first() {
        let places = Arc::new(Places::default());
        let held: Vec<Place> = (0..MOST_OF_ONE).filter_map(|_| places.take(client(1))).collect();
        assert_eq!(held.len(), MOST_OF_ONE);
        held[0].busy();
        held[1].busy();
        held[1].flushed();
        assert!(!held[1].is_idle());
        held[1].handed_over();
        held[1].flushed();
        assert!(held[1].is_idle());
        let more = places.take(client(1));
        assert!(more.is_some() && leaves(&held[2]) && !leaves(&held[0]) && !leaves(&held[1]));
        held.iter().for_each(Place::busy);
        more.iter().for_each(Place::busy);
        assert!(places.take(client(1)).is_none(), "all are being answered");
        assert!(places.take(client(2)).is_some(), "nobody else is hindered");
    }

    #[tokio::test]
    async fn when_all_places_are_taken_the_oldest_idle_one_goes() {
        let places = Arc::new(Places::default());
        let number = |at: usize| u32::try_from(at).expect("it is small");
        let held: Vec<Place> =
            (0..MOST_CONNECTIONS).filter_map(|at| places.take(client(number(at)))).collect();
        assert_eq!(held.len(), MOST_CONNECTIONS);
        held[0].busy();
        let late = places.take(client(99_999)).expect("an idle one goes");
        assert!(leaves(&held[1]) && !leaves(&held[0]) && !leaves(&held[2]));
        held.iter().for_each(Place::busy);
        late.busy();
        assert!(places.take(client(99_998)).is_none());
        drop(late);
        assert!(places.take(client(99_998)).is_some());
    }

    #[tokio::test]
    async fn it_is_known_when_all_have_left() {
        let places = Arc::new(Places::default());
        assert!(places.empty().now_or_never().is_some());
        let held = places.take(client(1)).expect("there is room");
        assert!(places.empty().now_or_never().is_none());
        let waiting = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.empty().await }
        });
        tokio::task::yield_now().await;
        drop(held);
        waiting.await.expect("it does not panic");
        assert!(places.state().of.is_empty());
    }
}
