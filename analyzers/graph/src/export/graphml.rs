//! GraphML (<http://graphml.graphdrawing.org/specification.html>), which networkx, igraph, Gephi and yEd read.

use super::Drawing;
use facts::visible::{line, xml};
use std::fmt::Write as _;

/// The attributes of nodes and edges: (key, element, name, type).
const KEYS: &[(&str, &str, &str, &str)] = &[
    ("name", "node", "name", "string"),
    ("label", "node", "label", "string"),
    ("kind", "node", "kind", "string"),
    ("pagerank", "node", "pagerank", "double"),
    ("betweenness", "node", "betweenness", "double"),
    ("community", "node", "community", "int"),
    ("kinds", "edge", "kinds", "string"),
    ("count", "edge", "count", "long"),
    ("confidence", "edge", "confidence", "double"),
    ("weight", "edge", "weight", "double"),
];

/// The graph in GraphML.
pub fn graphml(drawing: &Drawing) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (id, element, name, kind) in KEYS {
        let _ = writeln!(
            text,
            "  <key id=\"{id}\" for=\"{element}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
        );
    }
    text.push_str("  <graph id=\"code\" edgedefault=\"directed\">\n");
    if !drawing.notes.is_empty() {
        let _ = writeln!(text, "    <desc>{}</desc>", escaped(&drawing.notes.join("; ")));
    }
    for node in &drawing.nodes {
        let _ = writeln!(text, "    <node id=\"n{}\">", node.id);
        data(&mut text, "name", &escaped(&node.name));
        data(&mut text, "label", &escaped(&node.label));
        data(&mut text, "kind", &escaped(&node.kind));
        data(&mut text, "pagerank", &node.pagerank.to_string());
        data(&mut text, "betweenness", &node.betweenness.to_string());
        if let Some(community) = node.community {
            data(&mut text, "community", &community.to_string());
        }
        text.push_str("    </node>\n");
    }
    for edge in &drawing.edges {
        let _ = writeln!(text, "    <edge source=\"n{}\" target=\"n{}\">", edge.source, edge.target);
        data(&mut text, "kinds", &escaped(&edge.kinds));
        data(&mut text, "count", &edge.count.to_string());
        data(&mut text, "confidence", &edge.confidence.to_string());
        data(&mut text, "weight", &edge.weight.to_string());
        text.push_str("    </edge>\n");
    }
    text.push_str("  </graph>\n</graphml>\n");
    text
}

fn data(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "      <data key=\"{key}\">{value}</data>");
}

fn escaped(name: &str) -> String {
    xml::content(&line(name))
}
