//! Scores into probabilities that come true as often as they say.

mod isotonic;
mod platt;

#[cfg(test)]
mod tests;

pub use isotonic::{Isotonic, IsotonicModel};
pub use platt::{Platt, PlattModel};
