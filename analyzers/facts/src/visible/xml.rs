//! Text in XML 1.0, which cannot hold most control characters even as references (section 2.2): they are escaped as on
//! a terminal, and so are the other hidden characters.

use super::line;

/// `text` for the content of an element; line ends and tabs stay. A carriage return becomes a reference: a parser would
/// read it as a line feed.
pub fn content(text: &str) -> String {
    escaped(text, |c| match c {
        '\n' => Some("\n"),
        '\t' => Some("\t"),
        '\r' => Some("&#13;"),
        _ => None,
    })
}

/// `text` for the value of an attribute between double quotation marks, where a parser would read line ends and tabs as spaces.
pub fn attribute(text: &str) -> String {
    escaped(text, |c| match c {
        '\n' => Some("&#10;"),
        '\t' => Some("&#9;"),
        '\r' => Some("&#13;"),
        _ => None,
    })
}

fn escaped(text: &str, space: fn(char) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let escape = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            c => match space(c) {
                Some(escape) => escape,
                None => continue,
            },
        };
        out.push_str(&line(&text[start..at]));
        out.push_str(escape);
        start = at + c.len_utf8();
    }
    out.push_str(&line(&text[start..]));
    out
}
