//! The one walk of the syntax tree that fills all facts of a file.

mod clauses;

use self::clauses::Clause;
use super::complexity::{Complexity, OpenFunction};
use super::halstead::{TokenClass, Tokens};
use super::kinds::{KindInfo, KindTable, Role, Text, flag};
use super::lines::LineMap;
use super::names::{
    base_name, called_name, end_line_of, is_decorator, is_own_object, last_operand, line_of, span_of,
};
use super::symbols::{PendingDoc, SymbolCollector, import_target, one_line, summary};
use crate::language::{Grammar, Language, NodeRef, Site, VisibilityRule};
use crate::model::{
    Comment, CommentKind, Definition, DefinitionKind, FileFacts, Function, FunctionKind, Import, ParseStatus,
    Visibility,
};
use crate::repo::FileData;
use bstr::ByteSlice;
use std::ops::Range;
use tree_sitter::Tree;

/// What was opened on entering a node and must be closed on leaving it.
#[derive(Debug, Clone, Copy, Default)]
struct Frame {
    role: Role,
    /// Nesting level at which the node stands.
    nesting: u32,
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
    /// Lengths to go back to.
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
}

/// The state of the walk.
pub(super) struct Walk<'t> {
    table: &'static KindTable,
    grammar: &'static Grammar,
    language: Language,
    source: &'t [u8],
    frames: Vec<Frame>,
    ancestors: Vec<NodeRef<'t>>,
    /// Attributes on adjacent lines that nothing has claimed yet.
    attributes: Vec<NodeRef<'t>>,
    complexity: Complexity,
    tokens: Tokens<'t>,
    symbols: SymbolCollector,
    lines: LineMap,
    comments: Vec<Comment>,
    pending_doc: PendingDoc,
    functions: Vec<Function>,
    /// The function closed last, where another clause of it may follow.
    last_clause: Option<Clause>,
    /// Token positions of each function.
    token_ranges: Vec<Range<usize>>,
    /// Start bytes of statements, ascending.
    statements: Vec<u32>,
    /// Parts of the current qualified name.
    scope: Vec<ScopePart>,
    /// Start bytes of the names of open calls, and of open definitions.
    callees: Vec<usize>,
    names: Vec<usize>,
    open_sequences: usize,
    errors: u32,
    first_error_line: u32,
    skipped_bytes: u32,
}

impl<'t> Walk<'t> {
    pub fn new(table: &'static KindTable, language: Language, source: &'t [u8]) -> Self {
        Walk {
            table,
            grammar: table.grammar,
            language,
            source,
            frames: Vec::with_capacity(64),
            ancestors: Vec::with_capacity(64),
            attributes: Vec::new(),
            complexity: Complexity::default(),
            tokens: Tokens::for_bytes(source.len()),
            symbols: SymbolCollector::default(),
            lines: LineMap::new(source),
            comments: Vec::new(),
            pending_doc: PendingDoc::default(),
            functions: Vec::new(),
            last_clause: None,
            token_ranges: Vec::new(),
            statements: Vec::new(),
            scope: Vec::new(),
            callees: Vec::new(),
            names: Vec::new(),
            open_sequences: 0,
            errors: 0,
            first_error_line: 0,
            skipped_bytes: 0,
        }
    }

