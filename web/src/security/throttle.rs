//! Slows down clients that guess the token.
//!
//! ```text
//! request with a token ─▶ does its client have an attempt left? ──no──▶ 429, and the token was not even compared
//!                                       │ yes
//!                                       ▼
//!                                    compare ──right──▶ admitted, nothing is spent
//!                                       └─────wrong───▶ 401, the attempt is spent
//! ```
//!
//! A token that is not compared cannot be guessed, no matter how many connections ask at once. Attempts come back over
//! time. Each client with a wrong guess has its own budget, so nobody can lock out others. If many clients guess
//! together, each one must wait until its own budget is full again.

use super::ClientAddress;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wrong tokens in a row that one client may send.
pub const ATTEMPTS: u32 = 20;
/// Time until one attempt comes back.
pub const PAUSE: Duration = Duration::from_secs(1);
/// The limit for all clients together.
const ATTEMPTS_OF_ALL: u32 = 200;
/// See [`ATTEMPTS_OF_ALL`].
const PAUSE_OF_ALL: Duration = Duration::from_millis(100);
/// The limit for all clients of one site. A site has 65,536 networks, and each of them counts as a client.
const ATTEMPTS_OF_SITE: u32 = 100;
/// See [`ATTEMPTS_OF_SITE`].
const PAUSE_OF_SITE: Duration = Duration::from_millis(200);
/// Most clients remembered, and most sites.
const MOST_CLIENTS: usize = 4_096;

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The token was right.
    Right,
    /// The token was wrong.
    Wrong,
    /// The token was not checked because there were too many wrong ones. Another attempt is possible after this time.
    TooMany(Duration),
}

/// Counts recent wrong tokens, in total and per client.
#[derive(Debug, Default)]
pub struct Throttle {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Clients that guessed wrongly.
    clients: Budgets,
    /// Sites of those clients.
    sites: Budgets,
    all: Option<Budget>,
}

/// Budgets of the clients or sites with wrong guesses.
#[derive(Debug, Default)]
struct Budgets(HashMap<ClientAddress, Budget>);

/// A budget of attempts that refills over time. It stores the moment at which it is full again.
#[derive(Debug, Clone, Copy)]
struct Budget {
    whole_at: Instant,
}

impl Budget {
    /// The wait until an attempt is available, for a budget of this many attempts with this pause.
    fn wait(self, now: Instant, attempts: u32, pause: Duration) -> Duration {
        let missing = self.whole_at.saturating_duration_since(now);
        missing.saturating_sub(pause * (attempts - 1))
    }

    fn spent(self, now: Instant, pause: Duration) -> Budget {
        Budget { whole_at: self.whole_at.max(now) + pause }
    }
}

impl Throttle {
    /// Checks a client's token if the client has an attempt left. `is_right` is called at most once. No other attempt
    /// runs meanwhile, so parallel attempts gain nothing over attempts in sequence.
    pub fn attempt(&self, client: ClientAddress, now: Instant, is_right: impl FnOnce() -> bool) -> Attempt {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = state.wait(client, now);
        if !wait.is_zero() {
            return Attempt::TooMany(wait);
        }
        if is_right() {
            return Attempt::Right;
        }
        state.spend(client, now);
        Attempt::Wrong
    }
}

impl State {
    /// How long the client must wait until its next attempt.
    fn wait(&self, client: ClientAddress, now: Instant) -> Duration {
        let of_site = client.site().and_then(|site| self.sites.0.get(&site));
        let of_site = of_site.map_or(Duration::ZERO, |all| all.wait(now, ATTEMPTS_OF_SITE, PAUSE_OF_SITE));
        let Some(own) = self.clients.0.get(&client) else {
            return of_site;
        };
        let all = self.all.map_or(Duration::ZERO, |all| all.wait(now, ATTEMPTS_OF_ALL, PAUSE_OF_ALL));
        // When all clients together exceed the limit, a client with a wrong guess waits until its own budget is full.
        let attempts = if all.is_zero() { ATTEMPTS } else { 1 };
        own.wait(now, attempts, PAUSE).max(of_site)
    }

    fn spend(&mut self, client: ClientAddress, now: Instant) {
        self.all = Some(self.all.unwrap_or(Budget { whole_at: now }).spent(now, PAUSE_OF_ALL));
        self.clients.spend(client, now, PAUSE);
        if let Some(site) = client.site() {
            self.sites.spend(site, now, PAUSE_OF_SITE);
        }
    }
}

