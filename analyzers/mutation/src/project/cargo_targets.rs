//! The files that a build of a package uses: the roots of its library and its programs (the Cargo Book, "Cargo
//! Targets"), and from there every file that a `mod` leads to.

use super::Place;
use super::cargo_build::{Answer, Build};
use super::cargo_manifests::Member;
use crate::operators::{Declaration, ModuleFile, module_file};
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::RepoPath;
use facts::source::confined::read_inside;
use std::borrow::Cow;
use std::collections::BTreeMap;
use toml::Value;

/// The most files of one package that are followed.
const MOST_FILES: usize = 200_000;
/// The most bytes of a source file that was not measured.
const LARGEST: u64 = 16 << 20;

/// The modules that the measured Rust files of a tree declare.
pub type Modules = BTreeMap<RepoPath, ModuleFile>;

/// The files that a build of the package in a folder reaches.
pub fn files_of(package: &Place<'_>, member: &Member, build: &Build, modules: &Modules) -> HashSet<RepoPath> {
    let mut walk = Walk { package, build, modules, read: HashMap::default() };
    let mut reached = HashSet::default();
    let mut seen = HashSet::default();
    let mut waiting: Vec<(RepoPath, bool)> =
        roots(package, member, build).into_iter().map(|root| (root, true)).collect();
    while let Some((path, is_mod_rs)) = waiting.pop() {
        if seen.len() >= MOST_FILES || !seen.insert((path.clone(), is_mod_rs)) {
            continue;
        }
        let Some(file) = walk.file(&path).map(Cow::into_owned) else { continue };
        if file.conditions.iter().any(|condition| build.holds(condition) == Answer::No) {
            continue;
        }
        let counts = |declaration: &&Declaration| {
            !declaration.for_tests
                && declaration.conditions.iter().all(|condition| build.holds(condition) != Answer::No)
        };
        for declaration in file.declarations.iter().filter(counts) {
            waiting.extend(walk.sources(declaration, &path, is_mod_rs));
        }
        reached.insert(path);
    }
    reached
}

struct Walk<'a> {
    package: &'a Place<'a>,
    build: &'a Build,
    modules: &'a Modules,
    /// Files that were not measured.
    read: HashMap<RepoPath, Option<ModuleFile>>,
}

impl Walk<'_> {
    fn file(&mut self, path: &RepoPath) -> Option<Cow<'_, ModuleFile>> {
        if let Some(known) = self.modules.get(path) {
            return Some(Cow::Borrowed(known));
        }
        if !self.read.contains_key(path) {
            let bytes = read_inside(self.package.root, path, LARGEST).ok();
            let file = bytes.map(|bytes| module_file(Language::Rust, &bytes).unwrap_or_default());
            self.read.insert(path.clone(), file);
        }
        self.read.get(path)?.as_ref().map(Cow::Borrowed)
    }

    /// The possible files of a declaration, and whether their modules are next to them.
    fn sources(
        &mut self,
        declaration: &Declaration,
        path: &RepoPath,
        is_mod_rs: bool,
    ) -> Vec<(RepoPath, bool)> {
        let mut found = Vec::new();
        for (condition, named) in &declaration.paths {
            let answer = condition.as_ref().map_or(Answer::Yes, |condition| self.build.holds(condition));
            if answer != Answer::No {
                found.extend(
                    declaration.places(path, is_mod_rs, Some(named)).into_iter().map(|place| (place, true)),
                );
            }
            if answer == Answer::Yes {
                return found;
            }
        }
        let places = declaration.places(path, is_mod_rs, None);
        let first = places.into_iter().find(|place| self.file(place).is_some());
        found.extend(first.map(|place| {
            let is_mod_rs = place.file_name() == b"mod.rs";
            (place, is_mod_rs)
        }));
        found
    }
}

/// The root files of the library and of the programs of a package.
fn roots(package: &Place<'_>, member: &Member, build: &Build) -> Vec<RepoPath> {
    let setting = |name: &str| member.setting(name);
    let mut roots = Vec::new();
    let library = member.manifest.get("lib");
    match library.and_then(|library| library.get("path")).and_then(Value::as_str) {
        Some(path) => roots.push(path.to_owned()),
        None => roots.push("src/lib.rs".to_owned()),
    }
    let programs = member.manifest.get("bin").and_then(Value::as_array).into_iter().flatten();
    let mut left_out = Vec::new();
    for program in programs {
        let name = program.get("name").and_then(Value::as_str).unwrap_or_default();
        let paths = match program.get("path").and_then(Value::as_str) {
            Some(path) => vec![path.to_owned()],
            None if Some(name) == member.name.as_deref() => {
                vec!["src/main.rs".to_owned(), format!("src/bin/{name}.rs")]
            }
            None => vec![format!("src/bin/{name}.rs"), format!("src/bin/{name}/main.rs")],
        };
        let needs = program.get("required-features").and_then(Value::as_array).into_iter().flatten();
        let needs: Vec<&str> = needs.filter_map(Value::as_str).collect();
        if build.may_have(&needs) { roots.extend(paths) } else { left_out.extend(paths) }
    }
    if setting("autobins").and_then(Value::as_bool) != Some(false) {
        roots.push("src/main.rs".to_owned());
        for name in package.names("src/bin") {
            let folder = name.strip_suffix(".rs").is_none();
            roots.push(if folder { format!("src/bin/{name}/main.rs") } else { format!("src/bin/{name}") });
        }
    }
    roots.retain(|root| !left_out.contains(root));
    roots
        .iter()
        .filter_map(|root| super::cargo_manifests::joined(&package.folder, root))
        .map(|root| RepoPath::from(root.as_str()))
        .collect()
}
