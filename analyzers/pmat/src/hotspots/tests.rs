//! Hotspots of small histories whose figures are counted by hand.

use super::*;
use crate::churn::{self, ChurnOptions};
use facts::history::PlainCommit;
use facts::source::MemoryTree;
use facts::{MeasureOptions, measure};

fn facts_of(files: &[(&str, &str)]) -> RepoFacts {
    let tree = MemoryTree::new(files.iter().copied());
    measure(&tree, None, &MeasureOptions::default()).expect("memory can be read")
}

fn commit<'a>(days: u32, author: &'a str, changes: &'a [(&'a str, i32, u32)]) -> PlainCommit<'a> {
    PlainCommit { days_before_head: days, author, changes }
}

const BRANCHES: &str = "fn a(x: u8) -> u8 {\n    if x > 1 {\n        if x > 2 {\n            return 1;\n        }\n    }\n    0\n}\n";
const PLAIN: &str = "fn b() {}\n";

#[test]
fn the_score_is_the_documented_product() {
    assert!((score(10, 100, ComplexityBy::Cognitive) - 25.0).abs() < 1e-12);
    assert!((score(30, 300, ComplexityBy::Cognitive) - 100.0 * 0.75 * 0.75).abs() < 1e-12);
    assert!((score(10, 500, ComplexityBy::SourceLines) - 25.0).abs() < 1e-12);
    assert_eq!(score(0, 1000, ComplexityBy::Cognitive), 0.0);
    assert_eq!(score(1000, 0, ComplexityBy::Cognitive), 0.0);
}

#[test]
fn the_score_rises_with_revisions_and_with_complexity() {
    for by in [ComplexityBy::Cognitive, ComplexityBy::SourceLines] {
        for n in 1..200 {
            assert!(score(n + 1, 50, by) > score(n, 50, by));
            assert!(score(5, u64::from(n) + 1, by) > score(5, u64::from(n), by));
            assert!(score(n, u64::from(n), by) < 100.0);
        }
    }
}

#[test]
fn files_are_ranked_by_change_and_complexity_in_the_window() {
    let facts = facts_of(&[("a.rs", BRANCHES), ("b.rs", PLAIN), ("c.rs", BRANCHES), ("new.rs", PLAIN)]);
    let history = History::in_memory(&[
        commit(0, "Ada L", &[("a.rs", 3, 1), ("b.rs", 1, 1)]),
        commit(10, "Grace H", &[("a.rs", 1, 1)]),
        commit(400, "Ada L", &[("a.rs", 8, 0), ("b.rs", 1, 0), ("c.rs", 8, 0)]),
    ]);
    let report = analyze(&facts, &history, &HotspotOptions::default()).expect("there is a history");
    let rows: Vec<_> = report.files.iter().map(|f| (f.path.to_string(), f.revisions, f.complexity)).collect();
    // `if` in `if`: 1 + 2.
    assert_eq!(rows, [("a.rs".to_owned(), 2, 3), ("b.rs".to_owned(), 1, 0)]);
    assert_eq!((report.changed_files, report.unchanged_files, report.not_in_history), (2, 1, 1));
    assert_eq!((report.commits, report.all_commits), (2, 3));
    let hot = &report.files[0];
    assert!((hot.score - 100.0 * (2.0 / 12.0) * (3.0 / 103.0)).abs() < 1e-12);
    assert_eq!((hot.added, hot.removed, hot.all_revisions, hot.authors), (4, 2, 3, 2));
    let main = hot.main_author.value().expect("people changed it");
    assert_eq!(main.name, "Ada L");
    assert!(
        (main.share_of_lines - 11.0 / 12.0).abs() < 1e-12
            && (main.share_of_commits - 2.0 / 3.0).abs() < 1e-12
    );
}

#[test]
fn who_left_takes_what_only_they_knew() {
    let facts = facts_of(&[("src/a.rs", BRANCHES), ("src/b.rs", PLAIN), ("src/c.rs", PLAIN)]);
    let history = History::in_memory(&[
        commit(0, "Ada L", &[("src/b.rs", 1, 0)]),
        commit(366, "Grace H", &[("src/a.rs", 8, 0)]),
        commit(500, "Ada L", &[("src/c.rs", 1, 0)]),
    ]);
    let report = analyze(&facts, &history, &HotspotOptions::default()).expect("there is a history");
    let loss = report.knowledge.knowledge_loss.value().expect("measured");
    // 8 of 10 source lines.
    assert!((loss - 0.8).abs() < 1e-12, "{loss}");
    assert_eq!(report.former_owners, 1);
    let owners: Vec<_> =
        report.owners.iter().map(|o| (o.name.as_str(), o.files, o.source_lines, o.former)).collect();
    assert_eq!(owners, [("Grace H", 1, 8, true), ("Ada L", 2, 2, false)]);
    // Without Ada, one of three files has an author left.
    assert_eq!(report.knowledge.truck_factor, Measured::Value(1));
    let folders: Vec<_> =
        report.folders.iter().map(|folder| (folder.folder.as_str(), folder.files)).collect();
    assert_eq!(folders, [("src", 3)]);
}

