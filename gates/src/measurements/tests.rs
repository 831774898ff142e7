//! Each figure on trees small enough to count by hand.

use super::*;
use crate::evidence::{EvidenceError, NoEvidence};
use facts::Missing;
use facts::source::MemoryTree;
use pmat::score::Advisories;

const ONE: &str = "def one(words, limit):
    best = None
    for word in words:
        if len(word) > limit:
            continue
        if best is None or len(word) > len(best):
            best = word
        elif word == best:
            print(word, limit, best)
        else:
            print(limit, best, word, len(word), len(best))
    print(best, len(words), limit)
    return best
";

const SHORT: &str = "[rules.duplication]\nmin-tokens = 50\nmin-lines = 5";

/// Reports in memory.
struct Reports {
    lcov: &'static str,
    mutation: String,
}

impl Evidence for Reports {
    fn report(&self, path: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
        Ok(match path {
            "lcov.info" => Some(self.lcov.as_bytes().to_vec()),
            "out/mutation.json" => Some(self.mutation.as_bytes().to_vec()),
            _ => None,
        })
    }

    fn mutation_report(&self) -> Result<Vec<u8>, EvidenceError> {
        Ok(self.mutation.as_bytes().to_vec())
    }

    fn advisories(&self) -> Measured<Advisories> {
        Measured::unsupported("no database here")
    }
}

fn facts_of(tree: &MemoryTree) -> RepoFacts {
    let options = MeasureOptions { sections: SECTIONS, ..MeasureOptions::default() };
    facts::measure(tree, None, &options).expect("memory can be read")
}

fn measured(files: &[(&str, &str)], config: &str, evidence: &dyn Evidence) -> Measurements {
    let tree = MemoryTree::new(files.iter().copied());
    let config = Config::parse(config, "test").expect("valid");
    measurements(&tree, &facts_of(&tree), &config, evidence)
}

/// A report of one caught and one missed mutant on the files as they are.
fn mutation_report(files: &[(&str, &str)], caught: &str) -> String {
    let tree = MemoryTree::new(files.iter().copied());
    let facts = facts_of(&tree);
    let blobs: Vec<String> =
        facts.files.iter().map(|file| format!("\"{}\": \"{}\"", file.path(), file.blob)).collect();
    let mutant = |n: u8, status: &str| {
        format!(
            "{{\"id\": \"000000000000000{n}\", \"path\": \"a.py\", \"line\": 2, \"end_line\": 2, \"column\": 5, \
             \"end_column\": 6, \"function\": null, \"description\": \"x\", \"status\": \"{status}\"}}"
        )
    };
    format!(
        "{{\"schema\": \"batuta/mutation/1\", \"score\": 50.0, \"selection\": {{\"eligible\": 2, \"shard\": null, \
         \"sample\": null, \"changed_since\": null}}, \"mutants\": [{}, {}], \"files\": {{{}}}}}",
        mutant(1, caught),
        mutant(2, "missed"),
        blobs.join(", ")
    )
}

fn why<T: std::fmt::Debug>(measured: &Measured<T>) -> &str {
    match measured {
        Measured::Missing(why) => why.why(),
        Measured::Value(value) => panic!("{value:?} was measured"),
    }
}

#[test]
fn duplicated_lines_are_a_share_of_all_lines_with_tokens() {
    let other = "def other(a):\n    return a\n";
    let share = |files: &[(&str, &str)]| measured(files, SHORT, &NoEvidence).duplicated;
    assert_eq!(share(&[("a.py", ONE), ("b.py", ONE)]), Measured::Value(100.0));
    assert_eq!(
        measured(&[("a.py", ONE), ("b.py", ONE)], "", &NoEvidence).duplicated,
        Measured::Value(0.0),
        "by default clones are longer"
    );
    assert_eq!(share(&[("a.py", ONE), ("b.py", other)]), Measured::Value(0.0));
    // 26 of the 28 lines.
    let part = share(&[("a.py", ONE), ("b.py", ONE), ("c.py", other)]);
    assert!(part.value().is_some_and(|part| (part - 100.0 * 26.0 / 28.0).abs() < 1e-9), "{part:?}");
}

