//! Defines the mutations of a language: rules for kinds of syntax nodes.

use super::OperatorOptions;
use super::seen::Seen;
use crate::mutant::Operator;
use facts::language::Language;
use std::ops::Range;
use tree_sitter::Node;

/// The operators of one language, or of several with one grammar family.
pub(super) struct LanguageOperators {
    /// The languages it applies to.
    pub languages: &'static [Language],
    /// The programs whose operators these follow, for the documentation.
    pub follows: &'static str,
    /// The operators.
    pub rules: &'static [Rule],
    /// True if a node and everything below it is not mutated.
    pub excluded: fn(&Site<'_, '_>) -> bool,
    /// The code that is not mutated, for the documentation.
    pub excludes: &'static str,
    /// Node kinds that precede the code that they describe (Rust's attributes).
    pub attributes: &'static [&'static str],
    /// How descriptions name a function, if it differs from the facts' qualified name.
    pub function_label: Option<FunctionLabel>,
}

/// How functions are named in descriptions.
pub(super) struct FunctionLabel {
    /// The kind of their nodes.
    pub kind: &'static str,
    /// The name of such a node.
    pub name: fn(&Site<'_, '_>) -> String,
}

/// One operator on some kinds of nodes.
pub(super) struct Rule {
    /// Which operator it belongs to.
    pub operator: Operator,
    /// When it is used.
    pub level: Level,
    /// The kinds of nodes it changes.
    pub nodes: &'static [&'static str],
    /// Turns them into mutants.
    pub change: Change,
    /// Sites of a matching kind that it still does not change.
    pub unless: fn(&Site<'_, '_>) -> bool,
    /// What it does, for the documentation; generated from the table if empty.
    pub does: &'static str,
}

/// When an operator is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Unless other operators are requested.
    Default,
    /// Only when all operators, or this one by name, are requested: many of these mutants are equivalent or noisy.
    All,
}

/// A text and its replacements, tried in turn.
pub(super) type Swap = (&'static str, &'static [&'static str]);

/// How a rule derives its proposals from a node.
pub(super) enum Change {
    /// Replaces each unnamed child (operator, keyword) in the table.
    Token(&'static [Swap]),
    /// Replaces the whole node if its text is in the table.
    Text(&'static [Swap]),
    /// Computes the changes from the node.
    Compute(fn(&Site<'_, '_>, &mut Edits)),
}

impl Rule {
    /// A rule that replaces operators by the table.
    pub(super) const fn token(
        operator: Operator,
        level: Level,
        nodes: &'static [&'static str],
        table: &'static [Swap],
    ) -> Rule {
        Rule { operator, level, nodes, change: Change::Token(table), unless: |_| false, does: "" }
    }

    /// A rule that replaces whole nodes by the table.
    pub(super) const fn text(
        operator: Operator,
        level: Level,
        nodes: &'static [&'static str],
        table: &'static [Swap],
    ) -> Rule {
        Rule { operator, level, nodes, change: Change::Text(table), unless: |_| false, does: "" }
    }

    /// A rule that computes its changes.
    pub(super) const fn compute(
        operator: Operator,
        level: Level,
        nodes: &'static [&'static str],
        change: fn(&Site<'_, '_>, &mut Edits),
        does: &'static str,
    ) -> Rule {
        Rule { operator, level, nodes, change: Change::Compute(change), unless: |_| false, does }
    }

    /// The same rule, except for the sites for which `condition` is true.
    pub(super) const fn unless(mut self, condition: fn(&Site<'_, '_>) -> bool) -> Rule {
        self.unless = condition;
        self
    }

    /// Adds its proposals for a site.
    pub(super) fn edits(&self, site: &Site<'_, '_>, edits: &mut Edits) {
        if (self.unless)(site) {
            return;
        }
        match self.change {
            Change::Token(table) => {
                let mut cursor = site.node.walk();
                for child in site.node.children(&mut cursor).filter(|child| !child.is_named()) {
                    for (_, others) in table.iter().filter(|(token, _)| *token == child.kind()) {
                        others.iter().for_each(|other| edits.replace(child, *other));
                    }
                }
            }
            Change::Text(table) => {
                for (_, others) in table.iter().filter(|(text, _)| *text == site.text(site.node)) {
                    others.iter().for_each(|other| edits.replace(site.node, *other));
                }
            }
            Change::Compute(work_out) => work_out(site, edits),
        }
    }
}

/// A node with its context.
pub(super) struct Site<'a, 't> {
    /// The node.
    pub node: Node<'t>,
    /// The nodes around it, outermost first.
    pub ancestors: &'a [Node<'t>],
    /// The attributes directly before it.
    pub attributes: &'a [Node<'t>],
    /// The file.
    pub source: &'a [u8],
    /// The options of the run.
    pub options: &'a OperatorOptions,
    /// Cached properties of other nodes in the file.
    pub seen: &'a Seen,
}

