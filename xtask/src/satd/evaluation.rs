//! How well models classify comments of a project that they have not seen.

use super::comments::{Comments, Labelled};
use super::training::{self, train};
use anyhow::Result;
use facts::language::Language;
use facts::model::CommentKind;
use pmat::satd::learned::{self, Model};
use pmat::satd::{Category, Mode, detect_by};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The results of the models, and of the words.
pub struct Evaluation {
    /// For each comment, from the model that had not seen its project; `None` for comments without words.
    pub scores: Vec<Option<f64>>,
    /// The category from the same model.
    subjects: Vec<Category>,
    /// The best threshold over all projects.
    threshold: f64,
    /// For each project the best threshold over the others.
    thresholds: Vec<f64>,
    full: Vec<Said>,
    strict: Vec<Said>,
}

/// The result of the words for a comment, and its category.
type Said = Option<Named>;

/// The category of a comment that the words find.
#[derive(Clone, Copy)]
struct Named {
    /// From marker and words alone.
    alone: Category,
    /// The same, or design if they give none.
    design: Category,
    /// The same, or that of a model that has not seen the project if they give none.
    settled: Category,
}

/// The score of a comment without one: below every threshold.
const SILENT: f64 = f64::NEG_INFINITY;

/// A method: the comments that it classifies as debt, and the category of each.
struct Method {
    name: &'static str,
    admits: Vec<bool>,
    categories: Vec<Category>,
}

impl Evaluation {
    /// Trains with each project left out in turn.
    pub fn of(comments: &Comments) -> Result<Evaluation> {
        let count = comments.rows.len();
        let mut scores = vec![None; count];
        let mut subjects = vec![Category::Design; count];
        let (mut full, mut strict) = (vec![None; count], vec![None; count]);
        let silent = training::silent()?;
        for (project, name) in comments.projects.iter().enumerate() {
            let seen: Vec<usize> = (0..count).filter(|row| comments.rows[*row].project != project).collect();
            let model: Model = train(comments, &seen, None)?;
            for (row, labelled) in comments.rows.iter().enumerate().filter(|(_, row)| row.project == project)
            {
                let Some(terms) = &labelled.terms else { continue };
                scores[row] = Some(f64::from(model.score(terms)));
                subjects[row] = learned_category(labelled, &model);
                full[row] = says(labelled, Mode::Full, &model, &silent);
                strict[row] = says(labelled, Mode::Strict, &model, &silent);
            }
            eprintln!("{name}: judged by a model of the others");
        }
        let thresholds = (0..comments.projects.len())
            .map(|project| best_threshold(comments, &scores, |other| other != project))
            .collect();
        let threshold = best_threshold(comments, &scores, |_| true);
        Ok(Evaluation { scores, subjects, threshold, thresholds, full, strict })
    }

    /// A table of all methods, in Markdown, and the calibration of the probabilities.
    pub fn table(&self, comments: &Comments) -> Result<String> {
        let mut table = String::from(
            "| method | precision | recall | F1, pooled | F1, mean over projects | by project |\n|---|---|---|---|---|---|\n",
        );
        let mut subjects = String::from(
            "| method | category right | mean over projects | by project |\n|---|---|---|---|\n",
        );
        for Method { name, admits, categories } in self.methods(comments) {
            let Figures { precision, recall, pooled, mean, each } = Figures::of(comments, &admits);
            let each = listed(&each);
            let _ = writeln!(
                table,
                "| {name} | {precision:.3} | {recall:.3} | {pooled:.3} | {mean:.3} | {each} |"
            );
            let right = categories_right(comments, &admits, |row| categories[row]);
            let design = categories_right(comments, &admits, |_| Category::Design);
            for (what, Right { pooled, mean, each }) in [("", right), (", always \"design\"", design)] {
                let _ = writeln!(subjects, "| {name}{what} | {pooled:.3} | {mean:.3} | {} |", listed(&each));
            }
        }
        table.push_str(&subjects);
        let _ = writeln!(
            table,
            "threshold {:.4}, chosen without each project {:.4?}",
            self.threshold, self.thresholds
        );
        table.push_str(&self.added(comments));
        table.push_str(&super::calibration::table(comments, &self.scores)?);
        Ok(table)
    }

