use axum::http::{HeaderMap, HeaderValue, header};
use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The name of the cookie.
pub const COOKIE: &str = "batuta_session";
/// The lifetime of a session.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);
/// Most sessions kept. Beyond this the oldest ones are dropped.
const MOST_SESSIONS: usize = 1_000;

/// Browsers that logged in with the token. The cookie that they received instead expires at a restart and reveals
/// nothing about the token.
#[derive(Default)]
pub struct Sessions {
    known: Mutex<VecDeque<(String, Instant)>>,
}

impl Sessions {
    /// Opens a session with a name that cannot be guessed.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn open(&self) -> io::Result<String> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut known = self.known();
        known.push_back((name.clone(), Instant::now()));
        while known.len() > MOST_SESSIONS {
            known.pop_front();
        }
        Ok(name)
    }

    /// True if the session was opened here and has not expired.
    pub fn knows(&self, name: &str) -> bool {
        let mut known = self.known();
        while known.front().is_some_and(|(_, since)| since.elapsed() > LIFETIME) {
            known.pop_front();
        }
        known.iter().any(|(own, _)| same(own, name))
    }

    /// Deletes a session.
    pub fn close(&self, name: &str) {
        self.known().retain(|(own, _)| !same(own, name));
    }

    /// The header that sets or clears the session cookie.
    pub fn cookie(name: Option<&str>) -> HeaderValue {
        let (value, age) = name.map_or(("", 0), |name| (name, LIFETIME.as_secs()));
        let text = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}");
        HeaderValue::from_str(&text).expect("a session's name is made of hexadecimal digits")
    }

    fn known(&self) -> MutexGuard<'_, VecDeque<(String, Instant)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares in constant time, so the duration does not reveal the position of the first difference.
fn same(own: &str, guess: &str) -> bool {
    let pairs = own.bytes().zip(guess.bytes());
    own.len() == guess.len() && std::hint::black_box(pairs.fold(0, |all, (a, b)| all | (a ^ b))) == 0
}

/// The session named in a request.
pub fn session_of(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_known_until_they_are_closed() {
        let sessions = Sessions::default();
        let (a, b) = (sessions.open().expect("random numbers"), sessions.open().expect("random numbers"));
        assert_ne!(a, b);
        assert_eq!(a.len(), 64);
        assert!(sessions.knows(&a) && sessions.knows(&b));
        assert!(!sessions.knows("") && !sessions.knows(&a[..63]));
        sessions.close(&a);
        assert!(!sessions.knows(&a) && sessions.knows(&b));
    }

    #[test]
    fn only_so_many_are_remembered() {
        let sessions = Sessions::default();
        let first = sessions.open().expect("random numbers");
        for _ in 0..MOST_SESSIONS {
            sessions.open().expect("random numbers");
        }
        assert!(!sessions.knows(&first));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; batuta_session=12ab; c=d"));
        assert_eq!(session_of(&headers), Some("12ab"));
        headers.insert(header::COOKIE, HeaderValue::from_static("xbatuta_session=12ab"));
        assert_eq!(session_of(&headers), None);
    }

    #[test]
    fn scripts_and_other_sites_do_not_get_the_cookie() {
        let cookie = Sessions::cookie(Some("12ab"));
        assert_eq!(cookie, "batuta_session=12ab; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");
    }
}
