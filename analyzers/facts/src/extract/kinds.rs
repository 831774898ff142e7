//! A [`Grammar`] table resolved to numbers: one lookup per node during the walk.

use crate::hash::HashMap;
use crate::language::{Grammar, Kinds, Language};
use crate::model::DefinitionKind;
use std::sync::OnceLock;

/// How a node affects the structure of a function. A node has at most one of these roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Role {
    #[default]
    None,
    Function,
    Lambda,
    Scope,
    NameScope,
    Definition,
    If,
    ElseIf,
    Else,
    Loop,
    ComprehensionLoop,
    ComprehensionIf,
    Switch,
    Case,
    DefaultCase,
    Guard,
    Catch,
    Ternary,
    Binary,
    Jump,
    Goto,
}

/// How a node counts as text. Leaves without an entry are operands if named, operators if not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Text {
    #[default]
    Plain,
    Comment,
    Identifier,
    /// A string or character literal; its contents do not matter.
    Opaque,
    /// An operator or keyword that is a named node.
    Operator,
    /// The second half of a pair of brackets or quotes.
    Closer,
}

/// Further properties, as bits of [`KindInfo::flags`].
pub(super) mod flag {
    pub const STATEMENT: u32 = 1;
    pub const ASSIGNMENT: u32 = 1 << 1;
    pub const CALL: u32 = 1 << 2;
    pub const IMPORT: u32 = 1 << 3;
    pub const EXIT: u32 = 1 << 4;
    pub const PROPAGATION: u32 = 1 << 5;
    pub const ATTRIBUTE: u32 = 1 << 6;
    pub const PARENTHESES: u32 = 1 << 7;
    pub const LABEL: u32 = 1 << 8;
    pub const DYNAMIC: u32 = 1 << 9;
    pub const COMPARISON: u32 = 1 << 10;
    pub const ELSE_KEYWORD: u32 = 1 << 11;
    pub const LOGICAL_OPERATOR: u32 = 1 << 12;
    pub const ELSE_WRAPPER: u32 = 1 << 13;
    pub const BLOCK: u32 = 1 << 14;
    pub const MEMBER_ACCESS: u32 = 1 << 15;
    pub const COALESCING_OPERATOR: u32 = 1 << 16;
    /// The text before it qualifies the name after it (`.`, `::`).
    pub const QUALIFIER: u32 = 1 << 17;
    /// A qualifier that, with nothing before it, means the outermost scope.
    pub const ROOT_QUALIFIER: u32 = 1 << 18;
    /// Changes nothing between a name and its qualifier sign (`?` of `a?.b`).
    pub const TRANSPARENT: u32 = 1 << 19;
    /// A keyword that stands for an object (`this`, in grammars without a node for it).
    pub const OBJECT_KEYWORD: u32 = 1 << 20;
    pub const TYPE_ARGUMENTS: u32 = 1 << 21;
    pub const TOKEN_TREE: u32 = 1 << 22;
    pub const RAW_CODE: u32 = 1 << 23;
    pub const NAMING_STRINGS: u32 = 1 << 24;
    pub const MENTIONS: u32 = 1 << 25;
    pub const MENTIONS_END: u32 = 1 << 26;
    pub const ATTRIBUTE_HOLDER: u32 = 1 << 27;
    pub const BASES: u32 = 1 << 28;
    pub const PACKAGE: u32 = 1 << 29;
}

/// Everything the walk needs to know about a node kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KindInfo {
    pub role: Role,
    pub text: Text,
    pub flags: u32,
    pub definition: Option<DefinitionKind>,
    pub named: bool,
}

impl KindInfo {
    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
}

/// The resolved table of one language.
pub(super) struct KindTable {
    pub language: Language,
    pub grammar: &'static Grammar,
    pub parser_language: tree_sitter::Language,
    by_id: Vec<KindInfo>,
    by_name: HashMap<&'static str, KindInfo>,
    by_sign: HashMap<&'static str, KindInfo>,
    pub condition_field: Option<u16>,
    /// Fields of a call that may hold the callee, in order of preference.
    pub callee_fields: Vec<u16>,
    /// Fields of a callee that may hold its name, in order of preference.
    pub called_name_fields: Vec<u16>,
    /// The right operand of an operator.
    pub right_field: Option<u16>,
    pub operator_field: Option<u16>,
}

const CALLED_NAME_FIELDS: Kinds =
    &["name", "field", "property", "attribute", "member", "method", "suffix", "function"];

/// Looking up a field by name searches all names of the grammar.
fn field_ids(language: &tree_sitter::Language, names: &[&str]) -> Vec<u16> {
    names.iter().filter_map(|name| language.field_id_for_name(name)).map(u16::from).collect()
}

