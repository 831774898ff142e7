use super::bounds::LARGEST_READ;
use super::commit_text::as_utf8;
use super::git_errors::own_words;
use super::quarantine::{BorrowedObjects, with_objects_of_environment};
use super::{SourceError, git_files, git_index, git_links};
use gix::bstr::{BStr, ByteSlice, ByteVec};
use gix::glob::pattern::Case;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A Git commit id (SHA-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(pub [u8; 20]);

impl CommitId {
    /// The first seven hexadecimal digits.
    pub fn short(&self) -> String {
        self.to_string()[..7].to_owned()
    }

    pub(crate) fn from_git(id: &gix::oid) -> Self {
        let mut bytes = [0; 20];
        bytes.copy_from_slice(&id.as_bytes()[..20]);
        CommitId(bytes)
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for CommitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for CommitId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CommitId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9a-f]{40}$" })
    }
}

/// The Git repository that a path is in, and questions about its history.
pub struct GitContext {
    pub(crate) repository: gix::ThreadSafeRepository,
    pub(crate) mailmap: OnceLock<gix::mailmap::Snapshot>,
    /// Must live as long as objects are read.
    _borrowed: BorrowedObjects,
}

impl GitContext {
    /// The repository that holds `path`; `None` outside Git. If `path` does not exist, its nearest existing folder is
    /// used.
    ///
    /// # Errors
    /// The repository cannot be opened, e.g. because its format is not supported; or a `.git` or a `core.worktree`
    /// leads to it and it does not lead back.
    pub fn discover(path: &Path) -> Result<Option<Self>, SourceError> {
        Ok(locate(path)?.map(GitContext::of))
    }

    /// The repository whose root is `path`, if everything that Git reads of it is below `folder`: its folders, the
    /// targets of their links, every object database that it borrows from, and the configuration files that it
    /// includes. Both are paths without links. If nothing changed since the last call, only little is checked.
    ///
    /// # Errors
    /// Something leads out of the folder, or see [`GitContext::discover`].
    pub fn discover_below(path: &Path, folder: &Path) -> Result<Option<Self>, SourceError> {
        let is_real = path.canonicalize().is_ok_and(|real| real == path && real.starts_with(folder));
        if !is_real {
            return Err(SourceError::elsewhere(format!(
                "{} is gone, or a link leads elsewhere",
                path.display()
            )));
        }
        let Some(place) = locate_below(path, Some(folder))? else { return Ok(None) };
        let git = GitContext::of(place);
        let root = git.work_dir().unwrap_or(git.git_dir());
        match root.canonicalize().is_ok_and(|root| root == path) {
            true => Ok(Some(git)),
            false => Err(SourceError::elsewhere(format!(
                "{} is part of the repository at {}, or names it as its own",
                path.display(),
                root.display()
            ))),
        }
    }

    fn of(Place { repository, borrowed, .. }: Place) -> Self {
        GitContext { repository, mailmap: OnceLock::new(), _borrowed: borrowed }
    }

    /// The folder for this work tree alone: HEAD, the index.
    pub fn git_dir(&self) -> &Path {
        self.repository.git_dir()
    }

    /// The folder shared by all work trees of the repository: objects, branches, and the place for caches.
    pub fn common_dir(&self) -> PathBuf {
        self.local().common_dir().to_owned()
    }

