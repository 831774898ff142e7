//! Every address of the service's API, from its own document, which is generated from the table of endpoints.

use super::hostile;
use crate::program::run;
use crate::repository::{CLEAN, Tree, branching};
use crate::serve::security::slug;
use crate::serve::server::Server;
use serde_json::Value;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Time limit for figures of the past.
const LIMIT: Duration = Duration::from_secs(60);

/// The addresses to test on a repository with a file `path`: all except the stream of events and POST requests. A
/// required parameter that is unknown here fails the test.
pub fn addresses(server: &Server, slug: &str, path: &str) -> Vec<String> {
    let document = server.api("/openapi.json");
    let paths = document["paths"].as_object().expect("it has paths");
    let mut found = Vec::new();
    for (address, methods) in paths {
        let Some(get) = methods.get("get") else { continue };
        if get["responses"]["200"]["content"].get("application/json").is_none() {
            continue;
        }
        let demanded = get["parameters"].as_array().expect("a list").iter();
        let demanded = demanded.filter(|one| one["in"] == "query" && one["required"] == true);
        let mut query = String::new();
        for parameter in demanded {
            let value = match (&parameter["name"], &parameter["schema"]["enum"][0]) {
                (_, Value::String(word)) => word,
                (Value::String(name), _) if name == "path" => path,
                (Value::String(name), _) if name == "text" => "sum",
                _ => panic!("{address} demands what this test does not know: {parameter}"),
            };
            query = format!("?{}={value}", parameter["name"].as_str().unwrap_or_default());
        }
        found.push(format!("{}{query}", address.replace("{slug}", slug)));
    }
    assert!(found.len() >= 15, "{found:?}");
    found
}

/// The responses at every address that depends on the commit alone, so not the status of the measurement. Figures of
/// past commits arrive after those of the newest, so this waits for them.
pub fn answers(server: &Server, slug: &str, path: &str) -> Vec<(String, Value)> {
    let addresses = addresses(server, slug, path).into_iter();
    let of_commit = addresses.filter(|one| !one.ends_with("/status") && !one.ends_with("/repositories"));
    of_commit.map(|one| (finished(server, &one), one)).map(|(answer, one)| (one, answer)).collect()
}

/// The response once no part of it is pending.
fn finished(server: &Server, address: &str) -> Value {
    let begun = Instant::now();
    loop {
        let answer = server.get(address).is(200);
        let waits = ["not measured yet", "no past commit is measured yet"];
        if !waits.iter().any(|words| answer.text().contains(words)) {
            return answer.json();
        }
        assert!(begun.elapsed() < LIMIT, "{address} stays {}", answer.text());
        thread::sleep(Duration::from_millis(20));
    }
}

fn served(tree: &Path, words: &[&str], cache: &Tree) -> Vec<(String, Value)> {
    let server = Server::start_with(tree, words, &[("BATUTA_CACHE_DIR", cache.path())]);
    let slug = slug(&server);
    server.await_commit(&slug, &crate::repository::git(tree, &["rev-parse", "HEAD"]));
    answers(&server, &slug, "src/m1.rs")
}

#[test]
fn threads_and_caches_change_no_answer_of_any_endpoint() {
    let tree = Tree::folder(&[("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nserde = \"1\"\n")]);
    for index in 0..8 {
        // Equal figures everywhere: only a full tie-break gives one order.
        let text = format!("// FIXME: {}\n{}{CLEAN}", index % 3, branching(&format!("f{}", index % 2), 25));
        tree.write(format!("src/m{index}.rs"), text);
        tree.write(format!("py/m{index}.py"), format!("import m{}\ndef f():\n    return 1\n", index / 2));
    }
    tree.git(&["init", "--quiet", "--initial-branch=main"]);
    tree.commit("Begin");
    let (one, other) = (Tree::folder(&[]), Tree::folder(&[]));
    let cold = served(tree.path(), &["-j1"], &one);
    for (words, cache, what) in [
        (["-j1"], &one, "warm"),
        (["-j5"], &one, "five threads, warm"),
        (["-j5"], &other, "five threads, cold"),
    ] {
        for (expected, answer) in cold.iter().zip(served(tree.path(), &words, cache)) {
            assert_eq!(*expected, answer, "{what}");
        }
    }
}

#[test]
fn a_hostile_repository_is_served_at_every_endpoint() {
    let hostile = hostile::repository();
    let before = hostile.outside();
    let cache = Tree::folder(&[]);
    let server = Server::start_with(&hostile.path(), &[], &[("BATUTA_CACHE_DIR", cache.path())]);
    let slug = slug(&server);
    server.await_commit(&slug, &crate::repository::git(&hostile.path(), &["rev-parse", "HEAD"]));
    for (address, answer) in answers(&server, &slug, "src/lib.rs") {
        let text = answer.to_string();
        assert!(!text.contains("the secret") && !text.contains("root:x:0"), "{address}: {text}");
    }
    for path in [
        "../secret.txt",
        "/etc/passwd",
        "secret.rs",
        "linked/secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
    ] {
        let status = server.get(&format!("/api/v1/repositories/{slug}/file?path={path}")).status;
        assert!(matches!(status, 400..=499), "{path}: {status}");
    }
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(hostile.outside(), before);
    // The repository itself is still usable.
    run(&hostile.path(), &["pmat", "analyze", "complexity"]).exits(0);
}
