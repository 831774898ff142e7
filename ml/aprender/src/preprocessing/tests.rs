//! Exact properties of scaled columns.

use super::*;
use crate::estimator::{Transform, Transformer};
use crate::table::Table;

fn table() -> Table {
    Table::new(vec![1.0, 5.0, -2.0, 2.0, 5.0, 0.0, 4.0, 5.0, 7.0, 9.0, 5.0, 1e3], 3).expect("fits")
}

#[test]
fn standard_columns_have_mean_0_and_variance_1_and_constants_become_0() {
    let scaled = StandardScaler.fit(&table()).and_then(|s| s.transform(&table())).expect("finite");
    for j in [0, 2] {
        let mean = scaled.column(j).sum::<f64>() / 4.0;
        let variance = scaled.column(j).map(|x| x * x).sum::<f64>() / 4.0;
        assert!(mean.abs() < 1e-14 && (variance - 1.0).abs() < 1e-12, "{mean} {variance}");
    }
    assert!(scaled.column(1).all(|x| x == 0.0));
}

#[test]
fn min_max_columns_reach_both_ends_and_go_back() {
    let scaler = MinMaxScaler { low: -1.0, high: 1.0 }.fit(&table()).expect("finite");
    let scaled = scaler.transform(&table()).expect("finite");
    assert_eq!((scaled.row(0)[0], scaled.row(3)[0]), (-1.0, 1.0));
    assert!(scaled.column(1).all(|x| x == -1.0));
    let back = scaler.inverse(&scaled).expect("fits");
    assert!(back.values().iter().zip(table().values()).all(|(a, b)| (a - b).abs() < 1e-9));
}

#[test]
fn what_does_not_fit_is_refused() {
    let scaler = StandardScaler.fit(&table()).expect("finite");
    assert!(scaler.transform(&Table::new(vec![1.0], 1).expect("fits")).is_err());
    assert!(StandardScaler.fit(&Table::new(vec![f64::NAN], 1).expect("fits")).is_err());
    assert!(MinMaxScaler { low: 1.0, high: 1.0 }.fit(&table()).is_err());
}
