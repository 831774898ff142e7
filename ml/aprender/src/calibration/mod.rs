//! Turns scores into calibrated probabilities.

mod isotonic;
mod platt;

#[cfg(test)]
mod tests;

pub use isotonic::{Isotonic, IsotonicModel};
pub use platt::{Platt, PlattModel};
