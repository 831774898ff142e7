//! A repository is untrusted: paths that it names are read only inside it, the program does not wait for endless input,
//! and anything that would expand beyond the available memory is refused with the reason.

mod configuration;
mod git_files;
mod git_index;
mod named_files;
mod trees;

use crate::every_command;
use crate::program::{Run, command, finish, program};
use crate::repository::Tree;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the program with this many kilobytes of address space: larger allocations fail.
#[track_caller]
fn limited(folder: &Path, kilobytes: u32, words: &[&str]) -> Run {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -v {kilobytes}; exec \"$0\" \"$@\"")]).arg(program()).args(words);
    shell.current_dir(folder).stdin(Stdio::null());
    let plain = command(folder, words);
    shell.envs(plain.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
    finish(shell)
}

/// Every analysis ends by itself with one of its own exit codes, within four gigabytes, and reveals nothing of other
/// files.
#[track_caller]
fn survives(tree: &Tree) {
    for words in every_command::readers().map(every_command::Call::all) {
        let run = limited(tree.path(), 4_000_000, &words);
        assert!(matches!(run.code, Some(0..=2)), "{words:?}: {run:?}");
        assert_shows_nothing(&run);
    }
}

/// The content of the files that no run may reveal.
const SECRET: &str = "TOP-SECRET-4711";

#[track_caller]
fn assert_shows_nothing(run: &Run) {
    assert!(!run.stdout.contains("SECRET") && !run.stderr.contains("SECRET"), "{run:?}");
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo runs");
    assert!(made.success());
}

fn link(target: impl AsRef<Path>, path: &Path) {
    std::os::unix::fs::symlink(target, path).expect("a link can be made");
}

/// A file with a claimed size of five gigabytes.
fn sparse(path: &Path) {
    let file = std::fs::File::create(path).expect("the tree can be written");
    file.set_len(5 << 30).expect("a file can have a hole");
}

/// Writes an object that Git itself would refuse, and returns its id.
fn object(tree: &Tree, kind: &str, bytes: &[u8]) -> String {
    let mut child = Command::new("git")
        .args(["hash-object", "-t", kind, "--literally", "-w", "--stdin"])
        .current_dir(tree.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git runs");
    child.stdin.take().expect("it is piped").write_all(bytes).expect("git reads");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("an id is text").trim().to_owned()
}

/// A tree object of entries: mode, name, id.
fn tree_object(tree: &Tree, entries: &[(&str, &[u8], &str)]) -> String {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend(*name);
        bytes.push(0);
        let digit = |at: usize| u8::from_str_radix(&id[at..at + 2], 16).expect("an id is hexadecimal");
        bytes.extend((0..id.len()).step_by(2).map(digit));
    }
    object(tree, "tree", &bytes)
}

/// Makes HEAD a commit of a tree object.
fn commit_tree(tree: &Tree, top: &str) {
    let who = "Ada Tester <ada@example.org> 1700000000 +0000";
    let text = format!("tree {top}\nauthor {who}\ncommitter {who}\n\nBegin\n");
    let id = object(tree, "commit", text.as_bytes());
    tree.write(".git/refs/heads/main", format!("{id}\n"));
}
