//! Which lines cost how many points, and what would raise the score. Every loss is the exact share of its figure, so
//! that losses add up to the points lost. Every improvement is found by changing the figures and scoring them again.

mod details;
mod edit;
mod losses;
mod scope;

pub use details::{FileDetails, TdgDetails};
pub use scope::{NotFound, Within, find};

use super::metric::Metric;
use super::points::{Points, SizedSum};
use super::report::{Card, Scored};
use super::{Grade, Score};
use clones::LineRange;
use edit::Edit;
use facts::model::RepoPath;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Why something has its score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Explanation {
    /// What is explained.
    pub within: Within,
    /// Its score.
    pub card: Card,
    /// What costs points, the dearest first. Together they are what is missing of 100.
    pub losses: Vec<Loss>,
    /// What would raise the score, the most helpful first; each by itself.
    pub improvements: Vec<Improvement>,
    /// How the next better grade could be reached; none for an A+.
    pub next_grade: Option<NextGrade>,
}

/// Something that costs points.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Loss {
    /// The metric it is lost in.
    pub metric: Metric,
    /// Points it costs what is explained.
    pub cost: f64,
    /// The file.
    pub path: RepoPath,
    /// The function, where it is one.
    pub function: Option<String>,
    /// Its lines; empty if it is the file as a whole.
    pub lines: Vec<LineRange>,
    /// The figures behind it.
    pub causes: Vec<Cause>,
}

/// A figure that costs points.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cause {
    /// Its name.
    pub figure: &'static str,
    /// Its value.
    pub value: f64,
    /// The value up to which it costs nothing.
    pub free: f64,
    /// Points it costs what is explained.
    pub cost: f64,
    /// The other files it concerns, the first few by path.
    pub others: Vec<RepoPath>,
}

/// Something that would raise the score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Improvement {
    /// Points that what is explained would gain.
    pub gain: f64,
    /// Its score afterwards.
    pub score: Points,
    /// The file.
    pub path: RepoPath,
    /// The function, where it is one.
    pub function: Option<String>,
    /// Its lines; empty if it is the file as a whole.
    pub lines: Vec<LineRange>,
    /// What to do.
    pub advice: &'static str,
    /// The figures that are changed.
    pub changes: Vec<FigureChange>,
}

/// A figure that an improvement changes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FigureChange {
    /// Its name.
    pub figure: &'static str,
    /// What it is.
    pub from: f64,
    /// What it would be.
    pub to: f64,
}

/// The way to the next better grade.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NextGrade {
    /// The grade.
    pub grade: Grade,
    /// Points that are missing.
    pub missing: Points,
    /// This many of the improvements, from the first on, reach it; none when all of them together do not.
    pub improvements: Option<usize>,
    /// The score after these improvements, or after all of them.
    pub score: Points,
}

/// Explains the score of `within`.
pub fn explain(scored: &Scored<'_>, details: &TdgDetails, within: &Within) -> Option<Explanation> {
    match within {
        Within::Function { file, function, .. } => explain_function(scored, within, *file, *function),
        _ => explain_files(scored, details, within),
    }
}

/// Points from millionths.
fn points(millionths: f64) -> f64 {
    // Six digits are what the scores are exact to.
    (millionths).round() / 1e6
}

fn explain_function(
    scored: &Scored<'_>,
    within: &Within,
    file: usize,
    function: usize,
) -> Option<Explanation> {
    let figures = scored.files.get(file)?.as_ref()?.figures.functions.get(function)?;
    let record = &scored.repo.files[file];
    let facts = record.data.facts.functions.get(function)?;
    let card = super::report::function_score(record, facts, figures).card;
    let score = figures.score();
    let losses = losses::of_function(record, facts, figures, &score);
    let mut edits = Vec::new();
    for edit in edit::OF_A_FUNCTION_ALONE {
        let mut better = *figures;
        let changes = edit.apply_to_function(&mut better);
        edits.push((edit, changes, better.score()));
    }
    let mut improvements: Vec<Improvement> = edits
        .iter()
        .map(|(edit, changes, after)| Improvement {
            gain: points(after.exact() as f64 - score.exact() as f64),
            score: after.points(),
            path: record.path().clone(),
            function: Some(facts.qualified_name.clone()),
            lines: vec![LineRange { first: facts.span.start_line, last: facts.span.end_line }],
            advice: edit.advice(),
            changes: changes.clone(),
        })
        .collect();
    let mut order: Vec<usize> = (0..improvements.len()).collect();
    order.sort_by(|&a, &b| improvements[b].gain.total_cmp(&improvements[a].gain).then(a.cmp(&b)));
    let next_grade = next_grade(
        &score,
        order.iter().scan(*figures, |figures, &index| {
            edits[index].0.apply_to_function(figures);
            Some(figures.score())
        }),
    );
    improvements = order.into_iter().map(|index| improvements[index].clone()).collect();
    improvements.retain(|improvement| improvement.gain > 0.0);
    Some(Explanation { within: within.clone(), card, losses, improvements, next_grade })
}

