//! The definitions of a tree with what dead-code analysis asks of them.

use super::entry_points::{Packages as ScriptPackages, is_plain_script};
use super::places::{Place, folder, join, place, suffix};
use super::rust_marks::RustMarks;
use facts::hash::{HashMap, HashSet};
use facts::language::{Language, is_test_condition};
use facts::model::{Definition, DefinitionKind, Reference, Symbols};
use facts::source::{Listing, SourceTree};
use facts::{FileRecord, RepoFacts};
use std::collections::BTreeSet;
use std::sync::OnceLock;
use trueno_graph::code::{CodeGraph, EdgeKind, NodeId};
use trueno_graph::types::{Receivers, TypedFile};

/// Files that make a folder a package, by language.
const MANIFESTS: &[(Language, &[&str])] = &[
    (Language::Rust, &["Cargo.toml"]),
    (Language::Python, &["pyproject.toml", "setup.py", "setup.cfg"]),
    (Language::JavaScript, &["package.json"]),
    (Language::Go, &["go.mod"]),
];

/// One file.
pub(super) struct FileView<'a> {
    pub record: &'a FileRecord,
    pub path: &'a str,
    pub language: Language,
    pub place: Place,
    pub symbols: &'a Symbols,
    pub node: NodeId,
    /// Folder of the nearest manifest of its language.
    pub package: Option<&'a str>,
    /// Cargo's `build.rs`: a program of its own.
    pub is_build_script: bool,
    /// It takes in other files by `#[path = "…"]`.
    pub names_paths: bool,
    /// Rust: the words of its imports.
    pub imported: HashSet<&'a str>,
    /// C: another file takes it in by `#include`.
    pub is_included: bool,
    /// C: it includes code that is not in the tree, as what a build writes, which may use all of it.
    pub includes_missing: bool,
    /// JavaScript: no module, so that what it declares is known to other files.
    pub is_plain_script: bool,
    /// The names that it uses, once somebody has asked.
    used: OnceLock<HashSet<String>>,
}

impl<'a> FileView<'a> {
    /// What the file says of itself; what other files say of it is not known yet.
    fn of(record: &'a FileRecord, node: NodeId, packages: &Packages) -> Self {
        let path = std::str::from_utf8(record.path().as_bytes()).unwrap_or("");
        let language = record.data.facts.language;
        // Documents with scripts have no definitions in the graph: they are text that names things.
        let is_code = language.grammar().is_some();
        let symbols = record.data.symbols.as_deref().filter(|_| is_code).unwrap_or(&NO_SYMBOLS);
        let package = packages.around(path, language);
        let mut attributes = symbols.definitions.iter().flat_map(|definition| &definition.attributes);
        FileView {
            record,
            path,
            language,
            place: place(record, path),
            symbols,
            node,
            package,
            is_build_script: package.is_some_and(|package| join(package, "build.rs") == path),
            names_paths: attributes.any(|text| text.starts_with("path")),
            imported: imported(symbols, language),
            is_included: false,
            includes_missing: false,
            is_plain_script: false,
            used: OnceLock::new(),
        }
    }
}

impl FileView<'_> {
    /// True where a name stands there by itself, behind nothing.
    pub fn uses_bare(&self, name: &str) -> bool {
        let names = &self.symbols.names;
        self.symbols
            .references
            .iter()
            .any(|usage| usage.qualifier.is_none() && names[usage.name as usize] == name)
    }

    /// True where the file uses a name, whatever it means there.
    pub fn uses(&self, name: &str) -> bool {
        let symbols = self.symbols;
        // Asked for each definition of the file.
        let used = self.used.get_or_init(|| {
            symbols.references.iter().map(|usage| symbols.names[usage.name as usize].clone()).collect()
        });
        used.contains(name)
    }
}

/// The definitions of one name.
#[derive(Default)]
struct Named {
    nodes: Vec<NodeId>,
    /// One of them is a module or a type.
    path: bool,
    /// All of them are types.
    types: bool,
}

/// One definition.
#[derive(Clone, Copy)]
pub(super) struct Def<'a> {
    pub file: u32,
    pub definition: &'a Definition,
    /// Stands in test code.
    pub test: bool,
    /// The enclosing definition.
    pub parent: Option<NodeId>,
    /// The type that it belongs to, wherever that is written.
    pub owner: Option<NodeId>,
}

