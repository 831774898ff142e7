//! Blocks of test frameworks: Jest, Vitest, Mocha, Jasmine, node:test, AVA, tape, uvu, QUnit, Deno, Playwright.

use crate::language::test_rule::title_text;
use crate::language::{NodeRef, Site, TestBlock};
use crate::model::TestMark;

/// What a framework's call runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Called {
    Test,
    Suite,
}

/// The test or suite that a function is, if it is passed to a call like `it("title", …)`: directly, or wrapped in one
/// other call (`it("title", fakeAsync(() => …))`).
pub(in crate::language) fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    match site.node.kind() {
        "function_expression" | "generator_function" | "arrow_function" => {}
        "method_definition" => return described(site),
        _ => return None,
    }
    let given = [(0, site.node), (2, site.ancestor(1)?)];
    let block = given.into_iter().find_map(|(level, argument)| {
        let list = site.ancestor(level).filter(|list| list.kind() == "arguments")?;
        let call = site.ancestor(level + 1).filter(|call| call.kind() == "call_expression")?;
        let called = called(site, call)?;
        let (title, literal) = title(site, call, list, argument)?;
        Some(TestBlock {
            suite: called == Called::Suite,
            title: title_text(site.text(title)),
            mark: if literal { TestMark::Marked } else { TestMark::ByName },
        })
    });
    block.or_else(|| described(site))
}

/// The function `fn` in a test description passed to Deno: `Deno.test({ name: "title", fn() { … } })`.
fn described(site: &Site<'_, '_>) -> Option<TestBlock> {
    let (field, level) = match site.node.kind() {
        "method_definition" => (site.field("name")?, 0),
        _ => (site.ancestor(0).filter(|pair| pair.kind() == "pair")?.child_by_field_name("key")?, 1),
    };
    let object = site.ancestor(level).filter(|object| object.kind() == "object")?;
    let call = site.ancestor(level + 2).filter(|call| call.kind() == "call_expression")?;
    if site.text(field) != b"fn" || !is_of_deno(site, call) || called(site, call) != Some(Called::Test) {
        return None;
    }
    let mut cursor = object.walk();
    let mut pairs = object.named_children(&mut cursor).take(MAX_FIELDS).filter(|pair| pair.kind() == "pair");
    let title = pairs.find_map(|pair| {
        let key = pair.child_by_field_name("key")?;
        pair.child_by_field_name("value").filter(|_| site.text(key) == b"name")
    })?;
    is_text(title).then(|| TestBlock::titled(site, title, false))
}

/// The most fields of a description that are looked at.
const MAX_FIELDS: usize = 16;

fn is_of_deno(site: &Site<'_, '_>, call: NodeRef<'_>) -> bool {
    call.child_by_field_name("function").is_some_and(|callee| site.text(callee).starts_with(b"Deno."))
}

/// The name that a call begins with, and the members that follow it, the last one first: `test`, and `each`, `describe`.
fn members_called<'t>(site: &Site<'_, 't>, call: NodeRef<'t>) -> Option<(NodeRef<'t>, Vec<&'t [u8]>)> {
    let mut members: Vec<&[u8]> = Vec::new();
    let mut callee = call.child_by_field_name("function")?;
    // `test.describe.each(table)` is about the longest form.
    for _ in 0..8 {
        callee = match callee.kind() {
            "member_expression" => {
                members.push(site.text(callee.child_by_field_name("property")?));
                callee.child_by_field_name("object")?
            }
            "call_expression" => callee.child_by_field_name("function")?,
            "identifier" => break,
            _ => return None,
        };
    }
    Some((callee, members))
}

