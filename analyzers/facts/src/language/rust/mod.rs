//! Rust.

mod attributes;
mod gaps;
mod types;

pub use attributes::{allows_dead_code, registers};
pub use types::{bare, is_transparent};

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::TestRule;
use crate::model::{DefinitionKind as D, TestMark, Visibility};

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
    gaps: gaps::gaps,
    types: Some(types::types),
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
        positional: Some(parameters::of_rust),
        name: |site| site.field("name").or_else(|| site.field("type")),
        base: |site| match site.node.kind() {
            "impl_item" => site.field("trait"),
            "trait_item" => site.field("bounds"),
            _ => None,
        },
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { mark, beside_code: true, whole_file, ..TestRule::EMPTY },
    visibility: VisibilityRule::By(visibility),
    separator: "::",
    ..Grammar::EMPTY
};

/// `#[test]`, `#[tokio::test]` and the like on a function; `#[cfg(test)]` on it or on a module.
fn mark(site: &Site<'_, '_>, _: &str) -> TestMark {
    let mut mark = TestMark::None;
    for attribute in site.attributes {
        let text = String::from_utf8_lossy(site.text(*attribute));
        let Some(inside) = text.trim().strip_prefix("#[").and_then(|text| text.strip_suffix(']')) else {
            continue;
        };
        match site.node.kind() {
            "function_item" if is_test_attribute(inside) => return TestMark::Marked,
            "function_item" if is_test_condition(inside) => mark = TestMark::Inside,
            "mod_item" if is_test_condition(inside) => return TestMark::Marked,
            _ => {}
        }
    }
    mark
}

/// True for an attribute that turns a function into a test, by the last part of its path: `test`, `tokio::test(flavor =
/// "…")`, `rstest`.
pub fn is_test_attribute(text: &str) -> bool {
    let path = text.split(['(', '=']).next().unwrap_or(text).trim();
    let name = path.rsplit("::").next().unwrap_or(path).trim();
    matches!(
        name,
        "test" | "rstest" | "proptest" | "quickcheck" | "test_case" | "test_matrix" | "test_resources"
    ) || name.ends_with("_test")
}

/// True for an attribute that restricts the next item to tests: `cfg(test)`, and `cfg(all(…))` with `test` among the
/// conditions.
pub fn is_test_condition(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(condition) = text.strip_prefix("cfg(").and_then(|rest| rest.strip_suffix(')')) else {
        return false;
    };
    // For each open bracket, whether it belongs to `all`.
    let mut all: Vec<bool> = Vec::new();
    let mut start = 0;
    for (at, c) in condition.char_indices().chain([(condition.len(), ',')]) {
        if !matches!(c, '(' | ')' | ',') {
            continue;
        }
        let word = &condition[start..at];
        let outer = all.last().copied().unwrap_or(true);
        if c != '(' && outer && word == "test" {
            return true;
        }
        match c {
            '(' => all.push(outer && word == "all"),
            ')' => drop(all.pop()),
            _ => {}
        }
        start = at + 1;
    }
    false
}

/// `#![cfg(test)]` at the top of a file.
fn whole_file(root: NodeRef<'_>, source: &[u8]) -> bool {
    let mut cursor = root.walk();
    root.named_children(&mut cursor)
        .take_while(|child| child.kind() == "inner_attribute_item" || child.kind().contains("comment"))
        .filter_map(|child| std::str::from_utf8(&source[child.byte_range()]).ok())
        .filter_map(|text| text.trim().strip_prefix("#![")?.strip_suffix(']'))
        .any(is_test_condition)
}

/// `pub` is public, `pub(…)` restricted. Trait methods are as public as the trait; methods of an `impl Trait for` are
/// reached through the trait and documented there, so they count as restricted.
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
