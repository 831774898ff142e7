//! What the suppression comments of a tree allow, and what is wrong with them.

use super::Found;
use super::text::Sources;
use crate::config::Config;
use crate::rule::Draft;
use crate::rules;
use crate::suppression::{self, Directive, Invalid};
use facts::RepoFacts;
use facts::hash::HashMap;
use facts::model::{RepoPath, Span};

/// A directive, the file it is in, and whether it allowed anything.
pub(super) struct Placed<'a> {
    path: &'a RepoPath,
    directive: Directive,
    used: bool,
}

/// The suppression comments of a tree.
pub(super) fn directives<'a>(facts: &'a RepoFacts, sources: &mut Sources<'_>) -> Vec<Placed<'a>> {
    let mut placed = Vec::new();
    for file in facts.files.iter().filter(|file| suppression::mentioned(file.data.comments())) {
        let source = sources.read(file.path()).map_or(&[][..], |text| &text.bytes);
        let found = suppression::directives(file.data.comments(), &file.data.facts.functions, source);
        let path = file.path();
        placed.extend(found.into_iter().map(|directive| Placed { path, directive, used: false }));
    }
    placed
}

/// Sets the reason on findings that a comment allows.
pub(super) fn allow(found: &mut [Found], directives: &mut [Placed<'_>]) {
    let mut of_file: HashMap<&RepoPath, Vec<usize>> = HashMap::default();
    for (index, placed) in directives.iter().enumerate() {
        of_file.entry(placed.path).or_default().push(index);
    }
    for found in found {
        let own = (found.draft.path.clone(), found.draft.span.map(|span| span.start_line));
        let also = found.draft.also_at.clone().map(|(path, line)| (path, Some(line)));
        for (path, line) in [Some(own), also].into_iter().flatten() {
            for &index in of_file.get(&path).into_iter().flatten() {
                allow_by(found, line, &mut directives[index]);
            }
        }
    }
}

/// Sets the reason of a comment on a finding on a line, if the comment allows it.
fn allow_by(found: &mut Found, line: Option<u32>, placed: &mut Placed<'_>) {
    let Ok(allowance) = &placed.directive.meaning else { return };
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

/// The findings of the rules on suppressions. A suppression counts as unused only if its rule was `judged_in_full`.
pub(super) fn suppression_findings(
    directives: &[Placed<'_>],
    config: &Config,
    judged_in_full: &dyn Fn(&str) -> bool,
) -> Vec<Found> {
    let mut found = Vec::new();
    for Placed { path, directive, used } in directives {
        let (rule, message, help, context) = match &directive.meaning {
            Ok(allowance)
                if !used && config.rule(allowance.rule).level.is_some() && judged_in_full(allowance.rule) =>
            {
                (
                    &rules::unused_suppression::RULE,
                    format!("this allows \"{}\" where there is nothing to allow", allowance.rule),
                    "remove the comment",
                    allowance.rule.to_owned(),
                )
            }
            Ok(_) => continue,
            Err(Invalid::NoReason { rule }) => (
                &rules::suppression_without_reason::RULE,
                format!("this suppression is ignored: it gives no reason to allow \"{rule}\""),
                "give the reason: batuta: allow(rule, \"why\")",
                (*rule).to_owned(),
            ),
            Err(Invalid::Unclear(why)) => (
                &rules::invalid_suppression::RULE,
                format!("this suppression is ignored: {why}"),
                "write batuta: allow(rule, \"why\") or batuta: allow-file(rule, \"why\")",
                why.context(),
            ),
        };
        if config.rule(rule.id).level.is_none() {
            continue;
        }
        let draft = Draft {
            span: Some(Span::of_line(directive.line)),
            help: help.to_owned(),
            context,
            ..Draft::new(path, message)
        };
        found.push(Found { rule, draft, allowed: None });
    }
    found
}
