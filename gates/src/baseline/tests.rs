use super::*;
use crate::{Config, Gate, NoEvidence, Verdict};
use facts::MeasureOptions;
use facts::source::MemoryTree;

/// Every function with more than one parameter is an error.
const CONFIG: &str = "[rules.parameter-count]\nlevel = \"error\"\nmax = 1\n";

fn judged(files: &[(&str, &str)], baseline: Option<(&Baseline, Option<i64>)>) -> GateReport {
    let tree = MemoryTree::new(files.iter().copied());
    let config = Config::parse(CONFIG, "test").expect("a valid configuration");
    let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    let acceptance = baseline.map(|(baseline, time)| Acceptance { baseline, time });
    let mut gate = Gate::new(&tree, &facts, &config, &NoEvidence);
    gate.acceptance = acceptance.as_ref();
    gate.run()
}

fn accepting(files: &[(&str, &str)], terms: &Terms) -> Baseline {
    Baseline::updated(&judged(files, None), Some(terms))
}

const TWO: &str = "fn f(a: u8, b: u8) {}\n";

#[test]
fn an_accepted_finding_stays_accepted_wherever_its_lines_its_file_and_its_definition_go() {
    let baseline = accepting(&[("a.rs", TWO)], &Terms::default());
    let check = |files: &[(&str, &str)]| {
        let report = judged(files, Some((&baseline, None)));
        let done = report.baseline.expect("it was judged by a baseline");
        (report.verdict, report.findings.len(), done.accepted.len(), done.gone.len())
    };
    let shifted = format!("//! More.\n\nuse std::fmt;\n\n{TWO}");
    assert_eq!(check(&[("a.rs", &shifted)]), (Verdict::Pass, 0, 1, 0), "lines above it");
    assert_eq!(check(&[("renamed.rs", TWO)]), (Verdict::Pass, 0, 1, 0), "its file was renamed");
    assert_eq!(check(&[("a.rs", "fn g() {}\n"), ("b.rs", TWO)]), (Verdict::Pass, 0, 1, 0), "it was moved");
    assert_eq!(check(&[("a.rs", TWO), ("b.rs", TWO)]), (Verdict::Fail, 1, 1, 0), "a copy is not accepted");
    assert_eq!(check(&[("a.rs", "fn f(a: u8) {}\n")]), (Verdict::Pass, 0, 0, 1), "it was mended");
}

#[test]
fn a_worse_figure_is_not_accepted_and_a_better_one_is_held() {
    let three = "fn f(a: u8, b: u8, c: u8) {}\n";
    let baseline = accepting(&[("a.rs", three)], &Terms::default());
    let better = judged(&[("a.rs", TWO)], Some((&baseline, None)));
    assert_eq!(better.verdict, Verdict::Pass);
    let tightened = Baseline::updated(&better, None);
    assert_eq!(tightened.entries[0].value, Some(2.0));
    let again = judged(&[("a.rs", three)], Some((&tightened, None)));
    assert_eq!((again.verdict, again.findings[0].was), (Verdict::Fail, Some(2.0)));
    // Tightening accepts nothing: findings that the run still reports stay open, and their old entries are dropped.
    assert_eq!(Baseline::updated(&again, None).entries, []);
    assert_eq!(Baseline::updated(&again, Some(&Terms::default())).entries[0].value, Some(3.0));
}

#[test]
fn what_is_gone_is_dropped_and_terms_are_kept() {
    let terms = Terms { reason: Some("legacy".to_owned()), expires: Some("2026-01-31".to_owned()) };
    let baseline = accepting(&[("a.rs", TWO), ("b.rs", TWO)], &terms);
    assert_eq!(baseline.entries.len(), 2);
    let later = judged(&[("a.rs", "fn f(a: u8) {}\n"), ("b.rs", TWO)], Some((&baseline, None)));
    let updated = Baseline::updated(&later, None);
    assert_eq!(updated.entries, [baseline.entries[1].clone()]);
    assert_eq!(updated.entries[0].reason.as_deref(), Some("legacy"));
}

