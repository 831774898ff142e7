//! What the Rust files of a tree declare: fields, variants, results of functions, who implements what.

use super::library::is_container;
use super::types::{Scope, Type, bare, parameters, read};
use crate::dead_code::entry_points::{rust_allows, rust_registers};
use crate::dead_code::places::{folder, join, stem};
use facts::hash::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;
use tree_sitter::Node;

/// The contents of a struct or variant.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Contents {
    pub fields: HashMap<String, Type>,
    pub places: Vec<Type>,
}

/// A type of the tree; several of one name and package are one here, with what they agree on.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    parameters: Vec<String>,
    pub contents: Contents,
    pub variants: HashMap<String, Contents>,
    /// What it dereferences to.
    target: Option<Type>,
}

/// The result of a function, in terms of the type parameters of the `impl` around.
#[derive(Debug, Clone, PartialEq)]
struct Gives {
    own: Type,
    result: Type,
}

/// By type (none: a free function) and name, for each package.
type Results = HashMap<(Option<String>, String), Vec<(u32, Gives)>>;
/// By name, for each package.
type ByPackage<T> = HashMap<String, Vec<(u32, T)>>;

#[derive(Debug, Default)]
pub(super) struct Known {
    types: ByPackage<Declared>,
    aliases: ByPackage<(Vec<String>, Type)>,
    /// Results by type (none: a free function) and name.
    results: Results,
    constants: ByPackage<Type>,
    traits: HashSet<String>,
    above: HashMap<String, Vec<String>>,
    /// The traits that each type implements.
    implements: HashMap<String, Vec<String>>,
    /// Types with functions of their own, which only the crate that declares a type may give it.
    with_own: HashSet<(String, u32)>,
    /// Traits that are implemented for whatever fits.
    blanket: Vec<String>,
    modules: HashSet<String>,
    /// Words in macros that write `impl` blocks: a trait among them may be implemented for anything.
    in_macros: HashSet<String>,
    splicing: HashSet<String>,
    exported_macros: HashSet<String>,
    /// Packages that include what a build script writes.
    pub with_generated: HashSet<u32>,
    /// Folders and files in which an inner attribute allows dead code, by the start of their paths.
    allowing: Vec<String>,
    /// By file, the bytes of `impl` blocks that an attribute hands to a macro, or in which it allows dead code.
    kept_impls: HashMap<String, Vec<Range<u32>>>,
    /// Names of the files that are taken in as text.
    included_texts: HashSet<String>,
    /// Modules that the arguments of macros declare: `cfg_if! { … mod unix; }`.
    modules_in_macros: HashSet<String>,
}

/// Where a declaration stands.
struct Site<'s> {
    source: &'s str,
    package: u32,
    scope: Rc<Scope>,
}

/// Nodes in which declarations are still to be looked for, the next one last, with the scope they stand in.
type Pending<'t> = Vec<(Node<'t>, Rc<Scope>)>;

impl Known {
    /// Adds what a file declares, at whatever depth.
    pub fn add(&mut self, root: Node<'_>, source: &str, path: &str, package: u32) {
        self.add_inner_attributes(root, source, path, package);
        let mut pending: Pending<'_> = vec![(root, Rc::default())];
        while let Some((node, scope)) = pending.pop() {
            if node.kind() == "impl_item" && is_kept(node, source) {
                let bytes = node.start_byte() as u32..node.end_byte() as u32;
                self.kept_impls.entry(path.to_owned()).or_default().push(bytes);
            }
            let site = Site { source, package, scope };
            self.declaration(node, &site, &mut pending);
        }
    }

