//! `suppression-without-reason`

use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Fixture, Group, Judge, OnNewCode, Reach, Rule};
use facts::Sections;

/// The rule.
pub static RULE: Rule = Rule {
    id: "suppression-without-reason",
    title: "Suppressions give a reason",
    group: Group::Suppression,
    docs: Docs {
        what: "Reports suppression comments without a reason. Such a comment is ignored: what it would \
               allow is reported too.",
        why: "A rule that is silenced without a word is soon forgotten, and nobody dares to remove the \
              comment.",
        fix: "Write why: `batuta: allow(rule, \"why\")`.",
        example: "`// batuta: allow(satd)` is reported; `// batuta: allow(satd, \"quoted from the \
                  standard\")` is not.",
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
            name: "no reason",
            files: &[("src/a.rs", "// batuta: allow(parameter-count)\nfn a() {}\n")],
            config: "",
            findings: &[("src/a.rs", 1)],
        },
        Fixture {
            name: "an empty reason",
            files: &[("src/a.rs", "fn a() {} // batuta: allow(parameter-count, \" \")\n")],
            config: "",
            findings: &[("src/a.rs", 1)],
        },
        Fixture {
            name: "a reason",
            files: &[(
                "src/a.rs",
                "// batuta: allow(parameter-count, \"mirrors the C function\")\nfn a() {}\n",
            )],
            config: "",
            findings: &[],
        },
    ],
};
