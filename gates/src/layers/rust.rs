//! Rust: the crates of the tree by name, modules of the same crate by the files they live in.

use super::{Resolver, child, folder};

/// Where the paths of a `use` or `extern crate` lead.
pub(super) fn targets(resolver: &Resolver<'_>, file: &str, text: &str) -> Vec<String> {
    let mut targets: Vec<String> =
        paths(text).iter().filter_map(|path| target(resolver, file, path)).collect();
    targets.sort();
    targets.dedup();
    targets
}

/// The paths that a `use` declaration imports, each as its parts; groups are spelled out.
fn paths(text: &str) -> Vec<Vec<String>> {
    let words = |keyword: &str| text.split_once(keyword).map(|(_, after)| after);
    if let Some(name) = words("extern crate ") {
        let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        return vec![vec![name]];
    }
    let Some(tree) = text.strip_prefix("use ").or_else(|| words(" use ")) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    let mut stack: Vec<Vec<String>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut part = String::new();
    for c in tree.chars() {
        match c {
            ':' if !part.is_empty() => path.push(std::mem::take(&mut part)),
            ':' => {}
            '{' => stack.push(path.clone()),
            ',' | '}' | ';' => {
                let whole = !part.is_empty();
                if whole {
                    path.push(part.split(" as ").next().unwrap_or_default().trim().to_owned());
                    part.clear();
                    paths.push(path.clone());
                }
                if c == '}' {
                    stack.pop();
                }
                path = stack.last().cloned().unwrap_or_default();
            }
            c if c.is_whitespace() && part.is_empty() => {}
            c => part.push(c),
        }
    }
    if !part.is_empty() {
        path.push(part);
        paths.push(path);
    }
    paths
}

fn target(resolver: &Resolver<'_>, file: &str, path: &[String]) -> Option<String> {
    let first = path.first()?.trim_start_matches("r#");
    match first {
        "crate" => {
            let root = source_root(resolver, file)?;
            Some(module_file(resolver, root, &path[1..]))
        }
        "self" | "super" => {
            let root = source_root(resolver, file)?;
            let mut module = module_path(root, file);
            let ups = path.iter().take_while(|part| *part == "super").count();
            module.truncate(module.len().saturating_sub(ups));
            let own: Vec<String> = module.into_iter().map(str::to_owned).collect();
            let skip = ups.max(usize::from(first == "self"));
            Some(module_file(resolver, root, &[own.as_slice(), &path[skip..]].concat()))
        }
        name => resolver.manifests.rust_crate(name).map(str::to_owned),
    }
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

/// The file of the deepest module that a path names; the crate's root folder when it names none.
fn module_file(resolver: &Resolver<'_>, root: &str, path: &[String]) -> String {
    let mut found = root.to_owned();
    let mut folder = root.to_owned();
    for part in path {
        let name = part.trim_start_matches("r#");
        let flat = resolver.index.file_in(&folder, &format!("{name}.rs"));
        folder = child(&folder, name);
        match flat.or_else(|| resolver.index.file_in(&folder, "mod.rs")) {
            Some(file) => found = file,
            None => break,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_spelled_out() {
        let joined = |text: &str| paths(text).iter().map(|path| path.join("/")).collect::<Vec<_>>();
        assert_eq!(joined("use a::b;"), ["a/b"]);
        assert_eq!(
            joined("pub(crate) use a::{b, c::{d as e, self}, *};"),
            ["a/b", "a/c/d", "a/c/self", "a/*"]
        );
        assert_eq!(joined("use {a::b, ::c};"), ["a/b", "c"]);
        assert_eq!(joined("extern crate serde as s;"), ["serde"]);
    }
}
