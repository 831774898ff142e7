//! The figures against their definitions, counted by hand, and against published examples.

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
fn gains_of_orders_are_scikit_learns() {
    // ndcg_score of scikit-learn 1.9.1 for its documentation's gains, with and without ties.
    let gains = [10.0, 0.0, 0.0, 1.0, 5.0];
    let of = |scores: [f64; 5], most| ndcg(&gains, &scores, most).expect("defined");
    close(of([0.1, 0.2, 0.3, 4.0, 70.0], None), 0.6956940443813076);
    close(of([0.1, 0.2, 0.3, 4.0, 70.0], Some(2)), 0.4280562600295606);
    close(of([0.05, 1.1, 1.0, 0.5, 0.0], Some(4)), 0.3520241100634488);
    close(of([1.0, 0.0, 0.0, 0.0, 1.0], Some(4)), 0.9185295707252287);
    close(of([2.0; 5], Some(2)), 0.39673998930180204);
    close(of([2.0; 5], None), 0.6909785334518438);
}

#[test]
fn events_at_the_top_by_hand() {
    let truth = [false, true, true, false, true];
    // One non-event, then two of a tie of three that contains two events.
    let (precision, recall) =
        precision_and_recall_at(&truth, &[9.0, 5.0, 5.0, 5.0, 1.0], 3).expect("defined");
    close(precision, 2.0 * 2.0 / 3.0 / 3.0);
    close(recall, 2.0 * 2.0 / 3.0 / 3.0);
    // A false alarm, then on average 1/3 of one from a tie of two events and one non-event.
    close(initial_false_alarms(&truth, &[9.0, 5.0, 5.0, 5.0, 1.0]).expect("defined"), 1.0 + 1.0 / 3.0);
    close(initial_false_alarms(&truth, &[1.0, 2.0, 3.0, 4.0, 5.0]).expect("defined"), 0.0);
}

#[test]
fn effort_by_hand() {
    // 10 of 100 lines hold 1 of 4 defects, 50 hold 3, 40 none.
    let (defects, effort) = ([1.0, 3.0, 0.0], [10.0, 50.0, 40.0]);
    let curve = effort_curve(&defects, &effort, &[3.0, 2.0, 1.0]).expect("defined");
    assert_eq!(curve, [(0.0, 0.0), (0.1, 0.25), (0.6, 1.0), (1.0, 1.0)]);
    let recall = |scores: [f64; 3], share| recall_at_effort(&defects, &effort, &scores, share).expect("ok");
    close(recall([3.0, 2.0, 1.0], 0.2), 0.25 + 0.75 / 5.0);
    close(recall([1.0, 1.0, 1.0], 0.2), 0.2);
    close(recall([1.0, 2.0, 3.0], 0.4), 0.0);
    close(recall([1.0, 2.0, 3.0], 1.0), 1.0);
    let gain = |scores: [f64; 3]| effort_gain(&defects, &effort, &scores).expect("defined");
    close(gain([3.0, 2.0, 1.0]), 1.0);
    close(gain([1.0, 2.0, 3.0]), 0.0);
    let own = 0.5 * 0.5 * 0.75 + 0.1 * (0.75 + 1.0) / 2.0 + 0.4;
    let best = 0.1 * 0.25 / 2.0 + 0.5 * (0.25 + 1.0) / 2.0 + 0.4;
    let worst = 0.5 * 0.75 / 2.0 + 0.1 * (0.75 + 1.0) / 2.0;
    close(gain([2.0, 3.0, 1.0]), (own - worst) / (best - worst));
}

#[test]
fn orders_without_a_figure_are_errors() {
    let undefined = |error: ModelError| matches!(error, ModelError::Undefined(_));
    assert!(undefined(ndcg(&[0.0, 0.0], &[1.0, 2.0], None).expect_err("no gain")));
    assert!(undefined(ndcg(&[-1.0, 2.0], &[1.0, 2.0], None).expect_err("negative")));
    assert!(ndcg(&[1.0, 2.0], &[1.0, f64::NAN], None).is_err());
    assert!(ndcg(&[1.0, 2.0], &[1.0, 2.0], Some(0)).is_err());
    assert!(undefined(initial_false_alarms(&[false], &[1.0]).expect_err("no event")));
    assert!(precision_and_recall_at(&[true], &[1.0], 2).is_err());
    assert!(undefined(effort_curve(&[0.0], &[1.0], &[1.0]).expect_err("no defect")));
    assert!(undefined(effort_curve(&[1.0], &[0.0], &[1.0]).expect_err("no effort")));
    assert!(undefined(effort_gain(&[1.0, 1.0], &[1.0, 1.0], &[1.0, 2.0]).expect_err("all the same")));
    assert!(recall_at_effort(&[1.0], &[1.0], &[1.0], 1.5).is_err());
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
