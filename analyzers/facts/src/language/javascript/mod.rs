//! JavaScript, and what TypeScript shares with it.

use super::grammar::{FunctionRule, Grammar, Kinds, NodeRef, Site, VisibilityRule};
use super::registry::{LanguageSpec, Syntax};
use crate::model::{DefinitionKind as D, FunctionKind, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "JavaScript",
    id: "javascript",
    extensions: &["js", "mjs", "cjs", "jsx", "es6"],
    file_names: &["Jakefile"],
    interpreters: &["node", "nodejs"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_javascript::LANGUAGE.into(),
    scopes: &[("class_declaration", D::Class), ("class", D::Class)],
    statements: STATEMENTS,
    ..SHARED
};

/// Functions of their own: function expressions and arrow functions are how functions are written here.
const FUNCTIONS: Kinds = &[
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
];

/// Statements of JavaScript.
const STATEMENTS: Kinds = &[
    "expression_statement",
    "lexical_declaration",
    "variable_declaration",
    "return_statement",
    "throw_statement",
    "if_statement",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "do_statement",
    "switch_statement",
    "break_statement",
    "continue_statement",
    "try_statement",
    "debugger_statement",
    "labeled_statement",
    "import_statement",
    "export_statement",
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "method_definition",
    "field_definition",
];

/// What JavaScript, TypeScript and TSX have in common; the grammar itself is to be filled in.
pub(super) const SHARED: Grammar = Grammar {
    gaps: super::typescript::gaps::gaps,
    // Members may be called by any word; these are what misread statements look like.
    reserved: &["if", "else", "for", "while", "do", "switch", "case", "function"],
    functions: FUNCTIONS,
    definitions: &[("batuta:constant", D::Constant)],
    dynamic: &["variable_declarator", "export_statement", "call_expression"],
    classify: |site| match site.node.kind() {
        "variable_declarator" if is_module_constant(site) => "batuta:constant",
        "export_statement" if site.field("source").is_some() => "batuta:import",
        "call_expression" if is_require(site) => "batuta:import",
        _ => "",
    },
    ifs: &["if_statement"],
    elses: &["else_clause"],
    loops: &["for_statement", "for_in_statement", "while_statement", "do_statement"],
    switches: &["switch_statement"],
    cases: &["switch_case"],
    default_cases: &["switch_default"],
    is_default_case: |_, _| false,
    catches: &["catch_clause"],
    ternaries: &["ternary_expression"],
    binaries: &["binary_expression", "augmented_assignment_expression"],
    logical_operators: &["&&", "||", "??", "&&=", "||=", "??="],
    jumps: &["break_statement", "continue_statement"],
    labels: &["statement_identifier"],
    exits: &["return_statement", "throw_statement"],
    strings: &["string", "regex"],
    templates: &["template_string"],
    attributes: &["decorator"],
    identifiers: &[
        "identifier",
        "property_identifier",
        "private_property_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "statement_identifier",
    ],
    calls: &["call_expression", "new_expression"],
    imports: &["import_statement", "batuta:import"],
    qualifiers: &[".", "optional_chain"],
    bases: &["class_heritage"],
    assignments: &[
        "assignment_expression",
        "augmented_assignment_expression",
        "variable_declarator",
        "update_expression",
    ],
    function: FunctionRule {
        name,
        parameters: |site| site.field("parameters").or_else(|| site.field("parameter")),
        count,
        kind: |site, in_type| {
            if in_type || site.node.kind() == "method_definition" {
                FunctionKind::Method
            } else {
                FunctionKind::Function
            }
        },
        declarative_outer: true,
        ..FunctionRule::BY_FIELDS
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// A function's own name, or that of the variable, property or field it is put into.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    if let Some(name) = site.field("name") {
        return (site.text(name) != b"").then_some(name);
    }
    let parent = site.ancestor(0)?;
    let holder = match parent.kind() {
        "variable_declarator" => parent.child_by_field_name("name"),
        "pair" => parent.child_by_field_name("key"),
        "assignment_expression" => {
            let left = parent.child_by_field_name("left")?;
            left.child_by_field_name("property").or(Some(left))
        }
        "field_definition" => parent.child_by_field_name("property"),
        "public_field_definition" => parent.child_by_field_name("name"),
        _ => None,
    }?;
    let is_name = holder.kind().ends_with("identifier") || matches!(holder.kind(), "string" | "number");
    is_name.then_some(holder)
}

/// `x => …` has one parameter and no list of them.
fn count(parameters: NodeRef<'_>, _: &[u8]) -> usize {
    if parameters.kind() != "formal_parameters" {
        return 1;
    }
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).filter(|child| child.kind() != "comment").count()
}

/// `const NAME = …` at the top of a module, where the value is no function.
fn is_module_constant(site: &Site<'_, '_>) -> bool {
    let is_top = |level| site.ancestor(level).is_some_and(|ancestor| ancestor.kind() == "program");
    let top = is_top(1) || (is_top(2) && site.ancestor(1).is_some_and(|a| a.kind() == "export_statement"));
    let is_function = site.field("value").is_some_and(|value| FUNCTIONS.contains(&value.kind()));
    top && !is_function && site.field("name").is_some_and(|name| name.kind() == "identifier")
}

/// `require("module")` and `import("module")`.
fn is_require(site: &Site<'_, '_>) -> bool {
    let by_name =
        site.field("function").is_some_and(|callee| matches!(site.text(callee), b"require" | b"import"));
    let arguments = site.field("arguments");
    by_name
        && arguments.and_then(|list| list.named_child(0)).is_some_and(|argument| argument.kind() == "string")
}

/// A function that is a value (of a property, an argument, a `return`), not that of a variable: whoever gets the value has it.
fn is_value(site: &Site<'_, '_>) -> bool {
    match site.node.kind() {
        "function_expression" | "generator_function" | "arrow_function" => !matches!(
            site.parent_kind(),
            "variable_declarator" | "field_definition" | "public_field_definition"
        ),
        "method_definition" => site.parent_kind() == "object",
        _ => false,
    }
}

/// Exported is public, in a class everything but `#private` and TypeScript's modifiers; the rest is private to the module.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    let says = |word| site.has_modifier(&["accessibility_modifier"], word);
    if name.starts_with('#') || says("private") {
        return Visibility::Private;
    }
    if says("protected") {
        return Visibility::Restricted;
    }
    if is_value(site) {
        return Visibility::Restricted;
    }
    let in_class =
        site.ancestor(0).is_some_and(|parent| matches!(parent.kind(), "class_body" | "interface_body"));
    let exported = site.ancestors.iter().rev().take(3).any(|ancestor| ancestor.kind() == "export_statement");
    if in_class || exported { Visibility::Public } else { Visibility::Private }
}
