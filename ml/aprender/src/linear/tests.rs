//! Linear models against exact solutions and the conditions of a minimum.

use super::*;
use crate::error::ModelError;
use crate::estimator::{Classifier, Estimator, Model};
use crate::table::Table;
use trueno::random::Philox;

fn random(rows: usize, columns: usize, seed: u64) -> Table {
    let mut random = Philox::new(seed);
    Table::new((0..rows * columns).map(|_| random.normal()).collect(), columns).expect("fits")
}

#[test]
fn an_exact_plane_is_found() {
    let table = random(40, 3, 1);
    let targets = table.iter_rows().map(|r| 7.0 + 2.0 * r[0] - 3.0 * r[1] + 0.5 * r[2]).collect::<Vec<_>>();
    let model = LinearRegression.fit(&table, &targets).expect("finite");
    for (found, made) in model.coefficients.iter().chain([&model.intercept]).zip([2.0, -3.0, 0.5, 7.0]) {
        assert!((found - made).abs() < 1e-12);
    }
    assert!((model.score(&table, &targets).expect("fits") - 1.0).abs() < 1e-14);
}

#[test]
fn constant_and_doubled_columns_give_the_same_predictions() {
    let one = random(30, 2, 2);
    let targets = one.iter_rows().map(|r| r[0] * r[1] + r[0]).collect::<Vec<_>>();
    let more = one.iter_rows().map(|r| [r[0], r[1], 4.0, r[0]]).collect::<Vec<_>>();
    let more = Table::from_rows(&more).expect("fits");
    let a = LinearRegression.fit(&one, &targets).and_then(|m| m.predict(&one)).expect("finite");
    let b = LinearRegression.fit(&more, &targets).and_then(|m| m.predict(&more)).expect("finite");
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-9));
}

#[test]
fn ridge_fulfils_its_normal_equations_in_both_shapes() {
    for (rows, columns) in [(30, 4), (4, 9)] {
        let table = random(rows, columns, 3);
        let targets = random(rows, 1, 4).into_values();
        let model = Ridge { penalty: 0.7 }.fit(&table, &targets).expect("finite");
        let predicted = model.predict(&table).expect("fits");
        let residuals = targets.iter().zip(&predicted).map(|(y, p)| y - p).collect::<Vec<_>>();
        assert!(residuals.iter().sum::<f64>().abs() < 1e-10);
        for (j, w) in model.coefficients.iter().enumerate() {
            let slope = table.column(j).zip(&residuals).map(|(x, r)| x * r).sum::<f64>();
            assert!((slope - 0.7 * w).abs() < 1e-10, "{slope} {w}");
        }
    }
}

#[test]
fn logistic_regression_ends_where_its_gradient_is_zero() {
    for classes in [2u32, 4] {
        let table = random(120, 3, 5);
        let targets =
            (0..120).map(|i| (i as u32 * 7 + u32::from(table.row(i)[0] > 0.3)) % classes).collect::<Vec<_>>();
        let settings = LogisticRegression { tolerance: 1e-9, ..Default::default() };
        let model = settings.fit(&table, &targets).expect("usable");
        assert!(model.converged);
        let proba = model.predict_proba(&table).expect("fits");
        for output in 0..if classes == 2 { 1 } else { 4 } {
            let class = if classes == 2 { 1 } else { output };
            let error = |i: usize| proba.row(i)[class] - f64::from(u8::from(targets[i] == class as u32));
            assert!((0..120).map(error).sum::<f64>().abs() < 1e-5);
            for (j, w) in model.coefficients(output).iter().enumerate() {
                let slope = (0..120).map(|i| error(i) * table.row(i)[j]).sum::<f64>();
                assert!((slope + w).abs() < 1e-5, "{slope} {w}");
            }
        }
        assert!(proba.iter_rows().all(|r| (r.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    }
}

#[test]
fn bad_input_is_an_error() {
    let table = random(4, 2, 6);
    assert!(matches!(LogisticRegression::default().fit(&table, &[3, 3, 3, 3]), Err(ModelError::OneClass(1))));
    assert!(matches!(LinearRegression.fit(&table, &[1.0]), Err(ModelError::Length { .. })));
    assert!(matches!(
        LinearRegression.fit(&table, &[1.0, 2.0, f64::NAN, 0.0]),
        Err(ModelError::NotFinite { .. })
    ));
    assert!(matches!(Ridge { penalty: -1.0 }.fit(&table, &[1.0; 4]), Err(ModelError::Setting { .. })));
    let model = LinearRegression.fit(&table, &[1.0; 4]).expect("usable");
    assert!(matches!(model.predict(&random(4, 3, 6)), Err(ModelError::Columns { expected: 2, found: 3 })));
    let one = Table::new(vec![1.0, 2.0], 2).expect("fits");
    assert_eq!(LinearRegression.fit(&one, &[5.0]).and_then(|m| m.predict(&one)), Ok(vec![5.0]));
}
