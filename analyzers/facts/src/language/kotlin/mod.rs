//! Kotlin.

mod gaps;

use super::grammar::{FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule, annotations, is_test_annotation, marked_if};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Kotlin",
    id: "kotlin",
    extensions: &["kt", "kts"],
    file_names: &[],
    interpreters: &["kotlin"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    gaps: gaps::gaps,
    functions: &[
        "function_declaration",
        "secondary_constructor",
        "anonymous_initializer",
        "batuta:accessor",
        "batuta:test",
    ],
    lambdas: &["lambda_literal", "anonymous_function"],
    scopes: &[
        ("class_declaration", D::Class),
        ("object_declaration", D::Class),
        ("batuta:interface", D::Interface),
        ("batuta:enum", D::Enum),
    ],
    name_scopes: &["companion_object", "batuta:property"],
    definitions: &[("type_alias", D::Type), ("batuta:constant", D::Constant)],
    dynamic: &[
        "class_declaration",
        "property_declaration",
        "getter",
        "setter",
        "labeled_expression",
        "call_expression",
        "string_literal",
        "multiline_string_literal",
        "unary_expression",
        "lambda_literal",
    ],
    classify,
    ifs: &["if_expression"],
    loops: &["for_statement", "while_statement", "do_while_statement"],
    switches: &["when_expression"],
    cases: &["when_entry"],
    is_default_case,
    catches: &["catch_block"],
    binaries: &["binary_expression"],
    logical_operators: &["&&", "||", "?:"],
    gotos: &["batuta:jump"],
    exits: &["return_expression", "throw_expression"],
    comments: &["line_comment", "block_comment"],
    strings: &["character_literal", "batuta:plain-string"],
    templates: &["string_literal", "multiline_string_literal"],
    attributes: &["annotation", "file_annotation"],
    calls: &["batuta:call"],
    callee_field: "",
    member_accesses: &["navigation_expression"],
    imports: &["import"],
    packages: &["package_header"],
    qualifiers: &[".", "?.", "::"],
    type_arguments: &["type_arguments"],
    attribute_holders: &["modifiers"],
    bases: &["delegation_specifiers"],
    assignments: &["assignment", "batuta:assignment", "batuta:constant"],
    statements: &[
        "assignment",
        "class_declaration",
        "object_declaration",
        "function_declaration",
        "property_declaration",
        "for_statement",
        "while_statement",
        "do_while_statement",
        "return_expression",
        "throw_expression",
        "try_expression",
    ],
    blocks: &["source_file", "class_body", "block"],
    function: FunctionRule {
        name,
        parameters: |site| match site.node.kind() {
            "setter" => Some(site.node),
            _ => site.child_of_kind("function_value_parameters"),
        },
        positional: Some(parameters::of_kotlin),
        count,
        body: |site| {
            if site.node.kind() == "lambda_literal" {
                return Some(site.node);
            }
            ["function_body", "block", "class_body", "enum_class_body"]
                .iter()
                .find_map(|k| site.child_of_kind(k))
        },
        receiver,
        overloads: true,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { mark, block, file_names: &["*Test", "*Tests", "*Spec", "*IT"], ..TestRule::EMPTY },
    visibility: VisibilityRule::By(|site, _| visibility(site)),
    ..Grammar::EMPTY
};

/// `else`; without one, the first branch of a `when` whose value is used, because such a `when` must cover every value.
fn is_default_case(site: &Site<'_, '_>) -> bool {
    let is_else = |branch: NodeRef<'_>| branch.child(0).is_some_and(|first| first.kind() == "else");
    if is_else(site.node) {
        return true;
    }
    let Some(selection) = site.ancestor(0) else { return false };
    let is_used = site.ancestor(1).is_some_and(|user| {
        matches!(
            user.kind(),
            "property_declaration"
                | "return_expression"
                | "throw_expression"
                | "function_body"
                | "assignment"
                | "value_argument"
                | "binary_expression"
                | "infix_expression"
                | "navigation_expression"
                | "interpolation"
        )
    });
    let mut cursor = selection.walk();
    let mut branches = selection.named_children(&mut cursor).filter(|child| child.kind() == "when_entry");
    is_used && branches.next() == Some(site.node) && !branches.any(is_else)
}

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "class_declaration" if site.child_of_kind("interface").is_some() => "batuta:interface",
        "class_declaration" if site.has_modifier(&["modifiers"], "enum") => "batuta:enum",
        "getter" | "setter" if site.child_of_kind("function_body").is_some() => "batuta:accessor",
        "property_declaration" => property(site),
        // `break@outer` parses as a label before a name.
        "labeled_expression" => match site.node.child(0).map(|label| site.text(label)) {
            Some(b"break@" | b"continue@") => "batuta:jump",
            _ => "",
        },
        // `f(x) { … }` is a call of the call `f(x)`.
        "call_expression" => match site.node.child(0).map(|callee| callee.kind()) {
            Some("call_expression") if site.child_of_kind("annotated_lambda").is_some() => "",
            _ => "batuta:call",
        },
        "string_literal" | "multiline_string_literal"
            if site.holds_only(&["string_content", "escape_sequence"]) =>
        {
            "batuta:plain-string"
        }
        "unary_expression" => match site.field("operator").map(|operator| operator.kind()) {
            Some("++" | "--") => "batuta:assignment",
            _ => "",
        },
        "lambda_literal" if block(site).is_some() => "batuta:test",
        kind => kind,
    }
}

