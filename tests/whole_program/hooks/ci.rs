//! `pmat hooks ci`, and the description for the pre-commit framework.

use super::GOOD;
use crate::program::{run, workspace};
use crate::repository::Tree;
use serde_json::Value;
use std::process::Command;

/// The JSON of a YAML text, by a real YAML parser.
fn yaml(text: &str) -> Value {
    serde_yaml_ng::from_str(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"))
}

/// The keys of a mapping; all must be known.
#[track_caller]
fn keys_are_known(mapping: &Value, known: &[&str]) {
    let mapping = mapping.as_object().unwrap_or_else(|| panic!("no mapping: {mapping}"));
    for key in mapping.keys() {
        assert!(known.contains(&key.as_str()), "{key:?} is not one of {known:?}");
    }
}

/// A script is valid for its shell, and our parser accepts the commands of ours in it.
#[track_caller]
fn script_is_sound(script: &str) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(file.path(), script).expect("it can be written");
    let checked = Command::new("bash").arg("-n").arg(file.path()).output().expect("bash runs");
    assert!(checked.status.success(), "{}\n{script}", String::from_utf8_lossy(&checked.stderr));
}

/// Runs the judging part of a script, with the program under the name that the script uses.
fn judged(tree: &Tree, script: &str, variables: &[(&str, &str)]) -> std::process::Output {
    let bin = tree.join(".git/bin");
    std::fs::create_dir_all(&bin).expect("a folder can be made");
    let link = bin.join("batuta");
    if !link.exists() {
        std::os::unix::fs::symlink(crate::program::program(), &link).expect("a link can be made");
    }
    let mut bash = Command::new("bash");
    bash.args(["-e", "-c", script]).current_dir(tree.path());
    let path = std::env::var("PATH").expect("there is a PATH");
    bash.env("PATH", format!("{}:{path}", bin.display())).envs(variables.iter().copied());
    bash.output().expect("bash runs")
}

#[test]
fn the_workflow_for_github_is_one_and_does_what_it_says() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    let text = run(tree.path(), &["pmat", "hooks", "ci", "--provider", "github"]).exits(0).stdout;
    let workflow = yaml(&text);
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
    keys_are_known(&workflow, &["name", "on", "permissions", "jobs"]);
    keys_are_known(&workflow["on"], &["pull_request", "push"]);
    assert_eq!(workflow["on"]["push"]["branches"], serde_json::json!(["main"]));
    keys_are_known(&workflow["permissions"], &["contents", "security-events"]);
    let job = &workflow["jobs"]["quality-gate"];
    keys_are_known(job, &["runs-on", "env", "steps"]);
    let steps = job["steps"].as_array().expect("a list");
    let mut gate = String::new();
    for step in steps {
        keys_are_known(step, &["name", "uses", "with", "run", "if", "env", "id"]);
        assert_ne!(step["uses"].is_string(), step["run"].is_string(), "a step uses or runs: {step}");
        if let Some(script) = step["run"].as_str() {
            script_is_sound(script);
            gate = script.to_owned();
        }
    }
    assert_eq!(steps[0]["with"]["fetch-depth"], 0, "the whole history");
    assert!(steps.iter().any(|step| step["with"]["sarif_file"] == "gate.sarif"));

    let summary = tree.join(".git/summary.md");
    let variables = [("GITHUB_STEP_SUMMARY", summary.to_str().expect("UTF-8")), ("GITHUB_BASE_REF", "")];
    let passed = judged(&tree, &gate, &variables);
    assert!(passed.status.success(), "{}", String::from_utf8_lossy(&passed.stderr));
    let sarif: Value =
        serde_json::from_slice(&std::fs::read(tree.join("gate.sarif")).expect("it was written"))
            .expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    assert!(std::fs::read_to_string(&summary).expect("it was written").contains("passed"));
    // A change that breaks a rule: the job fails, and all reports exist.
    tree.git(&["checkout", "--quiet", "-b", "topic"]);
    tree.write("src/bad.rs", super::BAD);
    tree.git(&["add", "src"]);
    tree.git(&["commit", "--quiet", "--message", "Bad"]);
    let failed = judged(&tree, &gate, &variables);
    assert_eq!(failed.status.code(), Some(1), "{}", String::from_utf8_lossy(&failed.stderr));
    assert!(String::from_utf8_lossy(&failed.stdout).contains("::error file=src/bad.rs,line=2"));
    // A pull request for a branch with the same problems adds nothing new.
    tree.git(&["update-ref", "refs/remotes/origin/topic", "topic"]);
    let variables = [variables[0], ("GITHUB_BASE_REF", "topic")];
    let passed = judged(&tree, &gate, &variables);
    assert!(passed.status.success(), "{}", String::from_utf8_lossy(&passed.stdout));
}

