//! Untrusted XML documents, within limits.

pub(crate) mod events;

use roxmltree::{Document, Error, ParsingOptions};

/// The most attributes of one element. The parser compares each with all others.
const MOST_ATTRIBUTES: usize = 200;
/// The most namespace declarations. The parser copies those of the outer elements to each element that declares one.
const MOST_NAMESPACES: usize = 1_000;

/// Why a document was not read. It quotes nothing of the document: the reader of the error may not be allowed to see
/// that file.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// The document of a text, with at most this many elements, texts and comments. Nothing that a DOCTYPE names is
/// fetched.
///
/// # Errors
/// It is not XML, declares entities, or exceeds a limit.
pub(crate) fn parse(text: &str, most_nodes: u32) -> Result<Document<'_>, Unreadable> {
    let at = |position: usize, what| Unreadable { line: 1 + text[..position].matches('\n').count(), what };
    // A few bytes of entity declarations can expand to any number of bytes.
    if let Some(position) = text.find("<!ENTITY") {
        return Err(at(position, "an entity is declared"));
    }
    if text.matches("xmlns").nth(MOST_NAMESPACES).is_some() {
        return Err(Unreadable { line: 1, what: "more name spaces than any document has" });
    }
    if let Some(position) = too_many_attributes(text) {
        return Err(at(position, "an element with more attributes than any has"));
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: most_nodes, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let what = match error {
            Error::NodesLimitReached => "more elements than any document of its kind has",
            _ => "not valid XML",
        };
        Unreadable { line: error.pos().row as usize, what }
    })
}

/// The position of an element with too many attributes: values between quotes after `=`, up to the next `<`.
fn too_many_attributes(text: &str) -> Option<usize> {
    let (mut start, mut count) = (0, 0);
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((position, byte)) = bytes.next() {
        match byte {
            b'<' => (start, count) = (position, 0),
            b'=' => {
                while bytes.next_if(|(_, byte)| byte.is_ascii_whitespace()).is_some() {}
                count += usize::from(matches!(bytes.peek(), Some((_, b'"' | b'\''))));
            }
            _ => {}
        }
        if count > MOST_ATTRIBUTES {
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(text: &str) -> Option<&'static str> {
        parse(text, 1_000).err().map(|why| why.what)
    }

    #[test]
    fn what_would_take_the_parser_the_square_of_its_length_is_refused_at_its_line() {
        let attributes = |count: usize| (0..count).map(|i| format!(" a{i} =\n'1'")).collect::<String>();
        assert_eq!(what(&format!("<a{}/>", attributes(MOST_ATTRIBUTES))), None);
        let many = format!("<a>\n<b{}/></a>", attributes(MOST_ATTRIBUTES + 1));
        let refused = parse(&many, 1_000).expect_err("it has too many");
        assert_eq!((refused.line, refused.what), (2, "an element with more attributes than any has"));
        let nested: String = (0..=MOST_NAMESPACES).map(|i| format!("<a xmlns:n{i}='u{i}'>")).collect();
        assert_eq!(what(&nested), Some("more name spaces than any document has"));
    }

    #[test]
    fn rules_in_comments_and_texts_are_no_attributes() {
        let rule = "=".repeat(5_000);
        assert_eq!(what(&format!("<a><!-- {rule} -->{rule}</a>")), None);
    }

    #[test]
    fn entities_and_too_many_elements_are_refused() {
        assert_eq!(what("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), Some("an entity is declared"));
        let many = format!("<a>{}</a>", "<b/>".repeat(2_000));
        assert_eq!(what(&many), Some("more elements than any document of its kind has"));
        assert_eq!(what("<a>"), Some("not valid XML"));
    }
}
