//! Preprocessor conditions where the grammar allows none: within expressions and lists, around a head without its body,
//! around text whose brackets do not match.

use super::braces::{Bracket, HEADS, opened};
use super::{HABITS, is_macro_name};
use crate::language::gaps::Gaps;
use crate::language::rough::Tokens;
use bstr::ByteSlice;
use std::ops::Range;

/// The meaning of a directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    If,
    Else,
    End,
    /// Does not affect the text around it: `#pragma`, `#error`.
    Remark,
    Other,
}

struct Directive {
    range: Range<usize>,
    word: Word,
    /// The first token after it.
    next: usize,
}

/// An open bracket and those around it.
#[derive(Clone, Copy)]
struct Node {
    kind: Bracket,
    token: usize,
    parent: usize,
}

/// A condition that is still open.
struct Group {
    directives: Vec<usize>,
    /// The innermost bracket before the condition.
    before: usize,
    /// The innermost bracket after each branch.
    ends: Vec<usize>,
}

/// Blanks the directives of misplaced conditions, and all of their branches but one.
pub(super) fn conditions(source: &[u8], cpp: bool, gaps: &mut Gaps) {
    if !source.contains(&b'#') {
        return;
    }
    let tokens = Tokens::of(source, HABITS);
    let directives = directives(&tokens);
    let count = tokens.all.len();
    let root = Node { kind: Bracket::Outside, token: usize::MAX, parent: 0 };
    let mut reader = Reader {
        nodes: vec![root],
        top: 0,
        openers: vec![usize::MAX; count],
        groups: Vec::new(),
        dropped_tokens: vec![0; count + 1],
        dropped_directives: vec![0; directives.len() + 1],
        tokens: &tokens,
        directives: &directives,
        cpp,
    };
    let mut next = 0;
    for index in 0..=count {
        while directives.get(next).is_some_and(|directive| directive.next == index) {
            reader.directive(next);
            next += 1;
        }
        if index < count {
            reader.token(index);
        }
    }
    reader.blank(gaps);
}

struct Reader<'a, 's> {
    /// Brackets, each with the one around it: each branch starts again from the bracket before the condition.
    nodes: Vec<Node>,
    /// The innermost open bracket.
    top: usize,
    /// For each closing bracket, the token that opened it.
    openers: Vec<usize>,
    groups: Vec<Group>,
    /// The difference between the number of dropped stretches around a token and around the token before.
    dropped_tokens: Vec<i32>,
    dropped_directives: Vec<i32>,
    tokens: &'a Tokens<'s>,
    directives: &'a [Directive],
    cpp: bool,
}

impl Reader<'_, '_> {
    fn token(&mut self, index: usize) {
        let sign = self.tokens.text(index);
        match sign {
            b"(" | b"[" | b"{" => {
                let kind = opened(self.tokens, index, self.nodes[self.top].kind);
                self.nodes.push(Node { kind, token: index, parent: self.top });
                self.top = self.nodes.len() - 1;
            }
            b")" | b"]" | b"}" if self.top > 0 => {
                let node = self.nodes[self.top];
                let matches = match node.kind {
                    Bracket::Round => sign == b")",
                    Bracket::Square => sign == b"]",
                    _ => sign == b"}",
                };
                if matches {
                    self.openers[index] = node.token;
                    self.top = node.parent;
                }
            }
            _ => {}
        }
    }

    fn directive(&mut self, index: usize) {
        match self.directives[index].word {
            Word::If => {
                self.groups.push(Group { directives: vec![index], before: self.top, ends: Vec::new() });
            }
            Word::Else => {
                if let Some(group) = self.groups.last_mut() {
                    group.directives.push(index);
                    group.ends.push(self.top);
                    self.top = group.before;
                }
            }
            Word::End => {
                if let Some(mut group) = self.groups.pop() {
                    group.directives.push(index);
                    group.ends.push(self.top);
                    self.close(&group);
                }
            }
            Word::Remark => {
                let next = self.directives[index].next;
                if self.is_list(self.top) || !self.is_complete(next) {
                    self.drop_directives(index..index + 1);
                }
            }
            Word::Other => {
                let next = self.directives[index].next;
                let enumerates = self.nodes[self.top].kind == Bracket::Enumeration;
                if self.is_list(self.top) || enumerates || self.is_within_value(next) {
                    self.drop_directives(index..index + 1);
                }
            }
        }
    }

