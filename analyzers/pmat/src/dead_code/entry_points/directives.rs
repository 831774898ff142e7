//! Entry points by a comment: those that Go's `//export name` and `//go:linkname` or ESLint's `/* exported name */` name, and what
//! stands below a comment that tells a tool to keep it.

use crate::dead_code::world::World;
use facts::language::Language;
use rustc_hash::FxHashSet;
use trueno_graph::code::NodeId;

/// Marks what directives of a file name among its own definitions.
pub(super) fn named(world: &World<'_>, all: &mut FxHashSet<NodeId>) {
    for file in &world.files {
        let comments = file.record.data.comments.as_deref().unwrap_or(&[]);
        let texts = comments.iter().map(|comment| comment.text.as_str());
        let names: FxHashSet<&str> = texts.flat_map(|text| names(file.language, text)).collect();
        let keeping = comments.iter().filter(|comment| keeps(&comment.text));
        let kept: FxHashSet<u32> =
            keeping.map(|comment| comment.span.end_line + u32::from(!comment.trailing)).collect();
        if names.is_empty() && kept.is_empty() {
            continue;
        }
        for (index, definition) in (0u32..).zip(&file.symbols.definitions) {
            let is_kept = kept.contains(&definition.span.start_line) || kept.contains(&definition.name_line);
            if is_kept || names.contains(definition.name.as_str()) {
                all.insert(file.node + 1 + index);
            }
        }
    }
}

/// True for a comment that says to a linter that what follows is unused on purpose.
fn keeps(text: &str) -> bool {
    let says = |words: &str| text.contains(words);
    says("lint:ignore U1000")
        || (says("nolint") && (says("unused") || says("deadcode")))
        || (says("eslint-disable") && says("no-unused-vars"))
        || (says("noinspection") && says("Unused"))
}

/// The names in a comment that is a directive.
fn names(language: Language, text: &str) -> Vec<&str> {
    let after = |start: &str| text.strip_prefix(start);
    let list = match language {
        Language::Go => {
            after("//export ").or_else(|| after("//go:linkname ")).or_else(|| after("//go:wasmexport "))
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            let inside = text.strip_prefix("/*").and_then(|text| text.strip_suffix("*/")).unwrap_or("");
            inside.trim().strip_prefix("exported ")
        }
        _ => None,
    };
    let separates = |c: char| c.is_whitespace() || c == ',';
    list.map_or_else(Vec::new, |list| list.split(separates).filter(|name| !name.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_begin_a_comment() {
        assert_eq!(names(Language::Go, "//export goCallback"), ["goCallback"]);
        assert_eq!(names(Language::Go, "//go:linkname now time.now"), ["now", "time.now"]);
        assert!(names(Language::Go, "// export goCallback").is_empty());
        assert_eq!(names(Language::JavaScript, "/* exported init, start */"), ["init", "start"]);
        assert!(names(Language::JavaScript, "/* what is exported here */").is_empty());
    }
}
