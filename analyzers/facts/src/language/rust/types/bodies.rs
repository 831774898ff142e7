//! Function bodies, in the order in which type inference reads them.

use super::output::Output;
use super::syntax::{Field, Kind, field, kind, text};
use super::written::{Scope, parameters, read};
use crate::language::ParseFragment;
use crate::model::{Definition, Op, PathLevel, Prefix, TypeId, UNKNOWN_TYPE, WrittenType};
use tree_sitter::Node;

/// The most levels of blocks, arguments and patterns: each takes up to five kilobytes of the stack, and a thread may
/// have only one megabyte. Code that people write stays below 50. If a file goes deeper, none of its bodies are kept.
pub(super) const MAX_LEVEL: u32 = 150;

/// The most variables in scope, with the same consequence: each use of a name searches through them.
const MAX_VARIABLES: usize = 1_000;

/// The most parts of a path, with the same consequence.
const MAX_PATH: usize = 100;

/// Writes the code of one file, or of the arguments of a macro in it.
pub(super) struct Writer<'w> {
    pub output: &'w mut Output,
    pub source: &'w str,
    /// Parses the arguments of macros.
    pub fragments: &'w mut ParseFragment<'w>,
    pub definitions: &'w [Definition],
    /// Inside a macro: the enclosing definition is that of the macro.
    pub in_macro: bool,
    /// The definition around the last note.
    pub from: Option<u32>,
    pub scope: Scope,
    /// The variables in scope, innermost last: see [`Output::local`].
    pub variables: Vec<u32>,
    /// Number of surrounding macros.
    pub depth: u32,
    /// Number of surrounding levels of code, including macros.
    pub level: u32,
    /// The code exceeded one of the limits.
    pub lost: bool,
}

/// A position in the written code, to go back to if nothing useful follows.
pub(super) struct Mark {
    code: usize,
    notes: usize,
    variables: usize,
    from: Option<u32>,
}

impl<'w> Writer<'w> {
    /// Goes one level down; pair it with `leave`. False if that is too deep.
    pub fn enter(&mut self) -> bool {
        self.lost |= self.level >= MAX_LEVEL || self.variables.len() > MAX_VARIABLES;
        self.level += u32::from(!self.lost);
        !self.lost
    }

    pub fn leave(&mut self) {
        self.level -= 1;
    }

