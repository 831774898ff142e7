//! From the uses of names in a file to the definitions that they mean.

use super::bindings::{Bindings, Meaning, Space, Visited};
use super::confidence::{
    COMMON_NAME, EXACT, GUESS, IMPLIED, LIKELY, MAX_ALIKE, MAX_CANDIDATES, MAX_WEIGHED, POSSIBLE,
};
use super::index::{FileScope, Index, is_function, is_type};
use super::names::{NONE, NameId};
use super::receiver::Receiver;
use super::rules::{Rules, Unit};
use super::signature::{Parameter, is_type_parameter, parameters};
use super::{Edge, EdgeKind, NodeId};
use facts::hash::{HashMap, HashSet};
use facts::model::{Definition, DefinitionKind, Reference, Visibility};
use std::cell::OnceCell;

/// What the uses of one file came to.
#[derive(Debug, Default)]
pub(super) struct FileUses {
    pub edges: Vec<Edge>,
    /// Uses of names that are defined in the tree, which could not be told apart.
    pub ambiguous: u32,
    /// Calls that lead out of the tree.
    pub external: u32,
}

/// What a name means at some place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    /// These definitions, each with its confidence.
    Definitions(Vec<(NodeId, f32)>),
    /// A file, folder or module.
    Space(Space),
    /// A parameter, with the name of its type where that is known.
    Parameter(Option<NameId>),
    /// Something outside the tree.
    Outside,
    /// One of too many.
    Ambiguous,
    /// Nothing is known of it.
    Nothing,
}

/// Resolves the uses of one file.
pub(super) struct FileResolver<'r, 'i, 'a> {
    pub index: &'i Index<'a>,
    pub bindings: &'r Bindings<'i, 'a>,
    pub file: u32,
    pub scope: &'i FileScope<'a>,
    pub rules: &'static Rules,
    /// What names mean at the top of the file.
    top: HashMap<NameId, Found>,
    /// What qualifiers mean in the definition that is looked at, for each length of the chain behind them.
    pub receivers: HashMap<(u32, u32), Receiver>,
    /// The names that it uses, sorted.
    in_definition: OnceCell<Vec<NameId>>,
    /// Parameters of the definitions looked at so far.
    parameters: HashMap<u32, Vec<(NameId, Option<NameId>)>>,
    /// The names that the file uses.
    mentioned: HashSet<NameId>,
    /// The files that it imports.
    imported: HashSet<u32>,
    /// The words by which a type knows its own object: see [`Rules::own`].
    own: Vec<NameId>,
    pub uses: FileUses,
}

/// How much the surroundings speak for a member, least is most: 0 the function names the type and the receiver is named like
/// it, 1 one of these, 2 the file names or defines the type or imports where it is defined, 3 nothing; and whether the
/// receiver is named otherwise.
type Weight = (u8, bool);

/// The type of a parameter that is no named type of its own: an array, a function.
pub(super) const UNNAMED: NameId = NONE;

impl<'r, 'i, 'a> FileResolver<'r, 'i, 'a> {
    /// A resolver for a file; none where its language has no rules.
    pub fn new(index: &'i Index<'a>, bindings: &'r Bindings<'i, 'a>, file: u32) -> Option<Self> {
        let scope = &index.files[file as usize];
        scope.symbols?;
        Some(FileResolver {
            index,
            bindings,
            file,
            scope,
            rules: scope.rules?,
            top: HashMap::default(),
            receivers: HashMap::default(),
            in_definition: OnceCell::new(),
            parameters: HashMap::default(),
            mentioned: scope.names.iter().copied().collect(),
            imported: bindings.of(file).files.iter().map(|import| import.to).collect(),
            own: scope.rules?.own.iter().filter_map(|word| index.names.get(word)).collect(),
            uses: FileUses::default(),
        })
    }

    /// Resolves everything.
    pub fn run(mut self) -> FileUses {
        let references = self.scope.symbols.map_or(&[][..], |symbols| &symbols.references);
        for uses in references.chunk_by(|a, b| a.from == b.from) {
            let from = uses[0].from;
            self.receivers.clear();
            self.in_definition = OnceCell::new();
            // What is only mentioned (in an import, say) is not used by that.
            for usage in uses.iter().filter(|usage| usage.calls + usage.uses > 0) {
                let found = match usage.qualifier {
                    None => self.bare(from, self.name(usage.name), usage.calls > 0),
                    Some(qualifier) => {
                        let receiver = self.receiver(from, uses, qualifier, 0);
                        self.member(uses, usage, &receiver)
                    }
                };
                self.settle(usage, found);
            }
        }
        self.uses
    }

