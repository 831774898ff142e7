//! The types of a tree with what their methods do: weight, use of other types' attributes, cohesion.

use crate::code::CodeGraph;
use facts::RepoFacts;
use facts::hash::{HashMap, HashSet};
use facts::model::{Definition, DefinitionKind, Reference, Symbols};
use std::collections::BTreeMap;

/// A type with methods.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Class {
    pub file: u32,
    /// Index into the file's definitions.
    pub definition: u32,
    pub methods: usize,
    /// Weighted method count: the sum of the cyclomatic complexity of the functions in it.
    pub wmc: u32,
    /// Distinct attributes of other objects that its methods access.
    pub atfd: usize,
    /// Tight class cohesion: the part of the pairs of methods that access an attribute in common. None when no attribute is
    /// accessed through the receiver, there are fewer than two methods, or more than [`MOST_METHODS`].
    pub tcc: Option<f64>,
    /// Other types, and files outside types, that use it or that it uses.
    pub neighbours: usize,
}

/// Methods whose pairs are compared at most.
const MOST_METHODS: usize = 3_000;

fn is_type(kind: DefinitionKind) -> bool {
    use DefinitionKind::{Class, Enum, Interface, Struct};
    matches!(kind, Class | Struct | Enum | Interface)
}

/// Every type with a method that has a body, in the order of the files and definitions.
pub(super) fn classes(repo: &RepoFacts, graph: &CodeGraph, min_confidence: f32) -> Vec<Class> {
    let owners = owners(repo);
    let neighbours = neighbours(graph, &owners, min_confidence);
    let mut classes = Vec::new();
    for (file, record) in repo.files.iter().enumerate() {
        let Some(symbols) = &record.data.symbols else {
            continue;
        };
        // By type: what belongs to it in this file. Methods that stand in other files (Rust, Go, C++) are not seen.
        let mut methods: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (index, owner) in (0u32..).zip(&owners[file]) {
            if let Some(owner) = owner.filter(|owner| *owner != index) {
                methods.entry(owner).or_default().push(index);
            }
        }
        let modules = modules(symbols);
        for (definition, inside) in methods {
            let functions = inside.iter().filter_map(|index| symbols.definitions[*index as usize].function);
            let wmc = functions
                .filter_map(|function| record.data.facts.functions.get(function as usize))
                .map(facts::model::Function::cyclomatic)
                .fold(0, u32::saturating_add);
            let uses = Uses::of(symbols, &inside, &modules);
            if uses.methods.is_empty() {
                continue;
            }
            classes.push(Class {
                file: file as u32,
                definition,
                methods: uses.methods.len(),
                wmc,
                atfd: uses.foreign_attributes(),
                tcc: uses.cohesion(),
                neighbours: neighbours.get(&(file as u32, definition)).map_or(0, HashSet::len),
            });
        }
    }
    classes
}

/// For each definition of each file the type it belongs to (a type belongs to itself): the innermost type around it; else,
/// for a method written outside of its type (Rust's `impl`, Go), the type of that qualified name in the file.
fn owners(repo: &RepoFacts) -> Vec<Vec<Option<u32>>> {
    let of_file = |symbols: &Symbols| {
        let types: HashMap<&str, u32> = (0u32..)
            .zip(&symbols.definitions)
            .filter(|(_, definition)| is_type(definition.kind))
            .map(|(index, definition)| (definition.qualified_name.as_str(), index))
            .collect();
        let mut owners: Vec<Option<u32>> = Vec::with_capacity(symbols.definitions.len());
        for (index, definition) in (0u32..).zip(&symbols.definitions) {
            let owner = if is_type(definition.kind) {
                Some(index)
            } else {
                // A definition stands after the one around it.
                let around =
                    definition.parent.and_then(|parent| owners.get(parent as usize).copied().flatten());
                around.or_else(|| types.get(scope(definition)).copied())
            };
            owners.push(owner);
        }
        owners
    };
    repo.files.iter().map(|file| file.data.symbols.as_deref().map(of_file).unwrap_or_default()).collect()
}

/// The qualified name without its last part.
fn scope(definition: &Definition) -> &str {
    let scope = definition.qualified_name.strip_suffix(definition.name.as_str()).unwrap_or_default();
    scope.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '>')
}

/// For each type, by (file, definition), the types and, with none, the files outside types that it uses or that use it.
type Neighbours = HashMap<(u32, u32), HashSet<(u32, Option<u32>)>>;

fn neighbours(graph: &CodeGraph, owners: &[Vec<Option<u32>>], min_confidence: f32) -> Neighbours {
    let unit = |node: u32| {
        let node = graph.nodes[node as usize];
        let owner = node.definition.and_then(|definition| {
            owners
                .get(node.file as usize)
                .and_then(|owners| owners.get(definition as usize).copied().flatten())
        });
        (node.file, owner)
    };
    let mut neighbours = Neighbours::default();
    for edge in graph.edges.iter().filter(|edge| edge.confidence >= min_confidence) {
        let (from, to) = (unit(edge.from), unit(edge.to));
        if from == to {
            continue;
        }
        for (one, other) in [(from, to), (to, from)] {
            if let (file, Some(definition)) = one {
                neighbours.entry((file, definition)).or_default().insert(other);
            }
        }
    }
    neighbours
}

