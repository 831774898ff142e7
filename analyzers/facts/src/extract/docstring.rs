//! Text of documentation strings: Python's docstrings, Elixir's `@doc`, Julia's strings above definitions.

use super::symbols::first_sentence;

/// First sentence of a documentation string, which may be several adjacent literals.
pub(super) fn summary(literals: &str) -> String {
    let mut said = String::new();
    let mut rest = literals.trim();
    while let Some((literal, behind)) = Literal::at(rest) {
        said.push_str(&literal.text());
        rest = behind.trim_start_matches(|c: char| c.is_whitespace() || c == '\\');
    }
    first_sentence(said.lines().map(str::trim))
}

/// A string as written in the source.
struct Literal<'t> {
    inside: &'t str,
    /// Backslashes have no special meaning.
    raw: bool,
}

impl<'t> Literal<'t> {
    /// The literal at the beginning of a text, and the rest of the text.
    fn at(text: &'t str) -> Option<(Literal<'t>, &'t str)> {
        let prefix =
            text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '~').len();
        let (prefix, rest) = text.split_at(prefix);
        let opening = ["\"\"\"", "'''", "\"", "'", "(", "[", "{", "<", "|", "/"]
            .into_iter()
            .find(|opening| rest.starts_with(opening))?;
        let closing = match opening {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            "<" => ">",
            quotes => quotes,
        };
        let body = &rest[opening.len()..];
        let end = end_of(body, closing);
        let inside = &body[..end.unwrap_or(body.len())];
        let behind = end.map_or("", |end| &body[end + closing.len()..]);
        // `r`, `R` and `br` of Python, `~S` of Elixir, `raw` of Julia.
        let raw = prefix.contains(['r', 'R', 'S']);
        Some((Literal { inside, raw }, behind))
    }

    /// Its text. Numeric escapes stay as they are written.
    fn text(&self) -> String {
        if self.raw {
            return self.inside.to_owned();
        }
        let mut said = String::with_capacity(self.inside.len());
        let mut chars = self.inside.chars();
        while let Some(c) = chars.next() {
            match (c, c == '\\') {
                (_, false) => said.push(c),
                (_, true) => match chars.next() {
                    Some('\n') | None => {}
                    Some('n') => said.push('\n'),
                    Some('t') => said.push(' '),
                    Some(sign @ ('\\' | '"' | '\'')) => said.push(sign),
                    Some(other) => said.extend(['\\', other]),
                },
            }
        }
        said
    }
}

/// Where `closing` ends a string; a closing quote behind a backslash does not count.
fn end_of(body: &str, closing: &str) -> Option<usize> {
    let mut escaped = false;
    body.char_indices().find_map(|(at, c)| {
        let ends = !escaped && body[at..].starts_with(closing);
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn a_docstring_is_shown_without_prefix_and_quotes() {
        for (literal, said) in [
            ("\"\"\"Adds one.\n\n    More.\n    \"\"\"", "Adds one."),
            ("r\"\"\"Splits at \\d. And more.\"\"\"", "Splits at \\d."),
            ("R'''Reads \\n as it is.'''", "Reads \\n as it is."),
            ("u\"Adds one.\"", "Adds one."),
            ("\"\"\"\\\n    Adds\n    one.\n    \"\"\"", "Adds one."),
            ("\"Says \\\"yes\\\".\"", "Says \"yes\"."),
            ("'Adds ' \\\n    \"one.\"", "Adds one."),
            ("~S\"\"\"\n  Opens \\n.\n  \"\"\"", "Opens \\n."),
            ("~s(Opens it.)", "Opens it."),
            ("\"\"\"{name} is -x- \"\"\"", "{name} is -x-"),
            ("\"\"\"\"\"\"", ""),
            ("\"\"\"never ends", "never ends"),
        ] {
            assert_eq!(summary(literal), said, "{literal}");
        }
    }
}
