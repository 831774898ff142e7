use facts::model::RepoPath;
use facts::source::{Cancelled, Entry, Listing, SourceError, SourceTree};

/// A subset of a tree's files.
pub struct Part<'a> {
    /// The tree.
    pub tree: &'a dyn SourceTree,
    /// The files.
    pub listing: Listing,
}

impl SourceTree for Part<'_> {
    fn listing_unless(&self, _: Cancelled<'_>) -> Result<Listing, SourceError> {
        Ok(self.listing.clone())
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        self.tree.read(entry)
    }

    fn size(&self, entry: &Entry) -> Result<Option<u64>, SourceError> {
        self.tree.size(entry)
    }

    fn covers(&self, path: &RepoPath) -> bool {
        self.listing.entries.binary_search_by(|entry| entry.path.cmp(path)).is_ok()
    }

    fn describe(&self) -> String {
        self.tree.describe()
    }
}
