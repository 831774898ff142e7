//! `score`

use crate::config::{Options, Percent};
use crate::measurements::{SECTIONS, measurements};
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::Measured;
use facts::model::RepoPath;
use pmat::score::{self, Answer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.score]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The lowest share of the possible points, in percent.
    pub min: Percent,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { min: Percent(50.0) }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "score",
    title: "The project is well maintained",
    group: Group::Project,
    docs: Docs {
        what: "Scores the project by the table of `pmat repo-score` (tooling and CI, code quality, testing, \
               documentation, performance, dependency health) and compares the share of earned points with a \
               minimum; checks that were not measured or do not apply do not count. When it is too low, the \
               missed check that is worth most is reported with the number of the others.",
        why: "What a project lacks around its code (tests in CI, a licence, locked dependencies) is easily \
              put off forever.",
        fix: "`pmat repo-score --failures-only` lists what is missing and what it is worth.",
        example: "With `min = 60`, a project that earns 50 % of its points is reported.",
    },
    level: None,
    options: Options::of::<Settings>(),
    sections: SECTIONS,
    reach: Reach::Tree,
    on_new_code: OnNewCode::Never,
    unit: "points",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "hardly anything besides code",
            files: &[("src/lib.rs", CODE)],
            config: "[rules.score]\nmin = 60",
            findings: &[("src/lib.rs", 0)],
        },
        Fixture {
            name: "little is enough where little is asked",
            files: &[("src/lib.rs", CODE), ("README.md", "# Shown\n"), ("LICENSE", "MIT\n")],
            config: "[rules.score]\nmin = 5",
            findings: &[],
        },
    ],
};

const CODE: &str = "/// Adds.\npub fn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n";

fn check(input: &Input<'_>) -> Outcome {
    let measured = measurements(input.tree, input.facts, input.config, input.evidence);
    let report = match score::analyze(input.tree, input.facts, &measured) {
        Ok(report) => report,
        Err(error) => return Outcome::failed(error),
    };
    let percent = match report.percent {
        Measured::Value(percent) => percent,
        Measured::Missing(why) => return Outcome::missing(why),
    };
    let min = input.own::<Settings>().min.0;
    let mut outcome = Outcome { checked: report.possible as usize, ..Outcome::default() };
    if percent < min {
        let missed = || report.checks.iter().filter(|check| matches!(check.answer, Answer::Missed { .. }));
        let worst = missed().max_by_key(|check| (check.points, std::cmp::Reverse(check.id)));
        let lacks = worst.map_or_else(String::new, |check| {
            format!("; what costs most: {} ({} points, {})", check.title, check.points, check.id)
        });
        let (earned, possible) = (report.earned, report.possible);
        outcome.findings.push(Draft {
            value: Some(percent),
            limit: Some(min),
            help: "pmat repo-score --failures-only".to_owned(),
            context: "project".to_owned(),
            ..Draft::new(
                place(input),
                format!("the project earns {earned} of {possible} points ({percent:.1} % of {min} %){lacks}"),
            )
        });
    }
    outcome
}

/// The place of the finding, which is about the whole project: its README, else its first file.
fn place<'i>(input: &Input<'i>) -> &'i RepoPath {
    let is_readme = |path: &RepoPath| path.to_string().to_ascii_lowercase().starts_with("readme");
    let files = &input.facts.files;
    files.iter().map(|file| file.path()).find(|path| is_readme(path)).unwrap_or_else(|| files[0].path())
}
