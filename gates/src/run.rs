//! From rules to a report.

use crate::config::Config;
use crate::evidence::Evidence;
use crate::report::{
    Finding, GateReport, Level, Location, RuleReport, Status, Suppressed, Unmeasured, Verdict,
};
use crate::rule::{Draft, Group, Input, Judge, Outcome, Rule, Shared};
use crate::rules;
use crate::suppression::{self, Directive, Invalid};
use bstr::ByteSlice;
use facts::model::{ParseStatus, RepoPath, Span};
use facts::source::{SkipReason, SourceTree};
use facts::{RepoFacts, Sections};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

/// The bulky sections of the facts that the enabled rules read. Comments are always among them: they hold the
/// suppressions.
pub fn sections(config: &Config) -> Sections {
    let comments = Sections { comments: true, ..Sections::default() };
    let enabled = rules::all().filter(|rule| config.rule(rule.id).level.is_some());
    enabled.fold(comments, |all, rule| all.or(rule.sections))
}

/// Judges a tree by its facts.
///
/// # Panics
/// When `facts` were measured without the [`sections`] that the configuration needs.
pub fn run(tree: &dyn SourceTree, facts: &RepoFacts, config: &Config, evidence: &dyn Evidence) -> GateReport {
    let mut sources = Sources { tree, facts, last: None };
    let (mut outcomes, mut found) = judge(tree, facts, config, evidence);
    let mut directives = directives(facts, &mut sources);
    allow(&mut found, &mut directives);
    found.extend(suppression_findings(&directives, config));
    for (rule, outcome) in &mut outcomes {
        if matches!(rule.judge, Judge::Suppressions) && outcome.missing.is_none() {
            outcome.checked = directives.len();
        }
    }

    found.sort_by(|a, b| a.order().cmp(&b.order()));
    let fingerprints = fingerprints(&found);
    let mut findings = Vec::new();
    let mut suppressed = Vec::new();
    for (found, fingerprint) in found.into_iter().zip(fingerprints) {
        let allowed = found.allowed.clone();
        let finding = finish(found, fingerprint, config, &mut sources);
        match allowed {
            Some((reason, line)) => suppressed.push(Suppressed { finding, reason, line }),
            None => findings.push(finding),
        }
    }

    let not_measured = not_measured(facts, &outcomes);
    let rules: Vec<RuleReport> = outcomes
        .iter()
        .map(|(rule, outcome)| rule_report(rule, outcome, config, &findings, &suppressed))
        .collect();
    GateReport {
        verdict: verdict(&rules),
        tree: facts.tree.clone(),
        fail_on: config.fail_on,
        files: facts.files.len(),
        rules,
        findings,
        suppressed,
        not_measured,
    }
}

/// A draft on its way to becoming a finding.
struct Found {
    rule: &'static Rule,
    draft: Draft,
    /// Reason and line of the comment that allows it.
    allowed: Option<(String, u32)>,
}

impl Found {
    fn order(&self) -> (&RepoPath, Option<(u32, u32)>, &str, &str, &str) {
        let Draft { path, span, message, context, .. } = &self.draft;
        (path, span.map(|span| (span.start_line, span.start_column)), self.rule.id, message, context)
    }
}

fn judge(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    config: &Config,
    evidence: &dyn Evidence,
) -> (Vec<(&'static Rule, Outcome)>, Vec<Found>) {
    let shared = Shared::default();
    let mut outcomes = Vec::new();
    let mut found = Vec::new();
    for rule in rules::all() {
        let settings = config.rule(rule.id);
        let mut outcome = match &rule.judge {
            _ if settings.level.is_none() => Outcome::not_asked("its level is off"),
            _ if facts.files.is_empty() => Outcome::missing(nothing_measured(facts)),
            Judge::Tree(judge) => judge(&Input { tree, facts, config, settings, evidence, shared: &shared }),
            Judge::Suppressions => Outcome::default(),
        };
        found.extend(outcome.findings.drain(..).map(|draft| Found { rule, draft, allowed: None }));
        outcomes.push((rule, outcome));
    }
    (outcomes, found)
}

fn nothing_measured(facts: &RepoFacts) -> String {
    match facts.skipped.len() {
        0 => format!("the {} holds no file", facts.tree),
        1 => format!("the only file of the {} was not measured", facts.tree),
        n => format!("none of the {n} files and folders of the {} was measured", facts.tree),
    }
}

// ---- suppressions

/// A directive, the file it stands in, and whether it allowed anything.
struct Placed<'a> {
    path: &'a RepoPath,
    directive: Directive,
    used: bool,
}

