//! The estimators compared with scikit-learn's, on the same rows and folds.
#![allow(clippy::print_stderr, reason = "a failing test shows both figures of every data set")]

mod data;
mod folds;
mod long_tail;
mod penalties;
mod trees;
mod unsupervised;