    /// The root of the work tree; `None` for a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.repository.work_dir()
    }

    /// True if the repository belongs to the user who runs the program, by the same rule that Git uses before it trusts
    /// one ("dubious ownership"): the effective user owns its folders (for root under sudo, also the user who called
    /// it), or `safe.directory` in the configuration of the machine or the user names it (`*` names all). Unlike in
    /// Git, neither the repository's own configuration nor settings from the environment (`GIT_CONFIG_COUNT`) count.
    pub fn belongs_to_user(&self) -> bool {
        self.local().git_dir_trust() == gix::sec::Trust::Full
    }

    /// True if the history was cut off by `git clone --depth`.
    pub fn is_shallow(&self) -> bool {
        self.local().is_shallow().unwrap_or(false)
    }

    /// The commit that HEAD points to; `None` before the first commit.
    ///
    /// # Errors
    /// HEAD cannot be read.
    pub fn head(&self) -> Result<Option<CommitId>, SourceError> {
        let repository = self.local();
        let unreadable = |error: gix::Error| {
            let folder = repository.git_dir().display();
            SourceError::new(format!("HEAD of {folder} cannot be read: {}", own_words(&error)))
        };
        let mut head = repository.head().map_err(unreadable)?;
        let id = head.try_peel_to_id().map_err(unreadable)?;
        Ok(id.map(|id| CommitId::from_git(&id)))
    }

    /// The branch that others branch from: the HEAD of the remote `origin`, else `init.defaultBranch`, `main` or
    /// `master` if this branch exists, else the current branch. `None` if HEAD is detached and none of these exists.
    pub fn default_branch(&self) -> Option<String> {
        let repository = self.local();
        if let Ok(Some(origin)) = repository.try_find_reference("refs/remotes/origin/HEAD")
            && let Some(name) = origin.target().try_name()
            && let Some(branch) = name.as_bstr().strip_prefix(b"refs/remotes/origin/")
        {
            return Some(branch.to_str_lossy().into_owned());
        }
        let configured =
            repository.config_snapshot().string("init.defaultBranch").map(|name| name.to_string());
        let usual = configured.into_iter().chain(["main".to_owned(), "master".to_owned()]);
        let exists = |name: &String| {
            repository.try_find_reference(&format!("refs/heads/{name}")).is_ok_and(|found| found.is_some())
        };
        let existing = usual.into_iter().find(exists);
        existing.or_else(|| Some(repository.head_name().ok()??.shorten().to_string()))
    }

    /// True if the repository has a branch, a tag or another reference.
    ///
    /// # Errors
    /// The references cannot be read.
    pub fn has_references(&self) -> Result<bool, SourceError> {
        let repository = self.local();
        let unreadable = |error: gix::Error| {
            let folder = repository.git_dir().display();
            SourceError::new(format!("the references of {folder} cannot be read: {}", own_words(&error)))
        };
        let references = repository.references().map_err(unreadable)?;
        Ok(references.all().map_err(unreadable)?.next().is_some())
    }

    /// The branch that HEAD names, whether or not it has a commit; `None` if HEAD is detached or unreadable.
    pub fn current_branch(&self) -> Option<String> {
        Some(self.local().head_name().ok()??.shorten().to_string())
    }

    /// The commit that a revision (branch, tag, `HEAD~3`, abbreviated id, …) means.
    ///
    /// # Errors
    /// No such revision, or it is not a commit.
    pub fn commit(&self, revision: &str) -> Result<CommitId, SourceError> {
        Ok(CommitId::from_git(&resolve_commit(&self.local(), revision)?.id))
    }

    /// The message of a commit, decoded from the commit's encoding; invalid bytes are replaced.
    ///
    /// # Errors
    /// No such revision, or it is not a commit.
    pub fn commit_message(&self, revision: &str) -> Result<String, SourceError> {
        let repository = self.local();
        let commit = resolve_commit(&repository, revision)?;
        let encoding = commit.decode().ok().and_then(|decoded| decoded.encoding);
        Ok(as_utf8(commit.message_raw_sloppy(), encoding).to_str_lossy().into_owned())
    }

    /// The time of a commit (the committer's) in seconds since the epoch.
    ///
    /// # Errors
    /// No such revision, or it is not a commit, or its time cannot be read.
    pub fn commit_time(&self, revision: &str) -> Result<i64, SourceError> {
        let repository = self.local();
        let commit = resolve_commit(&repository, revision)?;
        let time = commit.time();
        time.map(|time| time.seconds).map_err(|error| {
            SourceError::new(format!("the time of commit {revision} cannot be read: {}", own_words(&error)))
        })
    }

    pub(crate) fn local(&self) -> gix::Repository {
        self.repository.to_thread_local()
    }
}

/// The location of a path in Git.
pub(super) struct Place {
    pub(super) repository: gix::ThreadSafeRepository,
    /// Must live as long as objects are read.
    pub(super) borrowed: BorrowedObjects,
    /// The path from the root of the work tree, empty for the root itself and in a bare repository.
    pub(super) prefix: Vec<u8>,
}

/// The repository that holds `path`, which need not exist.
pub(super) fn locate(path: &Path) -> Result<Option<Place>, SourceError> {
    locate_below(path, None)
}

