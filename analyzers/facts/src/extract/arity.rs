//! How many arguments a call passes, and how many a function takes: this distinguishes overloads.

use crate::language::NodeRef;
use crate::language::parameters::{between_commas, has_default};
use std::ops::{Range, RangeInclusive};

/// The arguments that a function takes.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    /// The allowed number of arguments.
    number: RangeInclusive<usize>,
    /// The labels of the parameters, if labels are part of the name; empty for a parameter without a label.
    labels: Option<Vec<Vec<u8>>>,
}

impl Taken {
    /// The arguments for the parameters in `list` (or in a list inside it); `None` if there is no list.
    pub fn by(list: NodeRef<'_>, source: &[u8], labelled: bool) -> Option<Taken> {
        let (mut least, mut most) = (0, 0_usize);
        let parameters = parts(list)?;
        let labels = || parameters.iter().map(|part| label_of_parameter(&source[part.clone()])).collect();
        let labels = labelled.then(labels);
        for parameter in parameters {
            let text = source[parameter].trim_ascii();
            // C's `(void)`, and Java's explicit receiver parameter.
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
        // With variadic parameters we cannot tell which label an argument has.
        Some(Taken { number: least..=most, labels: labels.filter(|_| most < usize::MAX) })
    }

    /// True if the call passes matching arguments, counting `more` arguments outside of the call.
    pub fn fit(&self, call: NodeRef<'_>, source: &[u8], more: usize) -> bool {
        let number = given(call, source).is_none_or(|given| self.number.contains(&(given + more)));
        number && self.labels.as_ref().is_none_or(|labels| labels_fit(labels, call, source))
    }
}

/// True if the labels of a call appear among those of the parameters in the same order. The other parameters have
/// defaults, or their arguments come after the call.
fn labels_fit(labels: &[Vec<u8>], call: NodeRef<'_>, source: &[u8]) -> bool {
    let mut cursor = call.walk();
    let suffix = call.children(&mut cursor).find(|child| child.kind() == "call_suffix").unwrap_or(call);
    let mut labels = labels.iter();
    let given = parts(suffix).unwrap_or_default();
    given.into_iter().all(|argument| {
        let given = label_of_argument(&source[argument]);
        labels.any(|label| label.as_slice() == given)
    })
}

/// `with` in `with value: Int` and `x` in `x: Int`; nothing in `_ x: Int`.
fn label_of_parameter(text: &[u8]) -> Vec<u8> {
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty() && word[0] != b'@');
    let label = words.next().unwrap_or_default();
    let label = label.split(|byte| *byte == b':').next().unwrap_or(label);
    if label == b"_" { Vec::new() } else { label.trim_ascii().to_vec() }
}

/// `x` in `x: 1`; empty for an argument without a label.
fn label_of_argument(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'`') || *byte >= 0x80;
    let length = text.iter().take_while(|byte| is_part(byte)).count();
    if text[length..].trim_ascii_start().starts_with(b":") { &text[..length] } else { b"" }
}

/// True for a call with a trailing lambda: Kotlin's `f(a) { … }` is a call of the call `f(a)`.
pub(super) fn has_lambda_behind(ancestors: &[NodeRef<'_>], call: NodeRef<'_>) -> bool {
    ancestors.last().is_some_and(|outer| {
        let mut cursor = outer.walk();
        outer.kind() == call.kind()
            && outer.named_child(0) == Some(call)
            && outer.children(&mut cursor).any(|child| child.kind() == "annotated_lambda")
    })
}

/// How many arguments a call passes; `None` if unknown, because some are spread from a list.
fn given(call: NodeRef<'_>, source: &[u8]) -> Option<usize> {
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

/// The parts between the commas of a list in parentheses: of `node` itself, or of its child.
fn parts(node: NodeRef<'_>) -> Option<Vec<Range<usize>>> {
    const LISTS: &[&str] = &["arguments", "argument_list", "value_arguments", "parameters", "parameter_list"];
    let mut cursor = node.walk();
    if let Some(list) = node.children(&mut cursor).find(|child| LISTS.contains(&child.kind())) {
        return between_commas(list);
    }
    between_commas(node)
}
