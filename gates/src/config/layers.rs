use globset::GlobSet;

/// `[layers]`: which folders may depend on which.
#[derive(Debug, Clone)]
pub struct Layers {
    /// The layers from top to bottom.
    pub(crate) order: Vec<Vec<Entry>>,
    /// Edges that are allowed although the order forbids them.
    pub allow: Vec<AllowedEdge>,
    /// `require-all`: every folder with code must be in a layer.
    pub require_all: bool,
    /// `[layers.within."folder"]`, in order of the folders.
    pub within: Vec<Within>,
    /// `acyclic`: folders whose modules must not use each other in circles.
    pub(crate) acyclic: Vec<Entry>,
}

/// `[layers.within."folder"]`: which modules of a folder may depend on which. Its exceptions are in [`Layers::allow`].
#[derive(Debug, Clone)]
pub struct Within {
    /// The folder, from the root of the repository.
    pub folder: String,
    /// The layers from top to bottom. Entries are names in the folder: a subfolder, or a file without its extension.
    pub(crate) order: Vec<Vec<Entry>>,
    /// `require-all`: every module of the folder must be in a layer.
    pub require_all: bool,
}

/// One entry of a layer.
#[derive(Clone)]
pub(crate) struct Entry {
    /// As written, without a trailing slash.
    pub text: String,
    /// Matches the folders that it stands for.
    pub matcher: GlobSet,
    /// Line in `batuta.toml`.
    pub line: u32,
}

/// Shows only the text: the compiled patterns are long, and change with use.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("text", &self.text).field("line", &self.line).finish_non_exhaustive()
    }
}

/// An edge that is allowed although the order forbids it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedEdge {
    /// The folder (or file) that depends.
    pub from: String,
    /// The folder (or file) that it depends on.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Line in `batuta.toml`.
    pub line: u32,
}
