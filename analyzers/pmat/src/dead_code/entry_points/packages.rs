//! The packages of JavaScript: which files others may load, by their `package.json`.

use crate::dead_code::places::{folder, join, suffix};
use crate::dead_code::world::{World, family};
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::source::Entry;
use serde_json::Value;

/// Endings tried for a path that has none.
const ENDINGS: &[&str] = &[
    "",
    ".js",
    ".ts",
    ".tsx",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".d.ts",
    "/index.js",
    "/index.ts",
    "/index.tsx",
];
/// Keys of a manifest whose values name files that others load.
const KEYS: &[&str] = &[
    "main",
    "module",
    "exports",
    "bin",
    "types",
    "typings",
    "browser",
    "svelte",
    "source",
    "unpkg",
    "jsdelivr",
    "react-native",
    "publishConfig",
    "jsnext:main",
    "es2015",
    "esnext",
    "worker",
    "electron",
    "workerd",
];
/// Where sources stand, by convention, of which something is built.
const SOURCES: &[&str] = &["src", "lib", "source", ""];
/// Most levels of a manifest that are read, and most of its strings.
const MAX_LEVELS: usize = 12;
const MAX_STRINGS: usize = 10_000;

/// What the manifests of a tree say.
#[derive(Debug, Default)]
pub(in crate::dead_code) struct Packages<'a> {
    entries: HashSet<u32>,
    /// Packages that name an entry which is not in the tree: every file of theirs may be a part of it.
    open: HashSet<&'a str>,
    /// Packages that others install.
    libraries: HashSet<&'a str>,
}

impl<'a> Packages<'a> {
    /// Reads the manifests.
    pub fn of(world: &World<'a>) -> Packages<'a> {
        let scripts =
            world.files.iter().enumerate().filter(|(_, file)| family(file.language) == Language::JavaScript);
        let by_path: HashMap<&str, u32> = scripts.map(|(index, file)| (file.path, index as u32)).collect();
        let mut packages = Packages::default();
        if by_path.is_empty() {
            return packages;
        }
        let mut pending: Vec<u32> = Vec::new();
        let folders: HashSet<&'a str> = world
            .files
            .iter()
            .filter(|file| family(file.language) == Language::JavaScript)
            .filter_map(|file| file.package)
            .collect();
        for package in folders {
            let manifest: Value = text_of(world, &join(package, "package.json"))
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or(Value::Null);
            let mut named = Vec::new();
            for key in KEYS {
                strings(&manifest[*key], &mut named);
            }
            named.retain(|name| is_loaded(name));
            let private = manifest["private"] == Value::Bool(true);
            let sources = Sources::of(world, package, &by_path);
            // Without an entry Node loads `index.js`; where there is none, nobody can load the package.
            if !named.is_empty() || (!private && sources.file("index").is_some()) {
                packages.libraries.insert(package);
            }
            let mut missing = named.is_empty() && !private;
            for name in &named {
                let found = sources.of_entry(name);
                missing |= found.is_empty();
                pending.extend(found);
            }
            let usual = ["index", "src/index", "lib/index", "src/main", "main"];
            let usual: Vec<u32> = usual.iter().filter_map(|name| sources.file(name)).collect();
            if missing && !named.is_empty() {
                packages.open.insert(package);
            }
            pending.extend(usual.into_iter().filter(|_| missing || private));
            pending.extend(sources.named_by_tools(world, &manifest));
        }
        packages.entries = with_passed_on(world, pending);
        packages
    }

    /// True for a file whose exports others may load.
    pub fn is_entry(&self, file: u32) -> bool {
        self.entries.contains(&file)
    }

    /// True where any file of the package may be loaded by others.
    pub fn is_open(&self, package: &str) -> bool {
        self.open.contains(package)
    }

    /// True for a package that others install: what they get of it may have any public member called.
    pub fn is_library(&self, package: &str) -> bool {
        self.libraries.contains(package)
    }
}

/// True for what is loaded as code.
fn is_loaded(name: &str) -> bool {
    let code = ["js", "ts", "tsx", "jsx", "mjs", "cjs", "mts", "cts"];
    let path = name.starts_with('.') || name.contains('/') || suffix(name).is_some();
    path && !name.contains("://")
        && suffix(name).is_none_or(|ending| code.contains(&ending) || ending.contains(['/', '*']))
}

/// The files of a package.
struct Sources<'w> {
    package: &'w str,
    by_path: &'w HashMap<&'w str, u32>,
    /// The folders that a compiler reads and writes, by its configuration.
    built: Vec<(String, String)>,
}

impl<'w> Sources<'w> {
    fn of(world: &World<'_>, package: &'w str, by_path: &'w HashMap<&'w str, u32>) -> Self {
        let configurations = ["tsconfig.json", "tsconfig.build.json", "tsconfig.lib.json"];
        let texts = configurations.iter().filter_map(|name| text_of(world, &join(package, name)));
        let folder = |text: &str, key: &str| {
            let after = text.split_once(&format!("\"{key}\""))?.1.trim_start().strip_prefix(':')?;
            let name = after.trim_start().strip_prefix('"')?.split('"').next()?;
            Some(name.trim_start_matches("./").trim_end_matches('/').replace("${configDir}/", ""))
        };
        let built = texts.filter_map(|text| {
            let to = folder(&text, "outDir").or_else(|| folder(&text, "declarationDir"))?;
            Some((to, folder(&text, "rootDir").unwrap_or_default()))
        });
        Sources { package, by_path, built: built.collect() }
    }

