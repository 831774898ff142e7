//! Languages without a grammar here: their lines and comments, told by comment and string delimiters.

use super::registry::{LanguageSpec, Syntax};
use crate::model::{Comment, CommentKind, Span};

/// Delimiters of a language.
pub struct LexicalRules {
    /// Openings of comments to the end of the line.
    pub line_comments: &'static [&'static str],
    /// Openings and closings of comments in between.
    pub block_comments: &'static [(&'static str, &'static str)],
    /// True where block comments nest.
    pub nested: bool,
    /// Opening and closing quotes, and the character that escapes inside them (0 for none). A string whose quote is one
    /// character ends at the line's end at the latest.
    pub strings: &'static [(&'static str, &'static str, u8)],
    /// True where line comments only start a line (Dockerfile, INI).
    pub comment_starts_line: bool,
    /// True where a line comment within a line needs white space before it (YAML).
    pub comment_after_space: bool,
}

/// What [`scan`] finds.
pub struct Scanned {
    /// Comments in order.
    pub comments: Vec<Comment>,
    /// Lines (1-based, ascending, distinct) that hold anything besides comments and white space.
    pub code_lines: Vec<u32>,
}

/// Splits text into comments and the rest, in one pass.
pub fn scan(rules: &'static LexicalRules, bytes: &[u8]) -> Scanned {
    let mut scanner =
        Scanner { rules, bytes, at: 0, line: 1, line_start: 0, comments: Vec::new(), code_lines: Vec::new() };
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        scanner.at = 3;
    }
    while scanner.at < bytes.len() {
        scanner.step();
    }
    Scanned { comments: scanner.comments, code_lines: scanner.code_lines }
}

struct Scanner<'s> {
    rules: &'static LexicalRules,
    bytes: &'s [u8],
    at: usize,
    line: u32,
    line_start: usize,
    comments: Vec<Comment>,
    code_lines: Vec<u32>,
}

impl Scanner<'_> {
    fn step(&mut self) {
        let byte = self.bytes[self.at];
        if byte.is_ascii_whitespace() {
            self.advance(1);
        } else if let Some(opening) = self.line_comment() {
            let end = self.end_of_line();
            self.comment(CommentKind::Line, end.max(self.at + opening));
        } else if let Some((opening, closing)) = self.block_comment() {
            let end = self.end_of_block(opening, closing);
            self.comment(CommentKind::Block, end);
        } else if let Some((opening, closing, escape)) = self.string() {
            let end = self.end_of_string(opening, closing, escape);
            self.code_until(end);
        } else {
            self.code_until(self.at + 1);
        }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn line_comment(&self) -> Option<usize> {
        if self.rules.comment_starts_line && self.code_lines.last() == Some(&self.line) {
            return None;
        }
        let after_space = self.at == 0 || self.bytes[self.at - 1].is_ascii_whitespace();
        if self.rules.comment_after_space && !after_space {
            return None;
        }
        self.rules.line_comments.iter().find(|o| self.rest().starts_with(o.as_bytes())).map(|o| o.len())
    }

    fn block_comment(&self) -> Option<(&'static str, &'static str)> {
        self.rules.block_comments.iter().find(|(o, _)| self.rest().starts_with(o.as_bytes())).copied()
    }

    fn string(&self) -> Option<(&'static str, &'static str, u8)> {
        self.rules.strings.iter().find(|(o, ..)| self.rest().starts_with(o.as_bytes())).copied()
    }

    fn end_of_line(&self) -> usize {
        let end = self.rest().iter().position(|b| *b == b'\n').map_or(self.bytes.len(), |n| self.at + n);
        if end > self.at && self.bytes[end - 1] == b'\r' { end - 1 } else { end }
    }

    fn end_of_block(&self, opening: &str, closing: &str) -> usize {
        let mut depth = 1;
        let mut at = self.at + opening.len();
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            if rest.starts_with(closing.as_bytes()) {
                at += closing.len();
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            } else if self.rules.nested && rest.starts_with(opening.as_bytes()) {
                at += opening.len();
                depth += 1;
            } else {
                at += 1;
            }
        }
        self.bytes.len()
    }

    fn end_of_string(&self, opening: &str, closing: &str, escape: u8) -> usize {
        let mut at = self.at + opening.len();
        while at < self.bytes.len() {
            let byte = self.bytes[at];
            if byte == b'\n' && closing.len() == 1 {
                return at;
            }
            if escape != 0 && byte == escape {
                at += 2;
            } else if self.bytes[at..].starts_with(closing.as_bytes()) {
                return at + closing.len();
            } else {
                at += 1;
            }
        }
        self.bytes.len()
    }

    fn comment(&mut self, kind: CommentKind, end: usize) {
        let start = self.at;
        let (start_line, start_column) = (self.line, (start - self.line_start) as u32 + 1);
        let trailing = self.code_lines.last() == Some(&self.line);
        self.advance(end - start);
        let span = Span {
            start_byte: start as u32,
            end_byte: end as u32,
            start_line,
            end_line: if end > start && self.bytes[end - 1] == b'\n' { self.line - 1 } else { self.line },
            start_column,
        };
        let text = String::from_utf8_lossy(&self.bytes[start..end]).into_owned();
        self.comments.push(Comment { span, kind, trailing, text });
    }

    fn code_until(&mut self, end: usize) {
        let end = end.min(self.bytes.len());
        while self.at < end {
            if !self.bytes[self.at].is_ascii_whitespace() && self.code_lines.last() != Some(&self.line) {
                self.code_lines.push(self.line);
            }
            self.advance(1);
        }
    }

    fn advance(&mut self, count: usize) {
        for _ in 0..count {
            if self.bytes[self.at] == b'\n' {
                self.line += 1;
                self.line_start = self.at + 1;
            }
            self.at += 1;
        }
    }
}

