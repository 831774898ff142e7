//! Parameters and their types, from a definition's signature.

use super::rules::{Parameters, Rules};

/// A parameter, and the last name of its type: none where it says none, empty where that is no named type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameter<'s> {
    pub name: &'s str,
    pub type_name: Option<&'s str>,
}

/// Words before a name or a type that are neither.
const MODIFIERS: &[&str] = &[
    "mut",
    "ref",
    "const",
    "final",
    "readonly",
    "private",
    "public",
    "protected",
    "override",
    "dyn",
    "impl",
    "struct",
    "enum",
    "class",
    "union",
    "unsigned",
    "signed",
    "volatile",
    "val",
    "var",
    "vararg",
    "inout",
    "out",
    "in",
    "this",
    "register",
    "static",
    "late",
    "required",
    "covariant",
    "memory",
    "calldata",
    "storage",
    "restrict",
];

/// The parameters that a signature declares, a receiver among them.
pub(super) fn parameters<'s>(rules: &Rules, signature: &'s str, name: &str) -> Vec<Parameter<'s>> {
    let mut found = Vec::new();
    match rules.parameters {
        Parameters::None => {}
        Parameters::NameType => {
            let head = signature.trim_start_matches("func").trim_start();
            if head.starts_with('(') {
                name_type(rules, inside(head), &mut found);
            }
            if let Some(list) = list_after(signature, name) {
                name_type(rules, list, &mut found);
            }
        }
        style => {
            let list = list_after(signature, name).or_else(|| arrow(signature));
            for piece in list.into_iter().flat_map(split) {
                if style == Parameters::TypeName {
                    type_name_pair(rules, piece, &mut found);
                } else {
                    name_colon_type(rules, piece, &mut found);
                }
            }
        }
    }
    found
}

/// The names between the angle brackets of a signature: type parameters, of which nothing is known.
pub(super) fn is_type_parameter(signature: &str, name: &str) -> bool {
    let brackets = [('<', '>'), ('[', ']')];
    brackets.iter().any(|(open, close)| {
        let inside = signature.split_once(*open).and_then(|(_, after)| after.split(*close).next());
        inside.is_some_and(|inside| words(inside).any(|word| word == name))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

/// What stands between the parenthesis that `text` starts with and the one that closes it (or the end).
fn inside(text: &str) -> &str {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return &text[1..at];
                }
            }
            _ => {}
        }
    }
    text.get(1..).unwrap_or_default()
}

/// The parameter list after a function's name and its type parameters.
fn list_after<'s>(signature: &'s str, name: &str) -> Option<&'s str> {
    if name.is_empty() {
        return None;
    }
    for (at, _) in signature.match_indices(name) {
        let after = &signature[at + name.len()..];
        if signature[..at].ends_with(is_word) || after.starts_with(is_word) {
            continue;
        }
        let mut rest = after.trim_start_matches(['?', '!']).trim_start();
        if rest.starts_with('<') || rest.starts_with('[') {
            rest = after_brackets(rest).trim_start();
        }
        if rest.starts_with('(') {
            return Some(inside(rest));
        }
    }
    None
}

/// What follows the type parameters that `text` starts with.
fn after_brackets(text: &str) -> &str {
    let mut depth = 0usize;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' | '[' | '(' => depth += 1,
            '>' if matches!(previous, '-' | '=') => {}
            '>' | ']' | ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return &text[at + 1..];
                }
            }
            _ => {}
        }
        previous = c;
    }
    ""
}

/// The parameters of a function without a name: `(a, b) =>`, `async a =>`, `function (a)`.
fn arrow(signature: &str) -> Option<&str> {
    let text = signature.trim_start();
    let text = text.strip_prefix("async").unwrap_or(text).trim_start();
    let text = text.strip_prefix("function").unwrap_or(text).trim_start_matches(['*', ' ']);
    if text.starts_with('(') {
        return Some(inside(text));
    }
    let (name, _) = text.split_once("=>")?;
    let name = name.trim();
    name.chars().all(is_word).then_some(name)
}

/// The pieces between commas that stand in no brackets.
fn split(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0i32;
    let mut previous = ' ';
    list.split(move |c: char| {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if matches!(previous, '-' | '=') => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        previous = c;
        c == ',' && depth <= 0
    })
    .map(str::trim)
    .filter(|piece| !piece.is_empty())
}

/// The piece without its default value.
fn without_default(piece: &str) -> &str {
    let mut depth = 0i32;
    let mut previous = ' ';
    for (at, c) in piece.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            '=' if depth == 0 && !piece[at + 1..].starts_with('>') && previous != '=' => {
                return piece[..at].trim_end();
            }
            _ => {}
        }
        previous = c;
    }
    piece
}

fn name_colon_type<'s>(rules: &Rules, piece: &'s str, found: &mut Vec<Parameter<'s>>) {
    let piece = without_default(piece);
    if piece.starts_with(['{', '[', '(']) {
        // Destructured: every name inside may be bound; those before a colon are not, which costs little.
        let names = words(inside(piece)).filter(|word| !MODIFIERS.contains(word));
        found.extend(names.map(|name| Parameter { name, type_name: None }));
        return;
    }
    let (names, of) = match piece.split_once(':') {
        Some((names, of)) => (names, Some(of)),
        None => (piece, None),
    };
    if let Some(name) = words(names).filter(|word| !MODIFIERS.contains(word)).last() {
        found.push(Parameter { name, type_name: of.map(|of| type_name(rules, of)) });
    }
}

