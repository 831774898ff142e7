//! Copies of code are accepted by their content, not by their share of the whole.

use super::*;
use crate::{Config, Gate, NoEvidence, Verdict};
use facts::MeasureOptions;
use facts::source::MemoryTree;

const CONFIG: &str =
    "[gate]\nfail-on = \"warning\"\n[rules.duplication]\nmax = 1\nmin-tokens = 60\nmin-lines = 5\n";

type Files = Vec<(String, String)>;

fn judged(files: &Files, baseline: Option<&Baseline>) -> GateReport {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let mut config = Config::parse(CONFIG, "test").expect("a valid configuration");
    config.select(&["duplication"]).expect("a known rule");
    let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    let acceptance = baseline.map(|baseline| Acceptance { baseline, time: None });
    let mut gate = Gate::new(&tree, &facts, &config, &NoEvidence);
    gate.acceptance = acceptance.as_ref();
    gate.run()
}

fn accepting(files: &Files) -> Baseline {
    Baseline::updated(&judged(files, None), Some(&Terms::default()))
}

/// Verdict, number of findings.
fn answer(files: &Files, baseline: &Baseline) -> (Verdict, usize) {
    let report = judged(files, Some(baseline));
    (report.verdict, report.findings.len())
}

/// Statements that no other seed gives.
fn statements(seed: u64, count: usize) -> Vec<String> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let statement = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let known = [
            "a = a + b",
            "b = [a, b]",
            "c(a, b)",
            "a = b if a > c else a",
            "b -= a * 2",
            "c[a] = b.d",
            "assert a < b, c",
            "a, b = b, a",
        ];
        format!("    {}\n", known[(state >> 40) as usize % known.len()])
    };
    (0..count).map(statement).collect()
}

fn function(name: &str, statements: &[String]) -> String {
    format!("def {name}(a, b, c):\n{}", statements.concat())
}

fn file(path: &str, text: String) -> (String, String) {
    (path.to_owned(), text)
}

/// This many functions, each in two files.
fn pairs(seeds: std::ops::Range<u64>) -> Files {
    let pair = |seed: u64| {
        let text = function(&format!("f{seed}"), &statements(seed, 20));
        [file(&format!("a{seed}.py"), text.clone()), file(&format!("b{seed}.py"), text)]
    };
    seeds.flat_map(pair).collect()
}

#[test]
fn code_that_goes_fails_nothing_and_new_copies_are_the_only_findings() {
    let mut files = pairs(1..4);
    files.push(file("other.py", function("other", &statements(99, 200))));
    let baseline = accepting(&files);
    assert_eq!((baseline.entries.len(), answer(&files, &baseline)), (3, (Verdict::Pass, 0)));
    files.pop();
    assert_eq!(answer(&files, &baseline), (Verdict::Pass, 0), "the share is a larger one");
    assert_eq!(answer(&files[..4].to_vec(), &baseline), (Verdict::Pass, 0), "a pair is gone");
    files.extend(pairs(7..8));
    let report = judged(&files, Some(&baseline));
    assert_eq!((report.findings.len(), report.findings[0].path.to_string()), (1, "a7.py".to_owned()));
}

#[test]
fn one_more_place_is_worse_and_one_less_is_better() {
    let mut files = pairs(1..2);
    let third = file("c.py", files[0].1.clone());
    let two = accepting(&files);
    files.push(third);
    let report = judged(&files, Some(&two));
    let finding = &report.findings[0];
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Fail, 1));
    assert_eq!(
        finding.was.map(|was| was * 1.5),
        finding.value,
        "two places were accepted, and there are three"
    );
    let three = accepting(&files);
    files.pop();
    assert_eq!(answer(&files, &three), (Verdict::Pass, 0));
    let tightened = Baseline::updated(&judged(&files, Some(&three)), None);
    assert_eq!(tightened, two);
}

