//! Java, as PIT's default mutators change it.

use super::rule::{Edits, LanguageOperators, Level, Rule, Site, Swap};
use super::seen::joins;
use crate::mutant::Operator;
use facts::language::Language;
use tree_sitter::Node;

pub(super) static OPERATORS: LanguageOperators = LanguageOperators {
    languages: &[Language::Java],
    follows: "the default mutators of PIT, worked out on the source instead of the bytecode",
    rules: RULES,
    excluded,
    excludes: "tests, imports, annotations, types and methods marked `@Generated`, `@DoNotMutate` or `@CoverageIgnore`, sums \
               with a string literal, calls of `super` and `this`",
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
    Rule::token(Operator::EqualityOperator, Level::Default, &["binary_expression"], EQUALITY),
    Rule::token(
        Operator::ArithmeticOperator,
        Level::Default,
        &["binary_expression"],
        &[("+", &["-"]), ("-", &["+"]), ("*", &["/"]), ("/", &["*"]), ("%", &["*"])],
    )
    .unless(joins_strings),
    Rule::token(
        Operator::BitwiseOperator,
        Level::Default,
        &["binary_expression"],
        &[("&", &["|"]), ("|", &["&"]), ("^", &["&"]), ("<<", &[">>"]), (">>", &["<<"]), (">>>", &["<<"])],
    ),
    Rule::token(
        Operator::LogicalOperator,
        Level::Default,
        &["binary_expression"],
        &[("&&", &["||"]), ("||", &["&&"])],
    ),
    Rule::token(
        Operator::AssignmentOperator,
        Level::Default,
        &["assignment_expression"],
        &[
            ("+=", &["-="]),
            ("-=", &["+="]),
            ("*=", &["/="]),
            ("/=", &["*="]),
            ("%=", &["*="]),
            ("&=", &["|="]),
            ("|=", &["&="]),
            ("^=", &["&="]),
            ("<<=", &[">>="]),
            (">>=", &["<<="]),
            (">>>=", &["<<="]),
        ],
    )
    .unless(joins_strings),
    Rule::token(
        Operator::UpdateOperator,
        Level::Default,
        &["update_expression"],
        &[("++", &["--"]), ("--", &["++"])],
    ),
    Rule::token(
        Operator::UnaryOperator,
        Level::Default,
        &["unary_expression"],
        &[("-", &[""]), ("!", &[""])],
    ),
    Rule::compute(
        Operator::Statement,
        Level::Default,
        &["expression_statement"],
        |site, edits| {
            if let [call] = site.parts().as_slice()
                && call.kind() == "method_invocation"
            {
                edits.replace(*call, "");
            }
        },
        "a call used as a statement is removed",
    ),
    Rule::compute(
        Operator::ReturnValue,
        Level::Default,
        &["return_statement"],
        return_value,
        "a returned `boolean` becomes `true` or `false`, a number `0`, a `String` `\"\"`, an `Optional`, `List`, `Set`, `Map` or \
         `Collection` an empty one, any other object `null`",
    ),
    Rule::text(
        Operator::BooleanLiteral,
        Level::All,
        &["true", "false"],
        &[("true", &["false"]), ("false", &["true"])],
    )
    .unless(|site| site.parent_kind() == "return_statement"),
    Rule::compute(
        Operator::ConditionalExpression,
        Level::All,
        &["if_statement"],
        |site, edits| {
            let condition = site.field("condition").and_then(|condition| condition.named_child(0));
            if let Some(condition) = condition {
                edits.replace(condition, "true");
                edits.replace(condition, "false");
            }
        },
        "the condition of an `if` becomes `true` or `false`",
    ),
];

fn excluded(site: &Site<'_, '_>) -> bool {
    match site.node.kind() {
        "import_declaration"
        | "package_declaration"
        | "annotation"
        | "marker_annotation"
        | "dimensions_expr_type"
        | "explicit_constructor_invocation" => true,
        "method_declaration"
        | "class_declaration"
        | "constructor_declaration"
        | "record_declaration"
        | "interface_declaration"
        | "enum_declaration" => is_marked(site),
        _ => false,
    }
}

fn is_marked(site: &Site<'_, '_>) -> bool {
    let mut cursor = site.node.walk();
    let modifiers = site.node.children(&mut cursor).find(|child| child.kind() == "modifiers");
    modifiers.is_some_and(|modifiers| {
        let mut cursor = modifiers.walk();
        modifiers.named_children(&mut cursor).any(|modifier| {
            let name = modifier.child_by_field_name("name").map_or("", |name| site.text(name));
            let name = name.rsplit('.').next().unwrap_or(name);
            matches!(name, "Generated" | "DoNotMutate" | "CoverageIgnore")
        })
    })
}

fn joins_strings(site: &Site<'_, '_>) -> bool {
    joins(site, "binary_expression", |node| {
        let sides = ["left", "right"].map(|side| node.child_by_field_name(side));
        sides.iter().flatten().any(|side| side.kind() == "string_literal")
    })
}

fn return_value(site: &Site<'_, '_>, edits: &mut Edits) {
    let parts = site.parts();
    let [value] = parts.as_slice() else { return };
    let holder = site.ancestors.iter().rev().find(|node| {
        matches!(node.kind(), "method_declaration" | "lambda_expression" | "constructor_declaration")
    });
    // The source does not state the type that a lambda returns.
    let Some(result) = holder.filter(|holder| holder.kind() == "method_declaration") else { return };
    let Some(result) = result.child_by_field_name("type") else { return };
    let original = site.text(*value);
    for replacement in empty_values(site, result).iter().filter(|replacement| **replacement != original) {
        edits.replace(*value, *replacement);
    }
}

fn empty_values(site: &Site<'_, '_>, result: Node<'_>) -> &'static [&'static str] {
    let text = site.text(result);
    let name = text.split('<').next().unwrap_or(text);
    match name.rsplit('.').next().unwrap_or(name) {
        "boolean" | "Boolean" => &["true", "false"],
        "int" | "long" | "short" | "byte" | "float" | "double" | "char" => &["0"],
        "String" => &["\"\""],
        "Optional" => &["java.util.Optional.empty()"],
        "List" | "Collection" if !text.ends_with(']') => &["java.util.Collections.emptyList()"],
        "Set" => &["java.util.Collections.emptySet()"],
        "Map" => &["java.util.Collections.emptyMap()"],
        _ => &["null"],
    }
}