#[test]
fn minor_contributors_made_less_than_a_twentieth_of_the_commits() {
    let facts = facts_of(&[("a.rs", PLAIN)]);
    let mut commits = vec![commit(0, "Minor One", &[("a.rs", 1, 0)])];
    commits.extend(std::iter::repeat_n(commit(1, "Ada L", &[("a.rs", 1, 0)]), 20));
    let report =
        analyze(&facts, &History::in_memory(&commits), &HotspotOptions::default()).expect("a history");
    assert_eq!((report.files[0].authors, report.files[0].minor_authors), (2, 1));
    commits.truncate(20);
    let report =
        analyze(&facts, &History::in_memory(&commits), &HotspotOptions::default()).expect("a history");
    // 1 of 20 is 5 %.
    assert_eq!((report.files[0].authors, report.files[0].minor_authors), (2, 0));
}

#[test]
fn bots_change_files_but_know_nothing() {
    let facts = facts_of(&[("a.rs", PLAIN)]);
    let history = History::in_memory(&[
        commit(0, "dependabot[bot]", &[("a.rs", 500, 0)]),
        commit(1, "Ada L", &[("a.rs", 1, 0)]),
    ]);
    let report = analyze(&facts, &history, &HotspotOptions::default()).expect("there is a history");
    assert_eq!((report.files[0].revisions, report.files[0].authors), (2, 1));
    assert_eq!(report.files[0].main_author.value().map(|main| main.name.as_str()), Some("Ada L"));
    assert_eq!(
        report.knowledge.key_people.iter().map(|who| who.name.as_str()).collect::<Vec<_>>(),
        ["Ada L"]
    );
}

#[test]
fn files_that_change_together_are_coupled_whatever_changes_once() {
    let facts = facts_of(&[("a.rs", PLAIN), ("b.rs", PLAIN), ("c.rs", PLAIN)]);
    let mut commits = vec![commit(0, "Ada L", &[("a.rs", 1, 0), ("b.rs", 1, 0), ("c.rs", 1, 0)])];
    commits.extend(std::iter::repeat_n(commit(1, "Ada L", &[("a.rs", 1, 0), ("b.rs", 1, 0)]), 5));
    commits.extend(std::iter::repeat_n(commit(2, "Ada L", &[("a.rs", 1, 0)]), 2));
    let report =
        analyze(&facts, &History::in_memory(&commits), &HotspotOptions::default()).expect("a history");
    assert_eq!(report.coupling.len(), 1);
    let pair = &report.coupling[0];
    assert_eq!((pair.a.to_string(), pair.b.to_string()), ("a.rs".to_owned(), "b.rs".to_owned()));
    assert_eq!((pair.shared, pair.revisions_a, pair.revisions_b), (6, 8, 6));
    assert!((pair.jaccard - 0.75).abs() < 1e-12 && (pair.confidence - 1.0).abs() < 1e-12);
}

#[test]
fn an_empty_history_gives_no_score() {
    let facts = facts_of(&[("a.rs", PLAIN)]);
    let history = History::in_memory(&[]);
    assert!(analyze(&facts, &history, &HotspotOptions::default()).is_err());
    assert!(churn::analyze(&facts, &history, &ChurnOptions { days: None, top_files: None }).is_err());
    let elsewhere = History::in_memory(&[commit(0, "Ada L", &[("other.rs", 1, 0)])]);
    let why = analyze(&facts, &elsewhere, &HotspotOptions::default()).expect_err("nothing to score");
    assert!(why.to_string().contains("none of the measured files"), "{why}");
}

#[test]
fn churn_counts_commits_and_lines_of_every_file_and_author() {
    let facts = facts_of(&[("a.rs", BRANCHES)]);
    let history = History::in_memory(&[
        commit(0, "Ada L", &[("a.rs", 3, 1), ("gone.rs", -1, 7)]),
        commit(2, "Grace H", &[("a.rs", 8, 0), ("gone.rs", 7, 0)]),
    ]);
    let options = ChurnOptions { days: Some(30), top_files: None };
    let report = churn::analyze(&facts, &history, &options).expect("there is a history");
    assert_eq!((report.commits, report.files_changed, report.added, report.removed), (2, 2, 18, 8));
    let files: Vec<_> =
        report.files.iter().map(|f| (f.path.to_string(), f.commits, f.added, f.removed, f.authors)).collect();
    assert_eq!(files, [("gone.rs".to_owned(), 2, 7, 7, 2), ("a.rs".to_owned(), 2, 11, 1, 2)]);
    assert!(report.files[0].relative_churn.value().is_none());
    // 12 changed lines on 8 source lines.
    assert_eq!(report.files[1].relative_churn, Measured::Value(1.5));
    assert_eq!(
        report.authors.iter().map(|a| (a.name.as_str(), a.commits)).collect::<Vec<_>>(),
        [("Grace H", 1), ("Ada L", 1)]
    );
}
