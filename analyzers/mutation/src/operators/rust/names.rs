//! Names of functions and types, written as cargo-mutants writes them, so that its patterns work here too.

use super::super::rule::Site;
use tree_sitter::Node;

/// The modules, traits, types and functions around a function and its own name: `<impl Display for Sum>::fmt`.
pub(super) fn function_name(site: &Site<'_, '_>) -> String {
    let around = site.ancestors.iter().chain(std::iter::once(&site.node));
    let parts: Vec<String> = around.filter_map(|node| scope_name(site, *node)).collect();
    parts.join("::")
}

fn scope_name(site: &Site<'_, '_>, node: Node<'_>) -> Option<String> {
    let text = |field| node.child_by_field_name(field).map(|child| site.text(child));
    match node.kind() {
        "mod_item" => text("name").map(|name| name.trim_start_matches("r#").to_owned()),
        "trait_item" | "function_item" => text("name").map(str::to_owned),
        "impl_item" => {
            let type_name = pretty(text("type")?);
            Some(match text("trait") {
                Some(name) => format!("<impl {} for {type_name}>", pretty(name)),
                None => type_name,
            })
        }
        _ => None,
    }
}

/// Rust text on one line with canonical spacing: blanks only after `,`, `;` and `->`, between words, and around `=` and
/// `|`. Comments are dropped.
pub(super) fn pretty(text: &str) -> String {
    let tokens = tokens(text);
    let mut out = String::with_capacity(text.len());
    for (at, token) in tokens.iter().enumerate() {
        let last_of_group = tokens.get(at + 1).is_none_or(|next| matches!(next.text, ")" | "]" | "}"));
        match token.kind {
            Kind::Word => {
                if out.ends_with(['=', '|']) || out.ends_with("=>") {
                    out.push(' ');
                }
                out.push_str(token.text);
                let next = tokens.get(at + 1).filter(|_| !last_of_group);
                let blank = match next {
                    Some(next) if next.kind == Kind::Word => true,
                    Some(next) if next.kind == Kind::Sign => !",;<>:.!".contains(next.text),
                    _ => false,
                };
                if blank {
                    out.push(' ');
                }
            }
            Kind::Sign => {
                if token.text == "|" && !out.is_empty() && !out.ends_with([' ', '|']) {
                    out.push(' ');
                }
                out.push_str(token.text);
                if !last_of_group && (out.ends_with("->") || matches!(token.text, "," | ";")) {
                    out.push(' ');
                }
            }
            Kind::Bracket => out.push_str(token.text),
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Sign,
    Bracket,
}

struct Token<'s> {
    kind: Kind,
    text: &'s str,
}

/// Words (names, numbers, strings, characters), brackets, and single characters for everything else.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '/' if rest.starts_with("//") => {
                rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start();
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest.split_once("*/").map_or("", |(_, after)| after).trim_start();
                continue;
            }
            '"' => (Kind::Word, quoted_length(rest, '"')),
            '\'' if is_character(rest) => (Kind::Word, quoted_length(rest, '\'')),
            '(' | ')' | '[' | ']' | '{' | '}' => (Kind::Bracket, 1),
            c if c.is_alphanumeric() || c == '_' => (Kind::Word, word_length(rest)),
            c => (Kind::Sign, c.len_utf8()),
        };
        tokens.push(Token { kind, text: &rest[..length] });
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Length of a name, a number, or a literal with a prefix such as `b'a'` and `c"text"`.
fn word_length(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (prefix, rest) = text.split_at(end);
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) if matches!(prefix, "b" | "c" | "r" | "br" | "cr") => {
            end + quoted_length(rest, quote)
        }
        _ => end,
    }
}

/// True for `'a'` and `'\n'`, false for the lifetime `'a`.
fn is_character(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    chars.next() == Some('\\') || chars.next() == Some('\'')
}

fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::pretty;

    /// The output of cargo-mutants for these types.
    #[test]
    fn spacing_is_that_of_cargo_mutants() {
        let cases = [
            ("Result < Vec<u8>,Error >", "Result<Vec<u8>, Error>"),
            ("&'a str", "&'a str"),
            ("&mut  [u8;4]", "&mut[u8; 4]"),
            ("impl Iterator<Item=u32>", "impl Iterator<Item = u32>"),
            ("(A,B)", "(A, B)"),
            ("Some(1|2)", "Some(1 | 2)"),
            ("b'\\\\'|b' '", "b'\\\\' | b' '"),
        ];
        for (text, expected) in cases {
            assert_eq!(pretty(text), expected);
        }
    }
}
