use super::key::{Keys, Version};
use super::limit::Size;
use super::payload::{self, seal, unseal};
use super::schema::Table;
use super::store::Limits;
use super::*;
use crate::language::Language;
use crate::model::{BlobId, RepoPath};
use crate::repo::{MeasureOptions, RepoFacts, measure};
use crate::source::{Entry, Listing, SourceError, SourceTree};
use crate::stores::Secret;
use proptest::prelude::*;
use std::time::{Duration, SystemTime};

/// Rust files with blob ids from Git.
struct Files(Vec<(RepoPath, Vec<u8>)>);

impl Files {
    fn new(count: usize) -> Files {
        let source = |n: usize| {
            let body = format!("    if x > {n} {{ return {n}; }} // case {n}\n").repeat(1 + n % 50);
            format!("/// Function {n}.\npub fn f{n}(x: u32) -> u32 {{\n{body}    x\n}}\n").into_bytes()
        };
        Files((0..count).map(|n| (RepoPath::from(format!("f{n:05}.rs").as_str()), source(n))).collect())
    }
}

impl SourceTree for Files {
    fn listing_unless(&self, _: crate::source::Cancelled<'_>) -> Result<Listing, SourceError> {
        let entry = |(path, bytes): &(RepoPath, Vec<u8>)| Entry {
            path: path.clone(),
            blob: Some(crate::extract::blob_id(bytes)),
            size: None,
            stat: None,
        };
        Ok(Listing { entries: self.0.iter().map(entry).collect(), skipped: Vec::new() })
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        let found = self.0.binary_search_by(|(path, _)| path.cmp(&entry.path));
        found.map(|index| self.0[index].1.clone()).map_err(|_| SourceError::new("not listed"))
    }

    fn describe(&self) -> String {
        "files".to_owned()
    }
}

const OPTIONS: MeasureOptions<'static> = MeasureOptions {
    sections: Sections { comments: true, symbols: true, tokens: true, types: true },
    max_file_size: 1 << 20,
    progress: None,
    cancelled: None,
};

fn open(folder: &Path, version: Version, limits: Limits) -> Cache {
    Cache::open_with(&CacheDirs::within(folder), None, Path::new("/nowhere"), version, limits)
}

fn plain(folder: &Path) -> Cache {
    open(folder, Version::current(), Limits::default())
}

/// Measures with the cache and asserts that the result is the same as without.
fn checked(tree: &Files, cache: &Cache) -> RepoFacts {
    let facts = measure(tree, Some(cache), &OPTIONS).expect("the tree can be listed");
    let expected = measure(tree, None, &OPTIONS).expect("the tree can be listed");
    assert!(facts.files == expected.files && facts.skipped == expected.skipped);
    facts
}

fn raw(folder: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.join("cache.sqlite")).expect("the cache is an SQLite file")
}

fn count(folder: &Path, sql: &str) -> i64 {
    raw(folder).query_row(sql, [], |row| row.get(0)).expect("the query fits the schema")
}