    /// True after `=` or a joining operator, where no declaration can begin.
    fn is_within_value(&self, next: usize) -> bool {
        matches!(self.tokens.before(next), b"=" | b"," | b"|" | b"+" | b"?")
    }

    fn close(&mut self, group: &Group) {
        let kept = self.kept(group);
        let misplaced = self.is_misplaced(group);
        // Text for C++ only is not valid C.
        let line = &self.tokens.source[self.directives[group.directives[0]].range.clone()];
        let foreign = !self.cpp && line.contains_str("__cplusplus") && self.decided(line).is_some();
        self.top = group.before;
        if misplaced {
            self.top = kept.map_or(group.before, |kept| group.ends[kept]);
            group.directives.iter().for_each(|index| self.drop_directives(*index..*index + 1));
        }
        for branch in 0..group.ends.len() {
            if kept != Some(branch) && (misplaced || foreign) {
                let (first, last) = (group.directives[branch], group.directives[branch + 1]);
                self.drop_directives(first + 1..last);
                let range = self.tokens_of(group, branch);
                self.dropped_tokens[range.start] += 1;
                self.dropped_tokens[range.end] -= 1;
            }
        }
    }

    fn drop_directives(&mut self, range: Range<usize>) {
        self.dropped_directives[range.start] += 1;
        self.dropped_directives[range.end] -= 1;
    }

    fn tokens_of(&self, group: &Group, branch: usize) -> Range<usize> {
        let next = |at: usize| self.directives[group.directives[at]].next;
        next(branch)..next(branch + 1)
    }

    fn is_list(&self, node: usize) -> bool {
        matches!(self.nodes[node].kind, Bracket::Round | Bracket::Square | Bracket::Values)
    }

    /// The branch that is parsed: the first non-empty one, unless its condition is known to be false.
    fn kept(&self, group: &Group) -> Option<usize> {
        let decided = self.decided(&self.tokens.source[self.directives[group.directives[0]].range.clone()]);
        let full = |branch: &usize| !self.tokens_of(group, *branch).is_empty();
        match decided {
            Some(true) => Some(0),
            Some(false) => (1..group.ends.len()).find(full),
            None => (0..group.ends.len()).find(full),
        }
    }

    /// The value of a condition, if known: `#if 0`, and `__cplusplus` depending on the language.
    fn decided(&self, line: &[u8]) -> Option<bool> {
        let text = line.trim_start_with(|c| c == '#' || c == ' ' || c == '\t');
        if text.strip_prefix(b"if ").is_some_and(|rest| rest.trim_ascii() == b"0") {
            return Some(false);
        }
        let negated =
            text.starts_with(b"ifndef") || text.contains_str("!defined") || text.contains_str("! defined");
        let simple = !text.contains_str("||") && !text.contains_str("&&");
        (text.contains_str("__cplusplus") && simple).then_some(self.cpp != negated)
    }

    fn is_misplaced(&self, group: &Group) -> bool {
        let [first, .., last] = group.directives[..] else { return false };
        if group.ends.iter().any(|end| *end != group.before) || self.is_list(group.before) {
            return true;
        }
        let behind = self.tokens.text(self.directives[last].next);
        let enumerates = self.nodes[group.before].kind == Bracket::Enumeration;
        if matches!(behind, b"else" | b")" | b"]" | b"=" | b"." | b"->") || behind == b"," && !enumerates {
            return true;
        }
        let complete = enumerates || self.is_complete(self.directives[first].next);
        !complete
            || (0..group.ends.len()).any(|branch| !self.is_whole(self.tokens_of(group, branch), enumerates))
    }

    /// True for a branch that consists of whole statements or declarations.
    fn is_whole(&self, branch: Range<usize>, enumerates: bool) -> bool {
        if branch.is_empty() {
            return true;
        }
        let first = self.tokens.text(branch.start);
        let goes_on = match first {
            [sign] => sign.is_ascii_punctuation() && !b"{~*&([;}_@-+\"'".contains(sign),
            _ => first == b"else" || first == b"->",
        };
        !goes_on && (enumerates || self.is_complete(branch.end))
    }

