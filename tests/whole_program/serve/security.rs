//! Access control, allowed origins, and security headers for browsers.

use super::client::{Connection, request};
use super::server::Server;
use crate::program::run;
use crate::repository::{CLEAN, Tree};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn guarded(tree: &Tree) -> Server {
    let secrets = Tree::folder(&[("token", TOKEN)]);
    let file = secrets.join("token");
    Server::start(tree.path(), &["--token-file", file.to_str().expect("it is UTF-8")])
}

#[test]
fn other_machines_are_served_with_a_token_only() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    for address in ["0.0.0.0:0", "[::]:0"] {
        run(tree.path(), &["serve", "--listen", address]).fails_with("there is no token");
    }
    let short = Tree::folder(&[("token", "secret")]);
    let file = short.join("token");
    let words = ["serve", "--listen", "0.0.0.0:0", "--token-file", file.to_str().expect("it is UTF-8")];
    run(tree.path(), &words).fails_with("the token has 6 characters");
    run(tree.path(), &["serve", "--token-file", "no/such/file"]).fails_with("cannot be read");
}

#[test]
fn without_the_token_nothing_is_said() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = guarded(&tree);
    let paths = [
        "/",
        "/api/v1/repositories",
        "/api/v1/openapi.json",
        "/metrics",
        "/events",
        "/badge/x/gate.svg",
        "/r/x",
    ];
    for path in paths {
        let answer = server.get(path).is(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    let wrong = [("Authorization", "Bearer 0123456789abcdef0123456789abcdeF")];
    request(server.address, "GET", "/api/v1/repositories", &wrong, "").is(401);
    server.get("/healthz").is(200);
    let bearer = format!("Bearer {TOKEN}");
    request(server.address, "GET", "/api/v1/repositories", &[("Authorization", &bearer)], "").is(200);
    // A browser is redirected to the form instead.
    let page = request(server.address, "GET", "/", &[("Accept", "text/html")], "").is(303);
    assert_eq!(page.header("location"), Some("/login"));
}

#[test]
fn a_browser_logs_in_and_out() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = guarded(&tree);
    let own = format!("http://{}", server.address);
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", own.as_str())];
    let login = server.get("/login").is(200);
    assert!(login.text().contains("type=\"password\""));
    request(server.address, "POST", "/login", &form, "token=wrong-wrong-wrong").is(401);
    let elsewhere = [("Origin", "http://evil.example")];
    request(server.address, "POST", "/login", &elsewhere, &format!("token={TOKEN}")).is(403);
    let answer = request(server.address, "POST", "/login", &form, &format!("token={TOKEN}")).is(303);
    let cookie = answer.header("set-cookie").expect("it sets a cookie").to_owned();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains(TOKEN));
    let cookie = cookie.split(';').next().expect("it has a value").to_owned();
    let known = [("Cookie", cookie.as_str())];
    request(server.address, "GET", "/api/v1/repositories", &known, "").is(200);
    let leaving = [("Cookie", cookie.as_str()), ("Origin", own.as_str())];
    request(server.address, "POST", "/logout", &leaving, "").is(303);
    request(server.address, "GET", "/api/v1/repositories", &known, "").is(401);
}

#[test]
fn other_host_names_and_other_sites_are_turned_away() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &["--host", "code.example.org"]);
    for host in ["localhost", "127.0.0.1:9", "code.example.org", "[::1]"] {
        request(server.address, "GET", "/healthz", &[("Host", host)], "").is(200);
    }
    for host in ["evil.example", "localhost.evil.example", ""] {
        request(server.address, "GET", "/healthz", &[("Host", host)], "").is(421);
    }
    let slug = slug(&server);
    let ping = format!("/api/v1/repositories/{slug}/ping");
    request(server.address, "POST", &ping, &[], "").is(202);
    for header in [("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] {
        request(server.address, "POST", &ping, &[header], "").is(403);
    }
    request(server.address, "GET", &ping, &[], "").is(405);
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE"] {
        request(server.address, method, "/api/v1/repositories", &[], "").is(405);
    }
}

#[test]
fn every_answer_tells_browsers_what_not_to_do() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    server.await_commit(&slug(&server), &tree.git(&["rev-parse", "HEAD"]));
    let pages = ["/", &format!("/r/{}", slug(&server)), "/no/such/page", "/api/v1/repositories", "/login"];
    for page in pages {
        let answer = server.get(page);
        let policy = answer.header("content-security-policy").expect("it has a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        for directive in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(directive), "{policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("referrer-policy").is_some());
    }
}

#[test]
fn heads_and_bodies_are_bounded() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let ping = format!("/api/v1/repositories/{}/ping", slug(&server));
    request(server.address, "POST", &ping, &[("Content-Length", "99999999")], "").is(413);
    let many: String = (0..200).map(|number| format!("X-{number}: y\r\n")).collect();
    let long = format!("X: {}\r\n", "y".repeat(100_000));
    for headers in [many, long] {
        let mut connection = Connection::open(server.address);
        connection.send(format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").as_bytes());
        let answer = connection.answer();
        assert!(answer.as_ref().is_none_or(|answer| answer.status == 431), "{answer:?}");
    }
    for garbage in [
        "\0\0\0\0",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n\r\n",
        "\u{16}\u{3}\u{1}",
    ] {
        let mut connection = Connection::open(server.address);
        connection.send(garbage.as_bytes());
        connection.send(b"\r\n\r\n");
        let answer = connection.answer();
        assert!(answer.as_ref().is_none_or(|answer| answer.status >= 400), "{garbage:?}: {answer:?}");
    }
    server.get("/healthz").is(200);
}

/// The name of the only repository.
pub fn slug(server: &Server) -> String {
    let list = request(server.address, "GET", "/api/v1/repositories", &[], "").is(200).json();
    list["repositories"][0]["slug"].as_str().expect("there is one repository").to_owned()
}
