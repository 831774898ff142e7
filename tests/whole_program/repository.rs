//! Small repositories and folders to run the program on.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A folder that is deleted when dropped.
pub struct Tree {
    folder: TempDir,
}

impl Tree {
    /// A folder with files, not under version control.
    pub fn folder(files: &[(&str, &str)]) -> Tree {
        let tree = Tree { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    /// A Git repository whose only commit holds the files.
    pub fn repository(files: &[(&str, &str)]) -> Tree {
        let tree = Tree::unborn(files);
        tree.commit("Begin");
        tree
    }

    /// A Git repository without a commit; the files are in its work tree.
    pub fn unborn(files: &[(&str, &str)]) -> Tree {
        let tree = Tree::folder(files);
        tree.git(&["init", "--quiet", "--initial-branch=main"]);
        tree
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path inside.
    pub fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, creating its folders.
    pub fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.join(path);
        let folder = path.parent().expect("a file in the tree has a folder");
        fs::create_dir_all(folder).expect("the tree can be written");
        fs::write(path, bytes).expect("the tree can be written");
    }

    /// Commits everything, with a fixed date and author.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// Runs git in the tree and returns its output.
    pub fn git(&self, words: &[&str]) -> String {
        git(self.path(), words)
    }
}

/// Runs git in a folder, independent of the user's settings, and returns its output.
pub fn git(folder: &Path, words: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "protocol.file.allow=always"]).args(words).current_dir(folder);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Ada Tester");
        command.env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        command.env(format!("GIT_{role}_DATE"), "2024-03-01T12:00:00Z");
    }
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("git prints UTF-8 here").trim_end().to_owned()
}

/// A bare repository of a few kilobytes whose only commit has 10,000,000,000 files: ten files, in ten folders, in ten folders, and
/// so on.
pub fn tree_bomb() -> Tree {
    let tree = Tree::folder(&[]);
    tree.git(&["init", "--quiet", "--bare", "--initial-branch=main", "bomb.git"]);
    let bomb = tree.join("bomb.git");
    let blob = git_reads(&bomb, &["hash-object", "-w", "--stdin"], "fn x() {}\n");
    let ten = |line: &dyn Fn(usize) -> String| (0..10).map(line).collect::<String>();
    let mut top = git_reads(&bomb, &["mktree"], &ten(&|at| format!("100644 blob {blob}\tf{at}.rs\n")));
    for _ in 0..9 {
        top = git_reads(&bomb, &["mktree"], &ten(&|at| format!("040000 tree {top}\td{at}\n")));
    }
    let commit = git(&bomb, &["commit-tree", "-m", "Begin", &top]);
    git(&bomb, &["update-ref", "refs/heads/main", &commit]);
    tree
}

/// Runs git on a text, and returns its output.
fn git_reads(folder: &Path, words: &[&str], text: &str) -> String {
    let mut command = Command::new("git");
    command.args(words).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("git runs");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("git reads");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {words:?}");
    String::from_utf8(output.stdout).expect("git prints UTF-8 here").trim_end().to_owned()
}

/// A function in Rust with cyclomatic complexity 1, no debt, documented.
pub const CLEAN: &str = "\
//! Adds numbers.

/// The sum of two numbers.
pub fn sum(a: i32, b: i32) -> i32 {
    a + b
}
";

/// A function in Rust with the given cyclomatic complexity: a row of `if`s, one for each decision.
pub fn branching(name: &str, cyclomatic: usize) -> String {
    let mut text = format!("/// Branches.\npub fn {name}(mut x: i32) -> i32 {{\n");
    for index in 1..cyclomatic {
        text.push_str(&format!("    if x == {index} {{\n        x += {index};\n    }}\n"));
    }
    text.push_str("    x\n}\n");
    text
}