fn directives<'a>(facts: &'a RepoFacts, sources: &mut Sources<'_>) -> Vec<Placed<'a>> {
    let mut placed = Vec::new();
    for file in facts.files.iter().filter(|file| suppression::mentioned(file.data.comments())) {
        let source = sources.read(file.path()).map_or(&[][..], |text| &text.bytes);
        let found = suppression::directives(file.data.comments(), &file.data.facts.functions, source);
        let path = file.path();
        placed.extend(found.into_iter().map(|directive| Placed { path, directive, used: false }));
    }
    placed
}

fn allow(found: &mut [Found], directives: &mut [Placed<'_>]) {
    let mut of_file: FxHashMap<&RepoPath, Vec<usize>> = FxHashMap::default();
    for (index, placed) in directives.iter().enumerate() {
        of_file.entry(placed.path).or_default().push(index);
    }
    for found in found {
        let line = found.draft.span.map(|span| span.start_line);
        for &index in of_file.get(&found.draft.path).into_iter().flatten() {
            let placed = &mut directives[index];
            let Ok(allowance) = &placed.directive.meaning else {
                continue;
            };
            let covers = match (allowance.lines, line) {
                (None, _) => true,
                (Some((first, last)), Some(line)) => (first..=last).contains(&line),
                (Some(_), None) => false,
            };
            if covers && allowance.rule == found.rule.id {
                placed.used = true;
                found.allowed.get_or_insert_with(|| (allowance.reason.clone(), placed.directive.line));
            }
        }
    }
}

fn suppression_findings(directives: &[Placed<'_>], config: &Config) -> Vec<Found> {
    let mut found = Vec::new();
    for Placed { path, directive, used } in directives {
        let (rule, message, help, context) = match &directive.meaning {
            Ok(allowance) if !used && config.rule(allowance.rule).level.is_some() => (
                &rules::unused_suppression::RULE,
                format!("this allows \"{}\" where there is nothing to allow", allowance.rule),
                "remove the comment",
                allowance.rule,
            ),
            Ok(_) => continue,
            Err(Invalid::NoReason { rule }) => (
                &rules::suppression_without_reason::RULE,
                format!("this suppression is ignored: it gives no reason to allow \"{rule}\""),
                "give the reason: batuta: allow(rule, \"why\")",
                *rule,
            ),
            Err(Invalid::Unclear(why)) => (
                &rules::invalid_suppression::RULE,
                format!("this suppression is ignored: {why}"),
                "write batuta: allow(rule, \"why\") or batuta: allow-file(rule, \"why\")",
                why.as_str(),
            ),
        };
        if config.rule(rule.id).level.is_none() {
            continue;
        }
        let draft = Draft {
            span: Some(Span::of_line(directive.line)),
            help: help.to_owned(),
            context: context.to_owned(),
            ..Draft::new(path, message)
        };
        found.push(Found { rule, draft, allowed: None });
    }
    found
}

// ---- findings

/// The bytes of files, one at a time.
struct Sources<'a> {
    tree: &'a dyn SourceTree,
    facts: &'a RepoFacts,
    last: Option<(RepoPath, Option<Text>)>,
}

/// A file's bytes and the byte that each line starts with.
struct Text {
    bytes: Vec<u8>,
    lines: Vec<usize>,
}

impl Sources<'_> {
    /// A measured file, if it can still be read.
    fn read(&mut self, path: &RepoPath) -> Option<&Text> {
        if self.last.as_ref().is_none_or(|(last, _)| last != path) {
            let index = self.facts.files.binary_search_by(|file| file.path().cmp(path));
            let bytes = index.ok().and_then(|index| self.tree.read(&self.facts.files[index].entry).ok());
            let text = bytes.map(|bytes| {
                let after_newlines = bytes.find_iter(b"\n").map(|newline| newline + 1);
                Text { lines: std::iter::once(0).chain(after_newlines).collect(), bytes }
            });
            self.last = Some((path.clone(), text));
        }
        self.last.as_ref().and_then(|(_, text)| text.as_ref())
    }

    /// A span as a person counts: columns in code points. Where the text cannot be had, the column is in bytes.
    fn location(&mut self, path: &RepoPath, span: Span) -> Location {
        let mut column = span.start_column.max(1);
        if column > 1 {
            let code_points = self.read(path).and_then(|text| {
                let start = *text.lines.get((span.start_line as usize).checked_sub(1)?)?;
                let before = text.bytes.get(start..start + column as usize - 1)?;
                Some(before.chars().count() as u32 + 1)
            });
            column = code_points.unwrap_or(column);
        }
        Location { line: span.start_line, column, end_line: span.end_line }
    }
}

