//! The figures of other analyses that the project score rests on, in one place for the rule and the command.

use crate::config::{Config, PathPatterns};
use crate::evidence::Evidence;
use ::mutation::report::LastReport;
use clones::{CloneOptions, Clones, Kinds, LineShare};
use facts::cache::Subject;
use facts::source::SourceTree;
use facts::{FileRecord, MeasureOptions, Measured, RepoFacts, Sections};
use pmat::line_coverage::TreeCoverage;
use pmat::score::Measurements;
use pmat::tdg::{self, TdgInputs};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use trueno_graph::code::{self, CodeGraph, CycleOptions, ImportCycle};
use xxhash_rust::xxh3::Xxh3;

/// The sections of the facts that [`measurements`] reads.
pub const SECTIONS: Sections = pmat::score::SECTIONS;

/// A result about the whole tree: as it is remembered under `key`, else computed and remembered.
///
/// # Errors
/// Those of `compute`.
pub fn remembered<T: Serialize + DeserializeOwned>(
    evidence: &dyn Evidence,
    subject: Subject,
    key: u128,
    compute: impl FnOnce() -> Result<T, String>,
) -> Result<T, String> {
    if let Some(known) = evidence.memory().and_then(|memory| memory.recall(subject, key)) {
        return Ok(known);
    }
    let result = compute()?;
    // What cannot be remembered is computed again next time; the facts' own report says what ails the memory.
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
) -> Result<RepoFacts, String> {
    let measure = || {
        let max_file_size = config.max_file_size;
        let options = MeasureOptions { sections, max_file_size, ..MeasureOptions::default() };
        facts::measure(tree, None, &options).map_err(|error| error.to_string())
    };
    let full = evidence.in_full(sections).unwrap_or_else(measure)?;
    if full.fingerprint() != facts.fingerprint() {
        return Err("the tree changed while it was read".to_owned());
    }
    Ok(full)
}

/// What grades need besides the facts.
///
/// # Errors
/// The tree cannot be read, or changed while it was.
pub fn tdg_inputs(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    config: &Config,
    evidence: &dyn Evidence,
) -> Result<TdgInputs, String> {
    remembered(evidence, tdg::INPUTS, facts.fingerprint(), || {
        Ok(TdgInputs::measure(tree, &in_full(tree, facts, config, evidence, tdg::SECTIONS)?))
    })
}

/// Under which the clones of a tree are remembered.
const CLONES: Subject = Subject { name: "gate-clones", version: 3 };

/// The duplicated code of a tree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Duplication {
    /// What counts.
    pub clones: Clones,
    /// The lines that exact copies alone duplicate.
    pub exact: LineShare,
}

impl Duplication {
    /// The clones in `facts`, which hold [`clones::SECTIONS`], without the files of `exclude`.
    pub fn find(facts: &RepoFacts, options: &CloneOptions, exclude: &PathPatterns) -> Duplication {
        let found = clones::detect(facts, options);
        let is_in = |file: &FileRecord| !exclude.is_match(file.path());
        let clones = match exclude.texts() {
            [] => found,
            _ => found.among(facts, options.kinds, is_in),
        };
        let exact = Kinds { exact: true, renamed: false, gapped: false };
        let exact = match options.kinds == exact {
            true => clones.share(),
            false => clones.among(facts, exact, is_in).share(),
        };
        Duplication { clones, exact }
    }
}

/// What counts as a clone by the settings of the rule `duplication`: for every figure of duplication, on every surface.
pub fn clone_options(config: &Config) -> CloneOptions {
    let settings = config.rule("duplication");
    let types = settings.choice("types");
    CloneOptions {
        min_tokens: usize::try_from(settings.integer("min-tokens")).unwrap_or(usize::MAX),
        min_lines: u32::try_from(settings.integer("min-lines")).unwrap_or(u32::MAX),
        kinds: Kinds { exact: true, renamed: types != "exact", gapped: types == "gapped" },
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
) -> Result<Duplication, String> {
    let (options, exclude) = (clone_options(config), &config.rule("duplication").exclude);
    let mut key = Xxh3::new();
    key.update(&facts.fingerprint().to_le_bytes());
    key.update(format!("{options:?} {:?}", exclude.texts()).as_bytes());
    remembered(evidence, CLONES, key.digest128(), || {
        let full = in_full(tree, facts, config, evidence, clones::SECTIONS)?;
        Ok(Duplication::find(&full, &options, exclude))
    })
}

/// The circles of imports by the settings of the rule `cycles`: for every figure of cycles, on every surface.
pub fn import_cycles(facts: &RepoFacts, graph: &CodeGraph, config: &Config) -> Vec<ImportCycle> {
    let settings = config.rule("cycles");
    let options = CycleOptions { deferred: settings.flag("deferred") };
    let kept = |file: u32| !settings.exclude.is_match(facts.files[file as usize].path());
    code::import_cycles(facts, &graph.imports, options, &kept)
}

/// What the project score of a tree rests on besides its files; `facts` hold [`SECTIONS`].
pub fn measurements(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    config: &Config,
    evidence: &dyn Evidence,
) -> Measurements {
    let tdg = match tdg_inputs(tree, facts, config, evidence) {
        Ok(inputs) => tdg::score(facts, &inputs).total().map(|card| (card.score, card.grade)),
        Err(why) => Measured::Missing(why),
    };
    let duplicated = match duplication(tree, facts, config, evidence) {
        Ok(duplication) => duplication.clones.share().percent(),
        Err(why) => Measured::Missing(why),
    };
    Measurements {
        tdg,
        duplicated,
        import_cycles: cycles(tree, facts, config),
        coverage: line_coverage(facts, config, evidence),
        mutation: mutation_score(facts, config, evidence),
        advisories: evidence.advisories(),
    }
}

fn cycles(tree: &dyn SourceTree, facts: &RepoFacts, config: &Config) -> Measured<usize> {
    if !facts.files.iter().any(|file| file.data.facts.has_functions()) {
        return Measured::missing("no file of a language with a grammar");
    }
    Measured::Value(import_cycles(facts, &code::build(tree, facts), config).len())
}

fn line_coverage(facts: &RepoFacts, config: &Config, evidence: &dyn Evidence) -> Measured<(String, f64)> {
    let configured = config.rule("coverage").path("report");
    match TreeCoverage::read(facts, configured, |place| evidence.report(place), |_| true) {
        Ok(coverage) => Measured::Value((coverage.place.clone(), coverage.percent())),
        Err(why) => Measured::Missing(why),
    }
}

fn mutation_score(facts: &RepoFacts, config: &Config, evidence: &dyn Evidence) -> Measured<(String, f64)> {
    let read = match config.rule("mutation").path("report") {
        "" => evidence.mutation_report().map(|bytes| (bytes, "the report of the last `pmat mutate`")),
        place => {
            let found = evidence.report(place).and_then(|found| found.ok_or(format!("there is no {place}")));
            found.map(|bytes| (bytes, place))
        }
    };
    let score = read.and_then(|(bytes, place)| {
        let report = LastReport::read(&bytes).map_err(|why| format!("{place}: {why}"))?;
        let with_code = facts.files.iter().filter(|file| file.data.facts.has_functions());
        if let Some(first) = report.stale(with_code.map(|file| (file.path(), file.blob))).first() {
            return Err(format!("{place} is about another state of the code: {first} changed since"));
        }
        Ok((place.to_owned(), report.score_of(|_| true)?))
    });
    match score {
        Ok(score) => Measured::Value(score),
        Err(why) => Measured::Missing(why),
    }
}

#[cfg(test)]
mod tests;
