//! Turns for expensive work: a limited number at a time, and clients alternate, so that one with many requests delays
//! only itself.

use crate::security::ClientAddress;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Limit on waiting requests; more are turned away.
const WAITING: usize = 512;
/// Limit for one client.
const WAITING_OF_ONE: usize = WAITING / 2;
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Gives out turns.
pub struct Turns {
    state: Mutex<State>,
}

struct State {
    free: usize,
    waiting: usize,
    /// Waiting requests by client, and the clients in the order of their turns.
    queues: BTreeMap<ClientAddress, VecDeque<oneshot::Sender<Turn>>>,
    order: VecDeque<ClientAddress>,
}

/// A turn, until it is dropped.
pub struct Turn {
    turns: Option<Arc<Turns>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.turns.take() {
            turns.pass_on();
        }
    }
}

impl Turns {
    /// Gives out this many turns at a time.
    pub fn new(at_once: usize) -> Arc<Turns> {
        let state = State { free: at_once, waiting: 0, queues: BTreeMap::new(), order: VecDeque::new() };
        Arc::new(Turns { state: Mutex::new(state) })
    }

    /// The next turn of a client; none if too many requests wait, or the wait is too long.
    pub async fn next(self: &Arc<Self>, client: ClientAddress) -> Option<Turn> {
        let receiver = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Some(Turn { turns: Some(Arc::clone(self)) });
            }
            state.wait(client)?
        };
        tokio::time::timeout(LONGEST_WAIT, receiver).await.ok()?.ok()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a finished turn to the next one.
    fn pass_on(self: Arc<Self>) {
        let mut state = self.state();
        while let Some(next) = state.pop() {
            let turn = Turn { turns: Some(Arc::clone(&self)) };
            match next.send(turn) {
                Ok(()) => return,
                // The client is gone; dropping its turn must not call this function again.
                Err(mut turn) => turn.turns = None,
            }
        }
        state.free += 1;
    }
}

impl State {
    /// Puts a client at the end of its queue.
    fn wait(&mut self, client: ClientAddress) -> Option<oneshot::Receiver<Turn>> {
        let own = self.queues.get(&client).map_or(0, VecDeque::len);
        if self.waiting >= WAITING || own >= WAITING_OF_ONE {
            self.forget_gone();
        }
        let own = self.queues.get(&client).map_or(0, VecDeque::len);
        if self.waiting >= WAITING || own >= WAITING_OF_ONE {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        let queue = self.queues.entry(client).or_default();
        if queue.is_empty() {
            self.order.push_back(client);
        }
        queue.push_back(sender);
        self.waiting += 1;
        Some(receiver)
    }

    /// The first request of the next client, which then goes to the end of the queue.
    fn pop(&mut self) -> Option<oneshot::Sender<Turn>> {
        let client = self.order.pop_front()?;
        let queue = self.queues.get_mut(&client)?;
        let next = queue.pop_front();
        if queue.is_empty() {
            self.queues.remove(&client);
        } else {
            self.order.push_back(client);
        }
        self.waiting -= usize::from(next.is_some());
        next
    }

    /// Removes requests that no longer wait.
    fn forget_gone(&mut self) {
        for queue in self.queues.values_mut() {
            queue.retain(|sender| !sender.is_closed());
        }
        self.queues.retain(|_, queue| !queue.is_empty());
        self.order.retain(|client| self.queues.contains_key(client));
        self.waiting = self.queues.values().map(VecDeque::len).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u8) -> ClientAddress {
        ClientAddress::of(std::net::Ipv4Addr::new(192, 0, 2, number).into())
    }

    #[tokio::test(start_paused = true)]
    async fn clients_take_turns_and_one_with_many_requests_waits_for_itself() {
        let turns = Turns::new(1);
        let held = turns.next(client(1)).await.expect("it is free");
        let (sender, mut done) = tokio::sync::mpsc::unbounded_channel();
        let ask = |number: u8| {
            let (turns, sender) = (Arc::clone(&turns), sender.clone());
            tokio::spawn(async move {
                let turn = turns.next(client(number)).await;
                sender.send((number, turn.is_some())).expect("the test listens");
            })
        };
        let mut tasks: Vec<_> = (0..100).map(|_| ask(1)).collect();
        tokio::task::yield_now().await;
        tasks.extend([ask(2), ask(3)]);
        tokio::task::yield_now().await;
        drop(held);
        for task in tasks {
            task.await.expect("it does not panic");
        }
        let mut order = Vec::new();
        while let Ok((number, admitted)) = done.try_recv() {
            assert!(admitted);
            order.push(number);
        }
        assert_eq!(order.len(), 102);
        assert!(order[..4].contains(&2) && order[..4].contains(&3), "{:?}", &order[..4]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_or_goes_away_takes_no_turn_with_it() {
        let turns = Turns::new(1);
        let held = turns.next(client(1)).await.expect("it is free");
        assert!(turns.next(client(2)).await.is_none(), "nobody waits for ever");
        let gone = tokio::time::timeout(Duration::from_secs(1), turns.next(client(3))).await;
        assert!(gone.is_err());
        drop(held);
        assert!(turns.next(client(2)).await.is_some());
        assert_eq!(turns.state().free, 1);
        assert_eq!(turns.state().waiting, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn one_client_cannot_take_all_places_to_wait_in() {
        let turns = Turns::new(1);
        let _held = turns.next(client(1)).await.expect("it is free");
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let turns = Arc::clone(&turns);
                tokio::spawn(async move { turns.next(client(1)).await.is_some() })
            })
            .collect();
        for _ in 0..WAITING {
            tokio::task::yield_now().await;
        }
        assert_eq!(turns.state().waiting, WAITING_OF_ONE);
        assert!(turns.state().wait(client(2)).is_some());
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
