//! Imports: their targets as written, when they run, and which tokens belong to import statements.

use super::{Frame, Walk};
use crate::extract::names::line_of;
use crate::extract::symbols::{import_target, one_line};
use crate::language::NodeRef;
use crate::model::Import;

impl<'t> Walk<'t> {
    /// Records an import, and marks the statement that contains nothing else.
    pub(super) fn import(&mut self, node: NodeRef<'t>, frame: &mut Frame) {
        let text = one_line(&self.source[node.byte_range()]);
        let import = Import {
            target: self.import_target(node, &text),
            text,
            line: line_of(node),
            deferred: self.is_deferred(node),
        };
        self.symbols.imports.push(import);
        match (self.grammar.import_statement)(&self.site(node)) {
            Some(0) => frame.import = true,
            Some(levels) => {
                let statement = self.frames.len().checked_sub(levels).and_then(|at| self.frames.get_mut(at));
                statement.into_iter().for_each(|statement| statement.import = true);
            }
            None => {}
        }
    }

    /// Stores the token positions of an import statement when it ends.
    pub(super) fn close_import(&mut self, frame: &Frame) {
        let (start, end) = (frame.first_token, self.tokens.position() as u32);
        if end > start {
            self.imports.push(start..end);
        }
    }

    fn import_target(&self, node: NodeRef<'t>, text: &str) -> String {
        let module =
            ["source", "module_name", "module"].into_iter().find_map(|field| node.child_by_field_name(field));
        match module {
            Some(module) => import_target(&one_line(&self.source[module.byte_range()])),
            None => import_target(text),
        }
    }

    /// True if loading the file does not run the import: it is in a function, or in a branch that only the program
    /// itself or a type checker takes.
    fn is_deferred(&mut self, node: NodeRef<'t>) -> bool {
        if self.complexity.open.iter().any(|function| !function.at_once) {
            return true;
        }
        self.spend(self.ancestors.len() + self.complexity.open.len());
        let inner = self.ancestors.iter().skip(1).chain(std::iter::once(&node));
        self.ancestors
            .iter()
            .zip(inner)
            .any(|(branching, part)| (self.grammar.never_on_load)(*branching, *part, self.source))
    }
}
