//! A mixture as sections of a file.

use super::density::numbers_each;
use super::{Covariance, Densities, GaussianMixtureModel, MOST};
use crate::apr::{Reader, Result, Writer};
use crate::sections::{ensure, malformed, number, numbers, save_table, table};

impl GaussianMixtureModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        let densities = &self.densities;
        let (components, columns) = (densities.weights().len(), densities.means().columns());
        let each = numbers_each(densities.covariance(), columns);
        writer.tensor("weights", &[components], densities.weights())?;
        save_table(writer, "means", densities.means())?;
        writer.tensor("covariances", &[components, each], densities.covariances())?;
        writer.tensor("log likelihood", &[], std::slice::from_ref(&self.log_likelihood))?;
        writer.json("mixture", &(densities.covariance(), self.converged))?;
        Ok(())
    }

    /// Reads the sections that [`GaussianMixtureModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let (covariance, converged): (Covariance, bool) = reader.json("mixture")?;
        let (weights, means) = (numbers(reader, "weights")?, table(reader, "means")?);
        let covariances = numbers(reader, "covariances")?;
        let columns = means.columns();
        let shares = weights.iter().all(|w| *w > 0.0) && (weights.iter().sum::<f64>() - 1.0).abs() < 1e-6;
        ensure(shares, "weights of a mixture that are not shares")?;
        let numbers = match covariance {
            Covariance::Full => columns.saturating_mul(columns),
            Covariance::Diagonal => columns,
        };
        let numbers = numbers.saturating_mul(weights.len());
        let fits =
            means.rows() == weights.len() && covariances.len() == numbers && numbers <= MOST.max(columns);
        ensure(fits, "means and covariances that do not fit the weights")?;
        let densities = Densities::new(covariance, weights, means, covariances)
            .map_err(|error| malformed(format!("the covariances of a mixture: {error}")))?;
        Ok(Self { densities, log_likelihood: number(reader, "log likelihood")?, converged })
    }
}
