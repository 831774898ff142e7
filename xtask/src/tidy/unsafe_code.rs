//! CONTRIBUTING.md lists every file with unsafe code and the reason, and every listed file has unsafe code.

use super::{Files, is_test_data};
use regex::Regex;
use std::collections::BTreeSet;

const DOCUMENT: &str = "CONTRIBUTING.md";

/// The heading above the list.
const HEADING: &str = "## Unsafe code";

/// Compares the list with the sources.
pub fn check(files: &Files, breaches: &mut BTreeSet<String>) {
    let documented = documented(files.text(DOCUMENT).unwrap_or_default());
    let unsafe_word =
        Regex::new(r"\bunsafe\s*(\{|\(|fn\b|impl\b|extern\b|trait\b)").expect("the pattern is right");
    let used: BTreeSet<&str> = files
        .ending(".rs")
        .filter(|(path, _)| !is_test_data(path))
        .filter(|(path, text)| {
            // Without the attribute the compiler forbids unsafe code in a test, so bare words there are only test data.
            let is_test = super::processes::is_test(path);
            text.lines().any(|line| has_attribute(line) || (!is_test && has_unsafe_word(line, &unsafe_word)))
        })
        .map(|(path, _)| path.as_str())
        .collect();
    for path in used.difference(&documented) {
        breaches.insert(format!("{DOCUMENT}: no reason for the unsafe code of {path}"));
    }
    for path in documented.difference(&used) {
        breaches.insert(format!("{DOCUMENT}: {path} has no unsafe code"));
    }
}

/// True for a line with an attribute that allows unsafe code.
fn has_attribute(line: &str) -> bool {
    line.trim_start().starts_with('#') && line.contains("(unsafe_code")
}

/// True for a line that contains unsafe code. Comments, and everything after a quotation mark, count as text.
fn has_unsafe_word(line: &str, unsafe_word: &Regex) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    unsafe_word.is_match(code.split('"').next().unwrap_or_default())
}

/// First cells of the rows below the heading: "| `path` | reason |".
fn documented(text: &str) -> BTreeSet<&str> {
    let Some((_, section)) = text.split_once(HEADING) else { return BTreeSet::new() };
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    rows.filter(|(_, reason)| !reason.trim_end_matches('|').trim().is_empty()).map(|(path, _)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches_of(document: &str, source: &str) -> Vec<String> {
        let files = Files(vec![
            (DOCUMENT.to_owned(), format!("{HEADING}\n\n{document}\n## Other\n")),
            ("ml/a/src/b.rs".to_owned(), source.to_owned()),
        ]);
        let mut breaches = BTreeSet::new();
        check(&files, &mut breaches);
        breaches.into_iter().collect()
    }

    #[test]
    fn unsafe_code_needs_its_reason_and_a_reason_its_code() {
        let row = "| `ml/a/src/b.rs` | kernels |";
        for code in [
            "let x = unsafe { f() };",
            "pub unsafe fn f() {}",
            "unsafe impl Send for A {}",
            "#![allow(unsafe_code)]",
        ] {
            assert!(breaches_of(row, code).is_empty(), "{code}");
            assert_eq!(breaches_of("", code).len(), 1, "{code}");
            assert_eq!(breaches_of("| `ml/a/src/b.rs` | |", code).len(), 1, "{code}");
        }
        assert_eq!(breaches_of(row, "fn f() {}").len(), 1);
    }

    #[test]
    fn text_about_unsafe_code_is_none() {
        for text in ["// unsafe { } is not used", "let text = \"unsafe fn f() {}\";", "let unsafe_names = 1;"]
        {
            assert!(breaches_of("", text).is_empty(), "{text}");
        }
    }
}
