//! C and C++ headers share an extension: a header is C++ if it contains something that no C compiler accepts, ignoring
//! parts for C++ compilers only (`#ifdef __cplusplus`).

use super::rough::{Habits, Tokens};
use bstr::ByteSlice;

const HABITS: Habits = Habits {
    nested_comments: false,
    triple_quotes: false,
    templates: false,
    directives: true,
    interpolation: false,
};

/// True if only C++ accepts the header.
pub(super) fn is_cpp(head: &[u8]) -> bool {
    let Some(text) = for_c(head) else { return true };
    let tokens = Tokens::of(&text, HABITS);
    let mut structure: &[u8] = b"";
    for index in 0..tokens.all.len() {
        if tokens.text(index) == b"struct" && tokens.is_word(index + 1) {
            structure = tokens.text(index + 1);
        }
        if is_cpp_at(&tokens, index) || is_constructor(&tokens, index, structure) {
            return true;
        }
    }
    gives_members_values(&tokens)
}

/// The text without the parts for C++ compilers only; none if it includes a header that C does not have: C++ headers
/// have no extension.
fn for_c(head: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(head.len());
    // For each open condition: whether it is about C++, and whether its text is for C++ only.
    let mut conditions: Vec<(bool, bool)> = Vec::new();
    for line in head.split_inclusive(|b| *b == b'\n') {
        let hidden = conditions.iter().any(|(_, hidden)| *hidden);
        let directive = line.trim_ascii_start().strip_prefix(b"#").map(<[u8]>::trim_ascii);
        let starts = |word: &str| directive.is_some_and(|directive| directive.starts_with(word.as_bytes()));
        if starts("if") {
            let about = line.contains_str("__cplusplus");
            let negated = starts("ifndef") || line.contains_str("!defined") || line.contains_str("! defined");
            conditions.push((about, about && !negated));
        } else if starts("else") || starts("elif") {
            if let Some((true, hidden)) = conditions.last_mut() {
                *hidden = !*hidden && starts("else");
            }
        } else if starts("endif") {
            conditions.pop();
        } else if !hidden && starts("include") {
            let name = directive.unwrap_or_default()["include".len()..].trim_ascii();
            let name = name.strip_prefix(b"<").and_then(|name| name.split(|b| *b == b'>').next());
            let is_word = |name: &[u8]| name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
            if name.is_some_and(|name| !name.is_empty() && is_word(name)) {
                return None;
            }
        }
        if hidden {
            text.push(b'\n');
        } else {
            text.extend_from_slice(line);
        }
    }
    Some(text)
}

/// C++ keywords are names in C, so one counts only where C allows no name.
fn is_cpp_at(tokens: &Tokens<'_>, index: usize) -> bool {
    begins_cpp(tokens, index)
        || is_member_of_cpp(tokens, index)
        || qualifies_as_cpp(tokens, index)
        || is_cpp_sign(tokens, index)
        || is_cpp_value(tokens, index)
}

/// True if a declaration begins here.
fn begins(tokens: &Tokens<'_>, index: usize) -> bool {
    matches!(tokens.before(index), b"" | b"{" | b"}" | b";" | b":" | b">" | b")")
}

/// Words that begin declarations of C++.
fn begins_cpp(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, next) = (tokens.before(index), tokens.text(index + 1));
    let word_follows = tokens.is_word(index + 1);
    let begins = begins(tokens, index);
    match tokens.text(index) {
        b"class" => word_follows && (begins || matches!(before, b"enum" | b"friend" | b"<" | b",")),
        b"namespace" => (word_follows || next == b"{") && (begins || matches!(before, b"inline" | b"using")),
        b"template" => next == b"<",
        b"using" => begins && word_follows && matches!(tokens.text(index + 2), b"=" | b"::" | b";"),
        b"extern" => next.starts_with(b"\""),
        b"struct" => word_follows && tokens.text(index + 2) == b":" && tokens.is_word(index + 3),
        _ => false,
    }
}

/// Words that come before class members in C++.
fn is_member_of_cpp(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, next) = (tokens.before(index), tokens.text(index + 1));
    let word_follows = tokens.is_word(index + 1);
    let begins = begins(tokens, index);
    match tokens.text(index) {
        b"public" | b"private" | b"protected" => {
            next == b":" && matches!(before, b"{" | b"}" | b";") || word_follows && before == b":"
        }
        b"virtual" | b"explicit" | b"mutable" | b"friend" => begins && (word_follows || next == b"~"),
        b"constexpr" | b"typename" => {
            word_follows && tokens.is_word(index + 2) && (begins || matches!(before, b"static" | b"inline"))
        }
        _ => false,
    }
}

