//! The packages of a Cargo workspace, read from its manifests. Cargo itself is not run, since it takes programs and
//! settings from the tree, and listing mutants must not start any. The Cargo Book ("Workspaces") defines which packages
//! are members: `members` with its patterns and path dependencies inside the workspace's folder, without `exclude`.

use crate::failure::MutationError;
use facts::model::RepoPath;
use facts::source::confined::{Unread, read_inside};
use globset::{GlobBuilder, GlobMatcher};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;
use std::path::Path;
use std::rc::Rc;
use toml::{Table, Value};

/// Manifests larger than this are not read: real ones stay far below.
const LARGEST: u64 = 4 << 20;
/// The most folders that the patterns of `members` are compared with. A thousand packages are many.
const MOST_FOLDERS: usize = 20_000;
/// Tables of dependencies; the names with underscores are deprecated.
const DEPENDENCIES: [&str; 5] =
    ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"];

/// A workspace, or a package outside any workspace.
#[derive(Debug)]
pub struct Workspace {
    folder: String,
    /// By folder, relative to the root of the tree.
    members: BTreeMap<String, Member>,
    /// The folders of the members that Cargo uses if none is named (the Cargo Book, "Package selection").
    defaults: BTreeSet<String>,
}

/// A manifest of a workspace.
#[derive(Debug, Clone)]
pub struct Member {
    /// The package's name; `None` for a manifest without a package.
    pub name: Option<String>,
    /// The whole manifest.
    pub manifest: Rc<Table>,
}

impl Member {
    fn of(manifest: Rc<Table>) -> Member {
        Member { name: package_name(&manifest), manifest }
    }

    /// A key of `[package]`.
    pub fn setting(&self, key: &str) -> Option<&Value> {
        package(&self.manifest)?.get(key)
    }

    /// Its dependencies of all kinds, by the name under which they are used.
    pub fn dependencies(&self) -> impl Iterator<Item = (&str, &Value)> {
        dependencies(&self.manifest)
    }
}

impl Workspace {
    /// The workspace that the manifest in `folder` belongs to. Folders above `root` are not searched.
    ///
    /// # Errors
    /// A manifest cannot be read, or is not TOML.
    pub fn of(root: &Path, folder: &str) -> Result<Workspace, MutationError> {
        let mut manifests = Manifests { root, known: HashMap::new() };
        let Some(found) = manifests.workspace_of(folder)? else {
            let own = manifests.load(folder)?;
            let members = own.map(|manifest| (folder.to_owned(), Member::of(manifest))).into_iter();
            return Ok(Workspace {
                folder: folder.to_owned(),
                members: members.collect(),
                defaults: BTreeSet::from([folder.to_owned()]),
            });
        };
        let members = manifests.members(&found)?;
        let defaults = manifests.default_members(&found, &members)?;
        Ok(Workspace { folder: found, members, defaults })
    }

    /// The folder of its own manifest, relative to the root of the tree.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The name of the package in a folder, if it belongs to the workspace.
    pub fn package_at(&self, folder: &str) -> Option<&str> {
        self.members.get(folder)?.name.as_deref()
    }

    /// The packages of the workspace, by folder.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &Member)> {
        let packages = self.members.iter().filter(|(_, member)| member.name.is_some());
        packages.map(|(folder, member)| (folder.as_str(), member))
    }

    /// True for a package that Cargo uses if none is named.
    pub fn is_default(&self, folder: &str) -> bool {
        self.defaults.contains(folder)
    }
}

struct Manifests<'a> {
    root: &'a Path,
    known: HashMap<String, Option<Rc<Table>>>,
}

