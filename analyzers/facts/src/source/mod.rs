//! Where source text comes from. The four sources are the work tree, Git's index, any Git revision, and memory.

use crate::model::{BlobId, RepoPath};
use std::fmt;
use std::path::Path;

mod additions;
mod attributes;
mod base;
pub(crate) mod binary;
mod blame;
pub(crate) mod bounds;
mod changed_lines;
mod changes;
pub(crate) mod commit_text;
pub mod confined;
mod exclude;
mod git;
pub(crate) mod git_errors;
mod git_files;
mod git_index;
mod git_links;
mod hooks_path;
mod ignores;
mod index_tree;
mod level;
mod listed;
mod looked_through;
mod mailmap;
mod memory;
mod object_reader;
mod pushed;
mod quarantine;
pub(crate) mod renames;
mod revision_tree;
mod revisions;
mod similarity;
mod tags;
mod touched;
mod walk;
mod work_tree;

pub use additions::{Additions, FileAdditions};
pub use base::{Base, NoBase};
pub use blame::BlamedCommit;
pub use bounds::Cancelled;
pub use exclude::{ExcludeRules, beyond_bounds};
pub use git::{CommitId, GitContext};
pub use hooks_path::{HooksFolder, HooksSetting};
pub use index_tree::IndexTree;
pub use memory::MemoryTree;
pub use pushed::{PushLimits, Pushed, PushedText, SearchPushed, Searched};
pub use revision_tree::RevisionTree;
pub use revisions::Revisions;
pub use work_tree::WorkTree;

/// A tree of source files. Analysed code is only read through this trait.
pub trait SourceTree: Sync {
    /// Every file of the tree, sorted by path, and the files that were left out, with the reason. `cancelled` is called
    /// periodically; if it returns true, the listing ends with an error.
    fn listing_unless(&self, cancelled: Cancelled<'_>) -> Result<Listing, SourceError>;

    /// The same, but it cannot be cancelled.
    fn listing(&self) -> Result<Listing, SourceError> {
        self.listing_unless(&|| false)
    }

    /// The bytes of a listed file.
    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError>;

    /// The size of a listed file in bytes, if it can be found without reading the file: so a limit can be enforced
    /// before the bytes are in memory.
    fn size(&self, entry: &Entry) -> Result<Option<u64>, SourceError> {
        Ok(entry.size)
    }

    /// True if a file of that path would be listed if it existed: the tree may be a folder of the repository, or one
    /// file.
    fn covers(&self, _path: &RepoPath) -> bool {
        true
    }

    /// The tree's name, e.g. `work tree`, `index`, `revision 1a2b3c4`.
    fn describe(&self) -> String;
}

/// Which tree of a repository to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The files in the folder.
    WorkTree,
    /// The staged files.
    Index,
    /// A revision: branch, tag, commit id, `HEAD~3`, …
    Revision(String),
}

/// Opens a tree of the repository, folder or file at `path`. Paths that match `exclude` are left out.
///
/// # Errors
/// `path` does not exist, is not inside a Git repository although one is needed, or has no such revision.
pub fn open(
    path: &Path,
    which: &Which,
    exclude: &ExcludeRules,
) -> Result<Box<dyn SourceTree + Send>, SourceError> {
    Ok(match which {
        Which::WorkTree => Box::new(WorkTree::open(path, exclude)?),
        Which::Index => Box::new(IndexTree::open(path, exclude)?),
        Which::Revision(revision) => Box::new(RevisionTree::open(path, revision, exclude)?),
    })
}

/// The files of a tree.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Files to analyse, sorted by path.
    pub entries: Vec<Entry>,
    /// Files and folders left out, sorted by path.
    pub skipped: Vec<Skipped>,
}

/// One file of a [`Listing`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path from the root of the analysed tree.
    pub path: RepoPath,
    /// The blob id if Git guarantees it (from a tree entry, or from an index entry whose stat data still match).
    pub blob: Option<BlobId>,
    /// Size in bytes, if it is known without reading.
    pub size: Option<u64>,
    /// Stat data of a work-tree file, to recognise it unchanged later.
    pub stat: Option<FileStat>,
}

/// Stat data that change when a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStat {
    /// Modification time in nanoseconds since the epoch.
    pub modified: i64,
    /// Size in bytes.
    pub size: u64,
    /// Inode number, 0 if there is none.
    pub inode: u64,
}

/// Something left out of the analysis.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// File or folder.
    pub path: RepoPath,
    /// Why.
    pub reason: SkipReason,
}

