//! Types of settings that Rust itself lacks.

use super::PathPatterns;
use crate::level::Level;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// A share in percent, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Percent(pub f64);

/// A number of bytes; in `batuta.toml` also a text such as `4 MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = BYTES))]
pub struct Bytes(pub u64);

/// The schema format of a whole number of bytes.
pub(crate) const BYTES: &str = "bytes";

/// A path as `batuta.toml` names it, from the root of the repository.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct NamedPath(pub String);

impl NamedPath {
    /// The path; none if it is empty.
    pub fn get(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|path| !path.is_empty())
    }
}

/// The level of findings, or that they are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LevelOrOff {
    /// [`Level::Error`]
    Error,
    /// [`Level::Warning`]
    Warning,
    /// No findings.
    Off,
}

impl LevelOrOff {
    /// The level; none if it is off.
    pub fn level(self) -> Option<Level> {
        match self {
            LevelOrOff::Error => Some(Level::Error),
            LevelOrOff::Warning => Some(Level::Warning),
            LevelOrOff::Off => None,
        }
    }
}

impl From<Option<Level>> for LevelOrOff {
    fn from(level: Option<Level>) -> LevelOrOff {
        match level {
            Some(Level::Error) => LevelOrOff::Error,
            Some(Level::Warning) => LevelOrOff::Warning,
            None => LevelOrOff::Off,
        }
    }
}

impl Serialize for PathPatterns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PathPatterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::deserialize(deserializer)?;
        PathPatterns::new(texts).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for PathPatterns {
    fn schema_name() -> Cow<'static, str> {
        "PathPatterns".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": { "type": "string" } })
    }
}
