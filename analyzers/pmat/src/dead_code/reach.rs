//! What entry points reach.

use super::entry_points::implied;
use super::places::Place;
use super::uses::Use;
use super::world::{Def, World, family, is_type};
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::{DefinitionKind, ParseStatus};
use trueno_graph::code::{Edge, EdgeKind, NodeId};
use trueno_graph::types::Meaning;

/// Least confidence of an edge that keeps its target alive: below it nothing but a name speaks for the edge, and it is a name
/// that other types have, too.
const SPEAKS_FOR_A_USE: f32 = 0.28;

/// Walks from entry points.
pub(super) struct Reach<'w, 'a> {
    world: &'w World<'a>,
    pub live: Vec<bool>,
    /// What a use fits that, by the types alone, means something else.
    pub ruled_out: HashSet<NodeId>,
    pending: Vec<NodeId>,
    /// By family and name: what a use can mark and none has marked yet. What has been marked since is still in it.
    open: HashMap<(Language, &'a str), Vec<NodeId>>,
    /// Members of `impl Trait for …` by the trait's name.
    implementations: HashMap<&'a str, Vec<NodeId>>,
}

impl<'w, 'a> Reach<'w, 'a> {
    pub fn new(world: &'w World<'a>) -> Self {
        let mut implementations: HashMap<&str, Vec<NodeId>> = HashMap::default();
        let mut open: HashMap<(Language, &str), Vec<NodeId>> = HashMap::default();
        for (node, def) in world.definitions() {
            if !follows_its_type(world, def) {
                let key = (family(world.file_of(def).language), def.definition.name.as_str());
                open.entry(key).or_default().push(node);
            }
            if !is_type(def.definition.kind) && world.file_of(def).language == Language::Rust {
                for base in &def.definition.bases {
                    implementations.entry(base).or_default().push(node);
                }
            }
        }
        let live = vec![false; world.defs.len()];
        Reach { world, live, ruled_out: HashSet::default(), pending: Vec::new(), open, implementations }
    }

    /// Marks everything that the roots reach.
    pub fn run(&mut self, roots: impl IntoIterator<Item = NodeId>) {
        for root in roots {
            self.mark(root);
        }
        while let Some(node) = self.pending.pop() {
            self.follow(node);
        }
    }

    fn mark(&mut self, node: NodeId) {
        if !std::mem::replace(&mut self.live[node as usize], true) {
            self.pending.push(node);
        }
    }

    /// Marks what a use leads to.
    fn mark_used(&mut self, node: NodeId) {
        if self.world.def(node).is_some_and(|def| !follows_its_type(self.world, def)) {
            self.mark(node);
        }
    }

    /// What a use of that name in a file of that family may still mark.
    fn open(&mut self, language: Language, name: &'a str) -> Vec<NodeId> {
        let Some(open) = self.open.get_mut(&(family(language), name)) else { return Vec::new() };
        open.retain(|node| !self.live[*node as usize]);
        open.clone()
    }

    fn follow(&mut self, node: NodeId) {
        self.follow_uses(node);
        let Some(def) = self.world.def(node).copied() else { return };
        for whole in [def.parent, def.owner].into_iter().flatten() {
            self.mark(whole);
        }
        if is_type(def.definition.kind) {
            for member in self.world.members(node) {
                if self.goes_with_its_type(*member) {
                    self.mark(*member);
                }
            }
        }
        if def.definition.kind == DefinitionKind::Interface {
            for member in self.implementations.get(def.definition.name.as_str()).cloned().unwrap_or_default()
            {
                let owner = self.world.def(member).and_then(|member| member.owner);
                if owner.is_none_or(|owner| self.live[owner as usize]) {
                    self.mark(member);
                }
            }
        }
    }

    /// True when a member is used as soon as its type is.
    fn goes_with_its_type(&self, member: NodeId) -> bool {
        let Some(def) = self.world.def(member) else { return false };
        if self.world.file_of(def).language != Language::Rust {
            return implied(self.world, def);
        }
        if def.definition.kind == DefinitionKind::Type {
            return true;
        }
        def.definition.bases.iter().any(|base| {
            let traits = self.world.named(base).iter().filter(|node| {
                self.world.def(**node).is_some_and(|def| def.definition.kind == DefinitionKind::Interface)
            });
            let traits: Vec<NodeId> = traits.copied().collect();
            traits.is_empty() || traits.iter().any(|node| self.live[*node as usize])
        })
    }

