use super::*;
use facts::visible::line;
use proptest::prelude::*;

fn drawing(names: &[String]) -> Drawing {
    let nodes = names.iter().enumerate().map(|(id, name)| DrawnNode {
        id: id as u32,
        name: name.clone(),
        label: name.clone(),
        kind: "file".to_owned(),
        pagerank: 0.5,
        betweenness: 0.0,
        community: (id % 3 > 0).then_some(id as u32 % 3),
    });
    let edge = |source: u32, target: u32| DrawnEdge {
        source,
        target,
        kinds: "calls, uses".to_owned(),
        count: 3,
        confidence: 0.25,
        weight: 0.5,
    };
    let last = names.len() as u32 - 1;
    Drawing {
        directed: true,
        multigraph: false,
        notes: vec!["5 of 9 files are shown: %%{x}\n\"--> injected".to_owned()],
        nodes: nodes.collect(),
        edges: vec![edge(0, last), edge(last, last)],
    }
}

/// Names that mean something in one of the formats, or in none.
fn hostile() -> Vec<String> {
    [
        "src/lib.rs",
        "a\"b",
        "a\\",
        "\\N\\G\\l\\\"",
        "two\nlines\r\n",
        "&lt;b&gt; &amp; &#34;",
        "<script>alert(1)</script>",
        "]]>--><!--",
        "end",
        "`code`",
        "%%{init: {}}%%",
        "#quot;#35;",
        "__init__.py",
        "*bold* _it_",
        "1. list",
        "- list",
        "]; n0 --> n1; [",
        "nul\0esc\x1b",
        "right\u{202E}left",
        "größe/名前.rs",
        "",
        "\u{FFFE}\u{FFFF}",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The labels of a DOT text, read as its grammar has it: anything but the statements that `dot` writes is an error.
fn labels_of_dot(text: &str) -> Result<Vec<String>, String> {
    let body = text.strip_prefix("digraph code {\n").and_then(|text| text.strip_suffix("}\n"));
    let mut labels = Vec::new();
    for line in body.ok_or("no digraph")?.lines() {
        let line = line.trim_start();
        let fixed = ["//", "rankdir=LR;", "node [", "subgraph cluster_", "label=\"community ", "}"];
        if fixed.iter().any(|start| line.starts_with(start)) {
            continue;
        }
        let node = line.strip_prefix('n').ok_or_else(|| format!("unknown statement: {line}"))?;
        let rest = node.trim_start_matches(|c: char| c.is_ascii_digit());
        if let Some(label) = rest.strip_prefix(" [label=\"") {
            let (label, rest) = unquoted(label)?;
            let (tooltip, rest) = unquoted(rest.strip_prefix(", tooltip=\"").ok_or("no tooltip")?)?;
            if rest != "];" || tooltip != label {
                return Err(format!("{rest:?} after {label:?}"));
            }
            labels.push(label);
        } else if !rest.starts_with(" -> n") {
            return Err(format!("neither node nor edge: {line}"));
        }
    }
    Ok(labels)
}

/// A quoted string after its opening quote, as Graphviz shows it, and what follows it.
fn unquoted(text: &str) -> Result<(String, &str), String> {
    let mut raw = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((raw.replace("&amp;", "&"), &text[at + 1..])),
            '\\' => match chars.next() {
                Some((_, c @ ('"' | '\\'))) => raw.push(c),
                other => return Err(format!("escape {other:?}")),
            },
            c => raw.push(c),
        }
    }
    Err("string without end".to_owned())
}

/// The labels of a Mermaid text, its entities decoded.
fn labels_of_mermaid(text: &str) -> Result<Vec<String>, String> {
    let mut labels = Vec::new();
    for line in text.strip_prefix("flowchart LR\n").ok_or("no flowchart")?.lines() {
        let line = line.trim_start();
        if line.starts_with("%% ") || line.starts_with("subgraph c") || line == "end" {
            continue;
        }
        let Some((_, label)) = line.split_once("[\"") else {
            let is_edge = line.split(' ').nth(1).is_some_and(|arrow| ["-->", "-.->"].contains(&arrow));
            is_edge.then_some(()).ok_or_else(|| format!("unknown line: {line}"))?;
            continue;
        };
        let label = label.strip_suffix("\"]").ok_or_else(|| format!("no end: {line}"))?;
        if label.contains(['"', '`', '<', '>', '&', '\\', '[', ']', '{', '}', '*', '%']) {
            return Err(format!("bare special character: {label}"));
        }
        labels.push(decoded(label)?);
    }
    Ok(labels)
}

