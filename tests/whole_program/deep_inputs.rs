//! Deep and long input through every analysis: none of it crashes the program, on any stack, and none takes long.

use crate::every_command::{self, Call};
use crate::hostile_files::{self, HostileFile};
use crate::program::{command, finish, program, run};
use crate::repository::{CLEAN, Tree};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Additional calls of commands that go deeper than the first call of each.
const DEEPER: &[&[&str]] = &[
    &["pmat", "analyze", "satd", "--detector", "both"],
    &["pmat", "context", "--full"],
    &["pmat", "context", "--question", "what does f do"],
    &["pmat", "hooks", "run", "pre-push"],
    &["pmat", "mutate", "--list", "--operators", "all", "--test-command", "true"],
    &["pmat", "tdg", "--explain"],
];

/// Every command that looks at code, as typed by a user.
fn commands() -> impl Iterator<Item = Vec<&'static str>> {
    let called = every_command::readers().filter(|call| call.command != "pmat mutate").map(Call::all);
    called.chain(DEEPER.iter().map(|words| words.to_vec()))
}

/// Time limit of one command on a repository of these files, in a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(100);

const CARGO: (&str, &str) = ("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n");

/// A coverage report, for the commands that need one.
const COVERAGE: (&str, &str) = ("lcov.info", "SF:src/lib.rs\nDA:4,1\nDA:5,1\nend_of_record\n");

fn repository(files: &[HostileFile]) -> Tree {
    let tree = Tree::unborn(&[("src/lib.rs", CLEAN), CARGO, COVERAGE]);
    for file in files {
        tree.write(&file.path, &file.bytes);
    }
    tree.commit("Begin");
    tree
}

/// Runs every command with a main stack and threads of 1 MiB.
#[track_caller]
fn survives(tree: &Tree) {
    survives_all(tree, commands());
}

#[track_caller]
fn survives_all<'c>(tree: &Tree, commands: impl Iterator<Item = Vec<&'c str>>) {
    for words in commands {
        let start = Instant::now();
        let ordinary = command(tree.path(), &[]);
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -s 1024; exec \"$0\" \"$@\""]).arg(program()).args(&words);
        shell.envs(ordinary.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
        shell.env("RUST_MIN_STACK", "1048576").current_dir(tree.path()).stdin(Stdio::null());
        let run = finish(shell);
        let said = |text: &str| text.chars().take(2_000).collect::<String>();
        assert!(matches!(run.code, Some(0 | 1)), "{words:?}: {:?} {}", run.code, said(&run.stderr));
        assert!(start.elapsed() < LIMIT, "{words:?} takes {:?}", start.elapsed());
    }
}

#[test]
fn what_nests_3_000_deep_in_every_language_ends_no_analysis() {
    survives(&repository(&hostile_files::nested(3_000)));
}

/// Sums, chains and nests in the languages with the most analyses.
#[test]
fn what_nests_10_000_deep_in_code_ends_no_analysis() {
    let known = ["rust", "python", "javascript", "typescript", "c", "java", "go", "bash"];
    let deep = hostile_files::nested(10_000);
    let deep: Vec<HostileFile> =
        deep.into_iter().filter(|file| known.contains(&file.language.spec().id)).collect();
    assert!(deep.len() > 60, "{}", deep.len());
    // Making all mutants of all files stays within the limits, but takes minutes in a debug build.
    survives_all(&repository(&deep), commands().filter(|words| !words.contains(&"mutate")));
}

#[test]
fn a_sum_of_10_000_terms_has_nothing_dead_and_is_measured() {
    let sum = format!("pub fn total() -> u64 {{\n    1{}\n}}\n", " + 1".repeat(10_000));
    let tree = Tree::repository(&[("src/lib.rs", &sum), CARGO]);
    let report = run(tree.path(), &["pmat", "analyze", "dead-code", "--format", "json"]).exits(0).json();
    assert_eq!(report["items"].as_array().map(Vec::len), Some(0), "{report}");
    let listed = run(tree.path(), &["pmat", "mutate", "--list", "--test-command", "true"]).exits(0).stdout;
    assert!(
        listed.lines().filter(|line| line.contains("replace + with")).count() >= 10_000,
        "{}",
        listed.len()
    );
}

/// Manifests and reports with endless nesting are listed with the reason.
#[test]
fn manifests_reports_and_configuration_that_nest_are_errors_not_crashes() {
    let nest = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let tree = Tree::unborn(&[("src/lib.rs", CLEAN), CARGO, COVERAGE]);
    tree.write("pom.xml", format!("<project>{}</project>", nest("<a>", "</a>")));
    tree.write("package.json", format!("{{\"dependencies\": {}}}", nest("[", "]")));
    tree.write("pyproject.toml", format!("a = {}", nest("[", "]")));
    tree.write(".github/workflows/ci.yml", format!("on: push\njobs: {}", nest("[", "]")));
    tree.write(".github/workflows/bomb.yml", bomb());
    tree.write(".gitlab-ci.yml", format!("a:\n  script: {}", nest("{a: ", "}")));
    tree.write("cobertura.xml", format!("<coverage>{}</coverage>", nest("<a>", "</a>")));
    tree.write("llvm.json", format!("{{\"data\": {}}}", nest("[", "]")));
    tree.write(".gitattributes", format!("{} linguist-generated\n", "*a".repeat(50_000)));
    tree.commit("Begin");
    survives(&tree);
    for report in ["cobertura.xml", "llvm.json"] {
        tree.write("batuta.toml", format!("[rules.coverage]\nenabled = true\nreport = \"{report}\"\n"));
        let gate = run(tree.path(), &["pmat", "quality-gate"]);
        assert!(matches!(gate.code, Some(0..=2)), "{gate:?}");
    }
    for configuration in [
        format!("a = {}", nest("[", "]")),
        format!("[exclude]\npaths = [\"{}\"]\n", nest("{", "}")),
        format!("[layers]\norder = [\"{}\"]\n", nest("{", "}")),
    ] {
        tree.write("batuta.toml", configuration);
        run(tree.path(), &["pmat", "quality-gate"]).fails_with("batuta.toml");
    }
}

/// "Billion laughs": each line expands to ten of the line before.
fn bomb() -> String {
    let mut text = "on: push\na0: &a0 lol\n".to_owned();
    for level in 1..12 {
        let names = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{names}]\n"));
    }
    text + "jobs:\n  b:\n    steps: *a11\n"
}
