//! Boosting: exact properties, missing values, categories, constraints, files.

use super::*;
use crate::apr::{OpenOptions, Reader, Writer};
use crate::estimator::{Classifier, Model};
use crate::metrics::log_loss;
use trueno::random::Philox;

fn data(rows: usize, seed: u64) -> (Table, Vec<f64>) {
    let mut random = Philox::new(seed);
    let x = Table::new((0..rows * 5).map(|_| random.normal()).collect(), 5).expect("a table");
    let y = x.iter_rows().map(|r| r[0] + r[1] * r[2] + 0.3 * random.normal()).collect();
    (x, y)
}

fn classes(y: &[f64]) -> Vec<u32> {
    y.iter().map(|y| u32::from(*y > -0.5) + u32::from(*y > 0.5)).collect()
}

fn threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().expect("threads").install(work)
}

fn small() -> Boosting {
    Boosting { iterations: 10, ..Boosting::default() }
}

#[test]
fn a_model_is_the_same_with_any_number_of_threads() {
    let (x, y) = data(70_000, 1);
    let settings = Boosting { iterations: 3, ..Boosting::default() };
    let regressor = BoostingRegressor { settings: settings.clone() };
    assert_eq!(
        threads(1, || regressor.fit(&x, &y).expect("usable")),
        threads(3, || regressor.fit(&x, &y).expect("usable"))
    );
    let (x, y) = data(4000, 2);
    let classifier = BoostingClassifier { settings };
    let fit = |n| threads(n, || classifier.fit(&x, &classes(&y)).expect("usable"));
    assert_eq!(fit(1), fit(3));
}

#[test]
fn one_tree_of_two_leaves_is_the_best_split_of_squares() {
    let x = Table::new((0..40).map(f64::from).collect(), 1).expect("a table");
    let y = (0..40).map(|i| if i < 13 { 2.0 } else { 8.0 }).collect::<Vec<_>>();
    let settings = Boosting {
        iterations: 1,
        learning_rate: 1.0,
        max_leaf_nodes: 2,
        min_samples_leaf: 1,
        ..Boosting::default()
    };
    let model = BoostingRegressor { settings: settings.clone() }.fit(&x, &y).expect("usable");
    let found = model.predict(&Table::new(vec![12.4, 12.6, f64::NAN], 1).expect("a table")).expect("fits");
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-4, "{a} {b}");
    close(found[0], 2.0);
    close(found[1], 8.0);
    close(found[2], 8.0);
    assert_eq!(model.trees().splits(), [1.0]);
    // Shrunk by the penalty: Σg / (n + l2) from the mean.
    let mean = y.iter().sum::<f64>() / 40.0;
    let model =
        BoostingRegressor { settings: Boosting { l2: 13.0, ..settings } }.fit(&x, &y).expect("usable");
    close(model.predict(&x).expect("fits")[0], mean + (2.0 - mean) / 2.0);
}

#[test]
fn missing_values_learn_their_side() {
    let mut random = Philox::new(4);
    let values = (0..2000).map(|i| if i % 4 == 0 { f64::NAN } else { random.normal() });
    let x = Table::new(values.collect(), 1).expect("a table");
    let y = x.values().iter().map(|v| if v.is_nan() || *v > 0.5 { 3.0 } else { 0.0 }).collect::<Vec<_>>();
    let model = BoostingRegressor::default().fit(&x, &y).expect("usable");
    let probe = Table::new(vec![f64::NAN, 2.0, -1.0], 1).expect("a table");
    let found = model.predict(&probe).expect("fits");
    assert!(
        (found[0] - 3.0).abs() < 0.01 && (found[1] - 3.0).abs() < 0.01 && found[2].abs() < 0.01,
        "{found:?}"
    );
    let y = x.values().iter().map(|v| if v.is_nan() { 3.0 } else { 0.0 }).collect::<Vec<_>>();
    let found = BoostingRegressor::default().fit(&x, &y).expect("usable").predict(&probe).expect("fits");
    assert!((found[0] - 3.0).abs() < 0.01 && found[1].abs() < 0.01 && found[2].abs() < 0.01, "{found:?}");
    assert!(model.predict(&Table::new(vec![f64::INFINITY], 1).expect("a table")).is_err());
}

