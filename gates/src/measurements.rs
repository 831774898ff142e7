//! The figures of other analyses that the project score uses, in one place for the rule and the command.

use crate::code_graph::code_graph;
use crate::config::Config;
use crate::duplicated::Duplication;
use crate::evidence::{Evidence, EvidenceError};
use crate::results::{Known, TreeResults};
use crate::rules::{self, duplication::Types};
use ::mutation::report::LastReport;
use clones::{CloneOptions, Kinds};
use facts::cache::Subject;
use facts::source::{SourceError, SourceTree};
use facts::{MeasureOptions, Measured, RepoFacts, Sections};
use pmat::dead_code::{self, DeadCodeOptions, DeadCodeReport};
use pmat::line_coverage::{NoCoverage, TreeCoverage};
use pmat::score::Measurements;
use pmat::tdg::{self, TdgInputs};
use pmat::trend::Limits;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::sync::Arc;
use trueno_graph::code::{self, CodeGraph, CycleOptions, ImportCycle};
use xxhash_rust::xxh3::Xxh3;

/// The sections of the facts that [`measurements`] reads.
pub const SECTIONS: Sections = pmat::score::SECTIONS;

/// Why a result about a whole tree is not available.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The tree cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Its facts are not available.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The tree changed meanwhile.
    #[error("the tree changed while it was read")]
    Changed,
    /// It was cancelled.
    #[error("it was cancelled")]
    Cancelled,
}

/// A result about the whole tree: the cached one under `key`, else computed and cached.
///
/// # Errors
/// Those of `compute`.
pub fn remembered<T: Serialize + DeserializeOwned, E>(
    evidence: &dyn Evidence,
    subject: Subject,
    key: u128,
    compute: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    if let Some(known) = evidence.memory().and_then(|memory| memory.recall(subject, key)) {
        return Ok(known);
    }
    let result = compute()?;
    // If it cannot be cached, it is computed again next time; the report on the facts says what is wrong with the
    // cache.
    let _ = evidence.memory().map(|memory| memory.remember(subject, key, &result));
    Ok(result)
}

/// The same facts with more sections.
///
/// # Errors
/// The tree cannot be read, or changed while it was.
pub fn in_full(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    config: &Config,
    evidence: &dyn Evidence,
    sections: Sections,
) -> Result<Arc<RepoFacts>, TreeError> {
    let measure = || {
        let max_file_size = config.max_file_size;
        let options = MeasureOptions { sections, max_file_size, ..MeasureOptions::default() };
        facts::measure(tree, None, &options).map(Arc::new)
    };
    let full = match evidence.in_full(sections) {
        Some(full) => full?,
        None => measure()?,
    };
    if full.fingerprint() != facts.fingerprint() {
        return Err(TreeError::Changed);
    }
    Ok(full)
}

/// A result that is shared with other callers, if there are any.
fn shared<T, E>(
    evidence: &dyn Evidence,
    of: fn(&TreeResults) -> &Known<T>,
    key: u128,
    make: impl FnOnce() -> Result<T, E>,
) -> Result<Arc<T>, E> {
    match evidence.results() {
        Some(results) => of(results).or_made(key, make),
        None => make().map(Arc::new),
    }
}

/// What grades need in addition to the facts.
///
/// # Errors
/// The tree cannot be read, or changed while it was.
pub fn tdg_inputs(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    config: &Config,
    evidence: &dyn Evidence,
) -> Result<Arc<TdgInputs>, TreeError> {
    let key = facts.fingerprint();
    let inputs = shared(
        evidence,
        |results| &results.tdg_inputs,
        key,
        || {
            remembered(evidence, tdg::INPUTS, key, || {
                let full = in_full(tree, facts, config, evidence, tdg::SECTIONS)?;
                Ok(TdgInputs::by_graph(&full, || code_graph(tree, &full, evidence)))
            })
        },
    );
    evidence.has_read(tdg::SECTIONS);
    inputs
}

