//! Rough tokens of C-like languages: enough to find a word outside of comments and strings.

use std::ops::Range;

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Word,
    /// A number.
    Number,
    /// A string or character.
    Text,
    /// A sign: one character, or one of `->`, `=>`, `::`, `?.`.
    Sign,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    start: u32,
    end: u32,
    /// What it is.
    pub kind: Kind,
    /// True for the first token of its line.
    pub first: bool,
}

impl Token {
    /// First byte.
    pub fn start(&self) -> usize {
        self.start as usize
    }

    /// One past the last byte.
    pub fn end(&self) -> usize {
        self.end as usize
    }
}

/// The partners of brackets, by token index.
pub struct Partners(Vec<u32>);

impl Partners {
    /// The closing bracket of the bracket that opens at that index, or the opening bracket of the one that closes
    /// there; none if the bracket has no partner, and for other tokens.
    pub fn of(&self, index: usize) -> Option<usize> {
        self.0.get(index).filter(|partner| **partner != u32::MAX).map(|partner| *partner as usize)
    }
}

/// The differences between the languages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Habits {
    /// Block comments nest.
    pub nested_comments: bool,
    /// `"""` begins a multi-line string.
    pub triple_quotes: bool,
    /// Backticks enclose a multi-line string.
    pub templates: bool,
    /// A line that begins with `#` is a directive.
    pub directives: bool,
    /// `${` begins an expression in a string; names may be in backticks.
    pub interpolation: bool,
}

/// Tokens with their text.
pub struct Tokens<'s> {
    /// The text.
    pub source: &'s [u8],
    /// The tokens in order.
    pub all: Vec<Token>,
}

impl<'s> Tokens<'s> {
    /// The tokens of a text.
    pub fn of(source: &'s [u8], habits: Habits) -> Tokens<'s> {
        let mut reader =
            Reader { source, at: 0, first: true, habits, found: Vec::with_capacity(source.len() / 6) };
        while reader.at < source.len() {
            reader.step();
        }
        Tokens { source, all: reader.found }
    }

    /// The text of the token with that index; empty beyond the last.
    pub fn text(&self, index: usize) -> &'s [u8] {
        self.all.get(index).map_or(b"", |token| &self.source[token.start()..token.end()])
    }

    /// The text of the token before the one with that index; empty before the first.
    pub fn before(&self, index: usize) -> &'s [u8] {
        index.checked_sub(1).map_or(b"", |before| self.text(before))
    }

    /// True for a name or keyword.
    pub fn is_word(&self, index: usize) -> bool {
        self.all.get(index).is_some_and(|token| token.kind == Kind::Word)
    }

    /// True for the first token of a line, and beyond the last.
    pub fn is_first(&self, index: usize) -> bool {
        self.all.get(index).is_none_or(|token| token.first)
    }

    /// Which brackets belong together.
    pub fn partners(&self) -> Partners {
        let mut partners = vec![u32::MAX; self.all.len()];
        let mut open: Vec<(u32, u8)> = Vec::new();
        for index in 0..self.all.len() {
            let sign = match self.text(index) {
                [sign] => *sign,
                _ => continue,
            };
            match sign {
                b'(' => open.push((index as u32, b')')),
                b'[' => open.push((index as u32, b']')),
                b'{' => open.push((index as u32, b'}')),
                b')' | b']' | b'}' if open.last().is_some_and(|(_, closer)| *closer == sign) => {
                    let (opener, _) = open.pop().expect("it was just seen");
                    partners[opener as usize] = index as u32;
                    partners[index] = opener;
                }
                _ => {}
            }
        }
        Partners(partners)
    }

    /// The bytes from one token to the end of another.
    pub fn span(&self, first: usize, last: usize) -> Range<usize> {
        self.all[first].start()..self.all[last].end()
    }
}

struct Reader<'s> {
    source: &'s [u8],
    at: usize,
    first: bool,
    habits: Habits,
    found: Vec<Token>,
}

