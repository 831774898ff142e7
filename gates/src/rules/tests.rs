//! Every rule against its own fixtures, on facts from the real extractor.

use super::*;
use crate::config::Config;
use crate::evidence::{Evidence, EvidenceError, NoEvidence};
use crate::level::Level;
use crate::report::{Status, Verdict};
use crate::rule::{Fixture, Group, Judge};
use facts::MeasureOptions;
use facts::history::{History, PlainCommit};
use facts::source::MemoryTree;
use std::sync::Arc;

/// Evidence whose reports are files of the fixture.
struct InFixture<'f>(&'f Fixture);

/// A changed path, and the lines that were added and deleted.
type Change<'a> = (&'a str, i32, u32);

impl Evidence for InFixture<'_> {
    fn report(&self, path: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
        let found = self.0.files.iter().find(|(name, _)| *name == path);
        Ok(found.map(|(_, text)| text.as_bytes().to_vec()))
    }

    /// Reads the file `.history`: one line per commit, the newest first, with days before the newest, author, and
    /// paths.
    fn history(&self, days: Option<u32>) -> Result<Arc<History>, EvidenceError> {
        let text = self.report(".history")?.ok_or(EvidenceError::HistoryNotLookedAt)?;
        let text = String::from_utf8(text).map_err(EvidenceError::unreadable)?;
        let parsed: Vec<(u32, &str, Vec<Change<'_>>)> = text
            .lines()
            .filter_map(|line| {
                let mut words = line.split(' ');
                let age = words.next()?.parse().ok()?;
                Some((age, words.next()?, words.map(|path| (path, 1, 0)).collect()))
            })
            .collect();
        let commits: Vec<PlainCommit<'_>> = parsed
            .iter()
            .filter(|(age, ..)| days.is_none_or(|days| *age <= days))
            .map(|(age, author, changes)| PlainCommit { days_before_head: *age, author, changes })
            .collect();
        Ok(Arc::new(History::in_memory(&commits)))
    }
}

fn report(rule: &Rule, fixture: &Fixture) -> crate::GateReport {
    let tree = MemoryTree::new(fixture.files.iter().copied());
    let mut config =
        Config::parse(fixture.config, "fixture").unwrap_or_else(|error| panic!("{}: {error}", fixture.name));
    if matches!(rule.judge, Judge::Tree(_)) {
        config.select(&[rule.id]).expect("a rule selects itself");
    }
    config.rule_mut(rule.id).expect("a known rule").level = Some(Level::Error);
    let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    crate::run(&tree, &facts, &config, &InFixture(fixture))
}

