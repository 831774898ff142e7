use super::{Cli, TOOLS};
use crate::program::as_batuta;
use clap::{Command, CommandFactory};
use std::ffi::OsString;

/// Every command, with the words that invoke it.
fn commands() -> Vec<(Vec<String>, Command)> {
    let mut found = vec![(vec!["batuta".to_owned()], Cli::command())];
    let mut next = 0;
    while next < found.len() {
        let (path, command) = found[next].clone();
        for sub in command.get_subcommands() {
            found.push(([path.clone(), vec![sub.get_name().to_owned()]].concat(), sub.clone()));
        }
        next += 1;
    }
    found
}

fn examples(command: &Command) -> Vec<String> {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let Some((_, examples)) = text.split_once("Examples:\n") else {
        return Vec::new();
    };
    examples.lines().take_while(|line| line.starts_with("  ")).map(|line| line.trim().to_owned()).collect()
}

/// The words of a shell line up to its comment, pipe or redirection.
fn words(line: &str) -> Vec<OsString> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars().chain([' ']) {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            c => word.push(c),
        }
    }
    words
        .into_iter()
        .take_while(|word| !["#", "|", ">", "&&"].contains(&word.as_str()))
        .map(OsString::from)
        .collect()
}

#[test]
fn the_definitions_are_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_example_in_the_help_is_a_command_line_of_that_command() {
    for (path, command) in commands() {
        let examples = examples(&command);
        assert!(!examples.is_empty(), "{path:?} has no examples");
        let mut chains = Vec::new();
        for example in examples {
            let parsed = Cli::command().try_get_matches_from(as_batuta(words(&example)));
            let mut matches = parsed.unwrap_or_else(|error| panic!("{path:?}: {example}: {error}"));
            let mut chain = vec!["batuta".to_owned()];
            while let Some((found, rest)) = matches.remove_subcommand() {
                chain.push(found);
                matches = rest;
            }
            chains.push(chain);
        }
        // Commands with two names show examples of both.
        let own = path.last().expect("a command has a name");
        assert!(
            chains.iter().any(|chain| chain.contains(own)),
            "{path:?} has examples of other commands only"
        );
    }
}

#[test]
fn every_command_and_option_is_described() {
    for (path, command) in commands() {
        assert!(command.get_about().is_some(), "{path:?}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{path:?} {}", argument.get_id());
        }
    }
}

#[test]
fn every_tool_is_a_command() {
    let root = Cli::command();
    assert!(TOOLS.iter().all(|tool| root.find_subcommand(tool).is_some()));
}
