//! The metadata of version 1: a value of MessagePack (msgpack.org, `spec.md`), as JSON.

use serde_json::{Map, Number, Value};

use crate::apr::error::{AprError, Result};
use crate::apr::layout::Fields;

/// Values nested deeper than this are refused.
const MAX_DEPTH: u32 = 64;

/// One value; it must fill all bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<Value> {
    let mut fields = Fields { bytes };
    let value = value(&mut fields, MAX_DEPTH)?;
    if !fields.bytes.is_empty() {
        return Err(AprError::malformed("bytes after the metadata"));
    }
    Ok(value)
}

fn value(fields: &mut Fields, depth: u32) -> Result<Value> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(AprError::malformed("metadata that are nested too deep"));
    };
    let [mark] = fields.array()?;
    Ok(match mark {
        0x00..=0x7f => mark.into(),
        0xe0..=0xff => (mark as i8).into(),
        0x80..=0x8f => map(fields, u32::from(mark & 0x0f), depth)?,
        0x90..=0x9f => array(fields, u32::from(mark & 0x0f), depth)?,
        0xa0..=0xbf => text(fields, u32::from(mark & 0x1f))?,
        0xc0 => Value::Null,
        0xc2 => false.into(),
        0xc3 => true.into(),
        0xca..=0xd3 => number(fields, mark)?,
        0xc4..=0xc6 | 0xd9..=0xdf => sized(fields, mark, depth)?,
        0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 => {
            return Err(AprError::malformed(format!("metadata of type {mark:#04x}, which is not used")));
        }
    })
}

fn number(fields: &mut Fields, mark: u8) -> Result<Value> {
    // JSON has no infinities and no NaN; they become null.
    let float = |value: f64| Number::from_f64(value).map_or(Value::Null, Value::Number);
    Ok(match mark {
        0xca => float(f32::from_be_bytes(fields.array()?).into()),
        0xcb => float(f64::from_be_bytes(fields.array()?)),
        0xcc => u8::from_be_bytes(fields.array()?).into(),
        0xcd => u16::from_be_bytes(fields.array()?).into(),
        0xce => u32::from_be_bytes(fields.array()?).into(),
        0xcf => u64::from_be_bytes(fields.array()?).into(),
        0xd0 => i8::from_be_bytes(fields.array()?).into(),
        0xd1 => i16::from_be_bytes(fields.array()?).into(),
        0xd2 => i32::from_be_bytes(fields.array()?).into(),
        _ => i64::from_be_bytes(fields.array()?).into(),
    })
}

fn sized(fields: &mut Fields, mark: u8, depth: u32) -> Result<Value> {
    let length = match mark {
        0xc4 | 0xd9 => u8::from_be_bytes(fields.array()?).into(),
        0xc5 | 0xda | 0xdc | 0xde => u16::from_be_bytes(fields.array()?).into(),
        _ => u32::from_be_bytes(fields.array()?),
    };
    match mark {
        0xc4..=0xc6 => Ok(fields.take(length as usize)?.bytes.into()),
        0xd9..=0xdb => text(fields, length),
        0xdc | 0xdd => array(fields, length, depth),
        _ => map(fields, length, depth),
    }
}

fn text(fields: &mut Fields, length: u32) -> Result<Value> {
    let bytes = fields.take(length as usize)?.bytes;
    std::str::from_utf8(bytes)
        .map(Value::from)
        .map_err(|_| AprError::malformed("metadata that are not UTF-8"))
}

fn array(fields: &mut Fields, length: u32, depth: u32) -> Result<Value> {
    // No capacity is reserved: the length is only a claim until the elements have been read.
    let mut elements = Vec::new();
    for _ in 0..length {
        elements.push(value(fields, depth)?);
    }
    Ok(Value::Array(elements))
}

fn map(fields: &mut Fields, length: u32, depth: u32) -> Result<Value> {
    let mut entries = Map::new();
    for _ in 0..length {
        let Value::String(key) = value(fields, depth)? else {
            return Err(AprError::malformed("metadata with a name that is not text"));
        };
        let value = value(fields, depth)?;
        if entries.insert(key.clone(), value).is_some() {
            return Err(AprError::malformed(format!("metadata with two \"{key}\"")));
        }
    }
    Ok(Value::Object(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_read_as_the_specification_says() {
        let bytes = b"\x8a\
            \xa1a\x7f\
            \xa1b\xff\
            \xa1c\xcd\x01\x00\
            \xa1d\xd1\xff\x00\
            \xa1e\xca\x3f\xc0\x00\x00\
            \xa1f\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\
            \xa1g\x93\xc0\xc2\xc3\
            \xa1h\xd9\x02hi\
            \xa1i\xc4\x02\x01\x02\
            \xa1j\xdc\x00\x01\x80";
        let expected = serde_json::json!({
            "a": 127, "b": -1, "c": 256, "d": -256, "e": 1.5, "f": 1.5,
            "g": [null, false, true], "h": "hi", "i": [1, 2], "j": [{}],
        });
        assert_eq!(decode(bytes).expect("valid"), expected);
    }

    #[test]
    fn what_is_cut_nested_or_repeated_is_refused() {
        assert!(decode(b"").is_err());
        assert!(decode(b"\xdd\xff\xff\xff\xff\x01").is_err(), "four thousand million elements, one there");
        assert!(decode(&[0x91; 100_000]).is_err(), "nested");
        assert!(decode(b"\x82\xa1a\x01\xa1a\x02").is_err(), "twice the same name");
        assert!(decode(b"\x81\x01\x02").is_err(), "a name that is a number");
        assert!(decode(b"\x01\x02").is_err(), "two values");
        assert!(decode(b"\xc1").is_err());
        assert!(decode(b"\xa2\xff\xfe").is_err(), "not UTF-8");
    }
}
