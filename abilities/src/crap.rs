use crate::{Ability, About, Duration, Effect, Session, Trees, Watch, rows};
use clap::Args;
use facts::Sections;
use facts::model::RepoPath;
use gates::Evidence;
use gates::rules::coverage;
use pmat::crap::{CrapOptions, CrapReport, USUAL_MAX, analyze};
use pmat::line_coverage::TreeCoverage;
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Functions that are complex and little tested (CRAP), by the last report of line coverage.
#[derive(Debug, Clone, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Crap {
    /// Show the N riskiest functions [default: 20 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Highest allowed score
    #[arg(long, value_name = "SCORE", default_value_t = Crap::default().max)]
    #[schemars(range(min = 0.0))]
    pub max: f64,
    /// The report of line coverage, relative to the repository's root [default: that of the rule coverage]
    #[arg(long, value_name = "FILE")]
    #[schemars(extend("x-on-this-machine" = true))]
    pub report: Option<String>,
}

impl Default for Crap {
    fn default() -> Crap {
        Crap { top: None, max: USUAL_MAX, report: None }
    }
}

impl Ability for Crap {
    const ABOUT: About = About {
        id: "crap",
        title: "Functions that are complex and little tested (CRAP), by the last report of line coverage",
        when: "Where a change is most likely to break something that no test notices: what to test or split first",
        command: &["pmat", "analyze", "crap"],
        report: "batuta/crap/1",
        duration: Duration::Moment,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: true,
    };
    type Report = CrapReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<CrapReport, ProjectError> {
        if !self.max.is_finite() || self.max < 0.0 {
            return Err(ProjectError::new(format!("--max: {} is no score", self.max)));
        }
        let facts = session.facts(Sections::default(), watch)?;
        let configured = &session.config.own::<coverage::Settings>().report;
        let place = self.report.as_deref().unwrap_or(&configured.0);
        let exclude = &session.config.rule(coverage::RULE.id).exclude;
        let keep = |path: &RepoPath| !exclude.is_match(path);
        let coverage = TreeCoverage::read(
            &facts,
            place,
            |place| session.report(place).map_err(|error| error.to_string()),
            keep,
        );
        let coverage = coverage.map_err(|why| {
            ProjectError::new("the coverage of tests is not known").why(why).help(
                "have the tests write a report (`cargo llvm-cov --lcov --output-path lcov.info`, `coverage xml`, \
                 `c8 --reporter=lcov`, `go test -coverprofile coverage.out`), or name it with --report",
            )
        })?;
        Ok(analyze(&facts, &coverage, &CrapOptions { max: self.max, top: rows(self.top) }))
    }
}
