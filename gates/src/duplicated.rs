use crate::config::PathPatterns;
use clones::{CloneOptions, Clones, Kinds, LineShare};
use facts::{FileRecord, RepoFacts};
use serde::{Deserialize, Serialize};

/// The duplicated code of a tree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Duplication {
    /// What counts.
    pub clones: Clones,
    /// The lines that exact copies alone duplicate.
    pub exact: LineShare,
}

impl Duplication {
    /// Finds the clones in `facts`, which hold [`clones::SECTIONS`], without the files of `exclude`.
    pub fn find(facts: &RepoFacts, options: &CloneOptions, exclude: &PathPatterns) -> Duplication {
        let found = clones::detect(facts, options);
        let is_in = |file: &FileRecord| !exclude.is_match(file.path());
        let clones = match exclude.texts() {
            [] => found,
            _ => found.among(facts, options.kinds, is_in),
        };
        let exact = Kinds { exact: true, renamed: false, gapped: false };
        let exact = match options.kinds == exact {
            true => clones.share(),
            false => clones.among(facts, exact, is_in).share(),
        };
        Duplication { clones, exact }
    }
}
