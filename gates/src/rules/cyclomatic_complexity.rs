//! `cyclomatic-complexity`

use super::function_limit::{self, FunctionLimit, limit_settings};
use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Fixture, Group, Judge, OnNewCode, Reach, Rule};
use facts::Sections;

limit_settings! {
    /// The own keys of `[rules.cyclomatic-complexity]`.
    "The highest cyclomatic complexity that a function may have.", 20
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "cyclomatic-complexity",
    title: "Functions have few paths",
    group: Group::Complexity,
    docs: Docs {
        what: "Compares the cyclomatic complexity of each function (McCabe 1976: one more than its decision points) with \
               a limit. The code outside functions is compared as if it were a function.",
        why: "Each decision point is one more path to understand and to test. McCabe proposed 10 as the point from \
              which to look again; 20 leaves room for plain dispatch over many cases.",
        fix: "Give a part of the function a name of its own, replace a chain of conditions by a table or a `match`, \
              return early.",
        example: "A function with 20 `if` statements one after the other has a complexity of 21 and is reported.",
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
            name: "three decisions over a limit of 3",
            files: &[("src/a.rs", BRANCHY)],
            config: "[rules.cyclomatic-complexity]\nmax = 3",
            findings: &[("src/a.rs", 3)],
        },
        Fixture {
            name: "a limit of 0 rejects every function",
            files: &[("src/a.rs", "fn straight() {}\n")],
            config: "[rules.cyclomatic-complexity]\nmax = 0",
            findings: &[("src/a.rs", 1)],
        },
        Fixture {
            name: "the limit itself is allowed",
            files: &[("src/a.rs", BRANCHY)],
            config: "[rules.cyclomatic-complexity]\nmax = 4",
            findings: &[],
        },
        Fixture {
            name: "a product file with the name of a test is not left out with the tests",
            files: &[("app/test_plan.py", "def plan():\n    if a(): b()\n")],
            config: "[rules.cyclomatic-complexity]\nmax = 1\ntests = false",
            findings: &[("app/test_plan.py", 1)],
        },
        Fixture {
            name: "tests can be left out",
            files: &[
                ("src/a.rs", "#[test]\nfn checks() {\n    if a() { b() }\n}\n"),
                ("b.js", "it('checks', () => {\n  if (a()) b();\n});\n"),
                ("c.cc", "TEST(A, Checks) {\n  if (a()) b();\n}\n"),
                ("test_d.py", "def test_checks():\n    helper()\n\ndef helper():\n    if a(): b()\n"),
            ],
            config: "[rules.cyclomatic-complexity]\nmax = 1\ntests = false",
            findings: &[],
        },
    ],
};

static LIMIT: FunctionLimit = FunctionLimit {
    figure: |function| function.cyclomatic(),
    top_level: Some(|code| Some(code.decisions.total()).filter(|total| *total > 0).map(|total| total + 1)),
    phrase: |figure| format!("a cyclomatic complexity of {figure}"),
    help: "give a part of it a name of its own, or replace the conditions by a table",
};

/// 1 + two `if` + one `&&` = 4.
const BRANCHY: &str = "fn straight() {}

fn branchy(a: bool, b: bool) {
    if a && b {
        straight()
    }
    if b {
        straight()
    }
}
";
