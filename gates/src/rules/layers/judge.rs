//! Follows dependencies and judges whether they are allowed.

use super::circles::{Circles, Module};
use super::origins::{Origins, is_of_tests, leads};
use super::places::{Order, Place, is_of};
use crate::config::{AllowedEdge, CONFIG_FILE, Layers};
use crate::report::Unmeasured;
use crate::rule::{Draft, Input, Outcome};
use facts::hash::HashSet;
use facts::model::{Import, RepoPath, Span};
use facts::repo::FileRecord;
use facts::{Missing, RepoFacts};
use std::collections::BTreeMap;
use trueno_graph::code::imports::{Declared, Lead, Resolver, folder};

/// The files in layers whose imports were followed, and those whose imports could not be, by language.
#[derive(Default)]
pub(super) struct Followed {
    files: usize,
    not: BTreeMap<&'static str, Vec<RepoPath>>,
}

/// Judges the edges of a tree.
pub(super) struct LayerJudge<'a> {
    layers: &'a Layers,
    resolver: &'a Resolver<'a>,
    origins: Origins<'a>,
    /// The order of the repository, then those within folders.
    orders: Vec<Order<'a>>,
    circles: Circles<'a>,
    /// Indices of the allowances that were needed.
    used: HashSet<usize>,
    outcome: Outcome,
}

/// A file whose imports are followed.
struct Importer<'f> {
    file: &'f FileRecord,
    path: &'f str,
    /// The orders that it is in.
    orders: Vec<usize>,
    /// Its module, if it is in a folder of `layers.acyclic`.
    module: Option<Module>,
    /// Order, line and place of the edges already judged.
    seen: HashSet<(usize, u32, String)>,
}

/// An edge from one file to another file or folder.
struct Edge<'e> {
    from: &'e str,
    to: &'e str,
    span: Span,
    /// What makes it, as a verb.
    how: &'e str,
}

impl<'a> LayerJudge<'a> {
    /// `outcome` is the outcome so far, before any edge is judged.
    pub fn new(
        layers: &'a Layers,
        resolver: &'a Resolver<'a>,
        facts: &'a RepoFacts,
        outcome: Outcome,
    ) -> Self {
        let mut orders = vec![Order::new("", &layers.order, &resolver.index)];
        let within = layers.within.iter();
        orders.extend(within.map(|own| Order::new(&own.folder, &own.order, &resolver.index)));
        let origins = Origins::new(resolver, facts);
        let circles = Circles::new(&layers.acyclic, &layers.allow);
        LayerJudge { layers, resolver, origins, orders, circles, used: HashSet::default(), outcome }
    }

    /// Judges the imports of a file in every order that it is in.
    pub fn follow_imports(&mut self, file: &FileRecord, followed: &mut Followed) {
        let Ok(path) = std::str::from_utf8(file.path().as_bytes()) else {
            return;
        };
        let stands_in = |order: &mut Order<'_>| order.place(path).is_some();
        let orders: Vec<usize> =
            (0..self.orders.len()).filter(|at| stands_in(&mut self.orders[*at])).collect();
        let module = self.circles.module(path);
        if (orders.is_empty() && module.is_none()) || !file.data.facts.has_functions() {
            return;
        }
        let mut importer = Importer { file, path, orders, module, seen: HashSet::default() };
        for import in &file.data.symbols().imports {
            let Some(leads) = leads(self.resolver, file, import) else {
                let language = file.data.facts.language.spec().name;
                followed.not.entry(language).or_default().push(file.path().clone());
                return;
            };
            self.outcome.checked += 1;
            self.follow(&mut importer, import, &leads);
        }
        followed.files += 1;
    }

    fn follow(&mut self, importer: &mut Importer<'_>, import: &Import, leads: &[Lead]) {
        let Importer { file, path, orders, module, seen } = importer;
        let leads = leads.iter().filter(|lead| lead.loads);
        let named = distinct(leads.clone().filter_map(|lead| lead.target.clone()));
        // Within a folder, names count for the module that defines them, and imports of tests do not count.
        let defined = match is_of_tests(file, import) {
            true => Vec::new(),
            false => distinct(leads.filter_map(|lead| self.origins.of(lead))),
        };
        if let Some(module) = module {
            defined.iter().for_each(|to| self.circles.note(module, file.path(), to, import.line));
        }
        let span =
            Span { start_line: import.line, end_line: import.line, start_column: 1, ..Span::default() };
        for order in orders.iter().copied() {
            let targets = if self.orders[order].within.is_empty() { &named } else { &defined };
            for target in targets {
                let Some(to) = self.orders[order].place(target).map(|place| place.folder) else {
                    continue;
                };
                if seen.insert((order, import.line, to)) {
                    self.edge(order, &Edge { from: path, to: target, span, how: "imports" });
                }
            }
        }
    }

    /// Judges a dependency that a manifest declares.
    pub fn declared(&mut self, declared: &Declared) {
        self.outcome.checked += 1;
        let how = format!("declares the dependency \"{}\", and so uses", declared.name);
        let edge = Edge { from: &declared.manifest, to: &declared.to, span: declared.span, how: &how };
        self.edge(0, &edge);
    }

    fn edge(&mut self, order: usize, edge: &Edge<'_>) {
        let (Some(from), Some(to)) = (self.orders[order].place(edge.from), self.orders[order].place(edge.to))
        else {
            return;
        };
        if from.layer < to.layer || from.folder == to.folder {
            return;
        }
        let allows = |allowed: &AllowedEdge| is_of(edge.from, &allowed.from) && is_of(edge.to, &allowed.to);
        if let Some(index) = self.layers.allow.iter().position(allows) {
            self.used.insert(index);
            return;
        }
        self.outcome.findings.push(finding(edge, &from, &to));
    }

