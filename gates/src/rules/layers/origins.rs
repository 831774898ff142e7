//! Where imported names are defined: the files between that only hand them on are passed.

use facts::RepoFacts;
use facts::hash::{HashMap, HashSet};
use facts::language::is_test_condition;
use facts::model::{Definition, DefinitionKind, Import};
use facts::repo::FileRecord;

use trueno_graph::code::definitions_around;
use trueno_graph::code::imports::{Binds, Lead, Resolver};

/// How many files that hand a name on are passed at most.
const MOST_STEPS: usize = 16;

/// Follows imports through the files that hand names on.
pub(super) struct Origins<'a> {
    resolver: &'a Resolver<'a>,
    facts: &'a RepoFacts,
    files: HashMap<usize, Names<'a>>,
}

/// The names of a file.
struct Names<'a> {
    /// What it defines.
    own: HashSet<&'a str>,
    /// What it imports.
    leads: Vec<Lead>,
}

impl<'a> Origins<'a> {
    pub fn new(resolver: &'a Resolver<'a>, facts: &'a RepoFacts) -> Self {
        Origins { resolver, facts, files: HashMap::default() }
    }

    /// The file or folder that holds what a lead names; none outside the tree. Where a name is handed on by more files than
    /// are passed, or from a library, that is the last file that could be told.
    pub fn of(&mut self, lead: &Lead) -> Option<String> {
        let mut target = lead.target.clone()?;
        let mut rest = lead.rest.clone();
        for _ in 0..MOST_STEPS {
            let Some((next, mut names)) = rest.first().and_then(|name| self.handed_on(&target, name)) else {
                break;
            };
            names.extend(rest.drain(1..));
            (target, rest) = (next, names);
        }
        Some(target)
    }

    /// Where a file has a name from that it does not define itself.
    fn handed_on(&mut self, path: &str, name: &str) -> Option<(String, Vec<String>)> {
        let index = self.index(path)?;
        let names = self.names(index);
        if names.own.contains(name) {
            return None;
        }
        let by_name = names.leads.iter().find(|lead| lead.binds == Binds::Name(name.to_owned()));
        if let Some(lead) = by_name {
            return Some((lead.target.clone()?, lead.rest.clone()));
        }
        let all = names.leads.iter().filter(|lead| lead.binds == Binds::All && lead.rest.is_empty());
        let targets: Vec<String> = all.filter_map(|lead| lead.target.clone()).collect();
        targets.into_iter().find_map(|target| {
            let other = self.index(&target).filter(|other| *other != index)?;
            self.names(other).own.contains(name).then(|| (target, vec![name.to_owned()]))
        })
    }

    fn index(&self, path: &str) -> Option<usize> {
        self.facts.files.binary_search_by(|file| file.path().as_bytes().cmp(path.as_bytes())).ok()
    }

    fn names(&mut self, index: usize) -> &Names<'a> {
        let (facts, resolver) = (self.facts, self.resolver);
        self.files.entry(index).or_insert_with(|| {
            let file = &facts.files[index];
            let symbols = file.data.symbols();
            let top = symbols.definitions.iter().filter(|definition| definition.parent.is_none());
            let own = top.map(|definition| definition.name.as_str()).collect();
            let imports = symbols.imports.iter();
            let leads = imports.filter_map(|import| leads(resolver, file, import)).flatten().collect();
            Names { own, leads }
        })
    }
}

/// What an import brings in; none where imports of the language cannot be followed.
pub(super) fn leads(resolver: &Resolver<'_>, file: &FileRecord, import: &Import) -> Option<Vec<Lead>> {
    let path = std::str::from_utf8(file.path().as_bytes()).ok()?;
    let around = definitions_around(&file.data.symbols().definitions, import.line);
    let modules = around.iter().filter(|definition| definition.kind == DefinitionKind::Module);
    let modules: Vec<&str> = modules.map(|definition| definition.name.as_str()).collect();
    resolver.leads(file.data.facts.language, path, &modules, import)
}

/// True for an import of test code: tests stand beside what they test, and may use everything.
pub(super) fn is_of_tests(file: &FileRecord, import: &Import) -> bool {
    let is_test = |definition: &&Definition| {
        let function = definition.function.and_then(|at| file.data.facts.functions.get(at as usize));
        function.is_some_and(|function| file.is_test(function))
            || definition.attributes.iter().any(|attribute| is_test_condition(attribute))
    };
    file.is_test_file()
        || definitions_around(&file.data.symbols().definitions, import.line).iter().any(is_test)
}
