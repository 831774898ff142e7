//! `parameter-count`

use super::function_limit::{self, FunctionLimit, limit_settings};
use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Fixture, Group, Judge, OnNewCode, Reach, Rule};
use facts::Sections;

limit_settings! {
    /// The own keys of `[rules.parameter-count]`.
    "The greatest number of parameters that callers give by position.", 7
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "parameter-count",
    title: "Functions take few parameters by position",
    group: Group::Complexity,
    docs: Docs {
        what: "Compares with a limit how many parameters of each function a caller must get right by their position. The \
               receiver is none of them, nor what has a default or takes all the rest, what is given by its name (keyword-only \
               parameters, Swift's labels, Dart's braces), and what a framework fills in (properties that TypeScript's and PHP's \
               constructors declare, annotated parameters of handlers, commands of click). Not judged are functions whose \
               parameters somebody else prescribes: overrides, methods of Rust's `impl Trait for`, `extern` functions, \
               callbacks without a name, tests. Of 361 functions with more than 7 declared parameters in \
               21 public projects, 205 have so many by position; 31 of 40 of these that were read deserved a change. \
               docs/metrics.md has the definition.",
        why: "Long lists of arguments are passed in the wrong order, and show that values which belong together have no \
              name together. A list that is written by names reads well at any length.",
        fix: "Give the values that travel together a type, have them given by name, or split the function.",
        example: "`fn draw(x: u32, y: u32, w: u32, h: u32, r: u8, g: u8, b: u8, a: u8)` takes 8 by position; \
                  `fn draw(area: Rectangle, colour: Colour)` says the same.",
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
            name: "eight parameters",
            files: &[(
                "src/a.rs",
                "fn draw(x: u32, y: u32, w: u32, h: u32, r: u8, g: u8, b: u8, a: u8) {}\n",
            )],
            config: "",
            findings: &[("src/a.rs", 1)],
        },
        Fixture {
            name: "seven parameters",
            files: &[("src/a.rs", "fn draw(x: u32, y: u32, w: u32, h: u32, r: u8, g: u8, b: u8) {}\n")],
            config: "",
            findings: &[],
        },
        Fixture {
            name: "what is given by name may be left out, or is prescribed",
            files: &[
                (
                    "a.py",
                    "class A:\n    def f(self, a, b, c, d, e, f, g, h=1, *, i, j): pass\n\n@click.option(\"--a\")\n\
                     def run(a, b, c, d, e, f, g, h): pass\n",
                ),
                (
                    "b.ts",
                    "class B { constructor(private a: A, private b: B, private c: C, private d: D, private e: E, \
                     private f: F, private g: G, private readonly h: H) {} }\n",
                ),
                (
                    "c.rs",
                    "impl Draw for Pen { fn draw(&self, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) {} }\n",
                ),
            ],
            config: "",
            findings: &[],
        },
    ],
};

static LIMIT: FunctionLimit = FunctionLimit {
    figure: |function| u32::from(function.positional),
    top_level: None,
    phrase: |figure| {
        let parameters = if figure == 1 { "parameter" } else { "parameters" };
        format!("{figure} {parameters} that callers give by position")
    },
    help: "give the values that travel together a type, have them given by name, or split the function",
};
