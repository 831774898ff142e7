//! A cache that strangers prepared: nothing outside of it is touched, nothing in it is believed, and the facts stay right.

mod sample;

use facts::cache::{Cache, CacheDirs, Prune, Size};
use rusqlite::Connection;
use sample::{ALL_SECTIONS, Listed, cache_in, measure_checked, with_sections};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn file(folder: &Path) -> PathBuf {
    folder.join("cache.sqlite")
}

fn with_key(folder: &Path, key: &str) -> Cache {
    let dirs = CacheDirs { key: Some(key.repeat(40).into()), ..CacheDirs::within(folder) };
    Cache::open_in(&dirs, None, Path::new("/sample"))
}

/// Two runs give the right facts, and then the cache is whole again.
fn heals(folder: &Path, what: &str) {
    let (tree, options) = (sample::tree(Listed::Blobs), with_sections(ALL_SECTIONS));
    measure_checked(&tree, &cache_in(folder), &options);
    measure_checked(&tree, &cache_in(folder), &options);
    let third = measure_checked(&tree, &cache_in(folder), &options);
    assert_eq!((third.from_cache, third.cache_trouble), (third.files.len(), None), "after {what}");
}

#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "a test makes a named pipe")]
fn links_and_pipes_are_not_opened() {
    let (folder, outer) = (folder(), folder());
    let victim = outer.path().join("victim");
    heals(folder.path(), "nothing");
    // A text, and a database that SQLite would gladly write to.
    let database = Connection::open(outer.path().join("database")).expect("a database");
    database.execute_batch("CREATE TABLE precious (x); INSERT INTO precious VALUES (1)").expect("valid SQL");
    drop(database);
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let path = folder.path().join(format!("cache.sqlite{suffix}"));
        for name in ["text", "database", "none"] {
            if name == "text" {
                fs::write(outer.path().join(name), "precious").expect("a file");
            }
            let _ = fs::remove_file(&victim);
            if name != "none" {
                fs::copy(outer.path().join(name), &victim).expect("it can be copied");
            }
            let before = fs::read(&victim).ok();
            let _ = fs::remove_file(&path);
            std::os::unix::fs::symlink(&victim, &path).expect("a link");
            heals(folder.path(), &format!("a link to a {name} as {suffix}"));
            assert_eq!(fs::read(&victim).ok(), before, "a link to a {name} as {suffix}");
        }
        let _ = fs::remove_file(&path);
        let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
        assert!(made.success());
        heals(folder.path(), &format!("a pipe as {suffix}"));
    }
}

/// SQLite plays a journal back that is next to a database, and then removes the file that it names: any file, except for the last
/// characters of its name.
#[test]
fn a_journal_that_names_a_file_does_not_remove_it() {
    let (folder, outer) = (folder(), folder());
    heals(folder.path(), "nothing");
    let victim = outer.path().join("precious-mj0123459AB");
    let plant = |database: &Path| {
        // SQLite of today removes what names the journal in its turn, older versions what names none.
        fs::write(&victim, format!("{}-journal\0", database.display())).expect("a file");
        fs::write(format!("{}-journal", database.display()), journal(&victim)).expect("a file");
    };
    // The journal is one that works.
    let other = outer.path().join("other.sqlite");
    Connection::open(&other).and_then(|c| c.execute_batch("CREATE TABLE t (x)")).expect("a database");
    plant(&other);
    let count = "SELECT COUNT(*) FROM sqlite_schema";
    let _ = Connection::open(&other).and_then(|c| c.query_row(count, [], |row| row.get::<_, i64>(0)));
    assert!(!victim.exists(), "SQLite removes what a journal names");

    plant(&file(folder.path()));
    heals(folder.path(), "a journal");
    assert!(victim.exists());
    fs::remove_file(file(folder.path())).expect("it is there");
    plant(&file(folder.path()));
    heals(folder.path(), "a journal alone");
    assert!(victim.exists());
}

/// A rollback journal without pages that belongs to a transaction over several files, whose list is `named`.
fn journal(named: &Path) -> Vec<u8> {
    const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let mut bytes = MAGIC.to_vec();
    // Pages in the journal, nonce, pages of the database before, bytes of a sector, bytes of a page.
    for number in [0_u32, 1, 2, 512, 4096] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.resize(512, 0);
    let name = named.to_str().expect("UTF-8").as_bytes();
    // The page that holds the lock byte, with 4096 bytes to the page.
    bytes.extend((0x4000_0000_u32 / 4096 + 1).to_be_bytes());
    bytes.extend(name);
    bytes.extend((name.len() as u32).to_be_bytes());
    bytes.extend(name.iter().map(|byte| u32::from(*byte)).sum::<u32>().to_be_bytes());
    bytes.extend(MAGIC);
    bytes
}

