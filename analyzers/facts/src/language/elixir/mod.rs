//! Elixir.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::lexical;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Elixir",
    id: "elixir",
    extensions: &["ex", "exs"],
    file_names: &[],
    interpreters: &["elixir"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_elixir::LANGUAGE.into(),
    lexical: &lexical::HASH,
    reserved: &[],
    functions: &["batuta:function"],
    lambdas: &["anonymous_function"],
    scopes: &[("batuta:module", D::Module), ("batuta:protocol", D::Interface)],
    name_scopes: &["batuta:impl"],
    definitions: &[("batuta:constant", D::Constant), ("batuta:type", D::Type)],
    // Almost everything is a call: `def`, `if`, `case` are macros.
    dynamic: &[
        "call",
        "do_block",
        "else_block",
        "keywords",
        "pair",
        "stab_clause",
        "binary_operator",
        "unary_operator",
    ],
    classify,
    ifs: &["batuta:if"],
    elses: &["batuta:else"],
    else_if_by_nesting: false,
    loops: &["batuta:for"],
    switches: &["batuta:switch"],
    cases: &["batuta:case"],
    is_default_case: |_| false,
    exhaustive_switch: true,
    guards: &["batuta:guard"],
    catches: &["batuta:handler"],
    binaries: &["batuta:binary"],
    logical_operators: &["&&", "||", "and", "or"],
    parentheses: &["block"],
    exits: &["batuta:exit"],
    propagations: &["batuta:match"],
    docs: DocRule { openings: &[], not_openings: &[], inner_openings: &[], docstrings: true, plain: true },
    strings: &["sigil", "char", "quoted_atom", "quoted_keyword"],
    templates: &["string", "charlist"],
    attributes: &["batuta:attribute"],
    identifiers: &["identifier", "alias"],
    calls: &["batuta:call", "batuta:exit"],
    callee_field: "target",
    member_accesses: &["dot"],
    imports: &["batuta:import"],
    assignments: &["batuta:assignment"],
    blocks: &["source", "do_block", "else_block", "rescue_block", "catch_block", "after_block", "body"],
    function: FunctionRule {
        name,
        parameters: |site| {
            let head = head(site.node)?;
            // The operands of `def a <> b`.
            if head.kind() == "binary_operator" {
                return Some(head);
            }
            let mut cursor = head.walk();
            head.named_children(&mut cursor).find(|child| child.kind() == "arguments")
        },
        body,
        doc,
        overloads: true,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { block, sure_file_names: &["*_test.exs"], ..TestRule::EMPTY },
    visibility: VisibilityRule::By(|site, _| match target(site, site.node) {
        b"defp" | b"defmacrop" | b"defguardp" | b"test" | b"property" => Visibility::Private,
        _ => Visibility::Public,
    }),
    ..Grammar::EMPTY
};

const DEFINITIONS: &[&[u8]] = &[
    b"def",
    b"defp",
    b"defmacro",
    b"defmacrop",
    b"defguard",
    b"defguardp",
    b"defdelegate",
    b"test",
    b"property",
];

/// ExUnit's `test "…" do`, and properties.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if site.node.kind() != "call" || !matches!(target(site, site.node), b"test" | b"property") {
        return None;
    }
    Some(TestBlock { mark: TestMark::Marked, ..TestBlock::titled(site, head(site.node)?, false) })
}

/// The name of a call by bare name.
fn target<'t>(site: &Site<'_, 't>, call: NodeRef<'t>) -> &'t [u8] {
    let target = call.child_by_field_name("target").filter(|target| target.kind() == "identifier");
    target.map_or(b"", |target| site.text(target))
}

/// The function called by the call `level` steps up; `""` if that is not a call.
fn owner<'t>(site: &Site<'_, 't>, level: usize) -> &'t [u8] {
    site.ancestor(level).filter(|owner| owner.kind() == "call").map_or(b"", |call| target(site, call))
}

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "call" => call(site),
        "do_block" => match owner(site, 0) {
            b"if" | b"unless" => "batuta:if",
            b"case" | b"cond" | b"receive" => "batuta:switch",
            _ => "",
        },
        "else_block" => match owner(site, 1) {
            b"if" | b"unless" => "batuta:else",
            b"with" | b"try" | b"def" | b"defp" => "batuta:switch",
            _ => "",
        },
        // `if x, do: a, else: b`
        "keywords" if matches!(owner(site, 1), b"if" | b"unless") => "batuta:if",
        "pair" if matches!(owner(site, 2), b"if" | b"unless") && is_else(site) => "batuta:else",
        "stab_clause" => clause(site),
        "binary_operator" => operation(site),
        "unary_operator" => attribute(site),
        _ => "",
    }
}

fn operation(site: &Site<'_, '_>) -> &'static str {
    match site.field("operator").map(|operator| operator.kind()) {
        Some("when") if site.parent_kind() == "stab_clause" => "batuta:guard",
        Some("<-") if owner(site, 1) == b"with" => "batuta:match",
        Some("=") => "batuta:assignment",
        _ => "batuta:binary",
    }
}

/// `else:`
fn is_else(pair: &Site<'_, '_>) -> bool {
    pair.field("key").is_some_and(|key| pair.text(key).starts_with(b"else:"))
}

