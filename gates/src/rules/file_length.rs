//! `file-length`

use super::function_limit;
use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::{Missing, Sections};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.file-length]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The greatest number of lines that a file may have.
    pub max: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { max: 800 }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "file-length",
    title: "Files are about one thing",
    group: Group::Size,
    docs: Docs {
        what: "Compares the physical lines of each file of a programming language with a limit. Data, markup and other \
               languages whose functions are not measured are left alone.",
        why: "A long file holds several subjects, and a change to one of them is read among all the others.",
        fix: "Ask which two things the file is about, and give each a file named after it.",
        example: "A file of 801 lines is reported under the default limit of 800.",
    },
    level: Some(Level::Warning),
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::File,
    on_new_code: OnNewCode::Compared,
    unit: "files",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "three lines over a limit of 2",
            files: &[("src/a.rs", "fn a() {}\nfn b() {}\nfn c() {}\n")],
            config: "[rules.file-length]\nmax = 2",
            findings: &[("src/a.rs", 0)],
        },
        Fixture {
            name: "the limit itself is allowed, and data may be long",
            files: &[("src/a.rs", "fn a() {}\nfn b() {}\n"), ("data.json", "[\n1,\n2,\n3\n]\n")],
            config: "[rules.file-length]\nmax = 2",
            findings: &[],
        },
    ],
};

fn check(input: &Input<'_>) -> Outcome {
    let max = input.own::<Settings>().max;
    let mut outcome = Outcome::default();
    for file in input.code_files() {
        outcome.checked += 1;
        let lines = file.data.facts.lines.physical;
        if u64::from(lines) > max {
            outcome.findings.push(Draft {
                value: Some(f64::from(lines)),
                limit: Some(max as f64),
                help: "ask which two things it is about, and give each its own file".to_owned(),
                ..Draft::new(file.path(), format!("the file has {lines} lines, over the limit of {max}"))
            });
        }
    }
    if outcome.checked == 0 {
        outcome.missing = Some(Missing::Unsupported(function_limit::NO_CODE.to_owned()));
    }
    outcome
}
