//! Names that code puts together: `"visit_" + kind`, `` `on${event}` ``, C's `by_##name`, Rust's `[<get_ $name>]`. What begins or
//! ends like such a piece may be meant.

use super::world::family;
use bstr::ByteSlice;
use facts::hash::HashSet;
use facts::language::Language;

/// Least length of a piece that says enough: of a beginning, and of an end.
const LEAST: (usize, usize) = (3, 4);
/// Most arguments of macros of a file that are put together in pairs.
const MAX_PAIRS: usize = 100_000;
/// Most places of a file where C's macros put names together that are looked at.
const MAX_PASTES: usize = 4_000;

/// Functions that look a name up in a loaded module.
pub(super) const LOADERS: &[&str] =
    &["dlsym", "g_module_symbol", "GetProcAddress", "lt_dlsym", "SDL_LoadFunction"];

/// The pieces of names in one file.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    family: Option<Language>,
    begins: Vec<String>,
    ends: Vec<String>,
    /// A macro puts nothing but its arguments together.
    pastes_arguments: bool,
    /// Words between two arguments of a macro that it puts together: `_set_` of `prefix##_set_##name`.
    middles: Vec<String>,
    /// Words that stand beside each other between commas, put together.
    pairs: Vec<String>,
    /// Pieces too short to say anything without the rest of the name: C's `my##name`.
    short: Vec<String>,
    /// Words in parentheses or beside a comma, which may be such a rest.
    arguments: Vec<String>,
    /// Names that macros of well-known libraries put together.
    whole: Vec<String>,
}

/// The pieces of a tree.
#[derive(Debug, Default)]
pub(super) struct Composed {
    begins: HashSet<(Language, String)>,
    ends: HashSet<(Language, String)>,
    pastes_arguments: bool,
    middles: HashSet<String>,
    pairs: HashSet<String>,
    short: HashSet<String>,
    arguments: HashSet<String>,
    whole: HashSet<String>,
}

impl Composed {
    pub fn add(&mut self, pieces: Pieces) {
        let Some(family) = pieces.family else { return };
        self.begins.extend(pieces.begins.into_iter().map(|piece| (family, piece)));
        self.ends.extend(pieces.ends.into_iter().map(|piece| (family, piece)));
        self.pastes_arguments |= pieces.pastes_arguments;
        self.middles.extend(pieces.middles);
        self.pairs.extend(pieces.pairs);
        self.short.extend(pieces.short);
        self.arguments.extend(pieces.arguments);
        self.whole.extend(pieces.whole);
    }

    /// True where code of that family may put the name together.
    pub fn can_be(&self, name: &str, family: Language) -> bool {
        let cuts = || name.char_indices().map(|(at, _)| at).skip(1);
        let begins = |at: usize| self.begins.contains(&(family, name[..at].to_owned())) && goes_on(name, at);
        let ends = |at: usize| self.ends.contains(&(family, name[at..].to_owned()));
        (!self.begins.is_empty() && cuts().any(begins))
            || (!self.ends.is_empty() && cuts().any(ends))
            || (family == Language::C && self.whole.contains(name))
            || (family == Language::C && self.pastes_arguments && self.is_of_arguments(name))
            || (family == Language::C && (self.has_middle(name) || self.is_of_short_piece(name)))
    }

    /// True for a name of a short piece that macros put beside an argument, and a word that is one: `my` and `swap` of `mySwap`.
    fn is_of_short_piece(&self, name: &str) -> bool {
        let cuts = name.char_indices().map(|(at, _)| at).skip(1);
        let known = |piece: &str, rest: &str| self.short.contains(piece) && self.arguments.contains(rest);
        !self.short.is_empty()
            && cuts.map(|at| name.split_at(at)).any(|(left, right)| known(left, right) || known(right, left))
    }

    /// True for a name with a word in it that macros put between their arguments: a short one between a pair of them.
    fn has_middle(&self, name: &str) -> bool {
        let inside = |middle: &str, at: usize| {
            let (before, after) = (&name[..at], &name[at + middle.len()..]);
            let long = middle.len() >= LEAST.1;
            !before.is_empty()
                && !after.is_empty()
                && (long || self.pairs.contains(&format!("{before}{after}")))
        };
        self.middles
            .iter()
            .any(|middle| name.match_indices(middle.as_str()).any(|(at, _)| inside(middle, at)))
    }
}

