//! Reads safetensors files, to write them as `.apr`.
//!
//! Source: the format's description in the documentation of the `safetensors` crate: 8 bytes of length, a JSON head
//! with type, shape and place of each tensor, then the tensors without gaps.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::dtype::Dtype;
use super::error::{AprError, Result};
use super::map::{AlignedBytes, FileBytes};
use super::options::OpenOptions;
use super::writer::Writer;

/// Maximum size of the head in bytes, as the format defines it.
const MAX_HEAD: u64 = 100_000_000;
const METADATA: &str = "__metadata__";

/// An opened file.
pub struct File {
    bytes: FileBytes,
    data: usize,
    metadata: serde_json::Value,
    tensors: BTreeMap<String, Tensor>,
}

/// The head's entry for a tensor.
#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

/// The whole head.
#[derive(Default)]
struct Head {
    metadata: serde_json::Value,
    tensors: BTreeMap<String, Tensor>,
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(HeadVisitor)
    }
}

/// Reads a head in which no name occurs twice: it would be unclear which tensor counts.
struct HeadVisitor;

impl<'de> Visitor<'de> for HeadVisitor {
    type Value = Head;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Head, A::Error> {
        let mut head = Head::default();
        let mut has_metadata = false;
        while let Some(name) = map.next_key::<String>()? {
            let is_metadata = name == METADATA;
            if head.tensors.contains_key(&name) || is_metadata && has_metadata {
                return Err(A::Error::custom(format!("\"{name:.200}\" is there twice")));
            }
            if is_metadata {
                has_metadata = true;
                head.metadata = map.next_value()?;
            } else {
                head.tensors.insert(name, map.next_value()?);
            }
        }
        Ok(head)
    }
}

impl File {
    /// Opens a file and checks its head: tensors follow each other without gaps and fill the file, and each has the bytes that
    /// its shape needs.
    ///
    /// # Errors
    /// [`AprError::Io`], [`AprError::Length`], [`AprError::Limit`], [`AprError::Malformed`]; [`AprError::NotTrusted`] when the
    /// options ask for a signature, which this format does not have.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<File> {
        if options.trust.is_some() {
            return Err(AprError::NotTrusted("safetensors has no signatures".into()));
        }
        File::new(FileBytes::open(path, options.access)?)
    }

    /// As [`File::open`], from a copy of bytes in memory.
    ///
    /// # Errors
    /// As [`File::open`].
    pub fn from_bytes(bytes: &[u8]) -> Result<File> {
        File::new(FileBytes::Read(AlignedBytes::copied_from(bytes)?))
    }

    fn new(bytes: FileBytes) -> Result<File> {
        let all = bytes.as_slice();
        let short = || AprError::Length { expected: 8, found: all.len() as u64 };
        let (length, rest) = all.split_first_chunk::<8>().ok_or_else(short)?;
        let length = u64::from_le_bytes(*length);
        if length > MAX_HEAD {
            let what = "the head of a safetensors file".into();
            return Err(AprError::Limit { what, asked: length, limit: MAX_HEAD });
        }
        let head = rest.get(..length as usize).ok_or_else(|| AprError::Length {
            expected: length.saturating_add(8),
            found: all.len() as u64,
        })?;
        let Head { metadata, tensors } = serde_json::from_slice(head).map_err(|error| {
            let why = error.to_string();
            AprError::malformed(format!("the head of a safetensors file: {why:.400}"))
        })?;
        check_places(&tensors, rest.len() as u64 - length)?;
        Ok(File { data: 8 + length as usize, bytes, metadata, tensors })
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// As sections of version 3: tensors under their names, and `safetensors/metadata`.
    ///
    /// # Errors
    /// [`AprError::Malformed`] for types that version 3 lacks; [`AprError::Unstorable`] for names or shapes that it
    /// lacks (more than 6 dimensions), and for reserved names.
    pub fn to_writer(&self) -> Result<Writer<'_>> {
        let mut writer = Writer::new();
        writer.json("safetensors/metadata", &self.metadata)?;
        for (name, tensor) in &self.tensors {
            Writer::check_foreign_name(name)?;
            let [start, end] = tensor.data_offsets.map(|offset| self.data + offset as usize);
            writer.raw_tensor(
                name,
                dtype(name, tensor)?,
                &tensor.shape,
                &self.bytes.as_slice()[start..end],
            )?;
        }
        Ok(writer)
    }
}

/// Each tensor has the size of its shape, and together they fill the file.
fn check_places(tensors: &BTreeMap<String, Tensor>, length: u64) -> Result<()> {
    let mut places = tensors.values().map(|tensor| tensor.data_offsets).collect::<Vec<_>>();
    places.sort_unstable();
    let mut next = 0;
    for [start, end] in places {
        if start != next || end < start {
            return Err(AprError::malformed("tensors of a safetensors file that overlap or leave gaps"));
        }
        next = end;
    }
    if next != length {
        return Err(AprError::Length { expected: next, found: length });
    }
    for (name, tensor) in tensors {
        let size = dtype(name, tensor)?.size() as u64;
        let needed = tensor.shape.iter().try_fold(size, |bytes, dim| bytes.checked_mul(*dim));
        if needed != Some(tensor.data_offsets[1] - tensor.data_offsets[0]) {
            return Err(AprError::malformed(format!("\"{name:.200}\" does not have the bytes of its shape")));
        }
    }
    Ok(())
}

