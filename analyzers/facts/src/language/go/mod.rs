//! Go.

mod gaps;

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, named_if};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Go",
    id: "go",
    extensions: &["go"],
    file_names: &[],
    interpreters: &[],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_go::LANGUAGE.into(),
    gaps: gaps::gaps,
    functions: &["function_declaration", "method_declaration"],
    lambdas: &["func_literal"],
    scopes: &[("batuta:struct", D::Struct), ("batuta:interface", D::Interface)],
    definitions: &[
        ("batuta:type", D::Type),
        ("type_alias", D::Type),
        ("method_elem", D::Method),
        ("const_spec", D::Constant),
    ],
    dynamic: &["type_spec", "var_spec", "field_declaration", "type_conversion_expression"],
    classify: |site| match site.field("type").map(|of| of.kind()) {
        _ if site.node.kind() == "type_conversion_expression" => {
            if calls_itself(site) {
                "batuta:call"
            } else {
                ""
            }
        }
        _ if site.node.kind() == "field_declaration" => {
            if site.field("name").is_none() {
                "batuta:embedded"
            } else {
                ""
            }
        }
        _ if site.node.kind() == "var_spec" && site.field("value").is_some() => "batuta:assignment",
        _ if site.node.kind() == "var_spec" => "",
        Some("struct_type") => "batuta:struct",
        Some("interface_type") => "batuta:interface",
        _ => "batuta:type",
    },
    ifs: &["if_statement"],
    loops: &["for_statement"],
    switches: &["expression_switch_statement", "type_switch_statement", "select_statement"],
    cases: &["expression_case", "type_case", "communication_case"],
    default_cases: &["default_case"],
    binaries: &["binary_expression"],
    jumps: &["break_statement", "continue_statement"],
    labels: &["label_name"],
    gotos: &["goto_statement"],
    exits: &["return_statement"],
    docs: DocRule { openings: &[], not_openings: &[], inner_openings: &[], docstrings: false, plain: true },
    strings: &["interpreted_string_literal", "raw_string_literal", "rune_literal"],
    identifiers: &["identifier", "field_identifier", "type_identifier", "package_identifier"],
    calls: &["call_expression", "batuta:call"],
    imports: &["import_spec"],
    import_statement: |site| {
        site.ancestors.iter().rev().position(|n| n.kind() == "import_declaration").map(|n| n + 1)
    },
    packages: &["package_clause"],
    type_arguments: &["type_arguments"],
    bases: &["batuta:embedded", "type_elem"],
    assignments: &[
        "assignment_statement",
        "short_var_declaration",
        "inc_statement",
        "dec_statement",
        "batuta:assignment",
    ],
    statements: &[
        "assignment_statement",
        "break_statement",
        "const_spec",
        "continue_statement",
        "dec_statement",
        "defer_statement",
        "expression_statement",
        "expression_switch_statement",
        "fallthrough_statement",
        "for_statement",
        "function_declaration",
        "go_statement",
        "goto_statement",
        "if_statement",
        "import_spec",
        "inc_statement",
        "method_declaration",
        "package_clause",
        "return_statement",
        "select_statement",
        "send_statement",
        "short_var_declaration",
        "type_alias",
        "type_spec",
        "type_switch_statement",
        "var_spec",
    ],
    function: FunctionRule {
        parameters: |site| Some(site.node),
        positional: Some(parameters::of_go),
        count,
        body,
        receiver: |site| receiver(site)?.child_by_field_name("type"),
        own_object: |site| receiver(site)?.child_by_field_name("name"),
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { mark, sure_file_names: &["*_test"], ..TestRule::EMPTY },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// `f[T](x)` in the function `f`: the grammar parses it as a conversion, but it is a call.
fn calls_itself(site: &Site<'_, '_>) -> bool {
    let generic = site.field("type").filter(|of| of.kind() == "generic_type");
    let called = generic.and_then(|generic| generic.child_by_field_name("type")).map(|name| site.text(name));
    let around = site.ancestors.iter().rev().find(|outer| outer.kind() == "function_declaration");
    let name = around.and_then(|outer| outer.child_by_field_name("name")).map(|name| site.text(name));
    called.is_some() && called == name
}

fn receiver<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    site.field("receiver")?.named_child(0)
}

fn body<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let Some(of) = site.field("type") else {
        return site.field("body");
    };
    let mut cursor = of.walk();
    of.children(&mut cursor).find(|child| matches!(child.kind(), "field_declaration_list" | "{"))
}

/// The number of names in both parameter lists, because `(a, b int)` declares two; an unnamed parameter counts as one.
fn count(function: NodeRef<'_>, _: &[u8]) -> usize {
    let lists =
        ["receiver", "parameters"].into_iter().filter_map(|field| function.child_by_field_name(field));
    let declared = |list: NodeRef<'_>| {
        let mut cursor = list.walk();
        let parameters = list.named_children(&mut cursor).filter(|child| child.kind() != "comment");
        let names = |parameter: NodeRef<'_>| {
            let mut cursor = parameter.walk();
            parameter
                .children_by_field_name("name", &mut cursor)
                .filter(|name| name.is_named())
                .count()
                .max(1)
        };
        parameters.map(names).sum::<usize>()
    };
    lists.map(declared).sum()
}

/// The functions that `go test -list` shows: `TestX`, `BenchmarkX` and `FuzzX` that take the `T`, `B` or `F` of package
/// `testing`, and examples with an expected output. The letter after the prefix must not be lower case.
fn mark(site: &Site<'_, '_>, name: &str) -> TestMark {
    let rest = |prefix: &str| {
        name.strip_prefix(prefix).filter(|rest| !rest.starts_with(|c: char| c.is_lowercase())).is_some()
    };
    if site.node.kind() != "function_declaration" {
        return TestMark::None;
    }
    let takes = |what: &[u8]| {
        let parameters = site.field("parameters").map_or(&b""[..], |list| site.text(list));
        parameters.strip_suffix(b")").unwrap_or(parameters).trim_ascii_end().ends_with(what)
    };
    let runs = || {
        let text = site.field("body").map_or(&b""[..], |body| site.text(body)).to_ascii_lowercase();
        [&b"// output:"[..], b"//output:", b"// unordered output:", b"//unordered output:"]
            .iter()
            .any(|mark| text.windows(mark.len()).any(|window| window == *mark))
    };
    named_if(
        (rest("Test") && takes(b"testing.T"))
            || (rest("Benchmark") && takes(b"testing.B"))
            || (rest("Fuzz") && takes(b"testing.F"))
            || (rest("Example") && takes(b"(") && runs()),
    )
}

/// Names with a capital letter are exported; anything inside a function is private.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    let in_function = |node: &NodeRef<'_>| matches!(node.kind(), "block" | "func_literal");
    if name.starts_with(char::is_uppercase) && !site.ancestors.iter().any(in_function) {
        Visibility::Public
    } else {
        Visibility::Private
    }
}
