//! The other files that belong to a Rust file: from its `mod name;` and `include!("file")`.
//!
//! The Rust Reference defines where the source of a module is ("Module source filenames", "The path attribute").

use super::scope::is_mark;
use facts::model::RepoPath;
use regex::Regex;
use std::sync::LazyLock;
use tree_sitter::Node;

/// The deepest nesting of inline modules, or of brackets in a macro, around a declaration; deeper ones are ignored.
const DEEPEST: usize = 100;
/// The most conditions of one declaration, and the most bytes of one: each is stored with every declaration that it
/// applies to.
const MOST_CONDITIONS: usize = 40;
const LONGEST_CONDITION: usize = 500;
/// The most modules that the arguments of one macro declare.
const MOST_IN_MACRO: usize = 10_000;

/// The modules that a Rust file declares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleFile {
    /// Conditions (the text in `cfg(…)`) under which the file is compiled at all.
    pub conditions: Vec<String>,
    /// The other files that it declares.
    pub declarations: Vec<Declaration>,
}

/// One `mod name;`, or an included file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declaration {
    /// The module's name; empty for an included file.
    name: String,
    /// The folders of the inline modules around it.
    around: Vec<String>,
    /// Files in `path` attributes, each with the condition of its `cfg_attr`.
    pub paths: Vec<(Option<String>, String)>,
    /// Conditions under which it is compiled.
    pub conditions: Vec<String>,
    /// It is compiled only for tests, or should not be mutated.
    pub for_tests: bool,
}

