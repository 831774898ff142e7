//! Reads a document piece by piece: only the open elements are kept, whatever its length.
//!
//! Well-formedness is checked as far as needed to tell damaged documents from complete ones: matching tags, attributes
//! that are quoted and unique, known references, one root. The letters of names are not checked.

use super::{MOST_ATTRIBUTES, Unreadable};
use std::borrow::Cow;

/// The deepest nesting of elements. Reports have a dozen levels.
const DEEPEST: usize = 10_000;

const INVALID: &str = "not valid XML";
const DEEP: &str = "elements nest deeper than in any document of its kind";
const CROWDED: &str = "an element with more attributes than any has";

/// A piece of a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// An element begins.
    Start(Tag<'a>),
    /// The innermost open element ends; also if its start tag is an empty-element tag.
    End,
    /// Text with its references resolved.
    Text(Cow<'a, str>),
}

/// The start of an element.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// Its name, without a prefix.
    pub name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    position: usize,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, with its references resolved. `None` also if one of them is unknown.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self.attributes.iter().find(|(own, _)| *own == name)?;
        let value = unescaped(value)?;
        Some(match value.contains(['\t', '\n', '\r']) {
            // Every kind of white space counts as a space there (XML 1.0, section 3.3.3).
            true => value.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ").into(),
            false => value,
        })
    }
}

/// The pieces of a document, in order.
pub(crate) struct Events<'a> {
    text: &'a str,
    at: usize,
    /// Names of the open elements, as they are written.
    open: Vec<&'a str>,
    /// The last element was an empty one: its end is the next event.
    ends: bool,
    had_root: bool,
}

impl<'a> Events<'a> {
    /// The events of a text.
    ///
    /// # Errors
    /// It declares entities: a few bytes could expand to any number of others.
    pub fn of(text: &'a str) -> Result<Self, Unreadable> {
        let events = Events { text, at: 0, open: Vec::new(), ends: false, had_root: false };
        match text.find("<!ENTITY") {
            Some(position) => Err(events.wrong_at(position, "an entity is declared")),
            None => Ok(events),
        }
    }

