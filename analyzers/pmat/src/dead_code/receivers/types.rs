//! Types of Rust as far as they tell which type's methods a call can mean.

use facts::hash::HashMap;
use tree_sitter::Node;

/// A type without references, pointers and smart pointers: a call goes through them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    /// Nothing is known.
    Unknown,
    /// The last name of its path, with its arguments. Every iterator is `Iterator<Item>`.
    Named(String, Vec<Type>),
    /// Slice or array.
    List(Box<Type>),
    Tuple(Vec<Type>),
    /// A type parameter of the `impl` around or of the type that declares it.
    Parameter(String),
    /// `dyn`, `impl` or a type parameter: these traits are all that is known of it.
    Bounded(Vec<String>),
    /// A primitive: no type of the tree gives it methods, but through traits.
    Plain(String),
}

/// Parts of which a type that is kept consists at most, and levels of which it has as many at most. Types that people write
/// have a handful; what is made of others (`let b = (a, a)`, line for line) would double in size with each step.
pub(super) const MAX_PARTS: usize = 48;

/// What a call or a field goes through as if it were not there.
const TRANSPARENT: &[&str] = &[
    "Box",
    "Rc",
    "Arc",
    "Cow",
    "Ref",
    "RefMut",
    "MutexGuard",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "Pin",
    "ManuallyDrop",
    "Reverse",
    "Wrapping",
];

/// A type's own name, without what stands before it.
pub(super) fn bare(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

/// True for the name of a smart pointer.
pub(super) fn is_transparent(name: &str) -> bool {
    TRANSPARENT.contains(&name)
}

impl Type {
    pub fn named(name: &str, arguments: impl IntoIterator<Item = Type>) -> Type {
        Type::Named(name.to_owned(), arguments.into_iter().collect())
    }

    /// The type without smart pointers.
    pub fn peeled(self) -> Type {
        let mut of = self;
        loop {
            match of {
                Type::Named(name, mut arguments) if is_transparent(bare(&name)) => {
                    of = arguments.pop().unwrap_or(Type::Unknown);
                }
                other => return other,
            }
        }
    }

    /// The type, or "nothing is known" in its place where it has more than [`MAX_PARTS`] parts.
    pub fn limited(self) -> Type {
        let mut parts = 0;
        let mut pending = vec![&self];
        while let Some(of) = pending.pop() {
            parts += 1;
            match of {
                Type::Named(_, inner) | Type::Tuple(inner) => pending.extend(inner),
                Type::List(inner) => pending.push(inner),
                Type::Bounded(traits) => parts += traits.len(),
                Type::Unknown | Type::Parameter(_) | Type::Plain(_) => {}
            }
            if parts + pending.len() > MAX_PARTS {
                return Type::Unknown;
            }
        }
        self
    }

    /// The argument of that number.
    pub fn argument(&self, number: usize) -> Type {
        match self {
            Type::Named(_, arguments) => arguments.get(number).cloned().unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        }
    }

    pub fn is(&self, name: &str) -> bool {
        matches!(self, Type::Named(own, _) if own == name)
    }

    pub fn is_known(&self) -> bool {
        *self != Type::Unknown
    }

    /// The type with its parameters replaced; those without a replacement are not known.
    pub fn with(&self, parameters: &HashMap<&str, Type>) -> Type {
        let each = |types: &[Type]| types.iter().map(|of| of.with(parameters)).collect();
        // No deeper than what is kept: see `MAX_PARTS`.
        let replaced = match self {
            Type::Parameter(name) => parameters.get(name.as_str()).cloned().unwrap_or(Type::Unknown),
            Type::Named(name, arguments) => Type::Named(name.clone(), each(arguments)),
            Type::List(of) => Type::List(Box::new(of.with(parameters))),
            Type::Tuple(parts) => Type::Tuple(each(parts)),
            other => other.clone(),
        };
        replaced.limited()
    }
}

/// The names that stand for types where a type is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// `Self`.
    pub own: Option<Type>,
    /// Type parameters, the innermost last.
    pub parameters: Vec<(String, Type)>,
}

