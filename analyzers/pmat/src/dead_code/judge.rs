//! From what is reached to what is reported, and how sure that is.

use super::doubts::Doubt;
use super::entry_points::{Roots, is_for_header, roots, rust_libraries};
use super::mentions::Mentions;
use super::places::Place;
use super::reach::Reach;
use super::unused_files;
use super::uses::{in_function, is_header};
use super::world::{Def, FileView, World, family, is_function};
use super::{Confidence, DeadCodeOptions, DeadCodeReport, DeadItem, FileTotal, Reason, doubts};
use crate::coverage::Coverage;
use facts::Measured;
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, RepoPath, Visibility};
use facts::source::SkipReason;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use trueno_graph::code::{Edge, EdgeKind, NodeId};

/// What is reached, by whom.
pub(super) struct Reached {
    /// From the program's entry points.
    program: Vec<bool>,
    /// From these and the tests.
    all: Vec<bool>,
    /// What the types alone say is not meant by live code that names it.
    ruled_out: HashSet<NodeId>,
}

impl Reached {
    fn of(world: &World<'_>, roots: &Roots) -> Reached {
        let mut reach = Reach::new(world);
        reach.run(roots.program.iter().copied());
        let program = reach.live.clone();
        reach.run(roots.tests.iter().copied());
        Reached { program, all: reach.live, ruled_out: reach.ruled_out }
    }

    /// True for what no product code uses.
    pub fn is_dead(&self, node: NodeId, def: &Def<'_>) -> bool {
        let live = if def.test { &self.all } else { &self.program };
        !live[node as usize]
    }
}

/// Everything a tree's dead code is told by.
pub(super) struct Judgement<'w, 'a> {
    pub world: &'w World<'a>,
    reached: Reached,
    pub mentions: Mentions,
    roots: HashSet<NodeId>,
    /// What something else uses, dead or not.
    used: HashSet<NodeId>,
    /// What keeps dead definitions from being certain.
    doubts: HashMap<NodeId, Doubt>,
    /// Files that others import.
    imported: HashSet<u32>,
    /// Packages of Rust with a library.
    libraries: HashSet<&'a str>,
    /// False where a sparse checkout left files of the tree out.
    pub(super) is_whole: bool,
}

