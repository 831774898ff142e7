//! Independent components: the columns are mixtures of sources, and this finds the sources.
//!
//! Source: Hyvärinen, Oja, "Independent component analysis: algorithms and applications", 2000, section 6 (FastICA, all components at
//! once with symmetric decorrelation).

use crate::decomposition::Pca;
use crate::error::{ModelError, Result, setting};
use crate::estimator::{Transform, Transformer};
use crate::table::Table;
use serde::{Deserialize, Serialize};
use trueno::linalg::SymmetricEigen;
use trueno::random::Philox;
use trueno::{Array, ArrayView, matmul};

/// The kind of deviation from a normal distribution that is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contrast {
    /// ln cosh: good for most sources.
    LogCosh,
    /// -exp(-x²/2): for sources with heavy tails.
    Exponential,
    /// x⁴/4: kurtosis, for sources without outliers.
    Kurtosis,
}

impl Contrast {
    /// First and second derivative.
    fn slopes(self, x: f64) -> (f64, f64) {
        match self {
            Self::LogCosh => {
                let tanh = x.tanh();
                (tanh, 1.0 - tanh * tanh)
            }
            Self::Exponential => {
                let bell = (-x * x / 2.0).exp();
                (x * bell, (1.0 - x * x) * bell)
            }
            Self::Kurtosis => (x * x * x, 3.0 * x * x),
        }
    }
}

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct IndependentComponents {
    /// Number of sources, at most the number of directions in which the columns vary. Default 2.
    pub components: usize,
    /// The kind of deviation from a normal distribution that is maximised. Default ln cosh.
    pub contrast: Contrast,
    /// Maximum number of steps. Default 200.
    pub max_iterations: usize,
    /// Fitting ends when the cosine between each direction and the one before it is this near to 1. Default 10⁻⁴.
    pub tolerance: f64,
    /// Seed of the first directions.
    pub seed: u64,
}

impl Default for IndependentComponents {
    fn default() -> Self {
        Self { components: 2, contrast: Contrast::LogCosh, max_iterations: 200, tolerance: 1e-4, seed: 0 }
    }
}

/// Fitted [`IndependentComponents`].
#[derive(Debug, Clone, PartialEq)]
pub struct IndependentComponentsModel {
    /// Means of the training columns.
    pub means: Vec<f64>,
    /// Components × columns: a source is a row's product with the centred columns; sources have variance 1.
    pub unmixing: Table,
    /// Columns × components: the share of each source in a column.
    pub mixing: Table,
}

impl Transformer for IndependentComponents {
    type Fitted = IndependentComponentsModel;

    /// # Errors
    /// Unusable data and settings; sources that do not converge (those of normally distributed columns, for example);
    /// or more sources than directions in which the columns vary.
    fn fit(&self, table: &Table) -> Result<IndependentComponentsModel> {
        setting(self.tolerance > 0.0, "tolerance", self.tolerance, "it must be above 0")?;
        let pca = Pca { components: self.components }.fit(table)?;
        let rows = table.rows() as f64;
        // Deviations of the sample itself, so that sources have variance 1 over it.
        let deviations = pca.variances.iter().map(|v| (v * (rows - 1.0) / rows).sqrt()).collect::<Vec<_>>();
        // Variances caused by rounding are about 10⁻¹⁶ of the first.
        let vary = deviations.iter().all(|d| *d > 3e-7 * deviations[0]);
        let wanted = self.components as f64;
        setting(vary, "the number of components", wanted, "the columns do not vary in that many directions")?;
        let mut white = pca.transform(table)?.into_values();
        for row in white.chunks_exact_mut(self.components) {
            row.iter_mut().zip(&deviations).for_each(|(x, d)| *x /= d);
        }
        let turn = self.turn(&Table::new(white, self.components)?)?;
        let scaled = |of: &dyn Fn(f64) -> f64| {
            let of_row = |(row, d): (&[f64], &f64)| row.iter().map(|x| x * of(*d)).collect::<Vec<_>>();
            let rows = pca.components.iter_rows().zip(&deviations).map(of_row).collect::<Vec<_>>();
            Table::from_rows(&rows)
        };
        let unmixing = matmul(&turn.view(), &scaled(&|d| 1.0 / d)?.view()?)?;
        let mixing = matmul(&scaled(&|d| d)?.view()?.transpose(), &turn.transpose())?;
        Ok(IndependentComponentsModel {
            unmixing: Table::new(unmixing.as_slice().to_vec(), table.columns())?,
            mixing: Table::new(mixing.as_slice().to_vec(), self.components)?,
            means: pca.means,
        })
    }
}

