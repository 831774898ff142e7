//! Commits arrive, and repositories change and disappear, while they are served.

use super::client::{Connection, request};
use super::security::slug;
use super::server::Server;
use crate::program::run;
use crate::repository::{CLEAN, Tree, branching, git};
use serde_json::Value;
use std::fs;
use std::thread;

/// Reads events until one with that name is about the commit. Pieces of a chunked body are on lines of their own.
fn await_event(events: &mut Connection, name: &str, commit: &str) -> Value {
    let mut current = String::new();
    loop {
        let line = events.line().expect("the stream goes on");
        if let Some(name) = line.strip_prefix("event: ") {
            current = name.to_owned();
        }
        let Some(data) = line.strip_prefix("data: ") else { continue };
        let data: Value = serde_json::from_str(data).expect("data are JSON");
        if current == name && data["commit"] == commit {
            return data;
        }
    }
}

#[test]
fn a_commit_is_seen_and_told_to_who_listens() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    let mut one = server.events(&format!("/api/v1/repositories/{slug}/events"));
    let mut all = server.events("/events");
    // Uncommitted changes are not shown.
    tree.write("src/more.rs", branching("more", 40));
    tree.git(&["add", "--all"]);
    let files = || server.api(&format!("/repositories/{slug}/files"))["total"].clone();
    assert_eq!(files(), 1);
    tree.commit("Add more");
    let head = tree.git(&["rev-parse", "HEAD"]);
    for events in [&mut one, &mut all] {
        let data = await_event(events, "snapshot", &head);
        assert_eq!(data["repository"], slug.as_str());
        assert_eq!(data["branch"], "main");
    }
    assert_eq!(files(), 2);
    // Slower measurements follow.
    server.await_commit(&slug, &head);
    let summary = server.api(&format!("/repositories/{slug}/summary"));
    assert_eq!(summary["commit"]["summary"], "Add more");
    assert_eq!(summary["new_code"]["base_is"], "the commit before");
}

#[test]
fn another_branch_a_detached_head_and_an_amended_commit_are_seen() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    let head = || tree.git(&["rev-parse", "HEAD"]);
    server.await_commit(&slug, &head());
    tree.git(&["switch", "--quiet", "--create", "feature"]);
    let status = server.await_status(&slug, |status| status["commit"]["branch"] == "feature");
    assert_eq!(status["commit"]["id"], head().as_str());
    tree.write("src/more.rs", CLEAN);
    tree.commit("More");
    server.await_commit(&slug, &head());
    let summary = server.api(&format!("/repositories/{slug}/summary"));
    assert_eq!(summary["new_code"]["base_is"], "where it left the default branch");
    tree.git(&["commit", "--quiet", "--amend", "--message", "Other words"]);
    server.await_commit(&slug, &head());
    tree.git(&["checkout", "--quiet", "--detach", "main"]);
    let status = server.await_commit(&slug, &head());
    assert_eq!(status["commit"]["branch"], Value::Null);
}

#[test]
fn commits_during_indexing_end_with_the_newest() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    for number in 0..12 {
        tree.write(format!("src/part_{number}.rs"), branching("part", 5 + number));
        tree.commit(&format!("Part {number}"));
    }
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    assert_eq!(server.api(&format!("/repositories/{slug}/files"))["total"], 13);
}

