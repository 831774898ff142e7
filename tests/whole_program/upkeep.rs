//! The commands for the program's own data: cache, configuration, lists of languages and rules.

use crate::program::run;
use crate::repository::{CLEAN, Tree, branching};
use std::fs;

#[test]
fn the_cache_is_told_pruned_and_cleared() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let info = || run(tree.path(), &["cache", "info", "--format", "json"]).exits(0).json();
    run(tree.path(), &["analyze"]).exits(0);
    assert!(tree.join(".git/batuta").is_dir());
    assert_eq!(info()["entries"], 1, "{}", info());
    tree.write("src/lib.rs", format!("{CLEAN}\n"));
    run(tree.path(), &["analyze"]).exits(0);
    assert_eq!(info()["entries"], 2);
    run(tree.path(), &["cache", "clear"]).exits(0);
    assert_eq!(info()["entries"], 0);
    run(tree.path(), &["cache", "prune"]).exits(0);
    run(tree.path(), &["cache", "info"]).exits(0);
    run(tree.path(), &["analyze"]).exits(0);
    run(tree.path(), &["cache", "info", "no/such/folder"]).fails_with("no/such/folder");
}

#[test]
fn without_a_cache_none_is_made() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    run(tree.path(), &["analyze", "--no-cache"]).exits(0);
    assert!(!tree.join(".git/batuta").exists());
}

#[test]
fn the_shown_configuration_is_one_that_can_be_used() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let shown = run(tree.path(), &["config", "show"]).exits(0).stdout;
    tree.write("batuta.toml", &shown);
    assert_eq!(run(tree.path(), &["config", "show"]).exits(0).stdout, shown);
    run(tree.path(), &["pmat", "quality-gate"]).exits(0);
    run(tree.path(), &["config", "show", "--format", "json"]).exits(0).json();
}

#[test]
fn the_schema_accepts_the_shown_configuration_and_rejects_an_unknown_key() {
    let tree = Tree::folder(&[]);
    let schema = run(tree.path(), &["config", "schema"]).exits(0).json();
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let shown = run(tree.path(), &["config", "show", "--format", "json"]).exits(0).json();
    let errors: Vec<String> = validator.iter_errors(&shown).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{shown:#}");
    assert!(!validator.is_valid(&serde_json::json!({ "no-such-key": 1 })));
}

#[test]
fn a_configuration_file_can_be_named() {
    let tree = Tree::repository(&[("src/lib.rs", &branching("tangled", 30))]);
    let configs = Tree::folder(&[(
        "lenient.toml",
        "[rules]\ncyclomatic-complexity.max = 30\ncognitive-complexity.max = 30\n",
    )]);
    let path = configs.join("lenient.toml").display().to_string();
    run(tree.path(), &["pmat", "quality-gate"]).exits(1);
    run(tree.path(), &["pmat", "quality-gate", "--config", &path]).exits(0);
    fs::remove_file(configs.join("lenient.toml")).expect("it is there");
    run(tree.path(), &["pmat", "quality-gate", "--config", &path]).fails_with("lenient.toml");
}

#[test]
fn every_listed_rule_is_documented() {
    let tree = Tree::folder(&[]);
    let list = run(tree.path(), &["rules", "--format", "json"]).exits(0).json();
    let rules = list["rules"].as_array().expect("the list has rules");
    assert!(rules.len() >= 7, "{rules:?}");
    let table = run(tree.path(), &["rules"]).exits(0).stdout;
    for rule in rules {
        let id = rule["id"].as_str().expect("a rule has an id");
        assert!(table.contains(id));
        let page = run(tree.path(), &["rules", id]).exits(0).stdout;
        assert!(page.contains(id) && page.lines().count() > 5, "{page}");
    }
    run(tree.path(), &["rules", "complexty"]).fails_with("complexty");
}

#[test]
fn at_least_25_languages_have_functions() {
    let list = run(Tree::folder(&[]).path(), &["languages", "--format", "json"]).exits(0).json();
    let with_functions = |language: &&serde_json::Value| language["functions"] == true;
    let count = list["languages"].as_array().expect("a list").iter().filter(with_functions).count();
    assert!(count >= 25, "{count}");
}
