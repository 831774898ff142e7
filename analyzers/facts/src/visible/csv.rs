//! Text in delimited files, which spreadsheets open.

use super::line;
use std::borrow::Cow;

/// The untrusted text of a cell as one line without hidden characters, which no spreadsheet runs as a formula (OWASP,
/// "CSV injection"): an apostrophe is put before text that would begin one. Numbers and a lone sign stay unchanged.
pub fn harmless(text: &str) -> Cow<'_, str> {
    // Decided on the text before escaping: a tab or a carriage return may precede the formula.
    let shown = line(text);
    let inner =
        text.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || super::is_hidden(c)).trim_end();
    let begins_formula = inner.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    match begins_formula && !is_number(inner) && !matches!(inner, "+" | "-") {
        true => Cow::Owned(format!("'{shown}")),
        false => shown,
    }
}

/// A harmless cell, quoted if it contains characters that separate cells (RFC 4180).
pub fn cell(text: &str, separator: char) -> Cow<'_, str> {
    let harmless = harmless(text);
    match harmless.contains([separator, '"', '\n', '\r']) {
        true => Cow::Owned(format!("\"{}\"", harmless.replace('"', "\"\""))),
        false => harmless,
    }
}

/// A decimal number, with or without a sign and an exponent.
fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
}
