//! Values assigned to telling names: `api_key = "…"`, `DB_PASSWORD=…`, `password: …`, `ENV TOKEN …`, `--password …`,
//! `;Password=…;`, `<password>…</password>`, a pair of name and value. Values that are further away are found by
//! `layout`.

use super::names::{self, Telling};
use super::{Found, Text, shape, value};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) const GENERIC: &str = "assigned-secret";
pub(super) const AWS_SECRET: &str = "aws-secret-access-key";
pub(super) const HEROKU: &str = "heroku-api-key";

/// Parts of telling names, in any case.
pub(super) const NAME_PARTS: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "credential",
    "key",
    "_auth",
    "\"auth\"",
    "masterauth",
    "psk",
    "_pat",
    "_pw",
];

const LONGEST_NAME: usize = 80;
const LONGEST_VALUE: usize = 1_200;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// In its own quotes.
    Quoted,
    /// Bare, to the end of a word, in a settings file.
    Bare,
    /// Bare, inside something else: a connection string, a query, a command line, a header.
    Inside,
    /// Bare, to the end of a line of code.
    Line,
}

/// A value and how it is written.
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) written: Written,
}

/// Longer values are not searched for further names.
const ONE_VALUE: usize = 256;

/// How far the source was read, and the value of the name that contains `anchor` if it looks like a credential.
pub(super) fn find(source: &[u8], anchor: &Range<usize>, text: Text) -> (usize, Option<Found>) {
    let name = name_around(source, anchor);
    let telling = names::telling(&source[name.clone()]);
    let given = telling.and_then(|telling| Some((telling, assigned(source, &name, text)?)));
    let Some((telling, value)) = given else { return (name.end, None) };
    let read = if value.range.len() > ONE_VALUE { value.range.end.max(name.end) } else { name.end };
    (read, credential(source, name, telling, value, text))
}

fn credential(
    source: &[u8],
    name: Range<usize>,
    telling: Telling,
    value: Value,
    text: Text,
) -> Option<Found> {
    let bytes = &source[value.range.clone()];
    let lower = source[name].to_ascii_lowercase();
    if value::is_aws_secret(&lower, bytes) {
        return Some(Found { kind: AWS_SECRET, range: value.range });
    }
    if lower.find(b"heroku").is_some() && telling != Telling::Password && value::is_uuid(bytes) {
        return Some(Found { kind: HEROKU, range: value.range });
    }
    let real = value::is_credential(bytes, telling, value.written, text);
    real.then_some(Found { kind: GENERIC, range: value.range })
}

pub(super) fn is_name_byte(byte: u8) -> bool {
    shape::url_safe(byte) || byte == b'.'
}

/// The whole name, without points or dashes at its ends.
fn name_around(source: &[u8], anchor: &Range<usize>) -> Range<usize> {
    let quoted = source[anchor.start] == b'"';
    let (from, to) = if quoted { (anchor.start + 1, anchor.end - 1) } else { (anchor.start, anchor.end) };
    if quoted {
        return from..to;
    }
    let before = source[..from].iter().rev().take(LONGEST_NAME + 1).take_while(|byte| is_name_byte(**byte));
    let start = from - before.count();
    let after = source[to..].iter().take(LONGEST_NAME + 1).take_while(|byte| is_name_byte(**byte));
    let end = to + after.count();
    // `_auth` keeps its underscore.
    let leading = source[start..end].iter().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    let trailing = source[start..end].iter().rev().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    start + leading..(end - trailing).max(start + leading)
}

/// The context of a name.
pub(super) struct Place<'s> {
    pub(super) source: &'s [u8],
    pub(super) name: Range<usize>,
    pub(super) text: Text,
}

fn assigned(source: &[u8], name: &Range<usize>, text: Text) -> Option<Value> {
    let window = &source[..source.len().min(name.end + LONGEST_VALUE + 160)];
    let place = Place { source: window, name: name.clone(), text };
    let (at, closing) = past_quote(window, name.end);
    // `get("NAME") or "…"`
    let called = closing.is_some() && window.get(at) == Some(&b')');
    if let Some(value) = place.alternative(at + usize::from(called)) {
        return Some(value);
    }
    // `${NAME:default}` is filled in later.
    if source[..name.start].ends_with(b"${") {
        return place.default_of_variable();
    }
    place.behind_name(at, closing)
}

