//! Goes through the functions of a file with the types of their variables.

use super::known::Known;
use super::library::is_container;
use super::types::{Scope, Type, parameters, read};
use super::{Meant, parser};
use facts::hash::{HashMap, HashSet};
use facts::model::Definition;
use std::ops::ControlFlow;
use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

/// One file, or the arguments of a macro in it.
pub(super) struct Walker<'k> {
    pub known: &'k Known,
    wanted: &'k HashSet<&'k str>,
    pub source: &'k str,
    pub package: u32,
    definitions: &'k [Definition],
    /// The enclosing definition of all there is; none: the one around each place.
    fixed: Option<Option<u32>>,
    pub scope: Scope,
    pub variables: Vec<(String, Type)>,
    /// How many macros stand around.
    depth: u32,
    /// How many levels of code stand around, macros included.
    level: u32,
    /// The code is beyond what is followed here: what its uses mean is not known.
    lost: bool,
    pub found: HashMap<(Option<u32>, String), Meant>,
}

/// Macros within macros that are looked into.
const MAX_DEPTH: u32 = 4;

/// Levels of blocks, arguments and patterns that are followed: each takes up to five kilobytes of the stack, of which a thread may
/// have one megabyte. Code that people write stays below 50. In a file that goes deeper, every use can mean anything.
const MAX_LEVEL: u32 = 150;

/// Variables that are known at a time, with the same consequence: each use of a name looks through them.
const MAX_VARIABLES: usize = 1_000;

impl<'k> Walker<'k> {
    pub fn new(
        known: &'k Known,
        wanted: &'k HashSet<&'k str>,
        source: &'k str,
        package: u32,
        definitions: &'k [Definition],
    ) -> Self {
        Walker {
            known,
            wanted,
            source,
            package,
            definitions,
            fixed: None,
            scope: Scope::default(),
            variables: Vec::new(),
            depth: 0,
            level: 0,
            lost: false,
            found: HashMap::default(),
        }
    }

    /// Looks at a whole file; what the uses in it mean, as far as it could be followed.
    pub fn file(mut self, root: Node<'_>) -> HashMap<(Option<u32>, String), Meant> {
        self.items(root);
        if self.lost { HashMap::default() } else { self.found }
    }

    /// Goes one level down, which is to be left again; false where that is too deep.
    pub fn enter(&mut self) -> bool {
        self.lost |= self.level >= MAX_LEVEL || self.variables.len() > MAX_VARIABLES;
        self.level += u32::from(!self.lost);
        !self.lost
    }

    pub fn leave(&mut self) {
        self.level -= 1;
    }

    /// Gives up on the file.
    pub fn give_up(&mut self) {
        self.lost = true;
    }

    pub fn text(&self, node: Node<'_>) -> &'k str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }

    pub fn text_of(&self, node: Node<'_>, field: &str) -> &'k str {
        node.child_by_field_name(field).map_or("", |of| self.text(of))
    }

    pub fn read_type(&self, node: Node<'_>) -> Type {
        self.known.resolved(read(node, self.source, &self.scope), self.package)
    }

    // ---- items

    fn items(&mut self, node: Node<'_>) {
        if !self.enter() {
            return;
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            self.item(child);
        }
        self.leave();
    }

    /// True for what is an item, and was looked at as one.
    pub fn item(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "function_item" => self.function(node),
            "impl_item" | "trait_item" => self.members(node),
            "mod_item" => {
                if let Some(body) = node.child_by_field_name("body") {
                    self.items(body);
                }
            }
            "const_item" | "static_item" => {
                self.alone(|walker| {
                    walker.types_of(node.child_by_field_name("type"));
                    if let Some(value) = node.child_by_field_name("value") {
                        walker.expression(value);
                    }
                });
            }
            "struct_item"
            | "enum_item"
            | "union_item"
            | "type_item"
            | "function_signature_item"
            | "associated_type" => self.alone(|walker| walker.types_of(Some(node))),
            "macro_invocation" => self.alone(|walker| drop(walker.expression(node))),
            "macro_definition"
            | "use_declaration"
            | "attribute_item"
            | "inner_attribute_item"
            | "line_comment"
            | "block_comment"
            | "extern_crate_declaration" => {}
            "foreign_mod_item" | "source_file" | "declaration_list" => self.items(node),
            "expression_statement" => return false,
            _ => return false,
        }
        true
    }

