//! Forms of expressions, declarations and lists that are missing from the grammars.

use super::braces::{Bracket, Layout};
use super::{arguments, begins_declaration, functions, is_macro_name, words};
use crate::language::gaps::Gaps;

/// One form: checks a token, and fills the gap that begins there.
type Form = fn(&Layout<'_>, usize, &mut Gaps);

/// Forms of C, C++ and Objective-C.
const OF_C: &[Form] = &[
    string_macros,
    arguments::types,
    arguments::members,
    arguments::statements,
    arguments::of_layout,
    ranges,
    attributes,
    assembly,
    marks,
    labels,
    enumerators,
    lines_of_values,
];
/// Forms of C and Objective-C only.
const OF_C_ALONE: &[Form] = &[
    arguments::types_of_declaring_macros,
    arguments::values_in_braces,
    functions::heads_by_macros,
    functions::words_before_name,
    functions::lines_of_macros,
    arguments::types_of_values,
    empty_members,
];
/// Forms of C++ only.
const OF_CPP: &[Form] = &[
    instantiations,
    bit_fields,
    launches,
    pointers_to_members,
    members_by_pointer,
    references,
    deleted,
    stepped_assignments,
];
/// Reserved names that the grammars know.
const KNOWN: &[&[u8]] = &[
    b"__attribute__",
    b"__attribute",
    b"__declspec",
    b"__typeof__",
    b"__typeof",
    b"__asm__",
    b"__asm",
    b"__inline",
    b"__inline__",
    b"__forceinline",
    b"__restrict__",
    b"__restrict",
    b"__extension__",
    b"__int128",
    b"__cdecl",
    b"__stdcall",
    b"__fastcall",
    b"__thiscall",
    b"__vectorcall",
    b"__clrcall",
    b"__based",
    b"__unaligned",
    b"__thread",
    b"__volatile__",
    b"__const",
    b"__signed__",
    b"__alignof__",
    b"__alignof",
    b"__block",
    b"__weak",
    b"__strong",
    b"__unsafe_unretained",
    b"__autoreleasing",
    b"__try",
    b"__except",
    b"__finally",
    b"__leave",
    b"__builtin_va_list",
];

pub(super) fn forms(source: &[u8], cpp: bool, gaps: &mut Gaps) {
    let layout = Layout::of(source);
    for index in 0..layout.tokens.all.len() {
        let of_language = if cpp { OF_CPP } else { OF_C_ALONE };
        OF_C.iter().chain(of_language).for_each(|form| form(&layout, index, gaps));
    }
}

/// `emit changed();` of Qt: the preprocessor replaces the word with nothing.
pub(super) fn emits(source: &[u8], gaps: &mut Gaps) {
    let spelled = |word: &str| bstr::ByteSlice::contains_str(source, word);
    if !spelled("emit ") && !spelled("Q_EMIT ") {
        return;
    }
    let layout = Layout::of(source);
    for index in 0..layout.tokens.all.len() {
        let emits = matches!(layout.text(index), b"emit" | b"Q_EMIT") && layout.begins_statement(index);
        let called = || {
            layout.tokens.is_word(index + 1)
                && matches!(layout.text(index + 2), b"(" | b"::" | b"." | b"->" | b"<")
        };
        if emits && called() {
            layout.blank(index, index, gaps);
        }
    }
}

/// `"%" PRId64 "\n"`: names and calls between and after joined strings.
fn string_macros(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let tokens = &layout.tokens;
    let name = layout.text(index);
    if call_before_string(layout, index) {
        let last = layout.partners.of(index + 1).unwrap_or(index);
        return layout.blank(index, last, gaps);
    }
    let follows =
        index > 0 && tokens.is_word(index) && (layout.is_string(index - 1) || joins(layout, index - 1));
    if !follows || matches!(name, b"and" | b"or" | b"not_eq" | b"xor" | b"bitor" | b"bitand" | b"R" | b"L") {
        return;
    }
    let touches = tokens.all[index - 1].end() == tokens.all[index].start();
    if touches && !is_macro_name(name) && !is_format_macro(name) {
        return;
    }
    let last = if layout.text(index + 1) == b"(" { layout.partners.of(index + 1) } else { Some(index) };
    let Some(last) = last else { return };
    let fits = layout.is_string(last + 1)
        || matches!(layout.text(last + 1), b"," | b")" | b";" | b"}")
        || tokens.is_word(last + 1) && is_macro_name(layout.text(last + 1));
    let prefixed = matches!(name, b"u" | b"U" | b"u8" | b"LR") && layout.is_string(index + 1);
    let linkage = index > 1 && tokens.before(index - 1) == b"extern";
    if fits && !prefixed && !linkage {
        layout.blank(index, last, gaps);
    }
}

/// The macros of `<inttypes.h>`: `PRIu64`, `SCNx32`.
fn is_format_macro(name: &[u8]) -> bool {
    name.starts_with(b"PRI") || name.starts_with(b"SCN")
}

/// True for a macro next to a string: another one may follow.
fn joins(layout: &Layout<'_>, index: usize) -> bool {
    let first = if layout.text(index) == b")" {
        layout.partners.of(index).and_then(|opener| opener.checked_sub(1))
    } else {
        Some(index)
    };
    first.is_some_and(|first| {
        first > 0
            && is_macro_name(layout.text(first))
            && (layout.is_string(first - 1) || first == index && begins_value(layout, first))
    })
}

/// True where only a value may begin.
fn begins_value(layout: &Layout<'_>, index: usize) -> bool {
    let outside = layout.around(index) == Bracket::Outside;
    match layout.tokens.before(index) {
        b"=" | b"return" => true,
        b"(" | b"," => {
            !outside
                && layout.opener(index).is_some_and(|opener| {
                    matches!(layout.around(opener), Bracket::Body | Bracket::Values | Bracket::Round)
                })
        }
        _ => false,
    }
}

/// `NAME("a") "b"`: a call of a macro before a string.
fn call_before_string(layout: &Layout<'_>, index: usize) -> bool {
    let begins = begins_value(layout, index)
        || layout.tokens.before(index) == b"{" && layout.around(index) == Bracket::Values;
    let called = layout.text(index + 1) == b"(" && layout.tokens.is_word(index);
    if !called || !begins || words::is_keyword(layout.text(index)) {
        return false;
    }
    let next = layout.partners.of(index + 1).map(|closer| closer + 1);
    next.is_some_and(|next| {
        layout.is_string(next) || matches!(layout.text(next), b"L" | b"u8") && layout.is_string(next + 1)
    })
}

/// `case 1 ... 3:` is parsed as one expression.
fn ranges(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let dots = (index..index + 3).all(|at| layout.text(at) == b".");
    let case = || {
        let before = (index.saturating_sub(8)..index).rev().map(|at| layout.text(at));
        before.into_iter().find(|text| matches!(*text, b"case" | b";" | b"{" | b"}" | b":")) == Some(b"case")
    };
    if dots && layout.around(index) == Bracket::Body && case() {
        layout.blank(index, index + 2, gaps);
        gaps.put(layout.tokens.all[index].start(), b"|");
    }
}

/// `int a __attribute__((unused)) = 1;`
fn attributes(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let is_attribute = matches!(layout.text(index), b"__attribute__" | b"__attribute");
    let before = layout.tokens.before(index);
    let behind_name = index > 0 && (layout.tokens.is_word(index - 1) || matches!(before, b"]" | b";" | b"}"));
    let Some(last) = layout.partners.of(index + 1).filter(|_| is_attribute) else { return };
    // `typedef __attribute__((a)) int b;`, `enum __attribute__((a)) b {`, `struct { … } __attribute__((a)) b;`, `int a, __attribute__((b)) c;`
    let listed = before == b"," && matches!(layout.around(index), Bracket::Outside | Bracket::Body);
    if layout.tokens.is_word(last + 1) && (listed || matches!(before, b"typedef" | b"enum" | b"}")) {
        return layout.blank(index, last, gaps);
    }
    if behind_name && matches!(layout.text(last + 1), b"=" | b"," | b";" | b"__attribute__" | b":") {
        layout.blank(index, last, gaps);
    }
}

/// `__asm __volatile("…")`, and `register int a asm("x0") = b;`
fn assembly(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let is_asm = |text: &[u8]| matches!(text, b"asm" | b"__asm" | b"__asm__");
    let before = layout.tokens.before(index);
    if layout.text(index) == b"__volatile" && is_asm(before) {
        layout.blank(index, index, gaps);
    }
    let behind_name = index > 1
        && layout.tokens.is_word(index - 1)
        && !words::is_keyword(before)
        && (layout.tokens.is_word(index - 2) || layout.text(index - 2) == b"*");
    if !is_asm(layout.text(index)) || !behind_name || layout.text(index + 1) != b"(" {
        return;
    }
    let Some(last) = layout.partners.of(index + 1) else { return };
    if matches!(layout.text(last + 1), b"=" | b";" | b",") {
        layout.blank(index, last, gaps);
    }
}

/// `static int __init f(void)`, `int a __read_mostly = 1;`, `extern __shared__ float b[];`: reserved names defined by
/// compilers and systems.
fn marks(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let name = layout.text(index);
    if !name.starts_with(b"__")
        || !layout.tokens.is_word(index)
        || KNOWN.contains(&name)
        || is_type_name(name)
    {
        return;
    }
    let has_arguments = ARGUMENTS.contains(&name);
    let last = if has_arguments { layout.partners.of(index + 1).unwrap_or(index) } else { index };
    let behind_brackets = layout.tokens.before(index) == b")" && layout.text(last + 1) == b";";
    let trailing = matches!(layout.text(last + 1), b"=" | b";" | b",") && is_behind_name(layout, index)
        || behind_brackets;
    if trailing || marks_declaration(layout, index, last) {
        layout.blank(index, last, gaps);
    } else if layout.text(index + 1) == b"(" && begins_declaration(layout.tokens.before(index)) {
        // `__decl_thread(LOCK_T lock);` among declarations.
        let outside = matches!(layout.around(index), Bracket::Outside | Bracket::Declarations);
        let closer =
            layout.partners.of(index + 1).filter(|closer| outside && layout.text(closer + 1) == b";");
        closer.into_iter().for_each(|closer| layout.blank(index, closer + 1, gaps));
    }
}

/// Reserved names with arguments.
const ARGUMENTS: &[&[u8]] = &[b"__launch_bounds__", b"__aligned", b"__printf", b"__section"];
/// Words that are not the name of a variable, and words that cannot be its type.
const NOT_NAMES: &[&[u8]] = &[
    b"return",
    b"goto",
    b"case",
    b"else",
    b"typedef",
    b"class",
    b"static",
    b"extern",
    b"register",
    b"inline",
    b"auto",
    b"typename",
    b"new",
    b"delete",
    b"sizeof",
    b"using",
    b"namespace",
    b"operator",
    b"throw",
];

fn is_type_name(name: &[u8]) -> bool {
    name.ends_with(b"_t")
        || [&b"__u"[..], b"__s", b"__be", b"__le"].iter().any(|start| {
            name.strip_prefix(*start)
                .is_some_and(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
        })
}

/// True after a type and a name: `int a MARK`, `int a[2] MARK`.
fn is_behind_name(layout: &Layout<'_>, index: usize) -> bool {
    let Some(kind) = index.checked_sub(2) else { return false };
    let plain = |at: usize| {
        let word = layout.text(at);
        layout.tokens.is_word(at) && !NOT_NAMES.contains(&word) && !words::names_type(word)
    };
    let typed = plain(kind) || matches!(layout.text(kind), b"*" | b"&" | b">");
    let basic = words::BASIC_TYPES.contains(&layout.text(kind));
    // `int a MARK, b MARK;`
    let listed = layout.text(kind) == b"," && layout.around(index) == Bracket::Body;
    layout.tokens.before(index) == b"]" || plain(index - 1) && (typed || basic || listed)
}

/// True before a declaration, or between a type and a name.
fn marks_declaration(layout: &Layout<'_>, index: usize, last: usize) -> bool {
    let before = layout.tokens.before(index);
    let begins = begins_declaration(before);
    let named = index > 0 && layout.tokens.is_word(index - 1);
    let behind_type = before == b"*"
        || named
            && !matches!(before, b"return" | b"goto" | b"case" | b"else" | b"struct" | b"union" | b"enum");
    let pointer = layout.text(last + 1) == b"*" && !begins && layout.tokens.is_word(last + 2);
    let next = layout.text(last + 2);
    let in_list = matches!(next, b")" | b",") && layout.around(index) == Bracket::Round;
    let declares = (matches!(next, b"(" | b"[" | b"=" | b";" | b",") || in_list) && !begins
        || layout.tokens.is_word(last + 2)
        || next == b"*";
    let macro_behind_name = next == b"(" && is_macro_name(layout.text(last + 1));
    marks_parameter(layout, index, last)
        || !macro_behind_name
            && (begins || behind_type)
            && (pointer || layout.tokens.is_word(last + 1) && declares)
}

/// True before the type of a parameter: `f(MARK int a, MARK char *b)`.
fn marks_parameter(layout: &Layout<'_>, index: usize, last: usize) -> bool {
    matches!(layout.tokens.before(index), b"(" | b",")
        && layout.around(index) == Bracket::Round
        && layout.tokens.is_word(last + 1)
        && (layout.tokens.is_word(last + 2) || layout.text(last + 2) == b"*")
}

/// A label before a directive: the grammars expect a statement after it.
fn labels(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if !layout.begins_statement(index) || layout.text(index + 1) != b":" {
        return;
    }
    let name = layout.text(index);
    if matches!(name, b"default" | b"public" | b"private" | b"protected") || layout.is_branch(index) {
        return;
    }
    let end = layout.tokens.all[index + 1].end();
    let next = layout.tokens.all.get(index + 2).map_or(end, |token| token.start());
    let between = layout.tokens.source[end..next].split(|b| *b == b'\n').skip(1);
    if between.into_iter().any(|line| line.trim_ascii_start().starts_with(b"#")) {
        layout.blank(index, index + 1, gaps);
    }
}

/// `int a;;` among members.
fn empty_members(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let second = layout.text(index) == b";" && layout.tokens.before(index) == b";";
    if second && layout.around(index) == Bracket::Declarations {
        layout.blank(index, index, gaps);
    }
}

/// `{ LIST_OF_VALUES` on its own line, without a comma: among values, a macro that stands for more values.
fn lines_of_values(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let line = layout.around(index) == Bracket::Values
        && layout.tokens.is_first(index)
        && is_macro_name(layout.text(index));
    if !line {
        return;
    }
    let called = layout.text(index + 1) == b"(";
    let last = if called { layout.partners.of(index + 1) } else { Some(index) };
    let Some(last) = last.filter(|last| layout.tokens.is_first(*last + 1)) else { return };
    let before = layout.tokens.before(index);
    let begins = matches!(before, b"{" | b"," | b")") || is_macro_name(before);
    let goes_on = layout.tokens.is_word(last + 1) || layout.text(last + 1) == b"{";
    let ends = layout.text(last + 1) == b"}" && matches!(before, b")") | is_macro_name(before);
    if begins && (goes_on || ends) {
        layout.blank(index, last, gaps);
    }
}

/// `enum kind { LIST(VALUE) };`: we do not know what the macro enumerates.
fn enumerators(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let before = layout.tokens.before(index);
    let begins = matches!(before, b"{" | b",")
        || before == b")"
            && layout.around(index - 1) == Bracket::Enumeration
            && is_macro_name(layout.head_of(index - 1));
    if layout.around(index) != Bracket::Enumeration || !layout.tokens.is_word(index) {
        return;
    }
    let Some(last) = layout.partners.of(index + 1).filter(|_| layout.text(index + 1) == b"(") else { return };
    // `VALUE DEPRECATED("by another") = 1,`
    let behind_word = index > 0 && layout.tokens.is_word(index - 1);
    if behind_word && is_macro_name(layout.text(index)) {
        return layout.blank(index, last, gaps);
    }
    if !begins {
        return;
    }
    match layout.text(last + 1) {
        b"," => layout.blank(index, last + 1, gaps),
        b"=" => {}
        _ => layout.blank(index, last, gaps),
    }
}

/// `template class A<int>;`, `extern template class A<char>;`
fn instantiations(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let next = layout.text(index + 1);
    if layout.text(index) == b"template" && next != b"<" && layout.tokens.is_word(index + 1) {
        let external = layout.tokens.before(index) == b"extern";
        let first = if external { index - 1 } else { index };
        if begins_declaration(layout.tokens.before(first)) {
            layout.blank(first, index, gaps);
        }
    }
}

/// `int a : 3 = 1;` (C++20): leaves out the width.
fn bit_fields(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let behind_name = index > 1 && layout.tokens.is_word(index - 1) && layout.tokens.is_word(index - 2);
    let width = layout.text(index + 1).iter().all(u8::is_ascii_digit);
    let valued = matches!(layout.text(index + 2), b"=" | b"{");
    if layout.text(index) == b":" && behind_name && width && valued {
        layout.blank(index, index + 1, gaps);
    }
}

/// Longest launch configuration, in tokens.
const LONGEST_LAUNCH: usize = 120;

/// `kernel<<<blocks, threads>>>(a)` of CUDA.
fn launches(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let three = |at: usize, sign: &[u8]| (at..at + 3).all(|at| layout.text(at) == sign);
    if !three(index, b"<") || layout.tokens.before(index) == b"<" {
        return;
    }
    let inside = (index + 3..layout.tokens.all.len()).take(LONGEST_LAUNCH);
    let end = inside.into_iter().find(|at| three(*at, b">") || matches!(layout.text(*at), b";" | b"{"));
    if let Some(end) = end.filter(|end| three(*end, b">") && layout.text(*end + 3) == b"(") {
        layout.blank(index, end + 2, gaps);
    }
}

/// Longest scope before `::*`, in tokens.
const LONGEST_SCOPE: usize = 24;

/// `void (A::*name)(int) const`: leaves out the class, and the qualifiers after the parameters.
fn pointers_to_members(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    if layout.text(index) != b"*" || layout.tokens.before(index) != b"::" {
        return;
    }
    let before = (index.saturating_sub(LONGEST_SCOPE)..index).rev();
    let fits = |at: usize| {
        layout.tokens.is_word(at) || matches!(layout.text(at), b"::" | b"<" | b">" | b"," | b"*" | b"&")
    };
    let Some(opener) = before.into_iter().find(|at| !fits(*at)) else { return };
    if layout.text(opener) != b"(" || opener + 1 >= index {
        return;
    }
    layout.blank(opener + 1, index - 1, gaps);
    let Some(parameters) = layout.partners.of(opener).map(|closer| closer + 1) else { return };
    let Some(end) = layout.partners.of(parameters).filter(|_| layout.text(parameters) == b"(") else {
        return;
    };
    let words = (end + 1..end + 4)
        .take_while(|at| matches!(layout.text(*at), b"const" | b"noexcept" | b"volatile" | b"&"));
    if let Some(last) = words.last() {
        layout.blank(end + 1, last, gaps);
    }
}

/// `(a->*f)()` is parsed as `(a->f)()`.
fn members_by_pointer(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let touches = |at: usize| at > 0 && layout.tokens.all[at - 1].end() == layout.tokens.all[at].start();
    let selects = matches!(layout.tokens.before(index), b"->" | b".") && layout.text(index) == b"*";
    if selects && touches(index) && layout.tokens.is_word(index + 1) {
        layout.blank(index, index, gaps);
    }
}

/// `const T &a(b.c());` is parsed as `const T &a = b.c();`.
fn references(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let refers = index > 2
        && layout.text(index) == b"("
        && layout.tokens.is_word(index - 1)
        && matches!(layout.tokens.before(index - 1), b"&" | b"*")
        && (layout.tokens.is_word(index - 3) || layout.text(index - 3) == b">");
    if !refers || layout.around(index) != Bracket::Body {
        return;
    }
    let Some(closer) = layout.partners.of(index).filter(|closer| layout.text(*closer + 1) == b";") else {
        return;
    };
    let begins = (index.saturating_sub(LONGEST_SCOPE)..index - 2).rev();
    let first =
        begins.into_iter().find(|at| matches!(layout.text(*at), b";" | b"{" | b"}" | b"=" | b"(" | b")"));
    let is_declaration = first.is_some_and(|at| matches!(layout.text(at), b";" | b"{" | b"}"));
    let selects = (index + 1..closer).take(LONGEST_SCOPE).any(|at| matches!(layout.text(at), b"." | b"->"));
    if is_declaration && selects && layout.commas(index, closer).is_empty() {
        layout.blank(index, index, gaps);
        gaps.put(layout.tokens.all[index].start(), b"=");
        layout.blank(closer, closer, gaps);
    }
}

/// `void f(const T &&) = delete;` outside of a class.
fn deleted(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let word = matches!(layout.text(index + 1), b"delete" | b"default");
    let ends = layout.text(index + 2) == b";" && layout.tokens.before(index) == b")";
    let nameless = || {
        let opener = layout.partners.of(index - 1).unwrap_or(index);
        index - opener < LONGEST_SCOPE && matches!(layout.tokens.before(index - 1), b"&" | b"*" | b">")
    };
    if layout.text(index) == b"=" && word && ends && nameless() && layout.around(index) != Bracket::Body {
        layout.blank(index, index + 1, gaps);
    }
}

/// `out++ = value;` for an iterator.
fn stepped_assignments(layout: &Layout<'_>, index: usize, gaps: &mut Gaps) {
    let steps = layout.text(index) == b"+" && layout.text(index + 1) == b"+" && index > 0;
    let assigns = layout.text(index + 2) == b"=" && layout.text(index + 3) != b"=";
    if steps && assigns && layout.tokens.is_word(index - 1) {
        layout.blank(index, index + 1, gaps);
    }
}