impl Budgets {
    fn spend(&mut self, of: ClientAddress, now: Instant, pause: Duration) {
        let known = &mut self.0;
        let own = known.get(&of).copied().unwrap_or(Budget { whole_at: now }).spent(now, pause);
        if known.len() >= MOST_CLIENTS && !known.contains_key(&of) {
            known.retain(|_, budget| budget.whole_at > now);
            // Still too many: drop the budget that is full first, since it records the fewest wrong guesses.
            if known.len() >= MOST_CLIENTS
                && let Some(first) = known.iter().min_by_key(|(_, budget)| budget.whole_at)
            {
                let first = *first.0;
                known.remove(&first);
            }
        }
        known.insert(of, own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn client(number: u32) -> ClientAddress {
        ClientAddress::of(std::net::Ipv4Addr::from_bits(0x0a00_0000 + number).into())
    }

    /// How many of these wrong attempts were compared.
    fn compared(throttle: &Throttle, client: ClientAddress, now: Instant, attempts: usize) -> u32 {
        let compared = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..attempts / 8 {
                        let wrong = || {
                            compared.fetch_add(1, Ordering::SeqCst);
                            false
                        };
                        throttle.attempt(client, now, wrong);
                    }
                });
            }
        });
        compared.into_inner()
    }

    #[test]
    fn as_many_are_compared_as_time_allows_however_many_are_made_at_once() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        assert_eq!(compared(&throttle, client(1), start, 8_000), ATTEMPTS);
        assert_eq!(compared(&throttle, client(1), start, 8_000), 0);
        for second in 1..100 {
            assert_eq!(compared(&throttle, client(1), start + second * PAUSE, 800), 1, "{second}");
        }
        let later = start + Duration::from_secs(24 * 60 * 60);
        assert_eq!(compared(&throttle, client(1), later, 8_000), ATTEMPTS, "more do not gather");
    }

    #[test]
    fn the_answer_to_one_too_many_does_not_tell_whether_it_is_right() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        compared(&throttle, client(1), now, 800);
        let attempt = throttle.attempt(client(1), now, || panic!("it is compared"));
        assert_eq!(attempt, Attempt::TooMany(PAUSE));
        assert_eq!(throttle.attempt(client(1), now + PAUSE, || true), Attempt::Right);
    }

    #[test]
    fn who_guesses_locks_nobody_else_out() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..1_000 {
            compared(&throttle, client(number), now, 80);
        }
        assert_eq!(throttle.attempt(client(5_000), now, || true), Attempt::Right);
        // One wrong attempt among the guesses of others, and the right token a little later.
        assert_eq!(throttle.attempt(client(5_000), now, || false), Attempt::Wrong);
        assert_eq!(throttle.attempt(client(5_000), now + PAUSE, || true), Attempt::Right);
    }

    #[test]
    fn many_clients_together_are_slowed_down_too() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let all: u32 = (0..500).map(|number| compared(&throttle, client(number), now, 80)).sum();
        assert!(all <= ATTEMPTS_OF_ALL + 500, "{all}");
        // Now each client has one attempt at a time, never several in a row.
        let later = now + ATTEMPTS * PAUSE;
        let all: u32 = (0..5).map(|number| compared(&throttle, client(number), later, 80)).sum();
        assert_eq!(all, 5);
    }

    /// The owner of a site has 65,536 networks and may guess once from each of them.
    #[test]
    fn networks_of_one_site_guess_no_quicker_than_five_clients() {
        let network = |site: u16, number: u16| {
            ClientAddress::of(std::net::Ipv6Addr::new(0x2001, 0xdb8, site, number, 0, 0, 0, 1).into())
        };
        let (throttle, start) = (Throttle::default(), Instant::now());
        let all: u32 = (0..1_000).map(|number| compared(&throttle, network(1, number), start, 8)).sum();
        assert_eq!(all, ATTEMPTS_OF_SITE);
        let later = start + Duration::from_secs(1);
        let all: u32 = (1_000..2_000).map(|number| compared(&throttle, network(1, number), later, 8)).sum();
        assert_eq!(all, 5);
        assert_eq!(
            throttle.attempt(network(2, 0), later, || true),
            Attempt::Right,
            "another site is not held up"
        );
        for number in 0..2 * u16::try_from(MOST_CLIENTS).expect("it is small") {
            throttle.attempt(network(number, 0), later, || false);
        }
        assert!(throttle.state.lock().expect("nobody panicked").sites.0.len() <= MOST_CLIENTS);
    }

    #[test]
    fn right_tokens_cost_nothing() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..1_000 {
            assert_eq!(throttle.attempt(client(1), now, || true), Attempt::Right);
        }
    }

    #[test]
    fn only_so_many_clients_are_remembered() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..2 * u32::try_from(MOST_CLIENTS).expect("it is small") {
            throttle.attempt(client(number), now, || false);
        }
        assert!(throttle.state.lock().expect("nobody panicked").clients.0.len() <= MOST_CLIENTS);
    }
}
