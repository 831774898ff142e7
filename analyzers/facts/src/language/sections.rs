//! Documents that hold other languages: `<script>` and `<style>` of HTML, Vue, Svelte and Astro, and the part of an Astro
//! file between its two lines of dashes.

use super::Language;
use super::lexical::{self, LexicalRules, markup};
use bstr::ByteSlice;
use std::ops::Range;

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its bytes, without the tags around it.
    pub range: Range<usize>,
    /// What it contains.
    pub content: Content,
}

/// The content of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The document's own text, with the tags of the other sections.
    Markup,
    /// A program in that language.
    Script(Language),
    /// A style sheet of CSS.
    Style,
    /// A style sheet of SCSS, Less or the like.
    StyleWithLineComments,
    /// Data or templates: text without comments.
    Data,
}

impl Content {
    /// The rules for its lines and comments; a script has a grammar for that.
    pub fn rules(self) -> &'static LexicalRules {
        match self {
            Content::Markup => &lexical::DOCUMENT,
            Content::Style => &lexical::STYLE_SHEET,
            Content::Script(_) => &lexical::C_LIKE,
            Content::StyleWithLineComments => &lexical::STYLE_SHEET_WITH_LINE_COMMENTS,
            Content::Data => &lexical::PLAIN,
        }
    }
}

/// The sections of a document in order, without gaps.
pub fn sections(language: Language, bytes: &[u8]) -> Vec<Section> {
    let mut found = Vec::new();
    let mut markup = 0;
    let mut at = 0;
    let mut add = |start: usize, end: usize, content| {
        if start < end {
            found.push(Section { range: start..end, content });
        }
    };
    if language == Language::Astro
        && let Some(front) = front_matter(bytes)
    {
        add(0, front.start, Content::Markup);
        add(front.start, front.end, Content::Script(Language::TypeScript));
        (markup, at) = (front.end, front.end);
    }
    while let Some(open) = bytes[at..].find_byte(b'<').map(|found| at + found) {
        let rest = &bytes[open..];
        if rest.starts_with(b"<!--") {
            at = markup::end_of_comment(bytes, open);
            continue;
        }
        let Some(name) = ["script", "style"].into_iter().find(|name| opens(rest, name)) else {
            at = markup::end_of_tag(bytes, open).unwrap_or(open + 1);
            continue;
        };
        let head = end_of_tag(bytes, open);
        let tag = &bytes[open..head];
        let end = if tag.ends_with(b"/>") { head } else { closing_tag(bytes, head, name) };
        add(markup, head, Content::Markup);
        add(head, end, content(language, name, tag));
        (markup, at) = (end, end);
    }
    add(markup, bytes.len(), Content::Markup);
    found
}

/// The language in which all scripts of a document are parsed: TypeScript can parse JavaScript, too.
pub fn script_language(sections: &[Section]) -> Option<Language> {
    let scripts = sections.iter().filter_map(|section| match section.content {
        Content::Script(language) => Some(language),
        _ => None,
    });
    scripts.max_by_key(|language| match language {
        Language::Tsx => 2,
        Language::TypeScript => 1,
        _ => 0,
    })
}

/// The text between the two lines of three dashes at the beginning of an Astro file.
fn front_matter(bytes: &[u8]) -> Option<Range<usize>> {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace())?;
    let inside = start + bytes[start..].strip_prefix(b"---").map(|_| 3)?;
    let end = bytes[inside..].find(b"\n---")?;
    Some(inside..inside + end + 1)
}

/// True if `text` begins with the tag.
fn opens(text: &[u8], name: &str) -> bool {
    let Some(word) = text.get(1..=name.len()) else { return false };
    let ends = text.get(1 + name.len()).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
    ends && word.eq_ignore_ascii_case(name.as_bytes())
}

/// The position after the `>` of the tag that begins at `at`; a `>` in quotes does not count.
fn end_of_tag(bytes: &[u8], at: usize) -> usize {
    let mut quote = None;
    for (index, byte) in bytes[at..].iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + index + 1,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    bytes.len()
}