#[test]
fn every_rule_rejects_and_accepts_what_its_fixtures_say() {
    let mut wrong = Vec::new();
    for rule in all() {
        for fixture in rule.fixtures {
            let report = report(rule, fixture);
            let own = report.findings.iter().filter(|finding| finding.rule == rule.id);
            let found: Vec<(String, u32)> = own
                .map(|finding| (finding.path.to_string(), finding.location.map_or(0, |place| place.line)))
                .collect();
            let wanted: Vec<(String, u32)> =
                fixture.findings.iter().map(|(path, line)| ((*path).to_owned(), *line)).collect();
            let status =
                report.rules.iter().find(|own| own.id == rule.id).expect("every rule reports").status;
            let wanted_status = if wanted.is_empty() { Status::Passed } else { Status::Failed };
            if found != wanted || status != wanted_status {
                wrong.push(format!(
                    "{} / {}: {found:?} instead of {wanted:?}, {status:?}",
                    rule.id, fixture.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_fixture_that_it_must_reject_and_one_that_it_must_accept() {
    for rule in all() {
        assert!(
            rule.fixtures.iter().any(|fixture| !fixture.findings.is_empty()),
            "{} rejects nothing",
            rule.id
        );
        assert!(
            rule.fixtures.iter().any(|fixture| fixture.findings.is_empty()),
            "{} accepts nothing",
            rule.id
        );
    }
}

#[test]
fn a_failing_fixture_fails_the_gate() {
    for rule in all() {
        for fixture in rule.fixtures.iter().filter(|fixture| !fixture.findings.is_empty()) {
            assert_eq!(report(rule, fixture).verdict, Verdict::Fail, "{} / {}", rule.id, fixture.name);
        }
    }
}

#[test]
fn ids_are_unique_kebab_case_and_differ_from_groups() {
    let mut ids: Vec<&str> = ids().collect();
    assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all().count());
    let groups: Vec<&str> = all().map(|rule| rule.group.name()).collect();
    assert!(ids.iter().all(|id| !groups.contains(id)));
}

#[test]
fn no_rule_passes_on_an_empty_tree() {
    let tree = MemoryTree::default();
    let facts = facts::measure(&tree, None, &MeasureOptions::default()).expect("memory can be read");
    let report = crate::run(&tree, &facts, &Config::default(), &NoEvidence);
    assert_eq!(report.verdict, Verdict::NotMeasured);
    for rule in report.rules.iter().filter(|rule| rule.level.is_some()) {
        assert_eq!(
            (rule.status, rule.why.as_deref()),
            (Status::NotMeasured, Some("the memory holds no file"))
        );
    }
}

#[test]
fn rules_on_functions_are_not_measured_where_no_language_has_functions() {
    let tree = MemoryTree::new([("a.json", "[1]\n")]);
    let config = Config::default();
    let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    let report = crate::run(&tree, &facts, &config, &NoEvidence);
    assert_eq!(report.verdict, Verdict::NotMeasured);
    let complexity = report.rules.iter().find(|rule| rule.id == "cyclomatic-complexity").expect("a rule");
    assert_eq!(complexity.status, Status::NotMeasured);
    assert_eq!(complexity.why.as_deref(), Some("no file of a language with a grammar could be measured"));
    let secrets = report.rules.iter().find(|rule| rule.id == "secrets").expect("a rule");
    assert_eq!(secrets.status, Status::Passed);
}

#[test]
fn layers_without_a_single_import_are_not_measured() {
    let tree = MemoryTree::new([("cli/a.py", "x = 1\n"), ("core/b.py", "y = 2\n")]);
    let mut config = Config::parse("[layers]\norder = [[\"cli\"], [\"core\"]]", "test").expect("valid");
    config.select(&["layers"]).expect("a known rule");
    let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    let report = crate::run(&tree, &facts, &config, &NoEvidence);
    assert_eq!(report.verdict, Verdict::NotMeasured);
    let layers = report.rules.iter().find(|rule| rule.id == "layers").expect("a rule");
    assert_eq!(layers.why.as_deref(), Some("no import was found in the 2 files with code of the layers"));
}

#[test]
fn rules_on_suppressions_belong_to_their_group() {
    for rule in all() {
        assert_eq!(
            rule.group == Group::Suppression,
            matches!(rule.judge, Judge::Suppressions),
            "{}",
            rule.id
        );
    }
}

/// Proves [`Reach::File`](crate::Reach): a file has the same findings alone as among all the others.
#[test]
fn what_a_rule_on_files_finds_does_not_depend_on_other_files() {
    let mut compared = 0;
    for rule in all().filter(|rule| rule.reach == crate::Reach::File) {
        for fixture in rule.fixtures {
            let whole = report(rule, fixture).findings;
            let mut config = Config::parse(fixture.config, "fixture").expect("checked by another test");
            if matches!(rule.judge, Judge::Tree(_)) {
                config.select(&[rule.id]).expect("a rule selects itself");
            }
            config.rule_mut(rule.id).expect("a known rule").level = Some(Level::Error);
            let mut parts = Vec::new();
            for file in fixture.files {
                let part = MemoryTree::new([*file]);
                let options =
                    MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
                let facts = facts::measure(&part, None, &options).expect("memory can be read");
                let config = config.only(|rule| rule.reach == crate::Reach::File);
                parts.extend(crate::Gate::new(&part, &facts, &config, &NoEvidence).of_part().run().findings);
            }
            let of_rules_on_files = |finding: &&crate::Finding| {
                by_id(finding.rule).expect("a known rule").reach == crate::Reach::File
            };
            let mut whole: Vec<&crate::Finding> = whole.iter().filter(of_rules_on_files).collect();
            let mut parts: Vec<&crate::Finding> = parts.iter().collect();
            whole.sort_by_key(|finding| (&finding.path, finding.location, finding.rule));
            parts.sort_by_key(|finding| (&finding.path, finding.location, finding.rule));
            compared += whole.len();
            assert_eq!(whole, parts, "{} / {}", rule.id, fixture.name);
        }
    }
    assert!(compared > 20, "the fixtures hold findings: {compared}");
}
