//! `tdg`

use super::function_limit;
use crate::config::Options;
use crate::measurements::tdg_inputs;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, REPOSITORY, Reach, Rule};
use facts::model::Span;
use facts::{Measured, Sections};
use pmat::tdg::{self, Card, Grade, Scored, TdgOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.tdg]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The lowest grade that is good enough.
    pub min_grade: Grade,
    /// What must have that grade.
    pub scope: Scope,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { min_grade: Grade::C, scope: Scope::Repository }
    }
}

/// What must have the grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The whole.
    Repository,
    /// Each file.
    File,
    /// Each function.
    Function,
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "tdg",
    title: "Code earns a grade",
    group: Group::Debt,
    docs: Docs {
        what: "Compares the grade of the technical debt gradient (`pmat tdg`) of the repository, of every \
               file or of every function with a minimum. A repository below the minimum is reported once, at \
               the file that costs it most; files and functions are reported one by one. Files that could \
               not be graded do not count.",
        why: "The grade combines six metrics; no single one shows that the code as a whole is getting worse.",
        fix: "`pmat tdg --explain` lists what loses the most points and what would raise the grade.",
        example: "With `scope = \"file\"` and `min-grade = \"B\"`, a file with a score of 74.9 is reported.",
    },
    level: Some(crate::level::Level::Warning),
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::Tree,
    on_new_code: OnNewCode::Compared,
    unit: "graded files",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "a repository of one deeply nested function",
            files: &[("src/a.rs", NESTED)],
            config: "[rules.tdg]\nmin-grade = \"A+\"",
            findings: &[("src/a.rs", 0)],
        },
        Fixture {
            name: "the same in the middle of good code is good enough for a lower grade",
            files: &[("src/a.rs", NESTED), ("src/b.rs", GOOD)],
            config: "",
            findings: &[],
        },
        Fixture {
            name: "each file is judged by itself",
            files: &[("src/a.rs", NESTED), ("src/b.rs", GOOD)],
            config: "[rules.tdg]\nscope = \"file\"\nmin-grade = \"A+\"",
            findings: &[("src/a.rs", 0)],
        },
        Fixture {
            name: "each function is judged by itself",
            files: &[("src/a.rs", NESTED), ("src/b.rs", GOOD)],
            config: "[rules.tdg]\nscope = \"function\"\nmin-grade = \"A+\"",
            findings: &[("src/a.rs", 1)],
        },
    ],
};

const GOOD: &str = "/// The sum of two numbers.
pub fn sum(a: i32, b: i32) -> i32 {
    a + b
}
";

const NESTED: &str = "pub fn nested(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32) -> i32 {
    if a > 0 {
        if b > 0 {
            if c > 0 {
                if d > 0 {
                    if e > 0 {
                        return f;
                    }
                }
            }
        }
    }
    0
}
";

fn check(input: &Input<'_>) -> Outcome {
    let inputs = match tdg_inputs(input.tree, input.facts, input.config, input.evidence) {
        Ok(inputs) => inputs,
        Err(why) => return Outcome::failed(why),
    };
    let exclude = &input.settings.exclude;
    let scored = tdg::score(input.facts, &inputs).among(|path| !exclude.is_match(path));
    let &Settings { min_grade: least, scope } = input.own();
    let total = match scored.total() {
        Measured::Value(total) => total,
        Measured::Missing(_) => return Outcome::unsupported(function_limit::NO_CODE),
    };
    let mut outcome = Outcome { checked: scored.graded_files(), ..Outcome::default() };
    match scope {
        Scope::File => outcome.findings = files(&scored, least),
        Scope::Function => outcome.findings = functions(&scored, least),
        Scope::Repository if total.grade > least => outcome.findings = repository(&scored, &total, least),
        Scope::Repository => {}
    }
    outcome
}

fn repository(scored: &Scored<'_>, total: &Card, least: Grade) -> Vec<Draft> {
    let report = scored.report(&TdgOptions { top_files: Some(1), top_functions: Some(0) });
    let draft = report.files.first().map(|file| {
        let message = format!(
            "the repository scores {} ({}), below {least} ({}); this file costs it most: {} points",
            total.score,
            total.grade,
            least.least(),
            file.cost
        );
        Draft {
            help: "pmat tdg --explain".to_owned(),
            context: REPOSITORY.to_owned(),
            ..against(Draft::new(&file.path, message), total, least)
        }
    });
    draft.into_iter().collect()
}

fn files(scored: &Scored<'_>, least: Grade) -> Vec<Draft> {
    let report = scored.report(&TdgOptions { top_functions: Some(0), top_files: None });
    let below = report.files.iter().filter(|file| file.card.grade > least);
    let drafts = below.map(|file| {
        let draft = Draft::new(&file.path, sentence("the file", &file.card, least));
        Draft {
            help: format!("pmat tdg --explain {}", file.path),
            context: "file".to_owned(),
            ..against(draft, &file.card, least)
        }
    });
    drafts.collect()
}

fn functions(scored: &Scored<'_>, least: Grade) -> Vec<Draft> {
    let report = scored.report(&TdgOptions { top_files: Some(0), top_functions: None });
    let below = report.functions.iter().filter(|function| function.card.grade > least);
    let drafts = below.map(|function| {
        let what = sentence(&format!("`{}`", function.name), &function.card, least);
        let span = Span {
            start_line: function.line,
            end_line: function.end_line,
            start_column: 1,
            ..Span::default()
        };
        Draft {
            span: Some(span),
            symbol: Some(function.name.clone()),
            help: format!("pmat tdg --explain {}:{}", function.path, function.line),
            ..against(Draft::new(&function.path, what), &function.card, least)
        }
    });
    drafts.collect()
}

fn sentence(what: &str, card: &Card, least: Grade) -> String {
    format!("{what} scores {} ({}), below {least} ({})", card.score, card.grade, least.least())
}

fn against(draft: Draft, card: &Card, least: Grade) -> Draft {
    Draft { value: Some(card.score.value()), limit: Some(least.least().value()), ..draft }
}
