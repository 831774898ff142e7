//! Clients that ask for too much, too slowly, or without permission.

use super::client::{Connection, get, request};
use super::security::slug;
use super::server::Server;
use crate::repository::{CLEAN, Tree};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// Connections that one client may hold (docs/serve.md).
const MOST_OF_ONE: usize = 256;
/// Wrong tokens that one client may send in a row, plus one more each second (docs/serve.md).
const ATTEMPTS: u64 = 20;

#[test]
fn a_body_that_never_comes_or_byte_by_byte_ends_the_connection() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let (address, slug) = (server.address, slug(&server));
    let ping = format!("/api/v1/repositories/{slug}/ping");
    let cases = [
        ("POST /login", "Content-Length: 1000", "t"),
        ("POST /login", "Transfer-Encoding: chunked", "1\r\nt\r\n"),
        ("POST /logout", "Content-Length: 1000", ""),
        (&format!("POST {ping}"), "Content-Length: 16000", "x"),
        ("GET /", "Content-Length: 1000", "x"),
        ("GET /healthz", "Transfer-Encoding: chunked", "1\r\nx\r\n"),
    ];
    thread::scope(|scope| {
        for (line, header, piece) in cases {
            scope.spawn(move || {
                let mut client = Connection::open(address);
                let head = format!("{line} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");
                client.send(head.as_bytes());
                let mut answer = None;
                for _ in 0..200 {
                    if !piece.is_empty() && !client.sends(piece.as_bytes()) {
                        break;
                    }
                    if client.is_readable(Duration::from_millis(200)) {
                        answer = client.answer();
                        break;
                    }
                }
                let answer = answer.unwrap_or_else(|| panic!("{line}: no answer"));
                assert_eq!(answer.status, 408, "{line}: {}", answer.text());
                assert_eq!(answer.header("connection"), Some("close"), "{line}");
                assert!(client.line().is_none(), "{line}: the connection goes on");
            });
        }
    });
    get(address, "/healthz").is(200);
}

#[test]
fn a_body_that_is_too_large_is_refused_whatever_it_is_for_and_however_it_is_sent() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let large = "x".repeat(20_000);
    let chunked = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    for path in ["/login", "/logout", &format!("/api/v1/repositories/{}/ping", slug(&server))] {
        request(server.address, "POST", path, &[], &large).is(413);
        let mut client = Connection::open(server.address);
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send(head.as_bytes());
        client.send(chunked.as_bytes());
        assert_eq!(client.answer().map(|answer| answer.status), Some(413), "{path}");
    }
}

#[test]
fn who_opens_connections_without_end_hinders_neither_others_nor_itself() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let open = |_| {
        let mut client = Connection::open(server.address);
        client.send(b"GET /heal");
        client
    };
    let mut held: Vec<Connection> = (0..1_100).map(open).collect();
    server.get("/healthz").is(200);
    // The first connections were dropped, the last ones are still there.
    assert!(held[0].line().is_none());
    let last = held.last_mut().expect("there are some");
    last.send(b"thz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(last.answer().map(|answer| answer.status), Some(200));
    let live = held.iter_mut().skip(1_100 - MOST_OF_ONE / 2);
    for client in live.take(5) {
        client.send(b"thz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(client.answer().map(|answer| answer.status), Some(200));
    }
    server.get("/metrics").is(200);
}

/// A large response stays in memory until its client has received it, and clients may take their time.
#[test]
fn answers_that_nobody_takes_are_bounded_for_each_client() {
    const OF_ONE: usize = 128 << 20;
    let todos: String = (0..28_000).map(|n| format!("fn f{n}() {{}} // TODO: make it faster\n")).collect();
    let tree = Tree::repository(&[("src/lib.rs", CLEAN), ("src/todos.rs", &todos)]);
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    let path = format!("/api/v1/repositories/{slug}/debt");
    server.await_status(&slug, |status| status["status"]["state"] == "ready");
    let size = server.get(&path).is(200).text().len();
    // Take the part that the system has buffered on the way.
    let fit = OF_ONE / size;
    assert!((2..40).contains(&fit), "{size} bytes");
    let ask = |_| {
        let mut client = Connection::open(server.address);
        client.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
        client
    };
    let mut held: Vec<Connection> = (0..fit + 30).map(ask).collect();
    let refused = held.iter_mut().filter_map(Connection::line).filter(|line| line.contains(" 503 ")).count();
    assert!(refused > 0, "{} answers of {size} bytes lie there", held.len());
    server.get("/healthz").is(200);
    drop(held);
    let begin = Instant::now();
    while server.get(&path).status != 200 {
        assert!(begin.elapsed() < Duration::from_secs(30), "answers are still counted that nobody waits for");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn listeners_to_events_are_bounded_for_each_client() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let held: Vec<Connection> = (0..50).map(|_| server.events("/events")).collect();
    server.get("/events").is(503);
    server.get(&format!("/api/v1/repositories/{}/events", slug(&server))).is(503);
    drop(held);
    server.get("/healthz").is(200);
}

/// A service that other machines could reach, and its addresses in both families: it sees those as two clients.
fn guarded(tree: &Tree) -> Option<(Server, [SocketAddr; 2])> {
    let secrets = Tree::folder(&[("token", TOKEN)]);
    let file = secrets.join("token");
    let words = ["--token-file", file.to_str().expect("it is UTF-8"), "--listen", "[::]:0"];
    std::net::TcpListener::bind("[::1]:0").ok()?;
    let server = Server::start(tree.path(), &words);
    let port = server.address.port();
    let addresses =
        [SocketAddr::from(([127, 0, 0, 1], port)), SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], port))];
    Some((server, addresses))
}

