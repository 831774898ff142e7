//! k-means as sections of a file.

use super::KMeansModel;
use crate::apr::{Reader, Result, Writer};
use crate::sections::{number, numbers, save_table, table};

impl KMeansModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        save_table(writer, "centers", &self.centers)?;
        writer.tensor("inertia", &[], std::slice::from_ref(&self.inertia))?;
        writer.tensor("history", &[self.history.len()], &self.history)?;
        Ok(())
    }

    /// Reads the sections that [`KMeansModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let (inertia, history) = (number(reader, "inertia")?, numbers(reader, "history")?);
        Ok(Self { centers: table(reader, "centers")?, inertia, history })
    }
}
