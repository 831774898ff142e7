use super::{OutputArgs, SourceArgs};
use clap::{Args, ValueEnum};

/// Formats of reports that are read by a person or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ReportFormat {
    /// Tables for people
    #[default]
    #[value(alias = "summary", alias = "full", alias = "table")]
    Human,
    /// JSON; a figure that was not measured is {"value": null, "why": "…"}
    Json,
}

/// `batuta analyze`
#[derive(Debug, Args)]
#[command(after_help = "\
Without a section all but --tdg are shown, shortened to fit one screen; with sections only those, in full.
--tdg compares all code with all other code, which takes its time where the tree changed since the last run.

Examples:
  batuta analyze                            # overview of the current folder's repository
  batuta analyze --languages --dependencies --tdg # only these sections, in full
  batuta analyze --staged --gate            # the gate's verdict on what is staged
  batuta analyze path/to/repo --revision HEAD~100 --format json")]
pub struct OverviewArgs {
    /// Tree to analyse.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Sections to show.
    #[command(flatten)]
    pub sections: SectionArgs,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The overview's sections.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Sections")]
pub struct SectionArgs {
    /// Lines of code by language
    #[arg(long)]
    pub languages: bool,
    /// Dependencies declared in manifests (Cargo, npm, PyPI, Go, Maven)
    #[arg(long)]
    pub dependencies: bool,
    /// The most complex functions
    #[arg(long)]
    pub complexity: bool,
    /// Self-admitted technical debt
    #[arg(long)]
    pub debt: bool,
    /// Technical debt gradient: the repository's grade and what it is made of
    #[arg(long)]
    pub tdg: bool,
    /// The quality gate's verdict
    #[arg(long)]
    pub gate: bool,
}

impl SectionArgs {
    /// True when no section was named: then all but the slow one are shown.
    pub fn none_named(&self) -> bool {
        !(self.languages || self.dependencies || self.complexity || self.debt || self.tdg || self.gate)
    }

    /// The same with every section on that is quick when none was named.
    pub fn or_all(self) -> SectionArgs {
        if self.none_named() {
            SectionArgs {
                languages: true,
                dependencies: true,
                complexity: true,
                debt: true,
                tdg: false,
                gate: true,
            }
        } else {
            self
        }
    }
}