    /// True if a statement, a declaration or a macro on its own line ends before that token.
    fn is_complete(&self, index: usize) -> bool {
        let Some(last) = index.checked_sub(1) else { return true };
        match self.tokens.text(last) {
            b"{" | b"}" | b";" | b":" => true,
            b")" => {
                let opener = self.openers[last];
                let head = opener.checked_sub(1).filter(|_| opener != usize::MAX);
                head.is_some_and(|head| self.is_macro_line(head))
            }
            _ => self.is_macro_line(last) || self.is_marked_line(last),
        }
    }

    fn is_macro_line(&self, index: usize) -> bool {
        let name = self.tokens.text(index);
        self.tokens.is_first(index) && is_macro_name(name) && !HEADS.contains(&name)
    }

    /// `@end` and the like in Objective-C.
    fn is_marked_line(&self, last: usize) -> bool {
        let line = (last.saturating_sub(8)..=last).rev().find(|at| self.tokens.is_first(*at));
        line.is_some_and(|first| self.tokens.text(first) == b"@")
    }

    /// Blanks the dropped text; comments stay.
    fn blank(&self, gaps: &mut Gaps) {
        let mut depth = 0;
        for (index, directive) in self.directives.iter().enumerate() {
            depth += self.dropped_directives[index];
            if depth > 0 {
                gaps.blank(directive.range.clone());
            }
            // `a[] =`, `#include "values"`, `;`
            let whole =
                self.tokens.before(directive.next) == b"=" && self.tokens.text(directive.next) == b";";
            if depth > 0 && whole && directive.word == Word::Other {
                gaps.put(directive.range.start, b"0");
            }
        }
        depth = 0;
        let mut run: Option<Range<usize>> = None;
        for (index, token) in self.tokens.all.iter().enumerate() {
            depth += self.dropped_tokens[index];
            let here = token.start()..token.end();
            let source = self.tokens.source;
            match run.take() {
                Some(before) if depth > 0 && source[before.end..here.start].trim_ascii().is_empty() => {
                    run = Some(before.start..here.end);
                }
                before => {
                    before.into_iter().for_each(|range| gaps.blank(range));
                    run = (depth > 0).then_some(here);
                }
            }
        }
        run.into_iter().for_each(|range| gaps.blank(range));
    }
}

/// The directives of a file in order. Otherwise there are only white space and comments between tokens.
fn directives(tokens: &Tokens<'_>) -> Vec<Directive> {
    let source = tokens.source;
    let mut found = Vec::new();
    let mut end = 0;
    for next in 0..=tokens.all.len() {
        let start = tokens.all.get(next).map_or(source.len(), |token| token.start());
        let mut at = end;
        while at < start {
            let rest = &source[at..start];
            at += match rest {
                [b'/', b'/', ..] => rest.find_byte(b'\n').unwrap_or(rest.len()),
                [b'/', b'*', ..] => rest[2..].find(b"*/").map_or(rest.len(), |end| end + 4),
                [b'#', ..] => {
                    let length = directive_length(rest);
                    found.push(Directive { range: at..at + length, word: word(&rest[1..length]), next });
                    length
                }
                _ => 1,
            };
        }
        end = tokens.all.get(next).map_or(source.len(), |token| token.end());
    }
    found
}

/// Length of a directive including its continuation lines, without a comment that begins after it.
fn directive_length(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += text[at..].find_byte(b'\n').unwrap_or(text.len() - at);
        if at >= text.len() || !text[..at].trim_ascii_end().ends_with(b"\\") {
            break;
        }
        at += 1;
    }
    text[..at].find(b"/*").or_else(|| text[..at].find(b"//")).unwrap_or(at)
}

fn word(text: &[u8]) -> Word {
    let text = text.trim_ascii_start();
    let length = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    match &text[..length] {
        b"if" | b"ifdef" | b"ifndef" => Word::If,
        b"else" | b"elif" | b"elifdef" | b"elifndef" => Word::Else,
        b"endif" => Word::End,
        b"pragma" | b"error" | b"warning" | b"line" => Word::Remark,
        _ => Word::Other,
    }
}