/// Adds to the types of a list what is needed of them: the first ones, and the last.
pub(super) fn keep(types: &mut Vec<Type>, of: Type) {
    if types.len() > MAX_PARTS {
        types.pop();
    }
    types.push(of);
}

/// Reads a type; of one that nests deeper than [`MAX_PARTS`] nothing is known.
pub(super) fn read(node: Node<'_>, source: &str, scope: &Scope) -> Type {
    Reader { source, scope }.read(node, MAX_PARTS)
}

/// What is known by traits alone; an iterator by its items.
pub(super) fn bounded(node: Node<'_>, source: &str, scope: &Scope) -> Type {
    Reader { source, scope }.bounded(node, MAX_PARTS)
}

/// Where types are read.
#[derive(Clone, Copy)]
struct Reader<'s> {
    source: &'s str,
    scope: &'s Scope,
}

impl<'s> Reader<'s> {
    fn text(self, node: Node<'_>) -> &'s str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }

    /// Reads a type in which `levels` more may follow.
    fn read(self, node: Node<'_>, levels: usize) -> Type {
        let Some(levels) = levels.checked_sub(1) else { return Type::Unknown };
        let read = |of: Option<Node<'_>>| of.map_or(Type::Unknown, |of| self.read(of, levels));
        let of = match node.kind() {
            "type_identifier" | "identifier" => self.named(self.text(node)),
            "scoped_type_identifier" | "scoped_identifier" => self.scoped(node),
            "primitive_type" => Type::Plain(self.text(node).to_owned()),
            "unit_type" | "never_type" | "function_type" => Type::Plain(String::new()),
            "reference_type" | "pointer_type" => read(node.child_by_field_name("type")),
            "array_type" => Type::List(Box::new(read(node.child_by_field_name("element")))),
            "tuple_type" => Type::Tuple(self.children(node, levels)),
            "generic_type" | "generic_type_with_turbofish" => self.generic(node, levels),
            "dynamic_type" | "abstract_type" => {
                let of = node.child_by_field_name("trait");
                of.map_or(Type::Unknown, |of| self.bounded(of, levels))
            }
            "bounded_type" => self.bounded(node, levels),
            "parenthesized_type" => read(node.named_child(0)),
            _ => Type::Unknown,
        };
        of.limited()
    }

    fn named(self, name: &str) -> Type {
        match name {
            "Self" => self.scope.own.clone().unwrap_or(Type::Unknown),
            "_" => Type::Unknown,
            _ => match self.scope.parameters.iter().rev().find(|(parameter, _)| parameter == name) {
                Some((_, of)) => of.clone(),
                None => Type::named(name, []),
            },
        }
    }

    /// `a::b::T`; of `Self::T` and `P::T` nothing is known.
    fn scoped(self, node: Node<'_>) -> Type {
        let text = |field: &str| node.child_by_field_name(field).map_or("", |of| self.text(of));
        let path = text("path");
        let associated = path == "Self"
            || path.starts_with('<')
            || self.scope.parameters.iter().any(|(parameter, _)| parameter == path);
        if associated {
            return Type::Unknown;
        }
        // What the path starts from tells a library's type from the tree's: see `Known::resolved`.
        let last = path.split('<').next().unwrap_or(path).rsplit("::").next().unwrap_or(path);
        Type::named(&format!("{last}::{}", text("name")), [])
    }

    fn children(self, node: Node<'_>, levels: usize) -> Vec<Type> {
        let mut cursor = node.walk();
        let types = node.named_children(&mut cursor).filter(|of| of.kind() != "lifetime" && !of.is_extra());
        // One more than is kept makes the whole unknown.
        types.take(MAX_PARTS + 1).map(|of| self.read(of, levels)).collect()
    }

    fn generic(self, node: Node<'_>, levels: usize) -> Type {
        let Some(of) = node.child_by_field_name("type") else { return Type::Unknown };
        let arguments = node.child_by_field_name("type_arguments");
        let arguments = arguments.map(|arguments| self.children(arguments, levels)).unwrap_or_default();
        match self.read(of, levels) {
            Type::Named(name, _) => Type::Named(name, arguments).peeled(),
            _ => Type::Unknown,
        }
    }

