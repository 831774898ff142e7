//! JavaScript and TypeScript: files that are loaded by a pattern of paths.

use super::packages::text_of;
use crate::dead_code::places::{Place, folder};
use crate::dead_code::world::{World, family};
use facts::hash::HashSet;
use facts::language::Language;
use std::collections::BTreeSet;
use trueno_graph::code::imports::join;

/// Calls that load a file whose path is computed behind a fixed start: `` import(`./pages/${name}.js`) ``, `require("./" + name)`
/// (webpack, Dynamic expressions in import()).
const COMPUTED: [&str; 2] = ["import(", "require("];
/// Calls that load every file that matches a pattern (Vite, Glob import).
const GLOBS: [&str; 2] = ["import.meta.glob(", "import.meta.globEager("];
/// The call that loads every file of a folder (webpack).
const CONTEXT: &str = "require.context(";
/// The most starts of paths that are looked for; more would be looked for in vain or are an attack.
const MOST: usize = 1_000;

/// Files whose path begins as product code writes it in a call that loads by a pattern.
pub(super) fn loaded(world: &World<'_>) -> HashSet<u32> {
    let scripts =
        || (0u32..).zip(&world.files).filter(|(_, file)| family(file.language) == Language::JavaScript);
    let mut starts: BTreeSet<String> = BTreeSet::new();
    for (_, file) in scripts().filter(|(_, file)| file.place == Place::Product) {
        let Some(text) = text_of(world, file.path) else { continue };
        let resolved = |start: String| resolve(folder(file.path), file.package.unwrap_or_default(), &start);
        starts.extend(starts_in(&text).into_iter().filter_map(resolved));
        if starts.len() > MOST {
            break;
        }
    }
    let is_loaded = |path: &str| {
        starts.iter().any(|start| match start.is_empty() {
            true => !path.contains('/'),
            false => path.starts_with(start.as_str()),
        })
    };
    scripts().filter(|(_, file)| is_loaded(file.path)).map(|(number, _)| number).collect()
}

/// What the paths begin with that the calls of a text load.
fn starts_in(text: &str) -> Vec<String> {
    let behind =
        |call: &'static str| text.match_indices(call).map(move |(at, _)| argument(&text[at + call.len()..]));
    let mut starts: Vec<String> = Vec::new();
    for rest in COMPUTED.into_iter().flat_map(behind) {
        let Some((quote, body)) = quoted(rest) else { continue };
        let Some((fixed, after)) = body.split_once(quote) else { continue };
        match fixed.split_once("${") {
            Some((start, _)) if quote == '`' => starts.push(start.to_owned()),
            _ if after.trim_start().starts_with('+') => starts.push(fixed.to_owned()),
            _ => {}
        }
    }
    for rest in GLOBS.into_iter().flat_map(behind) {
        let Some((quote, body)) = quoted(rest.trim_start_matches(['[', ' ', '\n', '\r', '\t'])) else {
            continue;
        };
        let fixed = body.split(quote).next().unwrap_or_default();
        starts.extend(fixed.find(['*', '{', '[', '(', '?']).map(|end| fixed[..end].to_owned()));
    }
    for rest in behind(CONTEXT) {
        let Some((quote, body)) = quoted(rest) else { continue };
        starts.extend(body.split_once(quote).map(|(folder, _)| format!("{folder}/")));
    }
    starts
}

/// The first argument of a call, behind white space and comments (`/* webpackChunkName: "page" */`).
fn argument(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some((_, after)) = rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
        rest = after.trim_start();
    }
    rest
}

/// The quote that a text begins with, and what follows it.
fn quoted(text: &str) -> Option<(char, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    Some((quote, &text[1..]))
}

/// Such a start as the beginning of a path of the tree: relative to the file, to the package (`/pages/`), or to its sources
/// (`@/pages/`). `None` for the path of another package.
fn resolve(folder: &str, package: &str, start: &str) -> Option<String> {
    let (of, name) = start.rsplit_once('/')?;
    let base = match of.split('/').next().unwrap_or_default() {
        "." | ".." => join(folder, of)?,
        "" => join(package, of)?,
        "@" | "~" => join(package, &format!("src/{}", &of[1..]))?,
        _ => return None,
    };
    Some(if base.is_empty() { name.to_owned() } else { format!("{base}/{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_of_paths_are_found_in_calls() {
        let starts = |text| starts_in(text);
        assert_eq!(starts("await import(`./pages/${name}.js`)"), ["./pages/"]);
        assert_eq!(starts("import(/* webpackMode: \"lazy\" */ './a/page-' + n)"), ["./a/page-"]);
        assert_eq!(starts("import.meta.glob([\"../b/*.ts\"])"), ["../b/"]);
        assert_eq!(starts("require.context('./c', false, /x/)"), ["./c/"]);
        assert!(starts("import('./d.js'); import(name); require(\"e\");").is_empty());
    }

    #[test]
    fn starts_are_resolved_to_paths_of_the_tree() {
        assert_eq!(resolve("app/lib", "app", "./pages/").as_deref(), Some("app/lib/pages/"));
        assert_eq!(resolve("app/lib", "app", "../page-").as_deref(), Some("app/page-"));
        assert_eq!(resolve("app/lib", "app", "@/views/").as_deref(), Some("app/src/views/"));
        assert_eq!(resolve("app/lib", "app", "/pages/").as_deref(), Some("app/pages/"));
        assert_eq!(resolve("", "", "./").as_deref(), Some(""));
        assert_eq!(resolve("", "", "../../"), None);
        assert_eq!(resolve("", "", "moment/locale/"), None);
    }
}
