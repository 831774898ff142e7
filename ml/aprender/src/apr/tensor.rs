//! A tensor, viewed in place.

use std::marker::PhantomData;
use std::ops::Range;

use super::dtype::Element;
use super::error::{AprError, Result};
use super::layout::Section;
use super::reader::Reader;

/// A tensor of a model. The last dimension is contiguous.
pub struct TensorView<'a, T> {
    reader: &'a Reader,
    number: usize,
    element: PhantomData<T>,
}

impl<'a, T: Element> TensorView<'a, T> {
    pub(super) fn new(reader: &'a Reader, number: usize) -> Self {
        TensorView { reader, number, element: PhantomData }
    }

    fn section(&self) -> &'a Section {
        &self.reader.sections()[self.number]
    }

    /// Its dimensions; none for a scalar.
    pub fn shape(&self) -> &'a [u64] {
        &self.section().shape
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.section().plain as usize / size_of::<T>()
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All elements, verified.
    ///
    /// # Errors
    /// If the section is damaged or cannot be unpacked.
    pub fn values(&self) -> Result<&'a [T]> {
        self.cast(self.reader.content(self.number)?)
    }

    /// Rows, that is indices of the first dimension (a scalar has one row). If the tensor is viewed in the file, only
    /// the parts that hold these rows are read and verified.
    ///
    /// # Errors
    /// [`AprError::NoRow`]; or the section is damaged or cannot be unpacked.
    pub fn rows(&self, rows: Range<usize>) -> Result<&'a [T]> {
        let count = self.shape().first().map_or(1, |rows| *rows as usize);
        if rows.end > count || rows.start > rows.end {
            let name = self.section().name.clone();
            return Err(AprError::NoRow {
                name,
                rows: count,
                wanted: rows.end.max(rows.start).saturating_sub(1),
            });
        }
        let row_bytes = self.section().plain as usize / count.max(1);
        let range = rows.start * row_bytes..rows.end * row_bytes;
        if self.reader.is_viewed(self.number) {
            self.cast(self.reader.view(self.number, range)?)
        } else {
            self.cast(&self.reader.content(self.number)?[range])
        }
    }

    fn cast(&self, bytes: &'a [u8]) -> Result<&'a [T]> {
        let name = &self.section().name;
        if cfg!(target_endian = "big") && size_of::<T>() > 1 {
            return Err(AprError::malformed(format!("\"{name}\": numbers are stored little-endian")));
        }
        bytemuck::try_cast_slice(bytes).map_err(|error| AprError::malformed(format!("\"{name}\": {error}")))
    }
}
