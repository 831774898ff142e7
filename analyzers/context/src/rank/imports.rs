//! Which file of the tree an import means.

use facts::RepoFacts;
use facts::hash::HashMap;

/// File stems that stand for their folder.
const FOLDER_STEMS: &[&str] = &["mod", "lib", "main", "__init__", "index"];
/// First parts of an import that name no folder.
const RELATIVE_PARTS: &[&str] = &["crate", "self", "super", "", ".", "..", "@", "~"];
/// A last name that this many files answer to, with nothing else of the import matching, means none of them.
const AMBIGUOUS: usize = 3;

/// The files of a tree by the last part of the module path they answer to.
pub(super) struct ModulePaths {
    /// Module path of each file: its folders and stem, without a stem that stands for the folder.
    parts: Vec<Vec<String>>,
    by_last: HashMap<String, Vec<u32>>,
}

impl ModulePaths {
    pub(super) fn new(repo: &RepoFacts) -> Self {
        let mut by_last: HashMap<String, Vec<u32>> = HashMap::default();
        let mut parts = Vec::with_capacity(repo.files.len());
        for (i, file) in repo.files.iter().enumerate() {
            let module = module_path(&String::from_utf8_lossy(file.path().as_bytes()));
            if let Some(last) = module.last()
                && file.data.facts.has_functions()
            {
                by_last.entry(last.clone()).or_default().push(i as u32);
            }
            parts.push(module);
        }
        ModulePaths { parts, by_last }
    }

    /// The file that `target`, imported by the file `from`, most likely means: the one whose module path ends in the
    /// longest piece of the target, the nearest of equals. `None` where nothing of the tree matches.
    pub(super) fn resolve(&self, target: &[&str], from: u32) -> Option<u32> {
        let target: Vec<&str> =
            target.iter().copied().skip_while(|part| RELATIVE_PARTS.contains(part)).collect();
        let home = &self.parts[from as usize];
        let mut best: Option<(usize, usize, u32)> = None;
        // The last parts of an import may name a definition inside the file.
        for length in (1..=target.len()).rev() {
            let Some(candidates) = self.by_last.get(target[length - 1]) else {
                continue;
            };
            let plain = length == 1 || target.len() == 1;
            for &candidate in candidates.iter().filter(|candidate| **candidate != from) {
                let matched = common_suffix(&self.parts[candidate as usize], &target[..length]);
                if matched == 1
                    && candidates.len() > AMBIGUOUS
                    && !(plain && self.is_sibling(candidate, home))
                {
                    continue;
                }
                let near = common_prefix(&self.parts[candidate as usize], home);
                if best.is_none_or(|(m, n, _)| (matched, near) > (m, n)) {
                    best = Some((matched, near, candidate));
                }
            }
        }
        best.map(|(_, _, file)| file)
    }

    fn is_sibling(&self, candidate: u32, home: &[String]) -> bool {
        let other = &self.parts[candidate as usize];
        common_prefix(other, home) + 1 >= other.len()
    }
}

fn module_path(path: &str) -> Vec<String> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    let mut parts: Vec<String> = folders
        .split('/')
        .filter(|part| !part.is_empty() && *part != "src")
        .map(|part| part.replace('-', "_"))
        .collect();
    if !FOLDER_STEMS.contains(&stem) || parts.is_empty() {
        parts.push(stem.replace('-', "_"));
    }
    parts
}

fn common_suffix(parts: &[String], target: &[&str]) -> usize {
    parts.iter().rev().zip(target.iter().rev()).take_while(|(a, b)| *a == *b).count()
}

fn common_prefix(a: &[String], b: &[String]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Calls `each` with the parts of every path that an import's target names: `a::{b, c::d}` names `a::b` and `a::c::d`.
/// A file name's extension (`"net/socket.h"`) is dropped.
pub(super) fn for_each_target<'t>(target: &'t str, each: &mut impl FnMut(&[&'t str])) {
    let mut stack: Vec<usize> = Vec::new();
    let mut parts: Vec<&'t str> = Vec::new();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '~');
    let mut rest = target;
    while let Some(first) = rest.chars().next() {
        if is_name(first) {
            let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
            parts.push(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let base = stack.last().copied().unwrap_or(0);
        match first {
            '{' => stack.push(parts.len()),
            ',' | '}' | ' ' => {
                if parts.len() > base {
                    each(without_extension(&parts));
                }
                parts.truncate(base);
                if first == '}' {
                    stack.pop();
                    parts.truncate(stack.last().copied().unwrap_or(0));
                }
            }
            _ => {}
        }
        rest = &rest[first.len_utf8()..];
    }
    if parts.len() > stack.last().copied().unwrap_or(0) {
        each(without_extension(&parts));
    }
}

fn without_extension<'p, 't>(parts: &'p [&'t str]) -> &'p [&'t str] {
    const EXTENSIONS: &[&str] = &[
        "h", "hh", "hpp", "hxx", "js", "mjs", "cjs", "jsx", "ts", "tsx", "rb", "php", "sh", "lua", "zig",
        "dart",
    ];
    match parts {
        [rest @ .., last] if !rest.is_empty() && EXTENSIONS.contains(last) => rest,
        _ => parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for_each_target(text, &mut |parts| found.push(parts.join("/")));
        found
    }

    #[test]
    fn grouped_imports_are_taken_apart() {
        assert_eq!(targets("crate::a::{b, c::{d, e}}"), ["crate/a/b", "crate/a/c/d", "crate/a/c/e"]);
        assert_eq!(targets("./util.js"), ["util"]);
        assert_eq!(targets("../net/socket.h"), ["net/socket"]);
        assert_eq!(targets("flask.json.provider"), ["flask/json/provider"]);
        assert_eq!(targets(""), [""; 0]);
        assert_eq!(targets("}}{{,"), [""; 0]);
    }
}
