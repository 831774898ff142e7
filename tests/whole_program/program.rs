//! Finds the program, builds it where it is missing or older than its sources, and runs it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// A run that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// Names the program to test in place of the one that is built with the tests: a release, an installed one.
const OTHER_PROGRAM: &str = "BATUTA_TEST_PROGRAM";

/// The program's file.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(other) = std::env::var_os(OTHER_PROGRAM) {
            return fs::canonicalize(&other).unwrap_or_else(|error| panic!("{OTHER_PROGRAM}: {error}"));
        }
        let own = std::env::current_exe().expect("a running test has a file");
        // target/<profile>/deps/whole_program-<hash>
        let profile =
            own.parent().and_then(Path::parent).expect("Cargo lays out its target folder like this");
        let program = profile.join(format!("batuta{}", std::env::consts::EXE_SUFFIX));
        let checked = profile.join("batuta.checked");
        if !is_fresh(&program, &checked) {
            build(profile);
            fs::write(&checked, "").expect("the target folder can be written");
        }
        program
    })
}

/// True if the program was built from this checkout (several may share a target folder), and no file that Cargo built it
/// from is newer than the program or the last check of it.
fn is_fresh(program: &Path, checked: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let Some(built) = changed(program).max(changed(checked)).filter(|_| program.exists()) else {
        return false;
    };
    let Ok(rule) = fs::read_to_string(program.with_extension("d")) else {
        return false;
    };
    let Some((_, sources)) = rule.split_once(": ") else {
        return false;
    };
    let workspace = workspace();
    let manifests = ["Cargo.toml", "Cargo.lock", "cli/Cargo.toml"].map(|name| workspace.join(name));
    let is_older = |path: &Path| changed(path).is_some_and(|time: SystemTime| time <= built);
    let mut sources = sources.split_whitespace().map(Path::new);
    let of_this_checkout = sources.clone().any(|source| source == workspace.join("cli/src/main.rs"));
    of_this_checkout && sources.all(is_older) && manifests.iter().all(|path| is_older(path))
}

/// The repository this test belongs to.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of the workspace")
}

fn build(profile: &Path) {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The features that dependencies have when all tests are built: with others they would be built again.
    let targets = ["--workspace", "--bin", "batuta", "--test", "whole_program"];
    cargo.args(["build", "--quiet"]).args(targets).current_dir(workspace());
    cargo.arg("--target-dir").arg(profile.parent().expect("a profile is a folder of the target folder"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().expect("Cargo runs").success(), "the program does not build");
}

/// What a run left behind.
#[derive(Debug)]
pub struct Run {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Run {
    /// Asserts the exit code, showing all that was printed otherwise.
    #[track_caller]
    pub fn exits(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that it could not do what was asked, says so as errors are said, and printed no report.
    #[track_caller]
    pub fn fails_with(self, words: &str) -> Run {
        let run = self.exits(2);
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        assert!(run.stderr.contains(words), "{words:?} is not in:\n{}", run.stderr);
        assert_eq!(run.stdout, "");
        run
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in:\n{}", self.stdout))
    }
}

/// The home folder of the programs that this test process starts.
fn home() -> &'static Path {
    static HOME: OnceLock<tempfile::TempDir> = OnceLock::new();
    HOME.get_or_init(|| tempfile::tempdir().expect("a temporary folder can be made")).path()
}

/// Their folder for configuration, where the secret of the cache is: nobody's own is touched.
pub fn configuration() -> PathBuf {
    home().join("config")
}

/// The program with its words, in `folder`, untouched by the settings of whoever runs the tests. Its user cache is a
/// folder of its own for each test process.
pub fn command(folder: &Path, words: &[&str]) -> Command {
    command_of(program(), folder, words)
}

/// The same for another file that is the program.
pub fn command_of(program: &Path, folder: &Path, words: &[&str]) -> Command {
    let home = home();
    let mut command = Command::new(program);
    command.args(words).current_dir(folder).stdin(Stdio::null());
    command.env("HOME", home).env("XDG_CACHE_HOME", home.join("cache")).env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("XDG_CONFIG_HOME", configuration());
    // Graphics drivers complain if there is none.
    command.env("XDG_RUNTIME_DIR", home);
    for name in ["BATUTA_CACHE_DIR", "BATUTA_CACHE_KEY", "BATUTA_CACHE_KEY_FILE", "BATUTA_CACHE_MAX_SIZE"] {
        command.env_remove(name);
    }
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE", "GIT_DIR", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command
}

/// Runs the program in `folder`.
#[track_caller]
pub fn run(folder: &Path, words: &[&str]) -> Run {
    finish(command(folder, words))
}

/// Runs a command to its end. A hang and a panic are failures of whatever test it is.
#[track_caller]
pub fn finish(mut command: Command) -> Run {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let status = wait(&mut child).unwrap_or_else(|| panic!("hangs: {command:?}"));
    let text = |pipe: thread::JoinHandle<Vec<u8>>| {
        String::from_utf8(pipe.join().expect("reading does not panic")).expect("the program prints UTF-8")
    };
    let run = Run { code: status.code(), stdout: text(stdout), stderr: text(stderr) };
    assert!(
        run.code != Some(101) && !run.stderr.contains("this is a bug"),
        "panicked: {command:?}\n{}",
        run.stderr
    );
    run
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    let mut pipe = pipe.expect("the stream is piped");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        bytes
    })
}

/// Sends a signal to a program.
pub fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

/// The exit status, or nothing for a program that had to be ended.
pub fn wait(child: &mut Child) -> Option<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        if start.elapsed() > LIMIT {
            let _ = child.kill();
            return None;
        }
        thread::sleep(Duration::from_millis(3));
    }
}
