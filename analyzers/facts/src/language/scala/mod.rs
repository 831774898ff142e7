//! Scala.

use super::grammar::{FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule, annotations, marked_if};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

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
    functions: &["function_definition", "batuta:test"],
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
        "block",
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
        positional: Some(parameters::of_scala),
        count,
        body: |site| if site.node.kind() == "block" { Some(site.node) } else { site.field("body") },
        receiver,
        overloads: true,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark: |site, _| {
            let note = site.child_of_kind("annotation");
            marked_if(note.is_some_and(|note| annotations(site.text(note)).contains(&&b"Test"[..])))
        },
        block,
        file_names: &["*Test", "*Tests", "*Spec", "*Suite", "*Specification"],
        ..TestRule::EMPTY
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
        // `catch case e => …` on one line.
        "catch_clause" if site.field("pattern").is_some() => "batuta:catch",
        // Each generator after the first is a loop inside the loop.
        "enumerator" if site.child_of_kind("<-").is_some() && is_later_generator(site) => "batuta:generator",
        "infix_expression" => match site.field("operator").map(|operator| site.text(operator)) {
            Some(operator) if is_assignment(operator) => "batuta:assignment",
            _ => "infix_expression",
        },
        "val_definition" if is_constant(site) => "batuta:constant",
        "val_definition" => "batuta:value",
        "block" if block(site).is_some() => "batuta:test",
        _ => "",
    }
}

fn case_block(site: &Site<'_, '_>) -> &'static str {
    let is_case = |child: &NodeRef<'_>| child.kind() == "case_clause";
    match site.parent_kind() {
        "match_expression" | "catch_clause" => "",
        // `{ case (a, b) => … }` destructures its argument; with several cases it is a selection.
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

/// The block after `test("…")` and the like in ScalaTest, MUnit and uTest, and after `in` that follows a text.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if site.node.kind() != "block" {
        return None;
    }
    let parent = site.ancestor(0)?;
    match parent.kind() {
        "call_expression" => {
            let call =
                parent.child_by_field_name("function").filter(|call| call.kind() == "call_expression")?;
            let suite = match call.child_by_field_name("function").map(|callee| site.text(callee))? {
                b"test" | b"it" | b"property" | b"ignore" | b"scenario" | b"Scenario" => false,
                b"describe" | b"feature" | b"Feature" => true,
                _ => return None,
            };
            let title = titled(call.child_by_field_name("arguments")?.named_child(0)?)?;
            title.kind().contains("string").then(|| TestBlock::titled(site, title, suite))
        }
        "infix_expression" => {
            let operator = parent.child_by_field_name("operator").map(|sign| site.text(sign))?;
            let left = tagged(site, parent.child_by_field_name("left")?)?;
            let text = match left.kind() {
                "infix_expression" => left.child_by_field_name("right")?,
                _ => left,
            };
            let last = parent.child_by_field_name("right") == Some(site.node);
            let block = TestBlock::titled(site, left, false);
            let title = block.title.replace('"', "");
            (last && matches!(operator, b"in" | b"ignore") && text.kind().contains("string"))
                .then_some(TestBlock { mark: TestMark::Marked, title, ..block })
        }
        _ => None,
    }
}

/// The title in MUnit's `"title".tag(Slow).fail`.
fn titled(title: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let mut node = title;
    for _ in 0..MAX_TAGS {
        node = match node.kind() {
            "field_expression" => node.child_by_field_name("value")?,
            "call_expression" => node.child_by_field_name("function")?,
            _ => return Some(node),
        };
    }
    None
}

/// The most calls and members after a title that are looked through.
const MAX_TAGS: usize = 8;

/// ScalaTest's `it should "title" taggedAs(Slow)` without the tags.
fn tagged<'t>(site: &Site<'_, 't>, text: NodeRef<'t>) -> Option<NodeRef<'t>> {
    let operator = text.child_by_field_name("operator").map(|sign| site.text(sign));
    if operator == Some(b"taggedAs") { text.child_by_field_name("left") } else { Some(text) }
}

/// `+=` and the like; `==`, `<=`, `>=`, `!=` compare.
fn is_assignment(operator: &[u8]) -> bool {
    operator.len() > 1 && operator.ends_with(b"=") && !matches!(operator[0], b'=' | b'<' | b'>' | b'!')
}

/// A value of an object whose name begins with a capital letter: patterns treat it as a constant.
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

/// Public unless a modifier says otherwise; `private[p]` opens it to `p`. Anything inside a function is private.
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
