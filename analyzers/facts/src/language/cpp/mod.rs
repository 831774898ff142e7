//! C++.

pub(super) mod test_macros;

use super::c::{DOXYGEN, STATEMENTS, TEST_FILES, TEST_FRAMEWORKS, WEAK_TEST_FILES, count, in_declarator};
use super::grammar::{FunctionRule, Grammar, Kinds, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::TestRule;
use crate::model::{DefinitionKind as D, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "C++",
    id: "cpp",
    extensions: &[
        "cc", "cpp", "cxx", "c++", "hh", "hpp", "hxx", "h++", "inl", "ipp", "tcc", "ixx", "cppm", "cu",
        "cuh", "ino",
    ],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

/// C++ keywords that misread code may leave where a name is expected.
const RESERVED: Kinds = &[
    "if",
    "else",
    "for",
    "while",
    "do",
    "switch",
    "case",
    "return",
    "goto",
    "sizeof",
    "typedef",
    "struct",
    "union",
    "enum",
    "static",
    "const",
    "extern",
    "break",
    "continue",
    "default",
    "volatile",
    "class",
    "namespace",
    "template",
    "try",
    "catch",
    "throw",
    "public",
    "private",
    "protected",
    "using",
    "typename",
    "export",
    "friend",
    "virtual",
    "explicit",
    "constexpr",
    "inline",
    "noexcept",
    "delete",
];

/// Node kinds of names inside a declarator.
const NAMES: &[&str] = &[
    "identifier",
    "field_identifier",
    "type_identifier",
    "destructor_name",
    "operator_name",
    "operator_cast",
    "qualified_identifier",
    "template_function",
];

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_cpp::LANGUAGE.into(),
    gaps: super::c::gaps::of_cpp,
    reserved: RESERVED,
    functions: &["function_definition", "batuta:test"],
    lambdas: &["lambda_expression"],
    scopes: &[
        ("class_specifier", D::Class),
        ("struct_specifier", D::Struct),
        ("union_specifier", D::Struct),
        ("enum_specifier", D::Enum),
        ("namespace_definition", D::Module),
        ("concept_definition", D::Interface),
    ],
    definitions: &[
        ("type_definition", D::Type),
        ("alias_declaration", D::Type),
        ("preproc_def", D::Constant),
        ("preproc_function_def", D::Macro),
        ("batuta:prototype", D::Function),
        ("batuta:method", D::Method),
    ],
    dynamic: &["declaration", "field_declaration", "function_definition", "compound_statement"],
    classify: |site| match site.node.kind() {
        "function_definition" if is_function(site) && !is_nested(site) || test_macros::is_test(site) => {
            "function_definition"
        }
        "declaration" if is_prototype(site) => "batuta:prototype",
        "field_declaration" if is_prototype(site) => "batuta:method",
        "compound_statement" if test_macros::is_body(site) => "batuta:test",
        _ => "",
    },
    ifs: &["if_statement"],
    elses: &["else_clause"],
    loops: &["for_statement", "for_range_loop", "while_statement", "do_statement"],
    switches: &["switch_statement"],
    cases: &["case_statement"],
    catches: &["catch_clause"],
    ternaries: &["conditional_expression"],
    binaries: &["binary_expression"],
    logical_operators: &["&&", "||", "and", "or"],
    gotos: &["goto_statement"],
    exits: &["return_statement", "throw_statement", "co_return_statement"],
    docs: DOXYGEN,
    strings: &["string_literal", "raw_string_literal", "char_literal", "system_lib_string"],
    attributes: &["template_parameter_list", "attribute_declaration", "attribute_specifier"],
    identifiers: &["identifier", "field_identifier", "type_identifier", "namespace_identifier"],
    calls: &["call_expression"],
    imports: &["preproc_include", "using_declaration"],
    qualifiers: &[".", "->", "::", ".*", "->*"],
    type_arguments: &["template_argument_list"],
    raw_code: &["preproc_arg"],
    attribute_holders: &["function_declarator", "pointer_declarator", "attributed_declarator"],
    bases: &["base_class_clause"],
    assignments: &["assignment_expression", "init_declarator", "update_expression"],
    statements: STATEMENTS,
    function: FunctionRule {
        name,
        parameters,
        positional: Some(parameters::of_cpp),
        count,
        // `= default` and `= delete` are not bodies; a constructor's `try` block is one.
        body: |site| {
            let own = || site.field("body").or_else(|| site.child_of_kind("try_statement"));
            test_macros::body(site).or_else(own)
        },
        never_in_body: &[
            "template_declaration",
            "namespace_definition",
            "access_specifier",
            "function_definition",
        ],
        receiver,
        overloads: true,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        block: test_macros::block,
        file_names: TEST_FILES,
        weak_file_names: WEAK_TEST_FILES,
        frameworks: TEST_FRAMEWORKS,
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    separator: "::",
    ..Grammar::EMPTY
};

fn name<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    match site.node.kind() {
        "struct_specifier" | "union_specifier" | "enum_specifier" | "class_specifier" => {
            site.field("body")?;
            site.field("name")
        }
        "function_definition" | "declaration" | "field_declaration" | "type_definition" => {
            let mut name = declared(site)?;
            while name.kind() == "qualified_identifier" {
                name = name.child_by_field_name("name")?;
            }
            Some(if name.kind() == "template_function" { name.child_by_field_name("name")? } else { name })
        }
        _ => site.field("name"),
    }
}

fn declared<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    in_declarator(site.field("declarator")?, NAMES)
}

