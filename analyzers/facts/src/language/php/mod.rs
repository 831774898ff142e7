//! PHP.

use super::grammar::{FunctionRule, Grammar, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule, last_part, named_if};
use crate::model::{DefinitionKind as D, TestMark};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "PHP",
    id: "php",
    extensions: &["php", "phtml", "php5", "php7", "php8"],
    file_names: &[],
    interpreters: &["php"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_php::LANGUAGE_PHP.into(),
    reserved: &[],
    functions: &["function_definition", "method_declaration", "property_hook", "batuta:test"],
    lambdas: &["anonymous_function", "arrow_function"],
    // Namespaces are not part of qualified names: they usually span a whole file.
    scopes: &[
        ("class_declaration", D::Class),
        ("interface_declaration", D::Interface),
        ("trait_declaration", D::Class),
        ("enum_declaration", D::Enum),
    ],
    definitions: &[("const_element", D::Constant)],
    // A function that a framework runs under a title is a separate function.
    dynamic: &["encapsed_string", "anonymous_function", "arrow_function", "conditional_expression"],
    classify: |site| match site.node.kind() {
        "encapsed_string" if site.holds_only(&["string_content", "escape_sequence"]) => "batuta:plain-string",
        // `a ?: b`
        "conditional_expression" if site.field("body").is_none() => "batuta:short-ternary",
        "anonymous_function" | "arrow_function" if block(site).is_some() => "batuta:test",
        kind => kind,
    },
    ifs: &["if_statement"],
    else_ifs: &["else_if_clause"],
    elses: &["else_clause"],
    loops: &["for_statement", "foreach_statement", "while_statement", "do_statement"],
    switches: &["switch_statement", "match_expression"],
    cases: &["case_statement", "match_conditional_expression"],
    default_cases: &["default_statement", "match_default_expression"],
    catches: &["catch_clause"],
    ternaries: &["conditional_expression"],
    binaries: &["binary_expression", "augmented_assignment_expression", "batuta:short-ternary"],
    logical_operators: &["&&", "||", "??", "??=", "?", "and", "or"],
    jumps: &["break_statement", "continue_statement"],
    // `break 2` leaves two loops.
    labels: &["integer"],
    gotos: &["goto_statement"],
    exits: &["return_statement", "throw_expression", "yield_expression", "exit_statement"],
    // A variable with its `$` is one operand, and not a name that other files could refer to.
    strings: &["string", "nowdoc", "batuta:plain-string", "variable_name"],
    templates: &["encapsed_string", "heredoc", "shell_command_expression"],
    attributes: &["attribute_list"],
    identifiers: &["name"],
    calls: &[
        "function_call_expression",
        "member_call_expression",
        "nullsafe_member_call_expression",
        "scoped_call_expression",
        "object_creation_expression",
    ],
    qualifiers: &["->", "?->", "::", "\\"],
    bases: &["base_clause", "class_interface_clause", "use_declaration"],
    imports: &[
        "namespace_use_declaration",
        "include_expression",
        "include_once_expression",
        "require_expression",
        "require_once_expression",
    ],
    import_statement: |site| match (site.node.kind(), site.parent_kind()) {
        ("namespace_use_declaration", _) => Some(0),
        (_, "expression_statement") => Some(1),
        _ => None,
    },
    assignments: &[
        "assignment_expression",
        "augmented_assignment_expression",
        "reference_assignment_expression",
        "update_expression",
    ],
    statements: &[
        "break_statement",
        "class_declaration",
        "const_declaration",
        "continue_statement",
        "declare_statement",
        "do_statement",
        "echo_statement",
        "enum_case",
        "enum_declaration",
        "exit_statement",
        "expression_statement",
        "for_statement",
        "foreach_statement",
        "function_definition",
        "function_static_declaration",
        "global_declaration",
        "goto_statement",
        "if_statement",
        "interface_declaration",
        "method_declaration",
        "namespace_definition",
        "namespace_use_declaration",
        "property_declaration",
        "return_statement",
        "switch_statement",
        "trait_declaration",
        "try_statement",
        "unset_statement",
        "use_declaration",
        "while_statement",
    ],
    function: FunctionRule {
        positional: Some(parameters::of_php),
        name: |site| site.field("name").or_else(|| site.child_of_kind("name")),
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { mark, block, file_names: &["*Test", "*TestCase", "*test", "*Cest"], ..TestRule::EMPTY },
    visibility: VisibilityRule::PublicUnless(&["visibility_modifier"]),
    separator: "::",
    ..Grammar::EMPTY
};

/// PHPUnit: public methods named `test…`, or with `#[Test]` or `@test`, in a test case. A test case is a class that
/// extends one, or that extends another class and has a test name in a file with a test name. Codeception: public
/// methods of a class named `…Cest`.
fn mark(site: &Site<'_, '_>, name: &str) -> TestMark {
    let hidden =
        ["private", "protected"].iter().any(|word| site.has_modifier(&["visibility_modifier"], word));
    if site.node.kind() != "method_declaration" || hidden {
        return TestMark::None;
    }
    let class = site.ancestor(1);
    let class_name =
        class.and_then(|class| class.child_by_field_name("name")).map_or(&b""[..], |name| site.text(name));
    if class_name.ends_with(b"Cest") {
        return named_if(!name.starts_with('_') && !site.has_modifier(&["static_modifier"], "static"));
    }
    let attributes = site.field("attributes").map_or(&b""[..], |list| site.text(list));
    let attribute = |text: &[u8]| last_part(text.trim_ascii()) == b"Test";
    if attributes.split(|byte| matches!(byte, b'[' | b']' | b',' | b'(')).any(attribute) {
        return TestMark::Marked;
    }
    let says_test = || {
        let above = site.source[..site.node.start_byte()].trim_ascii_end();
        let comment = above[..above.len()].strip_suffix(b"*/").unwrap_or_default();
        let start = comment.len().saturating_sub(MAX_COMMENT);
        let text = &comment[start..];
        let begin = text.windows(3).rposition(|window| window == b"/**").unwrap_or(text.len());
        text[begin..].split(u8::is_ascii_whitespace).any(|word| word == b"@test")
    };
    if !name.starts_with("test") && !says_test() {
        return TestMark::None;
    }
    let Some(class) = class else { return TestMark::None };
    let mut cursor = class.walk();
    let base = class.named_children(&mut cursor).find(|child| child.kind() == "base_clause");
    let of_case = |base: &[u8]| base.ends_with(b"TestCase") || base.ends_with(b"Test");
    if base.is_some_and(|base| of_case(site.text(base).trim_ascii_end())) {
        return TestMark::Marked;
    }
    // A class without a base is not a test case, whatever its name.
    named_if(class.kind() == "trait_declaration" || (base.is_some() && of_case(class_name)))
}

/// The most bytes of a documentation comment that are searched, from its end.
const MAX_COMMENT: usize = 4096;

/// The function passed to Pest's `it("…", …)`, `test` and `describe`.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if !matches!(site.node.kind(), "anonymous_function" | "arrow_function")
        || site.parent_kind() != "argument"
    {
        return None;
    }
    let call = site.ancestor(2).filter(|call| call.kind() == "function_call_expression")?;
    let suite = match call.child_by_field_name("function").map(|callee| site.text(callee))? {
        b"it" | b"test" => false,
        b"describe" => true,
        _ => return None,
    };
    let title = site.ancestor(1)?.named_child(0)?.named_child(0)?;
    title.kind().contains("string").then(|| TestBlock::titled(site, title, suite))
}
