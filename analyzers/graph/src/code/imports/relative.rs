//! Imports that are paths relative to the file: JavaScript and TypeScript modules, and the `source`, `require_relative`
//! and the like of other languages.

use super::{TreeIndex, folder, join};

/// What a module path may leave out. A file of declarations stands for another only where the program has none.
const ENDINGS: [&str; 21] = [
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".d.ts",
    ".json",
    ".vue",
    ".svelte",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/index.jsx",
    "/index.d.ts",
    ".rb",
    ".php",
    ".lua",
    ".sh",
];

/// Where a path relative to `file` leads.
pub(super) fn file(index: &TreeIndex<'_>, file: &str, target: &str) -> Option<String> {
    below(index, folder(file), target)
}

/// Where a path relative to a folder leads.
pub(super) fn below(index: &TreeIndex<'_>, folder: &str, target: &str) -> Option<String> {
    let joined = join(folder, target)?;
    if index.has_file(&joined) {
        return Some(joined);
    }
    // TypeScript sources name the `.js` file that they are compiled to.
    let compiled = [(".js", ""), (".mjs", ".mts"), (".cjs", ".cts"), (".jsx", ".tsx")];
    let source = compiled.iter().find_map(|(from, to)| {
        let stem = joined.strip_suffix(from)?;
        Some((stem, format!("{stem}{to}")))
    });
    if let Some((_, renamed)) = source.as_ref().filter(|(_, renamed)| index.has_file(renamed)) {
        return Some(renamed.clone());
    }
    let stems = [Some(joined.as_str()), source.as_ref().map(|(stem, _)| *stem)];
    let ended =
        ENDINGS.iter().flat_map(|ending| stems.iter().flatten().map(move |stem| format!("{stem}{ending}")));
    ended
        .into_iter()
        .find(|path| index.has_file(path))
        .or_else(|| index.has_folder(&joined).then_some(joined))
}