impl Composed {
    /// True where code of another language than scripts are in puts together what begins the name: `'onclick="show_' . $kind`.
    pub fn can_be_in_page(&self, name: &str) -> bool {
        const LEAST: usize = 6;
        const OTHERS: [Language; 4] = [Language::Php, Language::Ruby, Language::Python, Language::Java];
        let mut cuts = name.char_indices().map(|(at, _)| at).skip(LEAST);
        let begins = |at: usize| {
            let piece = name[..at].to_owned();
            goes_on(name, at) && OTHERS.iter().any(|family| self.begins.contains(&(*family, piece.clone())))
        };
        !self.begins.is_empty() && cuts.any(begins)
    }

    /// True for a name that `a##b` makes of arguments of macros: of a pair, or of a word and a number, which may be counted.
    fn is_of_arguments(&self, name: &str) -> bool {
        self.pairs.contains(name) || name.ends_with(|c: char| c.is_ascii_digit())
    }
}

/// A beginning ends where a word of the name does: `on` is one of `onClick`, not of `only`.
fn goes_on(name: &str, at: usize) -> bool {
    let next = name[at..].chars().next();
    name[..at].ends_with('_') || next.is_some_and(|c| c.is_uppercase() || c == '_' || c.is_ascii_digit())
}

impl Pieces {
    /// Looks for them in the text of a file of code.
    pub fn of(bytes: &[u8], language: Language) -> Pieces {
        let family = family(language);
        let mut pieces = Pieces { family: Some(family), ..Pieces::default() };
        match family {
            Language::C => pieces.pasted(bytes),
            Language::Rust => pieces.bracketed(bytes),
            Language::Go => return Pieces::default(),
            _ => pieces.in_strings(bytes),
        }
        if family == Language::C {
            let short = |piece: &&String| !piece.is_empty() && piece.len() < LEAST.1;
            let found: Vec<String> =
                pieces.begins.iter().chain(&pieces.ends).filter(short).cloned().collect();
            pieces.short.extend(found);
        }
        pieces.begins.retain(|piece| piece.len() >= LEAST.0 || (piece.len() == 2 && family != Language::C));
        pieces.ends.retain(|piece| piece.len() >= LEAST.1);
        pieces
    }

    /// Words of strings that something is put in or added to.
    fn in_strings(&mut self, bytes: &[u8]) {
        let mut at = 0;
        for word in bytes.split(|byte| !is_word(*byte)) {
            let (start, end) = (at, at + word.len());
            at = end + 1;
            if word.is_empty() || word[0].is_ascii_digit() {
                continue;
            }
            let before = start.checked_sub(1).map(|at| bytes[at]);
            let quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'`');
            let begins = || {
                let before = bytes[..start - 1].trim_ascii_end();
                ["startswith(", "startsWith(", "start_with?(", "hasPrefix(", "str_starts_with("]
                    .iter()
                    .any(|call| before.ends_with(call.as_bytes()))
            };
            if before.is_some_and(quote) && (is_continued(&bytes[end..]) || begins()) {
                self.begins.push(text(word));
            }
            let closes = bytes.get(end).is_some_and(|byte| quote(*byte));
            if before.is_some_and(quote) && closes {
                self.whole_piece(word);
            }
            let follows = match before {
                Some(b'}') => true,
                Some(byte) if quote(byte) => adds(&bytes[..start - 1]),
                _ => false,
            };
            if closes && follows {
                self.ends.push(text(word));
            }
        }
    }

    /// A string that is a piece of a name by its underscores: `"_get_"`, `"_wizard_name"`.
    fn whole_piece(&mut self, word: &[u8]) {
        let inner = word.trim_with(|c| c == '_');
        let (opens, closes) = (word.starts_with(b"_"), word.ends_with(b"_"));
        if inner.is_empty() || word.starts_with(b"__") || word.ends_with(b"__") {
            return;
        }
        if closes {
            self.begins.push(text(word));
        } else if opens && inner.contains(&b'_') {
            self.ends.push(text(word));
        }
    }

    /// C's `##`: a name beside it is a piece, unless it is a parameter of the macro.
    fn pasted(&mut self, bytes: &[u8]) {
        let signs = bytes.windows(2).enumerate().filter(|(_, pair)| *pair == b"##");
        for (at, _) in signs.take(MAX_PASTES) {
            let parameters = parameters(&bytes[..at]);
            let left = last_word(&bytes[..at]);
            let right = first_word(&bytes[at + 2..]);
            let is_piece = |word: &&[u8]| !word.is_empty() && !parameters.contains(word);
            let (left, right) = (Some(left).filter(is_piece), Some(right).filter(is_piece));
            self.begins.extend(left.map(text));
            self.ends.extend(right.map(text));
            let after =
                right.map_or(&[][..], |word| &bytes[at + 2..][offset_behind(&bytes[at + 2..], word)..]);
            if after.trim_ascii_start().starts_with(b"##") {
                self.middles.extend(right.map(text));
            }
            self.pastes_arguments |= left.is_none() && right.is_none();
        }
        (self.pairs, self.arguments) = pairs(bytes);
        self.whole = of_gobject(bytes);
        if LOADERS.iter().any(|name| bytes.contains_str(name)) {
            self.in_formats(bytes);
        }
    }

    /// What stands beside `%s` in a string, where names are looked up in loaded modules: `"%s_hook_create"`, `"plugin_%s"`.
    fn in_formats(&mut self, bytes: &[u8]) {
        for percent in bytes.find_iter(b"%").take(MAX_PASTES) {
            let flags = bytes[percent + 1..].iter().take(8);
            let flags =
                flags.take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'*' | b'-')).count();
            let end = percent + 1 + flags;
            if bytes.get(end) == Some(&b's') {
                self.begins.push(text(last_word(&bytes[..percent])));
                self.ends.push(text(first_word(&bytes[end + 1..])));
            }
        }
    }

    /// Rust's `[<get_ $name _mut>]`.
    fn bracketed(&mut self, bytes: &[u8]) {
        let opened = bytes.windows(2).enumerate().filter(|(_, pair)| *pair == b"[<");
        for start in opened.map(|(at, _)| at + 2) {
            let Some(length) = bytes[start..].iter().take(200).position(|byte| *byte == b'>') else {
                continue;
            };
            let inside = bytes[start..start + length].trim_ascii();
            self.begins.push(text(first_word(inside)));
            self.ends.push(text(last_word(inside)));
        }
    }
}

