//! The definitions of a tree by what finds them: name, enclosing scope, owning type, package.

use super::imports::folder;
use super::names::{Groups, NONE, NameId, Names};
use super::rules::{self, Rules, Unit};
use super::{Node, NodeId};
use facts::RepoFacts;
use facts::hash::{HashMap, HashSet};
use facts::language::Family;
use facts::model::{Definition, DefinitionKind, Import, ParseStatus, Symbols};
use std::sync::OnceLock;

/// One file, as resolution sees it.
pub(super) struct FileScope<'a> {
    /// Path, where it is UTF-8.
    pub path: &'a str,
    /// Definitions, references and imports; none where the language has no grammar.
    pub symbols: Option<&'a Symbols>,
    /// Its imports, those of the scripts in a document included.
    pub imports: &'a [Import],
    /// All of it was parsed.
    pub is_whole: bool,
    /// Rules of its language.
    pub rules: Option<&'static Rules>,
    /// The languages whose definitions it uses.
    pub family: Family,
    /// Between the parts of a qualified name.
    separator: &'static str,
    /// For each of the file's names its number.
    pub names: Vec<NameId>,
    /// The file's own node.
    pub node: NodeId,
    /// The files that it shares names with: see [`Unit`].
    pub unit: u32,
}

impl<'a> FileScope<'a> {
    /// The file's definitions.
    pub fn definitions(&self) -> &'a [Definition] {
        self.symbols.map_or(&[], |symbols| &symbols.definitions)
    }
}

/// Every definition, by what finds it.
pub(super) struct Index<'a> {
    pub names: Names<'a>,
    pub files: Vec<FileScope<'a>>,
    pub nodes: Vec<Node>,
    /// The node's name; of a file none.
    pub name_of: Vec<NameId>,
    /// The definition or file that a node is a member of; none for a file, and for the member of a type that the tree does
    /// not define.
    pub container: Vec<NodeId>,
    /// For the member of a type the type's name.
    pub owner_name: Vec<NameId>,
    /// Definitions by name (second number 0).
    by_name: Groups,
    /// Definitions by container and name.
    members: Groups,
    /// Members of types that the tree does not define, by the type's name and their own.
    orphans: Groups,
    /// Top-level definitions by unit and name.
    unit_members: Groups,
    /// What each type extends or implements, as far as the tree defines it.
    bases: OnceLock<HashMap<NodeId, Vec<NodeId>>>,
    /// Files by path.
    by_path: HashMap<&'a str, u32>,
    /// Folders that hold code, themselves or below, by path.
    by_folder: HashMap<&'a str, u32>,
    /// Their paths, and the files with code directly in them, in order.
    folders: Vec<(&'a str, Vec<u32>)>,
}

/// True for what has members: types and modules.
pub(super) fn is_type(kind: DefinitionKind) -> bool {
    use DefinitionKind as D;
    matches!(kind, D::Class | D::Struct | D::Enum | D::Interface | D::Type)
}

/// True for what is called.
pub(super) fn is_function(kind: DefinitionKind) -> bool {
    matches!(kind, DefinitionKind::Function | DefinitionKind::Method | DefinitionKind::Macro)
}

impl<'a> Index<'a> {
    /// Indexes a tree.
    pub fn new(facts: &'a RepoFacts) -> Self {
        let mut index = Index {
            names: Names::default(),
            files: Vec::with_capacity(facts.files.len()),
            nodes: Vec::new(),
            name_of: Vec::new(),
            container: Vec::new(),
            owner_name: Vec::new(),
            by_name: Groups::default(),
            members: Groups::default(),
            orphans: Groups::default(),
            unit_members: Groups::default(),
            bases: OnceLock::new(),
            by_path: HashMap::default(),
            by_folder: HashMap::default(),
            folders: Vec::new(),
        };
        index.add_files(facts);
        index.group_by_name();
        index.find_containers();
        index.group_members();
        index
    }

