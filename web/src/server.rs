//! Connections: accepted, bounded in number, dropped when they are too slow, drained at the end.

use crate::metrics::Metrics;
use crate::routes;
use crate::service::Service;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Sleep;

/// Connections at once.
const MOST_CONNECTIONS: usize = 1_024;
/// The head of a request is there by then, also the next one of a connection that is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// A client takes the next bytes by then.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of a request's head at most.
const MOST_HEAD_BYTES: usize = 16 * 1024;
/// Header fields at most.
const MOST_HEADERS: usize = 64;
/// Requests that are being answered when the service ends get so much time.
const DRAIN: Duration = Duration::from_secs(10);

const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";

/// Answers until `stop` says so, then finishes what is being answered.
pub async fn run(listener: TcpListener, service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told(&mut stop) => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                // Out of file descriptors: some come back when other connections end.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => {
                tokio::spawn(connection(stream, Arc::clone(&service), stop.clone(), place));
            }
            Err(_) => {
                service.metrics.turned_away.add(1);
                tokio::spawn(turn_away(stream));
            }
        }
    }
    drop(listener);
    service.events.close();
    let all = u32::try_from(MOST_CONNECTIONS).unwrap_or(u32::MAX);
    let drained = tokio::time::timeout(DRAIN, places.acquire_many(all)).await;
    if drained.is_err() {
        tracing::warn!("some clients were cut off");
    }
}

/// Returns when the service is told to end.
async fn told(stop: &mut watch::Receiver<bool>) {
    // A sender that is gone means the end, too.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn turn_away(mut stream: TcpStream) {
    // A client that does not read it is none.
    let _ = tokio::time::timeout(Duration::from_secs(1), stream.write_all(TOO_MANY)).await;
}

async fn connection(
    stream: TcpStream,
    service: Arc<Service>,
    mut stop: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    // Small answers must not wait for more.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Impatient::new(stream, Arc::clone(&service.metrics)));
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(routes::answer(service, request.map(Body::new)).await) }
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
        () = told(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A connection that gives up on a client which takes no bytes for too long.
struct Impatient<S> {
    stream: S,
    metrics: Arc<Metrics>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<S> Impatient<S> {
    fn new(stream: S, metrics: Arc<Metrics>) -> Self {
        Impatient { stream, metrics, deadline: None }
    }

    /// The outcome of an attempt to write, or an error when attempts have failed for too long.
    fn or_too_slow<T>(
        &mut self,
        context: &mut Context<'_>,
        tried: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.deadline = None;
            return tried;
        }
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(WRITE_TIMEOUT)));
        match deadline.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                self.metrics.too_slow.add(1);
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.or_too_slow(context, tried)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(context);
        self.or_too_slow(context, tried)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(context);
        self.or_too_slow(context, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.or_too_slow(context, tried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up() {
        let metrics = Arc::new(Metrics::default());
        let (near, far) = tokio::io::duplex(8);
        let mut stream = Impatient::new(near, Arc::clone(&metrics));
        let written = stream.write_all(b"more than eight bytes").await;
        assert_eq!(written.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
        drop(far);
    }
}
