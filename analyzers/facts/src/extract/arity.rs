//! How many arguments a call gives, and how many a function takes: what tells overloads apart.

use crate::language::NodeRef;
use std::ops::{Range, RangeInclusive};

/// How many arguments fit the parameters in `list` (or in a list that it holds); `None` where no list is found.
pub(super) fn taken(list: NodeRef<'_>, source: &[u8]) -> Option<RangeInclusive<usize>> {
    let (mut least, mut most) = (0, 0_usize);
    for parameter in parts(list)? {
        let text = source[parameter].trim_ascii();
        // C's `(void)`, and the receiver that Java may write out.
        if text == b"void" || text.ends_with(b" this") {
            continue;
        }
        let holds = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
        if holds(b"...") || holds(b"vararg ") || text.starts_with(b"params ") || text.ends_with(b"*") {
            most = usize::MAX;
            continue;
        }
        most = most.saturating_add(1);
        // C#'s extension methods are called on their first parameter.
        if !has_default(text) && !text.starts_with(b"this ") {
            least += 1;
        }
    }
    Some(least..=most)
}

/// How many arguments a call gives; `None` where that cannot be told, because some are spread from a list.
pub(super) fn given(call: NodeRef<'_>, source: &[u8]) -> Option<usize> {
    let mut cursor = call.walk();
    let suffix = call.children(&mut cursor).find(|child| child.kind() == "call_suffix").unwrap_or(call);
    let mut inner = suffix.walk();
    let behind = |kind: &str| {
        matches!(kind, "annotated_lambda" | "lambda_literal" | "do_clause" | "block" | "case_block")
    };
    let trailing = suffix.children(&mut inner).filter(|child| behind(child.kind())).count();
    let listed = match (parts(suffix), trailing) {
        (Some(arguments), _) => arguments,
        (None, 0) => return None,
        // Kotlin's `f(a) { … }` is a call of `f(a)`.
        (None, _) => {
            let called = call.named_child(0).filter(|called| called.kind() == call.kind());
            called.and_then(parts).unwrap_or_default()
        }
    };
    let spread = |argument: &Range<usize>| {
        let text = source[argument.clone()].trim_ascii();
        text.starts_with(b"...") || text.ends_with(b"...") || text.starts_with(b"*") || text.ends_with(b"*")
    };
    (!listed.iter().any(spread)).then(|| listed.len() + trailing)
}

/// What stands between the commas of a list in parentheses: that of `node` itself, or of the child that is one.
fn parts(node: NodeRef<'_>) -> Option<Vec<Range<usize>>> {
    const LISTS: &[&str] = &["arguments", "argument_list", "value_arguments", "parameters", "parameter_list"];
    let mut cursor = node.walk();
    if let Some(list) = node.children(&mut cursor).find(|child| LISTS.contains(&child.kind())) {
        return between_commas(list);
    }
    between_commas(node)
}

fn between_commas(list: NodeRef<'_>) -> Option<Vec<Range<usize>>> {
    let mut cursor = list.walk();
    let mut found = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut inside = false;
    for child in list.children(&mut cursor) {
        match child.kind() {
            "(" if !inside => inside = true,
            ")" if inside && !child.is_named() => break,
            _ if !inside => {}
            "," | ";" => found.extend(current.take()),
            kind if kind.contains("comment") => {}
            _ => {
                let range = child.byte_range();
                let start = current.as_ref().map_or(range.start, |current| current.start);
                current = Some(start..range.end);
            }
        }
    }
    found.extend(current);
    inside.then_some(found)
}

/// True for a parameter with a value of its own (`a = 1`, Elixir's `a \\ 1`).
fn has_default(text: &[u8]) -> bool {
    let is_sign = |byte: Option<&u8>| byte.is_some_and(|byte| b"=<>!".contains(byte));
    let equals = |at: usize| {
        text[at] == b'='
            && !is_sign(text.get(at + 1))
            && !is_sign(at.checked_sub(1).and_then(|at| text.get(at)))
    };
    (0..text.len()).any(equals) || text.windows(2).any(|pair| pair == b"\\\\")
}
