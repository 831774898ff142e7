//! What the patterns of `let`, `match` and parameters bind.

use super::bodies::Writer;
use super::syntax::{Field, Kind, field, kind};
use crate::model::Op;
use tree_sitter::Node;

impl Writer<'_> {
    /// Writes the pattern that a value is matched against: one operation.
    pub fn bind(&mut self, pattern: Node<'_>) {
        let mark = self.mark();
        if self.enter() {
            self.bind_parts(pattern);
            self.leave();
        }
        if self.take_back(&mark) {
            let is_rest = kind(pattern) == Kind::RemainingFieldPattern;
            self.output.op(if is_rest { Op::Rest } else { Op::Skip });
        }
    }

    fn bind_parts(&mut self, pattern: Node<'_>) {
        match kind(pattern) {
            Kind::Identifier | Kind::ShorthandFieldIdentifier => {
                let name = self.text(pattern);
                if !name.starts_with(char::is_uppercase) {
                    let name = self.output.local(name);
                    self.variables.push(name);
                    self.output.op(Op::Bind);
                }
            }
            Kind::TupleStructPattern => self.bind_tuple_struct(pattern),
            Kind::StructPattern => self.bind_struct(pattern),
            Kind::TuplePattern => {
                self.output.op(Op::BindTuple);
                self.bind_places(pattern, None);
            }
            Kind::SlicePattern => self.each(Op::BindSlice, pattern),
            Kind::ScopedIdentifier => {
                self.output.op(Op::BindExpression);
                self.mention(pattern);
            }
            Kind::MatchPattern => self.bind_guarded(pattern),
            Kind::ClosureParameters | Kind::Parameter => self.parameter(pattern),
            Kind::MacroInvocation => {
                self.output.op(Op::BindExpression);
                self.expression(pattern);
            }
            Kind::TypeIdentifier
            | Kind::GenericType
            | Kind::ScopedTypeIdentifier
            | Kind::MutableSpecifier => {}
            _ => self.each(Op::BindEach, pattern),
        }
    }

    /// Writes the parts of a pattern; a single part needs no list.
    fn each(&mut self, op: Op, node: Node<'_>) {
        let mut cursor = node.walk();
        let parts: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        if let ([part], Op::BindEach) = (parts.as_slice(), op) {
            return self.bind(*part);
        }
        self.output.op(op);
        parts.into_iter().for_each(|part| self.bind(part));
        self.output.op(Op::End);
    }

    fn bind_guarded(&mut self, pattern: Node<'_>) {
        let condition = field(pattern, Field::Condition);
        self.output.op(Op::BindEach);
        let mut cursor = pattern.walk();
        for part in pattern.named_children(&mut cursor).filter(|part| Some(*part) != condition) {
            self.bind(part);
        }
        if let Some(condition) = condition {
            self.output.op(Op::BindExpression);
            self.expression(condition);
        }
        self.output.op(Op::End);
    }

    /// Writes the elements of a tuple by position, except for the child that names its type.
    fn bind_places(&mut self, pattern: Node<'_>, name: Option<Node<'_>>) {
        for parts in in_places(pattern, name) {
            self.bind_place(&parts);
        }
        self.output.op(Op::End);
    }

    /// Writes one element; it is empty for `_`.
    pub fn bind_place(&mut self, parts: &[Node<'_>]) {
        match parts {
            [] => self.output.op(Op::Skip),
            [part] => self.bind(*part),
            parts => {
                self.output.op(Op::BindEach);
                parts.iter().for_each(|part| self.bind(*part));
                self.output.op(Op::End);
            }
        }
    }

    fn bind_tuple_struct(&mut self, pattern: Node<'_>) {
        let name = field(pattern, Field::Type);
        self.output.op(Op::BindTupleStruct);
        self.variant(name);
        self.bind_places(pattern, name);
    }

    /// The name of a struct or variant, and its path.
    fn variant(&mut self, name: Option<Node<'_>>) {
        let variant = name.map_or("", |name| self.last_name(name));
        let variant = self.output.name(variant);
        self.output.number(variant);
        match name {
            Some(name) => drop(self.path(name)),
            None => self.output.number(0),
        }
    }

    fn bind_struct(&mut self, pattern: Node<'_>) {
        self.output.op(Op::BindStruct);
        self.variant(field(pattern, Field::Type));
        let mut cursor = pattern.walk();
        for child in pattern.named_children(&mut cursor).filter(|of| kind(*of) == Kind::FieldPattern) {
            let name = field(child, Field::Name);
            let Some(part) = field(child, Field::Pattern).or(name) else { continue };
            let mark = self.mark();
            self.output.op(Op::BindEach);
            let name = self.output.name(name.map_or("", |name| self.text(name)));
            self.output.number(name);
            self.bind(part);
            self.take_back(&mark);
        }
        self.output.op(Op::End);
    }
}

/// The parts between commas, by position: `_` is not a named node, and still has a position.
pub(super) fn in_places<'t>(node: Node<'t>, but: Option<Node<'t>>) -> Vec<Vec<Node<'t>>> {
    let mut cursor = node.walk();
    let mut found = vec![Vec::new()];
    for child in node.children(&mut cursor).filter(|child| !child.is_extra()) {
        match kind(child) {
            Kind::Comma => found.push(Vec::new()),
            _ if child.is_named() && Some(child) != but => {
                if let Some(last) = found.last_mut() {
                    last.push(child);
                }
            }
            _ => {}
        }
    }
    while found.last().is_some_and(Vec::is_empty) {
        found.pop();
    }
    found
}
