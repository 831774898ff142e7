//! `coverage`

use crate::config::{NamedPath, Options, Percent};
use crate::report::Unmeasured;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::Sections;
use facts::coverage::FileCoverage;
use facts::model::{RepoPath, Span};
use facts::repo::FileRecord;
use facts::source::Additions;
use pmat::line_coverage::TreeCoverage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.coverage]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The lowest share of lines that ran, in percent.
    pub min: Percent,
    /// The same for the new and changed lines, where only new code is judged.
    pub min_new: Percent,
    /// The report, from the repository's root. It must lie in the repository, or in a folder that the environment
    /// variable BATUTA_REPORTS names. When empty, lcov.info, coverage/lcov.info, target/lcov.info, coverage.xml,
    /// cobertura.xml, coverage/cobertura-coverage.xml, coverage.json, coverage/coverage-final.json, coverage.out and
    /// cover.out are looked for, in this order.
    pub report: NamedPath,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { min: Percent(80.0), min_new: Percent(80.0), report: NamedPath::default() }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "coverage",
    title: "Tests run enough of the lines",
    group: Group::Tests,
    docs: Docs {
        what: "Reads the line coverage that a test runner reported (lcov, Cobertura XML, a profile of Go, or \
               JSON of `llvm-cov export`, coverage.py or Istanbul) and compares the share of lines that ran \
               with a minimum. When the share is too low, each file below the minimum is reported. On new \
               code the share is that of the new and changed lines. A report names its files from one \
               folder; a single prefix maps the names to files of the tree, and names that it does not map \
               (installed packages, system headers) do not count. Relative names are first tried from the \
               folders that contain the report, import paths of Go begin with the module of a `go.mod`, and \
               a prefix that only matches by a file's own name must work for most of the report. A checkout \
               inside a folder of installed packages (`vendor`, `node_modules`, `site-packages`) is \
               recognised if nearly all names share that folder and most of them, at least two, map to the \
               tree. Without a report, or with one that does not fit the current files, the rule is not \
               measured. Files that are not in the report but contain functions in its languages are listed.",
        why: "A line that no test runs can break without anybody noticing.",
        fix: "Write the report before the gate (`cargo llvm-cov --lcov --output-path lcov.info`, `coverage xml`, \
              `c8 --reporter=lcov`, `go test -coverprofile coverage.out`), and test what it shows as never run.",
        example: "With `min = 80` and a report in which 3 of 5 lines ran, the files below 80 % are reported.",
    },
    level: None,
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::Tree,
    on_new_code: OnNewCode::ByItself,
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
        Fixture {
            name: "a report in a package's folder is about that package",
            files: &[
                ("one/src/a.rs", CODE),
                ("two/src/a.rs", CODE),
                ("two/coverage/lcov.info", "SF:src/a.rs\nDA:1,1\nDA:2,0\nend_of_record\n"),
            ],
            config: "[rules.coverage]\nreport = \"two/coverage/lcov.info\"",
            findings: &[("two/src/a.rs", 2)],
        },
        Fixture {
            name: "the module of go.mod says which import paths are the tree's",
            files: &[
                ("go.mod", "module example.org/own\n\ngo 1.22\n"),
                ("util/util.go", "package util\n\nfunc F() int {\n\treturn 1\n}\n"),
                (
                    "coverage.out",
                    "mode: set\nexample.org/a/util/util.go:3.15,5.2 1 1\nexample.org/own/util/util.go:3.15,5.2 1 0\n",
                ),
            ],
            config: "",
            findings: &[("util/util.go", 3)],
        },
    ],
};

const CODE: &str = "pub fn f(x: u8) -> u8 {\n    x + 1\n}\n";

fn check(input: &Input<'_>) -> Outcome {
    let keep = |path: &RepoPath| !input.settings.exclude.is_match(path);
    let read = |place: &str| input.evidence.report(place);
    let Settings { min, min_new, report } = input.own();
    let coverage = match TreeCoverage::read(input.facts, &report.0, read, keep) {
        Ok(coverage) => coverage,
        Err(why) => {
            return Outcome::failed(format_args!("{why}; `report` in [rules.coverage] names the report"));
        }
    };
    let not_named = coverage.not_named(input.facts).into_iter().filter(|file| keep(file.path()));
    let not_measured = not_named
        .filter(|file| input.additions.is_none_or(|new| new.files.contains_key(file.path())))
        .map(|file| Unmeasured {
            path: file.path().clone(),
            why: format!("{} does not name it", coverage.place),
        })
        .collect();
    let (checked, findings) = match input.additions {
        None => (coverage.coverable(), findings(&coverage, min.0)),
        Some(additions) => on_new_lines(&coverage, additions, min_new.0),
    };
    Outcome { checked, findings, not_measured, ..Outcome::default() }
}

