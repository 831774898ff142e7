//! Go, as gremlins and go-mutesting mutate it.

use super::rule::{Edits, LanguageOperators, Level, Rule, Site, Swap};
use super::seen::{is_within, joins};
use crate::mutant::Operator;
use facts::language::Language;
use tree_sitter::Node;

pub(super) static OPERATORS: LanguageOperators = LanguageOperators {
    languages: &[Language::Go],
    follows: "gremlins, and go-mutesting for statements and branches",
    rules: RULES,
    excluded: |site| {
        matches!(
            site.node.kind(),
            "import_declaration" | "package_clause" | "type_declaration" | "type_arguments"
        )
    },
    excludes: "tests, imports, types, sums with a string literal",
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

static RULES: &[Rule] = &[
    Rule::token(
        Operator::ArithmeticOperator,
        Level::Default,
        &["binary_expression"],
        &[("+", &["-"]), ("-", &["+"]), ("*", &["/"]), ("/", &["*"]), ("%", &["*"])],
    )
    .unless(joins_strings),
    Rule::token(Operator::EqualityOperator, Level::Default, &["binary_expression"], EQUALITY),
    Rule::token(
        Operator::LogicalOperator,
        Level::Default,
        &["binary_expression"],
        &[("&&", &["||"]), ("||", &["&&"])],
    ),
    Rule::token(
        Operator::UnaryOperator,
        Level::Default,
        &["unary_expression"],
        &[("-", &["+"]), ("!", &[""])],
    ),
    Rule::token(
        Operator::UpdateOperator,
        Level::Default,
        &["inc_statement", "dec_statement"],
        &[("++", &["--"]), ("--", &["++"])],
    ),
    Rule::token(
        Operator::AssignmentOperator,
        Level::Default,
        &["assignment_statement"],
        &[("+=", &["-="]), ("-=", &["+="]), ("*=", &["/="]), ("/=", &["*="]), ("%=", &["*="])],
    )
    .unless(joins_strings),
    Rule::text(
        Operator::BooleanLiteral,
        Level::Default,
        &["true", "false"],
        &[("true", &["false"]), ("false", &["true"])],
    ),
    Rule::text(
        Operator::LoopControl,
        Level::Default,
        &["break_statement", "continue_statement"],
        &[("break", &["continue"]), ("continue", &["break"])],
    )
    .unless(|site| !is_in_loop(site)),
    Rule::token(
        Operator::BitwiseOperator,
        Level::All,
        &["binary_expression"],
        &[("&", &["|"]), ("|", &["&"]), ("^", &["&"]), ("&^", &["&"]), ("<<", &[">>"]), (">>", &["<<"])],
    ),
    Rule::token(
        Operator::AssignmentOperator,
        Level::All,
        &["assignment_statement"],
        &[
            ("+=", &["="]),
            ("-=", &["="]),
            ("*=", &["="]),
            ("/=", &["="]),
            ("%=", &["="]),
            ("&=", &["|="]),
            ("|=", &["&="]),
            ("^=", &["&="]),
            ("<<=", &[">>="]),
            (">>=", &["<<="]),
        ],
    ),
    Rule::compute(
        Operator::NumberLiteral,
        Level::All,
        &["int_literal"],
        |site, edits| {
            if let Ok(number) = site.own_text().parse::<u64>()
                && !(site.own_text().len() > 1 && site.own_text().starts_with('0'))
                && let Some(next) = number.checked_add(1)
            {
                edits.replace(site.node, next.to_string());
            }
        },
        "a decimal `n` → `n + 1`",
    ),
    Rule::compute(
        Operator::Statement,
        Level::All,
        &["expression_statement"],
        |site, edits| {
            if site.parts().first().is_some_and(|call| call.kind() == "call_expression") {
                edits.replace(site.node, "");
            }
        },
        "a call used as a statement is removed",
    ),
    Rule::compute(
        Operator::BlockStatement,
        Level::All,
        &["if_statement"],
        branches,
        "the branches of an `if` are emptied",
    ),
];

fn joins_strings(site: &Site<'_, '_>) -> bool {
    let is_string =
        |node: Node<'_>| matches!(node.kind(), "interpreted_string_literal" | "raw_string_literal");
    joins(site, "binary_expression", |node| {
        let sides = ["left", "right"].map(|side| node.child_by_field_name(side));
        // The sides of an assignment are lists.
        sides.into_iter().flatten().any(|side| is_string(side) || side.named_child(0).is_some_and(is_string))
    })
}

/// `break` also leaves a `switch` or `select`, where `continue` means something else.
fn is_in_loop(site: &Site<'_, '_>) -> bool {
    is_within(site, |node| match node.kind() {
        "for_statement" => Some(true),
        "expression_switch_statement" | "type_switch_statement" | "select_statement" | "func_literal" => {
            Some(false)
        }
        _ => None,
    })
}

fn branches(site: &Site<'_, '_>, edits: &mut Edits) {
    for field in ["consequence", "alternative"] {
        let branch = site.field(field).filter(|branch| branch.kind() == "block");
        if let Some(branch) = branch.filter(|branch| branch.named_child_count() > 0) {
            edits.described(branch.byte_range(), "{}", "replace block with {}");
        }
    }
}
