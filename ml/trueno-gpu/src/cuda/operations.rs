//! The operations of [`crate::webgpu::GpuArray`], on [`CudaArray`].

use super::CudaArray;
use super::device::File;
use super::driver::Argument::{Float, Word};
use crate::{Binary, GpuError, Reduction, Unary};
use trueno::{Shape, ShapeError};

/// Rows and columns of the tile that one block of `sgemm.cu` computes.
const TILE: usize = 128;

/// Maximum number of blocks along the second axis of a launch ("CUDA C++ Programming Guide", technical specifications).
const MOST_DOWN: usize = 65_535;

/// Number of blocks of the grid-stride kernels.
const MOST_BLOCKS: usize = 1 << 16;

/// `AFFINE` of `elementwise.cu`, `DOT` of `rows.cu`.
const EXTRA: u32 = 100;

/// Minimum number of elements of a piece, and maximum number of pieces, of a reduction in two passes.
const PIECE: usize = 4096;
const PIECES: usize = 256;

fn word(number: usize) -> Result<u32, GpuError> {
    u32::try_from(number).map_err(|_| GpuError::TooLarge { bytes: 4 * number as u64, limit: 4 << 32 })
}

fn blocks(count: usize) -> (u32, u32) {
    (count.div_ceil(super::device::THREADS as usize).clamp(1, MOST_BLOCKS) as u32, 1)
}

fn expected(what: &'static str, dims: &[usize], found: &CudaArray) -> Result<(), GpuError> {
    if found.shape().dims() == dims {
        return Ok(());
    }
    let expected = Box::new(Shape::new(dims)?);
    Err(ShapeError::Expected { what, expected, found: Box::new(*found.shape()) }.into())
}

fn matrix(what: &'static str, array: &CudaArray) -> Result<[usize; 2], GpuError> {
    let found = array.shape().rank();
    array.shape().dims().try_into().map_err(|_| ShapeError::Rank { what, expected: 2, found }.into())
}

/// alpha · left · right + beta · addend, if an addend is given.
///
/// # Errors
/// The operands are not two matrices, or their shapes do not fit; they are on different cards; the card has no memory
/// for the result.
pub fn gemm(
    alpha: f32,
    left: &CudaArray,
    right: &CudaArray,
    addend: Option<(f32, &CudaArray)>,
) -> Result<CudaArray, GpuError> {
    let [rows, depth] = matrix("the left factor", left)?;
    let [right_rows, columns] = matrix("the right factor", right)?;
    if depth != right_rows {
        let (left, right) = (Box::new(*left.shape()), Box::new(*right.shape()));
        return Err(ShapeError::Product { left, right }.into());
    }
    let (beta, old) = addend.unwrap_or((0.0, left));
    if addend.is_some() {
        expected("the addend", &[rows, columns], old)?;
    }
    left.on_one_card(&[right, old])?;
    let result = CudaArray::new(left.device(), &[rows, columns])?;
    if rows * columns == 0 {
        return Ok(result);
    }
    let down = rows.div_ceil(TILE);
    if down > MOST_DOWN {
        return Err(GpuError::TooManyGroups { groups: down as u64, limit: MOST_DOWN as u32 });
    }
    let wide = depth.is_multiple_of(4) && columns.is_multiple_of(4);
    let name = if wide { c"sgemm_wide" } else { c"sgemm" };
    let (m, n, k) = (Word(word(rows)?), Word(word(columns)?), Word(word(depth)?));
    let (alpha, beta) = (Float(alpha), Float(beta));
    let memory = [left.memory(), right.memory(), old.memory(), result.memory()];
    let numbers = [m, n, k, k, Word(1), n, Word(1), alpha, beta];
    let arguments: Vec<_> = memory.into_iter().chain(numbers).collect();
    left.device().launch(File::Product, name, (word(columns.div_ceil(TILE))?, down as u32), &arguments)?;
    Ok(result)
}

impl CudaArray {
    fn on_one_card(&self, others: &[&CudaArray]) -> Result<(), GpuError> {
        match others.iter().all(|other| other.device().same(self.device())) {
            true => Ok(()),
            false => Err(GpuError::OtherDevice),
        }
    }

    fn len(&self) -> usize {
        self.shape().elements()
    }

