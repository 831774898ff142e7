//! `nesting-depth`

use super::function_limit::{self, FunctionLimit, limit_settings};
use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Fixture, Group, Judge, OnNewCode, Reach, Rule};
use facts::Sections;

limit_settings! {
    /// The own keys of `[rules.nesting-depth]`.
    "The greatest depth that a function may have.", 5
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "nesting-depth",
    title: "Control structures are not deeply nested",
    group: Group::Complexity,
    docs: Docs {
        what: "Compares the depth of the deepest nested control structure of each function with a limit. Straight-line \
               code has depth 0, code inside one `if` depth 1. The code outside functions is compared too.",
        why: "To understand the innermost line, a reader must know every condition around it.",
        fix: "Return early, continue early, or give the inner part a function of its own.",
        example: "An `if` inside a `for` inside an `if` has depth 3.",
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
            name: "depth 3 over a limit of 2",
            files: &[("src/a.rs", DEEP)],
            config: "[rules.nesting-depth]\nmax = 2",
            findings: &[("src/a.rs", 1)],
        },
        Fixture {
            name: "the limit itself is allowed",
            files: &[("src/a.rs", DEEP)],
            config: "[rules.nesting-depth]\nmax = 3",
            findings: &[],
        },
    ],
};

static LIMIT: FunctionLimit = FunctionLimit {
    figure: |function| u32::from(function.nesting),
    top_level: Some(|code| Some(u32::from(code.nesting))),
    phrase: |figure| format!("a nesting depth of {figure}"),
    help: "return or continue early, or give the inner part a function of its own",
};

const DEEP: &str = "fn deep(a: bool, list: &[bool]) {
    if a {
        for item in list {
            while *item {
                work();
            }
        }
    }
}
";
