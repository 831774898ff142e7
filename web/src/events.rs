//! Live events: server-sent events (WHATWG HTML, section 9.2).

use crate::security::ClientAddress;
use crate::state::{Repository, Snapshot, Status};
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use gates::Verdict;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::Instant;

/// Limit on simultaneous streams.
const MOST_STREAMS: usize = 200;
/// Limit for one client.
const MOST_OF_ONE: usize = MOST_STREAMS / 4;
/// A stream ends after this time, so that a forgotten client does not keep it forever; browsers reconnect by
/// themselves.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
/// A client that is this many events behind is dropped: it requests the newest state when it reconnects.
const MOST_BEHIND: usize = 64;
/// A line is sent at least this often, so that a connection that died is noticed on both sides.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Browsers reconnect after this many milliseconds.
const RETRY: &str = "retry: 2000\n\n";

/// Something that happened to a repository.
#[derive(Debug, Clone)]
pub struct Event {
    slug: Arc<str>,
    /// As it is sent.
    text: Bytes,
}

#[derive(Serialize)]
struct SnapshotData<'a> {
    repository: &'a str,
    commit: String,
    time: i64,
    branch: Option<&'a str>,
    gate: Option<&'static str>,
}

#[derive(Serialize)]
struct StatusData<'a> {
    repository: &'a str,
    #[serde(flatten)]
    status: &'a Status,
}

impl Event {
    /// The event that a commit was measured and is now served.
    pub fn snapshot(snapshot: &Snapshot) -> Event {
        let data = SnapshotData {
            repository: &snapshot.slug,
            commit: snapshot.commit.id.to_string(),
            time: snapshot.commit.time,
            branch: snapshot.commit.branch.as_deref(),
            gate: snapshot.verdict().map(Verdict::as_str),
        };
        Event::new("snapshot", &snapshot.slug, &data)
    }

    /// The event that the status of a repository changed.
    pub fn status(repository: &Repository) -> Event {
        let data = StatusData { repository: &repository.slug, status: &repository.status() };
        Event::new("status", &repository.slug, &data)
    }

    fn new(name: &str, slug: &str, data: &impl Serialize) -> Event {
        let data = facts::visible::json::to_string(data).expect("strings and numbers have a JSON form");
        Event { slug: slug.into(), text: Bytes::from(format!("event: {name}\ndata: {data}\n\n")) }
    }
}

/// Sends and receives events.
#[derive(Clone)]
pub struct Events {
    sender: broadcast::Sender<Event>,
    clients: Clients,
    /// Signals the end of the service, which ends every stream.
    closed: broadcast::Sender<()>,
}

impl Default for Events {
    fn default() -> Self {
        let sender = broadcast::Sender::new(MOST_BEHIND);
        Events { sender, clients: Clients::default(), closed: broadcast::Sender::new(1) }
    }
}

impl Events {
    /// Sends an event to all listeners.
    pub fn send(&self, event: Event) {
        // Nobody may be listening.
        let _ = self.sender.send(event);
    }

    /// Clients that listen now.
    pub fn clients(&self) -> usize {
        self.clients.streams().values().sum()
    }

    /// Ends every stream.
    pub fn close(&self) {
        // Nobody may be listening.
        let _ = self.closed.send(());
    }

    /// The stream of events of one repository, or of all, for a client. `None` if the client, or the service, has too
    /// many.
    pub fn stream(&self, client: ClientAddress, slug: Option<String>) -> Option<Response> {
        let client = self.clients.admit(client)?;
        let listener = Listener {
            receiver: self.sender.subscribe(),
            closed: self.closed.subscribe(),
            slug,
            first: true,
            end: Instant::now() + LIFETIME,
            _client: client,
        };
        let chunks = stream::unfold(listener, |mut listener| async move {
            let chunk = listener.next().await?;
            Some((Ok::<_, std::convert::Infallible>(chunk), listener))
        });
        let mut response = Body::from_stream(chunks).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Proxies such as nginx would buffer events.
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        Some(response)
    }
}

/// How many streams each client has.
#[derive(Clone, Default)]
struct Clients(Arc<Mutex<HashMap<ClientAddress, usize>>>);

