//! Classification: one machine for each pair of classes; the machines vote.

use super::Margin;
use super::coupling::couple;
use super::kernel::Space;
use super::regressor::BLOCK;
use super::solver::{Problem, Solution};
use crate::calibration::{Platt, PlattModel};
use crate::checks::check_length;
use crate::class_limits::Extent;
use crate::error::{ModelError, Result};
use crate::estimator::{Classes, Classifier, Estimator, Model, highest};
use crate::table::Table;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trueno::random::Philox;

/// Folds of a pair's rows for its probabilities.
const FOLDS: usize = 5;

/// Probabilities of a pair are kept this far from 0 and 1.
const LEAST_CHANCE: f64 = 1e-7;

/// Bytes of a machine and its result, in addition to its rows.
const MACHINE_BYTES: f64 = (2 * size_of::<Machine>() + 64) as f64;

/// Bytes of a row in each of its machines.
const ROW_BYTES: f64 = (size_of::<usize>() + 3 * size_of::<f64>()) as f64;

/// Support vector classification (C-SVC).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SupportVectorClassifier {
    /// Kernel, cost and stopping rule.
    pub margin: Margin,
    /// Whether [`Classifier::predict_proba`] will be used: this fits each pair of classes five more times. Default: no.
    pub probabilities: bool,
    /// Whether the cost of a row is multiplied by rows / (classes · rows of its class). Default: no.
    pub balanced: bool,
    /// Seed of the folds from which probabilities are learned.
    pub seed: u64,
}

/// A fitted [`SupportVectorClassifier`]. It holds some of the training rows, as the method requires.
#[derive(Debug, Clone, PartialEq)]
pub struct SupportVectorClassifierModel {
    pub(super) classes: Classes,
    /// The support vectors, class by class.
    pub(super) space: Space,
    /// The start of each class among them, and their number.
    pub(super) starts: Vec<usize>,
    /// (classes - 1) × support vectors: weights of a vector in the machines of its class against the others, in their
    /// order.
    pub(super) weights: Vec<f64>,
    /// One for each pair.
    pub(super) biases: Vec<f64>,
    /// For each pair: the map from its machine's answer to the probability of the second class; empty if not requested.
    pub(super) chances: Vec<PlattModel>,
}

/// All pairs (a, b) of indices with a < b, in order.
pub(super) fn pairs(classes: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..classes).flat_map(move |a| (a + 1..classes).map(move |b| (a, b)))
}

/// The machine of a pair: its training rows, and its solution.
struct Machine {
    rows: Vec<usize>,
    solution: Solution,
    chance: Option<PlattModel>,
}

impl Estimator for SupportVectorClassifier {
    type Target = u32;
    type Model = SupportVectorClassifierModel;

    fn fit(&self, table: &Table, targets: &[u32]) -> Result<SupportVectorClassifierModel> {
        self.margin.check()?;
        check_length("targets", table.rows(), targets.len())?;
        let rows = table.rows() as f64;
        // Memory: for each pair of classes its machine, and for each row of the machine: the row, its weight, and the
        // place of that weight in the model.
        let bytes = |classes: f64| (classes - 1.0) * (MACHINE_BYTES * classes / 2.0 + ROW_BYTES * rows);
        let (classes, places) = Extent::of(table).encode(targets, bytes)?;
        let space = Space::new(self.margin.kernel, table)?;
        let mut members = vec![Vec::new(); classes.len()];
        places.iter().enumerate().for_each(|(row, place)| members[*place as usize].push(row));
        let all = pairs(classes.len()).collect::<Vec<_>>();
        let share = table.rows() as f64 / classes.len() as f64;
        let factor = |class: usize| if self.balanced { share / members[class].len() as f64 } else { 1.0 };
        let machine = |(number, (a, b)): (usize, &(usize, usize))| {
            let costs = [factor(*a), factor(*b)].map(|factor| factor * self.margin.cost);
            self.machine(&space, &members[*a], &members[*b], costs, number as u64)
        };
        let machines = all.par_iter().enumerate().map(machine).collect::<Result<Vec<_>>>()?;
        assemble(classes, &space, &members, &machines)
    }
}

