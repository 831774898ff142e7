//! Comments that keep code from being mutated.
//! - `batuta: skip-mutation`, in every language: after code it applies to mutants that start on its line; on a line of
//!   its own to the statement or definition below it.
//! - `# pragma: no mutate` in Python, as in mutmut: its line; with `block` on the line that opens a statement the whole
//!   statement; from `start` to `end`.
//! - `// Stryker disable next-line X`, `// Stryker disable X`, `// Stryker restore X` in JavaScript and TypeScript,
//!   where X is `all` or names of operators.

use super::options::merged;
use super::rule::is_comment;
use crate::mutant::Operator;
use facts::hash::HashMap;
use std::ops::RangeInclusive;
use tree_sitter::{Node, Tree};

/// Lines, from 1.
type Lines = Vec<RangeInclusive<usize>>;

/// The lines that a file's comments protect from mutation: sorted and disjoint, by operator.
pub(super) struct Suppressions(HashMap<Operator, Lines>);

impl Suppressions {
    pub(super) fn read(tree: &Tree, source: &[u8]) -> Suppressions {
        let mut reader = Reader {
            source,
            quiet: HashMap::default(),
            open: HashMap::default(),
            pragma: None,
            line: (0, 0),
        };
        let mut cursor = tree.walk();
        let mut around = Vec::new();
        // For each enclosing node (and the current level): a mark that waits for the code below it.
        let mut waiting: Vec<Option<Mark>> = vec![None];
        loop {
            let node = cursor.node();
            let mark = waiting.last_mut().and_then(|waiting| reader.sibling(node, waiting));
            if let Some(mark) = mark {
                reader.keep(mark.first, mark.last, &[]);
            }
            if is_comment(node) {
                reader.comment(node, &around, waiting.last_mut());
            } else if cursor.goto_first_child() {
                around.push(node);
                waiting.push(None);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if let Some(mark) = waiting.pop().flatten() {
                    reader.keep(mark.first, mark.last, &[]);
                }
                if !cursor.goto_parent() {
                    return reader.finish();
                }
                around.pop();
            }
        }
    }

    /// True if mutants of `operator` that start on `line` are unwanted.
    pub(super) fn hold(&self, line: usize, operator: Operator) -> bool {
        self.0.get(&operator).is_some_and(|ranges| {
            let next = ranges.partition_point(|range| *range.end() < line);
            ranges.get(next).is_some_and(|range| *range.start() <= line)
        })
    }
}

/// A mark on a line of its own, with the range of lines from it to the end of the code below it.
#[derive(Clone, Copy)]
struct Mark {
    first: usize,
    last: usize,
}

struct Reader<'s> {
    source: &'s [u8],
    quiet: HashMap<Operator, Lines>,
    /// First line of a range opened by `Stryker disable`, by operator.
    open: HashMap<Operator, usize>,
    /// First line of a range opened by `no mutate start`.
    pragma: Option<usize>,
    /// The start of the last comment's line, and the first byte on it that is not white space.
    line: (usize, usize),
}