/// A tree.
pub(super) struct World<'a> {
    pub tree: &'a dyn SourceTree,
    pub listing: Listing,
    pub facts: &'a RepoFacts,
    pub graph: &'a CodeGraph,
    /// Says when nobody wants the result any more.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
    pub files: Vec<FileView<'a>>,
    /// By node; none for files.
    pub defs: Vec<Option<Def<'a>>>,
    /// What the types of Rust say of uses.
    pub receivers: Receivers<'a>,
    /// What the files of Rust say besides.
    pub marks: RustMarks<'a>,
    /// The packages of JavaScript.
    pub scripts: ScriptPackages<'a>,
    by_name: HashMap<&'a str, Named>,
    /// The packages of Rust as code names them.
    crates: HashSet<String>,
    /// Members by the type or function they belong to.
    members: HashMap<NodeId, Vec<NodeId>>,
    /// What each type extends or implements, as far as the tree defines it.
    bases: HashMap<NodeId, Vec<NodeId>>,
    /// Types that extend or implement something else.
    outside_bases: HashSet<NodeId>,
    /// True where a shell script runs what a variable names, once somebody has asked.
    pub dispatches: OnceLock<bool>,
    /// Languages of which Git ignores files, so that code may be missing.
    pub generated: HashSet<Language>,
}

static NO_SYMBOLS: Symbols =
    Symbols { definitions: Vec::new(), names: Vec::new(), references: Vec::new(), imports: Vec::new() };

