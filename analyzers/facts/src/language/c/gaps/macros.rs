//! Macros in places where the grammar does not expect any.

use super::braces::{Bracket, Layout};
use super::{begins_declaration, is_macro_name, words};
use crate::hash::HashSet;
use crate::language::gaps::Gaps;
use crate::language::rough::{Partners, Tokens};

/// Words that begin a declaration and may be followed by a macro.
const SPECIFIERS: &[&[u8]] = &[
    b"static",
    b"inline",
    b"extern",
    b"virtual",
    b"constexpr",
    b"explicit",
    b"friend",
    b"const",
    b"typedef",
    b"unsigned",
];
/// Words whose brackets hold attributes.
const ATTRIBUTES: &[&[u8]] = &[b"__attribute__", b"__attribute", b"__declspec", b"alignas", b"_Alignas"];
/// Words before a type that are not types themselves: after `static` alone comes the type itself.
const NO_TYPES: &[&[u8]] = &[b"static", b"inline", b"extern", b"typedef", b"const", b"volatile", b"register"];
/// Words that begin a statement: they are followed by an expression.
const STATEMENTS: &[&[u8]] = &[
    b"return",
    b"else",
    b"case",
    b"new",
    b"delete",
    b"throw",
    b"goto",
    b"do",
    b"sizeof",
    b"co_return",
    b"co_await",
    b"co_yield",
    b"using",
    b"operator",
    b"define",
    b"class",
    b"struct",
    b"union",
    b"enum",
    b"namespace",
];
/// Endings of macro names for calling conventions.
const CONVENTIONS: &[&[u8]] = &[b"WINAPI", b"APIENTRY", b"CALLBACK", b"CALL", b"CDECL"];
/// Heads whose brackets are followed by a statement.
const HEADS: &[&[u8]] = &[b"if", b"for", b"while", b"switch", b"catch"];

/// Blanks macros where the grammar does not expect any, and other parts of declarations that it does not know.
pub(super) fn macros(source: &[u8], gaps: &mut Gaps) {
    let layout = Layout::of(source);
    let (tokens, partners) = (&layout.tokens, &layout.partners);
    let classes = class_names(tokens);
    let in_code = in_code(tokens);
    let mut blanked_until = 0;
    for (index, is_in_code) in in_code.iter().copied().enumerate() {
        if index < blanked_until {
            continue;
        }
        since_cpp_23(tokens, index, gaps);
        if let Some(last) = default_value(tokens, index, gaps).or_else(|| access(tokens, index, gaps)) {
            blanked_until = last + 1;
            continue;
        }
        let shouts = is_macro_name(tokens.text(index));
        if !may_be_macro(&layout, index, shouts, is_in_code) {
            continue;
        }
        let has_arguments = tokens.text(index + 1) == b"(";
        let last = if has_arguments { partners.of(index + 1) } else { Some(index) };
        let Some(last) = last else { continue };
        let site = MacroSite {
            layout: &layout,
            tokens,
            partners,
            classes: &classes,
            index,
            last,
            has_arguments,
            in_code: is_in_code,
            blanked_until,
        };
        let out_of_place = if shouts { site.is_out_of_place() } else { site.is_extra_word() };
        // A semicolon alone is not a member, so blank it, too.
        let member = layout.around(index) == Bracket::Declarations && site.is_declaration();
        let last = if member { last + 1 } else { last };
        let span = tokens.span(site.first(), last);
        let statement = out_of_place.then(|| end_of_statement(source, &site, span.end)).flatten();
        if let Some(end) = statement {
            gaps.put(end, b";");
        } else if out_of_place {
            gaps.blank(span);
            blanked_until = last + 1;
        }
    }
}

/// True for a word that may be the name of a macro. In a list of values a macro is a value.
fn may_be_macro(layout: &Layout<'_>, index: usize, shouts: bool, in_code: bool) -> bool {
    layout.around(index) != Bracket::Values
        && layout.tokens.is_word(index)
        && (shouts || !in_code && !words::is_keyword(layout.tokens.text(index)))
}

