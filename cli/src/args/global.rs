use crate::output::{ColorChoice, ProgressChoice};
use clap::{Args, ValueHint};
use std::num::NonZeroUsize;
use std::path::PathBuf;

const HEADING: &str = "Global options";

/// Options of every command; they may come before or after it.
#[derive(Debug, Clone, Args)]
pub struct GlobalArgs {
    /// Read this configuration instead of the batuta.toml at the root of the analysed tree
    #[arg(long, value_name = "FILE", global = true, help_heading = HEADING, value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Number of threads [default: one per processor]
    #[arg(short = 'j', long, value_name = "N", global = true, help_heading = HEADING)]
    pub threads: Option<NonZeroUsize>,

    /// Do not read or write the cache
    #[arg(long, global = true, help_heading = HEADING)]
    pub no_cache: bool,

    /// Print only the report and errors: no progress, no notes
    #[arg(short, long, global = true, help_heading = HEADING)]
    pub quiet: bool,

    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, help_heading = HEADING, default_value = "auto")]
    pub color: ColorChoice,

    /// When to show progress on standard error
    #[arg(long, value_name = "WHEN", global = true, help_heading = HEADING, default_value = "auto")]
    pub progress: ProgressChoice,
}

/// Which tree to analyse.
#[derive(Debug, Clone, Args)]
pub struct SourceArgs {
    /// Repository, or folder inside or outside of one
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "project_path")]
    pub path: Option<PathBuf>,

    /// The same as PATH, as the ecosystem's documentation writes it
    #[arg(short = 'p', long = "path", visible_alias = "project-path", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub project_path: Option<PathBuf>,

    /// Analyse a revision (branch, tag, commit, HEAD~3) instead of the work tree; nothing is checked out
    #[arg(short = 'r', long, value_name = "REV", conflicts_with = "staged")]
    pub revision: Option<String>,

    /// Analyse what is staged (the index) instead of the work tree
    #[arg(long)]
    pub staged: bool,
}

impl SourceArgs {
    /// The path. Defaults to the current folder.
    pub fn path(&self) -> PathBuf {
        self.path.clone().or_else(|| self.project_path.clone()).unwrap_or_else(|| PathBuf::from("."))
    }
}

/// Where the report goes.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// Write the report to this file, completely or not at all; `-` is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}
