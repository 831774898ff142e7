//! Webhooks: notifies receivers named by the operator when the gate's verdict on a repository changes.
//!
//! ```text
//! Indexer ─GateChanged─▶ Webhooks ─a bounded queue for each receiver─▶ thread `webhooks` ─egress::Client─▶ receiver
//! ```
//!
//! The documents follow Standard Webhooks 1.0.0 (<https://www.standardwebhooks.com>). Only the operator sets their
//! targets. Anyone who can commit writes a repository's own configuration, and could otherwise make this machine
//! connect anywhere.

mod delivery;
mod event;
mod signature;

pub use event::{Document, FindingCounts, GateChanged};
pub use signature::{Secret, SecretError};

use crate::metrics::Metrics;
use delivery::Receiver;
use egress::{Client, Limits, PrivacyTier, Refusal, Target};
use hyper::body::Bytes;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// Messages that may wait for one receiver.
const MOST_WAITING: usize = 256;
/// Time that pending messages get when the service ends.
const DRAIN: Duration = Duration::from_secs(3);

/// The receivers of gate changes, and how messages are delivered.
#[derive(Debug, Clone, Default)]
pub struct WebhookOptions {
    /// The receivers.
    pub targets: Vec<Target>,
    /// The secret that signs them.
    pub secret: Option<Secret>,
    /// The privacy tier, which limits where connections may go.
    pub tier: PrivacyTier,
    /// The schedule of retries.
    pub retry: Retry,
}

impl WebhookOptions {
    /// The first target that the tier refuses, counted from 1. If name look-ups are allowed, a target with a host name
    /// is checked at each delivery, because its addresses may change.
    pub fn refused(&self) -> Option<(usize, &Target, Refusal)> {
        (1..).zip(&self.targets).find_map(|(number, target)| {
            let judged = match target.address() {
                Some(address) => self.tier.judge(address, target.is_encrypted()),
                None => self.tier.judge_name(target.host()),
            };
            Some((number, target, judged.err()?))
        })
    }
}

/// The schedule of retries for a message that was not accepted.
#[derive(Debug, Clone)]
pub struct Retry {
    /// The pauses between attempts. There is one more attempt than there are pauses.
    pub pauses: Vec<Duration>,
    /// The longest pause that a receiver may ask for. Longer requests are cut to this.
    pub longest: Duration,
}

impl Default for Retry {
    fn default() -> Retry {
        Retry {
            pauses: [5, 30, 120, 600].map(Duration::from_secs).to_vec(),
            longest: Duration::from_secs(900),
        }
    }
}

/// A document to send to all receivers.
#[derive(Debug)]
struct Message {
    /// The same for every attempt, so that a receiver can recognise a repetition.
    id: String,
    /// The JSON text. Exactly these bytes are signed and sent.
    body: Bytes,
    /// The repository of the message.
    repository: String,
}

/// Queues messages and delivers them on its own thread. Queueing never blocks.
pub struct Webhooks {
    queues: Vec<mpsc::Sender<Arc<Message>>>,
    stopping: watch::Sender<bool>,
    thread: Mutex<Option<JoinHandle<()>>>,
    metrics: Arc<Metrics>,
}

impl Webhooks {
    /// Starts the thread. Without receivers there is no thread.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn start(options: WebhookOptions, metrics: Arc<Metrics>) -> io::Result<Webhooks> {
        let (stopping, told) = watch::channel(false);
        let client = Arc::new(Client::new(options.tier, Limits::default()));
        let (mut queues, mut receivers) = (Vec::new(), Vec::new());
        for (number, target) in (1..).zip(options.targets) {
            let (sender, queue) = mpsc::channel(MOST_WAITING);
            queues.push(sender);
            let (client, metrics) = (Arc::clone(&client), Arc::clone(&metrics));
            let (secret, retry) = (options.secret.clone(), options.retry.clone());
            let receiver = Receiver { number, target, client, secret, retry, metrics };
            receivers.push(receiver.run(queue, told.clone()));
        }
        let mut thread = None;
        if !receivers.is_empty() {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let name = "webhooks".to_owned();
            thread = Some(std::thread::Builder::new().name(name).spawn(move || {
                runtime.block_on(deliver(receivers, told));
                // Does not wait for a name look-up that hangs in the system.
                runtime.shutdown_background();
            })?);
        }
        Ok(Webhooks { queues, stopping, thread: Mutex::new(thread), metrics })
    }

    /// Sends a change to all receivers.
    pub fn send(&self, change: &GateChanged) {
        if self.queues.is_empty() {
            return;
        }
        let repository = &change.repository;
        let message = match Message::new(change, SystemTime::now()) {
            Ok(message) => Arc::new(message),
            Err(error) => {
                tracing::warn!(repository, %error, "no webhook is sent");
                self.metrics.webhooks_failed.add(self.queues.len() as u64);
                return;
            }
        };
        for (number, queue) in (1..).zip(&self.queues) {
            // A closed queue means that the receiver wants no more messages, or that the service is ending.
            if let Err(TrySendError::Full(_)) = queue.try_send(Arc::clone(&message)) {
                self.metrics.webhooks_failed.add(1);
                tracing::warn!(webhook = number, repository, "too many messages wait for this webhook");
            }
        }
    }

    /// Ends the thread. Each waiting message is tried once more without retries, within [`DRAIN`].
    pub fn stop(&self) {
        let _ = self.stopping.send(true);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // If the thread panicked, there is nothing to wait for.
            let _ = thread.join();
        }
    }
}

impl Drop for Webhooks {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs all receivers until they have finished after the stop request.
async fn deliver<F>(receivers: Vec<F>, mut told: watch::Receiver<bool>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut running: JoinSet<()> = receivers.into_iter().collect();
    end(&mut told).await;
    let drained = tokio::time::timeout(DRAIN, async { while running.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!("some webhooks were not delivered before the end");
    }
}

/// Returns when the service ends.
async fn end(told: &mut watch::Receiver<bool>) {
    // A dropped sender also means stop.
    let _ = told.wait_for(|told| *told).await;
}

#[cfg(test)]
mod tests;
