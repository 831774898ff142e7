//! Numbers and strings of Python.

use super::super::rule::{Edit, Edits, Site, Words};

/// The number changed by `step`; `None` if the result is the same as the original.
pub(super) fn number(site: &Site<'_, '_>, step: i8) -> Option<Edit> {
    let text = site.own_text().replace('_', "").to_ascii_lowercase();
    let changed = match text.strip_suffix('j') {
        Some(imaginary) => format!("{}j", stepped(imaginary, step)?),
        None => stepped(&text, step)?,
    };
    Some(Edit { range: site.node.byte_range(), text: changed, words: Words::Plain })
}

fn stepped(text: &str, step: i8) -> Option<String> {
    let radix = match text.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 10,
    };
    let digits = if radix == 10 { text } else { &text[2..] };
    if let Ok(number) = i128::from_str_radix(digits, radix) {
        return Some(number.checked_add(i128::from(step))?.to_string());
    }
    if radix != 10 || !text.contains(['.', 'e']) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    let changed = number + f64::from(step);
    (changed.is_finite() && changed != number).then(|| format!("{changed:?}"))
}

/// Prefix, quotation mark, text and quotation mark of a plain string; `None` for formatted and triple-quoted strings,
/// which are more often documentation or templates than values.
fn plain_string<'a>(site: &Site<'a, '_>) -> Option<(&'a str, &'a str, &'a str)> {
    let text = site.own_text();
    let quote = text.find(['"', '\''])?;
    let (prefix, rest) = text.split_at(quote);
    let mark = &rest[..1];
    if rest.starts_with("\"\"\"") || rest.starts_with("'''") || prefix.contains(['f', 'F', 't', 'T']) {
        return None;
    }
    let inner = rest.get(1..rest.len().checked_sub(1)?)?;
    Some((prefix, mark, inner))
}

/// `"text"` → `"XXtextXX"`.
pub(super) fn marked_string(site: &Site<'_, '_>, edits: &mut Edits) {
    if let Some((prefix, mark, inner)) = plain_string(site) {
        edits.replace(site.node, format!("{prefix}{mark}XX{inner}XX{mark}"));
    }
}

/// `"Text"` → `"text"` and `"TEXT"`; escape sequences keep their case, since the other case would be another character
/// or invalid.
pub(super) fn recased_string(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some((prefix, mark, inner)) = plain_string(site) else { return };
    let raw = prefix.contains(['r', 'R']);
    for recase in [str::to_lowercase as fn(&str) -> String, str::to_uppercase] {
        let changed = recased(inner, raw, recase);
        if changed != inner {
            edits.replace(site.node, format!("{prefix}{mark}{changed}{mark}"));
        }
    }
}

fn recased(text: &str, raw: bool, recase: fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let plain = rest.find('\\').unwrap_or(rest.len());
        out.push_str(&recase(&rest[..plain]));
        rest = &rest[plain..];
        let escape = escape_length(rest, raw);
        out.push_str(&rest[..escape]);
        rest = &rest[escape..];
    }
    out
}

/// Length in bytes of the escape sequence at the start of `text`; 0 at the end.
fn escape_length(text: &str, raw: bool) -> usize {
    let mut chars = text.chars();
    let (Some(backslash), Some(kind)) = (chars.next(), chars.next()) else { return text.len() };
    // In raw strings too: regular expressions are written in them, and `\D` is the opposite of `\d`.
    let short = backslash.len_utf8() + kind.len_utf8();
    let long = match kind {
        'x' if !raw => 4,
        'u' if !raw => 6,
        'U' if !raw => 10,
        'N' if !raw => text.find('}').map_or(short, |end| end + 1),
        _ => short,
    };
    if text.is_char_boundary(long) && long <= text.len() { long } else { short }
}

#[cfg(test)]
mod tests {
    use super::recased;

    #[test]
    fn escape_sequences_keep_their_case() {
        let upper = |text: &str, raw| recased(text, raw, str::to_uppercase);
        assert_eq!(upper(r"a\nb\x4fc\u00e9d\N{dash}e", false), r"A\nB\x4fC\u00e9D\N{dash}E");
        assert_eq!(upper(r"([a-z\d])\x4f", true), r"([A-Z\d])\x4F");
        assert_eq!(upper("ends in \\", true), "ENDS IN \\");
    }
}
