//! Webhooks, from their receivers' point of view.

use super::receiver::{Posted, Receiver};
use super::security::slug;
use super::server::Server;
use crate::program::{command, finish, run};
use crate::repository::{CLEAN, Tree, branching};
use std::fs::File;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Long enough, and not a real secret.
const SECRET: &str = "not-a-secret-0123456789abcdef";

/// Commits a function that the gate rejects.
fn break_the_gate(tree: &Tree) {
    tree.write("src/more.rs", branching("more", 60));
    tree.commit("Branch often");
}

/// Commits its removal.
fn mend_the_gate(tree: &Tree) {
    tree.write("src/more.rs", CLEAN);
    tree.commit("Branch no more");
}

/// Waits until the figures are those of the newest commit.
#[track_caller]
fn await_head(server: &Server, tree: &Tree) {
    server.await_commit(&slug(server), &tree.git(&["rev-parse", "HEAD"]));
}

/// Waits until this many webhooks were delivered and given up.
#[track_caller]
fn await_counts(server: &Server, delivered: u64, failed: u64) {
    let start = Instant::now();
    loop {
        let text = server.get("/metrics").is(200).text().to_owned();
        let has = |name: &str, count| text.lines().any(|line| line == format!("{name} {count}"));
        if has("batuta_webhooks_delivered_total", delivered) && has("batuta_webhooks_failed_total", failed) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "not {delivered} and {failed}:\n{text}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The signature as Python's own library computes it.
fn signature(secret: &str, posted: &Posted) -> String {
    let program = "import base64, hashlib, hmac, sys; \
        print('v1,' + base64.b64encode(hmac.new(sys.argv[1].encode(), sys.stdin.buffer.read(), hashlib.sha256).digest()).decode())";
    let mut python = Command::new("python3");
    python.args(["-c", program, secret]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut python = python.spawn().expect("Python runs");
    let mut stdin = python.stdin.take().expect("it is piped");
    let head = format!("{}.{}.", posted.header("webhook-id"), posted.header("webhook-timestamp"));
    stdin.write_all(head.as_bytes()).and_then(|()| stdin.write_all(&posted.body)).expect("Python reads");
    drop(stdin);
    let output = python.wait_with_output().expect("Python ends");
    String::from_utf8(output.stdout).expect("it prints ASCII").trim().to_owned()
}

/// Validates documents against the service's own description.
fn validator(server: &Server) -> jsonschema::Validator {
    let api = server.api("/openapi.json");
    let post = &api["webhooks"]["gate.changed"]["post"];
    let schema = &post["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let whole = serde_json::json!({ "$ref": schema, "components": api["components"] });
    jsonschema::validator_for(&whole).expect("the description holds schemas")
}

/// Seconds since the epoch, from this machine's clock.
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("the clock is right").as_secs()
}

#[test]
fn a_gate_that_breaks_and_is_mended_is_told_signed_and_without_any_path() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let place = Tree::folder(&[("secret", SECRET)]);
    let receiver = Receiver::start(&["204 No Content"]);
    let (url, secret, log) = (receiver.url("/hook?token=hidden"), place.join("secret"), place.join("log"));
    let words = ["--webhook", &url, "--webhook-secret-file", secret.to_str().expect("it is UTF-8")];
    // No proxy listens there: a program that used it would deliver nothing.
    let proxy = Path::new("http://127.0.0.1:1");
    let proxies = [("http_proxy", proxy), ("HTTP_PROXY", proxy), ("ALL_PROXY", proxy)];
    let before = now();
    let log_file = File::create(&log).expect("the folder can be written");
    let server = Server::start_logging(tree.path(), &words, &proxies, log_file.into());
    await_head(&server, &tree);
    // The first verdict is not a change; neither is another commit that passes.
    tree.write("src/other.rs", CLEAN);
    tree.commit("Add another");
    await_head(&server, &tree);

    break_the_gate(&tree);
    let posted = receiver.next();
    assert_eq!(posted.path, "/hook?token=hidden");
    assert_eq!(posted.header("content-type"), "application/json");
    assert_eq!(posted.header("webhook-signature"), signature(SECRET, &posted));
    let time: u64 = posted.header("webhook-timestamp").parse().expect("seconds");
    assert!((before..=now()).contains(&time), "{time}");
    let document = posted.json();
    assert!(validator(&server).is_valid(&document), "{document}");
    assert_eq!(document["type"], "gate.changed");
    assert_eq!(document["timestamp"].as_str().map(str::len), Some("2026-01-31T12:00:00Z".len()));
    let data = &document["data"];
    let slug = slug(&server);
    assert_eq!(data["repository"], slug.as_str());
    assert_eq!(data["commit"], tree.git(&["rev-parse", "HEAD"]).as_str());
    assert_eq!((&data["summary"], &data["branch"]), (&"Branch often".into(), &"main".into()));
    assert_eq!((&data["before"], &data["after"]), (&"pass".into(), &"fail".into()));
    // The figures equal those of the gate itself, and the page exists.
    let gate = run(tree.path(), &["pmat", "quality-gate", "--format", "json"]).exits(1).json();
    let findings = gate["findings"].as_array().expect("a list");
    for level in ["error", "warning"] {
        let count = findings.iter().filter(|finding| finding["level"] == level).count();
        assert_eq!(data["findings"][level], count, "{level}");
    }
    server.get(data["page"].as_str().expect("a path")).is(200);
    let path = tree.path().to_str().expect("it is UTF-8").to_owned();
    assert!(!String::from_utf8_lossy(&posted.body).contains(&path));

    mend_the_gate(&tree);
    let mended = receiver.next();
    assert_ne!(mended.header("webhook-id"), posted.header("webhook-id"));
    let data = &mended.json()["data"];
    assert_eq!((&data["before"], &data["after"]), (&"fail".into(), &"pass".into()));
    await_counts(&server, 2, 0);

    // Changes while the repository was not served are reported at the next start.
    assert_eq!(server.terminate(), Some(0));
    break_the_gate(&tree);
    let _server = Server::start(tree.path(), &["--webhook", &url]);
    let later = receiver.next();
    assert_eq!(later.json()["data"]["after"], "fail");
    assert!(later.headers.iter().all(|(name, _)| name != "webhook-signature"), "it has no secret");
    let log = std::fs::read_to_string(&log).expect("it was written");
    assert!(log.contains("webhook delivered") && !log.contains("hidden") && !log.contains(SECRET), "{log}");
}

#[test]
fn what_was_not_taken_is_sent_again_and_who_is_gone_is_left_alone() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let busy = Receiver::start(&["500 Oops\r\nRetry-After: 0", "429 Later\r\nRetry-After: 0", "200 OK"]);
    let gone = Receiver::start(&["410 Gone", "200 OK"]);
    let server = Server::start(tree.path(), &["--webhook", &busy.url("/a"), "--webhook", &gone.url("/b")]);
    await_head(&server, &tree);
    break_the_gate(&tree);
    let attempts = [busy.next(), busy.next(), busy.next()];
    for attempt in &attempts {
        assert_eq!(attempt.header("webhook-id"), attempts[0].header("webhook-id"));
        assert_eq!(attempt.body, attempts[0].body);
    }
    assert_eq!(gone.next().header("webhook-id"), attempts[0].header("webhook-id"));
    await_counts(&server, 1, 1);
    mend_the_gate(&tree);
    assert_eq!(busy.next().json()["data"]["after"], "pass");
    await_counts(&server, 2, 1);
    assert!(busy.is_empty() && gone.is_empty());
}

#[test]
fn redirects_are_not_followed() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let elsewhere = Receiver::start(&["200 OK"]);
    let redirecting =
        Receiver::start(&[&format!("307 Temporary Redirect\r\nLocation: {}", elsewhere.url("/"))]);
    let server = Server::start(tree.path(), &["--webhook", &redirecting.url("/")]);
    await_head(&server, &tree);
    break_the_gate(&tree);
    redirecting.next();
    await_counts(&server, 0, 1);
    assert!(redirecting.is_empty() && elsewhere.is_empty());
}