    fn add_files(&mut self, facts: &'a RepoFacts) {
        let crates = crate_folders(facts);
        let mut units: HashMap<(&str, &str), u32> = HashMap::default();
        for (number, record) in facts.files.iter().enumerate() {
            let path = std::str::from_utf8(record.path().as_bytes()).unwrap_or_default();
            let language = record.data.facts.language;
            let rules = rules::of(language);
            let symbols = record.data.symbols.as_deref().filter(|_| rules.is_some());
            let imports = record.data.symbols.as_ref().map_or(&[][..], |symbols| &symbols.imports);
            let is_whole = record.data.facts.parse == ParseStatus::Complete;
            let node = self.nodes.len() as NodeId;
            self.push(Node { file: number as u32, definition: None }, NONE);
            for (i, definition) in symbols.iter().flat_map(|symbols| symbols.definitions.iter().enumerate()) {
                let name = self.names.intern(&definition.name);
                self.push(Node { file: number as u32, definition: Some(i as u32) }, name);
            }
            let names = symbols.map_or(&[][..], |symbols| &symbols.names);
            let names = names.iter().map(|name| self.names.intern(name)).collect();
            let next = units.len() as u32;
            let key = rules.map_or(("", path), |rules| unit_key(rules, path, &crates));
            let unit = *units.entry(key).or_insert(next);
            let separator = language.grammar().map_or(".", |grammar| grammar.separator);
            self.by_path.insert(path, number as u32);
            if symbols.is_some() {
                let holder = self.add_folder(folder(path));
                self.folders[holder as usize].1.push(number as u32);
            }
            self.files.push(FileScope {
                path,
                symbols,
                imports,
                is_whole,
                rules,
                family: language.family(),
                separator,
                names,
                node,
                unit,
            });
        }
    }

    fn add_folder(&mut self, path: &'a str) -> u32 {
        if let Some(known) = self.by_folder.get(path) {
            return *known;
        }
        if !path.is_empty() {
            self.add_folder(folder(path));
        }
        let number = self.folders.len() as u32;
        self.folders.push((path, Vec::new()));
        self.by_folder.insert(path, number);
        number
    }

    fn push(&mut self, node: Node, name: NameId) {
        self.nodes.push(node);
        self.name_of.push(name);
        self.container.push(NONE);
        self.owner_name.push(NONE);
    }

    fn group_by_name(&mut self) {
        let named = self.name_of.iter().enumerate().filter(|(_, name)| **name != NONE);
        self.by_name = Groups::new(named.map(|(node, name)| (Groups::key(*name, 0), node as u32)).collect());
    }

    /// Finds what each definition is a member of: what encloses it, or the type that its qualified name puts before it
    /// (`impl Type`, `func (r Type)`, `Type::f`), wherever that is defined.
    fn find_containers(&mut self) {
        let mut by_owner_name = Vec::new();
        for file in 0..self.files.len() {
            let scope = &self.files[file];
            let (node, separator, definitions) = (scope.node, scope.separator, scope.definitions());
            for (i, definition) in definitions.iter().enumerate() {
                let own = node + 1 + i as u32;
                let parent = definition.parent.and_then(|parent| definitions.get(parent as usize));
                let parent_node = definition.parent.map_or(node, |parent| node + 1 + parent);
                match owner(definition, parent, separator) {
                    Some(owner) => {
                        self.owner_name[own as usize] = self.names.intern(owner);
                        by_owner_name.push((own, parent_node));
                    }
                    None => {
                        self.container[own as usize] = parent_node;
                        if parent.is_some_and(|parent| is_type(parent.kind)) {
                            self.owner_name[own as usize] = self.name_of[parent_node as usize];
                        }
                    }
                }
            }
        }
        for (node, parent) in by_owner_name {
            self.container[node as usize] = self.owner_of(node, parent);
        }
    }

