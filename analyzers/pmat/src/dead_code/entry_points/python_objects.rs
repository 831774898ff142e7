//! Python: objects that give themselves to code outside of the tree, and modules that a string names.

use super::packages::text_of;
use super::python::is_public;
use crate::dead_code::places::Place;
use crate::dead_code::world::{Def, World, is_type};
use facts::hash::HashSet;
use facts::language::Language;
use trueno_graph::code::NodeId;

/// Marks what both open.
pub(super) fn exported(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let mut named: HashSet<String> = HashSet::default();
    for file in world.files.iter().filter(|file| file.language == Language::Python) {
        let Some(text) = text_of(world, file.path) else { continue };
        if file.place != Place::Test {
            named.extend(paths_in_strings(&text));
        }
        for (node, definition) in (file.node + 1..).zip(&file.symbols.definitions) {
            let (start, end) = (definition.span.start_byte as usize, definition.span.end_byte as usize);
            let body = text.get(start..end).filter(|_| is_type(definition.kind)).unwrap_or_default();
            if gives_itself(body, &|name| !world.named(name).is_empty()) {
                let open = |member: &&NodeId| {
                    world.def(**member).is_some_and(|member| !member.definition.name.starts_with('_'))
                };
                all.extend(world.members(node).iter().filter(open));
            }
        }
    }
    let is_loaded = |def: &Def<'_>| {
        let file = world.file_of(def);
        file.language == Language::Python && is_public(world, def) && is_named(file.path, &named)
    };
    all.extend(world.definitions().filter(|(_, def)| is_loaded(def)).map(|(node, _)| node));
}

/// The paths of modules between quotes, `"pkg.part"` and `"._part"`: who loads one by its name has all that it holds. The name of a
/// logger is none.
fn paths_in_strings(text: &str) -> impl Iterator<Item = String> {
    let is_path = |part: &str| {
        let inner = part.trim_start_matches('.');
        let word = |word: &str| {
            word.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && word.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        part.contains('.') && inner.split('.').all(word)
    };
    let mut before = "";
    text.split(['"', '\'']).filter_map(move |part| {
        let logger = before.trim_end().ends_with("getLogger(");
        before = part;
        (!logger && is_path(part)).then(|| part.to_owned())
    })
}

/// True where one of the paths leads to a module: from the top of a package, or from beside it where it begins with a dot.
fn is_named(path: &str, named: &HashSet<String>) -> bool {
    let dotted = path.trim_end_matches(".py").replace('/', ".");
    let mut starts = std::iter::once(0).chain(dotted.match_indices('.').map(|(at, _)| at + 1));
    starts.any(|start| {
        let rest = &dotted[start..];
        let beside = || [".", "..", "..."].iter().any(|dots| named.contains(&format!("{dots}{rest}")));
        (rest.contains('.') && named.contains(rest)) || beside()
    })
}

/// What is given an object and calls none of its own methods.
const INERT: &[&str] = &[
    "isinstance",
    "issubclass",
    "len",
    "str",
    "repr",
    "type",
    "id",
    "hash",
    "print",
    "super",
    "bool",
    "int",
    "float",
    "list",
    "tuple",
    "set",
    "dict",
    "sorted",
    "iter",
    "next",
    "vars",
    "dir",
    "getattr",
    "setattr",
    "hasattr",
    "delattr",
    "format",
    "callable",
    "cast",
    "copy",
    "deepcopy",
    "__init__",
    "__new__",
    "append",
    "add",
];

/// True where a class gives `self` to a function that is not the tree's: it may call any public member, as a browser of services
/// calls its listener.
fn gives_itself(class: &str, is_known: &dyn Fn(&str) -> bool) -> bool {
    class.match_indices("self").any(|(at, word)| {
        let before = class[..at].trim_end();
        let after = class[at + word.len()..].trim_start();
        let argument = before.ends_with(['(', ',']) && after.starts_with([',', ')']);
        argument && callee(before).is_some_and(|name| !INERT.contains(&name) && !is_known(name))
    })
}

/// The name of the function in whose arguments a text ends; none for a list, a definition, or where it is too far away.
fn callee(before: &str) -> Option<&str> {
    const FURTHEST: usize = 2000;
    let mut depth = 0;
    let mut open = None;
    for (at, c) in before.char_indices().rev().take(FURTHEST) {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' if depth == 0 => {
                open = Some(at);
                break;
            }
            '[' | '{' if depth == 0 => return None,
            '(' | '[' | '{' => depth -= 1,
            _ => {}
        }
    }
    let head = &before[..open?];
    let start = head
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let (rest, name) = head.split_at(start);
    let defines = rest.ends_with("def ") || rest.ends_with("class ");
    (!name.is_empty() && !defines).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_that_give_themselves_are_told() {
        let known = |name: &str| name == "ours";
        for text in ["ServiceBrowser(self._zc, self)", "f(a(1), [2], self, b)", "x.connect(\n    self,\n)"] {
            assert!(gives_itself(text, &known), "{text}");
        }
        for text in [
            "def f(self, a):",
            "ours(self)",
            "len(self)",
            "[self, 1]",
            "g(self.a)",
            "(self, 1)",
            "Base.__init__(self, a)",
        ] {
            assert!(!gives_itself(text, &known), "{text}");
        }
    }

    #[test]
    fn modules_are_named_by_paths() {
        let text =
            "load('yt.utils._legacy'); load(\"._part\"); getLogger('a.b'); x = 'no path.'; y = '1.2'\n";
        let named: HashSet<String> = paths_in_strings(text).collect();
        assert_eq!(named.len(), 2, "{named:?}");
        assert!(is_named("src/yt/utils/_legacy.py", &named) && is_named("pkg/_part.py", &named));
        assert!(!is_named("other/_legacy.py", &named) && !is_named("a/b.py", &named));
    }
}
