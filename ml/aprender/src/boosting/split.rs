//! The best split of a leaf, from its histogram.
//!
//! Numbers are split between bins, with missing values tried on both sides. Categories are split by a set of them:
//! sorted by gradient over hessian, the best set is a run from one end (Fisher, "On grouping for maximum homogeneity",
//! JASA 53, 1958).

use super::bins::{Bins, Borders, MISSING};
use super::gradients::{Gradients, unpack};
use super::histogram::{Histogram, Shape};
use rayon::prelude::*;

/// Hessian added to that of each category when categories are sorted, as in LightGBM.
const CATEGORY_SMOOTHING: f64 = 10.0;

/// From this many slots of sums on, columns are searched in parallel.
const PARALLEL: usize = 1 << 13;

/// The rules that a split must obey.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub l2: f64,
    pub min_rows: usize,
    pub min_hessian: f64,
    pub min_gain: f64,
    /// For each column 1 (never falls), -1 (never rises) or 0; or empty.
    pub monotone: Vec<i8>,
}

/// The totals over the rows of a leaf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Totals {
    /// Packed sums.
    pub packed: i64,
    pub rows: usize,
    /// The allowed range of the leaf's answer, before the learning rate.
    pub low: f64,
    pub high: f64,
}

/// Which rows go left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Test {
    /// Bins up to this.
    UpTo(u8),
    /// Categories, as bits.
    Set([u64; 4]),
}

/// A split and its gain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Split {
    pub column: usize,
    pub test: Test,
    pub missing_left: bool,
    pub gain: f64,
    /// Packed sums of the left child.
    pub left: i64,
}

impl Split {
    /// Whether a bin goes left.
    #[inline]
    pub(super) fn goes_left(&self, bin: u8) -> bool {
        match self.test {
            _ if bin == MISSING => self.missing_left,
            Test::UpTo(last) => bin <= last,
            Test::Set(bits) => bits[usize::from(bin) / 64] >> (bin % 64) & 1 == 1,
        }
    }
}

/// Everything that the search for a leaf's split reads.
pub(super) struct Search<'a> {
    pub bins: &'a Bins,
    pub gradients: &'a Gradients<'a>,
    pub shape: Shape,
    pub rules: &'a Rules,
}

/// A column of a histogram.
struct Part<'a> {
    column: usize,
    sums: &'a [i64],
    counts: &'a [u32],
    totals: Totals,
    /// Rows per unit of hessian.
    rows_by_hessian: f64,
    worth: f64,
    best: Option<Split>,
}