static TABLES: [OnceLock<KindTable>; 64] = [const { OnceLock::new() }; 64];

impl KindTable {
    /// The table of a language, built on first use; `None` for languages without a grammar.
    pub fn of(language: Language) -> Option<&'static KindTable> {
        let grammar = language.grammar()?;
        Some(TABLES[language as usize].get_or_init(|| KindTable::new(language, grammar)))
    }

    fn new(language: Language, grammar: &'static Grammar) -> KindTable {
        let parser_language = (grammar.language)();
        let by_name = named_kinds(grammar);
        let anonymous = anonymous_kinds(grammar);
        let count = parser_language.node_kind_count();
        let mut by_id = Vec::with_capacity(count + 1);
        for id in 0..count as u16 {
            let name = parser_language.node_kind_for_id(id).unwrap_or_default();
            let named = parser_language.node_kind_is_named(id);
            let source = if named { &by_name } else { &anonymous };
            let mut info = source.get(name).copied().unwrap_or_default();
            info.named = named;
            by_id.push(info);
        }
        KindTable {
            grammar,
            condition_field: parser_language.field_id_for_name("condition").map(u16::from),
            callee_fields: field_ids(&parser_language, &[grammar.callee_field, "name", "method", "type"]),
            called_name_fields: field_ids(&parser_language, CALLED_NAME_FIELDS),
            right_field: parser_language.field_id_for_name("rhs").map(u16::from),
            operator_field: parser_language.field_id_for_name("operator").map(u16::from),
            language,
            parser_language,
            by_id,
            by_name,
            by_sign: anonymous,
        }
    }

    /// The properties of a node kind. Error nodes (whose id is outside the table) have no role.
    pub fn info(&self, kind_id: u16) -> KindInfo {
        self.by_id.get(kind_id as usize).copied().unwrap_or(KindInfo { named: true, ..KindInfo::default() })
    }

    /// The properties of an operator or keyword, by its spelling.
    pub fn info_of_sign(&self, text: &[u8]) -> KindInfo {
        std::str::from_utf8(text).ok().and_then(|sign| self.by_sign.get(sign)).copied().unwrap_or_default()
    }

    /// The role of the kind that a dynamic node was classified as.
    pub fn info_of_name(&self, kind: &str) -> KindInfo {
        let mut info = self.by_name.get(kind).copied().unwrap_or_default();
        info.named = true;
        info.flags &= !flag::DYNAMIC;
        info
    }
}

/// Every list of a grammar with the role it gives.
pub(super) fn roles(grammar: &Grammar) -> [(Kinds, Role); 18] {
    [
        (grammar.functions, Role::Function),
        (grammar.lambdas, Role::Lambda),
        (grammar.name_scopes, Role::NameScope),
        (grammar.ifs, Role::If),
        (grammar.else_ifs, Role::ElseIf),
        (grammar.elses, Role::Else),
        (grammar.loops, Role::Loop),
        (grammar.comprehension_loops, Role::ComprehensionLoop),
        (grammar.comprehension_ifs, Role::ComprehensionIf),
        (grammar.switches, Role::Switch),
        (grammar.cases, Role::Case),
        (grammar.default_cases, Role::DefaultCase),
        (grammar.guards, Role::Guard),
        (grammar.catches, Role::Catch),
        (grammar.ternaries, Role::Ternary),
        (grammar.binaries, Role::Binary),
        (grammar.jumps, Role::Jump),
        (grammar.gotos, Role::Goto),
    ]
}

/// Every list of a grammar with the flag it sets.
pub(super) fn flags(grammar: &Grammar) -> [(Kinds, u32); 24] {
    [
        (grammar.statements, flag::STATEMENT),
        (grammar.assignments, flag::ASSIGNMENT),
        (grammar.calls, flag::CALL),
        (grammar.imports, flag::IMPORT),
        (grammar.exits, flag::EXIT),
        (grammar.propagations, flag::PROPAGATION),
        (grammar.attributes, flag::ATTRIBUTE),
        (grammar.parentheses, flag::PARENTHESES),
        (grammar.labels, flag::LABEL),
        (grammar.dynamic, flag::DYNAMIC),
        (grammar.else_wrappers, flag::ELSE_WRAPPER),
        (grammar.blocks, flag::BLOCK),
        (grammar.member_accesses, flag::MEMBER_ACCESS),
        (grammar.type_arguments, flag::TYPE_ARGUMENTS),
        (grammar.token_trees, flag::TOKEN_TREE),
        (grammar.raw_code, flag::RAW_CODE),
        (grammar.naming_strings, flag::NAMING_STRINGS),
        (grammar.attributes, flag::NAMING_STRINGS),
        (grammar.imports, flag::MENTIONS),
        (grammar.mentions, flag::MENTIONS),
        (grammar.mentions_end, flag::MENTIONS_END),
        (grammar.attribute_holders, flag::ATTRIBUTE_HOLDER),
        (grammar.bases, flag::BASES),
        (grammar.packages, flag::PACKAGE),
    ]
}