    /// The next piece; `None` at the end of the document.
    ///
    /// # Errors
    /// It is not XML from here on, or exceeds a limit.
    pub fn next(&mut self) -> Result<Option<Event<'a>>, Unreadable> {
        if std::mem::take(&mut self.ends) {
            return Ok(Some(Event::End));
        }
        loop {
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return if self.open.is_empty() && self.had_root { Ok(None) } else { Err(self.wrong()) };
            }
            if !rest.starts_with('<') {
                if let Some(text) = self.text_up_to_tag(rest)? {
                    return Ok(Some(Event::Text(text)));
                }
            } else if rest.starts_with("<?") {
                self.past("?>")?;
            } else if rest.starts_with("<!--") {
                self.at += "<!--".len();
                self.past("-->")?;
            } else if let Some(rest) = rest.strip_prefix("<![CDATA[") {
                let end = rest.find("]]>").filter(|_| !self.open.is_empty()).ok_or_else(|| self.wrong())?;
                self.at += "<![CDATA[]]>".len() + end;
                return Ok(Some(Event::Text(rest[..end].into())));
            } else if rest.starts_with("<!DOCTYPE") {
                self.past_doctype(rest)?;
            } else if let Some(rest) = rest.strip_prefix("</") {
                return self.end_tag(rest).map(Some);
            } else {
                return self.start_tag().map(Some);
            }
        }
    }

    /// The line of an element, from 1.
    pub fn line(&self, tag: &Tag<'_>) -> usize {
        line_at(self.text, tag.position)
    }

    fn wrong(&self) -> Unreadable {
        self.wrong_at(self.at, INVALID)
    }

    fn wrong_at(&self, position: usize, what: &'static str) -> Unreadable {
        Unreadable { line: line_at(self.text, position), what }
    }

    fn past(&mut self, end: &str) -> Result<(), Unreadable> {
        let found = self.text[self.at..].find(end).ok_or_else(|| self.wrong())?;
        self.at += found + end.len();
        Ok(())
    }

    /// Text up to the next tag; outside the root only white space is allowed, and it is skipped.
    fn text_up_to_tag(&mut self, rest: &'a str) -> Result<Option<Cow<'a, str>>, Unreadable> {
        let raw = &rest[..rest.find('<').unwrap_or(rest.len())];
        if self.open.is_empty() {
            if !raw.bytes().all(is_space) {
                return Err(self.wrong());
            }
            self.at += raw.len();
            return Ok(None);
        }
        let text = unescaped(raw).ok_or_else(|| self.wrong())?;
        self.at += raw.len();
        Ok(Some(text))
    }

    /// Skips a document type: up to `>` outside quotes, comments, instructions and brackets.
    fn past_doctype(&mut self, rest: &str) -> Result<(), Unreadable> {
        if self.had_root {
            return Err(self.wrong());
        }
        let end_of = |end: &str, from: usize| rest[from..].find(end).map(|length| length + end.len());
        let (mut position, mut brackets) = ("<!DOCTYPE".len(), 0_usize);
        while let Some(byte) = rest.as_bytes().get(position).copied() {
            let passed = match byte {
                b'"' | b'\'' => rest[position + 1..].find(char::from(byte)).map(|length| length + 2),
                b'<' if rest[position..].starts_with("<!--") => end_of("-->", position),
                b'<' if rest[position..].starts_with("<?") => end_of("?>", position),
                b'>' if brackets == 0 => {
                    self.at += position + 1;
                    return Ok(());
                }
                _ => Some(1),
            };
            match byte {
                b'[' => brackets += 1,
                b']' => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            position += passed.ok_or_else(|| self.wrong())?;
        }
        Err(self.wrong())
    }

    fn end_tag(&mut self, rest: &'a str) -> Result<Event<'a>, Unreadable> {
        let end = rest.find('>').ok_or_else(|| self.wrong())?;
        let name = rest[..end].trim_end_matches([' ', '\t', '\n', '\r']);
        if self.open.last() != Some(&name) {
            return Err(self.wrong());
        }
        self.open.pop();
        self.at += "</>".len() + end;
        Ok(Event::End)
    }

    fn start_tag(&mut self) -> Result<Event<'a>, Unreadable> {
        let position = self.at;
        let wrong = |events: &Self| events.wrong_at(position, INVALID);
        if self.open.is_empty() && self.had_root {
            return Err(wrong(self));
        }
        self.at += 1;
        let full = self.name().ok_or_else(|| wrong(self))?;
        let mut attributes: Vec<(&str, &str)> = Vec::new();
        let empty = loop {
            let spaces = self.spaces();
            let rest = &self.text[self.at..];
            if rest.starts_with('>') {
                self.at += 1;
                break false;
            }
            if rest.starts_with("/>") {
                self.at += 2;
                break true;
            }
            let attribute = Some(()).filter(|()| spaces > 0).and_then(|()| self.attribute());
            let (name, value) = attribute.ok_or_else(|| wrong(self))?;
            if attributes.iter().any(|(known, _)| *known == name) {
                return Err(wrong(self));
            }
            if attributes.len() >= MOST_ATTRIBUTES {
                return Err(self.wrong_at(position, CROWDED));
            }
            attributes.push((name, value));
        };
        self.had_root = true;
        self.ends = empty;
        if !empty {
            self.open.push(full);
        }
        if self.open.len() > DEEPEST {
            return Err(self.wrong_at(position, DEEP));
        }
        let name = full.rsplit(':').next().unwrap_or(full);
        Ok(Event::Start(Tag { name, attributes, position }))
    }

    /// A name and a value between quotes.
    fn attribute(&mut self) -> Option<(&'a str, &'a str)> {
        let name = self.name()?;
        self.spaces();
        self.at += self.text[self.at..].starts_with('=').then_some(1)?;
        self.spaces();
        let rest = &self.text[self.at..];
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let length = rest[1..].find(quote)?;
        let value = &rest[1..=length];
        self.at += length + 2;
        (!value.contains('<')).then_some((name, value))
    }

    fn name(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let ends = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '/' | '>' | '<' | '=' | '"' | '\'' | '&');
        let name = &rest[..rest.find(ends)?];
        self.at += name.len();
        let starts = name.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | ':'));
        starts.then_some(name)
    }

    /// Skips white space; returns how much it was.
    fn spaces(&mut self) -> usize {
        let rest = self.text.as_bytes()[self.at..].iter();
        let spaces = rest.take_while(|byte| is_space(**byte)).count();
        self.at += spaces;
        spaces
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn line_at(text: &str, position: usize) -> usize {
    1 + text[..position].matches('\n').count()
}

/// A text with its references resolved: characters by number, and the five names that XML knows. `None` for any other.
fn unescaped(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('&') {
        return Some(text.into());
    }
    let mut parts = text.split('&');
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (reference, rest) = part.split_once(';')?;
        result.push(match reference {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = reference.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(digits) => u32::from_str_radix(digits, 16),
                    None => number.parse(),
                };
                char::from_u32(code.ok()?).filter(|c| *c >= ' ' || matches!(c, '\t' | '\n' | '\r'))?
            }
        });
        result.push_str(rest);
    }
    Some(result.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use roxmltree::{Document, Node, ParsingOptions};

    /// Each element with its depth, its attributes and the texts in it.
    type Element = (usize, String, Vec<(String, String)>, String);

    fn by_events(text: &str) -> Result<Vec<Element>, Unreadable> {
        let mut events = Events::of(text)?;
        let (mut elements, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
        while let Some(event) = events.next()? {
            match event {
                Event::Start(tag) => {
                    let names = tag.attributes.iter().map(|(name, _)| *name);
                    let attributes = names
                        .map(|name| Some((name.to_owned(), tag.attribute(name)?.into_owned())))
                        .collect::<Option<Vec<_>>>();
                    let attributes = attributes.ok_or(Unreadable { line: 0, what: INVALID })?;
                    open.push(elements.len());
                    elements.push((open.len(), tag.name.to_owned(), attributes, String::new()));
                }
                Event::End => {
                    open.pop();
                }
                Event::Text(text) => elements[*open.last().expect("text stands in an element")].3 += &text,
            }
        }
        Ok(elements)
    }

    fn by_tree(text: &str) -> Option<Vec<Element>> {
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text, options).ok()?;
        let element = |node: Node<'_, '_>| {
            let depth = node.ancestors().filter(Node::is_element).count();
            let attributes = node.attributes().map(|one| (one.name().to_owned(), one.value().to_owned()));
            let texts = node.children().filter(Node::is_text).filter_map(|child| child.text());
            (depth, node.tag_name().name().to_owned(), attributes.collect(), texts.collect())
        };
        Some(document.descendants().filter(Node::is_element).map(element).collect())
    }

    #[test]
    fn a_document_is_read_as_a_tree_of_it_is() {
        for text in [
            "<a/>",
            "<?xml version='1.0'?>\n<!-- <b> -->\n<a b = 'c' d=\"e'&lt;&#65;&#x42;&amp;lt;\">x&gt;y<b/>z<![CDATA[<q>&amp;]]></a >\n<!-- end -->",
            "<!DOCTYPE coverage SYSTEM \"http://example.org/a>b.dtd\" [<!ELEMENT a (b)> <!-- ]> ' --> <?x ]?>]><a>\n<b c='\t1\n2'/></a>",
            "<p:a xmlns:p='u'><p:b p2='1'/></p:a>",
            "<a\n>\u{e9}<\u{e9}l \u{e9}='\u{e9}'/></a>",
        ] {
            assert_eq!(by_events(text).ok().map(without_namespaces), by_tree(text), "{text}");
        }
    }

    /// The tree does not list namespace declarations.
    fn without_namespaces(mut elements: Vec<Element>) -> Vec<Element> {
        elements
            .iter_mut()
            .for_each(|(_, _, attributes, _)| attributes.retain(|(name, _)| !name.starts_with("xmlns")));
        elements
    }

    #[test]
    fn what_is_no_document_is_refused_with_its_line() {
        for text in [
            "",
            "x",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "<a b/>",
            "<a b=c/>",
            "<a b='1' b='2'/>",
            "<a b='<'/>",
            "<a>&nope;</a>",
            "<a>&amp</a>",
            "<a>&#0;</a>",
            "<a><!-- </a>",
            "<a><![CDATA[ </a>",
            "<a b='1'c='2'/>",
            "< a/>",
            "<1/>",
            "<a/><!DOCTYPE a>",
            "<!DOCTYPE a [",
            "<a",
            "<a b='",
            "<![CDATA[x]]>",
            "<a></a",
            "<?x",
        ] {
            assert!(by_events(text).is_err() && by_tree(text).is_none(), "{text}");
        }
        let wrong = |text: &str| by_events(text).err().map(|why| (why.line, why.what));
        assert_eq!(wrong("<a>\n<b>\n</a>"), Some((3, INVALID)));
        assert_eq!(wrong("<a>\n<!ENTITY b 'c'></a>"), Some((2, "an entity is declared")));
        assert_eq!(wrong(&"<a>".repeat(DEEPEST + 1)), Some((1, DEEP)));
        let many: String = (0..=MOST_ATTRIBUTES).map(|number| format!(" a{number}='1'")).collect();
        assert_eq!(wrong(&format!("\n<a{many}/>")), Some((2, CROWDED)));
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_a_tree_of_it_is_or_refused(
            parts in prop::collection::vec(
                prop::sample::select(vec!["<a>", "</a>", "<b c='1'>", "</b>", "<a/>", "x", "&amp;", "&x;", " ", "<!--", "-->", "<![CDATA[", "]]", ">", "<?p ", "?>", "<", "'", "=", "\n"]),
                0..12,
            )
        ) {
            let text = format!("<r>{}</r>", parts.concat());
            if let Some(tree) = by_tree(&text) {
                prop_assert_eq!(by_events(&text).ok(), Some(tree), "{}", text);
            }
        }
    }
}
