//! The one walk of the syntax tree that fills all facts of a file.

mod clauses;
mod definitions;
mod embedded;
mod errors;
mod heads;
mod imports;
mod markup;
mod qualify;
mod structure;
mod text;

use self::clauses::Clause;
use self::qualify::Before;
use super::complexity::Complexity;
use super::halstead::Tokens;
use super::kinds::{KindInfo, KindTable, Role, Text, flag};
use super::lines::LineMap;
use super::names::{end_line_of, line_of};
use super::parse::Parsed;
use super::symbols::{PendingDoc, Qualifier, SymbolCollector};
use crate::extract::not_parsed;
use crate::file::{FileData, FileFacts};
use crate::language::gaps::Gaps;
use crate::language::{Grammar, Language, NodeRef, Site};
use crate::model::{Comment, FileTests, Function, ParseStatus};
use crate::test_code::imports_any;
use std::ops::Range;
use std::sync::Arc;

/// State that is set up on entering a node and undone on leaving it.
#[derive(Debug, Clone, Copy, Default)]
struct Frame {
    role: Role,
    /// Nesting level of the node.
    nesting: u32,
    /// How many of these levels come from closures.
    closures: u32,
    /// The `else` of this `if` was seen, or the node wraps the branch after one.
    after_else: bool,
    parentheses: bool,
    /// Its named children are statements.
    block: bool,
    /// The sequence of logical operators the node belongs to.
    sequence: Option<usize>,
    /// Opened a function, a definition, a part of qualified names.
    function: bool,
    definition: bool,
    named: bool,
    /// Strings in it name definitions.
    naming_strings: bool,
    /// Names in it are mentioned, not used.
    mentions: bool,
    /// For a list of type arguments: the qualifier before it, which is restored after it.
    before: Option<Qualifier>,
    /// It contains only imports.
    import: bool,
    /// Number of tokens before it.
    first_token: u32,
    /// Lengths to restore.
    sequences: usize,
    callees: usize,
    names: usize,
}

/// A part of qualified names.
struct ScopePart {
    name: String,
    /// A type: functions directly in it are methods.
    is_type: bool,
    /// Everything in it is test code.
    is_test: bool,
    /// A function, not a type or module.
    is_function: bool,
    /// What its members implement.
    bases: Vec<String>,
}

/// The state of the walk.
pub(super) struct Walk<'t> {
    table: &'static KindTable,
    grammar: &'static Grammar,
    language: Language,
    source: &'t [u8],
    /// Text that was replaced before parsing.
    gaps: &'t Gaps,
    /// The text that was parsed.
    parsed_text: &'t [u8],
    /// The tree has errors.
    broken: bool,
    /// Up to here all text is in a node, or was counted as skipped.
    read_until: usize,
    frames: Vec<Frame>,
    ancestors: Vec<NodeRef<'t>>,
    /// Attributes on adjacent lines that nothing has claimed yet.
    attributes: Vec<NodeRef<'t>>,
    /// The end line of the attributes and of the comments right below them.
    attributes_end: u32,
    /// How many ancestors each of them has.
    attribute_depths: Vec<usize>,
    before: Before,
    complexity: Complexity,
    tokens: Tokens<'t>,
    symbols: SymbolCollector,
    lines: LineMap,
    comments: Vec<Comment>,
    /// How many of them are around the scripts of a document: they were added before the walk.
    around_comments: usize,
    pending_doc: PendingDoc,
    functions: Vec<Function>,
    /// The function closed last; another clause of it may follow.
    last_clause: Option<Clause>,
    /// Token positions of each function.
    token_ranges: Vec<Range<usize>>,
    /// Token positions of the import statements, in the order of their ends.
    imports: Vec<Range<u32>>,
    /// Start bytes of statements, ascending.
    statements: Vec<u32>,
    /// Parts of the current qualified name.
    scope: Vec<ScopePart>,
    /// Modules in separate files that are declared for tests only.
    test_modules: Vec<String>,
    /// Start bytes of the names of open calls, and of open definitions.
    callees: Vec<usize>,
    names: Vec<usize>,
    open_sequences: usize,
    errors: u32,
    first_error_line: u32,
    skipped_bytes: u32,
    /// Steps taken besides the one for each node.
    steps: u64,
}

