//! Files that hold tests: mutating them shows nothing about what the tests check.

use super::ModuleFile;
use bstr::ByteSlice;
use facts::language::Language;
use facts::model::RepoPath;

/// Folders that hold tests, examples of use or test data whatever the language.
const TEST_FOLDERS: &[&str] =
    &["test", "tests", "testing", "__tests__", "__mocks__", "testdata", "spec", "fixtures"];

/// True for files that by their language's convention hold tests, benchmarks or examples, not code under test.
pub fn is_test_file(language: Language, path: &RepoPath) -> bool {
    let text = path.as_bytes().to_str_lossy();
    let mut folders: Vec<&str> = text.split('/').collect();
    let name = folders.pop().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let in_folder = |names: &[&str]| folders.iter().any(|folder| names.contains(folder));
    if in_folder(TEST_FOLDERS) {
        return true;
    }
    match language {
        Language::Rust => in_folder(&["benches", "examples"]) || name == "build.rs" || stem == "tests",
        Language::Python => {
            stem.starts_with("test_")
                || stem.ends_with("_test")
                || matches!(name, "tests.py" | "conftest.py" | "setup.py")
        }
        Language::Go => stem.ends_with("_test"),
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            matches!(stem, "test" | "tests") || [".test", ".spec", ".d"].iter().any(|end| stem.ends_with(end))
        }
        Language::Java => stem.ends_with("Test") || stem.ends_with("Tests") || stem.ends_with("IT"),
        Language::C | Language::Cpp | Language::Bash => {
            matches!(stem, "test" | "tests")
                || stem.starts_with("test_")
                || ["_test", "_tests", "_unittest"].iter().any(|end| stem.ends_with(end))
        }
        _ => false,
    }
}

/// What a Rust file says of the other files that its crate is made of; none for other languages, and where the parser gave up.
pub fn module_file(language: Language, source: &[u8]) -> Option<ModuleFile> {
    if language != Language::Rust {
        return None;
    }
    let tree = facts::extract::syntax_tree(language, source)?;
    Some(ModuleFile::read(tree.root_node(), source))
}