    fn file(&self, name: &str) -> Option<u32> {
        let path = join(self.package, name.trim_start_matches("./"));
        let path = path.trim_end_matches('/');
        ENDINGS.iter().find_map(|ending| self.by_path.get(format!("{path}{ending}").as_str()).copied())
    }

    /// The files that an entry of the manifest means: the file itself, or the sources that it is built of.
    fn of_entry(&self, name: &str) -> Vec<u32> {
        let name = name.trim_start_matches("./");
        if let Some(file) = self.file(name) {
            return vec![file];
        }
        self.before_building(name)
            .iter()
            .map(|name| self.matching(name))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// The paths, without endings, at which the source of a built file may stand, the likeliest first.
    fn before_building(&self, name: &str) -> Vec<String> {
        let mut bare = name;
        for ending in [
            ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d", ".min", ".umd", ".esm",
            ".cjs", ".es",
        ] {
            bare = bare.strip_suffix(ending).unwrap_or(bare);
        }
        let mut found = vec![bare.to_owned()];
        for (to, from) in &self.built {
            if let Some(rest) = bare.strip_prefix(to.as_str()).and_then(|rest| rest.strip_prefix('/')) {
                found.push(join(from, rest));
                found.extend(SOURCES.iter().map(|sources| join(sources, rest)));
            }
        }
        let mut rest = bare;
        while let Some((_, below)) = rest.split_once('/') {
            found.extend(SOURCES.iter().map(|sources| join(sources, below)));
            rest = below;
        }
        found
    }

    /// The files at a path without an ending, in which `*` stands for any text.
    fn matching(&self, name: &str) -> Vec<u32> {
        let Some((before, after)) = name.split_once('*') else {
            return self.file(name).into_iter().collect();
        };
        let before = join(self.package, before);
        let after = after.trim_start_matches('*');
        let fits = |path: &&str| {
            let bare = path.rsplit_once('.').map_or(*path, |(bare, _)| bare);
            path.starts_with(&before) && (bare.ends_with(after) || path.ends_with(after))
        };
        let mut found: Vec<u32> =
            self.by_path.iter().filter(|(path, _)| fits(path)).map(|(_, file)| *file).collect();
        found.sort_unstable();
        found
    }

    /// Files that scripts of the manifest and configurations of tools name: what is bundled, run or loaded by them.
    fn named_by_tools(&self, world: &World<'_>, manifest: &Value) -> Vec<u32> {
        let mut texts = Vec::new();
        strings(&manifest["scripts"], &mut texts);
        let configurations = self.by_path.keys().filter(|path| {
            super::is_configuration(path) && !path.ends_with(".d.ts") && folder(path) == self.package
        });
        texts.extend(configurations.filter_map(|path| text_of(world, path)));
        let words = texts
            .iter()
            .flat_map(|text| text.split(|c: char| c.is_whitespace() || "\"'`,;=()[]{}".contains(c)));
        let paths = words.filter(|word| word.contains('/') || suffix(word).is_some());
        paths.filter_map(|word| self.file(word)).collect()
    }
}

/// The text of a file of the tree.
pub(super) fn text_of(world: &World<'_>, path: &str) -> Option<String> {
    let place = world
        .listing
        .entries
        .binary_search_by(|entry: &Entry| entry.path.as_bytes().cmp(path.as_bytes()))
        .ok()?;
    String::from_utf8(world.tree.read(&world.listing.entries[place]).ok()?).ok()
}

fn with_passed_on(world: &World<'_>, mut pending: Vec<u32>) -> HashSet<u32> {
    let mut entries = HashSet::default();
    while let Some(file) = pending.pop() {
        if !entries.insert(file) {
            continue;
        }
        let symbols = world.files[file as usize].symbols;
        let only_passes_on = symbols.definitions.is_empty();
        let lines: Vec<u32> = symbols
            .imports
            .iter()
            .filter(|import| only_passes_on || import.text.starts_with("export"))
            .map(|import| import.line)
            .collect();
        let passed = world.graph.imports.iter().filter(|i| i.from == file && lines.contains(&i.line));
        pending.extend(passed.map(|import| import.to));
    }
    entries
}

/// The strings in a value, keys of conditions left out.
fn strings(value: &Value, found: &mut Vec<String>) {
    let mut pending = vec![(value, 0)];
    while let Some((value, level)) = pending.pop() {
        match value {
            Value::String(text) if found.len() < MAX_STRINGS => found.push(text.clone()),
            Value::Array(values) if level < MAX_LEVELS => {
                pending.extend(values.iter().map(|value| (value, level + 1)))
            }
            Value::Object(values) if level < MAX_LEVELS => {
                pending.extend(values.values().map(|value| (value, level + 1)))
            }
            _ => {}
        }
    }
}