/// Steps over the quotation mark and the bracket that close a name; also returns the mark.
fn past_quote(source: &[u8], mut at: usize) -> (usize, Option<u8>) {
    let closing = source.get(at).copied().filter(|byte| b"\"'`".contains(byte));
    if closing.is_some() {
        at += 1;
    } else if source[at..].starts_with(b"\\\"") {
        // Inside an escaped text the mark is escaped, too.
        at += 2;
    }
    if source.get(at) == Some(&b']') {
        at += 1;
    }
    (at, closing)
}

impl Place<'_> {
    /// The byte before the name.
    fn before(&self) -> Option<u8> {
        self.source[..self.name.start].last().copied()
    }

    /// The value after a name that ends at `at`, with the mark that closes it.
    fn behind_name(&self, at: usize, closing: Option<u8>) -> Option<Value> {
        let next = blanks(self.source, at);
        let plain = closing.is_none();
        let tight = plain && next == at;
        match self.source.get(next).copied().unwrap_or(b'\n') {
            b':' | b'=' | b'?' | b'+' | b'!' => self.after_sign(next, next > at),
            b',' if !plain && closing == self.before() => self.after_comma(next + 1),
            b'(' if plain => self.quoted_value(blanks(self.source, next + 1)),
            b'{' if tight => self.quoted_value(blanks(self.source, next + 1)),
            b'<' | b'>' if tight => self.in_markup(next),
            b'\n' | b'\r' => self.value_key(next).or_else(|| self.value_on_line_before()),
            b'v' if !plain && next > at => self.value_attribute(next),
            _ if next > at => self.after_blank(next),
            _ => None,
        }
    }

    /// The value of a name that is a tag or stands in one: `<NAME>value</NAME>`, `<key>NAME</key><string>value</string>`.
    fn in_markup(&self, next: usize) -> Option<Value> {
        match self.source[next] {
            b'<' => self.in_next_element(next),
            _ if self.before() == Some(b'<') => self.in_element(next + 1),
            _ => None,
        }
    }

    pub(super) fn quoted_value(&self, at: usize) -> Option<Value> {
        let at = wrapped(self.source, at);
        let quote = self.source.get(at).copied().filter(|byte| b"\"'`".contains(byte))?;
        let tripled = self.source[at..].starts_with(&[quote; 3]);
        let start = if tripled { at + 3 } else { at + 1 };
        if quote == b'"' && self.source[start..].starts_with(b"\\\"") {
            // The text of a literal inside a text: `"\"…\""`.
            let value = self.inside(start + 2, b"\\\"")?;
            return Some(Value { written: Written::Quoted, ..value });
        }
        quoted(self.source, start, quote).map(|range| Value { range, written: Written::Quoted })
    }

    /// The value after the sign at `next`, or a value that begins with that sign.
    fn after_sign(&self, next: usize, is_apart: bool) -> Option<Value> {
        match operator(self.source, next) {
            Some(after) => self.after_operator(after, !is_apart),
            None if is_apart => self.after_blank(next),
            None => None,
        }
    }

    /// The value after `=` or `:`.
    fn after_operator(&self, after: usize, tight: bool) -> Option<Value> {
        let source = self.source;
        let colon = source[after - 1] == b':';
        let mut at = blanks(source, after);
        if let Some(typed) = after_type(source, after).filter(|_| colon) {
            let behind = wrapped(source, blanks(source, typed));
            if self.text == Text::Code || source.get(behind).is_some_and(|byte| b"\"'`".contains(byte)) {
                at = blanks(source, typed);
            }
        }
        if colon && self.text == Text::Settings {
            at = past_properties(source, at);
        }
        at = wrapped(source, at);
        match *source.get(at)? {
            b'"' | b'\'' | b'`' => self.quoted_value(at),
            b'\\' if source[at..].starts_with(b"\\\"") => self.inside(at + 2, b"\\\""),
            b'\\' if after_line_end(source, at + 1).is_some() => self.on_next_line(at + 1, true),
            b'|' | b'>' if colon => self.block(at),
            b'\n' | b'\r' => self.on_next_line(at, colon),
            b'(' => self.quoted_value(white(source, at + 1)),
            _ if self.text == Text::Settings => self.bare(at),
            _ => self.alternative_to_expression(at).or_else(|| self.in_code(at, tight && at == after)),
        }
    }

    /// A YAML block text that begins on the next line.
    fn block(&self, at: usize) -> Option<Value> {
        let sign = self.source[at..].iter().take(3).take_while(|byte| b"|>+-".contains(byte)).count();
        let end = blanks(self.source, at + sign);
        let line = after_line_end(self.source, end)?;
        let start = blanks(self.source, line);
        (self.text == Text::Settings && start > line).then(|| self.bare(start)).flatten()
    }

    /// A word in a settings file.
    pub(super) fn bare(&self, at: usize) -> Option<Value> {
        let ends = |byte: u8| byte <= b' ' || byte == 0x7f || b"\"'`<>\\;".contains(&byte);
        let query = matches!(self.before(), Some(b'?' | b'&'));
        let length = run(self.source, at, |byte| !(ends(byte) || (query && b"&#)]}".contains(&byte))))?;
        // Closing brackets and commas are not part of the word.
        let mut range = at..at + length;
        while let Some(b',' | b')' | b']' | b'}') =
            self.source[range.clone()].last().filter(|_| range.len() > 1)
        {
            range.end -= 1;
        }
        Some(Value { range, written: Written::Bare })
    }

    /// A value up to one of the closing bytes; none if there is no closing byte.
    pub(super) fn inside(&self, at: usize, closing: &[u8]) -> Option<Value> {
        let length = run(self.source, at, |byte| byte.is_ascii_graphic() && !closing.contains(&byte))?;
        let closed = closing.contains(self.source.get(at + length)?);
        closed.then_some(Value { range: at..at + length, written: Written::Inside })
    }

    /// In code, an unquoted value is part of a text or the last word of a line.
    fn in_code(&self, at: usize, tight: bool) -> Option<Value> {
        let length = run(self.source, at, |byte| OF_WORD[usize::from(byte)])?;
        let range = at..at + length;
        let end = self.source.get(range.end).copied();
        let part = matches!(self.before(), Some(b';' | b'&' | b'?' | b'"' | b'\'' | b'`' | b'-' | b' '));
        match end {
            Some(b'"' | b'\'' | b'`' | b'\\') if part => Some(Value { range, written: Written::Inside }),
            Some(b';' | b'&') if part && tight => Some(Value { range, written: Written::Inside }),
            None | Some(b'\n' | b'\r') => Some(Value { range, written: Written::Line }),
            _ => None,
        }
    }

    /// `define('NAME', 'value')`, and the pair `{"name": "NAME", "value": "value"}`.
    fn after_comma(&self, at: usize) -> Option<Value> {
        let next = white(self.source, at);
        let value = self.quoted_value(next)?;
        let is_key = self.source[value.range.clone()].eq_ignore_ascii_case(b"value");
        if !is_key {
            return Some(value);
        }
        let colon = blanks(self.source, value.range.end + 1);
        if !matches!(self.source.get(colon), Some(b':' | b'=')) {
            return None;
        }
        self.quoted_value(blanks(self.source, colon + 1))
    }

    /// The pair `name: NAME`, with `value: …` on the next line.
    fn value_key(&self, line_end: usize) -> Option<Value> {
        let line = blanks(self.source, after_line_end(self.source, line_end)?);
        let key = self.source[line..].get(..6).filter(|key| key.eq_ignore_ascii_case(b"value:"))?;
        let at = blanks(self.source, line + key.len());
        match self.source.get(at)? {
            b'"' | b'\'' => self.quoted_value(at),
            _ if self.text == Text::Settings => self.bare(at),
            _ => None,
        }
    }

    /// `key="NAME" value="…"`.
    fn value_attribute(&self, at: usize) -> Option<Value> {
        self.source[at..].starts_with(b"value=").then(|| self.quoted_value(at + 6)).flatten()
    }

    /// `--password …`, `-Password "…"`, `ENV NAME …`, `password …`, `#define NAME "…"`, `WITH PASSWORD '…'`.
    fn after_blank(&self, at: usize) -> Option<Value> {
        let start = &self.source[..self.name.start];
        if self.text == Text::Settings && (start.ends_with(b" -") || start.ends_with(b"\t-")) {
            return self.quoted_value(at);
        }
        if start.ends_with(b"--") {
            return self.quoted_value(at).or_else(|| {
                let written = if self.text == Text::Settings { Written::Bare } else { Written::Inside };
                Some(Value { written, ..self.bare(at)? })
            });
        }
        let line = start.iter().rev().take(160).take_while(|byte| **byte != b'\n').count();
        let before = self.source[self.name.start - line..self.name.start].trim();
        let defines = before == b"#define" || before == b"# define";
        if defines || self.is_of_statement(before) {
            return self.quoted_value(at);
        }
        if self.text != Text::Settings {
            return None;
        }
        let alone = [&b""[..], b"ENV", b"ARG", b"setenv", b"set"].contains(&before);
        let of_netrc = before.find(b"login ").is_some() || before.find(b"machine ").is_some();
        let value = self.quoted_value(at).or_else(|| self.bare(at))?;
        let rest = blanks(self.source, value.range.end);
        let ends = matches!(self.source.get(rest), None | Some(b'\n' | b'\r' | b'"' | b'\''));
        (of_netrc || alone && ends).then_some(value)
    }
}