/// Every way to send a token, with a wrong one: the request line, and the header fields. Cookies hold 256 random bits,
/// which cannot be guessed.
fn guesses(slug: &str) -> Vec<(String, &'static str)> {
    let wrong = "Authorization: Bearer ffffffffffffffffffffffffffffffff";
    let paths = [
        "/".to_owned(),
        "/events".to_owned(),
        "/metrics".to_owned(),
        format!("/badge/{slug}/gate.svg"),
        format!("/r/{slug}"),
        format!("/api/v1/repositories/{slug}/summary"),
        format!("/api/v1/repositories/{slug}/events"),
        "/api/v1/openapi.json".to_owned(),
        "/no/such/page".to_owned(),
    ];
    let mut all: Vec<_> = paths.iter().map(|path| (format!("GET {path}"), wrong)).collect();
    all.push((format!("HEAD /r/{slug}"), wrong));
    all.push((format!("POST /api/v1/repositories/{slug}/ping"), wrong));
    all.push(("POST /logout".to_owned(), wrong));
    all.push(("GET /".to_owned(), "Authorization: Basic dXNlcjpwYXNzd29yZA=="));
    all.push(("POST /login".to_owned(), ""));
    all
}

#[test]
fn guessing_is_as_slow_over_many_connections_and_by_every_way_as_over_one() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let Some((_server, [attacker, other])) = guarded(&tree) else { return };
    let bearer = format!("Bearer {TOKEN}");
    let right = [("Authorization", bearer.as_str())];
    let list = request(other, "GET", "/api/v1/repositories", &right, "").is(200).json();
    let slug = list["repositories"][0]["slug"].as_str().expect("there is one").to_owned();
    let (guesses, judged, refused) = (guesses(&slug), AtomicU64::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    thread::scope(|scope| {
        for client in 0..16 {
            let (guesses, judged, refused) = (&guesses, &judged, &refused);
            scope.spawn(move || {
                for (line, header) in guesses.iter().cycle().skip(client).take(60) {
                    let body = if line == "POST /login" { "token=ffffffffffffffffffff" } else { "" };
                    let (method, path) = line.split_once(' ').expect("a method and a path");
                    let header = header.split_once(": ");
                    let headers: Vec<(&str, &str)> = header.into_iter().collect();
                    match request(attacker, method, path, &headers, body).status {
                        401 | 303 => judged.fetch_add(1, Ordering::SeqCst),
                        429 => refused.fetch_add(1, Ordering::SeqCst),
                        status => panic!("{line}: {status}"),
                    };
                }
            });
        }
    });
    let most = ATTEMPTS + begun.elapsed().as_secs() + 1;
    let judged = judged.into_inner();
    assert!(judged <= most, "{judged} guesses were judged, {most} are the most");
    assert!(judged >= ATTEMPTS, "{judged}");
    assert!(refused.into_inner() > 0);
    // The response to one attempt too many reveals nothing: the right token gets the same.
    let spend = [("Authorization", "Bearer ffffffffffffffffffffffffffffffff")];
    let the_right_one_too_many = || {
        let answer =
            (0..100).map(|_| request(attacker, "GET", "/", &spend, "")).find(|answer| answer.status == 429);
        let answer = answer.expect("there are no attempts left");
        assert!(answer.header("retry-after").is_some_and(|wait| wait.parse::<u64>().is_ok()));
        request(attacker, "GET", "/metrics", &right, "").status == 429
    };
    // The allowance may grow by one attempt between the two.
    assert!((0..10).any(|_| the_right_one_too_many()));
    // And the token is not locked: a client that waits as told is admitted, and other addresses need not wait.
    request(other, "GET", "/metrics", &right, "").is(200);
    let end = Instant::now() + Duration::from_secs(30);
    while request(attacker, "GET", "/metrics", &right, "").status != 200 {
        assert!(Instant::now() < end, "the right token is locked out");
        thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn the_page_to_log_in_does_not_tell_whether_a_token_in_the_head_is_right() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let Some((_server, [address, _])) = guarded(&tree) else { return };
    let page = |token: &str| {
        let bearer = format!("Bearer {token}");
        request(address, "GET", "/login", &[("Authorization", &bearer)], "").is(200).body
    };
    assert_eq!(page(TOKEN), page("ffffffffffffffffffffffffffffffff"));
}
