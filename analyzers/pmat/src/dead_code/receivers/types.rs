//! Types of Rust as far as they tell which type's methods a call can mean.

use rustc_hash::FxHashMap;
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
        match self {
            Type::Named(name, mut arguments) if is_transparent(bare(&name)) => {
                arguments.pop().unwrap_or(Type::Unknown).peeled()
            }
            other => other,
        }
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
    pub fn with(&self, parameters: &FxHashMap<&str, Type>) -> Type {
        let each = |types: &[Type]| types.iter().map(|of| of.with(parameters)).collect();
        match self {
            Type::Parameter(name) => parameters.get(name.as_str()).cloned().unwrap_or(Type::Unknown),
            Type::Named(name, arguments) => Type::Named(name.clone(), each(arguments)),
            Type::List(of) => Type::List(Box::new(of.with(parameters))),
            Type::Tuple(parts) => Type::Tuple(each(parts)),
            other => other.clone(),
        }
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

/// Reads a type.
pub(super) fn read(node: Node<'_>, source: &str, scope: &Scope) -> Type {
    let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or_default();
    let field = |name: &str| node.child_by_field_name(name).map(|of| read(of, source, scope));
    let first = || node.named_child(0).map(|of| read(of, source, scope)).unwrap_or(Type::Unknown);
    match node.kind() {
        "type_identifier" | "identifier" => named(text(node), scope),
        "scoped_type_identifier" | "scoped_identifier" => scoped(node, source, scope),
        "primitive_type" => Type::Plain(text(node).to_owned()),
        "unit_type" | "never_type" | "function_type" => Type::Plain(String::new()),
        "reference_type" | "pointer_type" => field("type").unwrap_or(Type::Unknown),
        "array_type" => Type::List(Box::new(field("element").unwrap_or(Type::Unknown))),
        "tuple_type" => Type::Tuple(children(node, source, scope)),
        "generic_type" | "generic_type_with_turbofish" => generic(node, source, scope),
        "dynamic_type" | "abstract_type" => {
            let of = node.child_by_field_name("trait");
            of.map_or(Type::Unknown, |of| bounded(of, source, scope))
        }
        "bounded_type" => bounded(node, source, scope),
        "parenthesized_type" => first(),
        _ => Type::Unknown,
    }
}

fn named(name: &str, scope: &Scope) -> Type {
    match name {
        "Self" => scope.own.clone().unwrap_or(Type::Unknown),
        "_" => Type::Unknown,
        _ => match scope.parameters.iter().rev().find(|(parameter, _)| parameter == name) {
            Some((_, of)) => of.clone(),
            None => Type::named(name, []),
        },
    }
}

/// `a::b::T`; of `Self::T` and `P::T` nothing is known.
fn scoped(node: Node<'_>, source: &str, scope: &Scope) -> Type {
    let text = |field: &str| {
        node.child_by_field_name(field).and_then(|of| source.get(of.byte_range())).unwrap_or_default()
    };
    let path = text("path");
    let associated = path == "Self"
        || path.starts_with('<')
        || scope.parameters.iter().any(|(parameter, _)| parameter == path);
    if associated {
        return Type::Unknown;
    }
    // What the path starts from tells a library's type from the tree's: see `Known::resolved`.
    let last = path.split('<').next().unwrap_or(path).rsplit("::").next().unwrap_or(path);
    Type::named(&format!("{last}::{}", text("name")), [])
}

fn children(node: Node<'_>, source: &str, scope: &Scope) -> Vec<Type> {
    let mut cursor = node.walk();
    let types = node.named_children(&mut cursor).filter(|of| of.kind() != "lifetime" && !of.is_extra());
    types.map(|of| read(of, source, scope)).collect()
}

fn generic(node: Node<'_>, source: &str, scope: &Scope) -> Type {
    let Some(of) = node.child_by_field_name("type") else { return Type::Unknown };
    let arguments = node.child_by_field_name("type_arguments");
    let arguments = arguments.map(|arguments| children(arguments, source, scope)).unwrap_or_default();
    match read(of, source, scope) {
        Type::Named(name, _) => Type::Named(name, arguments).peeled(),
        _ => Type::Unknown,
    }
}

/// What is known by traits alone; an iterator by its items.
pub(super) fn bounded(node: Node<'_>, source: &str, scope: &Scope) -> Type {
    let mut traits = Vec::new();
    let mut items = None;
    let mut pending = vec![node];
    while let Some(here) = pending.pop() {
        let text = |of: Node<'_>| source.get(of.byte_range()).unwrap_or_default().to_owned();
        match here.kind() {
            "type_identifier" => traits.push(text(here)),
            "scoped_type_identifier" => {
                traits.extend(here.child_by_field_name("name").map(text));
            }
            "generic_type" => {
                pending.extend(here.child_by_field_name("type"));
                items = items.or_else(|| items_of(here, source, scope));
            }
            "trait_bounds" | "bounded_type" | "higher_ranked_trait_bound" | "parenthesized_type" => {
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
fn items_of(node: Node<'_>, source: &str, scope: &Scope) -> Option<Type> {
    let arguments = node.child_by_field_name("type_arguments")?;
    let mut cursor = arguments.walk();
    let binding = arguments.named_children(&mut cursor).find(|of| of.kind() == "type_binding")?;
    Some(read(binding.child_by_field_name("type")?, source, scope))
}

/// The type parameters that a node declares with their bounds, those of its `where` clause included.
pub(super) fn parameters(node: Node<'_>, source: &str) -> Vec<(String, Type)> {
    let text = |of: Node<'_>| source.get(of.byte_range()).unwrap_or_default().to_owned();
    let none = Scope::default();
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
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
            if let Some((_, bounds)) = found.iter_mut().find(|(name, _)| *name == left) {
                bounds.extend(traits(predicate.child_by_field_name("bounds")));
            }
        }
    }
    found.into_iter().map(|(name, bounds)| (name, Type::Bounded(bounds))).collect()
}
