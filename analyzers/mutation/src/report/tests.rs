use super::*;
use crate::baseline::Baseline;
use crate::command_line::CommandLine;
use crate::mutant::Mutant;
use crate::outcome::{End, Outcome, Phase, Step};
use crate::plan::Planned;
use crate::project::Unit;
use crate::timeout::Limits;
use facts::language::Language;
use facts::model::{BlobId, Span};
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = "fn größe(a: u8) -> u8 {\n    \"ß\".len() as u8 + a\n}\n";

/// The change of the text from `start` to `end` of the source.
fn mutant(source: &str, original: &str, replacement: &str) -> Mutant {
    let start = source.find(original).expect("the text is there");
    let end = start + original.len();
    let line = |byte: usize| 1 + source[..byte].matches('\n').count() as u32;
    let column =
        |byte: usize| (byte - source[..byte].rfind('\n').map_or(0, |newline| newline + 1)) as u32 + 1;
    Mutant {
        path: RepoPath::from("src/a.rs"),
        span: Span {
            start_byte: start as u32,
            end_byte: end as u32,
            start_line: line(start),
            end_line: line(end - 1),
            start_column: column(start),
        },
        end_column: column(end - 1),
        original: original.to_owned(),
        replacement: replacement.to_owned(),
        operator: Operator::ArithmeticOperator,
        function: Some("größe".to_owned()),
        description: format!("replace {original:?} with {replacement:?}"),
    }
}

fn unit() -> Unit {
    Unit {
        kind: Kind::Given,
        folder: String::new(),
        package: None,
        prepare: Vec::new(),
        build: None,
        test: CommandLine::Shell("make test".to_owned()),
        otherwise: None,
        python_path: Vec::new(),
    }
}

fn plan(mutants: Vec<Mutant>) -> Plan {
    let planned = |(index, mutant)| Planned {
        mutant,
        id: format!("{index:016x}"),
        language: Language::Rust,
        unit: 0,
        reached: true,
    };
    let mutants: Vec<Planned> = mutants.into_iter().enumerate().map(planned).collect();
    Plan {
        settings: Default::default(),
        root: PathBuf::from("/nowhere"),
        eligible: mutants.len(),
        mutants,
        units: vec![unit()],
        left_out: Vec::new(),
        files: BTreeMap::from([(RepoPath::from("src/a.rs"), BlobId([7; 20]))]),
        looked_at: 1,
    }
}

fn outcome(status: Status) -> Outcome {
    Outcome { status, steps: Vec::new() }
}

fn baseline(tests: Result<u64, String>) -> Baseline {
    let step =
        Step { phase: Phase::Test, command: "make test".to_owned(), end: End::Exited(0), milliseconds: 3 };
    Baseline {
        unit: "the whole tree".to_owned(),
        steps: vec![step],
        tests,
        limits: Limits { build: 1, test: 1 },
    }
}

fn reported(statuses: &[Status], baseline: Option<Baseline>) -> Report {
    let plan = plan(statuses.iter().map(|_| mutant(SOURCE, "+", "-")).collect());
    let outcomes = statuses.iter().copied().map(outcome).collect();
    let results = Results { outcomes, baselines: vec![baseline], from_before: 0 };
    report(&plan, &results, None, None)
}

#[test]
fn the_score_is_the_detected_share_of_what_builds() {
    use Status::{Caught, Missed, NoCoverage, Timeout, Unviable};
    let score = |statuses: &[Status]| reported(statuses, Some(baseline(Ok(3)))).score;
    assert_eq!(score(&[Caught, Missed, Timeout, NoCoverage, Unviable, Unviable]), Measured::Value(50.0));
    assert_eq!(score(&[Caught, Unviable]), Measured::Value(100.0));
    assert_eq!(score(&[Missed]), Measured::Value(0.0));
}

#[test]
fn there_is_no_score_where_no_test_said_anything() {
    use Status::{Caught, Missed, NoCoverage, Unviable};
    let missing = |statuses: &[Status], baseline| reported(statuses, baseline).score.value().is_none();
    assert!(missing(&[], None));
    assert!(missing(&[Unviable, Unviable], Some(baseline(Ok(3)))));
    assert!(missing(&[NoCoverage], None));
    // It is unknown whether any test ran, and nothing was caught.
    let unknown = || Some(baseline(Err("no summary".to_owned())));
    assert!(missing(&[Missed], unknown()));
    assert!(!missing(&[Missed, Caught], unknown()));
}

