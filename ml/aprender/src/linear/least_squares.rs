//! Least squares and ridge regression with an unpenalised intercept.

use crate::checks::check_targets;
use crate::error::{ModelError, Result, setting};
use crate::estimator::{Estimator, Model};
use crate::table::Table;
use serde::{Deserialize, Serialize};
use trueno::linalg::{Cholesky, least_squares};
use trueno::{ArrayView, gram, matmul};

/// min Σ (y - w·x - b)², by QR of the centred columns. Linearly dependent columns get the solution of least norm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinearRegression;

/// min Σ (y - w·x - b)² + penalty · |w|², by Cholesky.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    /// At least 0; at 0 it is [`LinearRegression`]. Default 1.
    pub penalty: f64,
}

impl Default for Ridge {
    fn default() -> Self {
        Self { penalty: 1.0 }
    }
}

/// w·x + b
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinearModel {
    /// One for each column.
    pub coefficients: Vec<f64>,
    /// b
    pub intercept: f64,
}

/// The table and the targets without their means, and the means.
pub(super) struct Centered {
    pub table: Table,
    pub targets: Vec<f64>,
    means: Vec<f64>,
    mean: f64,
}

impl Centered {
    pub fn new(table: &Table, targets: &[f64]) -> Result<Self> {
        table.check_finite()?;
        check_targets("the targets", table.rows(), targets)?;
        let rows = targets.len() as f64;
        let mean = targets.iter().sum::<f64>() / rows;
        let means = table.column_means();
        Ok(Self {
            table: table.centered(&means),
            targets: targets.iter().map(|y| y - mean).collect(),
            means,
            mean,
        })
    }

    /// # Errors
    /// A coefficient is not finite: the values are so large or so small that squares or quotients of them overflow.
    pub fn model(&self, coefficients: &[f64]) -> Result<LinearModel> {
        let shift = coefficients.iter().zip(&self.means).map(|(w, m)| w * m).sum::<f64>();
        let intercept = self.mean - shift;
        if !coefficients.iter().chain([&intercept]).all(|w| w.is_finite()) {
            return Err(ModelError::Undefined(
                "a coefficient would be beyond what floating point holds; scale the columns",
            ));
        }
        Ok(LinearModel { coefficients: coefficients.to_vec(), intercept })
    }

    fn targets(&self) -> Result<ArrayView<'_, f64>> {
        Ok(ArrayView::from_slice(&self.targets, &[self.targets.len()])?)
    }
}

impl Estimator for LinearRegression {
    type Target = f64;
    type Model = LinearModel;

    fn fit(&self, table: &Table, targets: &[f64]) -> Result<LinearModel> {
        let centered = Centered::new(table, targets)?;
        let solution = least_squares(&centered.table.view()?, &centered.targets()?)?;
        centered.model(solution.coefficients.as_slice())
    }
}

impl Estimator for Ridge {
    type Target = f64;
    type Model = LinearModel;

    fn fit(&self, table: &Table, targets: &[f64]) -> Result<LinearModel> {
        setting(
            self.penalty >= 0.0 && self.penalty.is_finite(),
            "penalty",
            self.penalty,
            "it must be at least 0",
        )?;
        if self.penalty == 0.0 {
            return LinearRegression.fit(table, targets);
        }
        let centered = Centered::new(table, targets)?;
        let (rows, columns) = (table.rows(), table.columns());
        let x = centered.table.view()?;
        let y = ArrayView::from_slice(&centered.targets, &[rows, 1])?;
        if columns <= rows {
            // (XᵀX + λI) w = Xᵀy
            let mut square = gram(&x)?;
            square.as_mut_slice().iter_mut().step_by(columns + 1).for_each(|d| *d += self.penalty);
            let right = matmul(&x.transpose(), &y)?;
            centered.model(Cholesky::new(&square.view())?.solve(&right.view())?.as_slice())
        } else {
            // w = Xᵀ (XXᵀ + λI)⁻¹ y: the smaller system if there are more columns than rows.
            let mut square = matmul(&x, &x.transpose())?;
            square.as_mut_slice().iter_mut().step_by(rows + 1).for_each(|d| *d += self.penalty);
            let dual = Cholesky::new(&square.view())?.solve(&y)?;
            centered.model(matmul(&x.transpose(), &dual.view())?.as_slice())
        }
    }
}

impl Model for LinearModel {
    type Target = f64;

    fn columns(&self) -> usize {
        self.coefficients.len()
    }

    fn predict(&self, table: &Table) -> Result<Vec<f64>> {
        table.check_columns(self.coefficients.len())?;
        table.check_finite()?;
        let product = |row: &[f64]| row.iter().zip(&self.coefficients).map(|(x, w)| x * w).sum::<f64>();
        Ok(table.iter_rows().map(|row| self.intercept + product(row)).collect())
    }
}
