//! Findings on code that stands in several places: what they are on, and which of them are listed.

use crate::report::Finding;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::cmp::Reverse;

/// Findings on copies that are listed one by one; the rest is counted.
pub(crate) const MOST_LISTED: usize = 50;

/// What a finding on copies is on, wherever they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Copies {
    /// What all places have in common: 16 hexadecimal digits.
    pub content: String,
    /// Of some short pieces of it 8 hexadecimal digits each: a part of it is known by them.
    #[serde(serialize_with = "as_digits")]
    #[schemars(with = "String")]
    pub pieces: Vec<u32>,
    /// In how many places it stands.
    pub places: u32,
}

impl Copies {
    /// The copies that a file describes, if it does.
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

/// Which findings are listed, and which are not: those on lines that larger ones name already, and the smaller ones where
/// there are too many.
pub(crate) fn listed(findings: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
    let is_candidate = |finding: &Finding| finding.copies.is_some() && !finding.is_covered;
    let size = |finding: &Finding| Reverse(finding.value.unwrap_or_default() as u64);
    let mut by_size: Vec<usize> =
        (0..findings.len()).filter(|place| is_candidate(&findings[*place])).collect();
    by_size.sort_by_key(|place| (size(&findings[*place]), *place));
    let left = by_size.len().saturating_sub(MOST_LISTED);
    let mut is_listed: Vec<bool> = findings.iter().map(|finding| finding.copies.is_none()).collect();
    by_size.iter().take(MOST_LISTED).for_each(|place| is_listed[*place] = true);
    let last = by_size.get(MOST_LISTED - 1).copied().filter(|_| left > 0);
    let (mut shown, mut others) = (Vec::new(), Vec::new());
    for (place, (mut finding, is_listed)) in findings.into_iter().zip(is_listed).enumerate() {
        if last == Some(place) {
            let classes = if left == 1 { "clone class is" } else { "clone classes are" };
            finding.message.push_str(&format!("; {left} smaller {classes} not listed"));
        }
        if is_listed { shown.push(finding) } else { others.push(finding) }
    }
    (shown, others)
}
