//! Models of LightGBM and XGBoost: the same answers and contributions as theirs, and damaged files do not break the
//! import.
//!
//! `make_models.py` wrote the models, the rows and the answers.

mod hostile;

use aprender::boosting::{Imported, from_lightgbm, from_xgboost};
use aprender::{Classifier, Model, Table};
use proptest::prelude::*;
use serde_json::Value;

const COLUMNS: usize = 5;

fn numbers(value: &Value) -> Vec<f64> {
    let one = |v: &Value| v.as_f64().unwrap_or(f64::NAN);
    value.as_array().expect("a list").iter().map(one).collect()
}

fn file() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/foreign_models.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("a checked-in file")).expect("JSON")
}

fn import(name: &str, model: &str) -> Result<Imported, aprender::boosting::ImportError> {
    if name.starts_with("lightgbm") { from_lightgbm(model) } else { from_xgboost(model) }
}

fn close(what: &str, ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (a, b) in ours.iter().zip(theirs) {
        // XGBoost adds in single precision.
        let tolerance = if what.starts_with("xgboost") { 2e-6 } else { 1e-12 };
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{what}: ours {a}, theirs {b}");
    }
}

#[test]
fn imported_models_answer_as_the_originals() {
    let file = file();
    let table = Table::new(numbers(&file["rows"]), COLUMNS).expect("a table");
    for case in file["cases"].as_array().expect("cases") {
        let name = case["name"].as_str().expect("a name");
        let model = import(name, case["model"].as_str().expect("text")).expect(name);
        let trees = model.trees();
        // LightGBM keeps the sums of a forest of 4 trees, and divides them only for its answers.
        let share = if name == "lightgbm forest" { 0.25 } else { 1.0 };
        let scaled = |key: &str| numbers(&case[key]).iter().map(|x| x * share).collect::<Vec<_>>();
        close(name, trees.raw(&table).expect("fits").values(), &scaled("raw"));
        let answers = match &model {
            Imported::Regressor(model) => model.predict(&table).expect("fits"),
            Imported::Classifier(model) => {
                let proba = model.predict_proba(&table).expect("fits");
                if proba.columns() == 2 { proba.column(1).collect() } else { proba.into_values() }
            }
        };
        close(name, &answers, &numbers(&case["answers"]));
        assert!(trees.gains().iter().sum::<f64>() > 0.0);
        let found = trees.contributions(&table).expect("fits");
        let mut parts = Vec::new();
        for row in 0..table.rows() {
            for (output, base) in found.base.iter().enumerate() {
                parts.extend_from_slice(found.row(row, output));
                parts.push(*base);
            }
        }
        close(name, &parts, &scaled("contributions"));
    }
}

#[test]
fn what_cannot_be_expressed_is_said() {
    let file = file();
    let model = |index: usize| file["cases"][index]["model"].as_str().expect("text").to_owned();
    let refused = |name: &str, text: &str| import(name, text).expect_err("refused").to_string();
    let text = model(0).replace("is_linear=0", "is_linear=1");
    assert!(refused("lightgbm", &text).contains("linear leaves"));
    let text = model(0).replace("objective=regression", "objective=cross_entropy");
    assert!(refused("lightgbm", &text).contains("cross_entropy"));
    assert!(refused("lightgbm", &model(6)).contains("end of the trees"));
    assert!(refused("xgboost", &model(0)).contains("expected"));
    let text = model(6).replace("\"gbtree\"", "\"gblinear\"");
    assert!(refused("xgboost", &text).contains("gblinear"));
    let text = model(6).replace("\"num_feature\":\"5\"", "\"num_feature\":\"99999999999\"");
    assert!(refused("xgboost", &text).contains("out of range"));
    let text = model(1).replace("max_feature_idx=4", "max_feature_idx=2");
    assert!(refused("lightgbm", &text).contains("column"));
    let loops = model(0).replacen("left_child=", "left_child=0 ", 1);
    assert!(refused("lightgbm", &loops).contains("left_child"));
}