    /// Reports the circles among modules, after all imports were followed.
    pub fn circles(&mut self) {
        let (findings, needed) = std::mem::replace(&mut self.circles, Circles::new(&[], &[])).findings();
        self.outcome.findings.extend(findings);
        self.used.extend(needed);
    }

    /// Reports entries of `batuta.toml` that match nothing: each is a typo or a leftover, and its intended target is
    /// not checked.
    pub fn unused(&mut self) {
        let mut unused = Vec::new();
        for entry in Circles::new(&self.layers.acyclic, &[]).unused(&self.resolver.index) {
            let message = format!("layers.acyclic names \"{}\", but there is no such folder", entry.text);
            unused.push((entry.line, message, "correct or remove the entry"));
        }
        for order in &self.orders {
            for entry in order.unused() {
                let (text, within) = (&entry.text, order.within);
                let message = match within {
                    "" => format!("layers.order names \"{text}\", but there is no such folder"),
                    _ => format!(
                        "layers.within.\"{within}\".order names \"{text}\", but there is no such module"
                    ),
                };
                unused.push((entry.line, message, "correct or remove the entry"));
            }
        }
        for (index, edge) in self.layers.allow.iter().enumerate() {
            if !self.used.contains(&index) {
                let message =
                    format!("layers.allow lets `{}` use `{}`, which it does not", edge.from, edge.to);
                unused.push((edge.line, message, "remove the entry"));
            }
        }
        for (line, message, help) in unused {
            self.outcome.findings.push(Draft {
                span: Some(Span::of_line(line)),
                help: help.to_owned(),
                context: message.clone(),
                ..Draft::new(&RepoPath::from(CONFIG_FILE), message)
            });
        }
    }

    /// Reports each folder with code outside the order, and each module outside the order of its folder, on its first
    /// file.
    pub fn outside(&mut self, input: &Input<'_>) {
        if self.layers.require_all {
            self.folders_outside(input);
        }
        for (at, within) in self.layers.within.iter().enumerate() {
            if within.require_all {
                self.modules_outside(at + 1, input);
            }
        }
    }

    fn folders_outside(&mut self, input: &Input<'_>) {
        let mut folders: HashSet<Vec<u8>> = HashSet::default();
        for file in input.code_files() {
            let path = String::from_utf8_lossy(file.path().as_bytes()).into_owned();
            if self.orders[0].place(&path).is_none() && folders.insert(file.path().parent().to_vec()) {
                let folder = folder(&path);
                self.outcome.findings.push(Draft {
                    help: "add the folder to layers.order".to_owned(),
                    context: folder.to_owned(),
                    ..Draft::new(file.path(), format!("the folder `{folder}` stands in no layer"))
                });
            }
        }
    }

    fn modules_outside(&mut self, order: usize, input: &Input<'_>) {
        let mut modules: HashSet<String> = HashSet::default();
        for file in input.code_files().filter(|file| !file.is_test_file()) {
            let Ok(path) = std::str::from_utf8(file.path().as_bytes()) else { continue };
            let order = &mut self.orders[order];
            let Some(module) = order.module(path) else { continue };
            if order.place(path).is_none() && modules.insert(module.to_owned()) {
                let table = format!("layers.within.\"{}\"", order.within);
                self.outcome.findings.push(Draft {
                    help: format!("add the module to {table}"),
                    context: format!("{} {module}", order.within),
                    ..Draft::new(file.path(), format!("the module `{module}` stands in no layer of {table}"))
                });
            }
        }
    }

    /// The outcome, with what could not be followed.
    pub fn conclude(mut self, followed: Followed) -> Outcome {
        for (language, files) in &followed.not {
            let why =
                format!("the imports of {} files cannot be followed ({} of them)", language, files.len());
            let first = files.first().expect("a language is listed with a file").clone();
            self.outcome.not_measured.push(Unmeasured { path: first, why });
        }
        // Layers without a single import are far less likely than imports that were not recognised.
        if self.outcome.checked == 0 {
            let languages: Vec<&str> = followed.not.keys().copied().collect();
            self.outcome.missing = Some(Missing::Unsupported(match (languages.as_slice(), followed.files) {
                ([], 0) => "no file with code stands in a folder of layers.order".to_owned(),
                ([], files) => format!("no import was found in the {files} files with code of the layers"),
                (languages, _) => format!("the imports of {} cannot be followed", languages.join(", ")),
            }));
        }
        self.outcome
    }
}

fn finding(edge: &Edge<'_>, from: &Place, to: &Place) -> Draft {
    let relation =
        if from.layer == to.layer { "stands in the same layer" } else { "stands in a higher layer" };
    let message = format!("`{}` {} `{}`, which {relation}", from.folder, edge.how, to.folder);
    Draft {
        span: Some(edge.span),
        help: "move the code, hand the dependency in from above, or add the edge with its reason to layers.allow"
            .to_owned(),
        context: format!("{} -> {}", from.folder, to.folder),
        ..Draft::new(&RepoPath::from(edge.from), message)
    }
}

/// Paths in order, each once.
fn distinct(paths: impl Iterator<Item = String>) -> Vec<String> {
    let mut paths: Vec<String> = paths.collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}