impl Reader<'_> {
    /// Handles a node after a mark: returns the mark if it ends with the node. Attributes and further comments between
    /// the mark and the code belong to the code.
    fn sibling(&self, node: Node<'_>, waiting: &mut Option<Mark>) -> Option<Mark> {
        let mark = waiting.as_mut().filter(|_| node.is_named())?;
        mark.last = node.end_position().row + 1;
        if is_comment(node) || node.kind() == "attribute_item" { None } else { waiting.take() }
    }

    /// Reads a comment; `around` are its enclosing nodes, outermost first.
    fn comment(&mut self, node: Node<'_>, around: &[Node<'_>], waiting: Option<&mut Option<Mark>>) {
        let Ok(text) = node.utf8_text(self.source) else { return };
        let line = node.start_position().row + 1;
        let words = text.trim_start_matches(['/', '*', '#', '!', '-', ';', ' ', '\t']);
        if words.starts_with("batuta: skip-mutation") {
            if self.stands_behind_code(node) {
                self.keep(line, line, &[]);
            } else if let Some(waiting) = waiting {
                waiting.get_or_insert(Mark { first: line, last: node.end_position().row + 1 });
            }
        } else if let Some(rest) = words.strip_prefix("Stryker ") {
            self.stryker(rest, line);
        } else if let Some(rest) = pragma(text) {
            self.mutmut(around, rest, line);
        }
    }

    fn stands_behind_code(&mut self, comment: Node<'_>) -> bool {
        let start = comment.start_byte();
        let begin = start.saturating_sub(comment.start_position().column);
        if self.line.0 != begin || self.line.1 < begin {
            let rest = self.source.get(begin..).unwrap_or_default();
            let blank = rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len());
            self.line = (begin, begin + blank);
        }
        self.line.1 < start
    }

    fn stryker(&mut self, rest: &str, line: usize) {
        let rest = rest.split(':').next().unwrap_or("");
        let mut words = rest.split([' ', ',', '\t']).filter(|word| !word.is_empty() && *word != "*/");
        let verb = words.next();
        let mut words: Vec<&str> = words.collect();
        let next_line = words.first() == Some(&"next-line");
        if next_line {
            words.remove(0);
        }
        let mut operators: Vec<Operator> =
            words.iter().filter_map(|name| Operator::from_name(name)).collect();
        if operators.is_empty() && !words.iter().any(|word| word.eq_ignore_ascii_case("all")) {
            return;
        }
        if operators.is_empty() {
            operators = Operator::ALL.to_vec();
        }
        match verb {
            Some("disable") if next_line => self.keep(line + 1, line + 1, &operators),
            Some("disable") => operators.into_iter().for_each(|operator| {
                self.open.entry(operator).or_insert(line);
            }),
            Some("restore") => operators.into_iter().for_each(|operator| {
                if let Some(first) = self.open.remove(&operator) {
                    self.keep(first, line, &[operator]);
                }
            }),
            _ => {}
        }
    }

    fn mutmut(&mut self, around: &[Node<'_>], rest: &str, line: usize) {
        let word = rest.trim_start_matches([':', ' ']).split([' ', ',']).next().unwrap_or("");
        match word {
            "start" => self.pragma = Some(line),
            "end" => {
                if let Some(first) = self.pragma.take() {
                    self.keep(first, line, &[]);
                }
            }
            "block" => {
                let last = statement_opened_on(around, line).unwrap_or(line);
                self.keep(line, last, &[]);
            }
            _ => self.keep(line, line, &[]),
        }
    }

    /// Protects the lines from the operators; from all operators if none is named.
    fn keep(&mut self, first: usize, last: usize, operators: &[Operator]) {
        for operator in if operators.is_empty() { Operator::ALL } else { operators } {
            let ranges = self.quiet.entry(*operator).or_default();
            // Most calls come in order, and one line is often marked several times.
            match ranges.last_mut() {
                Some(range) if *range.start() <= first && first <= *range.end() => {
                    *range = *range.start()..=(*range.end()).max(last);
                }
                _ => ranges.push(first..=last),
            }
        }
    }

    fn finish(mut self) -> Suppressions {
        for (operator, first) in std::mem::take(&mut self.open) {
            self.keep(first, usize::MAX, &[operator]);
        }
        if let Some(first) = self.pragma.take() {
            self.keep(first, usize::MAX, &[]);
        }
        Suppressions(self.quiet.into_iter().map(|(operator, ranges)| (operator, merged(ranges))).collect())
    }
}

/// The text after `# pragma: no mutate`.
fn pragma(text: &str) -> Option<&str> {
    let rest = text.split_once("# pragma:")?.1;
    rest.split_once("no mutate").map(|(_, rest)| rest)
}

/// Last line of the innermost node that encloses the comment, starts on `line` and continues on later lines.
fn statement_opened_on(around: &[Node<'_>], line: usize) -> Option<usize> {
    for node in around.iter().rev() {
        let (first, last) = (node.start_position().row + 1, node.end_position().row + 1);
        if first == line && last > line {
            return Some(last);
        }
        if first < line {
            return None;
        }
    }
    None
}