/// Predictions of any imported model; they may be anything but a panic.
fn use_it(model: &Imported) {
    let columns = match model {
        Imported::Regressor(model) => model.columns(),
        Imported::Classifier(model) => model.columns(),
    };
    if columns < 1000 {
        let values = (0..columns * 2).map(|i| if i % 3 == 0 { f64::NAN } else { i as f64 - 2.0 });
        let table = Table::new(values.collect(), columns).expect("a table");
        model.trees().raw(&table).expect("fits");
        model.trees().contributions(&table).expect("fits");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn damage_is_an_error_or_another_model_and_never_a_panic(
        case in 0usize..12, places in prop::collection::vec((any::<prop::sample::Index>(), 0usize..16), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>())
    ) {
        let file = file();
        let case = &file["cases"][case];
        let mut text = case["model"].as_str().expect("text").as_bytes().to_vec();
        for (place, what) in places {
            let place = place.index(text.len());
            text[place] = b"0123456789-. e,\n"[what];
        }
        if let Some(cut) = cut {
            text.truncate(cut.index(text.len()));
        }
        let text = String::from_utf8(text).expect("ASCII");
        if let Ok(model) = import(case["name"].as_str().expect("a name"), &text) {
            use_it(&model);
        }
    }
}

/// A chain of splits with a leaf at each: XGBoost's lists of nodes. `share` is the weight that continues after the
/// first split, `leaf` the answer of the leaf of a level.
fn chain(depth: usize, columns: usize, share: f64, leaf: impl Fn(usize) -> f64) -> String {
    let (mut left, mut right, mut feature, mut cover) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut condition = Vec::new();
    for level in 0..depth {
        left.extend([2 * level as i64 + 1, -1]);
        right.extend([2 * level as i64 + 2, -1]);
        feature.extend([level % columns, 0]);
        cover.extend([if level == 0 { 1.0 } else { share }; 2]);
        condition.extend([0.5, leaf(level)]);
    }
    let nodes = left.len() + 1;
    left.push(-1);
    right.push(-1);
    feature.push(0);
    cover.push(share);
    condition.push(leaf(depth));
    let same = |value: f64| vec![value; nodes];
    serde_json::json!({"learner": {
        "gradient_booster": {"name": "gbtree", "model": {"tree_info": [0], "trees": [{
            "left_children": left, "right_children": right, "split_indices": feature, "sum_hessian": cover,
            "split_conditions": condition, "default_left": vec![0; nodes], "loss_changes": same(0.0),
        }]}},
        "learner_model_param": {"base_score": "0", "num_class": "0", "num_feature": columns.to_string()},
        "objective": {"name": "reg:squarederror"},
    }})
    .to_string()
}

/// Tiny shares of rows are divisors, and deep paths cost the square of their depth for each leaf.
#[test]
fn contributions_are_numbers_and_end() {
    for share in [1e-310, 1e308] {
        let model = from_xgboost(&chain(3, 2, share, |_| 0.5)).expect("sound");
        let table = Table::new(vec![0.0, 0.0, 1.0, 1.0, 0.0, 1.0], 2).expect("a table");
        let found = model.trees().contributions(&table).expect("shallow");
        assert!((0..3).all(|row| found.row(row, 0).iter().all(|value| value.is_finite())));
        assert!((found.base[0] - 0.5).abs() < 1e-12, "all leaves answer the same: {}", found.base[0]);
    }
    let deep = from_xgboost(&chain(20_000, 20_000, 1.0, |_| 0.5)).expect("sound");
    let table = Table::new(vec![0.0; 20_000], 20_000).expect("a table");
    let refused = deep.trees().contributions(&table).expect_err("too deep").to_string();
    assert!(refused.contains("too deep"), "{refused}");
    assert_eq!(deep.trees().raw(&table).expect("fits").values(), [0.5]);
    // A third of 10^9 steps for each row: only all rows together are too many.
    let deep = from_xgboost(&chain(1_000, 1_000, 1.0, |_| 0.5)).expect("sound");
    let table = Table::new(vec![0.0; 700 * 1_000], 1_000).expect("a table");
    let refused = deep.trees().contributions(&table).expect_err("too many rows").to_string();
    assert!(refused.contains("fewer rows"), "{refused}");
    let mut trees: Value = serde_json::from_str(&chain(2_000, 2_000, 1.0, |_| 0.5)).expect("JSON");
    let model = &mut trees["learner"]["gradient_booster"]["model"];
    (model["trees"], model["tree_info"]) = (vec![model["trees"][0].clone(); 4].into(), vec![0u32; 4].into());
    let four = from_xgboost(&trees.to_string()).expect("sound");
    let table = Table::new(vec![0.0; 2_000], 2_000).expect("a table");
    let refused = four.trees().contributions(&table).expect_err("too deep together").to_string();
    assert!(refused.contains("too deep to be explained"), "{refused}");
}

fn leaf_of(level: usize) -> f64 {
    ((level * 37 + 11) % 101) as f64 / 8.0 - 6.0
}

/// The mean answer of a chain if the columns of `known` have the row's values, by descending once.
fn mean_of_chain(depth: usize, share: f64, row: &[f64], known: u32) -> f64 {
    let (mut reach, mut mean) = (1.0, 0.0);
    for level in 0..depth {
        let column = level % row.len();
        let below = if level == 0 { share / (1.0 + share) } else { 0.5 };
        let goes_on = match known >> column & 1 {
            1 => f64::from(u8::from(row[column] >= 0.5)),
            _ => below,
        };
        mean += reach * (1.0 - goes_on) * leaf_of(level);
        reach *= goes_on;
    }
    mean + reach * leaf_of(depth)
}

/// Shapley's definition: over all sets of the other columns.
fn shapley_of_chain(depth: usize, share: f64, row: &[f64], column: usize) -> f64 {
    let count = row.len();
    let factorial = |n: u32| (1..=n).map(f64::from).product::<f64>();
    let sets = (0u32..1 << count).filter(|set| set >> column & 1 == 0);
    let part = |set: u32| {
        let others = set.count_ones();
        let weight = factorial(others) * factorial(count as u32 - 1 - others) / factorial(count as u32);
        weight * (mean_of_chain(depth, share, row, set | 1 << column) - mean_of_chain(depth, share, row, set))
    };
    sets.map(part).sum()
}

/// A column that occurs a thousand times is removed from the path and added again as often: this must not lose
/// precision.
#[test]
fn contributions_are_right_however_often_a_column_is_met() {
    for (depth, columns) in [(7, 7), (40, 3), (600, 6), (3_000, 9)] {
        for share in [1.0, 1e-6, 1e6] {
            let model = from_xgboost(&chain(depth, columns, share, leaf_of)).expect("sound");
            for goes_on in [columns, columns - 1, 0] {
                let row =
                    (0..columns).map(|column| f64::from(u8::from(column < goes_on))).collect::<Vec<_>>();
                let table = Table::new(row.clone(), columns).expect("a table");
                let found = model.trees().contributions(&table).expect("explainable");
                for column in 0..columns {
                    let (ours, exact) =
                        (found.row(0, 0)[column], shapley_of_chain(depth, share, &row, column));
                    assert!((ours - exact).abs() < 1e-10, "{depth} {columns} {share}: {ours} is not {exact}");
                }
            }
        }
    }
}

#[test]
fn a_chain_of_100_000_splits_is_explained() {
    for columns in [1, 5, 60] {
        let model = from_xgboost(&chain(100_000, columns, 1.0, leaf_of)).expect("sound");
        let mut values = vec![1.0; columns];
        values.extend((0..columns).map(|column| f64::from(u8::from(column + 1 < columns))));
        let table = Table::new(values, columns).expect("a table");
        let found = model.trees().contributions(&table).expect("explainable");
        let raw = model.trees().raw(&table).expect("fits");
        for row in 0..2 {
            let sum = found.base[0] + found.row(row, 0).iter().sum::<f64>();
            assert!((sum - raw.row(row)[0]).abs() < 1e-9, "{columns}: {sum} is not {}", raw.row(row)[0]);
        }
    }
}

#[test]
fn only_no_children_at_all_make_a_leaf_of_xgboost() {
    let text = chain(3, 2, 1.0, |_| 0.5);
    assert!(from_xgboost(&text).is_ok());
    let changed = |from: &str, to: &str| text.replacen(from, to, 1);
    for damaged in
        [changed("[1,-1,3", "[1,-7,3"), changed("[2,-1,4", "[2,3,4"), changed("[1,-1,3", "[-7,-1,3")]
    {
        assert_ne!(damaged, text);
        assert!(from_xgboost(&damaged).is_err());
    }
}
