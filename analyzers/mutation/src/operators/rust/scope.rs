//! The code that is not mutated in Rust.

use super::super::rule::Site;
use facts::language::{is_test_attribute, is_test_condition};
use tree_sitter::Node;

/// True if a node and everything below it is not mutated.
pub(super) fn excluded(site: &Site<'_, '_>) -> bool {
    let node = site.node;
    match node.kind() {
        "attribute_item"
        | "inner_attribute_item"
        | "token_tree"
        | "macro_definition"
        | "macro_invocation" => true,
        "source_file" | "mod_item" | "trait_item" => marked(site),
        "impl_item" => marked(site) || implements_default(site),
        "function_item" => marked(site) || is_unsafe(node) || is_constructor(site) || !has_statements(node),
        "call_expression" => marked(site) || calls_skipped(site),
        "expression_statement"
        | "binary_expression"
        | "unary_expression"
        | "match_expression"
        | "struct_expression" => marked(site),
        _ => false,
    }
}

/// True for `#[cfg(test)]`, test attributes and `#[mutants::skip]`, before the node or inside it.
fn marked(site: &Site<'_, '_>) -> bool {
    let inside = match site.node.kind() {
        "source_file" => Some(site.node),
        "mod_item" | "trait_item" | "impl_item" | "function_item" => site.field("body"),
        _ => None,
    };
    let mut inner = Vec::new();
    if let Some(body) = inside {
        let mut cursor = body.walk();
        // Inner attributes come first.
        inner.extend(
            body.named_children(&mut cursor)
                .take_while(|child| {
                    child.kind() == "inner_attribute_item" || child.kind().contains("comment")
                })
                .filter(|child| child.kind() == "inner_attribute_item"),
        );
    }
    site.attributes.iter().chain(&inner).any(|attribute| is_mark(site.text(*attribute)))
}

pub(super) fn is_mark(attribute: &str) -> bool {
    let text: String = attribute.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(inner) = text.strip_prefix("#![").or_else(|| text.strip_prefix("#[")) else { return false };
    let inner = inner.strip_suffix(']').unwrap_or(inner);
    let (path, arguments) = inner.split_once('(').unwrap_or((inner, ""));
    match path {
        "cfg" => is_test_condition(inner),
        "cfg_attr" => arguments.split([',', ')']).any(|argument| argument == "mutants::skip"),
        "mutants::skip" => true,
        _ => path == "bench" || is_test_attribute(inner),
    }
}

fn implements_default(site: &Site<'_, '_>) -> bool {
    site.field("trait").is_some_and(|name| site.text(name).rsplit("::").next() == Some("Default"))
}

fn is_unsafe(function: Node<'_>) -> bool {
    let mut cursor = function.walk();
    let modifiers = function.children(&mut cursor).find(|child| child.kind() == "function_modifiers");
    modifiers.is_some_and(|modifiers| {
        let mut cursor = modifiers.walk();
        modifiers.children(&mut cursor).any(|modifier| modifier.kind() == "unsafe")
    })
}

/// A method named `new`: there is rarely another way to make the value.
fn is_constructor(site: &Site<'_, '_>) -> bool {
    let owner = site.ancestors.iter().rev().nth(1).map_or("", |owner| owner.kind());
    matches!(owner, "impl_item" | "trait_item")
        && site.field("name").is_some_and(|name| site.text(name) == "new")
}

fn has_statements(function: Node<'_>) -> bool {
    let Some(body) = function.child_by_field_name("body") else { return false };
    let mut cursor = body.walk();
    body.named_children(&mut cursor)
        .any(|child| !child.kind().contains("comment") && child.kind() != "inner_attribute_item")
}

fn calls_skipped(site: &Site<'_, '_>) -> bool {
    let Some(mut callee) = site.field("function") else { return false };
    if callee.kind() == "generic_function" {
        let Some(inner) = callee.child_by_field_name("function") else { return false };
        callee = inner;
    }
    let name = match callee.kind() {
        "identifier" => Some(callee),
        "scoped_identifier" => callee.child_by_field_name("name"),
        "field_expression" => callee.child_by_field_name("field"),
        _ => None,
    };
    name.is_some_and(|name| site.options.skip_calls.iter().any(|call| call == site.text(name)))
}
