//! The results of the whole gate and of each rule.

use crate::config::Config;
use crate::report::{Finding, RuleReport, Status, Suppressed, Unmeasured, Verdict};
use crate::rule::{Group, Outcome, Rule};
use crate::rules;
use facts::model::ParseStatus;
use facts::source::SkipReason;
use facts::{Missing, RepoFacts};

/// Files that were not, or only partly, measured.
pub(super) fn not_measured(facts: &RepoFacts, outcomes: &[(&'static Rule, Outcome)]) -> Vec<Unmeasured> {
    let skipped = facts.skipped.iter().filter(|skipped| should_have_been_measured(&skipped.reason));
    let skipped =
        skipped.map(|skipped| Unmeasured { path: skipped.path.clone(), why: skipped.reason.to_string() });
    let partly = facts.files.iter().filter_map(|file| match file.data.facts.parse {
        ParseStatus::Partial { errors, first_line, .. } => {
            let errors = if errors == 1 { "1 place".to_owned() } else { format!("{errors} places") };
            let why = format!(
                "partly measured: batuta's grammar does not fit it in {errors}, first on line {first_line}"
            );
            Some(Unmeasured { path: file.path().clone(), why })
        }
        ParseStatus::Failed { .. } => {
            let why = "not measured: batuta's grammar does not fit most of it".to_owned();
            Some(Unmeasured { path: file.path().clone(), why })
        }
        ParseStatus::Complete | ParseStatus::LinesOnly => None,
    });
    let by_rule = outcomes.iter().flat_map(|(rule, outcome)| {
        let why = |why: &str| format!("{}: {why}", rule.id);
        outcome
            .not_measured
            .iter()
            .map(move |file| Unmeasured { path: file.path.clone(), why: why(&file.why) })
    });
    let mut all: Vec<Unmeasured> = skipped.chain(partly).chain(by_rule).collect();
    all.sort();
    all
}

/// Files that the rules on code could not judge: those that were not measured, and those that mostly do not fit their
/// grammar. Callers that must not pass unjudged files reject them.
pub fn not_judged(facts: &RepoFacts) -> Vec<Unmeasured> {
    let skipped = facts.skipped.iter().filter(|skipped| should_have_been_measured(&skipped.reason));
    let skipped =
        skipped.map(|skipped| Unmeasured { path: skipped.path.clone(), why: skipped.reason.to_string() });
    let failed =
        facts.files.iter().filter(|file| matches!(file.data.facts.parse, ParseStatus::Failed { .. }));
    let failed = failed.map(|file| Unmeasured {
        path: file.path().clone(),
        why: "batuta's grammar does not fit most of it".to_owned(),
    });
    let mut all: Vec<Unmeasured> = skipped.chain(failed).collect();
    all.sort();
    all
}

/// False for files that are left out on purpose or are not source code.
fn should_have_been_measured(reason: &SkipReason) -> bool {
    match reason {
        SkipReason::Unreadable(_)
        | SkipReason::ForbiddenName(_)
        | SkipReason::PathTooLong { .. }
        | SkipReason::TooLarge { .. }
        | SkipReason::Encoding(_)
        | SkipReason::BinarySource
        | SkipReason::ParseBudget
        | SkipReason::Unmerged
        | SkipReason::Fault => true,
        SkipReason::Generated
        | SkipReason::Vendored
        | SkipReason::BuildWrapper
        | SkipReason::Excluded
        | SkipReason::Submodule
        | SkipReason::SymbolicLink
        | SkipReason::Special
        | SkipReason::NotCheckedOut
        | SkipReason::LfsPointer
        | SkipReason::Binary
        | SkipReason::UnknownLanguage => false,
    }
}

/// The report of one rule.
pub(super) fn rule_report(
    rule: &'static Rule,
    outcome: &Outcome,
    config: &Config,
    findings: &[Finding],
    suppressed: &[Suppressed],
) -> RuleReport {
    let own: Vec<&Finding> = findings.iter().filter(|finding| finding.rule == rule.id).collect();
    let fails = own.iter().any(|finding| finding.level >= config.fail_on);
    let status = match outcome {
        _ if fails => Status::Failed,
        Outcome { missing: Some(Missing::NotAsked(_)), .. } => Status::Off,
        Outcome { missing: Some(_), .. } => Status::NotMeasured,
        _ if own.is_empty() => Status::Passed,
        _ => Status::Warned,
    };
    RuleReport {
        id: rule.id,
        title: rule.title,
        level: config.rule(rule.id).level,
        status,
        why: outcome.missing.as_ref().map(ToString::to_string),
        checked: outcome.checked,
        unit: rule.unit,
        findings: own.len(),
        accepted: 0,
        suppressed: suppressed.iter().filter(|allowed| allowed.finding.rule == rule.id).count(),
    }
}

/// Fails if any rule fails; else a rule that could not be measured decides. If all rules are off, nothing was judged.
pub(super) fn verdict(rules: &[RuleReport]) -> Verdict {
    let any = |status| rules.iter().any(|rule| rule.status == status);
    let judged = rules.iter().any(|rule| rule.status != Status::Off && !is_on_suppressions(rule.id));
    match (any(Status::Failed), any(Status::NotMeasured) || !judged) {
        (true, _) => Verdict::Fail,
        (false, true) => Verdict::NotMeasured,
        (false, false) => Verdict::Pass,
    }
}

fn is_on_suppressions(id: &str) -> bool {
    rules::all().any(|rule| rule.id == id && rule.group == Group::Suppression)
}
