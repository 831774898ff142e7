//! Whatever happens to the cache file, the facts stay right and the run goes on.

mod sample;

use sample::{ALL_SECTIONS, Listed, cache_in, measure_checked, with_sections};
use std::fs;
use std::path::{Path, PathBuf};

struct Filled {
    folder: tempfile::TempDir,
    tree: sample::Tree,
}

impl Filled {
    fn new() -> Filled {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tree = sample::tree(Listed::Blobs);
        measure_checked(&tree, &cache_in(folder.path()), &with_sections(ALL_SECTIONS));
        Filled { folder, tree }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("cache.sqlite")
    }

    /// Two runs give the right facts, and then the cache is whole again.
    fn heals(&self, damage: &str) {
        let options = with_sections(ALL_SECTIONS);
        measure_checked(&self.tree, &cache_in(self.folder.path()), &options);
        measure_checked(&self.tree, &cache_in(self.folder.path()), &options);
        let third = measure_checked(&self.tree, &cache_in(self.folder.path()), &options);
        assert_eq!((third.from_cache, third.cache_trouble), (third.files.len(), None), "after {damage}");
    }
}

/// Xorshift: the same damage on every machine.
fn numbers(mut state: u64) -> impl Iterator<Item = usize> {
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    })
}

#[test]
fn cut_off_anywhere() {
    let filled = Filled::new();
    let whole = fs::read(filled.file()).expect("the cache is there");
    for cut in (0..24).map(|step| whole.len() * step / 24).chain([1, 15, 99, 100, 511, whole.len() - 1]) {
        fs::write(filled.file(), &whole[..cut]).expect("the cache can be overwritten");
        filled.heals(&format!("a cut after {cut} bytes"));
    }
}

#[test]
fn bytes_overwritten_anywhere() {
    let filled = Filled::new();
    let whole = fs::read(filled.file()).expect("the cache is there");
    let mut random = numbers(0x9E37_79B9_7F4A_7C15);
    let mut next = || random.next().expect("the sequence does not end");
    for round in 0..60 {
        let mut damaged = whole.clone();
        let strength = [1, 8, 64, 1024][round % 4];
        for _ in 0..strength {
            let position = next() % damaged.len();
            damaged[position] ^= (1 + next() % 255) as u8;
        }
        fs::write(filled.file(), damaged).expect("the cache can be overwritten");
        filled.heals(&format!("damage number {round}"));
    }
}

#[test]
fn every_byte_of_the_header_flipped() {
    let filled = Filled::new();
    let whole = fs::read(filled.file()).expect("the cache is there");
    for position in 0..108 {
        let mut damaged = whole.clone();
        damaged[position] = !damaged[position];
        fs::write(filled.file(), damaged).expect("the cache can be overwritten");
        filled.heals(&format!("flipping byte {position}"));
    }
}

#[test]
fn replaced_by_something_else() {
    let filled = Filled::new();
    let file = filled.file();
    for (what, content) in [("nothing", &b""[..]), ("a word", b"hello"), ("text", &[b'x'; 100_000])] {
        fs::write(&file, content).expect("the cache can be overwritten");
        filled.heals(what);
    }
    fs::remove_file(&file).expect("the cache can be removed");
    fs::create_dir(&file).expect("a folder of that name can be made");
    fs::write(file.join("keep"), "somebody's").expect("a file in it too");
    filled.heals("a folder");
    let aside = filled.folder.path().join("cache.sqlite.aside/keep");
    assert_eq!(
        fs::read_to_string(aside).ok().as_deref(),
        Some("somebody's"),
        "nothing is deleted that is not ours"
    );
}

#[test]
fn a_stray_log_or_index_beside_it() {
    let filled = Filled::new();
    for suffix in ["-wal", "-shm", "-journal"] {
        let beside = filled.folder.path().join(format!("cache.sqlite{suffix}"));
        fs::write(&beside, [0xA5; 40_000]).expect("a file can be made");
        filled.heals(suffix);
    }
}

fn foreign(file: &Path, sql: &str) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", file.display()));
    }
    let connection = rusqlite::Connection::open(file).expect("an SQLite file");
    connection.execute_batch(sql).expect("valid SQL");
}

#[test]
fn tables_of_another_shape() {
    let filled = Filled::new();
    foreign(&filled.file(), "CREATE TABLE facts (x)");
    filled.heals("a foreign table");
    foreign(&filled.file(), "PRAGMA user_version = 99");
    filled.heals("a newer schema");
    foreign(&filled.file(), "CREATE VIEW facts AS SELECT 1 AS id, 2 AS used, 3 AS version, x'00' AS payload");
    filled.heals("a view");
}

#[test]
fn a_rebuild_is_reported_once() {
    let filled = Filled::new();
    fs::write(filled.file(), [b'x'; 5_000]).expect("the cache can be overwritten");
    let cache = cache_in(filled.folder.path());
    let first = measure_checked(&filled.tree, &cache, &sample::options());
    assert!(first.cache_trouble.is_some_and(|trouble| trouble.contains("rebuilt")));
    assert_eq!(measure_checked(&filled.tree, &cache, &sample::options()).cache_trouble, None);
}

#[test]
fn removed_while_open() {
    let filled = Filled::new();
    let cache = cache_in(filled.folder.path());
    measure_checked(&filled.tree, &cache, &sample::options());
    fs::remove_dir_all(filled.folder.path()).expect("the folder can be removed");
    measure_checked(&filled.tree, &cache, &sample::options());
}
