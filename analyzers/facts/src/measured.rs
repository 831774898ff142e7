//! Figures that may be missing.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// A figure that was measured, or the reason why it is missing. In JSON: the bare value, or
/// `{"value": null, "why": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measured<T> {
    /// The figure.
    Value(T),
    /// Not measured, and why.
    Missing(String),
}

impl<T> Measured<T> {
    /// A missing figure with its reason.
    pub fn missing(why: impl Into<String>) -> Self {
        Measured::Missing(why.into())
    }

    /// The figure, if it was measured.
    pub fn value(&self) -> Option<&T> {
        match self {
            Measured::Value(value) => Some(value),
            Measured::Missing(_) => None,
        }
    }

    /// The same for a figure derived from this one.
    pub fn map<U>(self, derive: impl FnOnce(T) -> U) -> Measured<U> {
        match self {
            Measured::Value(value) => Measured::Value(derive(value)),
            Measured::Missing(why) => Measured::Missing(why),
        }
    }
}

/// A figure that was not measured.
#[derive(Serialize, JsonSchema)]
struct Missing<'a> {
    value: Option<()>,
    /// Why not.
    why: &'a str,
}

impl<T: Serialize> Serialize for Measured<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Measured::Value(value) => value.serialize(serializer),
            Measured::Missing(why) => Missing { value: None, why }.serialize(serializer),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Measured<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Measured_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("{}::Measured<{}>", module_path!(), T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let missing = generator.subschema_for::<Missing<'_>>();
        json_schema!({ "anyOf": [generator.subschema_for::<T>(), missing] })
    }
}
