//! Connections to slow clients.

use crate::metrics::Metrics;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long to wait for a client that takes nothing.
const PATIENCE: Duration = Duration::from_secs(20);
/// A client that takes this many bytes per second is waited for indefinitely. A slower one uses up the patience.
const LEAST_RATE: u32 = 4 * 1024;

/// A connection that gives up on a client that takes its answers too slowly.
pub struct Impatient<S> {
    stream: S,
    metrics: Arc<Metrics>,
    /// The patience left. Updated when a wait ends.
    left: Duration,
    /// The start and the deadline of the current wait.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    /// Called when everything has been written.
    flushed: Box<dyn Fn() + Send>,
}

impl<S> Impatient<S> {
    /// Wraps a connection, and counts it when it is given up. `flushed` is called whenever everything has been written.
    pub fn new(stream: S, metrics: Arc<Metrics>, flushed: impl Fn() + Send + 'static) -> Self {
        Impatient { stream, metrics, left: PATIENCE, waiting: None, flushed: Box::new(flushed) }
    }

    /// The result of an attempt to write this many bytes, or an error if the client has been too slow for too long.
    fn or_too_slow<T>(
        &mut self,
        context: &mut Context<'_>,
        tried: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        if let Poll::Ready(result) = tried {
            if let Some((since, _)) = self.waiting.take() {
                self.left = self.left.saturating_sub(since.elapsed());
            }
            let bytes = result.as_ref().map_or(0, bytes);
            let earned = Duration::from_secs(1).mul_f64(bytes as f64 / f64::from(LEAST_RATE));
            self.left = (self.left + earned).min(PATIENCE);
            return Poll::Ready(result);
        }
        let left = self.left;
        let (_, until) =
            self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
        match until.as_mut().poll(context) {
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
        self.or_too_slow(context, tried, |written| *written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(context);
        if matches!(tried, Poll::Ready(Ok(()))) {
            (self.flushed)();
        }
        self.or_too_slow(context, tried, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(context);
        self.or_too_slow(context, tried, |()| 0)
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
        self.or_too_slow(context, tried, |written| *written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up() {
        let metrics = Arc::new(Metrics::default());
        let (near, far) = tokio::io::duplex(8);
        let mut stream = Impatient::new(near, Arc::clone(&metrics), || {});
        let written = stream.write_all(b"more than eight bytes").await;
        assert_eq!(written.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
        drop(far);
    }

    /// The result for an answer of 100,000 bytes whose client takes this many bytes after each pause.
    async fn taken(bytes: usize, pause: Duration) -> Result<(), io::ErrorKind> {
        let (near, mut far) = tokio::io::duplex(64);
        let mut stream = Impatient::new(near, Arc::default(), || {});
        let reader = tokio::spawn(async move {
            let mut taken = vec![0; bytes];
            loop {
                tokio::time::sleep(pause).await;
                if far.read(&mut taken).await.unwrap_or(0) == 0 {
                    return;
                }
            }
        });
        let written = stream.write_all(&[b'x'; 100_000]).await;
        drop(stream);
        reader.await.expect("it does not panic");
        written.map_err(|error| error.kind())
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_a_byte_now_and_then_is_given_up_too() {
        assert_eq!(taken(1, Duration::from_secs(5)).await, Err(io::ErrorKind::TimedOut));
        assert_eq!(taken(64, Duration::from_secs(1)).await, Err(io::ErrorKind::TimedOut));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_on_a_slow_line_is_waited_for() {
        assert_eq!(taken(64, Duration::from_millis(15)).await, Ok(()));
    }
}
