//! Reads version 2 of `.apr` ("APR\0"): JSON metadata and named tensors, viewed in place.
//!
//! This reader checks the CRC-32 at the end, which the original readers never checked. Encryption, signatures, shards
//! and compression have flags in this version, but no layout: files with those flags are refused (except LZ4, whose
//! flag was set without compressing anything).

use std::path::Path;

use super::dtype::{Dtype, Element};
use super::error::{AprError, Result};
use super::layout::{Fields, checked_name, shown_shape};
use super::map::{AlignedBytes, FileBytes};
use super::options::OpenOptions;
use super::writer::Writer;

const HEADER: usize = 64;
const CRC: usize = 4;
const MAX_TENSORS: u32 = 1 << 20;
const MAX_DIMS: u8 = 8;
const REFUSED: [(u16, &str); 5] =
    [(2, "zstd"), (4, "encryption"), (8, "a signature"), (0x10, "shards"), (0x800, "column-major tensors")];

/// The type of a tensor in version 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TensorType {
    /// Single elements.
    Plain(Dtype),
    /// Quantised blocks, by the number in the file: 12 is ggml's Q4_K and 14 its Q6_K; 128 (once 8) and 129 (once 9) are
    /// the format's own 4-bit and 8-bit types.
    Blocks(u8),
}

impl TensorType {
    fn from_id(id: u8) -> Option<TensorType> {
        Some(match id {
            0 => TensorType::Plain(Dtype::F32),
            1 => TensorType::Plain(Dtype::F16),
            3 => TensorType::Plain(Dtype::F64),
            4 => TensorType::Plain(Dtype::I32),
            5 => TensorType::Plain(Dtype::I64),
            6 => TensorType::Plain(Dtype::I8),
            7 => TensorType::Plain(Dtype::U8),
            30 => TensorType::Plain(Dtype::Bf16),
            8 | 128 => TensorType::Blocks(128),
            9 | 129 => TensorType::Blocks(129),
            12 | 14 => TensorType::Blocks(id),
            _ => return None,
        })
    }

    /// Whether a tensor of this many elements can have this size in bytes.
    fn allows(self, elements: u64, size: u64) -> bool {
        match self {
            TensorType::Plain(dtype) => elements.checked_mul(dtype.size() as u64) == Some(size),
            TensorType::Blocks(12) => size.is_multiple_of(144),
            TensorType::Blocks(14) => size.is_multiple_of(210),
            TensorType::Blocks(128) => elements.div_ceil(32).checked_mul(18) == Some(size),
            TensorType::Blocks(_) => elements.checked_add(4).filter(|_| elements > 0).unwrap_or(0) == size,
        }
    }
}

/// The index entry of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its type.
    pub tensor_type: TensorType,
    /// Its dimensions.
    pub shape: Vec<u64>,
    /// Where its bytes are in the file.
    range: std::ops::Range<usize>,
}

/// An opened file of version 2.
pub struct Model {
    file: FileBytes,
    metadata: serde_json::Value,
    tensors: Vec<Tensor>,
}

impl Model {
    /// Opens a file and checks its CRC-32.
    ///
    /// # Errors
    /// [`AprError::NotApr`], [`AprError::Version`], [`AprError::Damaged`], [`AprError::Malformed`], [`AprError::Limit`];
    /// [`AprError::NotTrusted`] if the options ask for a signature, which this version does not have.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Model> {
        Model::new(FileBytes::open(path, options.access)?, options)
    }

    /// As [`Model::open`], from a copy of bytes in memory.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn from_bytes(bytes: &[u8], options: &OpenOptions) -> Result<Model> {
        Model::new(FileBytes::Read(AlignedBytes::copied_from(bytes)?), options)
    }

    fn new(file: FileBytes, options: &OpenOptions) -> Result<Model> {
        if options.trust.is_some() {
            return Err(AprError::NotTrusted("version 2 has no signatures".into()));
        }
        let (metadata, tensors) = decode(file.as_slice())?;
        Ok(Model { file, metadata, tensors })
    }

    /// The metadata.
    pub fn metadata(&self) -> &serde_json::Value {
        &self.metadata
    }

    /// All tensors, sorted by name.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The index entry of a tensor.
    ///
    /// # Errors
    /// No such tensor.
    pub fn tensor(&self, name: &str) -> Result<&Tensor> {
        let found = self.tensors.binary_search_by(|tensor| tensor.name.as_str().cmp(name));
        found.map(|index| &self.tensors[index]).map_err(|_| AprError::NoSection(name.into()))
    }

    /// A tensor's bytes.
    ///
    /// # Errors
    /// No such tensor.
    pub fn bytes(&self, name: &str) -> Result<&[u8]> {
        Ok(&self.file.as_slice()[self.tensor(name)?.range.clone()])
    }

    /// A tensor's elements, viewed in place.
    ///
    /// # Errors
    /// The tensor does not exist, has another type, or is not aligned.
    pub fn values<T: Element>(&self, name: &str) -> Result<&[T]> {
        let tensor = self.tensor(name)?;
        if tensor.tensor_type != TensorType::Plain(T::DTYPE) {
            let (found, wanted) = (format!("{:?}", tensor.tensor_type), T::DTYPE.name().into());
            return Err(AprError::WrongType { name: name.into(), found, wanted });
        }
        bytemuck::try_cast_slice(self.bytes(name)?)
            .map_err(|error| AprError::malformed(format!("\"{name}\": {error}")))
    }

    /// As sections of version 3: tensors under their names, `v2/metadata`, and `v2/blocks` with type and shape of the
    /// tensors that consist of quantised blocks and so become sections of bytes.
    ///
    /// # Errors
    /// [`AprError::Unstorable`] for names or shapes that version 3 lacks (more than 6 dimensions).
    pub fn to_writer(&self) -> Result<Writer<'_>> {
        let mut writer = Writer::new();
        let mut blocks = serde_json::Map::new();
        writer.json("v2/metadata", &self.metadata)?;
        for tensor in &self.tensors {
            Writer::check_foreign_name(&tensor.name)?;
            let bytes = self.bytes(&tensor.name)?;
            match tensor.tensor_type {
                TensorType::Plain(dtype) => writer.raw_tensor(&tensor.name, dtype, &tensor.shape, bytes)?,
                TensorType::Blocks(id) => {
                    let description = serde_json::json!({ "type": id, "shape": tensor.shape });
                    blocks.insert(tensor.name.clone(), description);
                    writer.bytes(&tensor.name, bytes)?
                }
            };
        }
        writer.json("v2/blocks", &blocks)?;
        Ok(writer)
    }
}

