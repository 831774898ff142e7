use crate::{Ability, About, Duration, Effect, Session, Trees, Watch, rows};
use clap::Args;
use facts::Sections;
use gates::Config;
use pmat::complexity::{ComplexityOptions, ComplexityReport, analyze};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Cyclomatic and cognitive complexity of every function, the worst first.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Complexity {
    /// Show the N most complex files [default: 10 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top_files: Option<usize>,
    /// Show the N most complex functions [default: 20 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top_functions: Option<usize>,
    /// Highest allowed cyclomatic complexity [default: the gate's limit]
    #[arg(long, value_name = "N")]
    pub max_cyclomatic: Option<u32>,
    /// Highest allowed cognitive complexity [default: the gate's limit]
    #[arg(long, value_name = "N")]
    pub max_cognitive: Option<u32>,
}

impl Complexity {
    /// The limits above which a function is a violation: those asked for, else the gate's.
    pub fn limits(&self, config: &Config) -> (u32, u32) {
        let gate = gates::complexity_limits(config);
        (self.max_cyclomatic.unwrap_or(gate.cyclomatic), self.max_cognitive.unwrap_or(gate.cognitive))
    }
}

impl Ability for Complexity {
    const ABOUT: About = About {
        id: "complexity",
        title: "Cyclomatic and cognitive complexity of every function, the worst first",
        when: "Which functions are hard to test or to read, how complexity is spread, what is above a limit",
        command: &["pmat", "analyze", "complexity"],
        report: "batuta/complexity/1",
        duration: Duration::Moment,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: false,
    };
    type Report = ComplexityReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<ComplexityReport, ProjectError> {
        let (cyclomatic, cognitive) = self.limits(&session.config);
        let options = ComplexityOptions {
            max_cyclomatic: Some(cyclomatic),
            max_cognitive: Some(cognitive),
            top_files: rows(self.top_files),
            top_functions: rows(self.top_functions),
        };
        Ok(analyze(&*session.facts(Sections::default(), watch)?, &options))
    }
}