#[test]
fn what_was_not_judged_stays() {
    let config = "[rules.parameter-count]\nlevel = \"error\"\nmax = 1\n[rules.file-length]\nlevel = \"error\"\nmax = 1\n";
    let files = [("a.rs", "fn f(a: u8, b: u8) {}\nfn g() {}\n"), ("b.rs", TWO)];
    let judged = |files: &[(&str, &str)], checks: &[&str], baseline: Option<&Baseline>| {
        let tree = MemoryTree::new(files.iter().copied());
        let mut config = Config::parse(config, "test").expect("a valid configuration");
        if !checks.is_empty() {
            config.select(checks).expect("rules that are there");
        }
        let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
        let facts = facts::measure(&tree, None, &options).expect("memory can be read");
        let acceptance = baseline.map(|baseline| Acceptance { baseline, time: None });
        let mut gate = Gate::new(&tree, &facts, &config, &NoEvidence);
        gate.acceptance = acceptance.as_ref();
        gate.run()
    };
    let baseline = Baseline::updated(&judged(&files, &[], None), Some(&Terms::default()));
    let rules: Vec<&str> = baseline.entries.iter().map(|entry| entry.rule.as_str()).collect();
    assert_eq!(rules, ["file-length", "parameter-count", "parameter-count"]);
    // With only one rule selected, the findings of the others are not gone.
    let mended = [("a.rs", files[0].1), ("b.rs", "fn f() {}\n")];
    let report = judged(&mended, &["parameter-count"], Some(&baseline));
    let done = report.baseline.as_ref().expect("it was judged by a baseline");
    assert_eq!((done.accepted.len(), done.gone.len(), done.not_judged.len()), (1, 1, 1));
    assert_eq!(Baseline::updated(&report, None).entries, baseline.entries[..2]);
    // A file that could not be read as code keeps its entries.
    let unread = [("a.rs", "fn f(a: u8, b: u8) {}\nfn g() {}\n\0"), ("b.rs", TWO)];
    let report = judged(&unread, &[], Some(&baseline));
    assert_eq!(Baseline::updated(&report, None), baseline);
}

#[test]
fn an_entry_expires_after_its_last_day() {
    let terms = Terms { reason: None, expires: Some("2026-01-31".to_owned()) };
    let baseline = accepting(&[("a.rs", TWO)], &terms);
    let at = |time| judged(&[("a.rs", TWO)], Some((&baseline, time)));
    let last_second = 1_769_904_000 - 1;
    assert_eq!(at(Some(last_second)).verdict, Verdict::Pass);
    assert_eq!(at(None).verdict, Verdict::Pass, "without a time nothing expires");
    let after = at(Some(last_second + 1));
    assert_eq!(after.verdict, Verdict::Fail);
    assert!(after.findings[0].help.starts_with("it was accepted until 2026-01-31; "));
    let done = after.baseline.expect("it was judged by a baseline");
    assert_eq!((done.accepted.len(), done.expired.len(), done.gone.len()), (0, 1, 0));
}

#[test]
fn accepted_findings_are_counted_for_their_rule_and_fail_nothing() {
    let baseline = accepting(&[("a.rs", TWO)], &Terms::default());
    let report = judged(&[("a.rs", TWO)], Some((&baseline, None)));
    let rule = report.rules.iter().find(|rule| rule.id == "parameter-count").expect("a rule");
    assert_eq!((rule.findings, rule.accepted, rule.status), (0, 1, crate::Status::Passed));
}

#[test]
fn the_file_reads_back_as_it_was_written_one_finding_to_a_line() {
    let terms = Terms {
        reason: Some("a \"reason\"\nin two lines".to_owned()),
        expires: Some("2026-12-31".to_owned()),
    };
    let baseline = accepting(&[("a.rs", TWO), ("ä b.rs", TWO)], &terms);
    let text = baseline.to_text();
    assert_eq!(text.lines().count(), 3 + 2 + 2);
    assert_eq!(Baseline::parse(&text), Ok(baseline));
    assert_eq!(Baseline::parse(&Baseline::default().to_text()), Ok(Baseline::default()));
}

