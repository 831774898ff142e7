//! `invalid-suppression`

use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Fixture, Group, Judge, OnNewCode, Reach, Rule};
use facts::Sections;

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid-suppression",
    title: "Suppressions can be understood",
    group: Group::Suppression,
    docs: Docs {
        what: "Reports comments that begin with `batuta:` but name no rule, an unknown rule, or stand \
               where they have no meaning (`allow-file` below code). Such a comment is ignored.",
        why: "Its author believes that something is allowed that is not.",
        fix: "Correct the name of the rule; write `batuta: allow(rule, \"why\")`; move `allow-file` to \
              the top of the file.",
        example: "`// batuta: allow(cyclomatic, \"…\")` is reported, with the nearest rule as a \
                  suggestion.",
    },
    level: Some(Level::Warning),
    options: Options::none(),
    sections: Sections { comments: true, symbols: false, tokens: false, types: false },
    reach: Reach::File,
    on_new_code: OnNewCode::Compared,
    unit: "suppressions",
    judge: Judge::Suppressions,
    fixtures: &[
        Fixture {
            name: "an unknown rule and a broken form",
            files: &[(
                "src/a.rs",
                "// batuta: allow(parameters, \"why\")\nfn a() {}\n\n// batuta: ignore this\nfn b() {}\n",
            )],
            config: "",
            findings: &[("src/a.rs", 1), ("src/a.rs", 4)],
        },
        Fixture {
            name: "a file-wide suppression below code",
            files: &[("src/a.rs", "fn a() {}\n// batuta: allow-file(satd, \"why\")\n")],
            config: "",
            findings: &[("src/a.rs", 2)],
        },
        Fixture {
            name: "a string is no comment",
            files: &[("src/a.rs", "fn a() -> &'static str {\n    \"// batuta: allow(nothing)\"\n}\n")],
            config: "",
            findings: &[],
        },
    ],
};
