//! Whose methods the calls of Rust can mean, by the types of what they are called on.
//!
//! ```text
//! declarations of all files ─▶ Known ─┐
//! bodies of functions ────────────────┴─▶ Walker ─▶ Meant, one for each definition and name used in it
//! ```
//!
//! This is no type checker: it follows declared types, constructors, fields, results and patterns, and says "anything" as
//! soon as one of these is not plain. `docs/dead-code.md` says how far that reaches.

mod expressions;
mod known;
mod library;
mod patterns;
mod types;
mod walker;

use self::known::Known;
use self::walker::Walker;
use super::world::World;
use facts::contained::contained;
use facts::extract::syntax_tree;
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::{Definition, DefinitionKind};
use rayon::prelude::*;
use tree_sitter::{Parser, Tree};

/// What the uses of a name in one definition can mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meant {
    /// The members of any type: of one use at least nothing is known.
    anything: bool,
    /// The members of these types.
    owners: HashSet<String>,
    /// What any trait demands.
    any_trait: bool,
    /// What these traits demand.
    traits: HashSet<String>,
    /// Calls and other uses that were looked at.
    calls: u32,
    uses: u32,
}

impl Meant {
    fn join(&mut self, other: &Meant) {
        self.anything |= other.anything;
        self.any_trait |= other.any_trait;
        self.owners.extend(other.owners.iter().cloned());
        self.traits.extend(other.traits.iter().cloned());
    }
}

/// The same as it is kept, there being many: names as numbers.
#[derive(Debug)]
pub(super) struct Meaning {
    owners: Box<[u32]>,
    any_trait: bool,
    traits: Box<[u32]>,
    calls: u32,
    uses: u32,
}

/// A use: the file, the enclosing definition, and the name by its place among the names of the file.
type Place = (u32, Option<u32>, u32);

/// What is known of uses in the Rust files of a tree.
#[derive(Debug, Default)]
pub(super) struct Receivers {
    meant: HashMap<Place, Meaning>,
    /// The number of each type and trait that is meant somewhere.
    numbers: HashMap<String, u32>,
    /// Packages that include what a build script writes.
    generated: HashSet<String>,
    known: Known,
}

/// Files whose syntax trees are held at once.
const AT_ONCE: usize = 32;

/// A file with its syntax tree.
struct Parsed {
    file: u32,
    package: u32,
    source: String,
    tree: Tree,
}

impl Receivers {
    /// Looks at every Rust file of a tree that can be read and parsed.
    pub fn of(world: &World<'_>) -> Receivers {
        let packages: Vec<&str> = world.packages(Language::Rust).into_iter().collect();
        let rust: Vec<u32> = (0..)
            .zip(&world.files)
            .filter(|(_, file)| file.language == Language::Rust)
            .map(|(i, _)| i)
            .collect();
        // Syntax trees are large: few are there at once, and each is made twice.
        let known = declared(world, &rust, &packages);
        let wanted = wanted(world);
        let mut receivers = Receivers::default();
        for some in rust.chunks(AT_ONCE) {
            let each = some.par_iter().filter_map(|file| parsed(world, *file, &packages)).map(|file| {
                let definitions = &world.files[file.file as usize].symbols.definitions;
                let walker = Walker::new(&known, &wanted, &file.source, file.package, definitions);
                // In a file that cannot be followed every use can mean anything.
                let found = contained(|| walker.file(file.tree.root_node()));
                (file.file, found.unwrap_or_default())
            });
            for (file, found) in each.collect::<Vec<_>>() {
                receivers.keep(world, file, found);
            }
        }
        let generated = known.with_generated.iter().filter_map(|package| packages.get(*package as usize));
        receivers.generated = generated.map(|package| (*package).to_owned()).collect();
        receivers.known = known;
        receivers
    }

    fn keep(&mut self, world: &World<'_>, file: u32, found: HashMap<(Option<u32>, String), Meant>) {
        let names = &world.files[file as usize].symbols.names;
        let places: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
        for ((definition, name), meant) in found {
            // What can mean anything is as if it had not been looked at.
            let Some(place) = places.get(name.as_str()).filter(|_| !meant.anything) else { continue };
            let meaning = Meaning {
                owners: self.numbers_of(meant.owners),
                any_trait: meant.any_trait,
                traits: self.numbers_of(meant.traits),
                calls: meant.calls,
                uses: meant.uses,
            };
            self.meant.insert((file, definition, *place), meaning);
        }
    }

