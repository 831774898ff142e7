use super::super::ReportFormat;
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use hooks::Hook;
use std::path::PathBuf;

/// `batuta pmat hooks`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pmat hooks install
  pmat hooks status
  pmat hooks run pre-commit
  pmat hooks uninstall")]
pub struct HooksArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: HooksCommand,
}

/// The commands of `pmat hooks`.
#[derive(Debug, Subcommand)]
pub enum HooksCommand {
    /// Install hooks; an existing hook is kept and runs first
    #[command(visible_alias = "init")]
    Install(HooksInstallArgs),
    /// Remove our hooks, and restore those that were there before
    Uninstall(HooksUninstallArgs),
    /// Show what is in the hooks folder
    Status(HooksStatusArgs),
    /// Do what a hook does; the hooks call this
    Run(HooksRunArgs),
    /// Print the CI configuration that runs the gate: a GitHub Actions workflow, a GitLab CI job
    Ci(HooksCiArgs),
}

/// Which repository.
#[derive(Debug, Clone, Args)]
pub struct RepositoryArg {
    /// The repository, or a folder inside
    #[arg(short, long, value_name = "PATH", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    pub path: PathBuf,
}

/// `batuta pmat hooks install`
#[derive(Debug, Args)]
#[command(after_help = "\
Without --hook and --all it is pre-commit; in a bare repository, pre-receive.

Examples:
  pmat hooks install
  pmat hooks install --hook pre-commit,commit-msg
  pmat hooks install --all")]
pub struct HooksInstallArgs {
    /// Which repository.
    #[command(flatten)]
    pub repository: RepositoryArg,
    /// Hooks to install: pre-commit, commit-msg, pre-push, pre-receive, update
    #[arg(long = "hook", value_name = "HOOKS", value_delimiter = ',')]
    pub hooks: Vec<Hook>,
    /// All useful hooks: pre-commit, commit-msg and pre-push; in a bare repository pre-receive
    #[arg(long, conflicts_with = "hooks")]
    pub all: bool,
    /// Also write to a folder elsewhere that core.hooksPath names, and replace our hook even if it was edited
    #[arg(long)]
    pub force: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
}

/// `batuta pmat hooks uninstall`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pmat hooks uninstall
  pmat hooks uninstall --hook commit-msg")]
pub struct HooksUninstallArgs {
    /// Which repository.
    #[command(flatten)]
    pub repository: RepositoryArg,
    /// Hooks to remove [default: all of ours]
    #[arg(long = "hook", value_name = "HOOKS", value_delimiter = ',')]
    pub hooks: Vec<Hook>,
    /// Also remove our hook if it was edited
    #[arg(long)]
    pub force: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
}

/// `batuta pmat hooks status`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pmat hooks status
  pmat hooks status --format json")]
pub struct HooksStatusArgs {
    /// Which repository.
    #[command(flatten)]
    pub repository: RepositoryArg,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
}

/// `batuta pmat hooks run`
#[derive(Debug, Args)]
#[command(after_help = "\
pre-commit judges what is staged, pre-push, pre-receive and update judge the commits that are pushed; nothing looks at the
work tree. [hooks] in batuta.toml says which findings count. See githooks(5) for the arguments and input that Git passes.

Examples:
  pmat hooks run pre-commit
  pmat hooks run pre-commit --format json")]
pub struct HooksRunArgs {
    /// The hook
    #[arg(value_name = "HOOK")]
    pub hook: Hook,
    /// Arguments from Git: the message file, the remote, the reference
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    /// Which repository.
    #[command(flatten)]
    pub repository: RepositoryArg,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
}

/// `batuta pmat hooks ci`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pmat hooks ci --provider github
  pmat hooks ci --provider gitlab --write")]
pub struct HooksCiArgs {
    /// Which repository.
    #[command(flatten)]
    pub repository: RepositoryArg,
    /// The CI service
    #[arg(long, value_name = "PROVIDER")]
    pub provider: CiProvider,
    /// Write the file to its place in the work tree instead of printing it
    #[arg(long)]
    pub write: bool,
    /// The Git address that batuta is built from [default: the variable BATUTA_SOURCE of the CI service]
    #[arg(long, value_name = "URL")]
    pub source: Option<String>,
    /// The branch that changes are proposed for [default: the default branch]
    #[arg(long, value_name = "BRANCH")]
    pub branch: Option<String>,
    /// Replace an existing file with other content
    #[arg(long, requires = "write")]
    pub force: bool,
}

/// Services that run checks on proposed changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CiProvider {
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
}
