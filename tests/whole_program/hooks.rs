//! `pmat hooks` with the real Git: it installs, and Git runs the program.

mod ci;
mod commits;
mod evasions;
mod install;
mod messages;
mod pushed_secrets;
mod pushes;
mod second_references;
mod situations;

use crate::program::{Run, command, finish, run};
use crate::repository::Tree;
use std::path::Path;
use std::process::{Command, Stdio};

/// A function that breaks `nesting-depth` (an error by default) at its line 2.
pub const BAD: &str = "\
/// Nests.
pub fn bad(x: i32) -> i32 {
    if x > 1 { if x > 2 { if x > 3 { if x > 4 { if x > 5 { if x > 6 { return 1; } } } } } }
    0
}
";

/// Good code.
pub const GOOD: &str = "\
/// The double.
pub fn good(x: i32) -> i32 {
    x * 2
}
";

/// Git in a folder, independent of the user's settings; any exit code is accepted. The program is not in `PATH`: hooks
/// find it at its location at installation.
pub fn attempt(folder: &Path, words: &[&str]) -> Run {
    finish(git_command(folder, words))
}

/// The same, not run yet.
pub fn git_command(folder: &Path, words: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.env("XDG_CONFIG_HOME", crate::program::configuration());
    git.args(["-c", "protocol.file.allow=always"]).args(words).current_dir(folder).stdin(Stdio::null());
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_EDITOR", "true");
    for role in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{role}_NAME"), "Ada Tester");
        git.env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        git.env(format!("GIT_{role}_DATE"), "2024-03-01T12:00:00Z");
    }
    git
}

/// A repository with one good commit and the hooks.
pub fn hooked(hooks: &str) -> Tree {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    run(tree.path(), &["pmat", "hooks", "install", "--hook", hooks]).exits(0);
    tree
}

/// Commits the staged files, and returns the result.
pub fn commit(tree: &Tree, words: &[&str]) -> Run {
    attempt(tree.path(), &[&["commit", "--message", "feat: change"][..], words].concat())
}

/// All output of a run. Git passes on the hooks' output on either stream.
pub fn printed(run: &Run) -> String {
    format!("{}{}", run.stdout, run.stderr)
}

/// The program as called by a hook, with given standard input.
pub fn run_with_input(folder: &Path, words: &[&str], input: &str) -> Run {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(file.path(), input).expect("it can be written");
    let mut command = command(folder, words);
    command.stdin(std::fs::File::open(file.path()).expect("it was just written"));
    finish(command)
}
