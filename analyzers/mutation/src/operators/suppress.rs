//! Comments that keep code from being mutated.
//! - `batuta: skip-mutation`, in every language: after code it applies to mutants that start on its line; on a line of
//!   its own to the statement or definition below it.
//! - `# pragma: no mutate` in Python, as mutmut reads it: its line; with `block` on the line that opens a statement the
//!   whole statement; from `start` to `end`.
//! - `// Stryker disable next-line X`, `// Stryker disable X`, `// Stryker restore X` in JavaScript and TypeScript, with X
//!   `all` or names of operators.

use super::options::merged;
use super::rule::is_comment;
use crate::mutant::Operator;
use facts::hash::HashMap;
use std::ops::RangeInclusive;
use tree_sitter::{Node, Tree};

/// Lines, from 1.
type Lines = Vec<RangeInclusive<usize>>;

/// What a file's comments keep from being mutated: lines in order and apart, by what is kept from them.
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
        // For each node around and the place among its children: a mark that waits for the code below it.
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

/// A mark on a line of its own, and the lines from it to the last of what follows it.
#[derive(Clone, Copy)]
struct Mark {
    first: usize,
    last: usize,
}

struct Reader<'s> {
    source: &'s [u8],
    quiet: HashMap<Operator, Lines>,
    /// First line of a stretch opened by `Stryker disable`, by operator.
    open: HashMap<Operator, usize>,
    /// First line of a `no mutate start`.
    pragma: Option<usize>,
    /// Where the line of the last comment begins, and the first byte on it that is not white space.
    line: (usize, usize),
}

impl Reader<'_> {
    /// Looks at a node behind a mark: the mark, where it ends with the node. Attributes and further comments between the mark and
    /// the code belong to the code.
    fn sibling(&self, node: Node<'_>, waiting: &mut Option<Mark>) -> Option<Mark> {
        let mark = waiting.as_mut().filter(|_| node.is_named())?;
        mark.last = node.end_position().row + 1;
        if is_comment(node) || node.kind() == "attribute_item" { None } else { waiting.take() }
    }

    /// Reads a comment; `around` are the nodes that it is in, outermost first.
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

    /// Keeps the operators from the lines; all operators where none is named.
    fn keep(&mut self, first: usize, last: usize, operators: &[Operator]) {
        for operator in if operators.is_empty() { Operator::ALL } else { operators } {
            let ranges = self.quiet.entry(*operator).or_default();
            // Most come in order, and one line is marked often.
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

/// What follows `# pragma: no mutate`.
fn pragma(text: &str) -> Option<&str> {
    let rest = text.split_once("# pragma:")?.1;
    rest.split_once("no mutate").map(|(_, rest)| rest)
}

/// Last line of the innermost node around the comment that starts on `line` and reaches further.
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
