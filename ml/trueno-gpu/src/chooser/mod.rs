//! Chooses the place of an operation: measured once for each machine, stored, then computed.
//!
//! Each [`Place`] has a curve of measured times for each class of operations, and adapters have curves for copies to
//! and from them. The time of an operation is read from the curve, plus the time of the necessary copies; the shortest
//! total wins. The kind of a device decides nothing, so a software adapter is chosen only if it was measured to be
//! faster.

mod calibrate;
mod curve;
mod measure;
mod processor;
mod store;

pub use calibrate::{Calibration, calibrate};
pub use curve::Curve;
pub use processor::{Processor, processor};

use crate::cuda::CudaInfo;
use crate::webgpu::AdapterInfo;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Operations whose times grow in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Matrix times matrix; work in floating-point operations.
    Product,
    /// Matrix times vector; work in bytes of the matrix.
    MatrixVector,
    /// Sums, products and the like of two arrays; work in bytes read and written.
    Elementwise,
    /// GELU and other functions of each element; work in bytes read and written.
    Activation,
    /// Reduction of an array to one number; work in bytes read.
    Reduction,
    /// Softmax and normalisations of rows; work in bytes read and written.
    Rows,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Product, Self::MatrixVector, Self::Elementwise, Self::Activation, Self::Reduction, Self::Rows];

    /// The operation of this class on square matrices of `n` × `n`.
    pub fn square(self, n: usize) -> Operation {
        let count = n * n;
        let (read, written, work) = match self {
            Self::Product => (8 * count, 4 * count, 2.0 * (n as f64).powi(3)),
            Self::MatrixVector => (4 * (count + n), 4 * n, 4.0 * count as f64),
            Self::Elementwise => (8 * count, 4 * count, 12.0 * count as f64),
            Self::Activation | Self::Rows => (4 * count, 4 * count, 8.0 * count as f64),
            Self::Reduction => (4 * count, 4, 4.0 * count as f64),
        };
        Operation { class: self, work, read: read as u64, written: written as u64 }
    }
}

/// An operation that needs a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operation {
    /// What it is.
    pub class: Class,
    /// Amount of work, in the unit of its class.
    pub work: f64,
    /// Bytes of its operands.
    pub read: u64,
    /// Bytes of its result.
    pub written: u64,
}

impl Operation {
    /// The product of f32 matrices, m × k by k × n.
    pub fn product(m: usize, k: usize, n: usize) -> Self {
        let (m, k, n) = (m as u64, k as u64, n as u64);
        let work = 2.0 * m as f64 * k as f64 * n as f64;
        Self { class: Class::Product, work, read: 4 * (m * k + k * n), written: 4 * m * n }
    }
}

/// The kind of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum PlaceKind {
    /// The processor, by trueno.
    Processor(Processor),
    /// An adapter, by [`crate::webgpu`].
    Adapter(AdapterInfo),
    /// A card, by [`crate::cuda`].
    Card(CudaInfo),
}

/// A place where operations can run, with its measurements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The key of the stored measurements: name, driver, version of this crate.
    pub key: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Time of an operation whose operands are already there, by work.
    pub classes: BTreeMap<Class, Curve>,
    /// Time of a copy from main memory, by bytes; absent for the processor.
    pub upload: Option<Curve>,
    /// Time of a copy to main memory, by bytes; absent for the processor.
    pub download: Option<Curve>,
}

impl Place {
    /// Highest floating-point operations per second of any measured product.
    pub fn flops(&self) -> Option<f64> {
        self.classes.get(&Class::Product).map(Curve::best_rate)
    }

    /// Bytes per second that additions of large arrays read and wrote.
    pub fn bandwidth(&self) -> Option<f64> {
        self.classes.get(&Class::Elementwise).map(Curve::last_rate)
    }

    /// Seconds of the smallest measured operation there: the cost of a dispatch and the wait for it.
    pub fn latency(&self) -> Option<f64> {
        self.classes.get(&Class::Elementwise).map(Curve::first)
    }

    /// Seconds of an operation whose operands are already there and whose result stays.
    pub fn seconds(&self, operation: &Operation) -> Option<f64> {
        self.classes.get(&operation.class).map(|curve| curve.seconds(operation.work))
    }
}

/// Location of an operation's operands, and of its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residence {
    /// In main memory.
    Main,
    /// At the place with this index.
    Place(usize),
}

/// The choice of a place for an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Index of the place.
    pub place: usize,
    /// Expected seconds at each place, copies included; `None` without a measurement.
    pub seconds: Vec<Option<f64>>,
}

/// The place with the shortest expected time; the earlier one among equals. `None` if nothing was measured anywhere.
pub fn choose(places: &[Place], operation: &Operation, residence: Residence) -> Option<Choice> {
    let seconds: Vec<Option<f64>> =
        (0..places.len()).map(|to| total(places, operation, residence, to)).collect();
    let known = seconds.iter().enumerate().filter_map(|(place, seconds)| Some((place, (*seconds)?)));
    let best = known.min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Choice { place: best.0, seconds })
}

/// Seconds of an operation at a place, with copies of operands to it and of the result back.
fn total(places: &[Place], operation: &Operation, residence: Residence, to: usize) -> Option<f64> {
    let own = places[to].seconds(operation)?;
    if residence == Residence::Place(to) {
        return Some(own);
    }
    let copy = |curve: &Option<Curve>, bytes: u64| curve.as_ref().map_or(0.0, |c| c.seconds(bytes as f64));
    let there = copy(&places[to].upload, operation.read) + copy(&places[to].download, operation.written);
    let home = match residence {
        Residence::Main => 0.0,
        Residence::Place(from) => {
            let from = places.get(from)?;
            copy(&from.download, operation.read) + copy(&from.upload, operation.written)
        }
    };
    Some(own + there + home)
}

#[cfg(test)]
mod tests;
