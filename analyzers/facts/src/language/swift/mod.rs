//! Swift.

mod gaps;

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule, annotations, named_if};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Swift",
    id: "swift",
    extensions: &["swift"],
    file_names: &[],
    interpreters: &["swift"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_swift::LANGUAGE.into(),
    gaps: gaps::gaps,
    functions: &[
        "function_declaration",
        "init_declaration",
        "deinit_declaration",
        "computed_getter",
        "computed_setter",
        "computed_modify",
        "willset_clause",
        "didset_clause",
        "batuta:computed",
        "batuta:test",
    ],
    lambdas: &["lambda_literal"],
    scopes: &[
        ("class_declaration", D::Class),
        ("batuta:struct", D::Struct),
        ("batuta:enum", D::Enum),
        ("protocol_declaration", D::Interface),
    ],
    name_scopes: &["batuta:extension", "batuta:accessors"],
    definitions: &[
        ("protocol_function_declaration", D::Method),
        ("typealias_declaration", D::Type),
        ("batuta:constant", D::Constant),
    ],
    dynamic: &[
        "class_declaration",
        "property_declaration",
        "subscript_declaration",
        "control_transfer_statement",
        "call_expression",
        "where_keyword",
        "line_string_literal",
        "multi_line_string_literal",
        "comment",
        "multiline_comment",
        "lambda_literal",
    ],
    classify,
    ifs: &["if_statement"],
    loops: &["for_statement", "while_statement", "repeat_while_statement"],
    switches: &["switch_statement"],
    cases: &["switch_entry"],
    // A `switch` must cover every value.
    is_default_case: |_| false,
    exhaustive_switch: true,
    guards: &["batuta:guard"],
    catches: &["catch_block"],
    // `guard` is an `if` with only an `else` branch.
    ternaries: &["ternary_expression", "guard_statement"],
    binaries: &[
        "conjunction_expression",
        "disjunction_expression",
        "nil_coalescing_expression",
        "comparison_expression",
        "equality_expression",
    ],
    logical_operators: &["&&", "||", "??"],
    // The grammar parses `a < b && c` as `a < (b && c)`: comparisons must not split a sequence of operators.
    parentheses: &["tuple_expression", "comparison_expression", "equality_expression"],
    jumps: &["batuta:jump"],
    labels: &["simple_identifier"],
    exits: &["batuta:exit"],
    propagations: &["try_expression"],
    comments: &["comment", "multiline_comment"],
    docs: DocRule {
        openings: &["///", "/**"],
        not_openings: &["////", "/***", "/**/"],
        inner_openings: &[],
        docstrings: false,
        plain: false,
    },
    strings: &["batuta:plain-string", "batuta:text", "regex_literal"],
    templates: &["line_string_literal", "multi_line_string_literal", "raw_string_literal"],
    operators: &[
        "else",
        "batuta:guard",
        "batuta:keyword",
        "default_keyword",
        "catch_keyword",
        "throw_keyword",
        "throws",
        "bang",
        "custom_operator",
    ],
    attributes: &["attribute"],
    identifiers: &["simple_identifier", "type_identifier"],
    calls: &["batuta:call"],
    callee_field: "",
    imports: &["import_declaration"],
    type_arguments: &["type_arguments"],
    attribute_holders: &["modifiers"],
    bases: &["inheritance_specifier"],
    assignments: &["assignment", "batuta:assignment", "batuta:constant"],
    blocks: &["source_file", "statements", "class_body", "enum_class_body", "protocol_body"],
    function: FunctionRule {
        name,
        parameters: |site| Some(site.node),
        positional: Some(parameters::of_swift),
        count,
        body,
        overloads: true,
        labels: true,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { mark, block, file_names: &["*Test", "*Tests", "*Spec"], ..TestRule::EMPTY },
    visibility: VisibilityRule::By(|site, _| visibility(site)),
    ..Grammar::EMPTY
};

fn type_declaration(site: &Site<'_, '_>) -> &'static str {
    match site.field("declaration_kind").map(|kind| kind.kind()) {
        Some("struct") => "batuta:struct",
        Some("enum") => "batuta:enum",
        Some("extension") => "batuta:extension",
        _ => "class_declaration",
    }
}