impl Manifests<'_> {
    /// The manifest in a folder, if there is one.
    fn load(&mut self, folder: &str) -> Result<Option<Rc<Table>>, MutationError> {
        if let Some(known) = self.known.get(folder) {
            return Ok(known.clone());
        }
        let path = if folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{folder}/Cargo.toml") };
        let failed = |why: String| {
            let help = "fix the manifest; --test-command can name another way to test";
            MutationError::failed(format!("cannot find out the packages of {path}"), why, help)
        };
        let manifest = match read_inside(self.root, &RepoPath::from(path.as_str()), LARGEST) {
            Ok(bytes) => {
                let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".to_owned()))?;
                let table = text.trim_start_matches('\u{feff}').parse::<Table>();
                Some(Rc::new(table.map_err(|error| failed(no_toml(&text, &error)))?))
            }
            Err(Unread::Missing) => None,
            Err(unread) => return Err(failed(unread.to_string())),
        };
        self.known.insert(folder.to_owned(), manifest.clone());
        Ok(manifest)
    }

    /// The folder of the workspace that the manifest in `folder` belongs to, if there is one.
    fn workspace_of(&mut self, folder: &str) -> Result<Option<String>, MutationError> {
        let Some(manifest) = self.load(folder)? else { return Ok(None) };
        if manifest.contains_key("workspace") {
            return Ok(Some(folder.to_owned()));
        }
        if let Some(pointer) = pointer(&manifest) {
            return Ok(joined(folder, pointer));
        }
        let mut above = folder;
        while !above.is_empty() {
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
            let Some(manifest) = self.load(above)? else { continue };
            if let Some(settings) = manifest.get("workspace") {
                if !is_excluded(above, settings, folder) {
                    return Ok(Some(above.to_owned()));
                }
            } else if let Some(pointer) = pointer(&manifest) {
                return Ok(joined(above, pointer));
            }
        }
        Ok(None)
    }

    /// The packages of `default-members`; else the package next to the workspace's own settings; else all members.
    fn default_members(
        &mut self,
        top: &str,
        members: &BTreeMap<String, Member>,
    ) -> Result<BTreeSet<String>, MutationError> {
        let manifest = self.load(top)?;
        let settings = manifest.as_ref().and_then(|manifest| manifest.get("workspace"));
        let Some(settings) = settings.filter(|settings| settings.get("default-members").is_some()) else {
            let own = members.get(top).is_some_and(|member| member.name.is_some());
            return Ok(if own {
                BTreeSet::from([top.to_owned()])
            } else {
                members.keys().cloned().collect()
            });
        };
        let mut named = BTreeSet::new();
        for pattern in texts(settings, "default-members") {
            named.extend(self.matching(top, pattern)?);
        }
        Ok(named)
    }

    /// The members of the workspace whose manifest is in `top`.
    fn members(&mut self, top: &str) -> Result<BTreeMap<String, Member>, MutationError> {
        let mut members = BTreeMap::new();
        let Some(manifest) = self.load(top)? else { return Ok(members) };
        let settings = manifest.get("workspace").cloned().unwrap_or(Value::Table(Table::new()));
        let inherited = settings.get("dependencies").and_then(Value::as_table);
        let mut waiting = vec![(top.to_owned(), false)];
        for pattern in texts(&settings, "members") {
            waiting.extend(self.matching(top, pattern)?.into_iter().map(|folder| (folder, false)));
            // The limit holds for each pattern, and for all together.
            if waiting.len() > MOST_FOLDERS {
                return Err(wrong_members(self.root, top, pattern, &too_many()));
            }
        }
        while let Some((folder, is_dependency)) = waiting.pop() {
            if members.contains_key(&folder) || is_excluded(top, &settings, &folder) {
                continue;
            }
            let Some(manifest) = self.load(&folder)? else { continue };
            let is_another = folder != top && manifest.contains_key("workspace");
            let is_outside = is_dependency
                && !is_below(&folder, top)
                && self.workspace_of(&folder)?.is_none_or(|found| found != top);
            if is_another || is_outside {
                continue;
            }
            let paths = path_dependencies(&manifest).into_iter().filter_map(|path| joined(&folder, path));
            waiting.extend(paths.map(|path| (path, true)));
            let taken =
                inherited_names(&manifest).into_iter().filter_map(|name| inherited?.get(name)?.get("path"));
            let taken = taken.filter_map(|path| joined(top, path.as_str()?));
            waiting.extend(taken.map(|path| (path, true)));
            members.insert(folder, Member::of(manifest));
        }
        Ok(members)
    }

    /// The folders that match a pattern of `members`.
    fn matching(&self, top: &str, pattern: &str) -> Result<Vec<String>, MutationError> {
        let failed = |why: &dyn Display| wrong_members(self.root, top, pattern, why);
        let mut found = vec![top.to_owned()];
        for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
            let mut next = Vec::new();
            if !part.contains(['*', '?', '[']) {
                next.extend(found.iter().filter_map(|folder| joined(folder, part)));
            } else if part == "**" {
                next = found;
                let mut at = 0;
                while at < next.len() && next.len() <= MOST_FOLDERS {
                    let inner = self.folders_in(&next[at]);
                    next.extend(inner);
                    at += 1;
                }
            } else {
                let matcher = matcher(part).map_err(|error| failed(&error))?;
                let all = found.iter().flat_map(|folder| self.folders_in(folder));
                next.extend(all.filter(|folder| matcher.is_match(last_part(folder))));
            }
            if next.len() > MOST_FOLDERS {
                return Err(failed(&too_many()));
            }
            found = next;
        }
        Ok(found)
    }

    /// The folders in a folder of the tree. Links are left out: they may lead anywhere.
    fn folders_in(&self, folder: &str) -> Vec<String> {
        let mut full = self.root.to_owned();
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            full.push(part);
            if !full.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
                return Vec::new();
            }
        }
        let entries = std::fs::read_dir(full).into_iter().flatten().flatten();
        let names = entries
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name() != ".git")
            .filter_map(|entry| entry.file_name().into_string().ok());
        let mut found: Vec<String> =
            names.take(MOST_FOLDERS + 1).filter_map(|name| joined(folder, &name)).collect();
        found.sort();
        found
    }
}

