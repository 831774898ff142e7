//! Python, as mutmut and cosmic-ray mutate it.

mod calls;
mod literals;
mod scope;

use super::rule::{Edits, LanguageOperators, Level, Rule, Site, Swap};
use crate::mutant::Operator;
use facts::language::Language;

pub(super) static OPERATORS: LanguageOperators = LanguageOperators {
    languages: &[Language::Python],
    follows: "mutmut, and cosmic-ray where it goes further",
    rules: RULES,
    excluded: scope::excluded,
    excludes: "tests, docstrings and strings in triple quotes, annotations, imports, `__all__`, decorators (but for their \
               removal), calls of `len` and `isinstance`, default arguments besides names, numbers and strings, code under \
               `if TYPE_CHECKING` and the condition of `if __name__ == \"__main__\"`",
    attributes: &[],
    function_label: None,
};

const COMPARISONS: &[Swap] = &[
    ("<", &["<="]),
    ("<=", &["<"]),
    (">", &[">="]),
    (">=", &[">"]),
    ("==", &["!="]),
    ("!=", &["=="]),
    ("is", &["is not"]),
    ("is not", &["is"]),
    ("in", &["not in"]),
    ("not in", &["in"]),
];

/// The additional operators of cosmic-ray.
const MORE_COMPARISONS: &[Swap] = &[
    ("<", &["==", "!=", ">", ">="]),
    ("<=", &["==", "!=", ">", ">="]),
    (">", &["==", "!=", "<", "<="]),
    (">=", &["==", "!=", "<", "<="]),
    ("==", &["<", "<=", ">", ">="]),
    ("!=", &["<", "<=", ">", ">="]),
];

const ARITHMETIC: &[Swap] = &[
    ("+", &["-"]),
    ("-", &["+"]),
    ("*", &["/"]),
    ("/", &["*"]),
    ("//", &["/"]),
    ("%", &["/"]),
    ("**", &["*"]),
];

const BITWISE: &[Swap] = &[("<<", &[">>"]), (">>", &["<<"]), ("&", &["|"]), ("|", &["&"]), ("^", &["&"])];

const ASSIGNMENTS: &[Swap] = &[
    ("+=", &["-=", "="]),
    ("-=", &["+=", "="]),
    ("*=", &["/=", "="]),
    ("/=", &["*=", "="]),
    ("//=", &["/=", "="]),
    ("%=", &["/=", "="]),
    ("**=", &["*=", "="]),
    ("<<=", &[">>=", "="]),
    (">>=", &["<<=", "="]),
    ("&=", &["|=", "="]),
    ("|=", &["&=", "="]),
    ("^=", &["&=", "="]),
    ("@=", &["="]),
];

