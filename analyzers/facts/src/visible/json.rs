//! JSON without hidden characters: serde_json's, with DEL, C1 and the other hidden characters also as `\uXXXX`. A
//! reader gets the same values.

use super::text::hidden;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::io::{self, Write};

/// A value as JSON on one line.
///
/// # Errors
/// The value has no JSON form.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    to_vec(value).map(text)
}

/// The same as bytes.
///
/// # Errors
/// The value has no JSON form.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    written(value, CompactFormatter)
}

/// A value as indented JSON.
///
/// # Errors
/// The value has no JSON form.
pub fn to_string_pretty<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    to_vec_pretty(value).map(text)
}

/// The same as bytes.
///
/// # Errors
/// The value has no JSON form.
pub fn to_vec_pretty<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    written(value, PrettyFormatter::new())
}

/// JSON from another writer, with the hidden characters in its strings escaped. Line ends stay: they are between
/// values.
pub fn escaped(json: &str) -> String {
    let mut bytes = Vec::with_capacity(json.len());
    write_escaped(&mut bytes, json, |c| c != '\n').expect("memory takes all bytes");
    text(bytes)
}

fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).expect("serde_json writes UTF-8, and escapes are ASCII")
}

fn written<T: Serialize + ?Sized>(value: &T, formatter: impl Formatter) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(128);
    value.serialize(&mut Serializer::with_formatter(&mut json, Visible(formatter)))?;
    Ok(json)
}

fn write_escaped(
    writer: &mut (impl ?Sized + Write),
    text: &str,
    concerns: impl Fn(char) -> bool,
) -> io::Result<()> {
    let mut start = 0;
    for (at, c) in hidden(text).filter(|(_, c)| concerns(*c)) {
        writer.write_all(&text.as_bytes()[start..at])?;
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(writer, "\\u{unit:04x}")?;
        }
        start = at + c.len_utf8();
    }
    writer.write_all(&text.as_bytes()[start..])
}

/// Wraps another formatter and escapes the hidden characters in its strings.
struct Visible<F>(F);

/// Methods that are delegated to the inner formatter.
macro_rules! as_inside {
    ($($method:ident($($argument:ident: $type:ty),*));* $(;)?) => {
        $(fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$method(writer $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Visible<F> {
    // Strings arrive here without quotation marks, backslashes and the characters below U+0020, which serde_json
    // escapes.
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_escaped(writer, fragment, |_| true)
    }

    as_inside! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }
}
