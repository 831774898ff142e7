use super::event::seconds;
use super::{Message, Retry, Secret, end};
use crate::metrics::Metrics;
use egress::{Answer, Client, EgressError, Target};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::{mpsc, watch};

/// Delivers to one receiver: messages go out in order, one at a time. Each is retried until it is accepted or given up.
pub struct Receiver {
    /// The number of the webhook, from 1.
    pub number: usize,
    /// The receiver's address.
    pub target: Target,
    /// The client that connects to it.
    pub client: Arc<Client>,
    /// The secret that signs messages.
    pub secret: Option<Secret>,
    /// The schedule of retries.
    pub retry: Retry,
    /// The metrics that count deliveries.
    pub metrics: Arc<Metrics>,
}

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// The receiver has the message.
    Delivered,
    /// The receiver wants no more messages.
    Unwanted,
    /// A retry would fail the same way.
    Hopeless(String),
    /// A retry may succeed, after the pause that the receiver asked for, if any.
    Again(String, Option<Duration>),
}

impl Outcome {
    /// The outcome of an attempt that just ended (Standard Webhooks, "Delivery success and failure").
    fn of(answered: Result<Answer, EgressError>, now: SystemTime) -> Outcome {
        match answered {
            Ok(answer) => Outcome::of_status(answer.status, retry_after(&answer.headers, now)),
            Err(error @ EgressError::Refused(_)) => Outcome::Hopeless(error.to_string()),
            Err(error) => Outcome::Again(error.to_string(), None),
        }
    }

    fn of_status(status: u16, pause: Option<Duration>) -> Outcome {
        let why = || format!("it answered {status}");
        match status {
            200..=299 => Outcome::Delivered,
            300..=399 => Outcome::Hopeless(format!("it answered {status}, and redirects are not followed")),
            410 => Outcome::Unwanted,
            408 | 429 => Outcome::Again(why(), pause),
            400..=499 => Outcome::Hopeless(why()),
            _ => Outcome::Again(why(), pause),
        }
    }
}

/// The pause that the receiver asks for, in seconds or as a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            Some(date.duration_since(now).unwrap_or_default())
        }
    }
}

impl Retry {
    /// The pause after this many failed attempts. `None` if that was the last one.
    fn pause(&self, failed: usize, asked: Option<Duration>) -> Option<Duration> {
        let usual = *self.pauses.get(failed.checked_sub(1)?)?;
        Some(asked.map_or(usual, |asked| asked.min(self.longest)))
    }
}

impl Receiver {
    /// Delivers until the service ends or the receiver wants no more messages.
    pub async fn run(self, mut queue: mpsc::Receiver<Arc<Message>>, mut told: watch::Receiver<bool>) {
        let mut ending = false;
        loop {
            let message = tokio::select! {
                biased;
                message = queue.recv() => message,
                () = end(&mut told), if !ending => {
                    // Messages that are already in the queue are still tried.
                    queue.close();
                    ending = true;
                    continue;
                }
            };
            let Some(message) = message else { return };
            if !self.deliver(&message, &mut told).await {
                tracing::warn!(
                    webhook = self.number, receiver = %self.target,
                    "it wants no more messages (410) and gets none until the next start"
                );
                return;
            }
        }
    }

    /// Retries until the message is accepted or given up. False if the receiver wants no more messages.
    async fn deliver(&self, message: &Message, told: &mut watch::Receiver<bool>) -> bool {
        for failed in 1.. {
            let answered = self.attempt(message).await;
            let (why, asked) = match Outcome::of(answered, SystemTime::now()) {
                Outcome::Delivered => {
                    self.metrics.webhooks_delivered.add(1);
                    tracing::info!(
                        webhook = self.number, receiver = %self.target, id = message.id,
                        repository = message.repository, "webhook delivered"
                    );
                    return true;
                }
                Outcome::Unwanted => {
                    self.metrics.webhooks_failed.add(1);
                    return false;
                }
                Outcome::Hopeless(why) => return self.give_up(message, &why),
                Outcome::Again(why, asked) => (why, asked),
            };
            let Some(pause) = self.retry.pause(failed, asked) else {
                return self.give_up(message, &why);
            };
            tracing::info!(
                webhook = self.number, receiver = %self.target, id = message.id, why,
                pause = pause.as_secs_f64(), "webhook not delivered yet"
            );
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = end(told) => return self.give_up(message, &why),
            }
        }
        true
    }

    fn give_up(&self, message: &Message, why: &str) -> bool {
        self.metrics.webhooks_failed.add(1);
        tracing::warn!(
            webhook = self.number, receiver = %self.target, id = message.id,
            repository = message.repository, why, "webhook not delivered"
        );
        true
    }

    async fn attempt(&self, message: &Message) -> Result<Answer, EgressError> {
        let timestamp = seconds(SystemTime::now());
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: &str| {
            let value = HeaderValue::from_str(value).expect("ids, numbers and base64 are printable ASCII");
            headers.insert(HeaderName::from_static(name), value);
        };
        put(CONTENT_TYPE.as_str(), "application/json");
        put("webhook-id", &message.id);
        put("webhook-timestamp", &timestamp.to_string());
        if let Some(secret) = &self.secret {
            put("webhook-signature", &secret.signature(&message.id, timestamp, &message.body));
        }
        self.client.post(&self.target, headers, message.body.clone()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn what_an_answer_means() {
        let pause = Some(Duration::from_secs(7));
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(Outcome::of_status(status, None), Outcome::Delivered, "{status}");
        }
        for status in [301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409, 411, 422, 499] {
            assert!(matches!(Outcome::of_status(status, pause), Outcome::Hopeless(_)), "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504, 599, 100, 999] {
            let again = Outcome::Again(format!("it answered {status}"), pause);
            assert_eq!(Outcome::of_status(status, pause), again, "{status}");
        }
        assert_eq!(Outcome::of_status(410, pause), Outcome::Unwanted);
    }

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_until_a_date() {
        // The date that RFC 9110 gives as an example, 784111777 seconds after the epoch.
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let asked = |text: &str, now: u64| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(text).expect("ASCII"))]);
            retry_after(&headers, UNIX_EPOCH + Duration::from_secs(now))
        };
        assert_eq!(asked("120", 0), Some(Duration::from_secs(120)));
        assert_eq!(asked(" 0 ", 0), Some(Duration::ZERO));
        assert_eq!(asked(date, 784_111_767), Some(Duration::from_secs(10)));
        assert_eq!(asked(date, 784_111_780), Some(Duration::ZERO));
        for wrong in ["", "soon", "-1", "1.5", "99999999999999999999999"] {
            assert_eq!(asked(wrong, 0), None, "{wrong}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), UNIX_EPOCH), None);
    }

    #[test]
    fn pauses_grow_and_a_wish_is_heard_within_bounds() {
        let retry = Retry::default();
        let usual: Vec<u64> =
            (1..).map_while(|failed| retry.pause(failed, None)).map(|pause| pause.as_secs()).collect();
        assert_eq!(usual, [5, 30, 120, 600]);
        assert_eq!(retry.pause(1, Some(Duration::from_secs(60))), Some(Duration::from_secs(60)));
        assert_eq!(retry.pause(3, Some(Duration::ZERO)), Some(Duration::ZERO));
        assert_eq!(retry.pause(2, Some(Duration::MAX)), Some(retry.longest));
        assert_eq!(retry.pause(5, Some(Duration::ZERO)), None);
    }
}