impl Declaration {
    /// The possible places of its source, the preferred one first. `is_mod_rs` is true if the declaring file's modules
    /// are next to it, as for `mod.rs` and the root of a crate; `named` is the file in a `path` attribute.
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
                    "macro_invocation" | "expression_statement" => {
                        let call = child.named_child(0).filter(|inner| inner.kind() == "macro_invocation");
                        let open = std::mem::replace(&mut open, around.clone());
                        file.declarations.extend(in_macro(call.unwrap_or(child), source, open));
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

    /// The properties that the declarations in an inline module inherit.
    fn inline(mut self) -> Declaration {
        let folder = self.paths.pop().map_or_else(|| self.name.clone(), |(_, named)| named);
        self.around.push(folder);
        Declaration { name: String::new(), paths: Vec::new(), ..self }
    }

    fn attribute(&mut self, text: &str) {
        self.for_tests |= is_mark(text);
        self.add_condition(condition(text));
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

impl Declaration {
    /// Leaving out a condition is safe.
    fn add_condition(&mut self, condition: Option<String>) {
        let room = self.conditions.len() < MOST_CONDITIONS;
        self.conditions.extend(condition.filter(|condition| room && condition.len() <= LONGEST_CONDITION));
    }
}

/// The text in `#[cfg(…)]`.
fn condition(attribute: &str) -> Option<String> {
    let inner = attribute.trim_start_matches(['#', '!', '[', ' ']).strip_prefix("cfg")?.trim_start();
    let inner = inner.strip_prefix('(')?.trim_end().strip_suffix(']')?.trim_end().strip_suffix(')')?;
    Some(inner.to_owned())
}

/// The modules in the arguments of a macro, and the files of `include!`.
fn in_macro(call: Node<'_>, source: &[u8], open: Declaration) -> Vec<Declaration> {
    static INCLUDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"^(?:std::|core::)?include!\s*[(\[{]\s*"([^"]*)""#).expect("a sound pattern")
    });
    let text = call.utf8_text(source).unwrap_or("");
    if let Some(found) = INCLUDE.captures(text) {
        let Declaration { conditions, for_tests, .. } = open;
        let paths = vec![(None, found[1].to_owned())];
        return vec![Declaration { paths, conditions, for_tests, ..Declaration::default() }];
    }
    let mut cursor = call.walk();
    let arguments = call.named_children(&mut cursor).find(|child| child.kind() == "token_tree");
    let mut waiting: Vec<(Node<'_>, Declaration)> = arguments.map(|tree| (tree, open)).into_iter().collect();
    let mut found = Vec::new();
    let mut depth = 0;
    // One level of brackets after another.
    while !waiting.is_empty() && depth < DEEPEST {
        let mut below = Vec::new();
        for (tree, around) in waiting {
            Tokens::of(tree, source, around).read(&mut found, &mut below);
        }
        waiting = below;
        depth += 1;
    }
    found
}

/// The tokens between two brackets in the arguments of a macro.
struct Tokens<'t> {
    source: &'t [u8],
    tokens: Vec<Node<'t>>,
    /// The properties of all declarations here.
    around: Declaration,
    /// Conditions of the earlier arms of `if #[cfg(…)] { … } else …` (`cfg_if!`), all false here.
    not: Vec<String>,
}

impl<'t> Tokens<'t> {
    fn of(tree: Node<'t>, source: &'t [u8], around: Declaration) -> Tokens<'t> {
        let mut cursor = tree.walk();
        let tokens = tree.children(&mut cursor).filter(|child| !child.kind().contains("comment")).collect();
        Tokens { source, tokens, around, not: Vec::new() }
    }

    fn text(&self, at: usize) -> &'t str {
        self.tokens.get(at).and_then(|token| token.utf8_text(self.source).ok()).unwrap_or("")
    }

    fn read(mut self, found: &mut Vec<Declaration>, below: &mut Vec<(Node<'t>, Declaration)>) {
        let mut open = self.around.clone();
        let mut at = 0;
        while at < self.tokens.len() && found.len() + below.len() < MOST_IN_MACRO {
            let (token, next) = (self.text(at), self.text(at + 1));
            let mut read = 1;
            match token {
                "#" if next.starts_with('[') => {
                    open.attribute(&format!("#{next}"));
                    read = 2;
                }
                "if" if next == "#" && self.text(at + 3).starts_with('{') => {
                    if self.text(at.wrapping_sub(1)) != "else" {
                        self.not.clear();
                    }
                    let attribute = format!("#{}", self.text(at + 2));
                    let mut arm = self.after_the_others();
                    arm.attribute(&attribute);
                    below.push((self.tokens[at + 3], arm));
                    let own = condition(&attribute).filter(|own| own.len() <= LONGEST_CONDITION);
                    self.not.push(own.unwrap_or_default());
                    read = 4;
                }
                "else" if !self.not.is_empty() && next.starts_with('{') => {
                    below.push((self.tokens[at + 1], self.after_the_others()));
                    self.not.clear();
                    read = 2;
                }
                "mod" if matches!(self.text(at + 2).chars().next(), Some(';' | '{')) => {
                    let module = std::mem::replace(&mut open, self.around.clone()).named(next);
                    match self.tokens[at + 2].kind() {
                        "token_tree" => below.push((self.tokens[at + 2], module.inline())),
                        _ => found.push(module),
                    }
                    read = 3;
                }
                _ if self.tokens[at].kind() == "token_tree" => {
                    below.push((self.tokens[at], self.around.clone()));
                    // `pub(crate) mod`
                    if !token.starts_with('(') {
                        open = self.around.clone();
                    }
                }
                ";" => open = self.around.clone(),
                _ => {}
            }
            if !matches!(token, "if" | "else") {
                self.not.clear();
            }
            at += read;
        }
    }

    /// The properties of an arm that applies if the earlier ones do not.
    fn after_the_others(&self) -> Declaration {
        let mut arm = self.around.clone();
        self.not.iter().for_each(|condition| arm.add_condition(Some(format!("not({condition})"))));
        arm
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The path that results from joining these; `None` if it is absolute or outside the tree.
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

#[cfg(test)]
mod tests {
    use super::super::super::module_file;
    use super::*;
    use facts::language::Language;

    /// The modules that a file declares, each with its conditions, without those for tests.
    fn declared(source: &str) -> Vec<String> {
        let file = module_file(Language::Rust, source.as_bytes()).expect("it parses");
        let shown = |module: &Declaration| {
            let place = [module.around.clone(), vec![module.name.clone()]].concat().join("::");
            [vec![place], module.conditions.clone()].concat().join(" | ")
        };
        file.declarations.iter().filter(|module| !module.for_tests).map(shown).collect()
    }

    #[test]
    fn arms_of_a_macro_hold_where_those_before_do_not() {
        let source = "cfg_if::cfg_if! {\n if #[cfg(windows)] { mod w; pub use w::*; }\n else if #[cfg(unix)] { pub mod u; }\n\
                      else { // mod c;\n pub(crate) mod o; }\n}\nmod plain;";
        let expected = ["w | windows", "u | not(windows) | unix", "o | not(windows) | not(unix)", "plain"];
        let mut found = declared(source);
        found.sort_unstable();
        let mut expected = expected.map(str::to_owned).to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected);
        let nested = "cfg_if! { if #[cfg(unix)] { cfg_if! { if #[cfg(a)] { mod x; } else { mod y; } } } }";
        assert_eq!(declared(nested), ["x | unix | a", "y | unix | not(a)"]);
        // Two of them, one after the other.
        let two = "cfg_if! { if #[cfg(a)] { mod x; } if #[cfg(b)] { mod y; } else { mod z; } }";
        assert_eq!(declared(two), ["x | a", "y | b", "z | not(b)"]);
        assert_eq!(
            declared("cfg_if! { if #[cfg(test)] { mod t; } else { mod r#else; } }"),
            ["else | not(test)"]
        );
        assert_eq!(declared("#[cfg(a)]\ncfg_if! { if #[cfg(b)] { mod x; } }"), ["x | a | b"]);
    }

    #[test]
    fn modules_in_other_macros_keep_their_attributes() {
        let source = "feature! { #![x] #[cfg(a)] #[doc = \"mod no;\"] pub(crate) mod x; mod y { mod z; } #[cfg(b)] use q; mod w; }";
        assert_eq!(declared(source), ["x | a", "w", "y::z"]);
        assert_eq!(declared("#[cfg(a)]\ninclude!(\"i.rs\");"), [" | a"]);
        let deep = format!("m! {}mod x;{}", "{".repeat(150), "}".repeat(150));
        assert_eq!(declared(&deep), Vec::<String>::new());
        let path = module_file(Language::Rust, b"m! { #[path = \"p.rs\"] mod x; }").expect("it parses");
        assert_eq!(path.declarations[0].paths, [(None, "p.rs".to_owned())]);
    }
}