    fn like(&self) -> Result<CudaArray, GpuError> {
        CudaArray::new(self.device(), self.shape().dims())
    }

    /// Rows along the last axis, and their length.
    fn rows(&self) -> Result<(usize, usize), GpuError> {
        let columns = self.shape().last();
        let rows = self.len().checked_div(columns).unwrap_or(0);
        word(rows)?;
        word(columns)?;
        Ok((rows, columns))
    }

    /// The product of two matrices, m × k by k × n.
    ///
    /// # Errors
    /// As [`gemm`].
    pub fn matmul(&self, right: &CudaArray) -> Result<CudaArray, GpuError> {
        gemm(1.0, self, right, None)
    }

    /// A matrix times a vector, m × k by k.
    ///
    /// # Errors
    /// The operands are not a matrix and a vector with one element per column; they are on two cards; the card has no
    /// memory for the result.
    pub fn matvec(&self, vector: &CudaArray) -> Result<CudaArray, GpuError> {
        let [rows, columns] = matrix("the matrix", self)?;
        expected("the vector", &[columns], vector)?;
        self.on_one_card(&[vector])?;
        let result = CudaArray::new(self.device(), &[rows])?;
        if rows > 0 {
            let arguments =
                [self.memory(), vector.memory(), result.memory(), Word(word(rows)?), Word(word(columns)?)];
            let blocks = (rows.min(MOST_BLOCKS) as u32, 1);
            self.device().launch(File::Rows, c"gemv", blocks, &arguments)?;
        }
        Ok(result)
    }

    /// Applies an operation to each element.
    ///
    /// # Errors
    /// The card has no memory for the result.
    pub fn map(&self, operation: Unary) -> Result<CudaArray, GpuError> {
        self.unary(operation as u32, 0.0, 0.0)
    }

    /// x · factor + term
    ///
    /// # Errors
    /// The card has no memory for the result.
    pub fn affine(&self, factor: f32, term: f32) -> Result<CudaArray, GpuError> {
        self.unary(EXTRA, factor, term)
    }

    fn unary(&self, operation: u32, factor: f32, term: f32) -> Result<CudaArray, GpuError> {
        let result = self.like()?;
        if self.len() > 0 {
            let count = Word(word(self.len())?);
            let arguments =
                [self.memory(), result.memory(), count, Word(operation), Float(factor), Float(term)];
            self.device().launch(File::Elementwise, c"unary", blocks(self.len()), &arguments)?;
        }
        Ok(result)
    }

    /// Combines each element with one of `other`: an array of the same shape, one row that is applied to every row, or
    /// one number.
    ///
    /// # Errors
    /// The shape of `other` is not one of these, or it is on another card; the card has no memory for the result.
    pub fn zip(&self, operation: Binary, other: &CudaArray) -> Result<CudaArray, GpuError> {
        self.on_one_card(&[other])?;
        let row = other.shape().rank() == 1 && other.len() == self.shape().last();
        if self.shape() != other.shape() && !row && other.len() != 1 {
            let (left, right) = (Box::new(*self.shape()), Box::new(*other.shape()));
            return Err(ShapeError::Broadcast { left, right }.into());
        }
        let result = self.like()?;
        if self.len() > 0 {
            let (count, period) = (Word(word(self.len())?), Word(word(other.len())?));
            let memory = [self.memory(), other.memory(), result.memory()];
            let arguments = [memory[0], memory[1], memory[2], count, period, Word(operation as u32)];
            self.device().launch(File::Elementwise, c"binary", blocks(self.len()), &arguments)?;
        }
        Ok(result)
    }

    /// Reduces all elements to one, in an array without axes.
    ///
    /// # Errors
    /// A maximum or minimum of zero elements; the card has no memory for the result.
    pub fn reduce(&self, operation: Reduction) -> Result<CudaArray, GpuError> {
        match operation {
            Reduction::Max if self.len() == 0 => Err(ShapeError::Empty("the maximum").into()),
            Reduction::Min if self.len() == 0 => Err(ShapeError::Empty("the minimum").into()),
            Reduction::Mean => self.pieces(self, Reduction::Sum as u32, 0.0, 1.0 / self.len() as f32),
            other => self.pieces(self, other as u32, other.identity(), 1.0),
        }
    }

