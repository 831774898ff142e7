//! Partial least squares of one target as sections of a file.

use super::{PartialLeastSquaresModel, PartialLeastSquaresRegressor};
use crate::apr::{Reader, Result, Writer};
use crate::sections::{ensure, numbers, save_table, table};

impl PartialLeastSquaresRegressor {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        writer.tensor("means", &[self.0.means.len()], &self.0.means)?;
        writer.tensor("target means", &[self.0.target_means.len()], &self.0.target_means)?;
        save_table(writer, "rotations", &self.0.rotations)?;
        save_table(writer, "coefficients", &self.0.coefficients)?;
        Ok(())
    }

    /// Reads the sections that [`PartialLeastSquaresRegressor::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let (means, target_means) = (numbers(reader, "means")?, numbers(reader, "target means")?);
        let (rotations, coefficients) = (table(reader, "rotations")?, table(reader, "coefficients")?);
        let rows = (rotations.rows(), coefficients.rows()) == (means.len(), means.len());
        let one = (target_means.len(), coefficients.columns()) == (1, 1);
        ensure(rows && one, "coefficients that do not fit the means")?;
        Ok(Self(PartialLeastSquaresModel { means, target_means, rotations, coefficients }))
    }
}
