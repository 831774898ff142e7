//! Duplicated code: clone classes of types 1 (equal text), 2 (equal up to names and literals) and 3 (equal up to
//! inserted, removed or changed pieces), over the token streams of [`facts`].

use facts::{RepoFacts, Sections};
use serde::{Deserialize, Serialize};

/// What counts as a clone.
#[derive(Debug, Clone, PartialEq)]
pub struct CloneOptions {
    /// Shortest clone, in tokens.
    pub min_tokens: usize,
    /// Shortest clone, in lines.
    pub min_lines: u32,
    /// Which types are looked for.
    pub kinds: Kinds,
}

impl Default for CloneOptions {
    fn default() -> Self {
        CloneOptions { min_tokens: 50, min_lines: 5, kinds: Kinds::default() }
    }
}

/// Which types of clones are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kinds {
    /// Equal tokens.
    pub exact: bool,
    /// Equal up to a renaming of names and other literals.
    pub renamed: bool,
    /// Equal up to gaps.
    pub gapped: bool,
}

impl Default for Kinds {
    fn default() -> Self {
        Kinds { exact: true, renamed: true, gapped: true }
    }
}

/// The type of a clone class (Bellon et al. 2007).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloneKind {
    /// Type 1.
    Exact,
    /// Type 2.
    Renamed,
    /// Type 3.
    Gapped,
}

/// A piece of a file, in lines from 1, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineRange {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// One occurrence of duplicated code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloneMember {
    /// Index into [`RepoFacts::files`].
    pub file: u32,
    /// Its lines.
    pub lines: LineRange,
    /// Its tokens.
    pub tokens: u32,
}

/// Pieces of code that are copies of one another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloneClass {
    /// How alike they are.
    pub kind: CloneKind,
    /// Tokens that all members share.
    pub tokens: u32,
    /// Least share of tokens that two members have in common, from 0 to 1; 1 for types 1 and 2.
    pub similarity: f64,
    /// At least two, sorted by file and line.
    pub members: Vec<CloneMember>,
}

/// The clones of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clones {
    /// Every class, the largest (tokens × members) first.
    pub classes: Vec<CloneClass>,
    /// For each file of [`RepoFacts::files`] its duplicated lines: disjoint, sorted ranges over all its clones.
    pub duplicated: Vec<Vec<LineRange>>,
}

/// The sections of the facts that [`detect`] reads.
pub const SECTIONS: Sections = Sections { comments: false, symbols: false, tokens: true };
