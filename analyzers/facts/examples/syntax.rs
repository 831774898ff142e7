//! Prints a file's syntax tree and what is measured on it: the tool for writing a language's table.
//!
//! `cargo run -p facts --example syntax -- FILE [--tree]`

use facts::model::RepoPath;

#[allow(clippy::print_stdout, clippy::print_stderr)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let bytes = std::fs::read(&path)?;
    let repo_path = RepoPath::new(path.into_bytes());
    let data = facts::extract::extract(&repo_path, &bytes, u64::MAX).map_err(|reason| reason.to_string())?;
    if std::env::args().any(|argument| argument == "--tree") {
        let grammar = data.facts.language.grammar().ok_or("the language has no grammar")?;
        let mut parser = facts::extract::parser();
        parser.set_language(&(grammar.language)())?;
        let tree = parser.parse(&bytes, None).ok_or("not parsed")?;
        print_node(&mut tree.walk(), &bytes, 0);
    }
    println!("{:?} {:?} {:?}", data.facts.language, data.facts.parse, data.facts.lines);
    println!("top level: {:?}", data.facts.top_level);
    for f in &data.facts.functions {
        println!(
            "{} {} cyclomatic={} cognitive={} nesting={} parameters={} exits={} {:?} {:?} documented={} test={:?} {:?}",
            f.span.start_line,
            f.qualified_name,
            f.cyclomatic(),
            f.cognitive,
            f.nesting,
            f.parameters,
            f.exits,
            f.kind,
            f.visibility,
            f.documented,
            f.test,
            f.decisions,
        );
    }
    for d in &data.symbols().definitions {
        println!("{} {:?} {} | {} | {:?}", d.name_line, d.kind, d.qualified_name, d.signature, d.doc);
    }
    for i in &data.symbols().imports {
        println!("{} import {}", i.line, i.target);
    }
    let symbols = data.symbols();
    let calls: Vec<_> =
        symbols.references.iter().filter(|r| r.calls > 0).map(|r| &symbols.names[r.name as usize]).collect();
    println!("calls: {calls:?}");
    Ok(())
}

#[allow(clippy::print_stdout)]
fn print_node(cursor: &mut tree_sitter::TreeCursor<'_>, source: &[u8], depth: usize) {
    let node = cursor.node();
    let field = cursor.field_name().map(|name| format!("{name}: ")).unwrap_or_default();
    let kind = if node.is_named() { node.kind().to_owned() } else { format!("{:?}", node.kind()) };
    let text = if node.child_count() == 0 && node.is_named() {
        String::from_utf8_lossy(&source[node.byte_range()]).into_owned()
    } else {
        String::new()
    };
    println!("{}{field}{kind} {text}", "  ".repeat(depth));
    if cursor.goto_first_child() {
        loop {
            print_node(cursor, source, depth + 1);
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
    }
}
