//! One number per question: the same function has the same figures wherever they are shown.

use super::security::slug;
use super::server::Server;
use crate::program::run;
use crate::repository::{Tree, branching};
use serde_json::Value;

/// Ten functions of different complexity, above the limits of the gate.
const FUNCTIONS: usize = 10;

fn cyclomatic(number: usize) -> usize {
    11 + 3 * number
}

fn name(number: usize) -> String {
    format!("branches_{number}")
}

#[test]
fn ten_functions_have_the_same_figures_everywhere() {
    let tree = Tree::folder(&[("batuta.toml", "[rules.cyclomatic-complexity]\nmax = 10\n")]);
    for number in 0..FUNCTIONS {
        tree.write(format!("src/part_{number}.rs"), branching(&name(number), cyclomatic(number)));
    }
    tree.git(&["init", "--quiet", "--initial-branch=main"]);
    tree.commit("Begin");
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    let screen = run(tree.path(), &["pmat", "analyze", "complexity", "--top-functions", "0"]).exits(0).stdout;
    let json = run(tree.path(), &["pmat", "analyze", "complexity", "--format", "json"]).exits(0).json();
    let sarif = run(tree.path(), &["pmat", "quality-gate", "--format", "sarif"]).json();
    for number in 0..FUNCTIONS {
        let (name, expected) = (name(number), cyclomatic(number).to_string());
        let row = screen.lines().find(|line| line.contains(&format!(" {name} "))).expect("it is on screen");
        assert_eq!(row.split_whitespace().nth(1), Some(format!("{expected}!").as_str()), "{row}");
        let functions = json["functions"].as_array().expect("a list");
        let printed = functions.iter().find(|one| one["name"] == name.as_str()).expect("it is printed");
        assert_eq!(printed["cyclomatic"].to_string(), expected);
        let served =
            server.api(&format!("/repositories/{slug}/functions?name={name}&path=src/part_{number}.rs"));
        assert_eq!(&served["items"][0], printed);
        let results = sarif["runs"][0]["results"].as_array().expect("a list");
        let result = results.iter().find(|result| {
            result["ruleId"] == "cyclomatic-complexity"
                && result.to_string().contains(&format!("part_{number}.rs"))
        });
        let message =
            result.expect("it is a finding")["message"]["text"].as_str().expect("a text").to_owned();
        assert!(message.split(|c: char| !c.is_ascii_digit()).any(|part| part == expected), "{message}");
        let findings = server.api(&format!("/repositories/{slug}/findings?path=src/part_{number}.rs"));
        let finding = findings["items"].as_array().expect("a list").iter();
        let value = finding
            .clone()
            .find(|one| one["rule"] == "cyclomatic-complexity")
            .map(|one| one["value"].clone());
        assert_eq!(value.as_ref().and_then(Value::as_f64), Some(cyclomatic(number) as f64));
        let page = server.get(&format!("/r/{slug}/file/src/part_{number}.rs")).is(200).text().to_owned();
        let row =
            page.split("<tr").find(|row| row.contains(&name) && row.contains("<td")).expect("it has a row");
        assert!(row.split(|c: char| !c.is_ascii_digit()).any(|part| part == expected), "{row}");
    }
}

#[test]
fn a_baseline_counts_where_the_configuration_names_it_and_nowhere_else() {
    let tree = Tree::repository(&[("src/lib.rs", &branching("tangled", 30))]);
    run(tree.path(), &["pmat", "quality-gate", "--baseline", "write", "--accept-new"]);
    tree.commit("Accept it");
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    let accepts = || {
        let commit = tree.git(&["rev-parse", "HEAD"]);
        server.await_commit(&slug, &commit);
        let open = server.api(&format!("/repositories/{slug}/findings"))["total"].as_u64();
        let gate =
            run(tree.path(), &["pmat", "quality-gate", "--revision", "HEAD", "--format", "json"]).json();
        assert_eq!(open, gate["findings"].as_array().map(|findings| findings.len() as u64));
        open == Some(0)
    };
    assert!(!accepts(), "nothing names the file");
    tree.write("batuta.toml", "[gate]\nbaseline = \"batuta-baseline.json\"\n");
    tree.commit("Name it");
    assert!(accepts());
}
