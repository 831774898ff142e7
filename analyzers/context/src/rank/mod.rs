//! Which files of a repository matter, given what the user points at.
//!
//! Two signals are combined: how well a file answers the words of the question (`lexical`), and how close it is in the
//! reference graph to the files that do, or that the user named or changed (`graph`, by personalised PageRank).

pub(crate) mod file_kind;
mod graph;
mod lexical;
mod question;
mod words;

use crate::report::Lines;
use facts::model::{Definition, DefinitionKind, RepoPath, Visibility};
use facts::{FileRecord, RepoFacts};
use file_kind::{FileRole, role};
use std::cmp::Ordering;
use trueno_graph::algorithms::pagerank::{Options, pagerank};
use trueno_graph::code::CodeGraph;
use trueno_graph::csr::Csr;

/// What the user points at. Without any of it the map shows what the rest of the code uses most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seeds {
    /// Files named by the user, as paths in the tree. A folder stands for every file under it.
    pub files: Vec<RepoPath>,
    /// Files changed since a revision.
    pub changed: Vec<RepoPath>,
    /// A question, an error message, a commit message: any text.
    pub question: Option<String>,
}

impl Seeds {
    /// True if the user points at nothing.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
            && self.changed.is_empty()
            && self.question.as_deref().is_none_or(|q| q.trim().is_empty())
    }
}

/// Damping of the walk: the usual 0.85 (Page et al. 1999).
const DAMPING: f64 = 0.85;
/// The share of the reference graph in the score of a file when there is a question.
const GRAPH_SHARE: f64 = 0.2;
/// Answers to the question that the walk starts from.
const STARTING_ANSWERS: usize = 20;
/// What a file named by the user, or changed, adds to its score: more than the words of a question can.
const NAMED: f64 = 2.0;
const CHANGED: f64 = 1.0;

/// Files and definitions with their scores.
#[derive(Debug, Clone)]
pub(crate) struct Ranking {
    /// Indexes into the files of the repository with their score, best first.
    pub files: Vec<(usize, f64)>,
    /// For each file of the repository, in its order, the score of each of its definitions.
    pub definitions: Vec<Vec<f64>>,
    /// For each file of the repository whether the user points at it: by its name, by a change, by a word of the question; all
    /// if there is no question that any file answers.
    pub wanted: Vec<bool>,
}

/// The files of `repo` with their score, best first; equal scores in the order of their paths. Needs the sections of
/// [`crate::SECTIONS`] and the code graph of the same facts; a file without them is ranked by its path alone.
pub fn rank_files(repo: &RepoFacts, graph: &CodeGraph, seeds: &Seeds) -> Vec<(RepoPath, f64)> {
    let FileScores { scores, .. } = file_scores(repo, graph, seeds);
    in_order(&scores).into_iter().map(|(file, score)| (repo.files[file].path().clone(), score)).collect()
}

/// Ranks files and their definitions.
pub(crate) fn rank(repo: &RepoFacts, graph: &CodeGraph, seeds: &Seeds) -> Ranking {
    let FileScores { scores, walk, graph, wanted } = file_scores(repo, graph, seeds);
    let definitions = definition_scores(repo, seeds, &walk, &graph);
    Ranking { files: in_order(&scores), definitions, wanted }
}

fn in_order(scores: &[f64]) -> Vec<(usize, f64)> {
    let mut files: Vec<(usize, f64)> = scores.iter().copied().enumerate().collect();
    files.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap_or(Ordering::Equal).then(a.0.cmp(&b.0)));
    files
}

/// Properties of files.
struct FileScores {
    scores: Vec<f64>,
    /// Where the walk is found.
    walk: Vec<f64>,
    graph: graph::ReferenceGraph,
    wanted: Vec<bool>,
}

