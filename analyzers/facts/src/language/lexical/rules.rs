//! How to distinguish comments from code in languages without a grammar.

/// Delimiters of a language.
pub struct LexicalRules {
    /// Openings of comments that go to the end of the line. An opening that ends in a letter is a word.
    pub line_comments: &'static [&'static str],
    /// Where comments are allowed.
    pub comment_place: CommentPlace,
    /// True if the openings are case-insensitive.
    pub any_case: bool,
    /// Openings and closings of block comments.
    pub block_comments: &'static [(&'static str, &'static str)],
    /// True if block comments nest.
    pub nested: bool,
    /// Strings; if one opening begins with another, the longer one comes first. An opening that begins with a letter
    /// counts only at the beginning of a word.
    pub strings: &'static [Quotes],
    /// True if quotes only count at the beginning of a value (`the '90s` in YAML).
    pub quotes_start_values: bool,
    /// True if `<<WORD` and `<<-WORD` begin a here-document.
    pub heredocs: bool,
    /// True if `[[…]]` and `[==[…]==]` are strings, and comments after `#` (CMake).
    pub long_brackets: bool,
    /// True if `$$…$$` and `$tag$…$tag$` are strings (SQL).
    pub dollar_quotes: bool,
    /// True if `q'[…]'` is a string (Oracle's SQL).
    pub chosen_quotes: bool,
    /// True if `@"` to `"@` on its own line is a string (PowerShell).
    pub here_strings: bool,
    /// True if `url(…)` without quotes is a string (CSS).
    pub urls: bool,
    /// True if text between equal runs of backticks is literal (Markdown).
    pub code_spans: bool,
    /// True if `<![CDATA[…]]>` is literal text (XML).
    pub character_data: bool,
    /// Blocks that are recognised by the beginning of a line.
    pub layout: Layout,
    /// True if `<script>` and `<style>` hold other languages.
    pub sections: bool,
}

/// A kind of string.
pub struct Quotes {
    /// Opening quote.
    pub opening: &'static str,
    /// Closing quote.
    pub closing: &'static str,
    /// How to write the closing quote inside the string.
    pub escape: Escape,
    /// True if it may hold line breaks.
    pub spans_lines: bool,
}

/// How to write the closing quote inside a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// Not possible.
    None,
    /// With that character before it.
    By(u8),
    /// Twice.
    Doubled,
    /// Twice, or with that character before it.
    DoubledOrBy(u8),
    /// As in Nix's indented strings.
    Nix,
}

/// Where a line comment is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentPlace {
    /// Anywhere.
    Anywhere,
    /// With only white space before it on its line.
    StartOfLine,
    /// The same, unless a backslash at the end of the line above continues a value.
    StartOfEntry,
    /// With only white space before it on its line, or behind a `&`.
    StartOfCommand,
    /// At the start of a line or after white space.
    AfterSpace,
    /// Not within a word.
    BetweenWords,
    /// Anywhere except after a backslash.
    NotEscaped,
}

/// Blocks that are recognised by the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// None.
    Free,
    /// YAML: block scalars.
    Yaml,
    /// Markdown: fenced code.
    Markdown,
    /// reStructuredText: comments and literal blocks.
    ReStructured,
    /// Makefiles: recipes and multi-line definitions.
    Make,
}

const fn quotes(opening: &'static str, closing: &'static str, escape: Escape, spans_lines: bool) -> Quotes {
    Quotes { opening, closing, escape, spans_lines }
}

const fn one_line(quote: &'static str, escape: Escape) -> Quotes {
    quotes(quote, quote, escape, false)
}

const fn many_lines(quote: &'static str, escape: Escape) -> Quotes {
    quotes(quote, quote, escape, true)
}

const BACKSLASH: Escape = Escape::By(b'\\');

/// A language without comments.
pub const PLAIN: LexicalRules = LexicalRules {
    line_comments: &[],
    comment_place: CommentPlace::Anywhere,
    any_case: false,
    block_comments: &[],
    nested: false,
    strings: &[],
    quotes_start_values: false,
    heredocs: false,
    long_brackets: false,
    dollar_quotes: false,
    chosen_quotes: false,
    here_strings: false,
    urls: false,
    code_spans: false,
    character_data: false,
    layout: Layout::Free,
    sections: false,
};
/// Comments like C's.
pub const C_LIKE: LexicalRules = LexicalRules {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    strings: &[one_line("\"", BACKSLASH), one_line("'", BACKSLASH)],
    ..PLAIN
};
/// Comments after `#`, as in Python.
pub const HASH: LexicalRules = LexicalRules {
    line_comments: &["#"],
    strings: &[
        many_lines("\"\"\"", BACKSLASH),
        many_lines("'''", BACKSLASH),
        one_line("\"", BACKSLASH),
        one_line("'", BACKSLASH),
    ],
    ..PLAIN
};
/// Comments after `--`, as in Lua and Haskell.
pub const DASHES: LexicalRules = LexicalRules {
    line_comments: &["--"],
    block_comments: &[("{-", "-}")],
    strings: &[one_line("\"", BACKSLASH)],
    ..PLAIN
};
/// Comments as in OCaml.
pub const ML: LexicalRules = LexicalRules {
    block_comments: &[("(*", "*)")],
    nested: true,
    strings: &[one_line("\"", BACKSLASH)],
    ..PLAIN
};
pub(super) const XML: LexicalRules =
    LexicalRules { block_comments: &[("<!--", "-->")], character_data: true, ..PLAIN };
