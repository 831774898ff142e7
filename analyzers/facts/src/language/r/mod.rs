//! R.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::lexical;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule};
use crate::model::{DefinitionKind as D, FunctionKind, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "R",
    id: "r",
    extensions: &["r"],
    file_names: &[".Rprofile"],
    interpreters: &["Rscript"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_r::LANGUAGE.into(),
    lexical: &lexical::HASH,
    reserved: &[],
    functions: &["batuta:function", "batuta:test"],
    lambdas: &["batuta:lambda"],
    definitions: &[("batuta:constant", D::Constant)],
    dynamic: &["binary_operator", "function_definition", "call", "argument"],
    classify,
    ifs: &["if_statement"],
    loops: &["for_statement", "while_statement", "repeat_statement"],
    switches: &["batuta:switch"],
    cases: &["batuta:case"],
    default_cases: &["batuta:default"],
    is_default_case: |_| false,
    catches: &["batuta:catch"],
    binaries: &["batuta:binary"],
    exits: &["batuta:exit"],
    docs: DocRule {
        openings: &["#'"],
        not_openings: &[],
        inner_openings: &[],
        docstrings: false,
        plain: false,
    },
    strings: &["string"],
    operators: &["comma", "break", "next"],
    identifiers: &["identifier", "dots", "dot_dot_i"],
    calls: &["batuta:call", "batuta:exit", "batuta:import"],
    member_accesses: &["namespace_operator", "extract_operator"],
    imports: &["batuta:import"],
    import_statement: |site| matches!(site.parent_kind(), "program" | "braced_expression").then_some(0),
    qualifiers: &["$", "@", "::", ":::"],
    assignments: &["batuta:assignment", "batuta:constant"],
    blocks: &["program", "braced_expression"],
    function: FunctionRule {
        name: |site| match site.node.kind() {
            "call" => first_string(site.field("arguments")?),
            "argument" if called_by_name(site) => site.field("name"),
            "argument" => first_string(site.ancestor(0)?),
            _ => {
                let (target, _) = assignment(site)?;
                target.child_by_field_name("rhs").or(Some(target))
            }
        },
        parameters: |site| function_of(site)?.child_by_field_name("parameters"),
        count: |parameters, _| {
            let mut cursor = parameters.walk();
            parameters.named_children(&mut cursor).filter(|child| child.kind() == "parameter").count()
        },
        body: |site| match site.node.kind() {
            "call" => last_value(site.field("arguments")?),
            _ => function_of(site)?.child_by_field_name("body"),
        },
        kind: |site, _| {
            if site.node.kind() == "argument" { FunctionKind::Method } else { FunctionKind::Function }
        },
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { block, file_names: &["test-*", "test_*"], ..TestRule::EMPTY },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// Selections, handlers, tests and method definitions are calls with named arguments.
fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "call" => match called(site, site.node) {
            b"switch" => "batuta:switch",
            b"return" | b"stop" => "batuta:exit",
            b"library" | b"require" | b"source" | b"requireNamespace" | b"loadNamespace" => "batuta:import",
            b"test_that" | b"it" | b"describe" if block(site).is_some() => "batuta:test",
            _ => "batuta:call",
        },
        "argument" => argument(site),
        "function_definition" => {
            let bound = match site.parent_kind() {
                "binary_operator" => site.ancestor(0).is_some_and(is_assignment),
                "argument" => in_named_list(site, 1) || in_generic(site, 1) || in_handlers(site, 1),
                _ => false,
            };
            if bound { "" } else { "batuta:lambda" }
        }
        _ => match assignment(site) {
            Some((_, value)) if value.kind() == "function_definition" => "batuta:function",
            Some((target, _)) if site.parent_kind() == "program" && is_constant_name(site, target) => {
                "batuta:constant"
            }
            Some(_) => "batuta:assignment",
            None => "batuta:binary",
        },
    }
}

/// testthat's `test_that("…", {…})`, and `it` and `describe` of its other style.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if site.node.kind() != "call" {
        return None;
    }
    let suite = match called(site, site.node) {
        b"test_that" | b"it" => false,
        b"describe" => true,
        _ => return None,
    };
    let title = site.field("arguments")?.named_child(0)?.child_by_field_name("value")?;
    (title.kind() == "string" || called(site, site.node) == b"test_that")
        .then(|| TestBlock { mark: crate::model::TestMark::Marked, ..TestBlock::titled(site, title, suite) })
}