#[test]
fn import_cycles_are_counted_where_there_is_code() {
    let cycles = |files: &[(&str, &str)]| measured(files, "", &NoEvidence).import_cycles;
    let (to_b, to_a) = ("import b\n\ndef f():\n    pass\n", "import a\n\ndef g():\n    pass\n");
    assert_eq!(cycles(&[("a.py", to_b), ("b.py", to_a)]), Measured::Value(1));
    assert_eq!(cycles(&[("a.py", to_b), ("b.py", ONE)]), Measured::Value(0));
    assert_eq!(why(&cycles(&[("a.json", "[1]\n")])), "no file of a language with a grammar");
}

#[test]
fn coverage_is_that_of_the_report() {
    let files = [("a.py", ONE)];
    let reports =
        Reports { lcov: "SF:a.py\nDA:1,1\nDA:2,3\nDA:3,1\nDA:4,0\nend_of_record\n", mutation: String::new() };
    let coverage = |config, evidence: &dyn Evidence| measured(&files, config, evidence).coverage;
    assert_eq!(coverage("", &reports), Measured::Value(("lcov.info".to_owned(), 75.0)));
    assert!(why(&coverage("[rules.coverage]\nreport = \"no.info\"", &reports)).contains("no.info"));
    assert!(!why(&coverage("", &NoEvidence)).is_empty());
}

#[test]
fn the_mutation_score_is_that_of_a_report_on_this_very_code() {
    let files = [("a.py", ONE)];
    let reports = |caught| Reports { lcov: "", mutation: mutation_report(&files, caught) };
    let score =
        |files: &[(&str, &str)], config, evidence: &dyn Evidence| measured(files, config, evidence).mutation;
    let last = "the report of the last `pmat mutate`".to_owned();
    assert_eq!(score(&files, "", &reports("caught")), Measured::Value((last.clone(), 50.0)));
    assert_eq!(score(&files, "", &reports("missed")), Measured::Value((last, 0.0)));
    let named = "[rules.mutation]\nreport = \"out/mutation.json\"";
    let place = "out/mutation.json".to_owned();
    assert_eq!(score(&files, named, &reports("caught")), Measured::Value((place, 50.0)));
    let newer = [("a.py", "def one():\n    return 1\n")];
    assert!(why(&score(&newer, "", &reports("caught"))).ends_with("a.py changed since"));
    let not_asked = score(&files, "", &NoEvidence);
    assert!(why(&not_asked).contains("pmat mutate"));
    assert!(matches!(not_asked, Measured::Missing(Missing::NotAsked(_))), "{not_asked:?}");
    let absent = score(&files, "[rules.mutation]\nreport = \"no.json\"", &reports("caught"));
    assert_eq!(absent, Measured::unsupported("there is no no.json"));
}

#[test]
fn advisories_and_grades_are_handed_on() {
    let reports = Reports { lcov: "", mutation: String::new() };
    let measured = measured(&[("a.py", ONE)], "", &reports);
    assert_eq!(why(&measured.advisories), "no database here");
    assert!(measured.tdg.value().is_some(), "{:?}", measured.tdg);
}

#[test]
fn facts_with_more_sections_are_refused_when_the_tree_changed_meanwhile() {
    let (old, new) = (MemoryTree::new([("a.py", ONE)]), MemoryTree::new([("a.py", "x = 1\n")]));
    let options = MeasureOptions { sections: Sections::default(), ..MeasureOptions::default() };
    let facts = facts::measure(&old, None, &options).expect("memory can be read");
    let config = Config::default();
    assert!(in_full(&old, &facts, &config, &NoEvidence, SECTIONS).is_ok());
    let refused = in_full(&new, &facts, &config, &NoEvidence, SECTIONS);
    let refused = refused.err().map(|why| why.to_string());
    assert_eq!(refused.as_deref(), Some("the tree changed while it was read"));
}