/// Every list of a grammar with the kind of text it marks.
pub(super) fn texts(grammar: &Grammar) -> [(Kinds, Text); 4] {
    [
        (grammar.comments, Text::Comment),
        (grammar.identifiers, Text::Identifier),
        (grammar.strings, Text::Opaque),
        (grammar.operators, Text::Operator),
    ]
}

fn named_kinds(grammar: &'static Grammar) -> HashMap<&'static str, KindInfo> {
    let mut kinds: HashMap<&'static str, KindInfo> = HashMap::default();
    for (names, role) in roles(grammar) {
        for name in names {
            kinds.entry(name).or_default().role = role;
        }
    }
    for (names, flag) in flags(grammar) {
        for name in names {
            kinds.entry(name).or_default().flags |= flag;
        }
    }
    for (names, text) in texts(grammar) {
        for name in names {
            kinds.entry(name).or_default().text = text;
        }
    }
    for name in grammar.qualifiers.iter().filter(|name| name.starts_with(|c: char| c.is_alphabetic())) {
        kinds.entry(name).or_default().flags |= flag::QUALIFIER;
    }
    for (list, role) in [(grammar.scopes, Role::Scope), (grammar.definitions, Role::Definition)] {
        for (name, definition) in list {
            let info = kinds.entry(name).or_default();
            info.role = role;
            info.definition = Some(*definition);
        }
    }
    kinds
}

fn anonymous_kinds(grammar: &'static Grammar) -> HashMap<&'static str, KindInfo> {
    let mut kinds: HashMap<&'static str, KindInfo> = HashMap::default();
    for closer in [")", "]", "}", "]]", "))", "end", "fi", "done", "esac", "*/"] {
        kinds.entry(closer).or_default().text = Text::Closer;
    }
    for comparison in
        ["==", "!=", "<", ">", "<=", ">=", "===", "!==", "/=", "~=", "=~", "!~", "<=>", "-eq", "-ne"]
    {
        kinds.entry(comparison).or_default().flags |= flag::COMPARISON;
    }
    for operator in grammar.logical_operators {
        kinds.entry(operator).or_default().flags |= flag::LOGICAL_OPERATOR;
    }
    // PHP's `?:` is two tokens; the first stands for both.
    for coalescing in ["??", "?:", "??=", "||=", "&&=", "orelse", "?"] {
        kinds.entry(coalescing).or_default().flags |= flag::COALESCING_OPERATOR;
    }
    kinds.entry("else").or_default().flags |= flag::ELSE_KEYWORD;
    for qualifier in grammar.qualifiers {
        kinds.entry(qualifier).or_default().flags |= flag::QUALIFIER;
    }
    for root in ["::", "\\"] {
        kinds.entry(root).or_default().flags |= flag::ROOT_QUALIFIER;
    }
    for transparent in ["?", "!", "!!", ">"] {
        kinds.entry(transparent).or_default().flags |= flag::TRANSPARENT;
    }
    for object in ["this", "self", "super", "base", "parent", "static"] {
        kinds.entry(object).or_default().flags |= flag::OBJECT_KEYWORD;
    }
    for (keywords, role) in [(grammar.guard_keywords, Role::Guard), (grammar.case_keywords, Role::Case)] {
        for keyword in keywords {
            kinds.entry(keyword).or_default().role = role;
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A misspelt node kind would silently measure nothing.
    #[test]
    fn every_kind_named_by_a_table_exists_in_its_grammar() {
        let mut wrong = Vec::new();
        for &language in Language::ALL {
            let Some(table) = KindTable::of(language) else { continue };
            let known: std::collections::BTreeSet<_> = (0..table.parser_language.node_kind_count() as u16)
                .filter(|id| table.parser_language.node_kind_is_named(*id))
                .filter_map(|id| table.parser_language.node_kind_for_id(id))
                .collect();
            // A dynamic node may be classified as a kind that only the table knows, written `batuta:…`.
            let unknown =
                table.by_name.keys().filter(|kind| !kind.starts_with("batuta:") && !known.contains(*kind));
            wrong.extend(unknown.map(|kind| format!("{}: {kind}", language.name())));
        }
        wrong.sort();
        assert!(wrong.is_empty(), "not in the grammar:\n{}", wrong.join("\n"));
    }
}