/// The functions that GObject's `G_DEFINE_TYPE(MyApp, my_app, …)` and its like name (<https://docs.gtk.org/gobject/concepts.html>).
fn of_gobject(bytes: &[u8]) -> Vec<String> {
    const ENDINGS: [&str; 5] = ["init", "class_init", "class_finalize", "default_init", "interface_init"];
    let mut found = Vec::new();
    for at in bytes.find_iter(b"G_DEFINE_").take(MAX_PASTES) {
        let Some(open) = bytes[at..].iter().take(100).position(|byte| *byte == b'(') else { continue };
        let arguments = &bytes[at + open + 1..];
        let Some(comma) = arguments.iter().take(200).position(|byte| *byte == b',') else { continue };
        let prefix = text(first_word(arguments[comma + 1..].trim_ascii_start()));
        found.extend(ENDINGS.iter().map(|ending| format!("{prefix}_{ending}")));
    }
    found
}

/// True where the string goes on with a value, or ends and something is added.
fn is_continued(after: &[u8]) -> bool {
    match after {
        [b'{', ..] | [b'$', b'{', ..] | [b'#', b'{', ..] | [b'%', b's' | b'd', ..] | [b'\\', b'(', ..] => {
            true
        }
        [b'"' | b'\'' | b'`', rest @ ..] => {
            let rest = rest.trim_ascii_start();
            rest.starts_with(b"+")
                || rest.starts_with(b"..")
                || rest.starts_with(b". ")
                || rest.starts_with(b"<>")
        }
        _ => false,
    }
}

/// True where what stands before a string is added to it.
fn adds(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    before.ends_with(b"+") || before.ends_with(b"..") || before.ends_with(b" .") || before.ends_with(b"<>")
}

/// Two or three words with commas between them, put together: what a macro may make of its arguments; and words that are
/// arguments by themselves.
fn pairs(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let mut found = Vec::new();
    let mut alone = Vec::new();
    for at in bytes.find_iter(b"(").take(MAX_PAIRS) {
        let word = first_word(&bytes[at + 1..]);
        let after = bytes[at + 1..][offset_behind(&bytes[at + 1..], word)..].trim_ascii_start();
        if !word.is_empty() && after.starts_with(b")") {
            alone.push(text(word));
        }
    }
    let commas = bytes.iter().enumerate().filter(|(_, byte)| **byte == b',');
    for (at, _) in commas.take(MAX_PAIRS) {
        let (left, right) = (last_word(&bytes[..at]), first_word(&bytes[at + 1..]));
        if left.is_empty() || right.is_empty() {
            continue;
        }
        alone.extend([text(left), text(right)]);
        found.push(text(left) + &text(right));
        let behind = bytes[at + 1..][offset_behind(&bytes[at + 1..], right)..].trim_ascii_start();
        let third = behind.strip_prefix(b",").map_or(&[][..], first_word);
        if !third.is_empty() {
            found.push(text(left) + &text(right) + &text(third));
        }
    }
    (found, alone)
}

