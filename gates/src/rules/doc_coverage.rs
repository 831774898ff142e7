//! `doc-coverage`

use super::function_limit;
use crate::config::{Options, Percent};
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::Sections;
use pmat::tdg::is_public_item;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.doc-coverage]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The lowest share of documented public definitions, in percent.
    pub min: Percent,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { min: Percent(80.0) }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "doc-coverage",
    title: "Public items are documented",
    group: Group::Documentation,
    docs: Docs {
        what: "Compares the share of public definitions that have a documentation comment, over the whole \
               repository, with a minimum. When the share is too low, each undocumented one is reported. \
               Tests, modules, and items inside something that is not public do not count.",
        why: "Public items are used by people who do not read their code.",
        fix: "Say in one sentence what the item is for, with units and errors; or make it less public.",
        example: "With `min = 100`, a `pub fn` without a `///` comment is reported.",
    },
    level: None,
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: true, tokens: false, types: false },
    reach: Reach::Tree,
    on_new_code: OnNewCode::ByItself,
    unit: "public definitions",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "one of two documented is less than 80 %",
            files: &[("src/a.rs", HALF)],
            config: "",
            findings: &[("src/a.rs", 4)],
        },
        Fixture {
            name: "one of two documented is 50 %",
            files: &[("src/a.rs", HALF)],
            config: "[rules.doc-coverage]\nmin = 50",
            findings: &[],
        },
        Fixture {
            name: "private items need no documentation",
            files: &[("src/a.rs", "/// Said.\npub fn said() {}\n\nfn private() {}\n")],
            config: "[rules.doc-coverage]\nmin = 100",
            findings: &[],
        },
    ],
};

const HALF: &str = "/// Said.
pub fn said() {}

pub fn unsaid() {}
";

fn check(input: &Input<'_>) -> Outcome {
    let min = input.own::<Settings>().min.0;
    let mut undocumented = Vec::new();
    let mut outcome = Outcome::default();
    let mut files = 0;
    for file in input.code_files() {
        files += 1;
        let symbols = file.data.symbols();
        let functions = &file.data.facts.functions;
        for definition in
            symbols.definitions.iter().filter(|definition| is_public_item(definition, symbols, functions))
        {
            let first = definition.span.start_line;
            if input.additions.is_some_and(|new| new.new_lines(file.path(), first..=first) == 0) {
                continue;
            }
            outcome.checked += 1;
            if definition.doc.is_none() {
                undocumented.push((file, definition));
            }
        }
    }
    if files == 0 {
        return Outcome::unsupported(function_limit::NO_CODE);
    }
    if outcome.checked == 0 && input.additions.is_some() {
        return outcome;
    }
    if outcome.checked == 0 {
        return Outcome::unsupported("no public definition was found");
    }
    let documented = outcome.checked - undocumented.len();
    let share = 100.0 * documented as f64 / outcome.checked as f64;
    if share < min {
        let all = format!("{documented} of {} public items are", outcome.checked);
        outcome.findings.extend(undocumented.into_iter().map(|(file, definition)| Draft {
            span: Some(definition.span),
            symbol: Some(definition.qualified_name.clone()),
            help: "say in one sentence what it is for, or make it less public".to_owned(),
            context: format!("{:?}", definition.kind),
            ..Draft::new(
                file.path(),
                format!(
                    "`{}` is public and not documented ({all}: {share:.1} % of {min} %)",
                    definition.name
                ),
            )
        }));
    }
    outcome
}
