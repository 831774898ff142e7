//! Loops and blocks whose heads are macros: `foreach (a, list) { … }`, `LIST_FOREACH(a, list, next) f(a);`,
//! `SECTION("title") { … }`.

use super::braces::{Bracket, Layout};
use super::is_macro_name;
use crate::language::gaps::Gaps;
use bstr::ByteSlice;

/// Parts of the names of macros that write a loop, in lower case.
const LOOPS: &[&str] = &["foreach", "for_each"];
/// Macros that write only the beginning or end of a loop.
const PARTS: &[&str] = &["begin", "start", "init", "end", "done"];
/// Words before a block that are not calls.
const KEYWORDS: &[&[u8]] = &[
    b"if",
    b"for",
    b"while",
    b"switch",
    b"catch",
    b"else",
    b"do",
    b"return",
    b"sizeof",
    b"asm",
    b"__asm",
    b"__asm__",
    b"try",
    b"struct",
    b"union",
    b"enum",
    b"class",
    b"namespace",
];
/// Words before a block that do not affect its decisions.
const BEFORE_BLOCK: &[&[u8]] = &[b"__try", b"__finally"];

/// The most tokens of a head that are looked at.
const LONGEST_HEAD: usize = 200;

/// Parses macros that write a loop as a loop. The C++ grammar takes some of them for functions without an error.
pub(super) fn loops(source: &[u8], cpp: bool, gaps: &mut Gaps) {
    let spellings =
        [&b"foreach"[..], b"FOREACH", b"for_each", b"FOR_EACH", b"forever", b"FOREVER", b"ForEach"];
    if !spellings.iter().any(|spelling| source.contains_str(spelling)) {
        return;
    }
    let layout = Layout::of(source);
    for index in 0..layout.tokens.all.len() {
        if !layout.begins_statement(index) {
            continue;
        }
        let next = layout.text(index + 1);
        if matches!(layout.text(index), b"forever" | b"Q_FOREVER") && next == b"{" {
            layout.blank(index, index, gaps);
            gaps.put(layout.tokens.all[index].start(), b"for(;;)");
        } else if next == b"(" && writes_loop(layout.text(index)) {
            each(&layout, index, cpp, gaps);
        }
    }
}

fn writes_loop(name: &[u8]) -> bool {
    let small = name.to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| small.contains_str(word));
    holds(LOOPS) && !holds(PARTS)
}

/// `NAME(arguments)` before a statement: becomes a `for`, with unchanged arguments if possible.
fn each(layout: &Layout<'_>, index: usize, cpp: bool, gaps: &mut Gaps) {
    let opener = index + 1;
    let Some(closer) = layout.partners.of(opener).filter(|closer| closer - opener < LONGEST_HEAD) else {
        return;
    };
    if layout.text(closer + 1) != b"{" && !layout.tokens.is_word(closer + 1) {
        return;
    }
    let commas = layout.commas(opener, closer);
    let at = layout.tokens.all[index].start();
    let place = |token: usize| layout.tokens.all[token].start();
    layout.blank(index, index, gaps);
    if commas.first().is_some_and(|comma| declares(layout, opener + 1, *comma)) {
        gaps.put(at, b"for");
        match commas[..] {
            [comma] if cpp => return gaps.put(place(comma), b":"),
            [comma] if has_room(layout, comma) => return gaps.put(place(comma), b";;"),
            [comma, other, ..] if !names_type(layout, comma + 1, closer) => {
                gaps.put(place(comma), b";");
                return gaps.put(place(other), b";");
            }
            _ => {}
        }
    }
    gaps.put(at, b"for(;;");
    layout.blank(opener, opener, gaps);
    // Types cannot stay: they are not values.
    if commas.first().is_some_and(|comma| declares(layout, opener + 1, *comma))
        || names_type(layout, opener + 1, closer)
    {
        gaps.blank(layout.tokens.all[opener].end()..place(closer));
    }
}

/// `const T &name`, up to a comma.
fn declares(layout: &Layout<'_>, first: usize, comma: usize) -> bool {
    let last = comma - 1;
    let ends = last > first && (layout.tokens.is_word(last) || layout.text(last) == b"]");
    let behind_type = || {
        let opener = if layout.text(last) == b"]" { layout.partners.of(last).unwrap_or(last) } else { last };
        opener > first
            && (layout.tokens.is_word(opener - 1)
                || matches!(layout.tokens.before(opener), b"*" | b"&" | b">"))
    };
    layout.tokens.is_word(first) && ends && behind_type()
}

/// True if one of the words begins or changes a type.
fn names_type(layout: &Layout<'_>, first: usize, last: usize) -> bool {
    let words = (first..last).take(LONGEST_HEAD).map(|at| layout.text(at));
    words.into_iter().any(|word| matches!(word, b"struct" | b"union" | b"enum" | b"const"))
}

/// Other macros before a block: becomes a call and a block, or only the block if there is no room for a semicolon.
pub(super) fn blocks(source: &[u8], gaps: &mut Gaps) {
    let layout = Layout::of(source);
    for index in 0..layout.tokens.all.len() {
        if !layout.tokens.is_word(index) || KEYWORDS.contains(&layout.text(index)) {
            continue;
        }
        let is_call = layout.text(index + 1) == b"(";
        let last = if is_call { layout.partners.of(index + 1) } else { Some(index) };
        let fits = |last: &usize| layout.text(*last + 1) == b"{" && *last - index < LONGEST_HEAD;
        let Some(last) = last.filter(fits) else { continue };
        let name = layout.text(index);
        let stands_here = if layout.around(index) == Bracket::Body {
            layout.begins_statement(index) && (is_call || shouts(name)) && !is_value(&layout, last + 1)
        } else {
            is_call && is_titled(&layout, index, last)
        };
        if !stands_here {
            continue;
        }
        let span = layout.tokens.span(index, last);
        let room = source.get(span.end).is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        if is_call && room && !layout.is_branch(index) {
            gaps.put(span.end, b";");
        } else {
            gaps.blank(span);
        }
    }
}

fn shouts(name: &[u8]) -> bool {
    is_macro_name(name) || BEFORE_BLOCK.contains(&name)
}

/// True for braces whose content is a value: `TYPE{1}.f();`.
fn is_value(layout: &Layout<'_>, brace: usize) -> bool {
    let Some(end) = layout.partners.of(brace) else { return true };
    matches!(layout.text(end + 1), b";" | b"," | b")" | b"." | b"->" | b"=")
}

/// `TEST_CASE("title") {` among declarations.
fn is_titled(layout: &Layout<'_>, index: usize, closer: usize) -> bool {
    let outside = matches!(layout.around(index), Bracket::Outside | Bracket::Declarations);
    let begins = matches!(layout.tokens.before(index), b"" | b"{" | b"}" | b";" | b")");
    outside
        && begins
        && is_macro_name(layout.text(index))
        && (index + 2..closer).any(|at| layout.is_string(at) && layout.around(at) == Bracket::Round)
}

/// True if there is a blank after a comma on the same line.
fn has_room(layout: &Layout<'_>, comma: usize) -> bool {
    let end = layout.tokens.all[comma].end();
    let breaks = matches!(layout.tokens.source.get(end), None | Some(b'\n' | b'\r'));
    !breaks && end < layout.tokens.all[comma + 1].start()
}