#[test]
fn a_repository_that_goes_keeps_its_last_figures_with_a_mark() {
    let tree = Tree::folder(&[]);
    fs::create_dir(tree.join("app")).expect("the tree can be written");
    let app = tree.join("app");
    git(&app, &["init", "--quiet", "--initial-branch=main"]);
    tree.write("app/src/lib.rs", CLEAN);
    git(&app, &["add", "--all"]);
    git(&app, &["commit", "--quiet", "--message", "Begin"]);
    let head = git(&app, &["rev-parse", "HEAD"]);
    let server = Server::start(tree.path(), &["app"]);
    server.await_commit("app", &head);
    let ping = || request(server.address, "POST", "/api/v1/repositories/app/ping", &[], "").is(202);
    let moved = tree.join("elsewhere");
    fs::rename(&app, &moved).expect("it can be moved");
    ping();
    let status = server.await_status("app", |status| status["status"]["state"] == "gone");
    assert_eq!(status["commit"]["id"], head.as_str());
    assert_eq!(server.api("/repositories/app/files")["total"], 1);
    for page in ["/", "/r/app", "/r/app/files", "/r/app/people"] {
        server.get(page).is(200);
    }
    assert!(server.get("/r/app").text().contains("cannot be read now"));
    // Without a commit it counts as gone; when it is back, so are its figures.
    fs::create_dir(&app).expect("the tree can be written");
    git(&app, &["init", "--quiet"]);
    ping();
    server.await_status("app", |status| status["status"]["why"] == "it has no commit");
    fs::remove_dir_all(&app).expect("it can be removed");
    fs::rename(&moved, &app).expect("it can be moved");
    ping();
    server.await_commit("app", &head);
}

#[test]
fn a_bare_repository_follows_pushes_also_forced_ones() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let place = Tree::folder(&[]);
    let bare = place.join("lib.git");
    let bare_name = bare.to_str().expect("it is UTF-8");
    git(place.path(), &["clone", "--quiet", "--bare", tree.path().to_str().expect("it is UTF-8"), bare_name]);
    let server = Server::start(place.path(), &["--scan", "."]);
    server.await_commit("lib", &tree.git(&["rev-parse", "HEAD"]));
    tree.write("src/more.rs", CLEAN);
    tree.commit("More");
    tree.git(&["push", "--quiet", bare_name, "main"]);
    server.await_commit("lib", &tree.git(&["rev-parse", "HEAD"]));
    tree.git(&["reset", "--quiet", "--hard", "HEAD^"]);
    tree.write("src/other.rs", CLEAN);
    tree.commit("Another history");
    tree.git(&["push", "--quiet", "--force", bare_name, "main"]);
    let head = tree.git(&["rev-parse", "HEAD"]);
    server.await_commit("lib", &head);
    // The served data do not depend on anything that Git may delete.
    git(&bare, &["reflog", "expire", "--expire=now", "--all"]);
    git(&bare, &["gc", "--quiet", "--prune=now"]);
    let ping = request(server.address, "POST", "/api/v1/repositories/lib/ping", &[], "");
    assert_eq!(ping.status, 202);
    server.await_commit("lib", &head);
    assert!(server.get("/r/lib/file/src/other.rs").is(200).text().contains("pub"));
    server.get("/r/lib/file/src/more.rs").is(404);
}

#[cfg(unix)]
#[test]
fn a_scan_leaves_out_what_borrows_from_outside() {
    let secret = Tree::repository(&[("src/secret.rs", CLEAN)]);
    let (place, own) = (Tree::folder(&[]), Tree::repository(&[("src/lib.rs", CLEAN)]));
    git(place.path(), &["clone", "--quiet", own.path().to_str().expect("it is UTF-8"), "own"]);
    for name in ["linked", "borrowed"] {
        git(place.path(), &["clone", "--quiet", secret.path().to_str().expect("it is UTF-8"), name]);
    }
    let objects = secret.join(".git/objects");
    fs::remove_dir_all(place.join("linked/.git/objects")).expect("it can be removed");
    std::os::unix::fs::symlink(&objects, place.join("linked/.git/objects")).expect("it can be linked");
    let list = place.join("borrowed/.git/objects/info/alternates");
    fs::write(list, format!("{}\n", objects.display())).expect("the folder is there");
    let server = Server::start(place.path(), &["--scan", "."]);
    server.await_commit("own", &own.git(&["rev-parse", "HEAD"]));
    let list = server.api("/repositories");
    let slugs: Vec<&Value> =
        list["repositories"].as_array().expect("a list").iter().map(|one| &one["slug"]).collect();
    assert_eq!(slugs, ["own"]);
}