/// Where to put a semicolon after a macro with arguments in statement position, such as a macro that writes a loop:
/// `LIST_EACH(node, list) f(node);`. With the semicolon the grammar sees a call, and the next statement stands alone.
/// The semicolon must not replace a line feed, because every line keeps its number.
fn end_of_statement(source: &[u8], site: &MacroSite<'_, '_>, end: usize) -> Option<usize> {
    let stands_alone =
        site.in_code && site.has_arguments && begins_declaration(site.tokens.before(site.index));
    let blank = source[end..].iter().take_while(|b| b.is_ascii_whitespace());
    let room = blank.enumerate().find(|(_, b)| matches!(b, b' ' | b'\t'));
    room.filter(|_| stands_alone).map(|(at, _)| end + at)
}

/// Names declared with `class` and `struct`.
fn class_names<'s>(tokens: &Tokens<'s>) -> HashSet<&'s [u8]> {
    let mut names = HashSet::default();
    for index in 0..tokens.all.len() {
        if !matches!(tokens.text(index), b"class" | b"struct") {
            continue;
        }
        let words = (index + 1..index + 6).take_while(|at| tokens.is_word(*at));
        names.extend(words.map(|at| tokens.text(at)).filter(|word| !is_macro_name(word)));
    }
    names
}

/// The most tokens before an opening brace that are looked at.
const LONGEST_HEAD: usize = 80;

/// For each token, whether it is in the body of a function or in a value.
fn in_code(tokens: &Tokens<'_>) -> Vec<bool> {
    let mut open = vec![false];
    let mut found = Vec::with_capacity(tokens.all.len());
    for index in 0..tokens.all.len() {
        let outer = open.last().copied().unwrap_or(false);
        found.push(outer);
        match tokens.text(index) {
            b"{" => open.push(outer || !opens_declarations(tokens, index)),
            b"}" if open.len() > 1 => {
                open.pop();
            }
            _ => {}
        }
    }
    found
}

fn opens_declarations(tokens: &Tokens<'_>, brace: usize) -> bool {
    if tokens.before(brace) == b")" {
        return false;
    }
    let head = (brace.saturating_sub(LONGEST_HEAD)..brace).rev();
    let mut head = head.map(|at| tokens.text(at)).take_while(|text| !matches!(*text, b";" | b"{" | b"}"));
    head.any(|word| matches!(word, b"class" | b"struct" | b"union" | b"namespace" | b"extern"))
}

/// `if consteval {` and `f(this A &a)`: C++23.
fn since_cpp_23(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    match tokens.text(index) {
        b"consteval" if matches!(tokens.before(index), b"if" | b"!") && tokens.text(index + 1) == b"{" => {
            gaps.blank(tokens.span(index, index));
            gaps.put(tokens.all[index].start(), b"(1)");
            if tokens.before(index) == b"!" {
                gaps.blank(tokens.span(index - 1, index - 1));
            }
        }
        b"this" if tokens.before(index) == b"(" && tokens.is_word(index + 1) => {
            gaps.blank(tokens.span(index, index));
        }
        _ => {}
    }
}

/// `= {}` for a parameter, and `= a` for an unnamed one.
fn default_value(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) -> Option<usize> {
    if tokens.text(index) != b"=" {
        return None;
    }
    let ends = |at: usize| matches!(tokens.text(at), b"," | b")");
    if tokens.text(index + 1) == b"{" && tokens.text(index + 2) == b"}" && ends(index + 3) {
        gaps.blank(tokens.span(index + 1, index + 2));
        gaps.put(tokens.all[index + 1].start(), b"0");
        return Some(index + 2);
    }
    let apart = index > 0 && tokens.all[index - 1].end() < tokens.all[index].start();
    if apart && matches!(tokens.before(index), b"*" | b"&") && ends(index + 2) {
        gaps.blank(tokens.span(index, index + 1));
        return Some(index + 1);
    }
    None
}

/// `signals:`, `public slots:` and the macros for them.
fn access(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) -> Option<usize> {
    if tokens.text(index + 1) != b":" {
        return None;
    }
    match tokens.text(index) {
        b"Q_SIGNALS" | b"signals" if begins_declaration(tokens.before(index)) || tokens.is_first(index) => {
            gaps.blank(tokens.span(index, index + 1));
            Some(index + 1)
        }
        _ if tokens.is_word(index)
            && matches!(tokens.before(index), b"public" | b"protected" | b"private") =>
        {
            gaps.blank(tokens.span(index, index));
            Some(index)
        }
        _ => None,
    }
}