/// What a call runs, according to its callee: a framework's name, with members that change how it is run.
fn called(site: &Site<'_, '_>, call: NodeRef<'_>) -> Option<Called> {
    let (callee, members) = members_called(site, call)?;
    let (first, rest) = match members.split_last() {
        Some((first, rest)) => (*first, rest),
        None => (&b""[..], &[][..]),
    };
    let adverbs = |members: &[&[u8]]| members.iter().all(|member| is_adverb(member));
    match site.text(callee) {
        b"it" | b"test" | b"specify" | b"xit" | b"fit" | b"xtest" | b"xspecify" | b"tape" => match first {
            b"describe" | b"suite" if adverbs(rest) => Some(Called::Suite),
            // node:test's function has all of them as properties.
            b"it" | b"test" if adverbs(rest) => Some(Called::Test),
            b"" => Some(Called::Test),
            _ => adverbs(&members).then_some(Called::Test),
        },
        b"describe" | b"suite" | b"context" | b"xdescribe" | b"fdescribe" | b"xcontext" | b"fcontext" => {
            adverbs(&members).then_some(Called::Suite)
        }
        b"t" | b"tap" | b"QUnit" | b"Deno" if first == b"test" && adverbs(rest) => Some(Called::Test),
        b"QUnit" if first == b"module" && adverbs(rest) => Some(Called::Suite),
        name if adverbs(&members) && is_suite_of_uvu(site, call, name) => Some(Called::Test),
        _ => None,
    }
}

/// True for members that say how a test is run: `it.only`, `test.each`.
fn is_adverb(member: &[u8]) -> bool {
    matches!(
        member,
        b"only"
            | b"skip"
            | b"each"
            | b"for"
            | b"concurrent"
            | b"sequential"
            | b"parallel"
            | b"serial"
            | b"failing"
            | b"fails"
            | b"fail"
            | b"fixme"
            | b"slow"
            | b"todo"
            | b"ignore"
            | b"skipIf"
            | b"runIf"
            | b"extend"
            | b"cb"
    )
}

/// True for `const name = suite("…")` among the first statements of the file: uvu's suites are called with their tests.
fn is_suite_of_uvu(site: &Site<'_, '_>, call: NodeRef<'_>, name: &[u8]) -> bool {
    let title = call.child_by_field_name("arguments").and_then(|list| list.named_child(0));
    let Some(root) = site.ancestors.first().filter(|_| title.is_some_and(is_text)) else { return false };
    let mut cursor = root.walk();
    let mut declared = root
        .named_children(&mut cursor)
        .take(MAX_STATEMENTS)
        .filter(|statement| matches!(statement.kind(), "lexical_declaration" | "variable_declaration"))
        .filter_map(|statement| statement.named_child(0));
    declared.any(|part| {
        let is_name = part.child_by_field_name("name").is_some_and(|node| site.text(node) == name);
        let value =
            part.child_by_field_name("value").filter(|value| is_name && value.kind() == "call_expression");
        let callee = value.and_then(|call| call.child_by_field_name("function"));
        callee.is_some_and(|callee| matches!(site.text(callee), b"suite" | b"uvu.suite"))
    })
}

/// The most statements at the top of a file that are searched for suites.
const MAX_STATEMENTS: usize = 64;

/// The title among the arguments of a call, and whether it is a literal: a string before or after the function, any
/// first argument before the function, or for Deno the function's own name. In `test.skip` and the like the function is
/// a condition and the string after it a reason (Playwright).
fn title<'t>(
    site: &Site<'_, 't>,
    call: NodeRef<'t>,
    arguments: NodeRef<'t>,
    function: NodeRef<'t>,
) -> Option<(NodeRef<'t>, bool)> {
    let mut cursor = arguments.walk();
    let mut others =
        arguments.named_children(&mut cursor).filter(|argument| argument.kind() != "comment").take(4);
    let first = others.next()?;
    if is_text(first) {
        return Some((first, true));
    }
    if first != function {
        // No framework takes another function as the title: `test(() => title, …)`.
        return (!first.kind().contains("function") && !site.text(first).is_empty())
            .then_some((first, false));
    }
    if is_of_deno(site, call) {
        return first.child_by_field_name("name").map(|name| (name, true));
    }
    let plain = call.child_by_field_name("function").is_some_and(|callee| callee.kind() == "identifier");
    others.next().filter(|second| plain && is_text(*second)).map(|second| (second, true))
}

fn is_text(node: NodeRef<'_>) -> bool {
    matches!(node.kind(), "string" | "template_string")
}
