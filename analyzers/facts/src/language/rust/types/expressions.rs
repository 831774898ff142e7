//! Expressions: the first operand is written first, then its continuations.

use super::bodies::Writer;
use super::syntax::{Field, Kind, children, field, kind, only_child};
use crate::model::Op;
use tree_sitter::Node;

impl Writer<'_> {
    /// Writes an expression whose type counts.
    ///
    /// First operands (`a` in `a + b`, in `a.b()`, in `(a)`) are handled in a loop: chains of thousands of terms and
    /// calls are common in generated code. Everything else inside costs a level.
    pub fn expression(&mut self, node: Node<'_>) {
        if !self.enter() {
            return self.output.op(Op::Unknown);
        }
        self.valued(node);
        self.leave();
    }

    fn valued(&mut self, node: Node<'_>) {
        let mut around = Vec::new();
        let mut here = node;
        while let Some(first) = first_operand(here) {
            around.push(here);
            here = first;
        }
        self.innermost(here);
        while let Some(outer) = around.pop() {
            self.continuation(outer);
        }
    }

    /// Writes the uses in an expression whose type does not count, as any number of expressions.
    pub fn discard(&mut self, node: Node<'_>) {
        if !self.enter() {
            return;
        }
        let mark = self.mark();
        match kind(node) {
            Kind::Identifier
            | Kind::SelfKeyword
            | Kind::IntegerLiteral
            | Kind::FloatLiteral
            | Kind::BooleanLiteral
            | Kind::CharLiteral
            | Kind::StringLiteral
            | Kind::RawStringLiteral
            | Kind::TokenTree
            | Kind::LineComment
            | Kind::BlockComment
            | Kind::Lifetime
            | Kind::Label => {}
            Kind::IfExpression => self.branches(node),
            Kind::MatchExpression => self.arms(node, false),
            Kind::Block => self.block(node, false),
            Kind::MacroInvocation => self.valued(node),
            _ if has_value(node) => self.valued(node),
            _ if self.item(node) => {}
            _ => self.discard_parts(node),
        }
        self.take_back(&mark);
        self.leave();
    }

    fn discard_parts(&mut self, node: Node<'_>) {
        children(node).into_iter().for_each(|part| self.discard(part));
    }

    fn child(&mut self, node: Node<'_>, of: Field) {
        match field(node, of) {
            Some(child) => self.expression(child),
            None => self.output.op(Op::Unknown),
        }
    }

    fn discard_child(&mut self, node: Node<'_>, of: Field) {
        if let Some(child) = field(node, of) {
            self.discard(child);
        }
    }

    /// An expression without a first operand.
    fn innermost(&mut self, node: Node<'_>) {
        match kind(node) {
            Kind::Identifier | Kind::SelfKeyword => self.variable(self.text(node)),
            Kind::ScopedIdentifier => self.path_value(node),
            Kind::IntegerLiteral | Kind::FloatLiteral | Kind::BooleanLiteral | Kind::CharLiteral => {
                self.output.op(Op::Plain);
            }
            Kind::StringLiteral | Kind::RawStringLiteral => self.output.op(Op::Text),
            Kind::CallExpression => self.call(node),
            Kind::StructExpression => self.construction(node),
            Kind::MacroInvocation => self.macro_call(node),
            Kind::ClosureExpression => self.closure(node, Op::Closure),
            Kind::IfExpression => self.choice(node),
            Kind::MatchExpression => self.arms(node, true),
            Kind::WhileExpression | Kind::ForExpression | Kind::LoopExpression => self.repetition(node),
            Kind::Block => self.block(node, true),
            Kind::LetDeclaration => self.declaration(node),
            Kind::LetCondition => {
                self.output.op(Op::LetCondition);
                self.child(node, Field::Value);
                self.pattern_of(node);
            }
            Kind::TokenTree | Kind::LineComment | Kind::BlockComment | Kind::Lifetime | Kind::Label => {
                self.output.op(Op::Unknown);
            }
            _ => self.operation(node),
        }
    }

    /// Expressions that hardly change the type of their contents.
    fn operation(&mut self, node: Node<'_>) {
        match kind(node) {
            Kind::UnsafeBlock | Kind::ParenthesizedExpression | Kind::UnaryExpression | Kind::ConstBlock => {
                self.list(Op::Last, node)
            }
            Kind::AsyncBlock => self.list(Op::Async, node),
            Kind::TupleExpression => self.list(Op::Tuple, node),
            Kind::TryExpression | Kind::AwaitExpression => {
                self.list(Op::Last, node);
                self.continuation(node);
            }
            Kind::FieldExpression
            | Kind::ReferenceExpression
            | Kind::TypeCastExpression
            | Kind::BinaryExpression
            | Kind::IndexExpression
            | Kind::GenericFunction => {
                self.output.op(Op::Unknown);
                self.continuation(node);
            }
            Kind::ArrayExpression => {
                self.output.op(Op::Array);
                let parts = children(node);
                match parts.first() {
                    Some(first) => self.expression(*first),
                    None => self.output.op(Op::Unknown),
                }
                parts.into_iter().skip(1).for_each(|part| self.discard(part));
                self.output.op(Op::End);
            }
            _ => self.all(|writer| {
                if !writer.item(node) {
                    writer.discard_parts(node);
                }
            }),
        }
    }

    /// Several expressions without a value.
    fn all(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.output.code.len();
        self.output.op(Op::All);
        write(self);
        if self.output.code.len() == start + 1 {
            self.output.code.truncate(start);
            return self.output.op(Op::Unknown);
        }
        self.output.op(Op::End);
    }

    fn list(&mut self, op: Op, node: Node<'_>) {
        self.output.op(op);
        children(node).into_iter().for_each(|part| self.expression(part));
        self.output.op(Op::End);
    }

    fn variable(&mut self, name: &str) {
        let local = self.output.local(name);
        if let Some(place) = self.variables.iter().rev().position(|known| *known == local) {
            self.output.op(Op::Local);
            self.output.number(place as u32);
        } else {
            self.bare_name(name);
        }
    }

    /// A name that is not a variable.
    fn bare_name(&mut self, name: &str) {
        if name.starts_with(char::is_uppercase) {
            self.output.op(Op::Name);
            let name = self.output.name(name);
            self.output.number(name);
        } else {
            self.output.op(Op::Unknown);
        }
    }

    fn path_value(&mut self, node: Node<'_>) {
        if !has_levels(node) {
            return self.bare_name(self.last_name(node));
        }
        self.output.op(Op::Path);
        self.path(node);
    }

    // ---- continuations of an expression

    fn continuation(&mut self, node: Node<'_>) {
        match kind(node) {
            Kind::BinaryExpression => self.binary(node),
            Kind::FieldExpression => self.field(field(node, Field::Member), node),
            Kind::CallExpression => self.method_call(node),
            Kind::IndexExpression => self.indexed(node),
            Kind::TryExpression => self.output.op(Op::Try),
            Kind::AwaitExpression => self.output.op(Op::Await),
            Kind::TypeCastExpression => {
                let of = field(node, Field::Type);
                self.output.op(Op::Cast);
                self.types_of(of);
                self.output.op(Op::End);
                let of = of.map_or(0, |of| self.read_type(of));
                self.output.number(of);
            }
            Kind::GenericFunction => {
                let mark = self.mark();
                self.output.op(Op::Same);
                self.types_of(field(node, Field::TypeArguments));
                self.output.op(Op::End);
                self.take_back(&mark);
            }
            _ => {}
        }
    }

    fn binary(&mut self, node: Node<'_>) {
        let compares = matches!(
            self.text_of(node, Field::Operator),
            "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||"
        );
        let start = self.output.code.len();
        let (bare, with) =
            if compares { (Op::CompareBare, Op::Compare) } else { (Op::OperateBare, Op::Operate) };
        self.output.op(with);
        self.discard_child(node, Field::Right);
        if self.output.code.len() == start + 1 {
            self.output.code.truncate(start);
            return self.output.op(bare);
        }
        self.output.op(Op::End);
    }

    fn field(&mut self, name: Option<Node<'_>>, node: Node<'_>) {
        self.output.op(Op::Field);
        let (name, byte) = name.map_or(("", node.start_byte()), |name| (self.text(name), name.start_byte()));
        self.note(name, byte);
    }

    fn indexed(&mut self, node: Node<'_>) {
        let parts = children(node);
        let index = parts.get(1).map(|index| kind(*index));
        let is_name = index == Some(Kind::Identifier);
        self.output.op(Op::Index);
        self.output.number(u32::from(index == Some(Kind::RangeExpression)) + 2 * u32::from(is_name));
        for (number, part) in parts.into_iter().skip(1).enumerate() {
            match is_name && number == 0 {
                true => self.expression(part),
                false => self.discard(part),
            }
        }
        self.output.op(Op::End);
    }

    fn method_call(&mut self, call: Node<'_>) {
        let Some((function, turbofish)) = called(call) else { return };
        let Some(name) = field(function, Field::Member) else { return self.field(None, call) };
        let method = self.text(name);
        let collected = match turbofish {
            None => {
                self.output.op(Op::Method);
                None
            }
            Some(_) => {
                self.output.op(Op::MethodTyped);
                self.types_of(turbofish);
                self.output.op(Op::End);
                turbofish.and_then(|of| of.named_child(0)).filter(|_| method == "collect")
            }
        };
        self.note(method, name.start_byte());
        if turbofish.is_some() {
            let of = collected.map_or(0, |of| self.read_type(of) + 1);
            self.output.number(of);
        }
        for argument in field(call, Field::Arguments).map(children).unwrap_or_default() {
            match kind(argument) {
                Kind::ClosureExpression => self.closure(argument, Op::GivenClosure),
                Kind::ScopedIdentifier if has_levels(argument) => {
                    self.output.op(Op::GivenPath);
                    self.path(argument);
                }
                Kind::ScopedIdentifier => self.output.op(Op::Unknown),
                _ => self.expression(argument),
            }
        }
        self.output.op(Op::End);
    }

    // ---- calls

    fn call(&mut self, node: Node<'_>) {
        let Some((function, turbofish)) = called(node) else { return self.output.op(Op::Unknown) };
        match kind(function) {
            Kind::FieldExpression => {
                self.output.op(Op::Unknown);
                self.method_call(node);
            }
            Kind::ScopedIdentifier if has_levels(function) => {
                self.output.op(Op::CallPath);
                self.types_of(turbofish);
                self.output.op(Op::End);
                self.path(function);
                self.arguments(node);
            }
            Kind::Identifier if self.is_function(self.text(function)) => {
                let name = self.text(function);
                let of_own = name == "Self";
                self.output.op(if of_own { Op::CallOwn } else { Op::CallName });
                self.types_of(turbofish);
                self.output.op(Op::End);
                let meant = if of_own { self.scope.own.unwrap_or(0) } else { self.output.name(name) };
                self.output.number(meant);
                self.arguments(node);
            }
            _ => self.all(|writer| {
                writer.types_of(turbofish);
                writer.discard(function);
                if let Some(arguments) = field(node, Field::Arguments) {
                    writer.discard_parts(arguments);
                }
            }),
        }
    }

    /// False for a variable: the result of calling it is unknown.
    fn is_function(&mut self, name: &str) -> bool {
        let local = self.output.local(name);
        matches!(name, "Some" | "Ok" | "Err" | "Self") || !self.variables.contains(&local)
    }

    /// Arguments; the type of the first one counts.
    fn arguments(&mut self, call: Node<'_>) {
        let arguments = field(call, Field::Arguments).map(children).unwrap_or_default();
        self.given(arguments);
    }

    pub fn given(&mut self, arguments: Vec<Node<'_>>) {
        for (number, argument) in arguments.into_iter().enumerate() {
            match number {
                0 => self.expression(argument),
                _ => self.discard(argument),
            }
        }
        self.output.op(Op::End);
    }

    fn construction(&mut self, node: Node<'_>) {
        let name = field(node, Field::Name);
        match name.filter(|name| has_levels(*name)) {
            Some(name) => {
                self.output.op(Op::ConstructPath);
                self.path(name);
            }
            None => self.output.op(Op::Construct),
        }
        let of = name.map_or(0, |name| self.read_type(name));
        self.output.number(of);
        self.discard_child(node, Field::Body);
        self.output.op(Op::End);
    }

    /// A closure; its type is that of its result.
    fn closure(&mut self, node: Node<'_>, op: Op) {
        let outer = self.variables.len();
        self.output.op(op);
        if let Some(parameters) = field(node, Field::Parameters) {
            for parts in super::patterns::in_places(parameters, None) {
                self.bind_place(&parts);
            }
        }
        self.output.op(Op::End);
        let result = field(node, Field::ReturnType).map_or(0, |of| self.read_type(of) + 1);
        self.output.number(result);
        self.child(node, Field::Body);
        self.variables.truncate(outer);
    }
}

