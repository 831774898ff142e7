//! Many trees: random forests, extra trees and the isolation forest.
//!
//! Every tree draws from its own random stream, derived from the seed, so a forest is the same with any number of
//! threads.

mod forest;
mod isolation;
#[cfg(test)]
mod tests;

pub use forest::{ForestClassifier, ForestRegressor};
pub use isolation::{IsolationForest, IsolationForestModel};