fn keys() -> Keys {
    Keys::new(&Secret::of_text(&[b'x'; 32]).expect("it is long enough"))
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn facts_of_another_extractor_are_a_miss_and_can_be_pruned() {
    let (folder, tree) = (folder(), Files::new(10));
    let next = Version((i64::from(crate::EXTRACTOR_VERSION) + 1) << 32);
    checked(&tree, &plain(folder.path()));
    let cache = open(folder.path(), next, Limits::default());
    assert_eq!(checked(&tree, &cache).from_cache, 0);
    assert_eq!(checked(&tree, &cache).from_cache, 10);
    let info = cache.info().expect("there is a cache");
    let versions: Vec<_> = info.versions.iter().map(|v| (v.extractor, v.current, v.entries)).collect();
    assert_eq!(versions, [(crate::EXTRACTOR_VERSION + 1, true, 10), (crate::EXTRACTOR_VERSION, false, 10)]);
    assert_eq!(info.entries, 20);
    let pruned = cache.prune(Prune { other_versions: true, ..Prune::default() }).expect("it can be pruned");
    assert_eq!(pruned.entries, 10);
    assert_eq!(checked(&tree, &cache).from_cache, 10);
    assert_eq!(checked(&tree, &plain(folder.path())).from_cache, 0);
}

#[test]
fn a_full_disk_costs_the_cache_but_not_the_facts() {
    let (folder, tree) = (folder(), Files::new(300));
    let small = Limits { max_pages: Some(12), ..Limits::default() };
    let facts = checked(&tree, &open(folder.path(), Version::current(), small));
    assert!(facts.cache_trouble.is_some_and(|trouble| trouble.contains("no space left")));
    let facts = checked(&tree, &plain(folder.path()));
    assert_eq!(facts.cache_trouble, None);
    assert_eq!(checked(&tree, &plain(folder.path())).from_cache, 300);
}

#[test]
fn a_tree_that_is_larger_than_the_limit_is_remembered_as_far_as_it_fits_and_the_run_says_so() {
    let (folder, tree) = (folder(), Files::new(1_500));
    let small = Limits { max_bytes: Size(1 << 20), ..Limits::default() };
    let run = || checked(&tree, &open(folder.path(), Version::current(), small));
    let age = || {
        for table in Table::ALL.iter().filter(|table| table.has_version()) {
            let sql = format!("UPDATE {} SET used = used - 100", table.name());
            raw(folder.path()).execute(&sql, []).expect("the table has that column");
        }
    };
    let says_so = |facts: &RepoFacts| {
        facts.cache_trouble.as_ref().is_some_and(|trouble| trouble.contains("raise BATUTA_CACHE_MAX_SIZE"))
    };
    assert!(says_so(&run()));
    age();
    let second = run();
    let kept = second.from_cache;
    assert!(says_so(&second) && (100..1_500).contains(&kept), "{kept}");
    age();
    assert!(run().from_cache >= kept, "what is used does not make room for the rest");
    // Another tree takes the place of unused rows.
    age();
    let other = Files(Files::new(1_700).0.split_off(1_500));
    assert_eq!(checked(&other, &open(folder.path(), Version::current(), small)).cache_trouble, None);
    assert_eq!(checked(&other, &plain(folder.path())).from_cache, 200);
}

#[test]
fn a_cache_that_stays_locked_is_done_without() {
    let (folder, tree) = (folder(), Files::new(10));
    let hasty = Limits { busy: Duration::from_millis(50), ..Limits::default() };
    let cache = open(folder.path(), Version::current(), hasty);
    let mut other = raw(folder.path());
    let lock =
        other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("the lock is free");
    let facts = checked(&tree, &cache);
    assert!(facts.cache_trouble.is_some_and(|trouble| trouble.contains("another process holds it")));
    lock.rollback().expect("the lock can be given back");
    assert_eq!(checked(&tree, &cache).cache_trouble, None);
    assert_eq!(checked(&tree, &cache).from_cache, 10);
}

#[test]
fn a_warm_run_writes_nothing() {
    let (folder, tree) = (folder(), Files::new(10));
    let cache = plain(folder.path());
    checked(&tree, &cache);
    let watcher = raw(folder.path());
    let seen =
        || watcher.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0)).expect("a number");
    let before = seen();
    assert_eq!(checked(&tree, &cache).from_cache, 10);
    assert_eq!(seen(), before);
}

#[test]
fn entries_last_as_long_as_they_are_used() {
    let (folder, tree) = (folder(), Files::new(10));
    let cache = plain(folder.path());
    checked(&tree, &cache);
    let now = session::seconds_since_1970(SystemTime::now());
    raw(folder.path())
        .execute("UPDATE facts SET used = used - 100 * 86400", [])
        .expect("the schema has that column");
    let half = Files(tree.0[..5].to_vec());
    checked(&half, &cache);
    assert_eq!(count(folder.path(), &format!("SELECT COUNT(*) FROM facts WHERE used >= {}", now - 1)), 5);
    let old = Prune { unused_days: Some(30), ..Prune::default() };
    assert_eq!(cache.prune(old).expect("it can be pruned").entries, 5);
    for section in Table::SECTIONS {
        assert_eq!(count(folder.path(), &format!("SELECT COUNT(*) FROM {}", section.name())), 5);
    }
    assert_eq!(checked(&tree, &cache).from_cache, 5);
}

