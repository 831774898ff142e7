//! Tests that macros define: GoogleTest, Catch2, doctest, Boost.Test, Criterion, Check and the like.

use crate::language::test_rule::title_text;
use crate::language::{NodeRef, Site, TestBlock};
use crate::model::TestMark;

/// `TEST_F(Fixture, Name) { … }`, which the grammar parses as a function without a type, and `TEST_CASE("title") { …
/// }`, which it parses as a call followed by a block.
pub(in crate::language) fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    let title = match site.node.kind() {
        "function_definition" => title_of_definition(site)?,
        "compound_statement" => title_above(site)?,
        _ => return None,
    };
    Some(TestBlock { suite: false, title, mark: TestMark::Marked })
}

/// True if the grammar sees a function but a macro defines a test, like Check's `START_TEST(name) { … }`.
pub(in crate::language) fn is_test(site: &Site<'_, '_>) -> bool {
    title_of_definition(site).is_some()
}

/// The most preprocessor conditions around a test that are looked through.
const MOST_CONDITIONS: usize = 8;

fn is_condition(node: NodeRef<'_>) -> bool {
    matches!(
        node.kind(),
        "preproc_if" | "preproc_ifdef" | "preproc_else" | "preproc_elif" | "preproc_elifdef"
    )
}

/// True for the block after a macro call that names its test by a string.
pub(in crate::language) fn is_body(site: &Site<'_, '_>) -> bool {
    let level = (0..MOST_CONDITIONS).find(|level| !site.ancestor(*level).is_some_and(is_condition));
    let around = level.and_then(|level| site.ancestor(level)).map_or("", |around| around.kind());
    matches!(around, "translation_unit" | "declaration_list") && title_above(site).is_some()
}

/// Words in macro names for code around tests.
const NO_TESTS: &[&[u8]] =
    &[b"GROUP", b"SUITE", b"INITIALIZE", b"CLEANUP", b"SETUP", b"TEARDOWN", b"TEAR", b"RUNNER"];

/// True for a macro name in capitals that contains the word `TEST`, and for some other names.
fn is_test_macro(name: &[u8]) -> bool {
    let capitals =
        name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let words = || name.split(|byte| *byte == b'_');
    let is_test = words().any(|word| word == b"TEST") && !words().any(|word| NO_TESTS.contains(&word));
    (capitals && is_test && name != b"TEST_CLASS")
        || matches!(name, b"SCENARIO" | b"SCENARIO_METHOD" | b"Test" | b"ParameterizedTest" | b"TheoryTest")
}

fn title_of_definition(site: &Site<'_, '_>) -> Option<String> {
    let type_name = site.field("type").map(|name| site.text(name));
    // C's grammar may read a macro before the function, or the end of the test above, as the type.
    if type_name.is_some_and(|name| !is_test_macro(name)) {
        return None;
    }
    let declarator = site.field("declarator")?;
    if declarator.kind() == "parenthesized_declarator" {
        let name =
            declarator.named_child(0).filter(|name| type_name.is_some() && name.kind() == "identifier");
        return name.map(|name| title_text(site.text(name)));
    }
    let name = declarator.child_by_field_name("declarator").filter(|name| name.kind() == "identifier")?;
    let parameters = declarator.child_by_field_name("parameters")?;
    if !is_test_macro(site.text(name)) {
        return None;
    }
    let inside = site.text(parameters);
    title_of(site.text(name), inside.strip_prefix(b"(").unwrap_or(inside))
}

/// The test name in a macro's arguments, which may continue after its bracket: the first string, or else up to two
/// names.
fn title_of(name: &[u8], arguments: &[u8]) -> Option<String> {
    let end = arguments.iter().position(|byte| matches!(byte, b'"' | b')')).unwrap_or(arguments.len());
    if arguments.get(end) == Some(&b'"') {
        return Some(first_string(&arguments[end + 1..]));
    }
    // A test without a title is known by its macro.
    if arguments[..end].trim_ascii().is_empty() {
        return Some(title_text(name));
    }
    // In Boost, the arguments after the test name are its fixture or data.
    let shown = if name.starts_with(b"BOOST_") { 1 } else { 2 };
    let is_name = |part: &&[u8]| {
        !part.is_empty() && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let parts = arguments[..end].split(|byte| *byte == b',').map(<[u8]>::trim_ascii).take_while(is_name);
    let names: Vec<String> = parts.take(shown).map(title_text).collect();
    (!names.is_empty()).then(|| names.join("."))
}

/// Bytes above a block that are searched for the macro.
const MAX_ABOVE: usize = 600;

/// The test name as a string in the macro right above a block.
fn title_above(site: &Site<'_, '_>) -> Option<String> {
    let end = site.node.start_byte();
    let start = end.saturating_sub(MAX_ABOVE);
    let above = site.source[start..end].trim_ascii_end();
    if !above.ends_with(b")") {
        return None;
    }
    let mut line_end = above.len();
    // The call may span several lines.
    for _ in 0..6 {
        let line_start = above[..line_end].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let call = above[line_start..].trim_ascii_start();
        let name = call.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
        if is_test_macro(&call[..name]) {
            return title_of(&call[..name], call[name..].trim_ascii_start().strip_prefix(b"(")?);
        }
        // Above that, another statement or block ends.
        if above[line_start..line_end].trim_ascii_end().ends_with(b"}") {
            return None;
        }
        line_end = line_start.checked_sub(1)?;
    }
    None
}

/// The text up to the closing quote of a string.
fn first_string(rest: &[u8]) -> String {
    let mut escaped = false;
    let end = rest.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    title_text(&rest[..end.unwrap_or(rest.len())])
}

/// The node of a test's body.
pub(in crate::language) fn body<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    (site.node.kind() == "compound_statement").then_some(site.node)
}