#[test]
fn a_file_that_is_no_baseline_is_refused_with_the_place() {
    let refused = |text: &str| Baseline::parse(text).expect_err("it is wrong").to_string();
    assert!(refused("{").starts_with("no JSON (line 1)"));
    assert_eq!(refused("{}"), "it lacks \"schema\": \"batuta/baseline/1\"");
    assert_eq!(refused("{\"schema\": \"x/2\"}"), "its schema is not \"batuta/baseline/1\"");
    assert_eq!(refused("{\"schema\": \"batuta/baseline/1\"}"), "it lacks the list \"findings\"");
    let entry =
        |entry: &str| refused(&format!("{{\"schema\": \"batuta/baseline/1\", \"findings\": [{entry}]}}"));
    assert_eq!(entry("7"), "finding 1: it is no object");
    assert_eq!(entry("{}"), "finding 1: it lacks \"path\"");
    assert_eq!(entry("{\"path\": 7}"), "finding 1: \"path\" is no text");
    let day = "{\"path\": \"a\", \"expires\": \"2026-02-30\"}";
    assert_eq!(entry(day), "finding 1: \"expires\" is not a day such as \"2026-12-31\"");
    assert_eq!(entry("{\"path\": \"a\", \"value\": \"x\"}"), "finding 1: \"value\" is no number");
}

#[test]
fn a_hostile_file_is_refused_or_read_without_much_room() {
    let refused = |text: &str| Baseline::parse(text).expect_err("it is wrong").to_string();
    let whole = |entries: &str| format!("{{\"schema\": \"batuta/baseline/1\", \"findings\": [{entries}]}}");
    let entry = r#"{"path":"a","rule":"r","fingerprint":"f","anywhere":"w"}"#;
    assert_eq!(Baseline::parse(&whole(entry)).map(|baseline| baseline.entries.len()), Ok(1));
    let sound = Baseline { entries: Baseline::parse(&whole(entry)).expect("sound").entries }.to_text();
    for length in (0..sound.trim_end().len()).filter(|length| sound.is_char_boundary(*length)) {
        assert!(Baseline::parse(&sound[..length]).is_err(), "cut at {length}");
    }
    for at in 0..sound.len() {
        for bit in 0..7 {
            let mut bytes = sound.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let _ = String::from_utf8(bytes).map(|text| Baseline::parse(&text).is_ok());
        }
    }
    let twice = entry.replace("\"rule\":\"r\"", "\"rule\":\"r\",\"rule\":\"s\"");
    assert_eq!(refused(&whole(&twice)), "a key is twice in one object (line 1)");
    assert!(refused(&"[".repeat(100_000)).starts_with("no JSON"));
    let valued = |value: &str| whole(&entry.replace("{", &format!("{{\"value\":{value},")));
    assert!(refused(&valued("1e999")).starts_with("no JSON"));
    assert_eq!(refused(&valued("[]")), "finding 1: \"value\" is no number");
    let many = format!("{}7", "7,".repeat(1 << 20));
    assert_eq!(refused(&whole(&many)), "no baseline (line 1)");
    // Unknown keys are skipped.
    let extra = whole(entry).replacen('{', &format!("{{\"more\": [{many}],"), 1);
    assert_eq!(Baseline::parse(&extra).map(|baseline| baseline.entries.len()), Ok(1));
}

/// 30,000 findings and 30,000 entries for other findings: each is looked up once.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that measures")]
fn many_entries_and_many_findings_are_matched_in_a_moment() {
    let entries = |from: usize| {
        let entry = |number: usize| Entry {
            path: RepoPath::from(format!("{number}.rs").as_str()),
            rule: "parameter-count".to_owned(),
            function: None,
            message: String::new(),
            value: None,
            reason: None,
            expires: None,
            fingerprint: format!("{number:016}"),
            anywhere: "the same for all".to_owned(),
            copies: None,
        };
        (from..from + 30_000).map(entry).collect::<Vec<_>>()
    };
    let report = judged(&[("a.rs", TWO)], None);
    let finding = |entry: &Entry| Finding {
        path: entry.path.clone(),
        fingerprint: entry.fingerprint.clone(),
        fingerprint_anywhere: entry.anywhere.clone(),
        function: None,
        ..report.findings[0].clone()
    };
    let baseline = Baseline { entries: entries(0) };
    let start = std::time::Instant::now();
    for (from, is_there, left) in
        [(0, true, 0), (15_000, true, 15_000), (30_000, true, 30_000), (30_000, false, 0)]
    {
        let findings = entries(from).iter().map(finding).collect();
        let acceptance = Acceptance { baseline: &baseline, time: None };
        let mut accepting = Accepting::new(&acceptance);
        assert_eq!(accepting.take(findings, &|_| is_there).len(), left, "{from} {is_there}");
        assert_eq!(accepting.report(&|_| true).accepted.len(), 30_000 - left);
    }
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
