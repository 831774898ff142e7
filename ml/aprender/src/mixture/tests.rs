//! Mixtures: known distributions are recovered; degenerate rows and bad input.

use super::*;
use trueno::random::Philox;

/// 60 % around (0, 0) with correlated columns, 40 % around (8, -3).
fn drawn(rows: usize) -> Table {
    let mut random = Philox::new(11);
    let row = |_| {
        let (a, b) = (random.normal(), random.normal());
        if random.uniform() < 0.6 { [a, 0.8 * a + 0.6 * b] } else { [8.0 + 2.0 * a, -3.0 + 0.5 * b] }
    };
    Table::new((0..rows).flat_map(row).collect(), 2).expect("fits")
}

#[test]
fn drawn_distributions_are_found_again() {
    let table = drawn(4000);
    let model = GaussianMixture::default().fit(&table).expect("usable");
    let first = usize::from(model.weights()[0] < 0.5);
    let near = |found: f64, truth: f64| {
        assert!((found - truth).abs() < 0.15 * truth.abs().max(1.0), "{found} {truth}");
    };
    near(model.weights()[first], 0.6);
    [0.0, 0.0].iter().zip(model.means().row(first)).for_each(|(t, f)| near(*f, *t));
    [8.0, -3.0].iter().zip(model.means().row(1 - first)).for_each(|(t, f)| near(*f, *t));
    let covariance = |k: usize| &model.covariances()[k * 4..k * 4 + 4];
    [1.0, 0.8, 0.8, 1.0].iter().zip(covariance(first)).for_each(|(t, f)| near(*f, *t));
    [4.0, 0.0, 0.0, 0.25].iter().zip(covariance(1 - first)).for_each(|(t, f)| near(*f, *t));
    let chances = model.predict_proba(&table).expect("fits");
    assert!(chances.iter_rows().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    let likeliest = model.predict(&table).expect("fits");
    assert!(chances.iter_rows().zip(likeliest).all(|(row, k)| highest(row) == k));
}

#[test]
fn the_density_of_one_component_is_that_of_the_normal_distribution() {
    let table = Table::new(vec![1.0, 3.0], 1).expect("fits");
    let one = GaussianMixture { components: 1, added_variance: 0.0, ..Default::default() };
    for covariance in [Covariance::Full, Covariance::Diagonal] {
        let model = GaussianMixture { covariance, ..one }.fit(&table).expect("usable");
        // Mean 2, variance 1.
        let asked = Table::new(vec![2.0, 4.0, 40.0], 1).expect("fits");
        let found = model.log_densities(&asked).expect("near enough");
        let at = |x: f64| -0.5 * (x * x + std::f64::consts::TAU.ln());
        assert!(found.iter().zip([at(0.0), at(2.0), at(38.0)]).all(|(a, b)| (a - b).abs() < 1e-9));
        // If even the square of the distance overflows, there is no answer.
        let far = Table::new(vec![1e200], 1).expect("fits");
        assert!(matches!(model.predict_proba(&far), Err(ModelError::Undefined(_))));
    }
}

#[test]
fn far_rows_have_chances() {
    // The densities themselves underflow.
    let model = GaussianMixture::default().fit(&drawn(400)).expect("usable");
    let far = Table::new(vec![900.0, 900.0, -500.0, 300.0], 2).expect("fits");
    assert!(model.predict_proba(&far).expect("usable").values().iter().all(|p| p.is_finite()));
}

#[test]
fn degenerate_rows_are_held_up_by_the_added_variance() {
    let same = Table::new(vec![3.0; 24], 2).expect("fits");
    let constant = Table::new((0..20).flat_map(|i| [f64::from(i), 5.0]).collect(), 2).expect("fits");
    for table in [&same, &constant] {
        for covariance in [Covariance::Full, Covariance::Diagonal] {
            let model =
                GaussianMixture { covariance, starts: 3, ..Default::default() }.fit(table).expect("usable");
            assert!(model.predict_proba(table).expect("fits").values().iter().all(|p| p.is_finite()));
            let bare = GaussianMixture { covariance, added_variance: 0.0, ..Default::default() };
            assert!(bare.fit(table).is_err());
        }
    }
}

#[test]
fn bad_input_is_an_error() {
    let one = Table::new(vec![1.0, 2.0], 2).expect("fits");
    let fit = |settings: GaussianMixture, table: &Table| settings.fit(table);
    assert!(matches!(
        fit(GaussianMixture::default(), &one),
        Err(ModelError::TooFewRows { needed: 2, found: 1, .. })
    ));
    let many = GaussianMixture { components: 50, ..Default::default() };
    assert!(matches!(fit(many, &drawn(40)), Err(ModelError::TooFewRows { needed: 50, found: 40, .. })));
    let bad = Table::new(vec![1.0, f64::NAN, 2.0, 3.0], 2).expect("fits");
    assert!(matches!(
        fit(GaussianMixture::default(), &bad),
        Err(ModelError::NotFinite { row: 0, column: 1, .. })
    ));
    for settings in [
        GaussianMixture { components: 0, ..Default::default() },
        GaussianMixture { starts: 0, ..Default::default() },
        GaussianMixture { tolerance: f64::NAN, ..Default::default() },
        GaussianMixture { added_variance: -1.0, ..Default::default() },
    ] {
        assert!(matches!(fit(settings, &drawn(40)), Err(ModelError::Setting { .. })));
    }
    let model = fit(GaussianMixture::default(), &drawn(40)).expect("usable");
    assert!(model.predict(&Table::new(vec![1.0], 1).expect("fits")).is_err());
}

#[test]
fn many_columns_need_diagonal_covariances() {
    let mut random = Philox::new(2);
    let wide = Table::new((0..10 * 100_000).map(|_| random.normal()).collect(), 100_000).expect("fits");
    assert!(matches!(GaussianMixture::default().fit(&wide), Err(ModelError::Setting { .. })));
    let diagonal = GaussianMixture { covariance: Covariance::Diagonal, ..Default::default() };
    assert_eq!(diagonal.fit(&wide).expect("usable").means().columns(), 100_000);
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let table = drawn(300);
    let settings = GaussianMixture { components: 4, starts: 2, seed: 9, ..Default::default() };
    assert_eq!(settings.fit(&table), settings.fit(&table));
}
