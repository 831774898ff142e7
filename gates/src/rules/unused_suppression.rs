//! `unused-suppression`

use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Fixture, Group, Judge, OnNewCode, Reach, Rule};
use facts::Sections;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unused-suppression",
    title: "Suppressions are needed",
    group: Group::Suppression,
    docs: Docs {
        what: "Reports suppression comments that allow nothing, because what they allowed has been \
               corrected or moved. Comments for rules \
               that are switched off are left alone.",
        why: "A suppression without a cause hides the next, real finding.",
        fix: "Remove it.",
        example: "`// batuta: allow(cyclomatic-complexity, \"…\")` above a function of complexity 1 is \
                  reported.",
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
            name: "nothing to allow",
            files: &[(
                "src/a.rs",
                "// batuta: allow(parameter-count, \"mirrors the C function\")\nfn a() {}\n",
            )],
            config: "[rules.parameter-count]\nlevel = \"error\"\nmax = 0",
            findings: &[("src/a.rs", 1)],
        },
        Fixture {
            name: "something to allow",
            files: &[(
                "src/a.rs",
                "// batuta: allow(parameter-count, \"mirrors the C function\")\nfn a(x: u8) {}\n",
            )],
            config: "[rules.parameter-count]\nlevel = \"error\"\nmax = 0",
            findings: &[],
        },
    ],
};
