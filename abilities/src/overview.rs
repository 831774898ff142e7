use crate::{Ability, About, Duration, Effect, Session, Trees, Watch};
use clap::Args;
use facts::Measured;
use gates::{GateReport, Level, RuleReport, Verdict};
use pmat::complexity::FunctionComplexity;
use pmat::coverage::Coverage;
use pmat::dependencies::Dependencies;
use pmat::overview::{self, ComplexitySummary, Debt, LanguageShare, OverviewOptions, TotalLines, analyze};
use pmat::tdg::{self, Card};
use project::{JudgeOptions, ProjectError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Functions listed by default.
const FUNCTIONS: usize = 25;

/// Overview: languages, complexity, self-admitted debt, dependencies, what was not measured, the gate's verdict.
#[derive(Debug, Clone, Copy, Default, Args, Serialize, Deserialize, JsonSchema)]
#[command(next_help_heading = "Sections")]
#[serde(default, deny_unknown_fields)]
pub struct Overview {
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
    /// Technical debt gradient: the repository's grade and its metrics
    #[arg(long)]
    pub tdg: bool,
    /// The quality gate's verdict
    #[arg(long)]
    pub gate: bool,
    /// How many functions are listed.
    #[arg(skip)]
    #[serde(skip)]
    pub functions: Option<usize>,
}

/// The figures of an overview, for callers that format them themselves.
pub struct OverviewFigures {
    /// What each file gives by itself: always complete, whatever was asked for.
    pub overview: overview::Overview,
    /// The repository's grade, if it was asked for.
    pub grade: Option<Measured<Card>>,
    /// The gate's answer, if it was asked for.
    pub gate: Option<GateReport>,
}

/// The overview: the sections that were asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Overview")]
pub struct OverviewReport {
    tree: String,
    total: Measured<TotalLines>,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<Vec<LanguageShare>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complexity: Option<ComplexitySummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worst_functions: Option<Vec<FunctionComplexity>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    debt: Option<Measured<Debt>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tdg: Option<Measured<Card>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dependencies: Option<Dependencies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<OverviewGate>,
    coverage: Coverage,
}

/// The gate's answers without the findings, which the quality gate lists.
#[derive(Debug, Serialize, JsonSchema)]
struct OverviewGate {
    verdict: Verdict,
    fail_on: Level,
    findings: usize,
    rules: Vec<RuleReport>,
}

impl Overview {
    /// True if no section was named: then all sections except the slow one are shown.
    pub fn names_none(&self) -> bool {
        !(self.languages || self.dependencies || self.complexity || self.debt || self.tdg || self.gate)
    }

    /// The same; if no section was named, every fast one is switched on.
    pub fn or_all(self) -> Overview {
        match self.names_none() {
            true => Overview {
                languages: true,
                dependencies: true,
                complexity: true,
                debt: true,
                gate: true,
                ..self
            },
            false => self,
        }
    }

    /// The figures.
    ///
    /// # Errors
    /// Those of [`Ability::answer`].
    pub fn figures(&self, session: &Session, watch: &dyn Watch) -> Result<OverviewFigures, ProjectError> {
        let asked = self.or_all();
        let mut needed = OverviewOptions::SECTIONS;
        if asked.gate {
            needed = needed.or(gates::sections(&session.config));
        }
        let facts = session.facts(needed, watch)?;
        let grade = match asked.tdg {
            true => Some(tdg::score(&facts, &*session.tdg_inputs(&facts, watch)?).total()),
            false => None,
        };
        let options = OverviewOptions { functions: self.functions.unwrap_or(FUNCTIONS) };
        let overview = analyze(session.tree.as_ref(), &facts, &options);
        let gate = match asked.gate {
            true => {
                let baseline = session.configured_baseline()?;
                let options = JudgeOptions { since: None, baseline: baseline.as_ref() };
                Some(session.judged(&session.config, &facts, &options, watch))
            }
            false => None,
        };
        Ok(OverviewFigures { overview, grade, gate })
    }

    /// The sections that were asked for.
    pub fn report(&self, figures: OverviewFigures) -> OverviewReport {
        let asked = self.or_all();
        let OverviewFigures { overview, grade, gate } = figures;
        OverviewReport {
            tree: overview.tree,
            total: overview.total,
            languages: asked.languages.then_some(overview.languages),
            complexity: asked.complexity.then_some(overview.complexity),
            worst_functions: asked.complexity.then_some(overview.worst_functions),
            debt: asked.debt.then_some(overview.debt),
            tdg: grade,
            dependencies: asked.dependencies.then_some(overview.dependencies),
            gate: gate.map(|gate| OverviewGate {
                verdict: gate.verdict,
                fail_on: gate.fail_on,
                findings: gate.findings.len(),
                rules: gate.rules,
            }),
            coverage: overview.coverage,
        }
    }
}

impl Ability for Overview {
    const ABOUT: About = About {
        id: "overview",
        title: "Overview: languages, complexity, self-admitted debt, dependencies, what was not measured, the gate's verdict",
        when: "What a repository is, before anything else is asked",
        command: &["analyze"],
        report: "batuta/overview/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: false,
    };
    type Report = OverviewReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<OverviewReport, ProjectError> {
        Ok(self.report(self.figures(session, watch)?))
    }
}
