//! Memory after an hour's worth of requests.

use super::client::Connection;
use super::security::slug;
use super::server::Server;
use crate::repository::{CLEAN, Tree, branching};
use std::thread;

/// Ten per second for an hour.
const REQUESTS: usize = 36_000;
/// Requests before the first look at the memory.
const FIRST: usize = 4_000;
const CLIENTS: usize = 4;
/// Maximum megabytes after all requests.
const MOST: u64 = 300;
/// Maximum growth in megabytes between the two looks.
const MOST_GROWTH: u64 = 24;

const PATHS: [&str; 12] = [
    "/",
    "/r/{}",
    "/r/{}/files",
    "/r/{}/map",
    "/r/{}/findings",
    "/r/{}/graph",
    "/r/{}/file/src/a.rs",
    "/badge/{}/gate.svg",
    "/api/v1/repositories/{}/summary",
    "/api/v1/repositories/{}/functions",
    "/api/v1/repositories/{}/trends",
    "/metrics",
];

/// Requests all paths in turn, over connections that stay open.
fn ask(server: &Server, slug: &str, requests: usize) {
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut connection = Connection::open(server.address);
                for path in PATHS.iter().cycle().take(requests / CLIENTS) {
                    let path = path.replace("{}", slug);
                    connection
                        .send(format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).as_bytes());
                    let answer = connection.answer().expect("the service answers");
                    answer.is(200);
                }
            });
        }
    });
}

/// Megabytes of memory, as reported by the service itself.
fn memory(server: &Server) -> u64 {
    let metrics = server.get("/metrics").is(200);
    let line = metrics.text().lines().find_map(|line| line.strip_prefix("process_resident_memory_bytes "));
    let bytes: u64 = line.expect("it is counted").parse().expect("a number");
    bytes >> 20
}

#[test]
fn memory_stays_bounded_through_an_hours_worth_of_requests_and_commits() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN), ("src/a.rs", &branching("a", 20))]);
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    ask(&server, &slug, FIRST);
    let before = memory(&server);
    let rounds = 4;
    for round in 0..rounds {
        tree.write("src/a.rs", branching("a", 21 + round));
        tree.commit("Grow");
        ask(&server, &slug, (REQUESTS - FIRST) / rounds);
        server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    }
    let after = memory(&server);
    assert!(after < MOST, "{after} MB after {REQUESTS} requests");
    assert!(after < before + MOST_GROWTH, "{before} MB before, {after} MB after {REQUESTS} requests");
}
