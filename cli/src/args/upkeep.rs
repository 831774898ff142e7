use super::{OutputArgs, ReportFormat};
use abilities::Rules;
use clap::{Args, Subcommand, ValueHint};
use clap_complete::Shell;
use facts::cache::Size;
use std::path::PathBuf;

/// `batuta cache`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta cache info
  batuta cache prune
  batuta cache clear path/to/repo")]
pub struct CacheArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: CacheAction,
}

/// What to do with the cache.
#[derive(Debug, Subcommand)]
pub enum CacheAction {
    /// Where the cache is and how large it is
    #[command(after_help = "\
Examples:
  batuta cache info
  batuta cache info path/to/repo --format json")]
    Info(CacheInfoArgs),
    /// Remove entries of other program versions and entries not used for a long time
    #[command(after_help = "\
Examples:
  batuta cache prune
  batuta cache prune --unused-days 7 path/to/repo
  batuta cache prune --max-size 200M")]
    Prune(CachePruneArgs),
    /// Remove all stored facts; the next run measures everything again
    #[command(after_help = "\
Examples:
  batuta cache clear
  batuta cache clear path/to/repo")]
    Clear(CachePathArgs),
}

/// `batuta cache info`
#[derive(Debug, Args)]
pub struct CacheInfoArgs {
    /// Which repository.
    #[command(flatten)]
    pub place: CachePathArgs,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
}

/// `batuta cache prune`
#[derive(Debug, Args)]
pub struct CachePruneArgs {
    /// Which repository.
    #[command(flatten)]
    pub place: CachePathArgs,
    /// Remove facts that were not used for more than this many days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub unused_days: u32,
    /// Also remove the least recently used entries until the rest is no larger than this: 512M, 2G, a number of bytes
    #[arg(long, value_name = "SIZE")]
    pub max_size: Option<Size>,
}

/// The repository whose cache to use.
#[derive(Debug, Args)]
pub struct CachePathArgs {
    /// Repository or folder whose cache to use
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::DirPath)]
    pub path: PathBuf,
}

/// `batuta config`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta config show
  batuta config schema --output batuta.schema.json")]
pub struct ConfigArgs {
    /// What to print.
    #[command(subcommand)]
    pub action: ConfigAction,
}

/// What to print about the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigAction {
    /// The configuration in force: batuta.toml over the defaults
    #[command(after_help = "\
Examples:
  batuta config show
  batuta config show path/to/repo --format json")]
    Show(ConfigShowArgs),
    /// The JSON schema of batuta.toml, for editors
    #[command(after_help = "\
Examples:
  batuta config schema
  batuta config schema --output batuta.schema.json")]
    Schema(OutputArgs),
}

/// `batuta config show`
#[derive(Debug, Args)]
pub struct ConfigShowArgs {
    /// Repository or folder whose configuration to show
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::DirPath)]
    pub path: PathBuf,
    /// Format: human is TOML, ready to be a batuta.toml
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
}

/// `batuta languages`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta languages
  batuta languages --format json")]
pub struct LanguagesArgs {
    /// Format of the list
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
}

/// `batuta devices`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta devices
  batuta devices --refresh
  batuta devices --format json")]
pub struct DevicesArgs {
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Measure again instead of using stored times
    #[arg(long)]
    pub refresh: bool,
}

/// `batuta rules`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta rules
  batuta rules satd
  batuta rules --format json")]
pub struct RulesArgs {
    /// What is asked.
    #[command(flatten)]
    pub asked: Rules,
    /// Format of the list
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
}

/// `batuta link`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta link                     # beside the program itself
  batuta link --dir ~/.local/bin
  batuta link --dir ~/.local/bin --force")]
pub struct LinkArgs {
    /// Folder for the links, created if missing [default: the program's own folder]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// Replace files that have the links' names
    #[arg(long)]
    pub force: bool,
}

/// `batuta completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta completions bash > ~/.local/share/bash-completion/completions/batuta
  batuta completions zsh --tool pmat > ~/.zfunc/_pmat
  batuta completions fish --output ~/.config/fish/completions/batuta.fish")]
pub struct CompletionsArgs {
    /// Shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
    /// Complete this tool's own name (see `batuta link`) instead of batuta
    #[arg(long, value_name = "TOOL", value_parser = clap::builder::PossibleValuesParser::new(super::TOOLS))]
    pub tool: Option<String>,
    /// Where the script goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `batuta man`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta man > batuta.1
  batuta man --list
  batuta man --dir ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Write one page for each command into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// List every command, one on a line, instead of printing a page
    #[arg(long, conflicts_with = "dir")]
    pub list: bool,
}
