//! Haskell.

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::lexical;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, named_if};
use crate::model::{DefinitionKind as D, FunctionKind, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Haskell",
    id: "haskell",
    extensions: &["hs"],
    file_names: &[],
    interpreters: &["runhaskell", "runghc"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_haskell::LANGUAGE.into(),
    lexical: &lexical::DASHES,
    reserved: &[],
    functions: &["batuta:function"],
    // More equations with guards of the same function are at the level of the first and add nothing else.
    lambdas: &["lambda", "batuta:guarded-further"],
    scopes: &[("class", D::Interface)],
    name_scopes: &["instance"],
    definitions: &[
        ("batuta:struct", D::Struct),
        ("batuta:enum", D::Enum),
        ("newtype", D::Struct),
        ("type_synonym", D::Type),
        ("type_family", D::Type),
        ("data_family", D::Type),
        ("batuta:constant", D::Constant),
        ("batuta:declaration", D::Function),
    ],
    dynamic: &["function", "bind", "data_type", "signature", "match", "guards", "boolean", "apply"],
    classify,
    ifs: &["conditional", "batuta:guarded"],
    switches: &["case", "lambda_case", "lambda_cases", "multi_way_if"],
    cases: &["alternative", "batuta:case"],
    is_default_case: |_| false,
    exhaustive_switch: true,
    guards: &["batuta:guard"],
    comprehension_loops: &["generator"],
    comprehension_ifs: &["batuta:filter"],
    binaries: &["infix"],
    // The grammar knows no precedence: `a > b && c` parses as `a > (b && c)`, so an operator sequence continues through
    // every operator.
    parentheses: &["parens", "infix"],
    comments: &["comment", "haddock"],
    docs: DocRule {
        openings: &["-- |", "--|", "{-|", "{- |"],
        not_openings: &[],
        inner_openings: &[],
        docstrings: false,
        plain: false,
    },
    strings: &["string", "char"],
    operators: &["operator", "constructor_operator"],
    // A type signature may come between documentation and equations.
    attributes: &["batuta:signature", "pragma"],
    identifiers: &["variable", "name", "constructor", "module_id"],
    calls: &["batuta:call"],
    member_accesses: &["qualified"],
    imports: &["import"],
    assignments: &["batuta:binding"],
    blocks: &["declarations", "class_declarations", "instance_declarations", "local_binds", "imports", "do"],
    function: FunctionRule {
        name,
        parameters: |site| site.field("patterns").or_else(|| infix_head(site)),
        count: |parameters, _| match parameters.kind() {
            "infix" => 2,
            _ => parameters.named_child_count(),
        },
        body: |site| site.field("match").or_else(|| site.field("declarations")),
        kind: |site, _| match site.parent_kind() {
            "class_declarations" | "instance_declarations" => FunctionKind::Method,
            _ => FunctionKind::Function,
        },
        merge_clauses: true,
        base: |site| if site.node.kind() == "instance" { site.field("name") } else { None },
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark: |_, name| named_if(name.starts_with("prop_") || name.starts_with("test_")),
        file_names: &["*Spec", "*Test", "*Tests", "Spec", "Properties*"],
        weak_file_names: &["Test*", "test*"],
        frameworks: &["Test", "Hedgehog", "Distribution.TestSuite"],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

fn classify(site: &Site<'_, '_>) -> &'static str {
    let parent = site.parent_kind();
    match site.node.kind() {
        // The same kind is also used for function types.
        "function" if site.field("match").is_some() => "batuta:function",
        "bind" => binding(site),
        "data_type" => {
            let constructors = site.field("constructors").map_or(0, |list| list.named_child_count());
            if constructors > 1 { "batuta:enum" } else { "batuta:struct" }
        }
        "signature" if parent == "class_declarations" => "batuta:declaration",
        "signature" if matches!(parent, "declarations" | "instance_declarations" | "local_binds") => {
            "batuta:signature"
        }
        "match" => equation(site),
        "guards" if is_counted_guard(site) => "batuta:guard",
        "boolean" if parent == "qualifiers" => "batuta:filter",
        "apply" if parent != "apply" && is_call(site.node) => "batuta:call",
        _ => "",
    }
}

/// Guards of a branch count each. In an equation the first guard opens the selection, and `otherwise` is its free
/// branch.
fn is_counted_guard(site: &Site<'_, '_>) -> bool {
    let counted = match site.ancestor(1).map_or("", |owner| owner.kind()) {
        "alternative" => true,
        "multi_way_if" => false,
        _ => !is_first_equation(site),
    };
    counted && !is_otherwise(site, site.node)
}

/// A binding without parameters: at the top level a function, which may be defined through other functions; inside
/// functions a variable.
fn binding(site: &Site<'_, '_>) -> &'static str {
    let value = site.field("match").and_then(|equation| equation.child_by_field_name("expression"));
    let literal = value.is_some_and(|value| value.kind() == "literal");
    match site.parent_kind() {
        "declarations" | "class_declarations" | "instance_declarations" if site.field("name").is_none() => "",
        "declarations" if literal => "batuta:constant",
        "declarations" | "class_declarations" | "instance_declarations" => "batuta:function",
        _ => "batuta:binding",
    }
}

/// `| guard = …`: the first guard opens a selection, unless it belongs to a branch of one already.
fn equation(site: &Site<'_, '_>) -> &'static str {
    let owner = site.parent_kind();
    let Some(guards) = site.child_of_kind("guards") else {
        return "";
    };
    match owner {
        "multi_way_if" => "batuta:case",
        "alternative" => "",
        _ if site.ancestor(0).and_then(|owner| owner.child_by_field_name("match")) != Some(site.node) => {
            "batuta:guarded-further"
        }
        _ if is_otherwise(site, guards) => "",
        _ => "batuta:guarded",
    }
}

