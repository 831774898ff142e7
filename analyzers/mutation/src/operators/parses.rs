//! Checks whether the changed file still parses.

use facts::language::Language;
use std::ops::{ControlFlow, Range};
use tree_sitter::{InputEdit, Node, ParseOptions, ParseState, Parser, Point, Tree};

/// How many progress reports a repeated parse may make before it is stopped, as in the facts' own parser.
const FREE_REPORTS: usize = 50_000;
const REPORTS_PER_BYTE: usize = 2;

/// A change to the file: the replaced range and the new text.
pub(super) type Change<'c> = (Range<usize>, &'c str);

/// Smaller groups of changes are tried one by one if they do not parse together.
const SMALL: usize = 3;

/// The limits for repeated parses of a file and for nested changes at one place: each costs a copy of the file and a
/// walk down to the change. A damaged file with thousands of changes stays below, a file that nests without end does
/// not.
const MAX_LAYERS: usize = 1_000;
const PARSES: usize = 20_000;
/// A parse counts once for each this many bytes of the file.
const BYTES_OF_A_PARSE: usize = 64 << 10;

/// Parses changed versions of one file. Only the part that a change touches is parsed again.
pub(super) struct Reparser<'s> {
    language: Language,
    parser: Parser,
    source: &'s [u8],
    tree: &'s Tree,
    line_starts: Vec<usize>,
    faults: Vec<u16>,
}

impl<'s> Reparser<'s> {
    pub(super) fn new(language: Language, tree: &'s Tree, source: &'s [u8]) -> Self {
        let mut parser = facts::extract::parser();
        parser.set_language(&tree.language()).expect("this language has just parsed the file");
        let breaks = source.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        Reparser {
            language,
            parser,
            source,
            tree,
            line_starts: std::iter::once(0).chain(breaks).collect(),
            faults: faults(tree.root_node()),
        }
    }

    /// For each change, sorted by start, whether the file with only this change has no more faults than the original.
    /// `None` if this takes too many parses.
    ///
    /// A large file has thousands of changes, and a damaged one takes long to parse. So changes that do not touch are
    /// made together: if the file then has only the faults of the original, all of them are sound. Otherwise each half
    /// is checked, down to single changes.
    pub(super) fn sound(&mut self, changes: &[Change<'_>]) -> Option<Vec<bool>> {
        let mut layers: Vec<(usize, Vec<usize>)> = Vec::new();
        for (index, (range, _)) in changes.iter().enumerate() {
            let may_grow = layers.len() < MAX_LAYERS;
            match layers.iter_mut().find(|(end, _)| *end < range.start) {
                Some((end, layer)) => {
                    *end = range.end;
                    layer.push(index);
                }
                None if may_grow => layers.push((range.end, vec![index])),
                None => return None,
            }
        }
        let cost = 1 + self.source.len() / BYTES_OF_A_PARSE;
        let mut parses = PARSES;
        let mut sound = vec![false; changes.len()];
        let mut open: Vec<&[usize]> = layers.iter().map(|(_, layer)| layer.as_slice()).collect();
        while let Some(together) = open.pop() {
            parses = parses.checked_sub(cost)?;
            let found = self.faults_with(changes, together);
            match together {
                [index] => sound[*index] = found.is_some_and(|found| found.len() <= self.faults.len()),
                _ if found.is_some_and(|found| found == self.faults) => {
                    together.iter().for_each(|index| sound[*index] = true);
                }
                _ if together.len() <= SMALL => open.extend(together.chunks(1)),
                _ => {
                    let (left, right) = together.split_at(together.len() / 2);
                    open.extend([left, right]);
                }
            }
        }
        Some(sound)
    }

    /// The faults of the file with some of the changes made; `None` if the parser exceeds its limit.
    fn faults_with(&mut self, changes: &[Change<'_>], chosen: &[usize]) -> Option<Vec<u16>> {
        let mut changed = Vec::with_capacity(self.source.len() + 64);
        let mut edited = self.tree.clone();
        let mut copied = 0;
        for (range, text) in chosen.iter().map(|index| &changes[*index]) {
            changed.extend_from_slice(&self.source[copied..range.start]);
            changed.extend_from_slice(text.as_bytes());
            copied = range.end;
        }
        changed.extend_from_slice(&self.source[copied..]);
        // From the last to the first, so that each edit's positions are still those of the original.
        for (range, text) in chosen.iter().rev().map(|index| &changes[*index]) {
            edited.edit(&self.input_edit(range, text));
        }
        let allowance = FREE_REPORTS + REPORTS_PER_BYTE * changed.len();
        let meter = facts::extract::Meter::for_text(self.language, changed.len());
        let mut reports = 0;
        let mut watch = |_: &ParseState| {
            reports += 1;
            if reports > allowance || meter.is_over() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let parsed = self.parser.parse_with_options(
            &mut |offset, _| &changed[offset.min(changed.len())..],
            Some(&edited),
            Some(ParseOptions::new().progress_callback(&mut watch)),
        );
        if parsed.is_none() {
            self.parser.reset();
        }
        parsed.map(|tree| faults(tree.root_node()))
    }

    /// Row and column of a byte, from 0.
    pub(super) fn position(&self, byte: usize) -> Point {
        let row = self.line_starts.partition_point(|start| *start <= byte) - 1;
        Point::new(row, byte - self.line_starts[row])
    }

    fn input_edit(&self, range: &Range<usize>, text: &str) -> InputEdit {
        let start = self.position(range.start);
        let new_end = match text.rfind('\n') {
            Some(last) => Point::new(start.row + text.matches('\n').count(), text.len() - last - 1),
            None => Point::new(start.row, start.column + text.len()),
        };
        InputEdit {
            start_byte: range.start,
            old_end_byte: range.end,
            new_end_byte: range.start + text.len(),
            start_position: start,
            old_end_position: self.position(range.end),
            new_end_position: new_end,
        }
    }
}

/// The kinds of the nodes that the parser could not parse or had to invent, in order.
fn faults(root: Node<'_>) -> Vec<u16> {
    let mut found = Vec::new();
    if !root.has_error() {
        return found;
    }
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            found.push(node.kind_id());
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}
