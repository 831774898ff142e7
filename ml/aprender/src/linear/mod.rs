//! Linear models: least squares, ridge, lasso, elastic net and logistic regression.

mod coordinate;
mod design;
mod lbfgs;
mod least_squares;
mod logistic;
mod orthant;
mod stored;
#[cfg(test)]
mod tests;

pub use coordinate::ElasticNet;
pub use least_squares::{LinearModel, LinearRegression, Ridge};
pub use logistic::{LogisticModel, LogisticRegression};
