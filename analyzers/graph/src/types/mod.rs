//! Whose members the uses in Rust can mean, by the types of what they stand behind.
//!
//! ```text
//! facts (types): declarations of all files ─▶ Known ─┐
//! facts (types): bodies ─────────────────────────────┴─▶ Walker ─▶ Meaning, one for each definition and name used in it
//! ```
//!
//! This is no type checker: it follows declared types, constructors, fields, results and patterns, and says "anything" as
//! soon as one of these is not plain. `docs/dead-code.md` says how far that reaches. No file is read or parsed for it.

mod bodies;
mod expressions;
mod known;
mod library;
mod names;
mod patterns;
mod value;

use self::bodies::{Meant, Walker};
use self::known::Known;
use self::names::Name;
use facts::contained::contained;
use facts::hash::{HashMap, HashSet};
use facts::model::{Symbols, Types};
use rayon::prelude::*;

/// A file of which types are known.
#[derive(Clone, Copy)]
pub struct TypedFile<'a> {
    /// Its number, which [`Place`] refers to.
    pub file: u32,
    /// Its package; files of one share their names.
    pub package: u32,
    /// What it says of types.
    pub types: &'a Types,
    /// Its definitions and uses.
    pub symbols: &'a Symbols,
}

/// A use: the file, the enclosing definition, and the name by its place in [`Symbols::names`].
pub type Place = (u32, Option<u32>, u32);

/// What the uses of a name in one definition can mean.
#[derive(Debug)]
pub struct Meaning {
    /// Members of these types.
    owners: Box<[Name]>,
    /// What any trait demands.
    any_trait: bool,
    /// What the traits demand that whatever fits implements.
    blanket: bool,
    /// What these traits demand.
    traits: Box<[Name]>,
    /// Calls and other uses that were looked at.
    calls: u32,
    uses: u32,
}

/// What is known of the uses in a tree.
#[derive(Debug, Default)]
pub struct Receivers<'a> {
    meant: HashMap<Place, Meaning>,
    known: Known<'a>,
}

impl<'a> Receivers<'a> {
    /// Looks at the files of a tree, for uses of the names in `wanted`. `cancelled` is asked now and then; what was not looked at
    /// can mean anything.
    pub fn of(
        files: &[TypedFile<'a>],
        wanted: &HashSet<&str>,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Receivers<'a> {
        let mut known = Known::default();
        let mut numbers: Vec<Vec<Name>> = Vec::with_capacity(files.len());
        for file in files {
            let names = known.numbers(file.types);
            known.add(file.types, &names, file.package);
            numbers.push(names);
        }
        known.finish();
        let each = files.par_iter().zip(&numbers).map(|(file, names)| match cancelled() {
            true => Vec::new(),
            false => meant_in(&known, file, names, wanted),
        });
        let each: Vec<Vec<(Place, Meaning)>> = each.collect();
        let meant = each.into_iter().flatten().collect();
        Receivers { meant, known }
    }

    /// True for a macro of the tree that may make a use of a member of a name that it is given.
    pub fn splices(&self, name: &str) -> bool {
        self.known.names.find(name).is_some_and(|name| self.known.splices(name))
    }

    /// True for a name that `as` or `type` gives to something.
    pub fn is_alias(&self, name: &str) -> bool {
        self.known.names.find(name).is_some_and(|name| self.known.is_alias(name))
    }

    /// True where the member of that type, or of what it is an alias of, can be meant.
    pub fn allows(&self, meaning: &Meaning, owner: &str, of_trait: bool) -> bool {
        let allows = |name: Name| match of_trait {
            true => meaning.traits.contains(&name) || (meaning.blanket && self.known.is_blanket(name)),
            false => meaning.owners.contains(&name),
        };
        let owner = || self.known.names.find(owner);
        (of_trait && meaning.any_trait)
            || owner().is_some_and(|owner| allows(owner) || self.known.aliased(owner).any(allows))
    }

    /// What the uses of a name in a definition can mean; none where anything can be meant. `calls` and `uses` are how many
    /// of them the facts count: where they count more (in the body of a macro), not all were looked at.
    pub fn meant(&self, place: Place, calls: u32, uses: u32) -> Option<&Meaning> {
        self.meant.get(&place).filter(|meaning| meaning.calls >= calls && meaning.uses >= uses)
    }
}

/// What the uses in one file can mean, those left out that can mean anything.
fn meant_in(
    known: &Known<'_>,
    file: &TypedFile<'_>,
    names: &[Name],
    wanted: &HashSet<&str>,
) -> Vec<(Place, Meaning)> {
    let types = file.types;
    let wanted: Vec<bool> = types.names.iter().map(|name| wanted.contains(name)).collect();
    // In a file that cannot be followed every use can mean anything.
    let found = contained(|| Walker::new(known, types, names, &wanted, file.package).file());
    let used = file.symbols.names.iter().map(String::as_str).zip(0..);
    let places: HashMap<&str, u32> = used.collect();
    let plain = found.unwrap_or_default().into_iter().filter(|(_, meant)| !meant.anything);
    plain
        .filter_map(|((definition, name), meant)| {
            let place = places.get(types.names.get(name))?;
            Some(((file.file, definition, *place), Meaning::from(meant)))
        })
        .collect()
}

impl From<Meant> for Meaning {
    fn from(meant: Meant) -> Self {
        Meaning {
            owners: meant.owners.into(),
            any_trait: meant.any_trait,
            blanket: meant.blanket,
            traits: meant.traits.into(),
            calls: meant.calls,
            uses: meant.uses,
        }
    }
}
