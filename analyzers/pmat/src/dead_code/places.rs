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
    "benchsuite",
];

/// What a file is part of.
pub(super) fn place(record: &FileRecord, path: &str) -> Place {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let in_folder = |list: &[&str]| folders.split('/').any(|folder| list.contains(&folder));
    if record.is_test_file() {
        Place::Test
    } else if in_folder(ASIDE_FOLDERS)
        || folders.split('/').any(|folder| folder.starts_with('.'))
        || file.ends_with(".d.ts")
    {
        Place::Aside
    } else {
        Place::Product
    }
}

/// `PlanTest.java` and the like.
fn is_named_test_class(stem: &str, file: &str) -> bool {
    const ENDINGS: [&str; 6] = [".java", ".kt", ".scala", ".cs", ".swift", ".php"];
    let ends = ["Test", "Tests", "TestCase"].iter().any(|word| stem.ends_with(word));
    ends && ENDINGS.iter().any(|ending| file.ends_with(ending))
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
