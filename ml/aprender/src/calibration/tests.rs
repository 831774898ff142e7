use super::*;
use crate::ModelError;
use proptest::prelude::*;

const SCORES: [f64; 8] = [0.1, 0.35, 0.2, 0.8, 0.6, 0.7, 0.9, 0.35];
const TARGETS: [f64; 8] = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0];

/// `IsotonicRegression(out_of_bounds="clip").fit(SCORES, TARGETS).predict(AT)` of scikit-learn 1.9.1.
#[test]
fn isotonic_is_scikit_learn_s() {
    let model = Isotonic.fit(&SCORES, &TARGETS, None).expect("usable");
    let at = [-1.0, 0.15, 0.2, 0.25, 0.35, 0.5, 0.65, 0.75, 0.85, 2.0];
    let expected: [f64; 10] = [
        0.0,
        0.0,
        0.0,
        0.11111111111111112,
        0.3333333333333333,
        0.3333333333333333,
        0.5000000000000002,
        0.6666666666666666,
        0.6666666666666666,
        0.6666666666666666,
    ];
    for (at, expected) in at.iter().zip(expected) {
        assert!((model.value(*at) - expected).abs() < 1e-12, "{at}: {} {expected}", model.value(*at));
    }
    assert!(model.value(f64::NAN).is_nan());
}

#[test]
fn platt_draws_targets_in() {
    let truth = TARGETS.map(|t| t == 1.0);
    let model = Platt.fit(&SCORES, &truth).expect("two classes");
    assert!(model.slope > 0.0);
    // At the minimum the probabilities sum to the targets, which are 4/5 and 1/7.
    let sum = SCORES.iter().map(|score| model.probability(*score)).sum::<f64>();
    assert!((sum - (3.0 * 0.8 + 5.0 / 7.0)).abs() < 1e-6, "{sum}");
    let moment = SCORES.iter().map(|score| score * model.probability(*score)).sum::<f64>();
    let expected =
        SCORES.iter().zip(truth).map(|(score, t)| score * if t { 0.8 } else { 1.0 / 7.0 }).sum::<f64>();
    assert!((moment - expected).abs() < 1e-6);
    assert!(matches!(Platt.fit(&SCORES, &[true; 8]), Err(ModelError::OneClass(1))));
    assert!(matches!(Platt.fit(&SCORES, &truth[..3]), Err(ModelError::Length { .. })));
    assert!(matches!(Platt.fit(&[f64::NAN, 1.0], &[true, false]), Err(ModelError::NotFinite { .. })));
}

proptest! {
    #[test]
    fn isotonic_rises_and_keeps_the_mean(
        rows in prop::collection::vec((0u8..20, -5.0f64..5.0, 0.1f64..3.0), 1..40)
    ) {
        let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let targets: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let model = Isotonic.fit(&scores, &targets, Some(&weights)).expect("usable");
        let curve: Vec<f64> = (0..80).map(|i| model.value(f64::from(i) / 4.0)).collect();
        prop_assert!(curve.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12));
        let sum = |of: &dyn Fn(usize) -> f64| (0..rows.len()).map(|i| weights[i] * of(i)).sum::<f64>();
        let (fitted, given) = (sum(&|i| model.value(scores[i])), sum(&|i| targets[i]));
        prop_assert!((fitted - given).abs() < 1e-9, "{fitted} {given}");
    }
}
