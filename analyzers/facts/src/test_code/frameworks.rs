//! Which files import a test framework.

use crate::language::Kinds;
use crate::model::Import;

/// True if one of the imports is a framework: its name alone, or its name followed by a separator (`unittest.mock`,
/// `gtest/gtest.h`).
pub(crate) fn imports_any(imports: &[Import], frameworks: Kinds) -> bool {
    !frameworks.is_empty() && imports.iter().any(|import| is_one_of(&import.target, frameworks))
}

fn is_one_of(target: &str, frameworks: Kinds) -> bool {
    // `import os, pytest`; `./lib/shunit2`
    let parts = target.split(',').map(str::trim);
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let begins = |text: &str, framework: &str| {
        text.strip_prefix(framework).is_some_and(|rest| !rest.starts_with(is_word))
    };
    parts
        .flat_map(|part| [part, part.rsplit('/').next().unwrap_or(part)])
        .any(|part| frameworks.iter().any(|framework| begins(part, framework)))
}

#[cfg(test)]
mod tests {
    use super::is_one_of;

    #[test]
    fn an_import_of_a_part_is_one_of_the_whole() {
        let frameworks: &[&str] = &["unittest", "django.test", "gtest", "shunit2", "node:test"];
        for target in [
            "unittest",
            "unittest.mock",
            "unittest as u",
            "os, unittest",
            "django.test",
            "gtest/gtest.h",
            "../lib/shunit2",
            "node:test",
        ] {
            assert!(is_one_of(target, frameworks), "{target}");
        }
        for target in ["unittests", "django.tests", "django.db", "my_gtest", "node:tests", "test", ""] {
            assert!(!is_one_of(target, frameworks), "{target}");
        }
    }
}
