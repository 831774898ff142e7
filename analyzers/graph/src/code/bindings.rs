//! What the imports of each file bind, and where the bound names lead.

use super::imports::{Binds, DEFAULT, Lead, Resolver, child, folder, imported_values, is_erased};
use super::index::{Index, is_function, is_type};
use super::names::{NONE, NameId};
use super::rules::Unit;
use super::{FileImport, NodeId};
use facts::hash::{HashMap, HashSet};
use facts::language::{Family, Language};
use facts::model::{Definition, DefinitionKind, Import, Visibility};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::OnceLock;

/// A place that holds names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// The top level of a file.
    File(u32),
    /// The top levels of all files of a folder.
    Folder(u32),
    /// The members of a definition.
    Definition(NodeId),
    /// Outside the tree.
    Outside,
}

/// Where a name leads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    /// To these definitions.
    Definitions(Vec<NodeId>),
    /// To a file, folder or module as a whole.
    Space(Space),
    /// Out of the tree.
    Outside,
    /// It is not known.
    Nothing,
}

/// Where an import leads.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    /// Where its path starts.
    space: Space,
    /// The names that lead on from there.
    rest: Vec<NameId>,
    /// What it is called here: by custom a module's default export is called as where it is defined.
    local: NameId,
}

/// What the imports of one file bind.
#[derive(Debug, Default)]
pub(super) struct FileBindings {
    /// Names, and where they lead.
    pub by_name: HashMap<NameId, Vec<Bound>>,
    /// Places whose names are all known, in order; true where only some are.
    pub wildcards: Vec<(Bound, bool)>,
    /// The files that the imports lead to, by the line of the import.
    pub files: Vec<FileImport>,
    /// Where each import leads.
    pub leads: Vec<Bound>,
    /// Imports that are gone before the program runs where all that they name are types.
    maybe_erased: Vec<Named>,
}

/// The names that one import brings in.
#[derive(Debug)]
struct Named {
    /// Which of [`FileBindings::files`] it made.
    files: Range<usize>,
    names: Vec<NameId>,
}

/// What the imports of a tree bind.
pub(super) struct Bindings<'i, 'a> {
    index: &'i Index<'a>,
    files: Vec<FileBindings>,
    /// For each file the names that it uses outside of all definitions, once somebody has asked.
    loose: Vec<OnceLock<HashSet<NameId>>>,
}

/// The name that a module gives what it exports without a name: numbered apart from names of the tree.
const DEFAULT_EXPORT: NameId = NONE - 1;
/// How many places one look-up goes through at most, following re-exports.
const MAX_VISITED: usize = 64;
/// Files of a folder that an import of the folder leads to, at most.
const MAX_FOLDER_FILES: usize = 64;

/// Declarations of one type that are looked at: past that, it is not known to be nothing else.
const MAX_DECLARATIONS: usize = 256;

/// The places one look-up has been to.
#[derive(Default)]
pub(super) struct Visited(HashSet<(u32, NameId)>);

impl Visited {
    fn enter(&mut self, file: u32, name: NameId) -> bool {
        self.0.len() < MAX_VISITED && self.0.insert((file, name))
    }
}

impl<'i, 'a> Bindings<'i, 'a> {
    /// Follows every import of the tree.
    pub fn new(index: &'i Index<'a>, resolver: &Resolver<'_>, languages: &[Language]) -> Self {
        let files = (0..index.files.len()).into_par_iter();
        let files = files.map(|file| file_bindings(index, resolver, file as u32, languages[file])).collect();
        let loose = std::iter::repeat_with(OnceLock::new).take(index.files.len()).collect();
        let mut bindings = Bindings { index, files, loose };
        let all = (0..index.files.len() as u32).into_par_iter();
        let erased: Vec<Vec<Range<usize>>> = all.map(|file| bindings.erased(file)).collect();
        for (file, erased) in bindings.files.iter_mut().zip(erased) {
            erased.into_iter().flatten().for_each(|import| file.files[import].deferred = true);
            file.files.sort_unstable();
            file.files.dedup_by_key(|import| (import.to, import.line));
        }
        bindings
    }

