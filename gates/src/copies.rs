//! What a finding on duplicated code covers.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// What a finding on copies is on, wherever they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Copies {
    /// What all places have in common: 16 hexadecimal digits.
    pub content: String,
    /// Of some short pieces of it 8 hexadecimal digits each: a part of it is known by them.
    #[serde(serialize_with = "as_digits")]
    #[schemars(with = "String")]
    pub pieces: Vec<u32>,
    /// In how many places it is.
    pub places: u32,
}

impl Copies {
    /// Parses the copies in a baseline entry; none if they are malformed.
    pub(crate) fn parse(content: String, pieces: &str, places: u32) -> Option<Copies> {
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if content.len() != 16
            || !is_digits(&content)
            || !pieces.len().is_multiple_of(8)
            || !is_digits(pieces)
        {
            return None;
        }
        let piece = |start: usize| u32::from_str_radix(&pieces[start..start + 8], 16).ok();
        let pieces = (0..pieces.len()).step_by(8).map(piece).collect::<Option<_>>()?;
        Some(Copies { content, pieces, places })
    }
}

fn as_digits<S: Serializer>(pieces: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = String::with_capacity(8 * pieces.len());
    for piece in pieces {
        text.push_str(&format!("{piece:08x}"));
    }
    serializer.serialize_str(&text)
}
