//! The code that is not mutated in JavaScript and TypeScript.

use super::super::rule::{Site, parts};

/// True if a node and everything below it is not mutated.
pub(super) fn excluded(site: &Site<'_, '_>) -> bool {
    let node = site.node;
    match node.kind() {
        "import_statement"
        | "decorator"
        | "jsx_attribute"
        | "type_annotation"
        | "type_arguments"
        | "type_parameters"
        | "type_alias_declaration"
        | "interface_declaration"
        | "ambient_declaration"
        | "implements_clause"
        | "extends_type_clause"
        | "type_query"
        | "index_signature"
        | "asserts"
        | "type_predicate"
        | "function_signature"
        | "abstract_method_signature"
        | "satisfies_expression" => true,
        kind if kind.ends_with("_type") => true,
        "expression_statement" => {
            matches!(parts(node).as_slice(), [only] if only.kind() == "string")
        }
        "string" => {
            site.parent_kind() == "export_statement" && site.is_field_of_parent("source")
                || is_key(site)
                || site.parent_kind() == "module"
        }
        "template_string" => site.parent_kind() == "call_expression" && site.is_field_of_parent("arguments"),
        "call_expression" => site
            .field("function")
            .is_some_and(|function| matches!(site.text(function), "require" | "import" | "Symbol")),
        _ => false,
    }
}

fn is_key(site: &Site<'_, '_>) -> bool {
    let keyed = matches!(
        site.parent_kind(),
        "pair" | "pair_pattern" | "method_definition" | "public_field_definition" | "field_definition"
    );
    keyed
        && (site.is_field_of_parent("key")
            || site.is_field_of_parent("name")
            || site.is_field_of_parent("property"))
        || site.parent_kind() == "enum_assignment" && site.is_field_of_parent("name")
}

/// Without its call of `super`, the constructor of a derived class fails in every test.
pub(super) fn is_body_of_constructor(site: &Site<'_, '_>) -> bool {
    site.parent().is_some_and(|parent| {
        parent.kind() == "method_definition"
            && parent.child_by_field_name("name").is_some_and(|name| site.text(name) == "constructor")
            && site.own_text().contains("super(")
    })
}
