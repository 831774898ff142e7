//! Folders next to the code of a project: examples, benchmarks and documentation.

use facts::RepoFacts;
use facts::hash::HashSet;
use facts::language::Language;
use facts::manifest::is_manifest;
use facts::repo::FileRecord;

/// Names of these folders, at the top of the tree or of a package. Elsewhere they may be modules of the code.
const FOLDERS: [&[u8]; 9] = [
    b"bench",
    b"benches",
    b"benchmark",
    b"benchmarks",
    b"example",
    b"examples",
    b"samples",
    b"docs",
    b"documentation",
];

/// The folders of a tree that are packages.
pub(super) struct Packages<'a>(HashSet<&'a [u8]>);

impl<'a> Packages<'a> {
    /// Folders with a manifest, and the root.
    pub fn of(facts: &'a RepoFacts) -> Packages<'a> {
        let measured = facts.files.iter().map(FileRecord::path);
        let paths = measured.chain(facts.skipped.iter().map(|skipped| &skipped.path));
        let folders = paths.filter(|path| is_manifest(path)).map(|path| path.parent());
        Packages(folders.chain([&b""[..]]).collect())
    }

    /// True for a file in a package's folder of examples, benchmarks or documentation. For Rust, its own convention
    /// decides, as in cargo-mutants.
    pub fn have_beside_code(&self, file: &FileRecord) -> bool {
        let path = file.path().as_bytes();
        let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        let is_beside = |end: usize| {
            let start = path[..end].iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
            FOLDERS.iter().any(|name| path[start..end].eq_ignore_ascii_case(name))
                && self.0.contains(&path[..start.saturating_sub(1)])
        };
        file.data.facts.language != Language::Rust && ends.into_iter().any(is_beside)
    }
}