const C_COMMENTS: LexicalRules = LexicalRules {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    nested: false,
    strings: &[("\"", "\"", b'\\'), ("'", "'", b'\\')],
    comment_starts_line: false,
    comment_after_space: false,
};
const HASH_COMMENTS: LexicalRules = LexicalRules {
    line_comments: &["#"],
    block_comments: &[],
    nested: false,
    strings: &[("\"", "\"", b'\\'), ("'", "'", 0)],
    comment_starts_line: false,
    comment_after_space: false,
};
const MARKUP: LexicalRules = LexicalRules {
    line_comments: &[],
    block_comments: &[("<!--", "-->")],
    nested: false,
    strings: &[],
    comment_starts_line: false,
    comment_after_space: false,
};
const NO_COMMENTS: LexicalRules = LexicalRules {
    line_comments: &[],
    block_comments: &[],
    nested: false,
    strings: &[],
    comment_starts_line: false,
    comment_after_space: false,
};
const SQL_RULES: LexicalRules = LexicalRules {
    line_comments: &["--"],
    block_comments: &[("/*", "*/")],
    nested: false,
    strings: &[("'", "'", 0), ("\"", "\"", 0)],
    comment_starts_line: false,
    comment_after_space: false,
};
const TOML_RULES: LexicalRules = LexicalRules {
    line_comments: &["#"],
    block_comments: &[],
    nested: false,
    strings: &[("\"\"\"", "\"\"\"", b'\\'), ("'''", "'''", 0), ("\"", "\"", b'\\'), ("'", "'", 0)],
    comment_starts_line: false,
    comment_after_space: false,
};
const YAML_RULES: LexicalRules = LexicalRules { comment_after_space: true, ..HASH_COMMENTS };
const MAKE_RULES: LexicalRules = LexicalRules { strings: &[], ..HASH_COMMENTS };
const GO_MOD_RULES: LexicalRules =
    LexicalRules { line_comments: &["//"], strings: &[("\"", "\"", b'\\'), ("`", "`", 0)], ..NO_COMMENTS };
const DOCKER_RULES: LexicalRules = LexicalRules { comment_starts_line: true, strings: &[], ..HASH_COMMENTS };
const CSS_RULES: LexicalRules = LexicalRules { line_comments: &[], ..C_COMMENTS };
const JSON_RULES: LexicalRules = LexicalRules { strings: &[("\"", "\"", b'\\')], ..C_COMMENTS };
const INI_RULES: LexicalRules =
    LexicalRules { line_comments: &["#", ";"], comment_starts_line: true, strings: &[], ..NO_COMMENTS };
const HCL_RULES: LexicalRules =
    LexicalRules { line_comments: &["#", "//"], strings: &[("\"", "\"", b'\\')], ..C_COMMENTS };
const NIX_RULES: LexicalRules =
    LexicalRules { line_comments: &["#"], strings: &[("''", "''", 0), ("\"", "\"", b'\\')], ..C_COMMENTS };
const BATCH_RULES: LexicalRules = LexicalRules {
    line_comments: &["REM ", "rem ", "Rem ", "@REM ", "@rem ", "::"],
    comment_starts_line: true,
    ..NO_COMMENTS
};
const POWERSHELL_RULES: LexicalRules = LexicalRules {
    block_comments: &[("<#", "#>")],
    strings: &[("\"", "\"", b'`'), ("'", "'", 0)],
    ..HASH_COMMENTS
};
const CMAKE_RULES: LexicalRules =
    LexicalRules { block_comments: &[("#[[", "]]")], strings: &[("\"", "\"", b'\\')], ..HASH_COMMENTS };

