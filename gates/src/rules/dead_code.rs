//! `dead-code`

use crate::config::{Options, Percent};
use crate::measurements::{TreeError, dead_code};
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::Measured;
use facts::model::Span;
use pmat::dead_code::{Confidence, DeadCodeOptions, DeadCodeReport, DeadItem, Reason};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.dead-code]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// How certain a finding must be: only `certain` ones, also `likely` ones, or also those that are no more than
    /// `possible`.
    pub confidence: LeastConfidence,
    /// The largest allowed number of dead definitions.
    pub max: u64,
    /// The largest allowed share of dead definitions among the judged ones, in percent.
    pub max_percent: Percent,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { confidence: LeastConfidence::Certain, max: 0, max_percent: Percent(0.0) }
    }
}

/// How sure a finding must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LeastConfidence {
    /// [`Confidence::Certain`]
    Certain,
    /// [`Confidence::Likely`]
    Likely,
    /// [`Confidence::Possible`]
    Possible,
}

impl From<LeastConfidence> for Confidence {
    fn from(least: LeastConfidence) -> Confidence {
        match least {
            LeastConfidence::Certain => Confidence::Certain,
            LeastConfidence::Likely => Confidence::Likely,
            LeastConfidence::Possible => Confidence::Possible,
        }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "dead-code",
    title: "Code is used",
    group: Group::Debt,
    docs: Docs {
        what: "Finds functions, methods, types, constants and macros that no entry point reaches (`main`, \
               top-level code, a public interface, a framework's hook, FFI). Code that only tests use is \
               dead, too. When more than `max` definitions, and more than `max-percent` of the judged ones, \
               are dead, each is reported.",
        why: "Dead code is read, compiled, searched and kept up to date for nothing, and it misleads those who look for how \
              something works.",
        fix: "Remove it; Git remembers it. Mark code that is kept on purpose in the language's own way \
              (`#[allow(dead_code)]`, a leading underscore) or with a suppression that gives the reason.",
        example: "`fn helper() {}` that nothing calls is reported; so are two functions that only call each other.",
    },
    level: None,
    options: Options::of::<Settings>(),
    sections: DeadCodeOptions::SECTIONS,
    reach: Reach::Tree,
    on_new_code: OnNewCode::Compared,
    unit: "definitions",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "two functions that only call each other",
            files: &[("Cargo.toml", MANIFEST), ("src/main.rs", CYCLE)],
            config: "",
            findings: &[("src/main.rs", 5), ("src/main.rs", 6)],
        },
        Fixture {
            name: "one dead function in two is 50 %",
            files: &[("Cargo.toml", MANIFEST), ("src/main.rs", HALF)],
            config: "[rules.dead-code]\nmax-percent = 49",
            findings: &[("src/main.rs", 6)],
        },
        Fixture {
            name: "one dead function may be allowed",
            files: &[("Cargo.toml", MANIFEST), ("src/main.rs", HALF)],
            config: "[rules.dead-code]\nmax = 1",
            findings: &[],
        },
        Fixture {
            name: "what is compiled under a condition is not certain",
            files: &[("Cargo.toml", MANIFEST), ("src/main.rs", CONDITION)],
            config: "",
            findings: &[],
        },
        Fixture {
            name: "what is likely counts when asked for",
            files: &[("Cargo.toml", MANIFEST), ("src/main.rs", CONDITION)],
            config: "[rules.dead-code]\nconfidence = \"likely\"",
            findings: &[("src/main.rs", 4)],
        },
        Fixture {
            name: "a heap of findings is no more than possible",
            files: &[("Cargo.toml", MANIFEST), ("src/main.rs", HEAP)],
            config: "[rules.dead-code]\nconfidence = \"likely\"",
            findings: &[],
        },
        Fixture {
            name: "what is possible counts when asked for",
            files: &[("Cargo.toml", MANIFEST), ("src/main.rs", HEAP)],
            config: "[rules.dead-code]\nconfidence = \"possible\"",
            findings: HEAPED,
        },
        Fixture {
            name: "names in comments are no uses",
            files: &[(
                "a.py",
                "# forgotten\ndef _used():\n    pass\n\ndef _forgotten():\n    pass\n\n_used()\n",
            )],
            config: "",
            findings: &[("a.py", 5)],
        },
    ],
};

const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"1.0.0\"\n";
const CYCLE: &str = "fn main() {
    live();
}
fn live() {}
fn ping() { pong() }
fn pong() { ping() }
";
const HALF: &str = "fn main() {
    live();
}

fn live() {}
fn dead() {}
";
const HEAP: &str = "fn main() {}
fn red() {}
fn green() {}
fn blue() {}
fn cyan() {}
fn black() {}
fn white() {}
fn yellow() {}
fn orange() {}
fn purple() {}
";
const HEAPED: &[(&str, u32)] = &[
    ("src/main.rs", 2),
    ("src/main.rs", 3),
    ("src/main.rs", 4),
    ("src/main.rs", 5),
    ("src/main.rs", 6),
    ("src/main.rs", 7),
    ("src/main.rs", 8),
    ("src/main.rs", 9),
    ("src/main.rs", 10),
];
const CONDITION: &str = "fn main() {}

#[cfg(windows)]
fn there() {}
";

fn check(input: &Input<'_>) -> Outcome {
    let &Settings { confidence, max, max_percent } = input.own();
    let options = DeadCodeOptions { include_tests: false, min_confidence: confidence.into() };
    let Some(report) = dead_code(input.tree, input.facts, input.code_graph(), &options, input.evidence)
    else {
        return Outcome::failed(TreeError::Cancelled);
    };
    if let Measured::Missing(why) = &report.dead_percent {
        return Outcome::missing(why.clone());
    }
    let exclude = &input.settings.exclude;
    let dead: Vec<&DeadItem> = report.items.iter().filter(|item| !exclude.is_match(&item.path)).collect();
    let percent = 100.0 * dead.len() as f64 / report.judged.max(1) as f64;
    let mut outcome = Outcome { checked: report.judged, ..Outcome::default() };
    if dead.len() as u64 > max && percent > max_percent.0 {
        outcome.findings = dead.iter().map(|item| finding(item, &dead, &report)).collect();
    }
    outcome
}

fn finding(item: &DeadItem, dead: &[&DeadItem], report: &DeadCodeReport) -> Draft {
    let how = match item.reason {
        Reason::Unused => "is used by nothing",
        Reason::UsedByDeadCode => "is used by dead code only",
        Reason::UsedByTests => "is used by tests only",
    };
    let sure = match item.confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    };
    let doubt = item.doubt.map(|doubt| format!(" ({sure}: {doubt})")).unwrap_or_default();
    Draft {
        span: Some(Span::of_line(item.line)),
        symbol: Some(item.name.clone()),
        help: "remove it, or say why it stays".to_owned(),
        context: format!("{:?}", item.kind),
        ..Draft::new(
            &item.path,
            format!(
                "`{}` {how}{doubt}: {} of {} judged definitions are dead",
                item.name,
                dead.len(),
                report.judged
            ),
        )
    }
}
