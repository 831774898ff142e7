//! Text that did not parse: errors are counted and nothing is concluded from them, but their lines are still
//! classified.

use super::Walk;
use crate::extract::kinds::{KindInfo, Role, flag};
use crate::extract::names::line_of;
use crate::language::lexical::Line;
use crate::language::{Kinds, NodeRef, lexical};
use bstr::ByteSlice;
use std::ops::Range;

/// A statement indented further than this is not recognised as the beginning of its line.
const DEEPEST_INDENT: usize = 256;

/// True for a body whose closing brace is missing.
fn is_open(body: NodeRef<'_>) -> bool {
    let last = body.child_count().checked_sub(1).and_then(|last| body.child(last as u32));
    let opens = body.child(0).is_some_and(|first| first.kind() == "{");
    opens && last.is_some_and(|last| last.kind() != "}" || last.is_missing())
}

/// True for a body that holds a statement of one of these kinds; functions count only if they have a type.
fn holds_any(body: NodeRef<'_>, kinds: Kinds) -> bool {
    let mut cursor = body.walk();
    !kinds.is_empty()
        && body.named_children(&mut cursor).any(|child| {
            let is_function = child.kind() == "function_definition";
            kinds.contains(&child.kind()) && (!is_function || child.child_by_field_name("type").is_some())
        })
}

/// True if the braces of the text match and no statement ends outside of them.
fn is_closed(text: &[u8]) -> bool {
    let mut depth = 0u32;
    for byte in text {
        match byte {
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'}' => return false,
            b';' if depth == 0 => return false,
            _ => {}
        }
    }
    depth == 0
}

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

    /// Records the errors in a node whose children are not visited: a string or comment that never ends.
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

    /// If the tree has the error flag but no error node, the innermost flagged node was misread.
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

    /// Counts text between nodes, up to byte `end`, as skipped: the parser passed over it like white space.
    pub(super) fn note_unread(&mut self, end: usize) {
        let unread = self.parsed_text.get(self.read_until..end).unwrap_or_default();
        let skipped = unread.trim_ascii().len();
        self.skipped_bytes = self.skipped_bytes.saturating_add(skipped as u32);
        self.read_until = self.read_until.max(end);
    }

    /// Counts the lines that were left out of the parse as skipped text.
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

    /// Names in text that the grammar does not know still count as used.
    pub(super) fn names_in_gaps(&mut self) {
        for range in self.gaps.blanked() {
            if let Some(text) = self.source.get(range) {
                self.names_in_code(text, false);
            }
        }
    }

    /// True for a definition or import that the parser must have misread: its name is missing or a keyword, or its
    /// beginning or end is in text that did not parse. An import is misread if it has an error itself or is within a
    /// line that has one.
    pub(super) fn is_misread(&mut self, node: NodeRef<'t>, info: &KindInfo) -> bool {
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
            || node.has_error() && self.is_out_of_bounds(node, info.role == Role::Function)
    }

    /// True if unparsed text makes it unclear where a definition begins or a function ends: the head contains something
    /// that no head does (the class that it was torn out of), the braces do not match, or the body contains something
    /// that no function does.
    fn is_out_of_bounds(&mut self, node: NodeRef<'t>, is_function: bool) -> bool {
        let grammar = self.grammar;
        let rule = &grammar.function;
        let Some(body) = (rule.body)(&self.site(node)) else { return false };
        let list = (rule.parameters)(&self.site(node)).filter(|list| *list != node);
        let list_end = list.map_or(usize::MAX, |list| list.end_byte());
        let name = (rule.name)(&self.site(node)).map_or(node.start_byte(), |name| name.start_byte());
        let before = self.parsed_text.get(node.start_byte()..name).unwrap_or_default();
        // In C-like languages there are no braces before the name: a class that ended too early was taken for the type.
        let is_torn = !rule.never_in_body.is_empty() && before.contains(&b'}');
        if is_function && (is_torn || is_open(body) || holds_any(body, rule.never_in_body)) {
            return true;
        }
        self.is_unpaired(node, body.start_byte(), list_end, is_function)
    }

    /// True if unparsed text ends something in the head of a definition (which ends at byte `head_end`), or may hold
    /// another parameter list after the one that ends at `list_end`; or if the braces in a function do not match.
    fn is_unpaired(
        &mut self,
        node: NodeRef<'t>,
        head_end: usize,
        list_end: usize,
        is_function: bool,
    ) -> bool {
        let parsed: &'t [u8] = self.parsed_text;
        let behind = parsed.get(list_end..head_end).unwrap_or_default();
        let in_head = |inner: NodeRef<'t>| inner.start_byte() < head_end && inner.end_byte() <= head_end;
        let mut cursor = node.walk();
        let mut pending = vec![node];
        let mut braces = 0i64;
        while let Some(inner) = pending.pop() {
            self.spend(1);
            let children: Vec<NodeRef<'t>> = inner.children(&mut cursor).collect();
            if inner.is_error() && in_head(inner) {
                let text = parsed.get(inner.byte_range()).unwrap_or_default();
                if !is_closed(text) || (inner.start_byte() >= list_end && behind.contains(&b'(')) {
                    return true;
                }
            } else if inner.is_error() {
                let sign =
                    |child: &NodeRef<'t>| i64::from(child.kind() == "{") - i64::from(child.kind() == "}");
                braces += children.iter().map(sign).sum::<i64>();
            }
            pending.extend(children.into_iter().filter(|child| child.has_error() || child.is_error()));
        }
        is_function && braces != 0
    }

    fn begins_its_line(&self, node: NodeRef<'t>) -> bool {
        let indent = node.start_position().column;
        indent < DEEPEST_INDENT
            && self.source[node.start_byte() - indent..node.start_byte()].iter().all(u8::is_ascii_whitespace)
    }

    /// Every line is code, comment or blank. Lines that the tree does not cover are classified by the language's
    /// comment signs if text was skipped, and are code otherwise.
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