fn file_scores(repo: &RepoFacts, graph: &CodeGraph, seeds: &Seeds) -> FileScores {
    let graph = graph::build(repo, graph, !seeds.is_empty());
    let question = question::parse(seeds.question.as_deref().unwrap_or_default());
    let answers = answers(repo, &question);
    let named = membership(repo, &seeds.files);
    let changed = membership(repo, &seeds.changed);
    let start = starting_weights(&answers, &named, &changed);
    let seeded = start.iter().any(|weight| *weight > 0.0);
    let start = if seeded { start } else { unseeded_start(repo) };
    let walk = walk(&graph.links, &start);
    let near = scaled(&walk);
    let answered = answers.iter().any(|score| *score > 0.0);
    let share = if answered { GRAPH_SHARE } else { 1.0 };
    let scores = (0..repo.files.len())
        .map(|i| {
            let pointed = NAMED * f64::from(u8::from(named[i])) + CHANGED * f64::from(u8::from(changed[i]));
            // The walk alone finds whatever is used by everything; only files that hold code can be meant by it.
            let near = if repo.files[i].data.facts.has_functions() { near[i] } else { near[i] * 0.1 };
            let discount = if seeded { 1.0 } else { unseeded_weight(&repo.files[i]) };
            pointed + share * near * discount + (1.0 - share) * answers[i]
        })
        .collect();
    let wanted =
        (0..repo.files.len()).map(|i| !answered || answers[i] > 0.0 || named[i] || changed[i]).collect();
    FileScores { scores, walk, graph, wanted }
}

/// Lines of the definitions of a file that mention the question by their names or documentation, the best first; of all
/// definitions where none does, as they are.
pub(crate) fn parts_that_answer(file: &FileRecord, seeds: &Seeds) -> Vec<Lines> {
    let question = question::parse(seeds.question.as_deref().unwrap_or_default());
    let definitions = file.data.symbols.as_ref().map_or(&[][..], |symbols| &symbols.definitions);
    let lines =
        |definition: &Definition| Lines { first: definition.span.start_line, last: definition.span.end_line };
    let mut found: Vec<(f64, Lines)> = definitions
        .iter()
        .map(|definition| {
            (asked_for(definition, &question) + documented_for(definition, &question), lines(definition))
        })
        .filter(|(score, _)| *score > 0.0)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    match found.is_empty() {
        true => definitions.iter().map(lines).collect(),
        false => found.into_iter().map(|(_, lines)| lines).collect(),
    }
}

/// How much the documentation of a definition says about the question.
fn documented_for(definition: &Definition, question: &question::Question) -> f64 {
    let mut score: f64 = 0.0;
    words::for_each_word(definition.doc.as_deref().unwrap_or_default(), &mut |word| {
        if question.terms.iter().any(|(term, _)| term == word) {
            score += 0.2;
        }
    });
    score
}

/// Where a walk from `start` is found, for each file.
fn walk(links: &Csr, start: &[f64]) -> Vec<f64> {
    let options = Options {
        damping: DAMPING,
        personalisation: Some(start),
        tolerance: 1e-10,
        // More than a damping of 0.85 ever needs.
        max_rounds: 1000,
    };
    pagerank(links, &options).ranks
}

/// How well each file answers the question, from 0 to 1.
fn answers(repo: &RepoFacts, question: &question::Question) -> Vec<f64> {
    if question.terms.is_empty() && question.names.is_empty() && question.paths.is_empty() {
        return vec![0.0; repo.files.len()];
    }
    let mut scores = lexical::scores(repo, question);
    let mean_lines = mean_log_lines(repo);
    for (score, file) in scores.iter_mut().zip(&repo.files) {
        let code = if file.data.facts.has_functions() { 1.0 } else { 0.4 };
        *score *= code * role_weight(file, question.about_tests) * size_prior(file, mean_lines);
    }
    scaled(&scores)
}

fn role_weight(file: &FileRecord, about_tests: bool) -> f64 {
    match role(file) {
        FileRole::Product => 1.0,
        FileRole::Test if about_tests => 1.0,
        FileRole::Test => 0.6,
        FileRole::Side => 0.5,
    }
}

fn mean_log_lines(repo: &RepoFacts) -> f64 {
    let logs = repo.files.iter().map(|file| f64::from(file.data.facts.lines.source + 1).ln());
    logs.sum::<f64>() / repo.files.len().max(1) as f64
}

/// Longer files hold more faults: a logistic factor between 0.7 and 1.3 in the logarithm of the length, after the length
/// prior of Zhou, Zhang and Lo (ICSE 2012).
fn size_prior(file: &FileRecord, mean_log_lines: f64) -> f64 {
    let log_lines = f64::from(file.data.facts.lines.source + 1).ln();
    0.7 + 0.6 / (1.0 + (mean_log_lines - log_lines).exp())
}