#[test]
fn tables_with_triggers_views_and_indexes_of_strangers_are_made_anew() {
    let folder = folder();
    for (what, sql) in [
        ("a trigger", "CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM facts; END"),
        ("a trigger on use", "CREATE TRIGGER t AFTER UPDATE ON facts BEGIN DELETE FROM comments; END"),
        (
            "a view",
            "DROP TABLE facts; CREATE VIEW facts AS SELECT 1 AS id, 2 AS used, 3 AS version, x'00' AS payload",
        ),
        ("an index", "CREATE INDEX i ON facts (abs(id))"),
        ("one more table", "CREATE TABLE more (x)"),
        ("another column", "ALTER TABLE facts ADD COLUMN more DEFAULT 7"),
        ("no table", "DROP TABLE tokens"),
        ("another version", "PRAGMA user_version = 3"),
        ("another journal", "PRAGMA journal_mode = DELETE"),
    ] {
        heals(folder.path(), "the last one");
        let raw = Connection::open(file(folder.path())).expect("a database");
        raw.execute_batch(sql)
            .or_else(|error| match error {
                rusqlite::Error::ExecuteReturnedResults => Ok(()),
                other => Err(other),
            })
            .expect("valid SQL");
        drop(raw);
        heals(folder.path(), what);
        let raw = Connection::open(file(folder.path())).expect("a database");
        let count: i64 =
            raw.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0)).expect("a number");
        assert_eq!(count, 10, "after {what}");
    }
}

#[test]
fn entries_of_another_secret_are_none_and_both_live_beside_each_other() {
    let folder = folder();
    let (tree, options) = (sample::tree(Listed::Blobs), with_sections(ALL_SECTIONS));
    let from_cache = |key: &str| {
        let facts = measure_checked(&tree, &with_key(folder.path(), key), &options);
        assert_eq!(facts.cache_trouble, None);
        facts.from_cache == facts.files.len()
    };
    assert!(!from_cache("a") && from_cache("a"));
    assert!(!from_cache("b") && from_cache("b"));
    assert!(from_cache("a"), "nobody's entries were replaced");
}

/// Somebody who knows the format, and the ids of the rows, but not the secret.
#[test]
fn rows_that_were_put_in_the_place_of_ours_are_none() {
    let (ours, theirs) = (folder(), folder());
    let (tree, options) = (sample::tree(Listed::Blobs), with_sections(ALL_SECTIONS));
    measure_checked(&tree, &with_key(ours.path(), "a"), &options);
    measure_checked(&tree, &with_key(theirs.path(), "b"), &options);
    let raw = Connection::open(file(ours.path())).expect("a database");
    raw.execute("ATTACH ?1 AS theirs", [file(theirs.path()).to_str()]).expect("a database");
    for table in ["facts", "comments", "symbols", "tokens", "types", "languages"] {
        let rows = raw
            .execute(
                &format!(
                    "UPDATE {table} SET payload = (SELECT payload FROM theirs.{table} AS other \
                     WHERE other.rowid >= {table}.rowid LIMIT 1)"
                ),
                [],
            )
            .expect("valid SQL");
        assert!(rows > 0, "{table}");
    }
    drop(raw);
    let facts = measure_checked(&tree, &with_key(ours.path(), "a"), &options);
    assert_eq!((facts.from_cache, facts.cache_trouble), (0, None));
    let facts = measure_checked(&tree, &with_key(ours.path(), "a"), &options);
    assert_eq!(facts.from_cache, facts.files.len(), "and they are replaced");
}

#[test]
fn stamps_and_versions_of_strangers_do_no_harm() {
    let folder = folder();
    for number in ["0", "-1", "9223372036854775807", "-9223372036854775808", "'text'", "NULL", "x'00'", "1.5"]
    {
        for table in ["facts", "languages", "sightings", "results", "history", "kept"] {
            heals(folder.path(), number);
            let raw = Connection::open(file(folder.path())).expect("a database");
            raw.execute_batch(&format!("UPDATE {table} SET used = {number}, version = {number}"))
                .expect("rows");
        }
        let cache = cache_in(folder.path());
        measure_checked(&sample::tree(Listed::Blobs), &cache, &sample::options());
        let _ = cache.info();
        let everything = Prune { unused_days: Some(30), other_versions: true, max_size: Some(Size(1 << 20)) };
        cache.prune(everything).unwrap_or_else(|error| panic!("{number}: {error}"));
    }
}

