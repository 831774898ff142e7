//! Which files hold tests.

use facts::model::RepoPath;

/// Folders of tests.
const FOLDERS: &[&[u8]] = &[
    b"test",
    b"tests",
    b"__tests__",
    b"spec",
    b"specs",
    b"testdata",
    b"test-data",
    b"fixtures",
    b"androidTest",
];

/// True for a file that holds tests by its folder or its name, as test runners find them: `tests/…`, `test_x.py`,
/// `x_test.go`, `x.spec.ts`, `XTest.java`, `tests.rs`.
pub fn is_test_file(path: &RepoPath) -> bool {
    let mut parts = path.as_bytes().split(|byte| *byte == b'/').rev();
    let name = parts.next().unwrap_or_default();
    if parts.any(|folder| FOLDERS.contains(&folder)) {
        return true;
    }
    let stem = name.iter().rposition(|byte| *byte == b'.').map_or(name, |dot| &name[..dot]);
    let ends = |endings: &[&[u8]]| endings.iter().any(|ending| stem.ends_with(ending));
    stem.starts_with(b"test_")
        || matches!(stem, b"test" | b"tests" | b"conftest")
        || ends(&[b"_test", b"_tests", b"_spec", b".test", b".spec", b"Test", b"Tests", b"Spec"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_are_known_by_folder_or_name() {
        let tests =
            ["tests/a.rs", "a/__tests__/b.js", "test_a.py", "a_test.go", "b/a.spec.ts", "FooTest.java"];
        assert!(tests.iter().all(|path| is_test_file(&RepoPath::from(*path))));
        let code = ["src/a.rs", "src/testing.rs", "latest.py", "contest.go", "attest.c"];
        assert!(!code.iter().any(|path| is_test_file(&RepoPath::from(*path))));
    }
}