    /// The number of one of the file's names.
    pub fn name(&self, local: u32) -> NameId {
        self.scope.names.get(local as usize).copied().unwrap_or(NONE)
    }

    /// The definition of that number in this file.
    pub fn own_definition(&self, definition: u32) -> Option<&'a Definition> {
        self.scope.definitions().get(definition as usize)
    }

    // ---- bare names

    /// What a bare name means inside a definition: from the innermost scope outwards.
    pub fn bare(&mut self, from: Option<u32>, name: NameId, called: bool) -> Found {
        if self.own.contains(&name) {
            // `cls()`, `Self(…)`: the type itself.
            return match self.own_type(from).filter(|_| called) {
                Some(Receiver::Own(of)) => Found::Definitions(vec![(of, EXACT)]),
                _ => Found::Nothing,
            };
        }
        if self.index.named(name).is_empty() && !self.is_bound(from, name) {
            return Found::Outside;
        }
        let mut current = from;
        while let Some(number) = current {
            let Some(definition) = self.own_definition(number) else { break };
            if let Some(found) = self.in_scope(from, number, definition, name) {
                return found;
            }
            current = definition.parent;
        }
        match self.top.get(&name) {
            Some(known) => known.clone(),
            None => {
                let found = self.at_top(name, called);
                self.top.insert(name, found.clone());
                found
            }
        }
    }

    /// True where a parameter or an import has that name.
    fn is_bound(&mut self, from: Option<u32>, name: NameId) -> bool {
        if self.bindings.of(self.file).by_name.contains_key(&name) {
            return true;
        }
        let mut current = from;
        while let Some(number) = current {
            let Some(definition) = self.own_definition(number) else { break };
            if self.parameter(number, definition, name).is_some() {
                return true;
            }
            current = definition.parent;
        }
        false
    }

    /// What a name means among the parameters, nested definitions and members of one definition around the use.
    fn in_scope(
        &mut self,
        from: Option<u32>,
        number: u32,
        definition: &'a Definition,
        name: NameId,
    ) -> Option<Found> {
        let node = self.scope.node + 1 + number;
        if is_function(definition.kind) {
            if let Some(type_name) = self.parameter(number, definition, name) {
                return Some(Found::Parameter(type_name));
            }
            let nested = self.index.members(node, name);
            if !nested.is_empty() {
                return Some(self.found(nested, EXACT));
            }
            // A method outside the body of its type (C++): the members of the type.
            let container = self.index.container[node as usize];
            let elsewhere = container != NONE && self.index.parent_of(node) != Some(container);
            return (elsewhere && self.rules.bare_members).then(|| self.bare_member(container, name))?;
        }
        let sees_members =
            self.rules.bare_members || from == Some(number) || definition.kind == DefinitionKind::Module;
        if sees_members { self.bare_member(node, name) } else { None }
    }

    fn bare_member(&self, of: NodeId, name: NameId) -> Option<Found> {
        let (found, steps) = self.index.inherited(of, name);
        if found.len() > MAX_ALIKE {
            return Some(Found::Ambiguous);
        }
        let plain: Vec<NodeId> = found.iter().copied().filter(|node| !self.is_module(*node)).collect();
        let confidence = if steps == 0 { EXACT } else { IMPLIED };
        (!plain.is_empty()).then(|| self.found(&plain, confidence))
    }

    /// The type of the parameter of that name, if a function has one: see [`Found::Parameter`].
    fn parameter(&mut self, number: u32, definition: &'a Definition, name: NameId) -> Option<Option<NameId>> {
        if !is_function(definition.kind) {
            return None;
        }
        if !self.parameters.contains_key(&number) {
            let declared = parameters(self.rules, &definition.signature, &definition.name);
            let known = |parameter: &Parameter<'_>| {
                let name = self.index.names.get(parameter.name)?;
                let type_name = parameter.type_name.and_then(|of| match of {
                    "" => Some(UNNAMED),
                    of if is_type_parameter(&definition.signature, of) => None,
                    of => Some(self.index.names.get(of).unwrap_or(UNNAMED)),
                });
                Some((name, type_name))
            };
            let declared = declared.iter().filter_map(known).collect();
            self.parameters.insert(number, declared);
        }
        let of_function = self.parameters.get(&number)?;
        of_function.iter().find(|(parameter, _)| *parameter == name).map(|(_, type_name)| *type_name)
    }

    /// What a name means at the top of the file: its own definitions, its imports, its package, anywhere.
    fn at_top(&mut self, name: NameId, called: bool) -> Found {
        let own = self.index.members(self.scope.node, name);
        let plain: Vec<NodeId> = own.iter().copied().filter(|node| !self.is_module(*node)).collect();
        if !plain.is_empty() && self.rules.unit != Unit::Linkage {
            return self.found(&plain, EXACT);
        }
        if self.bindings.of(self.file).by_name.contains_key(&name) {
            let meaning = self.bindings.look_up(Space::File(self.file), name, &mut Visited::default());
            return match meaning {
                Meaning::Definitions(nodes) => self.found(&nodes, EXACT),
                Meaning::Space(space) => Found::Space(space),
                Meaning::Outside => Found::Outside,
                Meaning::Nothing => Found::Nothing,
            };
        }
        if let Some(module) = own.iter().find(|node| self.is_module(**node)) {
            return Found::Space(self.bindings.module_space(*module));
        }
        self.through_wildcards(name)
            .or_else(|| self.in_unit(name))
            .unwrap_or_else(|| self.anywhere(name, called))
    }

    fn through_wildcards(&self, name: NameId) -> Option<Found> {
        if self.rules.unit == Unit::Linkage {
            return None;
        }
        let wildcards = &self.bindings.of(self.file).wildcards;
        wildcards.iter().find_map(|(bound, partial)| {
            let confidence = if *partial { LIKELY } else { IMPLIED };
            match self.bindings.look_up_through(bound, name, &mut Visited::default()) {
                Meaning::Definitions(nodes) => Some(self.found(&nodes, confidence)),
                Meaning::Space(space) => Some(Found::Space(space)),
                Meaning::Outside | Meaning::Nothing => None,
            }
        })
    }

    fn in_unit(&self, name: NameId) -> Option<Found> {
        let candidates = match self.rules.unit {
            Unit::File | Unit::Crate => return None,
            Unit::Linkage => return self.linked(name),
            Unit::Folder | Unit::Package => self.index.unit_members(self.scope.unit, name),
        };
        let visible = candidates
            .iter()
            .copied()
            .filter(|node| self.index.same_family(self.scope.family, *node) && !self.is_module(*node));
        let visible: Vec<NodeId> = visible.collect();
        (!visible.is_empty()).then(|| self.found(&visible, IMPLIED))
    }

    /// What the linker or a header gives: definitions with a body before declarations, those that are included before others.
    fn linked(&self, name: NameId) -> Option<Found> {
        let visible = |node: &NodeId| {
            let Some(definition) = self.index.definition(*node) else { return false };
            let other = self.index.nodes[*node as usize].file;
            let in_header = self.index.files[other as usize].path.rsplit('.').next().is_some_and(is_header);
            let hidden = definition.visibility == Visibility::Private && is_function(definition.kind);
            let member = self.index.owner_name[*node as usize] != NONE && !self.in_name_space(*node);
            self.index.same_family(self.scope.family, *node)
                && !self.is_module(*node)
                && !member
                && (other == self.file || in_header || !hidden)
        };
        let all = self.index.named(name);
        if all.len() > MAX_WEIGHED {
            return Some(Found::Ambiguous);
        }
        let visible: Vec<NodeId> = all.iter().copied().filter(visible).collect();
        let here: Vec<NodeId> =
            visible.iter().copied().filter(|n| self.index.nodes[*n as usize].file == self.file).collect();
        let has_body = |node: &NodeId| {
            self.index.definition(*node).is_some_and(|d| d.function.is_some() || !is_function(d.kind))
        };
        if here.iter().any(has_body) {
            return Some(self.found(&here, EXACT));
        }
        let included = self.included(&visible);
        if !included.is_empty() && included.iter().any(has_body) {
            return Some(self.found(&included, EXACT));
        }
        let visible = self.settled(visible);
        match visible.len() {
            0 => None,
            1 => Some(self.found(&visible, IMPLIED)),
            _ => Some(self.nearest(&visible)),
        }
    }

    /// Those of the definitions that stand in a file that this one includes, itself or through one header.
    fn included(&self, nodes: &[NodeId]) -> Vec<NodeId> {
        let direct = || self.bindings.of(self.file).files.iter().map(|import| import.to);
        let file = |node: &NodeId| self.index.nodes[*node as usize].file;
        let mut found: Vec<NodeId> =
            nodes.iter().copied().filter(|node| direct().any(|to| to == file(node))).collect();
        if found.is_empty() {
            let second = |node: &NodeId| {
                direct()
                    .any(|header| self.bindings.of(header).files.iter().any(|import| import.to == file(node)))
            };
            found = nodes.iter().copied().filter(second).collect();
        }
        found
    }

    /// Of several definitions the one that shares most leading folders with this file, else all of them.
    fn nearest(&self, nodes: &[NodeId]) -> Found {
        let shared = |node: NodeId| {
            let other = self.index.file_of(node).path;
            other.split('/').zip(self.scope.path.split('/')).take_while(|(a, b)| a == b).count()
        };
        let most = nodes.iter().map(|node| shared(*node)).max().unwrap_or_default();
        let nearest: Vec<NodeId> = nodes.iter().copied().filter(|node| shared(*node) == most).collect();
        let confidence = if nearest.len() < nodes.len() { LIKELY } else { IMPLIED };
        self.found(&nearest, confidence)
    }

    /// A name that no scope, import or package explains: where the language loads files together, from anywhere; macros of
    /// Rust are visible without an import, too.
    fn anywhere(&self, name: NameId, called: bool) -> Found {
        let all = self.index.named(name);
        if all.is_empty() {
            return Found::Outside;
        }
        let is_macro =
            |node: NodeId| self.index.definition(node).is_some_and(|d| d.kind == DefinitionKind::Macro);
        let visible = |node: &NodeId| {
            self.index.same_family(self.scope.family, *node)
                && !self.is_module(*node)
                && (self.rules.anywhere
                    && (self.index.owner_name[*node as usize] == NONE || self.in_name_space(*node))
                    || (called && is_macro(*node) && self.rules.unit == Unit::Crate))
        };
        if all.len() > MAX_WEIGHED {
            return if self.rules.anywhere { Found::Ambiguous } else { Found::Nothing };
        }
        let visible: Vec<NodeId> = self.settled(all.iter().copied().filter(visible).collect());
        match visible.as_slice() {
            [] => Found::Nothing,
            [one] if self.index.definition(*one).is_some_and(|d| is_type(d.kind)) || is_macro(*one) => {
                self.found(&visible, LIKELY)
            }
            _ => self.found(&visible, POSSIBLE),
        }
    }

    // ---- what was found

    fn is_module(&self, node: NodeId) -> bool {
        self.index.definition(node).is_some_and(|definition| definition.kind == DefinitionKind::Module)
    }

    /// True for what stands in a module or name space, not in a type.
    pub fn in_name_space(&self, node: NodeId) -> bool {
        let container = self.index.container[node as usize];
        container != NONE && (self.is_module(container) || self.index.definition(container).is_none())
    }

    /// Without declarations of what is defined, too: prototypes, overload signatures, aliases of the type itself.
    pub fn settled(&self, mut nodes: Vec<NodeId>) -> Vec<NodeId> {
        if nodes.len() < 2 {
            return nodes;
        }
        let of = |node: NodeId| match self.in_name_space(node) {
            true => NONE,
            false => self.index.container[node as usize],
        };
        let is = |node: NodeId, test: fn(&Definition) -> bool| self.index.definition(node).is_some_and(test);
        let bodied: Vec<NodeId> = nodes
            .iter()
            .copied()
            .filter(|n| is(*n, |d| is_function(d.kind) && !is_declaration(d)))
            .map(of)
            .collect();
        let typed: Vec<NodeId> = nodes
            .iter()
            .copied()
            .filter(|n| is(*n, |d| is_type(d.kind) && d.kind != DefinitionKind::Type))
            .map(of)
            .collect();
        nodes.retain(|&node| {
            let declared = is(node, |d| is_function(d.kind) && is_declaration(d));
            let alias = is(node, |d| d.kind == DefinitionKind::Type);
            !(declared && bodied.contains(&of(node)) || alias && typed.contains(&of(node)))
        });
        nodes
    }

    /// Definitions that a name may mean, the confidence shared among them.
    pub fn found(&self, nodes: &[NodeId], confidence: f32) -> Found {
        if nodes.len() > MAX_ALIKE {
            return Found::Ambiguous;
        }
        let nodes = self.settled(nodes.to_vec());
        match nodes.len() {
            0 => Found::Nothing,
            count if count > MAX_CANDIDATES => Found::Ambiguous,
            count => {
                let each = confidence / count as f32;
                Found::Definitions(nodes.into_iter().map(|node| (node, each)).collect())
            }
        }
    }

    /// Turns what a use means into edges and counts.
    fn settle(&mut self, usage: &Reference, found: Found) {
        let from = usage.from.map_or(self.scope.node, |from| self.scope.node + 1 + from);
        let bare = usage.qualifier.is_none();
        match found {
            Found::Definitions(nodes) => {
                for (to, confidence) in nodes {
                    self.edges(usage, from, to, confidence, bare);
                }
            }
            Found::Ambiguous => self.uses.ambiguous += usage.calls + usage.uses,
            Found::Outside => self.uses.external += usage.calls,
            Found::Space(_) | Found::Parameter(_) | Found::Nothing => {}
        }
    }

    fn edges(&mut self, usage: &Reference, from: NodeId, to: NodeId, confidence: f32, bare: bool) {
        let Some(target) = self.index.definition(to) else { return };
        if usage.uses > 0 {
            // A function that is named and not called may be a local variable of that name.
            let hidden = bare && is_function(target.kind) && usage.calls == 0;
            let confidence = if hidden { confidence * POSSIBLE } else { confidence };
            self.uses.edges.push(Edge { from, to, kind: EdgeKind::Use, count: usage.uses, confidence });
        }
        if usage.calls > 0 {
            self.uses.edges.push(Edge { from, to, kind: EdgeKind::Call, count: usage.calls, confidence });
            let owner = self.index.container[to as usize];
            let is_constructor = self.rules.constructors.contains(&"")
                && owner != NONE
                && self.index.name_of[owner as usize] == self.index.name_of[to as usize]
                && bare;
            if is_constructor {
                self.uses.edges.push(Edge {
                    from,
                    to: owner,
                    kind: EdgeKind::Call,
                    count: usage.calls,
                    confidence,
                });
            }
            if is_type(target.kind) {
                for constructor in self.constructors(to, target) {
                    let Found::Definitions(nodes) = constructor else { continue };
                    self.uses.edges.extend(nodes.into_iter().map(|(to, share)| Edge {
                        from,
                        to,
                        kind: EdgeKind::Call,
                        count: usage.calls,
                        confidence: confidence * share,
                    }));
                }
            }
        }
    }

    /// The constructors of a type that is called.
    fn constructors(&self, of: NodeId, definition: &Definition) -> Vec<Found> {
        let names = self.rules.constructors.iter();
        let ids = names
            .filter_map(|name| self.index.names.get(if name.is_empty() { &definition.name } else { name }));
        ids.map(|name| self.index.inherited(of, name).0)
            .filter(|found| !found.is_empty())
            .map(|found| self.found(found, EXACT))
            .collect()
    }

    /// Members of that name whose type is not known, weighed by what the surroundings speak for.
    pub fn by_name(&self, uses: &[Reference], usage: &Reference, qualifier: &str) -> Found {
        if usage.calls == 0 && !self.rules.member_values {
            return Found::Nothing;
        }
        let name = self.name(usage.name);
        let all = self.index.named(name);
        if all.is_empty() {
            return Found::Outside;
        }
        if all.len() > MAX_WEIGHED {
            return Found::Ambiguous;
        }
        let own = usage.from.map_or(self.scope.node, |from| self.scope.node + 1 + from);
        let in_function = self.in_definition.get_or_init(|| {
            let mut names: Vec<NameId> = uses.iter().map(|usage| self.name(usage.name)).collect();
            names.sort_unstable();
            names
        });
        let mut best: Weight = (u8::MAX, true);
        let mut candidates = Vec::new();
        for &node in all {
            let Some(mut weight) = self.weight(node, qualifier, in_function) else { continue };
            if node == own {
                // What calls a member of its own name on something else hands on to another type.
                weight = (3, true);
            }
            if weight < best {
                best = weight;
                candidates.clear();
            }
            if weight == best {
                candidates.push(node);
            }
        }
        let mut confidence = match best.0 {
            0 | 1 => LIKELY,
            2 => POSSIBLE,
            _ => GUESS,
        };
        if best.1 && self.rules.common.contains(&self.index.names.text(name)) {
            confidence *= COMMON_NAME;
        }
        if usage.calls == 0 {
            confidence *= POSSIBLE;
        }
        self.shared_by_roots(self.settled(candidates), confidence)
    }

    /// How much the surroundings speak for a member. None for what is no member or cannot be reached.
    fn weight(&self, node: NodeId, qualifier: &str, in_function: &[NameId]) -> Option<Weight> {
        let definition = self.index.definition(node)?;
        let owner = self.index.owner_name[node as usize];
        let member = owner != NONE && !self.in_name_space(node);
        let elsewhere = self.index.nodes[node as usize].file != self.file;
        if !self.can_be_called(node, definition, member) || (elsewhere && self.is_hidden(definition)) {
            return None;
        }
        let near = !elsewhere || self.imported.contains(&self.index.nodes[node as usize].file);
        if !member {
            return Some((if near { 2 } else { 3 }, true));
        }
        let like = is_named_like(qualifier, self.index.names.text(owner));
        let in_function = in_function.binary_search(&owner).is_ok();
        Some(match (like, in_function) {
            (true, true) => (0, false),
            (true, false) => (1, false),
            (false, true) => (1, true),
            (false, false) if near || self.mentioned.contains(&owner) => (2, true),
            (false, false) => (3, true),
        })
    }

    /// True for what a call through a value may mean: a member, or in languages without them any function.
    fn can_be_called(&self, node: NodeId, definition: &Definition, member: bool) -> bool {
        let loose = self.rules.loose_members && is_function(definition.kind) && definition.parent.is_none();
        let callable = is_function(definition.kind) || is_type(definition.kind);
        (member || loose) && callable && self.index.same_family(self.scope.family, node)
    }

    /// True for what no other file can use: a crate's and a folder's files share what is private.
    fn is_hidden(&self, definition: &Definition) -> bool {
        definition.visibility == Visibility::Private && !matches!(self.rules.unit, Unit::Crate | Unit::Folder)
    }

    /// Shares confidence among members of unrelated types; one that overrides another shares what that one has.
    fn shared_by_roots(&self, nodes: Vec<NodeId>, confidence: f32) -> Found {
        if nodes.is_empty() {
            return Found::Nothing;
        }
        let owner = |node: NodeId| self.index.container[node as usize];
        let owners: HashSet<NodeId> =
            nodes.iter().map(|node| owner(*node)).filter(|owner| *owner != NONE).collect();
        let overrides = |node: NodeId| {
            owner(node) != NONE && self.index.bases_of(owner(node)).iter().any(|base| owners.contains(base))
        };
        let (overriding, roots): (Vec<NodeId>, Vec<NodeId>) =
            nodes.into_iter().partition(|node| overrides(*node));
        if roots.is_empty() || roots.len() > MAX_CANDIDATES {
            return Found::Ambiguous;
        }
        let each = confidence / roots.len() as f32;
        let mut found: Vec<(NodeId, f32)> = roots.into_iter().map(|node| (node, each)).collect();
        if overriding.len() <= MAX_CANDIDATES {
            let share = each / (1 + overriding.len()) as f32;
            found.extend(overriding.into_iter().map(|node| (node, share)));
        }
        Found::Definitions(found)
    }
}

/// True for a function that says only that there is one: a prototype, a signature, one of Python's overloads.
fn is_declaration(definition: &Definition) -> bool {
    let overload = |attribute: &String| attribute.rsplit('.').next() == Some("overload");
    (definition.function.is_none() && definition.kind != DefinitionKind::Macro)
        || definition.attributes.iter().any(overload)
}

fn is_header(extension: &str) -> bool {
    matches!(extension, "h" | "hh" | "hpp" | "hxx" | "h++" | "inl" | "ipp" | "tcc" | "cuh")
}

/// True for `user_repo` or `repo` and the type `UserRepo`: one ends with the other, letter case and signs apart.
fn is_named_like(receiver: &str, owner: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        text.chars().rev().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    let (mut a, mut b) = (letters(receiver), letters(owner));
    let mut same = 0;
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x == y => same += 1,
            (None, _) | (_, None) => return same >= 3,
            _ => return false,
        }
    }
}
