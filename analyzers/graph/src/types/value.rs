//! Types of values as far as they tell which type's methods a call can mean.

use super::names::{EMPTY, Name, Names};
use facts::model::{MAX_TYPE_PARTS, TypeId, WrittenType};

/// A type without references, pointers and smart pointers: a call goes through them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    /// Nothing is known.
    Unknown,
    /// The last name of its path, with its arguments. Every iterator is `Iterator<Item>`.
    Named(Name, Vec<Type>),
    /// Slice or array.
    List(Box<Type>),
    Tuple(Vec<Type>),
    /// A type parameter of the `impl` around or of the type that declares it.
    Parameter(Name),
    /// `dyn`, `impl` or a type parameter: these traits are all that is known of it.
    Bounded(Vec<Name>),
    /// A primitive: no type of the tree gives it methods, but through traits.
    Plain(Name),
}

/// A number, a comparison, nothing.
pub(super) const PLAIN: Type = Type::Plain(EMPTY);

impl Type {
    pub fn named(name: Name, arguments: impl IntoIterator<Item = Type>) -> Type {
        Type::Named(name, arguments.into_iter().collect())
    }

    /// The type without smart pointers.
    pub fn peeled(self, names: &Names<'_>) -> Type {
        let mut of = self;
        loop {
            match of {
                Type::Named(name, mut arguments) if names.is_transparent(name) => {
                    of = arguments.pop().unwrap_or(Type::Unknown);
                }
                other => return other,
            }
        }
    }

    /// The type, or "nothing is known" in its place where it has more than [`MAX_TYPE_PARTS`] parts.
    pub fn limited(self) -> Type {
        if self.parts(MAX_TYPE_PARTS) > MAX_TYPE_PARTS { Type::Unknown } else { self }
    }

    /// Of how many parts it consists; more than `most` are not counted.
    fn parts(&self, most: usize) -> usize {
        let several = |types: &[Type]| {
            let mut parts = 1;
            for of in types {
                if parts > most {
                    break;
                }
                parts += of.parts(most - parts + 1);
            }
            parts
        };
        match self {
            Type::Named(_, inner) | Type::Tuple(inner) => several(inner),
            Type::List(inner) => 1 + inner.parts(most),
            Type::Bounded(traits) => 1 + traits.len(),
            Type::Unknown | Type::Parameter(_) | Type::Plain(_) => 1,
        }
    }

    /// The argument of that number.
    pub fn argument(&self, number: usize) -> Type {
        match self {
            Type::Named(_, arguments) => arguments.get(number).cloned().unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        }
    }

    pub fn is(&self, name: Name) -> bool {
        matches!(self, Type::Named(own, _) if *own == name)
    }

    pub fn is_known(&self) -> bool {
        *self != Type::Unknown
    }

    /// The type with its parameters replaced; those without a replacement are not known.
    pub fn with(&self, parameters: &[(Name, &Type)]) -> Type {
        let each = |types: &[Type]| types.iter().map(|of| of.with(parameters)).collect();
        // No deeper than what is kept: see `MAX_TYPE_PARTS`.
        let replaced = match self {
            Type::Parameter(name) => {
                let known = parameters.iter().rev().find(|(parameter, _)| parameter == name);
                known.map_or(Type::Unknown, |(_, of)| Type::clone(of))
            }
            Type::Named(name, arguments) => Type::Named(*name, each(arguments)),
            Type::List(of) => Type::List(Box::new(of.with(parameters))),
            Type::Tuple(parts) => Type::Tuple(each(parts)),
            other => return other.clone(),
        };
        replaced.limited()
    }
}

/// The types that a file writes.
#[derive(Clone, Copy)]
pub(super) struct Written<'f> {
    pub types: &'f [WrittenType],
    /// The number of each of the file's names among all names.
    pub names: &'f [Name],
}

impl Written<'_> {
    pub fn name(self, name: u32) -> Name {
        self.names.get(name as usize).copied().unwrap_or(EMPTY)
    }

    pub fn all(self, names: &[u32]) -> Vec<Name> {
        names.iter().map(|name| self.name(*name)).collect()
    }

    pub fn of(self, number: TypeId) -> Type {
        // A type stands behind its parts, so this ends.
        let part = |of: TypeId| if of < number { self.of(of) } else { Type::Unknown };
        let parts = |types: &[TypeId]| types.iter().map(|of| part(*of)).collect();
        match self.types.get(number as usize) {
            Some(WrittenType::Named(name, arguments)) => Type::Named(self.name(*name), parts(arguments)),
            Some(WrittenType::List(of)) => Type::List(Box::new(part(*of))),
            Some(WrittenType::Tuple(of)) => Type::Tuple(parts(of)),
            Some(WrittenType::Parameter(name)) => Type::Parameter(self.name(*name)),
            Some(WrittenType::Bounded(traits)) => Type::Bounded(self.all(traits)),
            Some(WrittenType::Plain(name)) => Type::Plain(self.name(*name)),
            Some(WrittenType::Unknown) | None => Type::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_many_parts_is_not_known() {
        let of = |parts: usize| Type::Tuple(vec![PLAIN; parts - 1]);
        assert!(of(MAX_TYPE_PARTS).limited().is_known());
        assert!(!of(MAX_TYPE_PARTS + 1).limited().is_known());
        let nested = Type::Tuple(vec![of(MAX_TYPE_PARTS / 2), of(MAX_TYPE_PARTS / 2)]);
        assert!(!nested.clone().limited().is_known());
        assert_eq!(nested.parts(1_000), MAX_TYPE_PARTS + 1);
    }

    #[test]
    fn parameters_are_replaced_and_pointers_looked_through() {
        let mut names = Names::default();
        let [t, u, rc, own] = ["T", "U", "Rc", "Own"].map(|text| names.add(text));
        let of = Type::named(own, [Type::Parameter(t), Type::Parameter(u)]);
        assert_eq!(of.with(&[(t, &PLAIN)]), Type::named(own, [PLAIN, Type::Unknown]));
        assert_eq!(of.with(&[(t, &Type::Unknown), (t, &PLAIN)]).argument(0), PLAIN);
        assert_eq!(Type::named(rc, [Type::named(rc, [of.clone()])]).peeled(&names), of);
    }
}
