//! How well comments of a project are told by models that have not seen it.

use super::comments::{Comments, Labelled};
use super::training::train;
use anyhow::Result;
use facts::language::Language;
use facts::model::CommentKind;
use pmat::satd::learned::Model;
use pmat::satd::{Category, Mode, detect};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What the models said, and what the words say.
pub struct Evaluation {
    /// Of each comment, by the model that had not seen its project.
    pub scores: Vec<f64>,
    subjects: Vec<Category>,
    /// The threshold that suits all projects best.
    threshold: f64,
    /// By project: the threshold that suits the others best.
    thresholds: Vec<f64>,
    full: Vec<bool>,
    strict: Vec<bool>,
}

/// The score of comments without words: below every threshold.
const SILENT: f64 = -20.0;

impl Evaluation {
    /// Trains without each project in turn.
    pub fn of(comments: &Comments) -> Result<Evaluation> {
        let mut scores = vec![SILENT; comments.rows.len()];
        let mut subjects = vec![Category::Design; comments.rows.len()];
        for (project, name) in comments.projects.iter().enumerate() {
            let seen: Vec<usize> =
                (0..comments.rows.len()).filter(|row| comments.rows[*row].project != project).collect();
            let model: Model = train(comments, &seen, None)?;
            for (row, labelled) in comments.rows.iter().enumerate().filter(|(_, row)| row.project == project)
            {
                let Some(terms) = &labelled.terms else { continue };
                scores[row] = f64::from(model.score(terms));
                subjects[row] = model.judge(terms).category;
            }
            eprintln!("{name}: judged by a model of the others");
        }
        let thresholds = (0..comments.projects.len())
            .map(|project| best_threshold(comments, &scores, |other| other != project))
            .collect();
        let threshold = best_threshold(comments, &scores, |_| true);
        let words = |mode| comments.rows.iter().map(|row| says(row, mode)).collect();
        Ok(Evaluation {
            scores,
            subjects,
            threshold,
            thresholds,
            full: words(Mode::Full),
            strict: words(Mode::Strict),
        })
    }

    /// A table of all methods, in Markdown, and the categories.
    pub fn table(&self, comments: &Comments) -> String {
        let mut table = String::from(
            "| method | precision | recall | F1, pooled | F1, mean over projects | by project |\n|---|---|---|---|---|---|\n",
        );
        for (name, said) in self.methods(comments) {
            let Figures { precision, recall, pooled, mean, each } = Figures::of(comments, &said);
            let each: Vec<String> = each.iter().map(|f1| format!("{f1:.3}")).collect();
            let each = each.join(" ");
            let _ = writeln!(
                table,
                "| {name} | {precision:.3} | {recall:.3} | {pooled:.3} | {mean:.3} | {each} |"
            );
        }
        let (right, hits) = self.subjects_right(comments);
        let share = right as f64 / hits.max(1) as f64;
        let _ = writeln!(table, "category right for {right} of {hits} true hits: {share:.3}");
        let _ = writeln!(
            table,
            "threshold {:.4}, chosen without each project {:.4?}",
            self.threshold, self.thresholds
        );
        table
    }

    /// The learned detector's figures, for the model's card.
    pub fn metrics(&self, comments: &Comments) -> BTreeMap<String, f64> {
        let rows = comments.rows.iter().zip(&self.scores);
        let said: Vec<bool> = rows.map(|(_, score)| *score >= self.threshold).collect();
        let Figures { precision, recall, pooled, mean, .. } = Figures::of(comments, &said);
        let (right, hits) = self.subjects_right(comments);
        let figures = [
            ("precision", precision),
            ("recall", recall),
            ("F1, pooled", pooled),
            ("F1, mean over projects", mean),
            ("category right, share of true hits", right as f64 / hits.max(1) as f64),
        ];
        figures.map(|(name, value)| (format!("{name} (each project left out)"), value)).into()
    }

    fn methods(&self, comments: &Comments) -> Vec<(&'static str, Vec<bool>)> {
        let at = |threshold: &dyn Fn(usize) -> f64| -> Vec<bool> {
            let rows = comments.rows.iter().zip(&self.scores);
            rows.map(|(row, score)| *score >= threshold(row.project)).collect()
        };
        let learned = at(&|_| self.threshold);
        let both = learned.iter().zip(&self.full).map(|(a, b)| *a || *b).collect();
        vec![
            ("words, strict", self.strict.clone()),
            ("words", self.full.clone()),
            ("learned", learned),
            ("learned, threshold from the other projects", at(&|project| self.thresholds[project])),
            ("both", both),
        ]
    }

    /// For how many hits the category is right, and of how many.
    fn subjects_right(&self, comments: &Comments) -> (usize, usize) {
        let rows = comments.rows.iter().zip(&self.scores).zip(&self.subjects);
        let hits: Vec<_> = rows.filter(|((row, score), _)| row.admits && **score >= self.threshold).collect();
        (hits.iter().filter(|((row, _), subject)| row.subject == Some(**subject)).count(), hits.len())
    }
}

fn says(row: &Labelled, mode: Mode) -> bool {
    let kind = match row.text.as_bytes() {
        [b'/', b'*', b'*', ..] => CommentKind::Doc,
        [b'/', b'*', ..] => CommentKind::Block,
        _ => CommentKind::Line,
    };
    Language::from_name("java").is_some_and(|java| !detect(&row.text, kind, java, mode).is_empty())
}

/// The threshold, in steps of a sixteenth, that gives the best mean F1 over the chosen projects; the lowest of equals.
pub fn best_threshold(comments: &Comments, scores: &[f64], chosen: impl Fn(usize) -> bool) -> f64 {
    let steps = (-80..=32).map(|step| f64::from(step) / 16.0);
    let quality = |threshold: f64| {
        let said: Vec<bool> = scores.iter().map(|score| *score >= threshold).collect();
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

/// How right a method is.
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
