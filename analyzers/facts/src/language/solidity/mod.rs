//! Solidity.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, named_if};
use crate::model::{DefinitionKind as D, FunctionKind, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Solidity",
    id: "solidity",
    extensions: &["sol"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_solidity::LANGUAGE.into(),
    functions: &[
        "function_definition",
        "constructor_definition",
        "fallback_receive_definition",
        "modifier_definition",
        "yul_function_definition",
    ],
    scopes: &[
        ("contract_declaration", D::Class),
        ("library_declaration", D::Module),
        ("interface_declaration", D::Interface),
        ("struct_declaration", D::Struct),
        ("enum_declaration", D::Enum),
    ],
    definitions: &[
        ("constant_variable_declaration", D::Constant),
        ("batuta:constant", D::Constant),
        ("error_declaration", D::Type),
        ("event_definition", D::Type),
        ("user_defined_type_definition", D::Type),
    ],
    dynamic: &["state_variable_declaration"],
    classify: |site| {
        let fixed = site.child_of_kind("constant").or_else(|| site.child_of_kind("immutable"));
        if fixed.is_some() { "batuta:constant" } else { "" }
    },
    ifs: &["if_statement", "yul_if_statement"],
    else_wrappers: &["statement"],
    loops: &["for_statement", "while_statement", "do_while_statement", "yul_for_statement"],
    switches: &["yul_switch_statement"],
    case_keywords: &["case"],
    catches: &["catch_clause"],
    ternaries: &["ternary_expression"],
    binaries: &["binary_expression"],
    parentheses: &["expression", "parenthesized_expression"],
    exits: &["return_statement", "revert_statement", "yul_leave"],
    docs: DocRule {
        openings: &["///", "/**"],
        not_openings: &["////", "/***", "/**/"],
        inner_openings: &[],
        docstrings: false,
        plain: false,
    },
    strings: &[
        "string",
        "string_literal",
        "hex_string_literal",
        "unicode_string_literal",
        "yul_string_literal",
    ],
    calls: &[
        "call_expression",
        "new_expression",
        "emit_statement",
        "modifier_invocation",
        "yul_function_call",
    ],
    member_accesses: &["expression", "yul_identifier"],
    imports: &["import_directive"],
    bases: &["inheritance_specifier"],
    assignments: &[
        "assignment_expression",
        "augmented_assignment_expression",
        "variable_declaration_statement",
        "update_expression",
        "yul_assignment",
        "yul_variable_declaration",
    ],
    statements: &[
        "pragma_directive",
        "import_directive",
        "contract_declaration",
        "library_declaration",
        "interface_declaration",
        "struct_declaration",
        "enum_declaration",
        "error_declaration",
        "event_definition",
        "using_directive",
        "state_variable_declaration",
        "constant_variable_declaration",
        "function_definition",
        "constructor_definition",
        "fallback_receive_definition",
        "modifier_definition",
        "variable_declaration_statement",
        "expression_statement",
        "return_statement",
        "revert_statement",
        "emit_statement",
        "if_statement",
        "for_statement",
        "while_statement",
        "do_while_statement",
        "try_statement",
        "break_statement",
        "continue_statement",
        "assembly_statement",
    ],
    blocks: &["yul_block"],
    function: FunctionRule {
        name,
        parameters: |site| Some(site.node),
        count,
        body: |site| site.field("body").or_else(|| site.child_of_kind("yul_block")),
        kind: |site, in_type| {
            let in_library = site.ancestor(1).is_some_and(|owner| owner.kind() == "library_declaration");
            if in_type || in_library { FunctionKind::Method } else { FunctionKind::Function }
        },
        overloads: true,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark: |site, name| {
            let is_test = name.starts_with("test") && site.node.kind() == "function_definition";
            named_if(is_test && visibility(site, name) == Visibility::Public)
        },
        file_names: &["*.t"],
        weak_file_names: &["test_*", "Test*", "*Test"],
        frameworks: &[
            "forge-std",
            "@forge-std",
            "ds-test",
            "truffle",
            "hardhat",
            "remix_tests.sol",
            "solmate/test",
        ],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// Constructors, `receive` and `fallback` are named by their keyword.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "constructor_definition" | "fallback_receive_definition" => site.node.child(0),
        "yul_function_definition" => site.child_of_kind("yul_identifier"),
        _ => site.field("name"),
    }
}

/// Parameters are children of the function itself; in assembly they are the names between the brackets.
fn count(function: NodeRef<'_>, _: &[u8]) -> usize {
    let mut cursor = function.walk();
    let before_results = function.children(&mut cursor).take_while(|child| child.kind() != "->");
    let (mut parameters, mut names) = (0usize, 0);
    for child in before_results {
        parameters += usize::from(child.kind() == "parameter");
        names += usize::from(child.kind() == "yul_identifier");
    }
    if function.kind() == "yul_function_definition" { names.saturating_sub(1) } else { parameters }
}

/// `public` and `external` are public; `internal` is visible in this contract and those derived from it.
fn visibility(site: &Site<'_, '_>, _: &str) -> Visibility {
    let says = |word| site.has_modifier(&["visibility"], word);
    match site.node.kind() {
        "modifier_definition" => Visibility::Restricted,
        "yul_function_definition" => Visibility::Private,
        "function_definition" | "state_variable_declaration" if says("private") => Visibility::Private,
        "function_definition" if says("internal") => Visibility::Restricted,
        "state_variable_declaration" if !says("public") => Visibility::Restricted,
        _ => Visibility::Public,
    }
}
