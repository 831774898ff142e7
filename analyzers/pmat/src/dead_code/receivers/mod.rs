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
use facts::language::Language;
use facts::model::{Definition, DefinitionKind};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::{Parser, Tree};

/// What the uses of a name in one definition can mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meant {
    /// The members of any type: of one use at least nothing is known.
    anything: bool,
    /// The members of these types.
    owners: FxHashSet<String>,
    /// What any trait demands.
    any_trait: bool,
    /// What these traits demand.
    traits: FxHashSet<String>,
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

/// What is known of uses in the Rust files of a tree.
#[derive(Debug, Default)]
pub(super) struct Receivers {
    /// By file, enclosing definition and name.
    meant: FxHashMap<(u32, Option<u32>), FxHashMap<String, Meant>>,
    known: Known,
}

/// Files whose syntax trees are held at once while declarations are read.
const AT_ONCE: usize = 64;

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
        let mut known = Known::default();
        for some in rust.chunks(AT_ONCE) {
            let parsed: Vec<Parsed> =
                some.par_iter().filter_map(|file| parsed(world, *file, &packages)).collect();
            for file in &parsed {
                let path = world.files[file.file as usize].path;
                known.add(file.tree.root_node(), &file.source, path, file.package);
            }
        }
        known.finish();
        let wanted = wanted(world);
        let each = rust.par_iter().filter_map(|file| parsed(world, *file, &packages)).map(|file| {
            let definitions = &world.files[file.file as usize].symbols.definitions;
            let mut walker = Walker::new(&known, &wanted, &file.source, file.package, definitions);
            walker.file(file.tree.root_node());
            // What can mean anything is as if it had not been looked at.
            let found = walker.found.into_iter().filter(|(_, meant)| !meant.anything);
            (file.file, found.collect::<Vec<_>>())
        });
        let each: Vec<_> = each.collect();
        let mut receivers = Receivers { meant: FxHashMap::default(), known };
        for (file, found) in each {
            for ((definition, name), meant) in found {
                receivers.meant.entry((file, definition)).or_default().insert(name, meant);
            }
        }
        receivers
    }

    /// True for a macro of the tree that may make a use of a member of a name that it is given.
    pub fn splices(&self, name: &str) -> bool {
        self.known.splices(name)
    }

    /// True for a file in which an inner attribute allows dead code.
    pub fn allows_dead_code(&self, path: &str) -> bool {
        self.known.allows_dead_code(path)
    }

    /// True for a name that `as` gives to something.
    pub fn is_alias(&self, name: &str) -> bool {
        self.known.is_alias(name)
    }

    /// True where the member of that type, or of what it is an alias of, can be meant.
    pub fn allows(&self, meant: &Meant, owner: &str, of_trait: bool) -> bool {
        meant.allows(owner, of_trait) || self.known.aliased(owner).any(|of| meant.allows(of, of_trait))
    }

    /// True for a macro that other crates see.
    pub fn exports_macro(&self, name: &str) -> bool {
        self.known.exports_macro(name)
    }

    /// What the uses of a name in a definition can mean; none where anything can be meant. `calls` and `uses` are how many
    /// of them the facts count: where they count more (in the body of a macro), not all were looked at.
    pub fn meant(&self, file: u32, from: Option<u32>, name: &str, calls: u32, uses: u32) -> Option<&Meant> {
        let meant = self.meant.get(&(file, from))?.get(name)?;
        (meant.calls >= calls && meant.uses >= uses).then_some(meant)
    }
}

impl Meant {
    /// True where the member of that type or trait can be meant.
    fn allows(&self, owner: &str, of_trait: bool) -> bool {
        match of_trait {
            true => self.any_trait || self.traits.contains(owner),
            false => self.owners.contains(owner),
        }
    }
}

/// Names of members: only these are asked for.
fn wanted<'a>(world: &World<'a>) -> FxHashSet<&'a str> {
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
    let mut parser = Parser::new();
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
    let tree = parser()?.parse(&source, None)?;
    let package = view.package.and_then(|package| packages.binary_search(&package).ok());
    Some(Parsed { file, package: package.map_or(u32::MAX, |package| package as u32), source, tree })
}