/// Hashes rule, path, symbol and context of each; equal ones are numbered in order.
fn fingerprints(found: &[Found]) -> Vec<String> {
    let mut seen: FxHashMap<u128, u32> = FxHashMap::default();
    let hash = |found: &Found, nth: u32| {
        let Draft { path, symbol, context, .. } = &found.draft;
        let mut hasher = Xxh3::new();
        let symbol = symbol.as_deref().unwrap_or_default();
        for part in [found.rule.id.as_bytes(), path.as_bytes(), symbol.as_bytes(), context.as_bytes()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.update(&nth.to_le_bytes());
        hasher.digest128()
    };
    let mut fingerprint = |found: &Found| {
        let nth = seen.entry(hash(found, 0)).or_default();
        *nth += 1;
        format!("{:032x}", hash(found, *nth))
    };
    found.iter().map(&mut fingerprint).collect()
}

fn finish(found: Found, fingerprint: String, config: &Config, sources: &mut Sources<'_>) -> Finding {
    let Found { rule, draft, .. } = found;
    let level = config.rule(rule.id).level.unwrap_or(Level::Warning);
    Finding {
        rule: rule.id,
        level: draft.at_least.map_or(level, |least| least.max(level)),
        location: draft.span.map(|span| sources.location(&draft.path, span)),
        message: draft.message,
        path: draft.path,
        function: draft.symbol,
        value: draft.value,
        limit: draft.limit,
        fingerprint,
        help: draft.help,
    }
}

// ---- the report

fn not_measured(facts: &RepoFacts, outcomes: &[(&'static Rule, Outcome)]) -> Vec<Unmeasured> {
    let skipped = facts.skipped.iter().filter(|skipped| should_have_been_measured(&skipped.reason));
    let skipped =
        skipped.map(|skipped| Unmeasured { path: skipped.path.clone(), why: skipped.reason.to_string() });
    let partly = facts.files.iter().filter_map(|file| match file.data.facts.parse {
        ParseStatus::Partial { errors, first_line, .. } => {
            let errors = if errors == 1 { "1 place".to_owned() } else { format!("{errors} places") };
            let why =
                format!("partly measured: does not fit the grammar in {errors}, first on line {first_line}");
            Some(Unmeasured { path: file.path().clone(), why })
        }
        ParseStatus::Failed { .. } => {
            let why = "not measured: most of it does not fit the grammar".to_owned();
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

/// False for what is left out on purpose, or is no source text.
pub(crate) fn should_have_been_measured(reason: &SkipReason) -> bool {
    match reason {
        SkipReason::Unreadable(_)
        | SkipReason::TooLarge { .. }
        | SkipReason::Encoding(_)
        | SkipReason::ParseBudget
        | SkipReason::Unmerged => true,
        SkipReason::Generated
        | SkipReason::Vendored
        | SkipReason::Excluded
        | SkipReason::Submodule
        | SkipReason::SymbolicLink
        | SkipReason::Special
        | SkipReason::Binary
        | SkipReason::UnknownLanguage => false,
    }
}

fn rule_report(
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
        Outcome { not_asked: Some(_), .. } => Status::Off,
        Outcome { missing: Some(_), .. } => Status::NotMeasured,
        _ if own.is_empty() => Status::Passed,
        _ => Status::Warned,
    };
    RuleReport {
        id: rule.id,
        title: rule.title,
        level: config.rule(rule.id).level,
        status,
        why: outcome.not_asked.clone().or_else(|| outcome.missing.clone()),
        checked: outcome.checked,
        unit: rule.unit,
        findings: own.len(),
        suppressed: suppressed.iter().filter(|allowed| allowed.finding.rule == rule.id).count(),
    }
}

/// A rule that fails decides; else one that could not be measured. A gate whose rules are all off judged nothing.
fn verdict(rules: &[RuleReport]) -> Verdict {
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

#[cfg(test)]
mod tests;
