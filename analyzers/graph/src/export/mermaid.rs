//! Mermaid flowcharts (<https://mermaid.js.org/syntax/flowchart.html>), which GitHub and GitLab draw in Markdown.

use super::{Drawing, DrawnNode, by_community};
use facts::visible::line;
use std::fmt::Write as _;

/// The graph as a flowchart; communities become subgraphs.
pub fn mermaid(drawing: &Drawing) -> String {
    let mut text = String::from("flowchart LR\n");
    for note in &drawing.notes {
        // `%%{` would begin a directive.
        let _ = writeln!(text, "  %% {}", line(note).replace(['{', '}'], " "));
    }
    for (community, nodes) in by_community(drawing) {
        match community {
            Some(community) => {
                let _ = writeln!(text, "  subgraph c{community} [\"community {community}\"]");
                nodes.iter().for_each(|node| node_line(&mut text, "    ", node));
                text.push_str("  end\n");
            }
            None => nodes.iter().for_each(|node| node_line(&mut text, "  ", node)),
        }
    }
    for edge in &drawing.edges {
        let arrow = if edge.confidence < 0.5 { "-.->" } else { "-->" };
        let _ = writeln!(text, "  n{} {arrow} n{}", edge.source, edge.target);
    }
    text
}

fn node_line(text: &mut String, indent: &str, node: &DrawnNode) {
    let _ = writeln!(text, "{indent}n{}[\"{}\"]", node.id, escaped(&node.label));
}

/// Only what is harmless in a label stands as it is; all else is a numeric entity (`#34;`), also what would be Markdown:
/// underscores at the edge of a word, a list's dash or number at the beginning.
fn escaped(name: &str) -> String {
    let name: Vec<char> = line(name).chars().collect();
    let mut escaped = String::new();
    for (at, &c) in name.iter().enumerate() {
        let is_word = |at: Option<usize>| at.and_then(|at| name.get(at)).is_some_and(|c| c.is_alphanumeric());
        let harmless = match c {
            '_' => is_word(at.checked_sub(1)) && is_word(Some(at + 1)),
            '-' | '+' | '.' => at > 0 && !(c == '.' && name[..at].iter().all(char::is_ascii_digit)),
            ' ' | '/' | ':' | ',' => true,
            c if c.is_ascii() => c.is_ascii_alphanumeric(),
            _ => true,
        };
        if harmless {
            escaped.push(c);
        } else {
            let _ = write!(escaped, "#{};", c as u32);
        }
    }
    escaped
}