/// The same if everything that Git reads of the repository has to be below a folder.
#[expect(clippy::disallowed_methods, reason = "environment: Git's own variables say where its files are")]
fn locate_below(path: &Path, outermost: Option<&Path>) -> Result<Option<Place>, SourceError> {
    let full = real_path(path)?;
    let folder = full.ancestors().find(|folder| folder.is_dir()).unwrap_or(&full);
    let Some(start) = find_repository(folder)? else {
        return Ok(None);
    };
    // Starts there and no lower: the library reads every file named HEAD on its way.
    let Ok((found, _)) = gix::discover::upwards(start) else {
        return Ok(None);
    };
    let (private, _) = found.clone().into_repository_and_work_tree_directories();
    let common = gix::discover::path::from_plain_file(&private.join("commondir")).and_then(Result::ok);
    let common = common.map_or_else(|| private.clone(), |named| private.join(named));
    git_files::check_shared(&private, &common)?;
    if let Some(outermost) = outermost {
        git_links::check_lies_below(&private, &common, outermost)?;
    }
    git_files::check_repository(&private, &common)?;
    git_files::check_format(&common)?;
    let cannot_open = |error: gix::Error| {
        let folder = folder.display();
        SourceError::new(format!("the Git repository at {folder} cannot be opened: {}", own_words(&error)))
    };
    let opened = gix::ThreadSafeRepository::discover_opts(start, Default::default(), opening());
    let mut local = opened.map_err(cannot_open)?.to_thread_local();
    if std::env::var_os("GIT_WORK_TREE").is_none() {
        let named = local.config_snapshot().string("core.worktree").is_some();
        git_files::check_ties(start, local.git_dir(), local.workdir(), named)?;
    }
    // A hook may run with the GIT_WORK_TREE of its own repository; `path` may be in another one.
    if std::env::var_os("GIT_WORK_TREE").is_some() && inside_work_tree(&local, &full).is_none() {
        let (_, own) = found.into_repository_and_work_tree_directories();
        local.set_workdir(own).map_err(cannot_open)?;
    }
    let prefix = inside_work_tree(&local, &full).unwrap_or_default();
    let (repository, borrowed) = with_objects_of_environment(local)?;
    Ok(Some(Place { repository, borrowed, prefix }))
}

/// The nearest folder with a repository, from `folder` upwards; on the same file system, as in Git.
fn find_repository(folder: &Path) -> Result<Option<&Path>, SourceError> {
    for candidate in folder.ancestors().take_while(|candidate| is_on_one_file_system(folder, candidate)) {
        if git_files::is_repository(candidate)? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

#[cfg(unix)]
fn is_on_one_file_system(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| path.metadata().map(|found| found.dev()).ok();
    device(one) == device(other)
}

#[cfg(not(unix))]
fn is_on_one_file_system(_: &Path, _: &Path) -> bool {
    true
}

/// The options for opening repositories, the user's own and untrusted ones: an object cannot fill the memory, and the
/// configuration cannot set the path of the list of shallow commits (the environment can).
fn opening() -> gix::sec::trust::Mapping<gix::open::Options> {
    let mut options = gix::sec::trust::Mapping::<gix::open::Options>::default();
    let settings = [
        format!("gitoxide.objects.allocLimit={LARGEST_READ}"),
        "gitoxide.core.shallowFile=shallow".to_owned(),
    ];
    for options in [&mut options.full, &mut options.reduced] {
        options.modify(|options| options.config_overrides(settings.clone()));
    }
    options
}

/// The path from the root of the work tree; `None` for a path elsewhere or in Git's own folder.
fn inside_work_tree(repository: &gix::Repository, path: &Path) -> Option<Vec<u8>> {
    let root = repository.workdir()?.canonicalize().ok()?;
    let in_git_folder = [repository.git_dir(), repository.common_dir()]
        .iter()
        .filter_map(|own| own.canonicalize().ok())
        // A bare repository may contain its linked work trees.
        .any(|own| path.starts_with(&own) && !root.starts_with(&own));
    if in_git_folder {
        return None;
    }
    path.strip_prefix(root).ok().map(bytes_from_path)
}

/// The absolute path with links resolved in its existing part. A link to a file is not followed.
pub(super) fn real_path(path: &Path) -> Result<PathBuf, SourceError> {
    let wrong = |error: std::io::Error| SourceError::new(format!("{}: {error}", path.display()));
    let absolute = std::path::absolute(path).map_err(wrong)?;
    let follow = |part: &Path| match part.symlink_metadata() {
        Ok(found) if found.is_symlink() && !part.is_dir() => None,
        Ok(_) => part.canonicalize().ok(),
        Err(_) => None,
    };
    let found = absolute.ancestors().find_map(|part| Some((part, follow(part)?)));
    Ok(match found {
        Some((part, real)) => match absolute.strip_prefix(part) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => absolute,
    })
}

/// The commit that a revision means.
pub(super) fn resolve_commit<'r>(
    repository: &'r gix::Repository,
    revision: &str,
) -> Result<gix::Commit<'r>, SourceError> {
    let id = resolve(repository, revision)?;
    let peeled = id.object().and_then(|object| object.peel_to_kind(gix::objs::Kind::Commit));
    peeled
        .and_then(|object| object.try_into_commit().map_err(gix::Error::from_error))
        .map_err(|error| unusable(repository, revision, "is not a commit", &error))
}

