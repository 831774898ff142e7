//! Names that are keywords elsewhere.

use crate::language::rough::{Partners, Tokens};

/// Words that the grammar prefers to read as keywords: modifiers and the like, which may also be names.
const SOFT: &[&[u8]] = &[
    b"abstract",
    b"actual",
    b"annotation",
    b"by",
    b"companion",
    b"const",
    b"crossinline",
    b"data",
    b"dynamic",
    b"enum",
    b"expect",
    b"external",
    b"final",
    b"get",
    b"infix",
    b"init",
    b"inline",
    b"inner",
    b"internal",
    b"lateinit",
    b"noinline",
    b"open",
    b"operator",
    b"out",
    b"override",
    b"private",
    b"protected",
    b"public",
    b"reified",
    b"sealed",
    b"set",
    b"tailrec",
    b"value",
    b"vararg",
    b"where",
];

/// Words with which the grammar's scanner continues the line above. It reads letters only: `in1` is `in` to it.
const GO_ON: &[&[u8]] =
    &[b"else", b"in", b"instanceof", b"get", b"set", b"constructor", b"by", b"as", b"where"];

/// Operators that are words: they come after an operand.
const OPERATORS: &[&[u8]] = &[
    b"is", b"as", b"in", b"to", b"or", b"and", b"xor", b"shl", b"shr", b"ushr", b"until", b"downTo", b"step",
];

/// True for a name that the grammar would misread.
pub(super) fn is_name(tokens: &Tokens<'_>, partners: &Partners, index: usize) -> bool {
    let word = tokens.text(index);
    if word == b"suspend" {
        return is_suspend(tokens, partners, index);
    }
    if tokens.is_first(index) && goes_on(word) {
        return true;
    }
    match tokens.before(index) {
        // `@get:A`; after a dot the grammar knows no keywords.
        b"@" | b"." | b"?." | b"::" => false,
        b"fun" | b"val" | b"var" | b"class" | b"object" | b"interface" => {
            SOFT.contains(&word) && !matches!(tokens.text(index + 1), b"class" | b"interface" | b"fun")
        }
        _ => word == b"dynamic" || SOFT.contains(&word) && is_operand(tokens, index, word),
    }
}

/// True for a longer word that begins like one of [`GO_ON`].
fn goes_on(word: &[u8]) -> bool {
    let letters = word.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    letters < word.len() && GO_ON.contains(&&word[..letters]) || word == b"instanceof"
}

/// True if the following token shows that the word before it is a name.
fn is_operand(tokens: &Tokens<'_>, index: usize, word: &[u8]) -> bool {
    let next = tokens.text(index + 1);
    let before = tokens.before(index);
    let in_angles = matches!(before, b"<" | b",");
    match next {
        b"." | b"?." | b")" | b"," | b"]" | b":" | b"::" | b"}" | b";" | b"?" | b"=" | b"->" => true,
        // Modifiers may be on a line above their declaration.
        _ if tokens.is_first(index + 1) => false,
        b"(" => word != b"by" && !(in_angles && word == b"out"),
        b"{" => !matches!(word, b"by" | b"init" | b"companion"),
        b"[" | b"<" | b">" | b"/" | b"%" | b"&" | b"|" => true,
        b"+" | b"-" => word != b"by",
        b"!" => word != b"by" && matches!(tokens.text(index + 2), b"=" | b"in" | b"is" | b"!"),
        b"*" => !(in_angles && word == b"out") && word != b"vararg",
        _ => OPERATORS.contains(&next) && !matches!(word, b"by" | b"out" | b"where"),
    }
}

/// `suspend` as the name of a function or a value, not as a modifier.
fn is_suspend(tokens: &Tokens<'_>, partners: &Partners, index: usize) -> bool {
    let before = tokens.before(index);
    match tokens.text(index + 1) {
        b"(" => {
            matches!(before, b"fun" | b"." | b"?." | b">" | b"}" | b"{" | b";" | b"=")
                || tokens.all[index].first
                // `if (suspend(a))`, but not a type in brackets.
                || before == b"(" && partners.of(index + 1).is_some_and(|end| tokens.text(end + 1) == b")")
        }
        b"{" => before != b"fun",
        b"=" | b"." | b"?." | b")" | b"," | b":" | b"<" | b"}" => true,
        _ => false,
    }
}
