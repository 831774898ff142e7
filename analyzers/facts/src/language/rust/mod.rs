//! Rust.

use super::grammar::{DocRule, FunctionRule, Grammar, Site, VisibilityRule};
use super::registry::{LanguageSpec, Syntax};
use crate::model::{DefinitionKind as D, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Rust",
    id: "rust",
    extensions: &["rs"],
    file_names: &[],
    interpreters: &["rust-script", "cargo-script"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_rust::LANGUAGE.into(),
    functions: &["function_item"],
    lambdas: &["closure_expression"],
    scopes: &[
        ("struct_item", D::Struct),
        ("union_item", D::Struct),
        ("enum_item", D::Enum),
        ("trait_item", D::Interface),
        ("mod_item", D::Module),
    ],
    name_scopes: &["impl_item"],
    definitions: &[
        ("function_signature_item", D::Function),
        ("const_item", D::Constant),
        ("static_item", D::Constant),
        ("type_item", D::Type),
        ("macro_definition", D::Macro),
    ],
    // A guard is a field of the pattern; `let … else` is a `let` with an alternative.
    dynamic: &["match_pattern", "let_declaration"],
    classify: |site| match site.node.kind() {
        "match_pattern" if site.field("condition").is_some() => "batuta:guard",
        "let_declaration" if site.field("alternative").is_some() => "batuta:let-else",
        _ => "",
    },
    ifs: &["if_expression"],
    elses: &["else_clause"],
    loops: &["for_expression", "while_expression", "loop_expression"],
    switches: &["match_expression"],
    cases: &["match_arm"],
    is_default_case: |_| false,
    exhaustive_switch: true,
    guards: &["batuta:guard"],
    ternaries: &["batuta:let-else"],
    binaries: &["binary_expression", "let_chain"],
    jumps: &["break_expression", "continue_expression"],
    labels: &["label"],
    exits: &["return_expression"],
    propagations: &["try_expression"],
    comments: &["line_comment", "block_comment"],
    docs: DocRule {
        openings: &["///", "/**"],
        not_openings: &["////", "/***", "/**/"],
        inner_openings: &["//!", "/*!"],
        docstrings: false,
        plain: false,
    },
    strings: &["string_literal", "raw_string_literal", "char_literal"],
    attributes: &["attribute_item"],
    identifiers: &["identifier", "type_identifier", "field_identifier", "shorthand_field_identifier"],
    calls: &["call_expression", "macro_invocation"],
    callee_field: "function",
    imports: &["use_declaration", "extern_crate_declaration"],
    qualifiers: &[".", "::"],
    type_arguments: &["type_arguments"],
    token_trees: &["token_tree"],
    mentions: &["impl_item"],
    mentions_end: &["declaration_list"],
    assignments: &["let_declaration", "assignment_expression", "compound_assignment_expr"],
    statements: &[
        "expression_statement",
        "let_declaration",
        "use_declaration",
        "extern_crate_declaration",
        "const_item",
        "static_item",
        "type_item",
        "struct_item",
        "enum_item",
        "union_item",
        "trait_item",
        "impl_item",
        "mod_item",
        "function_item",
        "function_signature_item",
        "macro_definition",
    ],
    function: FunctionRule {
        name: |site| site.field("name").or_else(|| site.field("type")),
        is_test,
        base: |site| match site.node.kind() {
            "impl_item" => site.field("trait"),
            "trait_item" => site.field("bounds"),
            _ => None,
        },
        ..FunctionRule::BY_FIELDS
    },
    visibility: VisibilityRule::By(visibility),
    separator: "::",
    ..Grammar::EMPTY
};

/// `#[test]`, `#[tokio::test]` and the like on a function; `#[cfg(test)]` on a module.
fn is_test(site: &Site<'_, '_>, _: &str) -> bool {
    site.attributes.iter().any(|attribute| {
        let text: Vec<u8> =
            site.text(*attribute).iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
        match site.node.kind() {
            "mod_item" => text == b"#[cfg(test)]",
            _ => text == b"#[test]" || text.ends_with(b"::test]") || text.starts_with(b"#[tokio::test("),
        }
    })
}

/// `pub` is public, `pub(…)` restricted. Methods of a trait are as public as the trait; those of an `impl Trait for` are
/// reached through it and documented there, so they count as restricted.
fn visibility(site: &Site<'_, '_>, _: &str) -> Visibility {
    if let Some(modifier) = site.child_of_kind("visibility_modifier") {
        return if site.text(modifier) == b"pub" { Visibility::Public } else { Visibility::Restricted };
    }
    match site.ancestor(1) {
        Some(owner) if owner.kind() == "trait_item" => {
            let mut cursor = owner.walk();
            let modifier = owner.children(&mut cursor).find(|child| child.kind() == "visibility_modifier");
            match modifier.map(|modifier| site.text(modifier)) {
                Some(b"pub") => Visibility::Public,
                Some(_) => Visibility::Restricted,
                None => Visibility::Private,
            }
        }
        Some(owner) if owner.kind() == "impl_item" && owner.child_by_field_name("trait").is_some() => {
            Visibility::Restricted
        }
        _ => Visibility::Private,
    }
}