impl Clients {
    fn streams(&self) -> MutexGuard<'_, HashMap<ClientAddress, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, address: ClientAddress) -> Option<Client> {
        let mut streams = self.streams();
        let all: usize = streams.values().sum();
        let own = streams.get(&address).copied().unwrap_or(0);
        if all >= MOST_STREAMS || own >= MOST_OF_ONE {
            return None;
        }
        streams.insert(address, own + 1);
        Some(Client { address, of: self.clone() })
    }
}

/// A stream of a client, counted as long as it lives.
struct Client {
    address: ClientAddress,
    of: Clients,
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut streams = self.of.streams();
        let left = streams.get(&self.address).map_or(0, |own| own - 1);
        if left == 0 {
            streams.remove(&self.address);
        } else {
            streams.insert(self.address, left);
        }
    }
}

struct Listener {
    receiver: broadcast::Receiver<Event>,
    closed: broadcast::Receiver<()>,
    slug: Option<String>,
    first: bool,
    end: Instant,
    _client: Client,
}

impl Listener {
    /// The next piece of the stream; none when it ends.
    async fn next(&mut self) -> Option<Bytes> {
        if std::mem::take(&mut self.first) {
            return Some(Bytes::from_static(RETRY.as_bytes()));
        }
        loop {
            tokio::select! {
                _ = self.closed.recv() => return None,
                () = tokio::time::sleep_until(self.end) => return None,
                event = self.receiver.recv() => match event {
                    Ok(event) if self.slug.as_deref().is_none_or(|slug| slug == &*event.slug) => {
                        return Some(event.text);
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
                },
                () = tokio::time::sleep(HEARTBEAT) => return Some(Bytes::from_static(b": alive\n\n")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    fn client(number: u8) -> ClientAddress {
        ClientAddress::of(std::net::Ipv4Addr::new(192, 0, 2, number).into())
    }

    fn event(slug: &str, number: usize) -> Event {
        Event::new("status", slug, &number)
    }

    #[tokio::test]
    async fn a_client_hears_of_its_repository_only() {
        let events = Events::default();
        let stream = events.stream(client(1), Some("a".to_owned())).expect("there are few clients");
        events.send(event("b", 1));
        events.send(event("a", 2));
        events.send(event("a", 3));
        let read = tokio::spawn(to_bytes(stream.into_body(), 10_000));
        tokio::task::yield_now().await;
        while !events.sender.is_empty() {
            tokio::task::yield_now().await;
        }
        events.close();
        let text = read.await.expect("the reader ends").expect("the stream ends");
        assert_eq!(&text[..], b"retry: 2000\n\nevent: status\ndata: 2\n\nevent: status\ndata: 3\n\n");
        assert_eq!(events.clients(), 0);
    }

    #[tokio::test]
    async fn a_client_that_is_too_slow_is_dropped_and_holds_nobody_up() {
        let events = Events::default();
        let stream = events.stream(client(1), None).expect("there are few clients");
        for number in 0..=2 * MOST_BEHIND {
            events.send(event("a", number));
        }
        let text = to_bytes(stream.into_body(), 10_000).await.expect("the stream ends");
        assert_eq!(&text[..], RETRY.as_bytes());
    }

    #[tokio::test]
    async fn the_number_of_streams_is_bounded_for_each_client_and_for_all() {
        let events = Events::default();
        let take = |number: u8| -> Vec<Response> {
            (0..2 * MOST_OF_ONE).filter_map(|_| events.stream(client(number), None)).collect()
        };
        let mut held: Vec<Vec<Response>> = (0..3).map(take).collect();
        assert!(held.iter().all(|own| own.len() == MOST_OF_ONE));
        assert!(events.stream(client(9), None).is_some(), "others still listen");
        held.extend((3..10).map(take));
        assert_eq!(events.clients(), MOST_STREAMS);
        assert!(events.stream(client(99), None).is_none());
        drop(held);
        assert_eq!(events.clients(), 0);
        assert!(events.stream(client(1), None).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn no_stream_is_held_for_ever() {
        let events = Events::default();
        let stream = events.stream(client(1), None).expect("there are few clients");
        let text = to_bytes(stream.into_body(), 100_000).await.expect("the stream ends");
        let beats = text.windows(7).filter(|part| part == b": alive").count();
        // The last heartbeat and the end come at the same moment.
        assert!(LIFETIME.as_secs() / HEARTBEAT.as_secs() - beats as u64 <= 1, "{beats}");
    }
}
