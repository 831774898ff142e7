//! The files of a project by name, and their text.

use super::Evidence;
use facts::model::RepoPath;
use facts::source::{Entry, SourceError, SourceTree};
use regex::Regex;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Longer files are not read for evidence.
const MAX_BYTES: u64 = 2 << 20;
/// Limit on the listed evidence of one kind.
pub(super) const MAX_EVIDENCE: usize = 3;

/// The listed files of a tree.
pub(crate) struct Files<'a> {
    tree: &'a dyn SourceTree,
    entries: Vec<Entry>,
    texts: RefCell<BTreeMap<RepoPath, Rc<str>>>,
    looked_at: Cell<u64>,
}

impl<'a> Files<'a> {
    pub fn of(tree: &'a dyn SourceTree) -> Result<Files<'a>, SourceError> {
        let entries = tree.listing()?.entries;
        Ok(Files { tree, entries, texts: RefCell::default(), looked_at: Cell::default() })
    }

    /// Paths that satisfy `wanted`, in order.
    pub fn matching<'f>(&'f self, wanted: impl Fn(&str) -> bool + 'f) -> impl Iterator<Item = &'f RepoPath> {
        self.count(self.entries.len());
        self.entries.iter().map(|entry| &entry.path).filter(move |path| wanted(&path.to_string()))
    }

    /// A file of this path.
    pub fn at(&self, path: &str) -> Option<&RepoPath> {
        let found = self.entries.binary_search_by(|entry| entry.path.as_bytes().cmp(path.as_bytes()));
        found.ok().map(|index| &self.entries[index].path)
    }

    /// Evidence by files at these paths.
    pub fn present(&self, paths: &[&str]) -> Vec<Evidence> {
        paths.iter().filter_map(|path| self.at(path)).map(|path| Evidence::file(path, "is there")).collect()
    }

    /// The text of a file; empty if it cannot be read, is too long, or is not text.
    pub fn text(&self, path: &RepoPath) -> Rc<str> {
        if let Some(known) = self.texts.borrow().get(path) {
            self.count(known.len());
            return known.clone();
        }
        let entry = self
            .entries
            .binary_search_by(|entry| entry.path.cmp(path))
            .ok()
            .map(|index| &self.entries[index]);
        let small = |entry: &&Entry| matches!(self.tree.size(entry), Ok(size) if size.is_none_or(|size| size <= MAX_BYTES));
        let bytes = entry.filter(small).and_then(|entry| self.tree.read(entry).ok()).unwrap_or_default();
        let text: Rc<str> = String::from_utf8_lossy(&bytes).into();
        self.texts.borrow_mut().insert(path.clone(), text.clone());
        self.count(text.len());
        text
    }

    /// Bytes of the texts and file names requested so far, counting repeated requests.
    pub fn looked_at(&self) -> u64 {
        self.looked_at.get()
    }

    fn count(&self, more: usize) {
        self.looked_at.set(self.looked_at.get().saturating_add(more as u64));
    }

    /// Evidence by the first lines that match in these files; lines of comments do not count.
    pub fn lines<'p>(&self, paths: impl IntoIterator<Item = &'p RepoPath>, pattern: &Regex) -> Vec<Evidence> {
        let mut found = Vec::new();
        for path in paths {
            let text = self.text(path);
            let lines =
                (1u32..).zip(text.lines()).filter(|(_, line)| !is_comment(line) && pattern.is_match(line));
            found.extend(lines.map(|(number, line)| Evidence::line(path, number, shortened(line))));
            if found.len() >= MAX_EVIDENCE {
                break;
            }
        }
        found.truncate(MAX_EVIDENCE);
        found
    }
}

pub(super) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || (line.starts_with('#') && !line.starts_with("#["))
}

pub(super) fn shortened(line: &str) -> String {
    let line = line.trim();
    match line.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A pattern of the source code; patterns are checked by the tests.
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of the score's checks are correct")
}