fn type_name_pair<'s>(rules: &Rules, piece: &'s str, found: &mut Vec<Parameter<'s>>) {
    let piece = without_default(piece).trim_end();
    // `int xs[10]`: the name stands before the brackets; `int[] xs`: behind them.
    let before_array = match piece.strip_suffix(']') {
        Some(array) => array.split('[').next().unwrap_or(piece).trim_end(),
        None => piece,
    };
    let start = before_array
        .rfind(|c: char| !is_word(c))
        .map_or(0, |at| at + before_array[at..].chars().next().map_or(1, char::len_utf8));
    let name = before_array[start..].trim_start_matches('$');
    let of = before_array[..start].trim();
    if !name.is_empty() && words(of).any(|word| !MODIFIERS.contains(&word)) {
        found.push(Parameter { name, type_name: Some(type_name(rules, of)) });
    } else if !name.is_empty() && piece.starts_with('$') {
        found.push(Parameter { name, type_name: None });
    }
}

/// `a, b int`: a name without a type has that of the next.
fn name_type<'s>(rules: &Rules, list: &'s str, found: &mut Vec<Parameter<'s>>) {
    let first = found.len();
    for piece in split(list) {
        match piece.split_once(char::is_whitespace) {
            Some((name, of)) => {
                let type_name = Some(type_name(rules, of));
                for earlier in found[first..].iter_mut().rev().take_while(|p| p.type_name.is_none()) {
                    earlier.type_name = type_name;
                }
                found.push(Parameter { name, type_name });
            }
            None => found.push(Parameter { name: piece, type_name: None }),
        }
    }
}

/// The last name of a type (`C` of `&a::b::C<D>`); that of the content for what lends its members (`D` of `Box<D>`). Empty
/// for arrays, functions, tuples.
pub(super) fn type_name<'s>(rules: &Rules, text: &'s str) -> &'s str {
    let mut text = text.trim().trim_matches(['"', '\'']);
    loop {
        text = text.trim_start_matches(['&', '*', '?', '!', '@']).trim_start();
        if let Some(lifetime) = text.strip_prefix('\'') {
            text = lifetime.trim_start_matches(is_word).trim_start();
            continue;
        }
        let end = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
        let word = &text[..end];
        if MODIFIERS.contains(&word)
            || matches!(word, "None" | "null" | "undefined") && text[end..].contains('|')
        {
            text = text[end..].trim_start().trim_start_matches('|').trim_start();
            continue;
        }
        break;
    }
    let mut last = "";
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        if end == 0 {
            return last;
        }
        last = &rest[..end];
        rest = &rest[end..];
        match rest.strip_prefix("::").or_else(|| rest.strip_prefix('.')) {
            Some(next) if next.starts_with(is_word) => rest = next,
            _ => break,
        }
    }
    let rest = rest.trim_start();
    match rest.chars().next() {
        Some('<' | '[') if rules.wrappers.contains(&last) => type_name(rules, &rest[1..]),
        Some('[') if rest.starts_with("[]") => "",
        _ => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::rules;
    use facts::language::Language;

    fn read(language: Language, signature: &str, name: &str) -> Vec<String> {
        let rules = rules::of(language).expect("a language with a grammar");
        let shown = |p: Parameter<'_>| match p.type_name {
            Some(of) => format!("{}: {of}", p.name),
            None => p.name.to_owned(),
        };
        parameters(rules, signature, name).into_iter().map(shown).collect()
    }

    #[test]
    fn parameters_have_the_last_name_of_their_type() {
        let rust =
            "pub fn run<T: Fn(u8) -> u8>(&self, a: &'a mut b::Tree<T>, c: Box<dyn Shape>, d: &[u8]) -> Out";
        assert_eq!(read(Language::Rust, rust, "run"), ["self", "a: Tree", "c: Shape", "d: "]);
        let python = "def f(self, a: Optional[Foo] = None, *args, b: \"Bar\", c=1, d: x.Y | None = None)";
        assert_eq!(read(Language::Python, python, "f"), ["self", "a: Foo", "args", "b: Bar", "c", "d: Y"]);
        let go = "func (s *Server) Handle(w http.ResponseWriter, a, b int, fs ...Option) error";
        assert_eq!(
            read(Language::Go, go, "Handle"),
            ["s: Server", "w: ResponseWriter", "a: int", "b: int", "fs: "]
        );
        let java = "public <T> void put(final Map<String, List<T>> map, int[] xs, a.b.Foo foo)";
        assert_eq!(read(Language::Java, java, "put"), ["map: Map", "xs: ", "foo: Foo"]);
        assert_eq!(read(Language::C, "int sum(struct list *l, int xs[10])", "sum"), ["l: list", "xs: int"]);
        let cpp = "void A::f(const std::unique_ptr<Shape>& s, Foo *foo, unsigned n = 1)";
        assert_eq!(read(Language::Cpp, cpp, "f"), ["s: Shape", "foo: Foo"]);
        let script = "method(private a: Foo, { b, c }: Props, d?: X | null, e = 3)";
        assert_eq!(read(Language::TypeScript, script, "method"), ["a: Foo", "b", "c", "d: X", "e"]);
        assert_eq!(read(Language::JavaScript, "(req, res) =>", "handler"), ["req", "res"]);
        assert_eq!(read(Language::JavaScript, "async x =>", "handler"), ["x"]);
    }

    #[test]
    fn broken_signatures_give_what_they_hold() {
        assert_eq!(read(Language::Rust, "fn f(a: Vec<", "f"), ["a: Vec"]);
        assert_eq!(read(Language::Rust, "fn f", "f"), [""; 0]);
        assert_eq!(read(Language::Go, "func (", "f"), [""; 0]);
        assert_eq!(read(Language::Java, ")(", "f"), [""; 0]);
    }
}
