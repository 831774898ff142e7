//! Support vector machines: classification and regression from the training rows near the margin.
//!
//! Source: Fan, Chen, Lin, "Working set selection using second order information for training support vector machines", JMLR 2005;
//! Chang, Lin, "LIBSVM: a library for support vector machines", 2011, for one machine per pair of classes and their votes.

mod classifier;
mod coupling;
mod kernel;
mod regressor;
mod solver;
mod stored;
#[cfg(test)]
mod tests;

pub use classifier::{SupportVectorClassifier, SupportVectorClassifierModel};
pub use regressor::{SupportVectorRegressor, SupportVectorRegressorModel};

use crate::error::{Result, setting};
use serde::{Deserialize, Serialize};

/// How alike two rows are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Kernel {
    /// a·b
    Linear,
    /// exp(-γ |a - b|²)
    Gaussian {
        /// γ; if `None`, 1 / (columns · variance of all values), as scikit-learn's "scale".
        gamma: Option<f64>,
    },
}

/// Settings that both machines share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Margin {
    /// The similarity of two rows. Default: Gaussian with the scale of the data.
    pub kernel: Kernel,
    /// Maximum weight of one row: the price of a row on the wrong side of the margin. Default 1.
    pub cost: f64,
    /// Fitting ends when no pair of rows violates the optimality conditions by more than this. Default 10⁻³.
    pub tolerance: f64,
    /// Maximum number of steps for one machine. Default 10⁷.
    pub max_iterations: usize,
}

impl Default for Margin {
    fn default() -> Self {
        Self {
            kernel: Kernel::Gaussian { gamma: None },
            cost: 1.0,
            tolerance: 1e-3,
            max_iterations: 10_000_000,
        }
    }
}

impl Margin {
    fn check(&self) -> Result<()> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        setting(positive(self.cost), "cost", self.cost, "it must be above 0")?;
        setting(positive(self.tolerance), "tolerance", self.tolerance, "it must be above 0")?;
        if let Kernel::Gaussian { gamma: Some(gamma) } = self.kernel {
            setting(positive(gamma), "gamma", gamma, "it must be above 0")?;
        }
        Ok(())
    }
}
