//! Models: estimators with one interface, and the `.apr` file format, which is read and written without a copy,
//! checked, signed, encrypted and licensed.

pub mod apr;
pub mod boosting;
pub mod calibration;
mod checks;
mod class_limits;
pub mod cluster;
pub mod decomposition;
pub mod embedding;
pub mod ensemble;
pub mod error;
pub mod estimator;
pub mod frame;
pub mod independent;
pub mod linear;
mod link;
pub mod metrics;
pub mod mixture;
pub mod naive_bayes;
pub mod neighbors;
pub mod partial_least_squares;
pub mod plot;
pub mod preprocessing;
pub mod saved;
mod sections;
pub mod sparse;
pub mod svm;
pub mod table;
pub mod text;
pub mod tree;
pub mod validation;

pub use error::ModelError;
pub use estimator::{Classifier, Estimator, Model, Transform, Transformer, WeightedEstimator};
pub use sparse::SparseTable;
pub use table::Table;
