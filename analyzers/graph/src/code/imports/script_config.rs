//! `tsconfig.json` and `jsconfig.json`: what module names that are no paths mean, as TypeScript's compiler reads them.
//!
//! The nearest of the two files at or above a source file holds for it. `extends` is followed to files of the tree that its
//! relative paths name, `references` to configurations beside the file itself (`tsconfig.app.json`).

use super::patterns::Patterns;
use super::{child, folder, join};
use serde_json::Value;
use std::collections::BTreeMap;

/// The configurations of a tree.
#[derive(Debug, Default)]
pub(super) struct ScriptConfigs {
    all: Vec<Config>,
    /// What holds for each configuration, what it extends included.
    settings: Vec<Settings>,
    /// By folder the one that holds below it.
    by_folder: BTreeMap<String, usize>,
}

/// What one file says.
#[derive(Debug)]
struct Config {
    folder: String,
    /// Where names may begin that are no paths.
    base_url: Option<String>,
    aliases: Option<Patterns>,
    /// Whether imports that nothing but types are used of stay in the program.
    keeps_imports: Option<bool>,
    /// By number, the strongest last.
    extends: Vec<usize>,
    references: Vec<usize>,
}

/// Which file says what of a configuration.
#[derive(Debug, Clone, Copy, Default)]
struct Settings {
    base_url: Option<usize>,
    aliases: Option<usize>,
    keeps_imports: Option<bool>,
}

/// Files that one configuration extends, directly and by others, at most; each has its own files counted anew.
const MAX_EXTENDED: usize = 64;
/// References of one configuration that are looked into.
const MAX_REFERENCES: usize = 16;
/// In a path: the folder of the configuration that is read, whatever file the path stands in.
const CONFIG_FOLDER: &str = "${configDir}";

/// True for the name of a configuration, and of what such files extend by custom: `tsconfig.base.json`.
pub(super) fn is_config(path: &str) -> bool {
    let is_named = |part: &str| part.contains("tsconfig") || part.contains("jsconfig");
    path.ends_with(".json") && path.rsplit('/').next().is_some_and(is_named)
}

impl ScriptConfigs {
    /// Takes up configurations, given as path and content.
    pub fn new(read: &[(String, Value)]) -> Self {
        let numbers: BTreeMap<&str, usize> =
            read.iter().enumerate().map(|(number, (path, _))| (path.as_str(), number)).collect();
        let mut configs = ScriptConfigs::default();
        for (number, (path, json)) in read.iter().enumerate() {
            let folder = folder(path);
            let beside = |to: &usize| super::folder(&read[*to].0) == folder;
            configs.all.push(Config {
                extends: extended(folder, json.get("extends"), &numbers),
                references: referenced(folder, json.get("references"), &numbers).filter(beside).collect(),
                ..Config::of(folder, json.get("compilerOptions"))
            });
            match path.rsplit('/').next() {
                Some("tsconfig.json") => configs.by_folder.insert(folder.to_owned(), number),
                Some("jsconfig.json") if !numbers.contains_key(child(folder, "tsconfig.json").as_str()) => {
                    configs.by_folder.insert(folder.to_owned(), number)
                }
                _ => None,
            };
        }
        configs.settings = (0..configs.all.len()).map(|number| configs.settings_of(number)).collect();
        configs
    }

    /// What holds for a configuration: its own words, then those of what it extends, the last of these first.
    fn settings_of(&self, number: usize) -> Settings {
        let mut settings = Settings::default();
        let mut open = vec![number];
        for _ in 0..MAX_EXTENDED {
            let Some(current) = open.pop() else {
                break;
            };
            let config = &self.all[current];
            settings.base_url = settings.base_url.or(config.base_url.as_ref().map(|_| current));
            settings.aliases = settings.aliases.or(config.aliases.as_ref().map(|_| current));
            settings.keeps_imports = settings.keeps_imports.or(config.keeps_imports);
            open.extend(&config.extends);
        }
        settings
    }

    /// The paths in the tree that a module name which is no path may stand for in a file, the best first.
    pub fn places(&self, file: &str, name: &str) -> Vec<String> {
        let Some(own) = self.nearest(file) else {
            return Vec::new();
        };
        let references = self.all[own].references.iter().copied();
        std::iter::once(own).chain(references).flat_map(|config| self.places_by(config, name)).collect()
    }

