//! Rust, as cargo-mutants mutates it.

mod modules;
mod names;
mod scope;
mod values;

pub use modules::{Declaration, ModuleFile};

use super::rule::{
    Edit, Edits, FunctionLabel, LanguageOperators, Level, Rule, Site, Swap, Words, is_comment,
};
use crate::mutant::Operator;
use facts::language::Language;
use names::{function_name, pretty};
use tree_sitter::Node;

pub(super) static OPERATORS: LanguageOperators = LanguageOperators {
    languages: &[Language::Rust],
    follows: "cargo-mutants",
    rules: RULES,
    excluded: scope::excluded,
    excludes: "tests and what is compiled for tests only, `#[mutants::skip]` (also in `cfg_attr`), `unsafe` functions, methods \
               named `new`, `impl Default`, functions without a statement, macros, calls of `with_capacity`",
    attributes: &["attribute_item"],
    function_label: Some(FunctionLabel { kind: "function_item", name: function_name }),
};

const EQUALITY: &[Swap] = &[
    ("==", &["!="]),
    ("!=", &["=="]),
    ("<", &["==", ">", "<="]),
    (">", &["==", "<", ">="]),
    ("<=", &[">"]),
    (">=", &["<"]),
];

const ARITHMETIC: &[Swap] =
    &[("+", &["-", "*"]), ("-", &["+", "/"]), ("*", &["+", "/"]), ("/", &["%", "*"]), ("%", &["/", "+"])];

const BITWISE: &[Swap] =
    &[("&", &["|", "^"]), ("|", &["&", "^"]), ("^", &["|", "&"]), ("<<", &[">>"]), (">>", &["<<"])];

const ASSIGNMENTS: &[Swap] = &[
    ("+=", &["-=", "*="]),
    ("-=", &["+=", "/="]),
    ("*=", &["+=", "/="]),
    ("/=", &["%=", "*="]),
    ("%=", &["/=", "+="]),
    ("&=", &["|="]),
    ("|=", &["&="]),
    ("^=", &["|=", "&="]),
    ("<<=", &[">>="]),
    (">>=", &["<<="]),
];

static RULES: &[Rule] = &[
    Rule::compute(
        Operator::FunctionBody,
        Level::Default,
        &["function_item"],
        function_body,
        "the body becomes a value of the return type: `()`, `true` and `false`, 0, 1 and -1, `String::new()` and \
         `\"xyzzy\".into()`, `None` and `Some(…)`, `Ok(…)`, `vec![]` and `vec![…]`, collections, smart pointers, tuples, \
         arrays, slices, references and iterators of such values, else `Default::default()`",
    ),
    Rule::token(Operator::EqualityOperator, Level::Default, &["binary_expression"], EQUALITY),
    Rule::token(
        Operator::LogicalOperator,
        Level::Default,
        &["binary_expression"],
        &[("&&", &["||"]), ("||", &["&&"])],
    )
    // `||` is not allowed next to `let` in a condition.
    .unless(|site| site.parent_kind() == "let_chain"),
    Rule::token(Operator::ArithmeticOperator, Level::Default, &["binary_expression"], ARITHMETIC),
    Rule::token(Operator::BitwiseOperator, Level::Default, &["binary_expression"], BITWISE),
    Rule::token(Operator::AssignmentOperator, Level::Default, &["compound_assignment_expr"], ASSIGNMENTS),
    Rule::token(
        Operator::UnaryOperator,
        Level::Default,
        &["unary_expression"],
        &[("-", &[""]), ("!", &[""])],
    ),
    Rule::compute(
        Operator::MatchArm,
        Level::Default,
        &["match_expression"],
        match_arms,
        "an arm without a guard is removed where an arm `_` remains",
    ),
    Rule::compute(
        Operator::MatchGuard,
        Level::Default,
        &["match_pattern"],
        match_guard,
        "a guard becomes `true` or `false`",
    ),
    Rule::compute(
        Operator::StructField,
        Level::Default,
        &["struct_expression"],
        struct_fields,
        "a field is removed where `..base` gives it a value",
    ),
    Rule::text(
        Operator::BooleanLiteral,
        Level::All,
        &["boolean_literal"],
        &[("true", &["false"]), ("false", &["true"])],
    ),
    Rule::compute(Operator::NumberLiteral, Level::All, &["integer_literal"], integer, "`n` → `n + 1`")
        .unless(|site| matches!(site.parent_kind(), "array_type" | "negative_literal")),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::All,
        &["if_expression", "while_expression"],
        condition,
        "the condition of an `if` becomes `true` or `false`, that of a `while` `false`",
    ),
    Rule::text(
        Operator::LoopControl,
        Level::All,
        &["break_expression", "continue_expression"],
        &[("break", &["continue"]), ("continue", &["break"])],
    ),
];