    /// What is known by traits alone; an iterator by its items.
    fn bounded(self, node: Node<'_>, levels: usize) -> Type {
        let mut traits = Vec::new();
        let mut items = None;
        let mut pending = vec![node];
        while let Some(here) = pending.pop() {
            match here.kind() {
                "type_identifier" => traits.push(self.text(here).to_owned()),
                "scoped_type_identifier" => {
                    traits.extend(here.child_by_field_name("name").map(|of| self.text(of).to_owned()));
                }
                "generic_type" => {
                    pending.extend(here.child_by_field_name("type"));
                    items = items.or_else(|| self.items_of(here, levels));
                }
                "trait_bounds"
                | "bounded_type"
                | "higher_ranked_trait_bound"
                | "parenthesized_type"
                | "dynamic_type"
                | "abstract_type" => {
                    let mut cursor = here.walk();
                    pending.extend(here.named_children(&mut cursor));
                }
                _ => {}
            }
        }
        let iterates =
            |name: &String| matches!(name.as_str(), "Iterator" | "DoubleEndedIterator" | "IntoIterator");
        match items {
            Some(items) if traits.iter().any(iterates) => Type::named("Iterator", [items]),
            _ => Type::Bounded(traits),
        }
    }

    /// `T` of `Iterator<Item = T>`.
    fn items_of(self, node: Node<'_>, levels: usize) -> Option<Type> {
        let arguments = node.child_by_field_name("type_arguments")?;
        let mut cursor = arguments.walk();
        let binding = arguments.named_children(&mut cursor).find(|of| of.kind() == "type_binding")?;
        Some(self.read(binding.child_by_field_name("type")?, levels))
    }
}

/// The type parameters that a node declares with their bounds, those of its `where` clause included.
pub(super) fn parameters(node: Node<'_>, source: &str) -> Vec<(String, Type)> {
    let text = |of: Node<'_>| source.get(of.byte_range()).unwrap_or_default().to_owned();
    let none = Scope::default();
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    // Of a parameter of the block around, a method's `where` clause may say more than the block does.
    let mut around: Vec<(String, Type)> = Vec::new();
    let traits = |of: Option<Node<'_>>| match of.map(|of| bounded(of, source, &none)) {
        Some(Type::Bounded(traits)) => traits,
        Some(Type::Named(name, _)) => vec![name],
        _ => Vec::new(),
    };
    if let Some(list) = node.child_by_field_name("type_parameters") {
        let mut cursor = list.walk();
        for parameter in list.named_children(&mut cursor) {
            match parameter.kind() {
                "type_identifier" => found.push((text(parameter), Vec::new())),
                "type_parameter" | "constrained_type_parameter" | "optional_type_parameter" => {
                    let name = parameter.child_by_field_name("name");
                    let name = name.or_else(|| parameter.child_by_field_name("left"));
                    let bounds = traits(parameter.child_by_field_name("bounds"));
                    found.extend(name.map(|name| (text(name), bounds)));
                }
                _ => {}
            }
        }
    }
    let mut cursor = node.walk();
    for clause in node.children(&mut cursor).filter(|of| of.kind() == "where_clause") {
        let mut inner = clause.walk();
        for predicate in clause.named_children(&mut inner) {
            let Some(left) = predicate.child_by_field_name("left").map(text) else { continue };
            // `&'a T: Trait` tells of `T`, too.
            let left = left.rsplit([' ', '&']).next().unwrap_or_default();
            match found.iter_mut().find(|(name, _)| *name == left) {
                Some((_, bounds)) => bounds.extend(traits(predicate.child_by_field_name("bounds"))),
                None => around.push((left.to_owned(), Type::Unknown)),
            }
        }
    }
    found.into_iter().map(|(name, bounds)| (name, Type::Bounded(bounds))).chain(around).collect()
}
