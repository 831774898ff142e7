use crate::session::no_history;
use crate::{Ability, About, Duration, Effect, Session, Trees, Watch, rows};
use clap::Args;
use facts::Sections;
use pmat::churn::{ChurnOptions, ChurnReport, analyze};
use project::{HistoryAsked, ProjectError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often each file changed recently, and who changed it.
#[derive(Debug, Clone, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Churn {
    /// Commits of the last N days before the newest one [0: all]
    #[arg(long, value_name = "N", default_value_t = Churn::default().days)]
    pub days: u32,
    /// Show the N most changed files [default: 10 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top_files: Option<usize>,
    /// Which commits count.
    #[command(flatten)]
    pub commits: Commits,
}

impl Default for Churn {
    fn default() -> Churn {
        Churn { days: 30, top_files: None, commits: Commits::default() }
    }
}

/// Which commits of a history count.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Commits {
    /// Exclude commits of bots (dependabot, renovate, names that end in [bot], …)
    #[arg(long)]
    pub exclude_bots: bool,
    /// Also treat authors as bots if their name or address contains TEXT; may be repeated
    #[arg(long = "bot", value_name = "TEXT")]
    pub bots: Vec<String>,
    /// Follow only the first parent of each merge; a merge then counts as everything it brought in
    #[arg(long)]
    pub first_parent: bool,
}

impl Commits {
    /// The part of the history with these commits, for the given days before its newest one; 0 means all.
    pub fn of_days(&self, days: u32) -> HistoryAsked {
        HistoryAsked {
            days: (days > 0).then_some(days),
            only_here: false,
            exclude_bots: self.exclude_bots,
            bots: self.bots.clone(),
            first_parent: self.first_parent,
        }
    }
}

impl Ability for Churn {
    const ABOUT: About = About {
        id: "churn",
        title: "How often each file changed recently, and who changed it",
        when: "Where the work of the last weeks went, and who did it",
        command: &["pmat", "analyze", "churn"],
        report: "batuta/churn/1",
        duration: Duration::History,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: true,
        judges: false,
    };
    type Report = ChurnReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<ChurnReport, ProjectError> {
        let asked = HistoryAsked { only_here: true, ..self.commits.of_days(self.days) };
        let history = session.history_of(&asked, watch)?;
        let facts = session.facts(Sections::default(), watch)?;
        let options = ChurnOptions { days: asked.days, top_files: rows(self.top_files) };
        analyze(&facts, &history, &options).map_err(|why| no_history(&why))
    }
}
