//! Ruby.

mod gaps;

use super::grammar::{DocRule, FunctionRule, Grammar, NodeRef, Site, VisibilityRule};
use super::lexical;
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestBlock, TestRule};
use crate::model::{DefinitionKind as D, TestMark, Visibility};
use bstr::ByteSlice;

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Ruby",
    id: "ruby",
    extensions: &["rb", "rake", "gemspec", "ru"],
    file_names: &["Rakefile", "Gemfile", "Guardfile", "Vagrantfile", "Podfile", "Fastfile"],
    interpreters: &["ruby", "jruby"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_ruby::LANGUAGE.into(),
    gaps: gaps::gaps,
    lexical: &lexical::HASH,
    reserved: &[],
    functions: &["method", "singleton_method", "batuta:test"],
    lambdas: &["block", "do_block"],
    scopes: &[("class", D::Class), ("module", D::Module)],
    definitions: &[("batuta:constant", D::Constant)],
    // In the grammar `raise` and `require` are methods.
    dynamic: &[
        "assignment",
        "call",
        "identifier",
        "string",
        "regex",
        "subshell",
        "delimited_symbol",
        "block",
        "do_block",
    ],
    classify,
    ifs: &["if", "unless", "if_modifier", "unless_modifier"],
    else_ifs: &["elsif"],
    elses: &["else"],
    else_if_by_nesting: false,
    loops: &["while", "until", "for", "while_modifier", "until_modifier"],
    switches: &["case", "case_match"],
    cases: &["when", "in_clause"],
    is_default_case: |site| {
        site.field("guard").is_none() && site.field("pattern").is_some_and(is_irrefutable)
    },
    guards: &["if_guard", "unless_guard"],
    catches: &["rescue", "rescue_modifier"],
    ternaries: &["conditional"],
    binaries: &["binary", "operator_assignment"],
    logical_operators: &["&&", "||", "and", "or", "&&=", "||="],
    parentheses: &["parenthesized_statements"],
    exits: &["return", "yield", "batuta:raise"],
    docs: DocRule { openings: &[], not_openings: &[], inner_openings: &[], docstrings: false, plain: true },
    strings: &["batuta:plain-string", "string_array", "symbol_array", "character"],
    templates: &["string", "regex", "subshell", "delimited_symbol", "heredoc_body"],
    identifiers: &["identifier", "constant"],
    calls: &["batuta:call"],
    callee_field: "method",
    imports: &["batuta:import"],
    import_statement: |site| is_statement(site).then_some(0),
    never_on_load,
    qualifiers: &[".", "&.", "::"],
    bases: &["superclass"],
    assignments: &["assignment", "operator_assignment"],
    blocks: &[
        "program",
        "body_statement",
        "block_body",
        "then",
        "do",
        "else",
        "begin",
        "ensure",
        "parenthesized_statements",
    ],
    function: FunctionRule {
        name: |site| site.field("name").or_else(|| site.field("left")),
        positional: Some(parameters::of_ruby),
        parameters: |site| site.field("parameters"),
        // There may be a comment between the name and the body.
        body: |site| {
            if site.node.kind().ends_with("block") {
                return Some(site.node);
            }
            ["comment", "body_statement"]
                .iter()
                .find_map(|kind| site.child_of_kind(kind))
                .or_else(|| site.field("body").or_else(|| site.child_of_kind("end")))
        },
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule { mark, block, file_names: &["*_spec", "*_test", "test_*"], ..TestRule::EMPTY },
    visibility: VisibilityRule::By(visibility),
    separator: "::",
    ..Grammar::EMPTY
};

fn classify(site: &Site<'_, '_>) -> &'static str {
    match site.node.kind() {
        "assignment" => {
            let constant = site.field("left").is_some_and(|left| left.kind() == "constant");
            if constant { "batuta:constant" } else { "" }
        }
        "call" => match (site.field("receiver"), site.field("method").map(|method| site.text(method))) {
            (None, Some(b"raise" | b"fail")) => "batuta:raise",
            (None, Some(b"require" | b"require_relative" | b"load")) => "batuta:import",
            _ => "batuta:call",
        },
        // `raise` alone raises the current exception again.
        "identifier" if site.text(site.node) == b"raise" && is_statement(site) => "batuta:raise",
        "string" | "regex" | "subshell" | "delimited_symbol"
            if site.holds_only(&["string_content", "escape_sequence"]) =>
        {
            "batuta:plain-string"
        }
        "block" | "do_block" if block(site).is_some() => "batuta:test",
        kind => kind,
    }
}

/// True for a name, and for patterns that contain one in parentheses, as an alternative or under another name.
fn is_irrefutable(pattern: NodeRef<'_>) -> bool {
    let mut pending = vec![pattern];
    for _ in 0..MAX_PATTERNS {
        let Some(node) = pending.pop() else { return false };
        match node.kind() {
            "identifier" => return true,
            "as_pattern" => pending.extend(node.child_by_field_name("value")),
            "parenthesized_pattern" => pending.extend(node.named_child(0)),
            "alternative_pattern" => {
                let mut cursor = node.walk();
                pending.extend(node.named_children(&mut cursor).take(MAX_PATTERNS));
            }
            _ => {}
        }
    }
    false
}

/// The deepest nested patterns that are looked at.
const MAX_PATTERNS: usize = 32;

