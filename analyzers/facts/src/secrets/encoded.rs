//! Credentials in base64.

use super::{Found, dummy, randomness, shape};
use bstr::ByteSlice;
use std::ops::Range;

/// `-----BEGIN ` in base64, without the last digits, which depend on what follows.
pub(super) const BLOCK_ANCHOR: &str = "LS0tLS1CRUdJTi";

/// The bytes of a text in base64, of either alphabet, padded or not.
pub(super) fn bytes_of_base64(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.trim_end_with(|c| c == '=');
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in digits {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(((bits >> held) & 0xff) as u8);
        }
    }
    // Base64 never leaves a single extra digit or non-zero spare bits.
    (digits.len() % 4 != 1 && bits & ((1 << held) - 1) == 0).then_some(bytes)
}

/// The decoded text of a base64 value, if it is readable text of at least 6 characters (3 if it is padded).
pub(super) fn text_of_base64(text: &[u8]) -> Option<Vec<u8>> {
    let readable = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    let least = if text.ends_with(b"=") { 3 } else { 6 };
    bytes_of_base64(text).filter(|bytes| bytes.len() >= least && bytes.iter().all(readable))
}

/// A PEM private key encoded in base64 once more, as in the configuration of `kubectl`.
pub(super) fn find_block(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let digits = |rest: &[u8], most: usize| {
        rest.iter().take(most).take_while(|byte| shape::base64(**byte) || **byte == b'=').count()
    };
    let rest = &source[anchor.start..];
    // The header is 27 to 37 bytes long.
    let head = bytes_of_base64(&rest[..digits(rest, 52) / 4 * 4])?;
    head.find(b"PRIVATE KEY")?;
    let length = digits(rest, 32_768);
    let key = length >= 120;
    key.then_some(Found { kind: super::block::KIND, range: anchor.start..anchor.start + length })
}

/// True if the base64 text decodes to `user:password` with a password that looks real.
pub(super) fn is_basic_credential(text: &[u8]) -> bool {
    let Some(decoded) = text_of_base64(text) else { return false };
    let Some(colon) = decoded.iter().position(|byte| *byte == b':') else { return false };
    let (user, password) = (&decoded[..colon], &decoded[colon + 1..]);
    password.len() >= 6
        && user != password
        && password.iter().all(u8::is_ascii_graphic)
        && !dummy::is_dummy(password)
        && randomness::bits(password) >= 5.0
}