    /// The imports of a file that name nothing but types of TypeScript: its compiler leaves them out.
    fn erased(&self, file: u32) -> Vec<Range<usize>> {
        let bindings = self.of(file);
        let is_erased = |import: &&Named| {
            let to = bindings.files.get(import.files.start).map(|import| import.to);
            to.is_some_and(|to| import.names.iter().all(|name| self.is_type_only(to, *name)))
        };
        bindings.maybe_erased.iter().filter(is_erased).map(|import| import.files.clone()).collect()
    }

    /// True where a name of a file means an interface or the alias of a type, and no value besides.
    fn is_type_only(&self, file: u32, name: NameId) -> bool {
        let kind = |node: &NodeId| self.index.definition(*node).map(|definition| definition.kind);
        let is_type =
            |node: &NodeId| matches!(kind(node), Some(DefinitionKind::Interface | DefinitionKind::Type));
        let Meaning::Definitions(nodes) = self.look_up(Space::File(file), name, &mut Visited::default())
        else {
            return false;
        };
        let Some(first) = nodes.first().filter(|_| nodes.len() <= MAX_DECLARATIONS) else {
            return false;
        };
        let (at, name) = (self.index.nodes[*first as usize].file, self.index.name_of[*first as usize]);
        let scope = &self.index.files[at as usize];
        // All of that name, modules included.
        let all = self.index.members(scope.node, name);
        // A value may be declared in a way that makes no definition: `export const { A } = …`.
        scope.is_whole && all == nodes && all.iter().all(is_type) && !self.loose_names(at).contains(&name)
    }

    /// The names that a file uses outside of all definitions.
    fn loose_names(&self, file: u32) -> &HashSet<NameId> {
        self.loose[file as usize].get_or_init(|| {
            let scope = &self.index.files[file as usize];
            let references = scope.symbols.iter().flat_map(|symbols| &symbols.references);
            let loose = references.filter(|usage| usage.from.is_none());
            loose.map(|usage| scope.names[usage.name as usize]).collect()
        })
    }

    /// What the imports of a file bind.
    pub fn of(&self, file: u32) -> &FileBindings {
        &self.files[file as usize]
    }

    /// Where a path of names leads from a place.
    pub fn follow(&self, bound: &Bound, visited: &mut Visited) -> Meaning {
        let mut meaning = match bound.space {
            Space::Outside => return Meaning::Outside,
            space => Meaning::Space(space),
        };
        for name in &bound.rest {
            let space = match meaning {
                Meaning::Space(space) => space,
                Meaning::Definitions(nodes) => match self.holder(&nodes) {
                    Some(space) => space,
                    None => return Meaning::Nothing,
                },
                other => return other,
            };
            meaning = match space {
                Space::File(file) if *name == DEFAULT_EXPORT => self.default_export(file, bound.local),
                space => self.look_up(space, *name, visited),
            };
        }
        meaning
    }

    /// The one type among definitions, as a place that holds names.
    fn holder(&self, nodes: &[NodeId]) -> Option<Space> {
        let kind = |node: &NodeId| self.index.definition(*node).map(|definition| definition.kind);
        nodes.iter().copied().find(|node| kind(node).is_some_and(is_type)).map(Space::Definition)
    }

    /// Where a name leads in a place.
    pub fn look_up(&self, space: Space, name: NameId, visited: &mut Visited) -> Meaning {
        match space {
            Space::File(file) => self.look_up_in_file(file, name, visited),
            Space::Folder(folder) => self.look_up_in_folder(folder, name),
            Space::Definition(node) => match self.index.inherited(node, name).0 {
                [] => Meaning::Nothing,
                found => self.meaning_of(found),
            },
            Space::Outside => Meaning::Outside,
        }
    }