    /// Σ xᵢ·yᵢ, in an array without axes.
    ///
    /// # Errors
    /// The shapes differ, or the arrays are on two cards; the card has no memory for the result.
    pub fn dot(&self, other: &CudaArray) -> Result<CudaArray, GpuError> {
        self.on_one_card(&[other])?;
        expected("the second vector", self.shape().dims(), other)?;
        self.pieces(other, EXTRA, 0.0, 1.0)
    }

    fn pieces(
        &self,
        other: &CudaArray,
        operation: u32,
        identity: f32,
        factor: f32,
    ) -> Result<CudaArray, GpuError> {
        let piece = self.len().div_ceil(PIECES).max(PIECE);
        let pieces = self.len().div_ceil(piece).max(1);
        let partial = CudaArray::new(self.device(), &[pieces])?;
        let pass =
            |x: &CudaArray, y: &CudaArray, z: &CudaArray, pieces: usize, operation: u32, factor: f32| {
                let memory = [x.memory(), y.memory(), z.memory()];
                let sizes = [Word(1), Word(word(x.len())?), Word(word(piece)?), Word(word(pieces)?)];
                let rest = [Word(operation), Float(identity), Float(factor)];
                let arguments: Vec<_> = memory.into_iter().chain(sizes).chain(rest).collect();
                self.device().launch(File::Rows, c"reduce", (pieces as u32, 1), &arguments)
            };
        pass(self, other, &partial, pieces, operation, 1.0)?;
        let result = CudaArray::new(self.device(), &[])?;
        // The first pass computes the products of a dot product.
        let second = if operation == EXTRA { Reduction::Sum as u32 } else { operation };
        pass(&partial, &partial, &result, 1, second, factor)?;
        Ok(result)
    }

    /// exp(x) / Σ exp(x) along the last axis, without overflow.
    ///
    /// # Errors
    /// The card has no memory for the result.
    pub fn softmax(&self) -> Result<CudaArray, GpuError> {
        let ((rows, columns), result) = (self.rows()?, self.like()?);
        if rows > 0 {
            let sizes = [Word(rows as u32), Word(columns as u32)];
            let arguments = [self.memory(), result.memory(), sizes[0], sizes[1], Float(f32::NEG_INFINITY)];
            let blocks = (rows.min(MOST_BLOCKS) as u32, 1);
            self.device().launch(File::Rows, c"softmax", blocks, &arguments)?;
        }
        Ok(result)
    }

    /// (x - mean)/√(variance + epsilon) · weight + bias along the last axis; the variance is that of the population.
    ///
    /// # Errors
    /// The length of weight or bias differs from that of the last axis, or it is on another card; the card has no
    /// memory for the result.
    pub fn layer_norm(
        &self,
        weight: &CudaArray,
        bias: &CudaArray,
        epsilon: f32,
    ) -> Result<CudaArray, GpuError> {
        expected("the bias", &[self.shape().last()], bias)?;
        self.normalised(weight, Some(bias), epsilon)
    }

    /// x/√(mean of squares + epsilon) · weight along the last axis.
    ///
    /// # Errors
    /// The length of the weight differs from that of the last axis, or it is on another card; the card has no memory
    /// for the result.
    pub fn rms_norm(&self, weight: &CudaArray, epsilon: f32) -> Result<CudaArray, GpuError> {
        self.normalised(weight, None, epsilon)
    }

    fn normalised(
        &self,
        weight: &CudaArray,
        bias: Option<&CudaArray>,
        epsilon: f32,
    ) -> Result<CudaArray, GpuError> {
        expected("the weight", &[self.shape().last()], weight)?;
        self.on_one_card(&[weight, bias.unwrap_or(weight)])?;
        let ((rows, columns), result) = (self.rows()?, self.like()?);
        if rows > 0 {
            let name = if bias.is_some() { c"layer_norm" } else { c"rms_norm" };
            let mut arguments = vec![self.memory(), weight.memory()];
            arguments.extend(bias.map(CudaArray::memory));
            arguments.extend([result.memory(), Word(rows as u32), Word(columns as u32), Float(epsilon)]);
            let blocks = (rows.min(MOST_BLOCKS) as u32, 1);
            self.device().launch(File::Rows, name, blocks, &arguments)?;
        }
        Ok(result)
    }
}
