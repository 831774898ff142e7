//! The text around findings.

use crate::new_code::Passage;
use crate::report::Location;
use crate::rule::Draft;
use bstr::ByteSlice;
use facts::RepoFacts;
use facts::model::{RepoPath, Span};
use facts::source::SourceTree;

/// Reads the bytes of files, one file at a time.
pub(super) struct Sources<'a> {
    tree: &'a dyn SourceTree,
    facts: &'a RepoFacts,
    last: Option<(RepoPath, Option<Text>)>,
}

/// A file's bytes and the offset where each line starts.
pub(super) struct Text {
    pub bytes: Vec<u8>,
    lines: Vec<usize>,
}

impl<'a> Sources<'a> {
    pub fn new(tree: &'a dyn SourceTree, facts: &'a RepoFacts) -> Self {
        Sources { tree, facts, last: None }
    }

    /// A measured file, if it can still be read.
    pub fn read(&mut self, path: &RepoPath) -> Option<&Text> {
        if self.last.as_ref().is_none_or(|(last, _)| last != path) {
            let index = self.facts.files.binary_search_by(|file| file.path().cmp(path));
            let bytes = index.ok().and_then(|index| self.tree.read(&self.facts.files[index].entry).ok());
            let text = bytes.map(|bytes| {
                let after_newlines = bytes.find_iter(b"\n").map(|newline| newline + 1);
                Text { lines: std::iter::once(0).chain(after_newlines).collect(), bytes }
            });
            self.last = Some((path.clone(), text));
        }
        self.last.as_ref().and_then(|(_, text)| text.as_ref())
    }

    /// The passage that a finding is on: the lines of its span. None for a finding on the whole file.
    pub fn passage(&mut self, draft: &Draft) -> Option<Passage> {
        let span = draft.span?;
        let text = self.read(&draft.path)?;
        let first = *text.lines.get((span.start_line as usize).checked_sub(1)?)?;
        let last = span.end_line.max(span.start_line) as usize;
        let end = text.lines.get(last).copied().unwrap_or(text.bytes.len());
        Some(Passage::of(text.bytes.get(first..end)?))
    }

    /// A span as a person counts: columns in code points. If the text is not available, the column is in bytes.
    pub fn location(&mut self, path: &RepoPath, span: Span) -> Location {
        let mut column = span.start_column.max(1);
        if column > 1 {
            let code_points = self.read(path).and_then(|text| {
                let start = *text.lines.get((span.start_line as usize).checked_sub(1)?)?;
                let before = text.bytes.get(start..start + column as usize - 1)?;
                Some(before.chars().count() as u32 + 1)
            });
            column = code_points.unwrap_or(column);
        }
        Location { line: span.start_line, column, end_line: span.end_line }
    }
}
