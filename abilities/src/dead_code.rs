use crate::{Ability, About, Duration, Session, Watch, rows};
use clap::{Args, ValueEnum};
use pmat::dead_code::{Confidence, DeadCodeOptions, DeadCodeReport, analyze_unless};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Definitions and files that nothing uses.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeadCode {
    /// Report dead code of tests, too
    #[arg(long)]
    pub include_tests: bool,
    /// Report nothing below this confidence
    #[arg(long, value_name = "CONFIDENCE", default_value = "likely")]
    pub min_confidence: MinConfidence,
    /// Show the N files with most dead lines, with what is dead in them [default: 20 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top_files: Option<usize>,
}

/// How sure a finding must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MinConfidence {
    /// Certain findings only
    Certain,
    /// Likely ones, too
    #[default]
    Likely,
}

impl Ability for DeadCode {
    const ABOUT: About = About {
        id: "dead-code",
        title: "Definitions and files that nothing uses",
        when: "What can be deleted, and how sure that is",
        command: &["pmat", "analyze", "dead-code"],
        report: "batuta/dead-code/1",
        duration: Duration::Seconds,
        needs_history: false,
        judges: false,
    };
    type Report = DeadCodeReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<DeadCodeReport, ProjectError> {
        let mut report = self.in_full(session, watch)?;
        self.keep_top_files(&mut report);
        Ok(report)
    }
}

impl DeadCode {
    /// The report with every file.
    ///
    /// # Errors
    /// Those of [`Ability::answer`].
    pub fn in_full(&self, session: &Session, watch: &dyn Watch) -> Result<DeadCodeReport, ProjectError> {
        let known = session.graphed(DeadCodeOptions::SECTIONS, watch)?;
        let options = DeadCodeOptions {
            include_tests: self.include_tests,
            min_confidence: match self.min_confidence {
                MinConfidence::Certain => Confidence::Certain,
                MinConfidence::Likely => Confidence::Likely,
            },
        };
        let cancelled = || watch.cancelled();
        let found = analyze_unless(session.tree.as_ref(), &known.facts, &known.graph, &options, &cancelled);
        found.ok_or_else(|| ProjectError::new("looking for dead code was cancelled"))
    }

    /// Leaves the definitions of the files with most dead lines that are asked for; the totals stay those of the whole tree.
    pub fn keep_top_files(&self, report: &mut DeadCodeReport) {
        let Some(top) = rows(self.top_files) else { return };
        let kept: Vec<_> = report.by_file.iter().take(top).map(|file| file.path.clone()).collect();
        report.items.retain(|item| kept.contains(&item.path));
        report.by_file.truncate(top);
    }
}
