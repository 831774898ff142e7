//! Opens what is to be analysed: the tree, its configuration, its cache.

use crate::args::{GlobalArgs, SourceArgs};
use crate::failure::{Failure, Interrupted};
use crate::interrupt;
use crate::output::{Destination, ProgressLine, counted};
use facts::cache::{Cache, CacheDirs, Subject};
use facts::model::RepoPath;
use facts::source::{self, Entry, ExcludeRules, GitContext, Listing, SourceError, SourceTree, Which};
use facts::{MeasureOptions, RepoFacts, Sections};
use gates::{CONFIG_FILE, Config};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A tree to analyse, with its configuration.
pub struct Analysed {
    /// The tree. The file that the report is written to is no part of it.
    pub tree: Box<dyn SourceTree + Send>,
    /// Which tree of the repository it is.
    pub which: Which,
    /// What the user asked to analyse.
    pub path: PathBuf,
    /// The repository it belongs to, if any.
    pub git: Option<GitContext>,
    /// The configuration in force.
    pub config: Config,
    /// The root of the tree, where its paths count from.
    pub(crate) root: PathBuf,
    global: GlobalArgs,
    cache: OnceLock<Option<Cache>>,
}

impl Analysed {
    /// Opens the tree that the options name. Its configuration is `--config`, else the batuta.toml at the root of that
    /// very tree: of the index for `--staged`, of the commit for `--revision`.
    pub fn open(source: &SourceArgs, global: &GlobalArgs, report: &Destination) -> anyhow::Result<Analysed> {
        let path = source.path();
        let git = GitContext::discover(&path).map_err(|error| cannot_open(&path, &error))?;
        let which = which(source, git.as_ref());
        let root = root(&path, git.as_ref());
        if which == Which::WorkTree && !path.exists() && path.symlink_metadata().is_err() {
            return Err(Failure::new(format!("there is no {}", path.display()))
                .help("name a repository, a folder or a file that exists")
                .into());
        }
        if which != Which::WorkTree {
            // A wrong revision is to be reported as such, before anything is read from it.
            source::open(&path, &which, &ExcludeRules::none()).map_err(|error| cannot_open(&path, &error))?;
        }
        let config = config(global, &root, &which)?;
        let exclude = ExcludeRules::new(config.exclude.texts())
            .map_err(|error| Failure::new(format!("{CONFIG_FILE}: exclude.paths")).why(error))?;
        let mut tree = source::open(&path, &which, &exclude).map_err(|error| cannot_open(&path, &error))?;
        if let (Which::WorkTree, Some(own)) = (&which, report_in_tree(report, &root)) {
            tree = Box::new(WithoutFile { tree, path: own });
        }
        let cache = OnceLock::new();
        Ok(Analysed { tree, which, path, git, config, root, global: global.clone(), cache })
    }

    /// Measures the tree. A tree without any file that could be measured is an error: there is nothing to report.
    pub fn measure(&self, sections: Sections) -> anyhow::Result<RepoFacts> {
        let line = ProgressLine::new(self.global.progress, self.global.quiet);
        let progress = |progress| line.report(progress);
        let options = MeasureOptions {
            sections,
            max_file_size: self.config.max_file_size,
            progress: Some(&progress),
            cancelled: Some(&interrupt::requested),
        };
        let facts = interrupt::finishing(|| facts::measure(self.tree.as_ref(), self.cache(), &options));
        drop(line);
        if interrupt::requested() {
            return Err(Interrupted.into());
        }
        let facts = facts.map_err(|error| cannot_open(&self.path, &error))?;
        if let (Some(trouble), false) = (&facts.cache_trouble, self.global.quiet) {
            // A remark that cannot be written is not worth failing for.
            let _ = writeln!(io::stderr(), "note: {}", crate::output::shown(trouble));
        }
        if facts.files.is_empty() {
            return Err(self.nothing_measured(&facts));
        }
        Ok(facts)
    }

    /// The cache, unless it was switched off.
    pub fn cache(&self) -> Option<&Cache> {
        let open = || {
            let common = self.git.as_ref().map(GitContext::common_dir);
            (!self.global.no_cache).then(|| Cache::open_for(common.as_deref(), &self.root))
        };
        self.cache.get_or_init(open).as_ref()
    }

    /// A folder beside the cache for what is kept about this very tree's root, not made yet; none when there is no cache.
    pub fn cache_folder(&self, name: &str) -> Option<PathBuf> {
        let beside = self.cache()?.path()?.parent()?;
        let root = self.root.as_os_str().as_encoded_bytes();
        Some(beside.join(format!("{name}-{:016x}", xxhash_rust::xxh3::xxh3_64(root))))
    }

    /// A result that follows from the whole tree's facts alone: the one remembered for this state of it, else a computed
    /// one, which is remembered.
    pub fn remembered<T: Serialize + DeserializeOwned>(
        &self,
        subject: Subject,
        facts: &RepoFacts,
        compute: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let fingerprint = facts.fingerprint();
        if let Some(known) = self.cache().and_then(|cache| cache.recall(subject, fingerprint)) {
            return Ok(known);
        }
        let result = compute()?;
        // What cannot be remembered is computed again next time; the facts' own report says what ails the cache.
        let _ = self.cache().map(|cache| cache.remember(subject, fingerprint, &result));
        Ok(result)
    }

    /// Where the paths of the tree count from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder that holds the last run of `pmat mutate` on this tree, unless the user names another.
    ///
    /// # Errors
    /// Why there is no place for it.
    pub fn mutants_folder(&self) -> Result<PathBuf, String> {
        let git_dir = self.git.as_ref().map(GitContext::git_dir);
        CacheDirs::from_env().folder_for(git_dir, &self.root, "mutants")
    }

