//! Sections shared by several kinds of models, written and checked in one place.

use crate::apr::{AprError, Reader, Result, Writer};
use crate::estimator::Classes;
use crate::table::Table;

/// The error for a file whose digests are right but whose content is not a model.
pub(crate) fn malformed(what: impl Into<String>) -> AprError {
    AprError::Malformed(what.into())
}

/// `Ok` where it holds.
pub(crate) fn ensure(holds: bool, what: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(malformed(what)) }
}

/// The numbers of a section, all finite.
pub(crate) fn numbers(reader: &Reader, name: &str) -> Result<Vec<f64>> {
    let values = reader.tensor::<f64>(name)?.values()?.to_vec();
    ensure(values.iter().all(|x| x.is_finite()), &format!("\"{name}\" holds numbers that are not finite"))?;
    Ok(values)
}

/// One number.
pub(crate) fn number(reader: &Reader, name: &str) -> Result<f64> {
    match numbers(reader, name)?.as_slice() {
        [number] => Ok(*number),
        _ => Err(malformed(format!("\"{name}\" is not one number"))),
    }
}

/// Adds rows and columns.
pub(crate) fn save_table<'a>(writer: &mut Writer<'a>, name: &str, table: &'a Table) -> Result<()> {
    writer.tensor(name, &[table.rows(), table.columns()], table.values())?;
    Ok(())
}

/// Rows and columns of finite numbers.
pub(crate) fn table(reader: &Reader, name: &str) -> Result<Table> {
    let values = numbers(reader, name)?;
    let columns = match reader.tensor::<f64>(name)?.shape() {
        [_, columns] => usize::try_from(*columns).unwrap_or(0),
        _ => 0,
    };
    Table::new(values, columns).map_err(|error| malformed(format!("\"{name}\": {error}")))
}

/// Adds the classes of a model.
pub(crate) fn save_classes<'a>(writer: &mut Writer<'a>, classes: &'a Classes) -> Result<()> {
    writer.tensor("classes", &[classes.len()], classes.as_slice())?;
    Ok(())
}

/// The classes of a model: at least two, in order.
pub(crate) fn classes(reader: &Reader) -> Result<Classes> {
    let stored = reader.tensor::<u32>("classes")?.values()?;
    Classes::encode(stored)
        .ok()
        .map(|(classes, _)| classes)
        .filter(|classes| classes.as_slice() == stored)
        .ok_or_else(|| malformed("classes that are not in order, or fewer than two"))
}