/// As many files as there are sources of `sample`, each of them another one for each revision.
fn revision(number: usize) -> sample::Tree {
    let mut tree = sample::tree(Listed::Blobs);
    for (path, bytes) in &mut tree.files {
        if path.extension() == Some(b"rs") {
            let more: String = (0..60)
                .map(|n| {
                    format!("\n/// F {n}.\nfn f{number}_{n}(a: u32) -> u32 {{ a * {n} + {} }}\n", n * number)
                })
                .collect();
            bytes.extend(more.into_bytes());
        }
    }
    tree
}

/// As if all that is stored had been used this many seconds earlier: a run makes room with rows of earlier ones only, distinguished
/// by seconds.
fn age(folder: &Path, seconds: i64) {
    let raw = Connection::open(file(folder)).expect("a database");
    for table in ["facts", "languages", "sightings", "results", "history", "kept"] {
        raw.execute(&format!("UPDATE {table} SET used = used - ?1"), [seconds]).expect("rows");
    }
}

#[test]
fn many_revisions_stay_under_the_limit_and_every_result_is_right() {
    let folder = folder();
    const LIMIT: u64 = 2 << 20;
    let dirs = CacheDirs { max_size: Some(LIMIT.to_string().into()), ..CacheDirs::within(folder.path()) };
    let cache = Cache::open_in(&dirs, None, Path::new("/sample"));
    let options = with_sections(ALL_SECTIONS);
    let mut written = 0;
    for number in 0..24 {
        let tree = revision(number);
        age(folder.path(), 10);
        let facts = measure_checked(&tree, &cache, &options);
        assert_eq!(facts.cache_trouble, None);
        written += facts.files.len() - facts.from_cache;
        let bytes = cache.info().expect("there is a cache").bytes;
        assert!(bytes <= LIMIT, "{bytes} after revision {number}");
    }
    let info = cache.info().expect("there is a cache");
    assert!((info.entries as usize) < written / 2 && info.entries > 0, "{} of {written}", info.entries);
    // Another process with another limit, smaller than the file.
    let again = measure_checked(&revision(23), &cache, &options);
    assert!(again.from_cache > 0, "the newest are there");
}

#[test]
fn what_was_not_used_for_longest_leaves_first() {
    let folder = folder();
    let cache = cache_in(folder.path());
    let options = with_sections(ALL_SECTIONS);
    measure_checked(&revision(1), &cache, &options);
    measure_checked(&revision(2), &cache, &options);
    age(folder.path(), 5 * 86_400);
    // Of use again: it is as good as new.
    let used = measure_checked(&revision(1), &cache, &options);
    assert_eq!(used.from_cache, used.files.len());
    cache.prune(Prune::default()).expect("it can be pruned");
    let bytes = cache.info().expect("there is a cache").bytes;
    cache
        .prune(Prune { max_size: Some(Size(bytes * 6 / 10)), ..Prune::default() })
        .expect("it can be pruned");
    let small = cache.info().expect("there is a cache").bytes;
    assert!(small <= bytes * 7 / 10 && small > bytes * 3 / 10, "{small} of {bytes}");
    let kept = measure_checked(&revision(1), &cache, &options);
    assert!(kept.from_cache * 10 >= kept.files.len() * 9, "{} of {}", kept.from_cache, kept.files.len());
    let gone = measure_checked(&revision(2), &cache, &options);
    assert!(gone.from_cache * 3 < gone.files.len(), "{} of {}", gone.from_cache, gone.files.len());
}

#[test]
fn a_limit_that_is_lowered_is_kept_by_the_next_run_that_writes() {
    let folder = folder();
    let options = with_sections(ALL_SECTIONS);
    let cache = cache_in(folder.path());
    for number in 0..12 {
        measure_checked(&revision(number), &cache, &options);
    }
    let before = cache.info().expect("there is a cache").bytes;
    assert!(before > 2 << 20, "{before}");
    drop(cache);
    age(folder.path(), 10);
    let dirs = CacheDirs { max_size: Some("1M".into()), ..CacheDirs::within(folder.path()) };
    let cache = Cache::open_in(&dirs, None, Path::new("/sample"));
    measure_checked(&revision(99), &cache, &options);
    let after = cache.info().expect("there is a cache").bytes;
    assert!(after <= 1 << 20, "{after}");
}
