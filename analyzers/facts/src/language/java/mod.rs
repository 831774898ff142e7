//! Java.

use super::grammar::{FunctionRule, Grammar, Site, VisibilityRule};
use super::registry::{LanguageSpec, Syntax};
use crate::model::{DefinitionKind as D, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Java",
    id: "java",
    extensions: &["java"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_java::LANGUAGE.into(),
    reserved: &[
        "if",
        "else",
        "for",
        "while",
        "do",
        "switch",
        "case",
        "return",
        "try",
        "catch",
        "class",
        "new",
        "throw",
        "synchronized",
    ],
    functions: &["method_declaration", "constructor_declaration", "compact_constructor_declaration"],
    lambdas: &["lambda_expression"],
    scopes: &[
        ("class_declaration", D::Class),
        ("record_declaration", D::Class),
        ("interface_declaration", D::Interface),
        ("annotation_type_declaration", D::Interface),
        ("enum_declaration", D::Enum),
    ],
    ifs: &["if_statement"],
    loops: &["for_statement", "enhanced_for_statement", "while_statement", "do_statement"],
    switches: &["switch_expression"],
    cases: &["switch_label"],
    guards: &["guard"],
    catches: &["catch_clause"],
    ternaries: &["ternary_expression"],
    binaries: &["binary_expression"],
    jumps: &["break_statement", "continue_statement"],
    labels: &["identifier"],
    exits: &["return_statement", "throw_statement"],
    comments: &["line_comment", "block_comment"],
    strings: &["string_literal", "character_literal"],
    attributes: &["marker_annotation", "annotation"],
    identifiers: &["identifier", "type_identifier"],
    calls: &["method_invocation", "object_creation_expression"],
    callee_field: "name",
    imports: &["import_declaration"],
    qualifiers: &[".", "::"],
    type_arguments: &["type_arguments"],
    attribute_holders: &["modifiers"],
    bases: &["superclass", "super_interfaces", "extends_interfaces"],
    assignments: &["assignment_expression", "variable_declarator", "update_expression"],
    statements: &[
        "expression_statement",
        "local_variable_declaration",
        "field_declaration",
        "return_statement",
        "throw_statement",
        "if_statement",
        "for_statement",
        "enhanced_for_statement",
        "while_statement",
        "do_statement",
        "switch_expression",
        "break_statement",
        "continue_statement",
        "yield_statement",
        "assert_statement",
        "try_statement",
        "try_with_resources_statement",
        "synchronized_statement",
        "labeled_statement",
        "import_declaration",
        "package_declaration",
        "class_declaration",
        "record_declaration",
        "interface_declaration",
        "enum_declaration",
        "method_declaration",
        "constructor_declaration",
    ],
    function: FunctionRule { is_test, ..FunctionRule::BY_FIELDS },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// JUnit's and TestNG's annotations.
fn is_test(site: &Site<'_, '_>, _: &str) -> bool {
    const TESTS: &[&str] = &["@Test", "@ParameterizedTest", "@RepeatedTest", "@TestFactory", "@Property"];
    TESTS.iter().any(|annotation| site.has_modifier(&["modifiers"], annotation))
}

/// What the modifiers say; members of an interface are public, the rest is visible in the package.
fn visibility(site: &Site<'_, '_>, _: &str) -> Visibility {
    let says = |word| site.has_modifier(&["modifiers"], word);
    if says("public") || site.parent_kind() == "interface_body" {
        Visibility::Public
    } else if says("private") || site.ancestors.iter().any(|ancestor| ancestor.kind() == "block") {
        Visibility::Private
    } else {
        Visibility::Restricted
    }
}
