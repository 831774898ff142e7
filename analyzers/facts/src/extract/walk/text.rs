//! Leaves: tokens and comments.

use super::Walk;
use crate::extract::halstead::TokenClass;
use crate::extract::kinds::{KindInfo, Role, Text, flag};
use crate::extract::names::{end_line_of, line_of, span_of};
use crate::extract::symbols::{Qualifier, Usage};
use crate::language::NodeRef;
use crate::model::{Comment, CommentKind};
use bstr::ByteSlice;
use std::ops::Range;

impl<'t> Walk<'t> {
    pub(super) fn token(&mut self, node: NodeRef<'t>, info: &KindInfo) {
        let range = node.byte_range();
        if range.is_empty() {
            return;
        }
        let line = line_of(node);
        self.lines.mark_code(line, end_line_of(node));
        let kind = node.kind_id();
        if info.text == Text::Operator {
            let text = &self.source[range];
            let kind = self.tokens.named_sign(text, line);
            self.sign_before(&self.table.info_of_sign(text), text);
            self.operator(kind, &self.table.info_of_sign(text));
            return;
        }
        if !info.named {
            let class = if info.text == Text::Closer { TokenClass::Closer } else { TokenClass::Operator };
            self.tokens.sign(kind, class, line);
            self.sign_before(info, &self.source[range]);
            self.operator(kind, info);
            return;
        }
        let bytes = &self.source[range.clone()];
        let text = self.tokens.operand(kind, bytes, line);
        if info.text == Text::Identifier {
            self.identifier(text, range);
            return;
        }
        if info.has(flag::RAW_CODE) {
            self.names_in_code(bytes, info.text == Text::Opaque);
        } else if info.text == Text::Opaque {
            self.string(bytes);
        }
        self.operand_before(info, bytes, text);
    }

    /// A name: of the definition just opened, or a use.
    fn identifier(&mut self, text: u32, range: Range<usize>) {
        let mut qualifier = self.before.qualifier;
        if self.names.last() == Some(&range.start) {
            self.names.pop();
        } else {
            let call = self.callees.last() == Some(&range.start);
            if call {
                self.callees.pop();
                if self.grammar.juxtaposed_receivers && qualifier == Qualifier::None {
                    qualifier = self.before.last;
                }
            }
            let mentioned = self.frames.last().is_some_and(|parent| parent.mentions);
            let usage = match (mentioned, call) {
                (true, _) => Usage::Mentioned,
                (false, true) => Usage::Called,
                (false, false) => Usage::Used,
            };
            self.symbols.reference(text, qualifier, usage, range.end);
        }
        self.before.name(text);
    }

    fn string(&mut self, bytes: &'t [u8]) {
        let Some(parent) = self.ancestors.last() else { return };
        if self.frames.last().is_some_and(|frame| frame.naming_strings) {
            self.names_in_string(bytes);
        } else if self.table.info(parent.kind_id()).has(flag::TOKEN_TREE) {
            self.names_in_braces(bytes);
        }
    }

    fn operator(&mut self, kind: u16, info: &KindInfo) {
        let Some(parent) = self.frames.last_mut() else { return };
        if info.has(flag::LOGICAL_OPERATOR)
            && let Some(sequence) = parent.sequence
        {
            if info.has(flag::COALESCING_OPERATOR) {
                self.count(|decisions| &mut decisions.logicals);
            } else {
                self.complexity.logical_operator(sequence, kind);
            }
        } else if info.has(flag::ELSE_KEYWORD) && parent.role == Role::If {
            parent.after_else = true;
            self.complexity.condition();
            self.complexity.flat();
        } else if info.has(flag::COMPARISON) && parent.role == Role::Binary {
            self.complexity.condition();
        }
    }

    pub(super) fn comment(&mut self, node: NodeRef<'t>) {
        let bytes = &self.source[node.byte_range()];
        let trimmed = bytes.trim_end_with(|c| c == '\n' || c == '\r');
        let mut span = span_of(node);
        if trimmed.len() < bytes.len() {
            span.end_byte = span.start_byte + trimmed.len() as u32;
            span.end_line = span.start_line + trimmed.iter().filter(|b| **b == b'\n').count() as u32;
        }
        if !self.attributes.is_empty() && span.start_line <= self.attributes_end + 1 {
            self.attributes_end = self.attributes_end.max(span.end_line);
        }
        let trailing = self.lines.has_code(span.start_line);
        self.lines.mark_comment(span.start_line, span.end_line);
        let text = trimmed.to_str_lossy().into_owned();
        let docs = &self.grammar.docs;
        let starts = |openings: &[&str]| openings.iter().any(|opening| text.starts_with(opening));
        let kind = if starts(docs.inner_openings) || (starts(docs.openings) && !starts(docs.not_openings)) {
            CommentKind::Doc
        } else if span.end_line > span.start_line
            || ["/*", "{-", "(*", "--[[", "#=", "=begin"].iter().any(|o| text.starts_with(o))
        {
            CommentKind::Block
        } else {
            CommentKind::Line
        };
        let inner = starts(docs.inner_openings);
        let comment = Comment { span, kind, trailing, text };
        if inner {
            self.pending_doc.clear();
        } else {
            self.pending_doc.comment(self.comments.len(), &comment, docs.plain);
        }
        self.comments.push(comment);
    }
}
