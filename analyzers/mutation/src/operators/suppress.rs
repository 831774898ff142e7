//! Comments that keep code from being mutated.
//!
//! - `batuta: skip-mutation`, in every language: behind code it holds for the mutants that start on its line; on a line of its
//!   own for the statement or definition below it.
//! - `# pragma: no mutate` in Python, as mutmut reads it: its line; with `block` on the line that opens a statement the
//!   whole statement; from `start` to `end`.
//! - `// Stryker disable next-line X`, `// Stryker disable X`, `// Stryker restore X` in JavaScript and TypeScript, with X
//!   `all` or names of operators.

use super::rule::is_comment;
use crate::mutant::Operator;
use tree_sitter::{Node, Tree};

/// Lines (from 1, inclusive) and the operators that are kept from them; all operators where none is named.
struct Quiet {
    first: usize,
    last: usize,
    operators: Vec<Operator>,
}

/// Comments and attributes between a mark and its code at most.
const MOST_BETWEEN: usize = 1_000;

/// What a file's comments keep from being mutated.
pub(super) struct Suppressions(Vec<Quiet>);

impl Suppressions {
    pub(super) fn read(tree: &Tree, source: &[u8]) -> Suppressions {
        let mut reader = Reader { source, quiet: Vec::new(), open: Vec::new(), pragma: None };
        let mut cursor = tree.walk();
        let mut around = Vec::new();
        loop {
            let node = cursor.node();
            if is_comment(node) {
                reader.comment(node, &around);
            } else if cursor.goto_first_child() {
                around.push(node);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return reader.finish();
                }
                around.pop();
            }
        }
    }

    /// True when mutants of `operator` that start on `line` are unwanted.
    pub(super) fn hold(&self, line: usize, operator: Operator) -> bool {
        self.0.iter().any(|quiet| {
            (quiet.first..=quiet.last).contains(&line)
                && (quiet.operators.is_empty() || quiet.operators.contains(&operator))
        })
    }
}

struct Reader<'s> {
    source: &'s [u8],
    quiet: Vec<Quiet>,
    /// Stretches opened by `Stryker disable`: first line and operators.
    open: Vec<(usize, Vec<Operator>)>,
    /// First line of a `no mutate start`.
    pragma: Option<usize>,
}

impl Reader<'_> {
    /// Reads a comment; `around` are the nodes that it stands in, outermost first.
    fn comment(&mut self, node: Node<'_>, around: &[Node<'_>]) {
        let Ok(text) = node.utf8_text(self.source) else { return };
        let line = node.start_position().row + 1;
        let words = text.trim_start_matches(['/', '*', '#', '!', '-', ';', ' ', '\t']);
        if words.starts_with("batuta: skip-mutation") {
            self.own_mark(node, line);
        } else if let Some(rest) = words.strip_prefix("Stryker ") {
            self.stryker(rest, line);
        } else if let Some(rest) = pragma(text) {
            self.mutmut(around, rest, line);
        }
    }

    fn own_mark(&mut self, node: Node<'_>, line: usize) {
        if stands_behind_code(node, self.source) {
            self.keep(line, line, Vec::new());
            return;
        }
        let mut next = node.next_named_sibling();
        let mut last = node.end_position().row + 1;
        // Attributes and further comments between the mark and the code belong to the code.
        for _ in 0..MOST_BETWEEN {
            let Some(sibling) = next else { break };
            last = sibling.end_position().row + 1;
            let before_code = is_comment(sibling) || sibling.kind() == "attribute_item";
            next = if before_code { sibling.next_named_sibling() } else { None };
        }
        self.keep(line, last, Vec::new());
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
        let operators: Vec<Operator> = words.iter().filter_map(|name| Operator::from_name(name)).collect();
        if operators.is_empty() && !words.iter().any(|word| word.eq_ignore_ascii_case("all")) {
            return;
        }
        match verb {
            Some("disable") if next_line => self.keep(line + 1, line + 1, operators),
            Some("disable") => self.open.push((line, operators)),
            Some("restore") => self.restore(line, &operators),
            _ => {}
        }
    }

    /// Ends the stretches of the named operators; of all when none is named.
    fn restore(&mut self, line: usize, operators: &[Operator]) {
        for (first, mut quiet) in std::mem::take(&mut self.open) {
            if operators.is_empty() {
                self.keep(first, line, quiet);
                continue;
            }
            if quiet.is_empty() {
                quiet = Operator::ALL.to_vec();
            }
            let (ended, open): (Vec<_>, Vec<_>) = quiet.into_iter().partition(|o| operators.contains(o));
            if !ended.is_empty() {
                self.keep(first, line, ended);
            }
            if !open.is_empty() {
                self.open.push((first, open));
            }
        }
    }

    fn mutmut(&mut self, around: &[Node<'_>], rest: &str, line: usize) {
        let word = rest.trim_start_matches([':', ' ']).split([' ', ',']).next().unwrap_or("");
        match word {
            "start" => self.pragma = Some(line),
            "end" => {
                if let Some(first) = self.pragma.take() {
                    self.keep(first, line, Vec::new());
                }
            }
            "block" => {
                let last = statement_opened_on(around, line).unwrap_or(line);
                self.keep(line, last, Vec::new());
            }
            _ => self.keep(line, line, Vec::new()),
        }
    }

    fn keep(&mut self, first: usize, last: usize, operators: Vec<Operator>) {
        self.quiet.push(Quiet { first, last, operators });
    }

    fn finish(mut self) -> Suppressions {
        for (first, operators) in std::mem::take(&mut self.open) {
            self.keep(first, usize::MAX, operators);
        }
        if let Some(first) = self.pragma.take() {
            self.keep(first, usize::MAX, Vec::new());
        }
        Suppressions(self.quiet)
    }
}

/// What follows `# pragma: no mutate`.
fn pragma(text: &str) -> Option<&str> {
    let rest = text.split_once("# pragma:")?.1;
    rest.split_once("no mutate").map(|(_, rest)| rest)
}

fn stands_behind_code(comment: Node<'_>, source: &[u8]) -> bool {
    let start = comment.start_byte();
    let line_start = source[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    source[line_start..start].iter().any(|byte| !byte.is_ascii_whitespace())
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
