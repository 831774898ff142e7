//! Java.

use super::grammar::{FunctionRule, Grammar, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, annotations, is_test_annotation, marked_if};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

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
    is_default_case,
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
    packages: &["package_declaration"],
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
    function: FunctionRule {
        overloads: true,
        positional: Some(parameters::of_java),
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark,
        file_names: &["*Test", "*Tests", "*TestCase", "*IT", "Test*", "*Spec"],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// `default`, or the last label of a selection by patterns: such a selection covers every value (Java Language Specification,
/// 14.11.1.1), so its last pattern matches all that is left.
fn is_default_case(site: &Site<'_, '_>) -> bool {
    // The grammar takes `default` in `case null, default` for a name.
    let mut cursor = site.node.walk();
    if site.node.children(&mut cursor).any(|child| site.text(child) == b"default") {
        return true;
    }
    let by_pattern = site.child_of_kind("pattern").is_some() && site.child_of_kind("guard").is_none();
    let (Some(branch), Some(block)) = (site.ancestor(0), site.ancestor(1)) else { return false };
    let after = site.source.get(branch.end_byte()..block.end_byte()).unwrap_or_default();
    by_pattern && code_after(after).starts_with(b"}")
}

/// What follows white space and comments.
fn code_after(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii_start();
    loop {
        let rest = match text {
            [b'/', b'/', ..] => text.iter().position(|byte| *byte == b'\n').map(|end| &text[end..]),
            [b'/', b'*', ..] => text.windows(2).position(|pair| pair == b"*/").map(|end| &text[end + 2..]),
            _ => return text,
        };
        match rest {
            Some(rest) => text = rest.trim_ascii_start(),
            None => return text,
        }
    }
}

/// The annotations of JUnit, TestNG and jqwik on a method; JUnit 3's `public void test…()` in a `TestCase`; the public methods
/// of a class that TestNG's `@Test` is above.
fn mark(site: &Site<'_, '_>, name: &str) -> TestMark {
    if site.node.kind() != "method_declaration" {
        return TestMark::None;
    }
    let modifiers = site.child_of_kind("modifiers").map_or(&b""[..], |modifiers| site.text(modifiers));
    let says = |word| site.has_modifier(&["modifiers"], word);
    let annotations_above = annotations(modifiers);
    if annotations_above.iter().any(|name| is_test_annotation(name)) {
        return marked_if(!says("private"));
    }
    let returns_nothing = site.field("type").is_some_and(|kind| kind.kind() == "void_type");
    if !returns_nothing || !says("public") || says("static") {
        return TestMark::None;
    }
    let class = site.ancestor(1);
    let of_case = || {
        let base = class.and_then(|class| class.child_by_field_name("superclass"));
        let takes_nothing = site.field("parameters").is_some_and(|list| list.named_child_count() == 0);
        takes_nothing && base.is_some_and(|base| site.text(base).ends_with(b"TestCase"))
    };
    let of_class = || {
        let class = class.filter(|class| class.kind() == "class_declaration");
        let above = class.and_then(|class| class.named_child(0)).filter(|first| first.kind() == "modifiers");
        above.is_some_and(|above| annotations(site.text(above)).contains(&&b"Test"[..]))
            && !annotations_above.iter().any(|name| is_of_setup(name))
    };
    marked_if(name.starts_with("test") && of_case() || of_class())
}

/// An annotation of TestNG on a method that prepares or feeds tests.
fn is_of_setup(name: &[u8]) -> bool {
    name.starts_with(b"Before") || name.starts_with(b"After") || matches!(name, b"DataProvider" | b"Factory")
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
