//! Rust: the crates of the tree by name, modules of the same crate by the files they live in.

use super::{Binds, Lead, Resolver, child, folder};

/// Where the paths of a `use` or `extern crate` lead.
pub(super) fn leads(resolver: &Resolver<'_>, file: &str, within: &[&str], text: &str) -> Vec<Lead> {
    paths(text).iter().map(|path| lead(&Place { resolver, file, within }, path)).collect()
}

/// Where a declaration stands.
struct Place<'a, 'p> {
    resolver: &'a Resolver<'a>,
    file: &'p str,
    /// The modules of the file that it stands in.
    within: &'p [&'p str],
}

impl<'p> Place<'_, 'p> {
    /// The modules that lead from the crate's root here.
    fn module(&self, root: &str) -> Vec<&'p str> {
        let mut module = module_path(root, self.file);
        module.extend(self.within);
        module
    }
}

/// A path that a declaration imports, and the name it gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct UsePath {
    parts: Vec<String>,
    alias: Option<String>,
}

/// The paths that a `use` declaration imports; groups are spelled out.
fn paths(text: &str) -> Vec<UsePath> {
    let words = |keyword: &str| text.split_once(keyword).map(|(_, after)| after);
    if let Some(name) = words("extern crate ") {
        let mut names = name.trim_end_matches(';').split_whitespace();
        let name = names.next().unwrap_or_default().to_owned();
        let alias = names.nth(1).map(str::to_owned);
        return vec![UsePath { parts: vec![name], alias }];
    }
    let Some(tree) = text.strip_prefix("use ").or_else(|| words(" use ")) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    let mut stack: Vec<Vec<String>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut finish = |path: &[String], part: &mut String| {
        let (name, alias) = match part.split_once(" as ") {
            Some((name, alias)) => (name.trim(), Some(alias.trim().to_owned())),
            None => (part.trim(), None),
        };
        let mut parts = path.to_vec();
        parts.push(name.to_owned());
        paths.push(UsePath { parts, alias });
        part.clear();
    };
    for c in tree.chars() {
        match c {
            ':' if !part.is_empty() => path.push(std::mem::take(&mut part)),
            ':' => {}
            '{' => stack.push(path.clone()),
            ',' | '}' | ';' => {
                if !part.trim().is_empty() {
                    finish(&path, &mut part);
                }
                part.clear();
                if c == '}' {
                    stack.pop();
                }
                path = stack.last().cloned().unwrap_or_default();
            }
            c if c.is_whitespace() && part.is_empty() => {}
            c => part.push(c),
        }
    }
    if !part.trim().is_empty() {
        finish(&path, &mut part);
    }
    paths
}

fn lead<'p>(place: &Place<'_, 'p>, path: &'p UsePath) -> Lead {
    let mut parts: Vec<&str> = path.parts.iter().map(|part| part.trim_start_matches("r#")).collect();
    let mut binds = Binds::Nothing;
    match parts.last() {
        Some(&"*") => {
            parts.pop();
            binds = Binds::All;
        }
        Some(&"self") if parts.len() > 1 => {
            parts.pop();
        }
        _ => {}
    }
    if binds != Binds::All {
        let name = path.alias.as_deref().or(parts.last().copied());
        binds = name.filter(|name| *name != "_").map_or(Binds::Nothing, |name| Binds::Name(name.to_owned()));
    }
    let (target, rest) = locate(place, &parts);
    let rest = rest.into_iter().map(str::to_owned).collect();
    Lead::new(target, rest, binds)
}

/// The file of the deepest module that a path names, and the names that lead on from it. Outside the tree, or where the
/// path starts with a name of the file itself, all of it is left.
fn locate<'p>(place: &Place<'_, 'p>, path: &[&'p str]) -> (Option<String>, Vec<&'p str>) {
    let Place { resolver, file, .. } = *place;
    let found = match path.first() {
        Some(&"crate") => {
            source_root(resolver, file).map(|root| module_file(resolver, root, path[1..].to_vec()))
        }
        Some(&("self" | "super")) => source_root(resolver, file).map(|root| {
            let mut module = place.module(root);
            let ups = path.iter().take_while(|part| **part == "super").count();
            module.truncate(module.len().saturating_sub(ups));
            let skip = ups.max(usize::from(path[0] == "self"));
            module.extend(&path[skip..]);
            module_file(resolver, root, module)
        }),
        Some(name) => match resolver.manifests.rust_crate(name) {
            Some(package) => {
                let root = crate_root(resolver, package);
                let (found, rest) = module_file(resolver, &root, path[1..].to_vec());
                // A crate whose root file is not where it usually is stands for its whole folder.
                Some((if found == root { package.to_owned() } else { found }, rest))
            }
            None => child_module(place, path),
        },
        None => None,
    };
    match found {
        Some((target, rest)) => (Some(target), rest),
        None => (None, path.to_vec()),
    }
}