#[test]
fn the_report_of_stryker_fits_its_published_schema() {
    let schema = include_str!("../../tests/schema/mutation-testing-report-schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let report = reported(&Status::ALL, Some(baseline(Ok(3))));
    let files = BTreeMap::from([(RepoPath::from("src/a.rs"), (Language::Rust, SOURCE.as_bytes().to_vec()))]);
    let shown = stryker(&report, &files);
    let errors: Vec<String> = validator.iter_errors(&shown).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let mutants = shown["files"]["src/a.rs"]["mutants"].as_array().expect("mutants");
    let statuses: Vec<&str> = mutants.iter().filter_map(|mutant| mutant["status"].as_str()).collect();
    assert_eq!(statuses, ["Killed", "Survived", "Timeout", "CompileError", "NoCoverage"]);
    // `ß` is one unit of UTF-16 and two bytes of UTF-8; the end is after the last character.
    let location = &mutants[0]["location"];
    assert_eq!(location["start"], serde_json::json!({ "line": 2, "column": 21 }));
    assert_eq!(location["end"], serde_json::json!({ "line": 2, "column": 22 }));
}

#[test]
fn what_is_written_is_what_the_gate_reads() {
    let report = reported(&[Status::Caught, Status::Missed, Status::NoCoverage], Some(baseline(Ok(3))));
    let mut value = serde_json::to_value(&report).expect("a report is JSON");
    value["schema"] = SCHEMA.into();
    let last = LastReport::read(value.to_string().as_bytes()).expect("a report");
    assert_eq!(last.score, Ok(100.0 / 3.0));
    assert_eq!(last.score_of(|_| true), last.score);
    assert_eq!(last.undetected.len(), 2);
    assert!(!last.undetected[0].not_covered && last.undetected[1].not_covered);
    let path = RepoPath::from("src/a.rs");
    assert_eq!(last.stale([(&path, BlobId([7; 20]))]), []);
    assert_eq!(last.stale([(&path, BlobId([8; 20]))]), [path]);
    let missing = reported(&[], None);
    let mut value = serde_json::to_value(&missing).expect("a report is JSON");
    value["schema"] = SCHEMA.into();
    assert_eq!(
        LastReport::read(value.to_string().as_bytes()).expect("a report").score,
        Err(NoScore::Told("there is no mutant".to_owned()))
    );
    value["schema"] = "batuta/mutation/0".into();
    assert!(LastReport::read(value.to_string().as_bytes()).is_err());
}

/// Git applies the patch, and the result is the mutant.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test has Git apply the patch")]
fn a_patch_makes_the_mutant() {
    let long: String = (1..=12).map(|line| format!("line {line}\n")).collect();
    let cases = [
        (SOURCE, "+", "-"),
        (SOURCE, "fn größe(a: u8) -> u8 {\n    \"ß\".len() as u8 + a\n}", "fn f() {}"),
        (long.as_str(), "line 6", "line 5.9\nline 6"),
        (long.as_str(), "line 6\nline 7\n", ""),
        (long.as_str(), "line 12\n", "the end"),
        (long.as_str(), "line 1\n", "line 0\n"),
        ("a\r\nb\r\nc\r\n", "b", "x"),
        ("a\nb", "b", "c"),
        ("a\nb", "a\n", ""),
    ];
    for (source, original, replacement) in cases {
        let mutant = mutant(source, original, replacement);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("src/a.rs");
        std::fs::create_dir(folder.path().join("src")).expect("a folder");
        std::fs::write(&file, source).expect("a file");
        std::fs::write(folder.path().join("p.diff"), diff::patch(&mutant, source.as_bytes()))
            .expect("a file");
        let mut git = Command::new("git");
        git.args(["apply", "--whitespace=nowarn", "p.diff"]).current_dir(folder.path());
        git.env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap_or(Path::new("/")));
        let output = git.output().expect("git runs");
        let patch = diff::patch(&mutant, source.as_bytes());
        assert!(output.status.success(), "{}\n{patch}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(std::fs::read(&file).ok(), mutant.apply(source.as_bytes()), "{patch}");
    }
    assert_eq!(diff::patch(&mutant(SOURCE, "+", "-"), b"another source"), "");
}
