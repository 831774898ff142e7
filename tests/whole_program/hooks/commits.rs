//! The verdict of the hook `pre-commit` on staged files.

use super::{BAD, GOOD, attempt, commit, hooked, printed};
use crate::program::{Run, run};
use crate::repository::Tree;

/// Asserts that a commit was refused for a finding at this place, with all advice in the output.
#[track_caller]
fn refused(run: Run, place: &str, rule: &str) -> String {
    let told = printed(&run);
    assert_eq!(run.code, Some(1), "{told}");
    let line = told.lines().find(|line| line.starts_with(place) && line.contains(&format!("[{rule}]")));
    assert!(line.is_some(), "no {rule} at {place} in:\n{told}");
    for help in [
        "REFUSED",
        "    help: ",
        "to accept it here",
        "batuta: allow(",
        "--baseline write --accept-new",
        "git commit --no-verify",
    ] {
        assert!(told.contains(help), "{help:?} is not in:\n{told}");
    }
    told
}

/// The configuration of a fixture, with its rule as an error.
fn as_error(rule: &gates::Rule, config: &str) -> String {
    let section = format!("[rules.{}]", rule.id);
    let level = format!("{section}\nlevel = \"error\"");
    match config.contains(&section) {
        true => config.replacen(&section, &level, 1),
        false => format!("{config}\n{level}\n"),
    }
}

/// For every rule, commits the first of the trees that it must reject.
#[test]
fn a_commit_that_breaks_a_rule_is_refused_whichever_rule_it_is() {
    let mut shown = 0;
    for rule in gates::rules::all() {
        // The data for these rules are not in the tree: the history, the report of a run of all tests with mutants.
        if ["hotspots", "mutation"].contains(&rule.id) {
            continue;
        }
        let fixture = rule.fixtures.iter().find(|fixture| !fixture.findings.is_empty());
        let fixture = fixture.unwrap_or_else(|| panic!("{} rejects nothing", rule.id));
        let tree = Tree::unborn(fixture.files);
        if !fixture.files.iter().any(|(path, _)| *path == "batuta.toml") {
            tree.write("batuta.toml", as_error(rule, fixture.config));
        }
        tree.git(&["add", "--all", "--force"]);
        run(tree.path(), &["pmat", "hooks", "install"]).exits(0);
        let told = printed(&commit(&tree, &[]));
        let (path, line) = fixture.findings[0];
        let place = match line {
            // Findings about the repository are at its first manifest, and batuta.toml is an additional file here.
            _ if rule.id == "score" => String::new(),
            0 => format!("{path}: error: "),
            line => format!("{path}:{line}:"),
        };
        let found =
            told.lines().any(|told| told.starts_with(&place) && told.contains(&format!("[{}]", rule.id)));
        assert!(found, "{}: no {place} in:\n{told}", rule.id);
        assert!(told.contains("REFUSED") && told.contains("    help: "), "{}:\n{told}", rule.id);
        assert!(
            !attempt(tree.path(), &["rev-parse", "HEAD"]).stderr.is_empty(),
            "{}: nothing was committed",
            rule.id
        );
        shown += 1;
    }
    let all = gates::rules::all().count();
    assert_eq!(shown, all - 2);
}

#[test]
fn what_is_staged_is_judged_and_nothing_else() {
    let tree = hooked("pre-commit");
    // Staged good, but bad in the work tree.
    tree.write("src/part.rs", GOOD);
    tree.git(&["add", "src/part.rs"]);
    tree.write("src/part.rs", BAD);
    tree.write("src/untracked.rs", BAD);
    assert_eq!(commit(&tree, &[]).code, Some(0));
    // Staged bad, but repaired in the work tree.
    tree.git(&["add", "src/part.rs"]);
    tree.write("src/part.rs", GOOD);
    refused(commit(&tree, &[]), "src/part.rs:2:1", "nesting-depth");
    // Some hunks of a file: the staged one is good, the other is not.
    tree.git(&["reset", "--quiet", "--hard"]);
    let both = format!("{}\n{BAD}", GOOD.replace("good", "more"));
    tree.write("src/part.rs", &both);
    let patch = "y\nq\n";
    tree.write("src/lib.rs", format!("//! Docs.\n{GOOD}"));
    let mut interactive = super::git_command(tree.path(), &["add", "--patch", "src/lib.rs"]);
    let answers = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(answers.path(), patch).expect("it can be written");
    interactive.stdin(std::fs::File::open(answers.path()).expect("it was just written"));
    assert_eq!(crate::program::finish(interactive).code, Some(0));
    assert_eq!(commit(&tree, &[]).code, Some(0), "the bad hunks are not staged");
    assert_eq!(tree.git(&["show", "--format=", "--name-only", "HEAD"]), "src/lib.rs");
}

