//! Files that the tests are not meant to check.

use super::ModuleFile;
use bstr::ByteSlice;
use facts::FileRecord;
use facts::language::Language;

/// True for tests, and for files that by their language's convention are benchmarks, examples, declarations or build
/// scripts: mutating them shows nothing about the tests.
pub fn is_left_alone(file: &FileRecord) -> bool {
    let text = file.path().as_bytes().to_str_lossy();
    let mut folders: Vec<&str> = text.split('/').collect();
    let name = folders.pop().unwrap_or_default();
    let in_folder = |names: &[&str]| folders.iter().any(|folder| names.contains(folder));
    let beside = match file.data.facts.language {
        Language::Rust => in_folder(&["benches", "examples"]) || name == "build.rs",
        Language::Python => name == "setup.py",
        Language::JavaScript | Language::TypeScript | Language::Tsx => name.contains(".d."),
        _ => false,
    };
    beside || file.is_test_file()
}

/// The modules that a Rust file declares; `None` for other languages, and if the parser gave up.
pub fn module_file(language: Language, source: &[u8]) -> Option<ModuleFile> {
    if language != Language::Rust {
        return None;
    }
    let tree = facts::extract::syntax_tree(language, source)?;
    Some(ModuleFile::read(tree.root_node(), source))
}