/// `A::B` of `A::B::f`.
fn receiver<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let name = declared(site)?;
    // `char* MACRO f()`: there is no `::` in it.
    let is_qualified = name.kind() == "qualified_identifier" && !name.has_error();
    if is_qualified { name.child_by_field_name("scope") } else { None }
}

fn parameters<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let declarator = site.field("declarator")?;
    in_declarator(declarator, &["function_declarator", "abstract_function_declarator"])
        .or_else(|| in_declarator(declarator, &["operator_cast"])?.child_by_field_name("declarator"))?
        .child_by_field_name("parameters")
}

fn is_prototype(site: &Site<'_, '_>) -> bool {
    site.field("declarator")
        .is_some_and(|declarator| in_declarator(declarator, &["function_declarator"]).is_some())
}

/// A definition without parameters is a misread class with a macro in its head; a conversion operator has no parameters
/// either.
fn is_function(site: &Site<'_, '_>) -> bool {
    parameters(site).is_some()
}

/// The most ancestors that are looked at.
const MOST_ANCESTORS: usize = 64;

/// True for a node among the statements of a function. C++ has no nested functions, but macros that write loops and
/// blocks look like them. If the surrounding function did not parse, a node with a type may really be the next
/// function.
fn is_nested(site: &Site<'_, '_>) -> bool {
    for level in 0..MOST_ANCESTORS {
        let Some(around) = site.ancestor(level) else { return false };
        match around.kind() {
            "field_declaration_list" | "declaration_list" | "translation_unit" => return false,
            "lambda_expression" => return true,
            "function_definition" => {
                let declarator = around.child_by_field_name("declarator");
                let called = declarator.and_then(|found| in_declarator(found, &["function_declarator"]));
                let typed = || site.field("type").is_some() || receiver(site).is_some();
                return called.is_some() && !(around.has_error() && typed());
            }
            _ => {}
        }
    }
    false
}

/// The access specifier above a member, else the default of its class; a `static` function is private to its file.
fn visibility(site: &Site<'_, '_>, _: &str) -> Visibility {
    let Some(class) = site.ancestor(1).filter(|_| site.parent_kind() == "field_declaration_list") else {
        let hidden = site.has_modifier(&["storage_class_specifier"], "static");
        return if hidden { Visibility::Private } else { Visibility::Public };
    };
    let mut access: &[u8] = if class.kind() == "class_specifier" { b"private" } else { b"public" };
    let list = site.ancestor(0).expect("the list was just seen");
    let mut cursor = list.walk();
    for member in list.children(&mut cursor).take_while(|member| member.start_byte() < site.node.start_byte())
    {
        if member.kind() == "access_specifier" {
            access = site.text(member);
        }
    }
    match access {
        b"public" => Visibility::Public,
        b"protected" => Visibility::Restricted,
        _ => Visibility::Private,
    }
}