/// Since the 2018 edition a path may start with a module that the file itself declares.
fn child_module<'p>(place: &Place<'_, 'p>, path: &[&'p str]) -> Option<(String, Vec<&'p str>)> {
    let root = source_root(place.resolver, place.file)?;
    let mut module = place.module(root);
    module.extend(path);
    let (target, rest) = module_file(place.resolver, root, module);
    (rest.len() < path.len()).then_some((target, rest))
}

/// The folder of a package's sources.
fn crate_root(resolver: &Resolver<'_>, package: &str) -> String {
    let source = child(package, "src");
    let has = |name: &str| resolver.index.file_in(&source, name).is_some();
    if has("lib.rs") || has("main.rs") { source } else { package.to_owned() }
}

/// The folder that holds the crate's root file: the nearest one above with `lib.rs`, `main.rs` or the manifest.
fn source_root<'f>(resolver: &Resolver<'_>, file: &'f str) -> Option<&'f str> {
    let mut current = folder(file);
    loop {
        let has = |name: &str| resolver.index.file_in(current, name).is_some();
        if has("lib.rs") || has("main.rs") || has("Cargo.toml") {
            return Some(current);
        }
        if current.is_empty() {
            return None;
        }
        current = folder(current);
    }
}

/// The modules that lead from the root to a file: `src/a/b.rs` and `src/a/b/mod.rs` are `a`, `b`.
fn module_path<'f>(root: &str, file: &'f str) -> Vec<&'f str> {
    let inside = file.strip_prefix(root).unwrap_or(file).trim_start_matches('/');
    let mut parts: Vec<&str> = inside.strip_suffix(".rs").unwrap_or(inside).split('/').collect();
    if matches!(parts.last(), Some(&("mod" | "lib" | "main"))) {
        parts.pop();
    }
    parts
}

/// The file of the deepest module that `path` names from the crate's root on, and what of `path` is left; the root file, or
/// its folder, when it names none.
fn module_file<'p>(resolver: &Resolver<'_>, root: &str, path: Vec<&'p str>) -> (String, Vec<&'p str>) {
    let root_file = ["lib.rs", "main.rs"].iter().find_map(|name| resolver.index.file_in(root, name));
    let mut found = root_file.unwrap_or_else(|| root.to_owned());
    let mut taken = 0;
    let mut folder = root.to_owned();
    for (position, name) in path.iter().enumerate() {
        let flat = resolver.index.file_in(&folder, &format!("{name}.rs"));
        folder = child(&folder, name);
        match flat.or_else(|| resolver.index.file_in(&folder, "mod.rs")) {
            Some(file) => {
                found = file;
                taken = position + 1;
            }
            // A folder of modules whose own file lies elsewhere (`#[path]`, or none at all).
            None if resolver.index.has_folder(&folder) => {}
            None => break,
        }
    }
    (found, path[taken..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_spelled_out() {
        let joined = |text: &str| {
            let spelled = |path: &UsePath| match &path.alias {
                Some(alias) => format!("{} as {alias}", path.parts.join("/")),
                None => path.parts.join("/"),
            };
            paths(text).iter().map(spelled).collect::<Vec<_>>()
        };
        assert_eq!(joined("use a::b;"), ["a/b"]);
        assert_eq!(
            joined("pub(crate) use a::{b, c::{d as e, self}, *};"),
            ["a/b", "a/c/d as e", "a/c/self", "a/*"]
        );
        assert_eq!(joined("use {a::b, ::c};"), ["a/b", "c"]);
        assert_eq!(joined("extern crate serde as s;"), ["serde as s"]);
    }
}