static RULES: &[Rule] = &[
    Rule::token(Operator::EqualityOperator, Level::Default, &["comparison_operator"], COMPARISONS),
    Rule::token(Operator::EqualityOperator, Level::All, &["comparison_operator"], MORE_COMPARISONS),
    Rule::token(
        Operator::LogicalOperator,
        Level::Default,
        &["boolean_operator"],
        &[("and", &["or"]), ("or", &["and"])],
    ),
    Rule::token(Operator::ArithmeticOperator, Level::Default, &["binary_operator"], ARITHMETIC),
    Rule::token(Operator::BitwiseOperator, Level::Default, &["binary_operator"], BITWISE),
    Rule::token(Operator::AssignmentOperator, Level::Default, &["augmented_assignment"], ASSIGNMENTS),
    Rule::token(
        Operator::UnaryOperator,
        Level::Default,
        &["unary_operator", "not_operator"],
        &[("-", &["+"]), ("+", &["-"]), ("~", &[""]), ("not", &[""])],
    ),
    Rule::text(
        Operator::BooleanLiteral,
        Level::Default,
        &["true", "false"],
        &[("True", &["False"]), ("False", &["True"])],
    ),
    Rule::compute(
        Operator::NumberLiteral,
        Level::Default,
        &["integer", "float"],
        |site, edits| literals::number(site, 1).into_iter().for_each(|edit| edits.push(edit)),
        "`n` → `n + 1`",
    ),
    Rule::compute(
        Operator::NumberLiteral,
        Level::All,
        &["integer", "float"],
        |site, edits| literals::number(site, -1).into_iter().for_each(|edit| edits.push(edit)),
        "`n` → `n - 1`",
    ),
    Rule::compute(
        Operator::StringLiteral,
        Level::Default,
        &["string"],
        literals::marked_string,
        "`\"text\"` → `\"XXtextXX\"`",
    ),
    Rule::compute(
        Operator::StringLiteral,
        Level::All,
        &["string"],
        literals::recased_string,
        "`\"Text\"` → `\"text\"` and `\"TEXT\"`",
    ),
    Rule::compute(
        Operator::AssignedValue,
        Level::Default,
        &["assignment"],
        assigned_value,
        "`a = b` → `a = None`, `a = None` → `a = \"\"`",
    ),
    Rule::compute(
        Operator::ReturnValue,
        Level::Default,
        &["return_statement"],
        return_value,
        "`return x` → `return None`",
    ),
    Rule::text(
        Operator::LoopControl,
        Level::Default,
        &["break_statement", "continue_statement"],
        &[("break", &["return"]), ("continue", &["break"])],
    ),
    Rule::text(Operator::LoopControl, Level::All, &["break_statement"], &[("break", &["continue"])]),
    Rule::compute(
        Operator::ArrowFunction,
        Level::Default,
        &["lambda"],
        lambda,
        "the value of a `lambda` becomes `None`, `None` becomes `0`",
    ),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::Default,
        &["conditional_expression"],
        ternary,
        "`a if c else b` → `a if (c) and False else b` and `a if (c) or True else b`",
    ),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::All,
        &["if_statement", "elif_clause", "while_statement", "assert_statement"],
        negated_condition,
        "`if c` → `if not (c)`; so with `elif`, `while` and `assert`",
    ),
    Rule::compute(
        Operator::MatchArm,
        Level::Default,
        &["match_statement"],
        match_arms,
        "a `case` is removed where another remains",
    ),
    Rule::compute(
        Operator::Argument,
        Level::All,
        &["call"],
        calls::arguments,
        "an argument becomes `None`, or is removed where another remains",
    ),
    Rule::compute(
        Operator::MethodExpression,
        Level::All,
        &["call"],
        calls::methods,
        "`lower` ↔ `upper`, `lstrip` ↔ `rstrip`, `find` ↔ `rfind`, `split` ↔ `rsplit` and other methods of strings that have \
         a counterpart; `deepcopy` → `copy`",
    ),
    Rule::compute(
        Operator::Decorator,
        Level::All,
        &["decorated_definition"],
        decorators,
        "a decorator is removed",
    ),
    Rule::compute(
        Operator::EmptyLoop,
        Level::All,
        &["for_statement"],
        |site, edits| {
            if let Some(values) = site.field("right") {
                edits.replace(values, "[]");
            }
        },
        "`for x in y` → `for x in []`",
    ),
];

fn assigned_value(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(value) = site.field("right") else { return };
    match value.kind() {
        // `a = b = c`: the inner assignment holds the value.
        "assignment" | "augmented_assignment" => {}
        "none" => edits.replace(value, "\"\""),
        _ => edits.replace(value, "None"),
    }
}

fn return_value(site: &Site<'_, '_>, edits: &mut Edits) {
    if let Some(value) = site.parts().first().filter(|value| value.kind() != "none") {
        let last = site.parts().last().copied().unwrap_or(*value);
        edits.replace_range(value.start_byte()..last.end_byte(), "None");
    }
}

fn lambda(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(body) = site.field("body") else { return };
    edits.replace(body, if body.kind() == "none" { "0" } else { "None" });
}

fn ternary(site: &Site<'_, '_>, edits: &mut Edits) {
    let parts = site.parts();
    let [_, condition, _] = parts.as_slice() else { return };
    let text = site.text(*condition);
    edits.replace(*condition, format!("({text}) and False"));
    edits.replace(*condition, format!("({text}) or True"));
}

fn negated_condition(site: &Site<'_, '_>, edits: &mut Edits) {
    let condition = site.field("condition").or_else(|| site.parts().first().copied());
    if let Some(condition) = condition
        && !site.text(condition).is_empty()
    {
        edits.replace(condition, format!("not ({})", site.text(condition)));
    }
}

fn match_arms(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(body) = site.field("body") else { return };
    let cases: Vec<_> =
        super::rule::parts(body).into_iter().filter(|child| child.kind() == "case_clause").collect();
    if cases.len() < 2 {
        return;
    }
    for case in cases {
        let head = case
            .child_by_field_name("consequence")
            .map_or("", |body| site.slice(case.start_byte()..body.start_byte()));
        let head = super::engine::shown(head.trim().trim_end_matches(':'));
        edits.described(case.byte_range(), "", format!("delete {head}"));
    }
}

fn decorators(site: &Site<'_, '_>, edits: &mut Edits) {
    let parts = site.parts();
    for (decorator, next) in parts.iter().zip(parts.iter().skip(1)) {
        if decorator.kind() == "decorator" {
            let words = format!("delete {}", super::engine::shown(site.text(*decorator)));
            edits.described(decorator.start_byte()..next.start_byte(), "", words);
        }
    }
}
