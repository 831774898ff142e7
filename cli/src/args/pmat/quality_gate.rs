use crate::args::{OutputArgs, SourceArgs, Unfit};
use abilities::QualityGate;
use clap::{Args, ValueEnum};

/// `batuta pmat quality-gate`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0: passed. 1: a rule is broken. 2: a rule could not be measured, so nobody knows.
Findings at the level of gate.fail-on in batuta.toml, or of --fail-on, break the gate.

Examples:
  pmat quality-gate
  pmat quality-gate --staged                       # in a pre-commit hook
  pmat quality-gate --checks complexity,satd
  pmat quality-gate --new-code                     # what changed since the branch left the default branch
  pmat quality-gate --base v1.2.0                  # what is new since a tag
  pmat quality-gate --baseline write --accept-new  # accept all there is, refuse what comes
  pmat quality-gate --baseline check
  pmat quality-gate --format sarif --output gate.sarif
  pmat quality-gate --revision origin/main --format markdown")]
pub struct QualityGateArgs {
    /// Tree to judge.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is asked.
    #[command(flatten)]
    pub asked: QualityGate,
    /// Judge by the baseline of accepted findings (`check`), and also drop what is gone or has improved (`write`)
    #[arg(long, value_name = "MODE", conflicts_with_all = ["new_code", "base"])]
    pub baseline: Option<BaselineMode>,
    /// The baseline file [default: gate.baseline of batuta.toml, else batuta-baseline.json]
    #[arg(long, value_name = "FILE", requires = "baseline")]
    pub baseline_file: Option<String>,
    /// With `--baseline write`: accept all findings
    #[arg(long, requires = "baseline")]
    pub accept_new: bool,
    /// With `--accept-new`: why
    #[arg(long, value_name = "TEXT", requires = "accept_new")]
    pub reason: Option<String>,
    /// With `--accept-new`: the last day on which it is accepted, such as 2026-12-31
    #[arg(long, value_name = "DAY", requires = "accept_new", value_parser = day)]
    pub expires: Option<String>,
    /// Accepted for compatibility: a broken rule always gives exit code 1
    #[arg(long)]
    pub fail_on_violation: bool,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: GateFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Formats of the gate's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum GateFormat {
    /// Findings file by file, the rules' answers, the verdict
    #[default]
    Human,
    /// The rules' answers and the verdict
    Summary,
    /// JSON
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports
    Junit,
    /// Markdown, for comments on a change
    Markdown,
    /// GitHub workflow commands, which annotate the changed lines
    Github,
    /// GitLab code quality JSON
    Gitlab,
    /// GitHub's pull request review, as JSON for its API: comments on new lines, the rest in the text
    GithubReview,
    /// GitLab's merge request discussions, as JSON for its API
    GitlabReview,
}

/// What to do with the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BaselineMode {
    /// Judge by it; write nothing
    Check,
    /// Judge by it; then drop what is gone, and tighten what has improved
    Write,
    /// Judge without it, whatever batuta.toml says
    Off,
}

fn day(text: &str) -> Result<String, Unfit> {
    let known = facts::calendar::day_end(text);
    known.map(|_| text.to_owned()).ok_or("write a day of the calendar as 2026-12-31".into())
}
