//! Whatever is pushed into one repository, the service survives, and the others get answers meanwhile.

use super::client::{get, request};
use super::server::Server;
use crate::hostile_files::{self, HostileFile};
use crate::repository::{CLEAN, Tree, branching, git};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use web::api::{ENDPOINTS, ParameterKind, Source};

/// Depth of nesting in the pushed files.
const DEPTH: usize = 4_000;
/// Number of pushes; all files are spread over them. The variable can ask for more, up to one for each file.
const PUSHES: usize = 25;
const MORE_PUSHES: &str = "BATUTA_TEST_PUSHES";
/// Maximum number of pushed files.
const FILES: usize = 1_000;

/// A bare repository in a folder, with its clone.
fn repository(place: &Tree, name: &str, files: &[(&str, &str)]) -> Tree {
    let tree = Tree::repository(files);
    let bare = place.join(format!("{name}.git"));
    let (from, to) = (tree.path().to_str(), bare.to_str());
    let (from, to) = (from.expect("it is UTF-8"), to.expect("it is UTF-8"));
    git(place.path(), &["clone", "--quiet", "--bare", from, to]);
    tree.git(&["remote", "add", "origin", to]);
    tree
}

/// Pushes these files in place of the previous ones.
fn push(tree: &Tree, files: &[HostileFile]) -> String {
    let before = tree.join(hostile_files::FOLDER);
    if before.exists() {
        fs::remove_dir_all(before).expect("the tree can be written");
    }
    for file in files {
        tree.write(&file.path, &file.bytes);
    }
    tree.git(&["add", "--all", "--force"]);
    tree.git(&["commit", "--quiet", "--message", "Add files"]);
    tree.git(&["push", "--quiet", "origin", "main"]);
    tree.git(&["rev-parse", "HEAD"])
}

/// The paths of the endpoints that report a repository's measurements.
fn endpoints(slug: &str, file: &str) -> Vec<String> {
    let told = ENDPOINTS.iter().filter(|one| !matches!(one.source, Source::Ping | Source::Events));
    let path = |path: &str| format!("/api/v1{}", path.replace("{slug}", slug));
    told.map(|one| match one.parameters.iter().find(|parameter| parameter.required) {
        Some(parameter) => {
            let word = match parameter.kind {
                ParameterKind::OneOf([first, ..]) => first,
                _ => file,
            };
            format!("{}?{}={word}", path(one.path), parameter.name)
        }
        None => path(one.path),
    })
    .collect()
}

/// Waits until a commit has been processed, whatever the result.
fn await_settled(server: &Server, slug: &str, commit: &str) -> Value {
    server.await_status(slug, |status| match status["status"]["state"].as_str() {
        Some("ready") => status["commit"]["id"] == commit,
        Some("failed") => status["status"]["commit"] == commit,
        _ => false,
    })
}

/// The measured files of a repository.
fn measured(server: &Server, slug: &str) -> u64 {
    server.api(&format!("/repositories/{slug}/files"))["total"].as_u64().expect("a number")
}