#[test]
fn clearing_empties_the_file_and_gives_its_space_back() {
    let (folder, tree) = (folder(), Files::new(300));
    let cache = plain(folder.path());
    checked(&tree, &cache);
    let full = cache.info().expect("there is a cache");
    let cleared = cache.clear().expect("it can be cleared");
    let empty = cache.info().expect("there is a cache");
    assert_eq!((full.entries, cleared.entries, empty.entries), (300, 300, 0));
    assert_eq!(cleared.bytes, full.bytes - empty.bytes);
    assert!(empty.bytes < full.bytes / 2, "{} of {}", empty.bytes, full.bytes);
    assert_eq!(checked(&tree, &cache).from_cache, 0);
}

#[test]
fn without_a_git_folder_to_write_to_the_users_cache_serves() {
    let (root, user) = (folder(), folder());
    let git = root.path().join(".git");
    std::fs::create_dir(&git).expect("a folder");
    std::fs::write(git.join("batuta"), "a file where the folder should be").expect("a file");
    let dirs =
        CacheDirs { chosen: None, user: Some(user.path().to_owned()), ..CacheDirs::within(user.path()) };
    let cache = Cache::open_with(&dirs, Some(&git), root.path(), Version::current(), Limits::default());
    assert!(cache.path().is_some_and(|path| path.starts_with(user.path())), "{:?}", cache.path());
    assert_eq!(checked(&Files::new(3), &cache).cache_trouble, None);
}

#[test]
fn with_no_place_at_all_every_run_says_so() {
    let root = folder();
    let file = root.path().join("file");
    std::fs::write(&file, "no folder").expect("a file");
    let dirs = CacheDirs { chosen: Some(file.join("cache")), ..CacheDirs::within(root.path()) };
    let cache = Cache::open_in(&dirs, None, root.path());
    assert_eq!(cache.path(), None);
    for _ in 0..2 {
        let trouble = checked(&Files::new(3), &cache).cache_trouble;
        assert!(trouble.is_some_and(|trouble| trouble.contains("no place for a cache")));
    }
    assert!(cache.info().is_err() && cache.clear().is_err());
}

#[test]
fn one_blob_in_two_languages_is_two_entries() {
    let blob = BlobId([7; 20]);
    let keys =
        [Language::Rust, Language::Json].map(|language| keys().facts(Version::current(), blob, language));
    assert_ne!(keys[0], keys[1]);
    let sealed = seal(Table::Facts, keys[0], "facts");
    assert_eq!(unseal::<String>(Table::Facts, keys[0], &sealed, &mut Vec::new()).as_deref(), Some("facts"));
    assert_eq!(unseal::<String>(Table::Facts, keys[1], &sealed, &mut Vec::new()), None);
    assert_eq!(unseal::<String>(Table::Symbols, keys[0], &sealed, &mut Vec::new()), None);
}

#[test]
fn an_entry_that_claims_more_than_its_bytes_can_hold_takes_no_memory() {
    let lz4 = 1;
    let mut body = vec![Table::Facts as u8, lz4];
    body.extend(u32::MAX.to_le_bytes());
    body.extend([0; 16]);
    let mut buffer = Vec::new();
    assert_eq!(payload::open::<String>(Table::Facts, &body, &mut buffer), None);
    assert_eq!(buffer.capacity(), 0);
}

proptest! {
    #[test]
    fn what_was_sealed_comes_back_whole_or_not_at_all(
        words in prop::collection::vec("[a-z]{0,12}", 0..200),
        blob in any::<[u8; 20]>(),
        position in any::<prop::sample::Index>(),
        bit in 0..8_u8,
        length in any::<prop::sample::Index>(),
    ) {
        let key = keys().facts(Version::current(), BlobId(blob), Language::Rust);
        let mut sealed = seal(Table::Facts, key, &words);
        prop_assert_eq!(unseal::<Vec<String>>(Table::Facts, key, &sealed, &mut Vec::new()), Some(words));
        let cut = &sealed[..length.index(sealed.len())];
        prop_assert_eq!(unseal::<Vec<String>>(Table::Facts, key, cut, &mut Vec::new()), None);
        let position = position.index(sealed.len());
        sealed[position] ^= 1 << bit;
        prop_assert_eq!(unseal::<Vec<String>>(Table::Facts, key, &sealed, &mut Vec::new()), None);
    }
}
