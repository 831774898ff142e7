//! The scanner: turns text into comments and lines of code.

use super::rules::{CommentPlace, Escape, LexicalRules, Quotes};
use super::{blocks, make, markup, restructured};
use crate::model::{Comment, CommentKind, Span};
use bstr::ByteSlice;
use std::cell::Cell;
use std::ops::Range;

/// What [`scan`] finds.
#[derive(Default)]
pub struct Scanned {
    /// Comments in order.
    pub comments: Vec<Comment>,
    /// Lines (1-based, ascending, distinct) that hold anything except comments and white space.
    pub code_lines: Vec<u32>,
}

/// Splits text into comments and the rest, in one pass.
pub fn scan(rules: &'static LexicalRules, bytes: &[u8]) -> Scanned {
    let start = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    scan_part(rules, bytes, start..bytes.len(), Line { number: 1, start: 0 })
}

/// The line on which a part of a text begins.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Its number, from 1.
    pub number: u32,
    /// Its first byte.
    pub start: usize,
}

/// The same for a part of the text that begins on `line`; spans count from the start of the whole text.
pub fn scan_part(rules: &'static LexicalRules, bytes: &[u8], part: Range<usize>, line: Line) -> Scanned {
    let mut scanner = Scanner {
        rules,
        stops: Stops::of(rules),
        bytes: &bytes[..part.end],
        at: part.start,
        line: line.number,
        line_start: line.start,
        fresh_line: true,
        unclosed: 0,
        line_feed: Cell::default(),
        heredocs: Vec::new(),
        found: Scanned::default(),
    };
    while scanner.at < scanner.bytes.len() {
        scanner.step();
    }
    scanner.found
}

pub(super) struct Scanner<'s> {
    pub rules: &'static LexicalRules,
    stops: Stops,
    pub bytes: &'s [u8],
    pub at: usize,
    pub line: u32,
    pub line_start: usize,
    /// Nothing on this line was read yet.
    fresh_line: bool,
    /// Bit `i`: the closing quote `i` does not occur in the rest of the text, so the rest is searched only once.
    unclosed: u32,
    /// Start and line feed of the line that was looked up last, because one line may hold a million strings.
    line_feed: Cell<Option<(usize, usize)>>,
    /// Closing words of the here-documents that begin on the next line.
    heredocs: Vec<blocks::HereDocument>,
    found: Scanned,
}

