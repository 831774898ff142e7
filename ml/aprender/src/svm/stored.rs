//! Support vector machines as sections of a file, which contains some of the training rows.

use super::classifier::pairs;
use super::kernel::Space;
use super::{SupportVectorClassifierModel, SupportVectorRegressorModel};
use crate::apr::{Reader, Result, Writer};
use crate::calibration::PlattModel;
use crate::sections::{classes, ensure, number, numbers, save_classes, save_table, table};

impl Space {
    fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        save_table(writer, "support vectors", self.table())?;
        writer.tensor("shift", &[self.shift().len()], self.shift())?;
        writer.json("gamma", &self.gamma())?;
        Ok(())
    }

    fn load_from(reader: &Reader) -> Result<Self> {
        let (table, shift) = (table(reader, "support vectors")?, numbers(reader, "shift")?);
        let gamma: Option<f64> = reader.json("gamma")?;
        ensure(shift.len() == table.columns(), "a shift that does not fit the support vectors")?;
        ensure(gamma.is_none_or(|g| g > 0.0 && g.is_finite()), "a gamma that is not above 0")?;
        Ok(Self::of(gamma, shift, table))
    }
}

impl SupportVectorClassifierModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        save_classes(writer, &self.classes)?;
        self.space.save_into(writer)?;
        writer.tensor("weights", &[self.classes.len() - 1, self.support_vectors()], &self.weights)?;
        writer.tensor("biases", &[self.biases.len()], &self.biases)?;
        writer.json("machines", &(&self.starts, &self.chances))?;
        Ok(())
    }

    /// Reads the sections that [`SupportVectorClassifierModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let (classes, space) = (classes(reader)?, Space::load_from(reader)?);
        let (weights, biases) = (numbers(reader, "weights")?, numbers(reader, "biases")?);
        let (starts, chances): (Vec<usize>, Vec<PlattModel>) = reader.json("machines")?;
        let (count, vectors) = (classes.len(), space.table().rows());
        let ends = starts.first() == Some(&0) && starts.last() == Some(&vectors);
        let ordered = starts.len() == count + 1 && starts.windows(2).all(|w| w[0] <= w[1]);
        ensure(ends && ordered, "classes of support vectors that do not fit")?;
        ensure(weights.len() == (count - 1) * vectors, "weights that do not fit the support vectors")?;
        let machines = pairs(count).count();
        ensure(biases.len() == machines, "biases that do not fit the classes")?;
        let finite = chances.iter().all(|c| c.slope.is_finite() && c.offset.is_finite());
        let fits = chances.is_empty() || chances.len() == machines;
        ensure(finite && fits, "probabilities that do not fit the classes")?;
        Ok(Self { classes, space, starts, weights, biases, chances })
    }
}

impl SupportVectorRegressorModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        self.space.save_into(writer)?;
        writer.tensor("weights", &[self.weights.len()], &self.weights)?;
        writer.tensor("bias", &[], std::slice::from_ref(&self.bias))?;
        Ok(())
    }

    /// Reads the sections that [`SupportVectorRegressorModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let space = Space::load_from(reader)?;
        let (weights, bias) = (numbers(reader, "weights")?, number(reader, "bias")?);
        ensure(weights.len() == space.table().rows(), "weights that do not fit the support vectors")?;
        Ok(Self { space, weights, bias })
    }
}
