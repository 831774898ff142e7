//! Machines whose optimum is known by hand, exact properties of the optimum, and bad input.

use super::*;
use crate::error::ModelError;
use crate::estimator::{Classifier, Estimator, Model};
use crate::table::Table;
use trueno::random::Philox;

fn table(values: &[f64], columns: usize) -> Table {
    Table::new(values.to_vec(), columns).expect("fits")
}

fn linear(cost: f64) -> Margin {
    Margin { kernel: Kernel::Linear, cost, tolerance: 1e-10, ..Margin::default() }
}

/// Three overlapping clouds around (0, 0), (4, 0) and (0, 4).
fn clouds(rows: usize, seed: u64) -> (Table, Vec<u32>) {
    let mut random = Philox::new(seed);
    let classes = (0..rows).map(|row| (row % 3) as u32).collect::<Vec<_>>();
    let value = |class: &u32| [(1, 4.0), (2, 4.0)].map(|(c, x)| if c == *class { x } else { 0.0 });
    let values = classes.iter().flat_map(value).map(|x| x + 1.3 * random.normal()).collect::<Vec<_>>();
    (table(&values, 2), classes)
}

#[test]
fn the_widest_margin_by_hand() {
    // For classes at 0 and 2 (with others further away), the margin is between: the decision is x - 1.
    let rows = table(&[-3.0, 0.0, 2.0, 9.0], 1);
    let machine = SupportVectorClassifier { margin: linear(100.0), ..Default::default() };
    let model = machine.fit(&rows, &[5, 5, 8, 8]).expect("usable");
    let asked = table(&[-1.0, 1.0, 3.0, 10.0], 1);
    let decisions = model.decisions(&asked).expect("fits").into_values();
    assert!(decisions.iter().zip([-2.0, 0.0, 2.0, 9.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{decisions:?}");
    assert_eq!(model.support_vectors(), 2);
    assert_eq!(model.predict(&rows).expect("fits"), [5, 5, 8, 8]);
}

#[test]
fn a_line_lies_within_the_tube() {
    // For targets 2x + 1 a tube of 0.5 allows the smallest slope: at the ends the errors are 0.5.
    let rows = table(&[0.0, 1.0, 2.0, 3.0, 4.0], 1);
    let machine = SupportVectorRegressor { margin: linear(100.0), tube: 0.5 };
    let model = machine.fit(&rows, &[1.0, 3.0, 5.0, 7.0, 9.0]).expect("usable");
    let found = model.predict(&rows).expect("fits");
    let expected = [1.5, 3.25, 5.0, 6.75, 8.5];
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
    assert_eq!(model.support_vectors(), 2);
}

#[test]
fn probabilities_sum_to_1_and_mostly_agree_with_the_votes() {
    let (rows, classes) = clouds(240, 4);
    let machine = SupportVectorClassifier { probabilities: true, seed: 3, ..Default::default() };
    let model = machine.fit(&rows, &classes).expect("usable");
    assert_eq!(model, machine.fit(&rows, &classes).expect("the same again"));
    let chances = model.predict_proba(&rows).expect("wanted");
    let votes = model.predict(&rows).expect("fits");
    assert!(chances.iter_rows().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    let best = chances.iter_rows().map(|row| crate::estimator::highest(row) as u32);
    assert!(best.zip(&votes).filter(|(a, b)| a == *b).count() > 225);
    // Calibrated: the mean probability matches the share of correct answers.
    let sure =
        chances.iter_rows().zip(&classes).map(|(row, class)| row[*class as usize]).sum::<f64>() / 240.0;
    let right = votes.iter().zip(&classes).filter(|(a, b)| a == b).count() as f64 / 240.0;
    assert!(right > 0.9 && (sure - right).abs() < 0.08, "{sure} {right}");
    let without = SupportVectorClassifier::default().fit(&rows, &classes).expect("usable");
    assert!(matches!(without.predict_proba(&rows), Err(ModelError::Undefined(_))));
}

#[test]
fn coupling_gives_back_what_pairs_were_made_of() {
    let truth = [0.5, 0.2, 0.2, 0.1];
    let found = coupling::couple(4, |i, j| truth[i] / (truth[i] + truth[j]));
    assert!(found.iter().zip(truth).all(|(a, b)| (a - b).abs() < 0.01), "{found:?}");
}

#[test]
fn constant_columns_and_equal_rows_do_no_harm() {
    let (rows, classes) = clouds(60, 1);
    let with_constant = rows.iter_rows().flat_map(|r| [r[0], 7.5, r[1]]).collect::<Vec<_>>();
    for kernel in [Kernel::Linear, Kernel::Gaussian { gamma: Some(0.5) }] {
        let margin = Margin { kernel, tolerance: 1e-9, ..Margin::default() };
        let machine = SupportVectorClassifier { margin, ..Default::default() };
        let decisions =
            |table: &Table| machine.fit(table, &classes).and_then(|m| m.decisions(table)).expect("usable");
        let (one, two) = (decisions(&rows), decisions(&table(&with_constant, 3)));
        assert!(one.values().iter().zip(two.values()).all(|(a, b)| (a - b).abs() < 1e-5));
    }
    // Nothing distinguishes these classes.
    let same = table(&[1.0; 12], 2);
    let model = SupportVectorClassifier { probabilities: true, ..Default::default() };
    let model = model.fit(&same, &[0, 1, 0, 1, 0, 1]).expect("usable");
    assert!(model.predict_proba(&same).expect("wanted").values().iter().all(|p| (p - 0.5).abs() < 0.2));
    let numbers =
        SupportVectorRegressor::default().fit(&same, &[1.0, 2.0, 3.0, 1.0, 2.0, 3.0]).expect("usable");
    assert!(numbers.predict(&same).expect("fits").iter().all(|x| (1.0..=3.0).contains(x)));
    let one = table(&[4.0, 5.0], 2);
    assert_eq!(
        SupportVectorRegressor::default().fit(&one, &[7.0]).and_then(|m| m.predict(&one)),
        Ok(vec![7.0])
    );
}

#[test]
fn bad_input_is_an_error() {
    let (rows, classes) = clouds(30, 2);
    let machine = SupportVectorClassifier::default();
    assert_eq!(machine.fit(&rows, &[4; 30]), Err(ModelError::OneClass(1)));
    assert!(matches!(machine.fit(&rows, &classes[1..]), Err(ModelError::Length { .. })));
    for bad in [f64::NAN, f64::INFINITY] {
        let broken = table(&[1.0, bad, 2.0, 3.0], 2);
        assert!(matches!(
            machine.fit(&broken, &[0, 1]),
            Err(ModelError::NotFinite { row: 0, column: 1, .. })
        ));
        let fitted = machine.fit(&rows, &classes).expect("usable");
        assert!(matches!(fitted.predict(&broken), Err(ModelError::NotFinite { .. })));
        let targets = [vec![bad], vec![1.0; 29]].concat();
        assert!(SupportVectorRegressor::default().fit(&rows, &targets).is_err());
        for margin in [
            Margin { cost: bad, ..Margin::default() },
            Margin { tolerance: bad, ..Margin::default() },
            Margin { kernel: Kernel::Gaussian { gamma: Some(bad) }, ..Margin::default() },
            Margin { cost: 0.0, ..Margin::default() },
        ] {
            let machine = SupportVectorClassifier { margin, ..Default::default() };
            assert!(matches!(machine.fit(&rows, &classes), Err(ModelError::Setting { .. })));
        }
        assert!(SupportVectorRegressor { tube: -bad, ..Default::default() }.fit(&rows, &[1.0; 30]).is_err());
    }
    let wide = table(&[1.0; 9], 3);
    assert!(machine.fit(&rows, &classes).and_then(|m| m.predict(&wide)).is_err());
    let hasty = Margin { max_iterations: 1, ..Margin::default() };
    let hasty = SupportVectorClassifier { margin: hasty, ..Default::default() };
    assert!(matches!(hasty.fit(&rows, &classes), Err(ModelError::Undefined(_))));
    // Products overflow.
    let huge = table(&[1e200, -1e200, 1e199, 3e200], 1);
    let linear = SupportVectorClassifier { margin: linear(1.0), ..Default::default() };
    let found = linear.fit(&huge, &[0, 1, 0, 1]);
    assert!(matches!(found, Err(ModelError::Undefined(_))), "{found:?}");
}

#[test]
fn many_columns_are_worked_with() {
    let mut random = Philox::new(6);
    let classes = (0..12).map(|row| row % 2).collect::<Vec<u32>>();
    let value = |row: usize| (0..100_000).map(move |_| row as f64 % 2.0);
    let values = (0..12).flat_map(value).map(|x| x * 0.1 + random.normal()).collect::<Vec<_>>();
    let rows = table(&values, 100_000);
    let model = SupportVectorClassifier::default().fit(&rows, &classes).expect("usable");
    assert_eq!(model.predict(&rows).expect("fits"), classes);
}
