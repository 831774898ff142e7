//! Goes through the bodies of a file with the types of their variables.

use super::known::Known;
use super::names::{LIBRARY, Name};
use super::value::{Type, Written};
use facts::hash::HashMap;
use facts::model::{CodeReader, NameId, Op, PathLevel, Prefix, TypeId, Types};

/// Levels of code that are followed: no more are written.
const MAX_LEVEL: u32 = 200;

/// What the uses of a name in one definition can mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meant {
    /// The members of any type: of one use at least nothing is known.
    pub anything: bool,
    /// The members of these types.
    pub owners: Vec<Name>,
    /// What any trait demands.
    pub any_trait: bool,
    /// What the traits demand that whatever fits implements.
    pub blanket: bool,
    /// What these traits demand.
    pub traits: Vec<Name>,
    /// Calls and other uses that were looked at.
    pub calls: u32,
    pub uses: u32,
}

impl Meant {
    fn join(&mut self, other: &Meant) {
        self.anything |= other.anything;
        self.any_trait |= other.any_trait;
        self.blanket |= other.blanket;
        add_all(&mut self.owners, &other.owners);
        add_all(&mut self.traits, &other.traits);
    }
}

fn add_all(names: &mut Vec<Name>, more: &[Name]) {
    for name in more {
        if !names.contains(name) {
            names.push(*name);
        }
    }
}

/// A level of a path that was read, with its name.
#[derive(Clone, Copy)]
pub(super) struct Level {
    pub name: Name,
    pub level: PathLevel,
}

/// Goes through the bodies of one file.
pub(super) struct Walker<'k> {
    pub known: &'k Known<'k>,
    written: Written<'k>,
    /// By type of the file, what it stands for, once that was asked for.
    resolved: Vec<Option<Type>>,
    /// By name of the file: whether anybody asks for it.
    wanted: &'k [bool],
    pub package: u32,
    pub code: CodeReader<'k>,
    /// The definition around what is read.
    from: Option<u32>,
    pub variables: Vec<Type>,
    level: u32,
    lost: bool,
    found: HashMap<(Option<u32>, NameId), Meant>,
}

impl<'k> Walker<'k> {
    /// For one file; `names` are the numbers of its names among all, `wanted` says which of them anybody asks for.
    pub fn new(
        known: &'k Known<'k>,
        types: &'k Types,
        names: &'k [Name],
        wanted: &'k [bool],
        package: u32,
    ) -> Self {
        Walker {
            known,
            written: Written { types: &types.written, names },
            resolved: vec![None; types.written.len()],
            wanted,
            package,
            code: CodeReader::new(&types.bodies),
            from: None,
            variables: Vec::new(),
            level: 0,
            lost: false,
            found: HashMap::default(),
        }
    }

    /// Looks at the whole file; what the uses in it mean, as far as it could be followed.
    pub fn file(mut self) -> HashMap<(Option<u32>, NameId), Meant> {
        while !self.code.is_at_end() && !self.lost {
            if self.code.peek() == Op::End {
                self.code.op();
                continue;
            }
            self.expression();
        }
        if self.lost { HashMap::default() } else { self.found }
    }

    /// Goes one level down, which is to be left again; false where that is too deep.
    pub fn enter(&mut self) -> bool {
        self.lost |= self.level >= MAX_LEVEL;
        self.level += u32::from(!self.lost);
        !self.lost
    }

    /// True where nothing more is read.
    pub fn lost(&self) -> bool {
        self.lost
    }

    pub fn leave(&mut self) {
        self.level -= 1;
    }

    /// Reads what is listed up to the end of the list.
    pub fn list(&mut self, mut each: impl FnMut(&mut Self)) {
        while !self.is_list_over() {
            each(self);
        }
    }

    /// True at the end of a list, which is passed then.
    pub fn is_list_over(&mut self) -> bool {
        let is_over = self.code.peek() == Op::End || self.lost;
        if is_over {
            self.code.op();
        }
        is_over
    }

    /// The name of that number.
    pub fn name(&self, name: NameId) -> Name {
        self.written.name(name)
    }

