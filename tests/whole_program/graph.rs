//! `pmat analyze graph`: the same figures in every format, exports that name what they left out, real cycles and paths.

use crate::program::run;
use crate::repository::Tree;

/// A package in which `a`, `b` and `c` import each other in a cycle, `d` imports `a`, and `e` is by itself.
fn circle() -> Tree {
    Tree::repository(&[
        ("app/__init__.py", ""),
        ("app/a.py", "from app.b import second\n\ndef first():\n    return second()\n"),
        ("app/b.py", "from app.c import third\n\ndef second():\n    return third()\n"),
        ("app/c.py", "import app.a\n\ndef third():\n    return app.a.first()\n"),
        ("app/d.py", "from app.a import first\n\ndef fourth():\n    return first()\n"),
        ("app/e.py", "def fifth():\n    return 5\n"),
    ])
}

const GRAPH: &[&str] = &["pmat", "analyze", "graph", "."];

fn with<'w>(words: &[&'w str]) -> Vec<&'w str> {
    GRAPH.iter().chain(words).copied().collect()
}

#[test]
fn a_circle_of_imports_is_found_with_its_lines() {
    let tree = circle();
    let report = run(tree.path(), &with(&["--format", "json"])).exits(0).json();
    let cycles = report["import_cycles"].as_array().expect("cycles are a list");
    assert_eq!(cycles.len(), 1, "{cycles:?}");
    assert_eq!(cycles[0]["members"], serde_json::json!(["app/a.py", "app/b.py", "app/c.py"]));
    let shortest = cycles[0]["shortest"].as_array().expect("it is a list");
    let mut steps: Vec<(&str, &str, u64)> = shortest
        .iter()
        .map(|step| {
            let text = |key: &str| step[key].as_str().expect("a path");
            (text("from"), text("to"), step["line"].as_u64().expect("a line"))
        })
        .collect();
    steps.sort_unstable();
    let expected = [("app/a.py", "app/b.py", 1), ("app/b.py", "app/c.py", 1), ("app/c.py", "app/a.py", 1)];
    assert_eq!(steps, expected);
    let shown = run(tree.path(), &with(&["--cycles"])).exits(0).stdout;
    assert!(shown.contains("Import cycles: 1 group, 3 members"), "{shown}");
    assert!(shown.contains("app/a.py:1 → app/b.py:1 → app/c.py:1 → app/a.py"), "{shown}");
}

#[test]
fn the_json_is_node_link_data_and_other_formats_hold_the_same_edges() {
    let tree = circle();
    let report = run(tree.path(), &with(&["--format", "json"])).exits(0).json();
    let nodes = report["nodes"].as_array().expect("nodes are a list");
    let edges = report["edges"].as_array().expect("edges are a list");
    assert_eq!(nodes.len(), 6);
    for (id, node) in nodes.iter().enumerate() {
        assert_eq!(node["id"], id);
    }
    let ranks: f64 = nodes.iter().filter_map(|node| node["pagerank"].as_f64()).sum();
    assert!((ranks - 1.0).abs() < 1e-9, "{ranks}");
    let dot = run(tree.path(), &with(&["--format", "dot"])).exits(0).stdout;
    let mermaid = run(tree.path(), &with(&["--format", "mermaid"])).exits(0).stdout;
    let graphml = run(tree.path(), &with(&["--format", "graphml"])).exits(0).stdout;
    assert!(edges.len() >= 4);
    for edge in edges {
        let (from, to) = (&edge["source"], &edge["target"]);
        assert!(dot.contains(&format!("  n{from} -> n{to} [")), "{from} {to}: {dot}");
        assert!(mermaid.contains(&format!("  n{from} --> n{to}\n")), "{from} {to}: {mermaid}");
        assert!(graphml.contains(&format!("<edge source=\"n{from}\" target=\"n{to}\">")), "{graphml}");
    }
    assert_eq!(dot.matches(" -> ").count(), edges.len());
    assert_eq!(mermaid.matches(" --> ").count(), edges.len());
    assert_eq!(graphml.matches("<edge ").count(), edges.len());
}

#[test]
fn a_drawing_says_what_it_leaves_out() {
    let tree = circle();
    let dot = run(tree.path(), &with(&["--format", "dot", "--top", "2"])).exits(0).stdout;
    assert!(dot.contains("// 2 of 6 nodes are shown: those of highest PageRank"), "{dot}");
    let mermaid = run(tree.path(), &with(&["--format", "mermaid", "--cycles"])).exits(0).stdout;
    assert!(mermaid.contains("%% 3 of 6 nodes were asked for"), "{mermaid}");
    assert!(!mermaid.contains("app/e.py"), "{mermaid}");
}

#[test]
fn a_chain_leads_from_use_to_use_and_its_lack_is_said() {
    let tree = circle();
    let report =
        run(tree.path(), &with(&["--chain", "d.py", "app/c.py", "--format", "json"])).exits(0).json();
    let names: Vec<_> = report["shortest_path"]
        .as_array()
        .expect("there is a chain")
        .iter()
        .map(|step| step["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["app/d.py", "app/a.py", "app/b.py", "app/c.py"]);
    let none = run(tree.path(), &with(&["--chain", "app/e.py", "app/a.py"])).exits(0).stdout;
    assert_eq!(none, "no chain of uses leads there\n");
    run(tree.path(), &with(&["--focus", "nowhere.py"])).fails_with("no node is called nowhere.py");
}

#[test]
fn definitions_and_folders_are_levels_too() {
    let tree = circle();
    let focus = with(&["--level", "definition", "--focus", "third", "--format", "json"]);
    let report = run(tree.path(), &focus).exits(0).json();
    let names: Vec<_> =
        report["nodes"].as_array().into_iter().flatten().map(|node| node["name"].clone()).collect();
    assert!(
        names.contains(&"app/c.py#third".into()) && names.contains(&"app/b.py#second".into()),
        "{names:?}"
    );
    assert!(!names.contains(&"app/e.py#fifth".into()), "{names:?}");
    let folders = run(tree.path(), &["pmat", "analyze", "dag", ".", "--level", "folder", "--format", "json"]);
    assert_eq!(folders.exits(0).json()["counts"]["nodes"], 1);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let tree = circle();
    for format in ["human", "json", "graphml"] {
        let one = run(tree.path(), &with(&["--format", format, "--threads", "1"])).exits(0).stdout;
        let four = run(tree.path(), &with(&["--format", format, "--threads", "4"])).exits(0).stdout;
        assert_eq!(one, four, "{format}");
    }
}
