//! Metrics about the service itself, in Prometheus' text format (version 0.0.4).

use crate::events::Events;
use crate::state::{Repositories, Status};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// A counter that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to the counter.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A histogram of durations, with fixed upper bounds.
#[derive(Debug)]
pub struct Histogram<const N: usize> {
    bounds: [f64; N],
    counts: [Counter; N],
    count: Counter,
    microseconds: Counter,
}

impl<const N: usize> Histogram<N> {
    fn new(bounds: [f64; N]) -> Self {
        let counts = std::array::from_fn(|_| Counter::default());
        Histogram { bounds, counts, count: Counter::default(), microseconds: Counter::default() }
    }

    /// Records a duration.
    pub fn observe(&self, seconds: f64) {
        if let Some(at) = self.bounds.iter().position(|bound| seconds <= *bound) {
            self.counts[at].add(1);
        }
        self.count.add(1);
        self.microseconds.add((seconds.max(0.0) * 1e6) as u64);
    }

    fn write(&self, text: &mut String, name: &str) {
        let mut below = 0;
        for (bound, count) in self.bounds.iter().zip(&self.counts) {
            below += count.get();
            put(text, format_args!("{name}_bucket{{le=\"{bound}\"}} {below}"));
        }
        put(text, format_args!("{name}_bucket{{le=\"+Inf\"}} {}", self.count.get()));
        put(text, format_args!("{name}_sum {}", self.microseconds.get() as f64 / 1e6));
        put(text, format_args!("{name}_count {}", self.count.get()));
    }
}

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The JSON API.
    Api,
    /// A page, or a resource that pages load.
    Page,
    /// A badge.
    Badge,
    /// A stream of events.
    Events,
    /// Anything else.
    Other,
}

const KINDS: [(Kind, &str); 5] = [
    (Kind::Api, "api"),
    (Kind::Page, "page"),
    (Kind::Badge, "badge"),
    (Kind::Events, "events"),
    (Kind::Other, "other"),
];

impl Kind {
    /// Classifies a request by its path.
    pub fn of(path: &str) -> Kind {
        match path {
            _ if path.starts_with("/api/") && path.ends_with("/events") => Kind::Events,
            _ if path.starts_with("/api/") => Kind::Api,
            _ if path.starts_with("/badge/") => Kind::Badge,
            "/events" => Kind::Events,
            "/healthz" | "/metrics" => Kind::Other,
            _ => Kind::Page,
        }
    }
}