impl<'a> World<'a> {
    pub fn new(
        tree: &'a dyn SourceTree,
        facts: &'a RepoFacts,
        graph: &'a CodeGraph,
        cancelled: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        let listing = tree.listing().unwrap_or_default();
        let packages = Packages::of(&listing);
        let view = |(index, record): (usize, &'a FileRecord)| {
            FileView::of(record, graph.file_nodes[index], &packages)
        };
        let mut files: Vec<_> = facts.files.iter().enumerate().map(view).collect();
        files.iter_mut().for_each(|file| file.is_plain_script = is_plain_script(file));
        mark_missing_includes(&mut files);
        mark_installed(&mut files);
        for import in &graph.imports {
            let file = &mut files[import.to as usize];
            file.is_included |= family(file.language) == Language::C;
        }
        mark_test_helpers(&mut files);
        let mut world = World {
            tree,
            listing,
            facts,
            graph,
            cancelled,
            defs: vec![None; graph.nodes.len()],
            files,
            receivers: Receivers::default(),
            marks: RustMarks::default(),
            scripts: ScriptPackages::default(),
            by_name: HashMap::default(),
            crates: HashSet::default(),
            members: HashMap::default(),
            bases: HashMap::default(),
            outside_bases: HashSet::default(),
            dispatches: OnceLock::new(),
            generated: HashSet::default(),
        };
        for edge in graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Inherit) {
            world.bases.entry(edge.from).or_default().push(edge.to);
        }
        let crates = world.packages(Language::Rust).into_iter();
        world.crates =
            crates.filter_map(|package| Some(package.rsplit('/').next()?.replace('-', "_"))).collect();
        world.add_definitions();
        world.outside_bases = world.with_outside_bases();
        world.find_owners();
        world.receivers = world.receivers_of_rust();
        world.marks = RustMarks::of(&world);
        world.scripts = ScriptPackages::of(&world);
        world.generated = ignored_languages(&world);
        world
    }

    /// What the types of Rust say, asked for the names of members alone.
    fn receivers_of_rust(&self) -> Receivers<'a> {
        let packages: Vec<&str> = self.packages(Language::Rust).into_iter().collect();
        let rust = (0..).zip(&self.files).filter(|(_, file)| file.language == Language::Rust);
        let typed = rust.map(|(number, file)| {
            let package = file.package.and_then(|package| packages.binary_search(&package).ok());
            TypedFile {
                file: number,
                package: package.map_or(u32::MAX, |package| package as u32),
                types: file.record.data.types(),
                symbols: file.symbols,
            }
        });
        let is_member = |kind: DefinitionKind| {
            use DefinitionKind as D;
            matches!(kind, D::Method | D::Function | D::Constant | D::Type)
        };
        let of_rust = self.definitions().filter(|(_, def)| self.file_of(def).language == Language::Rust);
        let members = of_rust.filter(|(_, def)| is_member(def.definition.kind));
        let wanted: HashSet<&str> = members.map(|(_, def)| def.definition.name.as_str()).collect();
        Receivers::of(&typed.collect::<Vec<_>>(), &wanted, self.cancelled)
    }

    fn add_definitions(&mut self) {
        for (number, file) in self.files.iter().enumerate() {
            let mut test: Vec<bool> = Vec::with_capacity(file.symbols.definitions.len());
            for (index, definition) in file.symbols.definitions.iter().enumerate() {
                let functions = &file.record.data.facts.functions;
                let function = definition.function.and_then(|index| functions.get(index as usize));
                let of_parent = definition.parent.is_some_and(|parent| test[parent as usize]);
                let marked =
                    definition.attributes.iter().any(|text| text == "test" || is_test_condition(text));
                test.push(
                    file.place == Place::Test
                        || of_parent
                        || marked
                        || function.is_some_and(|f| file.record.is_test(f)),
                );
                let node = file.node + 1 + index as u32;
                self.defs[node as usize] = Some(Def {
                    file: number as u32,
                    definition,
                    test: test[index],
                    parent: definition.parent.map(|parent| file.node + 1 + parent),
                    owner: None,
                });
                let named = self.by_name.entry(&definition.name).or_default();
                let type_ = is_type(definition.kind);
                named.types = type_ && (named.types || named.nodes.is_empty());
                named.path |= type_ || definition.kind == DefinitionKind::Module;
                named.nodes.push(node);
            }
        }
    }

    fn find_owners(&mut self) {
        for node in 0..self.defs.len() as NodeId {
            let Some(def) = self.defs[node as usize] else { continue };
            let rust = self.file_of(&def).language == Language::Rust;
            let parent =
                def.parent.filter(|parent| self.def(*parent).is_some_and(|d| is_type(d.definition.kind)));
            let owner = parent.or_else(|| self.owner_by_name(&def));
            let of_test = owner.is_some_and(|owner| self.def(owner).is_some_and(|owner| owner.test));
            if let Some(def) = &mut self.defs[node as usize] {
                def.owner = owner;
                def.test |= of_test && rust;
            }
            if let Some(whole) = owner.or(def.parent) {
                self.members.entry(whole).or_default().push(node);
            }
        }
    }

    /// The type that a member written outside of it names: `T` of `T::f`, nearest first.
    fn owner_by_name(&self, def: &Def<'a>) -> Option<NodeId> {
        let definition = def.definition;
        let here = &self.files[def.file as usize];
        let member = match definition.kind {
            DefinitionKind::Method | DefinitionKind::Constant => true,
            DefinitionKind::Type => here.language == Language::Rust,
            _ => false,
        };
        if !member {
            return None;
        }
        let prefix = definition.qualified_name.strip_suffix(&definition.name)?.trim_end_matches([':', '.']);
        // `impl Trait for &'a T<U>`
        let prefix = prefix.split('<').next().unwrap_or(prefix);
        let owner = prefix.rsplit([':', '.', ' ', '&']).next().filter(|name| !name.is_empty())?;
        let distance = |node: NodeId| {
            let other = self.def(node)?;
            let file = &self.files[other.file as usize];
            let fits = is_type(other.definition.kind) && family(file.language) == family(here.language);
            fits.then(|| match () {
                () if other.file == def.file => 0,
                () if folder(file.path) == folder(here.path) => 1,
                () if file.package == here.package => 2,
                () => 3,
            })
        };
        // An associated type (`type Iter = …`) may have the name of the type itself.
        let is_alias =
            |node: NodeId| self.def(node).is_some_and(|def| def.definition.kind == DefinitionKind::Type);
        let near =
            self.named(owner).iter().filter_map(|node| Some((distance(*node)?, is_alias(*node), *node)));
        near.min().filter(|(distance, ..)| *distance < 3).map(|(.., node)| node)
    }

    pub fn def(&self, node: NodeId) -> Option<&Def<'a>> {
        self.defs.get(node as usize)?.as_ref()
    }

    pub fn file_of(&self, def: &Def<'a>) -> &FileView<'a> {
        &self.files[def.file as usize]
    }

    /// Every definition with its node.
    pub fn definitions(&self) -> impl Iterator<Item = (NodeId, &Def<'a>)> {
        (0..).zip(&self.defs).filter_map(|(node, def)| Some((node, def.as_ref()?)))
    }

    /// The definitions of a name.
    pub fn named(&self, name: &str) -> &[NodeId] {
        self.by_name.get(name).map_or(&[], |named| named.nodes.as_slice())
    }

    /// True for what names a module or a type of the tree.
    pub fn names_path(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|named| named.path)
    }

    /// True for what names types of the tree, and nothing else.
    pub fn names_types_only(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|named| named.types)
    }

    /// True for the name of one of Rust's packages in the tree.
    pub fn names_crate(&self, name: &str) -> bool {
        self.crates.contains(name)
    }

    pub fn members(&self, node: NodeId) -> &[NodeId] {
        self.members.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The file and number of the definition (none: the file's own code) of a node.
    pub fn place_of(&self, node: NodeId) -> (u32, Option<u32>) {
        let node = self.graph.nodes[node as usize];
        (node.file, node.definition)
    }

    /// The uses of names in a node.
    pub fn references(&self, node: NodeId) -> &'a [Reference] {
        let (file, definition) = self.place_of(node);
        let references = &self.files[file as usize].symbols.references;
        let start = references.partition_point(|reference| reference.from < definition);
        let end = references.partition_point(|reference| reference.from <= definition);
        &references[start..end]
    }

    /// The types of the tree that a type extends or implements.
    pub fn bases(&self, node: NodeId) -> &[NodeId] {
        self.bases.get(&node).map_or(&[], Vec::as_slice)
    }

    /// True where a type extends or implements, in so many steps and one, something that the tree does not define; and where its
    /// bases are too many to tell.
    pub fn has_outside_base(&self, node: NodeId, steps: u32) -> bool {
        const MOST: usize = 1_000;
        let mut seen: HashSet<NodeId> = HashSet::from_iter([node]);
        let mut level = vec![node];
        for _ in 0..=steps {
            if level.iter().any(|node| self.outside_bases.contains(node)) || seen.len() > MOST {
                return true;
            }
            let above = level.iter().flat_map(|node| self.bases(*node)).copied();
            level = above.filter(|base| seen.insert(*base)).collect();
        }
        false
    }

    /// The types of which a base is none of the tree's types.
    fn with_outside_bases(&self) -> HashSet<NodeId> {
        let names_one = |(node, def): (NodeId, &Def<'a>)| {
            let named: HashSet<&str> = def.definition.bases.iter().map(String::as_str).collect();
            let known = self.bases(node).iter().filter_map(|base| self.def(*base));
            let known: HashSet<&str> = known.map(|base| base.definition.name.as_str()).collect();
            let unknown = named.difference(&known).filter(|base| !is_plain_base(base)).count();
            // What is imported under another name is known all the same.
            (unknown > known.difference(&named).count()).then_some(node)
        };
        self.definitions().filter(|(_, def)| !def.definition.bases.is_empty()).filter_map(names_one).collect()
    }

    /// Names that each file's own code uses, for questions about a whole file.
    pub fn file_uses(&self, file: u32, names: &[&str]) -> bool {
        names.iter().any(|name| self.files[file as usize].uses(name))
    }

    /// True where others install the package of a file and may use what they get of it.
    pub fn is_library(&self, file: u32) -> bool {
        let file = &self.files[file as usize];
        match family(file.language) {
            Language::JavaScript => file.package.is_some_and(|package| self.scripts.is_library(package)),
            _ => file.package.is_some(),
        }
    }

    /// The paths of the packages of a language, sorted.
    pub fn packages(&self, language: Language) -> BTreeSet<&'a str> {
        let of_language = self.files.iter().filter(|file| family(file.language) == family(language));
        of_language.filter_map(|file| file.package).collect()
    }
}

