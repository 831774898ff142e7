use crate::fixture::{Repo, listing, names_of, revision, skipped_of};
use facts::source::{Listing, SkipReason, Which};
use std::fs;

/// Paths by what `git check-attr` says about the two attributes that leave a file out.
fn left_out_by_git(repo: &Repo, arguments: &[&str], paths: &[&str]) -> Vec<(String, SkipReason)> {
    let mut command = vec!["check-attr", "-z"];
    command.extend(arguments);
    command.extend(["linguist-generated", "linguist-vendored", "--"]);
    command.extend(paths);
    let output = String::from_utf8(repo.git(command)).expect("ASCII paths");
    let fields: Vec<&str> = output.split('\0').collect();
    let mut left_out: Vec<(String, SkipReason)> = Vec::new();
    for record in fields.chunks_exact(3) {
        let is_set = !matches!(record[2], "unspecified" | "unset" | "false");
        let reason = match record[1] {
            "linguist-generated" => SkipReason::Generated,
            _ => SkipReason::Vendored,
        };
        if is_set && left_out.last().is_none_or(|(path, _)| path != record[0]) {
            left_out.push((record[0].to_owned(), reason));
        }
    }
    left_out.sort();
    left_out
}

const PATHS: [&str; 14] = [
    ".gitattributes",
    "gen/keep/.gitattributes",
    "lib/.gitattributes",
    "gen/a.rs",
    "gen/deep/b.rs",
    "gen/keep/c.rs",
    "gen/keep/d.pb.rs",
    "lib/vendored.js",
    "lib/own.js",
    "lib/undone.js",
    "src/x.pb.rs",
    "src/main.rs",
    "src/macro.x",
    "src/false.y",
];

fn attributed() -> Repo {
    let repo = Repo::new();
    repo.write(
        ".gitattributes",
        "# generated\n[attr]made linguist-generated -diff\ngen/** linguist-generated\n*.pb.rs linguist-generated=true\n\
         lib/*.js linguist-vendored\n*.x made\n*.y linguist-generated=false\n*.md text\n",
    );
    repo.write("gen/keep/.gitattributes", "*.rs -linguist-generated\nd.* linguist-vendored\n");
    repo.write("lib/.gitattributes", "own.js -linguist-vendored\n/undone.js !linguist-vendored\n");
    for path in &PATHS[3..] {
        repo.write(path, path);
    }
    repo
}

fn check(listed: &Listing, expected: &[(String, SkipReason)]) {
    assert_eq!(skipped_of(listed), expected);
    let left = PATHS.iter().filter(|path| !expected.iter().any(|(out, _)| out == *path)).count();
    assert_eq!(listed.entries.len(), left);
}

#[test]
fn all_trees_leave_out_what_git_check_attr_says() {
    let repo = attributed();
    let expected = left_out_by_git(&repo, &[], &PATHS);
    assert_eq!(expected.len(), 7, "{expected:?}");
    check(&repo.listing(&Which::WorkTree), &expected);
    repo.commit("all");
    check(&repo.listing(&Which::WorkTree), &expected);
    check(&repo.listing(&Which::Index), &expected);
    check(&repo.listing(&revision("HEAD")), &expected);
}

#[test]
fn each_tree_obeys_its_own_attributes() {
    let repo = attributed();
    repo.commit("all");
    repo.write(".gitattributes", "src/** linguist-vendored\n");
    repo.git(["add", ".gitattributes"]);
    fs::remove_file(repo.join(".gitattributes")).expect("removable");
    repo.write(".gitattributes", "src/main.rs linguist-generated\n");
    check(&repo.listing(&Which::WorkTree), &left_out_by_git(&repo, &[], &PATHS));
    check(&repo.listing(&Which::Index), &left_out_by_git(&repo, &["--cached"], &PATHS));
    check(&repo.listing(&revision("HEAD")), &left_out_by_git(&repo, &["--source=HEAD"], &PATHS));
}

#[test]
fn the_attributes_of_the_repository_itself_come_last() {
    let repo = attributed();
    repo.write(".git/info/attributes", "gen/a.rs -linguist-generated\nsrc/main.rs linguist-vendored\n");
    let expected = left_out_by_git(&repo, &[], &PATHS);
    assert!(expected.contains(&("src/main.rs".to_owned(), SkipReason::Vendored)));
    assert!(!expected.iter().any(|(path, _)| path == "gen/a.rs"));
    check(&repo.listing(&Which::WorkTree), &expected);
}

#[test]
fn a_subfolder_obeys_the_attributes_above_it() {
    let repo = attributed();
    let listed = listing(&repo.join("gen/deep"), &Which::WorkTree);
    assert_eq!(skipped_of(&listed), [("gen/deep/b.rs".to_owned(), SkipReason::Generated)]);
    repo.commit("all");
    for which in [Which::Index, revision("HEAD")] {
        let listed = listing(&repo.join("gen/keep"), &which);
        assert_eq!(names_of(&listed), ["gen/keep/c.rs"]);
    }
}

#[test]
fn files_that_git_may_convert_are_not_vouched_for_by_their_blob() {
    let repo = Repo::new();
    repo.write(".gitattributes", "*.txt text\n*.bat eol=crlf\n*.bin filter=lfs\n*.png binary\n");
    for path in ["a.txt", "b.bat", "c.bin", "d.png", "e.rs"] {
        repo.write(path, "x\n");
    }
    repo.commit("all");
    let listed = repo.listing(&Which::WorkTree);
    let vouched: Vec<String> = listed
        .entries
        .iter()
        .filter(|entry| entry.blob.is_some())
        .map(|entry| entry.path.to_string())
        .collect();
    assert_eq!(vouched, [".gitattributes", "d.png", "e.rs"]);
}

#[test]
fn start_scripts_that_build_tools_wrote_are_left_out_of_every_tree() {
    let repo = Repo::new();
    for path in ["gradlew", "app/mvnw.cmd", "app/gradlew.sh", "src/gradlew/a.rs"] {
        repo.write(path, "echo\n");
    }
    repo.commit("all");
    let expected = ["app/mvnw.cmd", "gradlew"].map(|path| (path.to_owned(), SkipReason::BuildWrapper));
    for which in [Which::WorkTree, Which::Index, revision("HEAD")] {
        let listed = repo.listing(&which);
        assert_eq!(skipped_of(&listed), expected, "{which:?}");
        assert_eq!(names_of(&listed), ["app/gradlew.sh", "src/gradlew/a.rs"], "{which:?}");
    }
}
