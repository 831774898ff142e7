use crate::session::no_history;
use crate::{Ability, About, Commits, Duration, Effect, Session, Trees, Watch, rows};
use clap::{Args, ValueEnum};
use facts::Sections;
use pmat::hotspots::{ComplexityBy, HotspotOptions, HotspotReport, analyze};
use project::{HistoryAsked, ProjectError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Files that are complex and change often, who knows them, and what changes together.
#[derive(Debug, Clone, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Hotspots {
    /// Count revisions of the last N days before the newest commit [0: all]
    #[arg(long, value_name = "N", default_value_t = Hotspots::default().days)]
    pub days: u32,
    /// Show the N hottest files [default: 10 on screen, all in JSON; 0: all]
    #[arg(long, visible_alias = "top-files", value_name = "N")]
    pub top: Option<usize>,
    /// What the complexity of a file is
    #[arg(long, value_name = "FIGURE", default_value = "cognitive")]
    pub by: HotspotMeasure,
    /// Authors without a commit in the last N days before the newest one have left
    #[arg(long, value_name = "N", default_value_t = Hotspots::default().former_after)]
    pub former_after: u32,
    /// Which commits count.
    #[command(flatten)]
    pub commits: Commits,
}

impl Default for Hotspots {
    fn default() -> Hotspots {
        Hotspots {
            days: 365,
            top: None,
            by: HotspotMeasure::default(),
            former_after: 365,
            commits: Commits::default(),
        }
    }
}

/// How the complexity of a file is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HotspotMeasure {
    /// Cognitive complexity of its functions; files of languages without a grammar have none
    #[default]
    Cognitive,
    /// Its source lines
    SourceLines,
}

impl Ability for Hotspots {
    const ABOUT: About = About {
        id: "hotspots",
        title: "Files that are complex and change often, who knows them, and what changes together",
        when: "What to fix first, what is lost when somebody leaves, which files have hidden dependencies",
        command: &["pmat", "analyze", "hotspots"],
        report: "batuta/hotspots/1",
        duration: Duration::History,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: true,
        judges: false,
    };
    type Report = HotspotReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<HotspotReport, ProjectError> {
        let asked = HistoryAsked { days: None, ..self.commits.of_days(self.days) };
        let history = session.history_of(&asked, watch)?;
        let facts = session.facts(Sections::default(), watch)?;
        let options = HotspotOptions {
            days: (self.days > 0).then_some(self.days),
            by: match self.by {
                HotspotMeasure::Cognitive => ComplexityBy::Cognitive,
                HotspotMeasure::SourceLines => ComplexityBy::SourceLines,
            },
            top: rows(self.top),
            former_after: self.former_after,
            ..HotspotOptions::default()
        };
        analyze(&facts, &history, &options).map_err(|why| no_history(&why))
    }
}
