//! The declarations of a file: fields, variants, function results, trait implementations.

use super::output::{Output, bare};
use super::syntax::{Field, Kind, field, kind, text};
use super::written::{Scope, bounds, distinct, parameters, read, words};
use crate::language::rust::attributes::{allows_dead_code, registers};
use crate::model::{
    Alias, Contents, Declarations, DeclaredType, FunctionResult, NameId, TypeDeclaration, TypeId,
    UNKNOWN_TYPE, WrittenType,
};
use std::rc::Rc;
use tree_sitter::Node;

/// A node that is still to be searched for declarations.
struct Site<'t> {
    node: Node<'t>,
    scope: Rc<Scope>,
    /// The attributes right above it; comments in between are allowed.
    attributes: Vec<Node<'t>>,
}

/// Nodes still to be searched for declarations, the next one last.
type Pending<'t> = Vec<Site<'t>>;

/// Reads the file's declarations, at any depth.
pub(super) fn declarations(output: &mut Output, root: Node<'_>, source: &str) -> Declarations {
    let mut reader = Reader { output, source, found: Declarations::default() };
    reader.inner_attributes(root);
    let mut pending: Pending<'_> = vec![Site { node: root, scope: Rc::default(), attributes: Vec::new() }];
    while let Some(site) = pending.pop() {
        reader.declaration(&site, &mut pending);
    }
    let mut found = reader.found;
    let of_types = [&mut found.traits, &mut found.with_own, &mut found.modules, &mut found.in_macros];
    let others = [&mut found.splicing, &mut found.modules_in_macros, &mut found.included_texts];
    of_types.into_iter().chain(others).for_each(distinct);
    found
}

struct Reader<'r> {
    output: &'r mut Output,
    source: &'r str,
    found: Declarations,
}

impl<'r> Reader<'r> {
    fn text_of(&self, node: Node<'_>, of: Field) -> Option<&'r str> {
        field(node, of).map(|of| text(self.source, of))
    }

    fn name_of(&mut self, node: Node<'_>, of: Field) -> Option<NameId> {
        self.text_of(node, of).map(|text| self.output.name(text))
    }

    fn read(&mut self, node: Node<'_>, scope: &Scope) -> TypeId {
        read(self.output, node, self.source, scope)
    }

    /// The names of the type parameters that a node declares.
    fn parameters(&mut self, node: Node<'_>) -> Vec<NameId> {
        parameters(self.output, node, self.source).into_iter().map(|(name, _)| name).collect()
    }

    /// Reads one node; its children come next.
    fn declaration<'t>(&mut self, site: &Site<'t>, pending: &mut Pending<'t>) {
        let (node, scope) = (site.node, &site.scope);
        match kind(node) {
            Kind::StructItem | Kind::UnionItem | Kind::EnumItem => self.add_type(site),
            Kind::TypeItem => self.add_alias(node, scope),
            Kind::ConstItem | Kind::StaticItem => self.add_constant(node, scope),
            Kind::FunctionItem | Kind::FunctionSignatureItem => self.add_function(node, scope, pending),
            Kind::ImplItem => self.add_impl(site, pending),
            Kind::TraitItem => self.add_trait(node, pending),
            Kind::UseDeclaration => self.add_renames(node),
            Kind::MacroDefinition | Kind::MacroInvocation => self.add_macro(site),
            kind => {
                if kind == Kind::ModItem {
                    let name = self.name_of(node, Field::Name);
                    self.found.modules.extend(name);
                }
                add_children(node, scope, pending);
            }
        }
    }

