//! What the files of a tree declare: fields, variants, results of functions, who implements what.

use super::names::{Name, Names};
use super::value::{Type, Written};
use facts::hash::{HashMap, HashSet};
use facts::model::{Contents, Declarations, DeclaredType, TypeDeclaration, Types};

/// The contents of a struct or variant.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Parts {
    pub fields: HashMap<Name, Type>,
    pub places: Vec<Type>,
}

/// A type of the tree; several of one name and package are one here, with what they agree on.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    parameters: Vec<Name>,
    pub contents: Parts,
    pub variants: HashMap<Name, Parts>,
    /// What it dereferences to.
    target: Option<Type>,
}

/// The result of a function, in terms of the type parameters of the `impl` around.
#[derive(Debug, Clone, PartialEq)]
struct Gives {
    own: Type,
    result: Type,
}

/// By name, for each package.
type ByPackage<K, T> = HashMap<K, Vec<(u32, T)>>;

/// What an alias stands for, and its type parameters.
type Aliased = (Vec<Name>, Type);

#[derive(Debug, Default)]
pub(super) struct Known<'a> {
    pub names: Names<'a>,
    types: ByPackage<Name, Declared>,
    aliases: ByPackage<Name, Aliased>,
    /// Results by type (none: a free function) and name.
    results: ByPackage<(Option<Name>, Name), Gives>,
    constants: ByPackage<Name, Type>,
    traits: HashSet<Name>,
    above: HashMap<Name, Vec<Name>>,
    /// The traits that each type implements.
    implements: HashMap<Name, Vec<Name>>,
    /// Types with functions of their own, which only the crate that declares a type may give it.
    with_own: HashSet<(Name, u32)>,
    /// Traits that are implemented for whatever fits.
    blanket: HashSet<Name>,
    modules: HashSet<Name>,
    /// Words in macros that write `impl` blocks: a trait among them may be implemented for anything.
    in_macros: HashSet<Name>,
    splicing: HashSet<Name>,
}

impl<'a> Known<'a> {
    /// The numbers of a file's names among all names.
    pub fn numbers(&mut self, types: &'a Types) -> Vec<Name> {
        types.names.iter().map(|name| self.names.add(name)).collect()
    }

    /// Adds what a file declares; `names` are [`Known::numbers`] of it.
    pub fn add(&mut self, types: &Types, names: &[Name], package: u32) {
        let written = Written { types: &types.written, names };
        let found = &types.declarations;
        for declaration in &found.types {
            match declaration {
                TypeDeclaration::Type(declared) => self.add_type(declared, written, package),
                TypeDeclaration::Target(name, of) => {
                    self.add_target(written.name(*name), written.of(*of), package);
                }
            }
        }
        for alias in &found.aliases {
            let aliased = (written.all(&alias.parameters), written.of(alias.of));
            let unknown = (Vec::new(), Type::Unknown);
            push_or_forget(&mut self.aliases, written.name(alias.name), package, aliased, unknown);
        }
        for (name, of) in &found.constants {
            let of = written.of(*of);
            push_or_forget(&mut self.constants, written.name(*name), package, of, Type::Unknown);
        }
        for function in &found.functions {
            let gives = Gives { own: written.of(function.own), result: written.of(function.result) };
            self.add_result(written.name(function.name), gives, package);
        }
        self.add_traits(found, written, package);
        self.add_sets(found, written);
    }

    fn add_type(&mut self, declared: &DeclaredType, written: Written<'_>, package: u32) {
        let variants = declared.variants.iter();
        let own = Declared {
            parameters: written.all(&declared.parameters),
            contents: parts(&declared.contents, written),
            variants: variants.map(|(name, of)| (written.name(*name), parts(of, written))).collect(),
            target: declared.has_unknown_target.then_some(Type::Unknown),
        };
        let of_name = self.types.entry(written.name(declared.name)).or_default();
        match of_name.iter_mut().find(|(other, _)| *other == package) {
            Some((_, known)) => known.agree(own),
            None => of_name.push((package, own)),
        }
    }

    fn add_target(&mut self, name: Name, target: Type, package: u32) {
        let of_name = self.types.entry(name).or_default();
        match of_name.iter_mut().find(|(other, _)| *other == package) {
            Some((_, declared)) => declared.target = Some(target),
            None => of_name.push((package, Declared { target: Some(target), ..Declared::default() })),
        }
    }

