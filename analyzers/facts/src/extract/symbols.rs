//! Definitions, references and imports gathered during the walk.

use super::halstead::Tokens;
use crate::model::{Comment, CommentKind, Definition, Import, Reference, Symbols};
use bstr::ByteSlice;

/// Longest signature and import text, in characters.
const MAX_TEXT: usize = 300;
/// Longest documentation summary, in characters.
const MAX_SUMMARY: usize = 200;

/// How a name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Usage {
    Called,
    Used,
    Mentioned,
}

/// One use of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct NameUse {
    /// Enclosing definition + 1, or 0.
    from: u32,
    /// Number of the spelling.
    name: u32,
    qualifier: Qualifier,
    usage: Usage,
}

/// What precedes a name: nothing, a spelling, or something that is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Qualifier {
    #[default]
    None,
    Name(u32),
    Unnamed,
}

/// Gathers symbols.
#[derive(Default)]
pub(super) struct SymbolCollector {
    pub definitions: Vec<Definition>,
    /// Indices of the open definitions, outermost first.
    pub open: Vec<u32>,
    pub imports: Vec<Import>,
    uses: Vec<NameUse>,
    /// Where the last use of a name ends.
    last_end: usize,
}

impl SymbolCollector {
    /// Adds a use of a name, which ends at byte `end`, in the innermost open definition.
    pub fn reference(&mut self, name: u32, qualifier: Qualifier, usage: Usage, end: usize) {
        let from = self.open.last().map_or(0, |index| index + 1);
        self.uses.push(NameUse { from, name, qualifier, usage });
        self.last_end = end;
    }

    /// Turns the last use into a call, if it ends at that byte.
    pub fn call_at(&mut self, end: usize) {
        if self.last_end == end
            && let Some(last) = self.uses.last_mut()
            && last.usage == Usage::Used
        {
            last.usage = Usage::Called;
        }
    }

    /// Removes the last use of a name that turned out to be a definition (`f` of `const f = () => …`).
    pub fn take_back(&mut self, name: u32) {
        /// Only a type and a few other names come between a name and its value.
        const NEAR: usize = 16;
        let near = self.uses.len().saturating_sub(NEAR);
        if let Some(index) = self.uses[near..].iter().rposition(|usage| usage.name == name) {
            self.uses.remove(near + index);
        }
    }

    /// The stored form; spellings are looked up in `tokens`.
    pub fn finish(mut self, tokens: &Tokens<'_>) -> Symbols {
        self.uses.sort_unstable();
        let mut spellings = Vec::with_capacity(self.uses.len());
        for usage in &self.uses {
            spellings.push(usage.name);
            if let Qualifier::Name(qualifier) = usage.qualifier {
                spellings.push(qualifier);
            }
        }
        spellings.sort_unstable();
        spellings.dedup();
        let index_of =
            |text: u32| spellings.binary_search(&text).expect("every use's spelling was collected") as u32;
        let mut unnamed = false;
        let mut references: Vec<Reference> = Vec::new();
        for NameUse { from, name, qualifier, usage } in self.uses {
            let (from, name) = (from.checked_sub(1), index_of(name));
            let qualifier = match qualifier {
                Qualifier::None => None,
                Qualifier::Name(text) => Some(index_of(text)),
                Qualifier::Unnamed => {
                    unnamed = true;
                    Some(spellings.len() as u32)
                }
            };
            let same =
                |last: &&mut Reference| (last.from, last.name, last.qualifier) == (from, name, qualifier);
            let index = match references.last_mut().filter(same) {
                Some(_) => references.len() - 1,
                None => {
                    references.push(Reference { from, name, qualifier, calls: 0, uses: 0, mentions: 0 });
                    references.len() - 1
                }
            };
            let reference = &mut references[index];
            match usage {
                Usage::Called => reference.calls += 1,
                Usage::Used => reference.uses += 1,
                Usage::Mentioned => reference.mentions += 1,
            }
        }
        let text = |text: &u32| tokens.text(*text).to_str_lossy().into_owned();
        let names = spellings.iter().map(text).chain(unnamed.then(String::new)).collect();
        Symbols { definitions: self.definitions, names, references, imports: self.imports }
    }
}

/// White space collapsed to single blanks, at most [`MAX_TEXT`] characters.
pub(super) fn one_line(text: &[u8]) -> String {
    let mut line = String::with_capacity(text.len().min(MAX_TEXT));
    let mut count = 0;
    for word in text.fields() {
        for c in word.chars().chain(std::iter::once(' ')) {
            if count == MAX_TEXT {
                return line.trim_end().to_owned();
            }
            line.push(c);
            count += 1;
        }
    }
    line.trim_end().to_owned()
}

