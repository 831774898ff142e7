//! Names in text that the parser does not split up: bodies of C macros, strings that name definitions, names in braces
//! in the format strings of Rust macros.

use super::Walk;
use crate::extract::symbols::{Qualifier, Usage};
use bstr::ByteSlice;

/// A name in a text.
#[derive(Debug, PartialEq, Eq)]
struct Word<'t> {
    text: &'t [u8],
    /// The name right before it, separated only by a qualifier sign.
    qualifier: Option<&'t [u8]>,
    called: bool,
}

impl<'t> Walk<'t> {
    /// Marks the names in unparsed code as used; the code may be in quotes.
    pub(super) fn names_in_code(&mut self, text: &'t [u8], quoted: bool) {
        let code = if quoted { without_quotes(text) } else { text };
        each_word(code, |word| self.use_word(word));
    }

    /// Marks the names in skipped text as mentioned: their role there is unknown.
    pub(super) fn names_mentioned(&mut self, text: &'t [u8]) {
        each_word(text, |word| {
            let name = self.tokens.intern(word.text);
            self.symbols.reference(name, Qualifier::None, Usage::Mentioned, 0);
        });
    }

    /// A string that reads as a path (`module::function`, `module:function`) uses the names in it; so does text in
    /// braces.
    pub(super) fn names_in_string(&mut self, text: &'t [u8]) {
        let inside = without_quotes(text);
        self.names_in_braces(inside);
        // `"f()"` and `"f::<T>"` also name a function.
        let end = inside.iter().position(|b| matches!(b, b'(' | b'<')).unwrap_or(inside.len());
        let inside = inside[..end].trim_end_with(|c| c == ':');
        let part_of_path = |b: &u8| is_word_byte(*b) || matches!(b, b'.' | b':' | b'#');
        if !inside.is_empty() && inside.len() <= 200 && inside.iter().all(part_of_path) {
            each_word(inside, |word| self.use_word(word));
        }
    }

    /// `{name}`, `{name:?}` and `{:width$}` in a string.
    pub(super) fn names_in_braces(&mut self, text: &'t [u8]) {
        let mut rest = text;
        while let Some(open) = rest.iter().position(|b| *b == b'{') {
            rest = &rest[open + 1..];
            let length = rest.iter().take_while(|b| is_word_byte(**b)).count();
            let (name, after) = rest.split_at(length);
            let ends = matches!(after.first(), Some(b'}' | b':'));
            if ends && name.first().is_some_and(|b| !b.is_ascii_digit()) {
                self.use_word(Word { text: name, qualifier: None, called: false });
            }
            if after.first() == Some(&b':') {
                self.names_of_arguments(&after[1..]);
            }
            // `{{` is a literal brace.
            rest = if after.first() == Some(&b'{') && length == 0 { &after[1..] } else { after };
        }
    }

    /// The names before `$` in a format specification: `>width$.precision$}`.
    fn names_of_arguments(&mut self, text: &'t [u8]) {
        let end = text.iter().take(200).position(|b| *b == b'}').unwrap_or(0);
        let mut parts = text[..end].split(|b| *b == b'$').peekable();
        while let Some(part) = parts.next() {
            let start = part.iter().rposition(|b| !is_word_byte(*b)).map_or(0, |before| before + 1);
            let name = part[start..].trim_start_with(|c| c == '0');
            if parts.peek().is_some() && name.first().is_some_and(|b| !b.is_ascii_digit()) {
                self.use_word(Word { text: name, qualifier: None, called: false });
            }
        }
    }

    fn use_word(&mut self, word: Word<'t>) {
        let name = self.tokens.intern(word.text);
        let qualifier =
            word.qualifier.map_or(Qualifier::None, |text| Qualifier::Name(self.tokens.intern(text)));
        let usage = if word.called { Usage::Called } else { Usage::Used };
        // Nothing ends at byte 0, so what follows cannot turn this into a call.
        self.symbols.reference(name, qualifier, usage, 0);
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The text without its quotes and their prefix.
fn without_quotes(text: &[u8]) -> &[u8] {
    let is_quote = |b: &u8| matches!(b, b'"' | b'\'' | b'`');
    match (text.iter().position(is_quote), text.iter().rposition(is_quote)) {
        (Some(first), Some(last)) if first < last => &text[first + 1..last],
        _ => text,
    }
}

/// Passes on each name except those in strings, characters and comments.
fn each_word<'t>(text: &'t [u8], mut take: impl FnMut(Word<'t>)) {
    let mut at = 0;
    let mut before: Option<&'t [u8]> = None;
    while at < text.len() {
        let byte = text[at];
        let start = at;
        if is_word_byte(byte) {
            at += text[at..].iter().take_while(|b| is_word_byte(**b)).count();
            let name = &text[start..at];
            let number = byte.is_ascii_digit();
            let called = text[at..].iter().find(|b| !matches!(b, b' ' | b'\t')) == Some(&b'(');
            if !number {
                take(Word { text: name, qualifier: before, called });
            }
            let sign =
                [&b"."[..], b"->", b"::", b":", b"#"].into_iter().find(|sign| text[at..].starts_with(sign));
            let sign = sign.map_or(0, |sign| if text[at..].starts_with(b"::") { 2 } else { sign.len() });
            at += sign;
            let continues = sign > 0 && text.get(at).is_some_and(|b| is_word_byte(*b));
            before = (continues && !number).then_some(name);
            continue;
        }
        before = None;
        at += match byte {
            b'"' | b'\'' => quoted(&text[at..]),
            b'/' if text[at..].starts_with(b"//") => text.len() - at,
            b'/' if text[at..].starts_with(b"/*") => {
                text[at..].windows(2).position(|pair| pair == b"*/").map_or(text.len() - at, |end| end + 2)
            }
            _ => 1,
        };
    }
}

/// Length of the literal at the beginning of `text`.
fn quoted(text: &[u8]) -> usize {
    let quote = text[0];
    let mut at = 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_word(text.as_bytes(), |word| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let qualifier = word.qualifier.map(|q| text(q) + ".").unwrap_or_default();
            found.push(format!("{qualifier}{}{}", text(word.text), if word.called { "()" } else { "" }));
        });
        found
    }

    #[test]
    fn code_is_read_without_its_literals_and_comments() {
        assert_eq!(
            words("do { f(a); p->q = 0xFFul + g (\"no(\"); } while ('x') /* h */ // i"),
            ["do", "f()", "a", "p", "p.q", "g()", "while()"]
        );
    }

    #[test]
    fn a_path_names_its_parts() {
        assert_eq!(words("crate::path::f"), ["crate", "crate.path", "path.f"]);
        assert_eq!(words("package.module:main"), ["package", "package.module", "module.main"]);
    }

    #[test]
    fn quotes_and_prefixes_fall_off() {
        assert_eq!(without_quotes(b"r\"f\""), b"f");
        assert_eq!(without_quotes(b"f"), b"f");
        assert_eq!(without_quotes(b"\"\""), b"");
    }

    #[test]
    fn a_literal_that_does_not_end_ends_with_the_text() {
        assert_eq!(words("a \"b\\"), ["a"]);
        assert_eq!(words("a \"b"), ["a"]);
        assert_eq!(words("a \"b\\\" c\" d"), ["a", "d"]);
        assert_eq!(words("a /* b"), ["a"]);
    }
}
