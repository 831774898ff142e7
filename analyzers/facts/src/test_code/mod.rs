//! What is test code: the one answer, which every analysis takes.
//!
//! Three things say it. A function says it by itself, in its language's own way ([`TestMark`]). A file is called as the
//! frameworks of its language want it, and holds tests; or holds hardly anything else. A folder is one of tests, by its name
//! and by what lies below it. In Rust the compiler's own rules stand in for names: see `rust`.

mod folders;
mod names;
mod rust;

use crate::language::Language;
use crate::model::{FileFacts, Function, FunctionKind, RepoPath, TestMark};
use crate::{FileRecord, RepoFacts};
use folders::TestFolders;

/// What a file is to the tests of its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileRole {
    /// It is test code, all of it.
    test: bool,
    /// Frameworks look for tests in files that are called so.
    named: bool,
}

impl FileRecord {
    /// True for a file of tests, and for what lies beside them for their sake: helpers, data.
    pub fn is_test_file(&self) -> bool {
        self.role.test
    }

    /// True for test code: a function that is a test, stands in one, or helps them.
    pub fn is_test(&self, function: &Function) -> bool {
        self.role.test || function.test.is_test_code()
    }

    /// True for a test itself: what a framework runs and reports on, once whatever its parameters.
    pub fn is_test_definition(&self, function: &Function) -> bool {
        match function.test {
            TestMark::Marked => true,
            TestMark::ByName => self.role.named,
            TestMark::None | TestMark::Inside => false,
        }
    }

    /// The tests that the file defines, in order.
    pub fn tests(&self) -> impl Iterator<Item = &Function> {
        self.data.facts.functions.iter().filter(|function| self.is_test_definition(function))
    }
}

impl RepoFacts {
    /// How many tests the tree defines.
    pub fn tests(&self) -> usize {
        self.files.iter().map(|file| file.tests().count()).sum()
    }
}

/// True for a path that is one of tests by itself, where nothing else is known of the tree: it lies in a folder of tests or of
/// test data, or is called as the frameworks of its language want it.
pub fn is_test_path(path: &RepoPath, language: Option<Language>) -> bool {
    folders::any_is_for_tests(path) || names::is_named(path, language)
}

/// Says of each file of a tree what it is to its tests.
pub(crate) fn assign_roles(files: &mut [FileRecord]) {
    for file in files.iter_mut() {
        file.role = alone(&file.entry.path, &file.data.facts);
    }
    let folders = TestFolders::of(files.iter().filter(|file| holds_tests(file)).map(FileRecord::path));
    let packages = rust::Packages::of(files);
    for file in files.iter_mut().filter(|file| !file.role.test) {
        let path = &file.entry.path;
        file.role.test = match file.data.facts.language {
            Language::Rust => packages.is_test_file(path, &folders),
            _ => folders.hold(path.as_bytes(), path.parent().len()),
        };
    }
}

/// What a file is by itself.
pub(crate) fn alone(path: &RepoPath, facts: &FileFacts) -> FileRole {
    let language = facts.language;
    let Some(grammar) = language.grammar() else {
        return FileRole::default();
    };
    let rule = &grammar.tests;
    let stem = names::stem(path);
    let sure = names::is_one_of(stem, rule.sure_file_names);
    let named = sure || names::is_one_of(stem, rule.file_names);
    let holds = |function: &Function| match function.test {
        TestMark::Marked => true,
        TestMark::ByName => named,
        TestMark::None | TestMark::Inside => false,
    };
    let any = facts.functions.iter().any(holds);
    let program = || {
        // A program of its own: C has no framework that would call it.
        matches!(language, Language::C | Language::Cpp) && facts.functions.iter().any(|f| f.name == "main")
    };
    let test = sure
        || facts.tests.whole
        || (named && !rule.beside_code && (any || program()))
        || (any && !rule.beside_code && mostly_tests(facts));
    FileRole { test, named }
}

/// True where at least half of the functions that stand in no other are tests, or hold them.
fn mostly_tests(facts: &FileFacts) -> bool {
    let (mut tests, mut all) = (0usize, 0usize);
    for function in facts.functions.iter().filter(|function| function.enclosing.is_none()) {
        all += 1;
        tests += usize::from(function.test == TestMark::Marked || function.kind == FunctionKind::Suite);
    }
    tests > 0 && tests * 2 >= all
}

fn holds_tests(file: &FileRecord) -> bool {
    file.tests().next().is_some()
}

#[cfg(test)]
mod tests;
