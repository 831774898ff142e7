use super::ProjectFiles;
use crate::report::{Overview, Place};

/// Longer paragraphs are cut at a word.
const MAX_CHARS: usize = 700;

/// The first paragraph of prose in the README at the root.
pub(crate) fn overview(files: &ProjectFiles<'_>) -> Option<Overview> {
    let mut readmes: Vec<_> = files
        .matching(|path| {
            path.parent().is_empty() && path.file_name().to_ascii_lowercase().starts_with(b"readme")
        })
        .collect();
    readmes.sort_by_key(|entry| match entry.path.extension() {
        Some(b"md" | b"markdown") => 0,
        Some(b"rst") => 1,
        None => 2,
        Some(_) => 3,
    });
    readmes.into_iter().find_map(|entry| {
        let text = first_paragraph(&files.text(entry)?)?;
        Some(Overview { text, found_in: Place::file(&entry.path) })
    })
}

/// The first paragraph that is prose: no heading, badge, link list, HTML, directive or code.
fn first_paragraph(readme: &str) -> Option<String> {
    let mut paragraph: Vec<&str> = Vec::new();
    let mut in_code = false;
    for line in readme.lines().chain([""]) {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_code = !in_code;
        }
        if is_underline(trimmed) {
            // What is above is a heading.
            paragraph.clear();
        } else if in_code || trimmed.is_empty() || is_markup(line) {
            if let Some(text) = prose(&paragraph) {
                return Some(text);
            }
            paragraph.clear();
        } else {
            paragraph.push(trimmed);
        }
    }
    None
}

fn is_underline(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| "=-~^*#+".contains(c))
}

fn is_markup(line: &str) -> bool {
    let trimmed = line.trim_start();
    ["#", "[![", "![", "<", "..", "|", ":", "```", "~~~", "    ", "\t", "[!"]
        .iter()
        .any(|start| trimmed.starts_with(start))
        || line.starts_with("    ")
        || (trimmed.starts_with('[') && trimmed.contains("]:"))
}

/// The paragraph as one line, links replaced by their text; `None` when it is too short to say anything.
fn prose(lines: &[&str]) -> Option<String> {
    let joined = without_links(&lines.join(" "));
    let text = joined.split_whitespace().collect::<Vec<_>>().join(" ");
    let words =
        text.split(' ').filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 2).count();
    if words < 4 {
        return None;
    }
    match text.char_indices().nth(MAX_CHARS) {
        None => Some(text),
        Some((cut, _)) => {
            let end = text[..cut].rfind(' ').unwrap_or(cut);
            Some(format!("{} …", &text[..end]))
        }
    }
}

/// Replaces `[text](target)` and `[text][label]` by `text`, and drops images.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let Some((label, after)) = link(&rest[open..]) else {
            plain.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
            continue;
        };
        let before = &rest[..open];
        match before.strip_suffix('!') {
            Some(before) => plain.push_str(before),
            None => {
                plain.push_str(before);
                plain.push_str(label);
            }
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The text of the link that `text` starts with, and what follows the link.
fn link(text: &str) -> Option<(&str, &str)> {
    let close = text.find(']')?;
    let label = &text[1..close];
    let after = &text[close + 1..];
    let end = match after.chars().next() {
        Some('(') => after.find(')')?,
        Some('[') => after.find(']')?,
        _ => return None,
    };
    (!label.contains('[')).then_some((label, &after[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_badges_and_code_are_passed_over() {
        let readme = "# ripgrep (rg)\n\n[![Build](https://b)](https://c)\n\n```sh\nthis is some code here\n```\n\n\
                      ripgrep is a *line-oriented* [search tool](https://x) that\nrecursively searches.\n\nMore.";
        assert_eq!(
            first_paragraph(readme).as_deref(),
            Some("ripgrep is a *line-oriented* search tool that recursively searches.")
        );
    }

    #[test]
    fn restructured_text_is_read_too() {
        let readme =
            "Flask\n=====\n\n.. image:: x\n   :alt: y\n\nFlask is a lightweight `WSGI`_ framework.\n";
        assert_eq!(first_paragraph(readme).as_deref(), Some("Flask is a lightweight `WSGI`_ framework."));
    }

    #[test]
    fn a_readme_without_prose_says_nothing() {
        assert_eq!(first_paragraph("# Title\n\n<p>hello</p>\n"), None);
        assert_eq!(first_paragraph(""), None);
    }
}