macro_rules! lexical_languages {
    ($($constant:ident: $name:literal, $id:literal, [$($extension:literal)*], [$($file:literal)*], $rules:expr;)*) => {
        $(
            #[doc = concat!("Lines and comments of ", $name, ".")]
            pub const $constant: LanguageSpec = LanguageSpec {
                name: $name,
                id: $id,
                extensions: &[$($extension),*],
                file_names: &[$($file),*],
                interpreters: &[],
                syntax: Syntax::Lexical(&$rules),
            };
        )*
    };
}

lexical_languages! {
    HTML: "HTML", "html", ["html" "htm" "xhtml"], [], MARKUP;
    XML: "XML", "xml", ["xml" "xsd" "xsl" "xslt" "svg" "plist" "csproj" "props" "targets" "xaml" "resx"], [], MARKUP;
    VUE: "Vue", "vue", ["vue"], [], MARKUP;
    SVELTE: "Svelte", "svelte", ["svelte"], [], MARKUP;
    MARKDOWN: "Markdown", "markdown", ["md" "markdown" "mdx"], [], MARKUP;
    RST: "reStructuredText", "restructuredtext", ["rst"], [], NO_COMMENTS;
    TEXT: "Text", "text", ["txt" "pem" "key" "asc"], ["LICENSE" "COPYING" "AUTHORS" "NOTICE" "README"], NO_COMMENTS;
    CSS: "CSS", "css", ["css"], [], CSS_RULES;
    SCSS: "SCSS", "scss", ["scss" "less" "sass"], [], C_COMMENTS;
    JSON: "JSON", "json", ["json" "jsonc" "json5" "geojson" "webmanifest"], [".babelrc" ".eslintrc" ".prettierrc"], JSON_RULES;
    YAML: "YAML", "yaml", ["yaml" "yml"], [".clang-format" ".clang-tidy"], YAML_RULES;
    TOML: "TOML", "toml", ["toml"], ["Cargo.lock" "poetry.lock" "uv.lock" "Pipfile"], TOML_RULES;
    INI: "INI", "ini", ["ini" "cfg" "conf" "properties" "editorconfig" "env"],
        [".env" ".editorconfig" ".gitconfig" ".gitmodules" ".npmrc"], INI_RULES;
    SQL: "SQL", "sql", ["sql"], [], SQL_RULES;
    PROTOBUF: "Protocol Buffers", "protobuf", ["proto"], [], C_COMMENTS;
    GRAPHQL: "GraphQL", "graphql", ["graphql" "gql"], [], HASH_COMMENTS;
    HCL: "HCL", "hcl", ["hcl" "tf" "tfvars"], [], HCL_RULES;
    NIX: "Nix", "nix", ["nix"], [], NIX_RULES;
    MAKEFILE: "Makefile", "makefile", ["mk" "mak"], ["Makefile" "makefile" "GNUmakefile"], MAKE_RULES;
    CMAKE: "CMake", "cmake", ["cmake"], ["CMakeLists.txt"], CMAKE_RULES;
    GO_MOD: "Go module", "go-mod", [], ["go.mod" "go.work"], GO_MOD_RULES;
    DOCKERFILE: "Dockerfile", "dockerfile", ["dockerfile"], ["Dockerfile" "Containerfile"], DOCKER_RULES;
    BATCH: "Batch", "batch", ["bat" "cmd"], [], BATCH_RULES;
    POWERSHELL: "PowerShell", "powershell", ["ps1" "psm1" "psd1"], [], POWERSHELL_RULES;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(rules: &'static LexicalRules, text: &str) -> (Vec<String>, Vec<u32>) {
        let scanned = scan(rules, text.as_bytes());
        (scanned.comments.into_iter().map(|c| c.text).collect(), scanned.code_lines)
    }

    #[test]
    fn comment_openings_inside_strings_are_not_comments() {
        let (found, code) = comments(&JSON_RULES, "{ \"url\": \"http://x\" } // note\n/* a\n b */ 1\n");
        assert_eq!(found, ["// note", "/* a\n b */"]);
        assert_eq!(code, [1, 3]);
    }

    #[test]
    fn an_unclosed_string_ends_with_its_line() {
        let (found, _) = comments(&SQL_RULES, "select 'it\n-- real\n");
        assert_eq!(found, ["-- real"]);
    }

    #[test]
    fn an_unclosed_block_comment_reaches_the_end() {
        let (found, code) = comments(&MARKUP, "<p>\n<!-- open\n\n</p>");
        assert_eq!(found, ["<!-- open\n\n</p>"]);
        assert_eq!(code, [1]);
    }
}
