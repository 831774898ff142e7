//! The documentation of rules and configuration, made from their definitions.

use crate::config::{self, Key};
use crate::rule::Rule;
use crate::rules;
use std::fmt::Write;

/// `docs/rules.md`: every rule.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Rules of the quality gate\n\n| rule | demands | group | default level |\n|---|---|---|---|\n",
    );
    for rule in rules::all() {
        let level = rule.default_level();
        let group = rule.group.name();
        let _ = writeln!(text, "| [`{0}`](#{0}) | {1} | {group} | {level} |", rule.id, rule.title);
    }
    for rule in rules::all() {
        let level = rule.default_level();
        let _ = write!(text, "\n## {}\n\n{}. Default level: {level}.\n\n", rule.id, rule.title);
        text.push_str(&rule_sections(rule, "###"));
        if !rule.options.keys().is_empty() {
            let _ = write!(text, "\n### Options of `{}`\n\n", rule.id);
            keys(&mut text, rule.options.keys());
        }
    }
    text.push_str(SUPPRESSIONS);
    text
}

/// The table of `batuta.toml`'s keys, for `docs/configuration.md`.
pub fn configuration_markdown() -> String {
    let mut text = String::from(
        "# `batuta.toml`\n\nThe file is at the root of the repository. Every key has a default; an unknown key is an error.\n",
    );
    for section in config::fixed_sections() {
        let _ = write!(text, "\n## `[{}]`\n\n{}\n\n", section.name, section.doc);
        keys(&mut text, &section.keys);
    }
    text.push_str("\n## `[rules.<id>]`\n\nEach rule takes `level` (\"error\", \"warning\" or \"off\"), `exclude` (a list of path ");
    text.push_str(
        "patterns as in a .gitignore) and its own options, which are listed in [rules.md](rules.md).\n",
    );
    text.push_str(LAYERS);
    text
}

/// The documentation of one rule, under headings of the given depth.
pub(crate) fn rule_sections(rule: &Rule, heading: &str) -> String {
    let docs = &rule.docs;
    let sections = [
        ("What it does", docs.what),
        ("Why is this bad", docs.why),
        ("How to fix", docs.fix),
        ("Example", docs.example),
    ];
    let sections: Vec<String> =
        sections.iter().map(|(title, content)| format!("{heading} {title}\n\n{content}\n")).collect();
    sections.join("\n")
}

fn keys(text: &mut String, keys: &[Key]) {
    text.push_str("| key | takes | default | meaning |\n|---|---|---|---|\n");
    for key in keys {
        let (takes, default) = (key.kind.wanted(), key.kind.default_toml());
        let _ = writeln!(text, "| `{}` | {takes} | `{default}` | {} |", key.name, key.doc);
    }
}

const SUPPRESSIONS: &str = "
## Suppressions

A comment allows a finding, with a reason:

    // batuta: allow(cyclomatic-complexity, \"one arm per opcode\")

It covers its own line; standing alone, also the next line of code, and the whole function if one starts there (other
comments and attributes in between do not count). At the top of a file, `batuta: allow-file(rule, \"why\")` covers the
file. Only comments count, in any language, and only when they begin with it.
";

const LAYERS: &str = "
## `[layers]`

Which folders may depend on which; without this section the rule `layers` is off.

    [layers]
    order = [[\"cli\"], [\"gates\", \"reports\"], [\"core\"]]   # from top to bottom
    allow = [{ from = \"gates\", to = \"reports\", reason = \"gates render what they found\" }]
    require-all = true                                     # every folder with code must stand in a layer

A folder may depend on folders of lower layers only. An entry may hold wildcards: `plugins/*` stands for each folder in
`plugins`. Where several entries fit a file, the deepest folder counts. An entry may leave out the ending of a file:
`src/parse` is the folder and `src/parse.rs`.

    [layers]
    acyclic = [\"*/src\"]           # what is right below these folders does not use each other in circles

    [layers.within.\"core/src\"]     # an order of what is right below this folder, by the names there
    order = [[\"cache\"], [\"model\"]]
    allow = [{ from = \"model\", to = \"cache\", reason = \"…\" }]
    require-all = true

Either of them may be without `layers.order`.
";
