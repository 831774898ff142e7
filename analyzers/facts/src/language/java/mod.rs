//! Java.

mod gaps;

use super::grammar::{FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
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
    gaps: gaps::gaps,
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

/// `default`; without one, the last label of a switch that must cover every value (Java Language Specification, 14.11.1.1
/// and 15.28.1): one with patterns, and one whose value is used.
fn is_default_case(site: &Site<'_, '_>) -> bool {
    // The grammar parses `default` in `case null, default` as a name.
    let mut cursor = site.node.walk();
    if site.node.children(&mut cursor).any(|child| site.text(child) == b"default") {
        return true;
    }
    let is_complete = site.child_of_kind("pattern").is_some() || is_used(site);
    let (Some(branch), Some(block)) = (site.ancestor(0), site.ancestor(1)) else { return false };
    if !is_complete || site.child_of_kind("guard").is_some() {
        return false;
    }
    let between = |start: usize, end: usize| code_after(site.source.get(start..end).unwrap_or_default());
    // `case A: case B:` in one branch.
    let inside = between(site.node.end_byte(), branch.end_byte());
    let inside = code_after(inside.strip_prefix(b":").unwrap_or(inside));
    let more = inside.strip_prefix(b"case").is_some_and(|rest| !rest.first().is_some_and(is_part_of_name));
    !more
        && between(branch.end_byte(), block.end_byte()).starts_with(b"}")
        && !has_default(block, site.source)
}

/// True if the value of the switch around a label is used.
fn is_used(label: &Site<'_, '_>) -> bool {
    label.ancestor(3).is_some_and(|user| {
        matches!(
            user.kind(),
            "variable_declarator"
                | "assignment_expression"
                | "return_statement"
                | "yield_statement"
                | "throw_statement"
                | "argument_list"
                | "lambda_expression"
                | "parenthesized_expression"
                | "binary_expression"
                | "ternary_expression"
                | "cast_expression"
        )
    })
}

fn has_default(block: NodeRef<'_>, source: &[u8]) -> bool {
    let is_default = |label: NodeRef<'_>| {
        let before = source[label.byte_range()].strip_suffix(b"default");
        before.is_some_and(|text| !text.last().is_some_and(is_part_of_name))
    };
    let mut cursor = block.walk();
    block.named_children(&mut cursor).any(|branch| {
        let mut cursor = branch.walk();
        let mut labels = branch.named_children(&mut cursor).take_while(|part| part.kind() == "switch_label");
        labels.any(is_default)
    })
}

fn is_part_of_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || *byte >= 0x80
}

/// The text after leading white space and comments.
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

/// Methods with the annotations of JUnit, TestNG and jqwik; JUnit 3's `public void test…()` in a `TestCase`; the public
/// methods of a class annotated with TestNG's `@Test`.
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

/// True for TestNG annotations of methods that prepare or feed tests.
fn is_of_setup(name: &[u8]) -> bool {
    name.starts_with(b"Before") || name.starts_with(b"After") || matches!(name, b"DataProvider" | b"Factory")
}

/// Visibility from the modifiers; without any, interface members are public and the rest is visible in the package.
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
