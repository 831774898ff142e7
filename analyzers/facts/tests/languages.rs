//! Each language's cases: programs under `src/language/<name>/cases/` with values checked by hand next to them.
//!
//! `<case>.expected` holds a line for each function in order of its start: line, qualified name, cyclomatic, cognitive,
//! nesting, parameters, exits. A name with blanks is written with `·` for each of them.
//!
//! `<case>.symbols` holds what else is known about definitions: `Name @ attribute`, one line for each attribute, and
//! `Name < Base, Base`, both in order and complete; and some uses of names: `from: qualifier.name count`, where `from` is
//! the definition in which the name is used (`-` for none), the qualifier `?` stands for an expression that ends in no
//! name, and the count has `()` where all of the uses are calls, `*` where they are mere mentions.

use facts::FileFacts;
use facts::model::{ParseStatus, Reference, RepoPath, Symbols};
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
        found
            .extend(files.filter(|file| file.extension().is_some_and(|e| e != "expected" && e != "symbols")));
    }
    found.sort();
    found
}

fn extracted(case: &Path) -> facts::FileData {
    let bytes = std::fs::read(case).expect("a readable case");
    let name = RepoPath::new(case.file_name().expect("a name").as_encoded_bytes());
    facts::extract::extract(&name, &bytes, u64::MAX).expect("a case of a known language")
}

fn measured(case: &Path) -> FileFacts {
    FileFacts::clone(&extracted(case).facts)
}

fn text_beside(case: &Path, ending: &str) -> String {
    std::fs::read_to_string(case.with_added_extension(ending)).unwrap_or_default()
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
        let expected = text_beside(&case, "expected");
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

/// Attributes and bases of the definitions, as [`text_beside`] a case writes them.
fn heads(symbols: &Symbols) -> Vec<String> {
    let mut lines = Vec::new();
    for definition in &symbols.definitions {
        let name = definition.qualified_name.replace(' ', "·");
        lines.extend(definition.attributes.iter().map(|attribute| format!("{name} @ {attribute}")));
        if !definition.bases.is_empty() {
            lines.push(format!("{name} < {}", definition.bases.join(", ")));
        }
    }
    lines
}

fn usage(symbols: &Symbols, reference: &Reference) -> String {
    let name = |index: u32| symbols.names[index as usize].as_str();
    let from = match reference.from {
        Some(index) => symbols.definitions[index as usize].qualified_name.replace(' ', "·"),
        None => "-".to_owned(),
    };
    let qualifier = match reference.qualifier.map(name) {
        Some("") => "?.".to_owned(),
        Some(qualifier) => format!("{qualifier}."),
        None => String::new(),
    };
    let Reference { calls, uses, mentions, .. } = *reference;
    let sign = match (calls, uses, mentions) {
        (_, 0, 0) => "()",
        (0, 0, _) => "*",
        _ => "",
    };
    format!("{from}: {qualifier}{} {}{sign}", name(reference.name), calls + uses + mentions)
}

#[test]
fn heads_and_uses_are_those_written_down_by_hand() {
    let mut wrong = String::new();
    for case in cases() {
        let data = extracted(&case);
        let symbols = data.symbols();
        let expected = text_beside(&case, "symbols");
        let lines: Vec<&str> = expected.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
        let (uses, written): (Vec<&str>, Vec<&str>) =
            lines.iter().partition(|line| !line.contains(" @ ") && !line.contains(" < "));
        let found = heads(symbols);
        if written != found {
            wrong.push_str(&format!("{}\nmeasured:\n{}\n", case.display(), found.join("\n")));
        }
        let known: BTreeSet<String> = symbols.references.iter().map(|r| usage(symbols, r)).collect();
        let of_name = |line: &str| {
            let name =
                line.rsplit_once(' ').map_or("", |(start, _)| start.rsplit(['.', ' ']).next().unwrap_or(""));
            known
                .iter()
                .filter(|use_| use_.rsplit_once(' ').is_some_and(|(s, _)| s.ends_with(name)))
                .cloned()
                .collect::<Vec<_>>()
        };
        for line in uses.iter().filter(|line| !known.contains(**line)) {
            wrong.push_str(&format!("{}: no `{line}` but {:?}\n", case.display(), of_name(line)));
        }
        if uses.len() < 3 {
            wrong.push_str(&format!("{}: only {} uses are written down\n", case.display(), uses.len()));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn names_and_references_are_sorted_and_all_used() {
    for case in cases() {
        let data = extracted(&case);
        let symbols = data.symbols();
        let keys: Vec<_> = symbols.references.iter().map(|r| (r.from, r.name, r.qualifier)).collect();
        assert!(
            keys.windows(2).all(|pair| pair[0] < pair[1]),
            "{}: not sorted or not merged",
            case.display()
        );
        let used: BTreeSet<u32> =
            symbols.references.iter().flat_map(|r| [Some(r.name), r.qualifier]).flatten().collect();
        assert_eq!(used.len(), symbols.names.len(), "{}: names that nothing uses", case.display());
        let counted = symbols.references.iter().all(|r| r.calls + r.uses + r.mentions > 0);
        assert!(counted, "{}: a reference without a use", case.display());
    }
}