/// Words that C++ allows after the head of a function or class, or before a value.
fn qualifies_as_cpp(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, next) = (tokens.before(index), tokens.text(index + 1));
    match tokens.text(index) {
        b"noexcept" | b"override" => before == b")" || before == b"const",
        b"final" => {
            let names = !matches!(before, b"" | b"struct" | b"union" | b"enum");
            matches!(next, b"{" | b":") && names && tokens.is_word(index - 1)
        }
        // `const A &`, `f(…) const;`, `= delete`
        b"const" if before == b")" => matches!(next, b";" | b"{" | b"=" | b"override" | b"noexcept"),
        b"const" => {
            tokens.is_word(index + 1) && tokens.text(index + 2) == b"&" && tokens.text(index + 3) != b"&"
        }
        b"delete" | b"default" => before == b"=" && next == b";",
        b"static_cast" | b"dynamic_cast" | b"reinterpret_cast" | b"const_cast" => next == b"<",
        _ => false,
    }
}

/// Operators, `::` and destructors.
fn is_cpp_sign(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, next) = (tokens.before(index), tokens.text(index + 1));
    let word_follows = tokens.is_word(index + 1);
    match tokens.text(index) {
        b"operator" => {
            index > 0 && !matches!(next, b"," | b";" | b")" | b".") && names_operator(tokens, index)
        }
        b"::" => word_follows && before != b"[" && tokens.text(index + 2) != b"]",
        b"~" => begins(tokens, index) && before != b")" && word_follows && tokens.text(index + 2) == b"(",
        _ => false,
    }
}

/// `= [](…)`, `= [&](…)`, `= int{1}`.
fn is_cpp_value(tokens: &Tokens<'_>, index: usize) -> bool {
    let next = tokens.text(index + 1);
    match tokens.text(index) {
        b"[" if tokens.before(index) == b"=" => {
            let closer = if matches!(next, b"&" | b"=") { index + 2 } else { index + 1 };
            tokens.text(closer) == b"]" && matches!(tokens.text(closer + 1), b"(" | b"{")
        }
        b"int" | b"unsigned" | b"long" | b"char" | b"bool" | b"float" | b"double" => {
            next == b"{" && matches!(tokens.before(index), b"=" | b"(" | b"," | b"return")
        }
        _ => false,
    }
}

/// The most tokens of a function's head that are looked at.
const LONGEST_HEAD: usize = 40;

/// True if a structure has a member with a value (`int a = 1;`) or a function with a body. In C a structure holds no
/// `=` outside of inner braces. Where the preprocessor chooses between two heads, braces do not match; then nothing is
/// concluded.
fn gives_members_values(tokens: &Tokens<'_>) -> bool {
    // For each open bracket, whether it holds the members of a structure.
    let mut open: Vec<bool> = Vec::new();
    let mut found = false;
    for index in 0..tokens.all.len() {
        let among_members = open.last() == Some(&true);
        match tokens.text(index) {
            b"{" => {
                found |= among_members && begins_body(tokens, index);
                open.push(opens_structure(tokens, index));
            }
            b"(" => open.push(false),
            b")" | b"}" if open.pop().is_none() => return false,
            b"=" => found |= among_members && tokens.text(index + 1) != b"=" && is_behind_name(tokens, index),
            _ => {}
        }
    }
    found && open.is_empty()
}

/// `struct {`, `struct name {`, `struct MACRO name {`.
fn opens_structure(tokens: &Tokens<'_>, brace: usize) -> bool {
    let words = (1..=3).filter_map(|back| brace.checked_sub(back)).take_while(|at| tokens.is_word(*at));
    let keyword = |at: usize| matches!(tokens.text(at), b"struct" | b"union");
    words.into_iter().any(keyword)
}

