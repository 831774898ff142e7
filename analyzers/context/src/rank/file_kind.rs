//! What a path says about the role of its file.

use facts::model::RepoPath;

/// The role of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileRole {
    /// The program or library itself.
    Product,
    /// Tests, fixtures, benchmarks.
    Test,
    /// Examples, documentation, generated or foreign code kept beside the product.
    Side,
}

/// The role of a file, told from the names in its path.
pub(crate) fn role(path: &RepoPath) -> FileRole {
    let text = String::from_utf8_lossy(path.as_bytes()).to_ascii_lowercase();
    let (folders, name) = text.rsplit_once('/').unwrap_or(("", &text));
    let mut parts = folders.split('/');
    if parts.clone().any(|part| TEST_FOLDERS.contains(&part)) || is_test_name(name) {
        FileRole::Test
    } else if parts.any(|part| SIDE_FOLDERS.contains(&part)) {
        FileRole::Side
    } else {
        FileRole::Product
    }
}

const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "test-utils",
    "test_utils",
    "testutil",
    "testutils",
    "test_data",
    "test-data",
    "__tests__",
    "spec",
    "specs",
    "fixtures",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "benchsuite",
    "e2e",
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

fn is_test_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    stem == "tests"
        || stem == "test"
        || stem == "conftest"
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem.ends_with("_spec")
        || name.contains(".test.")
        || name.contains(".spec.")
}

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
            assert_eq!(role(&RepoPath::from(path)), expected, "{path}");
        }
    }
}