struct MacroSite<'a, 's> {
    layout: &'a Layout<'s>,
    tokens: &'a Tokens<'s>,
    partners: &'a Partners,
    classes: &'a HashSet<&'s [u8]>,
    index: usize,
    /// The last token: the name itself, or the closing bracket of its arguments.
    last: usize,
    has_arguments: bool,
    in_code: bool,
    /// One past the last token that was blanked.
    blanked_until: usize,
}

impl MacroSite<'_, '_> {
    fn is_out_of_place(&self) -> bool {
        self.is_line()
            || self.is_static_line()
            || self.is_specifier()
            || self.is_before_constructor()
            || self.is_calling_convention()
            || self.is_trailing()
            || self.is_declaration()
            || self.is_pointer_convention()
            || self.is_pointer_qualifier()
    }

    /// True for a lower-case word too many: `forceinline int f(void)`, `int f(void) my_noexcept {`.
    fn is_extra_word(&self) -> bool {
        let before = self.tokens.before(self.index);
        if before == b")" && !self.has_arguments && matches!(self.next(), b"{" | b";") {
            return self.is_behind_parameters();
        }
        let array = before == b"]" && matches!(self.next(), b";" | b"=");
        if array && !self.has_arguments && self.is_behind_array() {
            return true;
        }
        let place =
            self.at_parameter() || self.at_beginning() || matches!(before, b"static" | b"extern" | b"inline");
        let qualifies = matches!(self.next(), b"const" | b"volatile" | b"operator");
        place && !self.has_arguments && !qualifies && self.names_follow()
    }

    /// The first token to blank: `static`, if it comes before a macro that is a whole declaration.
    fn first(&self) -> usize {
        if self.is_static_line() { self.index - 1 } else { self.index }
    }

    /// `static MACRO(name, "text")` on its own line, without a semicolon.
    fn is_static_line(&self) -> bool {
        let next = self.last + 1;
        self.index > 0
            && self.has_arguments
            && !self.in_code
            && self.tokens.before(self.index) == b"static"
            && (begins_declaration(self.tokens.before(self.index - 1))
                || self.index - 1 == self.blanked_until)
            && self.tokens.all[self.index - 1].first
            && self.tokens.is_first(next)
            && (self.tokens.is_word(next) || self.next().is_empty())
    }

    fn next(&self) -> &[u8] {
        self.tokens.text(self.last + 1)
    }

    /// True if a declaration may begin here, also after a blanked macro.
    fn at_beginning(&self) -> bool {
        begins_declaration(self.tokens.before(self.index))
            || self.is_behind_attribute()
            || self.index > 0 && self.index == self.blanked_until
            || self.tokens.before(self.index) == b">" && self.is_behind_template()
    }

    /// `extern "C" MACRO int f();`
    fn is_behind_linkage(&self) -> bool {
        self.index > 1
            && self.tokens.text(self.index - 2) == b"extern"
            && self.layout.is_string(self.index - 1)
    }

    /// `__attribute__((a)) MACRO int f();`
    fn is_behind_attribute(&self) -> bool {
        let closer = self.index.checked_sub(1).filter(|_| self.tokens.before(self.index) == b")");
        let opener = closer.and_then(|closer| self.partners.of(closer));
        opener.and_then(|opener| opener.checked_sub(1)).is_some_and(|head| {
            ATTRIBUTES.contains(&self.tokens.text(head)) && begins_declaration(self.tokens.before(head))
        })
    }

    /// True if a parameter or argument begins.
    fn at_parameter(&self) -> bool {
        let begins = matches!(self.tokens.before(self.index), b"(" | b",");
        begins && self.layout.around(self.index) == Bracket::Round
    }

    /// `template <class T> MACRO …`
    fn is_behind_template(&self) -> bool {
        let before = (self.index.saturating_sub(LONGEST_HEAD)..self.index).rev();
        let mut before = before.map(|at| self.tokens.text(at));
        before.find(|text| matches!(*text, b"template" | b";" | b"{" | b"}")) == Some(b"template")
    }

