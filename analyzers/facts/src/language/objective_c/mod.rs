//! Objective-C.

use super::c::{DOXYGEN, STATEMENTS, count as count_declared, in_declarator};
use super::grammar::{FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, named_if};
use crate::model::{DefinitionKind as D, FunctionKind, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Objective-C",
    id: "objective-c",
    extensions: &["mm"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_objc::LANGUAGE.into(),
    gaps: super::c::gaps::of_c,
    reserved: super::c::RESERVED,
    functions: &["function_definition", "method_definition", "method_declaration", "batuta:prototype"],
    lambdas: &["block_literal"],
    scopes: &[
        ("class_interface", D::Class),
        ("protocol_declaration", D::Interface),
        ("struct_specifier", D::Struct),
        ("union_specifier", D::Struct),
        ("enum_specifier", D::Enum),
    ],
    name_scopes: &["class_implementation"],
    definitions: &[
        ("type_definition", D::Type),
        ("preproc_def", D::Constant),
        ("preproc_function_def", D::Macro),
    ],
    dynamic: &["declaration", "function_definition"],
    classify: |site| {
        let declares = |declarator| in_declarator(declarator, &["function_declarator"]).is_some();
        match site.node.kind() {
            _ if !site.field("declarator").is_some_and(declares) => "",
            "declaration" => "batuta:prototype",
            kind => kind,
        }
    },
    ifs: &["if_statement"],
    elses: &["else_clause"],
    loops: &["for_statement", "while_statement", "do_statement"],
    switches: &["switch_statement"],
    cases: &["case_statement"],
    catches: &["catch_clause"],
    ternaries: &["conditional_expression"],
    binaries: &["binary_expression"],
    gotos: &["goto_statement"],
    exits: &["return_statement", "throw_statement"],
    docs: DOXYGEN,
    strings: &["string_literal", "char_literal", "system_lib_string"],
    attributes: &["attribute_specifier", "attribute_declaration"],
    identifiers: &["identifier", "field_identifier", "type_identifier"],
    calls: &["call_expression", "message_expression"],
    imports: &["preproc_include", "module_import"],
    qualifiers: &[".", "->"],
    juxtaposed_receivers: true,
    raw_code: &["preproc_arg"],
    attribute_holders: &["function_declarator", "pointer_declarator"],
    bases: &["parameterized_arguments"],
    assignments: &["assignment_expression", "init_declarator", "update_expression"],
    statements: STATEMENTS,
    blocks: &["class_interface", "protocol_declaration", "implementation_definition", "compound_statement"],
    function: FunctionRule {
        name,
        parameters,
        positional: Some(parameters::of_objective_c),
        count,
        body: |site| {
            let of_class = || {
                let mut cursor = site.node.walk();
                let mut children = site.node.named_children(&mut cursor);
                children.find(|child| matches!(child.kind(), "method_declaration" | "property_declaration"))
            };
            site.field("body").or_else(|| site.child_of_kind("compound_statement")).or_else(of_class)
        },
        base: |site| site.field("superclass"),
        kind: |site, _| {
            let method = site.node.kind().starts_with("method_");
            if method { FunctionKind::Method } else { FunctionKind::Function }
        },
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark: |site, name| named_if(name.starts_with("test") && is_run(site)),
        file_names: &["*Tests"],
        weak_file_names: &["*Test", "*Spec"],
        frameworks: &["XCTest", "SenTestingKit", "GHUnitIOS", "Kiwi", "Specta", "Expecta", "OCMock", "Quick"],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(|site, _| {
        let hidden = site.has_modifier(&["storage_class_specifier"], "static");
        if hidden { Visibility::Private } else { Visibility::Public }
    }),
    ..Grammar::EMPTY
};

/// XCTest runs instance methods without parameters and result.
fn is_run(site: &Site<'_, '_>) -> bool {
    let of_instance = site.node.child(0).is_some_and(|sign| sign.kind() == "-");
    let result = site.child_of_kind("method_type").map(|result| site.text(result));
    let returns_nothing = result
        .and_then(|text| text.strip_prefix(b"(")?.strip_suffix(b")"))
        .is_some_and(|text| text.trim_ascii() == b"void");
    site.node.kind() == "method_definition"
        && of_instance
        && returns_nothing
        && site.child_of_kind("method_parameter").is_none()
}

/// A method's name is the first word of its selector: `lend` for `lend:to:`.
fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "method_definition"
        | "method_declaration"
        | "class_interface"
        | "class_implementation"
        | "protocol_declaration" => site.child_of_kind("identifier"),
        "struct_specifier" | "union_specifier" | "enum_specifier" => {
            site.field("body").and(site.field("name"))
        }
        "preproc_def" | "preproc_function_def" => site.field("name"),
        _ => in_declarator(site.field("declarator")?, &["identifier", "type_identifier", "field_identifier"]),
    }
}

/// The parameters of a method are children of the method itself.
fn parameters<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.field("declarator") {
        Some(declarator) => {
            in_declarator(declarator, &["function_declarator"])?.child_by_field_name("parameters")
        }
        None => Some(site.node),
    }
}

fn count(parameters: NodeRef<'_>, source: &[u8]) -> usize {
    if !parameters.kind().starts_with("method_") {
        return count_declared(parameters, source);
    }
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).filter(|child| child.kind() == "method_parameter").count()
}
