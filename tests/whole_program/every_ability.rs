//! Every ability of the list, on every surface: a missing one fails here.

use crate::every_command::{CALLS, demanded};
use crate::program::{Run, run};
use crate::repository::{CLEAN, Tree, branching};
use crate::serve::security::slug;
use crate::serve::server::Server;
use abilities::{ABILITIES, Listed, NobodyWatches, Session, Trees};
use project::{OpenOptions, Project};
use serde_json::{Map, Value, json};
use web::api::{ENDPOINTS, Endpoint, Source};

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

/// The report that a command printed. A gate succeeded in reporting, whatever its verdict.
fn printed(tree: &Tree, words: &[&str]) -> Run {
    let ran = run(tree.path(), words);
    match ran.code {
        Some(1) if words.contains(&"quality-gate") => ran,
        _ => ran.exits(0),
    }
}

/// The words that print an ability's report as JSON.
fn in_json(ability: &Listed) -> Vec<&'static str> {
    [ability.about.command, &demanded(ability), &["--format", "json"]].concat()
}

/// The minimal input of an ability, as JSON.
fn least(ability: &Listed) -> Value {
    let schema = ability.input().to_value();
    let needed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    needed
        .zip(demanded(ability))
        .map(|(name, word)| (name.to_owned(), json!(word)))
        .collect::<Map<_, _>>()
        .into()
}

#[test]
fn every_ability_is_a_command_whose_json_is_as_its_schema_says() {
    let tree = with_history();
    for ability in ABILITIES {
        let words = in_json(ability);
        let printed = printed(&tree, &words).json();
        if !ability.is_bare {
            assert_eq!(printed["schema"], ability.about.report, "{words:?}");
        }
        let schema = ability.output().to_value();
        let validator = jsonschema::validator_for(&schema).expect("the schema is one");
        let wrong: Vec<String> = validator
            .iter_errors(&printed)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{words:?}: {wrong:#?}");
        // A schema that accepts everything is useless.
        assert!(!validator.is_valid(&json!({ "schema": ability.about.report })), "{}", ability.about.id);
    }
}

/// Asked without the command line, as by a service or an assistant, an ability gives the same bytes.
#[test]
fn an_ability_asked_in_json_answers_as_its_command_does() {
    let tree = with_history();
    let options = OpenOptions { use_cache: false, ..OpenOptions::new(tree.path()) };
    let session = Session::new(Project::open(&options).expect("it is a repository"));
    for ability in ABILITIES {
        let words = in_json(ability);
        let answer = ability.answer(least(ability), &session, &NobodyWatches).expect("it can be answered");
        assert_eq!(answer, printed(&tree, &words).stdout.trim_end(), "{words:?}");
        let unknown = ability.answer(json!({ "no-such-member": 1 }), &session, &NobodyWatches);
        assert!(unknown.is_err_and(|error| error.to_string().contains("no-such-member")), "{words:?}");
    }
}

/// A session caches parts of its tree, and drops them again. This changes no answer: in any order, and asked twice, the
/// answers are those of a fresh session.
#[test]
fn one_session_answers_all_as_a_fresh_one_answers_each() {
    let tree = with_history();
    for use_cache in [false, true] {
        let open = || {
            let options = OpenOptions { use_cache, ..OpenOptions::new(tree.path()) };
            Session::new(Project::open(&options).expect("it is a repository"))
        };
        let ask = |session: &Session, ability: &Listed| {
            ability.answer(least(ability), session, &NobodyWatches).expect("it can be answered")
        };
        let shared = open();
        let alone: Vec<String> = ABILITIES.iter().map(|ability| ask(&open(), ability)).collect();
        let forwards: Vec<String> = ABILITIES.iter().map(|ability| ask(&shared, ability)).collect();
        shared.keep_only(facts::Sections::default());
        shared.forget_history();
        let mut backwards: Vec<String> =
            ABILITIES.iter().rev().map(|ability| ask(&shared, ability)).collect();
        backwards.reverse();
        assert_eq!(alone, forwards);
        assert_eq!(alone, backwards);
    }
}

/// The service answers every question of the list about the commit that it serves.
#[test]
fn every_ability_is_an_endpoint_that_gives_the_report_of_its_command() {
    let tree = with_history();
    tree.commit("Add the report of coverage");
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    let offered: Vec<(&Listed, &Endpoint)> = ENDPOINTS
        .iter()
        .filter_map(|endpoint| match endpoint.source {
            Source::Ability(offered) => Some((abilities::ability(offered.about().id)?, endpoint)),
            _ => None,
        })
        .collect();
    assert_eq!(offered.len(), ABILITIES.len());
    for (ability, endpoint) in offered {
        let input = least(ability);
        let query: Vec<String> = input
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()))
            .collect();
        let path = format!("{}?{}", endpoint.path.replace("{slug}", &slug), query.join("&"));
        let answer = server.api(&path);
        assert!(answer["repository"] == slug && answer["commit"]["id"].is_string(), "{path}: {answer}");
        if LISTS_OTHERWISE.contains(&ability.about.id) {
            assert!(answer["report"].is_object(), "{path}: {answer}");
            continue;
        }
        let of_commit: &[&str] =
            if ability.about.trees == Trees::Any { &["--revision", "HEAD"] } else { &[] };
        let mut command = printed(&tree, &[&in_json(ability), of_commit].concat()).json();
        command.as_object_mut().expect("it is an object").remove("schema");
        assert_eq!(answer["report"], command, "{path}");
    }
}

/// For these, the service's lists are longer or shorter than the command's; `same_figure` compares the figures.
const LISTS_OTHERWISE: [&str; 3] = ["complexity", "graph", "tdg"];

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
            true => drop(asked.fails_with("Git repository")),
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
            // One is a way to ask another command, the other a shorter name for one.
            continue;
        }
        let help = run(tree.path(), &[words, &["--help"]].concat()).exits(0).stdout;
        // Help is wrapped.
        let line = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.starts_with(ability.about.title), "{words:?}: {help}");
    }
}
