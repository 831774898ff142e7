//! What manifests say: the packages that they define, and the dependencies that a `Cargo.toml` declares inside the tree.

use super::patterns::Patterns;
use super::script_config::{self, ScriptConfigs};
use super::{folder, join};
use facts::model::Span;
use serde_json::Value;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The packages of a tree.
#[derive(Debug, Default)]
pub struct Manifests {
    /// Folder by crate name, as `use` writes it.
    rust: BTreeMap<String, String>,
    /// Folder and entry file by package name.
    npm: BTreeMap<String, (String, Option<String>)>,
    /// By the folder of a `package.json` the names that begin with `#` inside of its package.
    npm_imports: BTreeMap<String, Patterns>,
    /// What TypeScript and its editors are told of module names.
    pub(super) scripts: ScriptConfigs,
    /// Folder by module path.
    go: BTreeMap<String, String>,
    /// Dependencies between folders.
    pub declared: Vec<Declared>,
    /// Manifests that could not be understood, and why.
    pub unclear: Vec<(String, String)>,
}

/// A dependency on another package of the same tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The manifest.
    pub manifest: String,
    /// Where it stands there.
    pub span: Span,
    /// The folder of the package depended on.
    pub to: String,
    /// The package's name in the manifest.
    pub name: String,
}

/// True for a file that [`Manifests::new`] wants to read.
pub fn is_manifest(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("Cargo.toml" | "package.json" | "go.mod"))
        || script_config::is_config(path)
}

impl Manifests {
    /// Reads manifests, given as path and text.
    pub fn new(texts: &[(String, String)]) -> Self {
        let mut manifests = Manifests::default();
        let mut cargo = Vec::new();
        let mut scripts = Vec::new();
        for (path, text) in texts {
            match path.rsplit('/').next() {
                Some("Cargo.toml") => match DeTable::parse(text) {
                    Ok(table) => cargo.push((path.as_str(), text.as_str(), table.into_inner())),
                    Err(error) => manifests.unclear.push((path.clone(), error.message().to_owned())),
                },
                Some("package.json") => manifests.read_npm(path, text),
                Some("go.mod") => manifests.read_go(path, text),
                _ => match facts::jsonc::parse(text) {
                    Ok(json) => scripts.push((path.clone(), json)),
                    Err(error) => manifests.unclear.push((path.clone(), error.to_string())),
                },
            }
        }
        manifests.scripts = ScriptConfigs::new(&scripts);
        for (path, _, table) in &cargo {
            manifests.name_crate(path, table);
        }
        for (path, text, table) in &cargo {
            let workspace = workspace_of(path, &cargo);
            manifests.declare(path, text, table, workspace);
        }
        manifests.declared.sort_by(|a, b| (&a.manifest, a.span, &a.to).cmp(&(&b.manifest, b.span, &b.to)));
        manifests
    }

    /// The folder of a crate.
    pub fn rust_crate(&self, name: &str) -> Option<&str> {
        self.rust.get(name).map(String::as_str)
    }

