//! From rules to a report.

use crate::baseline::{Acceptance, Accepting, Entry};
use crate::config::Config;
use crate::evidence::Evidence;
use crate::level::Level;
use crate::new_code::{self, NewCode, Passage, Passages, Placed, Since};
use crate::report::{Finding, GateReport, NewCodeExtent, RuleReport, Suppressed};
use crate::rule::{Draft, Input, Judge, OnNewCode, Outcome, Rule, Shared};
use crate::rules;
use facts::contained::{Fault, contained};
use facts::hash::{HashMap, HashSet};
use facts::model::RepoPath;
use facts::source::SourceTree;
use facts::{Missing, RepoFacts, Sections};
use text::Sources;
use xxhash_rust::xxh3::Xxh3;

mod listed;
mod summary;
mod suppressions;
#[cfg(test)]
mod tests;
mod text;

pub use summary::not_judged;

/// The bulky sections of the facts that the enabled rules read. Comments are always among them: they hold the
/// suppressions.
pub fn sections(config: &Config) -> Sections {
    let comments = Sections { comments: true, ..Sections::default() };
    let enabled = rules::all().filter(|rule| config.rule(rule.id).level.is_some());
    enabled.fold(comments, |all, rule| all.or(rule.sections))
}

/// Judges a whole tree by its facts.
///
/// # Panics
/// `facts` lack [`sections`] that the configuration needs.
pub fn run(tree: &dyn SourceTree, facts: &RepoFacts, config: &Config, evidence: &dyn Evidence) -> GateReport {
    Gate::new(tree, facts, config, evidence).run()
}

/// What is judged, and the rules and evidence used.
#[derive(Clone, Copy)]
pub struct Gate<'a> {
    /// The tree.
    pub tree: &'a dyn SourceTree,
    /// Its facts, with the [`sections`] that the configuration needs.
    pub facts: &'a RepoFacts,
    /// The rules' settings.
    pub config: &'a Config,
    /// Reports of other programs, the history.
    pub evidence: &'a dyn Evidence,
    /// What is new, if only new code is judged.
    pub new_code: Option<&'a NewCode<'a>>,
    /// What was accepted before, if anything.
    pub acceptance: Option<&'a Acceptance<'a>>,
    extent: Extent,
}

/// How much of a tree is judged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Part,
}

