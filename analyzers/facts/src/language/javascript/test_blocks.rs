//! Blocks of test frameworks: Jest, Vitest, Mocha, Jasmine, node:test, AVA, tape, QUnit, Deno, Playwright.

use crate::language::test_rule::title_text;
use crate::language::{NodeRef, Site, TestBlock};
use crate::model::TestMark;

/// What a call of a framework runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Called {
    Test,
    Suite,
}

/// The test or suite that a function is, which is given to a call as `it("title", …)`: by itself, or wrapped in one other
/// call (`it("title", fakeAsync(() => …))`).
pub(in crate::language) fn block(site: &Site<'_, '_>) -> Option<TestBlock> {
    if !matches!(site.node.kind(), "function_expression" | "generator_function" | "arrow_function") {
        return None;
    }
    let given = [(0, site.node), (2, site.ancestor(1)?)];
    given.into_iter().find_map(|(level, argument)| {
        let list = site.ancestor(level).filter(|list| list.kind() == "arguments")?;
        let call = site.ancestor(level + 1).filter(|call| call.kind() == "call_expression")?;
        let called = called(site, call)?;
        let (title, literal) = title(site, list, argument)?;
        Some(TestBlock {
            suite: called == Called::Suite,
            title: title_text(site.text(title)),
            mark: if literal { TestMark::Marked } else { TestMark::ByName },
        })
    })
}

/// What a call runs, by what it calls: a name of a framework, and members of it that change how it is run.
fn called(site: &Site<'_, '_>, call: NodeRef<'_>) -> Option<Called> {
    let mut members: Vec<&[u8]> = Vec::new();
    let mut callee = call.child_by_field_name("function")?;
    // `test.describe.each(table)` is as long as they get.
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
    let (first, rest) = match members.split_last() {
        Some((first, rest)) => (*first, rest),
        None => (&b""[..], &[][..]),
    };
    let adverbs = |members: &[&[u8]]| members.iter().all(|member| is_adverb(member));
    match site.text(callee) {
        b"it" | b"test" | b"specify" | b"xit" | b"fit" | b"xtest" | b"xspecify" => match first {
            b"describe" | b"suite" if adverbs(rest) => Some(Called::Suite),
            b"" => Some(Called::Test),
            _ => adverbs(&members).then_some(Called::Test),
        },
        b"describe" | b"suite" | b"context" | b"xdescribe" | b"fdescribe" | b"xcontext" | b"fcontext" => {
            adverbs(&members).then_some(Called::Suite)
        }
        b"t" | b"tap" | b"QUnit" | b"Deno" if first == b"test" && adverbs(rest) => Some(Called::Test),
        b"QUnit" if first == b"module" && adverbs(rest) => Some(Called::Suite),
        _ => None,
    }
}

/// How a test is run, not what: `it.only`, `test.each`.
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

/// The title among the arguments of a call, and whether it is a literal: a string before or after the function, or whatever
/// stands first, before it.
fn title<'t>(
    site: &Site<'_, 't>,
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
        // A function before the one in question: `test(() => title, …)` is no framework's way.
        return (!first.kind().contains("function") && !site.text(first).is_empty())
            .then_some((first, false));
    }
    others.next().filter(|second| is_text(*second)).map(|second| (second, true))
}

fn is_text(node: NodeRef<'_>) -> bool {
    matches!(node.kind(), "string" | "template_string")
}
