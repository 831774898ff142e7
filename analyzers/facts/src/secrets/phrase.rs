//! Passwords behind a phrase: `IDENTIFIED BY '…'` in SQL, `ConvertTo-SecureString "…" -AsPlainText` in PowerShell.

use super::assignment::{GENERIC, Written};
use super::names::Telling;
use super::{Found, Text, value};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) const IDENTIFIED: &str = "identified by ";
pub(super) const SECURE_STRING: &str = "convertto-securestring ";

/// How far the rest of a statement is read.
const STATEMENT: usize = 240;

/// The password of `CREATE USER … IDENTIFIED BY '…'`.
pub(super) fn identified(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let before = source[anchor.start.saturating_sub(STATEMENT)..anchor.start].to_ascii_lowercase();
    let of_account = [&b"create "[..], b"alter ", b"grant "].iter().any(|verb| before.find(verb).is_some());
    if of_account { quoted(source, anchor.end, Text::Code) } else { None }
}

/// The text of a secure string that is not encrypted.
pub(super) fn secure_string(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let rest = &source[anchor.end..];
    let length = rest.iter().take(STATEMENT).take_while(|byte| **byte != b'\n').count();
    let line = &rest[..length];
    line.to_ascii_lowercase().find(b"-asplaintext")?;
    let at = line.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    // Only options may be before it.
    let options = line[..at].iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b' '));
    if options { quoted(source, anchor.end + at, Text::Settings) } else { None }
}

/// The password in the quotes at `at`.
fn quoted(source: &[u8], at: usize, text: Text) -> Option<Found> {
    let quote = source.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let rest = &source[at + 1..];
    let length = rest.iter().take(STATEMENT).position(|byte| *byte == quote || *byte == b'\n')?;
    let bytes = &rest[..length];
    let real = rest[length] == quote
        && length > 0
        && value::is_credential(bytes, Telling::Password, Written::Quoted, text);
    real.then_some(Found { kind: GENERIC, range: at + 1..at + 1 + length })
}
