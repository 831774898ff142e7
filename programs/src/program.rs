//! Which programs are started, and why.

use std::path::PathBuf;

/// A program that may be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// Builds and tests Rust (`mutate`), and lets rustc report dead code (`dead-code --rustc`). Runs build scripts,
    /// procedural macros, tests, and the programs that `.cargo/config.toml` and `rust-toolchain.toml` name.
    Cargo,
    /// Runs tests of Python (`mutate`).
    Python,
    /// Runs the test script of a package.json (`mutate`).
    Npm,
    /// Builds and tests Go (`mutate`).
    Go,
    /// Builds and tests Java (`mutate`).
    Maven,
    /// The same.
    Gradle,
    /// Builds C and C++ (`mutate`).
    CMake,
    /// Runs the tests that CMake built (`mutate`).
    CTest,
    /// Builds and tests by a Makefile (`mutate`).
    Make,
    /// Runs tests of shell scripts (`mutate`).
    Bats,
    /// Runs a command line that the user gave (`mutate --test-command`, `--build-command`).
    Shell,
    /// A program that is part of the tree: Gradle's wrapper, the interpreter of a virtual environment (`mutate`).
    /// Absolute, or relative to the folder that it is started in.
    OfTheTree(PathBuf),
}

impl Program {
    /// Its names on the search path, of which the first that exists is used; empty for a program of the tree.
    pub fn names(&self) -> &'static [&'static str] {
        match self {
            Program::Cargo => &["cargo"],
            Program::Python => &["python3", "python"],
            // On Windows these are scripts, which need their extension.
            Program::Npm if cfg!(windows) => &["npm.cmd"],
            Program::Npm => &["npm"],
            Program::Go => &["go"],
            Program::Maven if cfg!(windows) => &["mvn.cmd"],
            Program::Maven => &["mvn"],
            Program::Gradle if cfg!(windows) => &["gradle.bat"],
            Program::Gradle => &["gradle"],
            Program::CMake => &["cmake"],
            Program::CTest => &["ctest"],
            Program::Make => &["make"],
            Program::Bats => &["bats"],
            Program::Shell => &["sh"],
            Program::OfTheTree(_) => &[],
        }
    }
}

/// As a person would type it.
impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Program::OfTheTree(file) => write!(f, "{}", file.display()),
            // Without the extension that Windows needs.
            named => f.write_str(named.names()[0].split('.').next().unwrap_or_default()),
        }
    }
}
