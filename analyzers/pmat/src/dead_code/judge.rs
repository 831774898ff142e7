//! From what is reached to what is reported, and how sure that is.

use super::entry_points::{Roots, roots};
use super::mentions::Mentions;
use super::places::Place;
use super::reach::{By, Reach};
use super::unused_files;
use super::uses::{in_function, is_header};
use super::world::{Def, FileView, World, is_function};
use super::{Confidence, DeadCodeOptions, DeadCodeReport, DeadItem, FileTotal, Reason};
use crate::coverage::Coverage;
use facts::Measured;
use facts::language::Language;
use facts::language::is_test_condition;
use facts::model::{DefinitionKind, ParseStatus, RepoPath, Visibility};
use facts::source::SkipReason;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use trueno_graph::code::{EdgeKind, NodeId};

/// What is reached, by whom.
struct Reached {
    /// From the program's entry points.
    program: Vec<bool>,
    /// From these and the tests.
    all: Vec<bool>,
}

impl Reached {
    fn of(world: &World<'_>, roots: &Roots, by: By) -> Reached {
        let mut reach = Reach::new(world, by);
        reach.run(roots.program.iter().copied());
        let program = reach.live.clone();
        reach.run(roots.tests.iter().copied());
        Reached { program, all: reach.live }
    }

    /// True for what no product code uses.
    fn is_dead(&self, node: NodeId, def: &Def<'_>) -> bool {
        let live = if def.test { &self.all } else { &self.program };
        !live[node as usize]
    }
}

/// Everything a tree's dead code is told by.
pub(super) struct Judgement<'w, 'a> {
    pub world: &'w World<'a>,
    possible: Reached,
    resolved: Reached,
    mentions: Mentions,
    roots: FxHashSet<NodeId>,
    /// What something else uses, dead or not.
    used: FxHashSet<NodeId>,
    /// False where a sparse checkout left files of the tree out.
    is_whole: bool,
}

/// Judges a tree.
pub(super) fn report(world: &World<'_>, options: &DeadCodeOptions) -> DeadCodeReport {
    let judgement = Judgement::of(world);
    let mut items: Vec<DeadItem> = Vec::new();
    let mut judged = 0;
    for (node, def) in world.definitions() {
        if (def.test && !options.include_tests) || !is_judged(world, def) {
            continue;
        }
        if judgement.roots.contains(&node) {
            continue;
        }
        judged += 1;
        if let Some(item) = judgement.item(node, def).filter(|item| item.confidence >= options.min_confidence)
        {
            items.push(item);
        }
    }
    items.sort_by(|a, b| (&a.path, a.line, &a.name, a.lines).cmp(&(&b.path, b.line, &b.name, b.lines)));
    let files = unused_files::find(&judgement, options);
    let dead_percent = match judged {
        0 if world.files.iter().all(|file| file.language.grammar().is_none()) => {
            Measured::missing("no file is of a language whose definitions are known")
        }
        0 => Measured::missing("every definition is an entry point or open to users outside of the tree"),
        judged => Measured::Value(100.0 * items.len() as f64 / judged as f64),
    };
    let of = |confidence| items.iter().filter(|item| item.confidence == confidence).count();
    let by_file = by_file(&items);
    DeadCodeReport {
        tree: world.facts.tree.clone(),
        judged,
        dead_percent,
        certain: of(Confidence::Certain),
        likely: of(Confidence::Likely),
        used_by_tests: items.iter().filter(|item| item.reason == Reason::UsedByTests).count(),
        removable_lines: by_file.iter().map(|file| file.lines).sum(),
        by_file,
        files,
        items,
        rustc: None,
        coverage: Coverage::of(world.facts),
    }
}

/// Files with dead definitions; lines that belong to several of them count once.
fn by_file(items: &[DeadItem]) -> Vec<FileTotal> {
    let mut files: BTreeMap<&RepoPath, Vec<(u32, u32)>> = BTreeMap::new();
    for item in items {
        files.entry(&item.path).or_default().push(item.lines);
    }
    let mut totals: Vec<FileTotal> = files
        .into_iter()
        .map(|(path, mut spans)| {
            let definitions = spans.len();
            spans.sort_unstable();
            let mut covered = 0;
            let mut lines = 0;
            for (first, last) in spans {
                lines += (last + 1).saturating_sub(first.max(covered + 1));
                covered = covered.max(last);
            }
            FileTotal { path: path.clone(), definitions, lines }
        })
        .collect();
    totals.sort_by(|a, b| (Reverse(a.lines), &a.path).cmp(&(Reverse(b.lines), &b.path)));
    totals
}

