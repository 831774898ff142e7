//! Connections: accepts them, limits their number, drops slow ones and drains them at the end.

mod owed;
mod patience;
mod places;

use crate::problem::Problem;
use crate::routes;
use crate::security::{self, ClientAddress};
use crate::service::Service;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use owed::Owed;
use patience::Impatient;
use places::{Place, Places};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Time limit for receiving a request's head, also for the next request of a kept connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Most bytes in a request's head.
const MOST_HEAD_BYTES: usize = 16 * 1024;
/// Most header fields.
const MOST_HEADERS: usize = 64;
/// Time that running requests get when the service ends.
const DRAIN: Duration = Duration::from_secs(3);
/// Time that a connection which must give way gets for a request that may have begun at that moment.
const GIVE_WAY: Duration = Duration::from_secs(1);

const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";

/// Answers requests until `stop` is set, then finishes the running ones.
pub async fn run(listener: TcpListener, service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Places::default());
    let owed = Arc::new(Owed::default());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told(&mut stop) => break,
        };
        let (stream, client) = match accepted {
            Ok((stream, from)) => (stream, ClientAddress::of(from.ip())),
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                // Out of file descriptors. Some come back when other connections end.
                places.give_way();
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        match places.take(client) {
            Some(place) => {
                let shared = (Arc::clone(&service), Arc::clone(&owed));
                tokio::spawn(connection(stream, client, shared, stop.clone(), place));
            }
            None => {
                service.metrics.turned_away.add(1);
                tokio::spawn(turn_away(stream));
            }
        }
    }
    drop(listener);
    service.events.close();
    let drained = tokio::time::timeout(DRAIN, places.empty()).await;
    if drained.is_err() {
        tracing::warn!("some clients were cut off");
    }
}

/// Returns when the service is asked to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    // A dropped sender also means stop.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn turn_away(mut stream: TcpStream) {
    // If the client does not read it, that is no loss.
    let _ = tokio::time::timeout(Duration::from_secs(1), stream.write_all(TOO_MANY)).await;
}

async fn connection(
    stream: TcpStream,
    client: ClientAddress,
    (service, owed): (Arc<Service>, Arc<Owed>),
    mut stop: watch::Receiver<bool>,
    place: Place,
) {
    // Send small answers at once.
    let _ = stream.set_nodelay(true);
    let place = Arc::new(place);
    let flushed = Arc::clone(&place);
    let io = TokioIo::new(Impatient::new(stream, Arc::clone(&service.metrics), move || flushed.flushed()));
    let own = Arc::clone(&place);
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let (service, place, owed) = (Arc::clone(&service), Arc::clone(&own), Arc::clone(&owed));
        async move {
            let begun = || place.busy();
            let mut response =
                routes::answer(Arc::clone(&service), client, request.map(Body::new), begun).await;
            match owed.take(client, response.body().size_hint().lower()) {
                Some(debt) => place.owes(debt),
                None => {
                    service.metrics.turned_away.add(1);
                    response = not_taken();
                }
            }
            Ok::<_, Infallible>(response.map(|body| Answering { body, place }))
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MOST_HEAD_BYTES)
        .max_headers(MOST_HEADERS);
    let mut connection = std::pin::pin!(builder.serve_connection(io, answer));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = place.told_to_leave() => {
            connection.as_mut().graceful_shutdown();
            // Does not wait for the rest of a partial request.
            tokio::time::timeout(GIVE_WAY, connection).await.unwrap_or(Ok(()))
        }
        () = told(&mut stop) => {
            if place.is_idle() {
                return;
            }
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Sent instead of one more answer that would stay in memory.
fn not_taken() -> Response {
    let detail = "answers to your address are waiting to be received; receive those first";
    let mut response = Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).into_response();
    security::protect(response.headers_mut());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// The body of an answer. Reports when it has been handed over.
struct Answering {
    body: Body,
    place: Arc<Place>,
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.place.handed_over();
    }
}
