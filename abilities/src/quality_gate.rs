use crate::watch::stoppable;
use crate::{Ability, About, Duration, Effect, Session, Trees, Watch};
use clap::{Args, ValueEnum};
use facts::source::{Base, NoBase};
use facts::{MeasureOptions, RepoFacts};
use gates::baseline::Baseline;
use gates::{Config, GateReport, Level};
use project::{JudgeOptions, ProjectError, SinceBase};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Judge the tree by the rules of batuta.toml.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QualityGate {
    /// Judge only by these rules or groups of rules
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub checks: Vec<String>,
    /// Lowest level of findings that break the gate [default: gate.fail-on of batuta.toml]
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Judge only new code: what is new since the branch left the default branch
    #[arg(long)]
    pub new_code: bool,
    /// Judge only what is new since this base: a branch, tag or commit (its merge base), a day (2026-01-31), or
    /// `default`
    #[arg(long, value_name = "BASE", value_parser = base)]
    pub base: Option<String>,
}

/// The level that breaks the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Warnings and errors
    Warning,
    /// Errors only
    Error,
}

/// The text, if it names a base.
fn base(text: &str) -> Result<String, NoBase> {
    text.parse::<Base>().map(|base| base.to_string())
}

/// A tree that can be judged, with one baseline or another.
pub struct ToJudge<'a> {
    session: &'a Session,
    watch: &'a dyn Watch,
    config: Config,
    facts: Arc<RepoFacts>,
    since: Option<SinceBase>,
}

impl ToJudge<'_> {
    /// The gate's answer with a baseline of accepted findings.
    pub fn judged(&self, baseline: Option<&Baseline>) -> GateReport {
        let options = JudgeOptions { since: self.since.as_ref(), baseline };
        self.session.judged(&self.config, &self.facts, &options, self.watch)
    }
}

impl QualityGate {
    /// The base of new code, if only new code is judged.
    ///
    /// # Errors
    /// What was named is not a base.
    pub fn base(&self) -> Result<Option<Base>, ProjectError> {
        let base = self.base.as_deref().map(str::parse::<Base>).transpose();
        let base = base.map_err(|why| ProjectError::new("--base names no base").why(why))?;
        Ok(base.or_else(|| self.new_code.then_some(Base::DefaultBranch)))
    }

    /// The configuration with only the rules that were asked for.
    fn config(&self, config: &Config) -> Result<Config, ProjectError> {
        let mut config = config.clone();
        if !self.checks.is_empty() {
            config.select(&self.checks).map_err(|why| {
                ProjectError::new("--checks names something that is no check")
                    .why(why)
                    .help("`batuta rules` lists all rules and their groups")
            })?;
        }
        match self.fail_on {
            Some(FailOn::Warning) => config.fail_on = Level::Warning,
            Some(FailOn::Error) => config.fail_on = Level::Error,
            None => {}
        }
        Ok(config)
    }

    /// Measures what is to be judged.
    ///
    /// # Errors
    /// Those of [`Ability::answer`] except the baseline's.
    pub fn to_judge<'a>(
        &self,
        session: &'a Session,
        watch: &'a dyn Watch,
    ) -> Result<ToJudge<'a>, ProjectError> {
        let config = self.config(&session.config)?;
        let sections = gates::sections(&config);
        let facts = session.facts(sections, watch)?;
        let since = match self.base()? {
            None => None,
            Some(base) => {
                let cancelled = || watch.cancelled();
                let options =
                    MeasureOptions { sections, cancelled: Some(&cancelled), ..MeasureOptions::default() };
                Some(stoppable(watch, || session.since(&base, &options))?)
            }
        };
        Ok(ToJudge { session, watch, config, facts, since })
    }
}

impl Ability for QualityGate {
    const ABOUT: About = About {
        id: "quality-gate",
        title: "Judge the tree by the rules of batuta.toml",
        when: "Whether a change may go in, and what has to be fixed first",
        command: &["pmat", "quality-gate"],
        report: "batuta/gate/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: true,
    };
    type Report = GateReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<GateReport, ProjectError> {
        let to_judge = self.to_judge(session, watch)?;
        let baseline = session.configured_baseline()?;
        Ok(to_judge.judged(baseline.as_ref()))
    }
}
