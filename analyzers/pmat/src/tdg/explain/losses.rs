//! Where points are lost.

use super::details::FileDetails;
use super::{Cause, Loss, points};
use crate::tdg::figures::{FileFigures, FunctionFigures};
use crate::tdg::metric::{COUPLING, Fact, Metric, SEMANTIC, STRUCTURAL, Scope, WHOLE};
use crate::tdg::points::Score;
use crate::tdg::report::ScoredFile;
use clones::LineRange;
use facts::model::Function;
use facts::{FileRecord, RepoFacts};

/// Collects losses of one file or function.
struct Losses<'f> {
    file: &'f FileRecord,
    /// Millionths of a point, in what is explained, that each metric of the file can give.
    most: [f64; 6],
    found: Vec<Loss>,
}

impl Losses<'_> {
    /// Adds a loss: its causes with the millionths of the metric's quality that each takes.
    fn add(
        &mut self,
        metric: Metric,
        function: Option<&Function>,
        lines: Vec<LineRange>,
        causes: impl Iterator<Item = (&'static str, f64, f64, f64)>,
    ) {
        let most = self.most[metric.index()];
        let causes: Vec<Cause> = causes
            .filter(|(.., cost)| *cost > 0.0)
            .map(|(figure, value, free, cost)| Cause {
                figure,
                value,
                free,
                cost: points(cost / WHOLE as f64 * most),
                others: Vec::new(),
            })
            .collect();
        if causes.is_empty() || most <= 0.0 {
            return;
        }
        self.found.push(Loss {
            metric,
            cost: points(causes.iter().map(|cause| cause.cost * 1e6).sum()),
            path: self.file.path().clone(),
            function: function.map(|function| function.qualified_name.clone()),
            lines,
            causes,
        });
    }
}

