use super::bounds::{LARGEST_RULES, LARGEST_WITH_LINES};
use super::commit_text::as_utf8;
use super::git::{self, CommitId, GitContext};
use super::git_errors::own_words;
use super::{SourceError, confined, object_reader};
use crate::hash::HashMap;
use crate::model::RepoPath;
use gix::bstr::ByteSlice;
use gix::diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics, sources::byte_lines};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// The commit that last changed a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlamedCommit {
    /// Its id.
    pub commit: CommitId,
    /// The author's name, as .mailmap has it.
    pub name: String,
    /// The author's e-mail address, as .mailmap has it.
    pub email: String,
    /// When the author wrote it, in seconds since the epoch.
    pub time: i64,
}

/// The most objects that are cached while one file is blamed; neighbouring commits share most of their trees.
const OBJECT_CACHE: usize = 8 << 20;

impl GitContext {
    /// For each line of `path` at `revision`, the commit that last changed it. Renames of the whole file are followed.
    ///
    /// # Errors
    /// No such revision, no such file in it, or missing history (a shallow clone).
    pub fn blame(&self, path: &RepoPath, revision: &str) -> Result<Vec<Arc<BlamedCommit>>, SourceError> {
        let mut repository = self.local();
        repository.object_cache_size_if_unset(OBJECT_CACHE);
        leave_out_unreadable_attributes(&mut repository);
        let commit = git::resolve_commit(&repository, revision)?.id;
        let options = gix::repository::blame_file::Options {
            rewrites: Some(gix::diff::Rewrites::default()),
            ..gix::repository::blame_file::Options::default()
        };
        let outcome = repository
            .blame_file(path.as_bstr(), commit, options)
            .map_err(|error| cannot_blame(&repository, path, revision, &error))?;

        let mut authors: HashMap<gix::ObjectId, Arc<BlamedCommit>> = HashMap::default();
        let mut lines = Vec::new();
        for entry in outcome.entries {
            let author = match authors.get(&entry.commit_id) {
                Some(author) => Arc::clone(author),
                None => {
                    let author = Arc::new(self.author(&repository, entry.commit_id)?);
                    authors.insert(entry.commit_id, Arc::clone(&author));
                    author
                }
            };
            let range = entry.range_in_blamed_file();
            lines.resize_with(lines.len().max(range.end), || Arc::clone(&author));
            lines[range].fill(author);
        }
        Ok(lines)
    }

    /// For each line of `path` in the work tree, the commit that last changed it; `None` for a line that is not
    /// committed.
    ///
    /// # Errors
    /// The file cannot be read, the repository is bare, or see [`GitContext::blame`].
    pub fn blame_work_tree(&self, path: &RepoPath) -> Result<Vec<Option<Arc<BlamedCommit>>>, SourceError> {
        let Some(root) = self.work_dir() else {
            return Err(SourceError::new(format!(
                "{path}: a bare repository has no work tree; blame a revision"
            )));
        };
        let now = confined::read_listed(root, path, LARGEST_WITH_LINES)
            .map_err(|why| SourceError::new(format!("{path} cannot be read: {why}")))?;
        let Some(before) = self.content_at_head(path)? else {
            return Ok(vec![None; byte_lines(&now).count()]);
        };
        let committed = self.blame(path, "HEAD")?;
        Ok(carry_over(&committed, &before, &now))
    }

    /// The bytes of a file at HEAD; `None` if it is not there.
    fn content_at_head(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
        let repository = self.local();
        if self.head()?.is_none() {
            return Ok(None);
        }
        let head = git::resolve_commit(&repository, "HEAD")?;
        let missing = |error: gix::Error| object_reader::missing(&repository, path, &error);
        let tree = head.tree().map_err(missing)?;
        let entry = tree.lookup_entry(path.as_bytes().split(|byte| *byte == b'/')).map_err(missing)?;
        entry.map(|entry| object_reader::read_blob(&repository, entry.object_id(), path)).transpose()
    }

    fn author(&self, repository: &gix::Repository, id: gix::ObjectId) -> Result<BlamedCommit, SourceError> {
        let unreadable = |error: gix::Error| {
            SourceError::new(format!("the author of commit {id} cannot be read: {}", own_words(&error)))
        };
        let commit = repository.find_commit(id).map_err(unreadable)?;
        let decoded = commit.decode().map_err(unreadable)?;
        let signature = decoded.author().map_err(unreadable)?;
        let (name, email) =
            (as_utf8(signature.name, decoded.encoding), as_utf8(signature.email, decoded.encoding));
        let written =
            gix::actor::SignatureRef { name: name.as_ref(), email: email.as_ref(), time: signature.time };
        let author = self.mailmap().resolve(written);
        Ok(BlamedCommit {
            commit: CommitId::from_git(&id),
            name: author.name.to_str_lossy().into_owned(),
            email: author.email.to_str_lossy().into_owned(),
            time: author.time.seconds,
        })
    }
}

/// The library reads the file of `core.attributesFile`, even if it is not a regular file.
fn leave_out_unreadable_attributes(repository: &mut gix::Repository) {
    let files = repository.attribute_global_paths().unwrap_or_default();
    let is_sound = |file: &PathBuf| match file.metadata() {
        Ok(found) => found.is_file() && found.len() <= LARGEST_RULES,
        Err(_) => true,
    };
    if !files.iter().all(is_sound) {
        // Both key and value are valid.
        let _ = repository.config_snapshot_mut().set_raw_value("core.attributesFile", "/dev/null");
    }
}

fn cannot_blame(
    repository: &gix::Repository,
    path: &RepoPath,
    revision: &str,
    error: &gix::Error,
) -> SourceError {
    let advice = match repository.is_shallow() {
        Ok(true) => "; the clone is shallow: `git fetch --unshallow` brings the history that blame needs",
        _ => "",
    };
    SourceError::new(format!("{path} cannot be blamed at {revision}: {}{advice}", own_words(error)))
}

/// The blame of the lines of `now` that are unchanged in `before`. Line ends do not count as a change: Git may store
/// others than it checks out.
fn carry_over(committed: &[Arc<BlamedCommit>], before: &[u8], now: &[u8]) -> Vec<Option<Arc<BlamedCommit>>> {
    let (before, now) = (before.replace("\r\n", "\n"), now.replace("\r\n", "\n"));
    let input = InternedInput::new(before.as_slice(), now.as_slice());
    let diff = diff_with_slider_heuristics(Algorithm::Myers, &input);
    let mut old = (0..input.before.len() as u32).filter(|line| !diff.is_removed(*line));
    (0..input.after.len() as u32)
        .map(|line| match diff.is_added(line) {
            true => None,
            false => old.next().and_then(|line| committed.get(line as usize).cloned()),
        })
        .collect()
}
