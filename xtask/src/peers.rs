//! The independent tools that `bench` and `agree` compare with. Their versions are pinned, and the registries' ordinary
//! clients install them under `target/peers`.

use crate::install::{cargo_program, debian_package, node_packages, python_programs};
use crate::process::target_dir;
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Packages of crates.io: package, version, program.
const RUST_CODE_ANALYSIS: (&str, &str, &str) = ("rust-code-analysis-cli", "0.0.25", "rust-code-analysis-cli");
const TOKEI: (&str, &str, &str) = ("tokei", "12.1.2", "tokei");
const PMAT: (&str, &str, &str) = ("pmat", "3.42.0", "pmat");

/// Packages of PyPI.
const PYTHON: &[&str] = &["lizard==1.24.3", "radon==6.0.1", "complexipy==8.3.0"];

/// Packages of PyPI for graphs.
const PYTHON_GRAPHS: &[&str] = &["networkx==3.6.1", "scipy==1.17.1", "igraph==1.0.0"];

/// Packages of PyPI for numbers.
const PYTHON_NUMBERS: &[&str] =
    &["numpy==2.4.6", "threadpoolctl==3.8.0", "scikit-learn==1.9.1", "lightgbm==4.7.0"];

/// Packages of the npm registry.
const NODE: &[&str] = &[
    "eslint@10.15.0",
    "eslint-plugin-sonarjs@4.2.2",
    "@typescript-eslint/parser@8.73.0",
    "typescript@6.0.3",
];

/// A package of the npm registry that is one native program, and the package that contains it.
const JSCPD: (&[&str], &str) =
    (&["jscpd@5.3.3", "jscpd-linux-x64-gnu@5.3.3"], "node_modules/jscpd-linux-x64-gnu/bin/jscpd");

/// The location of the peers, or where to install them.
pub struct Peers {
    folder: PathBuf,
    given: bool,
}

impl Peers {
    /// Peers in `folder` as they are, or pinned ones in the target directory.
    pub fn new(root: &Path, folder: Option<&Path>) -> Result<Peers> {
        Ok(match folder {
            Some(folder) => Peers { folder: folder.to_owned(), given: true },
            None => Peers { folder: target_dir(root)?.join("peers"), given: false },
        })
    }

    /// rust-code-analysis.
    pub fn rust_code_analysis(&self) -> Result<PathBuf> {
        self.of_cargo(RUST_CODE_ANALYSIS)
    }

    /// tokei.
    pub fn tokei(&self) -> Result<PathBuf> {
        self.of_cargo(TOKEI)
    }

    /// pmat.
    pub fn pmat(&self) -> Result<PathBuf> {
        self.of_cargo(PMAT)
    }

    /// A Python program: `lizard`, `radon` or `complexipy`.
    pub fn python(&self, program: &str) -> Result<PathBuf> {
        let folder = self.folder.join("py");
        let programs = if self.given { folder.join("bin") } else { python_programs(&folder, PYTHON)? };
        Ok(programs.join(program))
    }

    /// A Python that has networkx, scipy and igraph.
    pub fn graph_python(&self) -> Result<PathBuf> {
        let folder = self.folder.join("networkx");
        let programs = if self.given { folder.join("bin") } else { python_programs(&folder, PYTHON_GRAPHS)? };
        Ok(programs.join("python"))
    }

    /// A Python that has numpy, threadpoolctl, scikit-learn and LightGBM.
    pub fn numeric_python(&self) -> Result<PathBuf> {
        let folder = self.folder.join("numpy");
        let programs =
            if self.given { folder.join("bin") } else { python_programs(&folder, PYTHON_NUMBERS)? };
        Ok(programs.join("python"))
    }

    /// The folder whose `node_modules` contains ESLint, its SonarJS plugin and the TypeScript parser.
    pub fn node(&self) -> Result<PathBuf> {
        let folder = self.folder.join("js");
        if !self.given {
            node_packages(&folder, NODE)?;
        }
        Ok(folder)
    }

    /// jscpd: the native program itself, without the Node wrapper of its command.
    pub fn jscpd(&self) -> Result<PathBuf> {
        let (packages, program) = JSCPD;
        let folder = self.folder.join("jscpd");
        if !self.given {
            node_packages(&folder, packages)?;
        }
        Ok(folder.join(program))
    }

    /// clang-tidy, from Debian.
    pub fn clang_tidy(&self) -> Result<PathBuf> {
        let program = PathBuf::from("/usr/bin/clang-tidy");
        debian_package("clang-tidy", &program)?;
        Ok(program)
    }

    fn of_cargo(&self, (package, version, program): (&str, &str, &str)) -> Result<PathBuf> {
        let present = self.folder.join("bin").join(program);
        if self.given && present.is_file() {
            return Ok(present);
        }
        cargo_program(&self.folder, package, version, program)
    }
}
