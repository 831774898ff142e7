//! TypeScript.

pub(super) mod gaps;

use super::grammar::{Grammar, Kinds, Site};
use super::javascript;
use super::registry::{LanguageSpec, Syntax};
use crate::model::DefinitionKind as D;

pub(super) const SPEC: LanguageSpec = LanguageSpec {
    name: "TypeScript",
    id: "typescript",
    extensions: &["ts", "mts", "cts"],
    file_names: &[],
    interpreters: &["ts-node", "deno", "tsx", "bun"],
    syntax: Syntax::Tree(&GRAMMAR),
};

static GRAMMAR: Grammar =
    Grammar { language: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), ..SHARED };

/// Statements that TypeScript adds, and those of JavaScript.
const STATEMENTS: Kinds = &[
    "expression_statement",
    "lexical_declaration",
    "variable_declaration",
    "return_statement",
    "throw_statement",
    "if_statement",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "do_statement",
    "switch_statement",
    "break_statement",
    "continue_statement",
    "try_statement",
    "debugger_statement",
    "labeled_statement",
    "import_statement",
    "export_statement",
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "abstract_class_declaration",
    "interface_declaration",
    "type_alias_declaration",
    "enum_declaration",
    "internal_module",
    "method_definition",
    "public_field_definition",
];

/// What TypeScript and TSX share.
pub(super) const SHARED: Grammar = Grammar {
    scopes: &[
        ("class_declaration", D::Class),
        ("abstract_class_declaration", D::Class),
        ("class", D::Class),
        ("interface_declaration", D::Interface),
        ("enum_declaration", D::Enum),
        ("internal_module", D::Module),
        ("module", D::Module),
        ("batuta:global", D::Module),
    ],
    dynamic: &[
        "variable_declarator",
        "export_statement",
        "call_expression",
        "ambient_declaration",
        "literal_type",
    ],
    classify: |site| match site.node.kind() {
        "ambient_declaration" if is_global(site) => "batuta:global",
        "literal_type" if is_path_of_import(site) => "batuta:import",
        _ => (javascript::SHARED.classify)(site),
    },
    definitions: &[
        ("batuta:constant", D::Constant),
        ("type_alias_declaration", D::Type),
        ("function_signature", D::Function),
        ("abstract_method_signature", D::Method),
        ("method_signature", D::Method),
    ],
    identifiers: &[
        "identifier",
        "type_identifier",
        "property_identifier",
        "private_property_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "statement_identifier",
    ],
    statements: STATEMENTS,
    qualifiers: &[".", "?."],
    type_arguments: &["type_arguments"],
    bases: &["class_heritage", "extends_type_clause"],
    import_statement: |site| match site.node.kind() {
        "literal_type" => None,
        _ => (javascript::SHARED.import_statement)(site),
    },
    ..javascript::SHARED
};

/// `declare global { … }`: its contents are added to the global scope of all files.
fn is_global(site: &Site<'_, '_>) -> bool {
    let mut cursor = site.node.walk();
    site.node.children(&mut cursor).any(|child| child.kind() == "global")
}

/// The path of an `import()` in type arguments; the rest was left out for the grammar (`gaps`).
fn is_path_of_import(site: &Site<'_, '_>) -> bool {
    let before = site.source[..site.node.start_byte()].trim_ascii_end();
    let before = before.strip_suffix(b"(").map(<[u8]>::trim_ascii_end);
    before.is_some_and(|before| before.ends_with(b"import"))
}
