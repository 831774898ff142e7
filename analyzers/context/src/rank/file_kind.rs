//! What a path says about the role of its file.

use facts::FileRecord;
use facts::model::RepoPath;
use facts::test_code::is_test_path;

/// The role of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileRole {
    /// The program or library itself.
    Product,
    /// Tests, fixtures, benchmarks.
    Test,
    /// Examples, documentation, generated or foreign code kept next to the product.
    Side,
}

/// The role of a file: whether it is a test by `facts`, else from the names of its folders.
pub(crate) fn role(file: &FileRecord) -> FileRole {
    if file.is_test_file() { FileRole::Test } else { role_by_folders(file.path()) }
}

/// The role of a path about which nothing else is known.
pub(crate) fn role_of_path(path: &RepoPath) -> FileRole {
    if is_test_path(path, None) { FileRole::Test } else { role_by_folders(path) }
}

fn role_by_folders(path: &RepoPath) -> FileRole {
    let text = String::from_utf8_lossy(path.parent()).to_ascii_lowercase();
    let mut parts = text.split('/');
    if parts.clone().any(|part| LIKE_TESTS.contains(&part)) {
        FileRole::Test
    } else if parts.any(|part| SIDE_FOLDERS.contains(&part)) {
        FileRole::Side
    } else {
        FileRole::Product
    }
}

/// Folders of what serves tests, or measures instead of testing.
const LIKE_TESTS: &[&str] = &[
    "testing",
    "test-utils",
    "test_utils",
    "testutil",
    "testutils",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "benchsuite",
    "fuzz",
];

const SIDE_FOLDERS: &[&str] = &[
    "example",
    "examples",
    "doc",
    "docs",
    "vendor",
    "vendored",
    "third_party",
    "thirdparty",
    "3rdparty",
    "deps",
    "extern",
    "third-party",
    "node_modules",
    "generated",
    "dist",
    "site-packages",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_follow_the_usual_layouts() {
        for (path, expected) in [
            ("src/lib.rs", FileRole::Product),
            ("tests/cli.rs", FileRole::Test),
            ("pkg/walk_test.go", FileRole::Test),
            ("app/button.spec.ts", FileRole::Test),
            ("src/test_support/mod.rs", FileRole::Product),
            ("docs/conf.py", FileRole::Side),
            ("latest/attest.c", FileRole::Product),
        ] {
            assert_eq!(role_of_path(&RepoPath::from(path)), expected, "{path}");
        }
    }
}