#[test]
fn categories_are_split_as_sets() {
    let x = Table::new((0..4000).map(|i| f64::from(i * 7 % 40)).collect(), 1).expect("a table");
    let odd = |v: &f64| *v as u32 % 2;
    let y = x.values().iter().map(odd).collect::<Vec<_>>();
    let settings =
        Boosting { iterations: 1, learning_rate: 1.0, max_leaf_nodes: 2, categorical: vec![0], ..small() };
    let classifier = BoostingClassifier { settings: settings.clone() };
    let model = classifier.fit(&x, &y).expect("usable");
    assert_eq!(model.score(&x, &y).expect("fits"), 1.0, "one split parts odd from even");
    let unknown = Table::new(vec![99.0, -3.0, f64::NAN], 1).expect("a table");
    assert_eq!(model.predict(&unknown).expect("fits").len(), 3);
    let bad = Table::new(vec![0.5; 4], 1).expect("a table");
    assert!(classifier.fit(&bad, &[0, 1, 0, 1]).is_err());
    let elsewhere = Boosting { categorical: vec![3], ..settings };
    assert!(BoostingClassifier { settings: elsewhere }.fit(&x, &y).is_err());
}

#[test]
fn monotone_predictions_never_turn() {
    let (x, y) = data(3000, 6);
    for direction in [1i8, -1] {
        let settings = Boosting { monotone: vec![direction, 0, 0, 0, 0], ..Boosting::default() };
        let model = BoostingRegressor { settings }.fit(&x, &y).expect("usable");
        for row in x.iter_rows().take(50) {
            let line = (0..60).flat_map(|i| {
                let mut row = row.to_vec();
                row[0] = f64::from(i) / 10.0 - 3.0;
                row
            });
            let found = model.predict(&Table::new(line.collect(), 5).expect("a table")).expect("fits");
            assert!(found.windows(2).all(|w| f64::from(direction) * (w[1] - w[0]) >= -1e-12));
        }
    }
    let settings = Boosting { monotone: vec![1], ..Boosting::default() };
    assert!(BoostingRegressor { settings }.fit(&x, &y).is_err());
}

#[test]
fn weights_count_as_repetitions() {
    let (x, y) = data(400, 8);
    let y = classes(&y);
    let weights = (0..400).map(|i| f64::from(i % 3)).collect::<Vec<_>>();
    let rows = (0..400usize).flat_map(|i| vec![i; i % 3]).collect::<Vec<_>>();
    let (again, twice) = (x.select(&rows).expect("rows"), rows.iter().map(|r| y[*r]).collect::<Vec<_>>());
    // Without a minimum number of rows, because that counts rows and not weight.
    let settings = Boosting { min_samples_leaf: 1, min_hessian: 5.0, ..small() };
    let classifier = BoostingClassifier { settings };
    let a = classifier.fit_weighted(&x, &y, &weights).expect("usable");
    let b = classifier.fit(&again, &twice).expect("usable");
    let loss = |m: &BoostingClassifierModel| {
        log_loss(&y, &m.predict_proba(&x).expect("fits"), m.classes()).expect("defined")
    };
    assert!((loss(&a) - loss(&b)).abs() < 0.02 * loss(&a), "{} {}", loss(&a), loss(&b));
}

