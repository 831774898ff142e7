//! Names of test files.

use crate::language::{Kinds, Language};
use crate::model::RepoPath;

/// The file name without its last extension: `a.test` for `a.test.ts`.
pub(super) fn stem(path: &RepoPath) -> &[u8] {
    let name = path.file_name();
    match name.iter().rposition(|byte| *byte == b'.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    }
}

/// True if a file name matches one of the patterns, with or without its last extension.
pub(super) fn fits(path: &RepoPath, patterns: Kinds) -> bool {
    is_one_of(stem(path), patterns) || is_one_of(path.file_name(), patterns)
}

/// True if a file name stem matches one of the patterns; each pattern has at most one `*`. Only a trailing `*`
/// (`test*`) may match nothing.
fn is_one_of(stem: &[u8], patterns: Kinds) -> bool {
    patterns.iter().any(|pattern| match pattern.split_once('*') {
        None => stem == pattern.as_bytes(),
        Some((start, end)) => {
            let (start, end) = (start.as_bytes(), end.as_bytes());
            let middle = stem.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
            middle.is_some_and(|middle| !middle.is_empty() || end.is_empty())
        }
    })
}

/// Typical names of test files, for unknown languages and for languages without a rule of their own.
const USUAL: Kinds =
    &["test_*", "*_test", "*_tests", "*_spec", "*.test", "*.spec", "test", "tests", "*Test", "*Tests"];

pub(super) fn is_named(path: &RepoPath, language: Option<Language>) -> bool {
    match language.and_then(Language::grammar) {
        Some(grammar) => [grammar.tests.file_names, grammar.tests.sure_file_names]
            .into_iter()
            .any(|patterns| fits(path, patterns)),
        None => is_one_of(stem(path), USUAL),
    }
}
