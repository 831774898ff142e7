//! The model: what each term weighs.

use super::super::Category;
use super::terms::Terms;
use aprender::apr::{AprError, OpenOptions, Reader, Writer};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The categories that the model distinguishes, in the order of their weights.
pub const SUBJECTS: [Category; 4] =
    [Category::Design, Category::Requirement, Category::Defect, Category::Test];

/// The parameters of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// Terms with a weight for whether a comment admits debt, ascending.
    pub terms: Vec<u32>,
    /// The weight of each.
    pub weights: Vec<f32>,
    /// Terms with a weight for what the debt concerns, ascending.
    pub subject_terms: Vec<u32>,
    /// The weight of each for each of [`SUBJECTS`], term by term.
    pub subject_weights: Vec<f32>,
    /// The parameters besides the weights.
    pub constants: Constants,
}

/// The parameters besides the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constants {
    /// What is added to the sum of a comment's weights.
    pub intercept: f32,
    /// What is added for each of [`SUBJECTS`].
    pub subject_intercepts: [f32; 4],
    /// Sums are divided by the comment's number of terms to this power.
    pub length_exponent: f32,
    /// The same for the sums of [`SUBJECTS`].
    pub subject_length_exponent: f32,
    /// A comment whose score is at least this admits debt.
    pub threshold: f32,
    /// Ascending scores with their non-descending probabilities: linear between them, constant beyond.
    pub curve: Vec<[f32; 2]>,
}

/// The probability that a curve gives for a score: see [`Constants::curve`].
pub fn probability(curve: &[[f32; 2]], score: f32) -> f64 {
    let after = curve.partition_point(|[known, _]| *known < score);
    let (before, next) = (after.checked_sub(1).and_then(|at| curve.get(at)), curve.get(after));
    match (before, next) {
        (Some([low, from]), Some([high, to])) => {
            f64::from(*from) + f64::from(to - from) * f64::from((score - low) / (high - low))
        }
        (Some([_, value]), None) | (None, Some([_, value])) => f64::from(*value),
        (None, None) => 0.5,
    }
}

/// A model's judgement of a comment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Whether it admits debt.
    pub admits: bool,
    /// The probability of that, calibrated on comments of projects that the model had not seen.
    pub probability: f64,
    /// What the debt concerns, if it does.
    pub category: Category,
}

/// A model that is ready for use.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    parameters: Parameters,
}

static BUILTIN: LazyLock<Model> =
    LazyLock::new(|| Model::from_bytes(include_bytes!("satd.apr")).expect("a test reads it"));

impl Model {
    /// The model in the program.
    pub fn builtin() -> &'static Model {
        &BUILTIN
    }

    /// A model with these parameters.
    ///
    /// # Errors
    /// The numbers of weights and terms differ, or the terms do not ascend.
    pub fn new(parameters: Parameters) -> Result<Model, AprError> {
        let Parameters { terms, weights, subject_terms, subject_weights, constants } = &parameters;
        let ascending = |terms: &[u32]| terms.windows(2).all(|pair| pair[0] < pair[1]);
        let curve = &constants.curve;
        let rises = curve.windows(2).all(|pair| pair[0][0] < pair[1][0] && pair[0][1] <= pair[1][1]);
        let sound = terms.len() == weights.len()
            && rises
            && curve.iter().all(|[score, chance]| score.is_finite() && (0.0..=1.0).contains(chance))
            && subject_terms.len() * SUBJECTS.len() == subject_weights.len()
            && ascending(terms)
            && ascending(subject_terms)
            && weights.iter().chain(subject_weights).all(|weight| weight.is_finite());
        if sound {
            Ok(Model { parameters })
        } else {
            Err(AprError::Malformed("terms and weights do not match".into()))
        }
    }

    /// A model from the bytes of its file.
    ///
    /// # Errors
    /// They are not a model file, or a section is corrupt.
    pub fn from_bytes(bytes: &[u8]) -> Result<Model, AprError> {
        let reader = Reader::from_bytes(bytes, &OpenOptions::default())?;
        reader.verify()?;
        Model::new(Parameters {
            terms: reader.tensor::<u32>("debt/terms")?.values()?.to_vec(),
            weights: reader.tensor::<f32>("debt/weights")?.values()?.to_vec(),
            subject_terms: reader.tensor::<u32>("subject/terms")?.values()?.to_vec(),
            subject_weights: reader.tensor::<f32>("subject/weights")?.values()?.to_vec(),
            constants: reader.json("constants")?,
        })
    }

    /// Its parameters.
    pub fn into_parameters(self) -> Parameters {
        self.parameters
    }

    /// Adds the model's sections to a file.
    ///
    /// # Errors
    /// The file already has these sections.
    pub fn write<'a>(&'a self, file: &mut Writer<'a>) -> Result<(), AprError> {
        let Parameters { terms, weights, subject_terms, subject_weights, constants } = &self.parameters;
        file.json("constants", constants)?
            .tensor("debt/terms", &[terms.len()], terms)?
            .tensor("debt/weights", &[weights.len()], weights)?
            .tensor("subject/terms", &[subject_terms.len()], subject_terms)?
            .tensor("subject/weights", &[subject_terms.len(), SUBJECTS.len()], subject_weights)?;
        Ok(())
    }

    /// Judges a comment with these terms.
    pub fn judge(&self, terms: &Terms) -> Judgement {
        let score = self.score(terms);
        let constants = &self.parameters.constants;
        let probability = probability(&constants.curve, score);
        Judgement { admits: score >= constants.threshold, probability, category: self.category(terms) }
    }

    /// The sum of the weights of `terms`, scaled by their number, and the intercept.
    pub fn score(&self, terms: &Terms) -> f32 {
        self.weight(terms) + self.parameters.constants.intercept
    }

    /// The same without the intercept: above 0 if the terms are evidence for SATD.
    pub fn weight(&self, terms: &Terms) -> f32 {
        let Parameters { terms: known, weights, .. } = &self.parameters;
        let places = terms.hashes().iter().filter_map(|term| known.binary_search(term).ok());
        places.map(|place| weights[place]).sum::<f32>()
            * scale(terms, self.parameters.constants.length_exponent)
    }

    /// What the debt of a comment with these terms concerns, if it admits any.
    pub fn category(&self, terms: &Terms) -> Category {
        SUBJECTS[self.subject(terms)]
    }

    /// The index in [`SUBJECTS`] of what the debt concerns.
    pub fn subject(&self, terms: &Terms) -> usize {
        let Parameters { subject_terms: known, subject_weights: weights, .. } = &self.parameters;
        let mut sums = [0.0f32; SUBJECTS.len()];
        for place in terms.hashes().iter().filter_map(|term| known.binary_search(term).ok()) {
            let of_term = &weights[place * sums.len()..];
            sums.iter_mut().zip(of_term).for_each(|(sum, weight)| *sum += weight);
        }
        let scale = scale(terms, self.parameters.constants.subject_length_exponent);
        let scores = sums.iter().zip(self.parameters.constants.subject_intercepts);
        let scores: Vec<f32> = scores.map(|(sum, intercept)| sum * scale + intercept).collect();
        // The first among equals.
        (0..scores.len()).rev().max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0)
    }
}

/// The factor for a sum over `terms`.
fn scale(terms: &Terms, exponent: f32) -> f32 {
    (terms.hashes().len().max(1) as f32).powf(-exponent)
}