    fn add_result(&mut self, name: Name, gives: Gives, package: u32) {
        let owner = match &gives.own {
            Type::Named(name, _) => Some(*name),
            Type::Bounded(traits) => traits.first().copied(),
            _ => None,
        };
        let known = self.results.entry((owner, name)).or_default();
        match known.iter_mut().find(|(other, _)| *other == package) {
            Some((_, known)) if known.result != gives.result => known.result = Type::Unknown,
            Some(_) => {}
            None => known.push((package, gives)),
        }
    }

    fn add_traits(&mut self, found: &Declarations, written: Written<'_>, package: u32) {
        self.traits.extend(written.all(&found.traits));
        for (name, above) in &found.demands {
            self.above.entry(written.name(*name)).or_default().extend(written.all(above));
        }
        for (of, implemented) in &found.implementations {
            let implemented = written.name(*implemented);
            match of {
                Some(of) => self.implements.entry(written.name(*of)).or_default().push(implemented),
                None => drop(self.blanket.insert(implemented)),
            }
        }
        self.with_own.extend(found.with_own.iter().map(|name| (written.name(*name), package)));
    }

    fn add_sets(&mut self, found: &Declarations, written: Written<'_>) {
        self.modules.extend(written.all(&found.modules));
        self.in_macros.extend(written.all(&found.in_macros));
        self.splicing.extend(written.all(&found.splicing));
    }

    /// Ends the collection: see [`Known::in_macros`], and types that no file declares although the crate must: a macro does.
    pub fn finish(&mut self) {
        for (name, package) in std::mem::take(&mut self.with_own) {
            let of_package = |(other, _): &(u32, Declared)| *other == package;
            let is_alias = self.aliases.contains_key(&name);
            let of_name = self.types.entry(name).or_default();
            if !is_alias && !of_name.iter().any(of_package) {
                // Its fields are not known, nor what it dereferences to.
                of_name.push((package, Declared { target: Some(Type::Unknown), ..Declared::default() }));
            }
        }
        for (name, traits) in self.traits_of_aliases() {
            self.implements.entry(name).or_default().extend(traits);
        }
        for traits in self.implements.values_mut() {
            traits.sort_unstable();
            traits.dedup();
        }
        let written = self.in_macros.iter().filter(|word| self.traits.contains(*word));
        self.blanket.extend(written.copied());
    }

    /// `impl Trait for Alias` is one for what the alias stands for, and for what that stands for: the names, each with traits.
    fn traits_of_aliases(&self) -> Vec<(Name, Vec<Name>)> {
        let mut found = Vec::new();
        for (alias, of_name) in &self.aliases {
            let Some(traits) = self.implements.get(alias) else { continue };
            for (package, (_, of)) in of_name {
                for of in [of.clone(), self.resolved(of.clone(), *package)] {
                    if let Type::Named(name, _) = of {
                        found.push((self.names.bare(name), traits.clone()));
                    }
                }
            }
        }
        found
    }

    // ---- questions

    /// The type that a name with these arguments stands for.
    pub fn resolved(&self, of: Type, package: u32) -> Type {
        let mut of = of.peeled(&self.names);
        for _ in 0..4 {
            of = self.without_own_paths(of, package).peeled(&self.names);
            let Type::Named(name, arguments) = &of else { return of };
            let name = *name;
            if self.names.parts(name).is_some() {
                return of;
            }
            let Some(of_name) = self.aliases.get(&name) else { return of };
            let own = of_name.iter().find(|(other, _)| *other == package);
            let Some((_, (parameters, aliased))) = own else {
                // It may be that of another package.
                let certain = self.names.is_container(name) || self.types.contains_key(&name);
                return if certain { of } else { Type::Unknown };
            };
            // An alias of its own name (`type Result<T> = io::Result<T>`) is that of a library.
            if self.types.get(&name).is_some_and(|of| of.iter().any(|(other, _)| *other == package)) {
                return of;
            }
            let next = match aliased {
                // `use a::Map as Table`: what is given to the one is given to the other.
                Type::Named(name, none) if parameters.is_empty() && none.is_empty() => {
                    Type::Named(*name, arguments.clone())
                }
                aliased => {
                    let given: Vec<(Name, &Type)> = parameters.iter().copied().zip(arguments).collect();
                    aliased.with(&given)
                }
            };
            of = next.peeled(&self.names);
            if of.is(name) {
                break;
            }
        }
        of
    }