    /// The folder of the package that a module path such as `@scope/name/file` belongs to, the path inside it (`file`), and
    /// the file that the package itself stands for, where its manifest names one.
    pub fn npm_package<'m>(&'m self, target: &'m str) -> Option<(&'m str, &'m str, Option<&'m str>)> {
        let parts = if target.starts_with('@') { 2 } else { 1 };
        let length = target.match_indices('/').nth(parts - 1).map_or(target.len(), |(slash, _)| slash);
        let (folder, entry) = self.npm.get(&target[..length])?;
        Some((folder, target[length..].trim_start_matches('/'), entry.as_deref()))
    }

    /// True where imports of a file stay in the program although nothing but types is imported.
    pub(crate) fn keeps_imports(&self, file: &str) -> bool {
        self.scripts.keeps_imports(file)
    }

    /// The paths in the tree that a name such as `#lib/file` may stand for in a file: its package says which.
    pub(super) fn npm_import(&self, file: &str, name: &str) -> Vec<String> {
        let mut current = folder(file);
        loop {
            if let Some(imports) = self.npm_imports.get(current) {
                return imports.of(name).iter().filter_map(|text| join(current, text)).collect();
            }
            if current.is_empty() {
                return Vec::new();
            }
            current = folder(current);
        }
    }

    /// The folder that an import path means, if it lies in a module of the tree.
    pub fn go_package(&self, path: &str) -> Option<String> {
        let inside =
            |module: &str| path.strip_prefix(module).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let modules =
            self.go.iter().filter_map(|(module, folder)| Some((module.len(), folder, inside(module)?)));
        let (_, folder, rest) = modules.max_by_key(|(length, ..)| *length)?;
        join(folder, rest.trim_start_matches('/'))
    }

    fn read_npm(&mut self, path: &str, text: &str) {
        match serde_json::from_str::<Value>(text) {
            Ok(json) => {
                let text = |key: &str| json.get(key).and_then(Value::as_str);
                if let Some(name) = text("name") {
                    let entry = ["source", "module", "main"].iter().find_map(|key| text(key));
                    self.npm.insert(name.to_owned(), (folder(path).to_owned(), entry.map(str::to_owned)));
                }
                let mut imports = Patterns::default();
                for (name, value) in json.get("imports").and_then(Value::as_object).into_iter().flatten() {
                    imports.add(name, relative_texts(value).into_iter());
                }
                self.npm_imports.insert(folder(path).to_owned(), imports);
            }
            Err(error) => self.unclear.push((path.to_owned(), error.to_string())),
        }
    }

    fn read_go(&mut self, path: &str, text: &str) {
        let module = text.lines().find_map(|line| line.trim().strip_prefix("module "));
        if let Some(module) = module {
            let name = module.split("//").next().unwrap_or_default().trim().trim_matches('"');
            self.go.insert(name.to_owned(), folder(path).to_owned());
        }
    }

    fn name_crate(&mut self, path: &str, table: &DeTable<'_>) {
        let package = get(table, "package").and_then(|package| get(package.as_table()?, "name")?.as_str());
        let library = get(table, "lib").and_then(|lib| get(lib.as_table()?, "name")?.as_str());
        if let Some(name) = library.or(package) {
            self.rust.insert(name.replace('-', "_"), folder(path).to_owned());
        }
    }

    fn declare(
        &mut self,
        path: &str,
        text: &str,
        table: &DeTable<'_>,
        workspace: Option<(&str, &DeTable<'_>)>,
    ) {
        let targets = get(table, "target").and_then(DeValue::as_table);
        let platforms = targets.into_iter().flat_map(|targets| targets.values());
        let platforms = platforms.filter_map(|platform| platform.get_ref().as_table());
        for owner in std::iter::once(table).chain(platforms) {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
                let Some(dependencies) = get(owner, kind).and_then(DeValue::as_table) else {
                    continue;
                };
                for (name, value) in dependencies.iter() {
                    if let Some(to) = package_folder(path, name.get_ref(), value.get_ref(), workspace) {
                        let span = span(text, name);
                        let name = name.get_ref().to_string();
                        self.declared.push(Declared { manifest: path.to_owned(), span, to, name });
                    }
                }
            }
        }
    }
}

/// The relative paths in a value of `imports`: which of its conditions hold is not judged.
fn relative_texts(value: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) if text.starts_with("./") => texts.push(text.clone()),
            Value::Array(values) => open.extend(values.iter().rev()),
            Value::Object(values) => open.extend(values.values().rev()),
            _ => {}
        }
    }
    texts
}

fn get<'t>(table: &'t DeTable<'_>, key: &str) -> Option<&'t DeValue<'t>> {
    table.get(key).map(Spanned::get_ref)
}

/// The nearest manifest at or above `path` with a `[workspace]`, its folder and its table.
fn workspace_of<'m>(
    path: &str,
    cargo: &'m [(&'m str, &'m str, DeTable<'m>)],
) -> Option<(&'m str, &'m DeTable<'m>)> {
    let above = |root: &str| {
        let root = folder(root);
        root.is_empty() || folder(path) == root || folder(path).starts_with(&format!("{root}/"))
    };
    let roots = cargo.iter().filter(|(root, _, table)| above(root) && table.contains_key("workspace"));
    roots.max_by_key(|(root, ..)| root.len()).map(|(root, _, table)| (folder(root), table))
}

/// The folder of a dependency with a `path`, its own or the workspace's.
fn package_folder(
    manifest: &str,
    name: &str,
    value: &DeValue<'_>,
    workspace: Option<(&str, &DeTable<'_>)>,
) -> Option<String> {
    let table = value.as_table()?;
    if let Some(path) = get(table, "path").and_then(DeValue::as_str) {
        return join(folder(manifest), path);
    }
    if get(table, "workspace").and_then(DeValue::as_bool) != Some(true) {
        return None;
    }
    let (root, workspace) = workspace?;
    let shared = get(get(workspace, "workspace")?.as_table()?, "dependencies")?.as_table()?;
    let path = get(get(shared, name)?.as_table()?, "path")?.as_str()?;
    join(root, path)
}

fn span(text: &str, key: &Spanned<std::borrow::Cow<'_, str>>) -> Span {
    let bytes = key.span();
    let before = text.get(..bytes.start).unwrap_or_default();
    let line = before.matches('\n').count() as u32 + 1;
    let column = (before.len() - before.rfind('\n').map_or(0, |newline| newline + 1)) as u32 + 1;
    Span {
        start_byte: bytes.start as u32,
        end_byte: bytes.end as u32,
        start_line: line,
        end_line: line,
        start_column: column,
    }
}
