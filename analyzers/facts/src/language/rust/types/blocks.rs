//! Blocks, branches, loops, variable declarations and macro arguments.

use super::bodies::Writer;
use super::syntax::{Field, Kind, children, field, kind, only_child};
use crate::model::Op;
use tree_sitter::Node;

/// The deepest nested macros that are looked into.
const MAX_DEPTH: u32 = 4;

impl Writer<'_> {
    /// Writes a block, with its value if the value counts.
    pub(super) fn block(&mut self, node: Node<'_>, counts: bool) {
        let outer = self.variables.len();
        let start = self.output.code.len();
        let mut statements = children(node);
        let gives = |last: &Node<'_>| {
            counts && !matches!(kind(*last), Kind::ExpressionStatement | Kind::LetDeclaration)
        };
        let value = statements.pop_if(|last| gives(last));
        self.output.op(if value.is_some() { Op::Block } else { Op::BlockPlain });
        statements.into_iter().for_each(|statement| self.discard(statement));
        self.output.op(Op::End);
        match value {
            Some(value) => self.expression(value),
            None if self.output.code.len() == start + 2 => {
                self.output.code.truncate(start);
                self.output.op(Op::Plain);
            }
            None => {}
        }
        self.variables.truncate(outer);
    }

    pub(super) fn declaration(&mut self, node: Node<'_>) {
        let (declared, alternative) = (field(node, Field::Type), field(node, Field::Alternative));
        let is_bare = declared.is_none() && alternative.is_none();
        self.output.op(if is_bare { Op::Let } else { Op::LetTyped });
        match field(node, Field::Value) {
            Some(value) => self.expression(value),
            None => self.output.op(Op::Unknown),
        }
        if !is_bare {
            if let Some(alternative) = alternative {
                self.discard(alternative);
            }
            self.types_of(declared);
            self.output.op(Op::End);
            let of = declared.map_or(0, |of| self.read_type(of));
            self.output.number(of);
        }
        self.pattern_of(node);
    }

    /// Writes the pattern in its field.
    pub(super) fn pattern_of(&mut self, node: Node<'_>) {
        match field(node, Field::Pattern) {
            Some(pattern) => self.bind(pattern),
            None => self.output.op(Op::Skip),
        }
    }

    /// Writes an `if` with all its `else if` branches, of which there may be many: its type is the type of its first
    /// branch.
    pub(super) fn choice(&mut self, node: Node<'_>) {
        let outer = self.variables.len();
        self.output.op(Op::If);
        if let Some(condition) = field(node, Field::Condition) {
            self.discard(condition);
        }
        self.output.op(Op::End);
        match field(node, Field::Consequence) {
            Some(then) => self.expression(then),
            None => self.output.op(Op::Unknown),
        }
        self.variables.truncate(outer);
        match next_branch(node) {
            Next::Branch(next) => self.branches(next),
            Next::Other(other) => self.discard(other),
            Next::None => {}
        }
        self.output.op(Op::End);
    }

    /// Writes the branches of an `if` whose type does not count.
    pub(super) fn branches(&mut self, node: Node<'_>) {
        let outer = self.variables.len();
        let mut here = node;
        loop {
            let mark = self.mark();
            self.output.op(Op::Scoped);
            for part in [Field::Condition, Field::Consequence] {
                if let Some(part) = field(here, part) {
                    self.discard(part);
                }
            }
            self.output.op(Op::End);
            self.variables.truncate(outer);
            self.take_back(&mark);
            match next_branch(here) {
                Next::Branch(next) => here = next,
                Next::Other(other) => return self.discard(other),
                Next::None => return,
            }
        }
    }

    pub(super) fn arms(&mut self, node: Node<'_>, counts: bool) {
        let outer = self.variables.len();
        self.output.op(Op::Match);
        match field(node, Field::Value) {
            Some(value) => self.expression(value),
            None => self.output.op(Op::Unknown),
        }
        let body = field(node, Field::Body);
        let arms = body.map(children).unwrap_or_default().into_iter();
        for arm in arms.filter(|of| kind(*of) == Kind::MatchArm) {
            let mark = self.mark();
            let around = self.variables.len();
            self.pattern_of(arm);
            match field(arm, Field::Value) {
                Some(value) => self.expression(value),
                None => self.output.op(Op::Unknown),
            }
            self.variables.truncate(around);
            if !counts {
                self.take_back(&mark);
            }
        }
        self.output.op(Op::End);
        self.variables.truncate(outer);
    }

    pub(super) fn repetition(&mut self, node: Node<'_>) {
        let outer = self.variables.len();
        match kind(node) {
            Kind::WhileExpression => {
                self.output.op(Op::While);
                if let Some(condition) = field(node, Field::Condition) {
                    self.discard(condition);
                }
            }
            Kind::ForExpression => {
                self.output.op(Op::For);
                match field(node, Field::Value) {
                    Some(value) => self.expression(value),
                    None => self.output.op(Op::Unknown),
                }
                self.pattern_of(node);
            }
            _ => self.output.op(Op::Scoped),
        }
        if let Some(body) = field(node, Field::Body) {
            self.discard(body);
        }
        self.output.op(Op::End);
        self.variables.truncate(outer);
    }

    // ---- macros

    pub(super) fn macro_call(&mut self, node: Node<'_>) {
        let name = field(node, Field::Macro).map_or("", |name| self.last_name(name));
        self.output.op(Op::Macro);
        self.note_place(name, node.start_byte());
        let start = self.output.code.len();
        self.macro_arguments(node, matches!(name, "vec" | "dbg"));
        self.output.length_before(start);
    }

    /// Reads the arguments of a macro as expressions, if they use members, or if the type of the first one counts.
    fn macro_arguments(&mut self, node: Node<'_>, counts: bool) {
        let tokens = node.named_child(node.named_child_count().saturating_sub(1) as u32);
        let tokens = tokens.filter(|tokens| kind(*tokens) == Kind::TokenTree);
        let text = tokens.map_or("", |tokens| self.text(tokens));
        if text.len() < 3 || self.depth >= MAX_DEPTH || !(counts || uses_members(text)) {
            return self.output.op(Op::End);
        }
        let inner = text.get(1..text.len() - 1).unwrap_or_default();
        let halves = inner.split_once(',').map(|(value, pattern)| {
            format!("fn f() {{ match {value} {{ {} => {{}} }} }}", pattern.trim_end().trim_end_matches(','))
        });
        let readings = [
            Some(format!("fn f() {{ f({inner}); }}")),
            Some(format!("fn f() {{ {inner} }}")),
            Some(format!("fn f() {{ [{inner}]; }}")),
            halves,
        ];
        for reading in readings.into_iter().flatten() {
            let Some(tree) = (self.fragments)(&reading) else { continue };
            return self.inside_macro(&reading, tree.root_node());
        }
        self.output.op(Op::End);
    }

    fn inside_macro(&mut self, reading: &str, root: Node<'_>) {
        let body = root.named_child(0).and_then(|function| field(function, Field::Body));
        let Some(body) = body else { return self.output.op(Op::End) };
        let mut writer = Writer {
            output: &mut *self.output,
            source: reading,
            fragments: &mut *self.fragments,
            definitions: &[],
            in_macro: true,
            from: self.from,
            scope: std::mem::take(&mut self.scope),
            variables: std::mem::take(&mut self.variables),
            depth: self.depth + 1,
            level: self.level,
            lost: self.lost,
        };
        let outer = writer.variables.len();
        writer.statements(body);
        let Writer { scope, mut variables, lost, .. } = writer;
        variables.truncate(outer);
        self.lost = lost;
        self.scope = scope;
        self.variables = variables;
    }

    /// Writes the arguments of a call if the macro's arguments were parsed as those of a call, else all statements.
    fn statements(&mut self, body: Node<'_>) {
        let only = (body.named_child_count() == 1).then(|| body.named_child(0)).flatten();
        let inner = only.and_then(|statement| statement.named_child(0));
        match inner.and_then(|inner| field(inner, Field::Arguments)) {
            Some(arguments) => self.given(children(arguments)),
            None => {
                self.block(body, true);
                self.output.op(Op::End);
            }
        }
    }
}

/// True for a text in which a name may follow `.` or `::`.
fn uses_members(text: &str) -> bool {
    // There may be a comment in between.
    let begins_name = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b'/') || !b.is_ascii();
    let behind = |at: usize| text.as_bytes()[at + 1..].iter().find(|b| !b.is_ascii_whitespace());
    text.contains("::") || text.match_indices('.').any(|(at, _)| behind(at).is_some_and(begins_name))
}

/// The next branch of an `if`.
enum Next<'t> {
    None,
    /// `else if`
    Branch(Node<'t>),
    Other(Node<'t>),
}

fn next_branch(node: Node<'_>) -> Next<'_> {
    let Some(alternative) = field(node, Field::Alternative) else { return Next::None };
    match only_child(alternative).filter(|next| kind(*next) == Kind::IfExpression) {
        Some(next) => Next::Branch(next),
        None => Next::Other(alternative),
    }
}