/// Extra steps that a walk may take besides one per node: a fixed number plus some for each byte. They limit work that
/// depends on how deeply definitions are nested, which in a file made for it would grow with the square of its length.
/// Ordinary code stays a hundred times below.
const FREE_STEPS: u64 = 16 << 20;
const STEPS_PER_BYTE: u64 = 256;
/// Steps charged for each byte of a qualified name, because the name is stored.
const STEPS_PER_NAME_BYTE: usize = 4;

impl<'t> Walk<'t> {
    pub fn new(
        table: &'static KindTable,
        language: Language,
        source: &'t [u8],
        parsed: &'t Parsed<'t>,
    ) -> Self {
        Walk {
            table,
            grammar: table.grammar,
            language,
            source,
            gaps: &parsed.gaps,
            parsed_text: &parsed.text,
            read_until: 0,
            broken: parsed.tree.root_node().has_error() || !parsed.left_out.is_empty(),
            frames: Vec::with_capacity(64),
            ancestors: Vec::with_capacity(64),
            attributes: Vec::new(),
            attributes_end: 0,
            attribute_depths: Vec::new(),
            before: Before::default(),
            complexity: Complexity::default(),
            tokens: Tokens::for_bytes(source.len()),
            symbols: SymbolCollector::default(),
            lines: LineMap::new(source),
            comments: Vec::new(),
            around_comments: 0,
            pending_doc: PendingDoc::default(),
            functions: Vec::new(),
            last_clause: None,
            token_ranges: Vec::new(),
            imports: Vec::new(),
            statements: Vec::new(),
            scope: Vec::new(),
            test_modules: Vec::new(),
            callees: Vec::new(),
            names: Vec::new(),
            open_sequences: 0,
            errors: 0,
            first_error_line: 0,
            skipped_bytes: 0,
            steps: 0,
        }
    }