/// The dead code of a tree by the graph of its code; `facts` hold [`DeadCodeOptions::SECTIONS`]. None if the run was
/// cancelled.
pub fn dead_code(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    graph: &CodeGraph,
    options: &DeadCodeOptions,
    evidence: &dyn Evidence,
) -> Option<Arc<DeadCodeReport>> {
    let mut key = Xxh3::new();
    key.update(&facts.fingerprint().to_le_bytes());
    key.update(format!("{options:?}").as_bytes());
    let find = || {
        let found = dead_code::analyze_unless(tree, facts, graph, options, &|| evidence.cancelled());
        found.ok_or(TreeError::Cancelled)
    };
    shared(evidence, |results| &results.dead_code, key.digest128(), find).ok()
}

/// The cache subject for the clones of a tree.
const CLONES: Subject = Subject { name: "gate-clones", version: 3 };

/// The limits of the rules on complexity, used wherever violations are counted.
pub fn complexity_limits(config: &Config) -> Limits {
    let limit = |max: u64| u32::try_from(max).unwrap_or(u32::MAX);
    Limits {
        cyclomatic: limit(config.own::<rules::cyclomatic_complexity::Settings>().max),
        cognitive: limit(config.own::<rules::cognitive_complexity::Settings>().max),
    }
}

/// What counts as a clone by the settings of the rule `duplication`, used wherever duplication is measured.
pub fn clone_options(config: &Config) -> CloneOptions {
    let &rules::duplication::Settings { min_tokens, min_lines, types, .. } = config.own();
    CloneOptions {
        min_tokens: usize::try_from(min_tokens).unwrap_or(usize::MAX),
        min_lines: u32::try_from(min_lines).unwrap_or(u32::MAX),
        kinds: Kinds { exact: true, renamed: types != Types::Exact, gapped: types == Types::Gapped },
    }
}

/// The duplicated code that the settings of the rule `duplication` ask for.
///
/// # Errors
/// The tree cannot be read, or changed while it was.
pub fn duplication(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    config: &Config,
    evidence: &dyn Evidence,
) -> Result<Arc<Duplication>, TreeError> {
    let (options, exclude) = (clone_options(config), &config.rule(rules::duplication::RULE.id).exclude);
    let mut key = Xxh3::new();
    key.update(&facts.fingerprint().to_le_bytes());
    key.update(format!("{options:?} {:?}", exclude.texts()).as_bytes());
    let key = key.digest128();
    let duplication = shared(
        evidence,
        |results| &results.duplication,
        key,
        || {
            remembered(evidence, CLONES, key, || {
                let full = in_full(tree, facts, config, evidence, clones::SECTIONS)?;
                Ok(Duplication::find(&full, &options, exclude))
            })
        },
    );
    evidence.has_read(clones::SECTIONS);
    duplication
}

/// The import cycles by the settings of the rule `cycles`, used wherever cycles are counted.
pub fn import_cycles(facts: &RepoFacts, graph: &CodeGraph, config: &Config) -> Vec<ImportCycle> {
    let options = CycleOptions { deferred: config.own::<rules::cycles::Settings>().deferred };
    let exclude = &config.rule(rules::cycles::RULE.id).exclude;
    let kept = |file: u32| !exclude.is_match(facts.files[file as usize].path());
    code::import_cycles(facts, &graph.imports, options, &kept)
}

/// What the project score of a tree uses in addition to its files; `facts` hold [`SECTIONS`].
pub fn measurements(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    config: &Config,
    evidence: &dyn Evidence,
) -> Measurements {
    let tdg = match tdg_inputs(tree, facts, config, evidence) {
        Ok(inputs) => tdg::score(facts, &inputs).total().map(|card| (card.score, card.grade)),
        Err(why) => Measured::failed(why),
    };
    let duplicated = match duplication(tree, facts, config, evidence) {
        Ok(duplication) => duplication.clones.share().percent(),
        Err(why) => Measured::failed(why),
    };
    Measurements {
        tdg,
        duplicated,
        import_cycles: cycles(tree, facts, config, evidence),
        coverage: line_coverage(facts, config, evidence),
        mutation: mutation_score(facts, config, evidence),
        advisories: evidence.advisories(),
    }
}

