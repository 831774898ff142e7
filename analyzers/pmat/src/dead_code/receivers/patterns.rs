//! What the patterns of `let`, `match` and parameters bind.

use super::known::Contents;
use super::library::item;
use super::types::Type;
use super::walker::Walker;
use tree_sitter::Node;

impl<'k> Walker<'k> {
    /// Binds the variables of a pattern that a value of that type is matched with.
    pub fn bind(&mut self, pattern: Node<'_>, of: &Type) {
        if self.enter() {
            self.bind_parts(pattern, of);
            self.leave();
        }
    }

    fn bind_parts(&mut self, pattern: Node<'_>, of: &Type) {
        match pattern.kind() {
            "identifier" | "shorthand_field_identifier" => {
                let name = self.text(pattern);
                if !name.starts_with(char::is_uppercase) {
                    self.variables.push((name.to_owned(), of.clone()));
                }
            }
            "tuple_struct_pattern" => self.bind_tuple_struct(pattern, of),
            "struct_pattern" => self.bind_struct(pattern, of),
            "tuple_pattern" => {
                let parts = if let Type::Tuple(parts) = of { parts.as_slice() } else { &[] };
                self.bind_places(pattern, None, parts);
            }
            "slice_pattern" => {
                let of = item(of);
                self.each(pattern, |walker, child| walker.bind(child, &of));
            }
            "captured_pattern" => {
                // The rest of the pattern is matched with the same value.
                self.each(pattern, |walker, child| walker.bind(child, of));
            }
            "scoped_identifier" => self.path(pattern, false),
            "match_pattern" => {
                let condition = pattern.child_by_field_name("condition");
                self.each(pattern, |walker, child| {
                    if Some(child) != condition {
                        walker.bind(child, of);
                    }
                });
                if let Some(condition) = condition {
                    self.expression(condition);
                }
            }
            "closure_parameters" | "parameter" => self.parameter(pattern),
            "macro_invocation" => drop(self.expression(pattern)),
            "type_identifier" | "generic_type" | "scoped_type_identifier" | "mutable_specifier" => {}
            _ => self.each(pattern, |walker, child| walker.bind(child, of)),
        }
    }

    fn each(&mut self, node: Node<'_>, mut look: impl FnMut(&mut Self, Node<'_>)) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            look(self, child);
        }
    }

    /// Binds what stands in the places of a tuple, but for the child that names its type; behind `..` nothing is known.
    fn bind_places(&mut self, pattern: Node<'_>, name: Option<Node<'_>>, places: &[Type]) {
        let mut behind_rest = false;
        for (number, child) in in_places(pattern).into_iter().filter(|(_, child)| Some(*child) != name) {
            let of = places.get(number).filter(|_| !behind_rest).unwrap_or(&Type::Unknown);
            self.bind(child, of);
            behind_rest |= child.kind() == "remaining_field_pattern";
        }
    }

    fn bind_tuple_struct(&mut self, pattern: Node<'_>, of: &Type) {
        let name = pattern.child_by_field_name("type");
        let variant = name.map_or("", |name| self.last_name(name));
        if let Some(name) = name.filter(|name| name.kind() == "scoped_identifier") {
            self.path(name, false);
        }
        let places = match variant {
            "Some" | "Ok" => vec![of.argument(0)],
            "Err" => vec![of.argument(1)],
            _ => self
                .contents(name, variant, of)
                .map(|(contents, whole)| self.places(&contents, &whole))
                .unwrap_or_default(),
        };
        self.bind_places(pattern, name, &places);
    }

    fn bind_struct(&mut self, pattern: Node<'_>, of: &Type) {
        let name = pattern.child_by_field_name("type");
        let variant = name.map_or("", |name| self.last_name(name));
        if let Some(name) = name.filter(|name| name.kind() == "scoped_type_identifier") {
            self.path(name, false);
        }
        let contents = self.contents(name, variant, of);
        self.each(pattern, |walker, child| {
            if child.kind() != "field_pattern" {
                return;
            }
            let field = child.child_by_field_name("name");
            let name = field.map_or("", |field| walker.text(field));
            let of = contents.as_ref().map_or(Type::Unknown, |(contents, whole)| {
                contents.fields.get(name).map_or(Type::Unknown, |of| walker.seen_from(whole, of))
            });
            match (child.child_by_field_name("pattern"), field) {
                (Some(pattern), _) => walker.bind(pattern, &of),
                (None, Some(field)) => walker.bind(field, &of),
                (None, None) => {}
            }
        });
    }

    /// The last name of a path.
    pub fn last_name(&self, node: Node<'_>) -> &'k str {
        self.text(node.child_by_field_name("name").unwrap_or(node))
    }

    /// What the struct or variant of that name holds, and the type it belongs to.
    fn contents(&self, name: Option<Node<'_>>, variant: &str, of: &Type) -> Option<(Contents, Type)> {
        let own =
            name.and_then(|name| name.child_by_field_name("path")).and_then(|path| self.path_type(path));
        let whole = match (own, of) {
            (Some(Type::Named(own, _)), Type::Named(name, _)) if own == *name => of.clone(),
            (Some(own), _) => own,
            (None, Type::Named(..)) => of.clone(),
            (None, _) => Type::named(variant, []),
        };
        let found = |whole: &Type| {
            let Type::Named(name, _) = whole else { return None };
            let declared = self.known.declared(name, self.package)?;
            let contents = declared.variants.get(variant);
            contents.or(Some(&declared.contents).filter(|_| name == variant || variant == "Self")).cloned()
        };
        if let Some(contents) = found(&whole) {
            return Some((contents, whole));
        }
        let alone = Type::named(variant, []);
        found(&alone).map(|contents| (contents, alone))
    }

    fn places(&self, contents: &Contents, whole: &Type) -> Vec<Type> {
        contents.places.iter().map(|of| self.seen_from(whole, of)).collect()
    }

    /// A part of a type as it is in one of its values.
    pub fn seen_from(&self, whole: &Type, part: &Type) -> Type {
        let Type::Named(name, _) = whole else { return Type::Unknown };
        let Some(declared) = self.known.declared(name, self.package) else { return Type::Unknown };
        self.known.resolved(self.known.seen_from(declared, whole, part), self.package)
    }
}

/// What stands between commas, with the number of its place: `_` is no node with a name, and has a place of its own.
pub(super) fn in_places(node: Node<'_>) -> Vec<(usize, Node<'_>)> {
    let mut cursor = node.walk();
    let mut number = 0;
    let mut found = Vec::new();
    for child in node.children(&mut cursor).filter(|child| !child.is_extra()) {
        match child.kind() {
            "," => number += 1,
            _ if child.is_named() => found.push((number, child)),
            _ => {}
        }
    }
    found
}
