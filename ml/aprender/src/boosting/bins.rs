//! A table's values as small bins, stored by rows and by columns, and the borders between the bins. A column of numbers
//! is divided at the midpoints between its distinct values, or at quantiles if there are too many. Categories (integers
//! from 0 to 254) are their own bins. The last bin is for missing values.

use crate::error::{ModelError, Result, setting};
use crate::table::Table;
use rayon::prelude::*;
use trueno::random::Philox;

/// The bin of missing values.
pub(super) const MISSING: u8 = 255;

/// Maximum number of bins of a column, not counting the one for missing values.
pub(crate) const MOST: usize = 255;

/// Number of rows that borders are made of; a longer table is sampled.
const SAMPLE: usize = 200_000;

/// Rows that are binned together.
const BLOCK: usize = 64;

/// How a column is binned.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Borders {
    /// Bin b holds the numbers above border b - 1 and up to border b.
    Numbers(Vec<f64>),
    /// Bin b is category b; this is the number of categories.
    Categories(usize),
}

impl Borders {
    /// Number of bins, not counting the one for missing values.
    pub(super) fn bins(&self) -> usize {
        match self {
            Self::Numbers(borders) => borders.len() + 1,
            Self::Categories(count) => *count,
        }
    }

    /// The bin of a value. Categories that were absent in training count as missing.
    #[inline]
    pub(super) fn bin(&self, x: f64) -> u8 {
        match self {
            _ if x.is_nan() => MISSING,
            Self::Numbers(borders) => borders.partition_point(|b| *b < x) as u8,
            Self::Categories(count) if x >= 0.0 && x < *count as f64 => x as u8,
            Self::Categories(_) => MISSING,
        }
    }
}

/// The bins of a table.
pub(super) struct Bins {
    /// Rows × stride.
    by_row: Vec<u8>,
    /// Columns × rows.
    by_column: Vec<u8>,
    pub(super) borders: Vec<Borders>,
    /// For each column whether a value is missing.
    pub(super) missing: Vec<bool>,
    rows: usize,
    stride: usize,
}

impl Bins {
    /// Bins the columns; `categorical` lists the columns that hold categories.
    pub(super) fn new(table: &Table, categorical: &[usize], most: usize, seed: u64) -> Result<Self> {
        table.check_not_infinite()?;
        for column in categorical {
            check_categories(table, *column)?;
        }
        let sample = sample(table, seed);
        let borders = (0..table.columns())
            .into_par_iter()
            .map(|column| {
                if categorical.contains(&column) {
                    let largest = table.column(column).fold(-1.0, f64::max);
                    Borders::Categories((largest + 1.0) as usize)
                } else {
                    Borders::Numbers(borders(&sample, table, column, most))
                }
            })
            .collect::<Vec<_>>();
        Ok(Self::with(table, borders))
    }