fn cycles(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    config: &Config,
    evidence: &dyn Evidence,
) -> Measured<usize> {
    if !facts.files.iter().any(|file| file.data.facts.has_functions()) {
        return Measured::unsupported("no file of a language with a grammar");
    }
    Measured::Value(import_cycles(facts, &code_graph(tree, facts, evidence), config).len())
}

fn line_coverage(facts: &RepoFacts, config: &Config, evidence: &dyn Evidence) -> Measured<(String, f64)> {
    let configured = &config.own::<rules::coverage::Settings>().report;
    match TreeCoverage::read(facts, &configured.0, |place| evidence.report(place), |_| true) {
        Ok(coverage) => Measured::Value((coverage.place.clone(), coverage.percent())),
        Err(why @ (NoCoverage::NotThere { .. } | NoCoverage::NotFound { unread: None })) => {
            Measured::unsupported(why.to_string())
        }
        Err(why) => Measured::failed(why),
    }
}

/// The report of `pmat mutate` from the settings, else that of the last run.
pub(crate) struct MutationReport {
    /// What it says.
    pub report: LastReport,
    /// What to call it.
    pub place: String,
}

/// Why there is no report of `pmat mutate`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoMutationReport {
    /// None is configured, and that of the last run is not available.
    #[error(transparent)]
    OfLastRun(EvidenceError),
    /// The configured one is not available.
    #[error(transparent)]
    Named(EvidenceError),
    /// It cannot be understood.
    #[error("{place}: {why}")]
    Unclear {
        /// What to call it.
        place: String,
        /// What is wrong with it.
        #[source]
        why: Box<dyn Error + Send + Sync>,
    },
}

pub(crate) fn mutation_report(
    config: &Config,
    evidence: &dyn Evidence,
) -> Result<MutationReport, NoMutationReport> {
    let (bytes, place) = match config.own::<rules::mutation::Settings>().report.get() {
        None => {
            let bytes = evidence.mutation_report().map_err(NoMutationReport::OfLastRun)?;
            (bytes, "the report of the last `pmat mutate`")
        }
        Some(place) => {
            let found = evidence.report(place).map_err(NoMutationReport::Named)?;
            let absent = || NoMutationReport::Named(EvidenceError::NoReport { path: place.into() });
            (found.ok_or_else(absent)?, place)
        }
    };
    match LastReport::read(&bytes) {
        Ok(report) => Ok(MutationReport { report, place: place.to_owned() }),
        Err(why) => Err(NoMutationReport::Unclear { place: place.to_owned(), why: why.into() }),
    }
}

fn mutation_score(facts: &RepoFacts, config: &Config, evidence: &dyn Evidence) -> Measured<(String, f64)> {
    let MutationReport { report, place } = match mutation_report(config, evidence) {
        Ok(found) => found,
        Err(NoMutationReport::OfLastRun(why) | NoMutationReport::Named(why)) => {
            return Measured::Missing(why.missing());
        }
        Err(why @ NoMutationReport::Unclear { .. }) => return Measured::failed(why),
    };
    let with_code = facts.files.iter().filter(|file| file.data.facts.has_functions());
    if let Some(first) = report.stale(with_code.map(|file| (file.path(), file.blob))).first() {
        return Measured::failed(format_args!(
            "{place} is about another state of the code: {first} changed since"
        ));
    }
    match report.score_of(|_| true) {
        Ok(score) => Measured::Value((place, score)),
        Err(why) => Measured::failed(why),
    }
}

#[cfg(test)]
mod tests;
