//! `cognitive-complexity`

use super::function_limit::{self, FunctionLimit, limit_settings};
use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Fixture, Group, Judge, OnNewCode, Reach, Rule};
use facts::Sections;

limit_settings! {
    /// The own keys of `[rules.cognitive-complexity]`.
    "The highest cognitive complexity that a function may have.", 25
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "cognitive-complexity",
    title: "Functions are easy to follow",
    group: Group::Complexity,
    docs: Docs {
        what: "Compares the cognitive complexity of each function (SonarSource white paper: breaks in the flow, each \
               weighted by how deeply it is nested) with a limit. The code outside functions is compared as if it were \
               a function.",
        why: "Nested control flow must be kept in the reader's head all at once; a flat sequence of the same decisions \
              need not.",
        fix: "Turn nesting into early returns, give inner loops and conditions a function of their own.",
        example: "An `if` inside a `for` inside an `if` adds 1 + 2 + 3 = 6.",
    },
    level: Some(Level::Error),
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::File,
    on_new_code: OnNewCode::Compared,
    unit: "functions",
    judge: Judge::Tree(|input| function_limit::check::<Settings>(input, &LIMIT)),
    fixtures: &[
        Fixture {
            name: "nesting weighs more",
            files: &[("src/a.rs", NESTED)],
            config: "[rules.cognitive-complexity]\nmax = 5",
            findings: &[("src/a.rs", 1)],
        },
        Fixture {
            name: "the limit itself is allowed",
            files: &[("src/a.rs", NESTED)],
            config: "[rules.cognitive-complexity]\nmax = 6",
            findings: &[],
        },
        Fixture {
            name: "a limit of 0 allows only code without control flow",
            files: &[("src/a.rs", "fn flat() {}\n\nfn forked(a: bool) {\n    if a {}\n}\n")],
            config: "[rules.cognitive-complexity]\nmax = 0",
            findings: &[("src/a.rs", 3)],
        },
    ],
};

static LIMIT: FunctionLimit = FunctionLimit {
    figure: |function| function.cognitive,
    top_level: Some(|code| Some(code.cognitive)),
    phrase: |figure| format!("a cognitive complexity of {figure}"),
    help: "turn nesting into early returns, or give the inner part a function of its own",
};

/// `if` 1, `for` 2, `if` 3: 6.
const NESTED: &str = "fn nested(a: bool, list: &[bool]) {
    if a {
        for item in list {
            if *item {
                report(item);
            }
        }
    }
}
";