#[test]
fn a_receiver_that_never_answers_does_not_keep_the_service_from_ending() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}/", silent.local_addr().expect("it listens"));
    let server = Server::start(tree.path(), &["--webhook", &url]);
    await_head(&server, &tree);
    break_the_gate(&tree);
    // It is asked, and the service goes on.
    let _connection = silent.accept().expect("somebody connects");
    await_head(&server, &tree);
    mend_the_gate(&tree);
    await_head(&server, &tree);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn what_may_not_be_reached_is_refused_at_the_start() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let refused = |words: &[&str], why: &str, help: &str| {
        let run = run(tree.path(), &[&["serve", "--listen", "127.0.0.1:0"], words].concat()).fails_with(why);
        assert!(run.stderr.contains(help), "{help:?} is not in:\n{}", run.stderr);
        assert!(!run.stderr.contains("hidden"), "{}", run.stderr);
    };
    let private = "--privacy-tier private allows it";
    refused(
        &["--webhook", "http://10.0.0.1/?hidden"],
        "10.0.0.1 is an address of a private network",
        private,
    );
    refused(&["--webhook", "http://[::ffff:10.0.0.1]/hidden"], "the privacy tier is sovereign", private);
    refused(
        &["--webhook", "https://hooks.example.org/hidden"],
        "its name would be looked up elsewhere",
        private,
    );
    let tier = ["--privacy-tier", "private", "--webhook"];
    let standard = "--privacy-tier standard allows it";
    refused(&[&tier[..], &["https://93.184.216.34/"]].concat(), "is a public address", standard);
    refused(&[&tier[..], &["http://169.254.169.254/"]].concat(), "metadata service", "no privacy tier");
    let tier = ["--privacy-tier", "standard", "--webhook"];
    refused(
        &[&tier[..], &["http://93.184.216.34/"]].concat(),
        "it is reached only by https",
        "its https address",
    );
    for form in [
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[fd00:ec2::254]",
        "[fe80::a9fe:a9fe]",
        "100.100.100.200",
    ] {
        let url = format!("https://{form}/hidden");
        refused(&[&tier[..], &[&url]].concat(), "metadata service", "no privacy tier");
    }
    for form in ["2852039166", "0xa9fea9fe", "0251.254.43518", "169.254.169.254."] {
        let url = format!("https://{form}/hidden");
        refused(&[&tier[..], &[&url]].concat(), "its host ends in a number", "");
    }
    refused(&["--webhook", "ftp://hidden/"], "webhook 1 cannot be used", "https://");
    refused(&["--webhook", "http://hidden@localhost/"], "a user name or password", "");
    let place = Tree::folder(&[("secret", "short")]);
    let file = place.join("secret");
    let secret = ["--webhook", "http://[::1]/", "--webhook-secret-file", file.to_str().expect("it is UTF-8")];
    refused(&secret, "the secret has 5 bytes", "openssl");
}

#[test]
fn the_tier_can_stand_in_the_environment() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let serve = |tier: &str, words: &[&str]| {
        let words = [&["serve", "--webhook", "http://169.254.1.1/"], words].concat();
        let mut command = command(tree.path(), &words);
        command.env("BATUTA_PRIVACY_TIER", tier);
        finish(command)
    };
    serve("private", &[]).fails_with("the privacy tier is private");
    serve("", &[]).fails_with("the privacy tier is sovereign");
    serve("private", &["--privacy-tier", "sovereign"]).fails_with("the privacy tier is sovereign");
    serve("public", &[]).fails_with("`public` is no privacy tier");
}
