//! Private keys in PEM and PGP armour (RFC 7468, RFC 4880).

use super::{Found, shape};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) const KIND: &str = "private-key";
pub(super) const ANCHOR: &str = "-----BEGIN ";
/// Start of the private part of a PuTTY key.
pub(super) const PUTTY: &str = "Private-Lines: ";

/// A key has at least this many base64 characters; a parser's error message quotes only the header.
const LEAST_BODY: usize = 48;
/// The longest key block looked at: a 16,384-bit RSA key takes 12,700 characters.
const LONGEST: usize = 32_768;

/// The block whose header is at `anchor`, up to its footer, or to the end of its text if the footer is missing.
pub(super) fn find(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let label = &source[anchor.end..source.len().min(anchor.end + 64)];
    let label = &label[..label.find(b"-----")?];
    if !label.ends_with(b"PRIVATE KEY") && label != b"PGP PRIVATE KEY BLOCK" {
        return None;
    }
    let start = anchor.end + label.len() + 5;
    let rest = &source[start..source.len().min(start + LONGEST)];
    let dashes = rest.find(b"-----");
    let body = &rest[..dashes.unwrap_or(rest.len())];
    let text = text_length(body);
    let trimmed = body[..text].trim_end().len();
    if key_characters(&body[..text]) < LEAST_BODY {
        return None;
    }
    let end = match dashes {
        Some(at) if text == at && rest[at..].starts_with(b"-----END ") => {
            let footer = &rest[at + 9..rest.len().min(at + 9 + 64)];
            at + 9 + footer.find(b"-----").map_or(0, |dashes| dashes + 5)
        }
        _ => trimmed,
    };
    Some(Found { kind: KIND, range: anchor.start..start + end })
}

/// The length of the block's text: base64, the headers of older formats, and the quotes and escapes of a source
/// literal.
fn text_length(body: &[u8]) -> usize {
    let fits = |byte: &u8| {
        shape::base64(*byte)
            || matches!(byte, b'=' | b'\\' | b'"' | b'\'' | b',' | b'.' | b':' | b'-' | b'(' | b')')
            || byte.is_ascii_whitespace()
    };
    body.iter().take_while(|byte| fits(byte)).count()
}

/// Number of characters in base64 runs that are long enough to be part of a key.
fn key_characters(body: &[u8]) -> usize {
    body.split(|byte| !shape::base64(*byte)).map(<[u8]>::len).filter(|length| *length >= 16).sum()
}

/// The private lines of a PuTTY key.
pub(super) fn find_putty(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let start = source[anchor.end..].iter().take(8).position(|byte| *byte == b'\n')? + anchor.end + 1;
    let fits = |byte: &&u8| shape::base64(**byte) || matches!(**byte, b'=' | b'\r' | b'\n');
    let length = source[start..].iter().take(LONGEST).take_while(fits).count();
    let body = &source[start..start + length];
    let end = start + body.trim_end().len();
    (key_characters(body) >= LEAST_BODY).then_some(Found { kind: KIND, range: start..end })
}