/// The grammar parses `items[0]` as a call.
fn is_subscript(call: &Site<'_, '_>) -> bool {
    let arguments = call.child_of_kind("call_suffix").and_then(|suffix| suffix.named_child(0));
    arguments.and_then(|arguments| arguments.child(0)).is_some_and(|token| token.kind() == "[")
}

/// A string without code in it. The grammar finds comments inside multi-line strings.
fn is_plain(string: &Site<'_, '_>) -> bool {
    match string.node.kind() {
        "line_string_literal" => string.holds_only(&["line_str_text", "str_escaped_char"]),
        _ => string.holds_only(&["multi_line_str_text", "str_escaped_char", "comment", "multiline_comment"]),
    }
}

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "class_declaration" => type_declaration(site),
        "property_declaration" => property(site),
        "subscript_declaration" => match site.child_of_kind("computed_property") {
            Some(block) if is_shorthand(block) => "batuta:computed",
            _ => "batuta:accessors",
        },
        "control_transfer_statement" => match site.node.child(0).map(|keyword| keyword.kind()) {
            Some("return" | "throw_keyword" | "yield") => "batuta:exit",
            _ => "batuta:jump",
        },
        "call_expression" if is_subscript(site) => "",
        "call_expression" => "batuta:call",
        "where_keyword" if site.parent_kind() == "type_constraints" => "batuta:keyword",
        "where_keyword" => "batuta:guard",
        "line_string_literal" | "multi_line_string_literal" if is_plain(site) => "batuta:plain-string",
        "comment" | "multiline_comment" if site.parent_kind() == "multi_line_string_literal" => "batuta:text",
        "lambda_literal" if block(site).is_some() => "batuta:test",
        kind => kind,
    }
}

fn property(site: &Site<'_, '_>) -> &'static str {
    let fixed =
        || site.child_of_kind("value_binding_pattern").is_some_and(|binding| site.text(binding) == b"let");
    match site.field("computed_value") {
        Some(block) if is_shorthand(block) => "batuta:computed",
        Some(_) => "batuta:accessors",
        None if site.child_of_kind("willset_didset_block").is_some() => "batuta:accessors",
        None if fixed()
            && (site.parent_kind() == "source_file" || site.has_modifier(&["modifiers"], "static")) =>
        {
            "batuta:constant"
        }
        None if site.field("value").is_some() => "batuta:assignment",
        None => "",
    }
}

/// True for a block of statements that is the getter, without `get`.
fn is_shorthand(computed: NodeRef<'_>) -> bool {
    let mut cursor = computed.walk();
    !computed.named_children(&mut cursor).any(|child| child.kind().starts_with("computed_"))
}

/// The name; for nodes without one the keyword.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "property_declaration" => {
            let pattern = site.field("name")?;
            Some(pattern.child_by_field_name("bound_identifier").unwrap_or(pattern))
        }
        "subscript_declaration" => site.child_of_kind("subscript"),
        "deinit_declaration" => site.child_of_kind("deinit"),
        "willset_clause" => site.child_of_kind("willSet"),
        "didset_clause" => site.child_of_kind("didSet"),
        "computed_getter" => site.child_of_kind("getter_specifier")?.child(0),
        "computed_setter" => site.child_of_kind("setter_specifier"),
        "computed_modify" => site.child_of_kind("modify_specifier"),
        _ => site.field("name"),
    }
}

fn body<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "lambda_literal" => Some(site.node),
        "property_declaration" => site.field("computed_value"),
        "subscript_declaration" => site.child_of_kind("computed_property"),
        "function_declaration" | "init_declaration" | "deinit_declaration" => site.field("body"),
        kind if kind.starts_with("computed_") || kind.ends_with("set_clause") => site.child_of_kind("{"),
        _ => site.field("body"),
    }
}

fn count(function: NodeRef<'_>, _: &[u8]) -> usize {
    let names_value = matches!(function.kind(), "computed_setter" | "willset_clause" | "didset_clause");
    let mut cursor = function.walk();
    let counted = |kind: &str| kind == "parameter" || (names_value && kind == "simple_identifier");
    function.named_children(&mut cursor).filter(|child| counted(child.kind())).count()
}