/// Bases that call nothing.
fn is_plain_base(name: &str) -> bool {
    matches!(name, "object" | "Object" | "Generic" | "Protocol" | "ABC" | "NamedTuple" | "Any")
}

/// A file of Go that imports `testing` helps tests.
fn mark_test_helpers(files: &mut [FileView<'_>]) {
    let of_go = files.iter_mut().filter(|file| file.language == Language::Go);
    for file in of_go {
        if file.symbols.imports.iter().any(|import| import.target == "testing") {
            file.place = Place::Test;
        }
    }
}

fn imported(symbols: &Symbols, language: Language) -> HashSet<&str> {
    let texts = symbols.imports.iter().filter(|_| language == Language::Rust);
    texts.flat_map(|import| import.text.split(|c: char| !c.is_alphanumeric() && c != '_')).collect()
}

/// The folders with manifests.
struct Packages(HashSet<(Language, String)>);

impl Packages {
    fn of(listing: &Listing) -> Packages {
        let mut folders = HashSet::default();
        for entry in &listing.entries {
            let Ok(path) = std::str::from_utf8(entry.path.as_bytes()) else { continue };
            let name = path.rsplit('/').next().unwrap_or(path);
            for (language, _) in MANIFESTS.iter().filter(|(_, manifests)| manifests.contains(&name)) {
                folders.insert((*language, folder(path).to_owned()));
            }
        }
        Packages(folders)
    }

    /// The nearest one at or above the folder of a file.
    fn around<'p>(&self, path: &'p str, language: Language) -> Option<&'p str> {
        let language = family(language);
        MANIFESTS.iter().find(|(of, _)| *of == language)?;
        let mut key = (language, folder(path).to_owned());
        while !self.0.contains(&key) {
            if key.1.is_empty() {
                return None;
            }
            let length = folder(&key.1).len();
            key.1.truncate(length);
        }
        Some(&path[..key.1.len()])
    }
}

