//! Julia.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::lexical;
use super::registry::{LanguageSpec, Syntax};
use crate::model::{DefinitionKind as D, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Julia",
    id: "julia",
    extensions: &["jl"],
    file_names: &[],
    interpreters: &["julia"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_julia::LANGUAGE.into(),
    lexical: &lexical::HASH,
    functions: &["batuta:function", "macro_definition"],
    lambdas: &["batuta:lambda", "do_clause"],
    scopes: &[
        ("module_definition", D::Module),
        ("struct_definition", D::Struct),
        ("abstract_definition", D::Interface),
        ("primitive_definition", D::Type),
    ],
    definitions: &[("batuta:constant", D::Constant)],
    dynamic: &[
        "function_definition",
        "arrow_function_expression",
        "assignment",
        "call_expression",
        "string_literal",
    ],
    classify,
    ifs: &["if_statement"],
    else_ifs: &["elseif_clause"],
    elses: &["else_clause"],
    else_if_by_nesting: false,
    loops: &["for_statement", "while_statement"],
    comprehension_loops: &["for_clause"],
    comprehension_ifs: &["if_clause"],
    catches: &["catch_clause"],
    ternaries: &["ternary_expression"],
    binaries: &["binary_expression"],
    exits: &["return_statement", "batuta:exit"],
    comments: &["line_comment", "block_comment"],
    docs: DocRule { openings: &[], not_openings: &[], inner_openings: &[], docstrings: true, plain: true },
    strings: &[
        "batuta:string",
        "batuta:doc",
        "character_literal",
        "command_literal",
        "prefixed_string_literal",
        "prefixed_command_literal",
    ],
    templates: &["batuta:template"],
    operators: &["operator"],
    attributes: &["batuta:doc"],
    calls: &["batuta:call", "batuta:exit", "broadcast_call_expression", "macrocall_expression"],
    callee_field: "",
    member_accesses: &["field_expression", "macro_identifier"],
    imports: &["import_statement", "using_statement"],
    bases: &["type_head"],
    assignments: &["assignment", "compound_assignment_expression"],
    blocks: &[
        "source_file",
        "module_definition",
        "function_definition",
        "macro_definition",
        "do_clause",
        "else_clause",
        "compound_statement",
        "let_statement",
        "try_statement",
        "finally_clause",
    ],
    function: FunctionRule {
        name,
        parameters,
        count,
        body,
        receiver,
        doc,
        overloads: true,
        ..FunctionRule::BY_FIELDS
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "function_definition" => {
            let head = site.child_of_kind("signature").and_then(|signature| signature.named_child(0));
            if head.is_some_and(|head| head.kind() == "argument_list") {
                "batuta:lambda"
            } else {
                "batuta:function"
            }
        }
        "arrow_function_expression" => {
            let bound =
                site.ancestor(0).filter(|parent| parent.kind() == "assignment").is_some_and(is_bound_arrow);
            if bound { "" } else { "batuta:lambda" }
        }
        "assignment" if head(site.node).is_some() || is_bound_arrow(site.node) => "batuta:function",
        "assignment" if is_constant(site) => "batuta:constant",
        "call_expression" if is_head(site) => "",
        "call_expression" => match site.node.named_child(0).map(|callee| site.text(callee)) {
            Some(b"throw" | b"error" | b"rethrow") => "batuta:exit",
            _ => "batuta:call",
        },
        "string_literal" if is_documentation(site) => "batuta:doc",
        "string_literal" if site.holds_only(&["content", "escape_sequence"]) => "batuta:string",
        "string_literal" => "batuta:template",
        _ => "",
    }
}

/// `f(x)` without the nodes that may wrap it in a definition: `f(x)::T`, `f(x) where T`.
fn innermost_head(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let mut node = node;
    while matches!(node.kind(), "where_expression" | "typed_expression") {
        node = node.named_child(0)?;
    }
    (node.kind() == "call_expression").then_some(node)
}

/// The head `f(x)` of a function definition, long or short (`f(x) = …`), or of a macro.
fn head(definition: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let mut cursor = definition.walk();
    let signature = definition.named_children(&mut cursor).find(|child| child.kind() == "signature");
    match (definition.kind(), signature) {
        ("assignment", _) => innermost_head(definition.named_child(0)?),
        (_, Some(signature)) => innermost_head(signature.named_child(0)?),
        _ => None,
    }
}

/// `f = x -> …`
fn is_bound_arrow(assignment: NodeRef<'_>) -> bool {
    let last = assignment.named_child_count().saturating_sub(1) as u32;
    let arrow = assignment.named_child(last).is_some_and(|value| value.kind() == "arrow_function_expression");
    arrow && assignment.named_child(0).is_some_and(|target| target.kind() == "identifier")
}

/// True for the call that is the head of a definition.
fn is_head(site: &Site<'_, '_>) -> bool {
    let around =
        |node: &&NodeRef<'_>| matches!(node.kind(), "where_expression" | "typed_expression" | "signature");
    let definition = site.ancestors.iter().rev().find(|node| !around(node));
    definition.and_then(|definition| head(*definition)) == Some(site.node)
}

fn is_constant(site: &Site<'_, '_>) -> bool {
    let plain = site.node.named_child(0).is_some_and(|target| target.kind() == "identifier");
    plain && site.parent_kind() == "const_statement"
}

/// True for a string that is a statement of a file or module: it documents the next definition.
fn is_documentation(site: &Site<'_, '_>) -> bool {
    matches!(site.parent_kind(), "source_file" | "module_definition" | "struct_definition")
}

fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "function_definition" | "macro_definition" | "assignment" => {
            let Some(head) = head(site.node) else {
                let plain = site.child_of_kind("signature").unwrap_or(site.node);
                return plain.named_child(0);
            };
            let mut callee = head.named_child(0)?;
            if callee.kind() == "parametrized_type_expression" {
                callee = callee.named_child(0)?;
            }
            let last = callee.named_child_count().saturating_sub(1) as u32;
            if callee.kind() == "field_expression" { callee.named_child(last) } else { Some(callee) }
        }
        "struct_definition" | "abstract_definition" | "primitive_definition" => {
            let mut node = site.child_of_kind("type_head")?;
            while !matches!(node.kind(), "identifier" | "interpolation_expression") {
                node = node.named_child(0)?;
            }
            Some(node)
        }
        _ => site.field("name"),
    }
}

