use facts::model::RepoPath;
use facts::source::{Cancelled, Entry, Listing, SourceError, SourceTree};

/// A tree without the file that the report about it is written to: it would change the next report.
pub(crate) struct WithoutFile {
    pub tree: Box<dyn SourceTree + Send>,
    pub path: RepoPath,
}

impl SourceTree for WithoutFile {
    fn listing_unless(&self, cancelled: Cancelled<'_>) -> Result<Listing, SourceError> {
        let mut listing = self.tree.listing_unless(cancelled)?;
        listing.entries.retain(|entry| entry.path != self.path);
        listing.skipped.retain(|skipped| skipped.path != self.path);
        Ok(listing)
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        self.tree.read(entry)
    }

    fn size(&self, entry: &Entry) -> Result<Option<u64>, SourceError> {
        self.tree.size(entry)
    }

    fn covers(&self, path: &RepoPath) -> bool {
        *path != self.path && self.tree.covers(path)
    }

    fn describe(&self) -> String {
        self.tree.describe()
    }
}
