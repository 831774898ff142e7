use crate::configuration::configuration;
use crate::error::cannot_open;
use crate::without_file::WithoutFile;
use crate::{Project, ProjectError};
use facts::model::RepoPath;
use facts::source::{self, ExcludeRules, GitContext, SourceError, Which};
use gates::{CONFIG_FILE, Config};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What to open, and how.
#[derive(Debug, Clone)]
pub struct OpenOptions<'a> {
    /// A repository, or a folder or file inside or outside of one.
    pub path: &'a Path,
    /// Which of its trees; by default the work tree, or what HEAD points to if there is none.
    pub which: Option<Which>,
    /// A configuration to use instead of the tree's own batuta.toml.
    pub config: Option<&'a Path>,
    /// Whether stored facts are read and written.
    pub use_cache: bool,
    /// A tree of the repository whose configuration and baseline judge, in place of those of the opened tree.
    pub settings_of: Option<Which>,
    /// A file to leave out of the work tree: the report that is being written.
    pub without: Option<&'a Path>,
}

impl<'a> OpenOptions<'a> {
    /// The default tree at `path`, with its own configuration and the cache.
    pub fn new(path: &'a Path) -> Self {
        OpenOptions { path, which: None, config: None, use_cache: true, settings_of: None, without: None }
    }
}

impl Project {
    /// Opens a tree. Its configuration is that of the tree, unless another is named: of the index when the index is
    /// judged, of the commit for a revision.
    ///
    /// # Errors
    /// The path does not exist, is not a repository although one is needed, the revision does not exist, or the
    /// configuration is wrong.
    pub fn open(options: &OpenOptions<'_>) -> Result<Project, ProjectError> {
        let path = options.path.to_owned();
        let git = GitContext::discover(&path).map_err(|error| cannot_open(&path, &error))?;
        let which = options.which.clone().unwrap_or_else(|| usual(git.as_ref()));
        let root = root(&path, git.as_ref());
        if which == Which::WorkTree && !path.exists() && path.symlink_metadata().is_err() {
            return Err(nothing_there(&path));
        }
        if which != Which::WorkTree {
            // A wrong revision must be reported before anything is read from it.
            source::open(&path, &which, &ExcludeRules::none()).map_err(|error| cannot_open(&path, &error))?;
        }
        let settings_of = options.settings_of.clone();
        let config = configuration(options.config, &root, settings_of.as_ref().unwrap_or(&which))?;
        let exclude = exclude_rules(&config)?;
        let open = |error: SourceError| cannot_open(&path, &error);
        let mut tree = source::open(&path, &which, &exclude).map_err(open)?;
        let without = options.without.and_then(|file| inside(file, &root));
        if let (Which::WorkTree, Some(without)) = (&which, without) {
            tree = Box::new(WithoutFile { tree, path: without });
        }
        let cache = OnceLock::new();
        let (config_is_named, use_cache) = (options.config.is_some(), options.use_cache);
        Ok(Project { tree, which, path, git, config, config_is_named, settings_of, root, use_cache, cache })
    }
}

/// The files that the configuration excludes.
pub(crate) fn exclude_rules(config: &Config) -> Result<ExcludeRules, ProjectError> {
    ExcludeRules::new(config.exclude.texts())
        .map_err(|error| ProjectError::new(format!("{CONFIG_FILE}: exclude.paths")).why(error))
}

/// The work tree; for a bare repository, which has none, what HEAD points to.
fn usual(git: Option<&GitContext>) -> Which {
    match git.is_some_and(|git| git.work_dir().is_none()) {
        true => Which::Revision("HEAD".to_owned()),
        false => Which::WorkTree,
    }
}

/// The root of the tree that a path belongs to, and its repository.
///
/// # Errors
/// The path does not exist, or its repository cannot be opened.
pub fn place(path: &Path) -> Result<(PathBuf, Option<GitContext>), ProjectError> {
    if !path.exists() {
        return Err(nothing_there(path));
    }
    let git = GitContext::discover(path).map_err(|error| cannot_open(path, &error))?;
    Ok((root(path, git.as_ref()), git))
}

fn nothing_there(path: &Path) -> ProjectError {
    ProjectError::new(format!("there is no {}", path.display()))
        .help("name a repository, a folder or a file that exists")
}

/// The folder that the paths of the tree are relative to.
fn root(path: &Path, git: Option<&GitContext>) -> PathBuf {
    let root = match git {
        Some(git) => git.work_dir().unwrap_or(git.git_dir()).to_owned(),
        None if path.is_file() => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => path.to_owned(),
    };
    let root = if root.as_os_str().is_empty() { PathBuf::from(".") } else { root };
    root.canonicalize().unwrap_or(root)
}

/// The path in the tree of a file, which need not exist; none if it is outside.
fn inside(file: &Path, root: &Path) -> Option<RepoPath> {
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = folder.canonicalize().ok()?.join(file.file_name()?);
    file.strip_prefix(root).ok().map(repo_path)
}

/// Converts a relative path of the file system to a path of the tree.
pub(crate) fn repo_path(path: &Path) -> RepoPath {
    let parts: Vec<&[u8]> = path.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
    RepoPath::new(parts.join(&b'/'))
}