/// Why a file was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// `linguist-generated` in .gitattributes.
    Generated,
    /// `linguist-vendored` in .gitattributes.
    Vendored,
    /// A script that Gradle or Maven generated to start itself.
    BuildWrapper,
    /// Matches `[exclude]` in batuta.toml.
    Excluded,
    /// A submodule: another repository.
    Submodule,
    /// A symbolic link: its target is analysed at its own place.
    SymbolicLink,
    /// Neither file nor folder.
    Special,
    /// Could not be read.
    Unreadable(String),
    /// A name that Git forbids in trees (`..`, `.git`, one with a slash, …), and what is wrong with it.
    ForbiddenName(&'static str),
    /// A path that no system can open, or that is too deep.
    PathTooLong {
        /// The most bytes.
        bytes: usize,
        /// The most folders above the file.
        folders: usize,
    },
    /// Binary content.
    Binary,
    /// A name of a source file with content that Git takes for binary.
    BinarySource,
    /// Larger than the limit, in bytes.
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// Its language is unknown.
    UnknownLanguage,
    /// UTF-16 or UTF-32 text.
    Encoding(String),
    /// The parser, or the walk of the syntax tree, exceeded its limit of work or memory: the file is damaged, or nests
    /// without end.
    ParseBudget,
    /// Unmerged in the index.
    Unmerged,
    /// Tracked, but left out of the work tree by a sparse checkout.
    NotCheckedOut,
    /// Its content is replaced by a Git LFS pointer.
    LfsPointer,
    /// Measuring it panicked: a bug in this program.
    Fault,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SkipReason::Generated => f.write_str("generated (linguist-generated in .gitattributes)"),
            SkipReason::Vendored => f.write_str("vendored (linguist-vendored in .gitattributes)"),
            SkipReason::BuildWrapper => f.write_str("written by a build tool to start itself"),
            SkipReason::Excluded => f.write_str("excluded by batuta.toml"),
            SkipReason::Submodule => f.write_str("submodule: another repository"),
            SkipReason::SymbolicLink => f.write_str("symbolic link"),
            SkipReason::Special => f.write_str("neither a file nor a folder"),
            SkipReason::Unreadable(why) => write!(f, "could not be read: {why}"),
            SkipReason::ForbiddenName(what) => write!(f, "{what}: Git forbids such a name in a tree"),
            SkipReason::PathTooLong { bytes, folders } => {
                write!(f, "a path of more than {bytes} bytes or {folders} folders")
            }
            SkipReason::Binary => f.write_str("binary"),
            SkipReason::BinarySource => {
                f.write_str("binary by a NUL in its first 8,000 bytes, although its name says source text")
            }
            SkipReason::TooLarge { size, limit } => {
                write!(f, "{size} bytes, over the limit of {limit} (limits.max-file-size)")
            }
            SkipReason::UnknownLanguage => f.write_str("language not known"),
            SkipReason::Encoding(encoding) => {
                write!(f, "{encoding} text; only UTF-8 and its subsets are read")
            }
            SkipReason::ParseBudget => {
                f.write_str("measuring it takes more than its allowance of work or of memory")
            }
            SkipReason::Unmerged => f.write_str("unmerged in the index"),
            SkipReason::NotCheckedOut => f.write_str("not checked out (sparse checkout)"),
            SkipReason::LfsPointer => {
                f.write_str("its content is not here: a Git LFS pointer (git lfs pull fetches it)")
            }
            SkipReason::Fault => write!(f, "measuring it failed: {}", crate::contained::Fault),
        }
    }
}

/// Why a tree could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// What went wrong, where, and what to do.
    pub message: String,
    /// True if a folder's repository is not its own: see [`GitContext::discover`].
    pub leads_elsewhere: bool,
}

impl SourceError {
    /// An error with its message.
    pub fn new(message: impl Into<String>) -> Self {
        SourceError { message: message.into(), leads_elsewhere: false }
    }

    /// The error for a folder whose repository is not its own.
    fn elsewhere(message: String) -> Self {
        SourceError { message, leads_elsewhere: true }
    }
}

/// True if `path` is `folder` or is below it. The empty folder contains everything.
fn is_under(path: &[u8], folder: &[u8]) -> bool {
    folder.is_empty() || (path.starts_with(folder) && matches!(path.get(folder.len()), None | Some(b'/')))
}

/// The folder of a path, without a trailing slash; empty at the root.
fn parent(path: &[u8]) -> &[u8] {
    path.iter().rposition(|byte| *byte == b'/').map_or(b"", |slash| &path[..slash])
}

/// A tree's name with the analysed part of it.
fn with_prefix(name: String, prefix: &[u8]) -> String {
    if prefix.is_empty() { name } else { format!("{name} ({})", RepoPath::new(prefix)) }
}
