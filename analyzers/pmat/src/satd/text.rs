//! A comment's words without its syntax: delimiters, stars down the left edge, line breaks.

/// The words of a comment on one line, and where each byte of them is in the comment.
pub(super) struct Words {
    pub text: String,
    /// Offset in the comment of each byte of `text`.
    origin: Vec<u32>,
    /// Offsets in `text` at which the comment's lines begin.
    pub line_starts: Vec<usize>,
}

/// Openings of a comment's lines; if one is a prefix of another, the longer one comes first.
const OPENINGS: &[&str] = &[
    "<!--", "///", "//!", "//", "/**", "/*!", "/*", "*/", "*", "#!", "#", "---", "--", "{-|", "{-", "(*",
    ";;;", ";;", ";", "%%", "%", "\"\"\"", "'''", "'", "=begin", "!",
];
const CLOSINGS: &[&str] = &["*/", "-->", "-}", "*)", "\"\"\"", "'''", "=end", "*"];

impl Words {
    /// The words of `comment`; lines that look like code are left out.
    pub fn of(comment: &str) -> Words {
        let mut words =
            Words { text: String::with_capacity(comment.len()), origin: Vec::new(), line_starts: Vec::new() };
        let mut start = 0;
        for line in comment.split('\n') {
            let (from, content) = content(line);
            if !content.is_empty() && !is_code(content) {
                words.add_line(content, start + from);
            }
            start += line.len() + 1;
        }
        words
    }

    fn add_line(&mut self, content: &str, at: usize) {
        if !self.text.is_empty() {
            self.text.push(' ');
            self.origin.push(at.saturating_sub(1) as u32);
        }
        self.line_starts.push(self.text.len());
        self.text.push_str(content);
        self.origin.extend((at..at + content.len()).map(|offset| offset as u32));
    }

    /// Where byte `at` of the words is in the comment.
    pub fn origin(&self, at: usize) -> usize {
        self.origin.get(at).map_or(0, |offset| *offset as usize)
    }

    /// The rest of the line that holds byte `at`, from there on.
    pub fn rest_of_line(&self, at: usize) -> &str {
        let next = self.line_starts.partition_point(|start| *start <= at);
        let end = self.line_starts.get(next).map_or(self.text.len(), |start| *start);
        self.text[at..end].trim_end()
    }
}

/// A line without comment delimiters and surrounding white space, and where it begins.
fn content(line: &str) -> (usize, &str) {
    let mut rest = line.trim_start();
    // Twice, because `/** * text` and `// # text` occur.
    for _ in 0..2 {
        if let Some(opening) = OPENINGS.iter().find(|opening| rest.starts_with(**opening)) {
            rest = rest[opening.len()..]
                .trim_start_matches(['/', '*', '#', '!', ';', '%', '-', '='])
                .trim_start();
        }
    }
    let start = line.len() - rest.len();
    let mut rest = rest.trim_end();
    if let Some(closing) = CLOSINGS.iter().find(|closing| rest.ends_with(**closing)) {
        rest = rest[..rest.len() - closing.len()].trim_end_matches(['*', '-']).trim_end();
    }
    (start, rest)
}

/// True for a line that is a statement, not prose: it ends like a statement and contains characters that prose does
/// not.
fn is_code(line: &str) -> bool {
    let ends = line.ends_with([';', '{', '}']) || line.ends_with(");") || line.ends_with("),");
    let holds = line.contains('(') || line.contains('=') || line.starts_with('}') || line.contains('{');
    let begins = [
        "if (", "if(", "for (", "for(", "while (", "return ", "let ", "var ", "const ", "import ",
        "#include", "def ",
    ]
    .iter()
    .any(|start| line.starts_with(start));
    let says = ["todo", "fixme", "hack", "xxx"]
        .iter()
        .any(|word| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    !says && ((ends && holds) || (begins && (ends || line.contains(" = "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_go_and_positions_stay() {
        let comment = "/**\n   * First line\n   * and second. */";
        let words = Words::of(comment);
        assert_eq!(words.text, "First line and second.");
        let second = words.text.find("second").expect("it is there");
        assert_eq!(words.origin(second), comment.find("second").expect("it is there"));
        assert_eq!(words.rest_of_line(second), "second.");
        assert_eq!(words.rest_of_line(0), "First line");
    }

    #[test]
    fn every_language_s_delimiters_are_known() {
        for comment in [
            "// x",
            "# x",
            "-- x",
            "; x",
            "% x",
            "/* x */",
            "(* x *)",
            "{- x -}",
            "<!-- x -->",
            "/// x",
            "\"\"\" x \"\"\"",
        ] {
            assert_eq!(Words::of(comment).text, "x", "{comment}");
        }
    }

    #[test]
    fn code_that_was_commented_out_is_not_prose() {
        assert_eq!(Words::of("// int x = workaround(1);").text, "");
        assert_eq!(Words::of("// if (ugly) {\n// so much (for now)").text, "so much (for now)");
    }
}