    /// Looks at one node; what stands in it comes next.
    fn declaration<'t>(&mut self, node: Node<'t>, site: &Site<'_>, pending: &mut Pending<'t>) {
        match node.kind() {
            "struct_item" | "union_item" | "enum_item" => self.add_type(node, site),
            "type_item" => self.add_alias(node, site),
            "const_item" | "static_item" => self.add_constant(node, site),
            "function_item" | "function_signature_item" => self.add_function(node, site, pending),
            "impl_item" => self.add_impl(node, site, pending),
            "trait_item" => self.add_trait(node, site, pending),
            "use_declaration" => self.add_renames(node, site),
            "macro_definition" | "macro_invocation" => self.add_macro(node, site),
            kind => {
                if kind == "mod_item" {
                    self.modules.extend(site.text_of(node, "name").map(str::to_owned));
                }
                add_children(node, &site.scope, pending);
            }
        }
    }

    fn add_type(&mut self, node: Node<'_>, site: &Site<'_>) {
        let Some(name) = site.text_of(node, "name") else { return };
        let own: Vec<String> = parameters(node, site.source).into_iter().map(|(name, _)| name).collect();
        let mut scope = Scope::default();
        scope.parameters.extend(own.iter().map(|name| (name.clone(), Type::Parameter(name.clone()))));
        scope.own = Some(Type::named(name, own.iter().map(|parameter| Type::Parameter(parameter.clone()))));
        let inner = Site { source: site.source, package: site.package, scope: Rc::new(scope) };
        let mut declared = Declared { parameters: own, ..Declared::default() };
        let rewritten = is_kept(node, site.source) && !has_attribute(node, site.source, "derive");
        if rewritten || has_attribute(node, site.source, "Deref") {
            declared.target = Some(Type::Unknown);
        }
        // What `#[element] struct A { … }` becomes, the macro says: of its fields nothing is known.
        if let Some(body) = node.child_by_field_name("body").filter(|_| !rewritten) {
            if node.kind() == "enum_item" {
                let mut cursor = body.walk();
                for variant in body.named_children(&mut cursor).filter(|of| of.kind() == "enum_variant") {
                    let Some(name) = site.text_of(variant, "name") else { continue };
                    let contents = variant.child_by_field_name("body").map(|body| inner.contents(body));
                    declared.variants.insert(name.to_owned(), contents.unwrap_or_default());
                }
            } else {
                declared.contents = inner.contents(body);
            }
        }
        let of_name = self.types.entry(name.to_owned()).or_default();
        match of_name.iter_mut().find(|(package, _)| *package == site.package) {
            Some((_, known)) => known.agree(declared),
            None => of_name.push((site.package, declared)),
        }
    }

    fn add_alias(&mut self, node: Node<'_>, site: &Site<'_>) {
        let Some((name, of)) = site.text_of(node, "name").zip(node.child_by_field_name("type")) else {
            return;
        };
        if site.scope.own.is_some() {
            return;
        }
        let own: Vec<String> = parameters(node, site.source).into_iter().map(|(name, _)| name).collect();
        let mut scope = Scope::default();
        scope.parameters.extend(own.iter().map(|name| (name.clone(), Type::Parameter(name.clone()))));
        let aliased = (own, read(of, site.source, &scope));
        push_or_forget(&mut self.aliases, name, site.package, aliased, (Vec::new(), Type::Unknown));
    }

    /// `#![allow(dead_code)]` holds for a file and those below its module; what includes generated code is kept as well.
    fn add_inner_attributes(&mut self, root: Node<'_>, source: &str, path: &str, package: u32) {
        let mut cursor = root.walk();
        let inner = root.children(&mut cursor).filter(|of| of.kind() == "inner_attribute_item");
        let texts: Vec<&str> =
            inner.map(|of| source[of.byte_range()].trim_start_matches(['#', '!', '[', ' '])).collect();
        for inclusion in ["include_str!", "include_bytes!"].iter().flat_map(|name| source.split(name).skip(1))
        {
            let path = inclusion.split('"').nth(1).unwrap_or_default();
            self.included_texts.extend(path.rsplit('/').next().map(str::to_owned));
        }
        // What a build script writes and the file includes may use all of it.
        if source.contains("OUT_DIR") && source.contains("include!") {
            self.allowing.push(path.to_owned());
            self.with_generated.insert(package);
        }
        if texts.iter().any(|text| rust_allows(text)) {
            let below = match stem(path) {
                "lib" | "main" | "mod" => folder(path).to_owned(),
                stem => join(folder(path), stem),
            };
            self.allowing.push(path.to_owned());
            self.allowing.push(format!("{below}/").trim_start_matches('/').to_owned());
        }
    }

    /// True for a file in which dead code is allowed.
    pub fn allows_dead_code(&self, path: &str) -> bool {
        self.allowing.iter().any(|start| path.starts_with(start.as_str()))
    }

    /// True for what stands in an `impl` block that an attribute keeps.
    pub fn is_kept(&self, path: &str, byte: u32) -> bool {
        self.kept_impls.get(path).is_some_and(|blocks| blocks.iter().any(|block| block.contains(&byte)))
    }

    /// True for the name of a file that `include_str!` or `include_bytes!` takes in.
    pub fn includes_text(&self, file: &str) -> bool {
        self.included_texts.contains(file)
    }

    /// True for a module that the arguments of a macro declare.
    pub fn is_declared_in_macro(&self, module: &str) -> bool {
        self.modules_in_macros.contains(module)
    }

    /// True for a name that `as` gives to something.
    pub fn is_alias(&self, name: &str) -> bool {
        self.aliases.contains_key(name)
    }

    /// The names of the types that an alias stands for.
    pub fn aliased(&self, name: &str) -> impl Iterator<Item = &str> {
        self.aliases.get(name).into_iter().flatten().filter_map(|(_, (_, of))| match of {
            Type::Named(name, _) => Some(bare(name)),
            _ => None,
        })
    }

    fn add_macro(&mut self, node: Node<'_>, site: &Site<'_>) {
        let text = &site.source[node.byte_range()];
        if node.kind() == "macro_definition"
            && (text.contains(".$") || text.contains("::$") || text.contains(". $"))
        {
            self.splicing.extend(site.text_of(node, "name").map(str::to_owned));
        }
        if node.kind() == "macro_definition" && has_attribute(node, site.source, "macro_export") {
            self.exported_macros.extend(site.text_of(node, "name").map(str::to_owned));
        }
        let words = || text.split(|c: char| !c.is_alphanumeric() && c != '_');
        if node.kind() == "macro_invocation" && text.contains("mod ") {
            let names = words().filter(|word| !word.is_empty());
            let after = names.clone().skip(1);
            let declared =
                names.zip(after).filter(|(word, _)| *word == "mod").map(|(_, name)| name.to_owned());
            self.modules_in_macros.extend(declared);
        }
        if words().any(|word| word == "impl") {
            self.in_macros
                .extend(words().filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned));
        }
    }

    /// Ends the collection: see [`Known::in_macros`], and types that no file declares although the crate must: a macro does.
    pub fn finish(&mut self) {
        for (name, package) in std::mem::take(&mut self.with_own) {
            let of_package = |(other, _): &(u32, Declared)| *other == package;
            let is_alias = self.aliases.contains_key(&name);
            let of_name = self.types.entry(name).or_default();
            if !is_alias && !of_name.iter().any(of_package) {
                // Its fields are not known, nor what it dereferences to.
                of_name.push((package, Declared { target: Some(Type::Unknown), ..Declared::default() }));
            }
        }
        for (name, traits) in self.traits_of_aliases() {
            self.implements.entry(name).or_default().extend(traits);
        }
        let written = self.in_macros.iter().filter(|word| self.traits.contains(*word));
        self.blanket.extend(written.cloned());
        self.blanket.sort_unstable();
        self.blanket.dedup();
    }

    /// `impl Trait for Alias` is one for what the alias stands for, and for what that stands for: the names, each with traits.
    fn traits_of_aliases(&self) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        for (alias, of_name) in &self.aliases {
            let Some(traits) = self.implements.get(alias) else { continue };
            for (package, (_, of)) in of_name {
                for of in [of.clone(), self.resolved(of.clone(), *package)] {
                    if let Type::Named(name, _) = of {
                        found.push((bare(&name).to_owned(), traits.clone()));
                    }
                }
            }
        }
        found
    }

    /// `use a::B as C`.
    fn add_renames(&mut self, node: Node<'_>, site: &Site<'_>) {
        let mut pending = vec![node];
        while let Some(here) = pending.pop() {
            if here.kind() == "use_as_clause" {
                let Some(alias) = site.text_of(here, "alias").filter(|alias| *alias != "_") else { continue };
                let of = here.child_by_field_name("path").map_or(Type::Unknown, |path| {
                    match read(path, site.source, &Scope::default()) {
                        Type::Named(name, _) if bare(&name) != alias => Type::named(&name, []),
                        _ => Type::Unknown,
                    }
                });
                let unknown = (Vec::new(), Type::Unknown);
                push_or_forget(&mut self.aliases, alias, site.package, (Vec::new(), of), unknown);
                continue;
            }
            let mut cursor = here.walk();
            pending.extend(here.named_children(&mut cursor));
        }
    }

    fn add_constant(&mut self, node: Node<'_>, site: &Site<'_>) {
        let Some((name, of)) = site.text_of(node, "name").zip(node.child_by_field_name("type")) else {
            return;
        };
        let of = read(of, site.source, &site.scope);
        push_or_forget(&mut self.constants, name, site.package, of, Type::Unknown);
    }

    fn add_function<'t>(&mut self, node: Node<'t>, site: &Site<'_>, pending: &mut Pending<'t>) {
        let Some(name) = site.text_of(node, "name") else { return };
        let mut scope = Scope::clone(&site.scope);
        // What the caller chooses is not known here.
        scope
            .parameters
            .extend(parameters(node, site.source).into_iter().map(|(name, _)| (name, Type::Unknown)));
        let result = match node.child_by_field_name("return_type") {
            Some(of) => read(of, site.source, &scope),
            None => Type::Plain(String::new()),
        };
        let is_async = node.named_child(0).is_some_and(|of| {
            of.kind() == "function_modifiers" && site.source[of.byte_range()].contains("async")
        });
        let result = if is_async { Type::named("Future", [result]) } else { result };
        let own = site.scope.own.clone().unwrap_or(Type::Unknown);
        let owner = match &own {
            Type::Named(name, _) => Some(name.clone()),
            Type::Bounded(traits) => traits.first().cloned(),
            _ => None,
        };
        let known = self.results.entry((owner, name.to_owned())).or_default();
        match known.iter_mut().find(|(package, _)| *package == site.package) {
            Some((_, gives)) if gives.result != result => gives.result = Type::Unknown,
            Some(_) => {}
            None => known.push((site.package, Gives { own, result })),
        }
        if let Some(body) = node.child_by_field_name("body") {
            add_children(body, &Rc::default(), pending);
        }
    }

    fn add_impl<'t>(&mut self, node: Node<'t>, site: &Site<'_>, pending: &mut Pending<'t>) {
        let Some(of) = node.child_by_field_name("type") else { return };
        let generic: Vec<(String, Type)> = parameters(node, site.source)
            .into_iter()
            .map(|(name, _)| (name.clone(), Type::Parameter(name)))
            .collect();
        let mut scope = Scope { own: None, parameters: generic };
        let own = match read(of, site.source, &scope) {
            Type::Named(name, arguments) => Type::Named(bare(&name).to_owned(), arguments),
            other => other,
        };
        let implemented =
            node.child_by_field_name("trait").map(|of| read(of, site.source, &Scope::default()));
        if let Some(Type::Named(implemented, _)) = implemented {
            let implemented = bare(&implemented).to_owned();
            match &own {
                Type::Named(name, _) | Type::Plain(name) => {
                    self.implements.entry(name.clone()).or_default().push(implemented.clone());
                }
                _ => self.blanket.push(implemented.clone()),
            }
            if implemented == "Deref"
                && let Type::Named(name, _) = &own
            {
                self.add_target(node, site, name.clone(), &scope);
            }
        }
        if let (None, Type::Named(name, _)) = (node.child_by_field_name("trait"), &own) {
            self.with_own.insert((name.clone(), site.package));
        }
        scope.own = Some(own);
        if let Some(body) = node.child_by_field_name("body") {
            add_children(body, &Rc::new(scope), pending);
        }
    }

    fn add_target(&mut self, node: Node<'_>, site: &Site<'_>, name: String, scope: &Scope) {
        let Some(body) = node.child_by_field_name("body") else { return };
        let mut cursor = body.walk();
        let target = body
            .named_children(&mut cursor)
            .find(|of| of.kind() == "type_item" && site.text_of(*of, "name") == Some("Target"))
            .and_then(|of| of.child_by_field_name("type"));
        let target = target.map_or(Type::Unknown, |of| read(of, site.source, scope));
        let of_name = self.types.entry(name).or_default();
        match of_name.iter_mut().find(|(package, _)| *package == site.package) {
            Some((_, declared)) => declared.target = Some(target),
            None => of_name.push((site.package, Declared { target: Some(target), ..Declared::default() })),
        }
    }

    fn add_trait<'t>(&mut self, node: Node<'t>, site: &Site<'_>, pending: &mut Pending<'t>) {
        let Some(name) = site.text_of(node, "name") else { return };
        self.traits.insert(name.to_owned());
        if let Some(Type::Bounded(above)) = node
            .child_by_field_name("bounds")
            .map(|bounds| super::types::bounded(bounds, site.source, &Scope::default()))
        {
            self.above.entry(name.to_owned()).or_default().extend(above);
        }
        let mut scope = Scope { own: Some(Type::Bounded(vec![name.to_owned()])), parameters: Vec::new() };
        scope.parameters =
            parameters(node, site.source).into_iter().map(|(name, _)| (name, Type::Unknown)).collect();
        if let Some(body) = node.child_by_field_name("body") {
            add_children(body, &Rc::new(scope), pending);
        }
    }

    // ---- questions

    /// The type that a name with these arguments stands for.
    pub fn resolved(&self, of: Type, package: u32) -> Type {
        let mut of = of.peeled();
        for _ in 0..4 {
            of = self.without_own_paths(of, package).peeled();
            if matches!(&of, Type::Named(name, _) if name.contains("::")) {
                return of;
            }
            let Type::Named(name, arguments) = &of else { return of };
            let Some(of_name) = self.aliases.get(name) else { return of };
            let own = of_name.iter().find(|(other, _)| *other == package);
            let Some((_, (parameters, aliased))) = own else {
                // It may be that of another package.
                let certain = is_container(name) || self.types.contains_key(name);
                return if certain { of } else { Type::Unknown };
            };
            // An alias of its own name (`type Result<T> = io::Result<T>`) is that of a library.
            if self.types.get(name).is_some_and(|of| of.iter().any(|(other, _)| *other == package)) {
                return of;
            }
            let given = parameters.iter().map(String::as_str).zip(arguments.iter().cloned()).collect();
            let next = match aliased {
                // `use a::Map as Table`: what is given to the one is given to the other.
                Type::Named(name, none) if parameters.is_empty() && none.is_empty() => {
                    Type::Named(name.clone(), arguments.clone()).peeled()
                }
                aliased => aliased.with(&given).peeled(),
            };
            let same = matches!(&next, Type::Named(next, _) if next == name);
            of = next;
            if same {
                break;
            }
        }
        of
    }

    /// The type with the paths in it that lead to the tree cut down to their last names; of one that may lead to the tree (a type
    /// there has its name) nothing is known. A type is no deeper than [`MAX_PARTS`](super::types::MAX_PARTS).
    fn without_own_paths(&self, of: Type, package: u32) -> Type {
        let each =
            |parts: Vec<Type>| parts.into_iter().map(|of| self.without_own_paths(of, package)).collect();
        match of {
            Type::Named(name, arguments) => {
                let own = match name.rsplit_once("::") {
                    Some((before, own)) if self.is_own_path(before, own, package) => own.to_owned(),
                    Some((_, own)) if self.types.contains_key(own) => return Type::Unknown,
                    _ => name,
                };
                Type::Named(own, each(arguments))
            }
            Type::List(of) => Type::List(Box::new(self.without_own_paths(*of, package))),
            Type::Tuple(parts) => Type::Tuple(each(parts)),
            other => other,
        }
    }

    pub fn declared(&self, name: &str, package: u32) -> Option<&Declared> {
        in_package(&self.types, name, package)
    }

    /// True for a type that the tree declares, in whatever package.
    pub fn is_declared(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    /// True where a path leads to the tree, or to what is known of the library.
    fn is_own_path(&self, before: &str, name: &str, package: u32) -> bool {
        let elsewhere = |types: &Vec<(u32, Declared)>| types.iter().any(|(other, _)| *other != package);
        matches!(before, "crate" | "self" | "super")
            || is_container(name)
            || self.modules.contains(before)
            || self.types.contains_key(before)
            || self.types.get(name).is_some_and(elsewhere)
    }

    /// True for a macro of the tree that puts a name it is given behind `.` or `::`.
    pub fn splices(&self, name: &str) -> bool {
        self.splicing.contains(name)
    }

    /// True for a macro that other crates see.
    pub fn exports_macro(&self, name: &str) -> bool {
        self.exported_macros.contains(name)
    }

    pub fn is_module(&self, name: &str) -> bool {
        self.modules.contains(name)
    }

    pub fn is_trait(&self, name: &str) -> bool {
        self.traits.contains(name)
    }

    pub fn constant(&self, name: &str, package: u32) -> Option<&Type> {
        in_package(&self.constants, name, package)
    }

    /// What a declaration says of a value of `of`: its type parameters replaced by the arguments.
    pub fn seen_from(&self, declared: &Declared, of: &Type, part: &Type) -> Type {
        let Type::Named(_, arguments) = of else { return Type::Unknown };
        part.with(&declared.parameters.iter().map(String::as_str).zip(arguments.iter().cloned()).collect())
    }

    /// What a value dereferences to; none: to nothing but what is known.
    pub fn target(&self, of: &Type, package: u32) -> Option<Type> {
        let Type::Named(name, _) = of else { return None };
        let declared = self.declared(name, package)?;
        let target = declared.target.as_ref()?;
        Some(self.resolved(self.seen_from(declared, of, target), package))
    }

    /// What a function of a type, or a free one, gives.
    pub fn result(&self, of: Option<&Type>, name: &str, package: u32) -> Type {
        let owner = match of {
            Some(Type::Named(name, _)) => Some(name.clone()),
            Some(Type::Bounded(traits)) => {
                let given = traits.iter().map(|of| self.result_by(Some(of.clone()), None, name, package));
                return given.into_iter().find(Type::is_known).unwrap_or(Type::Unknown);
            }
            Some(_) => return Type::Unknown,
            None => None,
        };
        self.result_by(owner, of, name, package)
    }

    fn result_by(&self, owner: Option<String>, of: Option<&Type>, name: &str, package: u32) -> Type {
        let Some(known) = self.results.get(&(owner, name.to_owned())) else { return Type::Unknown };
        let own = known.iter().find(|(other, _)| *other == package);
        let found = own.or_else(|| known.first().filter(|_| known.len() == 1));
        let Some((_, gives)) = found else { return Type::Unknown };
        let mut replaced: HashMap<&str, Type> = HashMap::default();
        if let (Some(Type::Named(_, given)), Type::Named(_, declared)) = (of, &gives.own) {
            for (declared, given) in declared.iter().zip(given) {
                if let Type::Parameter(name) = declared {
                    replaced.insert(name, given.clone());
                }
            }
        }
        self.resolved(gives.result.with(&replaced), package)
    }

    /// True where a type itself, not through a trait, has a function of that name.
    pub fn has_function(&self, owner: &str, name: &str) -> bool {
        self.results.contains_key(&(Some(owner.to_owned()), name.to_owned()))
    }

    /// The traits that a type of that name has, as far as the tree says.
    pub fn traits_of(&self, name: &str) -> Vec<String> {
        let own = self.implements.get(name).into_iter().flatten();
        own.chain(&self.blanket).cloned().collect()
    }

    /// Traits with all that they demand, and those that whatever fits implements.
    pub fn with_those_above(&self, traits: &[String]) -> Vec<String> {
        let mut pending: Vec<&str> = traits.iter().map(String::as_str).collect();
        let mut found: Vec<String> = self.blanket.clone();
        let mut seen: HashSet<&str> = self.blanket.iter().map(String::as_str).collect();
        while let Some(next) = pending.pop() {
            if seen.insert(next) {
                pending.extend(self.above.get(next).into_iter().flatten().map(String::as_str));
                found.push(next.to_owned());
            }
        }
        found
    }
}