impl IndependentComponents {
    /// The rotation that makes uncorrelated columns least normal, components × components.
    fn turn(&self, white: &Table) -> Result<Array<f64>> {
        let n = self.components;
        let mut random = Philox::new(self.seed);
        let start = (0..n * n).map(|_| random.normal()).collect::<Vec<_>>();
        let mut turn = decorrelated(&Array::from_slice(&start, &[n, n])?)?;
        let rows = white.rows() as f64;
        for _ in 0..self.max_iterations {
            let mut sources = matmul(&white.view()?, &turn.transpose())?.as_slice().to_vec();
            let mut curvatures = vec![0.0; n];
            for row in sources.chunks_exact_mut(n) {
                for (x, curvature) in row.iter_mut().zip(&mut curvatures) {
                    let (first, second) = self.contrast.slopes(*x);
                    *x = first;
                    *curvature += second;
                }
            }
            let slopes = ArrayView::from_slice(&sources, &[white.rows(), n])?;
            let mut next = matmul(&slopes.transpose(), &white.view()?)?;
            let old = turn.as_slice().chunks_exact(n).zip(&curvatures);
            for (next, (old, curvature)) in next.as_mut_slice().chunks_exact_mut(n).zip(old) {
                next.iter_mut().zip(old).for_each(|(x, o)| *x = (*x - curvature * o) / rows);
            }
            let next = decorrelated(&next)?;
            let pairs = next.as_slice().chunks_exact(n).zip(turn.as_slice().chunks_exact(n));
            let cosine = |(a, b): (&[f64], &[f64])| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            let settled = pairs.map(cosine).all(|c| (c.abs() - 1.0).abs() < self.tolerance);
            turn = next;
            if settled {
                return Ok(turn);
            }
        }
        Err(ModelError::Undefined(
            "the independent components did not settle within max_iterations; ask for fewer, or allow more steps",
        ))
    }
}

/// (W Wᵀ)^(-½) W: the nearest rotation.
fn decorrelated(w: &Array<f64>) -> Result<Array<f64>> {
    let eigen = SymmetricEigen::new(&matmul(&w.view(), &w.transpose())?.view())?;
    if eigen.values.iter().any(|v| v.is_nan() || *v <= 0.0) {
        return Err(ModelError::Undefined(
            "directions of independent components fell together; try another seed",
        ));
    }
    let n = eigen.values.len();
    let mut scaled = eigen.vectors.clone();
    for (row, value) in scaled.as_mut_slice().chunks_exact_mut(n).zip(&eigen.values) {
        row.iter_mut().for_each(|x| *x /= value.sqrt());
    }
    Ok(matmul(&matmul(&eigen.vectors.transpose(), &scaled.view())?.view(), &w.view())?)
}

impl IndependentComponentsModel {
    /// Rows in the original columns from their sources.
    ///
    /// # Errors
    /// The number of columns is not the number of components.
    pub fn inverse(&self, sources: &Table) -> Result<Table> {
        sources.check_columns(self.mixing.columns())?;
        let product = matmul(&sources.view()?, &self.mixing.view()?.transpose())?;
        let mut values = product.as_slice().to_vec();
        for row in values.chunks_exact_mut(self.means.len()) {
            row.iter_mut().zip(&self.means).for_each(|(x, m)| *x += m);
        }
        Table::new(values, self.means.len())
    }
}