/// The object that a revision means.
pub(super) fn resolve<'r>(
    repository: &'r gix::Repository,
    revision: &str,
) -> Result<gix::Id<'r>, SourceError> {
    if revision.contains('@') {
        git_files::check_reflogs(repository.git_dir(), repository.common_dir())?;
    }
    repository.rev_parse_single(BStr::new(revision)).map_err(|error| {
        if repository.head().is_ok_and(|head| head.is_unborn()) {
            return SourceError::new(format!(
                "{revision} is not a revision of {}: the repository has no commit yet; commit something, or analyse \
                 the work tree",
                repository.git_dir().display()
            ));
        }
        unusable(repository, revision, "is not a known revision", &error)
    })
}

/// The error for a revision that exists or not, with the usual reason why it is missing.
pub(super) fn unusable(
    repository: &gix::Repository,
    revision: &str,
    what: &str,
    error: &(dyn Error + 'static),
) -> SourceError {
    let advice = if repository.is_shallow().unwrap_or(false) {
        "the clone is shallow: `git fetch --unshallow` brings the whole history"
    } else {
        "`git log --all --oneline` and `git tag` list what there is"
    };
    let (folder, why) = (repository.git_dir().display(), own_words(error));
    SourceError::new(format!("{revision} {what} in {folder}: {why}; {advice}"))
}

/// The index, empty if there is none yet. `git commit -a` and `git commit FILE` pass their prepared index to a hook in
/// `GIT_INDEX_FILE`; it is used if it belongs to this repository.
pub(super) fn open_index(repository: &gix::Repository) -> Result<gix::index::File, SourceError> {
    let path = prepared_index(repository).unwrap_or_else(|| repository.git_dir().join("index"));
    let hash = repository.object_hash();
    if !path.exists() {
        return Ok(gix::index::File::from_state(gix::index::State::new(hash), path));
    }
    git_index::check(&path, hash.len_in_bytes())?;
    let unreadable = |why: &str| {
        let path = path.display();
        SourceError::new(format!(
            "the Git index {path} cannot be read: {why}; `git read-tree HEAD` writes it again"
        ))
    };
    // Git does not check the checksum of the whole index for reading either.
    let index = gix::index::File::at(&path, hash, true, gix::index::decode::Options::default())
        .map_err(|error| unreadable(&own_words(&error)))?;
    let order = |entry: &gix::index::Entry| (entry.path(&index), entry.stage_raw());
    match index.entries().is_sorted_by(|one, next| order(one) < order(next)) {
        true => Ok(index),
        // Git itself refuses it too. Entries are found by binary search.
        false => Err(unreadable("its entries are out of order")),
    }
}

#[expect(clippy::disallowed_methods, reason = "environment: Git's own variables say where its files are")]
fn prepared_index(repository: &gix::Repository) -> Option<PathBuf> {
    let path = std::path::absolute(std::env::var_os("GIT_INDEX_FILE")?).ok()?;
    let folder = path.parent()?.canonicalize().ok()?;
    let own = repository.git_dir().canonicalize().ok()?;
    folder.starts_with(own).then_some(path)
}

/// A file in the folder for the user's Git settings, e.g. `ignore`, whether it exists or not.
#[expect(clippy::disallowed_methods, reason = "environment: Git's own variables say where its files are")]
pub(super) fn user_file(name: &str) -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let usual = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".config"));
    Some(named.or_else(usual)?.join("git").join(name))
}

/// How this repository compares names.
pub(super) fn case(repository: &gix::Repository) -> Case {
    match repository.config_snapshot().boolean("core.ignoreCase") {
        Some(true) => Case::Fold,
        _ => Case::Sensitive,
    }
}

/// True if text files have other line ends in the work tree than in blobs by default, without attributes.
pub(super) fn converts_line_ends(repository: &gix::Repository) -> bool {
    let config = repository.config_snapshot();
    let convert = config.string("core.autocrlf");
    convert.is_some_and(|value| {
        value.eq_ignore_ascii_case(b"input") || config.boolean("core.autocrlf") == Some(true)
    })
}

/// A path of the tree as one of the file system.
pub(super) fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    bytes.to_path_lossy().into_owned()
}

/// A relative path of the file system as one of the tree.
pub(super) fn bytes_from_path(path: &Path) -> Vec<u8> {
    let bytes = Vec::from_path_lossy(path).into_owned();
    if cfg!(windows) { bytes.replace(b"\\", b"/") } else { bytes }
}
