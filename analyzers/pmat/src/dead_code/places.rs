//! What a path says of a file: test, sample, product.

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

const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "__tests__",
    "spec",
    "specs",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "e2e",
    "cypress",
    "__mocks__",
    "__fixtures__",
];
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

/// What a path says.
pub(super) fn place(path: &str) -> Place {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    let in_name = stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || matches!(stem, "test" | "tests" | "conftest")
        || file.contains(".test.")
        || file.contains(".spec.")
        || ((stem.ends_with("Test") || stem.ends_with("Tests") || stem.ends_with("TestCase"))
            && [".java", ".kt", ".scala", ".cs", ".swift", ".php"]
                .iter()
                .any(|ending| file.ends_with(ending)));
    let in_folder = |list: &[&str]| folders.split('/').any(|folder| list.contains(&folder));
    if in_name || in_folder(TEST_FOLDERS) {
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
