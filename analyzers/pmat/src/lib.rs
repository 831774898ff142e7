//! Figures per function, file and repository.

pub mod coverage;
pub mod satd;