fn argument(site: &Site<'_, '_>) -> &'static str {
    let named = site.field("name").map(|name| site.text(name));
    let holds_function = site.field("value").is_some_and(|value| value.kind() == "function_definition");
    let Some(call) = site.ancestor(1) else { return "" };
    match called(site, call) {
        b"switch" => match named {
            Some(b"EXPR") => "",
            Some(_) => "batuta:case",
            None if site.ancestor(0).and_then(|list| list.named_child(0)) == Some(site.node) => "",
            None => "batuta:default",
        },
        _ if in_handlers(site, 0) => "batuta:catch",
        _ if holds_function && (called_by_name(site) || in_generic(site, 0)) => "batuta:function",
        _ => "",
    }
}

/// The function's name in a call.
fn called<'t>(site: &Site<'_, 't>, call: NodeRef<'t>) -> &'t [u8] {
    call.child_by_field_name("function").map_or(b"", |function| site.text(function))
}

/// `name = function …` in a `list(…)`: a method of a reference class, R6 class or closure object.
fn called_by_name(site: &Site<'_, '_>) -> bool {
    site.field("name").is_some() && in_named_list(site, 0)
}

/// True if the argument `level` steps up (0 is the node itself) is a named element of a list.
fn in_named_list(site: &Site<'_, '_>, level: usize) -> bool {
    let argument = if level == 0 { Some(site.node) } else { site.ancestor(0) };
    let named = argument.is_some_and(|argument| argument.child_by_field_name("name").is_some());
    named
        && site.ancestor(level + 1).is_some_and(|call| call.kind() == "call" && called(site, call) == b"list")
}

/// True in a call that defines an S4 generic or method.
fn in_generic(site: &Site<'_, '_>, level: usize) -> bool {
    let defines = |call| matches!(called(site, call), b"setMethod" | b"setGeneric" | b"setReplaceMethod");
    site.ancestor(level + 1).is_some_and(defines)
}

/// True for a condition handler: a function among the named arguments of `tryCatch`, except `finally`.
fn in_handlers(site: &Site<'_, '_>, level: usize) -> bool {
    let argument = if level == 0 { Some(site.node) } else { site.ancestor(0) };
    let name = argument.and_then(|argument| argument.child_by_field_name("name")).map(|name| site.text(name));
    let catches = |call| matches!(called(site, call), b"tryCatch" | b"withCallingHandlers");
    name.is_some_and(|name| !matches!(name, b"finally" | b"expr"))
        && site.ancestor(level + 1).is_some_and(catches)
}

fn is_assignment(operator: NodeRef<'_>) -> bool {
    let sign = operator.child_by_field_name("operator").map_or("", |sign| sign.kind());
    matches!(sign, "<-" | "<<-" | "=" | ":=" | "->" | "->>")
}

/// Target and value of an assignment.
fn assignment<'t>(site: &Site<'_, 't>) -> Option<(NodeRef<'t>, NodeRef<'t>)> {
    if site.node.kind() != "binary_operator" || !is_assignment(site.node) {
        return None;
    }
    let (left, right) = (site.field("lhs")?, site.field("rhs")?);
    let to_right = site.field("operator").is_some_and(|sign| sign.kind().starts_with("->"));
    Some(if to_right { (right, left) } else { (left, right) })
}

fn function_of<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match assignment(site) {
        Some((_, value)) => Some(value),
        None => site.field("value"),
    }
}

/// The first argument, if it is a string.
fn first_string(arguments: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let value = arguments.named_child(0)?.child_by_field_name("value")?;
    value.child_by_field_name("content").or(Some(value))
}

fn last_value(arguments: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let mut cursor = arguments.walk();
    let values = arguments.named_children(&mut cursor).filter_map(|child| child.child_by_field_name("value"));
    values.last()
}

fn is_constant_name(site: &Site<'_, '_>, target: NodeRef<'_>) -> bool {
    let upper = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.');
    target.kind() == "identifier" && site.text(target).iter().all(upper)
}

/// Names with a leading dot are private by convention; everything inside a function is private by scope.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    let nested = site.ancestors.iter().any(|ancestor| ancestor.kind() == "function_definition");
    if nested || name.starts_with('.') { Visibility::Private } else { Visibility::Public }
}
