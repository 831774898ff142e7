//! Credentials in the header `Authorization` (RFC 7235, RFC 6750, RFC 7617), and those that `curl` is told.

use super::{Found, dummy, encoded, randomness, shape};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) const KIND: &str = "authorization-header";
pub(super) const OF_COMMAND: &str = "password-of-command";
/// The schemes, in any case.
pub(super) const BEARER: &[&str] = &["bearer ", "ssws ", "authorization: token ", "bearer%20"];
pub(super) const BASIC: &[&str] = &["basic "];
/// The options by which `curl` and `wget` are told user and password.
pub(super) const USER: &[&str] = &[" -u ", " --user ", " -u", " --user=", " --proxy-user "];

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

/// The password of `curl -u user:password`.
pub(super) fn user(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let line = source[..anchor.start].iter().rev().take(240).take_while(|byte| **byte != b'\n').count();
    let before = &source[anchor.start - line..anchor.start];
    if before.find(b"curl").is_none() && before.find(b"http").is_none() {
        return None;
    }
    let quote = source.get(anchor.end).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let start = anchor.end + usize::from(quote.is_some());
    let ends = |byte: u8| {
        quote.map_or(!byte.is_ascii_graphic() || b"\"'`".contains(&byte), |quote| {
            byte == quote || byte == b'\n'
        })
    };
    let length = source[start..].iter().take(256).take_while(|byte| !ends(**byte)).count();
    let colon = source[start..start + length].iter().position(|byte| *byte == b':')?;
    let range = start + colon + 1..start + length;
    let (user, password) = (&source[start..start + colon], &source[range.clone()]);
    let real = password.len() >= 8
        && user != password
        && password.iter().all(u8::is_ascii_graphic)
        && !password.contains(&b'$')
        && !password.contains(&b'/')
        && !dummy::is_dummy(password)
        && randomness::bits(password) >= 8.0;
    real.then_some(Found { kind: OF_COMMAND, range })
}
