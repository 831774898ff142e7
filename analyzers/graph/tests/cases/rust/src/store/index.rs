use std::collections::BTreeMap;

pub(super) struct Index {
    keys: BTreeMap<String, u64>,
}

impl Index {
    pub fn new() -> Self {
        Index { keys: BTreeMap::new() }
    }

    pub fn insert(&mut self, key: String, at: u64) {
        self.keys.insert(key, at);
        super::super::store::index::check(self);
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }
}

pub(super) fn key_of(name: &str) -> String {
    name.to_lowercase()
}

fn check(index: &Index) {
    assert!(index.len() < 10);
}
