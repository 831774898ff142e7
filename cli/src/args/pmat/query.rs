use crate::args::{OutputArgs, ReportFormat, SourceArgs};
use abilities::Query;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `batuta pmat query`
#[derive(Debug, Args)]
#[command(after_help = "\
Results that contain more of the words, in the name, the signature, the documentation or the names that the body uses, rank higher.
Names are split into words. \"quoted words\" must occur in that order, +word must and -word must not occur.

Examples:
  pmat query \"parse http header\"
  pmat query \"retry -test\" --type function,method --max-complexity 10
  pmat query \"open socket\" --language rust --path \"src/net/**\" --limit 5
  pmat query cache --min-grade B --format json")]
pub struct QueryArgs {
    /// What is asked.
    #[command(flatten)]
    pub asked: Query,
    /// Repository, or folder inside or outside of one
    #[arg(value_name = "REPOSITORY", value_hint = ValueHint::AnyPath, conflicts_with = "project_path")]
    repository: Option<PathBuf>,
    /// The same as REPOSITORY
    #[arg(short = 'p', long, value_name = "REPOSITORY", value_hint = ValueHint::AnyPath)]
    project_path: Option<PathBuf>,
    /// Search a revision (branch, tag, commit, HEAD~3) instead of the work tree; nothing is checked out
    #[arg(short, long, value_name = "REV", conflicts_with = "staged")]
    revision: Option<String>,
    /// Search what is staged (the index) instead of the work tree
    #[arg(long)]
    staged: bool,
    /// Format of the results
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the results go.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl QueryArgs {
    /// Which tree to search.
    pub fn source(&self) -> SourceArgs {
        SourceArgs {
            path: self.repository.clone(),
            project_path: self.project_path.clone(),
            revision: self.revision.clone(),
            staged: self.staged,
        }
    }
}
