use facts::source::{Entry, ExcludeRules, Listing, SkipReason, SourceError, Which};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A repository in a folder of its own, driven by the real `git`. Every commit is a minute after the one before.
pub struct Repo {
    folder: TempDir,
    clock: AtomicU64,
    writes: AtomicU64,
}

impl Repo {
    /// An empty repository on the branch `main`.
    pub fn new() -> Self {
        let repo = Repo::plain_folder();
        repo.git(["init", "-q"]);
        repo
    }

    /// A folder without Git.
    pub fn plain_folder() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Repo { folder, clock: AtomicU64::new(1_700_000_000), writes: AtomicU64::new(0) }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.path().join(path)
    }

    /// Runs `git` in the repository; it must succeed.
    pub fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Vec<u8> {
        git_in(self.path(), arguments, self.clock.load(Ordering::Relaxed))
    }

    /// Writes a file about an hour old, so that Git's index vouches for it at once; no two writes have the same time.
    pub fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        fs::write(&path, bytes).expect("the file can be written");
        let age = 3600 - self.writes.fetch_add(1, Ordering::Relaxed);
        set_modified(&path, SystemTime::now() - Duration::from_secs(age));
        self
    }

    /// Commits everything.
    pub fn commit(&self, message: &str) -> String {
        self.commit_as("Ada Lovelace <ada@example.org>", message)
    }

    pub fn commit_as(&self, author: &str, message: &str) -> String {
        self.clock.fetch_add(60, Ordering::Relaxed);
        self.git(["add", "-A"]);
        self.git(["commit", "-q", "--allow-empty", "--author", author, "-m", message]);
        self.text(["rev-parse", "HEAD"])
    }

    /// Lets time pass before the next commit.
    pub fn wait(&self, seconds: u64) -> &Self {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
        self
    }

    /// What `git` prints, without the last newline.
    pub fn text<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let output = String::from_utf8(self.git(arguments)).expect("ASCII output");
        output.trim_end().to_owned()
    }

    /// The NUL-separated paths that `git` prints, sorted.
    pub fn paths<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Vec<Vec<u8>> {
        split_nul(&self.git(arguments))
    }

    pub fn listing(&self, which: &Which) -> Listing {
        listing(self.path(), which)
    }
}

pub fn set_modified(path: &Path, time: SystemTime) {
    let file = fs::File::options().write(true).open(path).expect("the file is there");
    file.set_modified(time).expect("its time can be set");
}

#[expect(clippy::disallowed_methods, reason = "tests make repositories by Git itself")]
fn run_git<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>, time: u64) -> Output {
    let date = format!("{time} +0000");
    let mut command = Command::new("git");
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command
        .args(["-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false", "-c", "core.autocrlf=false"])
        .args([
            "-c",
            "core.safecrlf=false",
            "-c",
            "protocol.file.allow=always",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args(arguments)
        .current_dir(folder)
        .envs([("GIT_AUTHOR_NAME", "Ada Lovelace"), ("GIT_AUTHOR_EMAIL", "ada@example.org")])
        .envs([("GIT_COMMITTER_NAME", "Ada Lovelace"), ("GIT_COMMITTER_EMAIL", "ada@example.org")])
        .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
        .output()
        .expect("git is installed")
}

pub fn git_in<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>, time: u64) -> Vec<u8> {
    let output = run_git(folder, arguments, time);
    assert!(output.status.success(), "git failed: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Runs `git`, whether it succeeds or not.
pub fn git_may_fail<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) {
    run_git(folder, arguments, 1_700_000_000);
}

pub fn split_nul(output: &[u8]) -> Vec<Vec<u8>> {
    let mut paths: Vec<Vec<u8>> =
        output.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(<[u8]>::to_vec).collect();
    paths.sort();
    paths
}

pub fn listing(path: &Path, which: &Which) -> Listing {
    let tree = facts::source::open(path, which, &ExcludeRules::none()).expect("the tree can be opened");
    tree.listing().expect("the tree can be listed")
}

/// Reads every listed file.
pub fn contents(path: &Path, which: &Which) -> Vec<(String, Vec<u8>)> {
    let tree = facts::source::open(path, which, &ExcludeRules::none()).expect("the tree can be opened");
    let entries = tree.listing().expect("the tree can be listed").entries;
    let read = |entry: &Entry| (entry.path.to_string(), tree.read(entry).expect("the file can be read"));
    entries.iter().map(read).collect()
}

/// The error of opening or listing a tree.
pub fn error(path: &Path, which: &Which) -> String {
    let opened = facts::source::open(path, which, &ExcludeRules::none());
    let listed: Result<Listing, SourceError> = opened.and_then(|tree| tree.listing());
    listed.expect_err("the tree must not open").to_string()
}

pub fn paths_of(listing: &Listing) -> Vec<Vec<u8>> {
    listing.entries.iter().map(|entry| entry.path.as_bytes().to_vec()).collect()
}

pub fn names_of(listing: &Listing) -> Vec<String> {
    listing.entries.iter().map(|entry| entry.path.to_string()).collect()
}

pub fn skipped_of(listing: &Listing) -> Vec<(String, SkipReason)> {
    listing.skipped.iter().map(|skipped| (skipped.path.to_string(), skipped.reason.clone())).collect()
}

pub fn os(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

pub fn revision(name: &str) -> Which {
    Which::Revision(name.to_owned())
}
