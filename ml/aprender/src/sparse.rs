//! Tables of mostly zeros, as compressed sparse rows.

use crate::error::{ModelError, Result};

/// A matrix of rows × columns that stores only nonzero numbers. Neither dimension is zero.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseTable {
    /// The start of each row in the other two vectors, and the end of the last row.
    starts: Vec<usize>,
    places: Vec<u32>,
    values: Vec<f64>,
    columns: usize,
}

impl SparseTable {
    /// A table of rows. Each is a list of columns with their values, in ascending order without repetition.
    ///
    /// # Errors
    /// No rows, no columns, a column that does not exist or is out of order, or a value that is not finite.
    pub fn from_rows<R>(rows: impl IntoIterator<Item = R>, columns: usize) -> Result<Self>
    where
        R: AsRef<[(u32, f64)]>,
    {
        let mut table = Self { starts: vec![0], places: Vec::new(), values: Vec::new(), columns };
        for (row, entries) in rows.into_iter().enumerate() {
            let entries = entries.as_ref();
            if let Some(pair) = entries.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
                return Err(ModelError::Order { row, column: pair[1].0 as usize });
            }
            if let Some((place, _)) = entries.last().filter(|(place, _)| *place as usize >= columns) {
                return Err(ModelError::Columns { expected: columns, found: *place as usize + 1 });
            }
            if let Some((place, value)) = entries.iter().find(|(_, value)| !value.is_finite()) {
                let (column, value) = (*place as usize, *value);
                return Err(ModelError::NotFinite { what: "the sparse table", row, column, value });
            }
            table.places.extend(entries.iter().map(|(place, _)| *place));
            table.values.extend(entries.iter().map(|(_, value)| *value));
            table.starts.push(table.places.len());
        }
        if columns == 0 || table.rows() == 0 {
            return Err(ModelError::Empty { rows: table.rows(), columns });
        }
        Ok(table)
    }

    /// Number of rows, at least 1.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of columns, at least 1.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Number of stored values.
    pub fn kept(&self) -> usize {
        self.values.len()
    }

    /// Columns and values of row `index`; empty if there is no such row.
    pub fn row(&self, index: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = match self.starts.get(index..).unwrap_or_default() {
            [start, end, ..] => *start..*end,
            _ => 0..0,
        };
        let places = self.places[range.clone()].iter().map(|place| *place as usize);
        places.zip(self.values[range].iter().copied())
    }

    /// All rows in order.
    pub fn iter_rows(&self) -> impl Iterator<Item = impl Iterator<Item = (usize, f64)> + '_> + '_ {
        (0..self.rows()).map(|row| self.row(row))
    }

    /// The given rows in the given order; a row may be repeated.
    ///
    /// # Errors
    /// The list is empty, or a row does not exist.
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        let mut chosen = Self { starts: vec![0], places: Vec::new(), values: Vec::new(), ..*self };
        for &row in rows {
            let &[start, end, ..] = self.starts.get(row..).unwrap_or_default() else {
                return Err(ModelError::Length { what: "row index", expected: self.rows(), found: row });
            };
            chosen.places.extend_from_slice(&self.places[start..end]);
            chosen.values.extend_from_slice(&self.values[start..end]);
            chosen.starts.push(chosen.places.len());
        }
        match rows {
            [] => Err(ModelError::Empty { rows: 0, columns: self.columns }),
            _ => Ok(chosen),
        }
    }

    /// Every value with its row and column, transformed by `change`.
    ///
    /// # Errors
    /// A transformed value is not finite.
    pub fn map(mut self, change: impl Fn(usize, usize, f64) -> f64) -> Result<Self> {
        for row in 0..self.rows() {
            for at in self.starts[row]..self.starts[row + 1] {
                let column = self.places[at] as usize;
                let value = change(row, column, self.values[at]);
                if !value.is_finite() {
                    return Err(ModelError::NotFinite { what: "the sparse table", row, column, value });
                }
                self.values[at] = value;
            }
        }
        Ok(self)
    }

    /// The sum of each column, with rows counting `weight(row)` times.
    pub fn column_sums(&self, weight: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for (row, entries) in self.iter_rows().enumerate() {
            let weight = weight(row);
            entries.for_each(|(column, value)| sums[column] += weight * value);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> SparseTable {
        let rows = [vec![(0, 1.0), (3, 2.0)], vec![], vec![(1, -1.0), (2, 4.0), (3, 0.5)]];
        SparseTable::from_rows(rows, 4).expect("in order")
    }

    #[test]
    fn rows_come_back_as_they_went_in() {
        let table = table();
        assert_eq!((table.rows(), table.columns(), table.kept()), (3, 4, 5));
        assert_eq!(table.row(2).collect::<Vec<_>>(), [(1, -1.0), (2, 4.0), (3, 0.5)]);
        assert_eq!(table.row(1).count() + table.row(3).count(), 0);
        let chosen = table.select(&[2, 0, 2]).expect("they exist");
        assert_eq!(chosen.row(1).collect::<Vec<_>>(), [(0, 1.0), (3, 2.0)]);
        assert_eq!(chosen.row(2).collect::<Vec<_>>(), table.row(2).collect::<Vec<_>>());
        assert_eq!(table.column_sums(|row| row as f64), [0.0, -2.0, 8.0, 1.0]);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let rows = |entries: Vec<(u32, f64)>| SparseTable::from_rows([entries], 4);
        assert!(matches!(rows(vec![(4, 1.0)]), Err(ModelError::Columns { expected: 4, found: 5 })));
        assert!(matches!(rows(vec![(2, 1.0), (2, 1.0)]), Err(ModelError::Order { row: 0, column: 2 })));
        assert!(matches!(rows(vec![(2, f64::NAN)]), Err(ModelError::NotFinite { column: 2, .. })));
        assert!(matches!(SparseTable::from_rows([[]; 0], 4), Err(ModelError::Empty { .. })));
        assert!(matches!(table().select(&[3]), Err(ModelError::Length { .. })));
        assert!(matches!(table().select(&[]), Err(ModelError::Empty { .. })));
        assert!(matches!(table().map(|_, _, _| f64::INFINITY), Err(ModelError::NotFinite { .. })));
    }
}