/// Judges a tree.
pub(super) fn report(world: &World<'_>, options: &DeadCodeOptions) -> DeadCodeReport {
    let judgement = Judgement::of(world);
    let mut items: Vec<DeadItem> = Vec::new();
    let mut judged = 0;
    let users = judgement.dead_users();
    for (node, def) in world.definitions() {
        if (def.test && !options.include_tests) || !judgement.judges(node, def) {
            continue;
        }
        judged += 1;
        items.extend(judgement.item(node, def, &users));
    }
    let found = items.len();
    items.retain(|item| item.confidence >= options.min_confidence);
    items.sort_by(|a, b| (&a.path, a.line, &a.name, a.lines).cmp(&(&b.path, b.line, &b.name, b.lines)));
    let files = unused_files::find(&judgement, options);
    let dead_percent = match judged {
        0 if world.files.iter().all(|file| file.language.grammar().is_none()) => {
            Measured::unsupported("no file is of a language whose definitions are known")
        }
        0 => Measured::unsupported("every definition is an entry point or open to users outside of the tree"),
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
        possible: of(Confidence::Possible),
        left_out: found - items.len(),
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
        let reached = Reached::of(world, &roots);
        let suspects: HashSet<&str> = world
            .definitions()
            .filter(|(node, def)| is_judged(world, def) && !reached.program[*node as usize])
            .map(|(_, def)| def.definition.name.as_str())
            .collect();
        let mut names: Vec<&str> = suspects.into_iter().collect();
        names.sort_unstable();
        let mentions = Mentions::of(world, &names);
        let named: Vec<NodeId> = world
            .definitions()
            .filter(|(node, def)| {
                !reached.program[*node as usize] && is_named_elsewhere(world, &mentions, def)
            })
            .map(|(node, _)| node)
            .collect();
        let again = !named.is_empty();
        roots.program.extend(named);
        let reached = if again { Reached::of(world, &roots) } else { reached };
        let edges = world.graph.edges.iter();
        let used =
            edges.filter(|edge| edge.kind != EdgeKind::Import && edge.from != edge.to).map(|edge| edge.to);
        let is_whole =
            !world.facts.skipped.iter().any(|left_out| left_out.reason == SkipReason::NotCheckedOut);
        let used = used.collect();
        let all = roots.program.iter().chain(&roots.tests).copied().collect();
        let doubts = HashMap::default();
        let imports = world.graph.imports.iter().filter(|import| import.from != import.to);
        let imported = imports.map(|import| import.to).collect();
        let libraries = rust_libraries(world).into_iter().map(|(package, _)| package).collect();
        let mut judgement =
            Judgement { world, reached, mentions, roots: all, used, doubts, imported, libraries, is_whole };
        judgement.doubts = doubts::of(&judgement, &roots);
        judgement
    }

    /// True for what is dead, whether or not it is reported.
    pub fn is_dead(&self, node: NodeId) -> bool {
        self.world.def(node).is_some_and(|def| self.reached.is_dead(node, def))
    }

    /// True where live code names a member of that name, on a value that seems to be of another type.
    pub fn is_ruled_out(&self, node: NodeId) -> bool {
        self.reached.ruled_out.contains(&node)
    }

    /// True for a file that another one imports.
    pub fn is_imported(&self, file: u32) -> bool {
        self.imported.contains(&file)
    }

    /// True for a file of a package of Rust that has a library.
    pub fn is_in_rust_library(&self, file: &FileView<'_>) -> bool {
        file.package.is_some_and(|package| self.libraries.contains(package))
    }

    /// True for what may be dead: no entry point, and of a kind that can be told.
    pub fn judges(&self, node: NodeId, def: &Def<'_>) -> bool {
        is_judged(self.world, def) && !self.roots.contains(&node)
    }

    /// The dead definition that alone uses another dead one.
    fn dead_users(&self) -> HashMap<NodeId, NodeId> {
        let counts = |edge: &&Edge| edge.kind != EdgeKind::Import && edge.from != edge.to;
        let mut users: HashMap<NodeId, Option<NodeId>> = HashMap::default();
        for edge in self.world.graph.edges.iter().filter(counts).filter(|edge| self.is_dead(edge.to)) {
            let user = users.entry(edge.to).or_insert(Some(edge.from));
            *user = user.filter(|user| *user == edge.from);
        }
        let known = users.into_iter().filter_map(|(node, user)| Some((node, user?)));
        known.filter(|(_, user)| self.is_dead(*user)).collect()
    }

    fn item(&self, node: NodeId, def: &Def<'a>, users: &HashMap<NodeId, NodeId>) -> Option<DeadItem> {
        if !self.is_dead(node) {
            return None;
        }
        let file = self.world.file_of(def);
        let definition = def.definition;
        let doubt = self.doubts.get(&node).copied();
        let reason = self.reason(node, def);
        let user = users.get(&node).filter(|_| reason == Reason::UsedByDeadCode);
        let user = user.and_then(|user| self.world.def(*user));
        Some(DeadItem {
            path: file.record.path().clone(),
            line: definition.name_line,
            lines: (definition.span.start_line, definition.span.end_line),
            kind: definition.kind,
            name: definition.qualified_name.clone(),
            confidence: doubt.map_or(Confidence::Certain, |doubt| doubt.at_most),
            reason,
            doubt: doubt.map(|doubt| doubt.why),
            within: self.dead_whole(def).map(|whole| whole.definition.qualified_name.clone()),
            used_by: user.map(|user| user.definition.qualified_name.clone()),
            rustc: None,
        })
    }

    /// The dead definition around it.
    pub fn dead_whole(&self, def: &Def<'_>) -> Option<&Def<'a>> {
        let whole = def.owner.or(def.parent)?;
        let outer = self.world.def(whole)?;
        (is_judged(self.world, outer) && self.is_dead(whole)).then_some(outer)
    }

    pub fn reason(&self, node: NodeId, def: &Def<'a>) -> Reason {
        if !def.test && self.reached.all[node as usize] {
            return Reason::UsedByTests;
        }
        if self.used.contains(&node) { Reason::UsedByDeadCode } else { Reason::Unused }
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

/// True for what something names that is no use in code that was read: a string where strings become names, pieces of which
/// names are put together, templates, notebooks and other files that are not read as code, text that did not parse.
fn is_named_elsewhere(world: &World<'_>, mentions: &Mentions, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let name = definition.name.as_str();
    let file = world.file_of(def);
    let language = file.language;
    // A local of a function is found by no string; what a table or an object holds is.
    let local = || definition.kind != DefinitionKind::Method && in_function(world, def);
    let in_string = || is_dynamic(language) && mentions.quoted(world, name, language) && !local();
    let private = definition.visibility == Visibility::Private;
    let closed = private && doubts::is_closed(file);
    let documented = || !private && is_dynamic(language) && mentions.in_prose(name);
    let by_default = || {
        let imported = || world.graph.imports.iter().any(|import| import.to == def.file);
        mentions.is_default(def.file, definition.span.start_byte) && imported()
    };
    in_string()
        || (def.owner.is_some() && mentions.reads_by_value(def.file))
        || is_evaluated(world, mentions, def)
        || is_in_other_text(world, mentions, def, closed)
        || documented()
        || mentions.in_unparsed_code(name, closed.then_some(def.file))
        || mentions.composes(name, language)
        || by_default()
}

/// True for what stands in text that is not read as code of its language; `closed` is what nothing outside of its file can name.
fn is_in_other_text(world: &World<'_>, mentions: &Mentions, def: &Def<'_>, closed: bool) -> bool {
    let name = def.definition.name.as_str();
    let of_objective = world.file_of(def).language == Language::ObjectiveC;
    match family(world.file_of(def).language) {
        // Of Objective-C with C++ in it a part may be read as nothing.
        Language::C if of_objective && mentions.unaccounted(name, Some(def.file)) => true,
        // C includes tables (`commands.def`) whatever their ending is.
        Language::C => mentions.in_unread_files(name, false),
        Language::Rust | Language::Go => mentions.in_unread_files(name, true),
        // There a function is called by any word: `run_with backup_all`.
        Language::Bash => mentions.unaccounted(name, None),
        // Templates stand in its sigils.
        Language::Elixir if mentions.unaccounted(name, Some(def.file)) => true,
        Language::JavaScript if !closed && mentions.in_pages(world, name) => true,
        Language::JavaScript if !closed && mentions.composes_in_pages(name) => true,
        _ => !closed && mentions.in_unread_files(name, false),
    }
}

/// True for a name in source that a script puts together as text and runs.
fn is_evaluated(world: &World<'_>, mentions: &Mentions, def: &Def<'_>) -> bool {
    let runs: &[&str] = match family(world.file_of(def).language) {
        Language::JavaScript => &["eval", "Function"],
        Language::Ruby => &["class_eval", "module_eval", "instance_eval", "ERB"],
        _ => return false,
    };
    world.file_uses(def.file, runs) && mentions.unaccounted(&def.definition.name, Some(def.file))
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
    if is_function(definition.kind) && definition.function.is_none() && !is_of_trait(world, def) {
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
        Language::Lua => !is_place_of_table(definition),
        Language::C | Language::Cpp | Language::ObjectiveC => {
            // What a header holds is there for whoever includes it.
            !is_header(file.path) && is_judged_in_c(file, definition)
        }
        // Members of an enumeration count one another.
        Language::Go if definition.kind == DefinitionKind::Constant => {
            definition.signature.contains('=') && !definition.signature.contains("iota")
        }
        _ => true,
    }
}

/// Rust: true for what a trait declares.
fn is_of_trait(world: &World<'_>, def: &Def<'_>) -> bool {
    let owner = def.owner.and_then(|node| world.def(node));
    world.file_of(def).language == Language::Rust
        && owner.is_some_and(|of| of.definition.kind == DefinitionKind::Interface)
}

/// Lua: `{ callback = function () … end }` goes wherever the table goes, and is read by any value.
fn is_place_of_table(definition: &Definition) -> bool {
    let declared = |start: &str| definition.signature.starts_with(start);
    is_function(definition.kind) && !declared("function") && !declared("local function")
}

/// Of C functions, macros and constants: whether a tag is used, its members and declarators say.
fn is_judged_in_c(file: &FileView<'_>, definition: &Definition) -> bool {
    match definition.kind {
        DefinitionKind::Constant | DefinitionKind::Macro => !is_for_header(file, definition),
        kind => is_function(kind),
    }
}

/// True for what has a leading underscore, and for what stands in such a function.
pub(super) fn is_underscored(world: &World<'_>, def: &Def<'_>) -> bool {
    let outer = |def: &&Def<'_>| def.parent.and_then(|parent| world.def(parent));
    std::iter::successors(Some(def), outer).any(|def| def.definition.name.starts_with('_'))
}

/// For questions about names of files.
pub(super) fn mentions_of(world: &World<'_>, names: &[&str]) -> HashMap<String, bool> {
    let mentions = Mentions::of(world, names);
    names.iter().map(|name| ((*name).to_owned(), mentions.unaccounted(name, None))).collect()
}
