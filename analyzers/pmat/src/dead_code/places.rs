//! What a file is part of: tests, samples, the product.

use facts::FileRecord;

/// What a file is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The program or library.
    Product,
    /// Tests, and what they read.
    Test,
    /// Examples, benchmarks, tools, documentation, other people's code: run by hand, or not kept here.
    Aside,
}

const ASIDE_FOLDERS: &[&str] = &[
    "examples",
    "example",
    "benches",
    "bench",
    "benchmarks",
    "docs",
    "doc",
    "scripts",
    "tools",
    "samples",
    "vendor",
    "third_party",
    "third-party",
    "node_modules",
    "dist",
    "deps",
    "contrib",
    "external",
    "extern",
    "thirdparty",
    "vendored",
    "_vendor",
    "_vendored",
    "benchsuite",
];

/// What a file is part of.
pub(super) fn place(record: &FileRecord, path: &str) -> Place {
    match record.is_test_file() {
        true => Place::Test,
        false if is_aside(path) => Place::Aside,
        false => Place::Product,
    }
}

/// True for what stands beside the product: examples, vendored code, declarations of types.
pub(super) fn is_aside(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let mut folders = folders.split('/');
    folders.any(|folder| ASIDE_FOLDERS.contains(&folder) || folder.starts_with('.'))
        || file.ends_with(".d.ts")
}

/// The ending of a file's name without its dot.
pub(super) fn suffix(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').filter(|(name, _)| !name.is_empty()).map(|(_, ending)| ending)
}

/// The folder of a path, `""` at the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The file name without its last ending.
pub(super) fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// A path below a folder.
pub(super) fn join(folder: &str, rest: &str) -> String {
    if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") }
}
