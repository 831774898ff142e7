//! C#.

mod gaps;

use super::grammar::{DocRule, FunctionRule, Grammar, Kinds, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, last_part, marked_if};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "C#",
    id: "csharp",
    extensions: &["cs", "csx"],
    file_names: &[],
    interpreters: &["dotnet-script"],
    syntax: Syntax::Tree(&GRAMMAR),
};

/// Words that end up where a name is expected when a statement is misread.
const RESERVED: Kinds = &[
    "if",
    "else",
    "for",
    "foreach",
    "while",
    "do",
    "switch",
    "case",
    "return",
    "try",
    "catch",
    "finally",
    "class",
    "struct",
    "interface",
    "enum",
    "namespace",
    "using",
    "lock",
    "fixed",
    "new",
    "throw",
    "extension",
    "public",
    "private",
];

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_c_sharp::LANGUAGE.into(),
    gaps: gaps::gaps,
    reserved: RESERVED,
    functions: &[
        "method_declaration",
        "constructor_declaration",
        "destructor_declaration",
        "operator_declaration",
        "conversion_operator_declaration",
        "local_function_statement",
        "batuta:accessor",
        "batuta:arrow-property",
    ],
    lambdas: &["lambda_expression", "anonymous_method_expression"],
    // Namespaces are not part of qualified names: a file-scoped namespace could not be.
    scopes: &[
        ("class_declaration", D::Class),
        ("record_declaration", D::Class),
        ("struct_declaration", D::Struct),
        ("interface_declaration", D::Interface),
        ("enum_declaration", D::Enum),
    ],
    name_scopes: &["batuta:property"],
    definitions: &[("delegate_declaration", D::Type), ("batuta:constant", D::Constant)],
    dynamic: &[
        "accessor_declaration",
        "property_declaration",
        "indexer_declaration",
        "event_declaration",
        "variable_declarator",
        "prefix_unary_expression",
        "postfix_unary_expression",
    ],
    classify,
    ifs: &["if_statement"],
    loops: &["for_statement", "foreach_statement", "while_statement", "do_statement"],
    switches: &["switch_statement", "switch_expression"],
    cases: &["switch_section", "switch_expression_arm"],
    is_default_case,
    guards: &["when_clause", "catch_filter_clause"],
    catches: &["catch_clause"],
    ternaries: &["conditional_expression"],
    binaries: &["binary_expression", "and_pattern", "or_pattern", "assignment_expression"],
    logical_operators: &["&&", "||", "??", "??=", "and", "or"],
    parentheses: &["parenthesized_expression", "parenthesized_pattern"],
    gotos: &["goto_statement"],
    exits: &["return_statement", "throw_statement", "throw_expression", "yield_statement"],
    docs: DocRule {
        openings: &["///", "/**"],
        not_openings: &["////", "/***", "/**/"],
        inner_openings: &[],
        docstrings: false,
        plain: false,
    },
    strings: &["string_literal", "verbatim_string_literal", "raw_string_literal", "character_literal"],
    templates: &["interpolated_string_expression"],
    attributes: &["attribute_list"],
    calls: &["invocation_expression", "object_creation_expression"],
    imports: &["using_directive"],
    qualifiers: &[".", "->", "::"],
    type_arguments: &["type_argument_list"],
    bases: &["base_list"],
    assignments: &["assignment_expression", "batuta:assignment", "batuta:constant"],
    statements: &[
        "batuta:accessor",
        "break_statement",
        "class_declaration",
        "constructor_declaration",
        "continue_statement",
        "conversion_operator_declaration",
        "delegate_declaration",
        "destructor_declaration",
        "do_statement",
        "enum_declaration",
        "event_declaration",
        "event_field_declaration",
        "expression_statement",
        "field_declaration",
        "file_scoped_namespace_declaration",
        "fixed_statement",
        "for_statement",
        "foreach_statement",
        "goto_statement",
        "if_statement",
        "indexer_declaration",
        "interface_declaration",
        "local_declaration_statement",
        "local_function_statement",
        "lock_statement",
        "method_declaration",
        "namespace_declaration",
        "operator_declaration",
        "property_declaration",
        "record_declaration",
        "return_statement",
        "struct_declaration",
        "switch_statement",
        "throw_statement",
        "try_statement",
        "using_directive",
        "using_statement",
        "while_statement",
        "yield_statement",
    ],
    function: FunctionRule {
        name,
        body: |site| site.field("body").or_else(|| site.field("value")),
        positional: Some(parameters::of_csharp),
        overloads: true,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { mark, file_names: &["*Test", "*Tests", "*Spec", "*Specs"], ..TestRule::EMPTY },
    visibility: VisibilityRule::By(|site, _| visibility(site)),
    ..Grammar::EMPTY
};

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "accessor_declaration" if site.field("body").is_some() => "batuta:accessor",
        "property_declaration" | "indexer_declaration" | "event_declaration" => match site.field("value") {
            Some(value) if value.kind() == "arrow_expression_clause" => "batuta:arrow-property",
            _ => "batuta:property",
        },
        "variable_declarator" if is_constant(site) => "batuta:constant",
        "variable_declarator" if site.child_of_kind("=").is_some() => "batuta:assignment",
        "prefix_unary_expression" | "postfix_unary_expression"
            if site.child_of_kind("++").or_else(|| site.child_of_kind("--")).is_some() =>
        {
            "batuta:assignment"
        }
        _ => "",
    }
}

/// A field that is `const`, or both `static` and `readonly`.
fn is_constant(site: &Site<'_, '_>) -> bool {
    let Some(field) = site.ancestor(1).filter(|field| field.kind() == "field_declaration") else {
        return false;
    };
    let says = |word: &[u8]| modifiers(field, site.source).any(|modifier| modifier == word);
    says(b"const") || (says(b"static") && says(b"readonly"))
}

