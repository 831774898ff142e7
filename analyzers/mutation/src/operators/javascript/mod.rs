//! JavaScript and TypeScript, as StrykerJS mutates them.

mod expressions;
mod scope;

use super::rule::{LanguageOperators, Level, Rule, Swap};
use crate::mutant::Operator;
use facts::language::Language;

pub(super) static OPERATORS: LanguageOperators = LanguageOperators {
    languages: &[Language::JavaScript, Language::TypeScript, Language::Tsx],
    follows: "StrykerJS",
    rules: RULES,
    excluded: scope::excluded,
    excludes: "tests, imports and the sources of exports, `require(…)`, types and declarations, directives (`\"use strict\"`), \
               keys of object literals, attributes of JSX, tagged templates, decorators",
    attributes: &[],
    function_label: None,
};

const EQUALITY: &[Swap] = &[
    ("<", &["<=", ">="]),
    ("<=", &["<", ">"]),
    (">", &[">=", "<="]),
    (">=", &[">", "<"]),
    ("==", &["!="]),
    ("!=", &["=="]),
    ("===", &["!=="]),
    ("!==", &["==="]),
];

const ASSIGNMENTS: &[Swap] = &[
    ("+=", &["-="]),
    ("-=", &["+="]),
    ("*=", &["/="]),
    ("/=", &["*="]),
    ("%=", &["*="]),
    ("<<=", &[">>="]),
    (">>=", &["<<="]),
    ("&=", &["|="]),
    ("|=", &["&="]),
    ("&&=", &["||="]),
    ("||=", &["&&="]),
    ("??=", &["&&="]),
];

static RULES: &[Rule] = &[
    Rule::token(
        Operator::ArithmeticOperator,
        Level::Default,
        &["binary_expression"],
        &[("+", &["-"]), ("-", &["+"]), ("*", &["/"]), ("/", &["*"]), ("%", &["*"])],
    )
    .unless(expressions::joins_strings),
    Rule::token(Operator::EqualityOperator, Level::Default, &["binary_expression"], EQUALITY),
    Rule::token(
        Operator::LogicalOperator,
        Level::Default,
        &["binary_expression"],
        &[("&&", &["||"]), ("||", &["&&"]), ("??", &["&&"])],
    ),
    Rule::token(
        Operator::BitwiseOperator,
        Level::All,
        &["binary_expression"],
        &[("&", &["|"]), ("|", &["&"]), ("^", &["&"]), ("<<", &[">>"]), (">>", &["<<"]), (">>>", &["<<"])],
    ),
    Rule::token(
        Operator::AssignmentOperator,
        Level::Default,
        &["augmented_assignment_expression"],
        ASSIGNMENTS,
    )
    .unless(expressions::joins_strings),
    Rule::token(
        Operator::UnaryOperator,
        Level::Default,
        &["unary_expression"],
        &[("+", &["-"]), ("-", &["+"]), ("~", &[""])],
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
    Rule::token(Operator::BooleanLiteral, Level::Default, &["unary_expression"], &[("!", &[""])]),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::Default,
        &["if_statement", "while_statement", "do_statement", "for_statement"],
        expressions::condition,
        "the condition of an `if` becomes `true` or `false`, that of a loop `false`",
    ),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::Default,
        &["binary_expression"],
        expressions::truth_value,
        "a comparison or logical expression becomes `true` or `false`",
    ),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::Default,
        &["switch_case", "switch_default"],
        expressions::case_body,
        "the statements of a `case` are removed",
    ),
    Rule::compute(
        Operator::StringLiteral,
        Level::Default,
        &["string", "template_string"],
        expressions::string,
        "a string is emptied; an empty one becomes `\"Stryker was here!\"`",
    ),
    Rule::compute(
        Operator::ArrayDeclaration,
        Level::Default,
        &["array"],
        expressions::array,
        "`[a, b]` → `[]`, `[]` → `[\"Stryker was here\"]`",
    ),
    Rule::compute(
        Operator::ObjectLiteral,
        Level::Default,
        &["object"],
        |site, edits| {
            if !site.parts().is_empty() {
                edits.replace(site.node, "{}");
            }
        },
        "`{ a: b }` → `{}`",
    ),
    Rule::compute(
        Operator::ArrowFunction,
        Level::Default,
        &["arrow_function"],
        expressions::arrow_function,
        "`() => x` → `() => undefined`",
    ),
    Rule::compute(
        Operator::BlockStatement,
        Level::Default,
        &["statement_block"],
        |site, edits| {
            if !site.parts().is_empty() {
                edits.described(site.node.byte_range(), "{}", "replace block with {}");
            }
        },
        "a block is emptied",
    )
    .unless(scope::is_body_of_constructor),
    Rule::compute(
        Operator::OptionalChaining,
        Level::Default,
        &["member_expression", "subscript_expression", "call_expression"],
        expressions::optional_chain,
        "`a?.b` → `a.b`, `a?.[b]` → `a[b]`, `a?.(b)` → `a(b)`",
    ),
    Rule::compute(
        Operator::MethodExpression,
        Level::Default,
        &["call_expression"],
        expressions::method,
        "`startsWith` ↔ `endsWith`, `toUpperCase` ↔ `toLowerCase`, `some` ↔ `every`, `trimStart` ↔ `trimEnd`, `min` ↔ `max`; \
         calls of `charAt`, `filter`, `reverse`, `slice`, `sort`, `substr`, `substring` and `trim` become their receiver",
    ),
    Rule::text(
        Operator::LoopControl,
        Level::All,
        &["break_statement", "continue_statement"],
        &[("break;", &["continue;"]), ("continue;", &["break;"])],
    ),
];
