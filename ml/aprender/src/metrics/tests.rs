//! The figures against their definitions, counted out, and against published examples.

use super::*;
use crate::error::ModelError;
use crate::table::Table;
use proptest::prelude::*;

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} is not {b}");
}

#[test]
fn figures_of_scikit_learns_documentation() {
    // The examples of roc_auc_score, average_precision_score, log_loss, brier_score_loss, r2_score and f1_score.
    let (truth, scores) = ([false, false, true, true], [0.1, 0.4, 0.35, 0.8]);
    close(roc_auc(&truth, &scores).expect("defined"), 0.75);
    close(average_precision(&truth, &scores).expect("defined"), 0.8333333333333333);
    let proba = Table::new(vec![0.1, 0.9, 0.9, 0.1, 0.8, 0.2, 0.35, 0.65], 2).expect("fits");
    close(log_loss(&[1, 0, 0, 1], &proba, &[0, 1]).expect("defined"), 0.21616187468057912);
    close(brier(&[false, true, true, false], &[0.1, 0.9, 0.8, 0.3]).expect("defined"), 0.0375);
    close(r2(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]).expect("defined"), 0.9486081370449679);
    close(mean_absolute_error(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]).expect("defined"), 0.5);
    close(
        root_mean_squared_error(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]).expect("ok"),
        0.375f64.sqrt(),
    );
    close(macro_f1(&[0, 1, 2, 0, 1, 2], &[0, 2, 1, 0, 0, 1]).expect("defined"), 0.26666666666666666);
    close(f1(&[0, 1, 2, 0, 1, 2], &[0, 2, 1, 0, 0, 1], 0).expect("defined"), 0.8);
    close(accuracy(&[0, 1, 2, 3], &[0, 2, 1, 3]).expect("defined"), 0.5);
}

#[test]
fn calibration_error_by_hand() {
    // Bin 0..0.5: mean p 0.25, share 0.5 of 2; bin 0.5..1: mean p 0.9, share 1 of 1.
    let error = expected_calibration_error(&[true, false, true], &[0.2, 0.3, 0.9], 2).expect("defined");
    close(error, (2.0 * 0.25 + 0.1) / 3.0);
}

#[test]
fn what_is_not_defined_is_an_error() {
    assert!(matches!(roc_auc(&[true, true], &[0.0, 1.0]), Err(ModelError::Undefined(_))));
    assert!(matches!(average_precision(&[false], &[0.0]), Err(ModelError::Undefined(_))));
    assert!(matches!(r2(&[1.0, 1.0], &[1.0, 2.0]), Err(ModelError::Undefined(_))));
    assert!(matches!(accuracy(&[], &[]), Err(ModelError::Undefined(_))));
    assert!(matches!(accuracy(&[1], &[]), Err(ModelError::Length { .. })));
    assert!(matches!(roc_auc(&[true, false], &[f64::NAN, 1.0]), Err(ModelError::NotFinite { .. })));
    let proba = Table::new(vec![0.5, 0.5], 2).expect("fits");
    assert_eq!(log_loss(&[7], &proba, &[0, 1]), Err(ModelError::UnknownClass(7)));
}

proptest! {
    #[test]
    fn roc_auc_is_the_share_of_pairs_in_order(rows in prop::collection::vec((any::<bool>(), 0u8..6), 2..40)) {
        let truth = rows.iter().map(|r| r.0).collect::<Vec<_>>();
        let scores = rows.iter().map(|r| f64::from(r.1)).collect::<Vec<_>>();
        let (mut pairs, mut wins) = (0.0, 0.0);
        for i in 0..rows.len() {
            for j in 0..rows.len() {
                if truth[i] && !truth[j] {
                    pairs += 1.0;
                    wins += if scores[i] > scores[j] { 1.0 } else if scores[i] == scores[j] { 0.5 } else { 0.0 };
                }
            }
        }
        match roc_auc(&truth, &scores) {
            Ok(area) => prop_assert!((area - wins / pairs).abs() < 1e-12),
            Err(_) => prop_assert_eq!(pairs, 0.0),
        }
    }
}
