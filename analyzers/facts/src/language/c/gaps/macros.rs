//! Macros where the grammar expects none.

use super::{HABITS, begins_declaration, is_macro_name};
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
/// Words that begin a statement: what follows is an expression.
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
/// What the names of macros for calling conventions end with.
const CONVENTIONS: &[&[u8]] = &[b"WINAPI", b"APIENTRY", b"CALLBACK", b"CALL", b"CDECL"];
/// Words that are no macros.
const KEYWORDS: &[&[u8]] = &[
    b"int",
    b"long",
    b"short",
    b"char",
    b"float",
    b"double",
    b"void",
    b"bool",
    b"signed",
    b"unsigned",
    b"auto",
    b"const",
    b"volatile",
    b"struct",
    b"union",
    b"enum",
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
/// Heads whose brackets are followed by a statement.
const HEADS: &[&[u8]] = &[b"if", b"for", b"while", b"switch", b"catch"];

/// Blanks macros that stand where the grammar expects none, and what else of a declaration it does not know.
pub(super) fn macros(source: &[u8], gaps: &mut Gaps) {
    let tokens = Tokens::of(source, HABITS);
    let partners = tokens.partners();
    let classes = class_names(&tokens);
    let in_code = in_code(&tokens);
    let mut blanked_until = 0;
    for (index, is_in_code) in in_code.iter().copied().enumerate() {
        if index < blanked_until {
            continue;
        }
        since_cpp_23(&tokens, index, gaps);
        if let Some(last) = default_value(&tokens, index, gaps).or_else(|| access(&tokens, index, gaps)) {
            blanked_until = last + 1;
            continue;
        }
        let shouts = is_macro_name(tokens.text(index));
        if !tokens.is_word(index) || !shouts && (is_in_code || KEYWORDS.contains(&tokens.text(index))) {
            continue;
        }
        let has_arguments = tokens.text(index + 1) == b"(";
        let last = if has_arguments { partners.of(index + 1) } else { Some(index) };
        let Some(last) = last else { continue };
        let site = MacroSite {
            tokens: &tokens,
            partners: &partners,
            classes: &classes,
            index,
            last,
            has_arguments,
            in_code: is_in_code,
            blanked_until,
        };
        let out_of_place = if shouts { site.is_out_of_place() } else { site.is_extra_word() };
        let span = tokens.span(index, last);
        let statement = out_of_place.then(|| end_of_statement(source, &site, span.end)).flatten();
        if let Some(end) = statement {
            gaps.put(end, b";");
        } else if out_of_place {
            gaps.blank(span);
            blanked_until = last + 1;
        }
    }
}

/// Where a semicolon finds room behind a macro with arguments that stands where a statement does, as one that writes a loop:
/// `LIST_EACH(node, list) f(node);`. With it, it is a call for the grammar, and what follows a statement of its own. A line feed is
/// no room: every line keeps its number.
fn end_of_statement(source: &[u8], site: &MacroSite<'_, '_>, end: usize) -> Option<usize> {
    let stands_alone =
        site.in_code && site.has_arguments && begins_declaration(site.tokens.before(site.index));
    let blank = source[end..].iter().take_while(|b| b.is_ascii_whitespace());
    let room = blank.enumerate().find(|(_, b)| matches!(b, b' ' | b'\t'));
    room.filter(|_| stands_alone).map(|(at, _)| end + at)
}

/// Names that `class` and `struct` declare.
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

/// Tokens before an opening brace that are looked at.
const LONGEST_HEAD: usize = 80;

/// For each token whether it stands in the body of a function, or in a value.
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

/// `= {}` for a parameter, and `= a` for one without a name.
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
    if matches!(tokens.before(index), b"*" | b"&") && ends(index + 2) {
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
    tokens: &'a Tokens<'s>,
    partners: &'a Partners,
    classes: &'a HashSet<&'s [u8]>,
    index: usize,
    /// The last token: the name itself, or the bracket behind its arguments.
    last: usize,
    has_arguments: bool,
    in_code: bool,
    /// One past the last token that was blanked.
    blanked_until: usize,
}

impl MacroSite<'_, '_> {
    fn is_out_of_place(&self) -> bool {
        self.is_line()
            || self.is_specifier()
            || self.is_before_constructor()
            || self.is_calling_convention()
            || self.is_trailing()
            || self.is_declaration()
    }

    /// A word in small letters that is one too many: `forceinline int f(void)`, `int f(void) my_noexcept {`.
    fn is_extra_word(&self) -> bool {
        let before = self.tokens.before(self.index);
        if before == b")" && !self.has_arguments && matches!(self.next(), b"{" | b";") {
            return self.is_behind_parameters();
        }
        let place = self.at_beginning() || matches!(before, b"static" | b"extern" | b"inline");
        let qualifies = matches!(self.next(), b"const" | b"volatile" | b"operator");
        place && !self.has_arguments && !qualifies && self.names_follow()
    }

    fn next(&self) -> &[u8] {
        self.tokens.text(self.last + 1)
    }

    /// True where a declaration may begin: behind a macro that was blanked, too.
    fn at_beginning(&self) -> bool {
        begins_declaration(self.tokens.before(self.index))
            || self.index > 0 && self.index == self.blanked_until
            || self.tokens.before(self.index) == b">" && self.is_behind_template()
    }

    /// `template <class T> MACRO …`
    fn is_behind_template(&self) -> bool {
        let before = (self.index.saturating_sub(LONGEST_HEAD)..self.index).rev();
        let mut before = before.map(|at| self.tokens.text(at));
        before.find(|text| matches!(*text, b"template" | b";" | b"{" | b"}")) == Some(b"template")
    }

    /// A line of its own without a semicolon: `Q_OBJECT`, `BEGIN_NAMESPACE`, `PROPERTY(a b)`.
    fn is_line(&self) -> bool {
        let next = self.last + 1;
        let alone = self.tokens.all[self.index].first && self.tokens.is_first(next) && self.at_beginning();
        let goes_on = self.tokens.is_word(next) || matches!(self.next(), b"}" | b"~" | b"[" | b"");
        // The type of a function may stand on a line of its own.
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
        let place = self.at_beginning() || SPECIFIERS.contains(&before);
        // A type in capitals: `DWORD WINAPI f(`.
        let convention = CONVENTIONS.iter().any(|end| self.next().ends_with(end));
        if convention && !self.has_arguments && self.tokens.text(next + 2) == b"(" {
            return false;
        }
        if !place
            || !self.tokens.is_word(next)
            || STATEMENTS.contains(&self.next()) && self.next() != b"class"
        {
            return matches!(self.next(), b"class" | b"struct" | b"enum" | b"namespace" | b"using") && place;
        }
        self.names_follow()
    }

    /// Two words at least follow: a type and a name.
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
            && (self.tokens.is_word(self.index - 1) && !STATEMENTS.contains(&before)
                || matches!(before, b"*" | b"&" | b">"));
        let names = self.tokens.is_word(self.last + 1) && self.tokens.text(self.last + 2) == b"(";
        behind_type && names && !self.has_arguments
    }

    /// Behind a declaration: `void f() NOEXCEPT;`, `int a GUARDED_BY(b);`.
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
            _ if self.index > 0 && self.index == self.blanked_until => true,
            _ => {
                self.index > 0
                    && self.tokens.is_word(self.index - 1)
                    && !STATEMENTS.contains(&before)
                    && self.is_behind_name()
                    && (!self.has_arguments || matches!(self.next(), b";" | b"="))
            }
        }
    }

    /// The bracket before closes the parameters of a function, and is no cast or condition.
    fn is_behind_parameters(&self) -> bool {
        let Some(opener) = self.partners.of(self.index - 1).filter(|opener| *opener > 0) else {
            return false;
        };
        let head = self.tokens.text(opener - 1);
        let other = HEADS.contains(&head) || STATEMENTS.contains(&head) && head != b"throw";
        let names = self.tokens.is_word(opener - 1) && !other;
        let operator = (opener.saturating_sub(4)..opener).any(|at| self.tokens.text(at) == b"operator");
        names || operator || head == b")" || head == b">" && !self.in_code
    }

    /// The word before is a name and no type: a type stands before it.
    fn is_behind_name(&self) -> bool {
        let Some(type_end) = self.index.checked_sub(2) else { return false };
        let text = self.tokens.text(type_end);
        let name = self.tokens.before(self.index);
        if SPECIFIERS.contains(&name)
            || !self.has_arguments && KEYWORDS.contains(&name)
            || STATEMENTS.contains(&text)
        {
            return false;
        }
        matches!(text, b"*" | b"&" | b">" | b"]")
            || self.tokens.is_word(type_end) && !SPECIFIERS.contains(&text)
    }

    /// Another such macro follows.
    fn ends_before_another(&self) -> bool {
        is_macro_name(self.next()) && self.tokens.before(self.index) == b")"
    }
}
