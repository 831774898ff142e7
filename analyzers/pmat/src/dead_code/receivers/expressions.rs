//! The types of expressions, and what they call.

use super::library;
use super::patterns::in_places;
use super::types::{Type, is_transparent, keep, read};
use super::walker::Walker;
use tree_sitter::Node;

/// Parts of a path that are looked at.
const MAX_PATH: usize = 100;

fn plain() -> Type {
    Type::Plain(String::new())
}

impl Walker<'_> {
    /// The type of an expression; looks at everything in it once.
    ///
    /// What stands first in an expression (`a` in `a + b`, in `a.b()`, in `(a)`) is found in a loop: chains of thousands of
    /// terms and calls are ordinary in generated code. What stands further inside costs a level.
    pub fn expression(&mut self, node: Node<'_>) -> Type {
        if !self.enter() {
            return Type::Unknown;
        }
        let mut around = Vec::new();
        let mut here = node;
        while let Some(first) = first_operand(here) {
            around.push(here);
            here = first;
        }
        let mut of = self.innermost(here).limited();
        while let Some(outer) = around.pop() {
            of = self.around(outer, of).limited();
        }
        self.leave();
        of
    }

    /// An expression with nothing that stands first in it.
    fn innermost(&mut self, node: Node<'_>) -> Type {
        match node.kind() {
            "identifier" | "self" => self.variable(self.text(node)),
            "scoped_identifier" => {
                self.path(node, false);
                self.value_of_path(node)
            }
            "integer_literal" | "float_literal" | "boolean_literal" | "char_literal" => plain(),
            "string_literal" | "raw_string_literal" => Type::Plain("str".to_owned()),
            "call_expression" => self.call(node),
            "struct_expression" => self.construction(node),
            "macro_invocation" => self.macro_call(node),
            "closure_expression" => self.closure(node, &[]),
            "if_expression" => self.choice(node),
            "match_expression" | "while_expression" | "for_expression" | "loop_expression" => {
                self.branching(node)
            }
            "block" => self.block(node),
            "let_declaration" => self.declaration(node),
            "let_condition" => {
                let of = self.child(node, "value");
                if let Some(pattern) = node.child_by_field_name("pattern") {
                    self.bind(pattern, &of);
                }
                plain()
            }
            "token_tree" | "line_comment" | "block_comment" | "lifetime" | "label" => Type::Unknown,
            _ => self.operation(node),
        }
    }

    /// Expressions that change the type of what stands in them little.
    fn operation(&mut self, node: Node<'_>) -> Type {
        match node.kind() {
            "unsafe_block" | "parenthesized_expression" | "unary_expression" | "const_block" => {
                self.all(node).pop().unwrap_or(Type::Unknown)
            }
            "async_block" => Type::named("Future", self.all(node).pop()),
            "try_expression" | "await_expression" => {
                let of = self.all(node).pop().unwrap_or(Type::Unknown);
                self.around(node, of)
            }
            "field_expression"
            | "reference_expression"
            | "type_cast_expression"
            | "binary_expression"
            | "index_expression"
            | "generic_function" => self.around(node, Type::Unknown),
            "tuple_expression" => Type::Tuple(self.all(node)),
            "array_expression" => {
                let first = self.all(node).into_iter().next().unwrap_or(Type::Unknown);
                Type::List(Box::new(first))
            }
            _ if self.item(node) => Type::Unknown,
            _ => {
                self.all(node);
                Type::Unknown
            }
        }
    }

    /// The type of an expression of which what stands first ([`first_operand`]) has the type `first`.
    fn around(&mut self, node: Node<'_>, first: Type) -> Type {
        match node.kind() {
            "binary_expression" => self.binary(node, first),
            "field_expression" => self.field(node, &first),
            "call_expression" => self.method_call(node, &first),
            "index_expression" => self.indexed(node, first),
            "try_expression" if first.is("Option") || first.is("Result") => first.argument(0),
            "await_expression" if first.is("Future") => first.argument(0),
            "try_expression" | "await_expression" => Type::Unknown,
            "type_cast_expression" => {
                self.types_of(node.child_by_field_name("type"));
                node.child_by_field_name("type").map_or(Type::Unknown, |of| self.read_type(of))
            }
            "generic_function" => {
                self.types_of(node.child_by_field_name("type_arguments"));
                first
            }
            _ => first,
        }
    }

    fn child(&mut self, node: Node<'_>, field: &str) -> Type {
        node.child_by_field_name(field).map_or(Type::Unknown, |child| self.expression(child))
    }

    /// Looks at everything in a node; the types of the first of them, and of the last.
    fn all(&mut self, node: Node<'_>) -> Vec<Type> {
        let mut cursor = node.walk();
        let mut types = Vec::new();
        for child in node.named_children(&mut cursor).filter(|of| !of.is_extra()) {
            let of = self.expression(child);
            keep(&mut types, of);
        }
        types
    }

    fn variable(&self, name: &str) -> Type {
        let known = self.variables.iter().rev().find(|(variable, _)| variable == name);
        match known {
            Some((_, of)) => of.clone(),
            None if name.starts_with(char::is_uppercase) => self.constant_or_unit(name),
            None => Type::Unknown,
        }
    }

    fn constant_or_unit(&self, name: &str) -> Type {
        match self.known.constant(name, self.package) {
            Some(of) => self.known.resolved(of.clone(), self.package),
            None if self.known.is_declared(name) => Type::named(name, []),
            None => Type::Unknown,
        }
    }

    fn binary(&mut self, node: Node<'_>, left: Type) -> Type {
        self.child(node, "right");
        match self.text_of(node, "operator") {
            "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => plain(),
            _ if matches!(left, Type::Plain(_)) => left,
            _ => Type::Unknown,
        }
    }

    fn indexed(&mut self, node: Node<'_>, of: Type) -> Type {
        let is_range = node.named_child(1).is_some_and(|of| of.kind() == "range_expression");
        let mut cursor = node.walk();
        for index in node.named_children(&mut cursor).filter(|of| !of.is_extra()).skip(1) {
            self.expression(index);
        }
        match &of {
            Type::List(_) | Type::Plain(_) if is_range => of,
            Type::Named(name, _) if is_range && name == "String" => Type::Plain("str".to_owned()),
            Type::Named(name, _) if is_range && name == "Vec" => Type::List(Box::new(of.argument(0))),
            Type::List(item) if self.is_number(node) => (**item).clone(),
            Type::Named(name, _) if name == "Vec" || name == "VecDeque" => {
                if self.is_number(node) {
                    of.argument(0)
                } else {
                    Type::Unknown
                }
            }
            Type::Named(name, _) if name == "HashMap" || name == "BTreeMap" => of.argument(1),
            _ => Type::Unknown,
        }
    }

    /// False where the index may be a range in a variable.
    fn is_number(&self, node: Node<'_>) -> bool {
        node.named_child(1).is_some_and(|index| match index.kind() {
            "identifier" => !self.variable(self.text(index)).is("Range"),
            _ => true,
        })
    }

    // ---- blocks

    /// The types of the arguments between commas where a macro's stand for those of a call, else those of all statements.
    pub fn statements(&mut self, body: Node<'_>) -> Vec<Type> {
        let only = (body.named_child_count() == 1).then(|| body.named_child(0)).flatten();
        let inner = only.and_then(|statement| statement.named_child(0));
        if let Some(inner) = inner
            && let Some(arguments) = inner.child_by_field_name("arguments")
        {
            return self.all(arguments);
        }
        vec![self.block(body)]
    }

    fn block(&mut self, node: Node<'_>) -> Type {
        let outer = self.variables.len();
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.named_children(&mut cursor).filter(|of| !of.is_extra()).collect();
        let mut last = plain();
        for child in children {
            last = self.expression(child);
            if matches!(child.kind(), "expression_statement" | "let_declaration") {
                last = plain();
            }
        }
        self.variables.truncate(outer);
        last
    }

    fn declaration(&mut self, node: Node<'_>) -> Type {
        let value = self.child(node, "value");
        self.child(node, "alternative");
        let declared = node.child_by_field_name("type");
        self.types_of(declared);
        let of = match declared.map(|of| self.read_type(of)) {
            // `let x: Vec<_> = y.collect()`
            Some(Type::Named(name, arguments))
                if value.is("<collected>") && !arguments.iter().any(Type::is_known) =>
            {
                Type::named(&name, [value.argument(0)])
            }
            Some(of) if of.is_known() => of,
            _ if value.is("<collected>") => Type::Unknown,
            _ => value,
        };
        if let Some(pattern) = node.child_by_field_name("pattern") {
            self.bind(pattern, &of);
        }
        plain()
    }

    /// `if` with all its `else if`, of which there may be many: the type of its first branch.
    fn choice(&mut self, node: Node<'_>) -> Type {
        let outer = self.variables.len();
        let mut result = None;
        let mut here = node;
        loop {
            self.child(here, "condition");
            let then = self.child(here, "consequence");
            result.get_or_insert(then);
            self.variables.truncate(outer);
            let Some(alternative) = here.child_by_field_name("alternative") else { break };
            match only_child(alternative).filter(|next| next.kind() == "if_expression") {
                Some(next) => here = next,
                None => {
                    self.expression(alternative);
                    break;
                }
            }
        }
        result.filter(|then| *then != plain()).unwrap_or(Type::Unknown)
    }

    fn branching(&mut self, node: Node<'_>) -> Type {
        let outer = self.variables.len();
        let of = match node.kind() {
            "match_expression" => self.matched(node),
            "while_expression" => {
                self.child(node, "condition");
                self.child(node, "body");
                plain()
            }
            "for_expression" => {
                let of = self.child(node, "value");
                if let Some(pattern) = node.child_by_field_name("pattern") {
                    self.bind(pattern, &library::item(&of));
                }
                self.child(node, "body");
                plain()
            }
            _ => {
                self.child(node, "body");
                Type::Unknown
            }
        };
        self.variables.truncate(outer);
        of
    }

    fn matched(&mut self, node: Node<'_>) -> Type {
        let value = self.child(node, "value");
        let mut result = Type::Unknown;
        let Some(body) = node.child_by_field_name("body") else { return result };
        let mut cursor = body.walk();
        let arms: Vec<Node<'_>> =
            body.named_children(&mut cursor).filter(|of| of.kind() == "match_arm").collect();
        for arm in arms {
            let outer = self.variables.len();
            if let Some(pattern) = arm.child_by_field_name("pattern") {
                self.bind(pattern, &value);
            }
            let of = self.child(arm, "value");
            if !result.is_known() && of != plain() {
                result = of;
            }
            self.variables.truncate(outer);
        }
        result
    }

    /// A closure, whose type here is that of its result.
    fn closure(&mut self, node: Node<'_>, expected: &[Type]) -> Type {
        let outer = self.variables.len();
        if let Some(parameters) = node.child_by_field_name("parameters") {
            for (number, parameter) in in_places(parameters) {
                match parameter.kind() {
                    "parameter" => self.parameter(parameter),
                    _ => self.bind(parameter, expected.get(number).unwrap_or(&Type::Unknown)),
                }
            }
        }
        let result = self.child(node, "body");
        self.variables.truncate(outer);
        match node.child_by_field_name("return_type") {
            Some(of) => self.read_type(of),
            None => result,
        }
    }

    // ---- values and calls

    fn field(&mut self, node: Node<'_>, of: &Type) -> Type {
        let Some(field) = node.child_by_field_name("field") else { return Type::Unknown };
        self.note_field(field);
        self.field_of(of, self.text(field), 0)
    }

    fn field_of(&self, of: &Type, field: &str, steps: u32) -> Type {
        let number = field.parse::<usize>().ok();
        if let (Type::Tuple(parts), Some(number)) = (of, number) {
            return parts.get(number).cloned().unwrap_or(Type::Unknown);
        }
        let Type::Named(name, _) = of else { return Type::Unknown };
        let Some(declared) = self.known.declared(name, self.package) else { return Type::Unknown };
        let part = match number {
            Some(number) => declared.contents.places.get(number),
            None => declared.contents.fields.get(field),
        };
        if let Some(part) = part {
            return self.seen_from(of, part);
        }
        match self.known.target(of, self.package) {
            Some(target) if steps < 4 => self.field_of(&target, field, steps + 1),
            _ => Type::Unknown,
        }
    }

    fn construction(&mut self, node: Node<'_>) -> Type {
        let name = node.child_by_field_name("name");
        let of = match name {
            Some(name) if name.kind() == "scoped_type_identifier" => {
                self.path(name, false);
                let whole = name.child_by_field_name("path").and_then(|path| self.path_type(path));
                whole
                    .filter(|whole| self.has_variant(whole, self.last_name(name)))
                    .unwrap_or_else(|| self.read_type(name))
            }
            Some(name) => self.read_type(name),
            None => Type::Unknown,
        };
        self.child(node, "body");
        of
    }

    fn has_variant(&self, of: &Type, name: &str) -> bool {
        let Type::Named(own, _) = of else { return false };
        self.known.declared(own, self.package).is_some_and(|declared| declared.variants.contains_key(name))
    }

    fn macro_call(&mut self, node: Node<'_>) -> Type {
        let name = node.child_by_field_name("macro").map_or("", |name| self.last_name(name)).to_owned();
        // What a macro of the tree puts behind another value, is called on that one.
        let arguments = match self.known.splices(&name) {
            true => Vec::new(),
            false => self.macro_arguments(node),
        };
        match name.as_str() {
            "format" => Type::named("String", []),
            "vec" => Type::named("Vec", [arguments.into_iter().next().unwrap_or(Type::Unknown)]),
            "matches" => plain(),
            "dbg" => arguments.into_iter().next().unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        }
    }

    fn call(&mut self, node: Node<'_>) -> Type {
        let Some((function, turbofish)) = called(node) else { return Type::Unknown };
        if function.kind() == "field_expression" {
            return self.method_call(node, &Type::Unknown);
        }
        self.types_of(turbofish);
        match function.kind() {
            "scoped_identifier" => {
                self.path(function, true);
                let given = self.arguments(node, None, "");
                self.result_of_path(function, &given)
            }
            "identifier" => {
                let given = self.arguments(node, None, "");
                self.result_of_name(self.text(function), &given)
            }
            _ => {
                self.expression(function);
                self.arguments(node, None, "");
                Type::Unknown
            }
        }
    }

    /// The types of arguments; of closures what they give.
    fn arguments(&mut self, call: Node<'_>, receiver: Option<&Type>, method: &str) -> Vec<Type> {
        let Some(arguments) = call.child_by_field_name("arguments") else { return Vec::new() };
        let mut cursor = arguments.walk();
        let mut types: Vec<Type> = Vec::new();
        for child in arguments.named_children(&mut cursor).filter(|of| !of.is_extra()) {
            let of = match (child.kind(), receiver) {
                ("closure_expression", Some(receiver)) => {
                    let first = types.first().cloned().unwrap_or(Type::Unknown);
                    self.closure(child, &library::closure_parameters(receiver, method, &first))
                }
                // A function that is handed on: what it gives.
                ("scoped_identifier", Some(_)) => {
                    self.path(child, false);
                    self.result_of_path(child, &[])
                }
                _ => self.expression(child),
            };
            keep(&mut types, of);
        }
        types
    }

    fn method_call(&mut self, call: Node<'_>, receiver: &Type) -> Type {
        let Some((function, turbofish)) = called(call) else { return Type::Unknown };
        self.types_of(turbofish);
        let Some(name) = function.child_by_field_name("field") else { return Type::Unknown };
        let method = self.text(name);
        self.note_method(receiver, name);
        let given = self.arguments(call, Some(receiver), method);
        let result = match self.result_of_method(receiver, method, &given, 0) {
            of if turbofish.is_some() && of.is("library::") => Type::Unknown,
            of => of,
        };
        match turbofish.and_then(|of| of.named_child(0)).filter(|_| method == "collect") {
            Some(of) => match (read(of, self.source, &self.scope), &result) {
                (Type::Named(name, arguments), Type::Named(..)) if !arguments.iter().any(Type::is_known) => {
                    Type::named(&name, [result.argument(0)])
                }
                (of, _) => self.known.resolved(of, self.package),
            },
            None => result,
        }
    }

    fn result_of_method(&self, receiver: &Type, method: &str, given: &[Type], steps: u32) -> Type {
        let same = matches!(method, "clone" | "to_owned" | "by_ref");
        match receiver {
            Type::Bounded(_) if same => receiver.clone(),
            Type::Bounded(_) => self.known.result(Some(receiver), method, self.package),
            Type::Named(name, _) if self.known.is_declared(name) => {
                if self.known.has_function(name, method) {
                    return self.known.result(Some(receiver), method, self.package);
                }
                match self.known.target(receiver, self.package) {
                    _ if same => receiver.clone(),
                    Some(target) if steps < 4 => self.result_of_method(&target, method, given, steps + 1),
                    _ => Type::Unknown,
                }
            }
            _ => match library::result(receiver, method, given_by(receiver, method, given)) {
                Type::Unknown if library::keeps_outside(receiver, method) => Type::named("library::", []),
                of => of,
            },
        }
    }

    fn result_of_name(&self, name: &str, given: &[Type]) -> Type {
        let first = || given.first().cloned().unwrap_or(Type::Unknown);
        match name {
            "Some" => Type::named("Option", [first()]),
            "Ok" => Type::named("Result", [first(), Type::Unknown]),
            "Err" => Type::named("Result", [Type::Unknown, first()]),
            "Self" => {
                self.scope.own.clone().map_or(Type::Unknown, |own| self.known.resolved(own, self.package))
            }
            _ if self.variables.iter().any(|(variable, _)| variable == name) => Type::Unknown,
            _ if name.starts_with(char::is_uppercase) => self.constant_or_unit(name),
            _ => self.known.result(None, name, self.package),
        }
    }

    // ---- paths

    /// Notes what stands behind `::`.
    pub fn path(&mut self, node: Node<'_>, called: bool) {
        let (mut here, mut called) = (node, called);
        for _ in 0..MAX_PATH {
            let (Some(path), Some(name)) =
                (here.child_by_field_name("path"), here.child_by_field_name("name"))
            else {
                return;
            };
            match self.path_type(path) {
                Some(of) => self.note_associated(&of, name, called),
                None => self.note_free(name, called),
            }
            if !matches!(path.kind(), "scoped_identifier" | "scoped_type_identifier") {
                return;
            }
            (here, called) = (path, false);
        }
        self.give_up();
    }

    /// The type that a path names; none for a module.
    pub fn path_type(&self, path: Node<'_>) -> Option<Type> {
        match path.kind() {
            "self" | "super" | "crate" | "metavariable" => None,
            "bracketed_type" => Some(self.bracketed(path)),
            "scoped_identifier" | "scoped_type_identifier" | "identifier" | "type_identifier" => {
                let name = self.last_name(path);
                let is_type = name.starts_with(char::is_uppercase)
                    || self.known.is_declared(name)
                    || matches!(name, "str" | "char" | "bool")
                    || (name.starts_with(['u', 'i', 'f']) && name[1..].parse::<u16>().is_ok())
                    || matches!(name, "usize" | "isize");
                is_type.then(|| match name {
                    // Its own functions, not those of what it holds.
                    _ if is_transparent(name) && !self.known.is_declared(name) => {
                        Type::named("library::", [])
                    }
                    _ if name.starts_with(char::is_lowercase) && !self.known.is_declared(name) => {
                        Type::Plain(name.to_owned())
                    }
                    _ => self.read_type(path),
                })
            }
            _ => Some(self.read_type(path)),
        }
    }

    /// `<T as Trait>`, `<T>`.
    fn bracketed(&self, path: Node<'_>) -> Type {
        let Some(inner) = path.named_child(0) else { return Type::Unknown };
        if inner.kind() != "qualified_type" {
            return self.read_type(inner);
        }
        match inner.child_by_field_name("alias").map(|of| self.read_type(of)) {
            Some(Type::Named(name, _)) => Type::Bounded(vec![name]),
            _ => Type::Unknown,
        }
    }

    fn value_of_path(&self, node: Node<'_>) -> Type {
        let name = self.last_name(node);
        let of = node.child_by_field_name("path").and_then(|path| self.path_type(path));
        match of {
            Some(of) if self.has_variant(&of, name) => of,
            Some(_) => self.known.constant(name, self.package).map_or(Type::Unknown, |of| match of {
                Type::Parameter(_) => Type::Unknown,
                of => self.known.resolved(of.clone(), self.package),
            }),
            None if name.starts_with(char::is_uppercase) => self.constant_or_unit(name),
            None => Type::Unknown,
        }
    }

    /// What a call of a path gives.
    fn result_of_path(&self, node: Node<'_>, given: &[Type]) -> Type {
        let name = self.last_name(node);
        let first = || given.first().cloned().unwrap_or(Type::Unknown);
        let Some(path) = node.child_by_field_name("path") else { return Type::Unknown };
        let Some(of) = self.path_type(path) else {
            return match (self.text(path), name) {
                ("mem" | "std::mem" | "core::mem", "take" | "replace") => first(),
                _ if name.starts_with(char::is_uppercase) => self.constant_or_unit(name),
                _ if self.is_own_module(path) => self.known.result(None, name, self.package),
                _ => Type::Unknown,
            };
        };
        if self.has_variant(&of, name) {
            return of;
        }
        let Type::Named(own, _) = &of else { return self.known.result(Some(&of), name, self.package) };
        if self.known.is_declared(own) {
            return self.known.result(Some(&of), name, self.package);
        }
        match (self.last_name(path), name) {
            ("Box" | "Rc" | "Arc" | "Cow", "new" | "clone" | "Borrowed" | "Owned" | "from") => first(),
            ("Mutex" | "RwLock" | "RefCell" | "Cell", "new") => Type::named(own, [first()]),
            (_, "new" | "with_capacity" | "default") if library::is_container(own) => of,
            ("String", "from") => of,
            ("Self", _) => Type::Unknown,
            _ => Type::Unknown,
        }
    }

    /// True for a path into the crate itself, as far as its words say.
    fn is_own_module(&self, path: Node<'_>) -> bool {
        let text = self.text(path);
        let first = text.split("::").next().unwrap_or(text);
        let last = text.rsplit("::").next().unwrap_or(text);
        matches!(first, "crate" | "self" | "super") || self.known.is_module(last)
    }
}

