//! Values that are not right behind their names: on another line, behind an alternative (`process.env.KEY || "…"`), as
//! the default of a shell's variable, in the next element of XML.

use super::Text;
use super::assignment::{Place, Value, Written, after_line_end, blanks, is_name_byte, white};
use bstr::ByteSlice;

/// The beginning of a longer line is not looked for.
const LONGEST_LINE: usize = 160;
/// Limit on the expression before an alternative.
const LONGEST_EXPRESSION: usize = 100;
/// The beginning of literal text in XML.
const CDATA: &[u8] = b"<![CDATA[";

impl Place<'_> {
    /// The value on the line after `line_end`, which is indented further than that of the name: in quotes, or if it
    /// may be `bare`, the only word there.
    pub(super) fn on_next_line(&self, line_end: usize, bare: bool) -> Option<Value> {
        let line = after_line_end(self.source, line_end)?;
        let at = blanks(self.source, line);
        let own = line_start(self.source, self.name.start)?;
        if at - line <= blanks(self.source, own) - own {
            return None;
        }
        match self.quoted_value(at) {
            Some(value) => {
                // `"key": …` is a member of what the name stands for.
                let is_key = self.source.get(value.range.end + 1) == Some(&b':');
                (!is_key).then_some(value)
            }
            None if bare && self.text == Text::Settings => self.only_word(at),
            None => None,
        }
    }

    /// The only word of a line, which is not the name of something else.
    fn only_word(&self, at: usize) -> Option<Value> {
        let value = self.bare(at)?;
        let is_name = self.source[value.range.clone()].ends_with(b":");
        let rest = blanks(self.source, value.range.end);
        let ends = matches!(self.source.get(rest), None | Some(b'\n' | b'\r' | b'#'));
        (ends && !is_name).then_some(value)
    }

    /// The value of the pair `value: …`, `name: NAME`, in which it stands on the line before.
    pub(super) fn value_on_line_before(&self) -> Option<Value> {
        let own = line_start(self.source, self.name.start)?;
        let before = self.source[own..self.name.start].trim_end_with(|c| matches!(c, '"' | '\'')).trim();
        let key = before.strip_suffix(b":")?.trim_with(|c| c == '"');
        if !key.eq_ignore_ascii_case(b"name") {
            return None;
        }
        let mut at = blanks(self.source, line_start(self.source, own.checked_sub(1)?)?);
        let line = self.source.get(at..own)?;
        if line.starts_with(b"- ") {
            at = blanks(self.source, at + 2);
        }
        let line = self.source.get(at..own)?.to_ascii_lowercase();
        let key = [&b"value:"[..], b"\"value\":"].into_iter().find(|key| line.starts_with(key))?;
        at = blanks(self.source, at + key.len());
        let value = match self.source.get(at)? {
            b'"' | b'\'' => self.quoted_value(at),
            _ if self.text == Text::Settings => self.bare(at),
            _ => None,
        };
        value.filter(|value| value.range.end < own)
    }

    /// The literal that stands in for a missing value: `KEY || "…"`, `get("KEY") or "…"`, `key ||= "…"`.
    pub(super) fn alternative(&self, at: usize) -> Option<Value> {
        let at = white(self.source, at);
        let signs = [&b"||="[..], b"||", b"??=", b"??", b"?:", b"or "];
        let sign = signs.into_iter().find(|sign| self.source[at..].starts_with(sign))?;
        self.quoted_value(white(self.source, at + sign.len()))
    }

    /// The same behind an expression without blanks, at `at`.
    pub(super) fn alternative_to_expression(&self, at: usize) -> Option<Value> {
        let fits = |byte: &&u8| is_name_byte(**byte) || b"()[]\"'$".contains(*byte);
        let rest = self.source.get(at..)?.iter();
        let length = rest.take(LONGEST_EXPRESSION).take_while(fits).count();
        if length == 0 { None } else { self.alternative(at + length) }
    }

    /// The default of a shell's variable: `${NAME:-value}`.
    pub(super) fn default_of_variable(&self) -> Option<Value> {
        let rest = &self.source[self.name.end..];
        let at = self.name.end + 2;
        if !rest.starts_with(b":-") && !rest.starts_with(b":=") {
            return None;
        }
        let value = self.quoted_value(at).or_else(|| self.inside(at, b"}"))?;
        let bare = value.written == Written::Inside && self.text == Text::Settings;
        Some(if bare { Value { written: Written::Bare, ..value } } else { value })
    }

    /// The text of an element of XML.
    pub(super) fn in_element(&self, at: usize) -> Option<Value> {
        match self.source.get(at..)?.starts_with(CDATA) {
            true => self.inside(at + CDATA.len(), b"]"),
            false => self.inside(at, b"<"),
        }
    }

    /// The text of the element after the one that is the name: `<key>NAME</key>`, `<string>value</string>`.
    pub(super) fn in_next_element(&self, at: usize) -> Option<Value> {
        let end = past_tag(self.source, at, [b"</key>", b"</name>"])?;
        let start = past_tag(self.source, white(self.source, end), [b"<string>", b"<value>"])?;
        self.in_element(start)
    }

    /// True if the name is the word before a password in SQL: `CREATE USER x WITH PASSWORD '…'`. `before` is the line
    /// up to it.
    pub(super) fn is_of_statement(&self, before: &[u8]) -> bool {
        if !self.source[self.name.clone()].eq_ignore_ascii_case(b"password") {
            return false;
        }
        let before = before.to_ascii_lowercase();
        let accounts = [&b"create user "[..], b"create role ", b"alter user ", b"alter role "];
        let last = before.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
        last == b"with" || last == b"encrypted" || accounts.iter().any(|start| before.find(start).is_some())
    }
}

/// The start of the line that `at` is on; none if it is far away.
fn line_start(source: &[u8], at: usize) -> Option<usize> {
    let back = source[..at].iter().rev().take(LONGEST_LINE).take_while(|byte| **byte != b'\n').count();
    (back < LONGEST_LINE).then_some(at - back)
}

/// The place after one of the tags, if it is at `at`.
fn past_tag(source: &[u8], at: usize, tags: [&[u8]; 2]) -> Option<usize> {
    let rest = source.get(at..)?;
    tags.into_iter().find(|tag| rest.starts_with(tag)).map(|tag| at + tag.len())
}
