//! What stands before a name: a type, a module, an object of a known type, or something unknown.

use super::NodeId;
use super::bindings::{Meaning, Space, Visited};
use super::confidence::{EXACT, IMPLIED, LIKELY, MAX_CANDIDATES, MAX_WEIGHED};
use super::imports::folder;
use super::index::is_type;
use super::names::{NONE, NameId};
use super::resolve::{FileResolver, Found, UNNAMED};
use super::rules::Unit;
use facts::model::{DefinitionKind, Reference};

/// What a qualifier means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Receiver {
    /// The enclosing type's own object.
    Own(NodeId),
    /// An own object whose type the tree does not define.
    OwnUnknown(NameId),
    /// What the enclosing type extends.
    Parent(NodeId),
    /// One of these types itself.
    Types(Vec<NodeId>),
    /// An object of one of these types.
    Objects(Vec<NodeId>),
    /// A file, folder or module.
    Space(Space),
    /// A name space, of which many files may hold a part.
    NameSpace(NameId),
    /// Something outside the tree.
    Outside,
    /// Nothing is known of it.
    Unknown,
}

/// Longest chain of qualifiers (`a.b.c.d`) that is followed.
const MAX_CHAIN: u32 = 4;

impl FileResolver<'_, '_, '_> {
    /// What a qualifier means inside a definition. `uses` are all uses in it, by name: what stands before the qualifier is
    /// among them. Each is worked out once for each length of the chain: many may lead to the same.
    pub fn receiver(
        &mut self,
        from: Option<u32>,
        uses: &[Reference],
        qualifier: u32,
        depth: u32,
    ) -> Receiver {
        if let Some(known) = self.receivers.get(&(qualifier, depth)) {
            return known.clone();
        }
        let receiver = self.worked_out(from, uses, qualifier, depth);
        self.receivers.insert((qualifier, depth), receiver.clone());
        receiver
    }

    fn worked_out(&mut self, from: Option<u32>, uses: &[Reference], qualifier: u32, depth: u32) -> Receiver {
        let name = self.name(qualifier);
        let text = self.index.names.text(name);
        if text.is_empty() || depth > MAX_CHAIN {
            return self.nameless(from, uses);
        }
        if let Some(receiver) = self.keyword(from, text) {
            return receiver;
        }
        let first = uses.partition_point(|usage| usage.name < qualifier);
        let named = uses[first..].partition_point(|usage| usage.name == qualifier);
        let named = &uses[first..first + named];
        let before = named.iter().filter_map(|usage| usage.qualifier);
        let behind: Vec<u32> = before.filter(|before| *before != qualifier).collect();
        let stands_bare = named.iter().any(|usage| usage.qualifier.is_none());
        if stands_bare || behind.is_empty() {
            return self.bare_receiver(from, name, text);
        }
        let mut meaning = Receiver::Unknown;
        for before in behind {
            let outer = self.receiver(from, uses, before, depth + 1);
            let next = self.inside(&outer, name);
            if meaning != Receiver::Unknown && next != meaning {
                return Receiver::Unknown;
            }
            meaning = next;
        }
        match meaning {
            // `a::b::f` where nothing is known of `a`: `b` may still be a module or a type.
            Receiver::Unknown if self.rules.capital_types => match self.only_module(name) {
                Some(module) => Receiver::Space(module),
                None => self.capital(name, text),
            },
            meaning => meaning,
        }
    }

    /// Rust: the only module of that name in the crate.
    fn only_module(&self, name: NameId) -> Option<Space> {
        if self.rules.unit != Unit::Crate {
            return None;
        }
        let named = self.index.named(name).iter().copied().take(MAX_WEIGHED);
        let mut modules = named.filter(|node| {
            let is_module = self.index.definition(*node).is_some_and(|d| d.kind == DefinitionKind::Module);
            is_module && self.index.file_of(*node).unit == self.scope.unit
        });
        match (modules.next(), modules.next()) {
            (Some(module), None) => Some(self.bindings.module_space(module)),
            _ => None,
        }
    }

    /// `g().f`: of what a call gives nothing is known, but for Python's `super()`.
    fn nameless(&self, from: Option<u32>, uses: &[Reference]) -> Receiver {
        let calls_super =
            self.rules.parent.first().and_then(|word| self.index.names.get(word)).is_some_and(|word| {
                uses.iter().any(|usage| {
                    usage.calls > 0 && usage.qualifier.is_none() && self.name(usage.name) == word
                })
            });
        match self.own_type(from) {
            Some(Receiver::Own(of)) if calls_super => Receiver::Parent(of),
            _ => Receiver::Unknown,
        }
    }

    /// `self`, `super`, `crate` and the like.
    fn keyword(&self, from: Option<u32>, text: &str) -> Option<Receiver> {
        let crate_path = self.rules.unit == Unit::Crate;
        if crate_path && matches!(text, "super" | "crate") {
            let path = self.scope.path;
            let file = if text == "crate" { self.crate_root(path) } else { self.parent_module(path) };
            return Some(file.map_or(Receiver::Unknown, |file| Receiver::Space(Space::File(file))));
        }
        if self.rules.own.contains(&text) {
            let own = self.own_type(from);
            let module = || crate_path.then_some(Receiver::Space(Space::File(self.file)));
            return Some(own.or_else(module).unwrap_or(Receiver::Unknown));
        }
        if self.rules.parent.contains(&text) {
            return Some(match self.own_type(from) {
                Some(Receiver::Own(of)) => Receiver::Parent(of),
                _ => Receiver::Unknown,
            });
        }
        None
    }

    /// The type whose members the enclosing definition sees as its own.
    pub fn own_type(&self, from: Option<u32>) -> Option<Receiver> {
        let mut current = from;
        while let Some(number) = current {
            let node = self.scope.node + 1 + number;
            if let Some(of) = self.index.enclosing_type(node) {
                return Some(Receiver::Own(of));
            }
            let owner = self.index.owner_name[node as usize];
            if owner != NONE {
                return Some(Receiver::OwnUnknown(owner));
            }
            current = self.own_definition(number)?.parent;
        }
        None
    }

    /// Rust: the file that declares the module of a file, or the file itself for its inline modules.
    fn parent_module(&self, path: &str) -> Option<u32> {
        let stem = path.strip_suffix(".rs")?;
        let folder_of_parent = match stem.rsplit('/').next()? {
            "mod" => folder(folder(path)).to_owned(),
            "lib" | "main" => return Some(self.file),
            _ => folder(path).to_owned(),
        };
        let own_folder = if stem.ends_with("/mod") { folder(path) } else { "" };
        let beside = folder(own_folder);
        let names =
            ["mod.rs", "lib.rs", "main.rs"].map(|name| super::imports::child(&folder_of_parent, name));
        let flat = format!("{folder_of_parent}.rs");
        let mut found = names.iter().chain([&flat]).find_map(|path| self.index.file(path));
        if found.is_none() && !beside.is_empty() {
            found = self.index.file(&format!("{beside}.rs"));
        }
        found
    }

    fn crate_root(&self, path: &str) -> Option<u32> {
        let mut current = folder(path);
        loop {
            let roots = ["lib.rs", "main.rs"].map(|name| super::imports::child(current, name));
            if let Some(root) = roots.iter().find_map(|path| self.index.file(path)) {
                return Some(root);
            }
            if current.is_empty() {
                return None;
            }
            current = folder(current);
        }
    }

    fn bare_receiver(&mut self, from: Option<u32>, name: NameId, text: &str) -> Receiver {
        match self.bare(from, name, false) {
            Found::Space(space) => Receiver::Space(space),
            Found::Parameter(Some(UNNAMED)) => Receiver::Outside,
            Found::Parameter(Some(type_name)) => self.object_of(from, type_name),
            Found::Parameter(None) => Receiver::Unknown,
            Found::Definitions(nodes) => {
                let types: Vec<NodeId> =
                    nodes.iter().map(|(node, _)| *node).filter(|node| self.is_type(*node)).collect();
                if types.is_empty() { Receiver::Unknown } else { Receiver::Types(types) }
            }
            Found::Outside if self.is_imported(name) => Receiver::Outside,
            Found::Outside | Found::Nothing | Found::Ambiguous if self.is_name_space(name) => {
                Receiver::NameSpace(name)
            }
            Found::Outside | Found::Nothing | Found::Ambiguous if self.rules.libraries.contains(&text) => {
                Receiver::Outside
            }
            Found::Outside | Found::Nothing | Found::Ambiguous if self.rules.capital_types => {
                self.capital(name, text)
            }
            Found::Outside | Found::Nothing | Found::Ambiguous => Receiver::Unknown,
        }
    }

    /// True for the name of name spaces, where they are open to all files.
    fn is_name_space(&self, name: NameId) -> bool {
        let open = self.rules.unit == Unit::Linkage || self.rules.anywhere;
        let module = |node: &NodeId| {
            let is_module = self.index.definition(*node).is_some_and(|d| d.kind == DefinitionKind::Module);
            is_module && self.index.same_family(self.scope.family, *node)
        };
        open && self.index.named(name).iter().take(MAX_WEIGHED).any(module)
    }

    /// The definitions of a name in all parts of a name space.
    fn in_parts(&self, name_space: NameId, name: NameId) -> Vec<NodeId> {
        let inside = |node: &NodeId| {
            let container = self.index.container[*node as usize];
            container != NONE && self.index.name_of[container as usize] == name_space
        };
        self.index.named(name).iter().copied().take(MAX_WEIGHED).filter(inside).collect()
    }

    fn is_imported(&self, name: NameId) -> bool {
        self.bindings.of(self.file).by_name.contains_key(&name)
    }

    fn is_type(&self, node: NodeId) -> bool {
        self.index.definition(node).is_some_and(|definition| is_type(definition.kind))
    }

    /// A name that no scope explains, where types are written with a capital: the only type of that name, else a library's.
    fn capital(&self, name: NameId, text: &str) -> Receiver {
        let mut letters = text.chars().filter(|c| c.is_alphabetic());
        let capital = letters.next().is_some_and(char::is_uppercase)
            && (letters.next().is_some_and(char::is_lowercase) || text.len() > 1);
        if !capital {
            return Receiver::Unknown;
        }
        let types: Vec<NodeId> = self
            .index
            .named(name)
            .iter()
            .copied()
            .filter(|node| self.is_type(*node) && self.index.same_family(self.scope.family, *node))
            .take(2)
            .collect();
        match types.as_slice() {
            [] => Receiver::Outside,
            [only] if self.rules.anywhere => Receiver::Objects(vec![*only]),
            _ => Receiver::Unknown,
        }
    }

    /// An object of a type that is known by name.
    fn object_of(&mut self, from: Option<u32>, type_name: NameId) -> Receiver {
        let text = self.index.names.text(type_name);
        if self.rules.own.contains(&text) {
            return self.own_type(from).unwrap_or(Receiver::Unknown);
        }
        match self.bare(from, type_name, false) {
            Found::Definitions(nodes) => {
                let types: Vec<NodeId> =
                    nodes.iter().map(|(node, _)| *node).filter(|node| self.is_type(*node)).collect();
                if types.is_empty() { Receiver::Unknown } else { Receiver::Objects(types) }
            }
            Found::Outside => Receiver::Outside,
            // A type behind a package (`pkg.Type`): known by its last name only.
            _ => {
                let family = self.scope.family;
                let named = self.index.named(type_name).iter().copied();
                let types: Vec<NodeId> = named
                    .filter(|node| self.is_type(*node) && self.index.same_family(family, *node))
                    .take(MAX_CANDIDATES + 1)
                    .collect();
                match types.len() {
                    0 => Receiver::Outside,
                    1 => Receiver::Objects(types),
                    _ => Receiver::Unknown,
                }
            }
        }
    }

    /// What a name means behind another qualifier.
    fn inside(&self, outer: &Receiver, name: NameId) -> Receiver {
        let nodes = match outer {
            Receiver::Outside => return Receiver::Outside,
            Receiver::Space(space) => match self.bindings.look_up(*space, name, &mut Visited::default()) {
                Meaning::Space(space) => return Receiver::Space(space),
                Meaning::Outside => return Receiver::Outside,
                Meaning::Definitions(nodes) => nodes,
                Meaning::Nothing => return Receiver::Unknown,
            },
            Receiver::NameSpace(outer) => self.in_parts(*outer, name),
            Receiver::Types(types) => {
                types.iter().flat_map(|of| self.index.inherited(*of, name).0).copied().collect()
            }
            _ => return Receiver::Unknown,
        };
        let types: Vec<NodeId> = nodes.into_iter().filter(|node| self.is_type(*node)).collect();
        if types.is_empty() { Receiver::Unknown } else { Receiver::Types(types) }
    }

    /// What a name means behind a qualifier.
    pub fn member(&self, uses: &[Reference], usage: &Reference, receiver: &Receiver) -> Found {
        let name = self.name(usage.name);
        let text = usage.qualifier.map_or("", |qualifier| self.index.names.text(self.name(qualifier)));
        match receiver {
            Receiver::Own(of) => self.own_member(*of, name),
            Receiver::OwnUnknown(owner) => match self.index.orphans(*owner, name) {
                [] => Found::Nothing,
                found => self.found(found, LIKELY),
            },
            Receiver::Parent(of) => {
                let bases = self.index.bases_of(*of).iter();
                let found =
                    bases.map(|base| self.index.inherited(*base, name).0).find(|found| !found.is_empty());
                found.map_or(Found::Nothing, |found| self.found(found, IMPLIED))
            }
            Receiver::Types(types) => self.member_of(types, name, EXACT),
            Receiver::Objects(types) => match usage.calls == 0 && !self.rules.member_values {
                // A field, as far as the facts tell.
                true => Found::Nothing,
                false => self.member_of(types, name, IMPLIED),
            },
            Receiver::Space(space) => match self.bindings.look_up(*space, name, &mut Visited::default()) {
                Meaning::Definitions(nodes) => self.found(&nodes, EXACT),
                Meaning::Outside => Found::Outside,
                // A variable may be named like a module (`store.put()` beside `mod store`).
                Meaning::Nothing if matches!(self.rules.unit, Unit::Crate | Unit::Folder) => {
                    self.by_name(uses, usage, text)
                }
                Meaning::Space(_) | Meaning::Nothing => Found::Nothing,
            },
            Receiver::NameSpace(outer) => self.found(&self.in_parts(*outer, name), EXACT),
            Receiver::Outside => Found::Outside,
            Receiver::Unknown => self.by_name(uses, usage, text),
        }
    }

    /// A member of the enclosing type; in Rust `self::f` is a function of the module.
    fn own_member(&self, of: NodeId, name: NameId) -> Found {
        match self.index.inherited(of, name) {
            ([], _) if self.rules.unit == Unit::Crate => {
                match self.index.orphans(self.index.name_of[of as usize], name) {
                    [] => Found::Nothing,
                    found => self.found(found, LIKELY),
                }
            }
            ([], _) => Found::Nothing,
            (found, 0) => self.found(found, EXACT),
            (found, _) => self.found(found, IMPLIED),
        }
    }

    fn member_of(&self, types: &[NodeId], name: NameId, confidence: f32) -> Found {
        let mut nodes: Vec<NodeId> = Vec::new();
        let mut inherited = false;
        for of in types {
            let (found, steps) = self.index.inherited(*of, name);
            inherited |= steps > 0;
            nodes.extend(found);
        }
        let confidence = if inherited { confidence * IMPLIED } else { confidence };
        if nodes.is_empty() { Found::Nothing } else { self.found(&nodes, confidence) }
    }
}