#[test]
fn a_thousand_hostile_files_pushed_in_turn_stop_nothing() {
    let place = Tree::folder(&[]);
    let _healthy = repository(&place, "healthy", &[("src/lib.rs", CLEAN), ("src/a.rs", &branching("a", 12))]);
    let hostile = repository(&place, "hostile", &[("src/lib.rs", CLEAN)]);
    let log = fs::File::create(place.join("log")).expect("the folder can be written");
    let mut server = Server::start_logging(place.path(), &["--scan", "."], &[], log.into());
    let bare = place.join("healthy.git");
    server.await_commit("healthy", &git(&bare, &["rev-parse", "HEAD"]));
    let mut files = hostile_files::every(DEPTH);
    files.truncate(FILES);
    let pushes = std::env::var(MORE_PUSHES).ok().and_then(|pushes| pushes.parse().ok()).unwrap_or(PUSHES);
    let (done, answers, seen) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicU64::new(0));
    let address = server.address;
    thread::scope(|scope| {
        let (done, answers) = (&done, &answers);
        scope.spawn(move || {
            for path in endpoints("healthy", "src/a.rs").iter().cycle() {
                if done.load(Ordering::SeqCst) {
                    return;
                }
                get(address, path).is(200);
                answers.fetch_add(1, Ordering::SeqCst);
                // An ordinary client, not one that takes the machine to itself.
                thread::sleep(Duration::from_millis(5));
            }
        });
        let pushed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for part in files.chunks(files.len().div_ceil(pushes)) {
                let commit = push(&hostile, part);
                let before = answers.load(Ordering::SeqCst);
                let settled = await_settled(&server, "hostile", &commit);
                let (first, last) = (&part[0].path, &part[part.len() - 1].path);
                assert_eq!(settled["status"]["state"], "ready", "{first} to {last}: {settled}");
                seen.fetch_add(measured(&server, "hostile"), Ordering::SeqCst);
                for path in endpoints("hostile", "src/lib.rs") {
                    get(address, &path).is(200);
                }
                for file in part.iter().step_by(10) {
                    let answer = get(address, &format!("/r/hostile/file/{}", file.path));
                    assert!(matches!(answer.status, 200 | 404), "{}: {}", file.path, answer.status);
                }
                while answers.load(Ordering::SeqCst) == before {
                    thread::yield_now();
                }
            }
        }));
        done.store(true, Ordering::SeqCst);
        if let Err(panic) = pushed {
            std::panic::resume_unwind(panic);
        }
    });
    assert!(server.runs());
    let seen = seen.into_inner();
    assert!(seen > FILES as u64 / 2, "only {seen} files were measured");
    nothing_broke_down(&server, &place.join("log"));
}

#[track_caller]
fn nothing_broke_down(server: &Server, log: &Path) {
    let metrics = server.get("/metrics").is(200);
    let log = fs::read_to_string(log).expect("there is a log");
    let wrong: Vec<&str> = log.lines().filter(|line| line.contains("this is a bug")).collect();
    assert!(metrics.text().contains("\nbatuta_internal_errors_total 0\n"), "{wrong:?}\n{}", metrics.text());
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_long_sum_is_measured_or_says_why_not() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    tree.write("a.rs", format!("fn main() {{ let x: i64 = 1{}; }}\n", " + 1".repeat(20_000)));
    tree.commit("Add a sum");
    let mut server = Server::start(tree.path(), &[]);
    let slug = super::security::slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    request(server.address, "GET", &format!("/api/v1/repositories/{slug}/dead-code"), &[], "").is(200);
    assert!(server.runs());
}

#[cfg(unix)]
#[test]
fn a_scan_leaves_out_what_leads_elsewhere() {
    let elsewhere = Tree::repository(&[("secret.rs", CLEAN)]);
    let place = Tree::folder(&[]);
    let _own = repository(&place, "own", &[("src/lib.rs", CLEAN)]);
    let git_folder = elsewhere.join(".git");
    place.write("by-file/.git", format!("gitdir: {}\n", git_folder.display()));
    fs::create_dir(place.join("by-link")).expect("the folder can be written");
    std::os::unix::fs::symlink(&git_folder, place.join("by-link/.git")).expect("a link can be made");
    std::os::unix::fs::symlink(elsewhere.path(), place.join("linked")).expect("a link can be made");
    let by_configuration = Tree::repository(&[]);
    fs::rename(by_configuration.path().join(".git"), place.join("by-configuration.git"))
        .expect("it can be moved");
    let configured = place.join("by-configuration.git");
    git(&configured, &["config", "core.bare", "false"]);
    git(&configured, &["config", "core.worktree", elsewhere.path().to_str().expect("it is UTF-8")]);
    let log = fs::File::create(place.join("log")).expect("the folder can be written");
    let server = Server::start_logging(place.path(), &["--scan", "."], &[], log.into());
    let list = server.api("/repositories");
    let slugs: Vec<&str> = list["repositories"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|repository| repository["slug"].as_str())
        .collect();
    assert_eq!(slugs, ["own"]);
    let log = fs::read_to_string(place.join("log")).expect("there is a log");
    for name in ["by-file", "by-link", "by-configuration.git"] {
        assert!(log.contains(&format!("{name} is not served")), "{name}: {log}");
    }
}

