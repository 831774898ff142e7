//! Principal components as sections of a file.

use super::PcaModel;
use crate::apr::{Reader, Result, Writer};
use crate::sections::{ensure, numbers, save_table, table};

impl PcaModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        save_table(writer, "components", &self.components)?;
        writer.tensor("means", &[self.means.len()], &self.means)?;
        writer.tensor("variances", &[self.variances.len()], &self.variances)?;
        writer.tensor("shares", &[self.shares.len()], &self.shares)?;
        Ok(())
    }

    /// Reads the sections that [`PcaModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let components = table(reader, "components")?;
        let (means, variances) = (numbers(reader, "means")?, numbers(reader, "variances")?);
        let shares = numbers(reader, "shares")?;
        let fits = means.len() == components.columns()
            && variances.len() == components.rows()
            && shares.len() == components.rows();
        ensure(fits, "means and variances that do not fit the components")?;
        Ok(Self { means, components, variances, shares })
    }
}
