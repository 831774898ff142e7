//! Help, completions, manual pages, links, options from the ecosystem's documentation.

use crate::program::{command_of, finish, program, run};
use crate::repository::{CLEAN, Tree, branching};
use std::fs;

/// Every command of the parser, as words; the program itself has none.
fn commands() -> Vec<Vec<String>> {
    let folder = Tree::folder(&[]);
    let listed = run(folder.path(), &["man", "--list"]).exits(0).stdout;
    listed.lines().map(|line| line.split(' ').skip(1).map(str::to_owned).collect()).collect()
}

#[test]
fn every_command_has_help_with_examples() {
    let folder = Tree::folder(&[]);
    let commands = commands();
    assert!(commands.len() >= 20, "{commands:?}");
    for path in commands {
        let mut words: Vec<&str> = path.iter().map(String::as_str).collect();
        words.push("--help");
        let help = run(folder.path(), &words).exits(0).stdout;
        assert!(help.contains("Examples:\n"), "{path:?} has no examples:\n{help}");
        let above = path.split_last().map(|(name, above)| (name, above.iter().map(String::as_str)));
        if let Some((name, above)) = above {
            let listed = run(folder.path(), &above.chain(["--help"]).collect::<Vec<_>>()).exits(0).stdout;
            assert!(
                listed.lines().any(|line| line.trim_start().starts_with(name.as_str())),
                "{path:?} is hidden"
            );
        }
        assert!(!help.contains('\x1b'), "{path:?}");
    }
}

#[test]
fn completions_know_every_command() {
    let folder = Tree::folder(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(folder.path(), &["completions", shell]).exits(0).stdout;
        for word in commands().iter().flatten() {
            assert!(script.contains(word.as_str()), "{shell} does not complete {word}");
        }
        let tool = run(folder.path(), &["completions", shell, "--tool", "pmat"]).exits(0).stdout;
        assert!(tool.contains("quality-gate") && tool.contains("pmat"), "{shell}");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let folder = Tree::folder(&[]);
    run(folder.path(), &["man", "--dir", "."]).exits(0);
    for path in commands() {
        let name = [vec!["batuta".to_owned()], path].concat().join("-");
        let page = fs::read_to_string(folder.join(format!("{name}.1"))).expect("each command has its page");
        assert!(page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"), "{name}");
    }
    let page = run(folder.path(), &["man"]).exits(0).stdout;
    assert_eq!(page, fs::read_to_string(folder.join("batuta.1")).expect("it was written"));
}

#[cfg(unix)]
#[test]
fn called_through_the_link_the_program_is_pmat() {
    let links = Tree::folder(&[]);
    let directory = links.path().display().to_string();
    run(links.path(), &["link", "--dir", &directory]).exits(0);
    run(links.path(), &["link", "--dir", &directory]).exits(0);
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let pmat = |words: &[&str]| finish(command_of(&links.join("pmat"), tree.path(), words));
    for words in [&["analyze", "satd"][..], &["analyze", "complexity"], &["context"], &["quality-gate"]] {
        let linked = pmat(words).exits(0).stdout;
        assert_eq!(linked, run(tree.path(), &[&["pmat"][..], words].concat()).stdout);
    }
    assert!(pmat(&["--version"]).exits(0).stdout.contains(env!("CARGO_PKG_VERSION")));
    pmat(&["cache", "info"]).exits(2);
}

#[cfg(unix)]
#[test]
fn a_link_replaces_nothing_unless_forced() {
    let links = Tree::folder(&[("pmat", "somebody else's program")]);
    run(links.path(), &["link", "--dir", "."]).fails_with("--force");
    assert_eq!(fs::read_to_string(links.join("pmat")).expect("it is there"), "somebody else's program");
    run(links.path(), &["link", "--dir", ".", "--force"]).exits(0);
    assert_eq!(
        fs::canonicalize(links.join("pmat")).expect("it is a link"),
        fs::canonicalize(program()).expect("it is there")
    );
    run(links.path(), &["link", "--dir", "new/folder"]).exits(0);
    assert!(links.join("new/folder/pmat").exists());
    run(links.path(), &["link", "--dir", "pmat/under"]).fails_with("pmat/under");
}

#[test]
fn the_command_lines_of_the_ecosystem_work_verbatim() {
    let tree = Tree::repository(&[("src/lib.rs", &branching("tangled", 12))]);
    for line in [
        "analyze --languages --dependencies",
        "pmat context --output context.md --format llm-optimized",
        "pmat context -p . --format markdown",
        "pmat analyze complexity --top-files 5 --max-cyclomatic 20 --max-cognitive 30 --fail-on-violation --format json",
        "pmat analyze complexity --format summary",
        "pmat analyze satd --strict",
        "pmat analyze satd --extended",
        "pmat quality-gate --checks complexity,satd --fail-on-violation --format summary",
        "pmat quality-gate --checks complexity,satd --format human",
        "pmat quality-gate --checks complexity --format junit",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        run(tree.path(), &words).exits(0);
    }
    assert!(tree.join("context.md").is_file());
}

#[test]
fn global_options_stand_before_or_after_the_command() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let after =
        run(tree.path(), &["pmat", "analyze", "satd", "-j2", "--no-cache", "--quiet"]).exits(0).stdout;
    let before =
        run(tree.path(), &["-j2", "--no-cache", "--quiet", "pmat", "analyze", "satd"]).exits(0).stdout;
    assert_eq!(before, after);
}

#[test]
fn a_misspelt_command_is_answered_with_the_right_one() {
    let run = run(Tree::folder(&[]).path(), &["pmat", "quality-gates"]).exits(2);
    assert!(run.stderr.contains("quality-gate"), "{}", run.stderr);
}
