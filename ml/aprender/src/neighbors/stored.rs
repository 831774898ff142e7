//! Nearest neighbours as sections of a file, which contains the training rows.

use super::{NearestClassifierModel, NearestRegressorModel, Neighbors};
use crate::apr::{Reader, Result, Writer};
use crate::sections::{classes, ensure, numbers, save_classes, save_table, table};

impl Neighbors {
    fn save_into<'a>(&'a self, writer: &mut Writer<'a>, count: usize) -> Result<()> {
        save_table(writer, "training rows", &self.table)?;
        writer.tensor("means", &[self.means.len()], &self.means)?;
        writer.json("neighbours", &count)?;
        Ok(())
    }

    /// The rows, and the number of voting rows.
    fn load_from(reader: &Reader) -> Result<(Self, usize)> {
        let (table, means) = (table(reader, "training rows")?, numbers(reader, "means")?);
        let count: usize = reader.json("neighbours")?;
        ensure(means.len() == table.columns(), "means that do not fit the training rows")?;
        ensure((1..=table.rows()).contains(&count), "more neighbours than training rows, or none")?;
        let halves = table.iter_rows().map(|row| 0.5 * row.iter().map(|x| x * x).sum::<f64>()).collect();
        Ok((Self { means, table, halves }, count))
    }
}

impl NearestClassifierModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        self.neighbors.save_into(writer, self.count)?;
        save_classes(writer, &self.classes)?;
        writer.tensor("places", &[self.places.len()], &self.places)?;
        Ok(())
    }

    /// Reads the sections that [`NearestClassifierModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let (neighbors, count) = Neighbors::load_from(reader)?;
        let classes = classes(reader)?;
        let places = reader.tensor::<u32>("places")?.values()?.to_vec();
        let known = places.iter().all(|place| (*place as usize) < classes.len());
        ensure(known && places.len() == neighbors.table.rows(), "places that do not fit the training rows")?;
        Ok(Self { neighbors, count, classes, places })
    }
}

impl NearestRegressorModel {
    /// Adds the model's sections to a file.
    pub(crate) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        self.neighbors.save_into(writer, self.count)?;
        writer.tensor("targets", &[self.targets.len()], &self.targets)?;
        Ok(())
    }

    /// Reads the sections that [`NearestRegressorModel::save_into`] wrote.
    pub(crate) fn load_from(reader: &Reader) -> Result<Self> {
        let (neighbors, count) = Neighbors::load_from(reader)?;
        let targets = numbers(reader, "targets")?;
        ensure(targets.len() == neighbors.table.rows(), "targets that do not fit the training rows")?;
        Ok(Self { neighbors, count, targets })
    }
}
