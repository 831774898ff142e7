//! Python.

mod docstring;
mod gaps;

use super::grammar::{DocRule, FunctionRule, Grammar, Kinds, NodeRef, Site, VisibilityRule};
use super::lexical;
use super::parameters;
use super::registry::{LanguageSpec, Syntax};
use super::test_rule::{TestRule, last_part, named_if};
use crate::model::{DefinitionKind as D, TestMark, Visibility};

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "Python",
    id: "python",
    extensions: &["py", "pyi", "pyw"],
    file_names: &["SConstruct", "SConscript", "wscript"],
    interpreters: &["python", "pypy"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_python::LANGUAGE.into(),
    gaps: gaps::gaps,
    lexical: &lexical::HASH,
    functions: &["function_definition"],
    lambdas: &["lambda"],
    scopes: &[("class_definition", D::Class)],
    definitions: &[("batuta:constant", D::Constant)],
    dynamic: &["assignment", "augmented_assignment"],
    classify: |site| match site.field("left").map(|left| site.text(left)) {
        Some(b"__all__") => "batuta:exports",
        Some(_) if site.node.kind() == "assignment" && is_module_constant(site) => "batuta:constant",
        _ => "",
    },
    ifs: &["if_statement"],
    else_ifs: &["elif_clause"],
    elses: &["else_clause"],
    else_if_by_nesting: false,
    loops: &["for_statement", "while_statement"],
    comprehension_loops: &["for_in_clause"],
    comprehension_ifs: &["if_clause"],
    switches: &["match_statement"],
    cases: &["case_clause"],
    is_default_case,
    catches: &["except_clause"],
    ternaries: &["conditional_expression"],
    binaries: &["boolean_operator", "comparison_operator"],
    logical_operators: &["and", "or"],
    exits: &["return_statement", "raise_statement"],
    docs: DocRule { openings: &[], not_openings: &[], inner_openings: &[], docstrings: true, plain: true },
    strings: &["string_start", "string_content", "string_end"],
    attributes: &["decorator"],
    calls: &["call"],
    imports: &["import_statement", "import_from_statement", "future_import_statement"],
    never_on_load,
    naming_strings: &["batuta:exports", "type"],
    bases: &["argument_list"],
    assignments: &["assignment", "augmented_assignment", "named_expression"],
    statements: &[
        "expression_statement",
        "return_statement",
        "raise_statement",
        "if_statement",
        "for_statement",
        "while_statement",
        "try_statement",
        "with_statement",
        "match_statement",
        "function_definition",
        "class_definition",
        "import_statement",
        "import_from_statement",
        "future_import_statement",
        "assert_statement",
        "pass_statement",
        "break_statement",
        "continue_statement",
        "delete_statement",
        "global_statement",
        "nonlocal_statement",
        "exec_statement",
        "print_statement",
        "type_alias_statement",
    ],
    function: FunctionRule {
        name: |site| site.field("name").or_else(|| site.field("left")),
        count: |parameters, _| {
            let mut cursor = parameters.walk();
            // The bare `*` and `/` separate parameters, but are not parameters.
            let counted =
                |kind: &str| !matches!(kind, "comment" | "keyword_separator" | "positional_separator");
            parameters.named_children(&mut cursor).filter(|child| counted(child.kind())).count()
        },
        positional: Some(parameters::of_python),
        decorators: true,
        doc: docstring::of,
        ..FunctionRule::BY_FIELDS
    },
    tests: TestRule {
        mark,
        file_names: &["test_*", "*_test"],
        weak_file_names: &["test*", "*_tests"],
        frameworks: FRAMEWORKS,
        sure_file_names: &["conftest"],
        ..TestRule::EMPTY
    },
    visibility: VisibilityRule::By(visibility),
    ..Grammar::EMPTY
};

/// Imports of test modules.
const FRAMEWORKS: Kinds = &[
    "pytest",
    "_pytest",
    "unittest",
    "unittest2",
    "django.test",
    "rest_framework.test",
    "nose",
    "testtools",
    "testfixtures",
    "hypothesis",
    "twisted.trial",
    "absl.testing",
    "numpy.testing",
    "asynctest",
    "aiounittest",
];

/// A last `case` that matches everything: PEP 634 calls this pattern irrefutable.
fn is_default_case(site: &Site<'_, '_>) -> bool {
    let sequence = site.child_of_kind(",").is_some();
    site.field("guard").is_none()
        && !sequence
        && site.child_of_kind("case_pattern").is_some_and(is_irrefutable)
}