    /// The type that a member names as its owner: in the same scope, file, unit, or the only one of that name. A C++
    /// namespace is an owner, too.
    fn owner_of(&self, node: NodeId, parent: NodeId) -> NodeId {
        let file = self.nodes[node as usize].file;
        let scope = &self.files[file as usize];
        let candidates = self.named(self.owner_name[node as usize]).iter().copied().filter(|&candidate| {
            let definition = self.definition(candidate);
            candidate != node
                && definition.is_some_and(|d| is_type(d.kind) || d.kind == DefinitionKind::Module)
                && self.same_family(scope.family, candidate)
        });
        let rank = |candidate: NodeId| {
            let other = self.nodes[candidate as usize].file;
            let definition = self.definition(candidate);
            let same_parent = self.parent_of(candidate) == Some(parent);
            let near = if same_parent {
                0
            } else if other == file {
                1
            } else if self.files[other as usize].unit == scope.unit {
                2
            } else {
                3
            };
            // A forward declaration has no members, a module is an owner only where no type is.
            let alias =
                definition.is_some_and(|d| matches!(d.kind, DefinitionKind::Type | DefinitionKind::Module));
            (near, alias)
        };
        let mut best: Option<((u8, bool), NodeId, bool)> = None;
        for candidate in candidates.take(MAX_OWNERS) {
            let rank = rank(candidate);
            best = match best {
                Some((known, _, _)) if rank > known => best,
                Some((known, first, _)) if rank == known => Some((known, first, false)),
                _ => Some((rank, candidate, true)),
            };
        }
        match best {
            // Several types of that name elsewhere: not to be told apart.
            Some(((3, _), _, false)) | None => NONE,
            Some((_, candidate, _)) => candidate,
        }
    }

    fn group_members(&mut self) {
        let mut members = Vec::with_capacity(self.nodes.len());
        let mut unit_members = Vec::new();
        let mut orphans = Vec::new();
        for (node, container) in self.container.iter().enumerate() {
            let name = self.name_of[node];
            if name == NONE {
                continue;
            }
            if *container == NONE {
                orphans.push((Groups::key(self.owner_name[node], name), node as u32));
                continue;
            }
            members.push((Groups::key(*container, name), node as u32));
            if self.nodes[*container as usize].definition.is_none() {
                let unit = self.files[self.nodes[node].file as usize].unit;
                unit_members.push((Groups::key(unit, name), node as u32));
            }
        }
        self.members = Groups::new(members);
        self.unit_members = Groups::new(unit_members);
        self.orphans = Groups::new(orphans);
    }

    /// The definition of a node; none for a file.
    pub fn definition(&self, node: NodeId) -> Option<&'a Definition> {
        let Node { file, definition } = self.nodes[node as usize];
        self.files[file as usize].definitions().get(definition? as usize)
    }

    /// The file that a node stands in.
    pub fn file_of(&self, node: NodeId) -> &FileScope<'a> {
        &self.files[self.nodes[node as usize].file as usize]
    }

    /// The definition or file around a definition.
    pub fn parent_of(&self, node: NodeId) -> Option<NodeId> {
        let definition = self.definition(node)?;
        let file = self.file_of(node).node;
        Some(definition.parent.map_or(file, |parent| file + 1 + parent))
    }

    /// All definitions of a name.
    pub fn named(&self, name: NameId) -> &[NodeId] {
        self.by_name.get(name, 0)
    }

    /// The members of a definition or the top-level definitions of a file that have that name.
    pub fn members(&self, container: NodeId, name: NameId) -> &[NodeId] {
        self.members.get(container, name)
    }

    /// The members of that name of a type that the tree does not define.
    pub fn orphans(&self, owner: NameId, name: NameId) -> &[NodeId] {
        self.orphans.get(owner, name)
    }

    /// The top-level definitions of that name in a unit.
    pub fn unit_members(&self, unit: u32, name: NameId) -> &[NodeId] {
        self.unit_members.get(unit, name)
    }

    /// The member of a type or of the nearest of its bases that has it, and how many steps up it stands.
    pub fn inherited(&self, of: NodeId, name: NameId) -> (&[NodeId], usize) {
        let own = self.members(of, name);
        if !own.is_empty() || self.bases_of(of).is_empty() {
            return (own, 0);
        }
        let mut level = vec![of];
        let mut seen: HashSet<NodeId> = HashSet::default();
        for steps in 0..MAX_BASES {
            let mut next = Vec::new();
            for of in level {
                let found = self.members(of, name);
                if !found.is_empty() {
                    return (found, steps);
                }
                next.extend(self.bases_of(of).iter().copied().filter(|base| seen.insert(*base)));
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        (&[], 0)
    }

    /// The types of the tree that each type extends or implements; empty until they are known.
    pub fn bases(&self) -> impl Iterator<Item = (NodeId, &[NodeId])> {
        self.bases.get().into_iter().flatten().map(|(of, bases)| (*of, bases.as_slice()))
    }

    /// The types of the tree that a type extends or implements.
    pub fn bases_of(&self, of: NodeId) -> &[NodeId] {
        self.bases.get().and_then(|all| all.get(&of)).map_or(&[], Vec::as_slice)
    }

    /// Makes known what each type extends: names are looked up without that first.
    pub fn set_bases(&self, bases: HashMap<NodeId, Vec<NodeId>>) {
        self.bases.get_or_init(|| bases);
    }

    /// A file by its path.
    pub fn file(&self, path: &str) -> Option<u32> {
        self.by_path.get(path).copied()
    }

    /// A folder that holds code, by its path.
    pub fn folder(&self, path: &str) -> Option<u32> {
        self.by_folder.get(path).copied()
    }

    /// The path of a folder.
    pub fn folder_path(&self, folder: u32) -> &'a str {
        self.folders[folder as usize].0
    }

    /// The files with code that stand directly in a folder.
    pub fn folder_files(&self, folder: u32) -> &[u32] {
        &self.folders[folder as usize].1
    }

    /// The type that a definition is a member of, or is itself.
    pub fn enclosing_type(&self, node: NodeId) -> Option<NodeId> {
        let mut current = node;
        // Real nesting is far less deep; a ring of owners (`a::b` in `b::a`) ends here.
        for _ in 0..MAX_BASES {
            if self.definition(current).is_some_and(|definition| is_type(definition.kind)) {
                return Some(current);
            }
            let container = self.container[current as usize];
            if container == NONE {
                return None;
            }
            current = container;
        }
        None
    }

    /// True where two nodes are of languages that use each other's definitions.
    pub fn same_family(&self, family: Family, node: NodeId) -> bool {
        self.file_of(node).family == family
    }
}

