//! DOT, the language of Graphviz (<https://graphviz.org/doc/info/lang.html>).

use super::{Drawing, DrawnNode, by_community};
use facts::visible::line;
use std::fmt::Write as _;

/// The graph in DOT; communities become clusters.
pub fn dot(drawing: &Drawing) -> String {
    let mut text = String::from("digraph code {\n");
    for note in &drawing.notes {
        let _ = writeln!(text, "  // {}", line(note));
    }
    text.push_str("  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for (community, nodes) in by_community(drawing) {
        match community {
            Some(community) => {
                let _ =
                    writeln!(text, "  subgraph cluster_{community} {{\n    label=\"community {community}\";");
                nodes.iter().for_each(|node| node_line(&mut text, "    ", node));
                text.push_str("  }\n");
            }
            None => nodes.iter().for_each(|node| node_line(&mut text, "  ", node)),
        }
    }
    for edge in &drawing.edges {
        let (from, to) = (edge.source, edge.target);
        let style = if edge.confidence < 0.5 { ", style=dashed" } else { "" };
        let _ = writeln!(text, "  n{from} -> n{to} [tooltip=\"{} ({})\"{style}];", edge.kinds, edge.count);
    }
    text.push_str("}\n");
    text
}

fn node_line(text: &mut String, indent: &str, node: &DrawnNode) {
    let (label, name) = (quoted(&node.label), quoted(&node.name));
    let _ = writeln!(text, "{indent}n{} [label={label}, tooltip={name}];", node.id);
}

/// A quoted string. In labels a backslash begins an escape and an ampersand an entity of HTML.
fn quoted(name: &str) -> String {
    let mut quoted = String::from("\"");
    for c in line(name).chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '&' => quoted.push_str("&amp;"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
