//! Cached properties of a file's nodes that would take quadratic time if each node computed them again.

use super::rule::Site;
use facts::hash::HashMap;
use std::cell::RefCell;
use tree_sitter::Node;

/// Answers by the numbers of nodes.
#[derive(Default)]
pub(super) struct Seen {
    /// Whether a chain of sums has a string in it.
    joined: RefCell<HashMap<usize, bool>>,
    /// Whether a node is within what its language's rules ask for.
    within: RefCell<HashMap<usize, bool>>,
}

/// True if the node or a sum on its left, and so on, has a string next to its operator. `has_string` looks at one of them.
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
    // What is on the left of those that were asked decides about all of them.
    joined.extend(asked.into_iter().map(|node| (node, answer)));
    answer
}

/// What the innermost node around the site about which `decide` says something says; false if none does.
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