    /// What a person calls it: the last part of its full path.
    pub fn name(&self) -> String {
        let full = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        full.file_name()
            .map_or_else(|| full.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// The path in the tree of a file that the user named: from the current folder where it is there, else from the
    /// root of the tree.
    pub fn path_in_tree(&self, named: &str) -> RepoPath {
        let inside = Path::new(named).canonicalize().ok();
        let inside = inside.and_then(|file| file.strip_prefix(&self.root).ok().map(Path::to_owned));
        repo_path(&inside.unwrap_or_else(|| PathBuf::from(named.trim_start_matches("./"))))
    }

    fn nothing_measured(&self, facts: &RepoFacts) -> anyhow::Error {
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for skipped in &facts.skipped {
            *reasons.entry(skipped.reason.to_string()).or_default() += 1;
        }
        let mut failure =
            Failure::new(format!("nothing to measure in {} ({})", self.path.display(), facts.tree));
        if reasons.is_empty() {
            failure = failure.why("there are no files");
        }
        for (reason, count) in reasons {
            failure =
                failure.why(format!("{}: {reason}", counted(count, "file or folder", "files or folders")));
        }
        failure.help("name a folder with source files; `batuta languages` lists what is recognised").into()
    }
}

/// What the options ask for; of a bare repository, which has no work tree, what HEAD points to.
fn which(source: &SourceArgs, git: Option<&GitContext>) -> Which {
    match (&source.revision, source.staged) {
        (Some(revision), _) => Which::Revision(revision.clone()),
        (None, true) => Which::Index,
        (None, false) if git.is_some_and(|git| git.work_dir().is_none()) => {
            Which::Revision("HEAD".to_owned())
        }
        (None, false) => Which::WorkTree,
    }
}

/// Where the paths of the tree count from.
fn root(path: &Path, git: Option<&GitContext>) -> PathBuf {
    let root = match git {
        Some(git) => git.work_dir().unwrap_or(git.git_dir()).to_owned(),
        None if path.is_file() => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => path.to_owned(),
    };
    let root = if root.as_os_str().is_empty() { PathBuf::from(".") } else { root };
    root.canonicalize().unwrap_or(root)
}

fn cannot_open(path: &Path, error: &SourceError) -> anyhow::Error {
    Failure::new(format!("cannot analyse {}", path.display())).why(error).into()
}

/// The configuration of `--config`, else of the tree itself, else the defaults.
pub fn config(global: &GlobalArgs, root: &Path, which: &Which) -> anyhow::Result<Config> {
    let (origin, bytes) = match &global.config {
        Some(file) => {
            let bytes = std::fs::read(file).map_err(|error| {
                Failure::new(format!("cannot read the configuration {}", file.display())).why(error)
            })?;
            (file.display().to_string(), bytes)
        }
        None => match own_config(root, which)? {
            Some(bytes) => (CONFIG_FILE.to_owned(), bytes),
            None => return Ok(Config::default()),
        },
    };
    let wrong = || Failure::new(format!("the configuration {origin} cannot be used"));
    let text = String::from_utf8(bytes).map_err(|error| wrong().why(error).help("save it as UTF-8 text"))?;
    let help = "`batuta config schema` lists all keys, `batuta rules` all rules";
    Ok(Config::parse(&text, &origin).map_err(|error| wrong().why(error).help(help))?)
}

/// The bytes of the batuta.toml at the root of the tree.
fn own_config(root: &Path, which: &Which) -> anyhow::Result<Option<Vec<u8>>> {
    let file = root.join(CONFIG_FILE);
    if *which == Which::WorkTree {
        return match std::fs::read(&file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::new(format!("cannot read the configuration {}", file.display()))
                .why(error)
                .into()),
        };
    }
    let unreadable = |error: SourceError| {
        Failure::new(format!("cannot read {CONFIG_FILE} of {}", root.display())).why(error)
    };
    let tree = source::open(&file, which, &ExcludeRules::none()).map_err(unreadable)?;
    let listing = tree.listing().map_err(unreadable)?;
    let entry = listing.entries.iter().find(|entry| entry.path.as_bytes() == CONFIG_FILE.as_bytes());
    Ok(entry.map(|entry| tree.read(entry)).transpose().map_err(unreadable)?)
}

/// The root of the tree that a path belongs to, and its repository.
pub fn place(path: &Path) -> anyhow::Result<(PathBuf, Option<GitContext>)> {
    if !path.exists() {
        return Err(Failure::new(format!("there is no {}", path.display()))
            .help("name a repository, a folder or a file that exists")
            .into());
    }
    let git = GitContext::discover(path).map_err(|error| cannot_open(path, &error))?;
    Ok((root(path, git.as_ref()), git))
}

/// The path in the tree of the file that the report is written to, if it lies there.
fn report_in_tree(report: &Destination, root: &Path) -> Option<RepoPath> {
    let Destination::File(file) = report else {
        return None;
    };
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = folder.canonicalize().ok()?.join(file.file_name()?);
    file.strip_prefix(root).ok().map(repo_path)
}

/// A relative path of the file system as one of the tree.
fn repo_path(path: &Path) -> RepoPath {
    let parts: Vec<&[u8]> = path.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
    RepoPath::new(parts.join(&b'/'))
}

/// A tree without the file that the report about it is written to: it would change the next report.
struct WithoutFile {
    tree: Box<dyn SourceTree + Send>,
    path: RepoPath,
}

impl SourceTree for WithoutFile {
    fn listing(&self) -> Result<Listing, SourceError> {
        let mut listing = self.tree.listing()?;
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

    fn describe(&self) -> String {
        self.tree.describe()
    }
}
