//! What counts as test code: the one definition that every analysis uses. There are three criteria. A function is
//! marked as a test in its language's own way ([`TestMark`]). A file's name follows the convention of its language's
//! frameworks, or of the project's configuration, and it contains tests; or it contains hardly anything else. If
//! product files have that kind of name too, the file must import a test framework. A folder is a test folder by its
//! name and its content. In Rust the compiler's own rules replace names: see `rust`.

mod folders;
mod frameworks;
mod names;
mod pytest;
mod rust;

pub(crate) use frameworks::imports_any;
pub(crate) use pytest::configured_names;

use crate::file::{FileFacts, FileRecord, FileRole};
use crate::language::{Language, TestRule};
use crate::model::{Function, FunctionKind, RepoPath, TestMark};
use folders::TestFolders;

impl FileRecord {
    /// True for a test file, including helpers and test data.
    pub fn is_test_file(&self) -> bool {
        self.role.test
    }

    /// True for test code: a function that is a test, is inside one, or helps tests.
    pub fn is_test(&self, function: &Function) -> bool {
        self.role.test || function.test.is_test_code()
    }

    /// True for a test itself: a unit that a framework runs and reports. A parameterised test counts once.
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

/// True if the path alone marks a test file, for use when nothing else is known about the tree: it is in a folder for
/// tests or test data, or its name follows the convention of its language's frameworks.
pub fn is_test_path(path: &RepoPath, language: Option<Language>) -> bool {
    folders::any_is_for_tests(path) || names::is_named(path, language)
}

/// Determines the test role of each file of a tree.
pub(crate) fn assign_roles(files: &mut [FileRecord]) {
    let pytest = pytest::Configured::of(files);
    for file in files.iter_mut() {
        file.role = alone(&file.entry.path, &file.data.facts, &pytest);
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

/// The role of a file judged on its own.
fn alone(path: &RepoPath, facts: &FileFacts, pytest: &pytest::Configured) -> FileRole {
    let Some(grammar) = facts.language.grammar() else {
        return FileRole::default();
    };
    let rule = &grammar.tests;
    let called = Called::of(path, facts, rule, pytest);
    let any = facts.functions.iter().any(|function| match function.test {
        TestMark::Marked => true,
        TestMark::ByName => called.named,
        TestMark::None | TestMark::Inside => false,
    });
    let by_name = (called.named && is_program(facts, called.weak)) || ((called.named || called.weak) && any);
    let by_content = any && mostly_tests(facts);
    let test = called.sure || facts.tests.whole || (!rule.beside_code && (by_name || by_content));
    FileRole { test, named: called.named }
}

/// What the name of a file says.
struct Called {
    /// It is a test file, whatever it contains.
    sure: bool,
    /// Product files have this kind of name, too.
    weak: bool,
    /// Frameworks look for tests in it.
    named: bool,
}

impl Called {
    fn of(path: &RepoPath, facts: &FileFacts, rule: &TestRule, pytest: &pytest::Configured) -> Called {
        let sure = names::fits(path, rule.sure_file_names);
        let weak = names::fits(path, rule.weak_file_names);
        let configured = if facts.language == Language::Python { pytest.says(path) } else { None };
        let usual = configured.unwrap_or_else(|| names::fits(path, rule.file_names));
        let looked_into = weak && (facts.tests.framework || is_test_program(facts));
        Called { sure, weak, named: sure || usual || looked_into }
    }
}

/// True for a file that is a test as a whole: a C program, because no framework calls functions there, or a JavaScript
/// script of bare assertions.
fn is_program(facts: &FileFacts, weak: bool) -> bool {
    match facts.language {
        Language::C | Language::Cpp => has_main(facts),
        Language::JavaScript | Language::TypeScript | Language::Tsx => weak && facts.tests.framework,
        _ => false,
    }
}

/// The fewest functions with a test name that make a program a test program.
const TESTS_OF_A_PROGRAM: usize = 3;

/// True for a C program with several functions named `test…`: no framework would call them.
fn is_test_program(facts: &FileFacts) -> bool {
    let by_name = |function: &&Function| function.test == TestMark::ByName;
    matches!(facts.language, Language::C | Language::Cpp)
        && has_main(facts)
        && facts.functions.iter().filter(by_name).count() >= TESTS_OF_A_PROGRAM
}

fn has_main(facts: &FileFacts) -> bool {
    facts.functions.iter().any(|function| function.name == "main")
}

/// True if at least half of the outermost functions are tests or test suites.
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
