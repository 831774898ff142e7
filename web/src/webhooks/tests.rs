//! Deliveries over real connections to our own test receivers.

use super::*;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Arrivals, RecvTimeoutError, channel};
use std::time::Instant;

/// The longest wait for something that should arrive.
const LIMIT: Duration = Duration::from_secs(30);
/// The time after which an unwanted event would have arrived.
const QUIET: Duration = Duration::from_millis(150);

/// A received request: header fields with names in lower case, and the body.
struct Arrival {
    headers: Vec<(String, String)>,
    body: String,
}

impl Arrival {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("{name} is missing"))
    }
}

/// A receiver that answers with these heads in turn, and then repeats the last one.
#[expect(clippy::disallowed_methods, reason = "a test receives webhooks")]
fn receiver(answers: &'static [&'static str]) -> (SocketAddr, Arrivals<Arrival>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    let (sender, arrivals) = channel();
    std::thread::spawn(move || {
        let last = answers.last().expect("there is an answer");
        for answer in answers.iter().chain(std::iter::repeat(last)) {
            let Ok((stream, _)) = listener.accept() else { return };
            let arrival = arrival(&stream);
            let head = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
            let _ = (&stream).write_all(head.as_bytes());
            if sender.send(arrival).is_err() {
                return;
            }
        }
    });
    (address, arrivals)
}

fn arrival(stream: &TcpStream) -> Arrival {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a request comes");
        line.trim_end().to_owned()
    };
    assert_eq!(line(), "POST /hook?token=secret HTTP/1.1");
    let mut headers = Vec::new();
    loop {
        let line = line();
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut arrival = Arrival { headers, body: String::new() };
    let length = arrival.header("content-length").parse().expect("it is a number");
    reader.take(length).read_to_string(&mut arrival.body).expect("the body comes");
    arrival
}

fn options(receivers: &[SocketAddr]) -> WebhookOptions {
    let target = |address: &SocketAddr| Target::parse(&format!("http://{address}/hook?token=secret"));
    WebhookOptions {
        targets: receivers.iter().map(target).collect::<Result<_, _>>().expect("they are URLs"),
        retry: Retry { pauses: vec![Duration::from_millis(5); 4], longest: Duration::from_millis(50) },
        ..WebhookOptions::default()
    }
}

/// Webhooks, with metrics of delivered and failed messages.
fn started(options: WebhookOptions) -> (Webhooks, impl Fn() -> (u64, u64)) {
    let metrics = Arc::<Metrics>::default();
    let webhooks = Webhooks::start(options, Arc::clone(&metrics)).expect("threads start");
    (webhooks, move || (metrics.webhooks_delivered.get(), metrics.webhooks_failed.get()))
}

fn change(commit: &str) -> GateChanged {
    GateChanged {
        repository: "app".to_owned(),
        commit: commit.to_owned(),
        summary: "Add a branch".to_owned(),
        branch: Some("main".to_owned()),
        before: "pass".to_owned(),
        after: "fail".to_owned(),
        findings: FindingCounts { error: 1, warning: 0 },
        page: "/r/app/gate".to_owned(),
    }
}

