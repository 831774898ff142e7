//! Lasso and elastic net beside scikit-learn 1.9.1: `Lasso(alpha=0.5, tol=1e-12)` and
//! `ElasticNet(alpha=0.01, l1_ratio=0.3, tol=1e-12)` on the diabetes data.

use super::data::load;
use aprender::linear::ElasticNet;
use aprender::{Estimator, ModelError};

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
