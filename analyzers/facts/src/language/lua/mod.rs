//! Lua.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::lexical;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule, named_if};
use crate::model::{DefinitionKind as D, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Lua",
    id: "lua",
    extensions: &["lua", "rockspec"],
    file_names: &[],
    interpreters: &["lua", "luajit"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_lua::LANGUAGE.into(),
    lexical: &lexical::DASHES,
    functions: &["function_declaration", "batuta:function", "batuta:test"],
    lambdas: &["batuta:lambda"],
    definitions: &[("batuta:constant", D::Constant)],
    dynamic: &["assignment_statement", "field", "function_definition", "function_call"],
    classify,
    ifs: &["if_statement"],
    else_ifs: &["elseif_statement"],
    elses: &["else_statement"],
    else_if_by_nesting: false,
    loops: &["for_statement", "while_statement", "repeat_statement"],
    binaries: &["binary_expression"],
    logical_operators: &["and", "or"],
    gotos: &["goto_statement"],
    exits: &["return_statement", "batuta:exit"],
    docs: DocRule {
        openings: &["---"],
        not_openings: &["----"],
        inner_openings: &[],
        docstrings: false,
        plain: false,
    },
    strings: &["string"],
    operators: &["break_statement"],
    calls: &["function_call"],
    callee_field: "name",
    imports: &["batuta:import"],
    import_statement,
    qualifiers: &[".", ":"],
    assignments: &["assignment_statement"],
    statements: &["function_declaration"],
    blocks: &["chunk", "block"],
    function: FunctionRule {
        name: |site| {
            let name = bound_name(site)?;
            name.child_by_field_name("field").or_else(|| name.child_by_field_name("method")).or(Some(name))
        },
        parameters: |site| function_of(site)?.child_by_field_name("parameters"),
        // In an empty body, the closing keyword stands for it.
        body: |site| {
            let function = function_of(site)?;
            let end = function.child_count().saturating_sub(1) as u32;
            function.child_by_field_name("body").or_else(|| function.child(end))
        },
        receiver: |site| bound_name(site)?.child_by_field_name("table"),
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark: |_, name| named_if(name.starts_with("test")),
        block,
        file_names: &["test_*", "*_test", "*_spec"],
        weak_file_names: &["test", "tests"],
        frameworks: &["luaunit", "lunit", "busted", "luassert", "telescope", "lust", "plenary"],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// `local a = require "a"`, `require "a"`.
fn import_statement(site: &Site<'_, '_>) -> Option<usize> {
    for (levels, ancestor) in site.ancestors.iter().rev().take(6).enumerate() {
        match ancestor.kind() {
            "chunk" | "block" => return Some(levels),
            "dot_index_expression" | "assignment_statement" | "variable_declaration" => {}
            "expression_list" if ancestor.named_child_count() == 1 => {}
            _ => return None,
        }
    }
    None
}

/// A function is what `function name()` declares, or the only value of an assignment or table field.
fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "function_call" => match site.field("name").map(|name| site.text(name)) {
            Some(b"require" | b"dofile") => "batuta:import",
            Some(b"error") => "batuta:exit",
            _ => "",
        },
        "function_definition" => {
            let holder = site.ancestor(usize::from(site.parent_kind() == "expression_list"));
            let bound = holder.and_then(bound_function).is_some_and(|function| function == site.node);
            match bound {
                true => "",
                false if block(site).is_some() => "batuta:test",
                false => "batuta:lambda",
            }
        }
        _ if bound_function(site.node).is_some() => "batuta:function",
        "assignment_statement" if is_constant(site) => "batuta:constant",
        _ => "",
    }
}

/// The function passed to busted's `it("…", …)` and `describe`.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if site.node.kind() != "function_definition" || site.parent_kind() != "arguments" {
        return None;
    }
    let call = site.ancestor(1).filter(|call| call.kind() == "function_call")?;
    let suite = match call.child_by_field_name("name").map(|name| site.text(name))? {
        b"it" | b"test" | b"spec" => false,
        b"describe" | b"context" | b"insulate" | b"expose" => true,
        _ => return None,
    };
    let title = site.ancestor(0)?.named_child(0).filter(|title| title.kind() == "string")?;
    Some(TestBlock::titled(site, title, suite))
}

/// The function that gets its name from a single-value assignment or a table field.
fn bound_function(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let value = match node.kind() {
        "field" => node.child_by_field_name("name").and(node.child_by_field_name("value")),
        "assignment_statement" => sole_value(node),
        _ => None,
    };
    value.filter(|value| value.kind() == "function_definition")
}

/// The right side of a single-value assignment.
fn sole_value(assignment: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let mut cursor = assignment.walk();
    let values = assignment.named_children(&mut cursor).find(|child| child.kind() == "expression_list")?;
    (values.named_child_count() == 1).then(|| values.named_child(0)).flatten()
}

/// The name of a function, table field or assignment: a name, `a.b` or `a:b`.
fn bound_name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    site.field("name").or_else(|| site.child_of_kind("variable_list")?.named_child(0))
}

fn function_of<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "function_declaration" | "function_definition" => Some(site.node),
        _ => bound_function(site.node),
    }
}

/// `NAME = …` at the top of a file, `local` or not.
fn is_constant(site: &Site<'_, '_>) -> bool {
    let level = usize::from(site.parent_kind() == "variable_declaration");
    let top = site.ancestor(level).is_some_and(|parent| parent.kind() == "chunk");
    let upper = |name: &[u8]| name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_');
    top && bound_name(site).is_some_and(|name| name.kind() == "identifier" && upper(site.text(name)))
}

/// Private are `local` names, names that start with an underscore, and everything inside a function.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    let local = site.has_modifier(&[], "local") || site.parent_kind() == "variable_declaration";
    let nested = site.ancestors.iter().any(|ancestor| ancestor.kind().starts_with("function_"));
    if local || nested || name.starts_with('_') { Visibility::Private } else { Visibility::Public }
}