/// Waits until the counters have these values.
#[track_caller]
fn await_counts(counts: &impl Fn() -> (u64, u64), expected: (u64, u64)) {
    let start = Instant::now();
    while counts() != expected {
        assert!(start.elapsed() < LIMIT, "{:?} instead of {expected:?}", counts());
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[track_caller]
fn next(arrivals: &Arrivals<Arrival>) -> Arrival {
    arrivals.recv_timeout(LIMIT).expect("something comes")
}

#[track_caller]
fn nothing_more(arrivals: &Arrivals<Arrival>) {
    assert!(matches!(arrivals.recv_timeout(QUIET), Err(RecvTimeoutError::Timeout)), "something comes");
}

#[test]
fn what_was_not_taken_comes_again_under_the_same_name() {
    let (address, arrivals) =
        receiver(&["500 Oops", "503 Busy\r\nRetry-After: 0", "429 Slow down\r\nRetry-After: 3600", "200 OK"]);
    let secret = Secret::new("0123456789abcdef01234567").expect("it is long enough");
    let (webhooks, counts) = started(WebhookOptions { secret: Some(secret.clone()), ..options(&[address]) });
    webhooks.send(&change("a"));
    let all: Vec<Arrival> = (0..4).map(|_| next(&arrivals)).collect();
    for arrival in &all {
        let (id, time) = (arrival.header("webhook-id"), arrival.header("webhook-timestamp"));
        assert_eq!((id, &arrival.body), (all[0].header("webhook-id"), &all[0].body));
        let time = time.parse().expect("seconds");
        assert_eq!(arrival.header("webhook-signature"), secret.signature(id, time, arrival.body.as_bytes()));
        assert_eq!(arrival.header("content-type"), "application/json");
    }
    await_counts(&counts, (1, 0));
    nothing_more(&arrivals);
    webhooks.send(&change("b"));
    assert_ne!(next(&arrivals).header("webhook-id"), all[0].header("webhook-id"));
}

#[test]
fn after_the_last_attempt_it_is_given_up_and_the_next_message_has_its_turn() {
    let (address, arrivals) = receiver(&["500 a", "500 b", "500 c", "500 d", "500 e", "200 OK"]);
    let (webhooks, counts) = started(options(&[address]));
    webhooks.send(&change("first"));
    webhooks.send(&change("second"));
    let first = (0..5).map(|_| next(&arrivals)).collect::<Vec<_>>();
    assert!(first.iter().all(|arrival| arrival.body.contains("first")));
    assert!(first[0].headers.iter().all(|(name, _)| name != "webhook-signature"), "there is no secret");
    assert!(next(&arrivals).body.contains("second"));
    await_counts(&counts, (1, 1));
}

#[test]
fn what_a_receiver_refuses_is_not_sent_again() {
    for answer in [&["400 No"] as &'static [&'static str], &["302 Found\r\nLocation: /elsewhere"]] {
        let (address, arrivals) = receiver(answer);
        let (webhooks, counts) = started(options(&[address]));
        webhooks.send(&change("a"));
        next(&arrivals);
        await_counts(&counts, (0, 1));
        nothing_more(&arrivals);
        // The next message is independent of this one.
        webhooks.send(&change("b"));
        next(&arrivals);
    }
}

#[test]
fn who_is_gone_gets_nothing_more_and_others_do() {
    let (gone, at_gone) = receiver(&["410 Gone", "200 OK"]);
    let (other, at_other) = receiver(&["200 OK"]);
    let (webhooks, counts) = started(options(&[gone, other]));
    webhooks.send(&change("a"));
    next(&at_gone);
    next(&at_other);
    await_counts(&counts, (1, 1));
    webhooks.send(&change("b"));
    next(&at_other);
    nothing_more(&at_gone);
    await_counts(&counts, (2, 1));
}

#[test]
fn what_the_tier_refuses_at_delivery_is_not_tried_again() {
    // A real start would have refused this target. With the usual pauses a retry would come too late for this test.
    let target = Target::parse("http://10.0.0.1/hook").expect("it is a URL");
    let (webhooks, counts) = started(WebhookOptions { targets: vec![target], ..WebhookOptions::default() });
    webhooks.send(&change("a"));
    await_counts(&counts, (0, 1));
}

#[test]
fn literal_addresses_are_judged_before_the_start() {
    let options = |tier, url: &str| WebhookOptions {
        targets: vec![
            Target::parse("http://localhost/").expect("it is a URL"),
            Target::parse(url).expect("it is a URL"),
        ],
        tier,
        ..WebhookOptions::default()
    };
    let refused = |tier, url| options(tier, url).refused().map(|(number, ..)| number);
    assert_eq!(refused(PrivacyTier::Sovereign, "http://10.0.0.1/"), Some(2));
    assert_eq!(refused(PrivacyTier::Private, "http://10.0.0.1/"), None);
    assert_eq!(refused(PrivacyTier::Private, "https://93.184.216.34/"), Some(2));
    assert_eq!(refused(PrivacyTier::Standard, "https://93.184.216.34/"), None);
    assert_eq!(refused(PrivacyTier::Standard, "http://93.184.216.34/"), Some(2));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test receives webhooks")]
fn a_receiver_that_never_answers_delays_neither_senders_nor_other_receivers_nor_the_end() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let (other, at_other) = receiver(&["200 OK"]);
    let (webhooks, counts) = started(options(&[silent.local_addr().expect("it listens"), other]));
    for number in 0..MOST_WAITING + 10 {
        webhooks.send(&change(&number.to_string()));
        next(&at_other);
    }
    let (delivered, failed) = counts();
    assert!(delivered >= (MOST_WAITING + 9) as u64, "{delivered}");
    assert!(failed >= 9, "its queue is full: {failed}");
    let start = Instant::now();
    webhooks.stop();
    assert!(start.elapsed() < LIMIT, "it waits for a receiver");
}

#[test]
fn what_waits_for_another_attempt_is_given_up_at_the_end() {
    let (address, arrivals) = receiver(&["500 Oops"]);
    let hour = Duration::from_secs(3_600);
    let patient =
        WebhookOptions { retry: Retry { pauses: vec![hour], longest: hour }, ..options(&[address]) };
    let (webhooks, counts) = started(patient);
    webhooks.send(&change("a"));
    next(&arrivals);
    webhooks.stop();
    assert_eq!(counts(), (0, 1));
}
