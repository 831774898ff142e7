//! Zig.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Zig",
    id: "zig",
    extensions: &["zig", "zon"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_zig::LANGUAGE.into(),
    functions: &["function_declaration", "test_declaration"],
    scopes: &[("batuta:struct", D::Struct), ("batuta:enum", D::Enum)],
    definitions: &[("batuta:constant", D::Constant)],
    dynamic: &["variable_declaration", "builtin_function"],
    classify,
    ifs: &["if_statement", "if_expression", "if_type_expression"],
    elses: &["else_clause"],
    loops: &["for_statement", "while_statement", "for_expression", "while_expression"],
    switches: &["switch_expression"],
    cases: &["switch_case"],
    is_default_case: |_| false,
    exhaustive_switch: true,
    catches: &["catch_expression"],
    binaries: &["binary_expression"],
    logical_operators: &["and", "or", "orelse"],
    jumps: &["break_expression", "continue_expression"],
    labels: &["break_label"],
    exits: &["return_expression"],
    propagations: &["try_expression"],
    docs: DocRule {
        openings: &["///"],
        not_openings: &["////"],
        inner_openings: &["//!"],
        docstrings: false,
        plain: false,
    },
    strings: &["string", "multiline_string", "character"],
    identifiers: &["identifier", "builtin_identifier"],
    calls: &["call_expression", "batuta:call", "batuta:import"],
    imports: &["batuta:import"],
    import_statement: |site| {
        let inner = |node: &&NodeRef<'_>| node.kind() == "field_expression";
        let levels = site.ancestors.iter().rev().take_while(inner).count();
        site.ancestor(levels).is_some_and(|node| node.kind() == "variable_declaration").then_some(levels + 1)
    },
    assignments: &["variable_declaration", "assignment_expression"],
    statements: &["variable_declaration", "function_declaration", "test_declaration"],
    blocks: &["block"],
    function: FunctionRule {
        name,
        parameters: |site| site.child_of_kind("parameters"),
        body: |site| match site.node.kind() {
            "variable_declaration" => container(site),
            _ => site.field("body").or_else(|| site.child_of_kind("block")),
        },
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { block, beside_code: true, ..TestRule::EMPTY },
    visibility: VisibilityRule::By(|site, _| {
        if site.child_of_kind("pub").is_some() { Visibility::Public } else { Visibility::Private }
    }),
    ..Grammar::EMPTY
};

/// `test "…" { … }`; the title may also be a name, or missing.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if site.node.kind() != "test_declaration" {
        return None;
    }
    let title = site.child_of_kind("string").or_else(|| site.child_of_kind("identifier"));
    let title = title.unwrap_or(site.node.child(0)?);
    Some(TestBlock { mark: TestMark::Marked, ..TestBlock::titled(site, title, false) })
}

/// Types are values of constants: `const Token = struct { … };`.
fn classify(site: &Site<'_, '_>) -> &'static str {
    if site.node.kind() == "builtin_function" {
        let builtin = site.child_of_kind("builtin_identifier").map(|name| site.text(name));
        return if matches!(builtin, Some(b"@import" | b"@cImport")) {
            "batuta:import"
        } else {
            "batuta:call"
        };
    }
    let in_function = site.ancestors.iter().any(|ancestor| ancestor.kind() == "block");
    match container(site).map(|container| container.kind()) {
        Some("enum_declaration" | "error_set_declaration") => "batuta:enum",
        Some(_) => "batuta:struct",
        None if !in_function && site.child_of_kind("const").is_some() => "batuta:constant",
        None => "",
    }
}

/// The type assigned to a constant.
fn container<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    const CONTAINERS: &[&str] = &[
        "struct_declaration",
        "union_declaration",
        "opaque_declaration",
        "enum_declaration",
        "error_set_declaration",
    ];
    let mut cursor = site.node.walk();
    site.node.named_children(&mut cursor).find(|child| CONTAINERS.contains(&child.kind()))
}

/// Tests are named by a string or by the name of the tested item.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    if let Some(string) = site.child_of_kind("string") {
        return string.named_child(0);
    }
    site.field("name").or_else(|| site.child_of_kind("identifier"))
}