/// The position of the next `</name` from `at` on.
fn closing_tag(bytes: &[u8], at: usize, name: &str) -> usize {
    let mut from = at;
    while let Some(found) = bytes[from..].find(b"</") {
        let start = from + found;
        if bytes
            .get(start + 2..start + 2 + name.len())
            .is_some_and(|w| w.eq_ignore_ascii_case(name.as_bytes()))
        {
            return start;
        }
        from = start + 2;
    }
    bytes.len()
}

fn content(document: Language, name: &str, tag: &[u8]) -> Content {
    let lang = attribute(tag, "lang").map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    let kind = attribute(tag, "type").map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    if name == "style" {
        return match lang.as_slice() {
            b"" | b"css" | b"postcss" if !kind.contains_str("less") && !kind.contains_str("scss") => {
                Content::Style
            }
            _ => Content::StyleWithLineComments,
        };
    }
    match lang.as_slice() {
        b"ts" | b"typescript" => return Content::Script(Language::TypeScript),
        b"tsx" => return Content::Script(Language::Tsx),
        b"" | b"js" | b"javascript" | b"jsx" => {}
        _ => return Content::Data,
    }
    match kind.as_slice() {
        b"" | b"module" if document == Language::Astro => Content::Script(Language::TypeScript),
        b"text/typescript" | b"application/typescript" | b"ts" => Content::Script(Language::TypeScript),
        b"" | b"module" | b"text/babel" | b"text/jsx" => Content::Script(Language::JavaScript),
        other if other.ends_with(b"javascript") || other.ends_with(b"ecmascript") => {
            Content::Script(Language::JavaScript)
        }
        _ => Content::Data,
    }
}

/// The value of an attribute of a tag.
fn attribute<'t>(tag: &'t [u8], name: &str) -> Option<&'t [u8]> {
    let mut from = 0;
    while let Some(found) = tag[from..].find(name) {
        let start = from + found;
        let rest = tag[start + name.len()..].trim_ascii_start();
        if start > 0 && tag[start - 1].is_ascii_whitespace() && rest.starts_with(b"=") {
            let value = rest[1..].trim_ascii_start();
            return match value.first() {
                Some(quote @ (b'"' | b'\'')) => value[1..].split(|b| b == quote).next(),
                _ => value.split(|b| b.is_ascii_whitespace() || *b == b'>').next(),
            };
        }
        from = start + name.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(language: Language, text: &str) -> Vec<(String, Content)> {
        let sections = sections(language, text.as_bytes());
        let whole: String = sections.iter().map(|section| &text[section.range.clone()]).collect();
        assert_eq!(whole, text, "the sections are the whole");
        let other = sections.into_iter().filter(|section| section.content != Content::Markup);
        other.map(|section| (text[section.range].to_owned(), section.content)).collect()
    }

    #[test]
    fn scripts_and_styles_are_told_by_their_attributes() {
        let text = "<script>a</script><style lang=\"scss\">b</style><script lang='ts' generics=\"T extends A<B>\">c</script>\
                    <script type=\"application/json\">d</script><SCRIPT TYPE=module>e</SCRIPT >";
        assert_eq!(
            found(Language::Html, text),
            [
                ("a".to_owned(), Content::Script(Language::JavaScript)),
                ("b".to_owned(), Content::StyleWithLineComments),
                ("c".to_owned(), Content::Script(Language::TypeScript)),
                ("d".to_owned(), Content::Data),
                ("e".to_owned(), Content::Script(Language::JavaScript)),
            ]
        );
    }

    #[test]
    fn a_comment_holds_no_sections_and_a_tag_that_does_not_end_takes_the_rest() {
        assert_eq!(found(Language::Vue, "<!-- <script>a</script> --><scripts>b</scripts>"), []);
        assert_eq!(
            found(Language::Html, "<p title='<!--<script>'><textarea><!--</textarea><!--><style>a</style>"),
            [("a".to_owned(), Content::Style)]
        );
        assert_eq!(found(Language::Html, "<style>a"), [("a".to_owned(), Content::Style)]);
        assert_eq!(found(Language::Html, "<script src=\"a"), []);
    }

    #[test]
    fn an_astro_file_begins_with_a_script() {
        assert_eq!(
            found(Language::Astro, "---\nconst a = 1;\n---\n<p>{a}</p>"),
            [("\nconst a = 1;\n".to_owned(), Content::Script(Language::TypeScript))]
        );
    }
}