    fn look_up_in_file(&self, file: u32, name: NameId, visited: &mut Visited) -> Meaning {
        if !visited.enter(file, name) {
            return Meaning::Nothing;
        }
        let scope = &self.index.files[file as usize];
        let own = self.index.members(scope.node, name);
        if !own.is_empty() {
            return self.meaning_of(own);
        }
        let bindings = self.of(file);
        let mut outside = false;
        for bound in bindings.by_name.get(&name).into_iter().flatten() {
            match self.follow(bound, visited) {
                Meaning::Nothing => {}
                Meaning::Outside => outside = true,
                found => return found,
            }
        }
        if outside {
            return Meaning::Outside;
        }
        for (bound, _) in &bindings.wildcards {
            let found = self.look_up_through(bound, name, visited);
            if found != Meaning::Nothing {
                return found;
            }
        }
        self.submodule(scope.path, name)
    }

    /// Where a name leads among all names of what `bound` leads to.
    pub fn look_up_through(&self, bound: &Bound, name: NameId, visited: &mut Visited) -> Meaning {
        let space = match self.follow(bound, visited) {
            Meaning::Space(space) => Some(space),
            Meaning::Definitions(nodes) => self.holder(&nodes),
            Meaning::Outside | Meaning::Nothing => None,
        };
        match space.map(|space| self.look_up(space, name, visited)) {
            Some(Meaning::Definitions(nodes)) => Meaning::Definitions(nodes),
            Some(Meaning::Space(space)) if space != Space::Outside => Meaning::Space(space),
            _ => Meaning::Nothing,
        }
    }

    fn look_up_in_folder(&self, folder: u32, name: NameId) -> Meaning {
        // A folder whose files share no names is a name space of files.
        let shares = |unit: Unit| matches!(unit, Unit::Folder | Unit::Package);
        let files = self.index.folder_files(folder).iter().map(|file| &self.index.files[*file as usize]);
        let sharing = files.filter(|file| file.rules.is_some_and(|rules| shares(rules.unit)));
        let mut units: Vec<u32> = sharing.map(|file| file.unit).collect();
        units.sort_unstable();
        units.dedup();
        let found: Vec<NodeId> =
            units.iter().flat_map(|unit| self.index.unit_members(*unit, name)).copied().collect();
        if !found.is_empty() {
            return self.meaning_of(&found);
        }
        self.submodule_in(self.index.folder_path(folder), name)
    }

    /// The file or folder that a module means by a name that it does not define: Python's submodules.
    fn submodule(&self, path: &str, name: NameId) -> Meaning {
        match path.strip_suffix("__init__.py") {
            Some(folder) => self.submodule_in(folder.trim_end_matches('/'), name),
            None => Meaning::Nothing,
        }
    }

    fn submodule_in(&self, folder: &str, name: NameId) -> Meaning {
        let text = self.index.names.text(name);
        if text.is_empty() {
            return Meaning::Nothing;
        }
        let inside = child(folder, text);
        let file = ["/__init__.py", ".py", ".pyi"]
            .iter()
            .find_map(|ending| self.index.file(&format!("{inside}{ending}")));
        match (file, self.index.folder(&inside)) {
            (Some(file), _) => Meaning::Space(Space::File(file)),
            (None, Some(folder)) => Meaning::Space(Space::Folder(folder)),
            (None, None) => Meaning::Nothing,
        }
    }

    /// Definitions as they are; a module as the names that it holds.
    fn meaning_of(&self, nodes: &[NodeId]) -> Meaning {
        let is_module = |node: &NodeId| {
            self.index.definition(*node).is_some_and(|definition| definition.kind == DefinitionKind::Module)
        };
        let plain: Vec<NodeId> = nodes.iter().copied().filter(|node| !is_module(node)).collect();
        if !plain.is_empty() {
            return Meaning::Definitions(plain);
        }
        match nodes.first() {
            Some(module) => Meaning::Space(self.module_space(*module)),
            None => Meaning::Nothing,
        }
    }