/// The figures of a list that cost something, each times `share`.
fn costs<'c>(
    facts: &'c [Fact],
    scope: Scope,
    share: f64,
    value: impl Fn(Fact) -> u64 + 'c,
) -> impl Iterator<Item = (&'static str, f64, f64, f64)> + 'c {
    facts.iter().map(move |&fact| {
        let (curve, value) = (fact.curve(scope), value(fact));
        (fact.name(), fact.shown(value), fact.shown(curve.free), curve.cost(value) as f64 * share)
    })
}

/// The losses of a file in something of `size` source lines that it belongs to.
pub fn of_file(
    repo: &RepoFacts,
    file: &FileRecord,
    details: &FileDetails,
    scored: &ScoredFile,
    size: u64,
) -> Vec<Loss> {
    let figures = &scored.figures;
    let share = figures.size as f64 / size.max(1) as f64;
    let most = scored.score.most.map(|most| most as f64 * share);
    let mut losses = Losses { file, most, found: Vec::new() };
    functions(&mut losses, figures);
    duplication(&mut losses, details, figures);
    let whole = Vec::new;
    losses.add(
        Metric::Coupling,
        None,
        whole(),
        costs(&COUPLING, Scope::File, 1.0, |fact| figures.value(fact)),
    );
    name_others(&mut losses, repo, details);
    let undocumented = figures.documented.of - figures.documented.count;
    let cost = undocumented as f64 * WHOLE as f64 / figures.documented.of.max(1) as f64;
    let cause = ("public items without documentation", undocumented as f64, 0.0, cost);
    losses.add(Metric::Documentation, None, single(&details.undocumented), [cause].into_iter());
    if let Some((names, indentation)) = figures.consistency_costs() {
        let cause = ("names written otherwise", figures.off_names.count as f64, 0.0, names as f64);
        losses.add(Metric::Consistency, None, single(&details.off_names), [cause].into_iter());
        let off = figures.off_indentation.count as f64;
        let cause = ("lines indented otherwise", off, 0.0, indentation as f64);
        losses.add(Metric::Consistency, None, whole(), [cause].into_iter());
    }
    losses.found
}

fn functions(losses: &mut Losses<'_>, figures: &FileFigures) {
    let structural = figures.structural_size().max(1) as f64;
    let semantic = figures.semantic_size().max(1) as f64;
    let file = losses.file;
    for (function, own) in file.data.facts.functions.iter().zip(&figures.functions) {
        let lines = || vec![span_of(function)];
        let (structural, semantic) = (own.size as f64 / structural, own.size as f64 / semantic);
        let flow = costs(&STRUCTURAL, Scope::Function, structural, |fact| own.value(fact));
        losses.add(Metric::Structural, Some(function), lines(), flow);
        let meaning = costs(&SEMANTIC, Scope::Function, semantic, |fact| own.value(fact));
        losses.add(Metric::Semantic, Some(function), lines(), meaning);
    }
    let share = figures.rest_size as f64 / structural;
    let rest = costs(&STRUCTURAL, Scope::File, share, |fact| figures.rest.figure(fact));
    losses.add(Metric::Structural, None, Vec::new(), rest);
}

/// Says of the coupling that was added last which files it is with.
fn name_others(losses: &mut Losses<'_>, repo: &RepoFacts, details: &FileDetails) {
    for cause in losses.found.last_mut().into_iter().flat_map(|loss| &mut loss.causes) {
        let others = match cause.figure {
            figure if figure == Fact::UsedFiles.name() => &details.used_files,
            figure if figure == Fact::Cycle.name() => &details.cycle,
            _ => continue,
        };
        let files = others.iter().filter_map(|other| repo.files.get(*other as usize));
        cause.others = files.map(|file| file.path().clone()).collect();
    }
}

/// Each stretch that is elsewhere too, with its part of what all of them cost.
fn duplication(losses: &mut Losses<'_>, details: &FileDetails, figures: &FileFigures) {
    let cost = figures.duplicated.duplication_cost().unwrap_or(0) as f64;
    let all: u32 = details.duplicated.iter().map(|(_, lines)| lines).sum();
    let all = f64::from(all.max(1));
    for (range, lines) in &details.duplicated {
        let share = f64::from(*lines) / all;
        let cause = ("duplicated lines", f64::from(*lines), 0.0, cost * share);
        losses.add(Metric::Duplication, None, vec![*range], [cause].into_iter());
    }
}

/// The losses of a function by itself.
pub fn of_function(
    file: &FileRecord,
    function: &Function,
    figures: &FunctionFigures,
    score: &Score,
) -> Vec<Loss> {
    let mut losses = Losses { file, most: score.most.map(|most| most as f64), found: Vec::new() };
    let lines = || vec![span_of(function)];
    let some = Some(function);
    let flow = costs(&STRUCTURAL, Scope::Function, 1.0, |fact| figures.value(fact));
    losses.add(Metric::Structural, some, lines(), flow);
    let meaning = costs(&SEMANTIC, Scope::Function, 1.0, |fact| figures.value(fact));
    losses.add(Metric::Semantic, some, lines(), meaning);
    let cost = figures.duplicated.duplication_cost().unwrap_or(0) as f64;
    let cause = ("duplicated lines", figures.duplicated.count as f64, 0.0, cost);
    losses.add(Metric::Duplication, some, lines(), [cause].into_iter());
    let uses = costs(&[Fact::UsedFiles], Scope::Function, 1.0, |fact| figures.value(fact));
    losses.add(Metric::Coupling, some, lines(), uses);
    let missing = |wrong: bool| if wrong { WHOLE as f64 } else { 0.0 };
    let cause = ("public items without documentation", 1.0, 0.0, missing(figures.documented == Ok(false)));
    losses.add(Metric::Documentation, some, lines(), [cause].into_iter());
    let cause = ("names written otherwise", 1.0, 0.0, missing(figures.usual_name == Some(false)));
    losses.add(Metric::Consistency, some, lines(), [cause].into_iter());
    losses.found.sort_by(|a, b| b.cost.total_cmp(&a.cost).then(a.metric.cmp(&b.metric)));
    losses.found
}

fn span_of(function: &Function) -> LineRange {
    LineRange { first: function.span.start_line, last: function.span.end_line }
}

fn single(lines: &[u32]) -> Vec<LineRange> {
    lines.iter().map(|&line| LineRange { first: line, last: line }).collect()
}