/// What an import statement's text imports: the text without the keyword, quotes and brackets.
pub(super) fn import_target(text: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "pub",
        "import",
        "use",
        "using",
        "#include",
        "#import",
        "include",
        "include_once",
        "require",
        "require_once",
        "require_relative",
        "from",
        "open",
        "load",
        "library",
        "source",
        ".",
        "export",
        "static",
        "global",
        "@import",
        "local",
        "qualified",
        "alias",
        "type",
        "extern",
        "crate",
        "mod",
        "package",
        "return",
        "namespace",
        "#include_next",
        "@testable",
        "function",
        "const",
    ];
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(|c: char| c.is_whitespace() || c == '(') {
        let word = word.split('(').next().unwrap_or(word);
        if !KEYWORDS.contains(&word) {
            break;
        }
        rest = after.trim_start();
    }
    let quoted = rest.split(['"', '\'', '`']).nth(1);
    let target = match quoted {
        Some(inside) if !inside.is_empty() => inside,
        _ => rest.trim_start_matches('<').trim_end_matches([';', '>', ')', ' ']),
    };
    target.trim().to_owned()
}

/// First sentence of a documentation text, delimiters and decoration removed.
pub(super) fn summary(documentation: &str) -> String {
    first_sentence(documentation.lines().map(|line| {
        let line = line
            .trim()
            .trim_start_matches("(*")
            .trim_start_matches(['/', '*', '#', '-', ';', '!', '"', '\'', '|', '%', '{', ' '])
            .trim_end_matches("*/")
            .trim_end_matches("*)")
            .trim_end_matches(['"', '\''])
            .trim_end_matches("-}")
            .trim();
        // C#'s documentation is XML, and Ruby's blocks begin with a word.
        let line = line.trim_start_matches("<summary>").trim_end_matches("</summary>").trim();
        if matches!(line, "=begin" | "=end") { "" } else { line }
    }))
}

/// First sentence of trimmed lines, on one line, of bounded length.
pub(super) fn first_sentence<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let mut words: Vec<&str> = Vec::new();
    for line in lines {
        if line.is_empty() {
            if words.is_empty() { continue } else { break }
        }
        words.extend(line.split_whitespace());
        if line.ends_with(['.', '!', '?']) {
            break;
        }
    }
    let text = words.join(" ");
    let sentence = match text.find(". ") {
        Some(end) => &text[..=end],
        None => &text,
    };
    sentence.chars().take(MAX_SUMMARY).collect()
}

/// Comments that end right above the next node, with nothing in between.
#[derive(Debug, Default)]
pub(super) struct PendingDoc {
    /// Index of the first and one past the last comment.
    run: std::ops::Range<usize>,
    /// Last line of the run, including attributes after it.
    end_line: u32,
    /// True if every comment of the run may be documentation.
    documents: bool,
}

impl PendingDoc {
    /// Takes the comment with that index into the run, or starts a new one.
    pub fn comment(&mut self, index: usize, comment: &Comment, any_comment_documents: bool) {
        let documents = comment.kind == CommentKind::Doc || (any_comment_documents && !comment.trailing);
        let adjoins = !self.run.is_empty() && comment.span.start_line <= self.end_line + 1;
        // A plain comment right below documentation continues it (LDoc) or leaves it attached to the next definition.
        if adjoins && (self.documents || !documents) && !comment.trailing {
            self.run.end = index + 1;
        } else {
            self.run = index..index + 1;
            self.documents = documents;
        }
        self.end_line = comment.span.end_line;
    }

    /// An attribute (lines `first..=last`) right below keeps the run attached to the next definition.
    pub fn attribute(&mut self, first: u32, last: u32) {
        if !self.run.is_empty() && first <= self.end_line + 1 {
            self.end_line = self.end_line.max(last);
        }
    }

    /// Hands the documentation to a definition that starts on `line`.
    pub fn take(&mut self, line: u32, comments: &[Comment]) -> Option<String> {
        let attached =
            self.documents && !self.run.is_empty() && line <= self.end_line + 1 && line >= self.end_line;
        let run = std::mem::take(&mut self.run);
        if !attached {
            return None;
        }
        let text: Vec<&str> = comments[run].iter().map(|comment| comment.text.as_str()).collect();
        Some(summary(&text.join("\n")))
    }

    /// Drops the run: it documents something else.
    pub fn clear(&mut self) {
        self.run = 0..0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn import_targets_are_what_the_language_writes() {
        for (text, target) in [
            ("use std::fs;", "std::fs"),
            ("pub use a::{b, c};", "a::{b, c}"),
            ("import os.path as p", "os.path as p"),
            ("#include <stdio.h>", "stdio.h"),
            ("#include \"a/b.h\"", "a/b.h"),
            ("import x from './x.js';", "./x.js"),
            ("require('fs')", "fs"),
            ("import static org.junit.Assert.*;", "org.junit.Assert.*"),
        ] {
            assert_eq!(import_target(text), target, "{text}");
        }
    }

    #[test]
    fn a_summary_is_the_first_sentence_without_decoration() {
        assert_eq!(summary("/// Adds one. And more.\n/// Other"), "Adds one.");
        assert_eq!(
            summary("/**\n * Opens a file\n * for reading.\n *\n * @param x\n */"),
            "Opens a file for reading."
        );
        assert_eq!(summary("# Prints it"), "Prints it");
        assert_eq!(summary("-- | Plans jobs."), "Plans jobs.");
        assert_eq!(summary("(** Keeps accounts *)"), "Keeps accounts");
        assert_eq!(summary("/// <summary>\n/// Keeps items.\n/// </summary>"), "Keeps items.");
        assert_eq!(summary("=begin\nA box of\nitems.\n=end"), "A box of items.");
    }
}