#[test]
fn what_is_left_of_copies_is_accepted_and_a_part_of_them_elsewhere_is_not() {
    let all = statements(5, 80);
    let mut files = vec![file("a.py", function("f", &all)), file("b.py", function("g", &all))];
    let baseline = accepting(&files);
    let without_the_middle = [&all[..38], &all[41..]].concat();
    files[1] = file("b.py", function("g", &without_the_middle));
    assert_eq!(accepting(&files).entries.len(), 2, "what is left are two classes");
    assert_eq!(answer(&files, &baseline), (Verdict::Pass, 0));
    files[1] = file("b.py", function("g", &all));
    files.push(file("c.py", function("h", &all[..30])));
    assert_eq!(answer(&files, &baseline).0, Verdict::Fail);
    // Two copies that become one because the code between them is removed.
    let between = [&all[..40], &statements(77, 12)[..], &all[40..]].concat();
    let apart = vec![file("a.py", function("f", &all)), file("b.py", function("g", &between))];
    let baseline = accepting(&apart);
    assert_eq!(baseline.entries.len(), 2);
    let joined = vec![file("a.py", function("f", &all)), file("b.py", function("g", &all))];
    assert_eq!(answer(&joined, &baseline), (Verdict::Pass, 0));
}

#[test]
fn classes_that_are_not_listed_are_accepted_too() {
    let mut files = pairs(1..61);
    let report = judged(&files, None);
    assert_eq!((report.findings.len(), report.unlisted.len()), (50, 10));
    let last: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.message.contains("not listed")).collect();
    assert_eq!(last.len(), 1);
    assert!(last[0].message.ends_with("; 10 smaller clone classes are not listed"), "{}", last[0].message);
    let baseline = accepting(&files);
    assert_eq!((baseline.entries.len(), answer(&files, &baseline)), (60, (Verdict::Pass, 0)));
    files.extend(pairs(70..71));
    assert_eq!(answer(&files, &baseline), (Verdict::Fail, 1));
    assert_eq!(answer(&files[20..100].to_vec(), &baseline), (Verdict::Pass, 0));
}

#[test]
fn the_file_holds_what_copies_are_and_one_of_an_older_program_can_be_read() {
    let files = pairs(1..61);
    let baseline = accepting(&files);
    let text = baseline.to_text();
    assert_eq!(Baseline::parse(&text), Ok(baseline.clone()));
    for (right, wrong) in [
        ("\"places\":2", "\"places\":[]"),
        ("\"content\":\"", "\"content\":\"x"),
        ("\"pieces\":\"", "\"pieces\":\"0"),
    ] {
        let error = Baseline::parse(&text.replacen(right, wrong, 1)).expect_err("it is wrong").to_string();
        assert!(error.starts_with("finding 1: \"copies\" is not as"), "{error}");
    }
    // It limited the listed classes by share, and did not know the others.
    let listed = judged(&files, None).findings;
    let mut old = Baseline { entries: listed.iter().map(Entry::of).collect() };
    for entry in &mut old.entries {
        (entry.copies, entry.value) = (None, Some(19.1));
    }
    assert_eq!(answer(&files, &old), (Verdict::Pass, 0));
    let report = judged(&files, Some(&old));
    assert!(report.baseline.as_ref().is_some_and(|baseline| baseline.is_of_older_program));
    let renewed = Baseline::updated(&report, None);
    assert_eq!(renewed.entries.len(), 60);
    assert!(renewed.entries.iter().all(|entry| entry.copies.is_some()));
    assert_eq!(answer(&files, &renewed), (Verdict::Pass, 0));
}

/// Lines that a larger finding names are not reported again.
#[test]
fn a_block_is_reported_once_and_the_share_stays() {
    let all = statements(5, 80);
    let files = vec![
        file("a.py", function("f", &all)),
        file("b.py", function("g", &all)),
        file("c.py", function("h", &all[..30])),
    ];
    let report = judged(&files, None);
    let found: Vec<String> = report.findings.iter().map(|finding| finding.path.to_string()).collect();
    // The larger class first; the smaller one at a place that the larger one does not name.
    assert_eq!(found, ["a.py", "c.py"]);
    assert!(report.findings[1].message.contains("a.py:") && report.findings[1].message.contains("b.py:"));
    let allowed: Files = files
        .iter()
        .map(|(path, text)| match path.as_str() {
            "a.py" => file("a.py", format!("# batuta: allow(duplication, \"why\")\n{text}")),
            _ => file(path, text.clone()),
        })
        .collect();
    let report = judged(&allowed, None);
    assert_eq!((report.findings.len(), report.suppressed.len()), (0, 2), "{:?}", report.findings);
}
