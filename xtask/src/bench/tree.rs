//! The measured trees: copies, so that peers cannot write into the originals.

use crate::process::{output, run, target_dir};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of a tree; it is deleted when dropped.
pub struct Tree {
    /// The folder's name.
    pub name: String,
    /// Where the copy is.
    pub path: PathBuf,
    /// Number of files that Git tracks, or that are in the folder.
    pub files: usize,
    commit: Option<String>,
    _scratch: tempfile::TempDir,
}

impl Tree {
    /// Copies the folder with its history.
    pub fn copy(original: &Path) -> Result<Tree> {
        let original =
            original.canonicalize().with_context(|| format!("cannot open {}", original.display()))?;
        let scratch = tempfile::tempdir()?;
        let name =
            original.file_name().context("a tree is a folder with a name")?.to_string_lossy().into_owned();
        let path = scratch.path().join(&name);
        run(Command::new("cp").args(["--archive", "--reflink=auto"]).arg(&original).arg(&path))?;
        let stored = path.join(".git/batuta");
        if stored.exists() {
            std::fs::remove_dir_all(stored)?;
        }
        let git = |arguments: &[&str]| output(Command::new("git").arg("-C").arg(&path).args(arguments));
        let commit = if path.join(".git").exists() {
            // The copied index holds the original's stat data: without this every file would look modified.
            git(&["update-index", "-q", "--refresh"]).ok();
            Some(git(&["rev-parse", "--short", "HEAD"])?.trim().to_owned())
        } else {
            None
        };
        let files = match commit {
            Some(_) => git(&["ls-files"])?.lines().count(),
            None => output(Command::new("find").arg(&path).args(["-type", "f"]))?.lines().count(),
        };
        Ok(Tree { name, path, files, commit, _scratch: scratch })
    }

    /// Name, commit and size.
    pub fn description(&self) -> String {
        let commit = self.commit.as_ref().map_or(String::new(), |commit| format!(" at {commit}"));
        format!("{}{commit}: {} files", self.name, self.files)
    }

    /// True if the tree has a history.
    pub fn has_history(&self) -> bool {
        self.commit.is_some()
    }

    /// The file to change: the largest source file under a megabyte that Git tracks, or that is in the folder.
    pub fn file_to_change(&self) -> Result<PathBuf> {
        let listed = output(Command::new("find").arg(&self.path).args([
            "(", "-name", "*.rs", "-o", "-name", "*.ts", "-o", "-name", "*.py", "-o", "-name", "*.java", ")",
            "-size", "-64k", "-type", "f",
        ]))?;
        let mut files: Vec<PathBuf> = listed.lines().map(PathBuf::from).collect();
        files.sort_by_key(|file| (std::fs::metadata(file).map_or(0, |data| data.len()), file.clone()));
        files.pop().context("the tree has no source file to change")
    }
}

const VENDORED: &str = r#"[package]
name = "bench-tree"
version = "0.0.0"
edition = "2021"

[workspace]

[dependencies]
gix = "=0.90.0"
clap = "=4.6.0"
tokio = { version = "=1.48.0", features = ["full"] }
axum = "=0.8.7"
reqwest = "=0.12.24"
"#;

/// The sources of some crates and of all their dependencies, by `cargo vendor`.
pub fn vendored(root: &Path) -> Result<PathBuf> {
    let folder = target_dir(root)?.join("bench-tree");
    let crates = folder.join("crates");
    if !crates.is_dir() {
        std::fs::create_dir_all(folder.join("src"))?;
        std::fs::write(folder.join("src/lib.rs"), "")?;
        std::fs::write(folder.join("Cargo.toml"), VENDORED)?;
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        run(cargo.current_dir(&folder).args(["vendor", "--quiet", "crates"]))?;
    }
    Ok(crates)
}