    /// Looks at something that sees no variables.
    fn alone(&mut self, look: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.variables);
        look(self);
        self.variables = outer;
    }

    fn members(&mut self, node: Node<'_>) {
        let outer = self.scope.clone();
        self.scope.parameters.extend(parameters(node, self.source));
        self.scope.own = match node.kind() {
            "trait_item" => Some(Type::Bounded(vec![self.text_of(node, "name").to_owned()])),
            _ => node.child_by_field_name("type").map(|of| read(of, self.source, &self.scope)),
        };
        self.types_of(node.child_by_field_name("type"));
        self.types_of(node.child_by_field_name("trait"));
        if let Some(body) = node.child_by_field_name("body") {
            self.items(body);
        }
        self.scope = outer;
    }

    fn function(&mut self, node: Node<'_>) {
        let outer = self.scope.parameters.len();
        self.scope.parameters.extend(parameters(node, self.source));
        let variables = std::mem::take(&mut self.variables);
        if let Some(list) = node.child_by_field_name("parameters") {
            let mut cursor = list.walk();
            for parameter in list.named_children(&mut cursor) {
                match parameter.kind() {
                    "self_parameter" => {
                        let own = self.scope.own.clone().unwrap_or(Type::Unknown);
                        let own = self.known.resolved(own, self.package);
                        self.variables.push(("self".to_owned(), own));
                    }
                    "parameter" => self.parameter(parameter),
                    _ => {}
                }
            }
        }
        self.types_of(node.child_by_field_name("return_type"));
        if let Some(body) = node.child_by_field_name("body") {
            self.expression(body);
        }
        self.variables = variables;
        self.scope.parameters.truncate(outer);
    }

    /// Binds a parameter with its declared type.
    pub fn parameter(&mut self, parameter: Node<'_>) {
        let of = parameter.child_by_field_name("type");
        self.types_of(of);
        let of = of.map_or(Type::Unknown, |of| self.read_type(of));
        if let Some(pattern) = parameter.child_by_field_name("pattern") {
            self.bind(pattern, &of);
        }
    }

    /// Looks at the paths in a type: `[u8; Self::SIZE]`.
    pub fn types_of(&mut self, node: Option<Node<'_>>) {
        let mut pending: Vec<Node<'_>> = node.into_iter().collect();
        while let Some(here) = pending.pop() {
            match here.kind() {
                "scoped_type_identifier" | "scoped_identifier" => self.path(here, false),
                _ => {
                    let mut cursor = here.walk();
                    pending.extend(here.named_children(&mut cursor));
                }
            }
        }
    }

    // ---- what is meant

    /// The innermost definition around a place.
    fn enclosing(&self, byte: usize) -> Option<u32> {
        if let Some(fixed) = self.fixed {
            return fixed;
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

    fn note(&mut self, name: &str, byte: usize, called: bool, look: impl FnOnce(&Self) -> Meant) {
        if !self.wanted.contains(name) {
            return;
        }
        let meant = look(self);
        let from = self.enclosing(byte);
        let known = self.found.entry((from, name.to_owned())).or_default();
        known.join(&meant);
        if called {
            known.calls += 1;
        } else {
            known.uses += 1;
        }
    }

    /// A field that is read or written: no method is meant, a function in it may be called.
    pub fn note_field(&mut self, name: Node<'_>) {
        self.note(self.text(name), name.start_byte(), false, |_| Meant::default());
    }

    /// A method that is called on a value.
    pub fn note_method(&mut self, receiver: &Type, name: Node<'_>) {
        let text = self.text(name);
        self.note(text, name.start_byte(), true, |walker| walker.methods_of(receiver, text, 0));
    }

    /// What stands behind a type: `T::f`.
    pub fn note_associated(&mut self, of: &Type, name: Node<'_>, called: bool) {
        let text = self.text(name);
        self.note(text, name.start_byte(), called, |walker| walker.methods_of(of, text, 0));
    }

    /// What stands behind a module.
    pub fn note_free(&mut self, name: Node<'_>, called: bool) {
        self.note(self.text(name), name.start_byte(), called, |_| Meant::default());
    }

    /// What a name means as a member of a type.
    fn methods_of(&self, of: &Type, name: &str, steps: u32) -> Meant {
        let mut meant = Meant::default();
        match of {
            _ if steps > 4 => meant.anything = true,
            Type::Unknown | Type::Parameter(_) => meant.anything = true,
            Type::Bounded(traits) => meant.traits.extend(self.known.with_those_above(traits)),
            Type::Plain(name) if !name.is_empty() => meant.traits.extend(self.known.traits_of(name)),
            Type::Plain(_) | Type::List(_) | Type::Tuple(_) => meant.any_trait = true,
            Type::Named(owner, _) if self.known.is_alias(owner) && !self.known.is_declared(owner) => {
                let aliased = self.known.resolved(of.clone(), self.package);
                meant.owners.insert(owner.clone());
                match aliased == *of {
                    true => meant.anything = true,
                    false => meant.join(&self.methods_of(&aliased, name, steps + 1)),
                }
            }
            Type::Named(owner, arguments) => {
                self.methods_of_named(of, owner, arguments, name, steps, &mut meant)
            }
        }
        meant
    }

    fn methods_of_named(
        &self,
        of: &Type,
        owner: &str,
        arguments: &[Type],
        name: &str,
        steps: u32,
        meant: &mut Meant,
    ) {
        if self.known.is_trait(owner) && !self.known.is_declared(owner) {
            // `Trait::f(x)`.
            meant.traits.extend(self.known.with_those_above(&[owner.to_owned()]));
            return;
        }
        meant.owners.insert(owner.to_owned());
        if self.known.is_declared(owner) {
            meant.traits.extend(self.known.traits_of(owner));
            if let Some(target) = self.known.target(of, self.package) {
                meant.join(&self.methods_of(&target, name, steps + 1));
            }
            return;
        }
        meant.any_trait = true;
        // A library's type may stand for what it holds; `Path<T>` is none of the standard library.
        if !is_container(owner) || matches!(owner, "Path" | "Range" | "Entry" | "Duration") {
            for argument in arguments {
                meant.join(&self.methods_of(argument, name, steps + 1));
            }
        }
    }

    // ---- macros

    /// Looks at the arguments of a macro as at expressions; gives the types of those between commas.
    pub fn macro_arguments(&mut self, node: Node<'_>) -> Vec<Type> {
        let Some(tokens) = node.named_child(node.named_child_count().saturating_sub(1) as u32) else {
            return Vec::new();
        };
        let text = self.text(tokens);
        if tokens.kind() != "token_tree" || text.len() < 3 || self.depth >= MAX_DEPTH {
            return Vec::new();
        }
        let inner = &text[1..text.len() - 1];
        let halves = inner.split_once(',').map(|(value, pattern)| {
            format!("fn f() {{ match {value} {{ {} => {{}} }} }}", pattern.trim_end().trim_end_matches(','))
        });
        let readings = [
            Some(format!("fn f() {{ f({inner}); }}")),
            Some(format!("fn f() {{ {inner} }}")),
            Some(format!("fn f() {{ [{inner}]; }}")),
            halves,
        ];
        let Some(mut parser) = parser() else { return Vec::new() };
        for reading in readings.into_iter().flatten() {
            let Some(tree) = without_error(&mut parser, &reading) else { continue };
            return self.inside_macro(&reading, tree.root_node(), node.start_byte());
        }
        Vec::new()
    }

    fn inside_macro(&mut self, reading: &str, root: Node<'_>, byte: usize) -> Vec<Type> {
        let Some(body) = root.named_child(0).and_then(|function| function.child_by_field_name("body")) else {
            return Vec::new();
        };
        let mut walker = Walker {
            known: self.known,
            wanted: self.wanted,
            source: reading,
            package: self.package,
            definitions: &[],
            fixed: Some(self.enclosing(byte)),
            scope: self.scope.clone(),
            variables: self.variables.clone(),
            depth: self.depth + 1,
            level: self.level,
            lost: self.lost,
            found: HashMap::default(),
        };
        let types = walker.statements(body);
        self.lost |= walker.lost;
        for (key, meant) in walker.found {
            let known = self.found.entry(key).or_default();
            known.join(&meant);
            known.calls += meant.calls;
            known.uses += meant.uses;
        }
        types
    }
}

/// The syntax tree of a text that fits the grammar. That it does not is seen early, because mending it would take long.
fn without_error(parser: &mut Parser, text: &str) -> Option<Tree> {
    let mut read = |byte: usize, _| text.as_bytes().get(byte..).unwrap_or_default();
    let mut progress = |state: &ParseState| match state.has_error() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let tree = parser.parse_with_options(&mut read, None, Some(options));
    if tree.is_none() {
        parser.reset();
    }
    tree.filter(|tree| !tree.root_node().has_error())
}
