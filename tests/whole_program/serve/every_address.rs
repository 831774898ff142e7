//! Every address of the service: the endpoints and badges from their tables, the pages from their type, so that new
//! ones are tested too.

use super::api::varied;
use super::client::{Connection, request};
use super::security::slug;
use super::server::Server;
use crate::hostile_files;
use crate::repository::Tree;
use facts::model::RepoPath;
use std::time::{Duration, Instant};
use web::api::{ENDPOINTS, Endpoint, Parameter, ParameterKind, Source};
use web::badges::BADGES;
use web::pages::Address;

/// Values with a special meaning elsewhere: in HTML, paths, numbers, percent-encoding.
const HOSTILE: &[&str] = &[
    "",
    "%00",
    "%ff%fe",
    "%",
    "%zz",
    "..%2f..%2f..%2fetc%2fpasswd",
    "../../etc/passwd",
    "%2fetc%2fpasswd",
    ".git/config",
    "<script>1</script>",
    "%22%3E%3Cscript%3E",
    "18446744073709551616",
    "-1",
    "1e308",
    "NaN",
    "999999999999999999",
    "%F0%9F%92%A9",
    "%E2%80%AE",
    "a&a=b&a=c",
    "a;b",
    "%0d%0aSet-Cookie:x=1",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

fn method(endpoint: &Endpoint) -> &'static str {
    if endpoint.is_post() { "POST" } else { "GET" }
}

/// The path of an endpoint for a repository, with its required parameters.
fn path(endpoint: &Endpoint, slug: &str, file: &str) -> String {
    let needed = endpoint.parameters.iter().filter(|parameter| parameter.required);
    let value = |parameter: &Parameter| match parameter.kind {
        ParameterKind::OneOf(words) => words.first().copied().unwrap_or_default().to_owned(),
        _ => file.to_owned(),
    };
    let query: Vec<String> =
        needed.map(|parameter| format!("{}={}", parameter.name, value(parameter))).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    format!("/api/v1{}{query}", endpoint.path.replace("{slug}", slug))
}

/// Everything that is not an endpoint.
fn pages(slug: &str, file: &str, finding: &str) -> Vec<String> {
    let pages = Address::every(&RepoPath::new(file.as_bytes()), finding);
    let mut all: Vec<String> = pages.iter().map(|page| page.of(slug)).collect();
    all.extend(BADGES.iter().map(|badge| format!("/badge/{slug}/{}.svg", badge.name)));
    all.extend(["/", "/login", "/healthz", "/api/v1/openapi.json"].map(str::to_owned));
    all
}

fn is_stream(endpoint: &Endpoint) -> bool {
    matches!(endpoint.source, Source::Events)
}

fn ready(tree: &Tree, words: &[&str]) -> (Server, String) {
    let server = Server::start(tree.path(), words);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    (server, slug)
}

#[test]
fn hostile_requests_get_an_answer_everywhere_and_never_a_breakdown() {
    let tree = varied();
    let (mut server, slug) = ready(&tree, &[]);
    let mut asked = Vec::new();
    for endpoint in ENDPOINTS.iter() {
        for hostile in HOSTILE {
            asked.push((method(endpoint), path(endpoint, hostile, hostile)));
            let repository = path(endpoint, &slug, hostile);
            let joined = if repository.contains('?') { '&' } else { '?' };
            for parameter in endpoint.parameters {
                let value = match parameter.kind {
                    ParameterKind::OneOf(words) | ParameterKind::List(words) => {
                        words.last().copied().unwrap_or(hostile)
                    }
                    ParameterKind::Text
                    | ParameterKind::Number
                    | ParameterKind::Decimal
                    | ParameterKind::Flag => hostile,
                };
                asked.push((method(endpoint), format!("{repository}{joined}{}={value}", parameter.name)));
                asked.push((method(endpoint), format!("{repository}{joined}{}={hostile}", parameter.name)));
            }
            asked.push((method(endpoint), format!("{repository}{joined}{hostile}={hostile}")));
        }
    }
    for page in pages(&slug, "src/a.rs", "0123456789abcdef") {
        for hostile in HOSTILE {
            asked.push(("GET", format!("{page}/{hostile}")));
            asked.push(("GET", format!("{page}?{hostile}")));
            asked.push(("GET", format!("{page}?page={hostile}&from={hostile}&sort={hostile}&q={hostile}")));
            asked.push(("POST", page.clone()));
        }
    }
    for (method, path) in asked {
        let mut client = Connection::open(server.address);
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        client.send(head.as_bytes());
        if path.contains("/events") {
            let status = client.head().map(|(status, _)| status);
            // Connections closed a moment ago may still be counted.
            assert!(status.is_none_or(|status| status < 500 || status == 503), "{method} {path}: {status:?}");
            continue;
        }
        let Some(answer) = client.answer() else { continue };
        assert!(answer.status < 500, "{method} {path}: {} {}", answer.status, answer.text());
        assert!(!answer.text().contains("<script>1</script>"), "{method} {path}");
        assert!(!answer.text().contains("root:x:"), "{method} {path}");
        assert!(answer.header("set-cookie").is_none_or(|cookie| !cookie.starts_with('x')), "{method} {path}");
    }
    assert!(server.runs());
    let metrics = server.get("/metrics").is(200);
    assert!(metrics.text().contains("\nbatuta_internal_errors_total 0\n"), "{}", metrics.text());
}

#[test]
fn the_same_commit_gives_the_same_bytes_whatever_the_threads_and_the_cache() {
    let tree = varied();
    let first = hostile_files::every(40).into_iter().step_by(9);
    for file in first {
        tree.write(&file.path, &file.bytes);
    }
    tree.commit("Add odd files");
    let (one, slug) = ready(&tree, &["--threads", "1"]);
    let fresh = Tree::folder(&[]);
    let cold = Server::start_with(tree.path(), &["--threads", "7"], &[("BATUTA_CACHE_DIR", fresh.path())]);
    let (warm, _) = ready(&tree, &["--threads", "2"]);
    cold.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    let finding = one.api(&format!("/repositories/{slug}/findings"))["items"][0]["fingerprint"].clone();
    let mut paths = pages(&slug, "src/a.rs", finding.as_str().expect("there is a finding"));
    let endpoints = ENDPOINTS.iter().filter(|endpoint| !endpoint.is_post() && !is_stream(endpoint));
    paths.extend(endpoints.map(|endpoint| path(endpoint, &slug, "src/a.rs")));
    for path in paths {
        let ask = |server: &Server| request(server.address, "GET", &path, &[], "").is(200).body;
        let end = Instant::now() + Duration::from_secs(60);
        // Each service measures the past afterwards, in its own time.
        while ask(&one) != ask(&cold) || ask(&one) != ask(&warm) {
            let (one, cold, warm) = (ask(&one), ask(&cold), ask(&warm));
            let shown = [&one, &cold, &warm].map(|body| String::from_utf8_lossy(body).into_owned());
            assert!(Instant::now() < end, "{path}: {shown:#?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
