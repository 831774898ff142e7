//! `coverage`

use crate::config::{Key, Kind};
use crate::report::Unmeasured;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, Outcome, Rule};
use facts::Sections;
use facts::model::{RepoPath, Span};
use pmat::line_coverage::TreeCoverage;

/// The rule.
pub static RULE: Rule = Rule {
    id: "coverage",
    title: "Tests run enough of the lines",
    group: Group::Tests,
    docs: Docs {
        what: "Reads the line coverage that a test runner reported (lcov, Cobertura XML, or JSON of `llvm-cov export`) and \
               compares the share of lines that ran with a minimum. When the share is too low, each file below the \
               minimum is reported. Without a report, or with one that does not fit the files as they are, the rule is \
               not measured. Files of the report's languages with functions that the report does not name are listed.",
        why: "A line that no test runs can break without anybody noticing.",
        fix: "Write the report before the gate (`cargo llvm-cov --lcov --output-path lcov.info`, `coverage xml`, \
              `c8 --reporter=lcov`), and test what it shows as never run.",
        example: "With `min = 80` and a report in which 3 of 5 lines ran, the files below 80 % are reported.",
    },
    level: None,
    options: &[
        Key {
            name: "min",
            doc: "The lowest share of lines that ran, in percent.",
            kind: Kind::Percent(80.0),
        },
        Key {
            name: "report",
            doc: "The report, from the repository's root. When empty, lcov.info, coverage/lcov.info, target/lcov.info, \
                  coverage.xml, cobertura.xml and coverage.json are looked for, in this order.",
            kind: Kind::Path(""),
        },
    ],
    sections: Sections { comments: false, symbols: false, tokens: false },
    unit: "lines",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "one of two lines ran",
            files: &[("src/a.rs", CODE), ("lcov.info", "SF:src/a.rs\nDA:1,1\nDA:2,0\nend_of_record\n")],
            config: "",
            findings: &[("src/a.rs", 2)],
        },
        Fixture {
            name: "half is enough where half is asked",
            files: &[("src/a.rs", CODE), ("lcov.info", "SF:src/a.rs\nDA:1,1\nDA:2,0\nend_of_record\n")],
            config: "[rules.coverage]\nmin = 50",
            findings: &[],
        },
        Fixture {
            name: "the named report counts",
            files: &[
                ("src/a.rs", CODE),
                ("lcov.info", "SF:src/a.rs\nDA:1,0\nDA:2,0\nend_of_record\n"),
                ("out/all.info", "SF:/home/u/src/a.rs\nDA:1,2\nDA:2,1\nend_of_record\n"),
            ],
            config: "[rules.coverage]\nreport = \"out/all.info\"",
            findings: &[],
        },
    ],
};

const CODE: &str = "pub fn f(x: u8) -> u8 {\n    x + 1\n}\n";

fn check(input: &Input<'_>) -> Outcome {
    let keep = |path: &RepoPath| !input.settings.exclude.is_match(path);
    let read = |place: &str| input.evidence.report(place);
    let coverage = match TreeCoverage::read(input.facts, input.settings.path("report"), read, keep) {
        Ok(coverage) => coverage,
        Err(why) => return Outcome::missing(format!("{why}; `report` in [rules.coverage] names the report")),
    };
    let not_named = coverage.not_named(input.facts).into_iter().filter(|file| keep(file.path()));
    Outcome {
        checked: coverage.coverable(),
        findings: findings(&coverage, input.settings.percent("min")),
        not_measured: not_named
            .map(|file| Unmeasured {
                path: file.path().clone(),
                why: format!("{} does not name it", coverage.place),
            })
            .collect(),
        ..Outcome::default()
    }
}

/// The files below the minimum, when all together are.
fn findings(coverage: &TreeCoverage<'_>, min: f64) -> Vec<Draft> {
    let share = coverage.percent();
    if share >= min {
        return Vec::new();
    }
    let low = coverage.files.iter().filter(|(_, lines)| TreeCoverage::percent_of(lines) < min);
    low.map(|(file, lines)| {
        let (ran, all, own) = (lines.covered(), lines.coverable(), TreeCoverage::percent_of(lines));
        let missed = lines.lines.iter().find(|(_, hits)| **hits == 0).map(|(line, _)| *line);
        let place = &coverage.place;
        let message = format!(
            "{ran} of {all} lines ran ({own:.1} %); all files together {share:.1} % of {min} % ({place})"
        );
        Draft {
            span: missed.map(Span::of_line),
            value: Some(own),
            limit: Some(min),
            help: "test what never ran, from this line on".to_owned(),
            ..Draft::new(file.path(), message)
        }
    })
    .collect()
}