    /// The model's additions to the words, by project: number of comments, and how many of them admit debt.
    fn added(&self, comments: &Comments) -> String {
        let mut text =
            String::from("added to the words, by score above the threshold: right of added, by project\n");
        for step in 0..8 {
            let least = self.threshold + f64::from(step) / 4.0;
            let mut counts = vec![[0usize; 2]; comments.projects.len()];
            let scores = comments.rows.iter().zip(&self.scores).zip(&self.full);
            for ((row, _), _) in
                scores.filter(|((_, score), full)| score.unwrap_or(SILENT) >= least && full.is_none())
            {
                counts[row.project][0] += usize::from(row.admits);
                counts[row.project][1] += 1;
            }
            let counts: Vec<String> = counts.iter().map(|[right, all]| format!("{right}/{all}")).collect();
            let _ = writeln!(text, "  +{:.2}: {}", f64::from(step) / 4.0, counts.join(" "));
        }
        text
    }

    /// The learned detector's figures, for the model's card.
    pub fn metrics(&self, comments: &Comments) -> BTreeMap<String, f64> {
        let rows = comments.rows.iter().zip(&self.scores);
        let said: Vec<bool> = rows.map(|(_, score)| score.unwrap_or(SILENT) >= self.threshold).collect();
        let Figures { precision, recall, pooled, mean, .. } = Figures::of(comments, &said);
        let right = categories_right(comments, &said, |row| self.subjects[row]).pooled;
        let figures = [
            ("precision", precision),
            ("recall", recall),
            ("F1, pooled", pooled),
            ("F1, mean over projects", mean),
            ("category right, share of true hits", right),
        ];
        figures.map(|(name, value)| (format!("{name} (each project left out)"), value)).into()
    }

    fn methods(&self, comments: &Comments) -> Vec<Method> {
        let at = |threshold: &dyn Fn(usize) -> f64| -> Vec<bool> {
            let rows = comments.rows.iter().zip(&self.scores);
            rows.map(|(row, score)| score.unwrap_or(SILENT) >= threshold(row.project)).collect()
        };
        let learned = at(&|_| self.threshold);
        let both = learned.iter().zip(&self.full).map(|(learned, full)| *learned || full.is_some()).collect();
        let words = |said: &[Said], of: fn(&Named) -> Category| {
            let category = |(row, said): (usize, &Said)| said.as_ref().map_or(self.subjects[row], of);
            said.iter().enumerate().map(category).collect::<Vec<_>>()
        };
        let settled = |named: &Named| named.settled;
        let admits = |said: &[Said]| said.iter().map(Option::is_some).collect::<Vec<_>>();
        let method = |name, admits, categories| Method { name, admits, categories };
        vec![
            method("words, strict", admits(&self.strict), words(&self.strict, settled)),
            method("words, and their category", admits(&self.full), words(&self.full, |named| named.alone)),
            method("words, else design", admits(&self.full), words(&self.full, |named| named.design)),
            method("words", admits(&self.full), words(&self.full, settled)),
            method("learned", learned, self.subjects.clone()),
            method(
                "learned, threshold from the other projects",
                at(&|project| self.thresholds[project]),
                self.subjects.clone(),
            ),
            method("both", both, words(&self.full, settled)),
        ]
    }
}

/// Figures by project.
fn listed(each: &[f64]) -> String {
    let each: Vec<String> = each.iter().map(|figure| format!("{figure:.3}")).collect();
    each.join(" ")
}

/// The share of true hits whose category equals the label's, and the mean of that over projects. Documentation debt has
/// no category here and counts as wrong.
struct Right {
    pooled: f64,
    mean: f64,
    each: Vec<f64>,
}

