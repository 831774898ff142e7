//! The types of expressions, and what they call.

use super::bodies::{Level, Walker};
use super::library;
use super::names::{
    BTREE_MAP, COLLECTED, FUTURE, HASH_MAP, ITERATOR, LIBRARY, Name, OPTION, RANGE, RESULT, STR, STRING, VEC,
    VEC_DEQUE,
};
use super::value::{PLAIN, Type};
use facts::model::{MAX_TYPE_PARTS, Op, Prefix};

impl Walker<'_> {
    /// Reads an expression; its type.
    pub fn expression(&mut self) -> Type {
        if !self.enter() {
            return Type::Unknown;
        }
        let mut of = self.innermost().limited();
        while self.code.peek().is_continuation() && !self.lost() {
            of = self.continuation(of).limited();
        }
        self.leave();
        of
    }

    /// Reads expressions whose types do not count, up to the end of their list.
    fn discard(&mut self) {
        self.list(|walker| drop(walker.expression()));
    }

    /// Reads the expressions of a list; the type of the last.
    fn last(&mut self) -> Option<Type> {
        let mut last = None;
        self.list(|walker| last = Some(walker.expression()));
        last
    }

    /// The part of an expression that all else goes on from.
    fn innermost(&mut self) -> Type {
        match self.code.peek() {
            // The end of something that ends too early.
            Op::End => return Type::Unknown,
            op if op.is_continuation() => return Type::Unknown,
            _ => {}
        }
        match self.code.op() {
            Op::Plain => PLAIN,
            Op::Text => Type::Plain(STR),
            Op::Local => {
                let place = self.code.number() as usize;
                let number = self.variables.len().checked_sub(place + 1);
                number.map_or(Type::Unknown, |number| self.variables[number].clone())
            }
            Op::Name => {
                let number = self.code.number();
                self.constant_or_unit(self.name(number))
            }
            Op::Path => self.path(false).map_or(Type::Unknown, |path| self.value_of_path(path)),
            Op::Mention => {
                self.path(false);
                Type::Unknown
            }
            Op::Macro => self.macro_call(),
            Op::Construct => self.construction(None),
            Op::ConstructPath => {
                let path = self.path(false);
                self.construction(path)
            }
            op @ (Op::CallPath | Op::CallName | Op::CallOwn) => self.call(op),
            op => self.structure(op),
        }
    }

    fn call(&mut self, op: Op) -> Type {
        self.discard();
        if op == Op::CallPath {
            let path = self.path(true);
            let given = self.given();
            return path.map_or(Type::Unknown, |path| self.result_of_path(path, given));
        }
        let number = self.code.number();
        let given = self.given();
        match op {
            Op::CallOwn => self.type_of(number),
            _ => self.result_of_name(self.name(number), given),
        }
    }

    /// Expressions with others in them.
    fn structure(&mut self, op: Op) -> Type {
        match op {
            Op::Closure => self.closure(&[]),
            Op::Last => self.last().unwrap_or(Type::Unknown),
            Op::Async => Type::named(FUTURE, self.last()),
            Op::Tuple => self.tuple(),
            Op::Array => {
                let first = self.expression();
                self.discard();
                Type::List(Box::new(first))
            }
            Op::All => {
                self.discard();
                Type::Unknown
            }
            Op::Function => {
                self.alone(|walker| {
                    walker.list(|walker| walker.bind(&Type::Unknown));
                    walker.discard();
                });
                Type::Unknown
            }
            Op::Alone => {
                self.alone(Self::discard);
                Type::Unknown
            }
            Op::LetCondition => {
                let of = self.expression();
                self.bind(&of);
                PLAIN
            }
            op => self.statement(op),
        }
    }

    /// Blocks, branches, loops, declarations.
    fn statement(&mut self, op: Op) -> Type {
        let outer = self.variables.len();
        let of = match op {
            Op::If => {
                self.discard();
                let then = self.expression();
                self.variables.truncate(outer);
                self.discard();
                if then == PLAIN { Type::Unknown } else { then }
            }
            Op::Match => self.matched(),
            Op::While | Op::BlockPlain => {
                self.discard();
                PLAIN
            }
            Op::Scoped => {
                self.discard();
                Type::Unknown
            }
            Op::For => {
                let of = self.expression();
                let item = library::item(&self.known.names, &of);
                self.bind(&item);
                self.discard();
                PLAIN
            }
            Op::Block => {
                self.discard();
                self.expression()
            }
            Op::Let | Op::LetTyped => return self.declaration(op == Op::LetTyped),
            _ => Type::Unknown,
        };
        self.variables.truncate(outer);
        of
    }

    /// Looks at something that sees no variables.
    fn alone(&mut self, look: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.variables);
        look(self);
        self.variables = outer;
    }

    fn tuple(&mut self) -> Type {
        let mut types = Vec::new();
        self.list(|walker| {
            let of = walker.expression();
            // One more than is kept makes the whole unknown.
            if types.len() <= MAX_TYPE_PARTS {
                types.push(of);
            }
        });
        Type::Tuple(types)
    }

    fn declaration(&mut self, is_typed: bool) -> Type {
        let value = self.expression();
        let declared = match is_typed {
            true => {
                self.discard();
                let number = self.code.number();
                self.type_of(number)
            }
            false => Type::Unknown,
        };
        let of = match declared {
            // `let x: Vec<_> = y.collect()`
            Type::Named(name, arguments) if value.is(COLLECTED) && !arguments.iter().any(Type::is_known) => {
                Type::named(name, [value.argument(0)])
            }
            of if of.is_known() => of,
            _ if value.is(COLLECTED) => Type::Unknown,
            _ => value,
        };
        self.bind(&of);
        PLAIN
    }

    fn matched(&mut self) -> Type {
        let value = self.expression();
        let mut result = Type::Unknown;
        while !self.is_list_over() {
            let outer = self.variables.len();
            self.bind(&value);
            let of = self.expression();
            if !result.is_known() && of != PLAIN {
                result = of;
            }
            self.variables.truncate(outer);
        }
        result
    }

    /// A closure, whose type here is that of its result.
    fn closure(&mut self, expected: &[Type]) -> Type {
        let outer = self.variables.len();
        let mut number = 0;
        while !self.is_list_over() {
            self.bind(expected.get(number).unwrap_or(&Type::Unknown));
            number += 1;
        }
        let declared = self.code.number().checked_sub(1);
        let result = self.expression();
        self.variables.truncate(outer);
        declared.map_or(result, |of| self.type_of(of))
    }

    // ---- what goes on from an expression

    fn continuation(&mut self, of: Type) -> Type {
        match self.code.op() {
            Op::CompareBare => PLAIN,
            Op::Compare => {
                self.discard();
                PLAIN
            }
            Op::OperateBare => operated(of),
            Op::Operate => {
                self.discard();
                operated(of)
            }
            Op::Field => {
                let name = self.place();
                self.note_other(name, false);
                self.field_of(&of, self.name(name), 0)
            }
            Op::Method => self.method_call(&of, false),
            Op::MethodTyped => {
                self.discard();
                self.method_call(&of, true)
            }
            Op::Index => self.indexed(of),
            Op::Try if of.is(OPTION) || of.is(RESULT) => of.argument(0),
            Op::Await if of.is(FUTURE) => of.argument(0),
            Op::Cast => {
                self.discard();
                let number = self.code.number();
                self.type_of(number)
            }
            Op::Same => {
                self.discard();
                of
            }
            _ => Type::Unknown,
        }
    }

    fn indexed(&mut self, of: Type) -> Type {
        let flags = self.code.number();
        let is_range = flags & 1 == 1;
        let mut first = None;
        self.list(|walker| {
            let index = walker.expression();
            first.get_or_insert(index);
        });
        // False where the index may be a range in a variable.
        let is_number = flags & 2 == 0 || !first.is_some_and(|index| index.is(RANGE));
        match &of {
            Type::List(_) | Type::Plain(_) if is_range => of,
            Type::Named(STRING, _) if is_range => Type::Plain(STR),
            Type::Named(VEC, _) if is_range => Type::List(Box::new(of.argument(0))),
            Type::List(item) if is_number => Type::clone(item),
            Type::Named(VEC | VEC_DEQUE, _) if is_number => of.argument(0),
            Type::Named(HASH_MAP | BTREE_MAP, _) => of.argument(1),
            _ => Type::Unknown,
        }
    }

    fn field_of(&self, of: &Type, field: Name, steps: u32) -> Type {
        let number = self.text(field).parse::<usize>().ok();
        if let (Type::Tuple(parts), Some(number)) = (of, number) {
            return parts.get(number).cloned().unwrap_or(Type::Unknown);
        }
        let Type::Named(name, _) = of else { return Type::Unknown };
        let Some(declared) = self.known.declared(*name, self.package) else { return Type::Unknown };
        let part = match number {
            Some(number) => declared.contents.places.get(number),
            None => declared.contents.fields.get(&field),
        };
        if let Some(part) = part {
            return self.known.seen_from(of, part, self.package);
        }
        match self.known.target(of, self.package) {
            Some(target) if steps < 4 => self.field_of(&target, field, steps + 1),
            _ => Type::Unknown,
        }
    }

    // ---- calls

    /// Reads arguments of which the type of the first counts.
    fn given(&mut self) -> Option<Type> {
        if self.is_list_over() {
            return None;
        }
        let first = self.expression();
        self.discard();
        Some(first)
    }

    fn method_call(&mut self, receiver: &Type, is_typed: bool) -> Type {
        let name = self.place();
        let collected = if is_typed { self.code.number().checked_sub(1) } else { None };
        self.note_member(receiver, name, true);
        let name = self.name(name);
        let method = self.text(name);
        let (mut first, mut last) = (None, Type::Unknown);
        while !self.is_list_over() {
            last = self.argument(receiver, method, first.as_ref());
            first.get_or_insert_with(|| last.clone());
        }
        // The argument that decides over the result of a library's method: a closure is the last.
        let folds = method == "fold" && receiver.is(ITERATOR);
        let given = if folds { first.unwrap_or(Type::Unknown) } else { last };
        let result = match self.result_of_method(receiver, name, &given, 0) {
            of if is_typed && of.is(LIBRARY) => Type::Unknown,
            of => of,
        };
        match collected {
            Some(number) => match (self.written(number), &result) {
                (Type::Named(name, arguments), Type::Named(..)) if !arguments.iter().any(Type::is_known) => {
                    Type::named(name, [result.argument(0)])
                }
                _ => self.type_of(number),
            },
            None => result,
        }
    }

    /// The type of a method's argument; of a closure what it gives.
    fn argument(&mut self, receiver: &Type, method: &str, first: Option<&Type>) -> Type {
        match self.code.peek() {
            Op::GivenClosure => {
                self.code.op();
                let first = first.unwrap_or(&Type::Unknown);
                self.closure(&library::closure_parameters(&self.known.names, receiver, method, first))
            }
            // A function that is handed on: what it gives.
            Op::GivenPath => {
                self.code.op();
                self.path(false).map_or(Type::Unknown, |path| self.result_of_path(path, None))
            }
            _ => self.expression(),
        }
    }

    fn result_of_method(&self, receiver: &Type, method: Name, given: &Type, steps: u32) -> Type {
        let text = self.text(method);
        let same = matches!(text, "clone" | "to_owned" | "by_ref");
        match receiver {
            Type::Bounded(_) if same => receiver.clone(),
            Type::Bounded(_) => self.known.result(Some(receiver), method, self.package),
            Type::Named(name, _) if self.known.is_declared(*name) => {
                if self.known.has_function(*name, method) {
                    return self.known.result(Some(receiver), method, self.package);
                }
                match self.known.target(receiver, self.package) {
                    _ if same => receiver.clone(),
                    Some(target) if steps < 4 => self.result_of_method(&target, method, given, steps + 1),
                    _ => Type::Unknown,
                }
            }
            _ => match library::result(&self.known.names, receiver, text, given) {
                Type::Unknown if library::keeps_outside(&self.known.names, receiver, text) => {
                    Type::named(LIBRARY, [])
                }
                of => of,
            },
        }
    }

    fn result_of_name(&self, name: Name, given: Option<Type>) -> Type {
        let first = || given.unwrap_or(Type::Unknown);
        match self.text(name) {
            "Some" => Type::named(OPTION, [first()]),
            "Ok" => Type::named(RESULT, [first(), Type::Unknown]),
            "Err" => Type::named(RESULT, [Type::Unknown, first()]),
            _ if self.known.names.starts_upper(name) => self.constant_or_unit(name),
            _ => self.known.result(None, name, self.package),
        }
    }

    fn construction(&mut self, path: Option<Level>) -> Type {
        let number = self.code.number();
        let whole = path.and_then(|path| Some((self.path_type(path.level.prefix)?, path.name)));
        let of = match whole.filter(|(whole, name)| self.has_variant(whole, *name)) {
            Some((whole, _)) => whole,
            None => self.type_of(number),
        };
        self.discard();
        of
    }

    fn macro_call(&mut self) -> Type {
        let name = self.place();
        let name = self.name(name);
        let length = self.code.number();
        // What a macro of the tree puts behind another value, is called on that one.
        let first = match self.known.splices(name) {
            true => {
                self.code.skip(length);
                None
            }
            false => {
                let outer = self.variables.len();
                let first = self.given();
                self.variables.truncate(outer);
                first
            }
        };
        match self.text(name) {
            "format" => Type::named(STRING, []),
            "vec" => Type::named(VEC, [first.unwrap_or(Type::Unknown)]),
            "matches" => PLAIN,
            "dbg" => first.unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        }
    }

    // ---- paths

    fn value_of_path(&mut self, path: Level) -> Type {
        match self.path_type(path.level.prefix) {
            Some(of) if self.has_variant(&of, path.name) => of,
            Some(_) => match self.known.constant(path.name, self.package) {
                Some(Type::Parameter(_)) | None => Type::Unknown,
                Some(of) => self.known.resolved(of.clone(), self.package),
            },
            None if self.known.names.starts_upper(path.name) => self.constant_or_unit(path.name),
            None => Type::Unknown,
        }
    }

    /// What a call of a path gives.
    fn result_of_path(&mut self, path: Level, given: Option<Type>) -> Type {
        let name = path.name;
        let text = self.text(name);
        let first = || given.unwrap_or(Type::Unknown);
        let Some(of) = self.path_type(path.level.prefix) else {
            return match text {
                "take" | "replace" if path.level.is_mem => first(),
                _ if self.known.names.starts_upper(name) => self.constant_or_unit(name),
                _ if self.is_own_module(path) => self.known.result(None, name, self.package),
                _ => Type::Unknown,
            };
        };
        if self.has_variant(&of, name) {
            return of;
        }
        let Type::Named(own, _) = &of else { return self.known.result(Some(&of), name, self.package) };
        if self.known.is_declared(*own) {
            return self.known.result(Some(&of), name, self.package);
        }
        let before = match path.level.prefix {
            Prefix::Named(before, _) => self.text(self.name(before)),
            _ => "",
        };
        match (before, text) {
            ("Box" | "Rc" | "Arc" | "Cow", "new" | "clone" | "Borrowed" | "Owned" | "from") => first(),
            ("Mutex" | "RwLock" | "RefCell" | "Cell", "new") => Type::named(*own, [first()]),
            (_, "new" | "with_capacity" | "default") if self.known.names.is_container(*own) => of,
            ("String", "from") => of,
            _ => Type::Unknown,
        }
    }

    /// True for a path into the crate itself, as far as its words say.
    fn is_own_module(&self, path: Level) -> bool {
        let is_module = |name| self.known.is_module(self.name(name));
        path.level.is_own || matches!(path.level.prefix, Prefix::Named(name, _) if is_module(name))
    }
}

/// What an operator gives: what it is given, if that is plain.
fn operated(of: Type) -> Type {
    if let Type::Plain(_) = of { of } else { Type::Unknown }
}