    pub fn text(&self, node: Node<'_>) -> &'w str {
        text(self.source, node)
    }

    pub fn text_of(&self, node: Node<'_>, of: Field) -> &'w str {
        field(node, of).map_or("", |of| self.text(of))
    }

    /// The last name of a path.
    pub fn last_name(&self, node: Node<'_>) -> &'w str {
        self.text(field(node, Field::Name).unwrap_or(node))
    }

    pub fn read_type(&mut self, node: Node<'_>) -> TypeId {
        read(self.output, node, self.source, &self.scope)
    }

    pub fn mark(&self) -> Mark {
        Mark {
            code: self.output.code.len(),
            notes: self.output.notes,
            variables: self.variables.len(),
            from: self.from,
        }
    }

    /// Removes everything written since the mark if it contains no use and no variable in scope; true if it was
    /// removed.
    pub fn take_back(&mut self, mark: &Mark) -> bool {
        let is_idle = self.output.notes == mark.notes && self.variables.len() == mark.variables;
        if is_idle {
            self.output.code.truncate(mark.code);
            self.from = mark.from;
        }
        is_idle
    }

    // ---- items

    pub fn items(&mut self, node: Node<'_>) {
        if !self.enter() {
            return;
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            self.item(child);
        }
        self.leave();
    }

    /// True if the node is an item; it was written then.
    pub fn item(&mut self, node: Node<'_>) -> bool {
        match kind(node) {
            Kind::FunctionItem => self.function(node),
            Kind::ImplItem | Kind::TraitItem => self.members(node),
            Kind::ModItem => {
                if let Some(body) = field(node, Field::Body) {
                    self.items(body);
                }
            }
            Kind::ConstItem | Kind::StaticItem => {
                self.alone(|writer| {
                    writer.types_of(field(node, Field::Type));
                    if let Some(value) = field(node, Field::Value) {
                        writer.discard(value);
                    }
                });
            }
            Kind::StructItem
            | Kind::EnumItem
            | Kind::UnionItem
            | Kind::TypeItem
            | Kind::FunctionSignatureItem
            | Kind::AssociatedType => self.types_of(Some(node)),
            Kind::MacroInvocation => self.alone(|writer| writer.discard(node)),
            Kind::MacroDefinition
            | Kind::UseDeclaration
            | Kind::AttributeItem
            | Kind::InnerAttributeItem
            | Kind::LineComment
            | Kind::BlockComment
            | Kind::ExternCrateDeclaration => {}
            Kind::ForeignModItem | Kind::SourceFile | Kind::DeclarationList => self.items(node),
            _ => return false,
        }
        true
    }

    /// Writes code that cannot see the variables around it.
    fn alone(&mut self, look: impl FnOnce(&mut Self)) {
        let mark = self.mark();
        self.output.op(Op::Alone);
        let outer = std::mem::take(&mut self.variables);
        look(self);
        self.variables = outer;
        self.output.op(Op::End);
        self.take_back(&mark);
    }

    fn members(&mut self, node: Node<'_>) {
        let outer = self.scope.clone();
        let own = parameters(self.output, node, self.source);
        self.scope.parameters.extend(own);
        let of = field(node, Field::Type);
        self.scope.own = match kind(node) {
            Kind::TraitItem => {
                let name = self.output.name(self.text_of(node, Field::Name));
                Some(self.output.of(WrittenType::Bounded([name].into())))
            }
            _ => of.map(|of| self.read_type(of)),
        };
        self.types_of(of);
        self.types_of(field(node, Field::Trait));
        if let Some(body) = field(node, Field::Body) {
            self.items(body);
        }
        self.scope = outer;
    }

    fn function(&mut self, node: Node<'_>) {
        let mark = self.mark();
        let outer = self.scope.parameters.len();
        let own = parameters(self.output, node, self.source);
        self.scope.parameters.extend(own);
        let variables = std::mem::take(&mut self.variables);
        self.output.op(Op::Function);
        if let Some(list) = field(node, Field::Parameters) {
            let mut cursor = list.walk();
            for parameter in list.named_children(&mut cursor) {
                match kind(parameter) {
                    Kind::SelfParameter => self.own_parameter(),
                    Kind::Parameter => self.parameter(parameter),
                    _ => {}
                }
            }
        }
        self.output.op(Op::End);
        self.types_of(field(node, Field::ReturnType));
        if let Some(body) = field(node, Field::Body) {
            self.discard(body);
        }
        self.output.op(Op::End);
        self.variables = variables;
        self.scope.parameters.truncate(outer);
        self.take_back(&mark);
    }

    fn own_parameter(&mut self) {
        let name = self.output.local("self");
        self.variables.push(name);
        self.output.op(Op::BindOwn);
        self.output.number(self.scope.own.unwrap_or(UNKNOWN_TYPE));
    }

    /// Binds a parameter with its declared type.
    pub fn parameter(&mut self, parameter: Node<'_>) {
        let of = field(parameter, Field::Type);
        self.output.op(Op::BindParameter);
        self.types_of(of);
        self.output.op(Op::End);
        let of = of.map_or(UNKNOWN_TYPE, |of| self.read_type(of));
        self.output.number(of);
        match field(parameter, Field::Pattern) {
            Some(pattern) => self.bind(pattern),
            None => self.output.op(Op::Skip),
        }
    }

    /// Mentions the paths in a type: `[u8; Self::SIZE]`.
    pub fn types_of(&mut self, node: Option<Node<'_>>) {
        let mut pending: Vec<Node<'_>> = node.into_iter().collect();
        while let Some(here) = pending.pop() {
            match kind(here) {
                Kind::ScopedTypeIdentifier | Kind::ScopedIdentifier => self.mention(here),
                _ => {
                    let mut cursor = here.walk();
                    pending.extend(here.named_children(&mut cursor));
                }
            }
        }
    }

    // ---- names and paths

    /// The innermost definition around a place.
    fn enclosing(&self, byte: usize) -> Option<u32> {
        if self.in_macro {
            return self.from;
        }
        let byte = byte as u32;
        let after = self.definitions.partition_point(|definition| definition.span.start_byte <= byte);
        let mut here = after.checked_sub(1).map(|index| index as u32);
        while let Some(index) = here {
            let definition = &self.definitions[index as usize];
            if byte < definition.span.end_byte {
                return Some(index);
            }
            here = definition.parent;
        }
        None
    }

    /// Writes a used name, and the enclosing definition if it changed.
    pub fn note(&mut self, name: &str, byte: usize) {
        self.output.notes += 1;
        self.note_place(name, byte);
    }

    /// Like [`Writer::note`], for a name whose use does not count.
    pub fn note_place(&mut self, name: &str, byte: usize) {
        let from = self.enclosing(byte);
        let name = self.output.name(name);
        self.output.number(name << 1 | u32::from(from != self.from));
        if from != self.from {
            self.output.number(from.map_or(0, |from| from + 1));
            self.from = from;
        }
    }

    /// Writes a mentioned path.
    pub fn mention(&mut self, node: Node<'_>) {
        let mark = self.mark();
        self.output.op(Op::Mention);
        self.path(node);
        self.take_back(&mark);
    }

    /// Writes the names after `::` with what precedes each, and returns the number of levels.
    pub fn path(&mut self, node: Node<'_>) -> usize {
        let mut levels = Vec::new();
        let mut here = node;
        while let (Some(path), Some(name)) = (field(here, Field::Path), field(here, Field::Name)) {
            if levels.len() == MAX_PATH {
                self.lost = true;
                break;
            }
            levels.push((path, name));
            if !matches!(kind(path), Kind::ScopedIdentifier | Kind::ScopedTypeIdentifier) {
                break;
            }
            here = path;
        }
        self.output.number(levels.len() as u32);
        for (path, name) in &levels {
            self.note(self.text(*name), name.start_byte());
            let prefix = self.prefix(*path);
            let text = self.text(*path);
            let first = text.split("::").next().unwrap_or(text);
            let level = PathLevel {
                prefix,
                is_mem: matches!(text, "mem" | "std::mem" | "core::mem"),
                is_own: matches!(first, "crate" | "self" | "super"),
            };
            level.write(&mut self.output.code);
        }
        levels.len()
    }

    /// The prefix that a path denotes.
    fn prefix(&mut self, path: Node<'_>) -> Prefix {
        match kind(path) {
            Kind::SelfKeyword | Kind::Super | Kind::Crate | Kind::Metavariable => Prefix::Keyword,
            Kind::BracketedType => self.bracketed(path),
            Kind::ScopedIdentifier | Kind::ScopedTypeIdentifier | Kind::Identifier | Kind::TypeIdentifier => {
                let name = self.output.name(self.last_name(path));
                Prefix::Named(name, self.read_type(path))
            }
            _ => Prefix::Type(self.read_type(path)),
        }
    }

    /// `<T as Trait>`, `<T>`.
    fn bracketed(&mut self, path: Node<'_>) -> Prefix {
        let Some(inner) = path.named_child(0) else { return Prefix::Type(UNKNOWN_TYPE) };
        if kind(inner) != Kind::QualifiedType {
            return Prefix::Type(self.read_type(inner));
        }
        match field(inner, Field::Alias) {
            Some(of) => Prefix::Trait(self.read_type(of)),
            None => Prefix::Type(UNKNOWN_TYPE),
        }
    }
}