/// `if __FILE__ == $0`: true if the file is the program itself.
fn never_on_load(branching: NodeRef<'_>, part: NodeRef<'_>, source: &[u8]) -> bool {
    let body = ["consequence", "body"].iter().find_map(|field| branching.child_by_field_name(field));
    let condition =
        branching.child_by_field_name("condition").map(|condition| &source[condition.byte_range()]);
    let is_program = |text: &[u8]| {
        text.len() < 40
            && text.starts_with_str("__FILE__ ==") | text.ends_with_str("== __FILE__")
            && text.contains_str("$0") | text.contains_str("$PROGRAM_NAME")
    };
    matches!(branching.kind(), "if" | "if_modifier")
        && body == Some(part)
        && condition.is_some_and(is_program)
}

/// Minitest and Test::Unit: public methods named `test_…` in a class derived from a test case; in a file with a test
/// name, also in a class derived from any class, or in a module.
fn mark(site: &Site<'_, '_>, name: &str) -> TestMark {
    if site.node.kind() != "method"
        || !name.starts_with("test_")
        || visibility(site, name) != Visibility::Public
    {
        return TestMark::None;
    }
    let class = site.ancestors.iter().rev().find(|ancestor| matches!(ancestor.kind(), "class" | "module"));
    let base = class.and_then(|class| class.child_by_field_name("superclass"));
    match base.map(|base| site.text(base).trim_ascii_end()) {
        Some(base) if base.ends_with(b"Test") || base.ends_with(b"TestCase") => TestMark::Marked,
        // A class without a parent is not a test case, whatever the file's name; a module may be mixed into one.
        None if class.is_some_and(|class| class.kind() == "class") => TestMark::None,
        _ => TestMark::ByName,
    }
}

/// The block of an example or a group of examples: RSpec, Minitest's spec style, Rails' `test "…"`, shoulda.
fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if !site.node.kind().ends_with("block") {
        return None;
    }
    let call = site.ancestor(0).filter(|call| call.kind() == "call")?;
    let of_rspec = call.child_by_field_name("receiver").map(|receiver| site.text(receiver) == b"RSpec");
    if of_rspec == Some(false) {
        return None;
    }
    let title = call.child_by_field_name("arguments").and_then(|list| list.named_child(0));
    let literal = title.is_some_and(|title| matches!(title.kind(), "string" | "chained_string"));
    let method = site.text(call.child_by_field_name("method")?);
    let suite = match method {
        b"it" | b"specify" | b"fit" | b"xit" | b"fspecify" | b"xspecify" => false,
        b"its" | b"example" | b"scenario" | b"test" | b"should" | b"fexample" | b"xexample"
            if title.is_some() =>
        {
            if !literal && matches!(method, b"test" | b"should" | b"example") {
                return None;
            }
            false
        }
        // Other libraries have methods of these names, too: only what stands in a group is an example.
        b"pending" | b"skip" | b"focus" if literal => {
            site.ancestors.iter().any(|ancestor| ancestor.kind().ends_with("block")).then_some(false)?
        }
        b"describe"
        | b"context"
        | b"feature"
        | b"fdescribe"
        | b"xdescribe"
        | b"fcontext"
        | b"xcontext"
        | b"shared_examples"
        | b"shared_examples_for"
        | b"shared_context"
            if title.is_some() =>
        {
            true
        }
        _ => return None,
    };
    let title = title.unwrap_or(call.child_by_field_name("method")?);
    Some(TestBlock { mark: TestMark::Marked, ..TestBlock::titled(site, title, suite) })
}

fn is_statement(site: &Site<'_, '_>) -> bool {
    GRAMMAR.blocks.contains(&site.parent_kind()) || site.parent_kind().ends_with("_modifier")
}

/// Visibility from the last `private`, `protected` or `public` above, or from a call that names the method.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    let said = |word: &[u8]| match word {
        b"private" | b"private_class_method" => Some(Visibility::Private),
        b"protected" => Some(Visibility::Restricted),
        b"public" => Some(Visibility::Public),
        _ => None,
    };
    let Some(parent) = site.ancestor(0).filter(|_| site.node.kind().ends_with("method")) else {
        return Visibility::Public;
    };
    if parent.kind() == "argument_list" {
        let method = site.ancestor(1).and_then(|call| call.child_by_field_name("method"));
        return method.and_then(|method| said(site.text(method))).unwrap_or(Visibility::Public);
    }
    let mut current = Visibility::Public;
    let mut cursor = parent.walk();
    for child in parent.named_children(&mut cursor) {
        let above = child.start_byte() < site.node.start_byte();
        match child.kind() {
            // The bare words do not apply to `def self.x`.
            "identifier" if above && site.node.kind() == "method" => {
                current = said(site.text(child)).unwrap_or(current);
            }
            "call" if names_method(site, child, name) => {
                let method = child.child_by_field_name("method");
                current = method.and_then(|method| said(site.text(method))).unwrap_or(current);
            }
            _ => {}
        }
    }
    current
}

/// `private :name`.
fn names_method(site: &Site<'_, '_>, call: NodeRef<'_>, name: &str) -> bool {
    let Some(arguments) = call.child_by_field_name("arguments") else {
        return false;
    };
    let mut cursor = arguments.walk();
    arguments.named_children(&mut cursor).any(|argument| {
        argument.kind() == "simple_symbol" && site.text(argument).strip_prefix(b":") == Some(name.as_bytes())
    })
}
