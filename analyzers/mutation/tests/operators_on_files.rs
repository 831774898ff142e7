//! Properties of every mutant, on the language cases of the facts and on damaged versions of them.

use facts::language::{Detection, Language, detect};
use facts::model::RepoPath;
use mutation::mutant::Mutant;
use mutation::operators::{Level, OperatorOptions, generate, languages};
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

/// The hand-checked sources of the facts, in the languages with operators.
static SOURCES: LazyLock<Vec<(Language, String, Vec<u8>)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../facts/src/language");
    let mut sources = Vec::new();
    for language in std::fs::read_dir(folder).expect("the facts' languages").flatten() {
        let Ok(cases) = std::fs::read_dir(language.path().join("cases")) else { continue };
        for case in cases.flatten() {
            let name = case.file_name().to_string_lossy().into_owned();
            let bytes = std::fs::read(case.path()).expect("a readable case");
            if let Detection::Known(language) = detect(&RepoPath::from(name.as_str()), Some(&bytes))
                && languages().contains(&language)
            {
                sources.push((language, name, bytes));
            }
        }
    }
    sources.sort();
    sources
});

fn mutants(language: Language, name: &str, source: &[u8]) -> Vec<Mutant> {
    let Ok(data) = facts::extract::extract_as(language, source, 1 << 20) else { return Vec::new() };
    let options = OperatorOptions { level: Level::All, ..OperatorOptions::default() };
    generate(language, &RepoPath::from(name), source, &data.facts.functions, &options).unwrap_or_default()
}

/// Nodes that the parser could not parse or had to invent, counted over the whole tree of a new parse.
fn faults(language: Language, source: &[u8]) -> usize {
    let tree = facts::extract::syntax_tree(language, source).expect("a small file");
    let mut open = vec![tree.root_node()];
    let mut count = 0;
    while let Some(node) = open.pop() {
        count += usize::from(node.is_error() || node.is_missing());
        let mut cursor = node.walk();
        open.extend(node.children(&mut cursor));
    }
    count
}

fn check(language: Language, source: &[u8], before: usize, mutant: &Mutant) {
    let name = mutant.name();
    let changed = mutant.apply(source).expect("the original stands in its place");
    assert_ne!(changed, source, "{name}");
    assert!(faults(language, &changed) <= before, "{name} does not parse");
    let undo = Mutant {
        span: facts::model::Span {
            end_byte: mutant.span.start_byte + mutant.replacement.len() as u32,
            ..mutant.span
        },
        original: mutant.replacement.clone(),
        replacement: mutant.original.clone(),
        ..mutant.clone()
    };
    assert_eq!(undo.apply(&changed).as_deref(), Some(source), "{name} cannot be undone");
}

#[test]
fn every_mutant_of_the_cases_parses_differs_and_can_be_undone() {
    let mut seen = std::collections::BTreeSet::new();
    for (language, name, source) in SOURCES.iter() {
        let before = faults(*language, source);
        let listed = mutants(*language, name, source);
        assert!(!listed.is_empty(), "{name} has mutants");
        listed.iter().for_each(|mutant| check(*language, source, before, mutant));
        seen.insert(*language);
    }
    assert_eq!(seen.len(), languages().len(), "each language has a case");
}

#[test]
fn mutants_are_sorted_and_told_apart() {
    for (language, name, source) in SOURCES.iter() {
        let listed = mutants(*language, name, source);
        let keys: Vec<_> = listed
            .iter()
            .map(|mutant| {
                (mutant.span.start_byte, mutant.operator, mutant.span.end_byte, &mutant.replacement)
            })
            .collect();
        assert!(keys.is_sorted(), "{name}");
        let mut changes: Vec<_> =
            listed.iter().map(|m| (m.span.start_byte, m.span.end_byte, &m.replacement)).collect();
        changes.sort();
        changes.dedup();
        assert_eq!(changes.len(), listed.len(), "{name} lists a change twice");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damaged_files_give_sound_mutants(
        at in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        length in 1usize..200,
        pick in any::<prop::sample::Index>(),
    ) {
        let (language, name, source) = at.get(&SOURCES);
        let mut damaged = source.clone();
        let start = cut.index(damaged.len());
        damaged.drain(start..(start + length).min(source.len()));
        let listed = mutants(*language, name, &damaged);
        if !listed.is_empty() {
            check(*language, &damaged, faults(*language, &damaged), pick.get(&listed));
        }
    }
}