/// Markup whose sections hold other languages.
pub const DOCUMENT: LexicalRules =
    LexicalRules { block_comments: &[("<!--", "-->")], sections: true, ..PLAIN };
pub(super) const MARKDOWN: LexicalRules =
    LexicalRules { block_comments: &[("<!--", "-->")], code_spans: true, layout: Layout::Markdown, ..PLAIN };
pub(super) const RESTRUCTURED: LexicalRules = LexicalRules { layout: Layout::ReStructured, ..PLAIN };
pub(super) const SQL: LexicalRules = LexicalRules {
    line_comments: &["--"],
    block_comments: &[("/*", "*/")],
    strings: &[
        many_lines("'", Escape::Doubled),
        many_lines("\"", Escape::Doubled),
        quotes("E'", "'", Escape::DoubledOrBy(b'\\'), true),
        quotes("e'", "'", Escape::DoubledOrBy(b'\\'), true),
    ],
    dollar_quotes: true,
    chosen_quotes: true,
    ..PLAIN
};
pub(super) const TOML: LexicalRules = LexicalRules {
    line_comments: &["#"],
    strings: &[
        many_lines("\"\"\"", BACKSLASH),
        many_lines("'''", Escape::None),
        one_line("\"", BACKSLASH),
        one_line("'", Escape::None),
    ],
    ..PLAIN
};
pub(super) const YAML: LexicalRules = LexicalRules {
    line_comments: &["#"],
    comment_place: CommentPlace::AfterSpace,
    strings: &[many_lines("\"", BACKSLASH), many_lines("'", Escape::Doubled)],
    quotes_start_values: true,
    layout: Layout::Yaml,
    ..PLAIN
};
pub(super) const MAKE: LexicalRules = LexicalRules {
    line_comments: &["#"],
    comment_place: CommentPlace::NotEscaped,
    layout: Layout::Make,
    ..PLAIN
};
pub(super) const GO_MOD: LexicalRules = LexicalRules {
    line_comments: &["//"],
    strings: &[one_line("\"", BACKSLASH), many_lines("`", Escape::None)],
    ..PLAIN
};
pub(super) const DOCKER: LexicalRules =
    LexicalRules { line_comments: &["#"], comment_place: CommentPlace::StartOfLine, heredocs: true, ..PLAIN };
/// CSS.
pub const STYLE_SHEET: LexicalRules = LexicalRules { line_comments: &[], urls: true, ..C_LIKE };
/// SCSS and Less.
pub const STYLE_SHEET_WITH_LINE_COMMENTS: LexicalRules = LexicalRules { urls: true, ..C_LIKE };
pub(super) const JSON: LexicalRules = LexicalRules { strings: &[one_line("\"", BACKSLASH)], ..C_LIKE };
pub(super) const GRAPHQL: LexicalRules = LexicalRules {
    line_comments: &["#"],
    strings: &[many_lines("\"\"\"", BACKSLASH), one_line("\"", BACKSLASH)],
    ..PLAIN
};
pub(super) const INI: LexicalRules =
    LexicalRules { line_comments: &["#", ";"], comment_place: CommentPlace::StartOfLine, ..PLAIN };
/// Java's property files (`java.util.Properties.load`).
pub(super) const PROPERTIES: LexicalRules =
    LexicalRules { line_comments: &["#", "!"], comment_place: CommentPlace::StartOfEntry, ..PLAIN };
pub(super) const HCL: LexicalRules = LexicalRules {
    line_comments: &["#", "//"],
    strings: &[one_line("\"", BACKSLASH)],
    heredocs: true,
    ..C_LIKE
};
pub(super) const NIX: LexicalRules = LexicalRules {
    line_comments: &["#"],
    block_comments: &[("/*", "*/")],
    strings: &[many_lines("''", Escape::Nix), many_lines("\"", BACKSLASH)],
    ..PLAIN
};
pub(super) const BATCH: LexicalRules = LexicalRules {
    line_comments: &["rem", "@rem", "::"],
    comment_place: CommentPlace::StartOfCommand,
    any_case: true,
    strings: &[one_line("\"", Escape::None)],
    ..PLAIN
};
pub(super) const POWERSHELL: LexicalRules = LexicalRules {
    line_comments: &["#"],
    comment_place: CommentPlace::BetweenWords,
    block_comments: &[("<#", "#>")],
    strings: &[many_lines("\"", Escape::By(b'`')), many_lines("'", Escape::Doubled)],
    here_strings: true,
    ..PLAIN
};
pub(super) const CMAKE: LexicalRules = LexicalRules {
    line_comments: &["#"],
    strings: &[many_lines("\"", BACKSLASH)],
    long_brackets: true,
    ..PLAIN
};