/// The argument that decides over the result of a library's method: a closure is the last.
fn given_by<'g>(receiver: &Type, method: &str, given: &'g [Type]) -> &'g Type {
    const NOTHING: &Type = &Type::Unknown;
    let folds = method == "fold" && receiver.is("Iterator");
    let found = if folds { given.first() } else { given.last() };
    found.unwrap_or(NOTHING)
}

/// What stands first in an expression, and is looked at before all else in it.
fn first_operand(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "binary_expression" => node.child_by_field_name("left"),
        "field_expression" | "reference_expression" | "type_cast_expression" => {
            node.child_by_field_name("value")
        }
        "generic_function" => node.child_by_field_name("function"),
        "call_expression" => {
            let (function, _) = called(node)?;
            if function.kind() == "field_expression" { function.child_by_field_name("value") } else { None }
        }
        "index_expression" => {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).find(|of| !of.is_extra())
        }
        "unsafe_block"
        | "parenthesized_expression"
        | "unary_expression"
        | "const_block"
        | "try_expression"
        | "await_expression" => only_child(node),
        _ => None,
    }
}

/// The child of a node that has one.
fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let mut children = node.named_children(&mut cursor).filter(|of| !of.is_extra());
    children.next().filter(|_| children.next().is_none())
}

/// The function that is called, and the types that are given to it.
fn called(call: Node<'_>) -> Option<(Node<'_>, Option<Node<'_>>)> {
    let function = call.child_by_field_name("function")?;
    if function.kind() != "generic_function" {
        return Some((function, None));
    }
    let inner = function.child_by_field_name("function").unwrap_or(function);
    Some((inner, function.child_by_field_name("type_arguments")))
}
