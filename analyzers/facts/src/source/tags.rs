use super::SourceError;
use super::git::{self, CommitId, GitContext};
use super::git_errors::own_words;
use gix::bstr::ByteSlice;

impl GitContext {
    /// Every tag that leads to a commit, annotated or not, with the commit; sorted by name.
    ///
    /// # Errors
    /// The references cannot be read.
    pub fn tags(&self) -> Result<Vec<(String, CommitId)>, SourceError> {
        let repository = self.local();
        let unreadable = |error: gix::Error| {
            let folder = repository.git_dir().display();
            SourceError::new(format!("the tags of {folder} cannot be read: {}", own_words(&error)))
        };
        let references = repository.references().map_err(unreadable)?;
        let mut tags = Vec::new();
        // A reference that is damaged or leads to a missing object is not a tag of a commit.
        for tag in references.tags().map_err(unreadable)?.flatten() {
            let name = tag.name().shorten().to_str_lossy().into_owned();
            if let Ok(commit) = git::resolve_commit(&repository, &format!("refs/tags/{name}")) {
                tags.push((name, CommitId::from_git(&commit.id)));
            }
        }
        tags.sort();
        Ok(tags)
    }
}
