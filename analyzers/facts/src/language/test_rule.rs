//! How the tests of a language are recognised in its files.

use super::grammar::{Kinds, NodeRef, Site};
use crate::model::TestMark;

/// What the frameworks of a language take for tests. The answer for a function also takes the name of its file, and is
/// in [`crate::test_code`].
pub struct TestRule {
    /// What a function or scope says about itself, given its name. A scope that is [`TestMark::Marked`] makes test code of all
    /// that it holds.
    pub mark: fn(&Site<'_, '_>, &str) -> TestMark,
    /// The block that a function is, where frameworks run blocks with a title.
    pub block: fn(&Site<'_, '_>) -> Option<TestBlock>,
    /// File names without their last ending (or whole, where a pattern has one), with one `*`, in which frameworks look for
    /// tests.
    pub file_names: Kinds,
    /// Names that files of tests often have, and product files too: they are looked into where they import one of the
    /// frameworks.
    pub weak_file_names: Kinds,
    /// What files of tests import, as the language writes it: modules and headers, or the beginning of their names.
    pub frameworks: Kinds,
    /// Those whose files are test code whatever they hold.
    pub sure_file_names: Kinds,
    /// True if tests usually are next to the code that they test, so that a file that holds many is not a test file.
    pub beside_code: bool,
    /// True for a file, given its root, all of which is compiled for tests only.
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

/// A function that a framework runs, or that holds such, and is known by a title.
pub struct TestBlock {
    /// Holds tests, and is none itself (`describe`).
    pub suite: bool,
    /// What a reader knows it by.
    pub title: String,
    /// A test wherever it is, or only in files that are named for tests.
    pub mark: TestMark,
}

/// Longest title, in bytes.
const MAX_TITLE: usize = 200;

impl TestBlock {
    /// A test whose title is the text of `title`, quotes left out; sure where that is a string.
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

/// The text of a title: on one line, without the quotes around it, of bounded length.
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

/// What is after the last sign of a qualified name.
pub fn last_part(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| matches!(byte, b'.' | b':' | b'\\')).next().unwrap_or(path)
}

/// True for an annotation of JUnit, TestNG, jqwik and the like on a method that is a test: those named by their frameworks,
/// and those that projects compose of them, which by convention end in `Test`.
pub fn is_test_annotation(name: &[u8]) -> bool {
    let composed = name.ends_with(b"Test") && !name.starts_with(b"Before") && !name.starts_with(b"After");
    composed || matches!(name, b"TestFactory" | b"TestTemplate" | b"Property" | b"Theory" | b"Example")
}

/// [`TestMark::Marked`] where `test` holds.
pub fn marked_if(test: bool) -> TestMark {
    if test { TestMark::Marked } else { TestMark::None }
}

/// [`TestMark::ByName`] where `test` holds.
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
