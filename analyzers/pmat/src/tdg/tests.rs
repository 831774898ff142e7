//! Scores of small trees, by hand, and of real code before and after it was improved.

use super::figures::LeftOut;
use super::{
    Card, Change, Explanation, Metric, Points, Scored, TdgDetails, TdgInputs, TdgOptions, Within, compare,
    explain, find, score,
};
use facts::model::RepoPath;
use facts::source::MemoryTree;
use facts::{MeasureOptions, Measured, RepoFacts, measure};

mod extraction;

fn tree(files: &[(&str, &str)]) -> (MemoryTree, RepoFacts) {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let options = MeasureOptions { sections: super::SECTIONS, ..MeasureOptions::default() };
    let facts = measure(&tree, None, &options).expect("a tree in memory can be read");
    (tree, facts)
}

fn with_scores<T>(files: &[(&str, &str)], look: impl FnOnce(&Scored<'_>) -> T) -> T {
    let (tree, facts) = tree(files);
    look(&score(&facts, &TdgInputs::measure(&tree, &facts)))
}

fn card(files: &[(&str, &str)]) -> Card {
    with_scores(files, |scored| scored.total().value().expect("it has a score").clone())
}

fn points(card: &Card, metric: Metric) -> f64 {
    card.part(metric).expect("it was measured").points.value()
}

/// The worked example of `docs/tdg.md`.
const EXAMPLE: &str = "\
/// The larger of two.
pub fn larger(a: i32, b: i32) -> i32 {
    if a > b { a } else { b }
}

pub fn sign(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32) -> i32 {
    a + b + c + d + e + f + g
}
";

#[test]
fn the_worked_example_has_its_documented_points() {
    let card = card(&[("src/lib.rs", EXAMPLE)]);
    // Consistency is measured on the indented lines alone: two names of a kind show no convention.
    assert_eq!(points(&card, Metric::Structural), 25.0);
    // sign: 7 parameters cost 25 % · 3/(3 + 3); 3 of the 6 lines in functions are its own: 20 · (1 − 0.125/2).
    assert_eq!(points(&card, Metric::Semantic), 18.75);
    assert_eq!(points(&card, Metric::Duplication), 20.0);
    assert_eq!(points(&card, Metric::Coupling), 15.0);
    assert_eq!(points(&card, Metric::Documentation), 5.0);
    assert_eq!(points(&card, Metric::Consistency), 10.0);
    assert_eq!((card.score, card.grade.name()), (Points::hundredths(9_375), "A"));
}

#[test]
fn ten_identical_files_get_no_duplication_points() {
    let files: Vec<String> = (0..10).map(|index| format!("src/copy_{index}.py")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|path| (path.as_str(), extraction::PYTHON.0)).collect();
    assert_eq!(points(&card(&files), Metric::Duplication), 0.0);
    assert_eq!(points(&card(&files[..1]), Metric::Duplication), 20.0);
}

#[test]
fn what_cannot_be_measured_is_left_out_and_named() {
    let card = card(&[("tests/test_a.py", "def test_a():\n    assert 1 == 1\n")]);
    let gaps: Vec<_> = card.left_out.iter().map(|gap| (gap.metric, gap.why)).collect();
    assert_eq!(gaps, [(Metric::Documentation, LeftOut::Test.why())]);
    assert_eq!(card.part(Metric::Documentation), None);
    assert_eq!(card.score, Points::whole(100));
}

#[test]
fn nothing_that_was_not_parsed_has_a_score() {
    for files in
        [&[][..], &[("a.json", "{}\n")], &[("README.md", "# A\n")], &[("a.py", "# only a comment\n")]]
    {
        with_scores(files, |scored| {
            let report = scored.report(&TdgOptions::default());
            assert!(matches!(report.total, Measured::Missing(_)), "{files:?}");
            assert!(report.files.is_empty() && report.folders.is_empty() && report.functions.is_empty());
            assert_eq!(report.not_graded.len(), files.len());
        });
    }
}

#[test]
fn a_partly_parsed_file_is_marked() {
    with_scores(&[("a.py", "def f(:\n    pass\n\ndef g():\n    return 1\n")], |scored| {
        let report = scored.report(&TdgOptions::default());
        assert!(report.files.iter().all(|file| file.partly_parsed));
        assert_eq!(report.coverage.partly_parsed.len(), 1);
    });
}

#[test]
fn folders_and_the_repository_are_means_of_files_by_lines() {
    let files =
        [("a/x.rs", EXAMPLE), ("a/b/y.py", extraction::PYTHON.0), ("c/z.js", extraction::JAVASCRIPT.0)];
    with_scores(&files, |scored| {
        let report = scored.report(&TdgOptions::default());
        let mean = |folder: &str| {
            let inside = report.files.iter().filter(|file| file.path.is_under(folder.as_bytes()));
            let sums = inside.fold((0.0, 0.0), |(sum, size), file| {
                (sum + file.card.score.value() * file.lines as f64, size + file.lines as f64)
            });
            sums.0 / sums.1
        };
        let total = report.total.value().expect("it has a score").score.value();
        assert!((total - mean("")).abs() < 0.02);
        let folders: Vec<String> = report.folders.iter().map(|folder| folder.path.to_string()).collect();
        assert_eq!(folders, ["a", "a/b", "c"]);
        for folder in &report.folders {
            assert!((folder.card.score.value() - mean(&folder.path.to_string())).abs() < 0.02);
        }
    });
}

fn explanations(files: &[(&str, &str)], named: &str) -> Explanation {
    let (tree, facts) = tree(files);
    let scored = score(&facts, &TdgInputs::measure(&tree, &facts));
    let details = TdgDetails::measure(&tree, &facts);
    let within = find(&facts, named, &RepoPath::from(named)).expect("it is there");
    explain(&scored, &details, &within).expect("it has a score")
}

#[test]
fn losses_add_up_to_what_is_missing_and_improvements_are_what_scoring_again_gives() {
    let files = [("a/x.rs", EXAMPLE), ("a/y.py", extraction::PYTHON.0), ("z.py", extraction::PYTHON.0)];
    for named in ["", "a", "a/x.rs", "sign", "z.py:6"] {
        let found = explanations(&files, named);
        let lost: f64 = found.losses.iter().map(|loss| loss.cost).sum();
        assert!((lost - (100.0 - found.card.score.value())).abs() < 0.01, "{named}: {lost} {:?}", found.card);
        for metric in Metric::ALL {
            let Some(part) = found.card.part(metric) else { continue };
            let lost: f64 =
                found.losses.iter().filter(|loss| loss.metric == metric).map(|loss| loss.cost).sum();
            assert!((lost - (part.most - part.points).value()).abs() < 0.03, "{named} {metric}: {lost}");
        }
        assert!(
            found.improvements.iter().all(|better| better.gain > 0.0 && better.score >= found.card.score)
        );
        assert!(found.improvements.is_sorted_by(|a, b| a.gain >= b.gain));
    }
    // Documenting the one undocumented item of a file: half of ten points.
    let found = explanations(&files[..1], "a/x.rs");
    assert!(matches!(found.within, Within::File { .. }));
    assert_eq!((found.improvements[0].gain, found.improvements[0].advice), (5.0, "document what is public"));
    assert_eq!(found.improvements[0].lines[0].first, 6);
    let next = found.next_grade.expect("there is a better grade");
    assert_eq!(
        (next.grade.name(), next.improvements, next.score),
        ("A+", Some(1), Points::hundredths(9_875))
    );
}

#[test]
fn a_name_that_several_functions_have_is_not_guessed_at() {
    let (_, facts) = tree(&[("a.rs", EXAMPLE), ("b.rs", EXAMPLE)]);
    let found = |named: &str| find(&facts, named, &RepoPath::from(named));
    assert!(matches!(found("sign"), Err(super::NotFound::Several(places)) if places.len() == 2));
    assert!(matches!(found("b.rs:sign"), Ok(Within::Function { line: 6, .. })));
    assert!(matches!(found("b.rs:3"), Ok(Within::Function { name, .. }) if name == "larger"));
    assert_eq!(found("no_such_thing"), Err(super::NotFound::Nothing));
}

#[test]
fn a_comparison_lists_what_changed_only() {
    let report = |files: &[(&str, &str)]| with_scores(files, |scored| scored.report(&TdgOptions::default()));
    let documented = EXAMPLE.replace("\npub fn sign", "\n/// The sum.\npub fn sign");
    let before = report(&[("same.rs", EXAMPLE), ("better.rs", EXAMPLE), ("gone.js", "f();\n")]);
    let after =
        report(&[("same.rs", EXAMPLE), ("better.rs", &documented), ("new.c", "int f(void) { return 1; }\n")]);
    let comparison = compare(&before, &after);
    let files: Vec<_> = comparison.files.iter().map(|file| (file.path.to_string(), file.status)).collect();
    let wanted = [("new.c", Change::New), ("better.rs", Change::Improved), ("gone.js", Change::Removed)];
    assert_eq!(files, wanted.map(|(path, status)| (path.to_owned(), status)));
    assert_eq!(comparison.unchanged, 1);
    assert_eq!(comparison.files[1].change, Some(Points::whole(5)));
}