    fn follow_uses(&mut self, node: NodeId) {
        let world = self.world;
        let (file, _) = world.place_of(node);
        let file = &world.files[file as usize];
        let resolved = self.resolved(node);
        let from_test = world.def(node).map_or(file.place == Place::Test, |def| def.test);
        for usage in world.references(node) {
            let name = file.symbols.names[usage.name as usize].as_str();
            let mut open = self.open(file.language, name);
            if usage.calls + usage.uses == 0 && !self.mention_counts(node, name) {
                // An alias in the head of an `impl` block stands for a part of the type.
                open.retain(|target| world.def(*target).is_some_and(|def| is_alias(world, def)));
            }
            if open.is_empty() {
                continue;
            }
            let meant = usage.qualifier.and_then(|_| self.meant(node, usage.name));
            let usage = Use::new(world, file, usage, meant, from_test);
            open.retain(|target| world.def(*target).is_some_and(|target| usage.fits(target)));
            for target in open {
                match world.def(target).is_some_and(|target| usage.is_of_type(target)) {
                    true => self.mark_used(target),
                    false => drop(self.ruled_out.insert(target)),
                }
            }
        }
        self.follow_renamed(node, &resolved);
    }

    /// What the types of Rust say of the uses of a name behind something.
    fn meant(&self, node: NodeId, name: u32) -> Option<&'w Meaning> {
        let (file, from) = self.world.place_of(node);
        let view = &self.world.files[file as usize];
        if view.language != Language::Rust {
            return None;
        }
        // They are sorted by name.
        let references = self.world.references(node);
        let first = references.partition_point(|usage| usage.name < name);
        let same = references[first..].iter().take_while(|usage| usage.name == name);
        let same = same.filter(|usage| usage.qualifier.is_some());
        let (calls, uses) =
            same.fold((0, 0), |(calls, uses), usage| (calls + usage.calls, uses + usage.uses));
        self.world.receivers.meant((file, from, name), calls, uses)
    }

    /// What is used under another name than its own, by which it was not found.
    fn follow_renamed(&mut self, node: NodeId, resolved: &[NodeId]) {
        let (file, _) = self.world.place_of(node);
        let names = &self.world.files[file as usize].symbols.names;
        let used: HashSet<&str> =
            self.world.references(node).iter().map(|usage| names[usage.name as usize].as_str()).collect();
        for target in resolved {
            let renamed = |def: &Def<'_>| !used.contains(def.definition.name.as_str());
            if self.world.def(*target).is_some_and(renamed) {
                self.mark_used(*target);
            }
        }
    }

    /// True where what an import names may be used under another name, or is passed on to others.
    fn mention_counts(&self, node: NodeId, name: &str) -> bool {
        let (file, definition) = self.world.place_of(node);
        let file = &self.world.files[file as usize];
        let renamed = |text: &str| {
            text.match_indices(name).any(|(at, _)| text[at + name.len()..].trim_start().starts_with("as "))
        };
        let is_renamed = || file.symbols.imports.iter().any(|import| renamed(&import.text));
        // Of text that did not parse nothing says what it does.
        if file.record.data.facts.parse != ParseStatus::Complete {
            return true;
        }
        match family(file.language) {
            Language::Python => (definition.is_none() && file.path.ends_with("__init__.py")) || is_renamed(),
            Language::Rust => {
                is_renamed() || file.symbols.imports.iter().any(|import| opens(&import.text, name))
            }
            // What else an import may be, cannot be told from an unused one here.
            _ => true,
        }
    }

    /// What the code graph says that a node uses, sorted.
    fn resolved(&self, node: NodeId) -> Vec<NodeId> {
        let edges = &self.world.graph.edges;
        let start = edges.partition_point(|edge| edge.from < node);
        let of_node = edges[start..].iter().take_while(|edge| edge.from == node);
        let counts = |edge: &&Edge| edge.kind != EdgeKind::Import && edge.confidence >= SPEAKS_FOR_A_USE;
        of_node.filter(counts).map(|edge| edge.to).collect()
    }
}

/// True for a name that Rust's `type` gives to a type.
fn is_alias(world: &World<'_>, def: &Def<'_>) -> bool {
    let of_rust = world.file_of(def).language == Language::Rust;
    of_rust && def.owner.is_none() && def.definition.kind == DefinitionKind::Type
}

/// Rust: true for an import of what stands in a type, `use Unit::*` or `use Unit::{Hour, Day}`: its variants are used without it.
fn opens(import: &str, name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    name.starts_with(char::is_uppercase)
        && import
            .match_indices(name)
            .any(|(at, _)| !import[..at].ends_with(inside) && import[at + name.len()..].starts_with("::"))
}

/// True for what implements a trait: it is used as soon as its type and the trait are, and by nothing else.
fn follows_its_type(world: &World<'_>, def: &Def<'_>) -> bool {
    def.owner.is_some()
        && (!def.definition.bases.is_empty() || def.definition.kind == DefinitionKind::Type)
        && world.file_of(def).language == Language::Rust
}
