//! Commands in the documents must exist. The whole-program tests run the program's commands from the same `console`
//! blocks; those of `cargo xtask` are parsed here.

use super::Files;
use clap::Parser;
use std::collections::BTreeSet;

/// Programs whose commands must be in `console` blocks, so that a test finds them.
const TESTED: &[&str] = &["batuta", "pmat", "aprender", "cargo run", "cargo xtask"];

/// Commands that do not end by themselves: the service tests start them with their options.
const ENDLESS: &str = "batuta serve";

/// Checks every Markdown document.
pub fn check(files: &Files, breaches: &mut BTreeSet<String>) {
    for (path, text) in files.ending(".md").filter(|(path, _)| !super::is_test_data(path)) {
        let mut block: Option<&str> = None;
        for (number, line) in text.lines().enumerate() {
            if let Some(language) = line.trim_start().strip_prefix("```") {
                block = if block.is_some() { None } else { Some(language.trim()) };
                continue;
            }
            if let Some(breach) = block.and_then(|language| breach(language, line)) {
                breaches.insert(format!("{path}:{}: {breach}", number + 1));
            }
        }
    }
}

fn breach(language: &str, line: &str) -> Option<String> {
    if matches!(language, "sh" | "bash" | "shell" | "") {
        let command = line.trim_start().trim_start_matches("$ ");
        if command.starts_with(ENDLESS) {
            return None;
        }
        let shown = TESTED
            .iter()
            .find(|program| command.split_once(' ').is_some() && command.starts_with(**program))?;
        return Some(format!("`{shown}` command outside a `console` block, where no test runs it"));
    }
    let command = line.strip_prefix("$ ").filter(|_| language == "console")?;
    let arguments = command.strip_prefix("cargo xtask ")?;
    let words = arguments.split_whitespace().take_while(|word| *word != "#");
    let parsed = crate::Cli::try_parse_from(std::iter::once("xtask").chain(words));
    parsed.err().map(|error| format!("`{command}`: {}", error.to_string().lines().next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn developers_commands_that_do_not_exist_are_found() {
        assert_eq!(breach("console", "$ cargo xtask codegen --check"), None);
        assert!(breach("console", "$ cargo xtask frobnicate").is_some());
    }

    #[test]
    fn commands_stand_where_a_test_reads_them() {
        assert!(breach("sh", "batuta analyze .").is_some());
        assert_eq!(breach("sh", "batuta serve ."), None);
        assert_eq!(breach("console", "$ batuta analyze ."), None);
        assert_eq!(breach("toml", "batuta = 1"), None);
        assert_eq!(breach("", "    batuta"), None);
    }
}