impl SupportVectorClassifier {
    /// The machine that separates rows of a first class (negative) from those of a second (positive).
    fn machine(
        &self,
        space: &Space,
        first: &[usize],
        second: &[usize],
        costs: [f64; 2],
        number: u64,
    ) -> Result<Machine> {
        let rows = [first, second].concat();
        let signs = [vec![-1.0; first.len()], vec![1.0; second.len()]].concat();
        let own = space.select(&rows)?;
        let chance = if self.probabilities { Some(self.chance(&own, &signs, costs, number)?) } else { None };
        let solution = Problem { space: &own, start: signs.clone(), signs, costs }.solve(&self.margin)?;
        Ok(Machine { rows, solution, chance })
    }

    /// The probability of the second class, from the machines' answers for rows that they were not fitted to.
    fn chance(&self, space: &Space, signs: &[f64], costs: [f64; 2], number: u64) -> Result<PlattModel> {
        let mut order = (0..signs.len()).collect::<Vec<_>>();
        Philox::with_stream(self.seed, number).shuffle(&mut order);
        let mut scores = vec![0.0; signs.len()];
        for fold in 0..FOLDS {
            let (mut train, mut test) = (Vec::new(), Vec::new());
            for (at, row) in order.iter().enumerate() {
                if at % FOLDS == fold { test.push(*row) } else { train.push(*row) }
            }
            if test.is_empty() {
                continue;
            }
            let own_signs = train.iter().map(|r| signs[*r]).collect::<Vec<_>>();
            let one = own_signs.first().copied().filter(|first| own_signs.iter().all(|s| s == first));
            if train.is_empty() || one.is_some() {
                // As in LIBSVM: a machine that knows one class only always answers that class.
                test.iter().for_each(|row| scores[*row] = one.unwrap_or(0.0));
                continue;
            }
            let own = space.select(&train)?;
            let start = own_signs.clone();
            let solution = Problem { space: &own, start, signs: own_signs, costs }.solve(&self.margin)?;
            for row in test {
                let values = own.with(space.table().row(row))?;
                scores[row] =
                    values.iter().zip(&solution.weights).map(|(k, w)| k * w).sum::<f64>() + solution.bias;
            }
        }
        Platt.fit(&scores, &signs.iter().map(|s| *s > 0.0).collect::<Vec<_>>())
    }
}

/// Merges the support vectors of all machines into one list.
fn assemble(
    classes: Classes,
    space: &Space,
    members: &[Vec<usize>],
    machines: &[Machine],
) -> Result<SupportVectorClassifierModel> {
    let mut used = vec![false; space.table().rows()];
    for machine in machines {
        let weighty = machine.rows.iter().zip(&machine.solution.weights).filter(|(_, w)| **w != 0.0);
        weighty.for_each(|(row, _)| used[*row] = true);
    }
    let (mut vectors, mut starts) = (Vec::new(), vec![0]);
    for rows in members {
        vectors.extend(rows.iter().copied().filter(|row| used[*row]));
        starts.push(vectors.len());
    }
    let mut at = vec![usize::MAX; used.len()];
    vectors.iter().enumerate().for_each(|(place, row)| at[*row] = place);
    let mut weights = vec![0.0; (classes.len() - 1) * vectors.len()];
    for (machine, (a, b)) in machines.iter().zip(pairs(classes.len())) {
        for (number, (row, weight)) in machine.rows.iter().zip(&machine.solution.weights).enumerate() {
            let against = if number < members[a].len() { b - 1 } else { a };
            if *weight != 0.0 {
                weights[against * vectors.len() + at[*row]] = *weight;
            }
        }
    }
    let biases = machines.iter().map(|m| m.solution.bias).collect();
    let chances = machines.iter().filter_map(|m| m.chance).collect();
    Ok(SupportVectorClassifierModel {
        classes,
        space: space.select(&vectors)?,
        starts,
        weights,
        biases,
        chances,
    })
}

