//! Fits the model.
//!
//! Whether a comment admits debt: logistic regression over terms. Each term is multiplied by the log of how much more
//! often it occurs in debt comments (Wang, Manning 2012). The fit is repeated with each project left out and then
//! averaged, so that terms of a single project weigh less. The subject of the debt: one fit of this kind per subject,
//! over the comments that admit debt with a subject.

use super::comments::{Comments, Labelled};
use anyhow::Result;
use aprender::SparseTable;
use aprender::linear::LogisticRegression;
use aprender::text::{CountVectorizer, log_count_ratios};
use pmat::satd::learned::{Constants, Model, Parameters, SUBJECTS, Terms};
use std::collections::{BTreeMap, BTreeSet};

/// Settings of one kind of fit.
#[derive(Clone, Copy)]
struct Fit {
    smoothing: f64,
    penalty: f64,
    /// The score is divided by a power of the length: long comments are not more certain.
    length_exponent: f32,
    /// Terms with smaller weights are left out of the file.
    least_weight: f64,
}

const DEBT: Fit = Fit { smoothing: 0.3, penalty: 0.1, length_exponent: 0.3, least_weight: 0.1 };
const SUBJECT: Fit = Fit { smoothing: 1.0, penalty: 1.0, length_exponent: 0.25, least_weight: 0.1 };

/// A comment with n copies in its project has the weight n to this power.
const COPIES_EXPONENT: f64 = -0.5;

/// A term in fewer comments has no weight.
const LEAST_COMMENTS: usize = 2;

