//! The keys of a table of `batuta.toml`, derived from its struct: names come from serde, documentation and kind from
//! the schema of each field's type, the default from a value of the struct.

use super::values::BYTES;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Map, Value, json};

/// A struct whose fields are the keys of a table.
pub trait Table: Serialize + DeserializeOwned + JsonSchema {}

impl<T: Serialize + DeserializeOwned + JsonSchema> Table for T {}

/// One key: its name, documentation, kind and default.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it sets, in one sentence.
    pub doc: String,
    /// Its kind of value, with its default.
    pub kind: Kind,
}

/// The kind of value that a key takes, with its default.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A whole number from 0.
    Integer(u64),
    /// A number from 0 to 100.
    Percent(f64),
    /// A number of bytes, or a text such as `4 MiB`.
    Bytes {
        /// The default.
        default: u64,
        /// The greatest, if there is one.
        most: Option<u64>,
    },
    /// `true` or `false`.
    Flag(bool),
    /// One of several words.
    Choice {
        /// The words.
        of: Vec<String>,
        /// The default.
        default: String,
    },
    /// A list of path patterns; empty by default.
    Patterns,
    /// A path of the repository, with its default, which may be empty.
    Path(String),
}

impl Kind {
    /// The kind of a field, by the schema of its type; none if `batuta.toml` does not support the type.
    fn of(schema: &Value, default: &Value) -> Option<Kind> {
        if let Some(of) = words(schema) {
            return Some(Kind::Choice { of, default: default.as_str()?.to_owned() });
        }
        match (schema["type"].as_str()?, schema["format"].as_str()) {
            ("integer", Some(BYTES)) => {
                Some(Kind::Bytes { default: default.as_u64()?, most: schema["maximum"].as_u64() })
            }
            ("integer", _) => default.as_u64().map(Kind::Integer),
            ("number", _) => default.as_f64().map(Kind::Percent),
            ("boolean", _) => default.as_bool().map(Kind::Flag),
            ("array", _) => Some(Kind::Patterns),
            ("string", _) => Some(Kind::Path(default.as_str()?.to_owned())),
            _ => None,
        }
    }

    /// Describes for a person what the key takes.
    pub fn wanted(&self) -> String {
        match self {
            Kind::Integer(_) => "a whole number from 0".to_owned(),
            Kind::Percent(_) => "a number from 0 to 100".to_owned(),
            Kind::Bytes { .. } => "a number of bytes or a size such as \"4 MiB\"".to_owned(),
            Kind::Flag(_) => "true or false".to_owned(),
            Kind::Choice { of, .. } => {
                let quoted: Vec<String> = of.iter().map(|word| format!("\"{word}\"")).collect();
                format!("one of {}", quoted.join(", "))
            }
            Kind::Patterns => "a list of path patterns such as [\"vendor/**\"]".to_owned(),
            Kind::Path(_) => "a path such as \"target/lcov.info\"".to_owned(),
        }
    }

    /// The default as TOML.
    pub fn default_toml(&self) -> String {
        match self {
            Kind::Integer(value) => value.to_string(),
            Kind::Percent(value) => value.to_string(),
            Kind::Bytes { default, .. } => match in_units(*default) {
                Some(size) => format!("\"{size}\""),
                None => default.to_string(),
            },
            Kind::Flag(value) => value.to_string(),
            Kind::Choice { default, .. } => format!("\"{default}\""),
            Kind::Patterns => "[]".to_owned(),
            Kind::Path(path) => format!("\"{path}\""),
        }
    }

    /// The JSON schema of what the key takes, with its default.
    pub(crate) fn schema(&self) -> Value {
        match self {
            Kind::Integer(default) => json!({ "type": "integer", "minimum": 0, "default": default }),
            Kind::Percent(default) => {
                json!({ "type": "number", "minimum": 0, "maximum": 100, "default": default })
            }
            Kind::Bytes { default, .. } => json!({
                "default": default,
                "oneOf": [
                    { "type": "integer", "minimum": 0 },
                    { "type": "string", "pattern": "^\\s*[0-9]+\\s*([bB]|[kKmMgG][iI]?[bB])?\\s*$" },
                ],
            }),
            Kind::Flag(default) => json!({ "type": "boolean", "default": default }),
            Kind::Choice { of, default } => json!({ "enum": of, "default": default }),
            Kind::Patterns => json!({ "type": "array", "items": { "type": "string" }, "default": [] }),
            Kind::Path(default) => json!({ "type": "string", "default": default }),
        }
    }
}

/// A size in the largest unit above the byte that gives a whole number; none if there is none.
pub(crate) fn in_units(bytes: u64) -> Option<String> {
    match (bytes % (1 << 20), bytes % (1 << 10)) {
        (0, _) if bytes > 0 => Some(format!("{} MiB", bytes >> 20)),
        (_, 0) if bytes > 0 => Some(format!("{} KiB", bytes >> 10)),
        _ => None,
    }
}

/// The words of an enum without fields, in the order of its variants.
fn words(schema: &Value) -> Option<Vec<String>> {
    let text = |word: &Value| word.as_str().map(str::to_owned);
    match (schema["enum"].as_array(), schema["oneOf"].as_array()) {
        (Some(words), _) => words.iter().map(text).collect(),
        (_, Some(variants)) => variants.iter().map(|variant| text(&variant["const"])).collect(),
        _ => None,
    }
}

/// The keys of a table; their defaults come from `defaults`.
///
/// # Panics
/// `batuta.toml` does not support the type of a field: the types are known when the program is built.
pub(crate) fn keys_of<T: Table>(defaults: &T) -> Vec<Key> {
    let (schema, defaults) = (schema_of::<T>(), json_of(defaults));
    let key = |name: &&'static str| {
        let (field, default) = (&schema["properties"][name], defaults.get(*name).unwrap_or(&Value::Null));
        let kind = Kind::of(field, default);
        Key { name, doc: description(field), kind: kind.expect("a field is of a type that batuta.toml has") }
    };
    field_names::<T>().iter().map(key).collect()
}

/// The documentation of a table's struct, on one line.
pub(crate) fn description_of<T: Table>() -> String {
    description(&schema_of::<T>())
}

fn description(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().replace('\n', " ")
}

fn schema_of<T: Table>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    T::json_schema(&mut settings.into_generator()).to_value()
}

/// A table as JSON, in the order of its fields.
pub(crate) fn json_of<T: Table>(table: &T) -> Map<String, Value> {
    match serde_json::to_value(table) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("a struct of plain values is an object"),
    }
}

/// A table with other values for some of its keys.
///
/// # Errors
/// A value does not fit the type of its field.
pub(crate) fn with_values<T: Table>(
    defaults: &T,
    values: Map<String, Value>,
) -> Result<T, serde_json::Error> {
    let mut fields = json_of(defaults);
    fields.extend(values);
    serde_json::from_value(Value::Object(fields))
}

/// The names of a struct's fields as serde knows them, in their order.
fn field_names<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // It fails as soon as it has the names.
    let _ = T::deserialize(FieldNames(&mut names));
    names
}

/// A deserializer that only collects the field names that serde's derived code passes to it.
struct FieldNames<'n>(&'n mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("the names of the fields are all that was asked for"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
