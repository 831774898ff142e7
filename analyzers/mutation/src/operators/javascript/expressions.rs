//! Changes of JavaScript that depend on the context.

use super::super::rule::{Edits, Site, parts};
use super::super::seen::joins;
use tree_sitter::Node;

/// True for `+` and `+=` with a string operand: `-` would only give `NaN`.
pub(super) fn joins_strings(site: &Site<'_, '_>) -> bool {
    let is_string =
        |node: Option<Node<'_>>| node.is_some_and(|node| matches!(node.kind(), "string" | "template_string"));
    joins(site, "binary_expression", |node| {
        is_string(node.child_by_field_name("left")) || is_string(node.child_by_field_name("right"))
    })
}

/// The content of the brackets.
fn without_brackets(node: Node<'_>) -> Node<'_> {
    match (node.kind(), parts(node).as_slice()) {
        ("parenthesized_expression", [inner]) => *inner,
        _ => node,
    }
}

pub(super) fn condition(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(condition) = site.field("condition").map(without_brackets) else { return };
    if matches!(condition.kind(), "empty_statement" | ";") {
        return;
    }
    // The grammar includes the semicolon in the condition of a `for`.
    let condition = match condition.kind() {
        "expression_statement" => parts(condition).first().copied().unwrap_or(condition),
        _ => condition,
    };
    if site.node.kind() == "if_statement" {
        edits.replace(condition, "true");
    }
    edits.replace(condition, "false");
}

pub(super) fn truth_value(site: &Site<'_, '_>, edits: &mut Edits) {
    const BOOLEAN: &[&str] = &["==", "!=", "===", "!==", "<", "<=", ">", ">=", "&&", "||"];
    let operator = site.field("operator").map_or("", |operator| operator.kind());
    if !BOOLEAN.contains(&operator) || is_condition_of_loop(site) {
        return;
    }
    edits.replace(site.node, "true");
    edits.replace(site.node, "false");
}

fn is_condition_of_loop(site: &Site<'_, '_>) -> bool {
    let mut around = site.ancestors.iter().rev();
    let holder =
        around.find(|node| !matches!(node.kind(), "parenthesized_expression" | "expression_statement"));
    holder.is_some_and(|holder| {
        matches!(holder.kind(), "while_statement" | "do_statement" | "for_statement")
            && holder
                .child_by_field_name("condition")
                .is_some_and(|condition| condition.byte_range().contains(&site.node.start_byte()))
    })
}

pub(super) fn case_body(site: &Site<'_, '_>, edits: &mut Edits) {
    let mut cursor = site.node.walk();
    let body: Vec<Node<'_>> = site.node.children_by_field_name("body", &mut cursor).collect();
    if let (Some(first), Some(last)) = (body.first(), body.last()) {
        let label =
            site.field("value").map_or("default".to_owned(), |value| format!("case {}", site.text(value)));
        edits.described(first.start_byte()..last.end_byte(), "", format!("delete statements of {label}"));
    }
}

pub(super) fn string(site: &Site<'_, '_>, edits: &mut Edits) {
    let text = site.own_text();
    let Some(quote) = text.get(..1) else { return };
    if text.len() > 2 {
        edits.replace(site.node, format!("{quote}{quote}"));
    } else {
        edits.replace(site.node, format!("{quote}Stryker was here!{quote}"));
    }
}

pub(super) fn array(site: &Site<'_, '_>, edits: &mut Edits) {
    let filled = !site.parts().is_empty();
    edits.replace(site.node, if filled { "[]" } else { "[\"Stryker was here\"]" });
}

pub(super) fn arrow_function(site: &Site<'_, '_>, edits: &mut Edits) {
    if let Some(body) = site.field("body").filter(|body| body.kind() != "statement_block") {
        edits.replace(body, "undefined");
    }
}

pub(super) fn optional_chain(site: &Site<'_, '_>, edits: &mut Edits) {
    let mut cursor = site.node.walk();
    let chain = site.node.children(&mut cursor).find(|child| matches!(child.kind(), "optional_chain" | "?."));
    if let Some(chain) = chain {
        edits.replace(chain, if site.node.kind() == "member_expression" { "." } else { "" });
    }
}

const COUNTERPARTS: &[(&str, &str)] = &[
    ("startsWith", "endsWith"),
    ("toUpperCase", "toLowerCase"),
    ("toLocaleUpperCase", "toLocaleLowerCase"),
    ("some", "every"),
    ("trimStart", "trimEnd"),
    ("min", "max"),
];

const REMOVED: &[&str] = &["charAt", "filter", "reverse", "slice", "sort", "substr", "substring", "trim"];

pub(super) fn method(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(function) = site.field("function").filter(|function| function.kind() == "member_expression")
    else {
        return;
    };
    let (Some(object), Some(property)) =
        (function.child_by_field_name("object"), function.child_by_field_name("property"))
    else {
        return;
    };
    let name = site.text(property);
    for (one, other) in COUNTERPARTS {
        if name == *one {
            edits.replace(property, *other);
        } else if name == *other {
            edits.replace(property, *one);
        }
    }
    if REMOVED.contains(&name) {
        edits.described(object.end_byte()..site.node.end_byte(), "", format!("delete call of {name}"));
    }
}