impl<'a, 't> Site<'a, 't> {
    /// The text of a node; empty if it is not UTF-8.
    pub(super) fn text(&self, node: Node<'_>) -> &'a str {
        self.slice(node.byte_range())
    }

    /// The text of a range; empty if it is not UTF-8.
    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.source.get(range).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }

    /// The text of the node itself.
    pub(super) fn own_text(&self) -> &'a str {
        self.text(self.node)
    }

    /// A child by its field.
    pub(super) fn field(&self, name: &str) -> Option<Node<'t>> {
        self.node.child_by_field_name(name)
    }

    /// The parent node.
    pub(super) fn parent(&self) -> Option<Node<'t>> {
        self.ancestors.last().copied()
    }

    /// The kind of the parent node; empty at the root.
    pub(super) fn parent_kind(&self) -> &'static str {
        self.parent().map_or("", |parent| parent.kind())
    }

    /// True if the node is the parent's field with that name.
    pub(super) fn is_field_of_parent(&self, name: &str) -> bool {
        self.parent().and_then(|parent| parent.child_by_field_name(name)) == Some(self.node)
    }

    /// The named children that are not comments.
    pub(super) fn parts(&self) -> Vec<Node<'t>> {
        parts(self.node)
    }
}

/// The named children of a node that are not comments.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !is_comment(*child)).collect()
}

/// True for comments of every grammar used here.
pub(super) fn is_comment(node: Node<'_>) -> bool {
    node.kind().contains("comment")
}

/// A change that a rule proposes.
pub(super) struct Edit {
    /// The replaced bytes.
    pub range: Range<usize>,
    /// What replaces them.
    pub text: String,
    /// How it is described.
    pub words: Words,
}

/// How a change is described.
pub(super) enum Words {
    /// `replace … with … in f`, or `delete … in f`.
    Plain,
    /// These words, then ` in f`.
    Said(String),
    /// These words before the name of the function, those after it.
    Around(String, String),
}

impl Edit {
    /// The length of the replaced text, the new text and the description, in bytes.
    pub(super) fn cost(&self) -> usize {
        let words = match &self.words {
            Words::Plain => 0,
            Words::Said(words) => words.len(),
            Words::Around(before, after) => before.len() + after.len(),
        };
        self.range.len() + self.text.len() + words
    }
}

/// The changes proposed for one site.
pub(super) struct Edits {
    found: Vec<Edit>,
    /// How much more may be proposed in this file, by [`Edit::cost`]; `None` after the limit was exceeded.
    room: Option<usize>,
}

impl Edits {
    /// An empty list with a cost limit.
    pub(super) fn within(room: usize) -> Self {
        Edits { found: Vec::new(), room: Some(room) }
    }

    /// The proposals and the remaining budget; `None` if the limit was exceeded.
    pub(super) fn into_found(self) -> Option<(Vec<Edit>, usize)> {
        Some((self.found, self.room?))
    }

    /// Proposes a change.
    pub(super) fn push(&mut self, edit: Edit) {
        self.room = self.room.and_then(|room| room.checked_sub(edit.cost()));
        if self.room.is_some() {
            self.found.push(edit);
        }
    }

    /// Replaces a node.
    pub(super) fn replace(&mut self, node: Node<'_>, text: impl Into<String>) {
        self.replace_range(node.byte_range(), text);
    }

    /// Replaces a range; with an empty text, deletes it.
    pub(super) fn replace_range(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.push(Edit { range, text: text.into(), words: Words::Plain });
    }

    /// Replaces a range, with a custom description.
    pub(super) fn described(
        &mut self,
        range: Range<usize>,
        text: impl Into<String>,
        words: impl Into<String>,
    ) {
        self.push(Edit { range, text: text.into(), words: Words::Said(words.into()) });
    }
}
