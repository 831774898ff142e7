//! The meaning of each grammar's node kinds for clone detection.

use crate::mixing::mix;
use facts::hash::HashMap;
use facts::language::Language;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The role of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A keyword, operator or sign.
    Sign,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// `;`
    Semicolon,
    /// A name: it may be renamed.
    Name,
    /// A number, a string, a primitive type: it may be replaced by another of its sort.
    Literal,
}

impl Role {
    /// All of them, in the order of their numbers.
    pub const ALL: [Role; 6] =
        [Role::Sign, Role::Open, Role::Close, Role::Semicolon, Role::Name, Role::Literal];
}

/// A node kind.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its number among all kinds of the grammar family.
    pub code: u16,
    /// What it is.
    pub role: Role,
}

/// The kinds of one language, indexed by their number in its grammar.
pub struct Symbols {
    /// Languages of one family have the same kind numbers; languages of different families are never compared.
    pub family: u8,
    kinds: Vec<Kind>,
    /// For each code of the family, a hash of the kind's name: another version of a grammar may use other kind numbers.
    names: Vec<u64>,
}

impl Symbols {
    /// The kind with that number. Numbers above those of the grammar are signs identified by their spelling.
    pub fn kind(&self, number: u16) -> Kind {
        self.kinds.get(number as usize).copied().unwrap_or(Kind { code: number, role: Role::Sign })
    }
}

/// Languages whose grammars extend each other, so that code can be copied between them.
const FAMILIES: &[&[Language]] = &[
    &[Language::JavaScript, Language::TypeScript, Language::Tsx],
    &[Language::C, Language::Cpp, Language::ObjectiveC],
];

/// The languages that are compared with this one, including itself.
pub fn family(language: Language) -> &'static [Language] {
    let own = Language::ALL.iter().position(|other| *other == language).unwrap_or_default();
    FAMILIES.iter().find(|family| family.contains(&language)).copied().unwrap_or(&Language::ALL[own..=own])
}

/// The kinds of a language; `None` if it has no grammar, and so no tokens.
pub fn of(language: Language) -> Option<&'static Symbols> {
    static TABLES: OnceLock<BTreeMap<Language, OnceLock<Option<Symbols>>>> = OnceLock::new();
    let tables =
        TABLES.get_or_init(|| Language::ALL.iter().map(|language| (*language, OnceLock::new())).collect());
    tables.get(&language)?.get_or_init(|| table(language)).as_ref()
}

/// For each code of a family, a hash of the kind's name.
pub fn names(family: u8) -> &'static [u64] {
    let member = Language::ALL.iter().find(|language| **language as u8 == family);
    member.and_then(|language| of(*language)).map_or(&[], |symbols| &symbols.names)
}

/// Not a secret hash: it is the same in every run.
fn number_of(name: &str, named: bool) -> u64 {
    name.bytes().fold(u64::from(named), |number, byte| mix(number ^ u64::from(byte)))
}

fn table(language: Language) -> Option<Symbols> {
    let mut names = Vec::new();
    let mut codes: HashMap<(&'static str, bool), u16> = HashMap::default();
    let mut own = None;
    for member in family(language) {
        let Some(table) = member.grammar() else { continue };
        let grammar = (table.language)();
        let kinds = (0..grammar.node_kind_count() as u16).map(|number| {
            let name = grammar.node_kind_for_id(number).unwrap_or_default();
            let named = grammar.node_kind_is_named(number);
            let next = codes.len() as u16;
            let code = *codes.entry((name, named)).or_insert_with(|| {
                names.push(number_of(name, named));
                next
            });
            let role = match named {
                true if table.identifiers.contains(&name) => Role::Name,
                true => Role::Literal,
                false => role_of_sign(name),
            };
            Kind { code, role }
        });
        let kinds = kinds.collect();
        if *member == language {
            own = Some(kinds);
        }
    }
    let family = family(language)[0] as u8;
    own.map(|kinds| Symbols { family, kinds, names })
}

fn role_of_sign(name: &str) -> Role {
    match name {
        "(" | "[" | "{" | "${" | "#(" | "$(" => Role::Open,
        ")" | "]" | "}" => Role::Close,
        ";" => Role::Semicolon,
        _ => Role::Sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_of_one_name_have_one_code_in_a_family() {
        let code = |language: Language, name: &str, named: bool| {
            let grammar = (language.grammar().expect("it has a grammar").language)();
            let number = grammar.id_for_node_kind(name, named);
            of(language).expect("it has kinds").kind(number).code
        };
        for (name, named) in
            [("identifier", true), ("property_identifier", true), ("=>", false), ("(", false)]
        {
            let javascript = code(Language::JavaScript, name, named);
            assert_eq!(code(Language::TypeScript, name, named), javascript, "{name}");
            assert_eq!(code(Language::Tsx, name, named), javascript, "{name}");
        }
        assert_eq!(
            code(Language::C, "field_identifier", true),
            code(Language::Cpp, "field_identifier", true)
        );
        assert_ne!(code(Language::C, "identifier", true), code(Language::C, "type_identifier", true));
    }

    #[test]
    fn languages_of_different_families_are_kept_apart() {
        let family = |language| of(language).expect("it has kinds").family;
        assert_eq!(family(Language::Tsx), family(Language::JavaScript));
        assert_ne!(family(Language::Java), family(Language::JavaScript));
    }
}
