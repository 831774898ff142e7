//! Forests: the same with any number of threads, honest out-of-bag scores, and no rows in the file.

use super::*;
use crate::Table;
use crate::apr::{OpenOptions, Reader, Writer};
use crate::estimator::{Classifier, Estimator, Model, WeightedEstimator};
use trueno::random::Philox;

fn data(rows: usize, seed: u64) -> (Table, Vec<u32>, Vec<f64>) {
    let mut random = Philox::new(seed);
    let x = Table::new((0..rows * 6).map(|_| random.normal()).collect(), 6).expect("a table");
    let z = x.iter_rows().map(|r| r[0] + r[1] * r[2] + 0.3 * random.normal()).collect::<Vec<_>>();
    (x, z.iter().map(|z| u32::from(*z > 0.0)).collect(), z)
}

fn threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().expect("threads").install(work)
}

#[test]
fn a_forest_is_the_same_with_any_number_of_threads() {
    let (x, y, z) = data(300, 1);
    for settings in [ForestClassifier::random_forest(), ForestClassifier::extra_trees()] {
        let settings = ForestClassifier { trees: 12, seed: 5, ..settings };
        let one = threads(1, || settings.fit(&x, &y).expect("usable"));
        let three = threads(3, || settings.fit(&x, &y).expect("usable"));
        assert_eq!(one, three);
        assert_ne!(one, ForestClassifier { seed: 6, ..settings }.fit(&x, &y).expect("usable"));
        let proba = |n| threads(n, || one.predict_proba(&x).expect("fits"));
        assert_eq!(proba(1), proba(3));
    }
    let settings = ForestRegressor { trees: 12, out_of_bag: true, ..ForestRegressor::random_forest() };
    assert_eq!(
        threads(1, || settings.fit(&x, &z).expect("usable")),
        threads(3, || settings.fit(&x, &z).expect("usable"))
    );
}

#[test]
fn the_score_out_of_the_bag_is_that_of_new_rows() {
    let (x, y, z) = data(2000, 2);
    let (new_x, new_y, new_z) = data(2000, 3);
    let settings = ForestClassifier { out_of_bag: true, ..Default::default() };
    let model = settings.fit(&x, &y).expect("usable");
    let (unseen, new) = (model.out_of_bag().expect("asked for"), model.score(&new_x, &new_y).expect("fits"));
    assert!((unseen - new).abs() < 0.03, "{unseen} {new}");
    let model =
        ForestRegressor { trees: 50, out_of_bag: true, ..Default::default() }.fit(&x, &z).expect("usable");
    let (unseen, new) = (model.out_of_bag().expect("asked for"), model.score(&new_x, &new_z).expect("fits"));
    assert!((unseen - new).abs() < 0.05, "{unseen} {new}");
    assert!(ForestClassifier { out_of_bag: true, ..ForestClassifier::extra_trees() }.fit(&x, &y).is_err());
}

#[test]
fn importance_is_with_the_columns_that_matter_and_contributions_add_up() {
    let (x, _, z) = data(500, 4);
    let model = ForestRegressor { trees: 10, ..Default::default() }.fit(&x, &z).expect("usable");
    let importance = model.importance();
    assert!((importance.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(importance[..3].iter().all(|i| importance[3..].iter().all(|j| i > j)), "{importance:?}");
    let probe = x.select(&[3, 9]).expect("rows");
    let (found, predicted) =
        (model.contributions(&probe).expect("fits"), model.predict(&probe).expect("fits"));
    for (i, predicted) in predicted.iter().enumerate() {
        assert!((found.base[0] + found.row(i, 0).iter().sum::<f64>() - predicted).abs() < 1e-10);
    }
}

#[test]
fn no_row_of_the_training_data_is_in_a_saved_forest() {
    let (x, y, _) = data(400, 7);
    let model = ForestClassifier { trees: 20, ..Default::default() }.fit(&x, &y).expect("usable");
    let mut writer = Writer::new();
    model.save_into(&mut writer).expect("storable");
    let file = writer.to_bytes().expect("storable");
    let (loaded, isolation) = (Reader::from_bytes(&file, &OpenOptions::default()).expect("a file"), ());
    let () = isolation;
    let again = crate::tree::TreesClassifierModel::load_from(&loaded).expect("sound");
    assert_eq!(again, model);
    let holds = |needle: &[u8]| file.windows(needle.len()).any(|w| w == needle);
    assert!(holds(b"trees.covers"), "the search works");
    for row in x.iter_rows() {
        // Not even two adjacent values of a row, in double or single precision.
        let double = row[..2].iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>();
        let single = row[..2].iter().flat_map(|v| (*v as f32).to_le_bytes()).collect::<Vec<_>>();
        assert!(!holds(&double) && !holds(&single));
    }
}

#[test]
fn weights_and_settings_are_checked() {
    let (x, y, z) = data(50, 1);
    assert!(ForestClassifier { trees: 0, ..Default::default() }.fit(&x, &y).is_err());
    assert!(ForestRegressor::default().fit_weighted(&x, &z, &[-1.0; 50]).is_err());
    let weights = (0..50).map(|i| f64::from(u8::from(i >= 25))).collect::<Vec<_>>();
    let model = ForestRegressor { trees: 5, ..Default::default() };
    let a = model.fit_weighted(&x, &z, &weights).expect("usable");
    let mut other = z.clone();
    other[..25].fill(0.0);
    let (mean, shifted) = (a.predict(&x).expect("fits"), model.fit_weighted(&x, &other, &weights));
    let shifted = shifted.expect("usable").predict(&x).expect("fits");
    assert!(mean.iter().zip(&shifted).all(|(a, b)| (a - b).abs() < 1e-9), "rows without weight do not count");
}

#[test]
fn an_outlier_scores_above_all_others() {
    let mut random = Philox::new(3);
    let mut values = (0..1000).map(|_| random.normal()).collect::<Vec<_>>();
    values.extend([8.0, -8.0]);
    let x = Table::new(values, 2).expect("a table");
    let model = IsolationForest::default().fit(&x).expect("usable");
    let scores = model.scores(&x).expect("fits");
    assert!(scores[500] > 0.7 && scores[..500].iter().all(|s| *s < scores[500]));
    let usual = scores[..500].iter().sum::<f64>() / 500.0;
    assert!(usual > 0.4 && usual < 0.5, "{usual}");
    let mut writer = Writer::new();
    model.save_into(&mut writer).expect("storable");
    let file = writer.to_bytes().expect("storable");
    let reader = Reader::from_bytes(&file, &OpenOptions::default()).expect("a file");
    assert_eq!(IsolationForestModel::load_from(&reader).expect("sound"), model);
    assert!(IsolationForest { sample: 1, ..Default::default() }.fit(&x).is_err());
    assert!(IsolationForest::default().fit(&x.select(&[0]).expect("a row")).is_err());
    let constant = Table::new(vec![1.0; 20], 2).expect("a table");
    let scores = IsolationForest::default().fit(&constant).expect("usable").scores(&constant).expect("fits");
    assert!(scores.iter().all(|s| (s - 0.5).abs() < 1e-12), "nothing is unusual among equals");
}