    fn numbers_of(&mut self, names: HashSet<String>) -> Box<[u32]> {
        let mut number = |name| {
            let next = self.numbers.len() as u32;
            *self.numbers.entry(name).or_insert(next)
        };
        names.into_iter().map(&mut number).collect()
    }

    /// True for a macro of the tree that may make a use of a member of a name that it is given.
    pub fn splices(&self, name: &str) -> bool {
        self.known.splices(name)
    }

    /// True for a file in which an inner attribute allows dead code.
    pub fn allows_dead_code(&self, path: &str) -> bool {
        self.known.allows_dead_code(path)
    }

    /// True for what stands in an `impl` block that an attribute keeps.
    pub fn is_kept(&self, path: &str, byte: u32) -> bool {
        self.known.is_kept(path, byte)
    }

    /// True for a module that the arguments of a macro declare.
    pub fn is_declared_in_macro(&self, module: &str) -> bool {
        self.known.is_declared_in_macro(module)
    }

    /// True for the name of a file that Rust takes in as text.
    pub fn includes_text(&self, file: &str) -> bool {
        self.known.includes_text(file)
    }

    /// True for a package that includes what a build script writes: it may use whatever other files can see.
    pub fn includes_generated(&self, package: &str) -> bool {
        self.generated.contains(package)
    }

    /// True for a name that `as` gives to something.
    pub fn is_alias(&self, name: &str) -> bool {
        self.known.is_alias(name)
    }

    /// True where the member of that type, or of what it is an alias of, can be meant.
    pub fn allows(&self, meaning: &Meaning, owner: &str, of_trait: bool) -> bool {
        let allows = |name: &str| {
            let list = if of_trait { &meaning.traits } else { &meaning.owners };
            self.numbers.get(name).is_some_and(|number| list.contains(number))
        };
        (of_trait && meaning.any_trait) || allows(owner) || self.known.aliased(owner).any(allows)
    }

    /// True for a macro that other crates see.
    pub fn exports_macro(&self, name: &str) -> bool {
        self.known.exports_macro(name)
    }

    /// What the uses of a name in a definition can mean; none where anything can be meant. `calls` and `uses` are how many
    /// of them the facts count: where they count more (in the body of a macro), not all were looked at.
    pub fn meant(&self, place: Place, calls: u32, uses: u32) -> Option<&Meaning> {
        self.meant.get(&place).filter(|meaning| meaning.calls >= calls && meaning.uses >= uses)
    }
}

/// What the files declare.
fn declared(world: &World<'_>, rust: &[u32], packages: &[&str]) -> Known {
    let mut known = Known::default();
    for some in rust.chunks(AT_ONCE) {
        let parsed: Vec<Parsed> = some.par_iter().filter_map(|file| parsed(world, *file, packages)).collect();
        for file in &parsed {
            let path = world.files[file.file as usize].path;
            known.add(file.tree.root_node(), &file.source, path, file.package);
        }
    }
    known.finish();
    known
}

/// Names of members: only these are asked for.
fn wanted<'a>(world: &World<'a>) -> HashSet<&'a str> {
    let member = |definition: &Definition| {
        matches!(
            definition.kind,
            DefinitionKind::Method
                | DefinitionKind::Function
                | DefinitionKind::Constant
                | DefinitionKind::Type
        )
    };
    world
        .definitions()
        .filter(|(_, def)| world.file_of(def).language == Language::Rust && member(def.definition))
        .map(|(_, def)| def.definition.name.as_str())
        .collect()
}

fn parser() -> Option<Parser> {
    let mut parser = facts::extract::parser();
    let grammar = Language::Rust.grammar()?;
    parser.set_language(&(grammar.language)()).ok()?;
    Some(parser)
}

fn parsed(world: &World<'_>, file: u32, packages: &[&str]) -> Option<Parsed> {
    if (world.cancelled)() {
        return None;
    }
    let view = &world.files[file as usize];
    let source = String::from_utf8(world.tree.read(&view.record.entry).ok()?).ok()?;
    let tree = syntax_tree(Language::Rust, source.as_bytes())?;
    let package = view.package.and_then(|package| packages.binary_search(&package).ok());
    Some(Parsed { file, package: package.map_or(u32::MAX, |package| package as u32), source, tree })
}
