//! Which file of a tree a report means.

use super::{FileCoverage, LineCoverage};
use crate::model::RepoPath;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The part of a report that is about a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Coverage by index of the path.
    pub files: BTreeMap<usize, FileCoverage>,
    /// Files of the report that are none of the tree, or could be several. Sorted.
    pub elsewhere: Vec<String>,
}

impl LineCoverage {
    /// Finds the files of the tree that the report means. A name in the report means the file with that very path; else the
    /// file whose whole path it ends in (absolute names); else the only file that ends in it (names relative to a folder of
    /// the tree).
    pub fn placed(&self, paths: &[&RepoPath]) -> Placed {
        let mut by_name: FxHashMap<&[u8], Vec<usize>> = FxHashMap::default();
        for (index, path) in paths.iter().enumerate() {
            by_name.entry(path.file_name()).or_default().push(index);
        }
        let mut placed = Placed { files: BTreeMap::new(), elsewhere: Vec::new() };
        for (name, coverage) in &self.files {
            let normal = normal(name);
            let file_name = normal.rsplit('/').next().unwrap_or_default().as_bytes();
            let candidates = by_name.get(file_name).map_or(&[][..], Vec::as_slice);
            match meant(&normal, candidates, paths) {
                Some(index) => {
                    let known = placed.files.entry(index).or_default();
                    coverage.lines.iter().for_each(|(line, hits)| known.add(*line, *hits));
                }
                None => placed.elsewhere.push(name.clone()),
            }
        }
        placed
    }
}

/// With `/` between the parts, and without `.` parts.
fn normal(name: &str) -> String {
    let name = name.replace('\\', "/");
    let absolute = if name.starts_with('/') { "/" } else { "" };
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    format!("{absolute}{}", parts.join("/"))
}

fn meant(name: &str, candidates: &[usize], paths: &[&RepoPath]) -> Option<usize> {
    let whole = candidates.iter().copied().filter(|index| ends_in(name.as_bytes(), paths[*index].as_bytes()));
    if let Some(longest) = whole.max_by_key(|index| paths[*index].as_bytes().len()) {
        return Some(longest);
    }
    let mut within =
        candidates.iter().copied().filter(|index| ends_in(paths[*index].as_bytes(), name.as_bytes()));
    let only = within.next()?;
    within.next().is_none().then_some(only)
}

/// True when the last parts of `path` are `end`.
fn ends_in(path: &[u8], end: &[u8]) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with(b"/"))
}
