use crate::{Ability, About, Duration, Effect, Session, Trees, Watch};
use clap::Args;
use pmat::score::{self, ScoreReport};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Scores a repository by what its files show: tooling, quality, tests, documentation, dependencies.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Score {}

impl Ability for Score {
    const ABOUT: About = About {
        id: "score",
        title: "Score a repository by what its files show: tooling, quality, tests, documentation, dependencies",
        when: "Whether a project is well maintained, and what is missing; each point names its evidence",
        command: &["pmat", "repo-score"],
        report: "batuta/score/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: true,
    };
    type Report = ScoreReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<ScoreReport, ProjectError> {
        let facts = session.facts(score::SECTIONS, watch)?;
        let tree = session.tree.as_ref();
        let measured = session.measurements(&facts, watch);
        score::analyze(tree, &facts, &measured).map_err(|error| ProjectError::new("cannot score").why(error))
    }
}
