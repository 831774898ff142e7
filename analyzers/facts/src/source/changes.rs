use super::bounds::{self, Bounds, LARGEST_WITH_LINES};
use super::git::{self, GitContext};
use super::object_reader;
use super::revision_tree::join;
use super::work_tree::WorkTree;
use super::{Entry, ExcludeRules, SourceError, SourceTree};
use crate::hash::HashMap;
use crate::model::{BlobId, RepoPath};
use gix::bstr::ByteSlice;
use rayon::prelude::*;

/// Blob ids by path.
pub(super) type Files = HashMap<RepoPath, BlobId>;

impl GitContext {
    /// Paths of files that were added, changed or deleted since the branch left `revision` (its merge base with HEAD):
    /// in the work tree including all uncommitted changes, in a bare repository at HEAD. Sorted.
    ///
    /// # Errors
    /// No such revision, no commit yet, or no merge base, for example because the history in between is cut off.
    pub fn changed_since(&self, revision: &str) -> Result<Vec<RepoPath>, SourceError> {
        let repository = self.local();
        let head = git::resolve_commit(&repository, "HEAD")?;
        let base = branching_point(&repository, revision, "HEAD")?;
        let before = files_of(&repository, &base)?;
        let changed = match self.work_dir() {
            Some(root) => {
                changed_in_work_tree(&repository, &before, &WorkTree::open(root, &ExcludeRules::none())?)?
            }
            None => {
                let after = files_of(&repository, &head)?;
                let gone = before.keys().filter(|path| !after.contains_key(*path));
                let new = after.iter().filter(|(path, blob)| before.get(*path) != Some(*blob));
                gone.chain(new.map(|(path, _)| path)).cloned().collect()
            }
        };
        let mut changed: Vec<RepoPath> = changed;
        changed.sort_unstable();
        Ok(changed)
    }
}

/// The merge base of a revision and a tip.
///
/// # Errors
/// One of them is not known, or they have no common ancestor here: then nobody can say what the tip's side did.
pub(super) fn branching_point<'r>(
    repository: &'r gix::Repository,
    revision: &str,
    tip: &str,
) -> Result<gix::Commit<'r>, SourceError> {
    let since = git::resolve_commit(repository, revision)?;
    let of_tip = git::resolve_commit(repository, tip)?;
    match repository.merge_base(since.id, of_tip.id) {
        Ok(Some(base)) => git::resolve_commit(repository, &base.to_string()),
        Ok(None) => {
            let advice = match repository.is_shallow().unwrap_or(false) {
                true => {
                    "the clone is shallow: `git fetch --unshallow`, or `git fetch --deepen N`, brings the commits where they meet \
                     (in CI: a checkout of the whole history, fetch-depth 0)"
                }
                false => {
                    "their histories never met: name a branch, a tag or a commit that this history contains"
                }
            };
            let name = |id: &gix::ObjectId| id.to_hex_with_len(7).to_string();
            Err(SourceError::new(format!(
                "there is no merge base of {revision} ({}) and {tip} ({}); {advice}",
                name(&since.id),
                name(&of_tip.id)
            )))
        }
        Err(error) => {
            let what = format!("has no merge base with {tip} that can be found");
            Err(git::unusable(repository, revision, &what, &error))
        }
    }
}

fn changed_in_work_tree(
    repository: &gix::Repository,
    before: &Files,
    tree: &WorkTree,
) -> Result<Vec<RepoPath>, SourceError> {
    let files = tree.found(&|| false)?.files;
    let mut gone: HashMap<&RepoPath, ()> = before.keys().map(|path| (path, ())).collect();
    for entry in &files {
        gone.remove(&entry.path);
    }
    let hash = repository.object_hash();
    let is_changed = |entry: &&Entry| match (before.get(&entry.path), entry.blob) {
        (None, _) => true,
        (Some(old), Some(new)) => *old != new,
        (Some(old), None) => match entry.size {
            // Reading it would take longer than it is worth.
            Some(size) if size > LARGEST_WITH_LINES => true,
            _ => tree.read(entry).map_or(true, |bytes| !is_content(hash, *old, &bytes)),
        },
    };
    let mut changed: Vec<RepoPath> =
        files.par_iter().filter(is_changed).map(|entry| entry.path.clone()).collect();
    changed.extend(gone.into_keys().cloned());
    Ok(changed)
}

/// True if `bytes` equal the blob, as they are or with the line ends that Git would store.
pub(super) fn is_content(hash: gix::hash::Kind, blob: BlobId, bytes: &[u8]) -> bool {
    let is = |bytes: &[u8]| {
        gix::objs::compute_hash(hash, gix::objs::Kind::Blob, bytes).is_ok_and(|id| id.as_bytes() == blob.0)
    };
    is(bytes) || (bytes.contains_str("\r\n") && is(&bytes.replace("\r\n", "\n")))
}

/// The regular files of a commit, except for those whose names Git forbids.
pub(super) fn files_of(repository: &gix::Repository, commit: &gix::Commit<'_>) -> Result<Files, SourceError> {
    let tree = commit.tree_id().map_err(|error| object_reader::missing(repository, &commit.id, &error))?;
    let mut files = Files::default();
    let bounds = Bounds::new(format!("commit {}", commit.id), None);
    let mut waiting = vec![(Vec::new(), tree.detach())];
    while let Some((folder, id)) = waiting.pop() {
        let bytes = object_reader::read_blob(repository, id, &RepoPath::new(folder.clone()))?;
        for entry in gix::objs::TreeRefIter::from_bytes(&bytes, id.kind()) {
            let entry = entry.map_err(|error| object_reader::missing(repository, &id, &error))?;
            let path = join(&folder, entry.filename);
            bounds.count(path.len())?;
            if bounds::refused(entry.filename, &path).is_some() {
                continue;
            }
            if entry.mode.is_tree() {
                waiting.push((path, entry.oid.to_owned()));
            } else if entry.mode.is_blob() {
                let mut blob = [0; 20];
                blob.copy_from_slice(&entry.oid.as_bytes()[..20]);
                files.insert(RepoPath::new(path), BlobId(blob));
            }
        }
    }
    Ok(files)
}