fn wrong_members(root: &Path, top: &str, pattern: &str, why: &dyn Display) -> MutationError {
    let what = format!("cannot find out the packages of {}", root.join(top).display());
    MutationError::failed(what, format!("members = [{pattern:?}]: {why}"), "fix the pattern")
}

fn too_many() -> String {
    format!("more than {MOST_FOLDERS} folders")
}

/// The pattern of one part of a path. Braces are literal, as in Cargo.
fn matcher(part: &str) -> Result<GlobMatcher, globset::Error> {
    let part = part.replace('{', "[{]").replace('}', "[}]");
    Ok(GlobBuilder::new(&part).literal_separator(true).build()?.compile_matcher())
}

fn last_part(folder: &str) -> &str {
    folder.rsplit_once('/').map_or(folder, |(_, last)| last)
}

/// A path in the manifest of `folder`, relative to the root of the tree; `None` if it leads out of the tree.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    if Path::new(path).is_absolute() {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

fn is_below(folder: &str, above: &str) -> bool {
    above.is_empty()
        || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Below a path of `exclude`, and not below one that `members` lists literally.
fn is_excluded(top: &str, settings: &Value, folder: &str) -> bool {
    let is_in =
        |key| texts(settings, key).filter_map(|path| joined(top, path)).any(|path| is_below(folder, &path));
    is_in("exclude") && !is_in("members")
}

fn texts<'a>(table: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn package(manifest: &Table) -> Option<&Value> {
    manifest.get("package").or_else(|| manifest.get("project"))
}

fn package_name(manifest: &Table) -> Option<String> {
    Some(package(manifest)?.get("name")?.as_str()?.to_owned())
}

/// `package.workspace`: the path of the workspace's manifest.
fn pointer(manifest: &Table) -> Option<&str> {
    package(manifest)?.get("workspace")?.as_str()
}

/// All dependencies of a manifest, including those for specific platforms.
fn dependencies(manifest: &Table) -> impl Iterator<Item = (&str, &Value)> {
    let of_systems = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let of_systems = of_systems.filter_map(|(_, table)| table.as_table());
    let tables = of_systems.chain([manifest]).flat_map(|table| DEPENDENCIES.map(|name| table.get(name)));
    let entries = tables.flatten().filter_map(Value::as_table).flatten();
    entries.map(|(name, dependency)| (name.as_str(), dependency))
}

fn path_dependencies(manifest: &Table) -> Vec<&str> {
    dependencies(manifest).filter_map(|(_, dependency)| dependency.get("path")?.as_str()).collect()
}

/// Dependencies that only say `workspace = true`.
fn inherited_names(manifest: &Table) -> Vec<&str> {
    let is_inherited =
        |dependency: &Value| dependency.get("workspace").and_then(Value::as_bool) == Some(true);
    dependencies(manifest).filter(|(_, dependency)| is_inherited(dependency)).map(|(name, _)| name).collect()
}

/// An error with its place; it quotes nothing of the file.
fn no_toml(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count());
    match line {
        Some(line) => format!("line {line} is no TOML"),
        None => "it is no TOML".to_owned(),
    }
}

#[cfg(test)]
mod tests;
