//! Several runs on one cache at once, and runs that are killed.

mod sample;

use sample::{ALL_SECTIONS, Listed, cache_in, measure_checked, with_sections};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Tells the child process which cache to use.
const FOLDER: &str = "FACTS_TEST_CACHE";

#[test]
fn many_threads_open_and_fill_one_new_cache() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let facts = measure_checked(
                    &sample::tree(Listed::Blobs),
                    &cache_in(folder.path()),
                    &with_sections(ALL_SECTIONS),
                );
                assert_eq!(facts.cache_trouble, None);
            });
        }
    });
    whole_again(folder.path());
}

#[test]
fn one_cache_serves_several_threads() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = cache_in(folder.path());
    std::thread::scope(|scope| {
        for listed in [Listed::Blobs, Listed::Stats, Listed::Bare, Listed::Blobs] {
            let cache = &cache;
            scope.spawn(move || measure_checked(&sample::tree(listed), cache, &sample::options()));
        }
    });
}

/// The body of the child processes below: fills the cache again and again.
#[test]
#[ignore = "started by the tests below, in a process of its own"]
#[expect(clippy::disallowed_methods, reason = "the test starts itself as another process")]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    for round in 0..30 {
        let cache = cache_in(&folder);
        let facts = measure_checked(&numbered(round), &cache, &with_sections(ALL_SECTIONS));
        assert_eq!(facts.cache_trouble, None);
    }
}

/// A tree that differs from round to round, so that there is always something to write.
fn numbered(round: usize) -> sample::Tree {
    let mut tree = sample::tree(Listed::Blobs);
    for (path, bytes) in &mut tree.files {
        if path.extension() == Some(b"rs") {
            bytes.extend(format!("\nconst ROUND: u32 = {round};\n").into_bytes());
        }
    }
    tree
}

#[expect(clippy::disallowed_methods, reason = "the test starts itself as another process")]
fn start_child(folder: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this test is a program"))
        .args(["--exact", "child", "--ignored"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("this program can be started")
}

#[test]
fn several_processes_share_a_cache() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let children: Vec<Child> = (0..3).map(|_| start_child(folder.path())).collect();
    for mut child in children {
        assert!(child.wait().expect("the child runs").success());
    }
    whole_again(folder.path());
}

#[test]
fn a_killed_process_leaves_a_sound_cache() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for milliseconds in [5, 20, 45, 80, 130, 200] {
        let mut child = start_child(folder.path());
        // The child may be anywhere in its work by then.
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().expect("the child can be killed");
        child.wait().expect("the child has ended");
        let facts =
            measure_checked(&sample::tree(Listed::Blobs), &cache_in(folder.path()), &sample::options());
        assert_eq!(facts.cache_trouble, None, "killed after {milliseconds} ms");
    }
    whole_again(folder.path());
}

/// The next two runs find a sound cache: the first fills it, the second takes all from it.
fn whole_again(folder: &Path) {
    measure_checked(&sample::tree(Listed::Blobs), &cache_in(folder), &with_sections(ALL_SECTIONS));
    let facts =
        measure_checked(&sample::tree(Listed::Blobs), &cache_in(folder), &with_sections(ALL_SECTIONS));
    assert_eq!((facts.from_cache, facts.cache_trouble), (facts.files.len(), None));
    let connection =
        rusqlite::Connection::open(folder.join("cache.sqlite")).expect("the cache is an SQLite file");
    let verdict: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("SQLite checks its own file");
    assert_eq!(verdict, "ok");
}