    /// A macro on its own line without a semicolon: `Q_OBJECT`, `BEGIN_NAMESPACE`, `PROPERTY(a b)`.
    fn is_line(&self) -> bool {
        let next = self.last + 1;
        let alone = self.tokens.all[self.index].first && self.tokens.is_first(next) && self.at_beginning();
        let goes_on = self.tokens.is_word(next) || matches!(self.next(), b"}" | b"~" | b"[" | b"");
        // The type of a function may be on its own line.
        let is_type = !self.has_arguments
            && self.tokens.text(next + 1) == b"("
            && !is_macro_name(self.next())
            && !self.classes.contains(self.next())
            && !self.tokens.text(self.index).starts_with(b"Q_");
        alone && goes_on && !is_type
    }

    /// Before the type of a function or variable: `API_EXPORT int f();`, `static API int f();`.
    fn is_specifier(&self) -> bool {
        let next = self.last + 1;
        let before = self.tokens.before(self.index);
        let parameter = self.at_parameter();
        let place =
            parameter || self.at_beginning() || SPECIFIERS.contains(&before) || self.is_behind_linkage();
        // A type in capital letters: `DWORD WINAPI f(`.
        let convention =
            is_macro_name(self.next()) || CONVENTIONS.iter().any(|end| self.next().ends_with(end));
        if convention && !self.has_arguments && self.tokens.text(next + 2) == b"(" {
            return false;
        }
        if place && (ATTRIBUTES.contains(&self.next()) || self.is_before_another()) {
            return true;
        }
        if !place
            || !self.tokens.is_word(next)
            || STATEMENTS.contains(&self.next()) && self.next() != b"class"
        {
            let declares = matches!(self.next(), b"class" | b"struct" | b"enum" | b"namespace" | b"using");
            return declares && place && (!parameter || self.names_follow());
        }
        self.names_follow()
    }

    /// True if another macro with arguments follows, and then a declaration.
    fn is_before_another(&self) -> bool {
        let next = self.last + 1;
        let closer = self.partners.of(next + 1).filter(|_| self.tokens.text(next + 1) == b"(");
        is_macro_name(self.next())
            && !self.in_code
            && closer.is_some_and(|closer| self.tokens.is_word(closer + 1))
    }

    /// True if at least two words follow: a type and a name.
    fn names_follow(&self) -> bool {
        let next = self.last + 1;
        let mut at = next + 1;
        while matches!(self.tokens.text(at), b"*" | b"&" | b"::" | b"<" | b">" | b"const") {
            at += 1;
            if self.tokens.is_word(at) && self.tokens.before(at) == b"::" {
                at += 1;
            }
            if at > next + 24 {
                return false;
            }
        }
        self.tokens.is_word(next) && self.tokens.is_word(at)
    }

    /// Before a constructor, destructor or conversion: `API Name() : a(1) {}`, `API ~Name();`, `API operator int();`.
    fn is_before_constructor(&self) -> bool {
        let place = self.at_beginning() || SPECIFIERS.contains(&self.tokens.before(self.index));
        let names = self.classes.contains(self.next()) && self.tokens.text(self.last + 2) == b"(";
        place && !self.in_code && (names || matches!(self.next(), b"~" | b"operator"))
    }

    /// `MACRO(bool, a >= 1);` among declarations.
    fn is_declaration(&self) -> bool {
        let place = begins_declaration(self.tokens.before(self.index)) || self.index == self.blanked_until;
        self.has_arguments && !self.in_code && place && self.next() == b";"
    }

    /// Between the type and the name of a function: `int WINAPI f(`, `void *API f(`.
    fn is_calling_convention(&self) -> bool {
        let before = self.tokens.before(self.index);
        let behind_type = self.index > 0
            && (self.tokens.is_word(self.index - 1)
                && !STATEMENTS.contains(&before)
                && (!NO_TYPES.contains(&before) || self.is_before_pointer())
                || matches!(before, b"*" | b"&" | b">"));
        let names = self.tokens.is_word(self.last + 1) && self.tokens.text(self.last + 2) == b"(";
        behind_type && names && !self.has_arguments
    }

    /// `char *RESTRICT name,`
    fn is_pointer_qualifier(&self) -> bool {
        let behind = self.tokens.text(self.last + 2);
        self.tokens.before(self.index) == b"*"
            && !self.has_arguments
            && self.tokens.is_word(self.last + 1)
            && matches!(behind, b"," | b")" | b"[" | b";" | b"=")
    }