/// `default:`, `_ =>`, and patterns that match everything.
fn is_default_case(site: &Site<'_, '_>) -> bool {
    let first = site.node.child(0);
    let pattern = match first.map(|first| first.kind()) {
        Some("default") => return true,
        Some("case") => site.node.child(1),
        _ => first,
    };
    site.child_of_kind("when_clause").is_none()
        && pattern.is_some_and(|pattern| is_irrefutable(site, pattern))
}

/// True for `(_, _)`: a tuple of discards, which may be tuples themselves.
fn is_of_discards(text: &[u8]) -> bool {
    let mut words = text
        .split(|byte| byte.is_ascii_whitespace() || b"(),".contains(byte))
        .filter(|word| !word.is_empty())
        .peekable();
    text.len() < MAX_TUPLE
        && text.starts_with(b"(")
        && words.peek().is_some()
        && words.all(|word| word == b"_")
}

/// The longest tuple of discards that is looked at.
const MAX_TUPLE: usize = 256;

/// `_`, `var x`, tuples of discards, and patterns that contain one in parentheses or as an alternative.
fn is_irrefutable(site: &Site<'_, '_>, pattern: NodeRef<'_>) -> bool {
    let mut pending = vec![pattern];
    for _ in 0..MAX_PATTERNS {
        let Some(node) = pending.pop() else { return false };
        match node.kind() {
            "discard" => return true,
            // `var (a, b)` deconstructs its operand, `int x` checks its type.
            "var_pattern" | "declaration_pattern" => {
                let name = node.named_child(node.named_child_count().saturating_sub(1) as u32);
                let untyped = node.named_child(0).is_some_and(|first| first.kind() == "implicit_type");
                return (untyped || node.kind() == "var_pattern")
                    && name.is_some_and(|name| matches!(name.kind(), "identifier" | "discard"));
            }
            "parenthesized_pattern" => pending.extend(node.named_child(0)),
            "or_pattern" => {
                pending.extend(["left", "right"].iter().filter_map(|side| node.child_by_field_name(side)));
            }
            "recursive_pattern" | "constant_pattern" if is_of_discards(site.text(node)) => return true,
            _ if site.text(node) == b"_" => return true,
            _ => {}
        }
    }
    false
}

/// The deepest nested patterns that are looked at.
const MAX_PATTERNS: usize = 32;

/// The name; for an operator its sign, for a conversion its type, for an indexer `this`.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "operator_declaration" => site.field("operator"),
        "conversion_operator_declaration" => site.field("type"),
        "indexer_declaration" => site.child_of_kind("this"),
        _ => site.field("name"),
    }
}

/// Attributes of MSTest, NUnit and xUnit.
fn mark(site: &Site<'_, '_>, _: &str) -> TestMark {
    if site.node.kind() != "method_declaration" {
        return TestMark::None;
    }
    // Projects derive their own attributes from xUnit's: `ConditionalFact`.
    let is_test = |name: &[u8]| {
        let name = last_part(name);
        let name = name.strip_suffix(b"Attribute").unwrap_or(name);
        matches!(name, b"Test" | b"TestCase" | b"TestCaseSource" | b"TestMethod" | b"DataTestMethod")
            || name.ends_with(b"Fact")
            || name.ends_with(b"Theory")
    };
    let mut cursor = site.node.walk();
    let lists = site.node.children(&mut cursor).filter(|child| child.kind() == "attribute_list");
    let test = lists.into_iter().any(|list| {
        let mut cursor = list.walk();
        let names =
            list.named_children(&mut cursor).filter_map(|attribute| attribute.child_by_field_name("name"));
        names.into_iter().any(|name| is_test(site.text(name)))
    });
    marked_if(test)
}

fn modifiers<'t>(node: NodeRef<'t>, source: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
    let children = (0..node.child_count()).filter_map(move |index| node.child(index as u32));
    children.filter(|child| child.kind() == "modifier").map(|child| &source[child.byte_range()])
}

/// Visibility from the modifiers. Without any, members are private, interface members public, types internal; accessors
/// are as visible as their property.
fn visibility(site: &Site<'_, '_>) -> Visibility {
    let declared = |node: NodeRef<'_>| {
        let says = |word: &[u8]| modifiers(node, site.source).any(|modifier| modifier == word);
        if says(b"public") {
            Some(Visibility::Public)
        } else if says(b"protected") || says(b"internal") {
            Some(Visibility::Restricted)
        } else {
            says(b"private").then_some(Visibility::Private)
        }
    };
    // From an accessor or a constant up to the member it belongs to.
    let levels = match site.node.kind() {
        "accessor_declaration" | "variable_declarator" => 2,
        _ => 0,
    };
    let chain = [Some(site.node), levels.ge(&2).then(|| site.ancestor(1)).flatten()];
    if let Some(visibility) = chain.into_iter().flatten().find_map(declared) {
        return visibility;
    }
    match site.ancestor(levels).map_or("", |parent| parent.kind()) {
        "compilation_unit" => Visibility::Restricted,
        "declaration_list" => match site.ancestor(levels + 1).map_or("", |owner| owner.kind()) {
            "interface_declaration" => Visibility::Public,
            "namespace_declaration" => Visibility::Restricted,
            // `void IList.Add(…)` is called through the interface.
            _ if site.child_of_kind("explicit_interface_specifier").is_some() => Visibility::Restricted,
            _ => Visibility::Private,
        },
        _ => Visibility::Private,
    }
}