    /// `#![allow(dead_code)]` applies to a file and to the files of its submodules; files that include generated code
    /// are kept, too.
    fn inner_attributes(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        let inner = root.named_children(&mut cursor).filter(|of| kind(*of) == Kind::InnerAttributeItem);
        // Ignore conditional attributes, because this is about the whole file.
        let allows = |of: Node<'_>| {
            let text = text(self.source, of).trim_start_matches(['#', '!', '[', ' ']);
            allows_dead_code(text) && !text.starts_with("cfg_attr")
        };
        self.found.allows_dead_code = inner.into_iter().any(allows);
        for name in ["include_str!", "include_bytes!"] {
            for inclusion in self.source.split(name).skip(1) {
                let path = inclusion.split('"').nth(1).unwrap_or_default();
                let file = path.rsplit('/').next().unwrap_or_default();
                let file = self.output.name(file);
                self.found.included_texts.push(file);
            }
        }
        self.found.includes_generated = self.source.contains("OUT_DIR") && self.source.contains("include!");
    }

    fn add_type(&mut self, site: &Site<'_>) {
        let node = site.node;
        let Some(name) = self.name_of(node, Field::Name) else { return };
        let parameters = self.parameters(node);
        let mut scope = Scope::of_parameters(&parameters, self.output);
        let own: Vec<TypeId> = scope.parameters.iter().map(|(_, of)| *of).collect();
        scope.own = Some(self.output.of(WrittenType::Named(name, own.into())));
        let rewritten = self.is_kept(site) && !self.has_attribute(site, "derive");
        let mut declared = DeclaredType {
            name,
            parameters,
            has_unknown_target: rewritten || self.has_attribute(site, "Deref"),
            ..DeclaredType::default()
        };
        // With `#[element] struct A { … }` the macro decides what is generated, so the fields are unknown.
        if let Some(body) = field(node, Field::Body).filter(|_| !rewritten) {
            if kind(node) == Kind::EnumItem {
                let mut cursor = body.walk();
                for variant in body.named_children(&mut cursor).filter(|of| kind(*of) == Kind::EnumVariant) {
                    let Some(name) = self.name_of(variant, Field::Name) else { continue };
                    let contents = field(variant, Field::Body).map(|body| self.contents(body, &scope));
                    declared.variants.push((name, contents.unwrap_or_default()));
                }
            } else {
                declared.contents = self.contents(body, &scope);
            }
        }
        self.found.types.push(TypeDeclaration::Type(declared));
    }

    fn contents(&mut self, body: Node<'_>, scope: &Scope) -> Contents {
        let mut contents = Contents::default();
        let mut cursor = body.walk();
        for child in body.named_children(&mut cursor) {
            match kind(child) {
                Kind::FieldDeclaration => {
                    let Some(name) = self.name_of(child, Field::Name) else { continue };
                    let of = field(child, Field::Type).map_or(UNKNOWN_TYPE, |of| self.read(of, scope));
                    contents.fields.push((name, of));
                }
                Kind::VisibilityModifier | Kind::AttributeItem | Kind::LineComment | Kind::BlockComment => {}
                _ if kind(body) == Kind::OrderedFieldDeclarationList => {
                    let of = self.read(child, scope);
                    contents.places.push(of);
                }
                _ => {}
            }
        }
        contents
    }

    fn add_alias(&mut self, node: Node<'_>, scope: &Scope) {
        let Some(of) = field(node, Field::Type).filter(|_| scope.own.is_none()) else { return };
        let Some(name) = self.name_of(node, Field::Name) else { return };
        let parameters = self.parameters(node);
        let scope = Scope::of_parameters(&parameters, self.output);
        let of = self.read(of, &scope);
        self.found.aliases.push(Alias { name, parameters, of });
    }

    /// `use a::B as C`.
    fn add_renames(&mut self, node: Node<'_>) {
        let mut pending = vec![node];
        while let Some(here) = pending.pop() {
            if kind(here) != Kind::UseAsClause {
                let mut cursor = here.walk();
                pending.extend(here.named_children(&mut cursor));
                continue;
            }
            let Some(alias) = self.text_of(here, Field::Alias).filter(|alias| *alias != "_") else {
                continue;
            };
            let path = field(here, Field::Path).map(|path| self.read(path, &Scope::default()));
            let of = match path.map(|path| self.output.get(path)) {
                Some(WrittenType::Named(name, _)) if bare(self.output.text(*name)) != alias => {
                    let name = *name;
                    self.output.of(WrittenType::Named(name, Box::default()))
                }
                _ => UNKNOWN_TYPE,
            };
            let name = self.output.name(alias);
            self.found.aliases.push(Alias { name, parameters: Vec::new(), of });
        }
    }

    fn add_constant(&mut self, node: Node<'_>, scope: &Scope) {
        let Some(of) = field(node, Field::Type) else { return };
        let Some(name) = self.name_of(node, Field::Name) else { return };
        let of = self.read(of, scope);
        self.found.constants.push((name, of));
    }

    fn add_function<'t>(&mut self, node: Node<'t>, scope: &Scope, pending: &mut Pending<'t>) {
        let Some(name) = self.name_of(node, Field::Name) else { return };
        let mut inner = scope.clone();
        // The caller chooses these types, so they are unknown here.
        inner.parameters.extend(self.parameters(node).into_iter().map(|name| (name, UNKNOWN_TYPE)));
        let result = match field(node, Field::ReturnType) {
            Some(of) => self.read(of, &inner),
            None => self.output.plain(""),
        };
        let is_async = node
            .named_child(0)
            .is_some_and(|of| kind(of) == Kind::FunctionModifiers && text(self.source, of).contains("async"));
        let result = if is_async { self.output.named("Future", &[result]) } else { result };
        let own = scope.own.unwrap_or(UNKNOWN_TYPE);
        self.found.functions.push(FunctionResult { own, name, result });
        if let Some(body) = field(node, Field::Body) {
            add_children(body, &Rc::default(), pending);
        }
    }

    fn add_impl<'t>(&mut self, site: &Site<'t>, pending: &mut Pending<'t>) {
        let node = site.node;
        if self.is_kept(site) {
            self.found.kept_impls.push(node.start_byte() as u32..node.end_byte() as u32);
        }
        let Some(of) = field(node, Field::Type) else { return };
        let names = self.parameters(node);
        let mut scope = Scope::of_parameters(&names, self.output);
        let own = self.read(of, &scope);
        let own = self.without_path(own);
        let name = match self.output.get(own) {
            WrittenType::Named(name, _) => Some((*name, true)),
            WrittenType::Plain(name) => Some((*name, false)),
            _ => None,
        };
        let declared = name.filter(|(_, declared)| *declared).map(|(name, _)| name);
        let implemented = field(node, Field::Trait);
        if let Some(implemented) = implemented.and_then(|of| self.trait_name(of)) {
            self.found.implementations.push((name.map(|(name, _)| name), implemented));
            if let Some(name) = declared.filter(|_| self.output.text(implemented) == "Deref") {
                self.add_target(node, name, &scope);
            }
        }
        if implemented.is_none() {
            self.found.with_own.extend(declared);
        }
        scope.own = Some(own);
        if let Some(body) = field(node, Field::Body) {
            add_children(body, &Rc::new(scope), pending);
        }
    }

    /// A type by its own name alone.
    fn without_path(&mut self, of: TypeId) -> TypeId {
        let WrittenType::Named(name, arguments) = self.output.get(of) else { return of };
        let (own, arguments) = (bare(self.output.text(*name)).to_owned(), arguments.clone());
        let name = self.output.name(&own);
        self.output.of(WrittenType::Named(name, arguments))
    }

    fn trait_name(&mut self, node: Node<'_>) -> Option<NameId> {
        let of = self.read(node, &Scope::default());
        let WrittenType::Named(name, _) = self.output.get(of) else { return None };
        let name = bare(self.output.text(*name)).to_owned();
        Some(self.output.name(&name))
    }

    fn add_target(&mut self, node: Node<'_>, name: NameId, scope: &Scope) {
        let Some(body) = field(node, Field::Body) else { return };
        let mut cursor = body.walk();
        let target = body
            .named_children(&mut cursor)
            .find(|of| kind(*of) == Kind::TypeItem && self.text_of(*of, Field::Name) == Some("Target"))
            .and_then(|of| field(of, Field::Type));
        let target = target.map_or(UNKNOWN_TYPE, |of| self.read(of, scope));
        self.found.types.push(TypeDeclaration::Target(name, target));
    }

    fn add_trait<'t>(&mut self, node: Node<'t>, pending: &mut Pending<'t>) {
        let Some(name) = self.name_of(node, Field::Name) else { return };
        self.found.traits.push(name);
        if let Some(of) = field(node, Field::Bounds) {
            let above = bounds(self.output, of, self.source);
            if !above.is_iterator(self.output) {
                self.found.demands.push((name, above.traits));
            }
        }
        let own = self.output.of(WrittenType::Bounded([name].into()));
        let parameters = self.parameters(node).into_iter().map(|name| (name, UNKNOWN_TYPE)).collect();
        if let Some(body) = field(node, Field::Body) {
            add_children(body, &Rc::new(Scope { own: Some(own), parameters }), pending);
        }
    }

    fn add_macro(&mut self, site: &Site<'_>) {
        let node = site.node;
        let whole = text(self.source, node);
        let is_definition = kind(node) == Kind::MacroDefinition;
        if is_definition && (whole.contains(".$") || whole.contains("::$") || whole.contains(". $")) {
            let name = self.name_of(node, Field::Name);
            self.found.splicing.extend(name);
        }
        if is_definition && self.has_attribute(site, "macro_export") {
            let name = self.name_of(node, Field::Name);
            self.found.exported_macros.extend(name);
        }
        if !is_definition && whole.contains("mod ") {
            for (word, name) in words(whole).zip(words(whole).skip(1)) {
                if word == "mod" {
                    let name = self.output.name(name);
                    self.found.modules_in_macros.push(name);
                }
            }
        }
        if words(whole).any(|word| word == "impl") {
            for word in words(whole).filter(|word| word.starts_with(char::is_uppercase)) {
                let word = self.output.name(word);
                self.found.in_macros.push(word);
            }
        }
    }

    /// True if an attribute above an item contains a word.
    fn has_attribute(&self, site: &Site<'_>, word: &str) -> bool {
        site.attributes.iter().any(|of| text(self.source, *of).contains(word))
    }

    /// True if an attribute hands the item to a macro (`#[wasm_bindgen] impl T { … }`), or allows dead code in it.
    fn is_kept(&self, site: &Site<'_>) -> bool {
        site.attributes.iter().any(|of| {
            let text = text(self.source, *of).trim_start_matches(['#', '[', ' ']).trim_end_matches(']');
            allows_dead_code(text) || registers(text)
        })
    }
}

/// Queues the children of a node, so that the first of them comes next.
fn add_children<'t>(node: Node<'t>, scope: &Rc<Scope>, pending: &mut Pending<'t>) {
    let mut cursor = node.walk();
    let first = pending.len();
    let mut above = Vec::new();
    for child in node.named_children(&mut cursor) {
        match kind(child) {
            Kind::AttributeItem => above.push(child),
            _ if child.is_extra() => {}
            _ => {
                let attributes = std::mem::take(&mut above);
                pending.push(Site { node: child, scope: Rc::clone(scope), attributes });
            }
        }
    }
    pending[first..].reverse();
}