/// The files of a repository are listed in packs or references of another one.
#[cfg(unix)]
#[test]
fn a_scan_leaves_out_what_links_in_a_git_folder_lead_out_of() {
    let elsewhere = Tree::repository(&[("secret.rs", CLEAN)]);
    elsewhere.git(&["gc", "--quiet"]);
    elsewhere.git(&["pack-refs", "--all"]);
    let place = Tree::folder(&[]);
    let _own = repository(&place, "own", &[("src/lib.rs", CLEAN)]);
    let from = elsewhere.path().to_str().expect("it is UTF-8");
    for (name, linked) in [("packs", "objects/pack"), ("references", "packed-refs")] {
        git(place.path(), &["clone", "--quiet", "--bare", "--no-local", from, name]);
        let link = place.join(name).join(linked);
        let _ = fs::remove_dir_all(&link).or_else(|_| fs::remove_file(&link));
        std::os::unix::fs::symlink(elsewhere.join(".git").join(linked), &link).expect("a link can be made");
    }
    let log = fs::File::create(place.join("log")).expect("the folder can be written");
    let server = Server::start_logging(place.path(), &["--scan", "."], &[], log.into());
    let list = server.api("/repositories");
    assert_eq!(list["repositories"].as_array().map(Vec::len), Some(1), "{list}");
    let log = fs::read_to_string(place.join("log")).expect("there is a log");
    for (name, linked) in [("packs", "pack"), ("references", "packed-refs")] {
        let left_out = log.lines().find(|line| line.contains(&format!("{name} is not served")));
        let left_out = left_out.unwrap_or_else(|| panic!("{name}: {log}"));
        assert!(left_out.contains(linked) && left_out.contains("leads out"), "{left_out}");
    }
}

/// A path that was inside when the service started may become a link to the outside at any time.
#[cfg(unix)]
#[test]
fn a_scanned_repository_that_comes_to_lead_out_is_not_measured_any_more() {
    let elsewhere = Tree::repository(&[("secret.rs", CLEAN)]);
    let outside = elsewhere.git(&["rev-parse", "HEAD"]);
    let place = Tree::folder(&[]);
    let own = repository(&place, "own", &[("src/lib.rs", CLEAN)]);
    let server = Server::start(place.path(), &["--scan", "."]);
    server.await_commit("own", &own.git(&["rev-parse", "HEAD"]));
    server.get("/r/own/file/src/lib.rs").is(200);
    let bare = place.join("own.git");
    let alternates = bare.join("objects/info/alternates");
    fs::write(&alternates, format!("{}\n", elsewhere.join(".git/objects").display())).expect("it is ours");
    fs::write(bare.join("refs/heads/main"), format!("{outside}\n")).expect("it is ours");
    request(server.address, "POST", "/api/v1/repositories/own/ping", &[], "").is(202);
    let status = server.await_status("own", |status| status["status"]["state"] == "gone");
    let why = status["status"]["why"].as_str().expect("a reason");
    assert!(why.contains("leads out") && status["commit"]["id"] != outside.as_str(), "{status}");
    assert!(!server.get("/r/own/file/src/lib.rs").is(200).text().contains("pub fn"), "nothing is read");
    fs::remove_file(&alternates).expect("it is there");
    fs::write(bare.join("refs/heads/main"), format!("{}\n", own.git(&["rev-parse", "HEAD"])))
        .expect("it is ours");
    request(server.address, "POST", "/api/v1/repositories/own/ping", &[], "").is(202);
    server.await_status("own", |status| status["status"]["state"] == "ready");
}