/// How many new lines could run; if too few of them did, also the files with new lines that did not.
fn on_new_lines(coverage: &TreeCoverage<'_>, additions: &Additions, min: f64) -> (usize, Vec<Draft>) {
    let new_of = |(file, lines): &(&FileRecord, FileCoverage)| {
        let path = file.path().clone();
        let is_new = |line: &u32| additions.new_lines(&path, *line..=*line) > 0;
        let new = || lines.lines.iter().filter(|(line, _)| is_new(line));
        let missed: Vec<u32> = new().filter(|(_, hits)| **hits == 0).map(|(line, _)| *line).collect();
        let ran = new().count() - missed.len();
        (path, ran, missed)
    };
    let files: Vec<(RepoPath, usize, Vec<u32>)> = coverage.files.iter().map(new_of).collect();
    let ran: usize = files.iter().map(|(_, ran, _)| ran).sum();
    let all = ran + files.iter().map(|(_, _, missed)| missed.len()).sum::<usize>();
    let share = if all == 0 { 100.0 } else { 100.0 * ran as f64 / all as f64 };
    if share >= min {
        return (all, Vec::new());
    }
    let drafts = files.into_iter().filter(|(_, _, missed)| !missed.is_empty()).map(|(path, own, missed)| {
        let message = format!(
            "{} of {} new lines never ran ({}); of all new lines {share:.1} % ran, {min} % must ({})",
            missed.len(),
            own + missed.len(),
            listed(&missed),
            coverage.place
        );
        Draft {
            span: Some(Span::of_line(missed[0])),
            value: Some(100.0 * own as f64 / (own + missed.len()) as f64),
            limit: Some(min),
            help: "test these lines".to_owned(),
            ..Draft::new(&path, message)
        }
    });
    (all, drafts.collect())
}

/// Line numbers as a person writes them, e.g. `3-5, 9`; only the first few.
fn listed(lines: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == line => *last = line,
            _ => ranges.push((line, line)),
        }
    }
    let left = ranges.len().saturating_sub(MOST_RANGES);
    let shown = ranges.iter().take(MOST_RANGES).map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    let mut shown: Vec<String> = shown.collect();
    if left > 0 {
        shown.push(format!("{left} more places"));
    }
    shown.join(", ")
}

/// Limit on the line ranges that are named.
const MOST_RANGES: usize = 8;

/// The files below the minimum, if the total is below it.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::evidence::{Evidence, EvidenceError};
    use crate::{Gate, GateReport, NewCode};
    use facts::MeasureOptions;
    use facts::source::{FileAdditions, MemoryTree};
    use std::ops::RangeInclusive;

    /// A report at its usual place.
    struct Lcov(&'static str);

    impl Evidence for Lcov {
        fn report(&self, path: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
            Ok((path == "lcov.info").then(|| self.0.as_bytes().to_vec()))
        }
    }

    /// Judges a file of six lines; `new` are the new ones.
    fn judged(new: &[RangeInclusive<u32>], config: &str) -> GateReport {
        let tree =
            MemoryTree::new([("src/a.rs", "pub fn f() {\n    a();\n    b();\n    c();\n    d();\n}\n")]);
        let mut config = Config::parse(config, "test").expect("a valid configuration");
        config.select(&["coverage"]).expect("a known rule");
        let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
        let facts = facts::measure(&tree, None, &options).expect("memory can be read");
        let additions = Additions {
            base: None,
            files: [(RepoPath::from("src/a.rs"), FileAdditions { origin: None, lines: new.to_vec() })].into(),
        };
        let new = NewCode { since: "main".to_owned(), head: None, additions: &additions, base: None };
        let lcov = Lcov("SF:src/a.rs\nDA:1,1\nDA:2,0\nDA:3,0\nDA:4,2\nDA:5,0\nend_of_record\n");
        let mut gate = Gate::new(&tree, &facts, &config, &lcov);
        gate.new_code = Some(&new);
        gate.run()
    }

    fn checked(report: &GateReport) -> Option<usize> {
        report.rules.iter().find(|rule| rule.id == "coverage").map(|rule| rule.checked)
    }

    #[test]
    fn the_share_is_that_of_the_new_lines_that_can_run() {
        let report = judged(&[2..=6], "");
        assert_eq!(checked(&report), Some(4));
        let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
        assert_eq!((finding.value, finding.limit), (Some(25.0), Some(80.0)));
        assert_eq!(finding.location.map(|location| location.line), Some(2));
        let message =
            "3 of 4 new lines never ran (2-3, 5); of all new lines 25.0 % ran, 80 % must (lcov.info)";
        assert_eq!(finding.message, message);
        assert!(judged(&[2..=6], "[rules.coverage]\nmin-new = 25\n").findings.is_empty());
        assert!(judged(&[1..=1, 4..=4], "").findings.is_empty());
        let nothing = judged(&[6..=6], "");
        assert_eq!((checked(&nothing), nothing.findings.len()), (Some(0), 0));
    }

    #[test]
    fn lines_are_listed_as_a_person_writes_them() {
        assert_eq!(listed(&[7]), "7");
        assert_eq!(listed(&[1, 2, 3, 5, 7, 8]), "1-3, 5, 7-8");
        assert_eq!(
            listed(&[1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 20]),
            "1, 3, 5, 7, 9, 11, 13, 15, 2 more places"
        );
    }
}