#[test]
fn early_stopping_keeps_the_best_and_the_observer_sees_every_round() {
    let (x, _) = data(600, 9);
    let mut random = Philox::new(10);
    let noise = (0..600).map(|_| u32::from(random.uniform() < 0.5)).collect::<Vec<_>>();
    let early_stopping = Some(EarlyStopping { patience: 5, ..EarlyStopping::default() });
    let settings = Boosting { early_stopping, ..Boosting::default() };
    let mut seen = Vec::new();
    let model = BoostingClassifier { settings }
        .fit_observed(&x, &noise, None, &mut |p| {
            seen.push(*p);
            ControlFlow::Continue(())
        })
        .expect("usable");
    assert!(seen.len() < 100, "nothing can be learnt from noise");
    let losses = seen.iter().map(|p| p.validation_loss.expect("held out")).collect::<Vec<_>>();
    let best = losses.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map(|b| b.0);
    assert_eq!(Some(model.trees().trees() - 1), best);
    assert!(seen.windows(2).all(|w| w[1].training_loss <= w[0].training_loss + 1e-9));
    let stopped = BoostingRegressor { settings: small() };
    let y = noise.iter().map(|y| f64::from(*y)).collect::<Vec<_>>();
    let model = stopped
        .fit_observed(&x, &y, None, &mut |p| {
            if p.iteration == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .expect("usable");
    assert_eq!(model.trees().trees(), 3);
}

#[test]
fn contributions_sum_to_the_raw_prediction() {
    let (mut x, y) = data(800, 11);
    let mut values = x.into_values();
    values.iter_mut().step_by(7).for_each(|v| *v = f64::NAN);
    x = Table::new(values, 5).expect("a table");
    let model = BoostingClassifier { settings: small() }.fit(&x, &classes(&y)).expect("usable");
    let probe = x.select(&(0..40).collect::<Vec<_>>()).expect("rows");
    let (found, raw) =
        (model.trees().contributions(&probe).expect("fits"), model.trees().raw(&probe).expect("fits"));
    for i in 0..40 {
        for class in 0..3 {
            let sum = found.base[class] + found.row(i, class).iter().sum::<f64>();
            assert!((sum - raw.row(i)[class]).abs() < 1e-10);
        }
    }
    assert_eq!(found.mean_sizes().len(), 5);
}

#[test]
fn files_give_the_same_model_and_another_kind_is_refused() {
    let (x, y) = data(500, 12);
    let settings = Boosting { categorical: vec![], ..small() };
    let classifier = BoostingClassifier { settings: settings.clone() }.fit(&x, &classes(&y)).expect("usable");
    let regressor = BoostingRegressor { settings }.fit(&x, &y).expect("usable");
    let open = |file: &[u8]| Reader::from_bytes(file, &OpenOptions::default()).expect("a file");
    let mut writer = Writer::new();
    classifier.save_into(&mut writer).expect("storable");
    let reader = open(&writer.to_bytes().expect("storable"));
    assert_eq!(BoostingClassifierModel::load_from(&reader).expect("sound"), classifier);
    assert!(BoostingRegressorModel::load_from(&reader).is_err());
    let mut writer = Writer::new();
    regressor.save_into(&mut writer).expect("storable");
    let reader = open(&writer.to_bytes().expect("storable"));
    assert_eq!(BoostingRegressorModel::load_from(&reader).expect("sound"), regressor);
    assert!(BoostingClassifierModel::load_from(&reader).is_err());
}

#[test]
fn odd_tables_do_not_fail() {
    let constant = Table::new(vec![1.0; 60], 2).expect("a table");
    let y = (0..30).map(f64::from).collect::<Vec<_>>();
    let found = BoostingRegressor::default().fit(&constant, &y).expect("usable").predict(&constant);
    assert!(found.expect("fits").iter().all(|p| (p - 14.5).abs() < 1e-9));
    let one = Table::new(vec![1.0], 1).expect("a table");
    let alone = BoostingRegressor::default().fit(&one, &[3.0]).expect("usable");
    assert_eq!(alone.predict(&one).expect("fits"), [3.0]);
    let missing = Table::new(vec![f64::NAN; 60], 2).expect("a table");
    assert!(BoostingRegressor::default().fit(&missing, &y).is_ok());
    let huge = Table::new((0..30).map(|i| f64::from(i - 15) * 1e307).collect(), 1).expect("a table");
    assert!(BoostingRegressor::default().fit(&huge, &y).is_ok());
    let equal = BoostingRegressor::default().fit(&huge, &[7.0; 30]).expect("usable");
    assert_eq!(equal.predict(&huge).expect("fits"), [7.0; 30]);
    let wide = Table::new((0..40_000).map(|i| f64::from(i * 37 % 101)).collect(), 10_000).expect("a table");
    let settings = Boosting { iterations: 2, min_samples_leaf: 1, ..Boosting::default() };
    assert!(BoostingClassifier { settings }.fit(&wide, &[0, 1, 0, 1]).is_ok());
    for settings in [
        Boosting { iterations: 0, ..small() },
        Boosting { max_leaf_nodes: 1, ..small() },
        Boosting { max_bins: 256, ..small() },
        Boosting { learning_rate: f64::NAN, ..small() },
        Boosting { l2: -1.0, ..small() },
    ] {
        assert!(BoostingRegressor { settings }.fit(&huge, &y).is_err());
    }
}
