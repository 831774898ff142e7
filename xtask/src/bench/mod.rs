//! `cargo xtask bench`: the program compared with its peers, in turn, in one run, on the same trees.
//!
//! Every command runs alone, several rounds; the table gives medians. Peers work on a copy of the tree with a home
//! folder of their own, because some write into the tree. A cold run starts with an empty cache folder.

mod apr;
mod clones;
mod commit;
mod document;
mod earlier;
mod gemm;
mod graph;
mod history;
mod kernels;
mod measure;
mod models;
mod plan;
mod service;
mod tdg;
mod tree;
mod trend;

pub use measure::{MeasureArgs, measure_child};

use crate::peers::Peers;
use crate::process::{cargo, run as run_command, target_dir};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// `cargo xtask bench`
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Tree to measure on; repeatable [default: a folder of pinned crates, fetched by `cargo vendor`]
    #[arg(long, value_name = "PATH")]
    pub tree: Vec<PathBuf>,
    /// Runs of each command
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub rounds: usize,
    /// Seconds after which a run is ended and its time given as "over"
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub limit: u64,
    /// Take the peers from this folder (bin, py/bin) instead of installing them in the target directory
    #[arg(long, value_name = "DIR")]
    pub peers: Option<PathBuf>,
    /// Measure this program instead of building the release binary
    #[arg(long, value_name = "FILE")]
    pub program: Option<PathBuf>,
    /// An earlier build of the program, for `--only earlier`
    #[arg(long, value_name = "FILE")]
    pub earlier: Option<PathBuf>,
    /// Leave pmat's quality gate and context out, which take minutes on large trees
    #[arg(long)]
    pub quick: bool,
    /// Measure this subject alone and print its table; the document stays as it is
    #[arg(long, value_name = "SUBJECT")]
    pub only: Option<Subject>,
    /// Write the tables to this file instead of docs/benchmarks.md
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A subject with a table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Subject {
    /// Opening a model file of 1 GiB, compared with decoding it and with safetensors
    Apr,
    /// Duplicated code on 1 to 100 MB of source, compared with jscpd
    Clones,
    /// Matrix products, compared with numpy's OpenBLAS and the gemm crate
    Gemm,
    /// Graph algorithms on a million edges, compared with igraph and networkx
    Graph,
    /// Elementwise operations, reductions, selections and decompositions, compared with numpy
    Kernels,
    /// Fitting models, compared with LightGBM and scikit-learn
    Models,
    /// Mining the whole history, compared with git log
    History,
    /// Every metric of 1,000 commits
    Trend,
    /// The pre-commit hook with one changed file, compared with pmat's quality gate
    Commit,
    /// The dashboard under load, and how soon a commit is seen
    Service,
    /// This program compared with an earlier build of it: what a change costs
    Earlier,
}

/// Measures and writes the document.
pub fn run(root: &Path, args: &BenchArgs) -> Result<()> {
    if let Some(Subject::Graph) = args.only {
        return graph::run(root, args.peers.as_deref(), args.rounds);
    }
    if let Some(Subject::Gemm) = args.only {
        return gemm::run(root, args.peers.as_deref(), args.rounds);
    }
    if let Some(Subject::Models) = args.only {
        return models::run(root, args.peers.as_deref(), args.rounds);
    }
    if let Some(Subject::Kernels) = args.only {
        return kernels::run(root, args.peers.as_deref(), args.rounds);
    }
    if let Some(Subject::Apr) = args.only {
        return apr::run(root, args.rounds);
    }
    let program = match &args.program {
        Some(program) => program.canonicalize()?,
        None => {
            run_command(&mut cargo(root, &["build", "--release", "--package", "batuta", "--locked"]))?;
            target_dir(root)?.join("release/batuta")
        }
    };
    match args.only {
        Some(Subject::Clones) => return clones::run(root, &program, args),
        Some(Subject::History) => return history::run(root, &program, args),
        Some(Subject::Trend) => return trend::run(root, &program, args),
        Some(Subject::Commit) => return commit::run(root, &program, args),
        Some(Subject::Service) => return service::run(&program, args),
        Some(Subject::Earlier) => return earlier::run(&program, args),
        Some(Subject::Apr | Subject::Graph | Subject::Gemm | Subject::Models | Subject::Kernels) | None => {}
    }
    let peers = plan::Programs::find(program, &Peers::new(root, args.peers.as_deref())?)?;
    let trees = if args.tree.is_empty() { vec![tree::vendored(root)?] } else { args.tree.clone() };
    let mut tables = Vec::new();
    for path in trees {
        let tree = tree::Tree::copy(&path)?;
        eprintln!("\n== {}: {} files", tree.name, tree.files);
        let runs = plan::run(&peers, &tree, args)?;
        tables.push((tree.description(), runs));
    }
    let text = document::markdown(&peers, &tables, args)?;
    let path = args.output.clone().unwrap_or_else(|| root.join("docs/benchmarks.md"));
    std::fs::write(&path, text)?;
    eprintln!("wrote {}", path.display());
    Ok(())
}
