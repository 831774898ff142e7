//! The operators as a table of the documentation.

use super::TABLES;
use super::rule::{Change, LanguageOperators, Level, Rule, Swap};
use std::fmt::Write;

const INTRODUCTION: &str = "# Mutation operators\n\nWhat [`pmat mutate`](mutation.md) changes, by language. The names are those of \
    `--operators`, taken from StrykerJS where it has the operator. Operators used *when asked* come with \
    `--operators all` or by their name. Every mutant parses at least as well as the original and differs from it in more than \
    white space.\n";

/// All operators in Markdown: a section per language with a table of its rules.
pub fn markdown() -> String {
    let mut out = INTRODUCTION.to_owned();
    for table in TABLES {
        let names: Vec<&str> = table.languages.iter().map(|language| language.name()).collect();
        let _ = write!(
            out,
            "\n## {}\n\nFollows {}. Not mutated: {}.\n\n",
            names.join(", "),
            table.follows,
            table.excludes
        );
        out.push_str("| operator | used | change |\n|---|---|---|\n");
        for rule in merged(table) {
            let _ = writeln!(out, "| {} | {} | {} |", rule.0, rule.1, rule.2);
        }
    }
    out
}

/// Rows in the order of the rules; rules of one operator and level share a row.
fn merged(table: &LanguageOperators) -> Vec<(&'static str, &'static str, String)> {
    let mut rows: Vec<(&'static str, &'static str, String)> = Vec::new();
    for rule in table.rules {
        let used = match rule.level {
            Level::Default => "by default",
            Level::All => "when asked",
        };
        let name = rule.operator.name();
        match rows.iter_mut().find(|row| row.0 == name && row.1 == used) {
            Some(row) => {
                row.2.push_str("; ");
                row.2.push_str(&what(rule));
            }
            None => rows.push((name, used, what(rule))),
        }
    }
    rows
}

fn what(rule: &Rule) -> String {
    match rule.change {
        Change::Compute(_) => rule.does.to_owned(),
        Change::Token(table) | Change::Text(table) if rule.does.is_empty() => {
            table.iter().map(swap).collect::<Vec<_>>().join(", ")
        }
        Change::Token(_) | Change::Text(_) => rule.does.to_owned(),
    }
}

fn swap((from, to): &Swap) -> String {
    let quoted = |text: &str| format!("`{}`", text.replace('|', "\\|"));
    let to: Vec<String> =
        to.iter().map(|text| if text.is_empty() { "nothing".to_owned() } else { quoted(text) }).collect();
    format!("{} → {}", quoted(from), to.join(" or "))
}
