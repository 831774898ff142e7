//! Mean score over five folds, within .01 of scikit-learn's.

use super::data::{DataSet, load};
use aprender::Estimator;
use aprender::linear::{LinearRegression, LogisticRegression, Ridge};
use aprender::naive_bayes::GaussianNaiveBayes;
use aprender::neighbors::{NearestClassifier, NearestRegressor};
use aprender::preprocessing::{Pipeline, StandardScaler};
use aprender::validation::cross_validate;

pub(super) const CLASSIFIED: [&str; 4] = ["iris", "wine", "breast_cancer", "digits"];

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Mean score of an estimator over the folds, and over several of them.
pub(super) fn score<E: Estimator>(set: &DataSet, targets: &[E::Target], estimators: &[E]) -> f64 {
    let of = |e: &E| mean(&cross_validate(e, &set.table, targets, &set.folds).expect("usable data"));
    mean(&estimators.iter().map(of).collect::<Vec<_>>())
}

pub(super) fn expect_close(name: &str, estimator: &str, set: &DataSet, found: f64, tolerance: f64) {
    let theirs = set.golden["scores"][estimator].as_f64().expect("a score");
    eprintln!("{name:14} {estimator:12} ours {found:.4} scikit-learn {theirs:.4}");
    assert!(
        (found - theirs).abs() <= tolerance,
        "{name} {estimator}: ours {found:.4}, scikit-learn {theirs:.4}"
    );
}

pub(super) fn classified<E: Estimator<Target = u32>>(estimator: &str, make: impl Fn(&str) -> Vec<E>) {
    for name in CLASSIFIED {
        let set = load(name);
        expect_close(name, estimator, &set, score(&set, &set.classes(), &make(name)), 0.01);
    }
}

pub(super) fn diabetes<E: Estimator<Target = f64>>(estimator: &str, estimators: &[E]) {
    let set = load("diabetes");
    expect_close("diabetes", estimator, &set, score(&set, &set.targets, estimators), 0.01);
}

pub(super) fn scaled<E>(estimator: E) -> Pipeline<StandardScaler, E> {
    Pipeline { transformer: StandardScaler, estimator }
}

#[test]
fn logistic_regression() {
    classified("logistic", |_| vec![scaled(LogisticRegression::default())]);
}

#[test]
fn gaussian_naive_bayes() {
    classified("naive_bayes", |_| vec![GaussianNaiveBayes::default()]);
}

#[test]
fn nearest_neighbors() {
    classified("nearest", |_| vec![scaled(NearestClassifier::default())]);
    diabetes("nearest", &[scaled(NearestRegressor::default())]);
}

#[test]
fn linear_and_ridge_regression() {
    diabetes("linear", &[LinearRegression]);
    diabetes("ridge", &[Ridge::default()]);
}
