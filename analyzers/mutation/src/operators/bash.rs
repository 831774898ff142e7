//! Bash and other shells of the Bourne family.

use super::rule::{Edits, LanguageOperators, Level, Rule, Site, Swap};
use super::seen::is_within;
use crate::mutant::Operator;
use facts::language::Language;

pub(super) static OPERATORS: LanguageOperators = LanguageOperators {
    languages: &[Language::Bash],
    follows: "no other program: these are the operators of the other languages where a shell has them",
    rules: RULES,
    excluded: |site| matches!(site.node.kind(), "heredoc_body" | "heredoc_redirect" | "regex"),
    excludes: "tests, here-documents, regular expressions",
    attributes: &[],
    function_label: None,
};

const COMPARISONS: &[Swap] = &[
    ("-eq", &["-ne"]),
    ("-ne", &["-eq"]),
    ("-lt", &["-le", "-ge"]),
    ("-le", &["-lt", "-gt"]),
    ("-gt", &["-ge", "-le"]),
    ("-ge", &["-gt", "-lt"]),
    ("-nt", &["-ot"]),
    ("-ot", &["-nt"]),
];

const UNARY_TESTS: &[Swap] = &[
    ("-z", &["-n"]),
    ("-n", &["-z"]),
    ("-e", &["! -e"]),
    ("-f", &["! -f"]),
    ("-d", &["! -d"]),
    ("-r", &["! -r"]),
    ("-w", &["! -w"]),
    ("-x", &["! -x"]),
    ("-s", &["! -s"]),
    ("-h", &["! -h"]),
    ("-L", &["! -L"]),
];

static RULES: &[Rule] = &[
    Rule::text(Operator::EqualityOperator, Level::Default, &["test_operator"], COMPARISONS),
    Rule::text(Operator::UnaryOperator, Level::Default, &["test_operator"], UNARY_TESTS),
    Rule::text(Operator::EqualityOperator, Level::Default, &["word"], COMPARISONS)
        .unless(|site| !is_argument_of_test(site)),
    Rule::text(Operator::UnaryOperator, Level::Default, &["word"], UNARY_TESTS)
        .unless(|site| !is_argument_of_test(site)),
    Rule::token(
        Operator::EqualityOperator,
        Level::Default,
        &["binary_expression"],
        &[
            ("=", &["!="]),
            ("==", &["!="]),
            ("!=", &["="]),
            ("<", &[">="]),
            (">", &["<="]),
            ("<=", &[">"]),
            (">=", &["<"]),
        ],
    )
    .unless(|site| is_text_order(site) || is_arithmetic(site)),
    Rule::token(
        Operator::EqualityOperator,
        Level::Default,
        &["binary_expression"],
        &[
            ("==", &["!="]),
            ("!=", &["=="]),
            ("<", &["<=", ">="]),
            ("<=", &["<", ">"]),
            (">", &[">=", "<="]),
            (">=", &[">", "<"]),
        ],
    )
    .unless(|site| !is_arithmetic(site)),
    Rule::token(
        Operator::LogicalOperator,
        Level::Default,
        &["list", "binary_expression"],
        &[("&&", &["||"]), ("||", &["&&"]), ("-a", &["-o"]), ("-o", &["-a"])],
    ),
    Rule::token(
        Operator::ArithmeticOperator,
        Level::Default,
        &["binary_expression"],
        &[("+", &["-"]), ("-", &["+"]), ("*", &["/"]), ("/", &["*"]), ("%", &["*"]), ("**", &["*"])],
    )
    .unless(|site| !is_arithmetic(site)),
    Rule::token(
        Operator::AssignmentOperator,
        Level::Default,
        &["binary_expression"],
        &[("+=", &["-="]), ("-=", &["+="]), ("*=", &["/="]), ("/=", &["*="])],
    )
    .unless(|site| !is_arithmetic(site)),
    Rule::token(
        Operator::UpdateOperator,
        Level::Default,
        &["postfix_expression", "unary_expression"],
        &[("++", &["--"]), ("--", &["++"])],
    ),
    Rule::token(
        Operator::UnaryOperator,
        Level::Default,
        &["negated_command", "unary_expression"],
        &[("!", &[""])],
    ),
    Rule::text(
        Operator::BooleanLiteral,
        Level::Default,
        &["command"],
        &[("true", &["false"]), ("false", &["true"])],
    ),
    Rule::compute(
        Operator::ReturnValue,
        Level::Default,
        &["command"],
        exit_status,
        "the status of `exit` and `return`: `0` → `1`, others → `0`",
    ),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::Default,
        &["if_statement", "elif_clause", "while_statement"],
        negated_condition,
        "`if command` → `if ! command`, where no test operator can be changed instead",
    ),
    Rule::text(
        Operator::LoopControl,
        Level::Default,
        &["command"],
        &[("break", &["continue"]), ("continue", &["break"])],
    ),
    Rule::compute(Operator::Statement, Level::All, &["command"], removed_command, "a command becomes `:`"),
];

/// True inside `$((…))`, `((…))` and the head of an arithmetic `for`.
fn is_arithmetic(site: &Site<'_, '_>) -> bool {
    is_within(site, |node| match node.kind() {
        "arithmetic_expansion" | "c_style_for_statement" => Some(true),
        "test_command" | "compound_statement" => {
            node.child(0).is_some_and(|open| open.kind() == "((").then_some(true)
        }
        _ => None,
    })
}

/// `[[ a < b ]]` has no operator for the opposite.
fn is_text_order(site: &Site<'_, '_>) -> bool {
    site.field("operator").is_some_and(|operator| matches!(operator.kind(), "<" | ">" | "<=" | ">="))
}

fn is_argument_of_test(site: &Site<'_, '_>) -> bool {
    site.parent().is_some_and(|parent| {
        parent.kind() == "command"
            && parent.child_by_field_name("name").is_some_and(|name| matches!(site.text(name), "test" | "["))
    })
}

fn exit_status(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(name) = site.field("name") else { return };
    let Some(status) = site.field("argument").filter(|_| matches!(site.text(name), "exit" | "return")) else {
        return;
    };
    match site.text(status) {
        "0" => edits.replace(status, "1"),
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => edits.replace(status, "0"),
        _ => {}
    }
}

fn negated_condition(site: &Site<'_, '_>, edits: &mut Edits) {
    let mut cursor = site.node.walk();
    let conditions: Vec<_> = match site.node.kind() {
        // The condition is the part before `then`, without a field of its own.
        "elif_clause" => site.node.named_child(0).into_iter().collect(),
        _ => site
            .node
            .children_by_field_name("condition", &mut cursor)
            .filter(|node| node.is_named())
            .collect(),
    };
    let [condition] = conditions.as_slice() else { return };
    let text = site.text(*condition);
    let is_test = text.starts_with("test ") || matches!(text, "true" | "false" | ":");
    if matches!(condition.kind(), "command" | "pipeline") && !is_test && !text.is_empty() {
        edits.described(
            condition.byte_range(),
            format!("! {text}"),
            format!("negate {}", super::engine::shown(text)),
        );
    }
}

fn removed_command(site: &Site<'_, '_>, edits: &mut Edits) {
    const HOLDERS: &[&str] = &[
        "program",
        "compound_statement",
        "do_group",
        "if_statement",
        "else_clause",
        "elif_clause",
        "case_item",
    ];
    let is_condition = site.is_field_of_parent("condition");
    let is_status = site.field("name").is_some_and(|name| matches!(site.text(name), "exit" | "return" | ":"));
    if HOLDERS.contains(&site.parent_kind()) && !is_condition && !is_status {
        edits.replace(site.node, ":");
    }
}
