//! Names and positions of syntax nodes.

use super::kinds::{KindTable, flag};
use super::symbols::one_line;
use crate::language::{Grammar, NodeRef, Site};
use crate::model::Span;
use bstr::ByteSlice;

pub(super) fn line_of(node: NodeRef<'_>) -> u32 {
    node.start_position().row as u32 + 1
}

/// Line of the node's last byte: a node that ends right after a line break ends on the line before.
pub(super) fn end_line_of(node: NodeRef<'_>) -> u32 {
    let end = node.end_position();
    let row = if end.column == 0 && end.row > node.start_position().row { end.row - 1 } else { end.row };
    row as u32 + 1
}

pub(super) fn span_of(node: NodeRef<'_>) -> Span {
    Span {
        start_byte: node.start_byte() as u32,
        end_byte: node.end_byte() as u32,
        start_line: line_of(node),
        end_line: end_line_of(node),
        start_column: node.start_position().column as u32 + 1,
    }
}

/// The callee if a grammar parses `a + f(x)` as a call of `a + f` (as Swift's does): the last operand.
pub(super) fn last_operand<'t>(callee: NodeRef<'t>, table: &KindTable) -> NodeRef<'t> {
    let mut node = callee;
    while let Some(operand) = table.right_field.and_then(|field| node.child_by_field_id(field)) {
        node = operand;
    }
    node
}

/// The name inside a callee expression: `c` in `a.b::c`.
pub(super) fn called_name<'t>(callee: NodeRef<'t>, table: &KindTable) -> NodeRef<'t> {
    let mut node = callee;
    for _ in 0..8 {
        if node.child_count() == 0 {
            break;
        }
        let inner = table.called_name_fields.iter().find_map(|field| node.child_by_field_id(*field));
        let last = || {
            let access = table.info(node.kind_id()).has(flag::MEMBER_ACCESS);
            access.then(|| node.named_child(node.named_child_count().saturating_sub(1) as u32)).flatten()
        };
        match inner.or_else(last).or_else(|| without_type_arguments(node, table)) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// `f` in `f<T>` (C#) and `f[T]` (Go, whose grammar parses the type as an index).
fn without_type_arguments<'t>(node: NodeRef<'t>, table: &KindTable) -> Option<NodeRef<'t>> {
    let last = node.child(node.child_count().saturating_sub(1) as u32)?;
    if table.info(last.kind_id()).has(flag::TYPE_ARGUMENTS) {
        return node.child(0);
    }
    let indexed = (node.kind() == "index_expression").then(|| node.child_by_field_name("operand")).flatten();
    indexed.filter(|indexed| indexed.kind() == "identifier")
}

/// `this` in Java's `this.<T>f()`.
fn before_type_arguments(object: &[u8]) -> &[u8] {
    let text = object.trim_end();
    if !text.ends_with(b">") || text.ends_with(b"->") {
        return object;
    }
    let start = text.len().saturating_sub(MAX_TYPE_ARGUMENTS);
    text[start..].rfind(".<").map_or(object, |at| &text[..start + at])
}

/// The most bytes of type arguments that are searched.
const MAX_TYPE_ARGUMENTS: usize = 256;

/// True if a call on this object may be a recursive call: `text` is the text before the name.
pub(super) fn is_own_object(text: &[u8], own: Option<&[u8]>) -> bool {
    let text = text.trim_start_with(|c| c == '[' || c.is_whitespace());
    let text = before_type_arguments(text);
    let object = text.trim_end_with(|c| matches!(c, '.' | ':' | '-' | '>' | '?') || c.is_whitespace());
    matches!(object, b"" | b"self" | b"Self" | b"this" | b"cls" | b"$this" | b"static") || own == Some(object)
}

/// A name without type arguments, pointer signs and white space: `Vec` for `Vec<T>`, `T` for `*T`.
pub(super) fn base_name(text: &[u8]) -> String {
    let text = text.to_str_lossy();
    let name = text.trim().trim_start_matches(['*', '&']).trim_start();
    let is_word =
        name.starts_with(|c: char| c.is_alphanumeric() || c == '_') && !name.starts_with("operator");
    let end = if is_word { name.find(['<', '[', '(', '{']).unwrap_or(name.len()) } else { name.len() };
    one_line(name[..end].trim_end().as_bytes())
}

/// A function that contains only one nested function, documentation and a `return`.
pub(super) fn is_decorator(site: &Site<'_, '_>, grammar: &Grammar) -> bool {
    let Some(body) = (grammar.function.body)(site) else {
        return false;
    };
    let doc = (grammar.function.doc)(site);
    let documents = |statement: NodeRef<'_>| {
        doc.is_some_and(|doc| {
            statement.start_byte() <= doc.start_byte() && doc.end_byte() <= statement.end_byte()
        })
    };
    let mut cursor = body.walk();
    let mut functions = 0;
    for child in body.named_children(&mut cursor) {
        let kind = child.kind();
        if grammar.functions.contains(&kind) || kind == "decorated_definition" {
            functions += 1;
        } else if !grammar.exits.contains(&kind) && !grammar.comments.contains(&kind) && !documents(child) {
            return false;
        }
    }
    functions == 1
}