/// `_`, a name, or `pattern as name`, `(pattern)` or `… | pattern` with an irrefutable pattern.
fn is_irrefutable(pattern: NodeRef<'_>) -> bool {
    let mut node = pattern;
    for _ in 0..MAX_PATTERN_DEPTH {
        let inner = match node.kind() {
            "_" => return true,
            "dotted_name" => return node.child_count() == 1,
            "union_pattern" => node.child(node.child_count().saturating_sub(1) as u32),
            // A comma would make it a sequence.
            "tuple_pattern" if node.child_count() == 3 => node.child(1),
            "case_pattern" | "as_pattern" => node.child(0),
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return false,
        }
    }
    false
}

/// The deepest nested patterns that are looked into.
const MAX_PATTERN_DEPTH: usize = 16;

/// The branch for `__name__ == "__main__"` (also as a `case`), or for type checkers alone.
fn never_on_load(branching: NodeRef<'_>, part: NodeRef<'_>, source: &[u8]) -> bool {
    match branching.kind() {
        "if_statement" | "elif_clause" => {}
        "case_clause" => return is_case_of_main(branching, source),
        _ => return false,
    }
    let condition = branching.child_by_field_name("condition");
    let holds = condition.and_then(|condition| on_load(condition, source, MAX_CONDITION_DEPTH));
    match branching.child_by_field_name("consequence") {
        Some(consequence) if consequence == part => holds == Some(false),
        _ => holds == Some(true) && matches!(part.kind(), "elif_clause" | "else_clause"),
    }
}

/// The value of a condition while the file is imported, if its text alone decides. Conditions nested deeper than
/// `depth` are not looked at.
fn on_load(condition: NodeRef<'_>, source: &[u8], depth: usize) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    let part = |field| condition.child_by_field_name(field).and_then(|part| on_load(part, source, depth));
    match condition.kind() {
        "parenthesized_expression" => {
            let mut cursor = condition.walk();
            let inside = condition.named_children(&mut cursor).find(|child| child.kind() != "comment");
            inside.and_then(|inside| on_load(inside, source, depth))
        }
        "not_operator" => part("argument").map(|holds| !holds),
        "boolean_operator" => {
            // One side alone may decide: a false one for `and`, a true one for `or`.
            let alone = condition.child_by_field_name("operator")?.kind() == "or";
            match (part("left"), part("right")) {
                (Some(left), _) if left == alone => Some(alone),
                (_, Some(right)) if right == alone => Some(alone),
                (Some(_), Some(_)) => Some(!alone),
                _ => None,
            }
        }
        "comparison_operator" => compared_on_load(condition, source),
        _ => match &source[condition.byte_range()] {
            b"False" | b"0" | b"TYPE_CHECKING" => Some(false),
            b"True" | b"1" => Some(true),
            name if name.ends_with(b".TYPE_CHECKING") => Some(false),
            _ => None,
        },
    }
}

/// `case "__main__":` in a `match __name__:`.
fn is_case_of_main(case: NodeRef<'_>, source: &[u8]) -> bool {
    let mut cursor = case.walk();
    let pattern = case.named_children(&mut cursor).find(|child| child.kind() == "case_pattern");
    // Few cases have this pattern, so the search for the parent is rare.
    let is_main = pattern.is_some_and(|pattern| is_name_of_main(&source[pattern.byte_range()]));
    let matching = if is_main { case.parent().and_then(|block| block.parent()) } else { None };
    let subject = matching.and_then(|matching| matching.child_by_field_name("subject"));
    subject.is_some_and(|subject| source[subject.byte_range()] == *b"__name__")
}

fn is_name_of_main(text: &[u8]) -> bool {
    text == b"\"__main__\"" || text == b"'__main__'"
}

/// True for a tuple, list or set that holds nothing but `"__main__"`.
fn holds_only_main(collection: NodeRef<'_>, source: &[u8]) -> bool {
    let mut cursor = collection.walk();
    let mut items =
        collection.named_children(&mut cursor).filter(|child| child.kind() != "comment").peekable();
    matches!(collection.kind(), "tuple" | "list" | "set")
        && collection.named_child_count() <= MAX_ITEMS
        && items.peek().is_some()
        && items.all(|item| is_name_of_main(&source[item.byte_range()]))
}

/// `__name__ == "__main__"`, in either order, and `__name__ in ("__main__",)`: no file has that name while it is
/// imported.
fn compared_on_load(comparison: NodeRef<'_>, source: &[u8]) -> Option<bool> {
    if comparison.child_count() != 3 {
        return None;
    }
    let part = |number| comparison.child(number).map(|part| &source[part.byte_range()]);
    let (left, right) = (part(0)?, part(2)?);
    let of_name =
        (left == b"__name__" && is_name_of_main(right)) || (is_name_of_main(left) && right == b"__name__");
    let among =
        || left == b"__name__" && comparison.child(2).is_some_and(|list| holds_only_main(list, source));
    match comparison.child(1)?.kind() {
        "==" if of_name => Some(false),
        "!=" if of_name => Some(true),
        "in" if among() => Some(false),
        "not in" if among() => Some(true),
        _ => None,
    }
}

