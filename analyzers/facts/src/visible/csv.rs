//! Text in delimited files, which spreadsheets open.

use super::line;
use std::borrow::Cow;

/// The untrusted text of a cell as one line in which nothing is hidden and which no spreadsheet runs as a formula
/// (OWASP, "CSV injection"): what would begin one gets an apostrophe before it. Numbers and a sign alone are left as
/// they are.
pub fn harmless(text: &str) -> Cow<'_, str> {
    // Decided on the text before escapes: a tab or a carriage return may be before the formula too.
    let shown = line(text);
    let inner =
        text.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || super::is_hidden(c)).trim_end();
    let begins_formula = inner.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    match begins_formula && !is_number(inner) && !matches!(inner, "+" | "-") {
        true => Cow::Owned(format!("'{shown}")),
        false => shown,
    }
}

/// A harmless cell between quotation marks where it holds what separates cells (RFC 4180).
pub fn cell(text: &str, separator: char) -> Cow<'_, str> {
    let harmless = harmless(text);
    match harmless.contains([separator, '"', '\n', '\r']) {
        true => Cow::Owned(format!("\"{}\"", harmless.replace('"', "\"\""))),
        false => harmless,
    }
}

/// A decimal number, with a sign and an exponent or without.
fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
}
