//! A table's columns as ranks: the index of each value among the distinct values of its column.

use crate::table::Table;
use rayon::prelude::*;

/// Columns as ranks, which sort as the values do.
pub(crate) struct Ranks {
    columns: Vec<Column>,
    rows: usize,
}

/// One column.
pub(crate) struct Column {
    /// For each row the index of its value in `values`.
    pub ranks: Vec<u32>,
    /// Distinct values, ascending.
    pub values: Vec<f64>,
}

impl Ranks {
    /// From a table of finite numbers.
    pub(crate) fn new(table: &Table) -> Self {
        let columns =
            (0..table.columns()).into_par_iter().map(|c| Column::new(table.column(c))).collect::<Vec<_>>();
        Self { columns, rows: table.rows() }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(crate) fn column(&self, index: usize) -> &Column {
        &self.columns[index]
    }
}

impl Column {
    fn new(values: impl Iterator<Item = f64>) -> Self {
        // Adding zero makes -0 the same as 0.
        let mut order = values.enumerate().map(|(row, x)| (x + 0.0, row as u32)).collect::<Vec<_>>();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut ranks = vec![0; order.len()];
        let mut values = Vec::new();
        for (x, row) in order {
            if values.last() != Some(&x) {
                values.push(x);
            }
            ranks[row as usize] = (values.len() - 1) as u32;
        }
        values.shrink_to_fit();
        Self { ranks, values }
    }

    /// A threshold between the values of two ranks; the greater one is excluded.
    pub(crate) fn between(&self, low: u32, high: u32) -> f64 {
        let (a, b) = (self.values[low as usize], self.values[high as usize]);
        let middle = a / 2.0 + b / 2.0;
        if middle > a && middle < b { middle } else { a }
    }
}
