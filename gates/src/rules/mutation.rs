//! `mutation`

use crate::config::{NamedPath, Options, Percent};
use crate::measurements::{MutationReport, NoMutationReport, mutation_report};
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use ::mutation::report::Undetected;
use facts::Sections;
use facts::model::{RepoPath, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.mutation]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The lowest share of mutants that tests detect, in percent.
    pub min: Percent,
    /// `report.json` in the folder that `pmat mutate --output` named, from the repository's root. It must lie in the
    /// repository, or in a folder that the environment variable BATUTA_REPORTS names. When empty, the report of the
    /// last run without --output.
    pub report: NamedPath,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { min: Percent(80.0), report: NamedPath::default() }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "mutation",
    title: "Tests detect enough of the mutants",
    group: Group::Tests,
    docs: Docs {
        what: "Reads the report of the last `pmat mutate` on this tree and compares its score (the share of \
               mutants that a test detected, among those that build) with a minimum. When the score is too \
               low, each mutant that no test detected is reported. Without a report, or if a file with code \
               has changed since, the rule is not measured.",
        why: "A line that tests run but do not check can break without anybody noticing.",
        fix: "Run `pmat mutate` before the gate. For each mutant reported, write a test that fails with the \
              change, or remove code that makes no difference.",
        example: "With `min = 80` and 7 of 10 mutants detected, the other 3 are reported.",
    },
    level: None,
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
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

/// A report on `CODE`, identified by its blob id.
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

/// Limit on the files that a message names.
const NAMED: usize = 3;

fn check(input: &Input<'_>) -> Outcome {
    let MutationReport { report, place } = match mutation_report(input.config, input.evidence) {
        Ok(found) => found,
        Err(why @ NoMutationReport::OfLastRun(_)) => {
            return Outcome::failed(format_args!(
                "{why}; run `pmat mutate`, or name its report with `report`"
            ));
        }
        Err(why) => return Outcome::failed(why),
    };
    let with_code = input.facts.files.iter().filter(|file| file.data.facts.has_functions());
    let stale = report.stale(with_code.map(|file| (file.path(), file.blob)));
    if !stale.is_empty() {
        return Outcome::failed(of_another_state(&stale, &place));
    }
    let kept = |path: &RepoPath| !input.settings.exclude.is_match(path);
    let score = match report.score_of(kept) {
        Ok(score) => score,
        Err(why) => return Outcome::failed(format_args!("{place} has no score: {why}")),
    };
    let checked = report.outcomes.iter().filter(|(path, _)| kept(path)).count();
    let mut outcome = Outcome { checked, ..Outcome::default() };
    let min = input.own::<Settings>().min.0;
    if score < min {
        let part = report.part.as_ref().map_or_else(String::new, |part| format!("; {part}"));
        let all = format!("mutation score {score:.1} % of {min} %{part}");
        let undetected = report.undetected.iter().filter(|mutant| kept(&mutant.path));
        outcome.findings = undetected.map(|mutant| finding(mutant, &all)).collect();
    }
    outcome
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
    use crate::evidence::{Evidence, EvidenceError, NoEvidence};
    use crate::report::{Status, Verdict};
    use facts::MeasureOptions;
    use facts::source::MemoryTree;

    struct Last(&'static str);

    impl Evidence for Last {
        fn report(&self, _: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
            Ok(None)
        }

        fn mutation_report(&self) -> Result<Vec<u8>, EvidenceError> {
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