fn decode(bytes: &[u8]) -> Result<(serde_json::Value, Vec<Tensor>)> {
    if !bytes.starts_with(b"APR\0") {
        return Err(AprError::NotApr);
    }
    if bytes.len() < HEADER + CRC {
        return Err(AprError::Length { expected: (HEADER + CRC) as u64, found: bytes.len() as u64 });
    }
    let mut fields = Fields { bytes: &bytes[4..HEADER] };
    let [major, minor] = fields.array()?;
    if (major, minor) != (2, 0) {
        let (major, minor) = (major.into(), minor.into());
        return Err(AprError::Version { major, minor, advice: "of this layout only 2.0 exists" });
    }
    let flags = fields.u16()?;
    let count = fields.u32()?;
    let (metadata_at, metadata_length) = (fields.u64()?, u64::from(fields.u32()?));
    let (index_at, data_at) = (fields.u64()?, fields.u64()?);
    let header_crc = fields.u32()?;
    let covered = [&bytes[..40], &bytes[44..HEADER]].concat();
    if crc32fast::hash(&covered) != header_crc {
        return Err(AprError::Damaged { part: "the header".into() });
    }
    if let Some((_, what)) = REFUSED.iter().find(|(flag, _)| flags & flag != 0) {
        return Err(AprError::malformed(format!(
            "version 2 with {what}, of which no layout was ever defined"
        )));
    }
    if count > MAX_TENSORS {
        return Err(AprError::Limit {
            what: "tensors".into(),
            asked: count.into(),
            limit: MAX_TENSORS.into(),
        });
    }
    let (body, crc) = bytes.split_last_chunk::<CRC>().expect("the length was checked");
    if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
        return Err(AprError::Damaged { part: "the file, or it was cut".into() });
    }
    let metadata = slice(body, metadata_at, metadata_length)?;
    let metadata = serde_json::from_slice(metadata)
        .map_err(|error| AprError::malformed(format!("metadata that are not JSON: {error}")))?;
    let index_length =
        data_at.checked_sub(index_at).ok_or_else(|| AprError::malformed("data before their index"))?;
    let mut index = Fields { bytes: slice(body, index_at, index_length)? };
    let tensors = (0..count).map(|_| tensor(&mut index, body, data_at)).collect::<Result<Vec<_>>>()?;
    check_index(&tensors, &index)?;
    Ok((metadata, tensors))
}

fn slice(bytes: &[u8], start: u64, length: u64) -> Result<&[u8]> {
    let end = start.checked_add(length).and_then(|end| usize::try_from(end).ok());
    end.and_then(|end| bytes.get(start as usize..end))
        .ok_or_else(|| AprError::malformed("a part beyond the end"))
}

fn tensor(index: &mut Fields, body: &[u8], data_at: u64) -> Result<Tensor> {
    let length = index.u16()?.into();
    let name = checked_name(index.take(length)?.bytes)?;
    let [id, rank] = index.array()?;
    let tensor_type = TensorType::from_id(id)
        .ok_or_else(|| AprError::malformed(format!("\"{name}\" has type {id}, which does not exist")))?;
    if rank > MAX_DIMS {
        return Err(AprError::malformed(format!("\"{name}\" has {rank} dimensions")));
    }
    let shape = (0..rank).map(|_| index.u64()).collect::<Result<Vec<_>>>()?;
    let (offset, size) = (index.u64()?, index.u64()?);
    let elements = shape.iter().try_fold(1u64, |product, dim| product.checked_mul(*dim));
    if !elements.is_some_and(|elements| tensor_type.allows(elements, size)) || !offset.is_multiple_of(64) {
        let shape = shown_shape(&shape);
        return Err(AprError::malformed(format!("\"{name}\": shape {shape} is not that of {size} bytes")));
    }
    let start = data_at.checked_add(offset).ok_or_else(|| AprError::malformed("a part beyond the end"))?;
    slice(body, start, size)?;
    Ok(Tensor { name, tensor_type, shape, range: start as usize..(start + size) as usize })
}

/// Sorted by name without repetition, no overlaps, only zeros after the last entry.
fn check_index(tensors: &[Tensor], rest: &Fields) -> Result<()> {
    if !tensors.is_sorted_by(|a, b| a.name < b.name) {
        return Err(AprError::malformed("an index that is not sorted by name"));
    }
    let mut ranges: Vec<_> =
        tensors.iter().map(|tensor| tensor.range.clone()).filter(|range| !range.is_empty()).collect();
    ranges.sort_by_key(|range| range.start);
    if ranges.windows(2).any(|pair| pair[0].end > pair[1].start) {
        return Err(AprError::malformed("tensors that overlap"));
    }
    if rest.bytes.len() >= 64 || rest.bytes.iter().any(|byte| *byte != 0) {
        return Err(AprError::malformed("bytes after the index"));
    }
    Ok(())
}
