//! Types as they are written.

use super::output::Output;
use super::syntax::{Field, Kind, children, field, kind, text};
use crate::hash::HashSet;
use crate::model::{MAX_TYPE_PARTS, NameId, TypeId, UNKNOWN_TYPE, WrittenType};
use tree_sitter::Node;

/// The names that stand for types in a type expression.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// `Self`.
    pub own: Option<TypeId>,
    /// Type parameters, the innermost last.
    pub parameters: Vec<(NameId, TypeId)>,
}

impl Scope {
    /// A scope with these type parameters; nothing else is known about them.
    pub fn of_parameters(parameters: &[NameId], output: &mut Output) -> Scope {
        let own = parameters.iter().map(|name| (*name, output.of(WrittenType::Parameter(*name))));
        Scope { own: None, parameters: own.collect() }
    }
}

/// Reads a type; a type that nests deeper than [`MAX_TYPE_PARTS`] becomes unknown.
pub(super) fn read(output: &mut Output, node: Node<'_>, source: &str, scope: &Scope) -> TypeId {
    Reader { output, source, scope }.read(node, MAX_TYPE_PARTS)
}

/// The traits in a list of bounds, and the items if one of them is an iterator.
pub(super) struct Bounds {
    pub traits: Vec<NameId>,
    items: Option<TypeId>,
}

/// Reads a list of bounds.
pub(super) fn bounds(output: &mut Output, node: Node<'_>, source: &str) -> Bounds {
    Reader { output, source, scope: &Scope::default() }.bounds(node, MAX_TYPE_PARTS)
}

impl Bounds {
    /// True for an iterator whose items are known.
    pub fn is_iterator(&self, output: &Output) -> bool {
        let iterates =
            |name: &NameId| matches!(output.text(*name), "Iterator" | "DoubleEndedIterator" | "IntoIterator");
        self.items.is_some() && self.traits.iter().any(iterates)
    }
}

/// The context in which types are read.
struct Reader<'r> {
    output: &'r mut Output,
    source: &'r str,
    scope: &'r Scope,
}

