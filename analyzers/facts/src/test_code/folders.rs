//! Test folders.

use crate::hash::HashSet;
use crate::model::RepoPath;

/// Folders with files that only tests read, wherever they are.
const DATA: &[&[u8]] = &[
    b"testdata",
    b"test-data",
    b"test_data",
    b"test-fixtures",
    b"test_fixtures",
    b"fixtures",
    b"__fixtures__",
    b"__mocks__",
    b"__tests__",
    b"__snapshots__",
    b"androidTest",
];

/// Folders of tests if they are at the top of a tree; elsewhere only if there are tests below them (`django/test` is
/// part of a product).
const TESTS: &[&[u8]] =
    &[b"test", b"tests", b"spec", b"specs", b"e2e", b"cypress", b"unittest", b"unittests"];

/// Folders of a tree that contain files with tests.
pub(super) struct TestFolders {
    proven: HashSet<Vec<u8>>,
}

impl TestFolders {
    /// The folders around files that hold tests.
    pub fn of<'p>(files: impl Iterator<Item = &'p RepoPath>) -> Self {
        let mut proven: HashSet<Vec<u8>> = HashSet::default();
        for path in files {
            for (end, name) in parts(path.parent()) {
                let folder = &path.as_bytes()[..end];
                if sounds_like_tests(name) && !proven.contains(folder) {
                    proven.insert(folder.to_vec());
                }
            }
        }
        TestFolders { proven }
    }

    /// True if one of the folders in the first `upto` bytes of a path is a test folder.
    pub fn hold(&self, path: &[u8], upto: usize) -> bool {
        let folders = &path[..upto.min(path.len())];
        let mut before: &[u8] = b"";
        for (at, (end, name)) in parts(folders).enumerate() {
            let at_top = at == 0 || before == b"src";
            let known = DATA.contains(&name) || (TESTS.contains(&name) && at_top);
            if known || (sounds_like_tests(name) && self.proven.contains(&folders[..end])) {
                return true;
            }
            before = name;
        }
        false
    }
}

/// True if the path has a folder with a typical test folder name.
pub(super) fn any_is_for_tests(path: &RepoPath) -> bool {
    parts(path.parent()).any(|(_, name)| DATA.contains(&name) || TESTS.contains(&name))
}

/// The folders of a path and the position where each ends.
fn parts(folders: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    folders.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).map(move |part| {
        let end = start + part.len();
        start = end + 1;
        (end, part)
    })
}

/// True for typical names of test folders: `tests`, `Tests`, `unit-tests`, `Shop.Tests`, `ShopTests`.
fn sounds_like_tests(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let words = |ending: &[u8]| {
        lower.strip_suffix(ending).is_some_and(|rest| {
            rest.last().is_none_or(|before| matches!(before, b'.' | b'-' | b'_'))
                || name[rest.len()].is_ascii_uppercase()
        })
    };
    TESTS.contains(&lower.as_slice()) || [&b"test"[..], b"tests", b"spec", b"specs"].into_iter().any(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_away_from_the_top_are_of_tests_where_tests_lie_below() {
        let test = RepoPath::from("libs/a/unit-tests/x/a_test.go");
        let folders = TestFolders::of([&test].into_iter());
        let holds = |path: &str| folders.hold(path.as_bytes(), RepoPath::from(path).parent().len());
        assert!(holds("libs/a/unit-tests/help.go") && holds("tests/x.py") && holds("a/src/test/b.java"));
        assert!(holds("a/testdata/b.json") && !holds("django/test/client.py") && !holds("contest/a.go"));
    }

    #[test]
    fn names_with_the_word_sound_like_tests() {
        for name in ["tests", "Tests", "unit_tests", "Shop.Tests", "ShopTests", "spec"] {
            assert!(sounds_like_tests(name.as_bytes()), "{name}");
        }
        for name in ["contest", "latest", "testing", "inspec", "attests"] {
            assert!(!sounds_like_tests(name.as_bytes()), "{name}");
        }
    }
}
