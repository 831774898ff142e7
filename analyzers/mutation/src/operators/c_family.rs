//! C and C++, as Mull and the universal mutator mutate them.

use super::rule::{Edits, LanguageOperators, Level, Rule, Site, Swap, parts};
use super::seen::is_within;
use crate::mutant::Operator;
use facts::language::Language;

pub(super) static OPERATORS: LanguageOperators = LanguageOperators {
    languages: &[Language::C, Language::Cpp],
    follows: "Mull's mutators, and the universal mutator",
    rules: RULES,
    excluded,
    excludes: "tests, preprocessor lines and macro bodies, `static_assert`, attributes, template arguments",
    attributes: &[],
    function_label: None,
};

const EQUALITY: &[Swap] = &[
    ("==", &["!="]),
    ("!=", &["=="]),
    ("<", &["<=", ">="]),
    ("<=", &["<", ">"]),
    (">", &[">=", "<="]),
    (">=", &[">", "<"]),
];

const ASSIGNMENTS: &[Swap] = &[
    ("+=", &["-="]),
    ("-=", &["+="]),
    ("*=", &["/="]),
    ("/=", &["*="]),
    ("%=", &["/="]),
    ("&=", &["|="]),
    ("|=", &["&="]),
    ("^=", &["|="]),
    ("<<=", &[">>="]),
    (">>=", &["<<="]),
];

static RULES: &[Rule] = &[
    Rule::token(
        Operator::ArithmeticOperator,
        Level::Default,
        &["binary_expression"],
        &[("+", &["-"]), ("-", &["+"]), ("*", &["/"]), ("/", &["*"]), ("%", &["/"])],
    ),
    Rule::token(Operator::EqualityOperator, Level::Default, &["binary_expression"], EQUALITY),
    Rule::token(
        Operator::LogicalOperator,
        Level::Default,
        &["binary_expression"],
        &[("&&", &["||"]), ("||", &["&&"]), ("and", &["or"]), ("or", &["and"])],
    ),
    Rule::token(
        Operator::BitwiseOperator,
        Level::Default,
        &["binary_expression"],
        &[("&", &["|"]), ("|", &["&"]), ("^", &["|"]), ("<<", &[">>"]), (">>", &["<<"])],
    ),
    Rule::token(Operator::AssignmentOperator, Level::Default, &["assignment_expression"], ASSIGNMENTS),
    Rule::token(
        Operator::UnaryOperator,
        Level::Default,
        &["unary_expression"],
        &[("-", &[""]), ("!", &[""]), ("~", &[""]), ("not", &[""])],
    ),
    Rule::token(
        Operator::UpdateOperator,
        Level::Default,
        &["update_expression"],
        &[("++", &["--"]), ("--", &["++"])],
    ),
    Rule::text(
        Operator::BooleanLiteral,
        Level::Default,
        &["true", "false"],
        &[("true", &["false"]), ("false", &["true"])],
    ),
    Rule::compute(
        Operator::Statement,
        Level::Default,
        &["expression_statement"],
        call_statement,
        "a call used as a statement is removed",
    ),
    Rule::compute(
        Operator::NumberLiteral,
        Level::All,
        &["number_literal"],
        |site, edits| {
            if let Ok(number) = site.own_text().parse::<u64>()
                && let Some(next) = number.checked_add(1)
            {
                edits.replace(site.node, next.to_string());
            }
        },
        "a decimal `n` → `n + 1`",
    ),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::All,
        &["if_statement", "while_statement", "do_statement", "for_statement"],
        condition,
        "the condition of an `if` becomes `1` or `0`, that of a loop `0`",
    ),
    Rule::compute(
        Operator::ReturnValue,
        Level::All,
        &["return_statement"],
        |site, edits| {
            if let [value] = site.parts().as_slice()
                && !matches!(site.text(*value), "0" | "false" | "NULL" | "nullptr")
            {
                edits.replace(*value, "0");
            }
        },
        "`return x` → `return 0`",
    ),
    Rule::text(
        Operator::LoopControl,
        Level::All,
        &["break_statement", "continue_statement"],
        &[("break;", &["continue;"]), ("continue;", &["break;"])],
    )
    .unless(|site| !is_in_loop(site)),
];

fn excluded(site: &Site<'_, '_>) -> bool {
    match site.node.kind() {
        "preproc_include"
        | "preproc_def"
        | "preproc_function_def"
        | "preproc_call"
        | "preproc_ifdef_name"
        | "static_assert_declaration"
        | "attribute_declaration"
        | "attribute_specifier"
        | "template_argument_list"
        | "template_parameter_list"
        | "gnu_asm_expression"
        | "linkage_specification_name" => true,
        _ => {
            matches!(site.parent_kind(), "preproc_if" | "preproc_elif" | "preproc_ifdef")
                && (site.is_field_of_parent("condition") || site.is_field_of_parent("name"))
        }
    }
}

fn call_statement(site: &Site<'_, '_>, edits: &mut Edits) {
    if let [call] = site.parts().as_slice()
        && call.kind() == "call_expression"
    {
        edits.replace(*call, "");
    }
}

/// `break` also leaves a `switch`, where `continue` is only valid in an outer loop.
fn is_in_loop(site: &Site<'_, '_>) -> bool {
    const LOOPS: &[&str] = &["while_statement", "for_statement", "do_statement", "for_range_loop"];
    is_within(site, |node| match node.kind() {
        "switch_statement" | "function_definition" => Some(false),
        kind => LOOPS.contains(&kind).then_some(true),
    })
}

fn condition(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(mut condition) = site.field("condition") else { return };
    if matches!(condition.kind(), "parenthesized_expression" | "condition_clause") {
        let [inner] = parts(condition)[..] else { return };
        condition = inner;
    }
    // A declaration in a C++ condition defines names that the body uses.
    if matches!(
        condition.kind(),
        "declaration" | "condition_declaration" | "number_literal" | "true" | "false"
    ) {
        return;
    }
    if site.node.kind() == "if_statement" {
        edits.replace(condition, "1");
    }
    edits.replace(condition, "0");
}
