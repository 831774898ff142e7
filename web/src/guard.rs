//! Code that handles a repository's content may panic: that is a bug, and somebody can push content that triggers it.
//! A panic costs only the figure or answer in which it happened. It is counted, and shown in place of the figure.

use crate::failure::Failure;
use crate::metrics::Metrics;
use facts::contained::{Fault, contained};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Runs `work`. A panic becomes an error that names what was being done.
///
/// # Errors
/// The error of the work, or that it panicked.
pub fn guarded<T>(
    metrics: &Metrics,
    what: &str,
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    // State of the work is not used again; locks of this service ignore poisoning.
    contained(work).unwrap_or_else(|Fault| {
        metrics.panics.add(1);
        tracing::error!(what, "internal error");
        Err(Failure::Broken(what.to_owned()))
    })
}

/// The text in place of a figure.
pub fn broken(what: &str) -> String {
    Failure::Broken(what.to_owned()).to_string()
}

/// A future that ends with `None` when it panics.
pub struct Guarded<F> {
    work: Pin<Box<F>>,
}

impl<F: Future> Guarded<F> {
    /// Guards it.
    pub fn new(work: F) -> Guarded<F> {
        Guarded { work: Box::pin(work) }
    }
}

impl<F: Future> Future for Guarded<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let work = self.work.as_mut();
        match contained(|| work.poll(context)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(done)) => Poll::Ready(Some(done)),
            // It is not polled again.
            Err(Fault) => Poll::Ready(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_down_is_an_error_that_says_where_and_is_counted() {
        let metrics = Metrics::default();
        let done = guarded(&metrics, "the graph", || Ok(7));
        assert_eq!(done, Ok(7));
        let broken = guarded(&metrics, "the graph", || -> Result<u8, Failure> { panic!("a test's own") });
        assert_eq!(broken.map_err(|why| why.to_string()), Err("internal error in the graph".to_owned()));
        let deep = guarded(&metrics, "clones", || {
            use rayon::prelude::*;
            let sum = (0..100_u32).into_par_iter().map(|number| match number {
                50 => panic!("a test's own"),
                number => number,
            });
            Ok(sum.sum::<u32>())
        });
        assert_eq!(deep, Err(Failure::Broken("clones".to_owned())));
        assert_eq!(metrics.panics.get(), 2);
    }

    #[tokio::test]
    async fn a_future_that_breaks_down_ends() {
        assert_eq!(Guarded::new(async { 7 }).await, Some(7));
        let broken = Guarded::new(async {
            tokio::task::yield_now().await;
            assert!(std::hint::black_box(false), "a test's own");
            7
        });
        assert_eq!(broken.await, None);
    }
}