fn call(site: &Site<'_, '_>) -> &'static str {
    let is_parameterless = site.node.named_child_count() == 1;
    match target(site, site.node) {
        _ if is_head(site) || site.parent_kind() == "unary_operator" && is_attribute(site) => "",
        name if DEFINITIONS.contains(&name) && !is_parameterless => "batuta:function",
        b"defmodule" => "batuta:module",
        b"defprotocol" => "batuta:protocol",
        b"defimpl" => "batuta:impl",
        b"alias" | b"import" | b"use" | b"require" if !is_parameterless => "batuta:import",
        b"raise" | b"reraise" | b"throw" => "batuta:exit",
        b"for" => "batuta:for",
        b"if" | b"unless" | b"case" | b"cond" | b"receive" | b"with" | b"try" | b"quote" | b"unquote" => "",
        // `cart.items` reads a field.
        b"" if is_parameterless => "",
        _ if in_type(site) => "",
        _ => "batuta:call",
    }
}

/// `pattern -> body`: a branch of a selection, a handler, or a clause of an anonymous function, whose first clause is
/// free.
fn clause(site: &Site<'_, '_>) -> &'static str {
    let Some(block) = site.ancestor(0) else { return "" };
    match block.kind() {
        "rescue_block" | "catch_block" => "batuta:handler",
        "do_block" if matches!(owner(site, 1), b"case" | b"cond" | b"receive") => "batuta:case",
        "else_block" => "batuta:case",
        "after_block" if owner(site, 2) == b"receive" => "batuta:case",
        "anonymous_function" if block.named_child(0) != Some(site.node) => "batuta:case",
        _ => "",
    }
}

/// True inside `@spec` and `@type`, where types look like calls.
fn in_type(site: &Site<'_, '_>) -> bool {
    let declares = |name: &[u8]| {
        matches!(name, b"spec" | b"type" | b"typep" | b"opaque" | b"callback" | b"macrocallback")
    };
    // Types nest less deeply than this, and this runs for every call.
    let mut near = site.ancestors.iter().rev().take(64);
    near.any(|ancestor| ancestor.kind() == "call" && declares(target(site, *ancestor)))
}

/// True for the operand of `@`.
fn is_attribute(site: &Site<'_, '_>) -> bool {
    let operator = site.ancestor(0).and_then(|parent| parent.child_by_field_name("operator"));
    operator.is_some_and(|operator| operator.kind() == "@")
}

/// `@doc`, `@spec` and the like belong to what follows; other attributes with a value are constants of the module.
fn attribute(site: &Site<'_, '_>) -> &'static str {
    let is_set = site.field("operator").is_some_and(|operator| operator.kind() == "@");
    let Some(operand) = site.field("operand").filter(|operand| is_set && operand.kind() == "call") else {
        return "";
    };
    match target(site, operand) {
        b"type" | b"typep" | b"opaque" => "batuta:type",
        b"doc" | b"spec" | b"impl" | b"typedoc" | b"deprecated" | b"since" | b"tag" | b"dialyzer" => {
            "batuta:attribute"
        }
        b"moduledoc" | b"behaviour" | b"callback" | b"macrocallback" | b"derive" | b"moduletag" => "",
        _ => "batuta:constant",
    }
}

/// `f(x)` in `def f(x) when guard, do: …`
fn head(definition: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let mut cursor = definition.walk();
    let arguments = definition.named_children(&mut cursor).find(|child| child.kind() == "arguments")?;
    let mut head = arguments.named_child(0)?;
    if head.kind() == "binary_operator"
        && head.child_by_field_name("operator").is_some_and(|o| o.kind() == "when")
    {
        head = head.child_by_field_name("left")?;
    }
    Some(head)
}

fn is_head(site: &Site<'_, '_>) -> bool {
    let definition = site.ancestors.iter().rev().take(3).find(|ancestor| ancestor.kind() == "call");
    definition.is_some_and(|definition| {
        DEFINITIONS.contains(&target(site, *definition)) && head(*definition) == Some(site.node)
    })
}

fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    if site.node.kind() == "unary_operator" {
        let operand = site.field("operand")?;
        return match target(site, operand) {
            b"type" | b"typep" | b"opaque" => {
                let declared = head(operand)?.child_by_field_name("left")?;
                declared.child_by_field_name("target").or(Some(declared))
            }
            _ => operand.child_by_field_name("target"),
        };
    }
    let head = head(site.node)?;
    match head.kind() {
        "call" => head.child_by_field_name("target"),
        "string" => head.named_child(0),
        // `def a <> b`
        "binary_operator" => head.child_by_field_name("operator"),
        _ => Some(head),
    }
}

/// The `do` block, or the keywords that begin with `do:`.
fn body<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    if let Some(block) = site.child_of_kind("do_block") {
        return Some(block);
    }
    let arguments = site.child_of_kind("arguments")?;
    let last = arguments.named_child(arguments.named_child_count().saturating_sub(1) as u32)?;
    let mut cursor = last.walk();
    let has_body = last
        .named_children(&mut cursor)
        .any(|pair| pair.child_by_field_name("key").is_some_and(|key| site.text(key).starts_with(b"do:")));
    has_body.then_some(last)
}

/// The string of `@doc` above a function, of `@moduledoc` inside a module.
fn doc<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let string_of = |attribute: NodeRef<'t>, name: &[u8]| {
        let operand = attribute.child_by_field_name("operand").filter(|operand| operand.kind() == "call")?;
        if target(site, operand) != name {
            return None;
        }
        head(operand).filter(|value| matches!(value.kind(), "string" | "sigil"))
    };
    if let Some(documented) = site.attributes.iter().rev().find_map(|attribute| string_of(*attribute, b"doc"))
    {
        return Some(documented);
    }
    if !matches!(target(site, site.node), b"defmodule" | b"defprotocol" | b"defimpl") {
        return None;
    }
    let block = site.child_of_kind("do_block")?;
    let mut cursor = block.walk();
    let attributes = block.named_children(&mut cursor).filter(|child| child.kind() == "unary_operator");
    attributes.take(8).find_map(|attribute| string_of(attribute, b"moduledoc"))
}