/// `Base` in `Base.show(io, x) = …`: a method added to another module's function.
fn receiver<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    head(site.node)?.named_child(0)?.child_by_field_name("value")
}

fn parameters<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match head(site.node) {
        Some(head) => {
            let mut cursor = head.walk();
            head.named_children(&mut cursor).find(|child| child.kind() == "argument_list")
        }
        None if is_bound_arrow(site.node) => body(site)?.named_child(0),
        None => None,
    }
}

/// `x -> …` has one parameter and no parameter list.
fn count(parameters: NodeRef<'_>, _: &[u8]) -> usize {
    if parameters.kind() != "argument_list" {
        return 1;
    }
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).filter(|child| !child.is_extra()).count()
}

/// The nodes after the head; in an empty function the `end`.
fn body<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let last = site.node.child_count().saturating_sub(1) as u32;
    match site.node.kind() {
        "assignment" => site.node.child(last),
        "function_definition" | "macro_definition" => site.node.child(2),
        "module_definition" => site.node.child(2),
        "struct_definition" => site.child_of_kind("type_head")?.next_sibling(),
        _ => None,
    }
}

/// The string right above.
fn doc<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    site.attributes.last().copied()
}

/// Exported names are public; everything else is restricted, because it can be reached by its full name.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    let in_function =
        site.ancestors.iter().any(|a| matches!(a.kind(), "function_definition" | "macro_definition"));
    if in_function || name.starts_with('_') {
        return Visibility::Private;
    }
    let Some(module) = site.ancestors.iter().rev().find(|ancestor| ancestor.kind() == "module_definition")
    else {
        return Visibility::Public;
    };
    let mut cursor = module.walk();
    let mut exports = module.named_children(&mut cursor).filter(|child| child.kind() == "export_statement");
    let exported = exports.any(|export| {
        let mut names = export.walk();
        export.named_children(&mut names).any(|exported| site.text(exported) == name.as_bytes())
    });
    if exported { Visibility::Public } else { Visibility::Restricted }
}