    pub fn text(&self, name: Name) -> &'k str {
        self.known.names.text(name)
    }

    /// What the type of that number stands for.
    pub fn type_of(&mut self, number: TypeId) -> Type {
        let (known, written, package) = (self.known, self.written, self.package);
        match self.resolved.get_mut(number as usize) {
            Some(of) => of.get_or_insert_with(|| known.resolved(written.of(number), package)).clone(),
            None => Type::Unknown,
        }
    }

    /// The type of that number as it is written.
    pub fn written(&self, number: TypeId) -> Type {
        self.written.of(number)
    }

    // ---- what is meant

    /// Reads a name that is used, and where.
    pub fn place(&mut self) -> NameId {
        let number = self.code.number();
        if number & 1 == 1 {
            self.from = self.code.number().checked_sub(1);
        }
        number >> 1
    }

    fn note(&mut self, name: NameId, called: bool, look: impl FnOnce(&Self) -> Meant) {
        if !self.wanted.get(name as usize).copied().unwrap_or_default() {
            return;
        }
        let meant = look(self);
        let known = self.found.entry((self.from, name)).or_default();
        known.join(&meant);
        if called {
            known.calls += 1;
        } else {
            known.uses += 1;
        }
    }

    /// A field that is read or written, and what stands behind a module: no method is meant, a function may be called.
    pub fn note_other(&mut self, name: NameId, called: bool) {
        self.note(name, called, |_| Meant::default());
    }

    /// A member of a value or of a type.
    pub fn note_member(&mut self, of: &Type, name: NameId, called: bool) {
        self.note(name, called, |walker| {
            let mut meant = Meant::default();
            walker.members_of(of, 0, &mut meant);
            meant
        });
    }

    /// What a name means as a member of a type.
    fn members_of(&self, of: &Type, steps: u32, meant: &mut Meant) {
        match of {
            _ if steps > 4 => meant.anything = true,
            Type::Unknown | Type::Parameter(_) => meant.anything = true,
            Type::Bounded(traits) => self.add_bounds(traits, meant),
            Type::Plain(name) if !self.text(*name).is_empty() => self.add_traits_of(*name, meant),
            Type::Plain(_) | Type::List(_) | Type::Tuple(_) => meant.any_trait = true,
            Type::Named(owner, _) if self.known.is_alias(*owner) && !self.known.is_declared(*owner) => {
                let aliased = self.known.resolved(of.clone(), self.package);
                add_all(&mut meant.owners, &[*owner]);
                match aliased == *of {
                    true => meant.anything = true,
                    false => self.members_of(&aliased, steps + 1, meant),
                }
            }
            Type::Named(owner, arguments) => self.members_of_named(of, *owner, arguments, steps, meant),
        }
    }

    fn add_bounds(&self, traits: &[Name], meant: &mut Meant) {
        meant.blanket = true;
        add_all(&mut meant.traits, &self.known.with_those_above(traits));
    }

    fn add_traits_of(&self, name: Name, meant: &mut Meant) {
        meant.blanket = true;
        add_all(&mut meant.traits, self.known.traits_of(name));
    }

    fn members_of_named(&self, of: &Type, owner: Name, arguments: &[Type], steps: u32, meant: &mut Meant) {
        if self.known.is_trait(owner) && !self.known.is_declared(owner) {
            // `Trait::f(x)`.
            return self.add_bounds(&[owner], meant);
        }
        add_all(&mut meant.owners, &[owner]);
        if self.known.is_declared(owner) {
            self.add_traits_of(owner, meant);
            if let Some(target) = self.known.target(of, self.package) {
                self.members_of(&target, steps + 1, meant);
            }
            return;
        }
        meant.any_trait = true;
        // A library's type may stand for what it holds; `Path<T>` is none of the standard library.
        let holds = !self.known.names.is_container(owner)
            || matches!(self.text(owner), "Path" | "Range" | "Entry" | "Duration");
        if holds {
            arguments.iter().for_each(|argument| self.members_of(argument, steps + 1, meant));
        }
    }

    // ---- paths

    /// Reads a path and notes what stands behind `::`; its last level.
    pub fn path(&mut self, called: bool) -> Option<Level> {
        let levels = self.code.number();
        let mut first = None;
        for number in 0..levels {
            let name = self.place();
            let level = self.code.level();
            let called = called && number == 0;
            if self.wanted.get(name as usize).copied().unwrap_or_default() {
                match self.path_type(level.prefix) {
                    Some(of) => self.note_member(&of, name, called),
                    None => self.note_other(name, called),
                }
            }
            first.get_or_insert(Level { name: self.name(name), level });
            if self.code.is_at_end() {
                break;
            }
        }
        first
    }

    /// The type that a path names; none for a module.
    pub fn path_type(&mut self, prefix: Prefix) -> Option<Type> {
        match prefix {
            Prefix::Keyword => None,
            Prefix::Type(of) => Some(self.type_of(of)),
            Prefix::Trait(of) => Some(match self.type_of(of) {
                Type::Named(name, _) => Type::Bounded(vec![name]),
                _ => Type::Unknown,
            }),
            Prefix::Named(name, of) => self.named_type(self.name(name), of),
        }
    }

    fn named_type(&mut self, name: Name, of: TypeId) -> Option<Type> {
        let names = &self.known.names;
        let is_declared = self.known.is_declared(name);
        if !(names.starts_upper(name) || is_declared || names.is_primitive(name)) {
            return None;
        }
        Some(match () {
            // Its own functions, not those of what it holds.
            () if names.is_transparent(name) && !is_declared => Type::named(LIBRARY, []),
            () if names.starts_lower(name) && !is_declared => Type::Plain(name),
            () => self.type_of(of),
        })
    }

    /// True where a type has a variant of that name.
    pub fn has_variant(&self, of: &Type, name: Name) -> bool {
        let Type::Named(own, _) = of else { return false };
        self.known.declared(*own, self.package).is_some_and(|declared| declared.variants.contains_key(&name))
    }

    /// A constant, or a struct without contents.
    pub fn constant_or_unit(&self, name: Name) -> Type {
        match self.known.constant(name, self.package) {
            Some(of) => self.known.resolved(of.clone(), self.package),
            None if self.known.is_declared(name) => Type::named(name, []),
            None => Type::Unknown,
        }
    }
}
