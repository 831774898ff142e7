//! Figures that may be missing.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A figure that was measured, or the reason why it is missing. In JSON: the bare value, or
/// `{"value": null, "why": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measured<T> {
    /// The figure.
    Value(T),
    /// Not measured, and why.
    Missing(Missing),
}

/// Why a figure is missing: the category of the reason, and the reason in words for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It is being measured, or its turn has not come yet.
    Pending(String),
    /// It was not asked for.
    NotAsked(String),
    /// There is no basis for it: no function, no report, a history that was cut off.
    Unsupported(String),
    /// The measurement was tried and failed.
    Failed(String),
}

impl Missing {
    /// The reason.
    pub fn why(&self) -> &str {
        match self {
            Missing::Pending(why)
            | Missing::NotAsked(why)
            | Missing::Unsupported(why)
            | Missing::Failed(why) => why,
        }
    }

    /// A reason of the same category in other words.
    pub fn reworded(&self, words: impl FnOnce(&str) -> String) -> Missing {
        let kind = match self {
            Missing::Pending(_) => Missing::Pending,
            Missing::NotAsked(_) => Missing::NotAsked,
            Missing::Unsupported(_) => Missing::Unsupported,
            Missing::Failed(_) => Missing::Failed,
        };
        kind(words(self.why()))
    }
}

impl AsRef<str> for Missing {
    fn as_ref(&self) -> &str {
        self.why()
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

impl<T> Measured<T> {
    /// A figure that is being measured, or whose turn has not come yet.
    pub fn pending(why: impl Into<String>) -> Self {
        Measured::Missing(Missing::Pending(why.into()))
    }

    /// A figure that was not asked for.
    pub fn not_asked(why: impl Into<String>) -> Self {
        Measured::Missing(Missing::NotAsked(why.into()))
    }

    /// A figure without a basis for measuring.
    pub fn unsupported(why: impl Into<String>) -> Self {
        Measured::Missing(Missing::Unsupported(why.into()))
    }

    /// A figure whose measurement failed.
    pub fn failed(why: impl fmt::Display) -> Self {
        Measured::Missing(Missing::Failed(why.to_string()))
    }

    /// The figure, if it was measured.
    pub fn value(&self) -> Option<&T> {
        match self {
            Measured::Value(value) => Some(value),
            Measured::Missing(_) => None,
        }
    }

    /// The same for a figure that was derived from this one.
    pub fn map<U>(self, derive: impl FnOnce(T) -> U) -> Measured<U> {
        match self {
            Measured::Value(value) => Measured::Value(derive(value)),
            Measured::Missing(why) => Measured::Missing(why),
        }
    }
}

/// A figure that was not measured.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Missing")]
struct Written<'a> {
    value: Option<()>,
    /// Why not.
    why: &'a str,
}

impl<T: Serialize> Serialize for Measured<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Measured::Value(value) => value.serialize(serializer),
            Measured::Missing(why) => Written { value: None, why: why.why() }.serialize(serializer),
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
        let missing = generator.subschema_for::<Written<'_>>();
        json_schema!({ "anyOf": [generator.subschema_for::<T>(), missing] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Programs that read the report are not told the category of the reason.
    #[test]
    fn a_missing_figure_is_written_with_its_reason_whatever_its_kind() {
        let all: [Measured<u8>; 4] = [
            Measured::pending("w"),
            Measured::not_asked("w"),
            Measured::unsupported("w"),
            Measured::failed(format_args!("{}", 'w')),
        ];
        for missing in &all {
            let json = serde_json::to_string(missing).expect("it can be written");
            assert_eq!(json, r#"{"value":null,"why":"w"}"#);
        }
        let differ = |a: &Measured<u8>| all.iter().filter(|b| a == *b).count() == 1;
        assert!(all.iter().all(differ));
    }

    #[test]
    fn other_words_leave_the_kind() {
        let kinds: [fn(String) -> Missing; 4] =
            [Missing::Pending, Missing::NotAsked, Missing::Unsupported, Missing::Failed];
        for kind in kinds {
            let reworded = kind("a path".to_owned()).reworded(|why| why.replace("path", "place"));
            assert_eq!(reworded, kind("a place".to_owned()));
        }
    }
}