/// The bytes of an unquoted value in code. A table, because a line may consist of names whose values are the rest of the line.
const OF_WORD: [bool; 256] = {
    let mut of_word = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let ends = matches!(byte as u8, b'"' | b'\'' | b'`' | b';' | b'&' | b'<' | b'>' | b'\\' | b',');
        of_word[byte] = (byte as u8).is_ascii_graphic() && !ends;
        byte += 1;
    }
    of_word
};

/// The length of the run of bytes at `at`; none if it is empty or too long for a credential.
fn run(source: &[u8], at: usize, fits: impl Fn(u8) -> bool) -> Option<usize> {
    let length = source.get(at..)?.iter().take(LONGEST_VALUE + 1).take_while(|byte| fits(**byte)).count();
    (1..=LONGEST_VALUE).contains(&length).then_some(length)
}

/// Steps over `=`, `:`, `:=`, `=>`, `==`, `===`, `!=`, `?=`, `+=`.
fn operator(source: &[u8], at: usize) -> Option<usize> {
    // `?:` marks an optional member. Anything after the operator belongs to the value.
    let operators: [&[u8]; 12] =
        [b"!==", b"===", b"::=", b"=>", b":=", b"==", b"!=", b"?=", b"+=", b"?:", b"=", b":"];
    operators.iter().find(|signs| source[at..].starts_with(signs)).map(|signs| at + signs.len())
}

