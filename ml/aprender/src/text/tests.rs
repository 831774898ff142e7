use super::*;
use crate::error::ModelError;
use crate::linear::LogisticRegression;
use crate::sparse::SparseTable;
use crate::{Estimator, Table};

const TEXTS: [&str; 4] =
    ["the cat sat on the mat", "the dog sat on the log", "cats and dogs", "a mat, a mat: the mat"];

fn documents() -> Vec<Vec<String>> {
    TEXTS.iter().map(|text| words(text).collect()).collect()
}

fn dense(table: &SparseTable) -> Vec<Vec<f64>> {
    let row = |entries: &mut dyn Iterator<Item = (usize, f64)>| {
        let mut row = vec![0.0; table.columns()];
        entries.for_each(|(column, value)| row[column] = value);
        row
    };
    table.iter_rows().map(|mut entries| row(&mut entries)).collect()
}

/// `TfidfVectorizer().fit_transform(TEXTS)` of scikit-learn 1.9.1.
#[test]
fn tf_idf_is_scikit_learn_s() {
    let model = TfIdf::default().fit(&documents()).expect("there are terms");
    assert_eq!(
        model.vocabulary().terms(),
        ["and", "cat", "cats", "dog", "dogs", "log", "mat", "on", "sat", "the"]
    );
    let found = dense(&model.transform(&documents()).expect("there are documents"));
    let expected = include_str!("tf_idf.txt");
    for (row, line) in found.iter().zip(expected.lines()) {
        for (value, number) in row.iter().zip(line.split(' ')) {
            let number: f64 = number.parse().expect("a number");
            assert!((value - number).abs() < 1e-12, "{value} {number}");
        }
    }
    assert_eq!(expected.lines().count(), found.len());
}

#[test]
fn rare_and_common_terms_make_no_columns() {
    let fit = |settings: CountVectorizer| settings.fit(&documents()).map(|v| v.terms().to_vec());
    let rare = CountVectorizer { least_documents: 2, ..CountVectorizer::default() };
    assert_eq!(fit(rare).expect("some are common"), ["mat", "on", "sat", "the"]);
    let common = CountVectorizer { largest_share: 0.5, least_documents: 2, ..CountVectorizer::default() };
    assert_eq!(fit(common).expect("some are rare"), ["mat", "on", "sat"]);
    let few = CountVectorizer { most_columns: Some(2), ..CountVectorizer::default() };
    assert_eq!(fit(few).expect("two"), ["mat", "the"]);
    let none = CountVectorizer { least_documents: 5, ..CountVectorizer::default() };
    assert!(matches!(fit(none), Err(ModelError::Empty { rows: 4, columns: 0 })));
    let wrong = CountVectorizer { largest_share: f64::NAN, ..CountVectorizer::default() };
    assert!(matches!(fit(wrong), Err(ModelError::Setting { .. })));
}

#[test]
fn hashing_keeps_every_count() {
    let unsigned = HashingVectorizer { signed: false, ..HashingVectorizer::default() };
    let table = unsigned.transform(&documents()).expect("there are documents");
    let sums: Vec<f64> = table.iter_rows().map(|row| row.map(|(_, value)| value).sum()).collect();
    assert_eq!(sums, [6.0, 6.0, 3.0, 4.0]);
    let signed = HashingVectorizer::default().transform(&documents()).expect("there are documents");
    let same = signed.row(3).zip(table.row(3)).all(|(a, b)| a.0 == b.0 && a.1.abs() == b.1);
    assert!(same && signed.row(3).count() == table.row(3).count());
    assert!(unsigned.transform(&[] as &[Vec<String>]).is_err());
    assert!(HashingVectorizer { columns: 0, signed: true }.transform(&documents()).is_err());
}

#[test]
fn ratios_of_counts_are_worked_out_by_hand() {
    let rows = [vec![(0, 1.0), (1, 1.0)], vec![(0, 1.0)], vec![(1, 1.0)]];
    let table = SparseTable::from_rows(rows, 2).expect("in order");
    let ratios = log_count_ratios(&table, &[true, true, false], &[1.0; 3], 1.0).expect("two classes");
    // p = (3, 2) / 5, q = (1, 2) / 3
    assert!((ratios[0] - (0.6f64 / (1.0 / 3.0)).ln()).abs() < 1e-15);
    assert!((ratios[1] - (0.4f64 / (2.0 / 3.0)).ln()).abs() < 1e-15);
    assert!(matches!(log_count_ratios(&table, &[true; 3], &[1.0; 3], 1.0), Err(ModelError::OneClass(_))));
    assert!(log_count_ratios(&table, &[true, false, true], &[1.0; 3], 0.0).is_err());
    assert!(log_count_ratios(&table, &[true, false], &[1.0; 3], 1.0).is_err());
}

#[test]
fn sparse_and_dense_rows_give_one_model() {
    let table = CountVectorizer::default()
        .fit(&documents())
        .and_then(|vocabulary| vocabulary.transform(&documents()))
        .expect("there are terms");
    let rows = dense(&table);
    for targets in [[0, 1, 1, 0], [0, 1, 2, 0]] {
        let settings = LogisticRegression { penalty: 0.1, ..LogisticRegression::default() };
        let sparse = settings.fit_sparse(&table, &targets, None).expect("usable");
        let full = Table::from_rows(&rows).expect("even");
        let model = settings.fit(&full, &targets).expect("usable");
        for output in 0..if targets.contains(&2) { 3 } else { 1 } {
            for (a, b) in sparse.coefficients(output).iter().zip(model.coefficients(output)) {
                assert!((a - b).abs() < 1e-4, "{a} {b}");
            }
        }
        // A row of weight 2 counts as two rows.
        let twice = table.select(&[0, 1, 2, 3, 3]).expect("they exist");
        let of_twice =
            settings.fit_sparse(&twice, &[&targets[..], &targets[3..]].concat(), None).expect("usable");
        let weighted = settings.fit_sparse(&table, &targets, Some(&[1.0, 1.0, 1.0, 2.0])).expect("usable");
        for (a, b) in of_twice.coefficients(0).iter().zip(weighted.coefficients(0)) {
            assert!((a - b).abs() < 1e-4, "{a} {b}");
        }
    }
}