    /// The type with the paths in it that lead to the tree cut down to their last names; of one that may lead to the tree (a type
    /// there has its name) nothing is known. A type is no deeper than [`MAX_TYPE_PARTS`](facts::model::MAX_TYPE_PARTS).
    fn without_own_paths(&self, of: Type, package: u32) -> Type {
        let each =
            |parts: Vec<Type>| parts.into_iter().map(|of| self.without_own_paths(of, package)).collect();
        match of {
            Type::Named(name, arguments) => {
                let own = match self.names.parts(name) {
                    Some((before, own)) if self.is_own_path(before, own, package) => own,
                    Some((_, own)) if self.types.contains_key(&own) => return Type::Unknown,
                    _ => name,
                };
                Type::Named(own, each(arguments))
            }
            Type::List(of) => Type::List(Box::new(self.without_own_paths(*of, package))),
            Type::Tuple(parts) => Type::Tuple(each(parts)),
            other => other,
        }
    }

    pub fn declared(&self, name: Name, package: u32) -> Option<&Declared> {
        in_package(&self.types, &name, package)
    }

    /// True for a type that the tree declares, in whatever package.
    pub fn is_declared(&self, name: Name) -> bool {
        self.types.contains_key(&name)
    }

    /// True where a path leads to the tree, or to what is known of the library.
    fn is_own_path(&self, before: Name, name: Name, package: u32) -> bool {
        let elsewhere = |types: &Vec<(u32, Declared)>| types.iter().any(|(other, _)| *other != package);
        matches!(self.names.text(before), "crate" | "self" | "super")
            || self.names.is_container(name)
            || self.modules.contains(&before)
            || self.types.contains_key(&before)
            || self.types.get(&name).is_some_and(elsewhere)
    }

    /// True for a macro of the tree that puts a name it is given behind `.` or `::`.
    pub fn splices(&self, name: Name) -> bool {
        self.splicing.contains(&name)
    }

    pub fn is_module(&self, name: Name) -> bool {
        self.modules.contains(&name)
    }

    pub fn is_trait(&self, name: Name) -> bool {
        self.traits.contains(&name)
    }

    pub fn is_alias(&self, name: Name) -> bool {
        self.aliases.contains_key(&name)
    }

    /// The names of the types that an alias stands for.
    pub fn aliased(&self, name: Name) -> impl Iterator<Item = Name> {
        self.aliases.get(&name).into_iter().flatten().filter_map(|(_, (_, of))| match of {
            Type::Named(name, _) => Some(self.names.bare(*name)),
            _ => None,
        })
    }

    pub fn constant(&self, name: Name, package: u32) -> Option<&Type> {
        in_package(&self.constants, &name, package)
    }

    /// What a declaration says of a value of `of`: its type parameters replaced by the arguments.
    fn part_of(declared: &Declared, of: &Type, part: &Type) -> Type {
        let Type::Named(_, arguments) = of else { return Type::Unknown };
        let given: Vec<(Name, &Type)> = declared.parameters.iter().copied().zip(arguments).collect();
        part.with(&given)
    }

    /// A part of a type as it is in one of its values.
    pub fn seen_from(&self, whole: &Type, part: &Type, package: u32) -> Type {
        let Type::Named(name, _) = whole else { return Type::Unknown };
        let Some(declared) = self.declared(*name, package) else { return Type::Unknown };
        self.resolved(Self::part_of(declared, whole, part), package)
    }

    /// What a value dereferences to; none: to nothing but what is known.
    pub fn target(&self, of: &Type, package: u32) -> Option<Type> {
        let Type::Named(name, _) = of else { return None };
        let declared = self.declared(*name, package)?;
        let target = declared.target.as_ref()?;
        Some(self.resolved(Self::part_of(declared, of, target), package))
    }