impl Scanner<'_> {
    fn step(&mut self) {
        if std::mem::take(&mut self.fresh_line) && self.block_at_line() {
            return;
        }
        let byte = self.bytes[self.at];
        if byte == b'\n' {
            self.advance_to(self.at + 1);
        } else if byte.is_ascii_whitespace() {
            let more = self.rest().iter().position(|b| !b.is_ascii_whitespace() || *b == b'\n');
            self.at = more.map_or(self.bytes.len(), |more| self.at + more);
        } else if let Some(end) = self.block_comment() {
            self.comment(CommentKind::Block, end);
        } else if let Some(opening) = self.line_comment() {
            let end = self.end_of_line_comment();
            self.comment(CommentKind::Line, end.max(self.at + opening));
        } else if let Some(end) = self.raw_text() {
            self.code_until(end);
        } else if let Some((index, quotes)) = self.string() {
            let end = self.end_of_string(index, quotes);
            self.code_until(end);
        } else {
            self.note_heredoc();
            let run = self.stops.next(&self.bytes[self.at + 1..]);
            self.code_until(self.at + 1 + run);
        }
    }

    pub fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Handles blocks at the start of a line: the text of a block, or a comment recognised by its position.
    fn block_at_line(&mut self) -> bool {
        if !self.heredocs.is_empty() && self.at == self.line_start {
            let heredocs = std::mem::take(&mut self.heredocs);
            let end = blocks::end_of_heredocs(self.bytes, self.at, &heredocs);
            self.code_until(end);
            return true;
        }
        if self.at != self.line_start {
            return false;
        }
        let taken = match self.rules.layout {
            super::rules::Layout::Free => None,
            super::rules::Layout::Yaml => blocks::yaml_scalar(self.bytes, self.at),
            super::rules::Layout::Markdown => blocks::fenced(self.bytes, self.at),
            super::rules::Layout::ReStructured => match restructured::block(self.bytes, self.at) {
                Some(restructured::Block::Comment(start, end)) => {
                    self.advance_to(start);
                    self.comment(CommentKind::Block, end);
                    return true;
                }
                Some(restructured::Block::Literal(end)) => Some((self.at, end)),
                None => None,
            },
            super::rules::Layout::Make => match make::block(self.bytes, self.at) {
                Some(make::Block::Command(end)) => {
                    self.command(end);
                    return true;
                }
                Some(make::Block::Literal(end)) => Some((self.at, end)),
                None => None,
            },
        };
        let Some((head, end)) = taken else { return false };
        // The head of a block may contain a comment; the text begins on the line below.
        if head > self.at {
            while self.at < head {
                self.step();
            }
        }
        self.code_until(end);
        self.fresh_line = self.at == self.line_start;
        true
    }

    /// The lines of a recipe's command, up to `end`: code and shell comments.
    fn command(&mut self, end: usize) {
        let mut quote = None;
        let first = self.at;
        while self.at < end {
            let start = self.at;
            let line_end = self.end_of_line().min(end);
            let comment = make::shell_comment(&self.bytes[start..line_end], &mut quote, start == first);
            if let Some(comment) = comment {
                self.code_until(start + comment);
                self.comment(CommentKind::Line, line_end);
            }
            let next = blocks::end_of_line(self.bytes, line_end) + 1;
            self.code_until(next.min(end));
        }
        self.fresh_line = self.at == self.line_start;
    }

    fn line_comment(&self) -> Option<usize> {
        let rest = self.rest();
        let opening = self.rules.line_comments.iter().find(|opening| match self.rules.any_case {
            true => {
                let length = opening.len();
                rest.len() >= length && rest[..length].eq_ignore_ascii_case(opening.as_bytes())
            }
            false => rest.starts_with(opening.as_bytes()),
        })?;
        if opening.ends_with(|c: char| c.is_ascii_alphanumeric())
            && rest.get(opening.len()).is_some_and(|b| !b.is_ascii_whitespace())
        {
            return None;
        }
        let before = self.at.checked_sub(1).map(|at| self.bytes[at]);
        let fits = match self.rules.comment_place {
            CommentPlace::Anywhere => true,
            CommentPlace::StartOfLine => self.begins_line(),
            CommentPlace::StartOfEntry => self.begins_line() && !self.is_continuation(),
            CommentPlace::StartOfCommand => self.begins_line() || self.follows_command(),
            CommentPlace::AfterSpace => before.is_none_or(|b| b.is_ascii_whitespace()),
            CommentPlace::BetweenWords => {
                before.is_none_or(|b| b.is_ascii_whitespace() || b"(){}[];,|&=".contains(&b))
            }
            CommentPlace::NotEscaped => before != Some(b'\\'),
        };
        fits.then_some(opening.len())
    }

    /// True if only white space and comments come before this on its line.
    fn begins_line(&self) -> bool {
        self.found.code_lines.last() != Some(&self.line)
    }

    /// True if the line above is code that a backslash continues.
    fn is_continuation(&self) -> bool {
        let above = self.bytes[..self.line_start].strip_suffix(b"\n");
        let above = above.map(|text| text.strip_suffix(b"\r").unwrap_or(text));
        self.found.code_lines.last().is_some_and(|line| line + 1 == self.line)
            && above.is_some_and(make::is_continued)
    }

    /// True behind a `&` that separates two commands of a batch file.
    fn follows_command(&self) -> bool {
        let line = self.bytes[self.line_start..self.at].trim_ascii_end();
        let escapes = |text: &[u8]| text.iter().rev().take_while(|byte| **byte == b'^').count();
        line.strip_suffix(b"&").is_some_and(|command| escapes(command) % 2 == 0)
    }

    fn end_of_line_comment(&self) -> usize {
        match self.rules.layout {
            super::rules::Layout::Make => make::end_of_comment(self.bytes, self.at),
            _ => self.end_of_line(),
        }
    }

    /// The end of the block comment that begins here.
    fn block_comment(&self) -> Option<usize> {
        if self.rules.long_brackets && self.rest().starts_with(b"#[") {
            return blocks::end_of_long_bracket(self.bytes, self.at + 1);
        }
        let starts = |(opening, _): &&(&str, &str)| self.rest().starts_with(opening.as_bytes());
        let (opening, closing) = self.rules.block_comments.iter().find(starts)?;
        if self.rules.sections {
            return Some(markup::end_of_comment(self.bytes, self.at));
        }
        Some(self.end_of_block(opening, closing))
    }

    /// The end of the literal text that begins here.
    fn raw_text(&self) -> Option<usize> {
        let rest = self.rest();
        match rest[0] {
            b'[' if self.rules.long_brackets => blocks::end_of_long_bracket(self.bytes, self.at),
            b'$' if self.rules.dollar_quotes => blocks::end_of_dollar_quotes(self.bytes, self.at),
            b'q' | b'Q' if self.rules.chosen_quotes => blocks::end_of_chosen_quotes(self.bytes, self.at),
            b'u' | b'U' if self.rules.urls => blocks::end_of_url(self.bytes, self.at),
            b'`' if self.rules.code_spans => blocks::end_of_code_span(self.bytes, self.at),
            b'@' if self.rules.here_strings => blocks::end_of_here_string(self.bytes, self.at),
            b'<' if self.rules.sections => markup::end_of_tag(self.bytes, self.at),
            b'<' if self.rules.character_data && rest.starts_with(b"<![CDATA[") => {
                Some(blocks::end_after(self.bytes, self.at + 9, b"]]>"))
            }
            _ => None,
        }
    }

    fn string(&self) -> Option<(usize, &'static Quotes)> {
        let rest = self.rest();
        let mut quotes = self.rules.strings.iter().enumerate();
        let in_word = self.at > 0 && blocks::is_word(self.bytes[self.at - 1]);
        let (index, found) = quotes.find(|(_, quotes)| {
            let opening = quotes.opening.as_bytes();
            rest.starts_with(opening) && !(in_word && opening[0].is_ascii_alphabetic())
        })?;
        (!self.rules.quotes_start_values || self.starts_value()).then_some((index, found))
    }

    /// True if a YAML value begins here: first on its line, or after a sign that announces one.
    fn starts_value(&self) -> bool {
        let line = self.bytes[self.line_start..self.at].trim_ascii_end();
        let touches = self.line_start + line.len() == self.at;
        match line.last() {
            None | Some(b'[' | b'{' | b',') => true,
            Some(_) if touches => false,
            Some(b':' | b'-' | b'?') => true,
            Some(_) => {
                let word = line.rsplit(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
                matches!(word.first(), Some(b'!' | b'&'))
            }
        }
    }

    fn note_heredoc(&mut self) {
        if self.rules.heredocs
            && self.rest().starts_with(b"<<")
            && !self.bytes[..self.at].ends_with(b"<")
            && let Some((heredoc, end)) = blocks::heredoc(self.bytes, self.at)
        {
            // More than any sensible line has; without a limit the search for their ends would be repeated too often.
            if self.heredocs.len() < 16 {
                self.heredocs.push(heredoc);
            }
            self.code_until(end - 1);
        }
    }

    pub fn end_of_line(&self) -> usize {
        let known = self.line_feed.get().filter(|(of, end)| *of == self.line_start && *end >= self.at);
        let end = known.map_or_else(
            || self.rest().find_byte(b'\n').map_or(self.bytes.len(), |feed| self.at + feed),
            |(_, end)| end,
        );
        self.line_feed.set(Some((self.line_start, end)));
        if end > self.at && self.bytes[end - 1] == b'\r' { end - 1 } else { end }
    }

    fn end_of_block(&self, opening: &str, closing: &str) -> usize {
        let mut depth = 1;
        let mut at = self.at + opening.len();
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            if rest.starts_with(closing.as_bytes()) {
                at += closing.len();
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            } else if self.rules.nested && rest.starts_with(opening.as_bytes()) {
                at += opening.len();
                depth += 1;
            } else {
                at += 1;
            }
        }
        self.bytes.len()
    }

    /// The end of a string: after its closing quote. A string that may not contain line breaks, or is never closed,
    /// ends at the end of its line.
    fn end_of_string(&mut self, index: usize, quotes: &Quotes) -> usize {
        let known_unclosed = self.unclosed & (1 << index) != 0;
        let last = if quotes.spans_lines && !known_unclosed { self.bytes.len() } else { self.end_of_line() };
        let mut at = self.at + quotes.opening.len();
        while at < last {
            let rest = &self.bytes[at..last];
            if let Some(length) = quotes.escape.length_at(rest, quotes.closing) {
                at += length;
            } else if rest.starts_with(quotes.closing.as_bytes()) {
                return at + quotes.closing.len();
            } else {
                at += 1;
            }
        }
        if quotes.spans_lines && !known_unclosed {
            self.unclosed |= 1 << index;
        }
        if quotes.closing.len() > 1 { last } else { self.end_of_line() }
    }

    fn comment(&mut self, kind: CommentKind, end: usize) {
        let start = self.at;
        let (start_line, start_column) = (self.line, (start - self.line_start) as u32 + 1);
        let trailing = self.found.code_lines.last() == Some(&self.line);
        self.advance_to(end);
        let span = Span {
            start_byte: start as u32,
            end_byte: end as u32,
            start_line,
            end_line: if end > start && self.bytes[end - 1] == b'\n' { self.line - 1 } else { self.line },
            start_column,
        };
        let text = String::from_utf8_lossy(&self.bytes[start..end]).into_owned();
        self.found.comments.push(Comment { span, kind, trailing, text });
    }

    fn code_until(&mut self, end: usize) {
        let end = end.min(self.bytes.len());
        while self.at < end {
            let rest = &self.bytes[self.at..end];
            let line_end = rest.find_byte(b'\n').map_or(end, |feed| self.at + feed + 1);
            if self.found.code_lines.last() != Some(&self.line)
                && self.bytes[self.at..line_end].iter().any(|b| !b.is_ascii_whitespace())
            {
                self.found.code_lines.push(self.line);
            }
            self.advance_to(line_end);
        }
    }

    fn advance_to(&mut self, end: usize) {
        if end <= self.at {
            return;
        }
        while let Some(feed) = self.bytes[self.at..end].find_byte(b'\n') {
            self.at += feed + 1;
            self.line += 1;
            self.line_start = self.at;
            self.fresh_line = true;
        }
        self.at = end;
    }
}