fn scaled(scores: &[f64]) -> Vec<f64> {
    let best = scores.iter().copied().fold(0.0, f64::max);
    scores.iter().map(|score| if best > 0.0 { score / best } else { 0.0 }).collect()
}

fn membership(repo: &RepoFacts, paths: &[RepoPath]) -> Vec<bool> {
    let belongs = |file: &FileRecord| paths.iter().any(|path| file.path().is_under(path.as_bytes()));
    repo.files.iter().map(belongs).collect()
}

/// Where the walk starts: half its weight at files the user named, a quarter at changed ones, a quarter at the best
/// answers (so far as there are any of each).
fn starting_weights(answers: &[f64], named: &[bool], changed: &[bool]) -> Vec<f64> {
    let mut start = vec![0.0; answers.len()];
    for (group, weight) in [(named, 2.0), (changed, 1.0)] {
        let members = group.iter().filter(|member| **member).count().max(1) as f64;
        for (into, _) in start.iter_mut().zip(group).filter(|(_, member)| **member) {
            *into += weight / members;
        }
    }
    let best = &in_order(answers)[..answers.len().min(STARTING_ANSWERS)];
    let total: f64 = best.iter().map(|(_, score)| score * score).sum();
    for (file, score) in best.iter().filter(|(_, score)| *score > 0.0) {
        start[*file] += score * score / total;
    }
    start
}

/// Without seeds the walk starts anywhere in the product, less often in tests and examples; and they matter less
/// themselves, though fixtures and test tools are used by much.
fn unseeded_start(repo: &RepoFacts) -> Vec<f64> {
    repo.files.iter().map(unseeded_weight).collect()
}

fn unseeded_weight(file: &FileRecord) -> f64 {
    match role(file) {
        FileRole::Product => 1.0,
        FileRole::Test | FileRole::Side => 0.05,
    }
}

/// The score of a definition among those of its file: use by other files (weighted by their rank), by its own file,
/// visibility, documentation, and words of the question in its name.
fn definition_scores(
    repo: &RepoFacts,
    seeds: &Seeds,
    walk: &[f64],
    graph: &graph::ReferenceGraph,
) -> Vec<Vec<f64>> {
    let question = question::parse(seeds.question.as_deref().unwrap_or_default());
    let mut used: Vec<Vec<f64>> = repo
        .files
        .iter()
        .map(|file| vec![0.0; file.data.symbols.as_ref().map_or(0, |symbols| symbols.definitions.len())])
        .collect();
    for usage in &graph.uses {
        used[usage.to as usize][usage.definition as usize] += usage.weight * walk[usage.from as usize];
    }
    for (file, used) in repo.files.iter().zip(&mut used) {
        let best = used.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        for (definition, score) in file.data.symbols.iter().flat_map(|symbols| &symbols.definitions).zip(used)
        {
            let visible = match definition.visibility {
                Visibility::Public => 0.5,
                Visibility::Restricted => 0.35,
                Visibility::Private => 0.1,
            };
            let documented = if definition.doc.is_some() { 0.1 } else { 0.0 };
            let outer = if definition.parent.is_none() { 0.1 } else { 0.0 };
            let kind = kind_weight(definition);
            *score = kind * (*score / best + visible + documented + outer) + asked_for(definition, &question);
        }
    }
    used
}

/// Types and functions say what a file is for; constants, macros and names bound to an import rarely do.
fn kind_weight(definition: &Definition) -> f64 {
    match definition.kind {
        DefinitionKind::Constant if definition.signature.contains("require(") => 0.1,
        DefinitionKind::Constant | DefinitionKind::Module => 0.4,
        DefinitionKind::Macro => 0.5,
        _ => 1.0,
    }
}

fn asked_for(definition: &Definition, question: &question::Question) -> f64 {
    let named = question.names.iter().filter(|name| name.text == definition.name).map(|name| name.certainty);
    let mut score = 3.0 * named.fold(0.0, f64::max);
    words::for_each_word(&definition.name, &mut |word| {
        if question.terms.iter().any(|(term, _)| term == word) {
            score += 0.5;
        }
    });
    score
}

#[cfg(test)]
mod tests;
