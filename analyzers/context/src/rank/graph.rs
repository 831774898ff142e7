//! Who uses what: the reference graph between files.

use super::imports::{ModulePaths, for_each_target};
use facts::RepoFacts;
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::DefinitionKind;
use trueno_graph::csr::Csr;

/// A name defined in more files than this points nowhere in particular (`new`, `run`, `__init__`).
const MAX_DEFINING_FILES: usize = 24;
/// How much more a definition in an imported file is meant than one elsewhere.
const IMPORTED: f64 = 8.0;
/// How much less a function is meant where its name is never called (a Java type `Long`, a function `Long`).
const NOT_CALLED: f64 = 0.25;
/// The weight of an import itself, in references to a name that only one file defines.
const IMPORT_WEIGHT: f64 = 1.0;
/// The weight of the way back from a definition to its users: what is asked about shows at its users, too.
const BACKWARD: f64 = 0.6;

/// The reference graph of a tree.
pub(super) struct ReferenceGraph {
    /// Edges from the using file to the used one, and back with less weight where that was wanted.
    pub links: Csr,
    /// Uses of definitions by other files, for ranking the definitions of a file.
    pub uses: Vec<Use>,
}

/// A file's uses of a definition in another file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Use {
    /// The using file.
    pub from: u32,
    /// The defining file.
    pub to: u32,
    /// Index of the definition in its file.
    pub definition: u32,
    /// Weight of the edge.
    pub weight: f64,
}

/// Languages whose code can use each other's names directly.
fn family(language: Language) -> &'static str {
    match language.spec().id {
        "c" | "cpp" | "objc" | "objective-c" | "objectivec" | "cuda" => "c",
        "javascript" | "typescript" | "tsx" | "jsx" | "vue" | "svelte" => "javascript",
        "java" | "kotlin" | "scala" | "groovy" => "jvm",
        id => id,
    }
}

/// Where a name is defined: the first definition of a file.
#[derive(Debug, Clone, Copy)]
struct Site {
    file: u32,
    definition: u32,
    callable: bool,
}

struct Definitions<'r> {
    /// For each name the files that define it.
    by_name: HashMap<&'r str, Vec<Site>>,
    families: Vec<&'static str>,
}

impl<'r> Definitions<'r> {
    fn new(repo: &'r RepoFacts) -> Self {
        let mut by_name: HashMap<&str, Vec<Site>> = HashMap::default();
        for (file, record) in repo.files.iter().enumerate() {
            for (i, definition) in
                record.data.symbols.iter().flat_map(|symbols| symbols.definitions.iter().enumerate())
            {
                let sites = by_name.entry(&definition.name).or_default();
                if definition.kind != DefinitionKind::Module
                    && sites.last().is_none_or(|last| last.file != file as u32)
                {
                    let callable =
                        matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method);
                    sites.push(Site { file: file as u32, definition: i as u32, callable });
                }
            }
        }
        let families = repo.files.iter().map(|record| family(record.data.facts.language)).collect();
        Definitions { by_name, families }
    }
}

/// Builds the graph. A use of a name is shared among the files that define it, imported ones first; its weight is the
/// square root of the number of uses (a name used a hundred times is not a hundred times as related) times the rarity of
/// the name among the files. With `both_ways` the walk can go back from a definition to its users.
pub(super) fn build(repo: &RepoFacts, both_ways: bool) -> ReferenceGraph {
    let definitions = Definitions::new(repo);
    let users = users_by_name(repo);
    let modules = ModulePaths::new(repo);
    let mut edges = Vec::new();
    let mut uses = Vec::new();
    for from in 0..repo.files.len() as u32 {
        let imported = imported_files(repo, &modules, from);
        let mut targets: Vec<u32> = imported.iter().copied().collect();
        targets.sort_unstable();
        edges.extend(targets.into_iter().map(|to| (from, to, IMPORT_WEIGHT)));
        file_uses(repo, &definitions, &users, &imported, from, &mut uses);
    }
    edges.extend(uses.iter().map(|usage| (usage.from, usage.to, usage.weight)));
    let forward = if both_ways { edges.len() } else { 0 };
    for i in 0..forward {
        let (from, to, weight) = edges[i];
        edges.push((to, from, weight * BACKWARD));
    }
    ReferenceGraph { links: Csr::new(repo.files.len(), edges), uses }
}

/// In how many files each name is used.
fn users_by_name(repo: &RepoFacts) -> HashMap<&str, u32> {
    let mut users: HashMap<&str, u32> = HashMap::default();
    for name in repo.files.iter().flat_map(|file| file.data.symbols.iter().flat_map(|symbols| &symbols.names))
    {
        *users.entry(name).or_default() += 1;
    }
    users
}

fn imported_files(repo: &RepoFacts, modules: &ModulePaths, from: u32) -> HashSet<u32> {
    let mut imported = HashSet::default();
    let symbols = repo.files[from as usize].data.symbols.as_ref();
    for import in symbols.iter().flat_map(|symbols| &symbols.imports) {
        for_each_target(&import.target, &mut |parts| {
            imported.extend(modules.resolve(parts, from));
        });
    }
    imported
}

fn file_uses(
    repo: &RepoFacts,
    definitions: &Definitions<'_>,
    users: &HashMap<&str, u32>,
    imported: &HashSet<u32>,
    from: u32,
    into: &mut Vec<Use>,
) {
    let Some(symbols) = &repo.files[from as usize].data.symbols else {
        return;
    };
    let mut counts = vec![(0u32, 0u32); symbols.names.len()];
    for reference in &symbols.references {
        if let Some((all, calls)) = counts.get_mut(reference.name as usize) {
            *all = all
                .saturating_add(reference.calls)
                .saturating_add(reference.uses)
                .saturating_add(reference.mentions);
            *calls = calls.saturating_add(reference.calls);
        }
    }
    let family = definitions.families[from as usize];
    for (name, (count, calls)) in symbols.names.iter().zip(counts).filter(|(_, (count, _))| *count > 0) {
        let Some(sites) = definitions.by_name.get(name.as_str()) else {
            continue;
        };
        // The file's own definition is the one that is meant.
        if sites.len() > MAX_DEFINING_FILES || sites.iter().any(|site| site.file == from) {
            continue;
        }
        let share = |file: u32| if imported.contains(&file) { IMPORTED } else { 1.0 };
        let related = || sites.iter().filter(|site| definitions.families[site.file as usize] == family);
        let total: f64 = related().map(|site| share(site.file)).sum();
        let spread = (total * related().count() as f64).max(1.0);
        let using = users.get(name.as_str()).copied().unwrap_or(1);
        let rarity = (1.0 + repo.files.len() as f64 / f64::from(using.max(1))).ln();
        for site in related() {
            let meant = if site.callable && calls == 0 { NOT_CALLED } else { 1.0 };
            let weight = f64::from(count).sqrt() * rarity * meant * share(site.file) / spread;
            into.push(Use { from, to: site.file, definition: site.definition, weight });
        }
    }
}