    /// What a module definition holds: for Rust's `mod name;` the file of that name.
    pub fn module_space(&self, module: NodeId) -> Space {
        let scope = self.index.file_of(module);
        let definition = self.index.definition(module);
        let is_empty = definition.is_some_and(|d| d.span.start_line == d.span.end_line);
        let file = definition.filter(|_| is_empty && scope.path.ends_with(".rs")).and_then(|definition| {
            let stem = scope.path.strip_suffix(".rs")?;
            let own_folder = match stem.rsplit('/').next()? {
                "mod" | "lib" | "main" => folder(scope.path),
                _ => stem,
            };
            let inside = child(own_folder, &definition.name);
            // `mod name;` of a test or example stands beside the file.
            let beside = child(folder(scope.path), &definition.name);
            let endings = [
                format!("{inside}.rs"),
                format!("{inside}/mod.rs"),
                format!("{beside}.rs"),
                format!("{beside}/mod.rs"),
            ];
            endings.iter().find_map(|path| self.index.file(path))
        });
        file.map_or(Space::Definition(module), Space::File)
    }

    /// What `import x from` means: the definition of that name, the one named like the file, or the only exported one; the
    /// file itself where none is clear.
    fn default_export(&self, file: u32, local: NameId) -> Meaning {
        let scope = &self.index.files[file as usize];
        let same = self.index.members(scope.node, local);
        if !same.is_empty() {
            return self.meaning_of(same);
        }
        let stem = scope.path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
        let definitions = scope.definitions().iter().enumerate();
        let top: Vec<(NodeId, &Definition)> = definitions
            .filter(|(_, d)| d.parent.is_none() && (is_type(d.kind) || is_function(d.kind)))
            .map(|(i, d)| (scope.node + 1 + i as u32, d))
            .collect();
        let plain = |text: &str| {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
        };
        let named = top.iter().find(|(_, d)| plain(&d.name) == plain(stem));
        let public: Vec<_> = top.iter().filter(|(_, d)| d.visibility == Visibility::Public).collect();
        match (named, public.as_slice(), top.as_slice()) {
            (Some((node, _)), _, _) | (None, [(node, _)], _) | (None, [], [(node, _)]) => {
                Meaning::Definitions(vec![*node])
            }
            _ => Meaning::Space(Space::File(file)),
        }
    }
}

/// Follows the imports of one file.
fn file_bindings(index: &Index<'_>, resolver: &Resolver<'_>, file: u32, language: Language) -> FileBindings {
    let scope = &index.files[file as usize];
    let mut bindings = FileBindings::default();
    let is_stub = [".d.ts", ".d.mts", ".d.cts", ".pyi"].iter().any(|ending| scope.path.ends_with(ending));
    let is_script = language.family() == Family::Script;
    let keeps = resolver.manifests.keeps_imports(scope.path);
    for import in scope.imports {
        let around = around(scope.definitions(), import.line);
        let modules: Vec<&str> = around
            .iter()
            .filter(|definition| definition.kind == DefinitionKind::Module)
            .map(|definition| definition.name.as_str())
            .collect();
        let leads = resolver.leads(language, scope.path, &modules, import).unwrap_or_default();
        let deferred = import.deferred || is_stub || (is_script && is_erased(import, keeps));
        let first = bindings.files.len();
        for lead in leads {
            bindings.add(index, file, import.line, deferred, &lead, language);
        }
        let files = first..bindings.files.len();
        if is_script && !deferred && !files.is_empty() && !keeps {
            let names = names_alone(index, import);
            bindings.maybe_erased.extend(names.map(|names| Named { files, names }));
        }
    }
    bindings
}

/// The names of an import that brings in nothing else.
fn names_alone(index: &Index<'_>, import: &Import) -> Option<Vec<NameId>> {
    let names = imported_values(import).filter(|names| !names.is_empty())?;
    Some(names.iter().map(|name| index.names.get(name).unwrap_or(NONE)).collect())
}

