//! The walk that turns rules into mutants.

use super::options::{OperatorOptions, WantedLines};
use super::parses::{Change, Reparser};
use super::rule::{Edit, Edits, LanguageOperators, Rule, Site, Words, is_comment};
use super::seen::Seen;
use super::suppress::Suppressions;
use crate::mutant::{Mutant, Operator};
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::{Function, FunctionKind, RepoPath, Span};
use std::ops::Range;
use std::rc::Rc;
use tree_sitter::{Node, Tree};

/// Longest text shown in a description, in characters.
const SHOWN: usize = 100;

/// Limits for the mutants of a file: a fixed number and some for each byte. In a file that nests without end, both
/// quantities would grow with the square of its length; ordinary code stays a hundred times below. Steps are the
/// ancestors of all nodes together and the bytes of the functions' names, including the outer names. Text is what
/// mutants replace and insert, and their descriptions.
const FREE_STEPS: usize = 256 << 20;
const STEPS_PER_BYTE: usize = 256;
const FREE_TEXT: usize = 16 << 20;
const TEXT_PER_BYTE: usize = 64;

/// Everything needed to mutate one file.
pub(super) struct Engine<'a> {
    table: &'static LanguageOperators,
    path: &'a RepoPath,
    source: &'a [u8],
    functions: &'a [Function],
    options: &'a OperatorOptions,
    wanted: WantedLines,
    rules: HashMap<&'static str, Vec<&'static Rule>>,
    tests: HashSet<Range<u32>>,
}

/// A change found by the walk.
struct Proposal {
    operator: Operator,
    edit: Edit,
    /// The name of the enclosing function for descriptions.
    label: Option<Rc<str>>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        table: &'static LanguageOperators,
        path: &'a RepoPath,
        source: &'a [u8],
        functions: &'a [Function],
        options: &'a OperatorOptions,
    ) -> Self {
        let mut rules: HashMap<_, Vec<_>> = HashMap::default();
        for rule in table.rules.iter().filter(|rule| options.uses(rule)) {
            rule.nodes.iter().for_each(|kind| rules.entry(*kind).or_default().push(rule));
        }
        let tests = functions
            .iter()
            .filter(|function| function.test.is_test_code())
            .map(|function| function.span.start_byte..function.span.end_byte)
            .collect();
        let wanted = options.wanted_lines(path);
        Engine { table, path, source, functions, options, wanted, rules, tests }
    }

    /// The mutants of the file; `None` if creating them exceeds the limits.
    pub(super) fn run(&self, language: Language, tree: &Tree) -> Option<Vec<Mutant>> {
        let quiet = Suppressions::read(tree, self.source);
        let mut reparser = Reparser::new(language, tree, self.source);
        let mut text_left = FREE_TEXT + TEXT_PER_BYTE * self.source.len();
        let seen = Seen::default();
        let walk = Walk {
            engine: self,
            seen: &seen,
            found: Vec::new(),
            labels: Vec::new(),
            steps: 0,
            room: text_left,
        };
        let mut proposals = walk.run(tree)?;
        proposals.sort_by(|a, b| {
            let key = |p: &'_ Proposal| (p.edit.range.start, p.operator, p.edit.range.end);
            key(a).cmp(&key(b)).then_with(|| a.edit.text.cmp(&b.edit.text))
        });
        let mut seen = HashSet::default();
        let mut mutants = Vec::new();
        for proposal in proposals {
            let line = reparser.position(proposal.edit.range.start).row + 1;
            if quiet.hold(line, proposal.operator) {
                continue;
            }
            let range = proposal.edit.range.clone();
            let text = spaced(self.source, &range, &proposal.edit.text);
            let Some(mutant) = self.mutant(&reparser, proposal, text) else { continue };
            let names = mutant.function.as_ref().map_or(0, String::len) + mutant.description.len();
            text_left = text_left.checked_sub(range.len() + mutant.replacement.len() + names)?;
            if seen.insert((range, mutant.replacement.clone())) && self.options.names(&mutant) {
                mutants.push(mutant);
            }
        }
        let sound = reparser.sound(&mutants.iter().map(change_of).collect::<Vec<_>>())?;
        let mut sound = sound.into_iter();
        mutants.retain(|_| sound.next().unwrap_or(false));
        Some(mutants)
    }

    /// The mutant of a proposal; `None` if it changes nothing or is not requested.
    fn mutant(&self, places: &Reparser<'_>, proposal: Proposal, replacement: String) -> Option<Mutant> {
        let Proposal { operator, edit, label } = proposal;
        let original = std::str::from_utf8(self.source.get(edit.range.clone())?).ok()?;
        if original.is_empty() || same_code(original, &replacement) {
            return None;
        }
        let start = places.position(edit.range.start);
        let last = places.position(edit.range.end - 1);
        let span = Span {
            start_byte: edit.range.start as u32,
            end_byte: edit.range.end as u32,
            start_line: start.row as u32 + 1,
            end_line: last.row as u32 + 1,
            start_column: start.column as u32 + 1,
        };
        if self.wanted.leave_out(span.start_line, span.end_line) {
            return None;
        }
        let function = self.function_around(&span).map(|function| function.qualified_name.clone());
        let description = describe(&edit, original, label.as_deref().or(function.as_deref()));
        Some(Mutant {
            path: self.path.clone(),
            span,
            end_column: last.column as u32 + 1,
            original: original.to_owned(),
            replacement,
            operator,
            function,
            description,
        })
    }

    /// The innermost named function around a span; an anonymous one only if there is no other.
    fn function_around(&self, span: &Span) -> Option<&'a Function> {
        let before = self.functions.partition_point(|function| function.span.start_byte <= span.start_byte);
        // The function around the span is the last one that starts before it, or an outer one of that.
        let outer = |function: &&'a Function| self.functions.get(function.enclosing? as usize);
        let last = before.checked_sub(1).and_then(|last| self.functions.get(last));
        let mut around = std::iter::successors(last, outer).filter(|function| function.span.contains(span));
        let innermost = around.next()?;
        if innermost.kind != FunctionKind::Anonymous {
            return Some(innermost);
        }
        around.find(|function| function.kind != FunctionKind::Anonymous).or(Some(innermost))
    }
}