/// True for the brace behind `int f(…)`.
fn begins_body(tokens: &Tokens<'_>, brace: usize) -> bool {
    let mut depth = 0usize;
    for at in (brace.saturating_sub(LONGEST_HEAD)..brace).rev() {
        match tokens.text(at) {
            b")" => depth += 1,
            b"(" if depth == 1 => return is_behind_name(tokens, at),
            b"(" => depth = depth.saturating_sub(1),
            _ if depth == 0 => return false,
            _ => {}
        }
    }
    false
}

/// True after a type and a name. `struct ALIGNED(4)` is neither.
fn is_behind_name(tokens: &Tokens<'_>, index: usize) -> bool {
    let Some(behind) = index.checked_sub(2) else { return false };
    let heads = |text: &[u8]| matches!(text, b"struct" | b"union" | b"enum");
    let typed = tokens.is_word(behind) || matches!(tokens.text(behind), b"*" | b"&" | b">");
    tokens.is_word(index - 1) && typed && !heads(tokens.text(behind)) && !heads(tokens.before(behind))
}

/// `operator ==` behind a type.
fn names_operator(tokens: &Tokens<'_>, index: usize) -> bool {
    let other = [&b"return"[..], b"struct", b"union", b"enum"];
    let behind_type = tokens.is_word(index - 1) && !other.contains(&tokens.before(index))
        || matches!(tokens.before(index), b"&" | b"*" | b">" | b"::");
    let sign = matches!(
        tokens.text(index + 1),
        [b'=' | b'+' | b'-' | b'<' | b'>' | b'!' | b'[' | b'(' | b'*' | b'&'] | b"->"
    );
    behind_type && sign
}

/// `A();` or `A(int);` in `struct A`.
fn is_constructor(tokens: &Tokens<'_>, index: usize, structure: &[u8]) -> bool {
    !structure.is_empty()
        && tokens.text(index) == structure
        && tokens.text(index + 1) == b"("
        && matches!(tokens.before(index), b"{" | b"}" | b";" | b":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_cpp_accepts() {
        for text in [
            "struct A { A(); };",
            "struct A { virtual int f() const; };",
            "struct A final { int a; };",
            "inline int f(const A &a);",
            "struct A : B { int a; };",
            "enum class A { B };",
            "template <class T> T f(T);",
            "namespace a::b { }",
            "using A = int;",
            "int a = std::min(1, 2);",
            "bool operator==(A a, A b);",
            "struct A { ~A(); };",
            "struct A { int f() noexcept; };",
            "A f() = delete;",
            "extern \"C\" int f();",
            "#include <vector>",
            "static inline int f() { return static_cast<int>(1.0); }",
            "struct S { int x = 1; int y; };",
            "typedef struct { const char *name = 0; } S;",
            "struct S { int x; int m() { return x; } };",
            "struct S { static constexpr auto y = nullptr; };",
            "inline auto f = [](int a) { return a; };",
            "static inline int f() { return int{1}; }",
        ] {
            assert!(is_cpp(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_c_accepts_too() {
        for text in [
            "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n#ifdef __cplusplus\n}\n#endif\n",
            "#if !defined(__cplusplus)\nint f(void);\n#else\nclass A;\n#endif\n",
            "struct class *class; int new, this, template, namespace, private;",
            "/* class A */ // namespace b {\nint public(int delete);",
            "#include <sys/types.h>\n#include <stdio.h>\n",
            "struct a { unsigned private : 1; int final; };",
            "[[gnu::unused]] int f(int (*g)(const char *), const int b);",
            "int a = b & ~c; char *s = \"std::x\";",
            "#define A(x) x::y\nint f(struct operator *operator);",
            "for (;;) { a = b * operator; delete(a); }",
            "struct s { int a; } t = { .a = 1 }, *u = &(struct s){ 2 };",
            "static inline struct s f(int a) { struct s b = { a }; b.a = 1; return b; }",
            "struct s { int (*f)(int a); enum { A = 1, B } kind; int b : A == 1 ? 2 : 3; };",
            "struct s { struct __attribute__((packed)) { int a; } b; GROUP(c) { int d; } };",
            "struct s { union ALIGNED(4) { int a; } b; struct alignas(8) t { int c; } d; };",
            "#ifdef A\nstruct s {\n#else\nstruct __attribute__((b)) s {\n#endif\n  int a;\n};\nstatic int b = 1;\n",
            "int a[] = { [0] = 1 }; enum kind : int { C };",
        ] {
            assert!(!is_cpp(text.as_bytes()), "{text}");
        }
    }
}
