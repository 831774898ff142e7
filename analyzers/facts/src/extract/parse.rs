//! From bytes to a syntax tree.

use super::kinds::KindTable;
use super::parse_memory::{self, Meter};
use crate::language::gaps::{Gaps, Reading};
use std::borrow::Cow;
use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

/// Progress reports that all parses of a file may use before it is given up: a fixed number plus some for each byte.
/// The parser reports after a fixed number of steps, and each piece of text that it reads counts as one report, so the
/// limit is the same on every machine. Ordinary code stays a hundred times below it.
const FREE_REPORTS: usize = 50_000;
const REPORTS_PER_BYTE: usize = 2;
/// Bytes passed to the parser at a time. A grammar's own scanner may search the whole file for the end of a string, at
/// every place where one could begin, and that does not count as parser steps.
const PIECE: usize = 1_024;
/// How often a parser that gives up on the rest of a file is restarted below the line where it gave up.
const MOST_RESTARTS: usize = 4;
/// Fewest non-space bytes left unread for a parser to count as having given up; with fewer it just skipped a word.
const LEAST_GIVEN_UP: usize = 48;

/// A file as it was parsed.
pub(super) struct Parsed<'s> {
    /// The tree; its positions are those of the file.
    pub tree: Tree,
    /// Text that was replaced before parsing.
    pub gaps: Gaps,
    /// The text that was parsed: the file with its gaps filled.
    pub text: Cow<'s, [u8]>,
    /// Lines that were left out because the parser gave up there.
    pub left_out: Vec<Range<usize>>,
}

/// The syntax tree of `bytes` with the grammar's gaps filled; `None` if the parser exceeded its budget.
pub(super) fn parse<'s>(table: &'static KindTable, bytes: &'s [u8]) -> Option<Parsed<'s>> {
    let mut gaps = Gaps::default();
    (table.grammar.gaps)(bytes, Reading::First, &mut gaps);
    // The other half is kept for the gaps that only a second look fills: they are what makes some files hard to parse.
    let half = (FREE_REPORTS + REPORTS_PER_BYTE * bytes.len()) / 2;
    let mut reports = half;
    let Some(mut parsed) = filled(table, bytes, gaps.clone(), Vec::new(), &mut reports) else {
        let found = gaps.len();
        (table.grammar.gaps)(bytes, Reading::Again, &mut gaps);
        if gaps.len() == found {
            return None;
        }
        reports = half;
        return filled(table, bytes, gaps, Vec::new(), &mut reports);
    };
    reports += half;
    if parsed.tree.root_node().has_error() {
        parsed = read_again(table, bytes, parsed, &mut reports);
        parsed = read_on(table, bytes, parsed, &mut reports);
    }
    Some(parsed)
}

/// Parses the file with these gaps filled and these lines left out.
fn filled<'s>(
    table: &'static KindTable,
    bytes: &'s [u8],
    gaps: Gaps,
    left_out: Vec<Range<usize>>,
    reports: &mut usize,
) -> Option<Parsed<'s>> {
    let mut text = gaps.filled(bytes);
    for line in &left_out {
        text.to_mut()[line.clone()].fill(b' ');
    }
    let tree = parse_as_is(table, &text, reports)?;
    Some(Parsed { tree, gaps, text, left_out })
}

/// Fills the gaps that only a second look finds, if that makes more of the file parse.
fn read_again<'s>(
    table: &'static KindTable,
    bytes: &'s [u8],
    parsed: Parsed<'s>,
    reports: &mut usize,
) -> Parsed<'s> {
    let mut gaps = parsed.gaps.clone();
    (table.grammar.gaps)(bytes, Reading::Again, &mut gaps);
    if gaps.len() == parsed.gaps.len() {
        return parsed;
    }
    // An error flag without an error node adds nothing to the defects.
    let is_whole = |parsed: &Parsed<'_>| !parsed.tree.root_node().has_error();
    match filled(table, bytes, gaps, Vec::new(), reports) {
        Some(again) if is_whole(&again) || again.defects() < parsed.defects() => again,
        _ => parsed,
    }
}

/// If the parser gave up on the rest of the file, leaves out the line where it gave up and parses on below it.
fn read_on<'s>(
    table: &'static KindTable,
    bytes: &'s [u8],
    parsed: Parsed<'s>,
    reports: &mut usize,
) -> Parsed<'s> {
    let mut best = parsed;
    let mut left_out: Vec<Range<usize>> = Vec::new();
    let mut last = best.gave_up_at();
    for _ in 0..MOST_RESTARTS {
        let Some(at) = last else { break };
        left_out.push(line_around(bytes, at));
        let Some(next) = filled(table, bytes, best.gaps.clone(), left_out.clone(), reports) else { break };
        last = next.gave_up_at();
        if next.defects() < best.defects() {
            best = next;
        }
    }
    best
}

