//! Tags and comments of HTML (HTML Standard, 13.2.5): the value of an attribute, and the text of `<textarea>` and
//! `<title>`, hold no comments.

use bstr::ByteSlice;

/// The longest tag, and the longest text inside of it, that is looked at.
const LONGEST_TAG: usize = 4096;
/// Elements whose content is text alone.
const TEXT_ELEMENTS: [&str; 2] = ["textarea", "title"];

/// The end of the comment that begins at `at`: after `-->` or `--!>`; `<!-->` and `<!--->` are whole comments.
pub(in crate::language) fn end_of_comment(bytes: &[u8], at: usize) -> usize {
    let text = (at + 4).min(bytes.len());
    for empty in [&b">"[..], b"->"] {
        if bytes[text..].starts_with(empty) {
            return text + empty.len();
        }
    }
    let mut from = text;
    while let Some(found) = bytes[from..].find(b"--") {
        let dashes = from + found;
        for closing in [&b"-->"[..], b"--!>"] {
            if bytes[dashes..].starts_with(closing) {
                return dashes + closing.len();
            }
        }
        from = dashes + 1;
    }
    bytes.len()
}

/// The end of the tag that begins at `at`, and for an element of text that of its text; none if no tag begins there.
pub(in crate::language) fn end_of_tag(bytes: &[u8], at: usize) -> Option<usize> {
    let end = end_of_head(bytes, at)?;
    let Some(name) = TEXT_ELEMENTS.into_iter().find(|name| is_called(&bytes[at + 1..end], name)) else {
        return Some(end);
    };
    let last = bytes.len().min(end + LONGEST_TAG);
    let mut from = end;
    while let Some(found) = bytes[from..last].find(b"</") {
        let closing = from + found;
        if is_called(&bytes[closing + 2..], name) {
            return Some(closing);
        }
        from = closing + 2;
    }
    Some(end)
}

/// True if `text` begins with that name of a tag.
fn is_called(text: &[u8], name: &str) -> bool {
    let word = text.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
    word && text.get(name.len()).is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/'))
}

/// The position after the `>` of the tag that begins at `at`. Quotes count behind `=` alone, and a `<` outside of them
/// shows that this is no tag.
fn end_of_head(bytes: &[u8], at: usize) -> Option<usize> {
    if !bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let (mut quote, mut before) = (None, b'<');
    for (index, byte) in bytes.iter().enumerate().skip(at + 1).take(LONGEST_TAG) {
        match (quote, *byte) {
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => continue,
            (None, b'>') => return Some(index + 1),
            (None, b'<') => return None,
            (None, sign @ (b'"' | b'\'')) if before == b'=' => quote = Some(sign),
            (None, _) => {}
        }
        if !byte.is_ascii_whitespace() {
            before = *byte;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_behind_a_sign_of_equality_hide_the_end_of_a_tag() {
        for (text, end) in [
            ("<p>a", Some(3)),
            ("<p a='>' b = \">\">", Some(17)),
            ("<p don't>'", Some(9)),
            ("<p a=\"b>", None),
            ("< p>", None),
            ("<b & <p>", None),
            ("<title>a</b></TITLE>", Some(12)),
            ("<title>a</titles>", Some(7)),
        ] {
            assert_eq!(end_of_tag(text.as_bytes(), 0), end, "{text}");
        }
    }

    #[test]
    fn comments_have_four_ends() {
        for (text, end) in
            [("<!-->a", 5), ("<!--->a", 6), ("<!-- a --!> -->", 11), ("<!-- - a --->b", 13), ("<!--", 4)]
        {
            assert_eq!(end_of_comment(text.as_bytes(), 0), end, "{text}");
        }
    }
}