    fn places_by(&self, config: usize, name: &str) -> Vec<String> {
        let settings = self.settings[config];
        let leaf = self.all[config].folder.as_str();
        // None where it is not said, none within where it lies outside of the tree.
        let base = settings.base_url.and_then(|by| {
            let said = &self.all[by];
            Some(place(said.base_url.as_deref()?, &said.folder, leaf))
        });
        let mut places = Vec::new();
        if let Some(by) = settings.aliases.map(|by| &self.all[by]) {
            let from = base.clone().unwrap_or(Some(by.folder.clone()));
            let texts = by.aliases.iter().flat_map(|aliases| aliases.of(name));
            places.extend(texts.filter_map(|text| place(&text, from.as_deref()?, leaf)));
        }
        places.extend(base.flatten().and_then(|base| join(&base, name)));
        places
    }

    /// True where imports of a file stay in the program although nothing but types is imported.
    pub fn keeps_imports(&self, file: &str) -> bool {
        let keeps = |config: usize| self.settings[config].keeps_imports == Some(true);
        let nearest = self.nearest(file);
        nearest.is_some_and(|own| keeps(own) || self.all[own].references.iter().any(|other| keeps(*other)))
    }

    /// The configuration that holds for a file.
    fn nearest(&self, file: &str) -> Option<usize> {
        if self.by_folder.is_empty() {
            return None;
        }
        let mut current = folder(file);
        loop {
            match self.by_folder.get(current) {
                Some(config) => return Some(*config),
                None if current.is_empty() => return None,
                None => current = folder(current),
            }
        }
    }
}

impl Config {
    fn of(folder: &str, options: Option<&Value>) -> Self {
        let option = |key: &str| options.and_then(|options| options.get(key));
        let aliases = option("paths").and_then(Value::as_object).map(|paths| {
            let mut aliases = Patterns::default();
            for (pattern, texts) in paths {
                let texts = texts.as_array().into_iter().flatten().filter_map(Value::as_str);
                aliases.add(pattern, texts.map(str::to_owned));
            }
            aliases
        });
        let keeps = ["verbatimModuleSyntax", "preserveValueImports"].map(|key| option(key)?.as_bool());
        let old = option("importsNotUsedAsValues").and_then(Value::as_str).map(|word| word != "remove");
        let keeps = keeps.into_iter().chain([old]).flatten();
        Config {
            folder: folder.to_owned(),
            base_url: option("baseUrl").and_then(Value::as_str).map(str::to_owned),
            aliases,
            keeps_imports: keeps.reduce(|one, other| one || other),
            extends: Vec::new(),
            references: Vec::new(),
        }
    }
}

/// A path of a configuration in the tree; none when it leaves it.
fn place(text: &str, folder: &str, leaf: &str) -> Option<String> {
    match text.strip_prefix(CONFIG_FOLDER) {
        Some(inside) => join(leaf, inside),
        None if text.starts_with('/') => None,
        None => join(folder, text),
    }
}

/// The configurations that `extends` names by relative paths, the strongest last. A package is none of the tree.
fn extended(folder: &str, named: Option<&Value>, numbers: &BTreeMap<&str, usize>) -> Vec<usize> {
    let texts = match named {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let relative = texts.iter().filter_map(Value::as_str).filter(|text| text.starts_with('.'));
    let found = relative.take(MAX_EXTENDED).filter_map(|text| {
        let path = join(folder, text)?;
        numbers.get(path.as_str()).or_else(|| numbers.get(format!("{path}.json").as_str()))
    });
    found.copied().collect()
}

/// The configurations that `references` names.
fn referenced<'n>(
    folder: &'n str,
    named: Option<&'n Value>,
    numbers: &'n BTreeMap<&str, usize>,
) -> impl Iterator<Item = usize> + 'n {
    let list = named.and_then(Value::as_array).into_iter().flatten().take(MAX_REFERENCES);
    list.filter_map(move |reference| {
        let path = join(folder, reference.get("path")?.as_str()?)?;
        numbers.get(path.as_str()).copied()
    })
}