#[test]
fn git_commit_with_paths_and_with_all_is_judged_by_the_index_that_git_makes_for_it() {
    let tree = hooked("pre-commit");
    tree.write("src/a.rs", GOOD);
    tree.write("src/b.rs", GOOD.replace("good", "other"));
    tree.git(&["add", "src"]);
    tree.git(&["commit", "--quiet", "--message", "Two files"]);
    // `git commit FILE` takes only this file, from the work tree.
    tree.write("src/a.rs", GOOD.replace("x * 2", "x + x"));
    tree.write("src/b.rs", BAD);
    tree.git(&["add", "src/b.rs"]);
    assert_eq!(commit(&tree, &["src/a.rs"]).code, Some(0));
    refused(commit(&tree, &["src/b.rs"]), "src/b.rs:2:1", "nesting-depth");
    // `git commit --all` takes every tracked file.
    tree.git(&["reset", "--quiet"]);
    refused(commit(&tree, &["--all"]), "src/b.rs:2:1", "nesting-depth");
    refused(commit(&tree, &["--amend", "--all"]), "src/b.rs:2:1", "nesting-depth");
    assert_eq!(commit(&tree, &["--amend", "--allow-empty"]).code, Some(0));
    assert_eq!(commit(&tree, &["--all", "--no-verify"]).code, Some(0), "the last resort works");
}

#[test]
fn only_the_files_that_a_commit_touches_count_unless_all_is_asked_for() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD), ("src/old.rs", BAD), ("src/moved.rs", GOOD)]);
    run(tree.path(), &["pmat", "hooks", "install"]).exits(0);
    tree.write("src/lib.rs", GOOD.replace("x * 2", "x + x"));
    let told = printed(&commit(&tree, &["--all"]));
    assert!(told.contains("passed, no findings in 1 touched file (index)"), "{told}");
    tree.git(&["rm", "--quiet", "src/moved.rs"]);
    assert_eq!(commit(&tree, &[]).code, Some(0), "deleted");
    tree.write("README.md", "# Nothing but words\n");
    tree.git(&["add", "README.md"]);
    assert_eq!(commit(&tree, &[]).code, Some(0), "no source text");
    tree.write("src/announced.rs", BAD);
    tree.git(&["add", "--intent-to-add", "src/announced.rs"]);
    tree.write("README.md", "# Nothing but words.\n");
    tree.git(&["add", "README.md"]);
    assert_eq!(commit(&tree, &[]).code, Some(0), "only announced, not staged");
    tree.git(&["reset", "--quiet"]);
    tree.git(&["mv", "src/old.rs", "src/new.rs"]);
    refused(commit(&tree, &[]), "src/new.rs:2:1", "nesting-depth");
    tree.git(&["reset", "--quiet", "--hard"]);
    tree.write("batuta.toml", "[hooks]\npre-commit = \"all\"\n");
    tree.git(&["add", "batuta.toml"]);
    refused(commit(&tree, &[]), "src/old.rs:2:1", "nesting-depth");
    tree.write("batuta.toml", "[hooks]\npre-commit = \"off\"\n");
    tree.git(&["add", "batuta.toml"]);
    let told = printed(&commit(&tree, &[]));
    assert!(told.contains("index not judged, hooks.pre-commit is \"off\" in batuta.toml"), "{told}");
}

#[test]
fn with_new_code_old_breaches_in_a_touched_file_do_not_count() {
    let config = "[hooks]\npre-commit = \"new-code\"\n";
    let tree = Tree::repository(&[("src/lib.rs", GOOD), ("src/old.rs", BAD), ("batuta.toml", config)]);
    run(tree.path(), &["pmat", "hooks", "install"]).exits(0);
    tree.write("src/old.rs", format!("//! Said above it.\n\n{BAD}\n{GOOD}"));
    assert_eq!(commit(&tree, &["--all"]).code, Some(0));
    tree.git(&["mv", "src/old.rs", "src/elsewhere.rs"]);
    assert_eq!(commit(&tree, &[]).code, Some(0), "a new name is no new code");
    tree.write("src/lib.rs", format!("{GOOD}\n{}", BAD.replace("bad", "worse")));
    refused(commit(&tree, &["--all"]), "src/lib.rs:7:1", "nesting-depth");
}

#[test]
fn a_rule_on_the_whole_tree_counts_where_it_could_refuse() {
    let copy = |name: &str| {
        let body: String = (0..30)
            .map(|i| format!("    let v{i} = x + {i};\n    if v{i} > 3 {{\n        x -= v{i};\n    }}\n"))
            .collect();
        format!("/// Long enough to be a copy.\npub fn {name}(mut x: i32) -> i32 {{\n{body}    x\n}}\n")
    };
    let config = "[rules.duplication]\nlevel = \"error\"\n[rules.cyclomatic-complexity]\nmax = 99\n[rules.cognitive-complexity]\nmax = 99\n";
    let tree = Tree::repository(&[("src/one.rs", &copy("one")), ("batuta.toml", config)]);
    run(tree.path(), &["pmat", "hooks", "install"]).exits(0);
    tree.write("src/two.rs", copy("two"));
    tree.git(&["add", "src"]);
    let told = refused(commit(&tree, &[]), "src/two.rs:3:", "duplication");
    assert!(
        told.contains("src/one.rs:3") && !told.contains("\nsrc/one.rs"),
        "the old copy is not touched:\n{told}"
    );
    // As a warning it cannot refuse, and the other files are not even looked at.
    tree.write("batuta.toml", config.replace("\"error\"", "\"warning\""));
    tree.git(&["add", "batuta.toml"]);
    assert_eq!(commit(&tree, &[]).code, Some(0));
}