/// `@Test`; `test…()` in a class that inherits from a test case; and in a file with a test name, `test…()` in other
/// subclasses (the project may have its own base class) and in extensions. XCTest runs instance methods without
/// parameters and result that are visible outside of their file.
fn mark(site: &Site<'_, '_>, name: &str) -> TestMark {
    if site.node.kind() != "function_declaration" {
        return TestMark::None;
    }
    let modifiers = site.child_of_kind("modifiers").map_or(&b""[..], |modifiers| site.text(modifiers));
    if annotations(modifiers).contains(&&b"Test"[..]) {
        return TestMark::Marked;
    }
    let Some(class) = site.ancestors.iter().rev().find(|node| node.kind() == "class_declaration") else {
        return TestMark::None;
    };
    let differs = ["private", "fileprivate", "static", "class"]
        .into_iter()
        .any(|word| site.has_modifier(&["modifiers"], word));
    if !name.starts_with("test") || count(site.node, site.source) > 0 || differs || returns_value(site) {
        return TestMark::None;
    }
    let mut cursor = class.walk();
    let parents: Vec<NodeRef<'_>> =
        class.named_children(&mut cursor).filter(|child| child.kind() == "inheritance_specifier").collect();
    if parents.iter().any(|parent| site.text(*parent).ends_with(b"TestCase")) {
        return TestMark::Marked;
    }
    // A class without a parent is not a test case, whatever its name; an extension may belong to one.
    let is_extension = class.child(0).is_some_and(|keyword| keyword.kind() == "extension")
        || class.child(1).is_some_and(|keyword| keyword.kind() == "extension");
    named_if(!parents.is_empty() || is_extension)
}

fn returns_value(site: &Site<'_, '_>) -> bool {
    let mut cursor = site.node.walk();
    let result = site.node.children(&mut cursor).skip_while(|child| child.kind() != "->").nth(1);
    result.is_some_and(|result| !matches!(site.text(result), b"Void" | b"()"))
}

/// The closure after `it("…")`, `describe("…")` and the like in Quick.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if site.node.kind() != "lambda_literal" || site.parent_kind() != "call_suffix" {
        return None;
    }
    let suite = match site.ancestor(1)?.named_child(0).map(|callee| site.text(callee))? {
        b"it" | b"xit" | b"fit" => false,
        b"describe" | b"context" | b"xdescribe" | b"fdescribe" | b"xcontext" | b"fcontext" => true,
        _ => return None,
    };
    let arguments = site.ancestor(0)?.named_child(0).filter(|list| list.kind() == "value_arguments")?;
    let title = arguments.named_child(0)?.child_by_field_name("value")?;
    title.kind().contains("string").then(|| TestBlock::titled(site, title, suite))
}

/// Visibility from the modifiers; without any, members of protocols and extensions have the visibility of these,
/// everything else is internal.
fn visibility(site: &Site<'_, '_>) -> Visibility {
    let declared = |node: NodeRef<'_>| {
        let mut cursor = node.walk();
        let modifiers = node.children(&mut cursor).find(|child| child.kind() == "modifiers")?;
        let mut words = site.text(modifiers).split(u8::is_ascii_whitespace);
        words.find_map(|word| match word {
            b"public" | b"open" => Some(Visibility::Public),
            b"private" | b"fileprivate" => Some(Visibility::Private),
            b"internal" | b"package" => Some(Visibility::Restricted),
            _ => None,
        })
    };
    let follows = |owner: &NodeRef<'_>| {
        let extension =
            || owner.child_by_field_name("declaration_kind").is_some_and(|kind| kind.kind() == "extension");
        matches!(owner.kind(), "protocol_declaration" | "property_declaration") || extension()
    };
    let owners = [site.ancestor(1), site.ancestor(0)].into_iter().flatten().filter(follows);
    let inside = site.ancestors.iter().any(|ancestor| ancestor.kind() == "function_body");
    let otherwise = if inside { Visibility::Private } else { Visibility::Restricted };
    declared(site.node).or_else(|| owners.into_iter().find_map(declared)).unwrap_or(otherwise)
}