impl Search<'_> {
    /// The split with the largest gain; the first column among equals.
    pub(super) fn best(&self, histogram: &Histogram, totals: Totals) -> Option<Split> {
        let of = |column: usize| self.best_of_column(histogram, totals, column);
        let columns = self.bins.columns();
        let found = if histogram.sums.len() > PARALLEL && rayon::current_num_threads() > 1 {
            (0..columns).into_par_iter().map(of).collect::<Vec<_>>()
        } else {
            (0..columns).map(of).collect()
        };
        found.into_iter().flatten().reduce(|best, next| if next.gain > best.gain { next } else { best })
    }

    fn best_of_column(&self, histogram: &Histogram, totals: Totals, column: usize) -> Option<Split> {
        let width = self.shape.width;
        let range = column * width..(column + 1) * width;
        let (_, hessian) = unpack(totals.packed);
        let mut part = Part {
            column,
            sums: &histogram.sums[range.clone()],
            counts: histogram.counts.get(range).unwrap_or(&[]),
            totals,
            rows_by_hessian: totals.rows as f64 / (hessian as f64).max(1.0),
            worth: self.worth(totals.packed, totals.low, totals.high).0,
            best: None,
        };
        match &self.bins.borders[column] {
            Borders::Numbers(borders) => self.numbers(&mut part, borders.len() + 1),
            Borders::Categories(count) => self.categories(&mut part, *count),
        }
        part.best
    }

    /// The value of sums as one leaf, and its answer.
    #[inline]
    fn worth(&self, packed: i64, low: f64, high: f64) -> (f64, f64) {
        let (g, h) = self.gradients.sums(packed);
        let h = h + self.rules.l2 + 1e-15;
        let free = -g / h;
        if free >= low && free <= high {
            return (-g * free, free);
        }
        let value = free.clamp(low, high);
        (-value * (2.0 * g + h * value), value)
    }

    fn numbers(&self, part: &mut Part<'_>, bins: usize) {
        let missing = self.shape.place(MISSING);
        let has_missing = self.bins.missing[part.column];
        let count = |bin: usize| part.counts.get(bin).copied().unwrap_or(0);
        let (missing_sum, missing_rows) = (part.sums[missing], count(missing));
        // If missing values go right, all numbers may go left.
        let last = if has_missing { bins } else { bins - 1 };
        let (mut left, mut rows) = (0, 0);
        let (sums, counts) = (part.sums, part.counts);
        for (bin, sum) in sums.iter().enumerate().take(last) {
            left += sum;
            rows += counts.get(bin).copied().unwrap_or(0);
            if *sum == 0 && bin + 1 != last {
                continue;
            }
            self.consider(part, left, rows, Test::UpTo(bin as u8), false);
            if has_missing && bin + 1 < bins {
                let (left, rows) = (left + missing_sum, rows + missing_rows);
                self.consider(part, left, rows, Test::UpTo(bin as u8), true);
            }
        }
        // If no value was missing in training, missing values go where most rows go.
        if !has_missing && let Some(best) = &mut part.best {
            best.missing_left = unpack(best.left).1 * 2 > unpack(part.totals.packed).1;
        }
    }

    fn categories(&self, part: &mut Part<'_>, categories: usize) {
        let order = |bin: usize| {
            let (g, h) = self.gradients.sums(part.sums[bin]);
            g / (h + CATEGORY_SMOOTHING)
        };
        let mut used =
            (0..categories).filter(|b| part.sums[*b] != 0).map(|b| (order(b), b)).collect::<Vec<_>>();
        used.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for reversed in [false, true] {
            let (mut left, mut rows, mut bits) = (0, 0, [0u64; 4]);
            for (_, bin) in
                used.iter().take(used.len().saturating_sub(usize::from(!self.bins.missing[part.column])))
            {
                left += part.sums[*bin];
                rows += part.counts.get(*bin).copied().unwrap_or(0);
                bits[bin / 64] |= 1 << (bin % 64);
                self.consider(part, left, rows, Test::Set(bits), false);
            }
            if reversed || !self.bins.missing[part.column] {
                break;
            }
            // Missing categories go right, so sets from the other end differ.
            used.reverse();
        }
    }

    /// Keeps a split if it is allowed and has a larger gain than the best so far.
    #[inline]
    fn consider(&self, part: &mut Part<'_>, left: i64, rows: u32, test: Test, missing_left: bool) {
        let right = part.totals.packed - left;
        let ((_, left_h), (_, right_h)) = (unpack(left), unpack(right));
        let all = part.totals.rows;
        let rows = if part.counts.is_empty() {
            (left_h as f64 * part.rows_by_hessian + 0.5) as usize
        } else {
            rows as usize
        };
        let unit = self.gradients.hessian_unit;
        let least = left_h.min(right_h) as f64 * unit;
        if rows < self.rules.min_rows
            || all - rows.min(all) < self.rules.min_rows
            || least < self.rules.min_hessian
        {
            return;
        }
        let (low, high) = (part.totals.low, part.totals.high);
        let (left_worth, left_value) = self.worth(left, low, high);
        let (right_worth, right_value) = self.worth(right, low, high);
        let gain = left_worth + right_worth - part.worth;
        if gain <= part.best.map_or(self.rules.min_gain, |b| b.gain) {
            return;
        }
        let direction = self.rules.monotone.get(part.column).copied().unwrap_or(0);
        if f64::from(direction) * (right_value - left_value) < 0.0 {
            return;
        }
        part.best = Some(Split { column: part.column, test, missing_left, gain, left });
    }

    /// The answer of a leaf with these sums.
    pub(super) fn value(&self, totals: Totals) -> f64 {
        self.worth(totals.packed, totals.low, totals.high).1
    }

    /// The answer of the leaf with these rows, from the sums before rounding.
    pub(super) fn exact_value(&self, totals: Totals, rows: &[u32]) -> f64 {
        let (g, h) = self.gradients.exact_sums(rows);
        (-g / (h + self.rules.l2 + 1e-15)).clamp(totals.low, totals.high)
    }
}
