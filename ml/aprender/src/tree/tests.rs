//! Trees checked by hand, against brute force, and through files.

use super::*;
use crate::apr::{OpenOptions, Reader, Writer};
use crate::estimator::{Classes, Classifier, Model};
use proptest::prelude::*;

fn table(rows: &[&[f64]]) -> Table {
    Table::from_rows(rows).expect("a table")
}

fn random_table(rows: usize, columns: usize, seed: u64) -> Table {
    let mut random = Philox::new(seed);
    Table::new((0..rows * columns).map(|_| random.normal()).collect(), columns).expect("a table")
}

#[test]
fn the_split_is_at_the_middle_and_gains_what_the_definition_says() {
    let x = table(&[&[1.0, 0.0], &[2.0, 0.0], &[4.0, 0.0], &[8.0, 0.0]]);
    let model = DecisionTreeRegressor::default().fit(&x, &[1.0, 1.0, 5.0, 5.0]).expect("usable");
    assert_eq!(model.predict(&table(&[&[3.0, 9.0], &[3.0001, 9.0]])).expect("fits"), [1.0, 5.0]);
    assert_eq!((model.leaves(), model.importance()), (vec![2], &[1.0, 0.0][..]));
}

#[test]
fn entropy_and_gini_choose_as_brute_force_does() {
    for seed in 0..20 {
        let x = random_table(30, 3, seed);
        let mut random = Philox::with_stream(seed, 1);
        let y = (0..30).map(|_| random.below(3) as u32).collect::<Vec<_>>();
        for impurity in [Impurity::Gini, Impurity::Entropy] {
            let growth = Growth { max_depth: Some(1), ..Growth::default() };
            let model = DecisionTreeClassifier { impurity, growth, seed }.fit(&x, &y).expect("usable");
            let root = model_root(&model);
            let found = mixture(&x, &y, root.0, root.1, impurity);
            let least = (0..3)
                .flat_map(|c| x.column(c).map(move |t| (c, t)).collect::<Vec<_>>())
                .map(|(c, t)| mixture(&x, &y, c, t, impurity))
                .fold(f64::INFINITY, f64::min);
            assert!((found - least).abs() < 1e-12, "{impurity:?}: {found} {least}");
        }
    }
}

/// The column and threshold of the first split, as the saved file holds them.
fn model_root(model: &TreesClassifierModel) -> (usize, f64) {
    let mut writer = Writer::new();
    model.save_into(&mut writer).expect("storable");
    let file = writer.to_bytes().expect("storable");
    let reader = Reader::from_bytes(&file, &OpenOptions::default()).expect("a file");
    let root = reader.trees("trees").expect("trees").get(0).expect("one tree")[0];
    (root.feature as usize, root.threshold)
}

/// Σ over both sides of rows × impurity.
fn mixture(x: &Table, y: &[u32], column: usize, threshold: f64, impurity: Impurity) -> f64 {
    let side = |left: bool| {
        let rows = x.column(column).zip(y).filter(|(v, _)| (*v <= threshold) == left);
        let mut counts = [0.0; 3];
        rows.for_each(|(_, y)| counts[*y as usize] += 1.0);
        let n = counts.iter().sum::<f64>();
        if n == 0.0 {
            return 0.0;
        }
        let part = |c: &f64| match impurity {
            Impurity::Gini => c / n * (1.0 - c / n),
            Impurity::Entropy if *c > 0.0 => -(c / n) * (c / n).ln(),
            Impurity::Entropy => 0.0,
        };
        n * counts.iter().map(part).sum::<f64>()
    };
    side(true) + side(false)
}

#[test]
fn limits_hold() {
    let x = random_table(200, 4, 3);
    let y = x.iter_rows().map(|r| r[0] * r[1] + r[2]).collect::<Vec<_>>();
    let fit = |growth| DecisionTreeRegressor { growth, seed: 1 }.fit(&x, &y).expect("usable");
    assert_eq!(fit(Growth { max_leaf_nodes: Some(7), ..Growth::default() }).leaves(), [7]);
    assert!(fit(Growth { max_depth: Some(3), ..Growth::default() }).leaves()[0] <= 8);
    assert!(fit(Growth { min_samples_leaf: 20, ..Growth::default() }).leaves()[0] <= 10);
    let full = fit(Growth::default());
    let found = full.predict(&x).expect("fits");
    assert!(found.iter().zip(&y).all(|(a, b)| (a - b).abs() < 1e-12), "a full tree knows its rows");
    for max_features in [MaxFeatures::Count(0), MaxFeatures::Share(0.0), MaxFeatures::Share(f64::NAN)] {
        let growth = Growth { max_features, ..Growth::default() };
        assert!(DecisionTreeRegressor { growth, seed: 0 }.fit(&x, &y).is_err());
    }
}