fn function_body(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(range) = site.field("body").and_then(|body| statements(site, body)) else { return };
    let (values, result) = match site.field("return_type") {
        None => (vec!["()".to_owned()], String::new()),
        Some(result) if result.byte_range().len() > values::LONGEST => {
            (values::values_of(site, result), " -> …".to_owned())
        }
        Some(result) => (values::values_of(site, result), format!(" -> {}", pretty(site.text(result)))),
    };
    for value in values {
        let words = Words::Around("replace ".to_owned(), format!("{result} with {value}"));
        edits.push(Edit { range: range.clone(), text: value, words });
    }
}

/// The range from the first statement of a block, including its attributes and documentation, to the last.
fn statements(site: &Site<'_, '_>, block: Node<'_>) -> Option<std::ops::Range<usize>> {
    let mut cursor = block.walk();
    let is_code = |node: &Node<'_>| {
        let outer_doc = is_comment(*node) && site.text(*node).starts_with("///");
        (outer_doc || !is_comment(*node))
            && node.kind() != "inner_attribute_item"
            && node.kind() != "label"
            && !matches!(node.kind(), "{" | "}")
    };
    let children: Vec<Node<'_>> = block.children(&mut cursor).filter(is_code).collect();
    let last = children.iter().rev().find(|node| !is_comment(**node))?;
    Some(children.first()?.start_byte()..last.end_byte())
}

fn match_arms(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(body) = site.field("body") else { return };
    let mut cursor = body.walk();
    let arms: Vec<(Node<'_>, Node<'_>)> = body
        .named_children(&mut cursor)
        .filter(|child| child.kind() == "match_arm")
        .filter_map(|arm| Some((arm, arm.child_by_field_name("pattern")?)))
        .collect();
    // With a guard the node holds the guard too; the pattern itself is its first child.
    let is_wildcard = |pattern: &Node<'_>| pattern.child(0).is_some_and(|first| first.kind() == "_");
    if !arms.iter().any(|(_, pattern)| is_wildcard(pattern)) {
        return;
    }
    for (arm, pattern) in arms {
        // Removing an arm with a guard is the same as making the guard `false`.
        if !is_wildcard(&pattern) && pattern.child_by_field_name("condition").is_none() {
            let words = format!("delete match arm {}", pretty(site.text(pattern)));
            edits.described(arm.byte_range(), "", words);
        }
    }
}

fn match_guard(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(guard) = site.field("condition") else { return };
    let text = site.text(guard).split_whitespace().collect::<Vec<_>>().join(" ");
    for value in ["true", "false"] {
        edits.described(guard.byte_range(), value, format!("replace match guard {text} with {value}"));
    }
}

fn struct_fields(site: &Site<'_, '_>, edits: &mut Edits) {
    let (Some(name), Some(body)) = (site.field("name"), site.field("body")) else { return };
    let mut cursor = body.walk();
    let children: Vec<Node<'_>> = body.children(&mut cursor).collect();
    if !children.iter().any(|child| child.kind() == "base_field_initializer") {
        return;
    }
    let name = pretty(site.text(name));
    for (at, child) in children.iter().enumerate() {
        let field = match child.kind() {
            "field_initializer" => child.child_by_field_name("field"),
            "shorthand_field_initializer" => {
                child.named_child(child.named_child_count().saturating_sub(1) as u32)
            }
            _ => None,
        };
        let Some(field) = field.filter(|field| field.kind() != "integer_literal") else { continue };
        let comma = children.get(at + 1).filter(|next| next.kind() == ",");
        let end = comma.map_or(child.end_byte(), |comma| comma.end_byte());
        let words = format!("delete field {} from struct {name} expression", site.text(field));
        edits.described(child.start_byte()..end, "", words);
    }
}

fn condition(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(condition) = site.field("condition") else { return };
    if matches!(condition.kind(), "let_condition" | "let_chain") {
        return;
    }
    if site.node.kind() == "if_expression" {
        edits.replace(condition, "true");
    }
    edits.replace(condition, "false");
}

fn integer(site: &Site<'_, '_>, edits: &mut Edits) {
    let text = site.own_text().replace('_', "");
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if let Ok(number) = text[..digits].parse::<u128>()
        && !text.starts_with("0x")
        && !text.starts_with("0b")
        && !text.starts_with("0o")
        && let Some(next) = number.checked_add(1)
    {
        edits.replace(site.node, format!("{next}{}", &text[digits..]));
    }
}