/// The parameters of the macro in whose body the text ends.
fn parameters(before: &[u8]) -> Vec<&[u8]> {
    const LONGEST: usize = 8 << 10;
    let near = &before[before.len().saturating_sub(LONGEST)..];
    let begins = |at: &usize| near[*at] == b'\n' && !near[..*at].trim_ascii_end().ends_with(b"\\");
    let near = &near[(0..near.len()).rev().find(begins).unwrap_or(0)..];
    let Some(define) = near.windows(7).rposition(|part| part == b"#define" || part == b" define") else {
        return Vec::new();
    };
    let head = &near[define + 7..];
    let Some(open) = head.iter().position(|byte| !is_word(*byte) && !byte.is_ascii_whitespace()) else {
        return Vec::new();
    };
    let Some(close) = head[open..].iter().position(|byte| *byte == b')') else { return Vec::new() };
    head[open..open + close].split(|byte| !is_word(*byte)).filter(|word| !word.is_empty()).collect()
}

/// Where the first word of a text ends.
fn offset_behind(text: &[u8], word: &[u8]) -> usize {
    text.len() - text.trim_ascii_start().len() + word.len()
}

fn last_word(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_end();
    let length = text.iter().rev().take_while(|byte| is_word(**byte)).count();
    &text[text.len() - length..]
}

fn first_word(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    &text[..text.iter().take_while(|byte| is_word(**byte)).count()]
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composes(text: &str, language: Language, name: &str) -> bool {
        let mut composed = Composed::default();
        composed.add(Pieces::of(text.as_bytes(), language));
        composed.can_be(name, family(language))
    }

    #[test]
    fn names_are_put_together_of_strings_and_values() {
        for (text, name) in [
            ("getattr(self, 'visit_' + kind)", "visit_name"),
            ("getattr(self, f\"do_{command}\")", "do_quit"),
            ("getattr(self, 'handle_%s' % kind)", "handle_open"),
            ("getattr(self, kind + '_handler')", "open_handler"),
        ] {
            assert!(composes(text, Language::Python, name), "{text}");
            assert!(!composes(text, Language::Python, "other"), "{text}");
        }
        assert!(composes("this[`on${event}`]()", Language::JavaScript, "onOpen"));
        assert!(!composes("this[`on${event}`]()", Language::JavaScript, "only"));
        assert!(!composes("print('visit_all')", Language::Python, "visit_all_names"));
    }

    #[test]
    fn macros_put_names_together() {
        let one = "#define CALL(n) by_##n()\n#define INIT(n) n ## _setup()\n";
        assert!(composes(one, Language::C, "by_macro"));
        assert!(composes(one, Language::C, "disk_setup"));
        assert!(!composes(one, Language::C, "really_dead"));
        let two = "#define CAT(a, b) a##b\nint x = CAT(get_, size)();\n";
        assert!(composes(two, Language::C, "get_size"));
        assert!(!composes(two, Language::C, "get_length"));
        let many = "#define CAT(a, b, c) a##b##c\nint x = CAT(get_, big_, size)();\n";
        assert!(composes(many, Language::C, "get_big_size"));
        let three = "#define OPT(prefix, name) prefix ## _set_ ## name, prefix##_##name\nint a = { OPT(op_alsa, device) };\n";
        assert!(composes(three, Language::C, "op_alsa_set_device"));
        assert!(composes(three, Language::C, "op_alsa_device"));
        assert!(!composes(three, Language::C, "op_alsa_idle"));
        assert!(composes("paste! { fn [<set_ $name>]() {} }", Language::Rust, "set_size"));
    }

    #[test]
    fn short_pieces_need_the_rest_of_the_name() {
        let inject = "#define INJECT(handle) hook(o##handle, my##handle)\nvoid f(void) { INJECT(SwapBuffers); INJECT2(a, DrawAll); }\n";
        assert!(composes(inject, Language::C, "mySwapBuffers"));
        assert!(composes(inject, Language::C, "oSwapBuffers"));
        assert!(composes(inject, Language::C, "myDrawAll"));
        assert!(!composes(inject, Language::C, "myOther"));
    }

    #[test]
    fn a_string_is_a_piece_of_a_name_by_its_underscores() {
        let text = "for name in self._find('_is_', \"_wizard_required\"): go('_id', '__all__', '_own')\n";
        assert!(composes(text, Language::Python, "_is_open"));
        assert!(composes(text, Language::Python, "_get_wizard_required"));
        assert!(!composes(text, Language::Python, "of_own"));
        assert!(!composes(text, Language::Python, "of_id"));
    }
}