#[test]
fn the_job_for_gitlab_is_one_and_does_what_it_says() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    let words = [
        "pmat",
        "hooks",
        "ci",
        "--provider",
        "gitlab",
        "--branch",
        "trunk",
        "--source",
        "https://example.org/b.git",
    ];
    let text = run(tree.path(), &words).exits(0).stdout;
    let file = yaml(&text);
    // https://docs.gitlab.com/ci/yaml/
    keys_are_known(&file, &["batuta"]);
    let job = &file["batuta"];
    keys_are_known(job, &["stage", "image", "variables", "cache", "rules", "script", "artifacts"]);
    assert_eq!(job["variables"]["GIT_DEPTH"], "0", "the whole history; GitLab wants a text");
    assert_eq!(job["variables"]["BATUTA_SOURCE"], "https://example.org/b.git");
    assert_eq!(job["rules"][1]["if"], "$CI_COMMIT_BRANCH == \"trunk\"");
    assert_eq!(job["artifacts"]["reports"]["codequality"], "gl-code-quality-report.json");
    let script = job["script"][0].as_str().expect("a script");
    script_is_sound(script);

    let home = tree.join(".git");
    let variables = [("CARGO_HOME", home.to_str().expect("UTF-8")), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")];
    let passed = judged(&tree, script, &variables);
    assert!(passed.status.success(), "{}", String::from_utf8_lossy(&passed.stderr));
    let report = std::fs::read(tree.join("gl-code-quality-report.json")).expect("it was written");
    assert_eq!(serde_json::from_slice::<Value>(&report).expect("JSON"), serde_json::json!([]));
    tree.write("src/bad.rs", super::BAD);
    assert_eq!(judged(&tree, script, &variables).status.code(), Some(1));
    tree.commit("Bad");
    let variables = [variables[0], ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "HEAD")];
    assert!(judged(&tree, script, &variables).status.success(), "nothing is new");
}

#[test]
fn a_file_of_the_user_is_not_replaced_unasked() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    let write = ["pmat", "hooks", "ci", "--provider", "github", "--write"];
    let told = run(tree.path(), &write).exits(0).stdout;
    assert!(
        told.starts_with("wrote .github/workflows/batuta.yml") && told.contains("BATUTA_SOURCE"),
        "{told}"
    );
    assert!(run(tree.path(), &write).exits(0).stdout.starts_with("unchanged: "));
    tree.write(".github/workflows/batuta.yml", "name: mine\n");
    run(tree.path(), &write).fails_with("says something else");
    assert_eq!(
        std::fs::read_to_string(tree.join(".github/workflows/batuta.yml")).expect("text"),
        "name: mine\n"
    );
    run(tree.path(), &[&write[..], &["--force"]].concat()).exits(0);
    let told = run(tree.path(), &["pmat", "hooks", "ci", "--provider", "gitlab", "--write"]).exits(0).stdout;
    assert!(told.contains("local: .gitlab/batuta.yml"), "{told}");
}

#[test]
fn texts_that_mean_something_in_yaml_stay_texts() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    for branch in ["a: b", "- x", "\"quoted\"", "release/#1", "*", "{{x}}"] {
        for provider in ["github", "gitlab"] {
            let (named, source) = (format!("--branch={branch}"), format!("--source={branch}"));
            let words = ["pmat", "hooks", "ci", "--provider", provider, &named, &source];
            let file = yaml(&run(tree.path(), &words).exits(0).stdout);
            match provider {
                "github" => {
                    assert_eq!(file["on"]["push"]["branches"][0], branch);
                    assert_eq!(file["jobs"]["quality-gate"]["env"]["BATUTA_SOURCE"], branch);
                }
                _ => assert_eq!(file["batuta"]["variables"]["BATUTA_SOURCE"], branch),
            }
        }
    }
}

#[test]
fn the_description_for_the_pre_commit_framework_names_hooks_that_run() {
    let text =
        std::fs::read_to_string(workspace().join(".pre-commit-hooks.yaml")).expect("it stands at the root");
    let hooks = yaml(&text);
    let stages = ["pre-commit", "commit-msg", "pre-push"];
    for hook in hooks.as_array().expect("a list") {
        // https://pre-commit.com/#creating-new-hooks
        keys_are_known(
            hook,
            &[
                "id",
                "name",
                "description",
                "entry",
                "language",
                "stages",
                "pass_filenames",
                "always_run",
                "verbose",
            ],
        );
        let stage = hook["stages"][0].as_str().expect("a stage");
        assert!(stages.contains(&stage), "{stage}");
        assert_eq!(hook["entry"], format!("batuta pmat hooks run {stage}"));
        assert_eq!(hook["pass_filenames"], stage == "commit-msg", "only commit-msg gets a file");
    }
    assert_eq!(hooks.as_array().map(Vec::len), Some(stages.len()));
}

#[test]
fn nothing_is_written_outside_of_the_repository_and_no_pipe_is_waited_for() {
    use std::os::unix::fs::symlink;
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    let elsewhere = Tree::folder(&[("precious", "precious\n")]);
    let write = ["pmat", "hooks", "ci", "--provider", "github", "--write", "--force"];
    symlink(elsewhere.path(), tree.join(".github")).expect("a link");
    run(tree.path(), &write).fails_with("outside of the repository");
    assert!(!elsewhere.join("workflows").exists());
    std::fs::remove_file(tree.join(".github")).expect("it is there");
    std::fs::create_dir(tree.join(".github")).expect("a folder");
    symlink(elsewhere.join("none"), tree.join(".github/workflows")).expect("a link");
    run(tree.path(), &write).fails_with("a link is on the way");
    std::fs::remove_file(tree.join(".github/workflows")).expect("it is there");
    std::fs::create_dir(tree.join(".github/workflows")).expect("a folder");
    let file = tree.join(".github/workflows/batuta.yml");
    symlink(elsewhere.join("precious"), &file).expect("a link");
    run(tree.path(), &write).fails_with("a link is on the way");
    let text = std::fs::read_to_string(elsewhere.join("precious")).expect("it is there");
    assert_eq!((text.as_str(), elsewhere.join("none").exists()), ("precious\n", false));
    std::fs::remove_file(&file).expect("it is there");
    assert!(Command::new("mkfifo").arg(&file).status().expect("it runs").success());
    run(tree.path(), &write).fails_with("no regular file");
}
