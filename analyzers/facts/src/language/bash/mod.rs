//! Bash.

mod gaps;

use super::grammar::{DocRule, FunctionRule, Grammar, Site, VisibilityRule};
use super::lexical;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, named_if};
use crate::model::DefinitionKind as D;

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Bash",
    id: "bash",
    extensions: &["sh", "bash", "bats", "ksh", "zsh", "ebuild"],
    file_names: &[".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".zshrc", "PKGBUILD", "APKBUILD"],
    interpreters: &["sh", "bash", "dash", "ksh", "zsh", "ash", "bats"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_bash::LANGUAGE.into(),
    gaps: gaps::gaps,
    lexical: &lexical::HASH,
    reserved: &[],
    functions: &["function_definition"],
    definitions: &[("batuta:constant", D::Constant)],
    // `return`, `break`, `source` and the like are commands to the grammar.
    dynamic: &["command", "word", "string", "raw_string", "variable_assignment"],
    classify,
    ifs: &["if_statement"],
    else_ifs: &["elif_clause"],
    elses: &["else_clause"],
    else_if_by_nesting: false,
    loops: &["for_statement", "c_style_for_statement", "while_statement"],
    switches: &["case_statement"],
    cases: &["case_item"],
    is_default_case,
    ternaries: &["ternary_expression"],
    binaries: &["list", "binary_expression", "heredoc_redirect"],
    parentheses: &["parenthesized_expression", "redirected_statement"],
    gotos: &["batuta:jump"],
    exits: &["batuta:exit"],
    docs: DocRule { openings: &[], not_openings: &[], inner_openings: &[], docstrings: false, plain: true },
    strings: &["raw_string", "ansi_c_string", "batuta:plain-string", "batuta:code"],
    raw_code: &["batuta:code"],
    qualifiers: &[],
    templates: &["string", "translated_string", "heredoc_body"],
    identifiers: &["variable_name", "batuta:name"],
    calls: &["batuta:call"],
    callee_field: "name",
    imports: &["batuta:import"],
    assignments: &["batuta:assignment", "batuta:local", "batuta:constant"],
    statements: &[
        "batuta:call",
        "batuta:jump",
        "batuta:exit",
        "batuta:import",
        "batuta:assignment",
        "declaration_command",
        "unset_command",
        "test_command",
        "if_statement",
        "for_statement",
        "c_style_for_statement",
        "while_statement",
        "case_statement",
        "function_definition",
    ],
    function: FunctionRule::BY_FIELDS,
    tests: TestRule {
        mark: |_, name| named_if(name.starts_with("test")),
        file_names: &["test_*", "*_test", "test-*", "*-test"],
        weak_file_names: &["test", "tests"],
        frameworks: &["shunit2", "bats", "bach", "assert", "test-lib", "test_lib", "sharness"],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::Underscore,
    ..Grammar::EMPTY
};

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "command" => command(site),
        "word" if matches!(site.parent_kind(), "command_name" | "function_definition") => "batuta:name",
        "word" if site.parent_kind() == "command" && takes_names(site) => "batuta:name",
        "raw_string" if site.parent_kind() == "command" && takes_code(site) => "batuta:code",
        "string" if site.holds_only(&["string_content"]) => "batuta:plain-string",
        "variable_assignment" => assignment(site),
        kind => kind,
    }
}

/// The name of the command that has the node as an argument.
fn command_name<'t>(site: &Site<'_, 't>) -> &'t [u8] {
    let first = site.ancestor(0).and_then(|command| command.child(0));
    first.map_or(b"", |name| site.text(name))
}

/// Commands that run their argument: it may be the name of a function.
fn takes_names(site: &Site<'_, '_>) -> bool {
    const RUNNERS: &[&[u8]] = &[
        b"trap",
        b"eval",
        b"run",
        b"time",
        b"command",
        b"type",
        b"xargs",
        b"complete",
        b"compgen",
        b"coproc",
    ];
    RUNNERS.contains(&command_name(site))
}

/// Commands whose argument is a program.
fn takes_code(site: &Site<'_, '_>) -> bool {
    matches!(command_name(site), b"trap" | b"eval")
}

fn command(site: &Site<'_, '_>) -> &'static str {
    match site.field("name").map(|name| site.text(name)) {
        Some(b"return" | b"exit") => "batuta:exit",
        // `break 2` leaves two loops.
        Some(b"break" | b"continue") if site.field("argument").is_some() => "batuta:jump",
        Some(b"break" | b"continue") => "batuta:plain-jump",
        Some(b"source" | b".") => "batuta:import",
        _ => "batuta:call",
    }
}

/// `readonly X=1` and `declare -r X=1` at the top of a script are constants; `X=1 command` sets a variable for the command.
fn assignment(site: &Site<'_, '_>) -> &'static str {
    match site.ancestor(0) {
        Some(parent) if parent.kind() == "declaration_command" => {
            let text = site.text(parent);
            let fixed = text.starts_with(b"readonly") || text.starts_with(b"declare -r");
            let top = site.ancestor(1).is_some_and(|outer| outer.kind() == "program");
            if fixed && top { "batuta:constant" } else { "batuta:local" }
        }
        Some(parent) if matches!(parent.kind(), "command" | "subscript") => "batuta:local",
        _ => "batuta:assignment",
    }
}

/// `*)` alone.
fn is_default_case(site: &Site<'_, '_>) -> bool {
    let mut cursor = site.node.walk();
    site.node.children_by_field_name("value", &mut cursor).any(|value| site.text(value) == b"*")
}
