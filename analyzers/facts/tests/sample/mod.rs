//! A small tree with a file for every way a measurement can come out, and trees that list it as Git or a folder would.
#![allow(dead_code, reason = "each test file uses its part")]

use facts::cache::{Cache, CacheDirs};
use facts::extract::blob_id;
use facts::model::{BlobId, RepoPath};
use facts::source::{Entry, FileStat, Listing, SourceError, SourceTree};
use facts::{FileRecord, MeasureOptions, RepoFacts, Sections, measure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a listing says about its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Path and size, like text in memory.
    Bare,
    /// Blob ids, like a Git revision.
    Blobs,
    /// Stat data, like a folder outside Git.
    Stats,
}

/// A tree in memory that counts how often it is read.
pub struct Tree {
    pub files: BTreeMap<RepoPath, Vec<u8>>,
    pub listed: Listed,
    pub unreadable: BTreeSet<RepoPath>,
    /// Modification time of every file, in nanoseconds since the epoch.
    pub modified: i64,
    /// Blob ids that Git claims for files listed by their stats.
    pub claimed: BTreeMap<RepoPath, BlobId>,
    reads: AtomicUsize,
}

impl Tree {
    pub fn new(listed: Listed, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Tree {
        let files = files.into_iter().map(|(path, bytes)| (RepoPath::from(path.as_str()), bytes)).collect();
        Tree {
            files,
            listed,
            unreadable: BTreeSet::new(),
            modified: 1_000_000_000,
            claimed: BTreeMap::new(),
            reads: AtomicUsize::new(0),
        }
    }

    /// Files read since this was last asked.
    pub fn reads(&self) -> usize {
        self.reads.swap(0, Ordering::Relaxed)
    }

    fn entry(&self, path: &RepoPath, bytes: &[u8]) -> Entry {
        let size = bytes.len() as u64;
        Entry {
            path: path.clone(),
            blob: match self.listed {
                Listed::Blobs => Some(blob_id(bytes)),
                Listed::Bare | Listed::Stats => self.claimed.get(path).copied(),
            },
            size: (self.listed != Listed::Blobs).then_some(size),
            stat: (self.listed == Listed::Stats).then_some(FileStat {
                modified: self.modified,
                size,
                inode: 1,
            }),
        }
    }
}

impl SourceTree for Tree {
    fn listing_unless(&self, _: facts::source::Cancelled<'_>) -> Result<Listing, SourceError> {
        let entries = self.files.iter().map(|(path, bytes)| self.entry(path, bytes)).collect();
        Ok(Listing { entries, skipped: Vec::new() })
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        match self.files.get(&entry.path) {
            Some(bytes) if !self.unreadable.contains(&entry.path) => Ok(bytes.clone()),
            _ => Err(SourceError::new("permission denied")),
        }
    }

    fn describe(&self) -> String {
        "sample".to_owned()
    }
}

/// The sample's size limit.
pub const LIMIT: u64 = 20_000;

/// Files of several languages, and files that cannot be measured for each reason that bytes can give.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |path: &str, bytes: &[u8]| files.push((path.to_owned(), bytes.to_vec()));
    add("src/shape.rs", RUST.as_bytes());
    add("src/copy_of_shape.rs", RUST.as_bytes());
    add("src/broken.rs", b"fn ok() {}\nfn broken( { let = ; }\n");
    add("src/empty.rs", b"");
    add("tool.py", PYTHON.as_bytes());
    add("package.json", b"{\n  \"name\": \"sample\",\n  \"version\": \"1.0.0\"\n}\n");
    add("include/c.h", b"#ifndef C_H\nint area(int width, int height);\n#endif\n");
    add("include/cpp.h", b"// A class.\nclass Shape {\npublic:\n  int area() const { return 1; }\n};\n");
    add("run", b"#!/usr/bin/env python3\nprint('hello')\n");
    add("LICENSE-BLOB", b"\0\x01\x02\x03 neither text nor code");
    add("binary.rs", b"fn f() {}\0\0\0\0\0\0\0\0");
    add("wide.py", b"\xff\xfep\0r\0i\0n\0t\0");
    add("unknown.xyz-no-language", b"whatever");
    add("large.rs", "// a line of a large file\n".repeat(1_000).as_bytes());
    for index in 0..40 {
        let source = format!(
            "/// Number {index}.\npub fn f{index}(x: u32) -> u32 {{\n    if x > {index} {{ x }} else {{ 0 }}\n}}\n"
        );
        add(&format!("many/f{index}.rs"), source.repeat(1 + index % 7).as_bytes());
    }
    files
}

/// The sample as listed in the given way.
pub fn tree(listed: Listed) -> Tree {
    Tree::new(listed, files())
}

pub fn options() -> MeasureOptions<'static> {
    MeasureOptions { max_file_size: LIMIT, ..MeasureOptions::default() }
}

pub fn with_sections(sections: Sections) -> MeasureOptions<'static> {
    MeasureOptions { sections, ..options() }
}

pub const ALL_SECTIONS: Sections = Sections { comments: true, symbols: true, tokens: true, types: true };

pub fn every_choice_of_sections() -> impl Iterator<Item = Sections> {
    (0..16).map(|bits| Sections {
        comments: bits & 1 != 0,
        symbols: bits & 2 != 0,
        tokens: bits & 4 != 0,
        types: bits & 8 != 0,
    })
}

/// The cache in `folder`.
pub fn cache_in(folder: &Path) -> Cache {
    Cache::open_in(&CacheDirs::within(folder), None, Path::new("/sample"))
}

/// All that must not depend on the cache.
pub fn result(facts: &RepoFacts) -> (&[FileRecord], &[facts::source::Skipped]) {
    (&facts.files, &facts.skipped)
}

/// Measures with the cache and asserts that the answer is the one given without.
pub fn measure_checked(tree: &Tree, cache: &Cache, options: &MeasureOptions<'_>) -> RepoFacts {
    let expected = measure(tree, None, options).expect("the sample can be listed");
    tree.reads();
    let facts = measure(tree, Some(cache), options).expect("the sample can be listed");
    assert_eq!(result(&facts), result(&expected));
    facts
}

const RUST: &str = r#"//! Shapes.

/// A shape.
pub trait Shape {
    /// Its area.
    fn area(&self) -> f64;
}

/// A rectangle.
pub struct Rectangle {
    width: f64,
    height: f64,
}

impl Shape for Rectangle {
    fn area(&self) -> f64 {
        // Negative sides count as none.
        if self.width < 0.0 || self.height < 0.0 {
            return 0.0;
        }
        self.width * self.height
    }
}

fn largest(shapes: &[Rectangle]) -> f64 {
    let mut best = 0.0;
    for shape in shapes {
        let area = shape.area(); // one call each
        if area > best {
            best = area;
        }
    }
    best
}
"#;

const PYTHON: &str = r#"import sys


def classify(n):
    """Tell what n is."""
    if n < 0:
        return "negative"
    for divisor in range(2, n):
        if n % divisor == 0 and n > 3:
            return "composite"
    return "prime"  # or unit


print(classify(int(sys.argv[1])))
"#;