fn decoded(label: &str) -> Result<String, String> {
    let mut parts = label.split('#');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(';').ok_or("entity without end")?;
        let code = number.parse().map_err(|_| format!("entity {number}"))?;
        text.push(char::from_u32(code).ok_or("no character")?);
        text.push_str(rest);
    }
    Ok(text)
}

/// The names of a GraphML text, by an XML parser; with the number of edges.
fn names_of_graphml(text: &str) -> Result<(Vec<String>, usize), String> {
    let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    let named = |element: &'static str| document.descendants().filter(move |node| node.has_tag_name(element));
    let keys: Vec<_> = named("key").filter_map(|key| key.attribute("id")).collect();
    if let Some(unknown) =
        named("data").find(|data| !data.attribute("key").is_some_and(|key| keys.contains(&key)))
    {
        return Err(format!("undeclared key {unknown:?}"));
    }
    let names = named("data").filter(|data| data.attribute("key") == Some("name"));
    Ok((names.map(|name| name.text().unwrap_or_default().to_owned()).collect(), named("edge").count()))
}

fn seen(names: &[String]) -> Vec<String> {
    names.iter().map(|name| line(name).into_owned()).collect()
}

/// The names in the order of the groups that DOT and Mermaid put them into.
fn grouped(drawing: &Drawing) -> Vec<String> {
    let groups = by_community(drawing);
    groups.iter().flat_map(|(_, nodes)| nodes).map(|node| line(&node.name).into_owned()).collect()
}

fn every_format_gives_the_names_back(names: &[String]) {
    let drawing = drawing(names);
    assert_eq!(labels_of_dot(&dot(&drawing)), Ok(grouped(&drawing)));
    assert_eq!(labels_of_mermaid(&mermaid(&drawing)), Ok(grouped(&drawing)));
    assert_eq!(names_of_graphml(&graphml(&drawing)), Ok((seen(names), 2)));
    let json = serde_json::to_value(&drawing).expect("it is plain data");
    let listed = json["nodes"].as_array().expect("nodes are a list").iter();
    assert!(listed.map(|node| node["name"].as_str()).eq(names.iter().map(|name| Some(name.as_str()))));
}

#[test]
fn hostile_names_come_back_from_every_format() {
    every_format_gives_the_names_back(&hostile());
}

#[test]
fn mermaid_reads_no_markdown_into_names() {
    assert_eq!(mermaid_label("__init__.py"), "#95;#95;init#95;#95;.py");
    assert_eq!(mermaid_label("src/my_file-2.rs"), "src/my_file-2.rs");
    assert_eq!(mermaid_label("1. a"), "1#46; a");
    assert_eq!(mermaid_label("- a"), "#45; a");
}

fn mermaid_label(name: &str) -> String {
    let text = mermaid(&drawing(&[name.to_owned()]));
    let label = text.lines().find_map(|line| line.trim().strip_prefix("n0[\"")?.strip_suffix("\"]"));
    label.expect("the node is there").to_owned()
}

#[test]
fn what_was_left_out_is_a_comment_on_one_line() {
    let drawing = drawing(&hostile());
    assert!(dot(&drawing).contains("  // 5 of 9 files are shown: %%{x}\\n\"--> injected\n"));
    assert!(mermaid(&drawing).contains("  %% 5 of 9 files are shown: %% x \\n\"--> injected\n"));
    assert!(graphml(&drawing).contains("<desc>5 of 9 files are shown: %%{x}\\n&quot;--&gt; injected</desc>"));
}

proptest! {
    #[test]
    fn any_names_come_back_from_every_format(names in proptest::collection::vec(any::<String>(), 1..6)) {
        every_format_gives_the_names_back(&names);
    }
}