    /// Bins with known borders.
    pub(super) fn with(table: &Table, borders: Vec<Borders>) -> Self {
        let (rows, columns) = (table.rows(), table.columns());
        let stride = stride(columns);
        let mut by_row = vec![0; rows * stride];
        let blocks = by_row.par_chunks_mut(BLOCK * stride);
        blocks.zip(table.values().par_chunks(BLOCK * columns)).for_each(|(bins, values)| {
            for (column, borders) in borders.iter().enumerate() {
                let places = bins.iter_mut().skip(column).step_by(stride);
                let values = values.iter().skip(column).step_by(columns);
                match borders {
                    Borders::Numbers(numbers) => bin_numbers(numbers, values, places),
                    Borders::Categories(_) => places.zip(values).for_each(|(b, x)| *b = borders.bin(*x)),
                }
            }
        });
        let mut by_column = vec![0; rows * columns];
        by_column.par_chunks_mut(rows).enumerate().for_each(|(column, bins)| {
            bins.iter_mut()
                .zip(by_row.iter().skip(column).step_by(stride))
                .for_each(|(to, from)| *to = *from);
        });
        let missing = by_column.par_chunks(rows).map(|bins| bins.contains(&MISSING)).collect();
        Self { by_row, by_column, borders, missing, rows, stride }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn columns(&self) -> usize {
        self.borders.len()
    }

    /// All bins, row by row; this is the distance from one row to the next.
    pub(super) fn by_row(&self) -> (&[u8], usize) {
        (&self.by_row, self.stride)
    }

    /// The bins of a column.
    pub(super) fn column(&self, index: usize) -> &[u8] {
        &self.by_column[index * self.rows..(index + 1) * self.rows]
    }
}

/// Rows begin at cache lines if that costs little.
fn stride(columns: usize) -> usize {
    let lines = columns.next_multiple_of(64);
    if lines * 3 <= columns * 4 { lines } else { columns.next_multiple_of(4) }
}

fn bin_numbers<'a>(
    borders: &[f64],
    values: impl Iterator<Item = &'a f64>,
    places: impl Iterator<Item = &'a mut u8>,
) {
    // A table padded with infinity to a power of two: the search takes the same steps for every value.
    let mut steps = [f64::INFINITY; 256];
    steps[..borders.len()].copy_from_slice(borders);
    let half = (borders.len() + 1).next_power_of_two() / 2;
    for (place, x) in places.zip(values) {
        if x.is_nan() {
            *place = MISSING;
            continue;
        }
        let (mut at, mut step) = (0usize, half);
        while step > 0 {
            at += if steps[(at + step - 1) & 255] < *x { step } else { 0 };
            step /= 2;
        }
        *place = at as u8;
    }
}

fn check_categories(table: &Table, column: usize) -> Result<()> {
    setting(column < table.columns(), "a categorical column", column as f64, "the table has no such column")?;
    let good = |x: f64| x.is_nan() || (0.0..=254.0).contains(&x) && x.fract() == 0.0;
    match table.column(column).find(|x| !good(*x)) {
        None => Ok(()),
        Some(value) => Err(ModelError::Setting {
            name: "a category",
            value,
            range: "it must be an integer from 0 to 254, or missing",
        }),
    }
}

/// The rows that borders are made of; `None`: all.
fn sample(table: &Table, seed: u64) -> Option<Vec<usize>> {
    if table.rows() <= SAMPLE {
        return None;
    }
    Some(Philox::with_stream(seed, u64::MAX).sample(table.rows(), SAMPLE))
}

fn borders(sample: &Option<Vec<usize>>, table: &Table, column: usize, most: usize) -> Vec<f64> {
    let mut values = match sample {
        None => table.column(column).filter(|x| !x.is_nan()).map(ordered_bits).collect::<Vec<_>>(),
        Some(rows) => {
            let all = rows.iter().map(|r| table.row(*r)[column]);
            all.filter(|x| !x.is_nan()).map(ordered_bits).collect()
        }
    };
    values.sort_unstable();
    let values = values.into_iter().map(from_ordered_bits).collect::<Vec<_>>();
    let mut distinct = values.clone();
    distinct.dedup();
    let middle = |a: f64, b: f64| {
        let m = a / 2.0 + b / 2.0;
        if m >= a && m < b { m } else { a }
    };
    if distinct.len() <= most {
        return distinct.windows(2).map(|pair| middle(pair[0], pair[1])).collect();
    }
    // Quantiles: each border at the middle of the values on both sides of an equal share of the rows.
    let mut borders = Vec::with_capacity(most);
    for share in 1..most {
        let place = share * (values.len() - 1);
        let (below, above) = (place / most, place.div_ceil(most));
        let border = middle(values[below], values[above]);
        let last = values[values.len() - 1];
        if border < last && borders.last().is_none_or(|b| *b < border) {
            borders.push(border);
        }
    }
    borders
}

/// Bits of a number, in an encoding that sorts as the numbers do; -0 as 0.
fn ordered_bits(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn from_ordered_bits(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits })
}
