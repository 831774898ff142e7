//! Commands that run the repository's code say so in their help, and no other command does.

use super::{CALLS, leaves};
use crate::program::run;
use crate::repository::Tree;
use programs::Asked;

/// As every help says it.
const SAID: &str = "code of the repository";

#[test]
fn a_command_that_runs_code_of_the_repository_says_so_in_its_help_and_no_other_does() {
    let folder = Tree::folder(&[]);
    for command in leaves() {
        let words: Vec<&str> = command.split(' ').collect();
        let help = run(folder.path(), &[&words[..], &["--help"]].concat()).exits(0).stdout;
        // Help is wrapped to the width of the screen.
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        let asked = Asked::ALL.iter().find(|asked| asked.words().0 == words);
        let says_so = help.contains(&format!("uns {SAID}")) || help.contains(&format!("run {SAID}"));
        assert_eq!(says_so, asked.is_some(), "{command}:\n{help}");
        if let Some(option) = asked.and_then(|asked| asked.words().1) {
            assert!(help.contains(&format!("{option} runs {SAID}")), "{command}:\n{help}");
        }
    }
}

/// The other tests call every command; none of their arguments permits that.
#[test]
fn no_call_of_the_table_asks_for_it() {
    for call in CALLS.iter() {
        let asked = Asked::ALL.iter().find(|asked| asked.words().0.join(" ") == call.command);
        match asked.map(|asked| asked.words().1) {
            None => {}
            Some(Some(option)) => assert!(!call.words.contains(&option), "{call:?}"),
            Some(None) => assert!(call.words.contains(&"--list"), "{call:?}"),
        }
    }
}