#[test]
fn a_weight_of_two_is_as_a_row_twice_and_of_zero_as_none() {
    let x = random_table(40, 3, 5);
    let y = x.iter_rows().map(|r| u32::from(r[0] + r[1] * r[1] > 0.5)).collect::<Vec<_>>();
    let weights = (0..40).map(|i| f64::from(i % 3)).collect::<Vec<_>>();
    let rows = (0..40usize).flat_map(|i| vec![i; i % 3]).collect::<Vec<_>>();
    let again = x.select(&rows).expect("rows");
    let twice = rows.iter().map(|r| y[*r]).collect::<Vec<_>>();
    let settings = DecisionTreeClassifier::default();
    let a = settings.fit_weighted(&x, &y, &weights).expect("usable");
    let b = settings.fit(&again, &twice).expect("usable");
    let probe = random_table(300, 3, 6);
    assert_eq!(a.predict(&probe).expect("fits"), b.predict(&probe).expect("fits"));
}

#[test]
fn bad_input_is_an_error() {
    let x = random_table(4, 2, 1);
    let classifier = DecisionTreeClassifier::default();
    assert!(classifier.fit(&x, &[0, 1]).is_err());
    assert!(classifier.fit(&x, &[1; 4]).is_err());
    assert!(classifier.fit_weighted(&x, &[0, 1, 0, 1], &[0.0; 4]).is_err());
    let nan = Table::new(vec![f64::NAN; 4], 2).expect("a table");
    assert!(classifier.fit(&nan, &[0, 1]).is_err());
    let model = classifier.fit(&x, &[0, 1, 0, 1]).expect("usable");
    assert!(model.predict(&random_table(2, 3, 1)).is_err());
    let constant = Table::new(vec![2.0; 8], 2).expect("a table");
    let model = classifier.fit(&constant, &[0, 1, 1, 1]).expect("usable");
    assert_eq!(model.predict_proba(&constant).expect("fits").row(0), [0.25, 0.75]);
}

/// Contributions by definition: over all sets of columns, the tree's answer if only those columns are known.
fn brute_force(forest: &Forest, row: &[f64], column: usize, output: usize) -> f64 {
    let columns = row.len();
    let factorial = |n: usize| (1..=n).map(|i| i as f64).product::<f64>();
    let mut sum = 0.0;
    for set in 0u32..1 << columns {
        if set >> column & 1 == 1 {
            continue;
        }
        let size = set.count_ones() as usize;
        let weight = factorial(size) * factorial(columns - size - 1) / factorial(columns);
        for tree in 0..forest.trees() {
            let known = |set| expected(forest, tree, 0, row, set, output);
            sum += weight * (known(set | 1 << column) - known(set));
        }
    }
    sum
}

fn expected(forest: &Forest, tree: usize, node: usize, row: &[f64], known: u32, output: usize) -> f64 {
    let (nodes, covers) = forest.tree(tree);
    let n = &nodes[node];
    if n.is_leaf() {
        return forest.answer(n, output);
    }
    let child = |c: u32| expected(forest, tree, c as usize, row, known, output);
    if known >> n.feature & 1 == 1 {
        return child(if forest.goes_left(n, row[n.feature as usize]) { n.left } else { n.right });
    }
    let (l, r) = (covers[n.left as usize], covers[n.right as usize]);
    (l * child(n.left) + r * child(n.right)) / (l + r)
}

#[test]
fn contributions_are_shapley_values_and_sum_to_the_prediction() {
    let x = random_table(60, 5, 9);
    let y = x.iter_rows().map(|r| u32::from(r[0] > 0.0) + u32::from(r[1] * r[2] > 0.2)).collect::<Vec<_>>();
    let (classes, places) = Classes::encode(&y).expect("three");
    let kind = ClassTargets { places: &places, classes: 3, impurity: Impurity::Gini };
    let (forest, gain) = single(&x, &kind, &[1.0; 60], &Growth::default(), 0).expect("usable");
    let model = TreesClassifierModel::new(forest.clone(), classes, &[gain], None);
    let probe = random_table(7, 5, 10);
    let found = model.contributions(&probe).expect("fits");
    let proba = model.predict_proba(&probe).expect("fits");
    for (i, row) in probe.iter_rows().enumerate() {
        for output in 0..3 {
            let parts = found.row(i, output);
            let sum = found.base[output] + parts.iter().sum::<f64>();
            assert!((sum - proba.row(i)[output]).abs() < 1e-12);
            for (column, part) in parts.iter().enumerate() {
                assert!((part - brute_force(&forest, row, column, output)).abs() < 1e-12);
            }
        }
    }
    assert_eq!(found.row(0, 3), [0.0; 0]);
}

#[test]
fn a_deep_tree_needs_no_deep_stack() {
    let rows = 3000;
    let x = Table::new((0..rows).map(f64::from).collect(), 1).expect("a table");
    let y = (0..rows).map(|i| 1.5f64.powi(i - 1600)).collect::<Vec<_>>();
    let model = DecisionTreeRegressor::default().fit(&x, &y).expect("usable");
    let found = model.contributions(&x.select(&[0, 2999]).expect("rows")).expect("fits");
    assert!((found.base[0] + found.row(1, 0)[0] - y[2999]).abs() <= 1e-9 * y[2999]);
}