    /// Walks the tree and returns the facts with every section filled; none if that takes too many steps.
    pub fn run(mut self, parsed: &'t Parsed<'t>) -> Option<FileData> {
        let mut cursor = parsed.tree.walk();
        let broken = self.broken;
        self.names_in_gaps();
        self.note_left_out(&parsed.left_out);
        while !self.is_exhausted() {
            let node = cursor.node();
            let field = match self.frames.last().map(|frame| frame.role) {
                Some(Role::If | Role::ElseIf) => cursor.field_id().map(u16::from),
                _ => None,
            };
            if broken {
                self.note_error(node);
            }
            if self.enter(node, field) && cursor.goto_first_child() {
                self.ancestors.push(node);
                continue;
            }
            if broken {
                self.note_errors_inside(node);
            }
            self.leave();
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    self.note_hidden_error(parsed.tree.root_node());
                    let whole = (self.grammar.tests.whole_file)(parsed.tree.root_node(), self.source);
                    return self.finish(whole);
                }
                self.ancestors.pop();
                self.leave();
            }
        }
        None
    }

    /// Counts steps: see [`FREE_STEPS`].
    fn spend(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(steps as u64);
    }

    fn is_exhausted(&self) -> bool {
        let allowance = FREE_STEPS + STEPS_PER_BYTE * self.source.len() as u64;
        self.steps + self.complexity.steps > allowance
    }

    /// Records a node; false if its children are not to be visited.
    fn enter(&mut self, node: NodeRef<'t>, field: Option<u16>) -> bool {
        let mut info = self.table.info(node.kind_id());
        if info.has(flag::DYNAMIC) {
            let kind = (self.grammar.classify)(&self.site(node));
            let resolved = self.table.info_of_name(kind);
            info = KindInfo { flags: resolved.flags | info.flags & !flag::DYNAMIC, ..resolved };
        }
        if self.broken && self.is_misread(node, &info) {
            (info.role, info.definition) = (Role::None, None);
            info.flags &= !flag::IMPORT;
        }
        let leaf = node.child_count() == 0;
        if self.broken && (leaf || info.text == Text::Comment) {
            self.note_unread(node.start_byte());
            self.read_until = self.read_until.max(node.end_byte());
        }
        let mut frame = self.frame_for(node, &info, field);
        match info.text {
            Text::Comment => {
                self.comment(node);
                self.frames.push(frame);
                return false;
            }
            _ if leaf || matches!(info.text, Text::Opaque | Text::Operator) => {
                self.token(node, &info);
                self.mark_label(&info);
                self.flags(node, &info);
                if !self.gaps.is_empty() && self.gaps.is_guard(node.start_byte()) {
                    self.count(|decisions| &mut decisions.guards);
                }
                self.imported(node, &info, &mut frame);
                if matches!(info.role, Role::Guard | Role::Case | Role::Goto) {
                    self.role(node, &info, &mut frame);
                }
                self.frames.push(frame);
                return false;
            }
            _ => {}
        }
        self.mark_label(&info);
        self.flags(node, &info);
        self.imported(node, &info, &mut frame);
        self.role(node, &info, &mut frame);
        self.frames.push(frame);
        true
    }

    /// Imports, and the statement that names the package.
    fn imported(&mut self, node: NodeRef<'t>, info: &KindInfo, frame: &mut Frame) {
        if info.has(flag::IMPORT) {
            self.import(node, frame);
        } else if info.has(flag::PACKAGE) {
            frame.import = node.child_by_field_name("body").is_none();
        }
    }

    fn site(&self, node: NodeRef<'t>) -> Site<'_, 't> {
        Site { node, ancestors: &self.ancestors, attributes: &self.attributes, source: self.source }
    }

    /// The frame of a node: its state regarding nesting, `else` and logical sequences.
    fn frame_for(&self, node: NodeRef<'t>, info: &KindInfo, field: Option<u16>) -> Frame {
        let mut frame = Frame {
            role: info.role,
            parentheses: info.has(flag::PARENTHESES),
            block: info.has(flag::BLOCK),
            first_token: self.tokens.position() as u32,
            sequences: self.open_sequences,
            callees: self.callees.len(),
            names: self.names.len(),
            ..Frame::default()
        };
        if info.has(flag::TYPE_ARGUMENTS) {
            frame.before = Some(self.before.last);
        }
        let Some(parent) = self.frames.last() else { return frame };
        frame.naming_strings = parent.naming_strings || info.has(flag::NAMING_STRINGS);
        let mentions = parent.mentions || info.has(flag::MENTIONS) || node.is_error();
        frame.mentions = mentions && !info.has(flag::MENTIONS_END) && info.role != Role::Function;
        if frame.parentheses || (info.role == Role::Binary && self.is_logical(node)) {
            frame.sequence = parent.sequence;
        }
        frame.nesting = parent.nesting + u32::from(self.deepens(parent, info, field));
        frame.closures = parent.closures + u32::from(parent.role == Role::Lambda);
        let wraps_else = parent.after_else || parent.role == Role::Else;
        frame.after_else = wraps_else && info.has(flag::ELSE_WRAPPER);
        frame
    }

    fn flags(&mut self, node: NodeRef<'t>, info: &KindInfo) {
        let in_block = info.named && self.frames.last().is_some_and(|parent| parent.block);
        let clause = || matches!(info.role, Role::Else | Role::Catch) || info.has(flag::ATTRIBUTE);
        let text = || self.grammar.templates.contains(&node.kind());
        if info.has(flag::STATEMENT) || (in_block && !clause() && !text()) {
            self.statements.push(node.start_byte() as u32);
        }
        if info.flags == 0 {
            return;
        }
        if info.has(flag::ASSIGNMENT)
            && let Some(abc) = self.complexity.abc()
        {
            abc.assignments += 1;
        }
        if info.has(flag::EXIT)
            && let Some(function) = self.complexity.open.last_mut()
        {
            function.exits = function.exits.saturating_add(1);
        }
        if info.has(flag::PROPAGATION) {
            let decisions = self.complexity.decisions();
            decisions.propagations = decisions.propagations.saturating_add(1);
        }
        if info.has(flag::ATTRIBUTE) {
            self.pending_doc.attribute(line_of(node), end_line_of(node));
            self.keep_adjoining_attributes(node);
            self.attribute(node);
        }
        if info.has(flag::BASES) {
            self.bases(node);
        }
        if info.has(flag::TOKEN_TREE) && self.source[node.start_byte()] == b'(' {
            self.symbols.call_at(node.start_byte());
        }
        if info.has(flag::CALL) {
            self.call(node);
        }
    }

    /// Drops attributes that are not right above `node`; comments in between are allowed.
    fn keep_adjoining_attributes(&mut self, node: NodeRef<'t>) {
        if !self.attributes.is_empty() && self.attributes_end + 1 < line_of(node) {
            self.clear_attributes();
        }
    }

    fn leave(&mut self) {
        let frame = self.frames.pop().expect("every node entered has a frame");
        if let Some(before) = frame.before {
            self.before = Before { last: before, qualifier: Qualifier::None };
        }
        if frame.role == Role::Switch {
            self.complexity.selections.pop();
        }
        if frame.function {
            self.close_function();
        }
        if frame.import {
            self.close_import(&frame);
        }
        if frame.definition {
            self.symbols.open.pop();
        }
        if frame.named {
            self.scope.pop();
        }
        self.callees.truncate(frame.callees);
        self.names.truncate(frame.names);
        if self.open_sequences > frame.sequences {
            self.open_sequences = frame.sequences;
            self.complexity.close_sequences(frame.sequences);
        }
    }

    fn finish(mut self, for_tests_only: bool) -> Option<FileData> {
        if self.broken {
            self.note_unread(self.source.len());
        }
        self.tell_other_lines();
        self.sort_comments();
        let totals = self.lines.totals();
        let mut ranges = std::mem::take(&mut self.token_ranges);
        ranges.push(0..self.tokens.position());
        ranges.iter().for_each(|range| self.spend(range.len()));
        if self.is_exhausted() {
            return None;
        }
        let mut halstead = self.tokens.halstead(&ranges);
        let whole_file = halstead.pop().unwrap_or_default();
        for (function, halstead) in self.functions.iter_mut().zip(halstead) {
            let within = |byte: u32| self.statements.partition_point(|start| *start < byte);
            let logical = within(function.span.end_byte) - within(function.span.start_byte);
            function.lines = totals.between(function.span.start_line, function.span.end_line, logical as u32);
            function.halstead = halstead;
        }
        let mut lines = self.lines.whole_file();
        lines.logical = self.statements.len() as u32;
        let symbols = self.symbols.finish(&self.tokens);
        let first_line = self.first_error_line;
        let found = !self.functions.is_empty() || !symbols.definitions.is_empty();
        let parse = match self.errors {
            0 => ParseStatus::Complete,
            errors if !found && self.skipped_bytes as usize >= self.source.len().div_ceil(2) => {
                return Some(not_parsed(
                    self.language,
                    self.source,
                    ParseStatus::Failed { errors, first_line },
                ));
            }
            errors => ParseStatus::Partial { errors, first_line, skipped_bytes: self.skipped_bytes },
        };
        let framework = imports_any(&symbols.imports, self.grammar.tests.frameworks);
        let (whole, modules) = (for_tests_only, self.test_modules);
        let tests = FileTests { whole, modules, framework, ..FileTests::default() };
        let facts = FileFacts {
            language: self.language,
            parse,
            lines,
            indentation: Default::default(),
            halstead: whole_file,
            top_level: self.complexity.top_level,
            functions: self.functions,
            tests,
            secrets: Vec::new(),
            conflict_markers: Vec::new(),
        };
        Some(FileData {
            facts: Arc::new(facts),
            comments: Some(self.comments.into()),
            symbols: Some(Arc::new(symbols)),
            tokens: Some(Arc::new(self.tokens.into_stream(self.imports))),
            types: Some(Arc::default()),
        })
    }
}