impl Reader<'_> {
    fn step(&mut self) {
        let rest = &self.source[self.at..];
        let byte = rest[0];
        match byte {
            b'\n' | b'\r' => {
                self.first = true;
                self.at += 1;
            }
            _ if byte.is_ascii_whitespace() => self.at += 1,
            b'/' if rest.starts_with(b"//") => self.at += until(rest, b'\n'),
            b'/' if rest.starts_with(b"/*") => self.at += self.block_comment(rest),
            b'#' if self.first && self.habits.directives => self.at += directive(rest),
            _ => {
                let (length, kind) = self.next_token(rest, byte);
                self.token(length, kind);
            }
        }
    }

    /// The length and kind of the token at the beginning of `rest`, by its first byte.
    fn next_token(&self, rest: &[u8], byte: u8) -> (usize, Kind) {
        match byte {
            b'R' if rest.starts_with(b"R\"") && self.habits.directives => (raw_string(rest), Kind::Text),
            b'"' if self.habits.interpolation => (self.interpolated(rest), Kind::Text),
            b'`' if self.habits.interpolation => (quoted(rest, false), Kind::Word),
            b'"' if rest.starts_with(b"\"\"\"") && self.habits.triple_quotes => {
                let end = bstr::ByteSlice::find(&rest[3..], b"\"\"\"").map_or(rest.len(), |end| end + 6);
                (end, Kind::Text)
            }
            b'`' if self.habits.templates => (quoted(rest, true), Kind::Text),
            b'"' | b'\'' => (quoted(rest, false), Kind::Text),
            _ if is_word(byte) => {
                let length = rest.iter().take_while(|b| is_word(**b)).count();
                (length, if byte.is_ascii_digit() { Kind::Number } else { Kind::Word })
            }
            _ => {
                let long = [&b"->"[..], b"=>", b"::", b"?."].into_iter().any(|sign| rest.starts_with(sign));
                (if long { 2 } else { 1 }, Kind::Sign)
            }
        }
    }

    /// The length of the string at the beginning of `rest`, including the strings in its expressions. An expression
    /// begins after as many dollars as there are in front of the string.
    fn interpolated(&self, rest: &[u8]) -> usize {
        let signs =
            self.source[..self.at].iter().rev().take(MOST_DOLLARS).take_while(|b| **b == b'$').count();
        // For each open string: whether it is a multi-line string, and the number of open braces in its expression.
        let mut open: Vec<(bool, i32)> = Vec::new();
        let mut at = 0;
        while at < rest.len() {
            at += match open.last() {
                Some((many, 0)) => {
                    let signs = if open.len() == 1 { signs.max(1) } else { 1 };
                    in_string(rest, at, *many, signs, &mut open)
                }
                _ => in_code(&rest[at..], &mut open),
            };
            if open.is_empty() {
                return at;
            }
        }
        rest.len()
    }

    fn token(&mut self, length: usize, kind: Kind) {
        let end = (self.at + length).min(self.source.len());
        self.found.push(Token { start: self.at as u32, end: end as u32, kind, first: self.first });
        self.first = false;
        self.at = end;
    }

    fn block_comment(&self, rest: &[u8]) -> usize {
        let mut depth = 1;
        let mut at = 2;
        while at < rest.len() {
            if rest[at..].starts_with(b"*/") {
                at += 2;
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            } else if self.habits.nested_comments && rest[at..].starts_with(b"/*") {
                at += 2;
                depth += 1;
            } else {
                at += 1;
            }
        }
        rest.len()
    }
}

/// The most dollars that are counted.
const MOST_DOLLARS: usize = 16;

/// How many bytes to advance in the text of a string.
fn in_string(rest: &[u8], at: usize, many: bool, signs: usize, open: &mut Vec<(bool, i32)>) -> usize {
    match rest[at] {
        b'"' if many && rest[at..].starts_with(b"\"\"\"") => {
            open.pop();
            rest[at..].iter().take_while(|b| **b == b'"').count()
        }
        b'"' if !many => {
            open.pop();
            1
        }
        // The string is never closed.
        b'\n' if !many => {
            open.pop();
            0
        }
        b'\\' if !many => 2,
        b'{' if begins_expression(&rest[..at], signs) => {
            braces(open, 1);
            1
        }
        _ => 1,
    }
}

