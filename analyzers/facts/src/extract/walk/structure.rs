//! Control structures: decisions and nesting.

use super::{Frame, Walk};
use crate::extract::kinds::{KindInfo, Role, Text, flag};
use crate::language::NodeRef;
use crate::model::Decisions;

impl<'t> Walk<'t> {
    /// True if a child like this one is one level deeper than its `parent`.
    pub(super) fn deepens(&self, parent: &Frame, info: &KindInfo, field: Option<u16>) -> bool {
        match parent.role {
            Role::If | Role::ElseIf => {
                let same_level = matches!(info.role, Role::Else | Role::ElseIf)
                    || (field.is_some() && field == self.table.condition_field)
                    || (parent.after_else && self.continues_else(info));
                !same_level
            }
            Role::Else => !self.continues_else(info),
            // An `else` belongs to its loop or selection and is at the same level.
            Role::Loop | Role::Switch => info.role != Role::Else,
            Role::Catch | Role::Ternary | Role::Lambda => true,
            Role::Function => {
                let outer =
                    self.complexity.open.len().checked_sub(2).and_then(|i| self.complexity.open.get(i));
                parent.function && outer.is_some_and(|outer| !outer.decorator)
            }
            _ => parent.after_else && !self.continues_else(info),
        }
    }

    /// True for the `if` of an `else if`, or a node that wraps it.
    fn continues_else(&self, info: &KindInfo) -> bool {
        self.grammar.else_if_by_nesting && (info.role == Role::If || info.has(flag::ELSE_WRAPPER))
    }

    pub(super) fn is_logical(&self, node: NodeRef<'t>) -> bool {
        let by_field = self.table.operator_field.and_then(|field| node.child_by_field_id(field));
        let operator = by_field.or_else(|| node.child(1));
        let is_operator = |token: NodeRef<'_>| {
            let info = self.table.info(token.kind_id());
            let named =
                || self.table.info_of_sign(&self.source[token.byte_range()]).has(flag::LOGICAL_OPERATOR);
            info.has(flag::LOGICAL_OPERATOR) || (info.text == Text::Operator && named())
        };
        operator.is_some_and(|token| is_operator(token) || token.child(0).is_some_and(is_operator))
    }

    pub(super) fn mark_label(&mut self, info: &KindInfo) {
        if info.has(flag::LABEL) && self.frames.last().is_some_and(|parent| parent.role == Role::Jump) {
            self.complexity.flat();
        }
    }

    pub(super) fn role(&mut self, node: NodeRef<'t>, info: &KindInfo, frame: &mut Frame) {
        let nesting = frame.nesting;
        match info.role {
            Role::None | Role::Lambda | Role::Jump => {}
            Role::Function => self.function(node, frame),
            Role::Scope | Role::NameScope | Role::Definition => self.named(node, info, frame),
            Role::If => self.if_statement(nesting, frame.closures),
            Role::ElseIf => {
                self.count(|decisions| &mut decisions.ifs);
                self.complexity.flat();
            }
            Role::Else => self.else_branch(frame),
            Role::Loop | Role::Catch | Role::Ternary => {
                self.count(counter(info.role));
                self.complexity.structural(nesting, frame.closures);
            }
            Role::ComprehensionLoop | Role::ComprehensionIf | Role::Guard => self.count(counter(info.role)),
            Role::Goto => self.complexity.flat(),
            Role::Switch => {
                self.count(|decisions| &mut decisions.switches);
                self.complexity.structural(nesting, frame.closures);
                self.complexity.selections.push(false);
            }
            Role::Case => self.case(node),
            Role::DefaultCase => self.complexity.default_branch(),
            Role::Binary => self.binary(node, frame),
        }
    }

    fn case(&mut self, node: NodeRef<'t>) {
        if (self.grammar.is_default_case)(&self.site(node)) {
            self.complexity.default_branch();
        } else {
            self.complexity.branch(self.grammar.exhaustive_switch);
        }
    }

    /// A logical operation that is not part of a sequence yet opens one.
    fn binary(&mut self, node: NodeRef<'t>, frame: &mut Frame) {
        if frame.sequence.is_none() && self.is_logical(node) {
            frame.sequence = Some(self.complexity.open_sequence());
            self.open_sequences += 1;
        }
    }

    pub(super) fn count(&mut self, counter: fn(&mut Decisions) -> &mut u16) {
        let counter = counter(self.complexity.decisions());
        *counter = counter.saturating_add(1);
    }

    fn if_statement(&mut self, nesting: u32, closures: u32) {
        self.count(|decisions| &mut decisions.ifs);
        let after_else = self.frames.last().is_some_and(|parent| {
            parent.role == Role::Else && self.grammar.else_if_by_nesting || parent.after_else
        });
        if !after_else {
            self.complexity.structural(nesting, closures);
        }
    }

    /// An `else` clause: an increment after `if` and loops, the default branch of a selection. After `try` it does not
    /// count, and its content is at the level of the `try`.
    fn else_branch(&mut self, frame: &mut Frame) {
        match self.frames.last().map(|parent| parent.role) {
            Some(Role::If | Role::ElseIf | Role::Loop) => {
                self.complexity.condition();
                self.complexity.flat();
            }
            Some(Role::Switch) => self.complexity.default_branch(),
            _ => frame.role = Role::None,
        }
    }
}

/// The counter of the roles that are plain decisions.
fn counter(role: Role) -> fn(&mut Decisions) -> &mut u16 {
    match role {
        Role::Loop | Role::ComprehensionLoop => |decisions| &mut decisions.loops,
        Role::Catch => |decisions| &mut decisions.catches,
        Role::Ternary => |decisions| &mut decisions.ternaries,
        Role::Guard => |decisions| &mut decisions.guards,
        _ => |decisions| &mut decisions.ifs,
    }
}