#[test]
fn files_give_the_same_model_and_damaged_settings_are_refused() {
    let x = random_table(50, 3, 2);
    let y = x.iter_rows().map(|r| u32::from(r[0] > r[1]) * 4).collect::<Vec<_>>();
    let model = DecisionTreeClassifier::default().fit(&x, &y).expect("usable");
    let mut writer = Writer::new();
    model.save_into(&mut writer).expect("storable");
    let file = writer.to_bytes().expect("storable");
    let reader = Reader::from_bytes(&file, &OpenOptions::default()).expect("a file");
    assert_eq!(TreesClassifierModel::load_from(&reader).expect("sound"), model);
    assert!(TreesRegressorModel::load_from(&reader).is_err());
    assert!(Forest::load_from(&reader, 1, 2).is_err(), "a column that does not exist");
    assert!(Forest::load_from(&reader, 3, 7).is_err(), "answers that do not fill rows");
}

fn node(left: u32, right: u32, feature: u32, flags: u32, threshold: f64, value: f64) -> crate::apr::TreeNode {
    crate::apr::TreeNode { threshold, value, left, right, feature, flags }
}

/// If two nodes share a child, there are more paths through a tree than nodes.
#[test]
fn a_node_has_one_parent() {
    let refused = |nodes: Vec<crate::apr::TreeNode>| Writer::new().trees("trees", &[nodes]).is_err();
    let leaf = || node(0, 0, 0, 0, 0.0, 1.0);
    assert!(!refused(vec![node(1, 2, 0, 0, 0.5, 0.0), leaf(), leaf()]));
    assert!(refused(vec![node(1, 1, 0, 0, 0.5, 0.0), leaf()]));
    assert!(refused(vec![node(1, 2, 0, 0, 0.5, 0.0), node(2, 3, 0, 0, 0.5, 0.0), leaf(), leaf()]));
}

proptest! {
    /// Nodes with any content are either refused, or every walk ends at an answer.
    #[test]
    fn no_nodes_make_a_walk_fail(
        fields in prop::collection::vec((0u32..6, 0u32..6, 0u32..4, 0u32..64, -3f64..3.0), 1..6),
        sets in prop::collection::vec(0u32..4, 0..5), special in 0usize..4
    ) {
        let odd = [f64::NAN, f64::INFINITY, 1e300, -0.0][special];
        let nodes = fields.iter().map(|f| node(f.0, f.1, f.2, f.3, f.4.round(), f.4)).collect::<Vec<_>>();
        let mut writer = Writer::new();
        if writer.trees("trees", &[nodes]).is_ok() {
            let covers = vec![1.0; fields.len()];
            writer.tensor("trees.covers", &[covers.len()], &covers).expect("storable");
            if !sets.is_empty() {
                writer.tensor("trees.sets", &[sets.len()], &sets).expect("storable");
            }
            let file = writer.to_bytes().expect("storable");
            let reader = Reader::from_bytes(&file, &OpenOptions::default()).expect("a file");
            if let Ok(forest) = Forest::load_from(&reader, 3, 1) {
                let x = Table::new(vec![0.0, 1.0, f64::NAN, odd, -5.0, 40.0], 3).expect("a table");
                prop_assert_eq!(forest.sums(&x, 1).len(), 2);
                let found = Contributions::of(&forest, &x, 1, 1.0).expect("shallow");
                prop_assert!(found.values.iter().all(|v| v.is_finite()));
            }
        }
    }
}

#[test]
fn trees_end_where_there_is_no_room_for_what_their_nodes_keep() {
    let x = random_table(400, 3, 5);
    let y = (0..400u32).map(|row| row % 200).collect::<Vec<_>>();
    let (_, places) = Classes::encode(&y).expect("many");
    let targets = ClassTargets { places: &places, classes: 200, impurity: Impurity::Gini };
    let limits = Growth::default().limits(3, false).expect("usable");
    let ranks = Ranks::new(&x);
    assert_eq!(limits.most_leaves(&ranks), 400);
    let nodes =
        |room: &NodeRoom| grow(&ranks, &targets, &[1.0; 400], limits, Philox::new(0), room).0.nodes.len();
    let room = NodeRoom::of(200 * 1_000);
    let all = nodes(&room);
    assert!(all >= 399 && !room.is_exhausted(), "{all} nodes tell 200 classes apart");
    let room = NodeRoom::of(200 * 50);
    assert!((50..54).contains(&nodes(&room)) && room.is_exhausted());
    // At least one leaf for each class.
    assert!(NodeRoom::of(200 * 200).check(1, 200, 400).is_ok());
    assert!(NodeRoom::of(200 * 200).check(2, 200, 400).is_err());
    assert!(NodeRoom::of(200 * 200).check(2, 200, 100).is_ok());
}
