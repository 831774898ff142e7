//! Imports that are paths relative to the file: JavaScript and TypeScript modules, and the `source`, `require_relative`
//! and the like of other languages.

use super::{Resolver, TreeIndex, folder, join};

/// What a module path may leave out.
const ENDINGS: [&str; 20] = [
    ".ts",
    ".tsx",
    ".d.ts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".json",
    ".vue",
    ".svelte",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/index.jsx",
    ".rb",
    ".php",
    ".lua",
    ".sh",
];

/// Where a JavaScript module path leads: a relative file, or a package of the same repository.
pub(super) fn module(resolver: &Resolver<'_>, file: &str, target: &str) -> Vec<String> {
    if target.starts_with('.') {
        return self::file(&resolver.index, file, target).into_iter().collect();
    }
    resolver.manifests.npm_package(target).into_iter().map(str::to_owned).collect()
}

/// Where a relative path leads.
pub(super) fn file(index: &TreeIndex<'_>, file: &str, target: &str) -> Option<String> {
    let joined = join(folder(file), target)?;
    if index.has_file(&joined) {
        return Some(joined);
    }
    // TypeScript sources name the `.js` file that they are compiled to.
    let stem = joined.strip_suffix(".js").unwrap_or(&joined);
    let ended = ENDINGS.iter().flat_map(|ending| [format!("{joined}{ending}"), format!("{stem}{ending}")]);
    ended
        .into_iter()
        .find(|path| index.has_file(path))
        .or_else(|| index.has_folder(&joined).then_some(joined))
}