    /// `int (WINAPI *f)(int)`.
    fn is_pointer_convention(&self) -> bool {
        let star = self.last + 1;
        self.tokens.before(self.index) == b"("
            && !self.has_arguments
            && self.next() == b"*"
            && self.tokens.is_word(star + 1)
            && self.tokens.text(star + 2) == b")"
            && self.tokens.text(star + 3) == b"("
    }

    /// `MACRO int (*f)(int)`: followed by a type and a pointer to a function.
    fn is_before_pointer(&self) -> bool {
        self.tokens.text(self.last + 2) == b"(" && self.tokens.text(self.last + 3) == b"*"
    }

    /// After a declaration: `void f() NOEXCEPT;`, `int a GUARDED_BY(b);`.
    fn is_trailing(&self) -> bool {
        if !matches!(self.next(), b"{" | b";" | b"=" | b":" | b"," | b")") && !self.ends_before_another() {
            return false;
        }
        let before = self.tokens.before(self.index);
        match before {
            b")" => self.next() != b")" && self.is_behind_parameters(),
            b"const" => self.index > 1 && self.tokens.before(self.index - 1) == b")",
            b"&" => self.index > 2 && self.tokens.before(self.index - 1) == b"const" && self.next() == b"{",
            b"override" | b"final" | b"noexcept" => true,
            b"]" => self.next() != b"{" && self.is_behind_array(),
            _ if self.index > 0 && self.index == self.blanked_until => true,
            _ => self.is_behind_plain_name(),
        }
    }

    /// True if the word before is a declared name.
    fn is_behind_plain_name(&self) -> bool {
        self.index > 0
            && self.tokens.is_word(self.index - 1)
            && !STATEMENTS.contains(&self.tokens.before(self.index))
            && self.is_behind_name()
            && (!self.has_arguments || matches!(self.next(), b";" | b"="))
    }

    /// True if the bracket before closes the parameters of a function, not a cast or condition.
    fn is_behind_parameters(&self) -> bool {
        let Some(opener) = self.partners.of(self.index - 1).filter(|opener| *opener > 0) else {
            return false;
        };
        let head = self.tokens.text(opener - 1);
        let other = HEADS.contains(&head)
            || ATTRIBUTES.contains(&head)
            || STATEMENTS.contains(&head) && head != b"throw";
        let names = self.tokens.is_word(opener - 1) && !other;
        let operator = (opener.saturating_sub(4)..opener).any(|at| self.tokens.text(at) == b"operator");
        names || operator || matches!(head, b")" | b">") && !self.in_code
    }

    /// True if the bracket before closes an array length, with a type before the array's name.
    fn is_behind_array(&self) -> bool {
        let name = self.partners.of(self.index - 1).and_then(|opener| opener.checked_sub(1));
        let type_end = name.filter(|name| *name > 0 && self.tokens.is_word(*name));
        type_end.is_some_and(|name| {
            let before = self.tokens.before(name);
            before == b"*" || self.tokens.is_word(name - 1) && !STATEMENTS.contains(&before)
        })
    }

    /// True if the word before is a name with a type before it.
    fn is_behind_name(&self) -> bool {
        let Some(type_end) = self.index.checked_sub(2) else { return false };
        let text = self.tokens.text(type_end);
        let name = self.tokens.before(self.index);
        if SPECIFIERS.contains(&name)
            || !self.has_arguments && words::is_keyword(name)
            || STATEMENTS.contains(&text)
        {
            return false;
        }
        matches!(text, b"*" | b"&" | b">" | b"]")
            || text == b"}" && !self.in_code
            || self.tokens.is_word(type_end) && !SPECIFIERS.contains(&text)
    }

    /// True if another macro follows.
    fn ends_before_another(&self) -> bool {
        let next = self.last + 1;
        let behind = self.partners.of(next + 1).filter(|_| self.has_arguments).map(|closer| closer + 1);
        let called = behind.is_some_and(|at| matches!(self.tokens.text(at), b";" | b"="));
        is_macro_name(self.next()) && (called || self.tokens.before(self.index) == b")")
    }
}
