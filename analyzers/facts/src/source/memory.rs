use super::{Cancelled, Entry, Listing, SourceError, SourceTree};
use crate::model::RepoPath;
use std::collections::BTreeMap;

/// Files held in memory, for tests and for text that was never in a file.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<RepoPath, Vec<u8>>,
}

impl MemoryTree {
    /// A tree of the given paths and contents.
    pub fn new<P: Into<Vec<u8>>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (RepoPath::new(path), bytes.into())).collect();
        MemoryTree { files }
    }
}

impl SourceTree for MemoryTree {
    fn listing_unless(&self, _: Cancelled<'_>) -> Result<Listing, SourceError> {
        let entry = |(path, bytes): (&RepoPath, &Vec<u8>)| Entry {
            path: path.clone(),
            blob: None,
            size: Some(bytes.len() as u64),
            stat: None,
        };
        Ok(Listing { entries: self.files.iter().map(entry).collect(), skipped: Vec::new() })
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        self.files
            .get(&entry.path)
            .cloned()
            .ok_or_else(|| SourceError::new(format!("{} is not in this tree", entry.path)))
    }

    fn describe(&self) -> String {
        "memory".to_owned()
    }
}