fn change_of(mutant: &Mutant) -> Change<'_> {
    (mutant.span.start_byte as usize..mutant.span.end_byte as usize, &mutant.replacement)
}

/// One pass over the tree.
struct Walk<'e, 'a> {
    engine: &'e Engine<'a>,
    seen: &'e Seen,
    found: Vec<Proposal>,
    /// Depth and label of the enclosing functions.
    labels: Vec<(usize, Rc<str>)>,
    /// The number of ancestors of all visited nodes: rules may check each of them.
    steps: usize,
    /// How many more bytes may be proposed.
    room: usize,
}

impl Walk<'_, '_> {
    fn run(mut self, tree: &Tree) -> Option<Vec<Proposal>> {
        let allowance = FREE_STEPS + STEPS_PER_BYTE * self.engine.source.len();

        let mut cursor = tree.walk();
        let mut ancestors: Vec<Node<'_>> = Vec::new();
        let mut attributes: Vec<Vec<Node<'_>>> = vec![Vec::new()];
        while self.steps <= allowance {
            let node = cursor.node();
            self.steps += ancestors.len();
            let enter = node.is_named() && self.visit(node, &ancestors, attributes.last_mut())?;
            if enter && cursor.goto_first_child() {
                ancestors.push(node);
                attributes.push(Vec::new());
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return Some(self.found);
                }
                ancestors.pop();
                attributes.pop();
            }
            while self.labels.last().is_some_and(|(depth, _)| *depth >= ancestors.len()) {
                self.labels.pop();
            }
        }
        None
    }

    /// Collects the rules' proposals for a node; true if its children should be visited. `pending` are the attributes
    /// before it among its siblings. `None` if the limits are exceeded.
    fn visit<'t>(
        &mut self,
        node: Node<'t>,
        ancestors: &[Node<'t>],
        pending: Option<&mut Vec<Node<'t>>>,
    ) -> Option<bool> {
        let engine = self.engine;
        if is_comment(node) || node.is_error() {
            return Some(false);
        }
        let Some(pending) = pending else { return Some(false) };
        if engine.table.attributes.contains(&node.kind()) {
            pending.push(node);
            return Some(false);
        }
        let attributes = std::mem::take(pending);
        let (source, options, seen) = (engine.source, engine.options, self.seen);
        let site = Site { node, ancestors, attributes: &attributes, source, options, seen };
        let bytes = node.start_byte() as u32..node.end_byte() as u32;
        let unwanted = engine.tests.contains(&bytes) || (engine.table.excluded)(&site);
        if unwanted || engine.outside_changes(node) {
            return Some(false);
        }
        if let Some(label) = engine.table.function_label.as_ref().filter(|label| label.kind == node.kind()) {
            let label = (label.name)(&site);
            self.steps += label.len();
            self.labels.push((ancestors.len(), label.into()));
        }
        for rule in engine.rules.get(node.kind()).into_iter().flatten() {
            let mut edits = Edits::within(self.room);
            rule.edits(&site, &mut edits);
            let (edits, room) = edits.into_found()?;
            self.room = room;
            let label = self.labels.last().map(|(_, label)| Rc::clone(label));
            self.found.extend(edits.into_iter().map(|edit| Proposal {
                operator: rule.operator,
                edit,
                label: label.clone(),
            }));
        }
        Some(true)
    }
}

impl Engine<'_> {
    fn outside_changes(&self, node: Node<'_>) -> bool {
        let (first, last) = (node.start_position().row as u32 + 1, node.end_position().row as u32 + 1);
        self.wanted.leave_out(first, last)
    }
}

/// The replacement with a blank where it would otherwise merge with its neighbours (`return!x` → `return x`, `a/ -b`).
fn spaced(source: &[u8], range: &Range<usize>, text: &str) -> String {
    let before = range.start.checked_sub(1).and_then(|at| source.get(at)).copied();
    let after = source.get(range.end).copied();
    let first = text.bytes().next().or(after);
    let last = text.bytes().next_back().or(if text.is_empty() { None } else { before });
    let mut spaced = String::with_capacity(text.len() + 2);
    if glued(before, first) {
        spaced.push(' ');
    }
    spaced.push_str(text);
    if glued(last, after) {
        spaced.push(' ');
    }
    spaced
}

fn glued(left: Option<u8>, right: Option<u8>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let sign = |byte: u8| b"+-*/%&|^<>=!~".contains(&byte);
    (word(left) && word(right)) || (sign(left) && sign(right))
}

/// True if two texts differ at most in white space.
fn same_code(left: &str, right: &str) -> bool {
    let code = |text: &'_ str| text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
    left == right || (left.len() < 4096 && !left.contains(['"', '\'']) && code(left) == code(right))
}

fn describe(edit: &Edit, original: &str, function: Option<&str>) -> String {
    let text = edit.text.trim();
    let said = match &edit.words {
        Words::Around(before, after) => {
            return format!("{before}{}{after}", function.unwrap_or_default());
        }
        Words::Said(words) => words.clone(),
        Words::Plain if text.is_empty() => format!("delete {}", shown(original)),
        Words::Plain => format!("replace {} with {}", shown(original), shown(text)),
    };
    match function {
        Some(function) => format!("{said} in {function}"),
        None => said,
    }
}

/// A text on one line, truncated if it is long.
pub(super) fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
