//! The maximum number of classes of a model. Most models need a number for each class and each row, column or leaf, so
//! a small file with many labels would take all memory. The need is computed, and refused if too large, before memory
//! is allocated.

use crate::error::{ModelError, Result};
use crate::estimator::Classes;
use crate::table::Table;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Maximum number of classes of any model.
pub(crate) const MOST_CLASSES: usize = 1 << 16;

/// Bytes that the data for the classes may always take, even if four times the table is less.
const MOST_BYTES: f64 = (2u64 << 30) as f64;

/// Bytes that the data for the classes may take, for a table of this many numbers.
fn room(numbers: usize) -> f64 {
    (4.0 * 8.0 * numbers as f64).max(MOST_BYTES)
}

/// The size of the training table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub rows: usize,
    pub columns: usize,
    /// Numbers that it keeps.
    pub numbers: usize,
}

impl Extent {
    pub(crate) fn of(table: &Table) -> Self {
        Self { rows: table.rows(), columns: table.columns(), numbers: table.values().len() }
    }

    /// Refuses more classes than there is room for: `bytes` gives the memory for a number of classes, and never falls
    /// as it grows.
    pub(crate) fn check(self, classes: usize, bytes: impl Fn(f64) -> f64) -> Result<()> {
        let room = room(self.numbers);
        // Two classes are always accepted: their memory grows with the table.
        let (mut limit, mut beyond) = (2, MOST_CLASSES + 1);
        while limit + 1 < beyond {
            let middle = limit.midpoint(beyond);
            if bytes(middle as f64) <= room { limit = middle } else { beyond = middle }
        }
        if classes <= limit {
            return Ok(());
        }
        Err(ModelError::TooManyClasses { found: classes, limit, rows: self.rows, columns: self.columns })
    }

    /// The classes among `targets` and the index of each target's class, if there is room for the result of `bytes`.
    pub(crate) fn encode(self, targets: &[u32], bytes: impl Fn(f64) -> f64) -> Result<(Classes, Vec<u32>)> {
        let (classes, places) = Classes::encode(targets)?;
        self.check(classes.len(), bytes)?;
        Ok((classes, places))
    }
}

/// Limit for the numbers in the nodes of all trees of a model. The number of nodes is unknown before the trees grow.
pub(crate) struct NodeRoom {
    limit: usize,
    left: AtomicUsize,
    exhausted: AtomicBool,
}

impl NodeRoom {
    pub(crate) fn new(table: &Table) -> Self {
        Self::of((room(table.values().len()) / 8.0) as usize)
    }

    /// For this many numbers.
    pub(crate) fn of(limit: usize) -> Self {
        Self { limit, left: AtomicUsize::new(limit), exhausted: false.into() }
    }

    /// Refuses trees that would certainly exceed the limit: each has a leaf for each class, or as many as `leaves`
    /// allows.
    pub(crate) fn check(&self, trees: usize, classes: usize, leaves: usize) -> Result<()> {
        let least = trees.saturating_mul(classes).saturating_mul(leaves.min(classes));
        if least > self.limit { Err(self.error(classes)) } else { Ok(()) }
    }

    /// Reserves the numbers of one node. Whether all nodes of a model fit does not depend on the order of threads.
    pub(crate) fn take(&self, numbers: usize) {
        let less = |left: usize| left.checked_sub(numbers);
        if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_err() {
            self.exhausted.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted.load(Ordering::Relaxed)
    }

    pub(crate) fn error(&self, classes: usize) -> ModelError {
        ModelError::TooManyAnswers { classes, limit: self.limit }
    }
}
