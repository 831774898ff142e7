//! Cached properties of a file's nodes that would take quadratic time if each node computed them again.

use super::rule::Site;
use facts::hash::HashMap;
use std::cell::RefCell;
use tree_sitter::Node;

/// Cached answers by node id.
#[derive(Default)]
pub(super) struct Seen {
    /// Whether a chain of sums contains a string.
    joined: RefCell<HashMap<usize, bool>>,
    /// Whether a node is inside the kind of node that its language's rules ask for.
    within: RefCell<HashMap<usize, bool>>,
}

/// True if the node or a sum on its left (and so on) has a string operand. `has_string` checks one sum.
pub(super) fn joins(site: &Site<'_, '_>, sum: &str, has_string: impl Fn(Node<'_>) -> bool) -> bool {
    let mut joined = site.seen.joined.borrow_mut();
    let mut asked = Vec::new();
    let mut next = Some(site.node);
    let mut answer = false;
    while let Some(node) = next {
        if let Some(known) = joined.get(&node.id()) {
            answer = *known;
            break;
        }
        asked.push(node.id());
        if has_string(node) {
            answer = true;
            break;
        }
        next = node.child_by_field_name("left").filter(|left| left.kind() == sum);
    }
    // The answer for the leftmost checked node holds for all checked ones.
    joined.extend(asked.into_iter().map(|node| (node, answer)));
    answer
}

/// The decision of `decide` for the innermost enclosing node that it decides about; false if there is none.
pub(super) fn is_within(site: &Site<'_, '_>, decide: impl Fn(Node<'_>) -> Option<bool>) -> bool {
    let mut within = site.seen.within.borrow_mut();
    let mut asked = Vec::new();
    let mut answer = false;
    for node in site.ancestors.iter().rev() {
        if let Some(known) = within.get(&node.id()) {
            answer = *known;
            break;
        }
        asked.push(node.id());
        if let Some(decided) = decide(*node) {
            answer = decided;
            break;
        }
    }
    within.extend(asked.into_iter().map(|node| (node, answer)));
    answer
}