    /// What a function of a type, or a free one, gives.
    pub fn result(&self, of: Option<&Type>, name: Name, package: u32) -> Type {
        let owner = match of {
            Some(Type::Named(name, _)) => Some(*name),
            Some(Type::Bounded(traits)) => {
                let mut given = traits.iter().map(|of| self.result_by(Some(*of), None, name, package));
                return given.find(Type::is_known).unwrap_or(Type::Unknown);
            }
            Some(_) => return Type::Unknown,
            None => None,
        };
        self.result_by(owner, of, name, package)
    }

    fn result_by(&self, owner: Option<Name>, of: Option<&Type>, name: Name, package: u32) -> Type {
        let Some(gives) = in_package(&self.results, &(owner, name), package) else { return Type::Unknown };
        let mut replaced: Vec<(Name, &Type)> = Vec::new();
        if let (Some(Type::Named(_, given)), Type::Named(_, declared)) = (of, &gives.own) {
            for (declared, given) in declared.iter().zip(given) {
                if let Type::Parameter(name) = declared {
                    replaced.push((*name, given));
                }
            }
        }
        self.resolved(gives.result.with(&replaced), package)
    }

    /// True where a type itself, not through a trait, has a function of that name.
    pub fn has_function(&self, owner: Name, name: Name) -> bool {
        self.results.contains_key(&(Some(owner), name))
    }

    /// The traits that a type of that name has, as far as the tree says, besides those that whatever fits implements.
    pub fn traits_of(&self, name: Name) -> &[Name] {
        self.implements.get(&name).map_or(&[], Vec::as_slice)
    }

    /// True for a trait that whatever fits implements.
    pub fn is_blanket(&self, name: Name) -> bool {
        self.blanket.contains(&name)
    }

    /// Traits with all that they demand, but for those that whatever fits implements.
    pub fn with_those_above(&self, traits: &[Name]) -> Vec<Name> {
        let mut pending = traits.to_vec();
        let mut found: Vec<Name> = Vec::new();
        let mut seen: HashSet<Name> = HashSet::default();
        while let Some(next) = pending.pop() {
            if !self.blanket.contains(&next) && seen.insert(next) {
                pending.extend(self.above.get(&next).into_iter().flatten());
                found.push(next);
            }
        }
        found
    }
}

impl Declared {
    /// Keeps what both say.
    fn agree(&mut self, other: Declared) {
        if self.parameters != other.parameters {
            self.parameters.clear();
        }
        self.contents.agree(&other.contents);
        for (name, contents) in other.variants {
            match self.variants.get_mut(&name) {
                Some(known) => known.agree(&contents),
                None => drop(self.variants.insert(name, contents)),
            }
        }
        if other.target.is_some() {
            self.target = Some(Type::Unknown);
        }
    }
}

impl Parts {
    fn agree(&mut self, other: &Parts) {
        for (name, of) in &other.fields {
            let known = self.fields.entry(*name).or_insert_with(|| of.clone());
            if known != of {
                *known = Type::Unknown;
            }
        }
        if self.places != other.places {
            let longest = self.places.len().max(other.places.len());
            self.places = vec![Type::Unknown; longest];
        }
    }
}

fn parts(contents: &Contents, written: Written<'_>) -> Parts {
    Parts {
        fields: contents.fields.iter().map(|(name, of)| (written.name(*name), written.of(*of))).collect(),
        places: contents.places.iter().map(|of| written.of(*of)).collect(),
    }
}

/// Adds what a package says of a name; where it says two things, `unknown`.
fn push_or_forget<T: PartialEq>(
    map: &mut ByPackage<Name, T>,
    name: Name,
    package: u32,
    value: T,
    unknown: T,
) {
    let of_name = map.entry(name).or_default();
    match of_name.iter_mut().find(|(other, _)| *other == package) {
        Some((_, known)) if *known != value => *known = unknown,
        Some(_) => {}
        None => of_name.push((package, value)),
    }
}

/// What the package says of a name, else the only one that says anything.
fn in_package<'m, K: std::hash::Hash + Eq, T>(
    map: &'m ByPackage<K, T>,
    name: &K,
    package: u32,
) -> Option<&'m T> {
    let of_name = map.get(name)?;
    let own = of_name.iter().find(|(other, _)| *other == package);
    own.or_else(|| of_name.first().filter(|_| of_name.len() == 1)).map(|(_, value)| value)
}
