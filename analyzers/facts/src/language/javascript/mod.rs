//! JavaScript, and the parts that TypeScript shares with it.

mod test_blocks;

use super::grammar::{FunctionRule, Grammar, Kinds, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::TestRule;
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

/// Separate functions: function expressions and arrow functions are the usual way to write functions here.
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

/// Shared by JavaScript, TypeScript and TSX; the grammar itself must be filled in.
pub(super) const SHARED: Grammar = Grammar {
    gaps: super::typescript::gaps::gaps,
    // Members may have any word as their name; these are names that misread statements seem to have.
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
    is_default_case: |_| false,
    catches: &["catch_clause"],
    ternaries: &["ternary_expression"],
    binaries: &["binary_expression", "augmented_assignment_expression"],
    logical_operators: &["&&", "||", "??", "&&=", "||=", "??="],
    jumps: &["break_statement", "continue_statement"],
    labels: &["statement_identifier"],
    exits: &["return_statement", "throw_statement"],
    // ECMAScript, Annex B.1.1: `<!--` and `-->` begin comments of one line.
    comments: &["comment", "html_comment"],
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
    import_statement,
    never_on_load,
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
        positional: Some(parameters::of_javascript),
        runs_at_once,
        declarative_outer: true,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        block: test_blocks::block,
        file_names: &[
            "test-*", "*-test", "*_test", "test_*", "*.cy", "*.e2e", "*-spec", "*_spec", "*Test", "*Spec",
        ],
        weak_file_names: &["test", "tests"],
        frameworks: TEST_FRAMEWORKS,
        sure_file_names: &["*.test", "*.spec"],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// Imports of test scripts.
const TEST_FRAMEWORKS: Kinds = &[
    "assert",
    "node:assert",
    "node:test",
    "bun:test",
    "test",
    "tap",
    "tape",
    "ava",
    "mocha",
    "chai",
    "should",
    "expect",
    "expect.js",
    "power-assert",
    "vitest",
    "jest",
    "@jest/globals",
    "@playwright/test",
    "uvu",
    "qunit",
    "jasmine",
    "tsd",
];

/// A function's own name, or the name of the variable, property or field that it is assigned to.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    if let Some(name) = site.field("name") {
        return (site.text(name) != b"").then_some(name);
    }
    if site.node.kind() == "ambient_declaration" {
        let mut cursor = site.node.walk();
        return site.node.children(&mut cursor).find(|child| child.kind() == "global");
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

/// `x => …` has one parameter and no parameter list.
fn count(parameters: NodeRef<'_>, _: &[u8]) -> usize {
    if parameters.kind() != "formal_parameters" {
        return 1;
    }
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).filter(|child| child.kind() != "comment").count()
}

/// `const NAME = …` at the top of a module, where the value is not a function.
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

/// `const a = require("a").b, c = require("c");`, `require("a");`, and the statements themselves.
fn import_statement(site: &Site<'_, '_>) -> Option<usize> {
    if site.node.kind() != "call_expression" {
        return Some(0);
    }
    let mut inner = site.node;
    for (level, ancestor) in (1..).zip(site.ancestors.iter().rev().take(MAX_IMPORT_DEPTH)) {
        match ancestor.kind() {
            "expression_statement" => return Some(level),
            "lexical_declaration" | "variable_declaration" => {
                // Decide once for the whole declaration, by its first part.
                let mut cursor = ancestor.walk();
                let first = ancestor.named_child(0) == Some(inner);
                let all = first
                    && ancestor
                        .named_children(&mut cursor)
                        .filter(|part| part.kind() == "variable_declarator")
                        .all(|part| {
                            part.child_by_field_name("value")
                                .is_some_and(|value| is_imported(value, site.source))
                        });
                return all.then_some(level);
            }
            "member_expression" | "await_expression" | "parenthesized_expression" | "variable_declarator" => {
            }
            _ => return None,
        }
        inner = *ancestor;
    }
    None
}

/// The most nodes between a call of `require` and the statement that contains only that import.
const MAX_IMPORT_DEPTH: usize = 8;

/// A value that is an imported module or a part of it.
fn is_imported(value: NodeRef<'_>, source: &[u8]) -> bool {
    let mut node = value;
    for _ in 0..MAX_IMPORT_DEPTH {
        let inner = match node.kind() {
            "member_expression" => node.child_by_field_name("object"),
            "await_expression" | "parenthesized_expression" => node.named_child(0),
            "call_expression" => {
                let site = Site { node, ancestors: &[], attributes: &[], source };
                return is_require(&site);
            }
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return false,
        }
    }
    false
}

/// `if (require.main === module)` and its equivalents in other engines; code that TypeScript erases.
fn never_on_load(branching: NodeRef<'_>, part: NodeRef<'_>, source: &[u8]) -> bool {
    if branching.kind() != "if_statement" {
        return is_erased(branching, part);
    }
    let condition = branching.child_by_field_name("condition");
    let holds = condition.and_then(|condition| on_load(condition, source, MAX_CONDITION_DEPTH));
    let is = |field| branching.child_by_field_name(field) == Some(part);
    match holds {
        Some(false) => is("consequence"),
        Some(true) => is("alternative"),
        None => false,
    }
}

/// True if the part of a node is a type, or describes something defined elsewhere: `import("./a").A` in it names a
/// module without loading it.
fn is_erased(around: NodeRef<'_>, part: NodeRef<'_>) -> bool {
    match around.kind() {
        "as_expression" | "satisfies_expression" => around.named_child(0) != Some(part),
        kind => kind.ends_with("_type") || kind.ends_with("_annotation") || ERASED.contains(&kind),
    }
}

/// Code that TypeScript erases before a program runs, in addition to kinds that end in `_type` and `_annotation`.
const ERASED: Kinds = &[
    "ambient_declaration",
    "constraint",
    "default_type",
    "extends_type_clause",
    "implements_clause",
    "index_signature",
    "index_type_query",
    "interface_declaration",
    "mapped_type_clause",
    "type_alias_declaration",
    "type_arguments",
    "type_parameters",
    "type_predicate",
    "type_query",
];

/// The value of a condition while another file loads this one, if its text alone decides. Conditions nested deeper than
/// `depth` are not looked at.
fn on_load(condition: NodeRef<'_>, source: &[u8], depth: usize) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    let part = |field| condition.child_by_field_name(field).and_then(|part| on_load(part, source, depth));
    let operator = condition.child_by_field_name("operator").map(|operator| operator.kind());
    match (condition.kind(), operator) {
        ("parenthesized_expression", _) => {
            let mut cursor = condition.walk();
            let inside = condition.named_children(&mut cursor).find(|child| child.kind() != "comment");
            inside.and_then(|inside| on_load(inside, source, depth))
        }
        // A program that was not loaded by another has no parent.
        ("member_expression", _) => match &source[condition.byte_range()] {
            b"module.parent" => Some(true),
            b"import.meta.main" => Some(false),
            _ => None,
        },
        ("unary_expression", Some("!")) => part("argument").map(|holds| !holds),
        ("binary_expression", Some(word @ ("&&" | "||"))) => {
            // One side alone may decide: a false one for `&&`, a true one for `||`.
            let alone = word == "||";
            match (part("left"), part("right")) {
                (Some(left), _) if left == alone => Some(alone),
                (_, Some(right)) if right == alone => Some(alone),
                (Some(_), Some(_)) => Some(!alone),
                _ => None,
            }
        }
        ("binary_expression", Some(word @ ("==" | "===" | "!=" | "!=="))) => {
            let text = |field| condition.child_by_field_name(field).map(|part| &source[part.byte_range()]);
            let sides = (text("left")?, text("right")?);
            let of_program = [(&b"require.main"[..], &b"module"[..]), (b"module", b"require.main")];
            of_program.contains(&sides).then_some(word.starts_with('!'))
        }
        _ => None,
    }
}

/// Conditions within conditions that are looked into.
const MAX_CONDITION_DEPTH: usize = 8;

/// True for a function that is called where it is written, or by the module loader (`define`).
fn runs_at_once(site: &Site<'_, '_>) -> bool {
    let mut inner = site.node;
    for ancestor in site.ancestors.iter().rev().take(4) {
        match ancestor.kind() {
            "parenthesized_expression" => {}
            // `.call(this)`
            "member_expression" if ancestor.child_by_field_name("object") == Some(inner) => {}
            "call_expression" => return ancestor.child_by_field_name("function") == Some(inner),
            "new_expression" => return ancestor.child_by_field_name("constructor") == Some(inner),
            "arguments" => {
                let call = site.ancestors.iter().rev().find(|node| node.kind() == "call_expression");
                let callee = call.and_then(|call| call.child_by_field_name("function"));
                return callee.is_some_and(|callee| matches!(site.text(callee), b"define" | b"require"));
            }
            _ => return false,
        }
        inner = *ancestor;
    }
    false
}

/// True for a function used as a value (of a property, an argument, a `return`) and not assigned to a variable: anyone
/// who gets the value can call it.
fn is_value(site: &Site<'_, '_>) -> bool {
    match site.node.kind() {
        // `var done = function finish() {}`: its own name is visible only inside; the variable has another name.
        "function_expression" | "generator_function" if site.node.child_by_field_name("name").is_some() => {
            true
        }
        "function_expression" | "generator_function" | "arrow_function" => !matches!(
            site.parent_kind(),
            "variable_declarator" | "field_definition" | "public_field_definition"
        ),
        "method_definition" => site.parent_kind() == "object",
        "class" => true,
        _ => false,
    }
}

/// Exports are public, and so are class members except `#private` ones and those with TypeScript's modifiers; the rest
/// is private to the module.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    // In `private load = () => …` the modifiers belong to the field.
    let field = site.ancestor(0).filter(|parent| parent.kind().ends_with("field_definition"));
    let of_field = |word: &str| {
        field.is_some_and(|field| {
            let mut cursor = field.walk();
            let mut modifiers = field.children(&mut cursor).filter(|c| c.kind() == "accessibility_modifier");
            modifiers.any(|modifier| site.text(modifier) == word.as_bytes())
        })
    };
    let says = |word| site.has_modifier(&["accessibility_modifier"], word) || of_field(word);
    if name.starts_with('#') || says("private") {
        return Visibility::Private;
    }
    if says("protected") {
        return Visibility::Restricted;
    }
    if is_value(site) {
        return Visibility::Restricted;
    }
    let in_class = field.is_some()
        || site.ancestor(0).is_some_and(|parent| matches!(parent.kind(), "class_body" | "interface_body"));
    let exported = site.ancestors.iter().rev().take(3).any(|ancestor| ancestor.kind() == "export_statement");
    if in_class || exported { Visibility::Public } else { Visibility::Private }
}
