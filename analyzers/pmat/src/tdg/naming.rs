//! How names are written, and how most names of a kind are.

use super::figures::Part;
use facts::RepoFacts;
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Symbols, Visibility};
use std::collections::BTreeMap;

/// A way to write names of several words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// `parse_header`
    Snake,
    /// `parseHeader`
    Camel,
    /// `ParseHeader`
    Pascal,
    /// `PARSE_HEADER`
    Screaming,
}

impl Style {
    const ALL: [Style; 4] = [Style::Snake, Style::Camel, Style::Pascal, Style::Screaming];

    /// True if `name` could be written so: a name of one word fits several styles. Marks around the name (`_x`, `$x`, `x?`)
    /// are no part of it.
    pub fn fits(self, name: &str) -> bool {
        let name = words_of(name);
        let (mut upper, mut lower, mut underscore) = (false, false, false);
        for byte in name.bytes() {
            upper |= byte.is_ascii_uppercase();
            lower |= byte.is_ascii_lowercase();
            underscore |= byte == b'_';
        }
        let first_upper = name.starts_with(|c: char| c.is_ascii_uppercase());
        match self {
            Style::Snake => !upper,
            Style::Camel => !underscore && !first_upper,
            Style::Pascal => !underscore && first_upper,
            Style::Screaming => !lower,
        }
    }
}

fn words_of(name: &str) -> &str {
    name.trim_matches(|c: char| matches!(c, '_' | '$' | '@' | '#' | '?' | '!' | '=' | '`'))
}

/// Things whose names are written alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    language: Language,
    of: Named,
    /// In Go the first letter decides.
    public: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Function,
    Method,
    Type,
}

/// Fewer names of a kind than this show no convention.
const LEAST_NAMES: usize = 5;

/// For each kind of definition the style that most of its names fit.
pub struct Custom(BTreeMap<Kind, Style>);

impl Custom {
    /// The convention of a tree; reads the symbols section.
    pub fn of(repo: &RepoFacts) -> Custom {
        let mut names: BTreeMap<Kind, (usize, [usize; 4])> = BTreeMap::new();
        for file in repo.files.iter().filter(|file| file.data.facts.has_functions()) {
            let symbols = file.data.symbols();
            for definition in &symbols.definitions {
                let Some(kind) = kind(definition, symbols, file.data.facts.language) else { continue };
                let (all, fitting) = names.entry(kind).or_default();
                *all += 1;
                for (count, style) in fitting.iter_mut().zip(Style::ALL) {
                    *count += usize::from(style.fits(&definition.name));
                }
            }
        }
        let custom = |(kind, (all, fitting)): (Kind, (usize, [usize; 4]))| {
            // Of equal ones the first in the list.
            let best = (0..Style::ALL.len()).rev().max_by_key(|&index| fitting[index])?;
            (all >= LEAST_NAMES).then_some((kind, Style::ALL[best]))
        };
        Custom(names.into_iter().filter_map(custom).collect())
    }

    /// Whether a definition is named as is usual, and how that would be; none if there is no convention.
    pub fn judge(
        &self,
        definition: &Definition,
        symbols: &Symbols,
        language: Language,
    ) -> Option<(bool, Style)> {
        let style = *self.0.get(&kind(definition, symbols, language)?)?;
        Some((style.fits(&definition.name), style))
    }
}

/// What a definition is named like; none for what has no free choice of a name (constructors, operators) or follows no
/// one convention (constants and variables, modules, macros).
fn kind(definition: &Definition, symbols: &Symbols, language: Language) -> Option<Kind> {
    let of = match definition.kind {
        DefinitionKind::Function => Named::Function,
        DefinitionKind::Method => Named::Method,
        DefinitionKind::Class
        | DefinitionKind::Struct
        | DefinitionKind::Enum
        | DefinitionKind::Interface
        | DefinitionKind::Type => Named::Type,
        DefinitionKind::Module | DefinitionKind::Constant | DefinitionKind::Macro => return None,
    };
    let name = words_of(&definition.name);
    let is_word = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let has_letter = name.bytes().any(|byte| byte.is_ascii_alphabetic());
    if !has_letter || !is_word(name) || is_constructor(definition, symbols) {
        return None;
    }
    Some(Kind { language, of, public: definition.visibility == Visibility::Public })
}

fn is_constructor(definition: &Definition, symbols: &Symbols) -> bool {
    let parent = definition.parent.and_then(|parent| symbols.definitions.get(parent as usize));
    parent.is_some_and(|parent| parent.name == definition.name) && definition.kind == DefinitionKind::Method
}

/// For each language whether its lines are indented by tabs rather than blanks.
pub struct Indenting(BTreeMap<Language, bool>);

impl Indenting {
    /// The convention of a tree.
    pub fn of(repo: &RepoFacts) -> Indenting {
        let mut lines: BTreeMap<Language, (u64, u64)> = BTreeMap::new();
        for file in &repo.files {
            let (tabs, blanks) = lines.entry(file.data.facts.language).or_default();
            *tabs += u64::from(file.data.facts.indentation.tabs);
            *blanks += u64::from(file.data.facts.indentation.blanks);
        }
        Indenting(lines.into_iter().map(|(language, (tabs, blanks))| (language, tabs > blanks)).collect())
    }

    /// Whether files of a language are indented by tabs.
    pub fn by_tabs(&self, language: Language) -> bool {
        self.0.get(&language).copied().unwrap_or(false)
    }

    /// The lines of a file that are indented otherwise. Tabs with blanks behind them (to align) are tabs.
    pub fn off(&self, file: &facts::FileFacts) -> Part {
        let [tabs, blanks, mixed] =
            [file.indentation.tabs, file.indentation.blanks, file.indentation.mixed].map(u64::from);
        let off = if self.by_tabs(file.language) { blanks } else { tabs + mixed };
        Part::new(off, tabs + blanks + mixed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_the_styles_they_are_written_in() {
        let fits = |name: &str| Style::ALL.map(|style| style.fits(name));
        assert_eq!(fits("parse_header"), [true, false, false, false]);
        assert_eq!(fits("parseHeader"), [false, true, false, false]);
        assert_eq!(fits("ParseHeader"), [false, false, true, false]);
        assert_eq!(fits("PARSE_HEADER"), [false, false, false, true]);
        assert_eq!(fits("parse"), [true, true, false, false]);
        assert_eq!(fits("_parse_header"), [true, false, false, false]);
        assert_eq!(fits("empty?"), [true, true, false, false]);
        assert_eq!(fits("Parse_Header"), [false; 4]);
        assert_eq!(fits("X"), [false, false, true, true]);
    }
}
