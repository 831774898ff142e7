//! `mutation`

use crate::config::{Key, Kind};
use crate::new_code::OnNewCode;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, Outcome, Reach, Rule};
use ::mutation::report::{LastReport, Undetected};
use facts::Sections;
use facts::model::{RepoPath, Span};

/// The rule.
pub static RULE: Rule = Rule {
    id: "mutation",
    title: "Tests notice enough of the mutants",
    group: Group::Tests,
    docs: Docs {
        what: "Reads the report of the last `pmat mutate` on this tree and compares its score (the share of mutants that a \
               test noticed, of those that build) with a minimum. When the score is too low, each mutant that no test \
               noticed is reported. Without a report, or when a file with code is not what it was then, the rule is not \
               measured: nobody knows what the tests notice now.",
        why: "A line that tests run but do not check can break without anybody noticing.",
        fix: "Run `pmat mutate` before the gate. For each mutant reported, write the test that tells the change from the \
              code, or remove the code that makes no difference.",
        example: "With `min = 80` and 7 of 10 mutants noticed, the other 3 are reported.",
    },
    level: None,
    options: &[
        Key {
            name: "min",
            doc: "The lowest share of mutants that tests notice, in percent.",
            kind: Kind::Percent(80.0),
        },
        Key {
            name: "report",
            doc: "`report.json` in the folder that `pmat mutate --output` named, from the repository's root. It must lie in \
                  the repository, or in a folder that the environment variable BATUTA_REPORTS names. When empty, \
                  the report of the last run without --output.",
            kind: Kind::Path(""),
        },
    ],
    sections: Sections { comments: false, symbols: false, tokens: false },
    reach: Reach::Tree,
    on_new_code: OnNewCode::ByLine,
    unit: "mutants",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "one of two noticed is less than 80 %",
            files: &[("src/a.rs", CODE), ("out/report.json", HALF)],
            config: "[rules.mutation]\nreport = \"out/report.json\"",
            findings: &[("src/a.rs", 2)],
        },
        Fixture {
            name: "half is enough where half is asked",
            files: &[("src/a.rs", CODE), ("out/report.json", HALF)],
            config: "[rules.mutation]\nreport = \"out/report.json\"\nmin = 50",
            findings: &[],
        },
    ],
};

const CODE: &str = "pub fn sum(a: u8, b: u8) -> u8 {\n    a + b\n}\n";

/// A report on `CODE`, whose blob id it names.
const HALF: &str = r#"{
  "schema": "batuta/mutation/1",
  "score": 50.0,
  "selection": { "eligible": 2, "shard": null, "sample": null, "changed_since": null },
  "mutants": [
    {
      "id": "0000000000000001", "path": "src/a.rs", "line": 2, "end_line": 2, "column": 7, "end_column": 7,
      "function": "sum", "description": "replace + with - in sum", "status": "missed"
    },
    {
      "id": "0000000000000002", "path": "src/a.rs", "line": 2, "end_line": 2, "column": 5, "end_column": 9,
      "function": "sum", "description": "replace sum -> u8 with 0", "status": "caught"
    }
  ],
  "files": { "src/a.rs": "db6ffe922e73de9583b14d8f0aa25957ca66aa8d" }
}
"#;

/// Files that a message names.
const NAMED: usize = 3;

fn check(input: &Input<'_>) -> Outcome {
    let (report, place) = match report(input) {
        Ok(found) => found,
        Err(why) => return Outcome::missing(why),
    };
    let with_code = input.facts.files.iter().filter(|file| file.data.facts.has_functions());
    let stale = report.stale(with_code.map(|file| (file.path(), file.blob)));
    if !stale.is_empty() {
        return Outcome::missing(of_another_state(&stale, &place));
    }
    let kept = |path: &RepoPath| !input.settings.exclude.is_match(path);
    let score = match report.score_of(kept) {
        Ok(score) => score,
        Err(why) => return Outcome::missing(format!("{place} has no score: {why}")),
    };
    let checked = report.outcomes.iter().filter(|(path, _)| kept(path)).count();
    let mut outcome = Outcome { checked, ..Outcome::default() };
    let min = input.settings.percent("min");
    if score < min {
        let part = report.part.as_ref().map_or_else(String::new, |part| format!("; {part}"));
        let all = format!("mutation score {score:.1} % of {min} %{part}");
        let undetected = report.undetected.iter().filter(|mutant| kept(&mutant.path));
        outcome.findings = undetected.map(|mutant| finding(mutant, &all)).collect();
    }
    outcome
}

