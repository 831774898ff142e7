//! Scala.

use super::grammar::{FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::registry::{LanguageSpec, Syntax};
use crate::model::{DefinitionKind as D, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Scala",
    id: "scala",
    extensions: &["scala", "sc", "sbt"],
    file_names: &[],
    interpreters: &["scala"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_scala::LANGUAGE.into(),
    functions: &["function_definition"],
    lambdas: &["lambda_expression", "batuta:destructuring"],
    scopes: &[
        ("class_definition", D::Class),
        ("object_definition", D::Class),
        ("trait_definition", D::Interface),
        ("enum_definition", D::Enum),
        ("package_object", D::Module),
    ],
    name_scopes: &["given_definition"],
    definitions: &[
        ("function_declaration", D::Method),
        ("type_definition", D::Type),
        ("batuta:constant", D::Constant),
    ],
    dynamic: &[
        "case_block",
        "case_clause",
        "catch_clause",
        "enumerator",
        "infix_expression",
        "val_definition",
    ],
    classify,
    ifs: &["if_expression"],
    loops: &["for_expression", "while_expression", "do_while_expression"],
    comprehension_loops: &["batuta:generator"],
    switches: &["match_expression", "batuta:partial-function"],
    cases: &["case_clause"],
    is_default_case: |_| false,
    exhaustive_switch: true,
    guards: &["guard"],
    catches: &["batuta:catch"],
    binaries: &["infix_expression"],
    exits: &["return_expression", "throw_expression"],
    comments: &["comment", "block_comment"],
    strings: &["string", "character_literal"],
    templates: &["interpolated_string_expression"],
    operators: &["operator_identifier"],
    attributes: &["annotation"],
    identifiers: &["identifier", "type_identifier"],
    calls: &["call_expression", "instance_expression"],
    imports: &["import_declaration"],
    packages: &["package_clause"],
    type_arguments: &["type_arguments"],
    bases: &["extends_clause"],
    assignments: &[
        "assignment_expression",
        "var_definition",
        "batuta:assignment",
        "batuta:value",
        "batuta:constant",
    ],
    blocks: &["compilation_unit", "template_body", "with_template_body", "block", "indented_block"],
    function: FunctionRule {
        name: |site| site.field("name").or_else(|| site.field("pattern")),
        parameters: |site| Some(site.node),
        count,
        is_test: |site, _| {
            site.child_of_kind("annotation").is_some_and(|note| site.text(note).starts_with(b"@Test"))
        },
        receiver,
        overloads: true,
        ..FunctionRule::BY_FIELDS
    },
    visibility: VisibilityRule::By(|site, _| visibility(site)),
    ..Grammar::EMPTY
};

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "case_block" => case_block(site),
        "case_clause" => match site.ancestor(1).map(|owner| owner.kind()) {
            Some("catch_clause") => "batuta:catch",
            Some("match_expression") => "case_clause",
            _ if site.ancestor(0).is_some_and(|block| block.named_child_count() > 1) => "case_clause",
            _ => "",
        },
        // `catch case e => …` in one line.
        "catch_clause" if site.field("pattern").is_some() => "batuta:catch",
        // Each generator after the first is a loop within the loop.
        "enumerator" if site.child_of_kind("<-").is_some() && is_later_generator(site) => "batuta:generator",
        "infix_expression" => match site.field("operator").map(|operator| site.text(operator)) {
            Some(operator) if is_assignment(operator) => "batuta:assignment",
            _ => "infix_expression",
        },
        "val_definition" if is_constant(site) => "batuta:constant",
        "val_definition" => "batuta:value",
        _ => "",
    }
}

fn case_block(site: &Site<'_, '_>) -> &'static str {
    let is_case = |child: &NodeRef<'_>| child.kind() == "case_clause";
    match site.parent_kind() {
        "match_expression" | "catch_clause" => "",
        // `{ case (a, b) => … }` takes its argument apart; with several cases it selects.
        _ if site.node.named_children(&mut site.node.walk()).filter(is_case).count() > 1 => {
            "batuta:partial-function"
        }
        _ => "batuta:destructuring",
    }
}

fn is_later_generator(site: &Site<'_, '_>) -> bool {
    site.ancestor(0)
        .and_then(|enumerators| enumerators.named_child(0))
        .is_some_and(|first| first != site.node)
}

/// `+=` and the like; `==`, `<=`, `>=`, `!=` compare.
fn is_assignment(operator: &[u8]) -> bool {
    operator.len() > 1 && operator.ends_with(b"=") && !matches!(operator[0], b'=' | b'<' | b'>' | b'!')
}

/// A value of an object whose name begins with a capital: what the language takes for a constant in patterns.
fn is_constant(site: &Site<'_, '_>) -> bool {
    let owner = site.ancestor(1).map_or("", |owner| owner.kind());
    let capital = |name: NodeRef<'_>| site.text(name).first().is_some_and(u8::is_ascii_uppercase);
    matches!(owner, "object_definition" | "package_object") && site.field("pattern").is_some_and(capital)
}

/// Parameters of every list (`(a)(b)(implicit c)`).
fn count(function: NodeRef<'_>, _: &[u8]) -> usize {
    let mut cursor = function.walk();
    let lists = function.children(&mut cursor).filter(|child| child.kind() == "parameters");
    let of =
        |list: NodeRef<'_>| list.named_children(&mut list.walk()).filter(|p| p.kind() == "parameter").count();
    lists.map(of).sum()
}

/// The type that an `extension` extends.
fn receiver<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let extension =
        site.ancestors.iter().rev().take(2).find(|outer| outer.kind() == "extension_definition")?;
    extension.child_by_field_name("parameters")?.named_child(0)?.child_by_field_name("type")
}

/// Public unless a modifier says otherwise; `private[p]` opens to `p`. What stands inside a function is private.
fn visibility(site: &Site<'_, '_>) -> Visibility {
    if site.ancestors.iter().any(|ancestor| ancestor.kind() == "function_definition") {
        return Visibility::Private;
    }
    let mut cursor = site.node.walk();
    let modifiers =
        site.node.children(&mut cursor).filter(|c| matches!(c.kind(), "modifiers" | "access_modifier"));
    let mut words = modifiers.flat_map(|modifiers| site.text(modifiers).split(u8::is_ascii_whitespace));
    words
        .find_map(|word| match word {
            b"private" | b"private[this]" => Some(Visibility::Private),
            _ if word.starts_with(b"private") || word.starts_with(b"protected") => {
                Some(Visibility::Restricted)
            }
            _ => None,
        })
        .unwrap_or(Visibility::Public)
}
