//! A small HTML reader for the tests: elements with their attributes. It is strict and panics on anything it does not
//! understand.

/// An opening tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes, unescaped.
    pub attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// 1 for `h1` and so on.
    pub fn heading_level(&self) -> Option<u32> {
        self.name.strip_prefix('h').filter(|rest| rest.len() == 1)?.parse().ok()
    }
}

/// Every opening tag of a page, in order. Each `<` must begin a tag, since text has none.
pub fn elements(html: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(declaration) = rest.strip_prefix("!DOCTYPE html>") {
            rest = declaration;
        } else if let Some(closing) = rest.strip_prefix('/') {
            let end = closing.find('>').expect("a closing tag ends");
            assert!(
                closing[..end].bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "</{}>",
                &closing[..end]
            );
            rest = &closing[end + 1..];
        } else {
            let (element, after) = opening(rest);
            elements.push(element);
            rest = after;
        }
    }
    elements
}

fn opening(text: &str) -> (Element, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).expect("a tag ends");
    assert!(end > 0, "a stray < before {:?}", &text[..text.len().min(40)]);
    let mut element = Element { name: text[..end].to_owned(), attributes: Vec::new() };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (element, after);
        }
        let end = rest.find(['=', ' ', '>']).expect("an attribute ends");
        let name = rest[..end].to_owned();
        assert!(
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:".contains(&byte)),
            "attribute {name:?}"
        );
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').expect("a value ends");
            value = unescaped(&quoted[..end]);
            rest = &quoted[end + 1..];
        }
        element.attributes.push((name, value));
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
