//! PHP.

use super::grammar::{FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::registry::{LanguageSpec, Syntax};
use crate::model::DefinitionKind as D;

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "PHP",
    id: "php",
    extensions: &["php", "phtml", "php5", "php7", "php8"],
    file_names: &[],
    interpreters: &["php"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_php::LANGUAGE_PHP.into(),
    reserved: &[],
    functions: &["function_definition", "method_declaration", "property_hook"],
    lambdas: &["anonymous_function", "arrow_function"],
    // A name space is no part of names: it is usually written for a whole file.
    scopes: &[
        ("class_declaration", D::Class),
        ("interface_declaration", D::Interface),
        ("trait_declaration", D::Class),
        ("enum_declaration", D::Enum),
    ],
    definitions: &[("const_element", D::Constant)],
    dynamic: &["encapsed_string"],
    classify: |site| match site.holds_only(&["string_content", "escape_sequence"]) {
        true => "batuta:plain-string",
        false => "",
    },
    ifs: &["if_statement"],
    else_ifs: &["else_if_clause"],
    elses: &["else_clause"],
    loops: &["for_statement", "foreach_statement", "while_statement", "do_statement"],
    switches: &["switch_statement", "match_expression"],
    cases: &["case_statement", "match_conditional_expression"],
    default_cases: &["default_statement", "match_default_expression"],
    catches: &["catch_clause"],
    ternaries: &["conditional_expression"],
    binaries: &["binary_expression"],
    logical_operators: &["&&", "||", "??", "and", "or"],
    jumps: &["break_statement", "continue_statement"],
    // `break 2` leaves two loops.
    labels: &["integer"],
    gotos: &["goto_statement"],
    exits: &["return_statement", "throw_expression", "yield_expression", "exit_statement"],
    // A variable with its `$` is one operand, and no name that other files could mean.
    strings: &["string", "nowdoc", "batuta:plain-string", "variable_name"],
    templates: &["encapsed_string", "heredoc", "shell_command_expression"],
    attributes: &["attribute_list"],
    identifiers: &["name"],
    calls: &[
        "function_call_expression",
        "member_call_expression",
        "nullsafe_member_call_expression",
        "scoped_call_expression",
        "object_creation_expression",
    ],
    qualifiers: &["->", "?->", "::", "\\"],
    bases: &["base_clause", "class_interface_clause", "use_declaration"],
    imports: &[
        "namespace_use_declaration",
        "include_expression",
        "include_once_expression",
        "require_expression",
        "require_once_expression",
    ],
    import_statement: |site| match (site.node.kind(), site.parent_kind()) {
        ("namespace_use_declaration", _) => Some(0),
        (_, "expression_statement") => Some(1),
        _ => None,
    },
    assignments: &[
        "assignment_expression",
        "augmented_assignment_expression",
        "reference_assignment_expression",
        "update_expression",
    ],
    statements: &[
        "break_statement",
        "class_declaration",
        "const_declaration",
        "continue_statement",
        "declare_statement",
        "do_statement",
        "echo_statement",
        "enum_case",
        "enum_declaration",
        "exit_statement",
        "expression_statement",
        "for_statement",
        "foreach_statement",
        "function_definition",
        "function_static_declaration",
        "global_declaration",
        "goto_statement",
        "if_statement",
        "interface_declaration",
        "method_declaration",
        "namespace_definition",
        "namespace_use_declaration",
        "property_declaration",
        "return_statement",
        "switch_statement",
        "trait_declaration",
        "try_statement",
        "unset_statement",
        "use_declaration",
        "while_statement",
    ],
    function: FunctionRule {
        name: |site| site.field("name").or_else(|| site.child_of_kind("name")),
        is_test,
        ..FunctionRule::BY_FIELDS
    },
    visibility: VisibilityRule::PublicUnless(&["visibility_modifier"]),
    separator: "::",
    ..Grammar::EMPTY
};

/// PHPUnit: `test…` in a test case, or the attribute `#[Test]`.
fn is_test(site: &Site<'_, '_>, name: &str) -> bool {
    let attribute = site.field("attributes").is_some_and(|list| site.text(list).starts_with(b"#[Test]"));
    let of_test_case = |class: &NodeRef<'_>| {
        let mut cursor = class.walk();
        let mut bases = class.named_children(&mut cursor).filter(|child| child.kind() == "base_clause");
        bases.any(|base| site.text(base).ends_with(b"TestCase"))
    };
    let method = site.node.kind() == "method_declaration" && name.starts_with("test");
    attribute || (method && site.ancestor(1).is_some_and(|class| of_test_case(&class)))
}
