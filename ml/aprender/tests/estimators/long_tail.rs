//! Support vector machines, mixtures, DBSCAN, partial least squares and t-SNE compared with scikit-learn's.
//! `make_long_tail.py` wrote its figures.

use super::data::{DataSet, load_with};
use super::folds::{CLASSIFIED, expect_close, scaled, score};
use aprender::cluster::Dbscan;
use aprender::embedding::Tsne;
use aprender::mixture::{Covariance, GaussianMixture};
use aprender::partial_least_squares::PartialLeastSquares;
use aprender::preprocessing::StandardScaler;
use aprender::svm::{Kernel, Margin, SupportVectorClassifier, SupportVectorRegressor};
use aprender::{Estimator, Table, Transform, Transformer};

fn load(name: &str) -> DataSet {
    load_with(name, "long_tail.json")
}

fn standardized(table: &Table) -> Table {
    StandardScaler.fit(table).and_then(|s| s.transform(table)).expect("finite")
}

fn figures(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

#[test]
fn support_vector_machines_score_alike() {
    for name in CLASSIFIED {
        let set = load(name);
        for (of, kernel) in [("svm", Kernel::Gaussian { gamma: None }), ("svm_linear", Kernel::Linear)] {
            let margin = Margin { kernel, ..Margin::default() };
            let machine = scaled(SupportVectorClassifier { margin, ..Default::default() });
            expect_close(name, of, &set, score(&set, &set.classes(), &[machine]), 0.003);
        }
    }
    let set = load("diabetes");
    for (of, kernel, cost) in
        [("svm", Kernel::Gaussian { gamma: None }, 100.0), ("svm_linear", Kernel::Linear, 10.0)]
    {
        let margin = Margin { kernel, cost, ..Margin::default() };
        let machine = scaled(SupportVectorRegressor { margin, tube: 5.0 });
        expect_close("diabetes", of, &set, score(&set, &set.targets, &[machine]), 0.001);
    }
}

#[test]
fn the_decisions_of_a_machine_are_scikit_learn_s() {
    let set = load("breast_cancer");
    let table = standardized(&set.table);
    let margin = Margin { tolerance: 1e-9, ..Margin::default() };
    let model =
        SupportVectorClassifier { margin, ..Default::default() }.fit(&table, &set.classes()).expect("usable");
    let decisions = model.decisions(&table).expect("fits");
    for (ours, theirs) in decisions.values().iter().zip(figures(&set.golden["decisions"])) {
        assert!((ours - theirs).abs() < 1e-6, "{ours} {theirs}");
    }
}

#[test]
fn mixtures_are_as_likely() {
    for name in ["iris", "wine", "breast_cancer"] {
        let set = load(name);
        let table = standardized(&set.table);
        let components = set.golden["components"].as_u64().expect("a count") as usize;
        for (of, covariance) in [("full", Covariance::Full), ("diag", Covariance::Diagonal)] {
            let settings = GaussianMixture { components, covariance, starts: 10, ..Default::default() };
            let model = settings.fit(&table).expect("usable");
            let theirs = set.golden["mixture"][of].as_f64().expect("a figure");
            eprintln!("{name:14} {of} ours {:.6} scikit-learn {theirs:.6}", model.log_likelihood());
            assert!(model.converged());
            assert!(model.log_likelihood() >= theirs - 1e-3 * theirs.abs().max(1.0), "{name} {of}: {theirs}");
            let logs = model.log_densities(&table).expect("fits");
            let mean = logs.iter().sum::<f64>() / logs.len() as f64;
            assert!((mean - model.log_likelihood()).abs() < 1e-9);
        }
    }
}

#[test]
fn mixtures_with_many_optima_are_as_likely_in_the_middle() {
    let set = load("digits");
    let table = standardized(&set.table);
    for (of, covariance) in [("full", Covariance::Full), ("diag", Covariance::Diagonal)] {
        let start = |seed| {
            let settings = GaussianMixture {
                components: 3,
                covariance,
                added_variance: 1e-2,
                seed,
                ..Default::default()
            };
            settings.fit(&table).expect("usable").log_likelihood()
        };
        let mut all = (0..7).map(start).collect::<Vec<_>>();
        all.sort_by(f64::total_cmp);
        let theirs = set.golden["mixture"][of].as_f64().expect("a figure");
        eprintln!("digits {of} ours {:.4} scikit-learn {theirs:.4}", all[3]);
        assert!(all[3] >= theirs - 0.05 * theirs.abs(), "{of}: {} {theirs}", all[3]);
    }
}

#[test]
fn dense_clusters_are_the_same() {
    for name in CLASSIFIED {
        let set = load(name);
        let golden = &set.golden["dbscan"];
        let radius = golden["radius"].as_f64().expect("a number");
        let found = Dbscan { radius, neighbors: 5 }.fit(&standardized(&set.table)).expect("usable");
        let labels = found.clusters.iter().map(|c| c.map_or(-1.0, |c| c as f64)).collect::<Vec<_>>();
        assert_eq!(labels, figures(&golden["labels"]), "{name}");
        assert_eq!(found.count, 1 + labels.iter().fold(-1.0, |a: f64, b| a.max(*b)) as usize);
    }
}

#[test]
fn the_coefficients_of_partial_least_squares_are_the_same() {
    let set = load("diabetes");
    let settings = PartialLeastSquares { components: 3, ..Default::default() };
    expect_close("diabetes", "pls", &set, score(&set, &set.targets, &[scaled(settings)]), 1e-6);
    let model = settings.fit(&set.table, &set.targets).expect("usable");
    for (ours, theirs) in model.model().coefficients().values().iter().zip(figures(&set.golden["pls"])) {
        assert!((ours - theirs).abs() < 1e-9 * theirs.abs(), "{ours} {theirs}");
    }
    let part = |range: std::ops::Range<usize>| {
        let rows = set.table.iter_rows().map(|row| row[range.clone()].to_vec()).collect::<Vec<_>>();
        Table::from_rows(&rows).expect("fits")
    };
    let pairs = set.table.column(2).zip(&set.targets).flat_map(|(a, b)| [a, *b]).collect::<Vec<_>>();
    let many = settings.fit_many(&part(4..10), &Table::new(pairs, 2).expect("fits")).expect("usable");
    for (ours, theirs) in many.coefficients().values().iter().zip(figures(&set.golden["pls_many"])) {
        assert!((ours - theirs).abs() < 1e-5 * theirs.abs().max(1e-3), "{ours} {theirs}");
    }
}

/// Share of each row's ten nearest rows on the map that are also near in the table; 1 means all.
///
/// Source: Venna, Kaski, "Neighborhood preservation in nonlinear projection methods: an experimental study", 2001.
fn trustworthiness(table: &Table, map: &Table) -> f64 {
    const NEAR: usize = 10;
    let rows = table.rows();
    let order = |table: &Table, row: usize| {
        let distance = |other: &usize| {
            let pairs = table.row(row).iter().zip(table.row(*other));
            pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
        };
        let mut others = (0..rows).filter(|other| *other != row).collect::<Vec<_>>();
        others.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        others
    };
    let mut wrong = 0;
    for row in 0..rows {
        let mut ranks = vec![0; rows];
        order(table, row).iter().enumerate().for_each(|(rank, other)| ranks[*other] = rank + 1);
        wrong +=
            order(map, row)[..NEAR].iter().map(|other| ranks[*other].saturating_sub(NEAR)).sum::<usize>();
    }
    let (n, k) = (rows as f64, NEAR as f64);
    1.0 - wrong as f64 * 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0))
}

#[test]
fn maps_keep_neighbours_as_well() {
    for name in ["iris", "digits"] {
        let set = load(name);
        let golden = &set.golden["map"];
        let rows = golden["rows"].as_u64().expect("a count") as usize;
        let table = set.table.select(&(0..rows).collect::<Vec<_>>()).expect("there are as many");
        let table = if name == "iris" { standardized(&table) } else { table };
        let map = Tsne::default().fit(&table).expect("usable");
        let (ours, divergence) = (trustworthiness(&table, &map.positions), map.divergence);
        let of = |figure: &str| golden[figure].as_f64().expect("a figure");
        eprintln!("{name} trustworthiness {ours:.4} scikit-learn {:.4}", of("trustworthiness"));
        eprintln!("{name} divergence {divergence:.4} scikit-learn {:.4}", of("divergence"));
        assert!(ours >= of("trustworthiness") - 0.003);
        assert!(divergence <= of("divergence") * 1.02);
    }
}
