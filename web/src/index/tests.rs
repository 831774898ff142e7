//! Tests with a repository on disk, measured like in the indexer.

use super::measure::{MeasureRun, head, measure};
use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::state::Snapshot;
use facts::{Measured, Missing};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

#[expect(clippy::disallowed_methods, reason = "a test makes a repository")]
fn git(folder: &Path, words: &[&str]) {
    let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let ran = Command::new("git").arg("-C").arg(folder).args(identity).args(words).output();
    let ran = ran.expect("git runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    git(folder.path(), &["init", "--quiet"]);
    std::fs::write(folder.path().join("lib.rs"), "fn unused() {}\n").expect("a file");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "Begin"]);
    folder
}

/// The early snapshots, and the result; `cancelled` gets the number of the call.
fn measured(
    folder: &Path,
    cancelled: &(dyn Fn(usize) -> bool + Sync),
) -> (Vec<Snapshot>, Result<Snapshot, Failure>) {
    let (shown, asked) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let run = MeasureRun {
        slug: "app",
        name: "app",
        path: folder,
        metrics: &Metrics::default(),
        progress: &|_| {},
        early: &|snapshot| shown.lock().expect("nobody panicked").push(snapshot.clone()),
        cancelled: &|| cancelled(asked.fetch_add(1, Ordering::SeqCst)),
    };
    let result = measure(&run, &head(folder).expect("there is a commit"));
    (shown.into_inner().expect("nobody panicked"), result)
}

fn is_pending<T>(figure: &Measured<T>) -> bool {
    matches!(figure, Measured::Missing(Missing::Pending(_)))
}

#[test]
fn what_follows_from_files_is_shown_first_and_dead_code_last() {
    let folder = repository();
    let (shown, result) = measured(folder.path(), &|_| false);
    let last = result.expect("it is measured");
    let [first, second] = &shown[..] else { panic!("shown {} times", shown.len()) };
    assert_eq!((first.facts.files.len(), first.complete), (1, false));
    assert_eq!(first.complexity.total.functions, 1);
    assert!(is_pending(&first.gate) && is_pending(&first.tdg) && is_pending(&first.dead_code));
    assert_eq!((first.verdict(), first.findings().len(), first.file_scores().len()), (None, 0, 0));
    assert!(second.verdict().is_some() && second.clones.value().is_some() && !second.complete);
    assert!(is_pending(&second.dead_code));
    assert_eq!(last.dead_code.value().map(|report| report.items.len()), Some(1));
    assert!(last.complete);
}

#[test]
fn a_run_that_nobody_wants_any_more_ends() {
    let folder = repository();
    let (shown, result) = measured(folder.path(), &|_| true);
    assert!(shown.is_empty());
    assert!(result.is_err());
    // Once the cache is filled, the number of calls is the same each time.
    assert!(measured(folder.path(), &|_| false).1.is_ok());
    let asked = AtomicUsize::new(0);
    let (_, all) = measured(folder.path(), &|_| {
        asked.fetch_add(1, Ordering::SeqCst);
        false
    });
    assert!(all.is_ok());
    let times = asked.into_inner();
    assert!(times > 5, "asked {times} times");
    for end in 0..times {
        let (_, result) = measured(folder.path(), &|now| now >= end);
        assert!(result.is_err(), "it went on after question {end} of {times}");
    }
}

#[test]
fn what_is_pending_when_a_run_fails_is_missing_for_that_reason() {
    let folder = repository();
    let (shown, _) = measured(folder.path(), &|_| false);
    let given_up = shown[1].given_up("the disk is full");
    assert!(
        matches!(&given_up.dead_code, Measured::Missing(Missing::Failed(why)) if why == "the disk is full")
    );
    assert!(given_up.complete && given_up.clones.value().is_some());
}

/// The figures that are missing because of a panic.
fn broken(snapshot: &Snapshot) -> Vec<&str> {
    fn why<T>(figure: &Measured<T>) -> Option<&str> {
        match figure {
            Measured::Missing(Missing::Failed(why)) if why.starts_with("internal error in ") => Some(why),
            _ => None,
        }
    }
    let all = [
        why(&snapshot.tdg),
        why(&snapshot.clones),
        why(&snapshot.graph),
        why(&snapshot.dead_code),
        why(&snapshot.hotspots),
        why(&snapshot.gate),
        why(&snapshot.new_code),
    ];
    all.into_iter().flatten().collect()
}

#[test]
fn an_analysis_that_breaks_down_costs_its_own_figures_and_no_others() {
    let folder = repository();
    assert!(measured(folder.path(), &|_| false).1.is_ok());
    let asked = AtomicUsize::new(0);
    let (_, all) = measured(folder.path(), &|_| {
        asked.fetch_add(1, Ordering::SeqCst);
        false
    });
    assert!(all.is_ok());
    let (mut whole, mut with_a_gap) = (0, 0);
    // Analyses call `cancelled`, so a panic there is a panic inside an analysis.
    for moment in 0..asked.into_inner() {
        let once = |now: usize| {
            assert!(now != moment, "a test's own");
            false
        };
        let (_, result) = match std::panic::catch_unwind(|| measured(folder.path(), &once)) {
            Ok(measured) => measured,
            // Between two analyses only the run fails, which the indexer handles.
            Err(_) => continue,
        };
        match result {
            Ok(snapshot) => {
                let broken = broken(&snapshot);
                let gate = serde_json::to_string(&snapshot.gate).expect("it is JSON");
                let in_a_rule = gate.contains("judging it failed");
                assert!((in_a_rule || !broken.is_empty()) && broken.len() < 4, "{broken:?} {gate}");
                assert_eq!(snapshot.overview.total.value().map(|total| total.files), Some(1));
                with_a_gap += 1;
            }
            Err(why) => {
                assert!(matches!(why, Failure::Broken(_)), "{why}");
                whole += 1;
            }
        }
    }
    assert!(with_a_gap >= 2, "{with_a_gap} with a gap, {whole} as a whole");
}