impl<'r> Reader<'r> {
    fn text(&self, node: Node<'_>) -> &'r str {
        text(self.source, node)
    }

    /// Reads a type with at most `levels` more levels.
    fn read(&mut self, node: Node<'_>, levels: usize) -> TypeId {
        let Some(levels) = levels.checked_sub(1) else { return UNKNOWN_TYPE };
        match kind(node) {
            Kind::TypeIdentifier | Kind::Identifier => self.named(self.text(node)),
            Kind::ScopedTypeIdentifier | Kind::ScopedIdentifier => self.scoped(node),
            Kind::PrimitiveType => self.output.plain(self.text(node)),
            Kind::UnitType | Kind::NeverType | Kind::FunctionType => self.output.plain(""),
            Kind::ReferenceType | Kind::PointerType => self.read_field(node, Field::Type, levels),
            Kind::ArrayType => {
                let of = self.read_field(node, Field::Element, levels);
                self.output.of(WrittenType::List(of))
            }
            Kind::TupleType => {
                let parts = self.children(node, levels);
                self.output.of(WrittenType::Tuple(parts.into()))
            }
            Kind::GenericType | Kind::GenericTypeWithTurbofish => self.generic(node, levels),
            Kind::DynamicType | Kind::AbstractType => match field(node, Field::Trait) {
                Some(of) => self.bounded(of, levels),
                None => UNKNOWN_TYPE,
            },
            Kind::BoundedType => self.bounded(node, levels),
            _ => UNKNOWN_TYPE,
        }
    }

    fn read_field(&mut self, node: Node<'_>, of: Field, levels: usize) -> TypeId {
        field(node, of).map_or(UNKNOWN_TYPE, |of| self.read(of, levels))
    }

    fn is_parameter(&self, name: &str) -> Option<TypeId> {
        let mut parameters = self.scope.parameters.iter().rev();
        parameters.find(|(parameter, _)| self.output.text(*parameter) == name).map(|(_, of)| *of)
    }

    fn named(&mut self, name: &str) -> TypeId {
        match name {
            "Self" => self.scope.own.unwrap_or(UNKNOWN_TYPE),
            "_" => UNKNOWN_TYPE,
            _ => match self.is_parameter(name) {
                Some(of) => of,
                None => self.output.named(name, &[]),
            },
        }
    }

    /// `a::b::T`; `Self::T` and `P::T` are unknown.
    fn scoped(&mut self, node: Node<'_>) -> TypeId {
        let path = field(node, Field::Path).map_or("", |of| self.text(of));
        if path == "Self" || path.starts_with('<') || self.is_parameter(path).is_some() {
            return UNKNOWN_TYPE;
        }
        // The start of the path distinguishes a library's type from the tree's.
        let last = path.split('<').next().unwrap_or(path).rsplit("::").next().unwrap_or(path);
        let name = field(node, Field::Name).map_or("", |of| self.text(of));
        self.output.named(&format!("{last}::{name}"), &[])
    }

    fn children(&mut self, node: Node<'_>, levels: usize) -> Vec<TypeId> {
        let types = children(node).into_iter().filter(|of| kind(*of) != Kind::Lifetime);
        // One more than the limit makes the whole type unknown.
        types.take(MAX_TYPE_PARTS + 1).map(|of| self.read(of, levels)).collect()
    }

    fn generic(&mut self, node: Node<'_>, levels: usize) -> TypeId {
        let Some(of) = field(node, Field::Type) else { return UNKNOWN_TYPE };
        let arguments = field(node, Field::TypeArguments);
        let arguments = arguments.map(|arguments| self.children(arguments, levels)).unwrap_or_default();
        let of = self.read(of, levels);
        match self.output.get(of) {
            WrittenType::Named(name, _) => {
                let name = *name;
                self.output.peeled(name, arguments)
            }
            _ => UNKNOWN_TYPE,
        }
    }

    /// A type that is known by its traits only; an iterator by its items.
    fn bounded(&mut self, node: Node<'_>, levels: usize) -> TypeId {
        let bounds = self.bounds(node, levels);
        match bounds.items {
            Some(items) if bounds.is_iterator(self.output) => self.output.named("Iterator", &[items]),
            _ => self.output.of(WrittenType::Bounded(bounds.traits.into())),
        }
    }

    fn bounds(&mut self, node: Node<'_>, levels: usize) -> Bounds {
        let mut found = Bounds { traits: Vec::new(), items: None };
        let mut pending = vec![node];
        while let Some(here) = pending.pop() {
            match kind(here) {
                Kind::TypeIdentifier => found.traits.push(self.output.name(self.text(here))),
                Kind::ScopedTypeIdentifier => {
                    let name = field(here, Field::Name).map(|of| self.output.name(self.text(of)));
                    found.traits.extend(name);
                }
                Kind::GenericType => {
                    pending.extend(field(here, Field::Type));
                    if found.items.is_none() {
                        found.items = self.items_of(here, levels);
                    }
                }
                Kind::TraitBounds
                | Kind::BoundedType
                | Kind::HigherRankedTraitBound
                | Kind::DynamicType
                | Kind::AbstractType => {
                    let mut cursor = here.walk();
                    pending.extend(here.named_children(&mut cursor));
                }
                _ => {}
            }
        }
        found
    }

    /// `T` of `Iterator<Item = T>`.
    fn items_of(&mut self, node: Node<'_>, levels: usize) -> Option<TypeId> {
        let arguments = field(node, Field::TypeArguments)?;
        let mut cursor = arguments.walk();
        let binding = arguments.named_children(&mut cursor).find(|of| kind(*of) == Kind::TypeBinding)?;
        Some(self.read(field(binding, Field::Type)?, levels))
    }
}

/// The type parameters that a node declares with their bounds, those of its `where` clause included.
pub(super) fn parameters(output: &mut Output, node: Node<'_>, source: &str) -> Vec<(NameId, TypeId)> {
    let mut found: Vec<(NameId, Vec<NameId>)> = Vec::new();
    // A method's `where` clause may add bounds to a parameter of the surrounding block.
    let mut around: Vec<NameId> = Vec::new();
    if let Some(list) = field(node, Field::TypeParameters) {
        let mut cursor = list.walk();
        for parameter in list.named_children(&mut cursor) {
            match kind(parameter) {
                Kind::TypeIdentifier => found.push((output.name(text(source, parameter)), Vec::new())),
                Kind::TypeParameter => {
                    let bounds = traits(output, field(parameter, Field::Bounds), source);
                    let name = field(parameter, Field::Name).map(|name| output.name(text(source, name)));
                    found.extend(name.map(|name| (name, bounds)));
                }
                _ => {}
            }
        }
    }
    let mut cursor = node.walk();
    for clause in node.named_children(&mut cursor).filter(|of| kind(*of) == Kind::WhereClause) {
        let mut inner = clause.walk();
        for predicate in clause.named_children(&mut inner) {
            let Some(left) = field(predicate, Field::Left) else { continue };
            // `&'a T: Trait` is also about `T`.
            let left = text(source, left).rsplit([' ', '&']).next().unwrap_or_default();
            let left = output.name(left);
            match found.iter_mut().find(|(name, _)| *name == left) {
                Some((_, bounds)) => {
                    bounds.extend(traits(output, field(predicate, Field::Bounds), source));
                }
                None => around.push(left),
            }
        }
    }
    let mut known: Vec<(NameId, TypeId)> = Vec::with_capacity(found.len() + around.len());
    for (name, bounds) in found {
        known.push((name, output.of(WrittenType::Bounded(bounds.into()))));
    }
    known.extend(around.into_iter().map(|name| (name, UNKNOWN_TYPE)));
    known
}

fn traits(output: &mut Output, of: Option<Node<'_>>, source: &str) -> Vec<NameId> {
    let Some(of) = of else { return Vec::new() };
    let found = bounds(output, of, source);
    match found.is_iterator(output) {
        true => vec![output.name("Iterator")],
        false => found.traits,
    }
}

/// The words of a text that are names.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Removes numbers that occurred before.
pub(super) fn distinct(names: &mut Vec<NameId>) {
    let mut seen: HashSet<NameId> = HashSet::default();
    names.retain(|name| seen.insert(*name));
}