/// The settings, for the file's provenance.
pub fn parameters() -> BTreeMap<String, serde_json::Value> {
    let numbers = [
        ("debt smoothing", DEBT.smoothing),
        ("debt penalty", DEBT.penalty),
        ("debt least weight", DEBT.least_weight),
        ("subject smoothing", SUBJECT.smoothing),
        ("subject penalty", SUBJECT.penalty),
        ("subject least weight", SUBJECT.least_weight),
        ("debt length exponent", f64::from(DEBT.length_exponent)),
        ("subject length exponent", f64::from(SUBJECT.length_exponent)),
        ("copies exponent", COPIES_EXPONENT),
        ("least comments", LEAST_COMMENTS as f64),
    ];
    numbers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// A model fitted to `rows`. Threshold and probabilities are derived from `unseen`, the scores that models gave to
/// comments of projects they had not seen; without `unseen` they are not set.
pub fn train(comments: &Comments, rows: &[usize], unseen: Option<&[Option<f64>]>) -> Result<Model> {
    let rows: Vec<usize> = rows.iter().copied().filter(|row| comments.rows[*row].terms.is_some()).collect();
    let debt = without_each_project(comments, &rows, DEBT, |row| row.admits)?;
    let of_debt: Vec<usize> = rows.iter().copied().filter(|row| comments.rows[*row].admits).collect();
    let mut subjects = Vec::with_capacity(SUBJECTS.len());
    for subject in SUBJECTS {
        subjects.push(of_all(comments, &of_debt, SUBJECT, |row| row.subject == Some(subject))?);
    }
    let names: BTreeSet<u32> = subjects.iter().flat_map(|linear| linear.weights.keys().copied()).collect();
    let weight = |linear: &Linear, term: &u32| linear.weights.get(term).copied().unwrap_or(0.0) as f32;
    let subject_weights =
        names.iter().flat_map(|term| subjects.iter().map(move |linear| weight(linear, term)));
    let mut constants = Constants {
        intercept: debt.intercept as f32,
        subject_intercepts: std::array::from_fn(|place| subjects[place].intercept as f32),
        length_exponent: DEBT.length_exponent,
        subject_length_exponent: SUBJECT.length_exponent,
        threshold: 0.0,
        curve: Vec::new(),
    };
    if let Some(scores) = unseen {
        constants.curve = super::calibration::curve(comments, scores, |_| true)?;
        constants.threshold = super::evaluation::best_threshold(comments, scores, |_| true) as f32;
    }
    Ok(Model::new(Parameters {
        terms: debt.weights.keys().copied().collect(),
        weights: debt.weights.values().map(|weight| *weight as f32).collect(),
        subject_weights: subject_weights.collect(),
        subject_terms: names.into_iter().collect(),
        constants,
    })?)
}

/// An empty model: it assigns every item to design.
pub fn silent() -> Result<Model> {
    Ok(Model::new(Parameters {
        terms: Vec::new(),
        weights: Vec::new(),
        subject_terms: Vec::new(),
        subject_weights: Vec::new(),
        constants: Constants {
            intercept: 0.0,
            subject_intercepts: [0.0; SUBJECTS.len()],
            length_exponent: 0.0,
            subject_length_exponent: 0.0,
            threshold: 0.0,
            curve: Vec::new(),
        },
    })?)
}

/// A linear function of terms.
#[derive(Default)]
struct Linear {
    weights: BTreeMap<u32, f64>,
    intercept: f64,
}

/// The mean of the models that are fitted with each project among `rows` left out.
fn without_each_project(
    comments: &Comments,
    rows: &[usize],
    settings: Fit,
    member: impl Fn(&Labelled) -> bool,
) -> Result<Linear> {
    let projects: BTreeSet<usize> = rows.iter().map(|row| comments.rows[*row].project).collect();
    let share = 1.0 / projects.len() as f64;
    let mut mean = Linear::default();
    for left_out in projects {
        let kept: Vec<&Labelled> =
            rows.iter().map(|row| &comments.rows[*row]).filter(|row| row.project != left_out).collect();
        let one = fit(&kept, settings, &member)?;
        mean.intercept += share * one.intercept;
        one.weights
            .into_iter()
            .for_each(|(term, weight)| *mean.weights.entry(term).or_insert(0.0) += share * weight);
    }
    mean.weights.retain(|_, weight| weight.abs() >= settings.least_weight);
    Ok(mean)
}

/// The model fitted to those of `rows` whose subject the model knows.
fn of_all(
    comments: &Comments,
    rows: &[usize],
    settings: Fit,
    member: impl Fn(&Labelled) -> bool,
) -> Result<Linear> {
    let known: Vec<&Labelled> =
        rows.iter().map(|row| &comments.rows[*row]).filter(|row| row.subject.is_some()).collect();
    let mut linear = fit(&known, settings, &member)?;
    linear.weights.retain(|_, weight| weight.abs() >= settings.least_weight);
    Ok(linear)
}

fn fit(rows: &[&Labelled], settings: Fit, member: impl Fn(&Labelled) -> bool) -> Result<Linear> {
    let terms: Vec<&Terms> = rows.iter().filter_map(|row| row.terms.as_ref()).collect();
    let lengths: Vec<f64> = terms
        .iter()
        .map(|terms| (terms.hashes().len().max(1) as f64).powf(-f64::from(settings.length_exponent)))
        .collect();
    let members: Vec<bool> = rows.iter().map(|row| member(row)).collect();
    let counts: Vec<f64> = rows.iter().map(|row| (row.copies as f64).powf(COPIES_EXPONENT)).collect();
    let vectorizer = CountVectorizer { least_documents: LEAST_COMMENTS, ..CountVectorizer::default() };
    let vocabulary = vectorizer.fit::<u32, _>(&terms)?;
    let table: SparseTable = vocabulary.transform(&terms)?;
    let ratios: Vec<f64> =
        log_count_ratios(&table, &members, &counts, settings.smoothing)?.into_iter().map(f64::abs).collect();
    let table = table.map(|row, column, value| value * lengths[row] * ratios[column])?;
    let classes: Vec<u32> = members.iter().map(|member| u32::from(*member)).collect();
    let regression = LogisticRegression {
        penalty: settings.penalty,
        max_iterations: 300,
        ..LogisticRegression::default()
    };
    let model = regression.fit_sparse(&table, &classes, Some(&counts))?;
    let weights = model.coefficients(0).iter().zip(&ratios).map(|(weight, ratio)| weight * ratio);
    Ok(Linear {
        weights: vocabulary.terms().iter().copied().zip(weights).collect(),
        intercept: model.intercepts()[0],
    })
}