/// Steps over the `Type =` of `: Type =`.
fn after_type(source: &[u8], at: usize) -> Option<usize> {
    let part = |byte: &&u8| byte.is_ascii_alphabetic() || b"&'<>:?_| []".contains(byte);
    let length = source[at..].iter().take(40).take_while(part).count();
    let plain = source.get(at + length) == Some(&b'=') && length > 0;
    plain.then_some(at + length + 1)
}

/// Steps over the anchor and the tag of a text in YAML: `&name`, `!!str`.
fn past_properties(source: &[u8], mut at: usize) -> usize {
    for _ in 0..2 {
        let length = match source.get(at..).unwrap_or_default() {
            [b'&', name @ ..] => 1 + name.iter().take(64).take_while(|byte| shape::url_safe(**byte)).count(),
            rest if rest.starts_with(b"!!str") => 5,
            _ => return at,
        };
        let next = blanks(source, at + length);
        if length == 1 || next == at + length {
            return at;
        }
        at = next;
    }
    at
}

/// Steps over what precedes a literal: `String::from(`, `Some(`, `@`, `b`, `r#`, …
fn wrapped(source: &[u8], at: usize) -> usize {
    let wrappers = [
        &b"String::from("[..],
        b"Some(",
        b"SecureString(",
        b"Secret(",
        b"SecretStr(",
        b"Buffer.from(",
        b"[]byte(",
        b"new String(",
        b"@",
        b"b",
        b"r",
        b"r#",
        b"r##",
        b"br#",
        b"f",
        b"u",
        b"L",
    ];
    let rest = source.get(at..).unwrap_or_default();
    let inner = wrappers.iter().filter(|wrapper| rest.starts_with(wrapper)).map(|wrapper| at + wrapper.len());
    inner.filter(|inner| matches!(source.get(*inner), Some(b'"' | b'\''))).max().unwrap_or(at)
}

pub(super) fn blanks(source: &[u8], at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    at + rest.iter().take(64).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Like [`blanks`], but also steps over line ends.
pub(super) fn white(source: &[u8], at: usize) -> usize {
    at + source[at..].iter().take(96).take_while(|byte| byte.is_ascii_whitespace()).count()
}

pub(super) fn after_line_end(source: &[u8], at: usize) -> Option<usize> {
    match source.get(at..)? {
        [b'\r', b'\n', ..] => Some(at + 2),
        [b'\n', ..] => Some(at + 1),
        _ => None,
    }
}

/// Up to the closing quote, which is on the same line.
fn quoted(source: &[u8], start: usize, quote: u8) -> Option<Range<usize>> {
    let rest = source.get(start..)?;
    let length = rest.iter().take(LONGEST_VALUE).position(|byte| *byte == quote || *byte == b'\n')?;
    (length > 0 && source[start + length] == quote).then_some(start..start + length)
}
