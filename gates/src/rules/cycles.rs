//! `cycles`

use super::function_limit;
use crate::config::Options;
use crate::measurements::import_cycles;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::RepoFacts;
use facts::model::{RepoPath, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trueno_graph::code::{ImportCycle, SECTIONS};

/// The own keys of `[rules.cycles]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The largest allowed cycle, in files (or packages); 1 forbids every cycle.
    pub max_size: u64,
    /// Whether imports that do not run when a file is loaded count, too.
    pub deferred: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { max_size: 1, deferred: false }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "cycles",
    title: "Imports do not form cycles",
    group: Group::Architecture,
    docs: Docs {
        what: "Follows imports as `layers` does and reports each group of files that import each other in a \
               cycle, at the first import of one shortest cycle. For Java, Kotlin, Scala and Go the groups \
               are packages, for the other languages files. Modules of one Rust crate are compiled as one \
               and may use each other, and Cargo itself forbids cycles of crates, so Rust is not checked. \
               Imports inside functions, of types only (`import type`), below `if TYPE_CHECKING:` and below \
               `if __name__ == \"__main__\":` and the like do not run when a file is loaded and count only \
               with `deferred`. These settings apply to every figure of cycles: in `pmat analyze graph`, the \
               score and the service.",
        why: "Files in a cycle can only be understood, tested and moved together. An import may find the \
              other file half loaded, so whether it works depends on which file is loaded first.",
        fix: "Move what both need into a file of its own, pass it as an argument, or import it where it is \
              used.",
        example: "With `a.py` that imports `b` and `b.py` that imports `a`, the import in `a.py` is reported.",
    },
    level: None,
    options: Options::of::<Settings>(),
    sections: SECTIONS,
    reach: Reach::Tree,
    on_new_code: OnNewCode::Compared,
    unit: "imports between files",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "two Python modules that import each other",
            files: &[
                ("shop/__init__.py", ""),
                ("shop/cart.py", "import os\nfrom .price import total\n"),
                ("shop/price.py", "from shop import cart\n\n\ndef total():\n    return cart\n"),
            ],
            config: "",
            findings: &[("shop/cart.py", 2)],
        },
        Fixture {
            name: "three TypeScript modules through a re-export",
            files: &[
                ("src/a.ts", "import { b } from './index';\nexport const a = () => b();\n"),
                ("src/b.ts", "import { a } from './a';\nexport const b = () => a();\n"),
                ("src/index.ts", "export { a } from './a';\nexport * from './b';\n"),
            ],
            config: "",
            findings: &[("src/a.ts", 1)],
        },
        Fixture {
            name: "two Java packages",
            files: &[
                ("src/org/we/a/A.java", "package org.we.a;\n\nimport org.we.b.B;\n\nclass A { B b; }\n"),
                (
                    "src/org/we/b/B.java",
                    "package org.we.b;\n\nimport org.we.a.A;\n\npublic class B { A a; }\n",
                ),
            ],
            config: "",
            findings: &[("src/org/we/a/A.java", 3)],
        },
        Fixture {
            name: "deferred imports where they are asked for",
            files: &[("a.py", "def late():\n    import b\n    return b\n"), ("b.py", "import a\n")],
            config: "[rules.cycles]\ndeferred = true",
            findings: &[("a.py", 2)],
        },
        Fixture {
            name: "deferred imports, types, and a circle within the size",
            files: &[
                ("a.py", "def late():\n    import b\n    return b\n"),
                ("b.py", "from typing import TYPE_CHECKING\n\nimport a\n\nif TYPE_CHECKING:\n    import c\n"),
                ("c.py", "import b\n"),
                ("d.ts", "import type { E } from './e';\nexport interface D { e: E }\n"),
                ("e.ts", "import { D } from './d';\nexport interface E { d: D }\n"),
                ("f.h", "#include \"g.h\"\n"),
                ("g.h", "#include \"f.h\"\n"),
                ("src/lib.rs", "mod part;\npub fn whole() { part::part(); }\n"),
                ("src/part.rs", "use crate::whole;\npub fn part() { whole(); }\n"),
            ],
            config: "[rules.cycles]\nmax-size = 2",
            findings: &[],
        },
    ],
};

fn check(input: &Input<'_>) -> Outcome {
    if input.code_files().next().is_none() {
        return Outcome::unsupported(function_limit::NO_CODE);
    }
    let graph = input.code_graph();
    let kept = |file: u32| !input.settings.exclude.is_match(input.facts.files[file as usize].path());
    let max = input.own::<Settings>().max_size.max(1) as usize;
    let checked = graph.imports.iter().filter(|import| kept(import.from) && kept(import.to)).count();
    let cycles = import_cycles(input.facts, graph, input.config);
    let too_large = cycles.iter().filter(|cycle| cycle.members.len() > max);
    let findings = too_large.filter_map(|cycle| finding(cycle, input.facts, max)).collect();
    Outcome { checked, findings, ..Outcome::default() }
}

fn finding(cycle: &ImportCycle, facts: &RepoFacts, max: usize) -> Option<Draft> {
    let path = |file: u32| facts.files[file as usize].path();
    let first = cycle.shortest.first()?;
    let ring: Vec<String> = cycle.shortest.iter().map(|import| path(import.from).to_string()).collect();
    let others = cycle.members.len().saturating_sub(ring.len());
    let more = match others {
        0 => String::new(),
        1 => " (1 more hangs together with them)".to_owned(),
        others => format!(" ({others} more hang together with them)"),
    };
    let members: Vec<String> = cycle.members.iter().map(RepoPath::to_string).collect();
    Some(Draft {
        span: Some(Span::of_line(first.line)),
        value: Some(cycle.members.len() as f64),
        limit: Some(max as f64),
        help: "move what both need into a file of its own, or pass it as an argument".to_owned(),
        context: members.join(" "),
        ..Draft::new(
            path(first.from),
            format!("imports form a cycle: {} -> {}{more}", ring.join(" -> "), ring[0]),
        )
    })
}
