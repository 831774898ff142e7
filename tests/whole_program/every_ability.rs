//! Every ability of the list, on every surface: what is missing on one fails here.

use crate::every_command::{CALLS, demanded};
use crate::program::run;
use crate::repository::{CLEAN, Tree, branching};
use abilities::{ABILITIES, NobodyWatches, Session};
use project::{OpenOptions, Project};
use serde_json::{Value, json};

fn with_history() -> Tree {
    let tree = Tree::repository(&[
        ("src/lib.rs", &format!("{CLEAN}\n{}", branching("tangled", 25))),
        ("app.py", concat!("import os\n\n\ndef total(rows):\n    # FIX", "ME: slow\n    return sum(rows)\n")),
    ]);
    tree.write(
        "lcov.info",
        "SF:src/lib.rs\nDA:2,1\nDA:3,0\nend_of_record\nSF:app.py\nDA:1,1\nDA:2,0\nend_of_record\n",
    );
    tree.write("app.py", "def total(rows):\n    return sum(rows)\n\n\ndef unused():\n    return 1\n");
    tree.commit("Go on");
    tree
}

#[test]
fn every_ability_is_a_command_whose_json_is_as_its_schema_says() {
    let tree = with_history();
    for ability in ABILITIES {
        let words = [ability.about.command, &demanded(ability), &["--format", "json"]].concat();
        let printed = run(tree.path(), &words).exits(0).json();
        assert_eq!(printed["schema"], ability.about.report, "{words:?}");
        let schema = ability.output().to_value();
        let validator = jsonschema::validator_for(&schema).expect("the schema is one");
        let wrong: Vec<String> = validator
            .iter_errors(&printed)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{words:?}: {wrong:#?}");
        // A schema that takes everything says nothing.
        assert!(!validator.is_valid(&json!({ "schema": ability.about.report })), "{}", ability.about.id);
    }
}

/// Asked without the command line, as a service or an assistant asks, an ability gives the same bytes.
#[test]
fn an_ability_asked_in_json_answers_as_its_command_does() {
    let tree = with_history();
    let options = OpenOptions { use_cache: false, ..OpenOptions::new(tree.path()) };
    let session = Session::new(Project::open(&options).expect("it is a repository"));
    for ability in ABILITIES {
        let needed = demanded(ability);
        let words = [ability.about.command, &needed, &["--format", "json"]].concat();
        let input = if needed.is_empty() { json!({}) } else { json!({ "text": needed[0] }) };
        let answer = ability.answer(input, &session, &NobodyWatches).expect("it can be answered");
        assert_eq!(answer, run(tree.path(), &words).exits(0).stdout.trim_end(), "{words:?}");
        let unknown = ability.answer(json!({ "no-such-member": 1 }), &session, &NobodyWatches);
        assert!(unknown.is_err_and(|error| error.to_string().contains("no-such-member")), "{words:?}");
    }
}

#[test]
fn every_ability_is_in_the_tests_of_all_commands_and_explains_its_input() {
    for ability in ABILITIES {
        let about = &ability.about;
        let words: Vec<&str> = about.command.iter().copied().filter(|word| !word.starts_with('-')).collect();
        assert!(
            CALLS.iter().any(|call| call.command == words.join(" ")),
            "{words:?} is in no test of commands"
        );
        let schema = ability.input().to_value();
        assert!(schema["description"].is_string(), "{} says not what it is", about.id);
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let described = property["description"].is_string() || property["$ref"].is_string();
            assert!(described, "{}: {name} is not described", about.id);
        }
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "{} takes what it ignores", about.id);
    }
}

#[test]
fn only_what_needs_a_history_fails_outside_of_git() {
    let tree = Tree::folder(&[
        ("src/lib.rs", CLEAN),
        ("lcov.info", "SF:src/lib.rs\nDA:4,1\nDA:5,1\nend_of_record\n"),
    ]);
    for ability in ABILITIES {
        let words = [ability.about.command, &demanded(ability)].concat();
        let asked = run(tree.path(), &words);
        match ability.about.needs_history {
            true => drop(asked.fails_with("is in no Git repository")),
            false => drop(asked.exits(0)),
        }
    }
}

#[test]
fn the_help_of_a_command_is_the_title_of_its_ability() {
    let tree = Tree::folder(&[]);
    for ability in ABILITIES {
        let words = ability.about.command;
        if words.last().is_some_and(|word| word.starts_with('-')) || words == ["pmat", "tdg"] {
            // A way to ask another command, and a shorter name for one.
            continue;
        }
        let help = run(tree.path(), &[words, &["--help"]].concat()).exits(0).stdout;
        assert!(help.starts_with(ability.about.title), "{words:?}: {help}");
    }
}
