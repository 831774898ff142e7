//! Naive Bayes as sections of a file.

use super::GaussianNaiveBayesModel;
use crate::apr::{Reader, Result, Writer};
use crate::sections::{classes, ensure, numbers, save_classes, table};

impl GaussianNaiveBayesModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        let shape = [self.classes.len(), self.columns];
        save_classes(writer, &self.classes)?;
        writer.tensor("means", &shape, &self.means)?;
        writer.tensor("halved precisions", &shape, &self.halved_precisions)?;
        writer.tensor("constants", &shape[..1], &self.constants)?;
        Ok(())
    }

    /// Reads the sections that [`GaussianNaiveBayesModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let classes = classes(reader)?;
        let (means, halved) = (table(reader, "means")?, table(reader, "halved precisions")?);
        let constants = numbers(reader, "constants")?;
        let columns = means.columns();
        let fits = means.rows() == classes.len()
            && (halved.rows(), halved.columns()) == (means.rows(), columns)
            && constants.len() == classes.len()
            && halved.values().iter().all(|x| *x > 0.0);
        ensure(fits, "means and precisions that do not fit the classes")?;
        let (means, halved_precisions) = (means.into_values(), halved.into_values());
        Ok(Self { classes, columns, means, halved_precisions, constants })
    }
}