/// How far the scores after one, two, … improvements reach.
fn next_grade(score: &Score, after: impl Iterator<Item = Score>) -> Option<NextGrade> {
    let grade = score.grade().better()?;
    let missing = grade.least() - score.points();
    let mut last = score.points();
    for (count, after) in after.enumerate() {
        last = after.points();
        if after.grade() <= grade {
            return Some(NextGrade { grade, missing, improvements: Some(count + 1), score: last });
        }
    }
    Some(NextGrade { grade, missing, improvements: None, score: last })
}

fn explain_files(scored: &Scored<'_>, details: &TdgDetails, within: &Within) -> Option<Explanation> {
    let indices: Vec<usize> = within.files(scored);
    let mut sum = SizedSum::default();
    for &index in &indices {
        if let Some(file) = &scored.files[index] {
            sum.add(file.figures.size, &file.score);
        }
    }
    let score = sum.mean()?;
    let nothing = FileDetails::default();
    let mut losses = Vec::new();
    let mut improvements: Vec<(Improvement, usize, Edit)> = Vec::new();
    for &index in &indices {
        let Some(file) = &scored.files[index] else { continue };
        let (record, own) = (&scored.repo.files[index], details.files.get(index).unwrap_or(&nothing));
        losses.extend(losses::of_file(scored.repo, record, own, file, sum.size()));
        for edit in edit::of_file(&file.figures) {
            let mut better = file.figures.clone();
            let changes = edit.apply(&mut better);
            let Some(after) = better.score() else { continue };
            let gained = after.exact() as f64 - file.score.exact() as f64;
            let gain = points(gained * file.figures.size as f64 / sum.size() as f64);
            if gain <= 0.0 {
                continue;
            }
            let after = sum.replacing(file.figures.size, &file.score, &after).mean()?;
            let (function, lines) = edit.place(record, own);
            let (path, advice) = (record.path().clone(), edit.advice());
            let score = after.points();
            improvements.push((
                Improvement { gain, score, path, function, lines, advice, changes },
                index,
                edit,
            ));
        }
    }
    losses.sort_by(|a, b| {
        b.cost
            .total_cmp(&a.cost)
            .then_with(|| (&a.path, a.metric, &a.lines).cmp(&(&b.path, b.metric, &b.lines)))
    });
    improvements.sort_by(|(a, ..), (b, ..)| {
        b.gain
            .total_cmp(&a.gain)
            .then_with(|| (&a.path, &a.lines, a.advice).cmp(&(&b.path, &b.lines, b.advice)))
    });
    let next_grade = next_grade(&score, one_after_another(scored, sum, &improvements));
    Some(Explanation {
        within: within.clone(),
        card: within.card(scored, &indices)?,
        losses,
        improvements: improvements.into_iter().map(|(improvement, ..)| improvement).collect(),
        next_grade,
    })
}

/// The scores after the first improvement, the first two, the first three, …
fn one_after_another<'s>(
    scored: &'s Scored<'_>,
    mut sum: SizedSum,
    improvements: &'s [(Improvement, usize, Edit)],
) -> impl Iterator<Item = Score> + 's {
    let mut changed = BTreeMap::new();
    improvements.iter().filter_map(move |(_, index, edit)| {
        let file = scored.files[*index].as_ref()?;
        let (figures, score) = changed.entry(*index).or_insert_with(|| (file.figures.clone(), file.score));
        edit.apply(figures);
        let after = figures.score()?;
        sum = sum.replacing(figures.size, score, &after);
        *score = after;
        sum.mean()
    })
}
