//! `function-length`

use super::function_limit::{self, FunctionLimit, limit_settings};
use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Fixture, Group, Judge, OnNewCode, Reach, Rule};
use facts::Sections;

limit_settings! {
    /// The own keys of `[rules.function-length]`.
    "The greatest number of source lines that a function may have.", 60
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "function-length",
    title: "Functions fit on a screen",
    group: Group::Size,
    docs: Docs {
        what: "Compares the source lines of each function with a limit. Lines that hold only comments or nothing do not \
               count, so that explaining a function never makes it too long.",
        why: "A function that does not fit on a screen is seldom about one thing, and cannot be read at a glance.",
        fix: "Give each step of the function a name of its own.",
        example: "A function of 70 lines, 12 of them comments or blank, counts 58 and is accepted.",
    },
    level: Some(Level::Warning),
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::File,
    on_new_code: OnNewCode::Compared,
    unit: "functions",
    judge: Judge::Tree(|input| function_limit::check::<Settings>(input, &LIMIT)),
    fixtures: &[
        Fixture {
            name: "four source lines over a limit of 3",
            files: &[("src/a.rs", FOUR_LINES)],
            config: "[rules.function-length]\nmax = 3",
            findings: &[("src/a.rs", 1)],
        },
        Fixture {
            name: "comments and blank lines do not count",
            files: &[("src/a.rs", FOUR_LINES)],
            config: "[rules.function-length]\nmax = 4",
            findings: &[],
        },
        Fixture {
            name: "a group of tests is no function, and each of its tests is one",
            files: &[("a.test.js", GROUP)],
            config: "[rules.function-length]\nmax = 3",
            findings: &[("a.test.js", 5)],
        },
    ],
};

static LIMIT: FunctionLimit = FunctionLimit {
    figure: |function| function.lines.source,
    top_level: None,
    phrase: |figure| {
        if figure == 1 { "1 source line".to_owned() } else { format!("{figure} source lines") }
    },
    help: "give each of its steps a name of its own",
};

const GROUP: &str = "describe('add', () => {
  it('adds', () => {
    expect(add(1, 2)).toBe(3);
  });
  it('adds nothing', () => {
    const zero = 0;
    expect(add(zero, 0)).toBe(0);
  });
});
";

const FOUR_LINES: &str = "fn steps() {
    // The first step.
    first();

    // The second step.
    second();
}
";