/// The first operand of an expression, which is read before the rest.
fn first_operand(node: Node<'_>) -> Option<Node<'_>> {
    match kind(node) {
        Kind::BinaryExpression => field(node, Field::Left),
        Kind::FieldExpression | Kind::ReferenceExpression | Kind::TypeCastExpression => {
            field(node, Field::Value)
        }
        Kind::GenericFunction => field(node, Field::Function),
        Kind::CallExpression => {
            let (function, _) = called(node)?;
            field(function, Field::Value).filter(|_| kind(function) == Kind::FieldExpression)
        }
        Kind::IndexExpression => {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).find(|of| !of.is_extra())
        }
        Kind::UnsafeBlock
        | Kind::ParenthesizedExpression
        | Kind::UnaryExpression
        | Kind::ConstBlock
        | Kind::TryExpression
        | Kind::AwaitExpression => only_child(node),
        _ => None,
    }
}

/// True for an expression that is written as an expression even if its type does not count.
fn has_value(node: Node<'_>) -> bool {
    matches!(
        kind(node),
        Kind::ScopedIdentifier
            | Kind::CallExpression
            | Kind::StructExpression
            | Kind::ClosureExpression
            | Kind::WhileExpression
            | Kind::ForExpression
            | Kind::LoopExpression
            | Kind::LetDeclaration
            | Kind::LetCondition
            | Kind::UnsafeBlock
            | Kind::ParenthesizedExpression
            | Kind::UnaryExpression
            | Kind::ConstBlock
            | Kind::AsyncBlock
            | Kind::TryExpression
            | Kind::AwaitExpression
            | Kind::FieldExpression
            | Kind::ReferenceExpression
            | Kind::TypeCastExpression
            | Kind::BinaryExpression
            | Kind::IndexExpression
            | Kind::GenericFunction
            | Kind::TupleExpression
            | Kind::ArrayExpression
    )
}

/// True for a path of at least two parts.
fn has_levels(node: Node<'_>) -> bool {
    field(node, Field::Path).is_some() && field(node, Field::Name).is_some()
}

/// The called function and its type arguments.
fn called(call: Node<'_>) -> Option<(Node<'_>, Option<Node<'_>>)> {
    let function = field(call, Field::Function)?;
    if kind(function) != Kind::GenericFunction {
        return Some((function, None));
    }
    let inner = field(function, Field::Function).unwrap_or(function);
    Some((inner, field(function, Field::TypeArguments)))
}
