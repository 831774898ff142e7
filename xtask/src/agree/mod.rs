//! `cargo xtask agree`: our figures of each function compared with those of an independent tool.
//!
//! Both measure the same tree; functions are paired by file and position. Each figure is compared raw, and again after
//! removing the differences in definition that `docs/metrics.md` lists ([`adjust`]). Remaining differences are grouped
//! by the content of the function ([`causes`]), so that a systematic difference shows as one line.

mod adjust;
mod causes;
mod ours;
mod pair;
mod report;
mod tools;

use crate::peers::Peers;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// `cargo xtask agree`
#[derive(Debug, Args)]
pub struct AgreeArgs {
    /// Folder to measure
    #[arg(long, value_name = "PATH", required = true)]
    pub tree: Vec<PathBuf>,
    /// Tool to compare with
    #[arg(long, value_name = "TOOL")]
    pub tool: Tool,
    /// Take the tools from this folder (bin, py/bin, js) instead of installing them in the target directory
    #[arg(long, value_name = "DIR")]
    pub peers: Option<PathBuf>,
    /// Show up to N functions for each cause of a difference
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub examples: usize,
    /// Only this language's functions (its id, as `batuta languages` lists them)
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// Compiler options for clang-tidy, such as include folders
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true)]
    pub compiler_option: Vec<String>,
    /// Least share of functions, in per cent, for which each figure must agree once the documented differences are out
    #[arg(long, value_name = "PERCENT")]
    pub fail_under: Option<f64>,
}

/// The tools that can be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// rust-code-analysis: Rust, Python, C, C++, Java, JavaScript, TypeScript
    Rca,
    /// lizard: cyclomatic complexity and parameters of most languages
    Lizard,
    /// radon: cyclomatic complexity of Python
    Radon,
    /// complexipy: cognitive complexity of Python
    Complexipy,
    /// clang-tidy's readability-function-cognitive-complexity: C and C++
    ClangTidy,
    /// ESLint's complexity and eslint-plugin-sonarjs' cognitive-complexity: JavaScript and TypeScript
    EslintSonarjs,
}

/// A figure that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// McCabe's.
    Cyclomatic,
    /// SonarSource's.
    Cognitive,
    /// Declared parameters.
    Parameters,
    /// Lines with code.
    SourceLines,
}

impl Metric {
    /// Every figure, in the order of the report.
    pub const ALL: [Metric; 4] =
        [Metric::Cyclomatic, Metric::Cognitive, Metric::Parameters, Metric::SourceLines];

    /// Its name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Cyclomatic => "cyclomatic",
            Metric::Cognitive => "cognitive",
            Metric::Parameters => "parameters",
            Metric::SourceLines => "source lines",
        }
    }
}

/// Figures of one function; `None` if the tool does not report one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    cyclomatic: Option<u32>,
    cognitive: Option<u32>,
    parameters: Option<u32>,
    source_lines: Option<u32>,
}

impl Figures {
    /// The figure of a kind.
    pub fn get(&self, metric: Metric) -> Option<u32> {
        match metric {
            Metric::Cyclomatic => self.cyclomatic,
            Metric::Cognitive => self.cognitive,
            Metric::Parameters => self.parameters,
            Metric::SourceLines => self.source_lines,
        }
    }
}

/// A function as the other tool sees it.
#[derive(Debug, Clone)]
pub struct TheirFunction {
    /// Path from the root of the tree.
    pub path: String,
    /// The bare name.
    pub name: String,
    /// First line, 1-based; `None` if the tool reports function names only.
    pub line: Option<u32>,
    /// Column of the start in that line, 1-based, if known.
    pub column: Option<u32>,
    /// Its figures.
    pub figures: Figures,
}

/// Measures, pairs, compares, prints.
pub fn run(root: &Path, args: &AgreeArgs) -> Result<()> {
    let peers = Peers::new(root, args.peers.as_deref())?;
    let mut pairs = Vec::new();
    let mut unpaired = pair::Unpaired::default();
    for tree in &args.tree {
        let tree = tree.canonicalize().with_context(|| format!("cannot open {}", tree.display()))?;
        let ours = ours::measure(&tree, args.language.as_deref())?;
        let theirs = tools::run(args.tool, &peers, &tree, &ours, &args.compiler_option)?;
        let (paired, missing) = pair::pair(args.tool, ours, theirs);
        pairs.extend(paired);
        unpaired.add(missing);
    }
    if pairs.is_empty() {
        bail!("no function was measured by both");
    }
    let worst = report::print(args.tool, &pairs, &unpaired, args.examples);
    match args.fail_under {
        Some(least) if worst < least => bail!("only {worst:.1} % agree, below {least} %"),
        _ => Ok(()),
    }
}
