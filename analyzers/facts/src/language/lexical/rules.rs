//! What distinguishes comments from code in languages without a grammar.

/// Delimiters of a language.
pub struct LexicalRules {
    /// Openings of comments to the end of the line. One that ends in a letter is a word.
    pub line_comments: &'static [&'static str],
    /// Where they may be.
    pub comment_place: CommentPlace,
    /// True if their letters may be large or small.
    pub any_case: bool,
    /// Openings and closings of comments in between.
    pub block_comments: &'static [(&'static str, &'static str)],
    /// True if block comments nest.
    pub nested: bool,
    /// Strings; of two that begin alike the longer opening is first.
    pub strings: &'static [Quotes],
    /// True if quotes are such at the beginning of a value only (`the '90s` in YAML).
    pub quotes_start_values: bool,
    /// True if `<<WORD` and `<<-WORD` begin a here-document.
    pub heredocs: bool,
    /// True if `[[…]]` and `[==[…]==]` are texts, and comments behind `#` (CMake).
    pub long_brackets: bool,
    /// True if `$$…$$` and `$tag$…$tag$` are texts (SQL).
    pub dollar_quotes: bool,
    /// True if `@"` to `"@` on a line of its own is a text (PowerShell).
    pub here_strings: bool,
    /// True if `url(…)` without quotes is a text (CSS).
    pub urls: bool,
    /// True if text between equal runs of backticks means nothing (Markdown).
    pub code_spans: bool,
    /// True if `<![CDATA[…]]>` is a text (XML).
    pub character_data: bool,
    /// What the lines' beginnings mean.
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
    /// How the closing quote is written within.
    pub escape: Escape,
    /// True if it may hold line breaks.
    pub spans_lines: bool,
}

/// How the closing quote is written within a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// Not at all.
    None,
    /// With that sign before it.
    By(u8),
    /// Twice.
    Doubled,
    /// As Nix does in its indented strings.
    Nix,
}

/// Where a line comment may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentPlace {
    /// Anywhere.
    Anywhere,
    /// With nothing but white space before it on its line.
    StartOfLine,
    /// At the start of a line or behind white space.
    AfterSpace,
    /// Not within a word.
    BetweenWords,
    /// Anywhere but behind a backslash.
    NotEscaped,
}

/// What the beginnings of lines mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Nothing.
    Free,
    /// YAML: block scalars.
    Yaml,
    /// Markdown: fenced code.
    Markdown,
    /// reStructuredText: comments and literal blocks.
    ReStructured,
    /// Makefiles: recipes and definitions of many lines.
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
    here_strings: false,
    urls: false,
    code_spans: false,
    character_data: false,
    layout: Layout::Free,
    sections: false,
};
/// Comments as in C.
pub const C_LIKE: LexicalRules = LexicalRules {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    strings: &[one_line("\"", BACKSLASH), one_line("'", BACKSLASH)],
    ..PLAIN
};
/// Comments behind `#`, as in Python.
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
/// Comments behind `--`, as in Lua and Haskell.
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
    strings: &[many_lines("'", Escape::Doubled), many_lines("\"", Escape::Doubled)],
    dollar_quotes: true,
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
    comment_place: CommentPlace::StartOfLine,
    any_case: true,
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
