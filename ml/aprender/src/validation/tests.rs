//! The guarantees of each kind of folds.

use super::*;
use proptest::prelude::*;

/// Every row is tested once, and is a training row in all other folds.
fn partition(folds: &[Fold], rows: usize) {
    let mut tested = folds.iter().flat_map(|f| f.test.clone()).collect::<Vec<_>>();
    tested.sort_unstable();
    assert_eq!(tested, (0..rows).collect::<Vec<_>>());
    for fold in folds {
        assert_eq!(fold.train.len() + fold.test.len(), rows);
        assert!(fold.train.iter().all(|row| fold.test.binary_search(row).is_err()));
    }
}

proptest! {
    #[test]
    fn every_row_is_tested_once_and_sizes_differ_by_one(rows in 2usize..90, count in 2usize..9, seed in prop::option::of(0u64..9)) {
        match k_fold(rows, count, seed) {
            Ok(folds) => {
                partition(&folds, rows);
                let sizes = folds.iter().map(|f| f.test.len()).collect::<Vec<_>>();
                prop_assert!(sizes.iter().max().expect("folds") - sizes.iter().min().expect("folds") <= 1);
                prop_assert_eq!(k_fold(rows, count, seed).expect("again"), folds);
            }
            Err(_) => prop_assert!(rows < count),
        }
    }

    #[test]
    fn stratified_folds_hold_each_class_evenly(targets in prop::collection::vec(0u32..3, 20..80), seed in 0u64..9) {
        if let Ok(folds) = stratified(&targets, 3, Some(seed)) {
            partition(&folds, targets.len());
            for class in 0..3 {
                let counts = folds.iter().map(|f| f.test.iter().filter(|i| targets[**i] == class).count());
                let (low, high) = (counts.clone().min().expect("folds"), counts.max().expect("folds"));
                prop_assert!(high - low <= 1);
            }
        }
    }

    #[test]
    fn grouped_folds_part_no_group(groups in prop::collection::vec(0u32..9, 20..80)) {
        if let Ok(folds) = grouped(&groups, 3, Some(1)) {
            partition(&folds, groups.len());
            for fold in &folds {
                prop_assert!(fold.test.iter().all(|t| fold.train.iter().all(|r| groups[*r] != groups[*t])));
            }
        }
    }
}

#[test]
fn time_ordered_folds_train_on_the_past_only() {
    let folds = time_ordered(10, 3).expect("enough rows");
    let tests = folds.iter().map(|f| f.test.clone()).collect::<Vec<_>>();
    // The example of scikit-learn's TimeSeriesSplit with 10 rows and 3 splits.
    assert_eq!(tests, [vec![4, 5], vec![6, 7], vec![8, 9]]);
    assert!(folds.iter().all(|f| f.train == (0..f.test[0]).collect::<Vec<_>>()));
}

#[test]
fn too_few_rows_are_an_error() {
    assert!(k_fold(3, 4, None).is_err());
    assert!(k_fold(3, 1, None).is_err());
    assert!(stratified(&[0, 0, 1], 2, None).is_err());
    assert!(grouped(&[1, 1, 1], 2, None).is_err());
    assert!(time_ordered(3, 3).is_err());
}