/// Languages whose code uses one another's definitions.
pub(super) fn family(language: Language) -> Language {
    match language {
        Language::TypeScript | Language::Tsx => Language::JavaScript,
        Language::Cpp | Language::ObjectiveC => Language::C,
        Language::Kotlin | Language::Scala => Language::Java,
        other => other,
    }
}

pub(super) fn is_type(kind: DefinitionKind) -> bool {
    use DefinitionKind as D;
    matches!(kind, D::Class | D::Struct | D::Enum | D::Interface | D::Type)
}

pub(super) fn is_function(kind: DefinitionKind) -> bool {
    matches!(kind, DefinitionKind::Function | DefinitionKind::Method)
}

/// Languages of files that a `.gitignore` names by an ending of their own: `*_generated.go`, `*_pb2.py`. They are made by the build
/// and may use what is here. Of JavaScript they are what the sources are compiled to.
fn ignored_languages(world: &World<'_>) -> HashSet<Language> {
    let entries = world.listing.entries.iter();
    let lists = entries.filter(|entry| entry.path.file_name() == b".gitignore");
    let texts = lists.filter_map(|entry| String::from_utf8(world.tree.read(entry).ok()?).ok());
    let mut found = HashSet::default();
    for text in texts {
        for line in text.lines().filter(|line| !line.starts_with(['#', '!']) && line.contains('*')) {
            let Some(ending) = suffix(line.trim_end()) else { continue };
            let of_ending = |language: &&Language| {
                language.grammar().is_some() && language.spec().extensions.contains(&ending)
            };
            found.extend(Language::ALL.iter().find(of_ending).map(|language| family(*language)));
        }
    }
    found.remove(&Language::JavaScript);
    found
}

/// Marks files of C that include code by a name that no file of the tree has.
fn mark_missing_includes(files: &mut [FileView<'_>]) {
    const OF_CODE: [&str; 8] = ["c", "cc", "cpp", "cxx", "inc", "inl", "def", "moc"];
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let names: HashSet<String> = files.iter().map(|file| last(file.path)).collect();
    for file in files.iter_mut().filter(|file| family(file.language) == Language::C) {
        file.includes_missing = file.symbols.imports.iter().any(|import| {
            suffix(&import.target).is_some_and(|ending| OF_CODE.contains(&ending))
                && !names.contains(&last(&import.target))
        });
    }
}

/// Marks folders into which other people's packages of Python were copied: `lib` and its like, no package itself, with many in it.
fn mark_installed(files: &mut [FileView<'_>]) {
    const LEAST: usize = 8;
    let home = |path: &str| {
        let at = path.rmatch_indices('/').map(|(at, _)| at).find(|at| {
            matches!(path[..*at].rsplit('/').next(), Some("lib" | "libs" | "packages" | "site-packages"))
        })?;
        Some(path[..at].to_owned())
    };
    let mut packages: HashMap<String, usize> = HashMap::default();
    for file in files.iter().filter(|file| file.language == Language::Python) {
        let Some(home) = home(file.path) else { continue };
        let rest = &file.path[home.len() + 1..];
        if rest.ends_with("/__init__.py") && rest.matches('/').count() == 1 {
            *packages.entry(home).or_default() += 1;
        }
    }
    packages.retain(|_, count| *count >= LEAST);
    let of_product = files.iter_mut().filter(|file| file.place == Place::Product);
    for file in of_product {
        if home(file.path).is_some_and(|home| packages.contains_key(&home)) {
            file.place = Place::Aside;
        }
    }
}
