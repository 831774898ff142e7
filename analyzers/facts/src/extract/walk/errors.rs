//! What did not parse: errors are counted, nothing is concluded from them, and their lines are told all the same.

use super::Walk;
use crate::extract::kinds::{KindInfo, Role, flag};
use crate::extract::names::line_of;
use crate::language::lexical::Line;
use crate::language::{NodeRef, lexical};
use bstr::ByteSlice;
use std::ops::Range;

/// A statement further to the right does not begin its line.
const DEEPEST_INDENT: usize = 256;

impl<'t> Walk<'t> {
    pub(super) fn note_error(&mut self, node: NodeRef<'t>) {
        if !node.is_error() && !node.is_missing() {
            return;
        }
        if self.errors == 0 {
            self.first_error_line = line_of(node);
        }
        self.errors += 1;
        let inside_another = self.ancestors.last().is_some_and(|parent| parent.is_error());
        if !inside_another {
            self.note_unread(node.start_byte());
            self.skipped_bytes = self.skipped_bytes.saturating_add(node.byte_range().len() as u32);
            self.read_until = self.read_until.max(node.end_byte());
        }
    }

    /// Takes note of the errors in a node whose children are not visited: a string or comment that never ends.
    pub(super) fn note_errors_inside(&mut self, node: NodeRef<'t>) {
        let mut cursor = node.walk();
        let mut pending = vec![node];
        while let Some(inner) = pending.pop() {
            if inner != node {
                self.note_error(inner);
            }
            if inner == node || !inner.is_error() {
                let first = pending.len();
                let broken = |child: &NodeRef<'t>| child.has_error() || child.is_missing();
                pending.extend(inner.children(&mut cursor).filter(broken));
                pending[first..].reverse();
            }
        }
    }

    /// Where a tree says that it has an error and no node is one, the innermost node that says so was misread.
    pub(super) fn note_hidden_error(&mut self, root: NodeRef<'t>) {
        if self.errors > 0 || !root.has_error() {
            return;
        }
        let mut innermost = root;
        let mut cursor = root.walk();
        while let Some(broken) = innermost.children(&mut cursor).find(NodeRef::has_error) {
            innermost = broken;
        }
        self.errors = 1;
        self.first_error_line = line_of(innermost);
        self.skipped_bytes = self.skipped_bytes.saturating_add(innermost.byte_range().len() as u32);
    }

    /// Text between nodes, up to byte `end`, was skipped as if it were white space.
    pub(super) fn note_unread(&mut self, end: usize) {
        let unread = self.parsed_text.get(self.read_until..end).unwrap_or_default();
        let skipped = unread.trim_ascii().len();
        self.skipped_bytes = self.skipped_bytes.saturating_add(skipped as u32);
        self.read_until = self.read_until.max(end);
    }

    /// Lines that the parser was not given are skipped text, too.
    pub(super) fn note_left_out(&mut self, left_out: &[Range<usize>]) {
        for range in left_out {
            let line = 1 + self.source[..range.start].find_iter(b"\n").count() as u32;
            if self.errors == 0 || line < self.first_error_line {
                self.first_error_line = line;
            }
            self.errors += 1;
            self.skipped_bytes = self.skipped_bytes.saturating_add(range.len() as u32);
            let text = self.source.get(range.clone()).unwrap_or_default();
            self.names_mentioned(text);
        }
    }

    /// The names in what a grammar does not know are used all the same.
    pub(super) fn names_in_gaps(&mut self) {
        for range in self.gaps.blanked() {
            if let Some(text) = self.source.get(range) {
                self.names_in_code(text, false);
            }
        }
    }

    /// True for a definition or import of which the parser cannot have read what it is: one without a name of its own, or
    /// with a keyword for a name, or an import that is broken itself or stands within a line that is.
    pub(super) fn is_misread(&self, node: NodeRef<'t>, info: &KindInfo) -> bool {
        if info.has(flag::IMPORT) {
            let in_error = self.ancestors.last().is_some_and(|parent| parent.is_error());
            return node.has_error() || in_error && !self.begins_its_line(node);
        }
        if !matches!(info.role, Role::Function | Role::Scope) {
            return false;
        }
        let Some(name) = (self.grammar.function.name)(&self.site(node)) else { return false };
        let text = &self.source[name.byte_range()];
        name.is_missing()
            || text.is_empty()
            || name.is_named() && self.grammar.reserved.iter().any(|word| word.as_bytes() == text)
    }

    fn begins_its_line(&self, node: NodeRef<'t>) -> bool {
        let indent = node.start_position().column;
        indent < DEEPEST_INDENT
            && self.source[node.start_byte() - indent..node.start_byte()].iter().all(u8::is_ascii_whitespace)
    }

    /// Every line is code, comment or blank: one of which the tree says nothing is told by the comment signs of the language
    /// where text was skipped, and is code elsewhere.
    pub(super) fn tell_other_lines(&mut self) {
        let untold = if self.broken { self.lines.untold(self.source) } else { Vec::new() };
        for (first_line, part) in untold {
            let line = Line { number: first_line, start: part.start };
            let found = lexical::scan_part(self.grammar.lexical, self.source, part, line);
            for comment in &found.comments {
                self.lines.mark_comment(comment.span.start_line, comment.span.end_line);
            }
            found.code_lines.iter().for_each(|line| self.lines.mark_code(*line, *line));
        }
        self.lines.mark_rest_as_code();
    }
}
