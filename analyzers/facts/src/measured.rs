//! Figures that may be missing.

use serde::{Serialize, Serializer, ser::SerializeStruct};

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

impl<T: Serialize> Serialize for Measured<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Measured::Value(value) => value.serialize(serializer),
            Measured::Missing(why) => {
                let mut missing = serializer.serialize_struct("Missing", 2)?;
                missing.serialize_field("value", &None::<()>)?;
                missing.serialize_field("why", why)?;
                missing.end()
            }
        }
    }
}