/// The number of the innermost definition around a line.
pub(super) fn innermost(definitions: &[Definition], line: u32) -> Option<u32> {
    let to = definitions.partition_point(|definition| definition.span.start_line <= line);
    let holds = |number: &usize| line <= definitions[*number].span.end_line;
    (to.saturating_sub(MAX_BACK)..to).rev().find(holds).map(|number| number as u32)
}

/// The definitions around a line, outermost first. `definitions` are those of a file, in order of their start.
pub fn around(definitions: &[Definition], line: u32) -> Vec<&Definition> {
    let mut found = Vec::new();
    let mut current = innermost(definitions, line);
    while let Some(definition) = current.and_then(|number| definitions.get(number as usize)) {
        found.push(definition);
        current = definition.parent;
    }
    found.reverse();
    found
}

/// Definitions above an import that are looked at to find the one around it.
const MAX_BACK: usize = 2048;

impl FileBindings {
    fn add(
        &mut self,
        index: &Index<'_>,
        file: u32,
        line: u32,
        deferred: bool,
        lead: &Lead,
        language: Language,
    ) {
        let id = |name: &str| match name {
            DEFAULT if language != Language::Rust => DEFAULT_EXPORT,
            name => index.names.get(name).unwrap_or(NONE),
        };
        let mut rest: Vec<NameId> = lead.rest.iter().map(|name| id(name)).collect();
        let space = match &lead.target {
            Some(target) => self.space_of(
                index,
                FileImport { from: file, to: file, line, deferred, share: 1 },
                lead,
                target,
            ),
            // A Rust path may start with a name of the file itself: `use Kind::*`.
            None if language == Language::Rust
                && rest.first().is_some_and(|first| {
                    !index.members(index.files[file as usize].node, *first).is_empty()
                })
                && (rest.len() > 1 || lead.binds == Binds::All) =>
            {
                Space::File(file)
            }
            None => {
                rest.clear();
                Space::Outside
            }
        };
        let local = match &lead.binds {
            Binds::Name(name) => index.names.get(name).unwrap_or(NONE),
            _ => NONE,
        };
        let bound = Bound { space, rest, local };
        match &lead.binds {
            Binds::Name(name) => {
                if let Some(name) = index.names.get(name) {
                    self.by_name.entry(name).or_default().push(bound.clone());
                }
            }
            Binds::All | Binds::Some if space != Space::Outside => {
                self.wildcards.push((bound.clone(), lead.binds == Binds::Some));
            }
            _ => {}
        }
        if space != Space::Outside {
            self.leads.push(bound);
        }
    }

    /// The place that a file or folder is, with a note of the files that are imported by it.
    fn space_of(&mut self, index: &Index<'_>, import: FileImport, lead: &Lead, target: &str) -> Space {
        let from = import.from;
        let package = child(target, "__init__.py");
        if let Some(to) = index.file(target).or_else(|| index.file(&package)) {
            if to != from && lead.loads {
                self.files.push(FileImport { to, ..import });
            }
            return Space::File(to);
        }
        let Some(folder) = index.folder(target) else {
            return Space::Outside;
        };
        let family = index.files[from as usize].family;
        let of_family = |file: &&u32| {
            let other = &index.files[**file as usize];
            other.family == family && !other.path.ends_with("_test.go") && **file != from
        };
        let files: Vec<u32> = index.folder_files(folder).iter().filter(of_family).copied().collect();
        // Of a larger folder each file would be imported next to not at all; one stands for the package.
        if lead.loads {
            let share = files.len() as u32;
            let named = if files.len() <= MAX_FOLDER_FILES { files.len() } else { 1 };
            self.files.extend(files.into_iter().take(named).map(|to| FileImport { to, share, ..import }));
        }
        Space::Folder(folder)
    }
}