impl Declared {
    /// Keeps what both say.
    fn agree(&mut self, other: Declared) {
        if self.parameters != other.parameters {
            self.parameters.clear();
        }
        self.contents.agree(&other.contents);
        for (name, contents) in other.variants {
            match self.variants.get_mut(&name) {
                Some(known) => known.agree(&contents),
                None => drop(self.variants.insert(name, contents)),
            }
        }
        if other.target.is_some() {
            self.target = Some(Type::Unknown);
        }
    }
}

impl Contents {
    fn agree(&mut self, other: &Contents) {
        for (name, of) in &other.fields {
            let known = self.fields.entry(name.clone()).or_insert_with(|| of.clone());
            if known != of {
                *known = Type::Unknown;
            }
        }
        if self.places != other.places {
            let longest = self.places.len().max(other.places.len());
            self.places = vec![Type::Unknown; longest];
        }
    }
}

impl<'s> Site<'s> {
    fn text_of(&self, node: Node<'_>, field: &str) -> Option<&'s str> {
        self.source.get(node.child_by_field_name(field)?.byte_range())
    }

    fn contents(&self, body: Node<'_>) -> Contents {
        let mut contents = Contents::default();
        let mut cursor = body.walk();
        for child in body.named_children(&mut cursor) {
            match child.kind() {
                "field_declaration" => {
                    let Some(name) = self.text_of(child, "name") else { continue };
                    let of = child.child_by_field_name("type");
                    let of = of.map_or(Type::Unknown, |of| read(of, self.source, &self.scope));
                    contents.fields.insert(name.to_owned(), of);
                }
                "visibility_modifier" | "attribute_item" | "line_comment" | "block_comment" => {}
                _ if body.kind() == "ordered_field_declaration_list" => {
                    contents.places.push(read(child, self.source, &self.scope));
                }
                _ => {}
            }
        }
        contents
    }
}

/// The children of a node are next, the first of them first.
fn add_children<'t>(node: Node<'t>, scope: &Rc<Scope>, pending: &mut Pending<'t>) {
    let mut cursor = node.walk();
    let first = pending.len();
    pending.extend(node.named_children(&mut cursor).map(|child| (child, Rc::clone(scope))));
    pending[first..].reverse();
}

