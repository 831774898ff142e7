//! Files named by a repository's configuration.

use super::{SECRET, assert_shows_nothing, limited, link, pipe, sparse};
use crate::program::{Run, command, finish, run};
use crate::repository::{CLEAN, Tree};
use std::fs;

const GATE: &[&str] = &["pmat", "quality-gate", "--checks", "coverage", "--format", "json"];

/// A repository in a folder next to a secret file; the configuration names a report.
fn naming(report: &str) -> Tree {
    let tree = Tree::folder(&[("repository/a.rs", CLEAN), ("secret.txt", SECRET)]);
    tree.write("repository/batuta.toml", configuration(report));
    crate::repository::git(&tree.join("repository"), &["init", "--quiet", "--initial-branch=main"]);
    tree
}

fn configuration(report: &str) -> String {
    format!("[rules.coverage]\nlevel = \"error\"\nreport = \"{report}\"\n")
}

/// The gate is not measured, with this message, and reveals nothing of the file.
#[track_caller]
fn refuses(run: Run, words: &str) {
    assert_shows_nothing(&run);
    let run = run.exits(2);
    assert!(run.stdout.contains(words) || run.stderr.contains(words), "{words}: {run:?}");
}

#[test]
fn a_report_outside_of_the_repository_is_not_read() {
    let outside = tempfile::tempdir().expect("a temporary folder");
    fs::write(outside.path().join("secret.txt"), SECRET).expect("it can be written");
    let absolute = outside.path().join("secret.txt").display().to_string();
    for report in ["../secret.txt", "./x/../../secret.txt", &absolute, "/etc/passwd", ".git/config"] {
        let tree = naming(report);
        refuses(run(&tree.join("repository"), GATE), "outside of the repository");
    }
}

#[test]
fn a_report_behind_a_link_out_of_the_repository_is_not_read() {
    let tree = naming("up/secret.txt");
    link("..", &tree.join("repository/up"));
    refuses(run(&tree.join("repository"), GATE), "outside of the repository");
    let tree = naming("report.info");
    link("../secret.txt", &tree.join("repository/report.info"));
    refuses(run(&tree.join("repository"), GATE), "outside of the repository");
    let tree = naming("");
    link(tree.join("secret.txt"), &tree.join("repository/lcov.info"));
    refuses(run(&tree.join("repository"), GATE), "outside of the repository");
}

#[test]
fn a_report_that_never_ends_is_not_waited_for() {
    let tree = naming("");
    pipe(&tree.join("repository/lcov.info"));
    refuses(run(&tree.join("repository"), GATE), "no regular file");
    let tree = naming("zero");
    link("/dev/zero", &tree.join("repository/zero"));
    refuses(limited(&tree.join("repository"), 4_000_000, GATE), "outside of the repository");
    let tree = naming("huge.info");
    sparse(&tree.join("repository/huge.info"));
    refuses(limited(&tree.join("repository"), 4_000_000, GATE), "larger than the limit");
}

/// Inside the tree everything works as usual: links within the tree, and folders that the operator names.
#[test]
fn a_report_inside_or_in_a_folder_of_the_operator_is_read() {
    let report = "SF:a.rs\nDA:5,1\nend_of_record\n";
    let tree = naming("out/link.info");
    tree.write("repository/out/real.info", report);
    link("real.info", &tree.join("repository/out/link.info"));
    run(&tree.join("repository"), GATE).exits(0);

    let outside = tempfile::tempdir().expect("a temporary folder");
    let folder = outside.path().canonicalize().expect("it is there");
    fs::write(folder.join("all.info"), report).expect("it can be written");
    let tree = naming(&folder.join("all.info").display().to_string());
    refuses(run(&tree.join("repository"), GATE), "BATUTA_REPORTS");
    let mut gate = command(&tree.join("repository"), GATE);
    gate.env("BATUTA_REPORTS", &folder);
    finish(gate).exits(0);
    let mut gate = command(&tree.join("repository"), GATE);
    gate.env("BATUTA_REPORTS", folder.join("other"));
    refuses(finish(gate), "outside of the repository");
}

/// A syntax tree of the whole report took ten to nineteen times its size.
#[test]
fn a_report_in_xml_takes_no_multiple_of_its_size() {
    let tree = naming("coverage.xml");
    let line = "<line number=\"1\" hits=\"1\"/>";
    let class = format!("<class filename=\"a.rs\"><lines>{}</lines></class>", line.repeat(1_000));
    let count = (200 << 20) / class.len();
    tree.write("repository/coverage.xml", format!("<coverage>{}</coverage>", class.repeat(count)));
    let run = limited(&tree.join("repository"), 2_000_000, GATE);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
}

