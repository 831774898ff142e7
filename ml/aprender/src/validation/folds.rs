//! Splits of rows into training and test rows.

use crate::error::{ModelError, Result, setting};
use std::collections::BTreeMap;
use trueno::random::Philox;

/// One split of the rows; both parts are in ascending order and disjoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Rows to fit to.
    pub train: Vec<usize>,
    /// Rows to score on.
    pub test: Vec<usize>,
}

/// `count` folds whose test parts cover every row exactly once: in random order by `seed`, or without a seed as blocks
/// in the given order. Sizes differ by at most one.
///
/// # Errors
/// Fewer than two folds, or fewer rows than folds.
pub fn k_fold(rows: usize, count: usize, seed: Option<u64>) -> Result<Vec<Fold>> {
    check(rows, count)?;
    let order = ordered(rows, seed);
    let mut fold_of = vec![0; rows];
    for (position, row) in order.into_iter().enumerate() {
        // The first `rows % count` folds take one row more.
        let (size, more) = (rows / count, rows % count);
        let border = more * (size + 1);
        fold_of[row] =
            if position < border { position / (size + 1) } else { more + (position - border) / size };
    }
    Ok(from_assignment(&fold_of, count))
}

/// As [`k_fold`], with each class spread evenly over the folds.
///
/// # Errors
/// Fewer than two folds, or a class with fewer rows than folds.
pub fn stratified(targets: &[u32], count: usize, seed: Option<u64>) -> Result<Vec<Fold>> {
    check(targets.len(), count)?;
    let mut classes = BTreeMap::<u32, Vec<usize>>::new();
    for row in ordered(targets.len(), seed) {
        classes.entry(targets[row]).or_default().push(row);
    }
    let mut fold_of = vec![0; targets.len()];
    let mut next = 0;
    for rows in classes.values() {
        if rows.len() < count {
            return Err(ModelError::TooFewRows {
                what: "a class of stratified folds",
                needed: count,
                found: rows.len(),
            });
        }
        for row in rows {
            fold_of[*row] = next % count;
            next += 1;
        }
    }
    Ok(from_assignment(&fold_of, count))
}

/// Folds that never split a group: the largest groups first, each to the fold with the fewest rows. `seed` orders equal
/// groups.
///
/// # Errors
/// Fewer than two folds, or fewer groups than folds.
pub fn grouped(groups: &[u32], count: usize, seed: Option<u64>) -> Result<Vec<Fold>> {
    check(groups.len(), count)?;
    let mut members = BTreeMap::<u32, Vec<usize>>::new();
    for (row, group) in groups.iter().enumerate() {
        members.entry(*group).or_default().push(row);
    }
    if members.len() < count {
        return Err(ModelError::TooFewRows { what: "groups", needed: count, found: members.len() });
    }
    let mut members = members.into_values().collect::<Vec<_>>();
    if let Some(seed) = seed {
        Philox::new(seed).shuffle(&mut members);
    }
    members.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
    let (mut fold_of, mut sizes) = (vec![0; groups.len()], vec![0; count]);
    for rows in members {
        let smallest = (0..count).min_by_key(|fold| sizes[*fold]).unwrap_or(0);
        sizes[smallest] += rows.len();
        rows.into_iter().for_each(|row| fold_of[row] = smallest);
    }
    Ok(from_assignment(&fold_of, count))
}

/// `count` folds of rows in time order: each tests a block and trains on all blocks before it. The first block is only
/// for training.
///
/// # Errors
/// No folds, or not more rows than folds.
pub fn time_ordered(rows: usize, count: usize) -> Result<Vec<Fold>> {
    setting(count >= 1, "the number of folds", count as f64, "it must be at least 1")?;
    if rows < count + 1 {
        return Err(ModelError::TooFewRows { what: "time-ordered folds", needed: count + 1, found: rows });
    }
    let size = rows / (count + 1);
    let begin = |fold: usize| rows - (count - fold) * size;
    Ok((0..count)
        .map(|fold| Fold {
            train: (0..begin(fold)).collect(),
            test: (begin(fold)..begin(fold + 1)).collect(),
        })
        .collect())
}

fn check(rows: usize, count: usize) -> Result<()> {
    setting(count >= 2, "the number of folds", count as f64, "it must be at least 2")?;
    if rows < count {
        return Err(ModelError::TooFewRows { what: "folds", needed: count, found: rows });
    }
    Ok(())
}

fn ordered(rows: usize, seed: Option<u64>) -> Vec<usize> {
    let mut order = (0..rows).collect::<Vec<_>>();
    if let Some(seed) = seed {
        Philox::new(seed).shuffle(&mut order);
    }
    order
}

fn from_assignment(fold_of: &[usize], count: usize) -> Vec<Fold> {
    let rows = |keep: &dyn Fn(usize) -> bool| {
        fold_of.iter().enumerate().filter(|(_, fold)| keep(**fold)).map(|(row, _)| row).collect::<Vec<_>>()
    };
    (0..count).map(|fold| Fold { train: rows(&|f| f != fold), test: rows(&|f| f == fold) }).collect()
}
