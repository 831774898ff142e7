//! Each language's cases: programs under `src/language/<name>/cases/` with values checked by hand beside them.
//!
//! `<case>.expected` holds a line for each function in order of its start: line, qualified name, cyclomatic, cognitive,
//! nesting, parameters, exits. A name with blanks is written with `·` for each of them.

use facts::model::{FileFacts, ParseStatus, RepoPath};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let languages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language");
    let folders =
        std::fs::read_dir(languages).expect("the folder of languages").map(|e| e.expect("an entry").path());
    let mut found = Vec::new();
    for cases in folders.map(|folder| folder.join("cases")).filter(|cases| cases.is_dir()) {
        let files =
            std::fs::read_dir(cases).expect("the folder of cases").map(|e| e.expect("an entry").path());
        found.extend(files.filter(|file| file.extension().is_some_and(|e| e != "expected")));
    }
    found.sort();
    found
}

fn measured(case: &Path) -> FileFacts {
    let bytes = std::fs::read(case).expect("a readable case");
    let name = RepoPath::new(case.file_name().expect("a name").as_encoded_bytes());
    facts::extract::extract(&name, &bytes, u64::MAX).expect("a case of a known language").facts
}

fn table(facts: &FileFacts) -> String {
    let row = |f: &facts::model::Function| {
        let name = f.qualified_name.replace(' ', "·");
        let (line, cyclomatic) = (f.span.start_line, f.cyclomatic());
        format!("{line} {name} {cyclomatic} {} {} {} {}\n", f.cognitive, f.nesting, f.parameters, f.exits)
    };
    facts.functions.iter().map(row).collect()
}

#[test]
fn functions_have_the_values_checked_by_hand() {
    let mut wrong = String::new();
    for case in cases() {
        let facts = measured(&case);
        assert_eq!(facts.parse, ParseStatus::Complete, "{} does not parse", case.display());
        let expected = case.with_added_extension("expected");
        let expected = std::fs::read_to_string(&expected).unwrap_or_default();
        let lines = |text: &str| {
            text.lines().filter(|l| !l.starts_with('#')).map(|l| format!("{l}\n")).collect::<String>()
        };
        if lines(&expected) != table(&facts) {
            wrong.push_str(&format!(
                "{}\nexpected:\n{expected}measured:\n{}\n",
                case.display(),
                table(&facts)
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_language_with_a_grammar_has_a_case_with_functions() {
    let covered: BTreeSet<_> = cases()
        .iter()
        .map(|case| measured(case))
        .filter(|f| f.functions.len() >= 3)
        .map(|f| f.language)
        .collect();
    let missing: Vec<_> = facts::language::Language::ALL
        .iter()
        .filter(|language| language.grammar().is_some() && !covered.contains(language))
        .map(|language| language.name())
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}
