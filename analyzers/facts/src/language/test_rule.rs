//! How the tests of a language are recognised in its files.

use super::grammar::{Kinds, NodeRef, Site};
use crate::model::TestMark;

/// What a language's frameworks consider a test. Whether a function is a test also depends on the name of its file, see
/// [`crate::test_code`].
pub struct TestRule {
    /// How a function or scope is marked, given its name. Everything in a scope that is [`TestMark::Marked`] is test
    /// code.
    pub mark: fn(&Site<'_, '_>, &str) -> TestMark,
    /// The test block that a function is, if frameworks run blocks with a title.
    pub block: fn(&Site<'_, '_>) -> Option<TestBlock>,
    /// File names in which frameworks look for tests, without their last extension (or with it, if the pattern has
    /// one), with one `*`.
    pub file_names: Kinds,
    /// Names that both test files and product files often have: they count only if the file imports one of the
    /// frameworks.
    pub weak_file_names: Kinds,
    /// Imports of test files, as the language writes them: modules and headers, or the beginning of their names.
    pub frameworks: Kinds,
    /// File names that always mean test code, whatever the file contains.
    pub sure_file_names: Kinds,
    /// True if tests are usually next to the code that they test, so that a file with many tests is not necessarily a
    /// test file.
    pub beside_code: bool,
    /// True if the whole file, given its root, is compiled for tests only.
    pub whole_file: fn(NodeRef<'_>, &[u8]) -> bool,
}

impl TestRule {
    /// A language without tests.
    pub const EMPTY: TestRule = TestRule {
        mark: |_, _| TestMark::None,
        block: |_| None,
        file_names: &[],
        weak_file_names: &[],
        frameworks: &[],
        sure_file_names: &[],
        beside_code: false,
        whole_file: |_, _| false,
    };
}

/// A function with a title that a framework runs, or that groups other tests.
pub struct TestBlock {
    /// Contains tests, but is not a test itself (`describe`).
    pub suite: bool,
    /// The title shown to readers.
    pub title: String,
    /// A test wherever it is, or only in files with a test name.
    pub mark: TestMark,
}

/// Longest title, in bytes.
const MAX_TITLE: usize = 200;

impl TestBlock {
    /// A test whose title is the text of `title` without quotes; it is certain to be a test if the title is a string.
    pub fn titled(site: &Site<'_, '_>, title: NodeRef<'_>, suite: bool) -> TestBlock {
        let text = &site.source[title.byte_range()];
        let quoted = text.first().is_some_and(|first| matches!(first, b'"' | b'\'' | b'`' | b'~' | b'@'));
        let literal = quoted || title.kind().contains("string");
        TestBlock {
            suite,
            title: title_text(text),
            mark: if literal { TestMark::Marked } else { TestMark::ByName },
        }
    }
}

/// The text of a title: on one line, without quotes, of bounded length.
pub fn title_text(text: &[u8]) -> String {
    let text = &text[..text.len().min(MAX_TITLE)];
    let text = String::from_utf8_lossy(text);
    let inside = text.trim().trim_start_matches(['@', '$']).trim_matches(['"', '\'', '`']);
    let words: Vec<&str> = inside.split_whitespace().collect();
    if words.is_empty() { "<untitled>".to_owned() } else { words.join(" ") }
}

/// Bare names of the annotations in the text of a list of modifiers (`@org.junit.Test(timeout = 5) public` holds `Test`).
pub fn annotations(text: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let (mut depth, mut quoted, mut at) = (0u32, false, 0);
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'{' | b'<' => depth += 1,
            b')' | b'}' | b'>' => depth = depth.saturating_sub(1),
            b'@' if depth == 0 => {
                let rest = &text[at + 1..];
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':');
                let path = &rest[..rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len())];
                found.push(last_part(path));
                at += path.len();
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The part after the last separator of a qualified name.
pub fn last_part(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| matches!(byte, b'.' | b':' | b'\\')).next().unwrap_or(path)
}

/// True for an annotation of JUnit, TestNG, jqwik and the like that marks a method as a test: the frameworks' own
/// annotations, and composed annotations of projects, which by convention end in `Test`.
pub fn is_test_annotation(name: &[u8]) -> bool {
    let composed = name.ends_with(b"Test") && !name.starts_with(b"Before") && !name.starts_with(b"After");
    composed || matches!(name, b"TestFactory" | b"TestTemplate" | b"Property" | b"Theory" | b"Example")
}

/// [`TestMark::Marked`] if `test` is true.
pub fn marked_if(test: bool) -> TestMark {
    if test { TestMark::Marked } else { TestMark::None }
}

/// [`TestMark::ByName`] if `test` is true.
pub fn named_if(test: bool) -> TestMark {
    if test { TestMark::ByName } else { TestMark::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_found_by_their_bare_names() {
        let text = b"@Test(expected = A.class) @org.junit.Ignore(\"@Not\") @A({@B}) public static";
        assert_eq!(annotations(text), [&b"Test"[..], b"Ignore", b"A"]);
    }

    #[test]
    fn titles_are_one_line_without_quotes() {
        assert_eq!(title_text(b"'adds (two)\n  numbers'"), "adds (two) numbers");
        assert_eq!(title_text(b"\"\""), "<untitled>");
    }
}
