//! Names as numbers: comparing and hashing them costs the same whatever their length.

use facts::hash::HashMap;

/// A name by its number.
pub(super) type NameId = u32;

/// No node, no name.
pub(super) const NONE: u32 = u32::MAX;

/// Every name of the tree.
#[derive(Default)]
pub(super) struct Names<'a> {
    ids: HashMap<&'a str, NameId>,
    texts: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// The number of a name, a new one if need be.
    pub fn intern(&mut self, text: &'a str) -> NameId {
        let next = self.texts.len() as NameId;
        let id = *self.ids.entry(text).or_insert(next);
        if id == next {
            self.texts.push(text);
        }
        id
    }

    /// The number of a name that occurs in the tree.
    pub fn get(&self, text: &str) -> Option<NameId> {
        self.ids.get(text).copied()
    }

    /// The name of a number.
    pub fn text(&self, id: NameId) -> &'a str {
        self.texts.get(id as usize).copied().unwrap_or_default()
    }
}

/// Lists of nodes by a pair of numbers.
#[derive(Default)]
pub(super) struct Groups {
    ranges: HashMap<u64, (u32, u32)>,
    nodes: Vec<u32>,
}

impl Groups {
    /// Groups nodes by their keys; within a group they are in ascending order, each once.
    pub fn new(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut ranges: HashMap<u64, (u32, u32)> = HashMap::default();
        for (position, (key, _)) in pairs.iter().enumerate() {
            ranges.entry(*key).or_insert((position as u32, position as u32)).1 = position as u32 + 1;
        }
        Groups { ranges, nodes: pairs.into_iter().map(|(_, node)| node).collect() }
    }

    /// The nodes of a key.
    pub fn get(&self, first: u32, second: u32) -> &[u32] {
        match self.ranges.get(&Groups::key(first, second)) {
            Some((start, end)) => &self.nodes[*start as usize..*end as usize],
            None => &[],
        }
    }

    /// Two numbers as one.
    pub fn key(first: u32, second: u32) -> u64 {
        u64::from(first) << 32 | u64::from(second)
    }
}
