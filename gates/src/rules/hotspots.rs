//! `hotspots`

use crate::config::Options;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::hash::HashMap;
use facts::history::FileId;
use facts::{Missing, Sections};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.hotspots]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// Length of the window, in days before the newest commit; 0 for the whole history.
    pub days: u64,
    /// The smallest number of commits in the window for a file that changes often.
    pub min_revisions: u64,
    /// The greatest cognitive complexity that a file which changes often may have.
    pub max_cognitive: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { days: 365, min_revisions: 10, max_cognitive: 100 }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "hotspots",
    title: "Code that changes often is simple",
    group: Group::Complexity,
    docs: Docs {
        what: "Reports each file that was changed by at least `min-revisions` commits of the last `days` \
               days before the newest commit, and whose functions together have a cognitive complexity above \
               `max-cognitive`. Renames are followed, merges do not count, a shallow clone is not measured.",
        why: "Complex code that nobody touches costs nothing. Complex code that changes every week costs \
              every week, and most defects are made there.",
        fix: "Move the part that changes most, with its tests, into a file of its own.",
        example: "A file of cognitive complexity 180 that 14 commits of the last year changed is reported under the \
                  default limits.",
    },
    level: None,
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::Tree,
    on_new_code: OnNewCode::Compared,
    unit: "files",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "changed twice and over the limit",
            files: &[
                ("src/a.rs", NESTED),
                ("src/b.rs", "fn b() {}\n"),
                (".history", "0 Ada src/a.rs src/b.rs\n9 Ada src/a.rs src/b.rs\n"),
            ],
            config: "[rules.hotspots]\nmin-revisions = 2\nmax-cognitive = 2",
            findings: &[("src/a.rs", 0)],
        },
        Fixture {
            name: "complex, but changed once only in the window",
            files: &[("src/a.rs", NESTED), (".history", "0 Ada src/a.rs\n31 Ada src/a.rs\n")],
            config: "[rules.hotspots]\ndays = 30\nmin-revisions = 2\nmax-cognitive = 2",
            findings: &[],
        },
        Fixture {
            name: "changed often, but at the limit",
            files: &[("src/a.rs", NESTED), (".history", "0 Ada src/a.rs\n1 Ada src/a.rs\n")],
            config: "[rules.hotspots]\nmin-revisions = 2\nmax-cognitive = 3",
            findings: &[],
        },
    ],
};

/// Cognitive complexity 3: an `if` in an `if`.
const NESTED: &str = "fn a(x: u8) -> u8 {
    if x > 1 {
        if x > 2 {
            return 1;
        }
    }
    0
}
";

fn check(input: &Input<'_>) -> Outcome {
    let &Settings { days, min_revisions: least, max_cognitive: max } = input.own();
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    let history = match input.evidence.history((days > 0).then_some(days)) {
        Ok(history) if history.shallow => {
            return Outcome::unsupported(
                "the clone is shallow: how often a file changed is not known; `git fetch --unshallow` brings it",
            );
        }
        Ok(history) => history,
        Err(why) => return Outcome::failed(why),
    };
    let mut revisions: HashMap<FileId, u64> = HashMap::default();
    for change in history.known().flat_map(|commit| &commit.changes) {
        *revisions.entry(change.file).or_default() += 1;
    }
    let newest = history.files_by_path();
    let mut outcome = Outcome::default();
    for file in input.code_files() {
        outcome.checked += 1;
        let cognitive = pmat::hotspots::cognitive(&file.data.facts).unwrap_or(0);
        let changed = newest.get(file.path()).and_then(|file| revisions.get(file)).copied().unwrap_or(0);
        if changed >= least && cognitive > max {
            let window =
                if days > 0 { format!("the last {days} days") } else { "the whole history".to_owned() };
            let message = format!(
                "{changed} commits of {window} changed the file, and its cognitive complexity of {cognitive} is over \
                 the limit of {max}"
            );
            outcome.findings.push(Draft {
                value: Some(cognitive as f64),
                limit: Some(max as f64),
                help: "take out the part that changes most and give it a file of its own".to_owned(),
                ..Draft::new(file.path(), message)
            });
        }
    }
    if outcome.checked == 0 {
        outcome.missing = Some(Missing::Unsupported(super::function_limit::NO_CODE.to_owned()));
    }
    outcome
}
