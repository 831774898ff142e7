//! Entry points by a comment: those that Go's `//export name` and `//go:linkname` or ESLint's `/* exported name */` name, and what
//! stands below a comment that tells a tool to keep it.

use crate::dead_code::world::World;
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::Comment;
use trueno_graph::code::NodeId;

/// Marks what directives of a file name among its own definitions.
pub(super) fn named(world: &World<'_>, all: &mut HashSet<NodeId>) {
    for file in &world.files {
        let comments = file.record.data.comments.as_deref().unwrap_or(&[]);
        let texts = comments.iter().map(|comment| comment.text.as_str());
        let names: HashSet<&str> = texts.flat_map(|text| names(file.language, text)).collect();
        let kept = kept_lines(file.language, comments);
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

/// The lines that stand right below the comments that keep something, whatever comments follow in between.
fn kept_lines(language: Language, comments: &[Comment]) -> HashSet<u32> {
    let mut kept = HashSet::default();
    let mut open = None;
    for comment in comments {
        if open.is_some_and(|line| line != comment.span.start_line) {
            kept.extend(open.take());
        }
        let keeps = keeps(&comment.text) || describes(language, &comment.text);
        if keeps && comment.trailing {
            kept.insert(comment.span.end_line);
        } else if keeps || open.is_some() {
            open = Some(comment.span.end_line + 1);
        }
    }
    kept.extend(open);
    kept
}

/// True for a comment by which a generator of Go's world reads the type below: go-swagger, Kubernetes, easyjson and the like.
fn describes(language: Language, text: &str) -> bool {
    const MARKS: [&str; 8] = [
        "swagger:",
        "+kubebuilder:",
        "+k8s:",
        "+genclient",
        "easyjson:",
        "msgp:",
        "ffjson:",
        "counterfeiter:",
    ];
    let text = text.trim_start_matches(['/', '*', ' ', '\t']);
    language == Language::Go
        && MARKS.iter().any(|mark| text.starts_with(mark) || text.contains(&format!("\n{mark}")))
}

/// True for a comment that says to a linter that what follows is unused on purpose.
fn keeps(text: &str) -> bool {
    let says = |words: &str| text.contains(words);
    says("lint:ignore U1000")
        || (says("nolint") && (says("unused") || says("deadcode")))
        || (says("eslint-disable") && says("no-unused-vars"))
        || (says("noinspection") && says("Unused"))
        || (says("cppcheck-suppress") && says("unusedFunction"))
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
    fn generators_read_what_stands_below_their_marks() {
        assert!(describes(Language::Go, "// swagger:response treeResponse"));
        assert!(describes(Language::Go, "// +kubebuilder:object:root=true"));
        assert!(!describes(Language::Go, "// see swagger: it is used there"));
        assert!(!describes(Language::Rust, "// swagger:response treeResponse"));
    }

    #[test]
    fn directives_begin_a_comment() {
        assert_eq!(names(Language::Go, "//export goCallback"), ["goCallback"]);
        assert_eq!(names(Language::Go, "//go:linkname now time.now"), ["now", "time.now"]);
        assert!(names(Language::Go, "// export goCallback").is_empty());
        assert_eq!(names(Language::JavaScript, "/* exported init, start */"), ["init", "start"]);
        assert!(names(Language::JavaScript, "/* what is exported here */").is_empty());
    }
}