fn property(site: &Site<'_, '_>) -> &'static str {
    let accessor = |kind: &str| {
        let body =
            |accessor: NodeRef<'_>| (0..accessor.child_count()).any(|i| is_body(accessor.child(i as u32)));
        site.child_of_kind(kind).is_some_and(body)
    };
    if accessor("getter") || accessor("setter") {
        "batuta:property"
    } else if site.has_modifier(&["modifiers"], "const") {
        "batuta:constant"
    } else if site.child_of_kind("=").is_some() {
        "batuta:assignment"
    } else {
        ""
    }
}

fn is_body(node: Option<NodeRef<'_>>) -> bool {
    node.is_some_and(|node| node.kind() == "function_body")
}

/// The name; for nodes without one the keyword.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "property_declaration" => site.child_of_kind("variable_declaration")?.named_child(0),
        "type_alias" => site.field("type"),
        "secondary_constructor" => site.child_of_kind("constructor"),
        "anonymous_initializer" => site.child_of_kind("init"),
        "getter" => site.child_of_kind("get"),
        "setter" => site.child_of_kind("set"),
        _ => site.field("name"),
    }
}

fn count(parameters: NodeRef<'_>, _: &[u8]) -> usize {
    let mut cursor = parameters.walk();
    let counted = |kind: &str| kind == "parameter" || (parameters.kind() == "setter" && kind == "identifier");
    parameters.named_children(&mut cursor).filter(|child| counted(child.kind())).count()
}

/// The type that an extension function extends: before the dot in front of the name.
fn receiver<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let mut cursor = site.node.walk();
    let mut previous = None;
    for child in site.node.children(&mut cursor) {
        match child.kind() {
            "." => return previous.map(|of: NodeRef<'t>| innermost(of)),
            "function_value_parameters" => return None,
            _ => previous = Some(child),
        }
    }
    None
}

/// `String` in `String?` and `(String)`.
fn innermost(of: NodeRef<'_>) -> NodeRef<'_> {
    match of.kind() {
        "nullable_type" | "parenthesized_type" => of.named_child(0).unwrap_or(of),
        _ => of,
    }
}

/// The annotations of JUnit and kotlin.test on a function.
fn mark(site: &Site<'_, '_>, _: &str) -> TestMark {
    let modifiers = site.child_of_kind("modifiers").map_or(&b""[..], |modifiers| site.text(modifiers));
    let function = site.node.kind() == "function_declaration";
    marked_if(function && annotations(modifiers).iter().any(|name| is_test_annotation(name)))
}

/// The lambda behind `test("…")`, `it("…")`, `describe("…")` and the like in Kotest and Spek.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if site.node.kind() != "lambda_literal" || site.parent_kind() != "annotated_lambda" {
        return None;
    }
    let call = site.ancestor(1).filter(|call| call.kind() == "call_expression")?.named_child(0)?;
    let suite = match call.named_child(0).map(|callee| site.text(callee))? {
        b"test" | b"it" | b"xtest" | b"xit" | b"should" => false,
        b"describe" | b"context" | b"xdescribe" | b"xcontext" => true,
        _ => return None,
    };
    let title = call.named_child(1)?.named_child(0)?.named_child(0)?;
    title.kind().contains("string").then(|| TestBlock::titled(site, title, suite))
}

/// Visibility from the modifiers; an accessor without any has those of its property. Anything inside a function is
/// private.
fn visibility(site: &Site<'_, '_>) -> Visibility {
    let declared = |node: NodeRef<'_>| {
        let mut cursor = node.walk();
        let modifiers = node.children(&mut cursor).find(|child| child.kind() == "modifiers")?;
        let mut words = site.text(modifiers).split(u8::is_ascii_whitespace);
        words.find_map(|word| match word {
            b"private" => Some(Visibility::Private),
            b"protected" | b"internal" => Some(Visibility::Restricted),
            b"public" => Some(Visibility::Public),
            _ => None,
        })
    };
    if site.ancestors.iter().any(|ancestor| ancestor.kind() == "function_body") {
        return Visibility::Private;
    }
    let property = site.ancestor(0).filter(|parent| parent.kind() == "property_declaration");
    declared(site.node).or_else(|| declared(property?)).unwrap_or(Visibility::Public)
}
