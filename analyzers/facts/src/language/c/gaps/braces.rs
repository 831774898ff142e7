//! What the brackets of a file contain.

use super::{HABITS, is_macro_name};
use crate::language::gaps::Gaps;
use crate::language::rough::{Kind, Partners, Tokens};

/// The content of a pair of brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    /// No bracket is open: declarations of the file.
    Outside,
    Round,
    Square,
    /// Statements.
    Body,
    /// Members of a class, declarations of a namespace.
    Declarations,
    Enumeration,
    /// Values of a variable or argument.
    Values,
}

/// The most tokens before an opening brace that are looked at.
const LONGEST_HEAD: usize = 80;
/// The most tokens after an opening brace that are looked at.
const LOOK_INSIDE: usize = 40;
/// Longer forms are not left out.
const MOST_TOKENS: usize = 240;
/// Words between the parameters of a function and its body.
const BEFORE_BODY: &[&[u8]] =
    &[b"else", b"do", b"try", b"const", b"override", b"final", b"noexcept", b"mutable", b"volatile"];
/// Heads whose brackets are followed by a statement.
pub(super) const HEADS: &[&[u8]] = &[b"if", b"for", b"while", b"switch", b"catch"];

/// The content of the bracket that opens at `index`, given the bracket around it.
pub(super) fn opened(tokens: &Tokens<'_>, index: usize, within: Bracket) -> Bracket {
    match tokens.text(index) {
        b"(" => return Bracket::Round,
        b"[" => return Bracket::Square,
        _ => {}
    }
    let before = tokens.before(index);
    match before {
        b"(" if ends_statement(tokens, index) => Bracket::Body,
        b"]" if within == Bracket::Outside => Bracket::Values,
        b")" | b"]" => Bracket::Body,
        b"=" | b"," | b"(" | b"[" | b"return" => Bracket::Values,
        _ if matches!(within, Bracket::Values | Bracket::Round | Bracket::Square) => match before {
            b"mutable" | b"noexcept" => Bracket::Body,
            _ => Bracket::Values,
        },
        b"" | b";" | b"{" | b"}" | b":" => Bracket::Body,
        _ if BEFORE_BODY.contains(&before) => Bracket::Body,
        _ => by_head(tokens, index, within),
    }
}

/// True if there is a semicolon between the braces: `({ f(); })`.
fn ends_statement(tokens: &Tokens<'_>, brace: usize) -> bool {
    let inside = (brace + 1..tokens.all.len()).take(LOOK_INSIDE).map(|at| tokens.text(at));
    inside.into_iter().find(|text| matches!(*text, b";" | b"{" | b"}")) == Some(b";")
}

/// The content of a brace after a name: `struct a {`, `namespace b {`, `int f() API {`, `a{1}`.
fn by_head(tokens: &Tokens<'_>, brace: usize, within: Bracket) -> Bracket {
    let mut called = false;
    for at in (brace.saturating_sub(LONGEST_HEAD)..brace).rev() {
        match tokens.text(at) {
            b";" | b"{" | b"}" => break,
            b"enum" => return Bracket::Enumeration,
            b"class" | b"struct" if tokens.before(at) == b"enum" => return Bracket::Enumeration,
            b"class" | b"struct" | b"union" | b"namespace" | b"extern" => return Bracket::Declarations,
            b"(" | b"->" => called = true,
            _ => {}
        }
    }
    let last = tokens.before(brace);
    let shouts = is_macro_name(last) || last == b"forever" || last.starts_with(b"__");
    match within {
        Bracket::Body if shouts || called => Bracket::Body,
        Bracket::Outside | Bracket::Declarations if called => Bracket::Body,
        Bracket::Outside if shouts => Bracket::Declarations,
        _ => Bracket::Values,
    }
}

/// The tokens of a file, and the bracket around each of them.
pub(super) struct Layout<'s> {
    pub tokens: Tokens<'s>,
    pub partners: Partners,
    /// The innermost bracket around each token, and the token that opens it.
    around: Vec<(Bracket, usize)>,
}

impl<'s> Layout<'s> {
    pub(super) fn of(source: &'s [u8]) -> Layout<'s> {
        let tokens = Tokens::of(source, HABITS);
        let partners = tokens.partners();
        let mut open: Vec<(Bracket, usize)> = Vec::new();
        let mut around = Vec::with_capacity(tokens.all.len());
        for index in 0..tokens.all.len() {
            let closes = matches!(tokens.text(index), b")" | b"]" | b"}");
            if closes && partners.of(index).is_some() {
                open.pop();
            }
            let within = open.last().copied().unwrap_or((Bracket::Outside, usize::MAX));
            around.push(within);
            let opens = matches!(tokens.text(index), b"(" | b"[" | b"{");
            if opens && partners.of(index).is_some() {
                open.push((opened(&tokens, index, within.0), index));
            }
        }
        Layout { tokens, partners, around }
    }

    /// Blanks these tokens, unless there are more than any form has: this avoids blanking nested text once for each
    /// level.
    pub(super) fn blank(&self, first: usize, last: usize, gaps: &mut Gaps) {
        if last - first < MOST_TOKENS {
            gaps.blank(self.tokens.span(first, last));
        }
    }

    pub(super) fn text(&self, index: usize) -> &'s [u8] {
        self.tokens.text(index)
    }

    pub(super) fn around(&self, index: usize) -> Bracket {
        self.around.get(index).map_or(Bracket::Outside, |(kind, _)| *kind)
    }

    /// The token that opens the innermost bracket around the token at `index`.
    pub(super) fn opener(&self, index: usize) -> Option<usize> {
        self.around.get(index).map(|(_, opener)| *opener).filter(|opener| *opener < index)
    }

    /// The word before the bracket that the token at `index` closes.
    pub(super) fn head_of(&self, index: usize) -> &'s [u8] {
        self.partners.of(index).map_or(b"", |opener| self.tokens.before(opener))
    }

    /// True for a word in a body that begins a statement.
    pub(super) fn begins_statement(&self, index: usize) -> bool {
        self.around(index) == Bracket::Body
            && self.tokens.is_word(index)
            && (matches!(self.tokens.before(index), b"{" | b"}" | b";" | b":") || self.is_branch(index))
    }

    /// True for the body of a condition or loop without braces.
    pub(super) fn is_branch(&self, index: usize) -> bool {
        match self.tokens.before(index) {
            b"else" | b"do" => true,
            b")" => HEADS.contains(&self.head_of(index - 1)),
            _ => false,
        }
    }

    pub(super) fn is_string(&self, index: usize) -> bool {
        let is_text = self.tokens.all.get(index).is_some_and(|token| token.kind == Kind::Text);
        is_text && self.text(index).ends_with(b"\"")
    }

    /// The commas between the arguments in the brackets that open at `opener`; text between `<` and `>` is one argument
    /// if it reads like types.
    pub(super) fn commas(&self, opener: usize, closer: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut angles = 0usize;
        let mut at = opener + 1;
        while at < closer {
            match self.text(at) {
                b"(" | b"[" | b"{" => at = self.partners.of(at).unwrap_or(at),
                b"<" if self.tokens.is_word(at - 1) && !matches!(self.text(at + 1), b"<" | b"=") => {
                    angles += 1
                }
                b">" => angles = angles.saturating_sub(1),
                b"," if angles == 0 => found.push(at),
                _ => {}
            }
            at += 1;
        }
        found
    }
}
