//! Trees, forests and boosting: mean score over five folds and, if chance plays a part, five seeds, within .01 of
//! scikit-learn's. The recorded figures of scikit-learn use as many seeds; the largest set, which varies least, has
//! one.

use super::folds::{classified, diabetes};
use aprender::boosting::{BoostingClassifier, BoostingRegressor};
use aprender::ensemble::{ForestClassifier, ForestRegressor};
use aprender::tree::{DecisionTreeClassifier, DecisionTreeRegressor, Growth};

fn seeds(name: &str) -> u64 {
    if name == "digits" { 1 } else { 5 }
}

#[test]
fn decision_trees() {
    classified("tree", |_| {
        (0..5).map(|seed| DecisionTreeClassifier { seed, ..Default::default() }).collect()
    });
    let growth = Growth { max_depth: Some(3), ..Default::default() };
    diabetes("tree", &[DecisionTreeRegressor { growth, ..Default::default() }]);
}

#[test]
fn random_forests() {
    classified("forest", |name| {
        (0..seeds(name)).map(|seed| ForestClassifier { seed, ..Default::default() }).collect()
    });
    let forests = (0..5).map(|seed| ForestRegressor { seed, ..Default::default() }).collect::<Vec<_>>();
    diabetes("forest", &forests);
}

#[test]
fn extra_trees() {
    classified("extra", |name| {
        (0..seeds(name)).map(|seed| ForestClassifier { seed, ..ForestClassifier::extra_trees() }).collect()
    });
    let forests =
        (0..5).map(|seed| ForestRegressor { seed, ..ForestRegressor::extra_trees() }).collect::<Vec<_>>();
    diabetes("extra", &forests);
}

#[test]
fn gradient_boosting() {
    classified("boosting", |_| vec![BoostingClassifier::default()]);
    diabetes("boosting", &[BoostingRegressor::default()]);
}
