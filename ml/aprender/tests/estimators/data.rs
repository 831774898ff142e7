//! The data sets of scikit-learn (BSD 3-clause) and its figures, as `make_golden.py` wrote them.

use aprender::Table;
use aprender::validation::Fold;
use std::path::PathBuf;

/// A data set with its folds.
pub struct DataSet {
    /// Features.
    pub table: Table,
    /// The last column.
    pub targets: Vec<f64>,
    /// Test rows of each fold.
    pub folds: Vec<Fold>,
    /// The figures of scikit-learn.
    pub golden: serde_json::Value,
}

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read_to_string(path).expect("a checked-in file")
}

fn rows(name: &str) -> Vec<Vec<f64>> {
    if name != "digits" {
        let number = |cell: &str| cell.parse::<f64>().expect("a number");
        return read(&format!("{name}.csv")).lines().map(|l| l.split(',').map(number).collect()).collect();
    }
    let digit = |c: char| f64::from(c.to_digit(17).expect("from 0 to g"));
    read("digits.txt").lines().map(|l| l.chars().filter(|c| *c != ' ').map(digit).collect()).collect()
}

/// Reads a data set, with the figures of `make_golden.py`.
pub fn load(name: &str) -> DataSet {
    load_with(name, "golden.json")
}

/// Reads a data set, with the figures of another file.
pub fn load_with(name: &str, figures: &str) -> DataSet {
    let mut rows = rows(name);
    let targets = rows.iter_mut().map(|r| r.pop().expect("a target")).collect::<Vec<_>>();
    let of_file = |file: &str| {
        let mut all = serde_json::from_str::<serde_json::Value>(&read(file)).expect("JSON");
        all[name].take()
    };
    let (golden, folds) = (of_file(figures), of_file("golden.json"));
    let fold_of = folds["folds"].as_str().expect("folds").bytes().map(|b| b - b'0').collect::<Vec<_>>();
    let part =
        |keep: &dyn Fn(u8) -> bool| (0..fold_of.len()).filter(|i| keep(fold_of[*i])).collect::<Vec<_>>();
    let folds = (0..5).map(|fold| Fold { train: part(&|f| f != fold), test: part(&|f| f == fold) }).collect();
    DataSet { table: Table::from_rows(&rows).expect("a table"), targets, folds, golden }
}

impl DataSet {
    /// Targets as classes.
    pub fn classes(&self) -> Vec<u32> {
        self.targets.iter().map(|t| *t as u32).collect()
    }
}
