//! `dead-code`

use super::function_limit;
use crate::config::{Key, Kind};
use crate::new_code::OnNewCode;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, Outcome, Reach, Rule};
use facts::Measured;
use facts::model::Span;
use pmat::dead_code::{Confidence, DeadCodeOptions, DeadCodeReport, DeadItem, Reason, analyze};

/// The rule.
pub static RULE: Rule = Rule {
    id: "dead-code",
    title: "Code is used",
    group: Group::Debt,
    docs: Docs {
        what: "Finds functions, methods, types, constants and macros that no entry point reaches: not from `main`, top-level \
               code, a public interface, a framework's hook or FFI. What only tests use is dead, too. Broken when more than \
               `max` definitions, and more than `max-percent` of those that were judged, are dead; then each is reported.",
        why: "Dead code is read, compiled, searched and kept up to date for nothing, and it misleads those who look for how \
              something works.",
        fix: "Remove it; Git remembers it. What is kept on purpose says so in its language's way (`#[allow(dead_code)]`, a \
              leading underscore) or with a suppression comment that gives the reason.",
        example: "`fn helper() {}` that nothing calls is reported; so are two functions that only call each other.",
    },
    level: None,
    options: &[
        Key {
            name: "confidence",
            doc: "How sure a finding must be: `certain` ones only, or `likely` ones, too.",
            kind: Kind::Choice { of: &["certain", "likely"], default: "certain" },
        },
        function_limit::max("The most dead definitions.", 0),
        Key {
            name: "max-percent",
            doc: "The most dead definitions among the judged ones, in percent.",
            kind: Kind::Percent(0.0),
        },
    ],
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
const CONDITION: &str = "fn main() {}

#[cfg(windows)]
fn there() {}
";

fn check(input: &Input<'_>) -> Outcome {
    let options = DeadCodeOptions {
        include_tests: false,
        min_confidence: match input.settings.choice("confidence") {
            "likely" => Confidence::Likely,
            _ => Confidence::Certain,
        },
    };
    let report = analyze(input.tree, input.facts, input.code_graph(), &options);
    if let Measured::Missing(why) = &report.dead_percent {
        return Outcome::missing(why.clone());
    }
    let exclude = &input.settings.exclude;
    let dead: Vec<&DeadItem> = report.items.iter().filter(|item| !exclude.is_match(&item.path)).collect();
    let percent = 100.0 * dead.len() as f64 / report.judged.max(1) as f64;
    let (max, max_percent) = (input.settings.integer("max"), input.settings.percent("max-percent"));
    let mut outcome = Outcome { checked: report.judged, ..Outcome::default() };
    if dead.len() as u64 > max && percent > max_percent {
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
    let doubt = item.doubt.map(|doubt| format!(" (likely: {doubt})")).unwrap_or_default();
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