/// The longest collection of names that is looked at.
const MAX_ITEMS: usize = 8;

/// The deepest nested conditions that are looked into.
const MAX_CONDITION_DEPTH: usize = 8;

/// `NAME = …` at the top of a module.
fn is_module_constant(site: &Site<'_, '_>) -> bool {
    let top = site.parent_kind() == "expression_statement"
        && site.ancestor(1).is_some_and(|n| n.kind() == "module");
    let constant =
        |name: &[u8]| name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_');
    top && site.field("left").is_some_and(|left| left.kind() == "identifier" && constant(site.text(left)))
}

/// What pytest and unittest collect: module functions and methods named `test…`, except fixtures. Tests of a unittest
/// test case count wherever they are. Another class contains tests if its own name or the name of a base mentions
/// tests, unless pytest skips it.
fn mark(site: &Site<'_, '_>, name: &str) -> TestMark {
    let fixture = |attribute: &NodeRef<'_>| {
        let text = site.text(*attribute);
        let name = text.split(|byte| *byte == b'(').next().unwrap_or(text).trim_ascii();
        last_part(name.strip_prefix(b"@").unwrap_or(name)) == b"fixture"
    };
    if site.node.kind() != "function_definition"
        || !name.starts_with("test")
        || site.attributes.iter().any(fixture)
        || site.ancestors.iter().any(|ancestor| ancestor.kind() == "function_definition")
    {
        return TestMark::None;
    }
    let Some(class) = site.ancestors.iter().rev().find(|ancestor| ancestor.kind() == "class_definition")
    else {
        return named_if(!returns_value(site.node));
    };
    let bases = class.child_by_field_name("superclasses").map_or(&b"()"[..], |bases| site.text(bases));
    let is_case = |base: &[u8]| base.trim_ascii().ends_with(b"TestCase");
    if bases.strip_suffix(b")").unwrap_or(bases).split(|byte| matches!(byte, b',' | b'(')).any(is_case) {
        return TestMark::Marked;
    }
    let class_name = class.child_by_field_name("name").map_or(&b""[..], |name| site.text(name));
    let of_tests = |text: &[u8]| text.windows(4).any(|word| matches!(word, b"Test" | b"Case"));
    let collected = (of_tests(class_name) || of_tests(bases)) && !is_passed_over(site, *class);
    named_if(collected && !returns_value(site.node))
}

/// The most nodes of a function that are searched for a returned value.
const MAX_NODES: usize = 1 << 12;

/// True for a function that returns a value (`def test_odd(value): return value % 2 == 1`): nothing uses the return
/// value of a test, and pytest warns about it.
fn returns_value(function: NodeRef<'_>) -> bool {
    let Some(body) = function.child_by_field_name("body") else { return false };
    let mut cursor = body.walk();
    for _ in 0..MAX_NODES {
        let node = cursor.node();
        if node.kind() == "return_statement" {
            let value = node.named_child(0).filter(|value| value.kind() != "comment");
            if value.is_some_and(|value| value.kind() != "none") {
                return true;
            }
        }
        let inner = matches!(node.kind(), "function_definition" | "class_definition" | "lambda");
        if !inner && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() || cursor.node() == body {
                return false;
            }
        }
    }
    false
}

/// True for a class with its own constructor, or with `__test__ = False`: pytest collects nothing in it.
fn is_passed_over(site: &Site<'_, '_>, class: NodeRef<'_>) -> bool {
    let Some(body) = class.child_by_field_name("body") else { return false };
    let mut cursor = body.walk();
    body.named_children(&mut cursor).take(MAX_MEMBERS).any(|member| match member.kind() {
        "function_definition" => {
            let name = member.child_by_field_name("name").map(|name| site.text(name));
            matches!(name, Some(b"__init__" | b"__new__"))
        }
        "expression_statement" => member.named_child(0).is_some_and(|assignment| {
            let part = |field| assignment.child_by_field_name(field).map(|part| site.text(part));
            part("left") == Some(b"__test__") && part("right") == Some(b"False")
        }),
        _ => false,
    })
}

/// The most members at the beginning of a class that are looked at.
const MAX_MEMBERS: usize = 64;

/// PEP 8: a leading underscore means private; `__init__` and the like are public. Anything inside a function is
/// private.
fn visibility(site: &Site<'_, '_>, name: &str) -> Visibility {
    let nested = site.ancestors.iter().any(|ancestor| ancestor.kind() == "function_definition");
    if nested || (name.starts_with('_') && !name.ends_with("__")) {
        Visibility::Private
    } else {
        Visibility::Public
    }
}
