//! Functions, scopes and other definitions; calls and imports.

use super::{Frame, STEPS_PER_NAME_BYTE, ScopePart, Walk};
use crate::extract::arity::{self, Taken};
use crate::extract::complexity::OpenFunction;
use crate::extract::docstring;
use crate::extract::kinds::{KindInfo, Role};
use crate::extract::names::{
    base_name, called_name, is_decorator, is_own_object, last_operand, line_of, span_of,
};
use crate::extract::symbols::one_line;
use crate::language::{NodeRef, Site, VisibilityRule};
use crate::model::{Definition, DefinitionKind, Function, FunctionKind, TestMark, Visibility};
use bstr::ByteSlice;

/// The head of a function: everything before the body.
struct FunctionHead<'t> {
    name_node: Option<NodeRef<'t>>,
    body: Option<NodeRef<'t>>,
    name: String,
    qualified_name: String,
    receiver: Option<String>,
    kind: FunctionKind,
    visibility: Visibility,
    block: Option<TestMark>,
}

impl<'t> Walk<'t> {
    pub(super) fn call(&mut self, node: NodeRef<'t>) {
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
            if !function.recursive && is_own_object(object, function.own_object.as_deref()) {
                let piped = || is_piped(&self.ancestors, node, self.source);
                let behind = || arity::has_lambda_behind(&self.ancestors, node);
                let more = || usize::from(piped()) + usize::from(behind());
                function.recursive =
                    function.takes.as_ref().is_none_or(|taken| taken.fit(node, self.source, more()));
            }
        }
    }

    /// Opens a function, or records a function without a body as a definition.
    pub(super) fn function(&mut self, node: NodeRef<'t>, frame: &mut Frame) {
        self.keep_adjoining_attributes(node);
        let rule = &self.grammar.function;
        if rule.merge_clauses && self.reopen_function(node, frame) {
            return;
        }
        let head = self.function_head(node);
        self.spend_on_definition(head.qualified_name.len());
        let doc = self.documentation(node);
        let documented = doc.is_some();
        if let Some(name_node) = head.name_node {
            self.define_function(node, name_node, &head, doc);
            frame.definition = true;
        }
        let site = self.site(node);
        let test = self.test_mark(&site, &head);
        let (parameters, positional) = self.parameters(&site, test);
        let scope_name = match &head.receiver {
            Some(receiver) => format!("{receiver}{}{}", self.grammar.separator, head.name),
            None => head.name.clone(),
        };
        self.scope.push(ScopePart {
            name: scope_name,
            is_type: false,
            is_test: test.is_test_code(),
            is_function: true,
            bases: Vec::new(),
        });
        self.clear_attributes();
        frame.named = true;
        if head.body.is_none() {
            return;
        }
        self.open_function(
            node,
            frame,
            Function {
                name: head.name,
                qualified_name: head.qualified_name,
                kind: head.kind,
                span: span_of(node),
                enclosing: self.complexity.open.last().map(|outer| outer.index),
                lines: Default::default(),
                decisions: Default::default(),
                cognitive: 0,
                cognitive_own: 0,
                nesting: 0,
                parameters,
                positional,
                exits: 0,
                halstead: Default::default(),
                abc: Default::default(),
                visibility: head.visibility,
                documented,
                test,
                incomplete: node.has_error(),
            },
        );
    }

    /// How many parameters a function declares, and how many of them are given by position.
    fn parameters(&self, site: &Site<'_, 't>, test: TestMark) -> (u16, u16) {
        let rule = &self.grammar.function;
        let list = (rule.parameters)(site);
        let declared = list.map_or(0, |list| (rule.count)(list, self.source));
        let positional = match (list, rule.positional) {
            // A framework passes a test its arguments.
            _ if matches!(test, TestMark::Marked | TestMark::ByName) => 0,
            (Some(list), Some(positional)) => positional(site, list).min(declared),
            _ => declared,
        };
        let figure = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        (figure(declared), figure(positional))
    }

    fn function_head(&self, node: NodeRef<'t>) -> FunctionHead<'t> {
        let rule = &self.grammar.function;
        let site = self.site(node);
        let name_node = (rule.name)(&site);
        let in_type = self.scope.last().is_some_and(|part| part.is_type);
        let receiver = (rule.receiver)(&site).map(|node| base_name(&self.source[node.byte_range()]));
        let block = (self.grammar.tests.block)(&site);
        let kind = match (&block, name_node) {
            (Some(block), _) if block.suite => FunctionKind::Suite,
            (Some(_), _) => FunctionKind::Test,
            (None, None) => FunctionKind::Anonymous,
            (None, Some(_)) if receiver.is_some() => FunctionKind::Method,
            (None, Some(_)) => (rule.kind)(&site, in_type),
        };
        let (block, name) = match (block, name_node) {
            (Some(block), _) => (Some(if block.suite { TestMark::Inside } else { block.mark }), block.title),
            (None, Some(name)) => (None, base_name(&self.source[name.byte_range()])),
            (None, None) => (None, "<anonymous>".to_owned()),
        };
        FunctionHead {
            name_node,
            body: (rule.body)(&site),
            qualified_name: self.qualify(receiver.as_deref(), &name),
            visibility: self.visibility(&site, &name),
            kind,
            receiver,
            block,
            name,
        }
    }

    /// Whether a function marks itself as a test. A nested function that is only named like a test is not one.
    fn test_mark(&self, site: &Site<'_, 't>, head: &FunctionHead<'t>) -> TestMark {
        let around = self.scope.last();
        let own = head.block.unwrap_or_else(|| (self.grammar.tests.mark)(site, &head.name));
        let nested = head.block.is_none() && around.is_some_and(|part| part.is_function);
        let own = if nested && own == TestMark::ByName { TestMark::None } else { own };
        match around {
            Some(part) if part.is_test && own == TestMark::None => TestMark::Inside,
            _ => own,
        }
    }

    /// Records a module in another file that is declared for tests only.
    fn test_module(&mut self, name: &str) {
        let at = self.attributes.iter().find_map(|attribute| {
            let text = self.source[attribute.byte_range()].to_str().ok()?.strip_prefix("#[path")?;
            text.trim_start().strip_prefix('=')?.split('"').nth(1).map(str::to_owned)
        });
        let around: Vec<&str> = self.scope.iter().map(|part| part.name.as_str()).chain([name]).collect();
        let path = at.unwrap_or_else(|| around.join("/"));
        self.spend_on_definition(path.len());
        self.test_modules.push(path);
    }

    fn define_function(
        &mut self,
        node: NodeRef<'t>,
        name: NodeRef<'t>,
        head: &FunctionHead<'t>,
        doc: Option<String>,
    ) {
        let is_method = head.kind == FunctionKind::Method;
        let signature_end = head.body.map_or(node.end_byte(), |body| body.start_byte());
        self.define(
            name,
            Definition {
                name: head.name.clone(),
                qualified_name: head.qualified_name.clone(),
                kind: if is_method { DefinitionKind::Method } else { DefinitionKind::Function },
                span: span_of(node),
                name_line: line_of(name),
                parent: self.symbols.open.last().copied(),
                function: head.body.map(|_| self.functions.len() as u32),
                visibility: head.visibility,
                doc,
                signature: self.signature(name.start_byte().min(node.start_byte()), signature_end),
                attributes: self.attributes_above(),
                bases: self.implemented().to_vec(),
            },
        );
    }

    fn open_function(&mut self, node: NodeRef<'t>, frame: &mut Frame, function: Function) {
        let rule = &self.grammar.function;
        let deeper = self.complexity.open.last().is_some_and(|outer| !outer.decorator);
        let decorator = rule.decorators && is_decorator(&self.site(node), self.grammar);
        // Constructors named by a keyword call one another with that keyword (`self.init`, `this(…)`): that is not
        // recursion.
        let named = (rule.name)(&self.site(node)).filter(|name| name.is_named() && function.name != "this");
        let recursive_name = named.map(|_| function.name.clone());
        let parameters = (rule.parameters)(&self.site(node)).filter(|_| rule.overloads);
        let at_once = (rule.runs_at_once)(&self.site(node));
        self.complexity.open.push(OpenFunction {
            index: self.functions.len() as u32,
            name: recursive_name.unwrap_or_default(),
            own_object: (rule.own_object)(&self.site(node))
                .map(|name| self.source[name.byte_range()].to_vec()),
            base: frame.nesting + u32::from(deeper),
            base_closures: frame.closures,
            decorator,
            takes: parameters.and_then(|list| Taken::by(list, self.source, rule.labels)),
            at_once,
            ..OpenFunction::default()
        });
        self.token_ranges.push(self.tokens.position()..usize::MAX);
        self.functions.push(function);
        frame.function = true;
    }

    pub(super) fn close_function(&mut self) {
        let mut open = self.complexity.open.pop().expect("a function frame opened it");
        if open.recursive && !open.recursion_counted {
            self.spend(self.complexity.open.len());
            open.recursion_counted = true;
            open.cognitive_own = open.cognitive_own.saturating_add(1);
            open.cognitive = open.cognitive.saturating_add(1);
            for outer in &mut self.complexity.open {
                outer.cognitive = outer.cognitive.saturating_add(1);
            }
        }
        let declares = self.grammar.function.declarative_outer && !open.structured;
        // A group of tests is like a class body: the complexity of its tests belongs to the tests.
        if declares || self.functions[open.index as usize].kind == FunctionKind::Suite {
            open.cognitive = open.cognitive_own;
        }
        self.token_ranges[open.index as usize].end = self.tokens.position();
        let function = &mut self.functions[open.index as usize];
        function.decisions = open.decisions;
        function.cognitive = open.cognitive;
        function.cognitive_own = open.cognitive_own;
        function.nesting = open.nesting;
        function.exits = open.exits;
        function.abc = open.abc;
        if self.grammar.function.merge_clauses {
            self.keep_clause(open);
        }
    }

    /// A scope, a part of names, or another definition.
    pub(super) fn named(&mut self, node: NodeRef<'t>, info: &KindInfo, frame: &mut Frame) {
        self.keep_adjoining_attributes(node);
        let site = self.site(node);
        let name_node = (self.grammar.function.name)(&site);
        let body = (self.grammar.function.body)(&site);
        let Some(name_node) = name_node else { return };
        let name = base_name(&self.source[name_node.byte_range()]);
        let visibility = self.visibility(&site, &name);
        let base = (self.grammar.function.base)(&site);
        let mut bases = base.map_or_else(Vec::new, |base| self.base_names(base));
        if let Some(kind) = info.definition {
            let signature_end = body.map_or(node.end_byte(), |body| body.start_byte());
            let qualified_name = self.qualify(None, &name);
            self.spend_on_definition(qualified_name.len());
            let doc = self.documentation(node);
            self.define(
                name_node,
                Definition {
                    name: name.clone(),
                    qualified_name,
                    kind,
                    span: span_of(node),
                    name_line: line_of(name_node),
                    parent: self.symbols.open.last().copied(),
                    function: None,
                    visibility,
                    doc,
                    signature: self.signature(node.start_byte(), signature_end),
                    attributes: self.attributes_above(),
                    bases: if bases.is_empty() { self.implemented().to_vec() } else { bases.clone() },
                },
            );
            frame.definition = true;
        }
        if info.role != Role::Definition {
            let is_type = info.definition != Some(DefinitionKind::Module);
            let outer_test = self.scope.last().is_some_and(|part| part.is_test);
            let marked = (self.grammar.tests.mark)(&self.site(node), &name) == TestMark::Marked;
            let is_test = outer_test || marked;
            if marked && body.is_none() {
                self.test_module(&name);
            }
            if info.definition.is_some() {
                bases.clear();
            }
            self.scope.push(ScopePart { name, is_type, is_test, is_function: false, bases });
            frame.named = true;
        }
        self.clear_attributes();
    }

    /// Charges steps for a definition by its depth: its ancestors are looked at, and its name contains theirs.
    fn spend_on_definition(&mut self, name: usize) {
        self.spend(self.ancestors.len() + STEPS_PER_NAME_BYTE * name);
    }

    /// What the members of the scope implement.
    fn implemented(&self) -> &[String] {
        self.scope.last().map_or(&[], |part| &part.bases)
    }

    fn define(&mut self, name: NodeRef<'t>, definition: Definition) {
        if name.end_byte() <= definition.span.start_byte as usize {
            let spelling = self.tokens.intern(&self.source[name.byte_range()]);
            self.symbols.take_back(spelling);
        }
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
            VisibilityRule::Underscore if name.starts_with('_') && !name.ends_with("__") => {
                Visibility::Private
            }
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

    /// The summary of the documentation of a definition: the comments right above it, or the string that documents it.
    fn documentation(&mut self, node: NodeRef<'t>) -> Option<String> {
        if self.grammar.docs.docstrings {
            let string = (self.grammar.function.doc)(&self.site(node))?;
            return Some(docstring::summary(&self.source[string.byte_range()].to_str_lossy()));
        }
        self.pending_doc.take(line_of(node), &self.comments)
    }

    /// The text of a definition's head. For a function that is a value it begins with the name that it is bound to.
    fn signature(&self, start: usize, end: usize) -> String {
        let text = one_line(&self.source[start..end.max(start)]);
        let text = text.trim_end().trim_end_matches("=>");
        text.trim_end_matches(['{', ':', '=', ' ', '(', ';', ',']).to_owned()
    }
}

/// True for a call that receives the value before `|>` as an additional argument.
fn is_piped(ancestors: &[NodeRef<'_>], call: NodeRef<'_>, source: &[u8]) -> bool {
    ancestors.last().is_some_and(|parent| {
        let operator = parent.child_by_field_name("operator").map(|operator| &source[operator.byte_range()]);
        operator == Some(b"|>") && parent.child_by_field_name("right") == Some(call)
    })
}
