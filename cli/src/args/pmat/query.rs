use crate::args::{OutputArgs, ReportFormat, SourceArgs};
use clap::{Args, ValueEnum, ValueHint};
use facts::model::DefinitionKind;
use std::path::PathBuf;

/// `batuta pmat query`
#[derive(Debug, Args)]
#[command(after_help = "\
As many of the words as possible should occur in the name, the signature, the documentation, or the names that the body uses;
names are split into their words. \"quoted words\" must occur in that order, +word must and -word must not occur.

Examples:
  pmat query \"parse http header\"
  pmat query \"retry -test\" --type function,method --max-complexity 10
  pmat query \"open socket\" --language rust --path \"src/net/**\" --limit 5
  pmat query cache --min-grade B --format json")]
pub struct QueryArgs {
    /// What to look for
    #[arg(value_name = "TEXT")]
    pub text: String,
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
    /// Show at most N results
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// Only definitions in these languages
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Only definitions of these kinds
    #[arg(long = "type", value_name = "LIST", value_delimiter = ',')]
    pub kinds: Vec<KindChoice>,
    /// Only definitions in files that match one of these patterns
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pub path: Vec<String>,
    /// Only functions with this technical-debt grade or a better one (A+ to F)
    #[arg(long, value_name = "GRADE")]
    pub min_grade: Option<String>,
    /// Only functions with at most this cyclomatic complexity
    #[arg(long, value_name = "N")]
    pub max_complexity: Option<u32>,
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

/// Kinds of definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindChoice {
    /// Functions that belong to no type
    Function,
    /// Functions that belong to a type
    Method,
    /// Classes
    Class,
    /// Structs, records
    Struct,
    /// Enumerations
    Enum,
    /// Traits, interfaces, protocols
    Interface,
    /// Type aliases
    Type,
    /// Modules, namespaces
    Module,
    /// Constants
    Constant,
    /// Macros
    Macro,
}

impl From<KindChoice> for DefinitionKind {
    fn from(choice: KindChoice) -> Self {
        match choice {
            KindChoice::Function => DefinitionKind::Function,
            KindChoice::Method => DefinitionKind::Method,
            KindChoice::Class => DefinitionKind::Class,
            KindChoice::Struct => DefinitionKind::Struct,
            KindChoice::Enum => DefinitionKind::Enum,
            KindChoice::Interface => DefinitionKind::Interface,
            KindChoice::Type => DefinitionKind::Type,
            KindChoice::Module => DefinitionKind::Module,
            KindChoice::Constant => DefinitionKind::Constant,
            KindChoice::Macro => DefinitionKind::Macro,
        }
    }
}