/// The names that the methods of a type use.
struct Uses<'s> {
    symbols: &'s Symbols,
    /// The outermost functions in the type, with a body.
    methods: Vec<u32>,
    /// For each method the names behind the receiver that it does not call.
    own: Vec<HashSet<&'s str>>,
    /// For each method the bare names it does not call.
    bare: Vec<HashSet<&'s str>>,
    /// Names behind other objects: attributes and accessors.
    foreign: HashSet<&'s str>,
}

impl<'s> Uses<'s> {
    /// Of a type to which the definitions `inside` belong, in order; `modules` are names that stand for no object.
    fn of(symbols: &'s Symbols, inside: &[u32], modules: &HashSet<&str>) -> Uses<'s> {
        let belongs = |index: u32| inside.binary_search(&index).is_ok();
        let method_of = |index: u32| outermost_function(symbols, index, &belongs);
        let mut methods: Vec<u32> = inside.iter().copied().filter_map(method_of).collect();
        methods.sort_unstable();
        methods.dedup();
        let place: HashMap<u32, usize> =
            methods.iter().enumerate().map(|(at, method)| (*method, at)).collect();
        let sets = || vec![HashSet::default(); methods.len()];
        let mut uses = Uses { symbols, own: sets(), bare: sets(), foreign: HashSet::default(), methods };
        for reference in inside.iter().flat_map(|index| references_from(symbols, *index)) {
            let Some(at) = reference.from.and_then(method_of).and_then(|of| place.get(&of).copied()) else {
                continue;
            };
            let text = |name: u32| symbols.names.get(name as usize).map_or("", String::as_str);
            let name = text(reference.name);
            let receiver = receiver(&symbols.definitions[uses.methods[at] as usize]);
            match reference.qualifier.map(text) {
                None if reference.calls > 0 => {}
                None if name.starts_with('@') => _ = uses.own[at].insert(name),
                None => _ = uses.bare[at].insert(name),
                Some(object) if receiver.contains(&object) => {
                    if reference.uses > 0 {
                        uses.own[at].insert(name);
                    }
                }
                Some(object) if is_object(object) && !modules.contains(object) => {
                    if is_accessor(name) || reference.uses > 0 && reference.calls == 0 {
                        uses.foreign.insert(name);
                    }
                }
                Some(_) => {}
            }
        }
        uses
    }

    /// The attributes of the type, as far as they are accessed through the receiver somewhere.
    fn attributes(&self) -> HashSet<&'s str> {
        let methods: HashSet<&str> =
            self.methods.iter().map(|at| self.symbols.definitions[*at as usize].name.as_str()).collect();
        self.own.iter().flatten().copied().filter(|name| !methods.contains(name)).collect()
    }

    fn foreign_attributes(&self) -> usize {
        let own = self.attributes();
        self.foreign.iter().filter(|name| !own.contains(*name)).count()
    }

    fn cohesion(&self) -> Option<f64> {
        let attributes = self.attributes();
        if attributes.is_empty() || !(2..=MOST_METHODS).contains(&self.methods.len()) {
            return None;
        }
        let accessed: Vec<HashSet<&str>> = self
            .own
            .iter()
            .zip(&self.bare)
            .map(|(own, bare)| own.union(bare).copied().filter(|name| attributes.contains(name)).collect())
            .collect();
        let mut joined = 0usize;
        for (at, one) in accessed.iter().enumerate() {
            joined += accessed[..at].iter().filter(|other| !one.is_disjoint(other)).count();
        }
        let pairs = accessed.len() * (accessed.len() - 1) / 2;
        Some(joined as f64 / pairs as f64)
    }
}

/// The uses in a definition; all uses are sorted by where they stand.
fn references_from(symbols: &Symbols, definition: u32) -> &[Reference] {
    let references = &symbols.references;
    let first = references.partition_point(|usage| usage.from < Some(definition));
    let after = references.partition_point(|usage| usage.from <= Some(definition));
    &references[first..after]
}

/// The outermost function with a body that a definition is, or stands in, among those that belong to a type.
fn outermost_function(symbols: &Symbols, index: u32, belongs: &impl Fn(u32) -> bool) -> Option<u32> {
    let mut found = None;
    let mut at = Some(index);
    while let Some(index) = at {
        let definition = symbols.definitions.get(index as usize).filter(|_| belongs(index))?;
        if definition.function.is_some() {
            found = Some(index);
        }
        at = definition.parent.filter(|parent| *parent < index && belongs(*parent));
    }
    found
}

/// What a method may call the object it belongs to: the languages' own words, or the name in Go's signature.
fn receiver(method: &Definition) -> Vec<&str> {
    let mut names = vec!["self", "this", "cls", "@", "$this", "super", "base", "Self"];
    let own = method.signature.strip_prefix("func (").and_then(|rest| rest.split([' ', ')', ',']).next());
    names.extend(own.filter(|own| !own.is_empty()));
    names
}

/// What a name may stand for behind which attributes are accessed: by custom types begin with a capital letter. The empty
/// name is an expression.
fn is_object(qualifier: &str) -> bool {
    !qualifier.starts_with(char::is_uppercase) && !["crate", "std", "core", "alloc"].contains(&qualifier)
}

fn is_accessor(name: &str) -> bool {
    ["get", "set", "is"].iter().any(|prefix| {
        let rest = name.strip_prefix(prefix).unwrap_or_default();
        rest.starts_with(|c: char| c.is_uppercase() || c == '_')
    })
}

/// Names that imports bind to modules, as far as their text tells: every word of them.
fn modules(symbols: &Symbols) -> HashSet<&str> {
    let words = symbols
        .imports
        .iter()
        .flat_map(|import| import.text.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.filter(|word| !word.is_empty()).collect()
}
