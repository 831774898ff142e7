//! A truncated file is ordinary: an editor that crashed, a download that stopped. The sample of every language is cut
//! off at every tenth byte and measured, in the test's own process, because there are tens of thousands of cuts.

use facts::extract::extract;
use facts::language::{Detection, Language, detect};
use facts::model::{ParseStatus, RepoPath};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const LIMIT: u64 = 4 << 20;

/// Everything that nests in C, and the preprocessor's effect on it.
const C: &str = r#"/* Counts words. */
#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
struct counter { unsigned long words; int inside; };
enum state { OUTSIDE, INSIDE = 1 << 4, };
static const char *names[] = { "a\"b", [2] = "c" "d", };
#ifdef WIDE
static int step(struct counter *c, wchar_t ch)
#else
static int step(struct counter *c, char ch)
#endif
{
    switch (ch) {
    case ' ': case '\n':
        if (c->inside && !(c->inside = 0)) c->words++;
        break;
    default:
        c->inside = 1;
    }
    return (int)(c->words % 0x7fUL);
}
int main(int argc, char **argv) {
    struct counter c = { .words = 0 };
    int (*f)(struct counter *, char) = step;
    for (int ch; (ch = getchar()) != EOF; ) { // every character
        while (f(&c, (char)ch) > 5 || argc-- > 0) { if (ch == '\\') goto out; else continue; }
        do { ch ? ch-- : 0; } while (ch > 'z');
    }
out:
    return printf("%lu %s\n", c.words, argv[0]) < 0;
}
"#;

/// The samples of real code with which the language definitions are tested: the largest of each language.
fn samples() -> BTreeMap<Language, (RepoPath, Vec<u8>)> {
    let mut found: BTreeMap<Language, (RepoPath, Vec<u8>)> = BTreeMap::new();
    found.insert(Language::C, (RepoPath::from("sample.c"), C.as_bytes().to_vec()));
    let facts = crate::program::workspace().join("analyzers/facts");
    let mut folders = vec![facts.join("src/language"), facts.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources are here") {
            let path = entry.expect("the sources can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).expect("the sources can be read");
            let name = path.file_name().map(Path::new).and_then(Path::to_str).expect("names here are UTF-8");
            let repo_path = RepoPath::from(name);
            if let Detection::Known(language) = detect(&repo_path, Some(&bytes))
                && found.get(&language).is_none_or(|(_, known)| known.len() < bytes.len())
            {
                found.insert(language, (repo_path, bytes));
            }
        }
    }
    found
}

#[test]
fn every_language_with_a_grammar_survives_every_cut() {
    let samples = samples();
    for language in Language::ALL.iter().filter(|language| language.grammar().is_some()) {
        let (path, bytes) =
            samples.get(language).unwrap_or_else(|| panic!("there is no sample of {}", language.name()));
        let bytes = &bytes[..bytes.len().min(6000)];
        for end in (0..bytes.len()).step_by(10) {
            check(path, &bytes[..end]);
        }
    }
}

#[test]
fn every_language_of_lines_only_survives_every_cut() {
    let text = "# one\n// two /* three \"four\n'five' <!-- six --> -- seven\n{- eight \"\"\"nine\n%ten ; eleven\n(* 12\n";
    for language in Language::ALL.iter().filter(|language| language.grammar().is_none()) {
        let spec = language.spec();
        let name = spec.file_names.first().map(|name| (*name).to_owned());
        let name = name.or_else(|| spec.extensions.first().map(|extension| format!("a.{extension}")));
        let path = RepoPath::from(name.expect("a language has a name or an extension").as_str());
        for end in 0..text.len() {
            check(&path, &text.as_bytes()[..end]);
        }
    }
}

/// The figures match the file: no more lines than it has, no function outside it, and a function that the parser had to
/// repair is marked.
fn check(path: &RepoPath, bytes: &[u8]) {
    let Ok(data) = extract(path, bytes, LIMIT) else {
        return;
    };
    let facts = data.facts;
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').count();
    assert_eq!(facts.lines.physical as usize, lines, "{path} cut at {}", bytes.len());
    for function in &facts.functions {
        assert!(function.span.end_byte as usize <= bytes.len(), "{path} cut at {}", bytes.len());
        assert!(function.span.end_line as usize <= lines, "{path} cut at {}", bytes.len());
        if function.incomplete {
            assert!(matches!(facts.parse, ParseStatus::Partial { .. }), "{path} cut at {}", bytes.len());
        }
    }
}
