//! Dart.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule};
use crate::model::DefinitionKind as D;

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Dart",
    id: "dart",
    extensions: &["dart"],
    file_names: &[],
    interpreters: &["dart"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_dart::LANGUAGE.into(),
    functions: &[
        "function_declaration",
        "getter_declaration",
        "setter_declaration",
        "method_declaration",
        "local_function_declaration",
        "external_function_declaration",
        "batuta:abstract",
        "batuta:test",
    ],
    lambdas: &["function_expression"],
    scopes: &[
        ("class_declaration", D::Class),
        ("mixin_declaration", D::Interface),
        ("enum_declaration", D::Enum),
        ("extension_declaration", D::Class),
        ("extension_type_declaration", D::Class),
    ],
    definitions: &[("type_alias", D::Type), ("batuta:constant", D::Constant)],
    dynamic: &["declaration", "static_final_declaration", "block", "function_expression"],
    classify: |site| match site.node.kind() {
        "declaration" if signature(site).is_some() => "batuta:abstract",
        "static_final_declaration" if site.ancestors.len() <= 3 => "batuta:constant",
        "block" if is_handler(site) => "batuta:handler",
        "function_expression" if block(site).is_some() => "batuta:test",
        "function_expression" => "function_expression",
        _ => "",
    },
    ifs: &["if_statement"],
    loops: &["for_statement", "while_statement", "do_statement"],
    comprehension_loops: &["for_element"],
    comprehension_ifs: &["if_element"],
    switches: &["switch_statement", "switch_expression"],
    cases: &["switch_statement_case", "switch_expression_case"],
    default_cases: &["switch_statement_default"],
    is_default_case,
    guard_keywords: &["when"],
    catches: &["batuta:handler"],
    ternaries: &["conditional_expression"],
    binaries: &[
        "logical_and_expression",
        "logical_or_expression",
        "if_null_expression",
        "relational_expression",
        "equality_expression",
        "assignment_expression",
    ],
    logical_operators: &["&&", "||", "??", "??="],
    jumps: &["break_statement", "continue_statement"],
    labels: &["identifier"],
    exits: &["return_statement", "throw_expression", "rethrow_statement"],
    comments: &["comment", "documentation_comment"],
    docs: DocRule {
        openings: &["///", "/**"],
        not_openings: &["////", "/***", "/**/"],
        inner_openings: &[],
        docstrings: false,
        plain: false,
    },
    strings: &[
        "uri",
        "raw_string_literal_double_quotes",
        "raw_string_literal_double_quotes_multiple",
        "raw_string_literal_single_quotes",
        "raw_string_literal_single_quotes_multiple",
    ],
    templates: &["string_literal"],
    operators: &[
        "additive_operator",
        "multiplicative_operator",
        "relational_operator",
        "equality_operator",
        "bitwise_operator",
        "shift_operator",
        "increment_operator",
        "is_operator",
    ],
    attributes: &["annotation"],
    identifiers: &["identifier", "type_identifier", "identifier_dollar_escaped"],
    calls: &["call_expression", "new_expression", "const_object_expression", "constructor_invocation"],
    qualifiers: &[".", "?.", "..", "?.."],
    type_arguments: &["type_arguments"],
    bases: &["superclass", "interfaces"],
    imports: &["library_import", "library_export", "part_directive"],
    assignments: &[
        "assignment_expression",
        "initialized_variable_declaration",
        "static_final_declaration",
        "initialized_identifier",
        "postfix_expression",
    ],
    statements: &[
        "library_import",
        "library_export",
        "part_directive",
        "top_level_variable_declaration",
        "type_alias",
        "class_declaration",
        "mixin_declaration",
        "enum_declaration",
        "extension_declaration",
        "extension_type_declaration",
        "member_declaration",
        "function_declaration",
        "getter_declaration",
        "setter_declaration",
        "local_function_declaration",
        "local_variable_declaration",
        "expression_statement",
        "return_statement",
        "rethrow_statement",
        "if_statement",
        "for_statement",
        "while_statement",
        "do_statement",
        "switch_statement",
        "try_statement",
        "break_statement",
        "continue_statement",
        "assert_statement",
        "yield_statement",
        "yield_each_statement",
    ],
    function: FunctionRule {
        name,
        parameters: |site| match signature(site) {
            Some(signature) => signature.child_by_field_name("parameters"),
            None => site.field("parameters"),
        },
        positional: Some(parameters::of_dart),
        count,
        body: |site| site.field("body").or_else(|| site.child_of_kind("function_body")),
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { block, file_names: &["*_test"], ..TestRule::EMPTY },
    visibility: VisibilityRule::Underscore,
    ..Grammar::EMPTY
};

/// The function passed to `test("…", …)`, `testWidgets` and `group` of the packages test and flutter_test.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if site.node.kind() != "function_expression" || site.parent_kind() != "arguments" {
        return None;
    }
    let call = site.ancestor(1).filter(|call| call.kind() == "call_expression")?;
    let suite = match call.child_by_field_name("function").map(|callee| site.text(callee))? {
        b"test" | b"testWidgets" => false,
        b"group" => true,
        _ => return None,
    };
    let title = site.ancestor(0)?.named_child(0)?;
    title.kind().contains("string").then(|| TestBlock::titled(site, title, suite))
}

