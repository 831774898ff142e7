//! OCaml.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::lexical;
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, named_if};
use crate::model::{DefinitionKind as D, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "OCaml",
    id: "ocaml",
    extensions: &["ml"],
    file_names: &[],
    interpreters: &["ocaml"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_ocaml::LANGUAGE_OCAML.into(),
    lexical: &lexical::ML,
    reserved: &[],
    functions: &["batuta:function", "method_definition"],
    lambdas: &["batuta:lambda"],
    scopes: &[
        ("module_binding", D::Module),
        ("module_type_definition", D::Interface),
        ("class_binding", D::Class),
        ("class_type_binding", D::Interface),
    ],
    definitions: &[
        ("batuta:constant", D::Constant),
        ("batuta:struct", D::Struct),
        ("batuta:enum", D::Enum),
        ("batuta:type", D::Type),
        ("exception_definition", D::Type),
        ("value_specification", D::Function),
        ("method_specification", D::Method),
        ("external", D::Function),
    ],
    dynamic: &["let_binding", "type_binding", "fun_expression", "match_case", "application_expression"],
    classify,
    ifs: &["if_expression"],
    elses: &["else_clause"],
    loops: &["for_expression", "while_expression"],
    switches: &["match_expression", "function_expression"],
    cases: &["batuta:case"],
    is_default_case: |_| false,
    exhaustive_switch: true,
    guards: &["guard"],
    catches: &["batuta:handler"],
    binaries: &["infix_expression"],
    exits: &["batuta:exit"],
    docs: DocRule {
        openings: &["(**"],
        not_openings: &["(***", "(**)"],
        inner_openings: &[],
        docstrings: false,
        plain: false,
    },
    strings: &["string", "quoted_string", "character"],
    operators: &[
        "add_operator",
        "and_operator",
        "assign_operator",
        "concat_operator",
        "hash_operator",
        "let_operator",
        "mult_operator",
        "or_operator",
        "pow_operator",
        "prefix_operator",
        "rel_operator",
        "sign_operator",
    ],
    attributes: &["item_attribute"],
    identifiers: &[
        "class_name",
        "constructor_name",
        "field_name",
        "instance_variable_name",
        "label_name",
        "method_name",
        "module_name",
        "module_type_name",
        "type_constructor",
        "value_name",
        "value_pattern",
    ],
    calls: &["batuta:call", "batuta:exit", "method_invocation"],
    member_accesses: &["value_path", "module_path"],
    imports: &["open_module", "include_module"],
    qualifiers: &[".", "#"],
    bases: &["inheritance_definition"],
    assignments: &["let_binding", "set_expression", "instance_variable_definition"],
    statements: &["value_definition"],
    blocks: &["compilation_unit", "structure", "signature", "sequence_expression", "object_expression"],
    function: FunctionRule {
        name,
        parameters: |site| Some(site.node),
        positional: Some(parameters::of_ocaml),
        count,
        body: |site| {
            if site.node.kind() == "type_binding" { None } else { site.field("body") }
        },
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark: |_, name| named_if(name.starts_with("test_")),
        file_names: &["test_*", "*_test", "*_tests"],
        weak_file_names: &["test", "tests"],
        frameworks: &["Alcotest", "Alcotest_lwt", "OUnit", "OUnit2", "QCheck", "QCheck2", "Crowbar"],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "let_binding" if is_function(site.node) => "batuta:function",
        "let_binding" => {
            let top = site.ancestor(1).is_some_and(|n| matches!(n.kind(), "compilation_unit" | "structure"));
            if top && name(site).is_some() { "batuta:constant" } else { "" }
        }
        "type_binding" => match site.field("body").map(|body| body.kind()) {
            Some("variant_declaration") => "batuta:enum",
            Some("record_declaration") => "batuta:struct",
            _ => "batuta:type",
        },
        "fun_expression" => {
            let body = |parent: NodeRef<'_>| parent.child_by_field_name("body") == Some(site.node);
            let bound = site.parent_kind() == "let_binding" && site.ancestor(0).is_some_and(body);
            if bound { "" } else { "batuta:lambda" }
        }
        "match_case" if site.parent_kind() == "try_expression" => "batuta:handler",
        "match_case" => "batuta:case",
        // A constructor with its argument.
        _ if site.field("function").is_none_or(|function| function.kind() == "constructor_path") => "",
        _ => match site.field("function").map(|function| site.text(function)) {
            Some(b"raise" | b"raise_notrace" | b"failwith" | b"invalid_arg") => "batuta:exit",
            _ => "batuta:call",
        },
    }
}

/// True for a binding with parameters, or of a function expression.
fn is_function(binding: NodeRef<'_>) -> bool {
    let names = binding
        .child_by_field_name("pattern")
        .is_none_or(|p| matches!(p.kind(), "value_name" | "value_pattern"));
    let body = binding.child_by_field_name("body").map_or("", |body| body.kind());
    let mut cursor = binding.walk();
    let parameters = binding.named_children(&mut cursor).any(|child| child.kind() == "parameter");
    names && (parameters || matches!(body, "fun_expression" | "function_expression"))
}

fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let child = |kinds: &[&str]| {
        let mut cursor = site.node.walk();
        site.node.named_children(&mut cursor).find(|child| kinds.contains(&child.kind()))
    };
    match site.node.kind() {
        "let_binding" => child(&["value_name", "parenthesized_operator"]),
        "type_binding" => site.field("name"),
        "exception_definition" => site.child_of_kind("constructor_declaration")?.named_child(0),
        _ => child(&[
            "value_name",
            "parenthesized_operator",
            "method_name",
            "module_name",
            "module_type_name",
            "class_name",
            "class_type_name",
        ]),
    }
}

/// The parameters of the binding, of the `fun` it binds, and the one that `function` takes.
fn count(function: NodeRef<'_>, _: &[u8]) -> usize {
    let mut counted = 0;
    let mut next = Some(function);
    while let Some(function) = next {
        let mut cursor = function.walk();
        counted += function.named_children(&mut cursor).filter(|child| child.kind() == "parameter").count();
        let body = function.child_by_field_name("body");
        counted += usize::from(body.is_some_and(|of| of.kind() == "function_expression"));
        next = body.filter(|of| of.kind() == "fun_expression");
    }
    counted
}

/// Without an interface file everything at the top level is public; anything inside a function is private.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    let inside =
        |node: &NodeRef<'_>| matches!(node.kind(), "let_binding" | "method_definition" | "expression_item");
    let hidden = site.child_of_kind("private").is_some() || name.starts_with('_');
    if hidden || site.ancestors.iter().any(inside) { Visibility::Private } else { Visibility::Public }
}
