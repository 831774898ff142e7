//! Partial least squares: with all components it is least squares; degenerate tables and bad input.

use super::*;
use crate::linear::LinearRegression;
use trueno::random::Philox;

fn drawn(rows: usize, columns: usize) -> (Table, Vec<f64>) {
    let mut random = Philox::new(3);
    let table =
        Table::new((0..rows * columns).map(|_| 5.0 + random.normal()).collect(), columns).expect("fits");
    let targets = table.iter_rows().map(|r| r[0] - 2.0 * r[1] + 0.1 * random.normal()).collect();
    (table, targets)
}

#[test]
fn all_components_are_least_squares() {
    let (table, targets) = drawn(50, 4);
    let least = LinearRegression.fit(&table, &targets).expect("usable");
    for scale in [true, false] {
        let model = PartialLeastSquares { components: 4, scale }.fit(&table, &targets).expect("usable");
        let (ours, theirs) = (model.predict(&table).expect("fits"), least.predict(&table).expect("fits"));
        assert!(ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}

#[test]
fn combinations_are_uncorrelated() {
    let (table, targets) = drawn(50, 6);
    let model =
        PartialLeastSquares { components: 3, ..Default::default() }.fit(&table, &targets).expect("usable");
    let scores = model.model().transform(&table).expect("fits");
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        assert!(scores.column(a).zip(scores.column(b)).map(|(x, y)| x * y).sum::<f64>().abs() < 1e-9);
    }
}

#[test]
fn constant_and_equal_columns_add_nothing() {
    let (table, targets) = drawn(40, 2);
    let least = LinearRegression.fit(&table, &targets).and_then(|m| m.predict(&table)).expect("usable");
    let wider = table.iter_rows().flat_map(|r| [r[0], 3.1, r[1], r[0]]).collect();
    let wider = Table::new(wider, 4).expect("fits");
    // The rank is 2: further components are zero instead of amplified noise.
    let model =
        PartialLeastSquares { components: 4, ..Default::default() }.fit(&wider, &targets).expect("usable");
    let found = model.predict(&wider).expect("fits");
    assert!(found.iter().zip(least).all(|(a, b)| (a - b).abs() < 1e-8));
    assert!(model.model().coefficients().values().iter().all(|c| c.abs() < 3.0));
}

#[test]
fn constant_targets_and_constant_tables_give_the_mean() {
    let (table, targets) = drawn(20, 3);
    let model = PartialLeastSquares::default().fit(&table, &[4.5; 20]).expect("usable");
    assert_eq!(model.predict(&table).expect("fits"), [4.5; 20]);
    let flat = Table::new(vec![2.0; 60], 3).expect("fits");
    let model = PartialLeastSquares::default().fit(&flat, &targets).expect("usable");
    let mean = targets.iter().sum::<f64>() / 20.0;
    assert!(model.predict(&flat).expect("fits").iter().all(|x| (x - mean).abs() < 1e-12));
}

#[test]
fn bad_input_is_an_error() {
    let (table, targets) = drawn(20, 3);
    let fit =
        |components: usize| PartialLeastSquares { components, ..Default::default() }.fit(&table, &targets);
    assert!(matches!(fit(0), Err(ModelError::Setting { .. })));
    assert!(matches!(fit(4), Err(ModelError::Setting { .. })));
    assert!(PartialLeastSquares::default().fit(&table, &targets[1..]).is_err());
    let one = Table::new(vec![1.0, 2.0], 2).expect("fits");
    let settings = PartialLeastSquares { components: 1, scale: true };
    assert!(matches!(settings.fit(&one, &[1.0]), Err(ModelError::TooFewRows { needed: 2, found: 1, .. })));
    for bad in [f64::NAN, f64::INFINITY] {
        let broken = Table::new(vec![1.0, 2.0, bad, 4.0], 2).expect("fits");
        assert!(matches!(
            settings.fit(&broken, &[1.0, 2.0]),
            Err(ModelError::NotFinite { row: 1, column: 0, .. })
        ));
        assert!(settings.fit(&table, &[vec![bad], vec![1.0; 19]].concat()).is_err());
        assert!(fit(1).and_then(|m| m.predict(&broken)).is_err());
    }
    assert!(settings.fit(&Table::new(vec![1e200, -1e200], 1).expect("fits"), &[1.0, 2.0]).is_err());
}

#[test]
fn many_columns_are_worked_with() {
    let (table, targets) = drawn(12, 100_000);
    let model =
        PartialLeastSquares { components: 5, ..Default::default() }.fit(&table, &targets).expect("usable");
    assert!(model.score(&table, &targets).expect("defined") > 0.99);
}
