//! Functions written as several clauses, one below the other (Haskell's equations): a selection by the arguments.

use super::Walk;
use crate::extract::complexity::OpenFunction;
use crate::extract::names::{base_name, span_of};
use crate::extract::walk::{Frame, ScopePart};
use crate::language::NodeRef;

/// A closed function that may continue.
pub(super) struct Clause {
    open: OpenFunction,
    /// The parent node: clauses of one function are siblings.
    parent: Option<usize>,
    definition: Option<u32>,
}

impl<'t> Walk<'t> {
    /// Keeps a closed function in case another clause of it follows.
    pub(super) fn keep_clause(&mut self, open: OpenFunction) {
        let definition = self.symbols.open.last().copied();
        self.last_clause = Some(Clause { open, parent: self.parent_id(), definition });
    }

    /// Reopens the last function if `node` is another clause of it: adds one decision, and with the second clause one
    /// selection.
    pub(super) fn reopen_function(&mut self, node: NodeRef<'t>, frame: &mut Frame) -> bool {
        let Some(name_node) = (self.grammar.function.name)(&self.site(node)) else {
            return false;
        };
        let name = base_name(&self.source[name_node.byte_range()]);
        let parent = self.parent_id();
        let Some(clause) = self.last_clause.take_if(|last| last.parent == parent && last.open.name == name)
        else {
            return false;
        };
        let Clause { open, definition, .. } = clause;
        let span = span_of(node);
        let function = &mut self.functions[open.index as usize];
        (function.span.end_byte, function.span.end_line) = (span.end_byte, span.end_line);
        function.incomplete |= node.has_error();
        if let Some(index) = definition {
            let whole = &mut self.symbols.definitions[index as usize].span;
            (whole.end_byte, whole.end_line) = (span.end_byte, span.end_line);
            self.symbols.open.push(index);
            self.names.push(name_node.start_byte());
        }
        self.scope.push(ScopePart {
            name,
            is_type: false,
            is_test: function.test.is_test_code(),
            is_function: true,
            bases: Vec::new(),
        });
        (frame.function, frame.definition, frame.named) = (true, definition.is_some(), true);
        let (base, closures, first) = (open.base, open.base_closures, open.more_clauses == 0);
        self.complexity.open.push(open);
        self.complexity.another_clause(first, base, closures);
        self.clear_attributes();
        self.pending_doc.clear();
        true
    }

    fn parent_id(&self) -> Option<usize> {
        self.ancestors.last().map(|parent| parent.id())
    }
}
