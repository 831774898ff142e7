//! `satd`

use crate::config::{Key, Kind};
use crate::new_code::OnNewCode;
use crate::report::Level;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, Outcome, Reach, Rule};
use facts::Sections;
use facts::model::Span;
use pmat::satd::{Mode, SatdItem, SatdOptions, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "satd",
    title: "No debt is admitted in comments",
    group: Group::Debt,
    docs: Docs {
        what: "Reports self-admitted technical debt: comments that begin with a marker (TODO, FIXME, HACK, …) or admit a \
               shortcoming in words. They are the items of `pmat analyze satd`. Strings do not count.",
        why: "What is only written in a comment is on nobody's list.",
        fix: "Do it, or open an issue and say in the comment what holds now.",
        example: "`// FIXME: fails for empty input` is reported.",
    },
    level: Some(Level::Warning),
    options: &[
        Key {
            name: "min-severity",
            doc: "The lowest severity that is reported.",
            kind: Kind::Choice { of: &["low", "medium", "high", "critical"], default: "low" },
        },
        Key {
            name: "phrases",
            doc: "Whether phrases that admit debt count, besides marker words.",
            kind: Kind::Flag(true),
        },
    ],
    sections: Sections { comments: true, symbols: false, tokens: false },
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
    let least = match input.settings.choice("min-severity") {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "medium" => Severity::Medium,
        _ => Severity::Low,
    };
    let mode = if input.settings.flag("phrases") { Mode::Full } else { Mode::Strict };
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
        outcome.missing = Some("rules.satd.exclude leaves no file".to_owned());
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
