//! `satd`

use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::model::Span;
use facts::{Missing, Sections};
use pmat::satd::{Mode, SatdItem, SatdOptions, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.satd]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The lowest severity that is reported.
    pub min_severity: Severity,
    /// Whether phrases that admit debt count, in addition to markers.
    pub phrases: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { min_severity: Severity::Low, phrases: true }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "satd",
    title: "No debt is admitted in comments",
    group: Group::Debt,
    docs: Docs {
        what: "Reports self-admitted technical debt: comments that begin with a marker (TODO, FIXME, HACK, …) or admit a \
               shortcoming in words. They are the items of `pmat analyze satd`. Strings do not count.",
        why: "Work that is only noted in a comment is on nobody's list.",
        fix: "Do it, or open an issue and describe the current behaviour in the comment.",
        example: "`// FIXME: fails for empty input` is reported.",
    },
    level: Some(Level::Warning),
    options: Options::of::<Settings>(),
    sections: Sections { comments: true, symbols: false, tokens: false, types: false },
    reach: Reach::File,
    on_new_code: OnNewCode::Compared,
    unit: "comments",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "markers in a line comment and beside code",
            files: &[(
                "a.rs",
                concat!("// TO", "DO: write\nfn a() {} // FIX", "ME: fails for empty input\n"),
            )],
            config: "",
            findings: &[("a.rs", 1), ("a.rs", 2)],
        },
        Fixture {
            name: "a string is no comment, and prose is no debt",
            files: &[(
                "a.rs",
                concat!("// The list of things to buy.\nconst A: &str = \"TO", "DO: write\";\n"),
            )],
            config: "",
            findings: &[],
        },
        Fixture {
            name: "a phrase without a marker",
            files: &[("a.rs", "// this is a hack, it should be rewritten\nfn a() {}\n")],
            config: "",
            findings: &[("a.rs", 1)],
        },
        Fixture {
            name: "phrases can be left out",
            files: &[("a.rs", "// this is a hack, it should be rewritten\nfn a() {}\n")],
            config: "[rules.satd]\nphrases = false",
            findings: &[],
        },
        Fixture {
            name: "low severity can be left out",
            files: &[("a.rs", concat!("// TO", "DO: write\nfn a() {}\n"))],
            config: "[rules.satd]\nmin-severity = \"high\"",
            findings: &[],
        },
    ],
};

fn check(input: &Input<'_>) -> Outcome {
    let &Settings { min_severity: least, phrases } = input.own();
    let mode = if phrases { Mode::Full } else { Mode::Strict };
    let options = SatdOptions { mode, ..SatdOptions::default() };
    let mut outcome = Outcome::default();
    let mut files = 0;
    for file in input.files() {
        files += 1;
        outcome.checked += file.data.comments().len();
        let items = pmat::satd::items_of(file, &options);
        outcome.findings.extend(items.into_iter().filter(|item| item.severity >= least).map(draft));
    }
    if files == 0 {
        outcome.missing = Some(Missing::Unsupported("rules.satd.exclude leaves no file".to_owned()));
    }
    outcome
}

fn draft(item: SatdItem) -> Draft {
    let category = format!("{:?}", item.category).to_lowercase();
    let severity = format!("{:?}", item.severity).to_lowercase();
    let words: Vec<&str> = item.text.split_whitespace().collect();
    Draft {
        span: Some(Span {
            start_line: item.line,
            end_line: item.line,
            start_column: item.column,
            ..Span::default()
        }),
        symbol: item.function,
        help: "do it, or open an issue and say in the comment what holds now".to_owned(),
        context: format!("{} {}", item.marker, words.join(" ").to_lowercase()),
        ..Draft::new(&item.path, format!("admitted {category} debt of {severity} severity: {}", item.text))
    }
}