/// True for guards in the first equation of a function or variable.
fn is_first_equation(site: &Site<'_, '_>) -> bool {
    let first = site.ancestor(1).and_then(|owner| owner.child_by_field_name("match"));
    first.is_some() && first == site.ancestor(0)
}

fn is_otherwise(site: &Site<'_, '_>, guards: NodeRef<'_>) -> bool {
    matches!(&site.source[guards.byte_range()], b"otherwise" | b"True")
}

/// True if the applied expression is a function, not a constructor or a type.
fn is_call(apply: NodeRef<'_>) -> bool {
    let mut node = apply;
    while let Some(function) = node.child_by_field_name("function") {
        node = function;
    }
    let called = if node.kind() == "qualified" { node.child_by_field_name("id") } else { Some(node) };
    called.is_some_and(|called| called.kind() == "variable")
}

/// The head of an operator's definition: `a <+> b`.
fn infix_head<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    if site.node.kind() != "function" {
        return None;
    }
    let inner = |parens: NodeRef<'t>| {
        let mut cursor = parens.walk();
        parens.named_children(&mut cursor).find(|child| child.kind() == "infix")
    };
    site.child_of_kind("infix").or_else(|| inner(site.field("parens")?))
}

fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        // Instances are distinguished by their type.
        "instance" => {
            site.field("patterns").and_then(|patterns| patterns.named_child(0)).or_else(|| site.field("name"))
        }
        _ => site.field("name").or_else(|| infix_head(site)?.child_by_field_name("operator")),
    }
}

/// Exported names are public; without an export list, all names. Methods of instances are reached through the class.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    match site.parent_kind() {
        "instance_declarations" => return Visibility::Restricted,
        "local_binds" => return Visibility::Private,
        _ => {}
    }
    let exports = || {
        let root = site.ancestors.first()?;
        let mut cursor = root.walk();
        let header = root.named_children(&mut cursor).find(|child| child.kind() == "header")?;
        header.child_by_field_name("exports")
    };
    let Some(exports) = exports() else {
        return Visibility::Public;
    };
    let owner = site.ancestors.iter().rev().find(|ancestor| ancestor.kind() == "class");
    let owner = owner.and_then(|class| class.child_by_field_name("name")).map(|name| site.text(name));
    let mut cursor = exports.walk();
    let exported = exports.named_children(&mut cursor).any(|export| {
        let named =
            ["variable", "type", "operator"].iter().find_map(|field| export.child_by_field_name(field));
        named.is_some_and(|named| site.text(named) == name.as_bytes() || Some(site.text(named)) == owner)
    });
    if exported { Visibility::Public } else { Visibility::Private }
}
