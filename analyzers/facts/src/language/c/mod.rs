//! C.

pub(super) mod gaps;

use super::cpp::test_macros;
use super::grammar::{DocRule, FunctionRule, Grammar, Kinds, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, named_if};
use crate::model::{DefinitionKind as D, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "C",
    id: "c",
    extensions: &["c"],
    file_names: &[],
    interpreters: &["tcc"],
    syntax: Syntax::Tree(&GRAMMAR),
};

/// Keywords of C.
pub(super) const RESERVED: Kinds = &[
    "if", "else", "for", "while", "do", "switch", "case", "return", "goto", "sizeof", "typedef", "struct",
    "union", "enum", "static", "const", "extern", "break", "continue", "default", "volatile",
];

/// Statements that C, C++ and Objective-C share.
pub(super) const STATEMENTS: Kinds = &[
    "expression_statement",
    "declaration",
    "field_declaration",
    "return_statement",
    "if_statement",
    "for_statement",
    "while_statement",
    "do_statement",
    "switch_statement",
    "break_statement",
    "continue_statement",
    "goto_statement",
    "function_definition",
    "type_definition",
    "preproc_include",
    "preproc_def",
    "preproc_function_def",
];

/// Documentation comments as Doxygen reads them; much of C is documented by plain ones.
pub(super) const DOXYGEN: DocRule = DocRule {
    openings: &["/**", "/*!", "///", "//!"],
    not_openings: &["/***", "/**/", "////"],
    inner_openings: &[],
    docstrings: false,
    plain: true,
};

/// Usual names of test files.
pub(super) const TEST_FILES: Kinds = &[
    "test_*",
    "*_test",
    "*_tests",
    "*_unittest",
    "test-*",
    "*-test",
    "*-tests",
    "*Test",
    "*Tests",
    "Test*",
    "check_*",
];

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_c::LANGUAGE.into(),
    gaps: gaps::of_c,
    reserved: RESERVED,
    functions: &["function_definition", "batuta:test"],
    scopes: &[("struct_specifier", D::Struct), ("union_specifier", D::Struct), ("enum_specifier", D::Enum)],
    definitions: &[
        ("type_definition", D::Type),
        ("preproc_def", D::Constant),
        ("preproc_function_def", D::Macro),
        ("batuta:prototype", D::Function),
    ],
    dynamic: &["declaration", "function_definition", "compound_statement"],
    classify: |site| match site.node.kind() {
        "declaration" if is_prototype(site) => "batuta:prototype",
        "function_definition"
            if is_prototype(site) || is_written_by_macro(site) || test_macros::is_test(site) =>
        {
            "function_definition"
        }
        "compound_statement" if test_macros::is_body(site) => "batuta:test",
        _ => "",
    },
    ifs: &["if_statement"],
    elses: &["else_clause"],
    loops: &["for_statement", "while_statement", "do_statement"],
    switches: &["switch_statement"],
    cases: &["case_statement"],
    ternaries: &["conditional_expression"],
    binaries: &["binary_expression"],
    gotos: &["goto_statement"],
    exits: &["return_statement"],
    docs: DOXYGEN,
    strings: &["string_literal", "char_literal", "system_lib_string"],
    identifiers: &["identifier", "field_identifier", "type_identifier"],
    calls: &["call_expression"],
    imports: &["preproc_include"],
    attributes: &["attribute_specifier", "attribute_declaration"],
    qualifiers: &[".", "->"],
    raw_code: &["preproc_arg"],
    attribute_holders: &["function_declarator", "pointer_declarator", "attributed_declarator"],
    assignments: &["assignment_expression", "init_declarator", "update_expression"],
    statements: STATEMENTS,
    function: FunctionRule {
        name,
        parameters,
        positional: Some(parameters::plain),
        count,
        body: |site| test_macros::body(site).or_else(|| site.field("body")),
        never_in_body: &["function_definition"],
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark: |site, name| named_if(name.starts_with("test") && site.node.kind() == "function_definition"),
        block: test_macros::block,
        file_names: TEST_FILES,
        weak_file_names: WEAK_TEST_FILES,
        frameworks: TEST_FRAMEWORKS,
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// Names used by test programs and by products alike (`test` is also a command).
pub(super) const WEAK_TEST_FILES: Kinds = &["test", "tests"];

/// Headers of test frameworks.
pub(super) const TEST_FRAMEWORKS: Kinds = &[
    "cmocka",
    "unity.h",
    "unity_fixture.h",
    "check.h",
    "CUnit",
    "criterion",
    "greatest.h",
    "munit.h",
    "minunit.h",
    "utest.h",
    "acutest.h",
    "tap.h",
    "gtest",
    "gmock",
    "catch.hpp",
    "catch2",
    "doctest",
    "boost/test",
    "CppUTest",
    "cppunit",
    "QtTest",
    "QTest",
];

/// Follows declarators (`*f`, `(*f)`, `f(int)`) down to the first node of one of the kinds.
pub(super) fn in_declarator<'t>(node: NodeRef<'t>, kinds: &[&str]) -> Option<NodeRef<'t>> {
    let mut node = node;
    // Declarators nest once for each `*`, `[]` and `()`; real ones stay far below this.
    for _ in 0..64 {
        if kinds.contains(&node.kind()) {
            return Some(node);
        }
        let wraps = |kind: &str| kind.ends_with("declarator") || kind == "attributed_declarator";
        node = node.child_by_field_name("declarator").or_else(|| {
            let mut cursor = node.walk();
            node.named_children(&mut cursor)
                .find(|child| wraps(child.kind()) || kinds.contains(&child.kind()))
        })?;
    }
    None
}

fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "struct_specifier" | "union_specifier" | "enum_specifier" => {
            site.field("body")?;
            site.field("name")
        }
        "preproc_def" | "preproc_function_def" => site.field("name"),
        _ => in_declarator(site.field("declarator")?, &["identifier", "type_identifier", "field_identifier"]),
    }
}

fn parameters<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    in_declarator(site.field("declarator")?, &["function_declarator"])?.child_by_field_name("parameters")
}

/// `(void)` declares no parameter; `...` is one.
pub(super) fn count(parameters: NodeRef<'_>, source: &[u8]) -> usize {
    let text = &source[parameters.byte_range()];
    let inside: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    if inside == b"(void)" {
        return 0;
    }
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).filter(|child| child.kind() != "comment").count()
}

/// True for a declaration with parameters. A definition without them is a misread class with a macro in its head.
fn is_prototype(site: &Site<'_, '_>) -> bool {
    let declarator = site.field("declarator");
    declarator
        .and_then(|declarator| in_declarator(declarator, &["function_declarator"]))
        .is_some_and(|function| !is_misread(function))
}

/// True if there is unparsed text between a name and its parameters, or no name at all: then the supposed name may be a
/// macro, and the real name may be in that text.
fn is_misread(function: NodeRef<'_>) -> bool {
    let mut cursor = function.walk();
    let broken = |child: NodeRef<'_>| child.is_error() || child.is_missing();
    function.has_error() && function.children(&mut cursor).any(broken)
}

/// True for `MACRO(name) {`, which the grammar parses as a type and a name in brackets.
fn is_written_by_macro(site: &Site<'_, '_>) -> bool {
    let by_macro = || {
        let name = site.field("declarator")?;
        let of_macro = site.field("type").filter(|kind| kind.kind() == "type_identifier")?;
        let inner = name.named_child(0).filter(|_| name.kind() == "parenthesized_declarator")?;
        Some(inner.kind() == "identifier" && gaps::is_macro_name(site.text(of_macro)))
    };
    by_macro() == Some(true)
}

fn visibility(site: &Site<'_, '_>, _: &str) -> Visibility {
    if site.has_modifier(&["storage_class_specifier"], "static") {
        Visibility::Private
    } else {
        Visibility::Public
    }
}