impl<'w, 'a> Judgement<'w, 'a> {
    fn of(world: &'w World<'a>) -> Self {
        let mut roots = roots(world);
        let possible = Reached::of(world, &roots, By::Possible);
        let resolved = Reached::of(world, &roots, By::Resolved);
        let suspects: FxHashSet<&str> = world
            .definitions()
            .filter(|(node, def)| is_judged(world, def) && !resolved.program[*node as usize])
            .map(|(_, def)| def.definition.name.as_str())
            .collect();
        let mut names: Vec<&str> = suspects.into_iter().collect();
        names.sort_unstable();
        let mentions = Mentions::of(world, &names);
        let mut named_in_strings = Vec::new();
        for (node, def) in world.definitions() {
            let language = world.file_of(def).language;
            let can_be_named = is_dynamic(language) && !in_function(world, def);
            // C includes tables (`commands.def`) whatever their ending is.
            let in_table = language == Language::C
                && is_function(def.definition.kind)
                && mentions.in_other_files(&def.definition.name);
            let named = can_be_named && mentions.quoted(world, &def.definition.name, language);
            if named || in_table {
                named_in_strings.push(node);
            }
        }
        let again = !named_in_strings.is_empty();
        roots.program.extend(named_in_strings);
        let (possible, resolved) = match again {
            true => (Reached::of(world, &roots, By::Possible), Reached::of(world, &roots, By::Resolved)),
            false => (possible, resolved),
        };
        let roots = roots.program.into_iter().chain(roots.tests).collect();
        let edges = world.graph.edges.iter();
        let used =
            edges.filter(|edge| edge.kind != EdgeKind::Import && edge.from != edge.to).map(|edge| edge.to);
        let is_whole =
            !world.facts.skipped.iter().any(|left_out| left_out.reason == SkipReason::NotCheckedOut);
        Judgement { world, possible, resolved, mentions, roots, used: used.collect(), is_whole }
    }

    /// True for what is dead, whether or not it is reported.
    pub fn is_dead(&self, node: NodeId) -> bool {
        self.world.def(node).is_some_and(|def| self.reached(def).is_dead(node, def))
    }

    /// The reachability that decides: where every value may be anything, the code graph cannot speak against a use.
    fn reached(&self, def: &Def<'_>) -> &Reached {
        let resolvable = matches!(
            self.world.file_of(def).language,
            Language::Rust | Language::C | Language::Go | Language::Java
        );
        if resolvable { &self.resolved } else { &self.possible }
    }

    fn item(&self, node: NodeId, def: &Def<'a>) -> Option<DeadItem> {
        if !self.is_dead(node) {
            return None;
        }
        let file = self.world.file_of(def);
        let definition = def.definition;
        let doubt = self.doubt(node, def, file);
        Some(DeadItem {
            path: file.record.path().clone(),
            line: definition.name_line,
            lines: (definition.span.start_line, definition.span.end_line),
            kind: definition.kind,
            name: definition.qualified_name.clone(),
            confidence: if doubt.is_some() { Confidence::Likely } else { Confidence::Certain },
            reason: self.reason(node, def),
            doubt,
            within: self.dead_whole(def),
            rustc: None,
        })
    }

    /// The dead definition around it.
    fn dead_whole(&self, def: &Def<'a>) -> Option<String> {
        let whole = def.owner.or(def.parent)?;
        let outer = self.world.def(whole)?;
        let dead = is_judged(self.world, outer) && self.is_dead(whole);
        dead.then(|| outer.definition.qualified_name.clone())
    }

    fn reason(&self, node: NodeId, def: &Def<'a>) -> Reason {
        if !def.test && self.reached(def).all[node as usize] {
            return Reason::UsedByTests;
        }
        if self.used.contains(&node) { Reason::UsedByDeadCode } else { Reason::Unused }
    }

    /// What keeps it from being certain.
    fn doubt(&self, node: NodeId, def: &Def<'a>, file: &FileView<'a>) -> Option<&'static str> {
        if !self.possible.is_dead(node, def) {
            return Some("a use of that name elsewhere could mean it");
        }
        if let Some(doubt) = doubt_of_language(self.world, def, file) {
            return Some(doubt);
        }
        let definition = def.definition;
        if !matches!(file.record.data.facts.parse, ParseStatus::Complete) {
            return Some("its file could be parsed in part only");
        }
        if !self.is_whole {
            return Some("a file that is not checked out may use it");
        }
        if self.is_conditional(def) {
            return Some("it is compiled under a condition");
        }
        let only =
            (definition.visibility == Visibility::Private && is_closed(file.language)).then_some(def.file);
        if self.mentions.unaccounted(&definition.name, only) {
            return Some("its name stands in a string or in text that is not read as code");
        }
        None
    }

    /// `#[cfg(…)]` at it or around it; `#[cfg(test)]` is known.
    fn is_conditional(&self, def: &Def<'a>) -> bool {
        let conditional = |def: &Def<'_>| {
            def.definition.attributes.iter().any(|text| text.starts_with("cfg(") && !is_test_condition(text))
        };
        let mut here = Some(*def);
        while let Some(def) = here {
            if conditional(&def) {
                return true;
            }
            here = def.parent.and_then(|parent| self.world.def(parent)).copied();
        }
        self.is_conditional_file(self.world.file_of(def).path)
    }

    /// A file of Rust, or one in its folder, that a `mod` under a condition declares.
    fn is_conditional_file(&self, path: &str) -> bool {
        let parts = path.trim_end_matches(".rs").split('/');
        parts.filter(|part| !matches!(*part, "src" | "mod" | "lib")).any(|part| {
            self.world.named(part).iter().filter_map(|node| self.world.def(*node)).any(|def| {
                let definition = def.definition;
                let cfg = |text: &String| text.starts_with("cfg(") && text != "cfg(test)";
                definition.kind == DefinitionKind::Module && definition.attributes.iter().any(cfg)
            })
        })
    }
}