fn dtype(name: &str, tensor: &Tensor) -> Result<Dtype> {
    Ok(match tensor.dtype.as_str() {
        "F64" => Dtype::F64,
        "F32" => Dtype::F32,
        "F16" => Dtype::F16,
        "BF16" => Dtype::Bf16,
        "I64" => Dtype::I64,
        "I32" => Dtype::I32,
        "I16" => Dtype::I16,
        "I8" => Dtype::I8,
        "U64" => Dtype::U64,
        "U32" => Dtype::U32,
        "U16" => Dtype::U16,
        "U8" | "BOOL" => Dtype::U8,
        other => {
            return Err(AprError::malformed(format!(
                "\"{name:.200}\" has elements of type {other:.40}, which .apr has not"
            )));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apr::Reader;
    use proptest::prelude::*;
    use safetensors::tensor::{Dtype as Theirs, TensorView, serialize};

    fn file() -> Vec<u8> {
        let (weights, steps) = ([1.5f32, -2.0, 0.0, 7.25, 1e-9, 3.0], [7i64, -1]);
        let weights = TensorView::new(Theirs::F32, vec![2, 3], bytemuck::cast_slice(&weights)).expect("fits");
        let steps = TensorView::new(Theirs::I64, vec![2], bytemuck::cast_slice(&steps)).expect("fits");
        serialize([("layer.weight", weights), ("steps", steps)], None).expect("storable")
    }

    #[test]
    fn what_the_reference_writes_is_read() {
        let file = File::from_bytes(&file()).expect("valid");
        assert_eq!(file.names().collect::<Vec<_>>(), ["layer.weight", "steps"]);
        let bytes = file.to_writer().and_then(|writer| writer.to_bytes()).expect("storable");
        let reader = Reader::from_bytes(&bytes, &OpenOptions::default()).expect("valid");
        let weights = reader.tensor::<f32>("layer.weight").expect("there");
        assert_eq!(weights.shape(), [2, 3]);
        assert_eq!(weights.values().expect("sound"), [1.5, -2.0, 0.0, 7.25, 1e-9, 3.0]);
        assert_eq!(reader.tensor::<i64>("steps").and_then(|t| t.values()).expect("sound"), [7, -1]);
    }

    #[test]
    fn every_truncation_is_refused() {
        let file = file();
        assert!((0..file.len()).all(|end| File::from_bytes(&file[..end]).is_err()));
    }

    #[test]
    fn a_hostile_head_is_refused() {
        let with_head = |head: &str, data: usize| {
            let mut bytes = (head.len() as u64).to_le_bytes().to_vec();
            bytes.extend_from_slice(head.as_bytes());
            bytes.resize(bytes.len() + data, 0);
            File::from_bytes(&bytes).err().map(|error| error.to_string())
        };
        let one = |rest: &str| format!("{{\"a\":{{\"dtype\":\"F32\",{rest}}}}}");
        assert_eq!(with_head(&one("\"shape\":[2],\"data_offsets\":[0,8]"), 8), None);
        for bad in [
            "\"shape\":[3],\"data_offsets\":[0,8]",
            "\"shape\":[2],\"data_offsets\":[8,0]",
            "\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]",
            "\"shape\":[1],\"data_offsets\":[4,8]",
            "\"shape\":[1],\"data_offsets\":[0,4]",
        ] {
            assert!(with_head(&one(bad), 8).is_some(), "{bad}");
        }
        assert!(with_head("[]", 0).is_some());
        let empty = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
        assert_eq!(with_head(&format!("{{\"a\":{empty},\"b\":{empty},\"__metadata__\":{{}}}}"), 0), None);
        for twice in [
            format!("{{\"a\":{empty},\"b\":{empty},\"a\":{empty}}}"),
            "{\"__metadata__\":{},\"__metadata__\":{}}".to_owned(),
        ] {
            let said = with_head(&twice, 0).expect("which of them counts?");
            assert!(said.contains("is there twice"), "{said}");
        }
        let said = with_head(
            &format!(
                "{{\"{}\":{{\"dtype\":\"{}\",\"shape\":[0],\"data_offsets\":[0,0]}}}}",
                "n".repeat(100_000),
                "t".repeat(100_000)
            ),
            0,
        );
        assert!(said.is_some_and(|said| said.len() < 1_000));
        let vast = u64::MAX.to_le_bytes();
        assert!(matches!(File::from_bytes(&vast), Err(AprError::Limit { .. })));
    }

    #[test]
    fn only_the_beginning_of_a_long_shape_is_shown() {
        let zeros = "0,".repeat(999_999) + "0";
        let head = format!("{{\"a\":{{\"dtype\":\"F32\",\"shape\":[{zeros}],\"data_offsets\":[0,0]}}}}");
        let bytes = [&(head.len() as u64).to_le_bytes()[..], head.as_bytes()].concat();
        let file = File::from_bytes(&bytes).expect("no bytes are needed");
        let said = file.to_writer().err().expect("too many dimensions").to_string();
        assert!(said.contains("[0, 0, 0, 0, 0, 0, 0, 0] and 999992 more dimensions"), "{said:.500}");
        assert!(said.len() < 1_000, "{} bytes", said.len());
    }

    proptest! {
        #[test]
        fn no_bytes_cause_a_panic(at in 0usize..200, with in any::<u8>()) {
            let mut bytes = file();
            let at = at % bytes.len();
            bytes[at] = with;
            if let Ok(file) = File::from_bytes(&bytes) {
                let _ = file.to_writer();
            }
        }
    }
}
