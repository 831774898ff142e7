//! Credentials in the header `Authorization` (RFC 7235, RFC 6750, RFC 7617).

use super::{Found, dummy, encoded, randomness, shape};
use std::ops::Range;

pub(super) const KIND: &str = "authorization-header";
/// The schemes, in any case.
pub(super) const BEARER: &[&str] = &["bearer ", "ssws ", "authorization: token ", "bearer%20"];
pub(super) const BASIC: &[&str] = &["basic "];

fn token(source: &[u8], start: usize) -> Range<usize> {
    let fits = |byte: &&u8| shape::base64(**byte) || matches!(**byte, b'-' | b'.' | b'_' | b'~' | b'=');
    start..start + source[start..].iter().take(4_096).take_while(fits).count()
}

/// The token behind `Bearer`.
pub(super) fn bearer(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let range = token(source, anchor.end);
    let text = &source[range.clone()];
    let random = text.len() >= 12 && !dummy::is_dummy(text) && randomness::bits(text) >= 12.0;
    random.then_some(Found { kind: KIND, range })
}

/// User and password behind `Basic`.
pub(super) fn basic(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let range = token(source, anchor.end);
    encoded::is_basic_credential(&source[range.clone()]).then_some(Found { kind: KIND, range })
}