impl Parsed<'_> {
    /// How much of the file did not parse: bytes in errors, text that is in no node, lines left out, and one for each
    /// token that the parser invented.
    fn defects(&self) -> usize {
        let mut sum: usize = self.left_out.iter().map(Range::len).sum();
        each_error(&self.tree, |node| sum += node.byte_range().len().max(1));
        each_gap(self.tree.root_node(), &self.text, 0..self.text.len(), &mut |_, unread| sum += unread.len());
        sum
    }

    /// Where the parser stopped reading: after a node inside an error or the root, with much text still to come.
    fn gave_up_at(&self) -> Option<usize> {
        let mut found: Option<usize> = None;
        let mut take = |at: usize, text: &[u8]| {
            let much = text.iter().filter(|b| !b.is_ascii_whitespace()).count() >= LEAST_GIVEN_UP;
            if much && found.is_none_or(|before| at < before) {
                found = Some(at);
            }
        };
        each_gap(self.tree.root_node(), &self.text, 0..self.text.len(), &mut take);
        each_error(&self.tree, |node| each_gap(node, &self.text, node.byte_range(), &mut take));
        found
    }
}

/// Passes on each stretch of text in `range` that is in no child of `node`, from its first non-space byte, with its
/// position.
fn each_gap(node: Node<'_>, text: &[u8], range: Range<usize>, take: &mut impl FnMut(usize, &[u8])) {
    let mut cursor = node.walk();
    let mut end = range.start;
    let children = node.children(&mut cursor).map(|child| child.byte_range());
    for next in children.chain(std::iter::once(range.end..range.end)) {
        let unread = text.get(end..next.start).unwrap_or_default();
        if let Some(sign) = unread.iter().position(|b| !b.is_ascii_whitespace()) {
            take(end + sign, &unread[sign..]);
        }
        end = end.max(next.end);
    }
}

fn line_around(bytes: &[u8], at: usize) -> Range<usize> {
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |found| at + found);
    start..end
}

/// Passes on the outermost error nodes, and the nodes that the parser invented.
fn each_error<'t>(tree: &'t Tree, mut take: impl FnMut(Node<'t>)) {
    let mut cursor = tree.walk();
    let mut pending = vec![tree.root_node()];
    while let Some(node) = pending.pop() {
        if node.is_error() || node.is_missing() {
            take(node);
            continue;
        }
        let broken = |child: &Node<'_>| child.has_error() || child.is_missing();
        pending.extend(node.children(&mut cursor).filter(broken));
    }
}

/// Parses a text as it is and deducts from the remaining progress reports. The parser is a new one, because cached
/// state would make the result depend on what was parsed before.
fn parse_as_is(table: &'static KindTable, bytes: &[u8], reports: &mut usize) -> Option<Tree> {
    let meter = Meter::for_text(table.language, bytes.len());
    let mut parser = parse_memory::parser();
    parser.set_language(&table.parser_language).expect("the grammar crates are built for this library's ABI");
    let left = Cell::new(Some(*reports));
    let spend = || {
        let more = left.get().and_then(|reports| reports.checked_sub(1));
        left.set(more.filter(|_| !meter.is_over()));
        left.get().is_some()
    };
    let mut watch = |_: &ParseState| match spend() {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    };
    let options = ParseOptions::new().progress_callback(&mut watch);
    // When the budget is used up, the text ends here, which also stops the grammar's scanner.
    let mut piece = |offset: usize, _| match bytes.get(offset..).filter(|_| spend()) {
        Some(rest) => &rest[..rest.len().min(PIECE)],
        None => &[],
    };
    let tree = parser.parse_with_options(&mut piece, None, Some(options)).filter(|_| left.get().is_some());
    *reports = left.get().unwrap_or_default();
    tree
}

/// Parses pieces of text from a file, such as the arguments of its macros, within the budget of one more parse of the
/// file.
pub struct Fragments {
    table: &'static KindTable,
    parser: Option<Parser>,
    meter: Meter,
    reports: Cell<usize>,
}

impl Fragments {
    /// For a file of this many bytes.
    pub(super) fn new(table: &'static KindTable, bytes: usize) -> Self {
        Fragments {
            table,
            parser: None,
            meter: Meter::for_text(table.language, bytes),
            reports: Cell::new(FREE_REPORTS + REPORTS_PER_BYTE * bytes),
        }
    }

    /// The syntax tree of a text that fits the grammar. Stops at the first error, because error recovery would take
    /// long.
    pub fn whole(&mut self, text: &str) -> Option<Tree> {
        let (meter, reports) = (&self.meter, &self.reports);
        let spend = || {
            let left = reports.get().saturating_sub(1);
            reports.set(if meter.is_over() { 0 } else { left });
            reports.get() > 0
        };
        let mut watch = |state: &ParseState| match spend() && !state.has_error() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        };
        let options = ParseOptions::new().progress_callback(&mut watch);
        let bytes = text.as_bytes();
        let mut piece = |offset: usize, _| match bytes.get(offset..).filter(|_| spend()) {
            Some(rest) => &rest[..rest.len().min(PIECE)],
            None => &[],
        };
        let parser = self.parser.get_or_insert_with(|| {
            let mut parser = parse_memory::parser();
            let set = parser.set_language(&self.table.parser_language);
            set.expect("the grammar crates are built for this library's ABI");
            parser
        });
        let tree = parser.parse_with_options(&mut piece, None, Some(options));
        if tree.is_none() {
            parser.reset();
        }
        tree.filter(|tree| self.reports.get() > 0 && !tree.root_node().has_error())
    }
}