#[test]
fn a_shallow_clone_is_served_and_says_so() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    tree.write("src/more.rs", CLEAN);
    tree.commit("More");
    let place = Tree::folder(&[]);
    let from = format!("file://{}", tree.path().display());
    git(place.path(), &["clone", "--quiet", "--depth", "1", &from, "clone"]);
    let server = Server::start(place.path(), &["clone"]);
    server.await_commit("clone", &tree.git(&["rev-parse", "HEAD"]));
    let summary = server.api("/repositories/clone/summary");
    assert_eq!(summary["commit"]["shallow"], true);
    assert!(summary["truck_factor"]["why"].as_str().expect("it says why").contains("shallow"), "{summary}");
}

#[test]
fn several_repositories_of_one_name_have_addresses_of_their_own() {
    let (a, b) = (Tree::folder(&[]), Tree::folder(&[]));
    for tree in [&a, &b] {
        let app = tree.join("app");
        tree.write("app/lib.rs", CLEAN);
        git(&app, &["init", "--quiet"]);
        git(&app, &["add", "--all"]);
        git(&app, &["commit", "--quiet", "--message", "Begin"]);
    }
    let paths = [a.join("app"), b.join("app"), a.join("app")];
    let words: Vec<&str> = paths.iter().map(|path| path.to_str().expect("it is UTF-8")).collect();
    let server = Server::start(a.path(), &words);
    let list = server.api("/repositories");
    let slugs: Vec<&Value> =
        list["repositories"].as_array().expect("a list").iter().map(|one| &one["slug"]).collect();
    assert_eq!(slugs, ["app", "app-2"]);
}

#[test]
fn what_is_no_repository_is_refused() {
    let folder = Tree::folder(&[("src/lib.rs", CLEAN)]);
    run(folder.path(), &["serve"]).fails_with("it is in no Git repository");
    run(folder.path(), &["serve", "no/such"]).fails_with("there is no such folder");
    run(folder.path(), &["serve", "--scan", "."]).fails_with("there is no repository under");
    run(folder.path(), &["serve", "--scan", "no/such"]).fails_with("cannot search");
}

#[test]
fn fifty_clients_at_once_are_answered_and_slow_ones_hold_nobody_up() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN), ("src/more.rs", &branching("more", 9))]);
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    // Clients that never finish their request, and clients that subscribe and never read.
    let mut slow: Vec<Connection> = (0..20).map(|_| Connection::open(server.address)).collect();
    for connection in &mut slow {
        connection.send(b"GET /r/");
    }
    let listening: Vec<Connection> = (0..20).map(|_| server.events("/events")).collect();
    let address = server.address;
    let clients: Vec<_> = (0..50)
        .map(|number| {
            let path = match number % 3 {
                0 => format!("/r/{slug}"),
                1 => format!("/api/v1/repositories/{slug}/functions"),
                _ => "/".to_owned(),
            };
            thread::spawn(move || {
                (0..4).map(|_| super::client::get(address, &path).status).collect::<Vec<_>>()
            })
        })
        .collect();
    for client in clients {
        assert_eq!(client.join().expect("a client does not panic"), [200; 4]);
    }
    drop((slow, listening));
}

#[test]
fn it_ends_when_it_is_told_to() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let mut events = server.events("/events");
    let mut idle = Connection::open(server.address);
    assert_eq!(server.terminate(), Some(0));
    while events.line().is_some() {}
    assert!(idle.answer().is_none());
    // The stored data are valid, and the next start uses them.
    run(tree.path(), &["analyze"]).exits(0);
    let server = Server::start(tree.path(), &[]);
    server.await_commit(&slug(&server), &tree.git(&["rev-parse", "HEAD"]));
}
