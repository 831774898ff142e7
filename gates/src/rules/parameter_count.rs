//! `parameter-count`

use super::function_limit::{self, FunctionLimit, TESTS};
use crate::new_code::OnNewCode;
use crate::report::Level;
use crate::rule::{Docs, Fixture, Group, Judge, Reach, Rule};
use facts::Sections;

/// The rule.
pub static RULE: Rule = Rule {
    id: "parameter-count",
    title: "Functions take few parameters",
    group: Group::Complexity,
    docs: Docs {
        what: "Compares the number of declared parameters of each function, the receiver (`self`) included, with a limit.",
        why: "Long lists of arguments are passed in the wrong order, and show that values which belong together have no \
              name together.",
        fix: "Give the values that travel together a type, or split the function.",
        example: "`fn draw(x: u32, y: u32, w: u32, h: u32, r: u8, g: u8, b: u8, a: u8)` has 8 parameters; \
                  `fn draw(area: Rectangle, colour: Colour)` says the same.",
    },
    level: Some(Level::Warning),
    options: &[function_limit::max("The greatest number of parameters that a function may have.", 7), TESTS],
    sections: Sections { comments: false, symbols: false, tokens: false },
    reach: Reach::File,
    on_new_code: OnNewCode::Compared,
    unit: "functions",
    judge: Judge::Tree(|input| function_limit::check(input, &LIMIT)),
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
    ],
};

static LIMIT: FunctionLimit = FunctionLimit {
    figure: |function| u32::from(function.parameters),
    top_level: None,
    phrase: |figure| {
        if figure == 1 { "1 parameter".to_owned() } else { format!("{figure} parameters") }
    },
    help: "give the values that travel together a type, or split the function",
};