/// True where an attribute above a node has a word, comments between them or not.
fn has_attribute(node: Node<'_>, source: &str, word: &str) -> bool {
    attributes(node, source).any(|text| text.contains(word))
}

/// True for an `impl` block that an attribute hands to a macro (`#[wasm_bindgen] impl T { … }`), or in which one allows dead code.
fn is_kept(node: Node<'_>, source: &str) -> bool {
    let kept = |text: &str| {
        let text = text.trim_start_matches(['#', '[', ' ']).trim_end_matches(']');
        rust_allows(text) || rust_registers(text)
    };
    attributes(node, source).any(kept)
}

/// The attributes above an item, the nearest first.
fn attributes<'s>(node: Node<'_>, source: &'s str) -> impl Iterator<Item = &'s str> {
    let above = std::iter::successors(node.prev_named_sibling(), Node::prev_named_sibling);
    let above = above.take_while(|of| of.kind() == "attribute_item" || of.is_extra());
    above.filter(|of| of.kind() == "attribute_item").map(|of| &source[of.byte_range()])
}

/// Adds what a package says of a name; where it says two things, `unknown`.
fn push_or_forget<T: PartialEq>(map: &mut ByPackage<T>, name: &str, package: u32, value: T, unknown: T) {
    let of_name = map.entry(name.to_owned()).or_default();
    match of_name.iter_mut().find(|(other, _)| *other == package) {
        Some((_, known)) if *known != value => *known = unknown,
        Some(_) => {}
        None => of_name.push((package, value)),
    }
}

/// What the package says of a name, else the only one that says anything.
fn in_package<'m, T>(map: &'m ByPackage<T>, name: &str, package: u32) -> Option<&'m T> {
    let of_name = map.get(name)?;
    let own = of_name.iter().find(|(other, _)| *other == package);
    own.or_else(|| of_name.first().filter(|_| of_name.len() == 1)).map(|(_, value)| value)
}