/// Deepest chain of bases, and of nested owners, that is followed.
const MAX_BASES: usize = 16;
/// Types of one name that are looked at to find the owner of a member: past that, the nearest of the first ones is taken.
const MAX_OWNERS: usize = 256;

/// The type that a definition's qualified name puts before it, where what encloses it does not.
fn owner<'d>(definition: &'d Definition, parent: Option<&Definition>, separator: &str) -> Option<&'d str> {
    let inside = match parent {
        Some(parent) => {
            definition.qualified_name.strip_prefix(parent.qualified_name.as_str())?.strip_prefix(separator)?
        }
        None => definition.qualified_name.as_str(),
    };
    let before = inside.strip_suffix(definition.name.as_str())?.strip_suffix(separator)?;
    let last = before.rsplit(separator).next().unwrap_or(before);
    // `&'a Type` and the like: the name is what the text ends with.
    let start = last
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + last[at..].chars().next().map_or(1, char::len_utf8));
    Some(&last[start..]).filter(|owner| !owner.is_empty())
}

/// The folders of the Rust crates of a tree.
fn crate_folders(facts: &RepoFacts) -> HashSet<&str> {
    let manifests = facts.files.iter().filter(|file| file.path().file_name() == b"Cargo.toml");
    manifests.filter_map(|file| std::str::from_utf8(file.path().parent()).ok()).collect()
}

fn unit_key<'a>(rules: &Rules, path: &'a str, crates: &HashSet<&str>) -> (&'static str, &'a str) {
    match rules.unit {
        Unit::File => ("file", path),
        Unit::Folder => ("folder", folder(path)),
        Unit::Package => {
            let folder = folder(path);
            let roots = ["/java/", "/kotlin/", "/scala/"];
            let below = roots.iter().filter_map(|root| folder.rfind(root).map(|at| at + root.len())).max();
            ("package", below.map_or(folder, |at| &folder[at..]))
        }
        Unit::Crate => {
            let mut current = folder(path);
            while !crates.contains(current) && !current.is_empty() {
                current = folder(current);
            }
            ("crate", current)
        }
        Unit::Linkage => ("linked", ""),
    }
}
