//! The code that is not mutated in Python.

use super::super::rule::{Site, parts};
use tree_sitter::Node;

/// True if a node and everything below it is not mutated.
pub(super) fn excluded(site: &Site<'_, '_>) -> bool {
    let node = site.node;
    // Runs when the function is defined: an error there would break the import.
    if is_default(site) && !is_simple(node) {
        return true;
    }
    match node.kind() {
        "import_statement"
        | "import_from_statement"
        | "future_import_statement"
        | "type"
        | "decorator"
        | "type_alias_statement"
        | "type_parameter"
        | "global_statement"
        | "nonlocal_statement" => true,
        // A string that is a statement of its own is documentation.
        "expression_statement" => {
            parts(node).iter().all(|part| matches!(part.kind(), "string" | "concatenated_string"))
        }
        "assignment" | "augmented_assignment" => {
            site.field("left").is_some_and(|left| site.text(left) == "__all__")
        }
        "call" => {
            site.field("function").is_some_and(|function| matches!(site.text(function), "len" | "isinstance"))
        }
        "comparison_operator" => {
            site.parent_kind() == "if_statement" && site.own_text().starts_with("__name__")
        }
        "block" => is_for_type_checkers(site),
        _ => false,
    }
}

fn is_default(site: &Site<'_, '_>) -> bool {
    matches!(site.parent_kind(), "default_parameter" | "typed_default_parameter")
        && site.is_field_of_parent("value")
}

fn is_simple(value: Node<'_>) -> bool {
    matches!(value.kind(), "identifier" | "true" | "false" | "none" | "integer" | "float" | "string")
}

fn is_for_type_checkers(site: &Site<'_, '_>) -> bool {
    let condition = site
        .parent()
        .filter(|parent| parent.kind() == "if_statement")
        .and_then(|parent| parent.child_by_field_name("condition"));
    condition
        .is_some_and(|condition| matches!(site.text(condition), "TYPE_CHECKING" | "typing.TYPE_CHECKING"))
        && site.is_field_of_parent("consequence")
}