/// How many bytes to advance in an expression, or before a string.
fn in_code(text: &[u8], open: &mut Vec<(bool, i32)>) -> usize {
    match text[0] {
        b'"' => {
            let many = text.starts_with(b"\"\"\"");
            open.push((many, 0));
            if many { 3 } else { 1 }
        }
        b'\'' => quoted(text, false).max(1),
        b'{' => {
            braces(open, 1);
            1
        }
        b'}' => {
            braces(open, -1);
            1
        }
        _ => 1,
    }
}

/// Adds to the number of open braces in the innermost open string.
fn braces(open: &mut [(bool, i32)], change: i32) {
    if let Some((_, braces)) = open.last_mut() {
        *braces += change;
    }
}

/// True if the text ends with that many dollars.
fn begins_expression(text: &[u8], signs: usize) -> bool {
    text.iter().rev().take(MOST_DOLLARS).take_while(|b| **b == b'$').count() >= signs
}

fn until(text: &[u8], byte: u8) -> usize {
    text.iter().position(|b| *b == byte).unwrap_or(text.len())
}

/// Length of a directive, including continuation lines.
fn directive(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += until(&text[at..], b'\n');
        if at >= text.len() || !text[..at].trim_ascii_end().ends_with(b"\\") {
            return at;
        }
        at += 1;
    }
}

/// `R"tag(…)tag"`.
fn raw_string(text: &[u8]) -> usize {
    let tag = &text[2..];
    let length = tag.iter().take(17).take_while(|b| !matches!(b, b'(' | b'"' | b'\n')).count();
    if tag.get(length) != Some(&b'(') {
        return 1;
    }
    let closing = [b")", &tag[..length], b"\""].concat();
    bstr::ByteSlice::find(tag, &closing).map_or(text.len(), |end| 2 + end + closing.len())
}

/// A string or character: to its closing quote, or to the end of its line.
fn quoted(text: &[u8], many_lines: bool) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            byte if byte == text[0] => return at + 1,
            b'\\' => at += 1,
            b'\n' if !many_lines => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str, habits: Habits) -> Vec<&str> {
        let tokens = Tokens::of(source.as_bytes(), habits);
        tokens.all.iter().map(|token| &source[token.start()..token.end()]).collect()
    }

    #[test]
    fn comments_strings_and_directives_hold_no_words() {
        let c = Habits { directives: true, ..Habits::default() };
        assert_eq!(
            texts("#define A \\\n b\na /* b */ c // d\n\"e\\\"f\" R\"x(\")\")x\" g::h", c),
            ["a", "c", "\"e\\\"f\"", "R\"x(\")\")x\"", "g", "::", "h"]
        );
        let kotlin = Habits { nested_comments: true, triple_quotes: true, ..Habits::default() };
        assert_eq!(
            texts("/* /* */ a */ b \"\"\"\n\"c\"\n\"\"\" d->1", kotlin),
            ["b", "\"\"\"\n\"c\"\n\"\"\"", "d", "->", "1"]
        );
        let kotlin = Habits { interpolation: true, ..kotlin };
        for text in [
            "\"a ${if (b) \"(\" else '}'} \\\" c\"",
            "\"\"\"a ${f { \"}\" }} \"\"\"\"\"",
            "$$\"\"\"${a\n$${\"b\"}\"\"\"",
            "`it's`",
        ] {
            let mut expected = vec![text.trim_start_matches('$'), ";"];
            if text.starts_with('$') {
                expected.insert(0, "$$");
            }
            assert_eq!(texts(&format!("{text};"), kotlin), expected);
        }
    }

    #[test]
    fn brackets_know_their_partners() {
        let tokens = Tokens::of(b"f(a[1], {) }", Habits::default());
        let partners = tokens.partners();
        assert_eq!((partners.of(3), partners.of(5)), (Some(5), Some(3)), "the square brackets");
        assert_eq!(partners.of(1), None, "never closed");
    }
}