fn categories_right(comments: &Comments, admits: &[bool], category: impl Fn(usize) -> Category) -> Right {
    let mut counts = vec![[0usize; 2]; comments.projects.len()];
    for (row, labelled) in
        comments.rows.iter().enumerate().filter(|(row, labelled)| labelled.admits && admits[*row])
    {
        counts[labelled.project][0] += usize::from(labelled.subject == Some(category(row)));
        counts[labelled.project][1] += 1;
    }
    let share = |[right, all]: [usize; 2]| right as f64 / all.max(1) as f64;
    let all = counts.iter().fold([0; 2], |sum, count| [sum[0] + count[0], sum[1] + count[1]]);
    let each: Vec<f64> = counts.iter().map(|count| share(*count)).collect();
    Right { pooled: share(all), mean: each.iter().sum::<f64>() / each.len() as f64, each }
}

fn kind(row: &Labelled) -> CommentKind {
    match row.text.as_bytes() {
        [b'/', b'*', b'*', ..] => CommentKind::Doc,
        [b'/', b'*', ..] => CommentKind::Block,
        _ => CommentKind::Line,
    }
}

/// The category of the first item that the words find in a comment.
fn says(row: &Labelled, mode: Mode, model: &Model, silent: &Model) -> Said {
    let java = Language::from_name("java")?;
    let first = |model: Option<&dyn Fn() -> _>| {
        detect_by(&row.text, kind(row), java, mode, model).first().map(|item| item.category)
    };
    Some(Named { alone: first(None)?, design: first(Some(&|| silent))?, settled: first(Some(&|| model))? })
}

/// The category of the item that the learned detector finds in a comment.
fn learned_category(row: &Labelled, model: &Model) -> Category {
    learned::category(&row.text, model).unwrap_or(Category::Design)
}

/// The threshold, in steps of a sixteenth, with the best mean F1 over the chosen projects; the lowest among equals.
pub fn best_threshold(comments: &Comments, scores: &[Option<f64>], chosen: impl Fn(usize) -> bool) -> f64 {
    let steps = (-80..=32).map(|step| f64::from(step) / 16.0);
    let quality = |threshold: f64| {
        let said: Vec<bool> = scores.iter().map(|score| score.unwrap_or(SILENT) >= threshold).collect();
        let each = Figures::of(comments, &said).each;
        each.iter().enumerate().filter(|(project, _)| chosen(*project)).map(|(_, f1)| f1).sum::<f64>()
    };
    let mut best = (f64::NEG_INFINITY, 0.0);
    for threshold in steps {
        let found = quality(threshold);
        if found > best.0 {
            best = (found, threshold);
        }
    }
    best.1
}

/// The quality figures of a method.
struct Figures {
    precision: f64,
    recall: f64,
    pooled: f64,
    mean: f64,
    each: Vec<f64>,
}

impl Figures {
    fn of(comments: &Comments, said: &[bool]) -> Figures {
        let mut counts = vec![[0usize; 3]; comments.projects.len()];
        for (row, said) in comments.rows.iter().zip(said) {
            let of_project = &mut counts[row.project];
            of_project[0] += usize::from(row.admits && *said);
            of_project[1] += usize::from(*said);
            of_project[2] += usize::from(row.admits);
        }
        let f1 = |[hits, said, admitted]: [usize; 3]| 2.0 * hits as f64 / (said + admitted).max(1) as f64;
        let all = counts.iter().fold([0; 3], |sum, count| std::array::from_fn(|i| sum[i] + count[i]));
        let each: Vec<f64> = counts.iter().map(|count| f1(*count)).collect();
        Figures {
            precision: all[0] as f64 / all[1].max(1) as f64,
            recall: all[0] as f64 / all[2].max(1) as f64,
            pooled: f1(all),
            mean: each.iter().sum::<f64>() / each.len() as f64,
            each,
        }
    }
}