/// All metrics of the service.
pub struct Metrics {
    /// Answers by kind and first digit of the status.
    requests: [[Counter; 6]; KINDS.len()],
    /// Seconds until the head of an answer was ready.
    pub request_seconds: Histogram<10>,
    /// Requests turned away because the service was answering too many others.
    pub turned_away: Counter,
    /// Connections closed because the client was too slow.
    pub too_slow: Counter,
    /// Wrong tokens.
    pub wrong_tokens: Counter,
    /// Tokens rejected without a comparison because there had been too many wrong ones.
    pub throttled: Counter,
    /// Caught panics.
    pub panics: Counter,
    /// Commits measured.
    pub index_runs: Counter,
    /// Commits that could not be measured.
    pub index_failures: Counter,
    /// Seconds for one commit.
    pub index_seconds: Histogram<9>,
    /// Webhooks that the receiver accepted.
    pub webhooks_delivered: Counter,
    /// Webhooks that were given up on.
    pub webhooks_failed: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics {
            requests: std::array::from_fn(|_| std::array::from_fn(|_| Counter::default())),
            request_seconds: Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5]),
            turned_away: Counter::default(),
            too_slow: Counter::default(),
            wrong_tokens: Counter::default(),
            throttled: Counter::default(),
            panics: Counter::default(),
            index_runs: Counter::default(),
            index_failures: Counter::default(),
            index_seconds: Histogram::new([0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 300.0]),
            webhooks_delivered: Counter::default(),
            webhooks_failed: Counter::default(),
        }
    }
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, kind: Kind, status: u16, seconds: f64) {
        let row = KINDS.iter().position(|(known, _)| *known == kind).unwrap_or(KINDS.len() - 1);
        self.requests[row][usize::from(status / 100).min(5)].add(1);
        if kind != Kind::Events {
            self.request_seconds.observe(seconds);
        }
    }

    /// All counters, with names and descriptions.
    fn counters(&self) -> [(&'static str, &'static str, &Counter); 9] {
        [
            (
                "batuta_http_turned_away_total",
                "Requests answered with 503 because of too many others.",
                &self.turned_away,
            ),
            (
                "batuta_http_too_slow_total",
                "Connections closed because the client was too slow.",
                &self.too_slow,
            ),
            ("batuta_wrong_tokens_total", "Wrong tokens that clients showed.", &self.wrong_tokens),
            (
                "batuta_throttled_tokens_total",
                "Tokens that were not looked at because of too many wrong ones.",
                &self.throttled,
            ),
            (
                "batuta_internal_errors_total",
                "Figures and answers that broke down. Each is a bug; the log says where.",
                &self.panics,
            ),
            ("batuta_index_runs_total", "Commits that were measured.", &self.index_runs),
            ("batuta_index_failures_total", "Commits that could not be measured.", &self.index_failures),
            (
                "batuta_webhooks_delivered_total",
                "Webhooks that their receiver took.",
                &self.webhooks_delivered,
            ),
            ("batuta_webhooks_failed_total", "Webhooks that were given up.", &self.webhooks_failed),
        ]
    }

    /// All metrics as text.
    pub fn text(&self, repositories: &Repositories, events: &Events) -> String {
        let mut text = String::new();
        head(
            &mut text,
            "batuta_http_requests_total",
            "counter",
            "Answers by what was asked for and class of status.",
        );
        for ((_, kind), row) in KINDS.iter().zip(&self.requests) {
            for (class, count) in row.iter().enumerate().filter(|(_, count)| count.get() > 0) {
                let value = count.get();
                put(
                    &mut text,
                    format_args!(
                        "batuta_http_requests_total{{kind=\"{kind}\",status=\"{class}xx\"}} {value}"
                    ),
                );
            }
        }
        let name = "batuta_http_request_seconds";
        head(&mut text, name, "histogram", "Seconds until an answer was ready, streams of events left out.");
        self.request_seconds.write(&mut text, name);
        for (name, help, counter) in self.counters() {
            head(&mut text, name, "counter", help);
            put(&mut text, format_args!("{name} {}", counter.get()));
        }
        head(&mut text, "batuta_index_seconds", "histogram", "Seconds to measure a commit.");
        self.index_seconds.write(&mut text, "batuta_index_seconds");
        head(&mut text, "batuta_event_clients", "gauge", "Clients that listen to events.");
        put(&mut text, format_args!("batuta_event_clients {}", events.clients()));
        repository_figures(&mut text, repositories);
        if let Some(bytes) = resident_bytes() {
            head(&mut text, "process_resident_memory_bytes", "gauge", "Resident memory.");
            put(&mut text, format_args!("process_resident_memory_bytes {bytes}"));
        }
        text
    }
}

fn repository_figures(text: &mut String, repositories: &Repositories) {
    let name = "batuta_repository_up_to_date";
    head(text, name, "gauge", "1 when the figures are those of the newest commit.");
    for repository in repositories.iter() {
        let current = u8::from(matches!(repository.status(), Status::Ready));
        put(text, format_args!("{name}{{repository=\"{}\"}} {current}", repository.slug));
    }
    let name = "batuta_repository_commit_time_seconds";
    head(text, name, "gauge", "Time of the commit whose figures are served, in seconds since the epoch.");
    for repository in repositories.iter() {
        if let Some(snapshot) = repository.snapshot() {
            let time = snapshot.commit.time;
            put(text, format_args!("{name}{{repository=\"{}\"}} {time}", repository.slug));
        }
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    put(text, format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a String takes every character");
}

/// Resident memory of this process, if the system reports it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative_and_labels_hold() {
        let metrics = Metrics::default();
        metrics.answered(Kind::Api, 200, 0.0004);
        metrics.answered(Kind::Api, 404, 0.02);
        metrics.answered(Kind::Page, 200, 9.0);
        let text = metrics.text(&Repositories::new(Vec::new()), &Events::default());
        for line in [
            "batuta_http_requests_total{kind=\"api\",status=\"2xx\"} 1",
            "batuta_http_requests_total{kind=\"api\",status=\"4xx\"} 1",
            "batuta_http_request_seconds_bucket{le=\"0.0005\"} 1",
            "batuta_http_request_seconds_bucket{le=\"0.025\"} 2",
            "batuta_http_request_seconds_bucket{le=\"2.5\"} 2",
            "batuta_http_request_seconds_bucket{le=\"+Inf\"} 3",
            "batuta_http_request_seconds_count 3",
        ] {
            assert!(text.lines().any(|own| own == line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn a_path_tells_what_is_asked_for() {
        assert_eq!(Kind::of("/api/v1/repositories"), Kind::Api);
        assert_eq!(Kind::of("/api/v1/repositories/x/events"), Kind::Events);
        assert_eq!(Kind::of("/badge/x/gate.svg"), Kind::Badge);
        assert_eq!(Kind::of("/r/x/files"), Kind::Page);
        assert_eq!(Kind::of("/metrics"), Kind::Other);
    }
}
