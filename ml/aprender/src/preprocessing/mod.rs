//! Transformations of columns before fitting, and the chain of a transformation and an estimator.

mod pipeline;
mod scalers;
#[cfg(test)]
mod tests;

pub use pipeline::{FittedPipeline, Pipeline};
pub use scalers::{ColumnScaler, MinMaxScaler, StandardScaler};
pub(crate) use scalers::{deviation, usable};