/// Languages in which a string can become a name.
fn is_dynamic(language: Language) -> bool {
    !matches!(
        language,
        Language::Rust
            | Language::C
            | Language::Cpp
            | Language::Go
            | Language::Haskell
            | Language::OCaml
            | Language::Zig
    )
}

/// Languages in which what is private to a file cannot be named in another by any means.
fn is_closed(language: Language) -> bool {
    matches!(language, Language::C | Language::JavaScript | Language::TypeScript | Language::Tsx)
}

/// Definitions that can be dead: no modules, no declarations without a body, nothing without a name.
pub(super) fn is_judged(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let file = world.file_of(def);
    if definition.kind == DefinitionKind::Module
        || definition.name.starts_with('<')
        || file.place == Place::Aside
    {
        return false;
    }
    let trait_method = file.language == Language::Rust
        && def
            .owner
            .and_then(|node| world.def(node))
            .is_some_and(|of| of.definition.kind == DefinitionKind::Interface);
    if is_function(definition.kind) && definition.function.is_none() && !trait_method {
        return false;
    }
    match file.language {
        // What implements a trait is asked for by the trait; a leading underscore says "on purpose".
        Language::Rust => {
            let asked_for = definition.kind != DefinitionKind::Interface && !definition.bases.is_empty();
            let associated = definition.kind == DefinitionKind::Type && def.owner.is_some();
            !asked_for && !associated && !is_underscored(world, def)
        }
        Language::Python => !(definition.name.starts_with("__") && definition.name.ends_with("__")),
        Language::C | Language::Cpp | Language::ObjectiveC => {
            // What a header holds is there for whoever includes it.
            !is_header(file.path)
        }
        _ => true,
    }
}

/// True for what has a leading underscore, and for what stands in such a function.
fn is_underscored(world: &World<'_>, def: &Def<'_>) -> bool {
    let outer = |def: &&Def<'_>| def.parent.and_then(|parent| world.def(parent));
    std::iter::successors(Some(def), outer).any(|def| def.definition.name.starts_with('_'))
}

const OPEN: &str = "code outside of the tree could use it";
const DYNAMIC: &str = "its file looks names up at run time";

/// What the language leaves open about a definition that nothing in the tree can use.
fn doubt_of_language(world: &World<'_>, def: &Def<'_>, file: &FileView<'_>) -> Option<&'static str> {
    let private = def.definition.visibility == Visibility::Private;
    let says = |names: &[&str]| world.file_uses(def.file, names);
    match file.language {
        Language::Rust => {
            says(&["paste", "concat_idents"]).then_some("its file puts names together in a macro")
        }
        Language::Go if private || !file.path.contains("internal/") => None,
        Language::C if private && is_function(def.definition.kind) && !is_header(file.path) => None,
        Language::Java if private => None,
        Language::Python => doubt_of_python(world, def),
        Language::JavaScript | Language::TypeScript | Language::Tsx if says(&["eval", "Function"]) => {
            Some(DYNAMIC)
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx if private => None,
        Language::Bash => says(&["eval"]).then_some(DYNAMIC),
        _ => Some(OPEN),
    }
}

/// The same for Python, where a leading underscore hides.
fn doubt_of_python(world: &World<'_>, def: &Def<'_>) -> Option<&'static str> {
    const LOOK_UP: [&str; 7] = ["getattr", "eval", "exec", "globals", "locals", "vars", "import_module"];
    let owner = def.owner.and_then(|owner| world.def(owner));
    if world.file_uses(def.file, &LOOK_UP) {
        return Some(DYNAMIC);
    }
    if owner.is_some_and(|owner| world.has_outside_base(owner, 8)) {
        return Some("a base of its class outside of the tree could call it");
    }
    let hidden = def.definition.name.starts_with('_') || in_function(world, def);
    (!hidden).then_some(OPEN)
}

/// For questions about names of files.
pub(super) fn mentions_of(world: &World<'_>, names: &[&str]) -> FxHashMap<String, bool> {
    let mentions = Mentions::of(world, names);
    names.iter().map(|name| ((*name).to_owned(), mentions.unaccounted(name, None))).collect()
}
