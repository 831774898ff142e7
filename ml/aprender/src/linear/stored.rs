//! Linear models as sections of a file.

use super::{LinearModel, LogisticModel};
use crate::apr::{Reader, Result, Writer};
use crate::sections::{classes, ensure, number, numbers, save_classes};
use serde::{Deserialize, Serialize};

impl LinearModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        writer.tensor("coefficients", &[self.coefficients.len()], &self.coefficients)?;
        writer.tensor("intercept", &[], std::slice::from_ref(&self.intercept))?;
        Ok(())
    }

    /// Reads the sections that [`LinearModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let coefficients = numbers(reader, "coefficients")?;
        ensure(!coefficients.is_empty(), "a linear model without coefficients")?;
        Ok(Self { coefficients, intercept: number(reader, "intercept")? })
    }
}

/// How the search went.
#[derive(Serialize, Deserialize)]
struct Search {
    iterations: usize,
    converged: bool,
}

impl LogisticModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        let width = self.columns + 1;
        save_classes(writer, &self.classes)?;
        writer.tensor("weights", &[self.weights.len() / width, width], &self.weights)?;
        writer.json("search", &Search { iterations: self.iterations, converged: self.converged })?;
        Ok(())
    }

    /// Reads the sections that [`LogisticModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let classes = classes(reader)?;
        let weights = crate::sections::table(reader, "weights")?;
        let outputs = if classes.len() == 2 { 1 } else { classes.len() };
        ensure(weights.rows() == outputs && weights.columns() > 1, "weights that do not fit the classes")?;
        let Search { iterations, converged } = reader.json("search")?;
        let columns = weights.columns() - 1;
        Ok(Self { classes, columns, weights: weights.into_values(), iterations, converged })
    }
}
