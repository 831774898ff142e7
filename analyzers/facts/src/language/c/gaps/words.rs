//! Keywords of C and C++.

/// Words that are a type, or part of a type's name.
pub(super) const BASIC_TYPES: &[&[u8]] =
    &[b"unsigned", b"signed", b"int", b"long", b"short", b"char", b"float", b"double", b"void", b"bool"];
/// Words that only form a type together with another word.
const QUALIFIERS: &[&[u8]] = &[b"struct", b"union", b"enum", b"const", b"volatile"];
/// Keywords that are not part of a type.
const OTHERS: &[&[u8]] = &[
    b"auto",
    b"class",
    b"static",
    b"inline",
    b"extern",
    b"register",
    b"typedef",
    b"virtual",
    b"explicit",
    b"friend",
    b"constexpr",
    b"mutable",
    b"template",
    b"typename",
    b"using",
    b"namespace",
    b"public",
    b"private",
    b"protected",
    b"operator",
    b"return",
    b"goto",
    b"else",
    b"case",
    b"new",
    b"delete",
    b"throw",
    b"noexcept",
    b"override",
    b"final",
    b"try",
    b"requires",
    b"export",
    b"module",
    b"import",
    b"default",
    b"sizeof",
    b"if",
    b"for",
    b"while",
    b"do",
    b"switch",
    b"concept",
    b"typeof",
    b"asm",
    b"consteval",
    b"constinit",
    b"thread_local",
];

/// True for a word that may begin the name of a type.
pub(super) fn names_type(word: &[u8]) -> bool {
    BASIC_TYPES.contains(&word) || QUALIFIERS.contains(&word)
}

/// True for a word that cannot be the name of a macro.
pub(super) fn is_keyword(word: &[u8]) -> bool {
    names_type(word) || OTHERS.contains(&word)
}
