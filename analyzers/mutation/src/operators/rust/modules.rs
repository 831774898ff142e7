//! Which other files a Rust file is made of: its `mod name;` and `include!("file")`.
//!
//! Where the source of a module stands is said by the Rust Reference ("Module source filenames", "The path attribute").

use super::scope::is_mark;
use facts::model::RepoPath;
use regex::Regex;
use std::sync::LazyLock;
use tree_sitter::Node;

/// Inline modules around a declaration; what lies deeper is not looked at.
const DEEPEST: usize = 100;

/// What a Rust file says of its modules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleFile {
    /// Conditions (the text in `cfg(…)`) under which the file is compiled at all.
    pub conditions: Vec<String>,
    /// The files that it is made of besides.
    pub declarations: Vec<Declaration>,
}

/// One `mod name;`, or a file that is included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declaration {
    /// The module's name; empty for a file that is included.
    name: String,
    /// The folders of the inline modules around it.
    around: Vec<String>,
    /// Files that `path` attributes name, each with the condition of the `cfg_attr` that it stands in.
    pub paths: Vec<(Option<String>, String)>,
    /// Conditions under which it counts.
    pub conditions: Vec<String>,
    /// It is compiled for tests only, or is to be left alone.
    pub for_tests: bool,
}

impl Declaration {
    /// Where its source may stand, first come first. `is_mod_rs` tells that the declaring file's modules stand beside it, as
    /// those of `mod.rs` and of the root of a crate do; `named` is the file that a `path` attribute names.
    pub fn places(&self, file: &RepoPath, is_mod_rs: bool, named: Option<&str>) -> Vec<RepoPath> {
        let beside = || String::from_utf8_lossy(file.parent()).into_owned();
        let own = || {
            let stem = file.file_name().strip_suffix(b".rs").unwrap_or(file.file_name());
            join(&beside(), &String::from_utf8_lossy(stem))
        };
        if let Some(named) = named {
            let plain = self.around.is_empty() || is_mod_rs;
            let folder = if plain { beside() } else { own() };
            return resolved(&[vec![folder], self.around.clone(), vec![named.to_owned()]].concat())
                .into_iter()
                .collect();
        }
        let folder = if is_mod_rs { beside() } else { own() };
        let at = |end: String| resolved(&[vec![folder.clone()], self.around.clone(), vec![end]].concat());
        [format!("{}.rs", self.name), format!("{}/mod.rs", self.name)].into_iter().filter_map(at).collect()
    }
}

impl ModuleFile {
    pub(in super::super) fn read(root: Node<'_>, source: &[u8]) -> ModuleFile {
        let mut file = ModuleFile::default();
        let mut waiting = vec![(root, Declaration::default())];
        while let Some((body, around)) = waiting.pop() {
            let mut cursor = body.walk();
            let mut open = around.clone();
            for child in body.named_children(&mut cursor) {
                let text = child.utf8_text(source).unwrap_or("");
                match child.kind() {
                    "inner_attribute_item" if body == root => file.conditions.extend(condition(text)),
                    "attribute_item" => open.attribute(text),
                    kind if kind.contains("comment") => {}
                    "mod_item" => {
                        let name =
                            child.child_by_field_name("name").and_then(|name| name.utf8_text(source).ok());
                        let declared = std::mem::replace(&mut open, around.clone()).named(name.unwrap_or(""));
                        match child.child_by_field_name("body") {
                            None => file.declarations.push(declared),
                            Some(body) if around.around.len() < DEEPEST => {
                                waiting.push((body, declared.inline()))
                            }
                            Some(_) => {}
                        }
                    }
                    "macro_invocation" => {
                        file.declarations.extend(in_macro(text, &around));
                        open = around.clone();
                    }
                    "expression_statement" => {
                        file.declarations.extend(in_macro(text, &around));
                        open = around.clone();
                    }
                    _ => open = around.clone(),
                }
            }
        }
        file
    }
}

impl Declaration {
    fn named(self, name: &str) -> Declaration {
        Declaration { name: name.trim_start_matches("r#").to_owned(), ..self }
    }

    /// What holds for the declarations in an inline module.
    fn inline(mut self) -> Declaration {
        let folder = self.paths.pop().map_or_else(|| self.name.clone(), |(_, named)| named);
        self.around.push(folder);
        Declaration { name: String::new(), paths: Vec::new(), ..self }
    }

    fn attribute(&mut self, text: &str) {
        self.for_tests |= is_mark(text);
        self.conditions.extend(condition(text));
        static PATH: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r#"^#\[\s*path\s*=\s*"([^"]*)"\s*\]$"#).expect("a sound pattern"));
        static PATH_IF: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"(?s)^#\[\s*cfg_attr\s*\((.*),\s*path\s*=\s*"([^"]*)"\s*,?\s*\)\s*\]$"#)
                .expect("a sound pattern")
        });
        if let Some(found) = PATH.captures(text) {
            self.paths.push((None, found[1].to_owned()));
        } else if let Some(found) = PATH_IF.captures(text) {
            self.paths.push((Some(found[1].trim().to_owned()), found[2].to_owned()));
        }
    }
}

/// The text in `#[cfg(…)]`.
fn condition(attribute: &str) -> Option<String> {
    let inner = attribute.trim_start_matches(['#', '!', '[', ' ']).strip_prefix("cfg")?.trim_start();
    let inner = inner.strip_prefix('(')?.trim_end().strip_suffix(']')?.trim_end().strip_suffix(')')?;
    Some(inner.to_owned())
}

/// Modules that stand in the arguments of a macro (`cfg_if!`), under conditions that only the macro knows; and what
/// `include!` names.
fn in_macro(text: &str, around: &Declaration) -> Vec<Declaration> {
    static INCLUDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"^(?:std::|core::)?include!\s*[(\[{]\s*"([^"]*)""#).expect("a sound pattern")
    });
    static MODULE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?:#\[\s*path\s*=\s*"([^"]*)"\s*\]\s*)?(?:pub(?:\s*\([^)]*\))?\s+)?\bmod\s+(?:r#)?(\w+)\s*;"#,
        )
        .expect("a sound pattern")
    });
    if let Some(found) = INCLUDE.captures(text) {
        return vec![Declaration { paths: vec![(None, found[1].to_owned())], ..Declaration::default() }];
    }
    let declared = |found: regex::Captures<'_>| {
        let paths = found.get(1).map(|path| (None, path.as_str().to_owned())).into_iter().collect();
        Declaration { paths, ..around.clone() }.named(&found[2])
    };
    MODULE.captures_iter(text).map(declared).collect()
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The path that these lead to one after the other; nothing where it is absolute, or outside of the tree.
fn resolved(texts: &[String]) -> Option<RepoPath> {
    let mut parts: Vec<&str> = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        if index > 0 && text.starts_with(['/', '\\']) {
            return None;
        }
        for part in text.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")) {
            if part == ".." {
                parts.pop()?;
            } else {
                parts.push(part);
            }
        }
    }
    Some(RepoPath::from(parts.join("/").as_str()))
}