/// The report, and what to call it.
fn report(input: &Input<'_>) -> Result<(LastReport, String), String> {
    let configured = input.settings.path("report");
    let (bytes, place) = match configured {
        "" => {
            let bytes = input.evidence.mutation_report();
            let bytes =
                bytes.map_err(|why| format!("{why}; run `pmat mutate`, or name its report with `report`"))?;
            (bytes, "the report of the last `pmat mutate`".to_owned())
        }
        path => {
            let found = input.evidence.report(path)?;
            (found.ok_or_else(|| format!("there is no {path}"))?, path.to_owned())
        }
    };
    let report = LastReport::read(&bytes).map_err(|why| format!("{place}: {why}"))?;
    Ok((report, place))
}

fn of_another_state(stale: &[RepoPath], place: &str) -> String {
    let named: Vec<String> = stale.iter().take(NAMED).map(ToString::to_string).collect();
    let more = match stale.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{place} is about another state of the code: {}{more} changed since; run `pmat mutate` again",
        named.join(", ")
    )
}

fn finding(mutant: &Undetected, all: &str) -> Draft {
    let span = Span {
        start_line: mutant.line,
        end_line: mutant.end_line,
        start_column: mutant.column,
        ..Span::default()
    };
    let what =
        if mutant.not_covered { "no test runs what this changes" } else { "no test notices this change" };
    Draft {
        span: Some(span),
        symbol: mutant.function.clone(),
        help: "write a test that fails with the change made, or remove code that makes no difference"
            .to_owned(),
        context: mutant.description.clone(),
        ..Draft::new(&mutant.path, format!("{what}: {} ({all})", mutant.description))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::evidence::{Evidence, NoEvidence};
    use crate::report::{Status, Verdict};
    use facts::MeasureOptions;
    use facts::source::MemoryTree;

    struct Last(&'static str);

    impl Evidence for Last {
        fn report(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
            Ok(None)
        }

        fn mutation_report(&self) -> Result<Vec<u8>, String> {
            Ok(self.0.as_bytes().to_vec())
        }
    }

    fn answer(files: &[(&str, &str)], evidence: &dyn Evidence, config: &str) -> (Status, String) {
        let tree = MemoryTree::new(files.iter().copied());
        let text = format!("[rules.mutation]\nlevel = \"error\"\n{config}");
        let mut config = Config::parse(&text, "test").expect("valid");
        config.select(&["mutation"]).expect("a known rule");
        let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
        let facts = facts::measure(&tree, None, &options).expect("memory can be read");
        let report = crate::run(&tree, &facts, &config, evidence);
        let rule = report.rules.iter().find(|rule| rule.id == "mutation").expect("every rule reports");
        assert_eq!(report.verdict == Verdict::NotMeasured, rule.status == Status::NotMeasured);
        (rule.status, rule.why.clone().unwrap_or_default())
    }

    #[test]
    fn the_last_report_counts_where_none_is_named() {
        assert_eq!(answer(&[("src/a.rs", CODE)], &Last(HALF), "").0, Status::Failed);
        assert_eq!(answer(&[("src/a.rs", CODE)], &Last(HALF), "min = 50").0, Status::Passed);
    }

    #[test]
    fn without_a_report_on_this_very_state_nothing_is_measured() {
        let not_measured = |files: &[(&str, &str)], evidence: &dyn Evidence, words: &str| {
            let (status, why) = answer(files, evidence, "");
            assert_eq!(status, Status::NotMeasured, "{why}");
            assert!(why.contains(words), "{why}");
        };
        not_measured(&[("src/a.rs", CODE)], &NoEvidence, "run `pmat mutate`");
        let changed = CODE.replace("a + b", "b + a");
        not_measured(&[("src/a.rs", &changed)], &Last(HALF), "another state of the code: src/a.rs");
        not_measured(&[("src/a.rs", CODE), ("src/b.rs", CODE)], &Last(HALF), "src/b.rs");
        not_measured(&[("src/b.rs", CODE)], &Last(HALF), "src/a.rs, src/b.rs");
        not_measured(&[("src/a.rs", CODE)], &Last("{}"), "no report of `pmat mutate`");
    }

    #[test]
    fn excluded_files_count_neither_way() {
        let (status, why) = answer(&[("src/a.rs", CODE)], &Last(HALF), "exclude = [\"src\"]");
        assert_eq!((status, why.contains("no score")), (Status::NotMeasured, true), "{why}");
    }
}