#[test]
fn a_comment_with_a_reason_and_the_baseline_accept() {
    let tree = hooked("pre-commit");
    tree.write("src/bad.rs", format!("// batuta: allow(nesting-depth, \"generated by hand\")\n{BAD}"));
    tree.git(&["add", "src"]);
    assert_eq!(commit(&tree, &[]).code, Some(0));

    let config = "[gate]\nbaseline = \"accepted.json\"\n";
    let tree = Tree::repository(&[("src/old.rs", BAD), ("batuta.toml", config)]);
    let write = ["pmat", "quality-gate", "--baseline", "write", "--accept-new", "--reason", "old"];
    run(tree.path(), &write);
    tree.commit("Accept what there is");
    run(tree.path(), &["pmat", "hooks", "install"]).exits(0);
    tree.write("src/old.rs", format!("//! Lines move.\n\n{BAD}"));
    assert_eq!(commit(&tree, &["--all"]).code, Some(0), "what was accepted stays accepted");
    tree.write("src/more.rs", BAD.replace("bad", "more"));
    tree.git(&["add", "src"]);
    let told = refused(commit(&tree, &[]), "src/more.rs:2:1", "nesting-depth");
    assert!(told.contains("--baseline write --accept-new"), "{told}");
    // A missing baseline that the configuration names does not count as empty.
    tree.git(&["rm", "--quiet", "--cached", "accepted.json"]);
    let told = commit(&tree, &[]);
    assert!(
        told.code == Some(1) && printed(&told).contains("there is no baseline accepted.json"),
        "{told:?}"
    );
}

#[test]
fn many_findings_are_counted_and_a_broken_configuration_is_named() {
    let tree = hooked("pre-commit");
    for number in 0..25 {
        tree.write(format!("src/bad{number:02}.rs"), BAD);
    }
    tree.git(&["add", "src"]);
    let told = printed(&commit(&tree, &[]));
    assert!(told.contains("REFUSED, 25 errors") && told.contains("… and 5 more findings"), "{told}");
    assert!(told.contains("pre-commit = \"new-code\" under [hooks] in batuta.toml"), "{told}");
    assert!(told.contains("baseline = \"batuta-baseline.json\" under [gate] in batuta.toml"), "{told}");
    assert_eq!(told.matches("[nesting-depth]").count(), 20, "{told}");
    tree.write("batuta.toml", "[rules.file-length]\nlevel = \"warning\"\nmax = 1\n");
    tree.git(&["rm", "--quiet", "--cached", "-r", "src"]);
    tree.git(&["add", "src/bad01.rs", "src/lib.rs", "batuta.toml"]);
    let told = printed(&commit(&tree, &[]));
    assert!(told.contains("REFUSED, 1 error and 1 warning"), "{told}");
    assert!(
        told.contains(
            "… and 1 finding below the level that refuses: `batuta pmat quality-gate --staged` lists"
        ),
        "{told}"
    );

    tree.git(&["reset", "--quiet", "--hard"]);
    tree.write("batuta.toml", "[hooks]\npre-commt = \"all\"\n");
    tree.git(&["add", "batuta.toml"]);
    let told = commit(&tree, &[]);
    assert!(
        told.code == Some(1) && printed(&told).contains("unknown key \"pre-commt\" in [hooks]"),
        "{told:?}"
    );
}

#[test]
fn the_json_answer_says_what_the_screen_says() {
    let tree = hooked("pre-commit");
    tree.write("src/bad.rs", BAD);
    tree.git(&["add", "src"]);
    let answer =
        run(tree.path(), &["pmat", "hooks", "run", "pre-commit", "--format", "json"]).exits(1).json();
    assert_eq!(
        (answer["schema"].as_str(), answer["verdict"].as_str()),
        (Some("batuta/hook/1"), Some("fail"))
    );
    let judged = &answer["trees"][0];
    assert_eq!((judged["name"].as_str(), judged["touched"].as_u64()), (Some("index"), Some(1)));
    let finding = &judged["findings"][0];
    assert_eq!(
        (finding["path"].as_str(), finding["location"]["line"].as_u64(), finding["rule"].as_str()),
        (Some("src/bad.rs"), Some(2), Some("nesting-depth"))
    );
}
