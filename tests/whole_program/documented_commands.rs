//! Every command of the program in the documents works.
//!
//! The documents show commands in `console` blocks, each after a `$ `. They run one after another in a repository made
//! for this test. `cargo xtask tidy` parses the commands of `cargo xtask`.

use crate::program::{command_of, finish, program, workspace};
use crate::repository::{CLEAN, Tree};
use std::fs;
use std::path::PathBuf;

/// The commands of one document with their line numbers.
fn commands(text: &str) -> Vec<(usize, String)> {
    let mut commands = Vec::new();
    let mut console = false;
    for (number, line) in text.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            console = language.trim() == "console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| console) {
            let command = command.split(" # ").next().unwrap_or(command).trim();
            commands.push((number + 1, command.to_owned()));
        }
    }
    commands
}

/// The words after the program's name, preceded by the tool if the command begins with a tool's name; `None` for a
/// command of another program.
fn words(command: &str) -> Option<Vec<String>> {
    if let Some(rest) = command.strip_prefix("cargo run --release -- ") {
        return Some(split(rest));
    }
    let (name, rest) = command.split_once(' ')?;
    match name {
        "batuta" => Some(split(rest)),
        "pmat" | "aprender" => Some(std::iter::once(name.to_owned()).chain(split(rest)).collect()),
        _ => None,
    }
}

/// The words of a command line, separated by white space outside quotation marks.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('"').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

fn documents() -> Vec<PathBuf> {
    let mut documents = vec!["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"]
        .into_iter()
        .map(|name| workspace().join(name))
        .collect::<Vec<_>>();
    let folder = fs::read_dir(workspace().join("docs")).expect("the documents stand in docs/");
    documents.extend(folder.map(|entry| entry.expect("the folder can be listed").path()));
    documents.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    documents.sort();
    documents
}

#[test]
fn every_documented_command_works() {
    let tree = Tree::repository(&[
        ("src/lib.rs", CLEAN),
        ("Cargo.toml", "[package]\nname = \"shown\"\nversion = \"0.1.0\"\n[dependencies]\nserde = \"1\"\n"),
        ("README.md", "# Shown\n"),
    ]);
    tree.write("src/more.rs", "/// One.\npub fn one() -> u8 {\n    1\n}\n");
    for name in ["wine.csv", "test.csv", "new.csv"] {
        tree.write(name, fs::read(workspace().join("docs/tutorial").join(name)).expect("a checked-in file"));
    }
    tree.commit("Add one");
    tree.git(&["tag", "v1.0"]);
    let mut run = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document is text");
        for (line, command) in commands(&text) {
            let place = format!("{}:{line}: {command}", document.display());
            if command.starts_with("cargo xtask ") || OTHERS.iter().any(|other| command.starts_with(other)) {
                continue;
            }
            let words = words(&command).unwrap_or_else(|| panic!("{place}: of no known program"));
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let outcome = finish(command_of(program(), tree.path(), &words));
            assert!(matches!(outcome.code, Some(0 | 1)), "{place}\n{}", outcome.stderr);
            run += 1;
        }
    }
    assert!(run > 0, "the documents show no command");
}

/// Commands of other programs that documents may show.
const OTHERS: &[&str] = &["git clone ", "cd ", "cp ", "cargo install --path cli"];