/// The same limits apply to a report named on the command line.
#[test]
fn a_report_for_mutants_that_never_ends_is_not_read() {
    let tree = Tree::repository(&[("sums.py", "def add(a, b):\n    return a + b\n")]);
    pipe(&tree.join("pipe"));
    sparse(&tree.join("sparse"));
    link("/dev/zero", &tree.join("zero"));
    for (report, words) in
        [("pipe", "no regular file"), ("sparse", "larger than"), ("zero", "no regular file")]
    {
        for option in ["--lcov", "--in-diff"] {
            let run = limited(tree.path(), 2_000_000, &["pmat", "mutate", "--list", option, report]);
            if option == "--lcov" {
                run.fails_with(words);
            } else {
                // A path that is not a regular file is not a patch, but a nonexistent revision.
                run.exits(2);
            }
        }
    }
}

#[test]
fn a_mutation_report_and_a_baseline_outside_are_not_read() {
    let mutation = ["pmat", "quality-gate", "--checks", "mutation", "--format", "json"];
    let tree = Tree::folder(&[("repository/a.rs", CLEAN), ("secret.txt", SECRET)]);
    tree.write("repository/batuta.toml", "[rules.mutation]\nlevel = \"error\"\nreport = \"../secret.txt\"\n");
    refuses(run(&tree.join("repository"), &mutation), "outside of the repository");
    tree.write("repository/batuta.toml", "[gate]\nbaseline = \"../secret.txt\"\n");
    refuses(run(&tree.join("repository"), &["pmat", "quality-gate"]), "outside of the repository");
    tree.write("repository/batuta.toml", "[gate]\nbaseline = \"linked\"\n");
    link("../secret.txt", &tree.join("repository/linked"));
    refuses(run(&tree.join("repository"), &["pmat", "quality-gate"]), "outside of the repository");
    pipe(&tree.join("repository/pipe"));
    tree.write("repository/batuta.toml", "[gate]\nbaseline = \"pipe\"\n");
    refuses(run(&tree.join("repository"), &["pmat", "quality-gate"]), "no regular file");
    // Files named by the operator are the operator's responsibility.
    let named = ["pmat", "quality-gate", "--baseline", "check", "--baseline-file", "../secret.txt"];
    refuses(run(&tree.join("repository"), &named), "baseline ../secret.txt");
}

/// A file that is damaged, or something else, is reported without its bytes.
#[test]
fn errors_about_reports_quote_nothing() {
    for text in [SECRET.to_owned(), format!("<{SECRET}>"), format!("{{\"{SECRET}\": {SECRET}}}")] {
        let tree = naming("report");
        tree.write("repository/report", &text);
        refuses(run(&tree.join("repository"), GATE), "line 1");
        tree.write("repository/batuta.toml", "[gate]\nbaseline = \"report\"\n");
        refuses(run(&tree.join("repository"), &["pmat", "quality-gate"]), "no JSON");
        tree.write("repository/batuta.toml", "[rules.mutation]\nlevel = \"error\"\nreport = \"report\"\n");
        let mutation = ["pmat", "quality-gate", "--checks", "mutation", "--format", "json"];
        refuses(run(&tree.join("repository"), &mutation), "no report of `pmat mutate`");
    }
}

/// `--baseline write` writes to the path in the configuration, which is untrusted too.
#[test]
fn a_baseline_is_never_written_outside() {
    let write = ["pmat", "quality-gate", "--baseline", "write", "--accept-new"];
    let tree = Tree::folder(&[("repository/a.rs", CLEAN), ("other.txt", "as it was")]);
    let other = || fs::read_to_string(tree.join("other.txt")).expect("it is there");
    for name in ["../other.txt", &tree.join("other.txt").display().to_string(), "up/other.txt", "linked"] {
        tree.write("repository/batuta.toml", format!("[gate]\nbaseline = \"{name}\"\n"));
        for (to, from) in [("..", "repository/up"), ("../other.txt", "repository/linked")] {
            let _ = fs::remove_file(tree.join(from));
            link(to, &tree.join(from));
        }
        run(&tree.join("repository"), &write).exits(2);
        assert_eq!(other(), "as it was", "{name}");
    }
    crate::repository::git(&tree.join("repository"), &["init", "--quiet", "--initial-branch=main"]);
    link(".git", &tree.join("repository/gg"));
    for name in ["gg/hooks/post-checkout", "gg/new/post-checkout", "gg/config"] {
        let before = fs::read(tree.join("repository/.git/config")).expect("it is there");
        tree.write("repository/batuta.toml", format!("[gate]\nbaseline = \"{name}\"\n"));
        run(&tree.join("repository"), &write).exits(2);
        assert!(!tree.join("repository/.git/hooks/post-checkout").exists(), "{name}");
        assert!(!tree.join("repository/.git/new").exists(), "{name}");
        assert_eq!(fs::read(tree.join("repository/.git/config")).expect("it is there"), before);
    }
    tree.write("repository/batuta.toml", "[gate]\nbaseline = \"new/../accepted.json\"\n");
    let _ = run(&tree.join("repository"), &write);
    assert!(tree.join("repository/accepted.json").exists());
}
