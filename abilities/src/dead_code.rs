use crate::{Ability, About, Duration, Effect, Session, Trees, Watch, rows};
use clap::{Args, ValueEnum};
use pmat::dead_code::{Confidence, DeadCodeOptions, DeadCodeReport};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Definitions and files that nothing uses.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeadCode {
    /// Also report dead test code
    #[arg(long)]
    pub include_tests: bool,
    /// Report nothing below this confidence
    #[arg(long, value_name = "CONFIDENCE", default_value = "likely")]
    pub min_confidence: MinConfidence,
    /// Show the N files with the most dead lines, and what is dead in them [default: 20 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top_files: Option<usize>,
}

/// How certain a finding must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MinConfidence {
    /// Certain findings only
    Certain,
    /// Also likely ones
    #[default]
    Likely,
    /// All, also those that are no more than possible
    Possible,
}

impl Ability for DeadCode {
    const ABOUT: About = About {
        id: "dead-code",
        title: "Definitions and files that nothing uses",
        when: "What can be deleted, and how certain that is",
        command: &["pmat", "analyze", "dead-code"],
        report: "batuta/dead-code/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
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
        let options = DeadCodeOptions {
            include_tests: self.include_tests,
            min_confidence: match self.min_confidence {
                MinConfidence::Certain => Confidence::Certain,
                MinConfidence::Likely => Confidence::Likely,
                MinConfidence::Possible => Confidence::Possible,
            },
        };
        session.dead_code(&options, watch).map(Arc::unwrap_or_clone)
    }

    /// Keeps only the requested files with the most dead lines; the totals stay those of the whole tree.
    pub fn keep_top_files(&self, report: &mut DeadCodeReport) {
        let Some(top) = rows(self.top_files) else { return };
        let kept: Vec<_> = report.by_file.iter().take(top).map(|file| file.path.clone()).collect();
        report.items.retain(|item| kept.contains(&item.path));
        report.by_file.truncate(top);
    }
}
