use super::complexity::Limits;
use super::{Outcome, overview_screen, tdg};
use crate::args::{GlobalArgs, OverviewArgs, ReportFormat, SectionArgs};
use crate::failure::Failure;
use crate::output::{self, Destination, Screen};
use crate::source::Analysed;
use facts::Measured;
use gates::{GateReport, Level, RuleReport, Verdict};
use pmat::complexity::FunctionComplexity;
use pmat::coverage::Coverage;
use pmat::dependencies::Dependencies;
use pmat::overview::{
    ComplexitySummary, Debt, LanguageShare, Overview, OverviewOptions, TotalLines, analyze,
};
use pmat::tdg::Card;
use schemars::JsonSchema;
use serde::Serialize;

/// Functions listed on one screen, and when complexity was asked for.
const FUNCTIONS_BRIEF: usize = 7;
const FUNCTIONS_FULL: usize = 25;

/// Shows the overview. It reports the gate's verdict and is none itself: its exit code is 0 whatever it says.
pub fn run(args: &OverviewArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let brief = args.sections.none_named();
    let sections = args.sections.or_all();
    let mut needed = OverviewOptions::SECTIONS;
    if sections.gate {
        needed = needed.or(gates::sections(&analysed.config));
    }
    let facts = analysed.measure(needed)?;
    let grade = sections.tdg.then(|| tdg::total(&analysed, &facts)).transpose()?;
    let functions =
        if brief && args.format == ReportFormat::Human { FUNCTIONS_BRIEF } else { FUNCTIONS_FULL };
    let overview = analyze(analysed.tree.as_ref(), &facts, &OverviewOptions { functions });
    let gate = sections.gate.then(|| analysed.gate(&facts)).transpose().map_err(Failure::from)?;
    let text = match args.format {
        ReportFormat::Json => output::json(
            "batuta/overview/1",
            &Report::of(&overview, grade.as_ref(), gate.as_ref(), sections),
        )?,
        ReportFormat::Human => {
            let view = overview_screen::View {
                place: analysed.name(),
                overview: &overview,
                grade: grade.as_ref(),
                gate: gate.as_ref(),
                limits: Limits::of(&analysed.config),
                sections,
                brief,
            };
            view.render(&Screen::of(&destination, global.color))
        }
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// The overview as JSON: the sections that were asked for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Overview")]
struct Report<'a> {
    tree: &'a str,
    total: &'a Measured<TotalLines>,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<&'a [LanguageShare]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complexity: Option<&'a ComplexitySummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worst_functions: Option<&'a [FunctionComplexity]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    debt: Option<&'a Measured<Debt>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tdg: Option<&'a Measured<Card>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dependencies: Option<&'a Dependencies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<GateSummary<'a>>,
    coverage: &'a Coverage,
}

/// The gate's answers without its findings, which `pmat quality-gate` lists.
#[derive(Serialize, JsonSchema)]
struct GateSummary<'a> {
    verdict: Verdict,
    fail_on: Level,
    findings: usize,
    rules: &'a [RuleReport],
}

impl<'a> Report<'a> {
    fn of(
        overview: &'a Overview,
        grade: Option<&'a Measured<Card>>,
        gate: Option<&'a GateReport>,
        sections: SectionArgs,
    ) -> Report<'a> {
        Report {
            tree: &overview.tree,
            total: &overview.total,
            languages: sections.languages.then_some(&overview.languages),
            complexity: sections.complexity.then_some(&overview.complexity),
            worst_functions: sections.complexity.then_some(&overview.worst_functions),
            debt: sections.debt.then_some(&overview.debt),
            tdg: grade,
            dependencies: sections.dependencies.then_some(&overview.dependencies),
            gate: gate.map(|gate| GateSummary {
                verdict: gate.verdict,
                fail_on: gate.fail_on,
                findings: gate.findings.len(),
                rules: &gate.rules,
            }),
            coverage: &overview.coverage,
        }
    }
}
