//! Lasso and elastic net compared with scikit-learn 1.9.1: `Lasso(alpha=0.5, tol=1e-12)` and
//! `ElasticNet(alpha=0.01, l1_ratio=0.3, tol=1e-12)` on the diabetes data.

use super::data::load;
use aprender::linear::{ElasticNet, LogisticModel, LogisticRegression};
use aprender::preprocessing::StandardScaler;
use aprender::{Estimator, ModelError, Transform, Transformer};

const LASSO: [f64; 10] = [
    0.0,
    0.0,
    471.0135816438054,
    136.51689768206631,
    0.0,
    0.0,
    -58.34009251333052,
    0.0,
    408.0218653849778,
    0.0,
];
const NET: [f64; 10] = [
    32.22759027452072,
    -21.921319815258254,
    173.84044270401628,
    121.21386525481833,
    25.111366886521534,
    8.0377735029549,
    -99.22007753695613,
    90.27186363494697,
    154.73772987304147,
    85.63896431254165,
];

#[test]
fn weights_are_scikit_learn_s() {
    let set = load("diabetes");
    let exact = |net: ElasticNet| ElasticNet { tolerance: 1e-12, max_iterations: 100_000, ..net };
    let lasso = exact(ElasticNet::lasso(0.5));
    let net = exact(ElasticNet { penalty: 0.01, ratio: 0.3, ..ElasticNet::default() });
    for (settings, expected) in [(lasso, LASSO), (net, NET)] {
        let model = settings.fit(&set.table, &set.targets).expect("it converges");
        for (weight, expected) in model.coefficients.iter().zip(expected) {
            assert!((weight - expected).abs() < 1e-4, "{weight} {expected}");
            assert_eq!(*weight == 0.0, expected == 0.0, "{weight} {expected}");
        }
        assert!((model.intercept - 152.133484162896).abs() < 1e-6);
    }
}

/// `LogisticRegression(C=1/3, l1_ratio=1, solver="saga", tol=1e-14)` on the scaled iris data, output by output.
const SPARSE_IRIS: [f64; 12] = [
    0.0,
    0.5969604768512322,
    -3.510709561449982,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    1.549480868176541,
    3.52163006996828,
];
/// The same with `l1_ratio=0.5`.
const BOTH_IRIS: [f64; 12] = [
    -0.590189074721984,
    0.9302232528849963,
    -1.4645347636771975,
    -1.2474769707894764,
    0.0,
    0.0,
    0.0,
    -0.04419537965286554,
    0.01565824296241517,
    -0.012066126345386403,
    1.6952009574748188,
    2.2916723504420884,
];
/// `C=1/20, l1_ratio=1` on the scaled breast cancer data: indices and values of the nonzero weights.
const SPARSE_CANCER: [(usize, f64); 5] = [
    (7, -0.44811186768157524),
    (20, -1.572723632194481),
    (21, -0.4750827655865983),
    (27, -1.124061318815518),
    (28, -0.04113175105829136),
];

fn logistic(data: &str, absolute_penalty: f64, penalty: f64) -> LogisticModel {
    let set = load(data);
    let table = StandardScaler.fit(&set.table).expect("finite").transform(&set.table).expect("finite");
    let settings = LogisticRegression { penalty, absolute_penalty, max_iterations: 10_000, tolerance: 1e-9 };
    let model = settings.fit(&table, &set.classes()).expect("usable");
    assert!(model.converged, "{data} {}", model.iterations);
    model
}

#[test]
fn absolute_penalties_of_classes_are_scikit_learn_s() {
    for (model, expected) in
        [(logistic("iris", 3.0, 0.0), SPARSE_IRIS), (logistic("iris", 1.5, 1.5), BOTH_IRIS)]
    {
        let weights = (0..3).flat_map(|output| model.coefficients(output)).zip(expected);
        for (weight, expected) in weights {
            assert!((weight - expected).abs() < 1e-5, "{weight} {expected}");
            assert_eq!(*weight == 0.0, expected == 0.0, "{weight} {expected}");
        }
    }
    let model = logistic("breast_cancer", 20.0, 0.0);
    let weights = model.coefficients(0).iter().enumerate().filter(|(_, weight)| **weight != 0.0);
    let weights = weights.map(|(place, weight)| (place, *weight)).collect::<Vec<_>>();
    assert_eq!(weights.len(), SPARSE_CANCER.len(), "{weights:?}");
    for ((place, weight), (expected_place, expected)) in weights.into_iter().zip(SPARSE_CANCER) {
        assert!(place == expected_place && (weight - expected).abs() < 1e-5, "{place} {weight} {expected}");
    }
    assert!((model.intercepts()[0] - 0.7321563881867378).abs() < 1e-5);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let set = load("diabetes");
    for (penalty, ratio) in [(0.0, 0.5), (f64::NAN, 0.5), (1.0, 1.5), (1.0, f64::NAN)] {
        let settings = ElasticNet { penalty, ratio, ..ElasticNet::default() };
        assert!(matches!(settings.fit(&set.table, &set.targets), Err(ModelError::Setting { .. })));
    }
    let hasty = ElasticNet { max_iterations: 1, penalty: 1e-3, ..ElasticNet::default() };
    assert!(matches!(hasty.fit(&set.table, &set.targets), Err(ModelError::Undefined(_))));
}