impl<'a> Gate<'a> {
    /// A gate for all code of a tree, without a baseline.
    pub fn new(
        tree: &'a dyn SourceTree,
        facts: &'a RepoFacts,
        config: &'a Config,
        evidence: &'a dyn Evidence,
    ) -> Gate<'a> {
        Gate { tree, facts, config, evidence, new_code: None, acceptance: None, extent: Extent::Whole }
    }

    /// The same for a tree with only some files of another. Rules whose [`Reach`](crate::Reach) is a file have the same
    /// findings there as in the whole tree; no other rule may be on. If a part has nothing to measure, it passes.
    pub fn of_part(self) -> Gate<'a> {
        Gate { extent: Extent::Part, ..self }
    }

    /// Judges.
    ///
    /// # Panics
    /// The facts lack [`sections`] that the configuration needs.
    pub fn run(&self) -> GateReport {
        let mut sources = Sources::new(self.tree, self.facts);
        let (outcomes, mut found) = self.found(&mut sources);
        found.sort_by(|a, b| a.order().cmp(&b.order()));
        let fingerprints = fingerprints(&found, &mut sources);
        let since = self.since(&found, &mut sources);
        let mut accepting = self.acceptance.map(Accepting::new);
        let mut findings = Vec::new();
        let mut suppressed = Vec::new();
        let mut older_findings = 0;
        for ((found, print), since) in found.into_iter().zip(fingerprints).zip(since) {
            let allowed = found.allowed.clone();
            let mut finding = finish(found, print, self.config, &mut sources);
            match (allowed, since) {
                (Some((reason, line)), _) => suppressed.push(Suppressed { finding, reason, line }),
                (None, Since::Older) => older_findings += 1,
                (None, since) => {
                    finding.was = if let Since::Worse(before) = since { Some(before) } else { None };
                    finding.first_new_line = first_new_line(self.new_code, &finding);
                    findings.push(finding);
                }
            }
        }
        let skipped: HashSet<&RepoPath> = self.facts.skipped.iter().map(|skipped| &skipped.path).collect();
        let is_older = self.acceptance.is_some_and(|acceptance| acceptance.baseline.is_of_older_program());
        let (mut findings, mut unlisted) =
            if is_older { listed::listed(findings) } else { (findings, Vec::new()) };
        if let Some(accepting) = &mut accepting {
            findings = accepting.take(findings, &|path| is_in(self.facts, path) || skipped.contains(path));
        }
        let (findings, others) = listed::listed(findings);
        unlisted.extend(others);
        let is_judged = |entry: &Entry| {
            let measured = self.tree.covers(&entry.path) && !skipped.contains(&entry.path);
            self.new_code.is_none() && measured && looked_for(entry, &outcomes)
        };
        let baseline = accepting.map(|accepting| accepting.report(&is_judged));
        let accepted = baseline.as_ref().map_or(&[][..], |report| &report.accepted);
        let rules: Vec<RuleReport> = outcomes
            .iter()
            .map(|(rule, outcome)| RuleReport {
                accepted: accepted.iter().filter(|accepted| accepted.finding.rule == rule.id).count(),
                ..summary::rule_report(rule, outcome, self.config, &findings, &suppressed)
            })
            .collect();
        GateReport {
            verdict: summary::verdict(&rules),
            tree: self.facts.tree.clone(),
            fail_on: self.config.fail_on,
            files: self.facts.files.len(),
            new_code: self.new_code.map(|new| extent(new, older_findings)),
            rules,
            findings,
            unlisted,
            suppressed,
            baseline,
            not_measured: summary::not_measured(self.facts, &outcomes),
        }
    }

    /// The outcome of each rule, and all findings, with the allowances that comments in the code give.
    fn found(&self, sources: &mut Sources<'_>) -> (Vec<(&'static Rule, Outcome)>, Vec<Found>) {
        let (mut outcomes, mut found) = self.judge();
        let mut directives = suppressions::directives(self.facts, sources);
        suppressions::allow(&mut found, &mut directives);
        // For rules that look only at new lines, their findings in the rest are unknown.
        let judged_in_full = |rule: &str| {
            let by_findings =
                |rule: &Rule| matches!(rule.on_new_code, OnNewCode::Compared | OnNewCode::ByLine);
            self.new_code.is_none() || rules::all().any(|known| known.id == rule && by_findings(known))
        };
        found.extend(suppressions::suppression_findings(&directives, self.config, &judged_in_full));
        for (rule, outcome) in &mut outcomes {
            if matches!(rule.judge, Judge::Suppressions) && !outcome.is_not_measured() {
                outcome.checked = directives.len();
            }
        }
        (outcomes, found)
    }

    fn judge(&self) -> (Vec<(&'static Rule, Outcome)>, Vec<Found>) {
        let shared = Shared::default();
        let Gate { tree, facts, config, evidence, .. } = *self;
        let additions = self.new_code.map(|new| new.additions);
        let mut outcomes = Vec::new();
        let mut found = Vec::new();
        for rule in rules::all() {
            let settings = config.rule(rule.id);
            let input = Input { tree, facts, config, settings, evidence, additions, shared: &shared };
            let judged = |judge: fn(&Input<'_>) -> Outcome| contained(|| judge(&input));
            let mut fault = None;
            let mut outcome = match &rule.judge {
                _ if settings.level.is_none() => Outcome::not_asked("its level is off"),
                _ if additions.is_some() && rule.on_new_code == OnNewCode::Never => {
                    Outcome::not_asked("it is about the whole repository, only new code is judged")
                }
                _ if self.extent == Extent::Whole && facts.files.is_empty() => {
                    Outcome::unsupported(nothing_measured(facts))
                }
                Judge::Tree(judge) => judged(*judge).unwrap_or_else(|Fault| {
                    fault = Some(Missing::Failed(format!("judging it failed: {Fault}")));
                    Outcome::default()
                }),
                Judge::Suppressions => Outcome::default(),
            };
            // A part without code has nothing for a rule on code to judge.
            let is_part = self.extent == Extent::Part && !matches!(shared.listed(), Some(Err(_)));
            if is_part && outcome.is_not_measured() {
                outcome.missing = None;
            }
            outcome.missing = fault.or(outcome.missing);
            found.extend(outcome.findings.drain(..).map(|draft| Found { rule, draft, allowed: None }));
            outcomes.push((rule, outcome));
        }
        (outcomes, found)
    }

    /// How each finding changed since the base; all are new if all code is judged.
    fn since(&self, found: &[Found], sources: &mut Sources<'_>) -> Vec<Since> {
        let Some(new) = self.new_code else { return vec![Since::New; found.len()] };
        let current: Vec<Placed<'_>> =
            found.iter().map(|found| Placed { rule: found.rule, draft: &found.draft }).collect();
        let mut now = |draft: &Draft| sources.passage(draft);
        let Some(base) = new.base else {
            let mut read = Passages { now: &mut now, then: &mut |_: &Draft| None };
            return new_code::compare(&current, &[], new.additions, &mut read);
        };
        // Only all rules together can tell whether a suppression is used.
        let all = found.iter().any(|found| matches!(found.rule.judge, Judge::Suppressions));
        let compared = self.config.only(|rule| {
            let has_findings = || found.iter().any(|found| found.rule.id == rule.id);
            all || rule.on_new_code == OnNewCode::Compared && has_findings()
        });
        let gate = Gate { extent: self.extent, ..Gate::new(base.tree, base.facts, &compared, base.evidence) };
        let mut of_base = Sources::new(base.tree, base.facts);
        let (_, mut before) = gate.found(&mut of_base);
        before.retain(|found| found.allowed.is_none());
        // File by file, in reading order.
        before.sort_by(|a, b| a.order().cmp(&b.order()));
        let before: Vec<Placed<'_>> =
            before.iter().map(|found| Placed { rule: found.rule, draft: &found.draft }).collect();
        let mut read = Passages { now: &mut now, then: &mut |draft| of_base.passage(draft) };
        new_code::compare(&current, &before, new.additions, &mut read)
    }
}

fn extent(new: &NewCode<'_>, older_findings: usize) -> NewCodeExtent {
    NewCodeExtent {
        since: new.since.clone(),
        base: new.additions.base.map(|base| base.to_string()),
        head: new.head.map(|head| head.to_string()),
        files: new.additions.files.len(),
        lines: new.additions.line_count(),
        older_findings,
        old_paths: new.additions.renamed(),
    }
}

fn first_new_line(new_code: Option<&NewCode<'_>>, finding: &Finding) -> Option<u32> {
    let location = finding.location?;
    let ranges = &new_code?.additions.files.get(&finding.path)?.lines;
    let within = ranges.iter().find(|range| *range.end() >= location.line)?;
    let first = (*within.start()).max(location.line);
    (first <= location.end_line.max(location.line)).then_some(first)
}

/// True if the rule of an entry judged its file. A rule that no longer exists finds nothing.
fn looked_for(entry: &Entry, outcomes: &[(&'static Rule, Outcome)]) -> bool {
    outcomes.iter().find(|(rule, _)| rule.id == entry.rule).is_none_or(|(_, outcome)| {
        outcome.missing.is_none() && outcome.not_measured.iter().all(|file| file.path != entry.path)
    })
}

fn is_in(facts: &RepoFacts, path: &RepoPath) -> bool {
    facts.files.binary_search_by(|file| file.path().cmp(path)).is_ok()
}

/// A draft that is becoming a finding.
pub(super) struct Found {
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

fn nothing_measured(facts: &RepoFacts) -> String {
    match facts.skipped.len() {
        0 => format!("the {} holds no file", facts.tree),
        1 => format!("the only file of the {} was not measured", facts.tree),
        n => format!("none of the {n} files and folders of the {} was measured", facts.tree),
    }
}

/// Identifies a finding: at its place, and anywhere.
struct Fingerprint {
    here: String,
    anywhere: String,
}

/// Hashes rule, path, symbol and context of each, and the text if it has no name; equal ones are numbered in order.
fn fingerprints(found: &[Found], sources: &mut Sources<'_>) -> Vec<Fingerprint> {
    let mut seen: HashMap<u128, u32> = HashMap::default();
    let hash = |found: &Found, path: &[u8], text: Option<&Passage>, nth: u32| {
        let Draft { symbol, context, .. } = &found.draft;
        let mut hasher = Xxh3::new();
        let symbol = symbol.as_deref().unwrap_or_default();
        for part in [found.rule.id.as_bytes(), path, symbol.as_bytes(), context.as_bytes()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        if let Some(text) = text {
            hasher.update(&text.whole.to_le_bytes());
        }
        hasher.update(&nth.to_le_bytes());
        hasher.digest128()
    };
    let mut fingerprint = |found: &Found| {
        let path = found.draft.anchor.as_ref().unwrap_or(&found.draft.path).as_bytes();
        let text = new_code::is_anonymous(found.draft.symbol.as_deref())
            .then(|| sources.passage(&found.draft))
            .flatten();
        let nth = seen.entry(hash(found, path, text.as_ref(), 0)).or_default();
        *nth += 1;
        let here = format!("{:032x}", hash(found, path, text.as_ref(), *nth));
        Fingerprint { here, anywhere: format!("{:032x}", hash(found, b"", None, 0)) }
    };
    found.iter().map(&mut fingerprint).collect()
}

fn finish(found: Found, fingerprint: Fingerprint, config: &Config, sources: &mut Sources<'_>) -> Finding {
    let Found { rule, draft, .. } = found;
    let level = config.rule(rule.id).level.unwrap_or(Level::Warning);
    let level = draft.at_most.map_or(level, |most| most.min(level));
    Finding {
        rule: rule.id,
        level: draft.at_least.map_or(level, |least| least.max(level)),
        location: draft.span.map(|span| sources.location(&draft.path, span)),
        message: draft.message,
        path: draft.path,
        function: draft.symbol,
        value: draft.value,
        limit: draft.limit,
        was: None,
        first_new_line: None,
        fingerprint: fingerprint.here,
        fingerprint_anywhere: fingerprint.anywhere,
        copies: draft.copies,
        is_covered: draft.is_covered,
        help: draft.help,
    }
}