impl Transform for IndependentComponentsModel {
    /// The sources of each row, rows × components.
    fn transform(&self, table: &Table) -> Result<Table> {
        table.check_columns(self.means.len())?;
        table.check_finite()?;
        let product = matmul(&table.centered(&self.means).view()?, &self.unmixing.view()?.transpose())?;
        Table::new(product.as_slice().to_vec(), self.unmixing.rows())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sine, a square wave, a sawtooth and noise, mixed.
    fn mixed() -> (Table, Table) {
        let mut random = Philox::new(1);
        let sources = (0..1500).flat_map(|i| {
            let t = f64::from(i) * 8.0 / 1500.0;
            [(2.0 * t).sin(), (3.0 * t).sin().signum(), (t * 1.7) % 2.0 - 1.0]
        });
        let sources = Table::new(sources.map(|x| x + 0.02 * random.normal()).collect(), 3).expect("fits");
        let weights = [[1.0, 1.0, 1.0], [0.5, 2.0, 1.0], [1.5, 1.0, 2.0], [0.3, 0.7, -1.0], [1.0, -2.0, 0.5]];
        let mix =
            |row: &[f64]| weights.map(|w| 3.0 + w.iter().zip(row).map(|(w, x)| w * x).sum::<f64>()).to_vec();
        let rows = sources.iter_rows().map(mix).collect::<Vec<_>>();
        (sources, Table::from_rows(&rows).expect("fits"))
    }

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (of_a, of_b) = (mean(a), mean(b));
        let sum =
            |f: &dyn Fn(f64, f64) -> f64| a.iter().zip(b).map(|(x, y)| f(x - of_a, y - of_b)).sum::<f64>();
        sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
    }

    #[test]
    fn mixed_sources_are_found_again() {
        let (sources, table) = mixed();
        for contrast in [Contrast::LogCosh, Contrast::Exponential, Contrast::Kurtosis] {
            let settings = IndependentComponents { components: 3, contrast, ..Default::default() };
            let model = settings.fit(&table).expect("they settle");
            assert_eq!(model, settings.fit(&table).expect("the same again"));
            let found = model.transform(&table).expect("fits");
            for source in 0..3 {
                let truth = sources.column(source).collect::<Vec<_>>();
                let of = |c: usize| correlation(&truth, &found.column(c).collect::<Vec<_>>()).abs();
                let best = (0..3).map(of).fold(0.0, f64::max);
                assert!(best > 0.99, "{contrast:?}: source {source} correlates by {best}");
            }
            for c in 0..3 {
                let variance = found.column(c).map(|x| x * x).sum::<f64>() / 1500.0;
                assert!((variance - 1.0).abs() < 1e-9);
            }
            let back = model.inverse(&found).expect("fits");
            assert!(back.values().iter().zip(table.values()).all(|(a, b)| (a - b).abs() < 1e-9));
        }
    }

    #[test]
    fn bad_input_is_an_error() {
        let (_, table) = mixed();
        let of = |components: usize| IndependentComponents { components, ..Default::default() };
        // Five columns that are mixtures of three sources.
        assert!(matches!(of(4).fit(&table), Err(ModelError::Setting { .. })));
        assert!(matches!(of(0).fit(&table), Err(ModelError::Setting { .. })));
        assert!(matches!(of(6).fit(&table), Err(ModelError::Setting { .. })));
        let constant = Table::new(vec![4.0; 20], 2).expect("fits");
        assert!(matches!(of(1).fit(&constant), Err(ModelError::Setting { .. })));
        let one = Table::new(vec![1.0, 2.0], 2).expect("fits");
        assert!(matches!(of(1).fit(&one), Err(ModelError::TooFewRows { .. })));
        for bad in [f64::NAN, f64::INFINITY] {
            let table = Table::new(vec![1.0, 2.0, bad, 4.0, 5.0, 9.0], 2).expect("fits");
            assert!(matches!(of(1).fit(&table), Err(ModelError::NotFinite { row: 1, column: 0, .. })));
        }
        let mut random = Philox::new(5);
        let normal = Table::new((0..200).map(|_| random.normal()).collect(), 2).expect("fits");
        let hasty = IndependentComponents { max_iterations: 1, ..of(2) };
        assert!(matches!(hasty.fit(&normal), Err(ModelError::Undefined(_))));
        assert!(of(3).fit(&table).and_then(|m| m.transform(&one)).is_err());
    }

    #[test]
    fn many_columns_are_worked_with() {
        let mut random = Philox::new(2);
        let wide = Table::new((0..20 * 100_000).map(|_| random.uniform()).collect(), 100_000).expect("fits");
        let settings = IndependentComponents { max_iterations: 2000, ..Default::default() };
        assert_eq!(settings.fit(&wide).expect("usable").unmixing.columns(), 100_000);
    }
}
