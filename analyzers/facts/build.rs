//! Hashes the sources that decide what is extracted. The cache keys its entries with that hash, so facts written by
//! another state of the extractor are never taken for this one's, even where somebody forgot to raise
//! `EXTRACTOR_VERSION`.

use std::path::{Path, PathBuf};

/// Everything that a file's facts, or their stored form, depend on.
const SOURCES: [&str; 5] = ["src/extract", "src/file.rs", "src/language", "src/model", "src/secrets"];
/// Names the grammar versions.
const LOCK_FILE: &str = "../../Cargo.lock";

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    files.sort();
    let mut hash = Fnv::new();
    for file in &files {
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update(&std::fs::read(file).expect("a source file listed a moment ago can be read"));
    }
    if let Ok(lock) = std::fs::read_to_string(LOCK_FILE) {
        println!("cargo:rerun-if-changed={LOCK_FILE}");
        let grammars = lock.split("[[package]]").filter(|package| package.contains("name = \"tree-sitter"));
        grammars.for_each(|package| hash.update(package.as_bytes()));
    }
    println!("cargo:rustc-env=FACTS_SOURCES={}", hash.0 as u32);
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
        return;
    }
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        collect(&entry.path(), files);
    }
}

/// FNV-1a, 64 bits: stable between toolchains, unlike the standard library's hasher.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