/// A pattern that matches everything; without one, the first case of a switch expression, which must cover every value.
fn is_default_case(site: &Site<'_, '_>) -> bool {
    let matches_all = |case: NodeRef<'_>| {
        let mut cursor = case.walk();
        let pattern = case.named_children(&mut cursor).find(|child| child.kind() != "label");
        case.child_by_field_name("guard").is_none()
            && pattern.is_some_and(|pattern| is_irrefutable(&site.source[pattern.byte_range()]))
    };
    if matches_all(site.node) {
        return true;
    }
    let Some(switch) = site.ancestor(0).filter(|parent| parent.kind() == "switch_expression") else {
        return false;
    };
    let mut cursor = switch.walk();
    let mut cases =
        switch.named_children(&mut cursor).filter(|child| child.kind() == "switch_expression_case");
    cases.next() == Some(site.node) && !cases.any(matches_all)
}

/// `_`, `var x`, `final x`, also as the last alternative.
fn is_irrefutable(pattern: &[u8]) -> bool {
    let last = pattern.rsplit(|byte| *byte == b'|').next().unwrap_or(pattern);
    let words: Vec<&[u8]> =
        last.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).take(3).collect();
    let is_name =
        |word: &[u8]| word.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'));
    match words.as_slice() {
        [b"_"] => true,
        [b"var" | b"final", name] => is_name(name),
        _ => false,
    }
}

/// The node of a function that holds its name and parameters.
fn signature<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let is_signature = |node: &NodeRef<'_>| node.kind().ends_with("_signature");
    let mut cursor = site.node.walk();
    let found = site.node.named_children(&mut cursor).find(is_signature)?;
    let mut inner = found.walk();
    found.named_children(&mut inner).find(is_signature).or(Some(found))
}

/// A named constructor's name is its own name: `parse` in `Track.parse`.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let Some(signature) = signature(site) else {
        return site.field("name").or_else(|| site.child_of_kind("type_identifier"));
    };
    let mut cursor = signature.walk();
    let last = signature.children_by_field_name("name", &mut cursor).last();
    last.or_else(|| signature.child_by_field_name("operator"))
}

/// Optional parameters are in a list of their own.
fn count(parameters: NodeRef<'_>, _: &[u8]) -> usize {
    let mut counted = 0;
    let mut lists = vec![parameters];
    while let Some(list) = lists.pop() {
        let mut cursor = list.walk();
        for child in list.named_children(&mut cursor) {
            match child.kind() {
                "formal_parameter" => counted += 1,
                kind if kind.contains("optional") => lists.push(child),
                _ => {}
            }
        }
    }
    counted
}

/// The block of an `on` or `catch` clause: the grammar has no node for the clause.
fn is_handler(site: &Site<'_, '_>) -> bool {
    let handled = site.ancestor(0).filter(|parent| parent.kind() == "try_statement");
    handled.is_some_and(|handled| handled.child_by_field_name("body") != Some(site.node))
}