    /// Walks the tree and gives back the facts, every section filled.
    pub fn run(mut self, tree: &'t Tree) -> FileData {
        let mut cursor = tree.walk();
        let broken = tree.root_node().has_error();
        loop {
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
                    return self.finish();
                }
                self.ancestors.pop();
                self.leave();
            }
        }
    }

    fn note_error(&mut self, node: NodeRef<'t>) {
        if !node.is_error() && !node.is_missing() {
            return;
        }
        if self.errors == 0 {
            self.first_error_line = line_of(node);
        }
        self.errors += 1;
        let inside_another = self.ancestors.last().is_some_and(|parent| parent.is_error());
        if !inside_another {
            self.skipped_bytes += node.byte_range().len() as u32;
        }
    }

    /// Takes note of the errors in a node whose children are not visited: a string or comment that never ends.
    fn note_errors_inside(&mut self, node: NodeRef<'t>) {
        let mut cursor = node.walk();
        let mut pending = vec![node];
        while let Some(inner) = pending.pop() {
            if inner != node {
                self.note_error(inner);
            }
            if inner == node || !inner.is_error() {
                let first = pending.len();
                let broken = |child: &NodeRef<'t>| child.has_error() || child.is_missing();
                pending.extend(inner.children(&mut cursor).filter(broken));
                pending[first..].reverse();
            }
        }
    }

    /// Takes note of a node; false when its children are not to be visited.
    fn enter(&mut self, node: NodeRef<'t>, field: Option<u16>) -> bool {
        let mut info = self.table.info(node.kind_id());
        if info.has(flag::DYNAMIC) {
            let kind = (self.grammar.classify)(&self.site(node));
            let resolved = self.table.info_of_name(kind);
            info = KindInfo { flags: resolved.flags | info.flags & !flag::DYNAMIC, ..resolved };
        }
        let leaf = node.child_count() == 0;
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
        self.role(node, &info, &mut frame);
        self.frames.push(frame);
        true
    }

    fn site(&self, node: NodeRef<'t>) -> Site<'_, 't> {
        Site { node, ancestors: &self.ancestors, attributes: &self.attributes, source: self.source }
    }

    /// The frame of a node: where it stands with regard to nesting, `else` and logical sequences.
    fn frame_for(&self, node: NodeRef<'t>, info: &KindInfo, field: Option<u16>) -> Frame {
        let mut frame = Frame {
            role: info.role,
            parentheses: info.has(flag::PARENTHESES),
            block: info.has(flag::BLOCK),
            sequences: self.open_sequences,
            callees: self.callees.len(),
            names: self.names.len(),
            ..Frame::default()
        };
        let Some(parent) = self.frames.last() else { return frame };
        if frame.parentheses || (info.role == Role::Binary && self.is_logical(node)) {
            frame.sequence = parent.sequence;
        }
        frame.nesting = parent.nesting + u32::from(self.deepens(parent, info, field));
        let wraps_else = parent.after_else || parent.role == Role::Else;
        frame.after_else = wraps_else && info.has(flag::ELSE_WRAPPER);
        frame
    }

    /// True when children of `parent` like this one stand one level deeper than the parent.
    fn deepens(&self, parent: &Frame, info: &KindInfo, field: Option<u16>) -> bool {
        match parent.role {
            Role::If | Role::ElseIf => {
                let same_level = matches!(info.role, Role::Else | Role::ElseIf)
                    || (field.is_some() && field == self.table.condition_field)
                    || (parent.after_else && self.continues_else(info));
                !same_level
            }
            Role::Else => !self.continues_else(info),
            Role::Loop | Role::Switch | Role::Catch | Role::Ternary | Role::Lambda => true,
            Role::Function => {
                let outer = self.complexity.open.len().checked_sub(2).and_then(|i| self.complexity.open.get(i));
                parent.function && outer.is_some_and(|outer| !outer.decorator)
            }
            _ => parent.after_else && !self.continues_else(info),
        }
    }

    /// True for the `if` of an `else if`, or what wraps it.
    fn continues_else(&self, info: &KindInfo) -> bool {
        self.grammar.else_if_by_nesting && (info.role == Role::If || info.has(flag::ELSE_WRAPPER))
    }

    fn is_logical(&self, node: NodeRef<'t>) -> bool {
        let by_field = self.table.operator_field.and_then(|field| node.child_by_field_id(field));
        let operator = by_field.or_else(|| node.child(1));
        let is_operator = |token: NodeRef<'_>| {
            let info = self.table.info(token.kind_id());
            let named = || self.table.info_of_sign(&self.source[token.byte_range()]).has(flag::LOGICAL_OPERATOR);
            info.has(flag::LOGICAL_OPERATOR) || (info.text == Text::Operator && named())
        };
        operator.is_some_and(|token| is_operator(token) || token.child(0).is_some_and(is_operator))
    }

    fn mark_label(&mut self, info: &KindInfo) {
        if info.has(flag::LABEL) && self.frames.last().is_some_and(|parent| parent.role == Role::Jump) {
            self.complexity.flat();
        }
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
            self.attributes.push(node);
        }
        if info.has(flag::IMPORT) {
            let text = one_line(&self.source[node.byte_range()]);
            self.symbols.imports.push(Import { target: self.import_target(node, &text), text, line: line_of(node) });
        }
        if info.has(flag::CALL) {
            self.call(node);
        }
    }

    /// Drops attributes that do not stand right above `node`.
    fn keep_adjoining_attributes(&mut self, node: NodeRef<'t>) {
        if self.attributes.last().is_some_and(|last| end_line_of(*last) + 1 < line_of(node)) {
            self.attributes.clear();
        }
    }

    fn import_target(&self, node: NodeRef<'t>, text: &str) -> String {
        let module = ["source", "module_name", "module"].into_iter().find_map(|field| node.child_by_field_name(field));
        match module {
            Some(module) => import_target(&one_line(&self.source[module.byte_range()])),
            None => import_target(text),
        }
    }

    fn call(&mut self, node: NodeRef<'t>) {
        if let Some(abc) = self.complexity.abc() {
            abc.branches += 1;
        }
        let callee = match self.grammar.callee_field {
            "" => node.named_child(0),
            _ => {
                let by_field = |field: &u16| node.child_by_field_id(*field);
                self.table.callee_fields.iter().find_map(by_field).or_else(|| node.named_child(0))
            }
        };
        let Some(callee) = callee else { return };
        let operand = last_operand(callee, self.table);
        let start = if operand == callee { node.start_byte() } else { operand.start_byte() };
        let name = called_name(operand, self.table);
        self.callees.push(name.start_byte());
        if let Some(function) = self.complexity.open.last_mut()
            && self.source[name.byte_range()] == *function.name.as_bytes()
        {
            let object = &self.source[start.min(name.start_byte())..name.start_byte()];
            function.recursive |= is_own_object(object, function.own_object.as_deref());
        }
    }

    fn role(&mut self, node: NodeRef<'t>, info: &KindInfo, frame: &mut Frame) {
        let nesting = frame.nesting;
        match info.role {
            Role::None | Role::Lambda | Role::Jump => {}
            Role::Function => self.function(node, frame),
            Role::Scope | Role::NameScope | Role::Definition => self.named(node, info, frame),
            Role::If => self.if_statement(nesting),
            Role::ElseIf => {
                self.count(|decisions| &mut decisions.ifs);
                self.complexity.flat();
            }
            Role::Else => self.else_branch(),
            Role::Loop => self.structure(nesting, |decisions| &mut decisions.loops),
            Role::Catch => self.structure(nesting, |decisions| &mut decisions.catches),
            Role::Ternary => self.structure(nesting, |decisions| &mut decisions.ternaries),
            Role::ComprehensionLoop => self.count(|decisions| &mut decisions.loops),
            Role::ComprehensionIf => self.count(|decisions| &mut decisions.ifs),
            Role::Guard => self.count(|decisions| &mut decisions.guards),
            Role::Goto => self.complexity.flat(),
            Role::Switch => {
                let decisions = self.complexity.decisions();
                decisions.switches = decisions.switches.saturating_add(1);
                self.complexity.structural(nesting);
                self.complexity.selections.push(false);
            }
            Role::Case if (self.grammar.is_default_case)(node, self.source) => self.complexity.default_branch(),
            Role::Case => self.complexity.branch(self.grammar.exhaustive_switch),
            Role::DefaultCase => self.complexity.default_branch(),
            Role::Binary => {
                if frame.sequence.is_none() && self.is_logical(node) {
                    frame.sequence = Some(self.complexity.open_sequence());
                    self.open_sequences += 1;
                }
            }
        }
    }

    fn count(&mut self, counter: fn(&mut crate::model::Decisions) -> &mut u16) {
        let counter = counter(self.complexity.decisions());
        *counter = counter.saturating_add(1);
    }

    /// A control structure: a decision of its kind, and a cognitive increment that grows with nesting.
    fn structure(&mut self, nesting: u32, counter: fn(&mut crate::model::Decisions) -> &mut u16) {
        self.count(counter);
        self.complexity.structural(nesting);
    }

    fn if_statement(&mut self, nesting: u32) {
        self.count(|decisions| &mut decisions.ifs);
        let after_else = self.frames.last().is_some_and(|parent| {
            parent.role == Role::Else && self.grammar.else_if_by_nesting || parent.after_else
        });
        if !after_else {
            self.complexity.structural(nesting);
        }
    }

    /// An `else` clause: an increment after `if` and loops, the default branch of a selection, nothing after `try`.
    fn else_branch(&mut self) {
        match self.frames.last().map(|parent| parent.role) {
            Some(Role::If | Role::ElseIf | Role::Loop) => {
                self.complexity.condition();
                self.complexity.flat();
            }
            Some(Role::Switch) => self.complexity.default_branch(),
            _ => {}
        }
    }

    fn token(&mut self, node: NodeRef<'t>, info: &KindInfo) {
        let range = node.byte_range();
        if range.is_empty() {
            return;
        }
        let line = line_of(node);
        self.lines.mark_code(line, end_line_of(node));
        let kind = node.kind_id();
        if info.text == Text::Operator {
            let text = &self.source[range];
            let kind = self.tokens.named_sign(text, line);
            self.operator(kind, &self.table.info_of_sign(text));
            return;
        }
        if !info.named {
            let class = if info.text == Text::Closer { TokenClass::Closer } else { TokenClass::Operator };
            self.tokens.sign(kind, class, line);
            self.operator(kind, info);
            return;
        }
        let start = range.start;
        let text = self.tokens.operand(kind, &self.source[range], line);
        if info.text == Text::Identifier {
            if self.names.last() == Some(&start) {
                self.names.pop();
            } else {
                let call = self.callees.last() == Some(&start);
                if call {
                    self.callees.pop();
                }
                self.symbols.reference(text, call);
            }
        }
    }

    fn operator(&mut self, kind: u16, info: &KindInfo) {
        let Some(parent) = self.frames.last_mut() else { return };
        if info.has(flag::LOGICAL_OPERATOR)
            && let Some(sequence) = parent.sequence
        {
            if info.has(flag::COALESCING_OPERATOR) {
                self.count(|decisions| &mut decisions.logicals);
            } else {
                self.complexity.logical_operator(sequence, kind);
            }
        } else if info.has(flag::ELSE_KEYWORD) && parent.role == Role::If {
            parent.after_else = true;
            self.complexity.condition();
            self.complexity.flat();
        } else if info.has(flag::COMPARISON) && parent.role == Role::Binary {
            self.complexity.condition();
        }
    }

    fn comment(&mut self, node: NodeRef<'t>) {
        let bytes = &self.source[node.byte_range()];
        let trimmed = bytes.trim_end_with(|c| c == '\n' || c == '\r');
        let mut span = span_of(node);
        if trimmed.len() < bytes.len() {
            span.end_byte = span.start_byte + trimmed.len() as u32;
            span.end_line = span.start_line + trimmed.iter().filter(|b| **b == b'\n').count() as u32;
        }
        let trailing = self.lines.has_code(span.start_line);
        self.lines.mark_comment(span.start_line, span.end_line);
        let text = trimmed.to_str_lossy().into_owned();
        let docs = &self.grammar.docs;
        let starts = |openings: &[&str]| openings.iter().any(|opening| text.starts_with(opening));
        let kind = if starts(docs.inner_openings) || (starts(docs.openings) && !starts(docs.not_openings)) {
            CommentKind::Doc
        } else if span.end_line > span.start_line || ["/*", "{-", "(*", "--[[", "#=", "=begin"].iter().any(|o| text.starts_with(o)) {
            CommentKind::Block
        } else {
            CommentKind::Line
        };
        let inner = starts(docs.inner_openings);
        let comment = Comment { span, kind, trailing, text };
        if inner {
            self.pending_doc.clear();
        } else {
            self.pending_doc.comment(self.comments.len(), &comment, docs.openings.is_empty());
        }
        self.comments.push(comment);
    }

    /// Opens a function, or notes a function without a body as a definition.
    fn function(&mut self, node: NodeRef<'t>, frame: &mut Frame) {
        self.keep_adjoining_attributes(node);
        let rule = &self.grammar.function;
        if rule.merge_clauses && self.reopen_function(node, frame) {
            return;
        }
        let site = self.site(node);
        let (name_node, body) = ((rule.name)(&site), (rule.body)(&site));
        let in_type = self.scope.last().is_some_and(|part| part.is_type);
        let receiver = (rule.receiver)(&site).map(|node| base_name(&self.source[node.byte_range()]));
        let kind = match name_node {
            None => FunctionKind::Anonymous,
            Some(_) if receiver.is_some() => FunctionKind::Method,
            Some(_) => (rule.kind)(&site, in_type),
        };
        let name = name_node.map_or_else(|| "<anonymous>".to_owned(), |n| base_name(&self.source[n.byte_range()]));
        let qualified_name = self.qualify(receiver.as_deref(), &name);
        let visibility = self.visibility(&site, &name);
        let signature_end = body.map_or(node.end_byte(), |body| body.start_byte());
        let doc = self.documentation(node, body);
        let documented = doc.is_some();
        if let Some(name_node) = name_node {
            let definition_kind =
                if kind == FunctionKind::Method { DefinitionKind::Method } else { DefinitionKind::Function };
            self.define(name_node, Definition {
                name: name.clone(),
                qualified_name: qualified_name.clone(),
                kind: definition_kind,
                span: span_of(node),
                name_line: line_of(name_node),
                parent: self.symbols.open.last().copied(),
                function: body.map(|_| self.functions.len() as u32),
                visibility,
                doc,
                signature: self.signature(node, signature_end),
            });
            frame.definition = true;
        }
        let scope_name = match &receiver {
            Some(receiver) => format!("{receiver}{}{name}", self.grammar.separator),
            None => name.clone(),
        };
        let site = self.site(node);
        let is_test = self.scope.last().is_some_and(|part| part.is_test) || (rule.is_test)(&site, &name);
        let parameters = (rule.parameters)(&site).map_or(0, |list| (rule.count)(list, self.source));
        self.scope.push(ScopePart { name: scope_name, is_type: false, is_test });
        self.attributes.clear();
        frame.named = true;
        if body.is_none() {
            return;
        }
        self.open_function(node, frame, Function {
            name,
            qualified_name,
            kind,
            span: span_of(node),
            enclosing: self.complexity.open.last().map(|outer| outer.index),
            lines: Default::default(),
            decisions: Default::default(),
            cognitive: 0,
            nesting: 0,
            parameters,
            exits: 0,
            halstead: Default::default(),
            abc: Default::default(),
            visibility,
            documented,
            is_test,
            incomplete: node.has_error(),
        });
    }

    fn open_function(&mut self, node: NodeRef<'t>, frame: &mut Frame, function: Function) {
        let rule = &self.grammar.function;
        let deeper = self.complexity.open.last().is_some_and(|outer| !outer.decorator);
        let decorator = rule.decorators && is_decorator(&self.site(node), self.grammar);
        // Constructors named by a keyword call one another by it (`self.init`, `this(…)`): that is no recursion.
        let named = (rule.name)(&self.site(node)).filter(|name| name.is_named() && function.name != "this");
        let recursive_name = named.map(|_| function.name.clone());
        self.complexity.open.push(OpenFunction {
            index: self.functions.len() as u32,
            name: recursive_name.unwrap_or_default(),
            own_object: (rule.own_object)(&self.site(node)).map(|name| self.source[name.byte_range()].to_vec()),
            base: frame.nesting + u32::from(deeper),
            decorator,
            ..OpenFunction::default()
        });
        self.token_ranges.push(self.tokens.position()..usize::MAX);
        self.functions.push(function);
        frame.function = true;
    }

    fn close_function(&mut self) {
        let mut open = self.complexity.open.pop().expect("a function frame opened it");
        if open.recursive && !open.recursion_counted {
            open.recursion_counted = true;
            open.cognitive_own += 1;
            open.cognitive += 1;
            for outer in &mut self.complexity.open {
                outer.cognitive += 1;
            }
        }
        if self.grammar.function.declarative_outer && open.cognitive_own == 0 {
            open.cognitive = 0;
        }
        self.token_ranges[open.index as usize].end = self.tokens.position();
        let function = &mut self.functions[open.index as usize];
        function.decisions = open.decisions;
        function.cognitive = open.cognitive;
        function.nesting = open.nesting;
        function.exits = open.exits;
        function.abc = open.abc;
        if self.grammar.function.merge_clauses {
            self.keep_clause(open);
        }
    }

    /// A scope, a part of names, or another definition.
    fn named(&mut self, node: NodeRef<'t>, info: &KindInfo, frame: &mut Frame) {
        self.keep_adjoining_attributes(node);
        let site = self.site(node);
        let name_node = (self.grammar.function.name)(&site);
        let body = (self.grammar.function.body)(&site);
        let Some(name_node) = name_node else { return };
        let name = base_name(&self.source[name_node.byte_range()]);
        if let Some(kind) = info.definition {
            let signature_end = body.map_or(node.end_byte(), |body| body.start_byte());
            let visibility = self.visibility(&site, &name);
            let doc = self.documentation(node, body);
            self.define(name_node, Definition {
                name: name.clone(),
                qualified_name: self.qualify(None, &name),
                kind,
                span: span_of(node),
                name_line: line_of(name_node),
                parent: self.symbols.open.last().copied(),
                function: None,
                visibility,
                doc,
                signature: self.signature(node, signature_end),
            });
            frame.definition = true;
        }
        if info.role != Role::Definition {
            let is_type = info.definition != Some(DefinitionKind::Module);
            let outer_test = self.scope.last().is_some_and(|part| part.is_test);
            let is_test = outer_test || (self.grammar.function.is_test)(&self.site(node), &name);
            self.scope.push(ScopePart { name, is_type, is_test });
            frame.named = true;
        }
        self.attributes.clear();
    }

    fn define(&mut self, name: NodeRef<'t>, definition: Definition) {
        self.symbols.open.push(self.symbols.definitions.len() as u32);
        self.symbols.definitions.push(definition);
        self.names.push(name.start_byte());
    }

    fn qualify(&self, receiver: Option<&str>, name: &str) -> String {
        let mut qualified = String::new();
        for part in self.scope.iter().map(|part| part.name.as_str()).chain(receiver) {
            qualified.push_str(part);
            qualified.push_str(self.grammar.separator);
        }
        qualified.push_str(name);
        qualified
    }

    fn visibility(&self, site: &Site<'_, 't>, name: &str) -> Visibility {
        let says = |kinds: &[&str], word: &str| site.has_modifier(kinds, word);
        match self.grammar.visibility {
            VisibilityRule::By(rule) => rule(site, name),
            VisibilityRule::AlwaysPublic => Visibility::Public,
            VisibilityRule::Underscore if name.starts_with('_') && !name.ends_with("__") => Visibility::Private,
            VisibilityRule::Underscore => Visibility::Public,
            VisibilityRule::PublicUnless(kinds) => {
                if says(kinds, "private") || says(kinds, "fileprivate") {
                    Visibility::Private
                } else if says(kinds, "protected") || says(kinds, "internal") {
                    Visibility::Restricted
                } else {
                    Visibility::Public
                }
            }
            VisibilityRule::PublicIf(kinds) => {
                if says(kinds, "public") {
                    Visibility::Public
                } else if says(kinds, "protected") || says(kinds, "internal") {
                    Visibility::Restricted
                } else {
                    Visibility::Private
                }
            }
        }
    }

    /// The summary of the documentation of a definition: the comments right above it, or its docstring.
    fn documentation(&mut self, node: NodeRef<'t>, body: Option<NodeRef<'t>>) -> Option<String> {
        if let Some(string) = (self.grammar.function.doc)(&self.site(node)) {
            return Some(summary(&self.source[string.byte_range()].to_str_lossy()));
        }
        if self.grammar.docs.docstrings {
            let first = body?.named_child(0)?;
            let string = if first.kind() == "expression_statement" { first.named_child(0)? } else { first };
            return (string.kind() == "string").then(|| summary(&self.source[string.byte_range()].to_str_lossy()));
        }
        self.pending_doc.take(line_of(node), &self.comments)
    }

    fn signature(&self, node: NodeRef<'t>, end: usize) -> String {
        let text = one_line(&self.source[node.start_byte()..end.max(node.start_byte())]);
        text.trim_end_matches(['{', ':', '=', ' ', '(', ';', ',']).to_owned()
    }

    fn leave(&mut self) {
        let frame = self.frames.pop().expect("every node entered has a frame");
        if frame.role == Role::Switch {
            self.complexity.selections.pop();
        }
        if frame.function {
            self.close_function();
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

    fn finish(mut self) -> FileData {
        let totals = self.lines.totals();
        let mut ranges = std::mem::take(&mut self.token_ranges);
        ranges.push(0..self.tokens.position());
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
        let parse = match self.errors {
            0 => ParseStatus::Complete,
            errors => {
                ParseStatus::Partial { errors, first_line: self.first_error_line, skipped_bytes: self.skipped_bytes }
            }
        };
        let facts = FileFacts {
            language: self.language,
            parse,
            lines,
            halstead: whole_file,
            top_level: self.complexity.top_level,
            functions: self.functions,
            secrets: Vec::new(),
            conflict_markers: Vec::new(),
        };
        let symbols = self.symbols.finish(&self.tokens);
        FileData {
            facts,
            comments: Some(self.comments),
            symbols: Some(symbols),
            tokens: Some(self.tokens.into_stream()),
        }
    }
}