impl SupportVectorClassifierModel {
    /// Number of training rows that the model keeps.
    pub fn support_vectors(&self) -> usize {
        self.space.table().rows()
    }

    /// The answers of the machines of all pairs: rows × pairs (first and second, first and third, …, second and third,
    /// …). Positive means the second class of the pair.
    ///
    /// # Errors
    /// The number of columns differs, or a value is not finite.
    pub fn decisions(&self, table: &Table) -> Result<Table> {
        let rows = self.each_row(table, |values| self.of_row(values).collect::<Vec<_>>())?;
        Table::new(rows.concat(), self.biases.len())
    }

    /// The result of `answer` for each row's kernel values with the support vectors. Storing all machines' answers for
    /// all rows would take classes² × rows numbers.
    fn each_row<T: Send>(&self, table: &Table, answer: impl Fn(&[f64]) -> T + Sync) -> Result<Vec<T>> {
        let shifted = self.space.shifted(table)?;
        let vectors = self.support_vectors();
        let of_block = |rows: &[f64]| -> Result<Vec<T>> {
            let values = self.space.with(rows)?;
            Ok(values.chunks_exact(vectors).map(&answer).collect())
        };
        let blocks = shifted.values().par_chunks(BLOCK * table.columns()).map(of_block);
        Ok(blocks.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// The answers of all machines for a row, from its kernel values with the support vectors.
    fn of_row<'a>(&'a self, values: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        let vectors = self.support_vectors();
        let part = move |class: usize, against: usize| {
            let range = self.starts[class]..self.starts[class + 1];
            let weights = &self.weights[against * vectors..][range.clone()];
            values[range].iter().zip(weights).map(|(k, w)| k * w).sum::<f64>()
        };
        pairs(self.classes.len())
            .zip(&self.biases)
            .map(move |((a, b), bias)| part(a, b - 1) + part(b, a) + bias)
    }
}

impl Model for SupportVectorClassifierModel {
    type Target = u32;

    fn columns(&self) -> usize {
        self.space.shift().len()
    }

    /// The class with the most votes of the machines; the smallest among equals.
    fn predict(&self, table: &Table) -> Result<Vec<u32>> {
        let classes = self.classes.len();
        self.each_row(table, |values| {
            let mut votes = vec![0.0; classes];
            for ((a, b), decision) in pairs(classes).zip(self.of_row(values)) {
                votes[if decision > 0.0 { b } else { a }] += 1.0;
            }
            self.classes.as_slice()[highest(&votes)]
        })
    }
}

impl Classifier for SupportVectorClassifierModel {
    fn classes(&self) -> &[u32] {
        self.classes.as_slice()
    }

    /// Only if [`SupportVectorClassifier::probabilities`] was set. The most likely class may differ from the one with
    /// the most votes.
    fn predict_proba(&self, table: &Table) -> Result<Table> {
        if self.chances.is_empty() {
            return Err(ModelError::Undefined("the support vector machine was fitted without probabilities"));
        }
        let classes = self.classes.len();
        let rows = self.each_row(table, |values| {
            let mut second = vec![0.5; classes * classes];
            for (((a, b), decision), platt) in pairs(classes).zip(self.of_row(values)).zip(&self.chances) {
                let chance = platt.probability(decision).clamp(LEAST_CHANCE, 1.0 - LEAST_CHANCE);
                second[b * classes + a] = chance;
                second[a * classes + b] = 1.0 - chance;
            }
            couple(classes, |i, j| second[i * classes + j])
        })?;
        Table::new(rows.concat(), classes)
    }
}