/// The bytes at which the scanner must stop: white space, and the first bytes of comments, strings and raw texts.
/// Everything between them is code, and passed over at once.
struct Stops([bool; 256]);

impl Stops {
    fn of(rules: &LexicalRules) -> Stops {
        let mut stops = [false; 256];
        let openings = rules.line_comments.iter().copied();
        let openings = openings.chain(rules.block_comments.iter().map(|(opening, _)| *opening));
        for opening in openings.chain(rules.strings.iter().map(|quotes| quotes.opening)) {
            let first = opening.as_bytes()[0];
            stops[usize::from(first.to_ascii_lowercase())] = true;
            stops[usize::from(first.to_ascii_uppercase())] = true;
        }
        let signs: [(bool, &[u8]); 10] = [
            (true, b" \t\r\n\x0C"),
            (rules.long_brackets, b"#["),
            (rules.dollar_quotes, b"$"),
            (rules.chosen_quotes, b"qQ"),
            (rules.urls, b"uU"),
            (rules.code_spans, b"`"),
            (rules.here_strings, b"@"),
            (rules.character_data, b"<"),
            (rules.heredocs, b"<"),
            (rules.sections, b"<"),
        ];
        for (_, bytes) in signs.iter().filter(|(counts, _)| *counts) {
            bytes.iter().for_each(|byte| stops[usize::from(*byte)] = true);
        }
        Stops(stops)
    }

    /// How many bytes of `rest` can be skipped.
    fn next(&self, rest: &[u8]) -> usize {
        rest.iter().position(|byte| self.0[usize::from(*byte)]).unwrap_or(rest.len())
    }
}

impl Escape {
    /// Length of the escape at the beginning of `rest`.
    fn length_at(self, rest: &[u8], closing: &str) -> Option<usize> {
        let doubled = || {
            let quote = closing.as_bytes()[0];
            rest[0] == quote && rest.get(1) == Some(&quote)
        };
        match self {
            Escape::None => None,
            Escape::By(sign) => (rest[0] == sign).then_some(2),
            // `''` is one quote inside the string.
            Escape::Doubled => doubled().then_some(2),
            Escape::DoubledOrBy(sign) => (rest[0] == sign || doubled()).then_some(2),
            // `''$`, `''\` and `'''` in Nix.
            Escape::Nix => {
                let more = rest.starts_with(b"''") && rest.get(2).is_some_and(|b| b"$\\'".contains(b));
                more.then_some(3)
            }
        }
    }
}
