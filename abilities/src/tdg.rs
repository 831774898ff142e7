use crate::{Ability, About, Duration, Effect, Graphed, Session, Trees, Watch, rows};
use clap::Args;
use facts::{Measured, RepoFacts};
use pmat::tdg::{self, Explanation, NotFound, TdgDetails, TdgInputs, TdgOptions, TdgReport};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Technical debt gradient: a score and a grade for the repository, its folders, files and functions.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tdg {
    /// List the N files that cost the repository the most points [default: 10 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top_files: Option<usize>,
    /// List the N functions that lose the most points [default: 10 on screen, all in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top_functions: Option<usize>,
}

impl Tdg {
    /// How many are listed.
    pub fn options(&self) -> TdgOptions {
        TdgOptions { top_files: rows(self.top_files), top_functions: rows(self.top_functions) }
    }
}

impl Ability for Tdg {
    const ABOUT: About = About {
        id: "tdg",
        title: "Technical debt gradient: a score and a grade for the repository, its folders, files and functions",
        when: "How good the code is as one grade, which files and functions pull it down",
        command: &["pmat", "tdg"],
        report: "batuta/tdg/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: true,
    };
    type Report = TdgReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<TdgReport, ProjectError> {
        let (facts, inputs) = session.graded(watch)?;
        Ok(tdg::score(&facts, &inputs).report(&self.options()))
    }
}

/// Which lines cost how many points of a grade, and what would raise it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExplainTdg {
    /// A file, a folder, or a function (NAME, FILE:NAME or FILE:LINE); `.` is everything
    pub what: String,
}

impl Default for ExplainTdg {
    fn default() -> ExplainTdg {
        ExplainTdg { what: ".".to_owned() }
    }
}

impl Ability for ExplainTdg {
    const ABOUT: About = About {
        id: "tdg-explanation",
        title: "Which lines cost how many points of a grade, and what would raise it",
        when: "Why a file, a folder, a function or everything has its grade",
        command: &["pmat", "tdg", "--explain"],
        report: "batuta/tdg-explanation/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: true,
    };
    type Report = Explanation;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<Explanation, ProjectError> {
        let named = self.what.as_str();
        let (facts, inputs) = session.graded(watch)?;
        let scored = tdg::score(&facts, &inputs);
        let details = session.tdg_details(&facts, watch)?;
        let within = tdg::find(&facts, named, &session.path_in_tree(named))
            .map_err(|not_found| not_found_error(named, &not_found))?;
        tdg::explain(&scored, &details, &within).ok_or_else(|| {
            no_score(named, &scored.report(&TdgOptions { top_files: Some(0), top_functions: Some(0) }))
        })
    }
}

impl Session {
    /// The facts that grades need, without sections if the rest is cached, and that rest.
    ///
    /// # Errors
    /// Those of [`Session::facts`].
    pub fn graded(&self, watch: &dyn Watch) -> Result<(Arc<RepoFacts>, Arc<TdgInputs>), ProjectError> {
        let facts = self.facts_for(tdg::SECTIONS, watch)?;
        let inputs = self.tdg_inputs(&facts, watch)?;
        Ok((facts, inputs))
    }

    fn tdg_details(&self, facts: &RepoFacts, watch: &dyn Watch) -> Result<TdgDetails, ProjectError> {
        self.remembered(tdg::DETAILS, facts, || {
            let full = self.in_full(facts, tdg::SECTIONS, watch)?;
            let Graphed { graph, .. } = self.graphed(tdg::SECTIONS, watch)?;
            Ok(TdgDetails::by_graph(&full, &graph))
        })
    }
}

fn not_found_error(named: &str, not_found: &NotFound) -> ProjectError {
    match not_found {
        NotFound::Nothing => {
            ProjectError::new(format!("--explain: there is no file, folder or function {named}"))
                .help("name a path of the tree, or a function as `pmat tdg` lists it")
        }
        NotFound::Several(places) => {
            let what = format!("--explain: {} functions are called {named}", places.len());
            let places = places.iter().take(5).map(|(path, line)| format!("{path}:{line}"));
            places.fold(ProjectError::new(what), ProjectError::why).help("name one as FILE:LINE")
        }
    }
}

fn no_score(named: &str, report: &TdgReport) -> ProjectError {
    let error = ProjectError::new(format!("--explain: {named} has no score"));
    match &report.total {
        Measured::Missing(why) => error.why(why),
        Measured::Value(_) => error.why("it holds no code in a language with a grammar here"),
    }
}
