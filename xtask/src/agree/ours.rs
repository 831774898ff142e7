//! Our own figures, straight from the facts.

use super::Figures;
use anyhow::{Result, bail};
use facts::language::Language;
use facts::model::Function;
use facts::source::{ExcludeRules, WorkTree};
use facts::{MeasureOptions, measure as measure_tree};
use std::path::Path;

/// One of our functions with its text.
pub struct OurFunction {
    /// Path from the root of the tree.
    pub path: String,
    /// What it is written in.
    pub language: Language,
    /// All of its measurements.
    pub facts: Function,
    /// The figures that other tools report too.
    pub figures: Figures,
    /// Its source text without inner functions.
    pub text: String,
    /// True if another function is inside it.
    pub has_nested: bool,
}

/// Measures the folder; paths are relative to it.
pub fn measure(tree: &Path, language: Option<&str>) -> Result<Vec<OurFunction>> {
    let wanted = match language.map(|name| (name, Language::from_name(name))) {
        Some((name, None)) => bail!("unknown language {name}"),
        Some((_, found)) => found,
        None => None,
    };
    let source = WorkTree::open(tree, &ExcludeRules::none())?;
    let root = source.root().canonicalize()?;
    let facts = measure_tree(&source, None, &MeasureOptions::default())?;
    let mut functions = Vec::new();
    for file in facts.files {
        let language = file.data.facts.language;
        if wanted.is_some_and(|wanted| wanted != language) || file.data.facts.functions.is_empty() {
            continue;
        }
        let Ok(full) = std::str::from_utf8(file.entry.path.as_bytes()).map(|path| root.join(path)) else {
            continue;
        };
        let Ok(path) = full.strip_prefix(tree) else {
            continue;
        };
        let path = path.to_string_lossy().into_owned();
        let text = std::fs::read(&full)?;
        let all = file.data.facts.functions.clone();
        let nesting: Vec<bool> =
            (0..all.len()).map(|at| all.iter().any(|other| other.enclosing == Some(at as u32))).collect();
        for (at, (function, has_nested)) in all.iter().zip(nesting).enumerate() {
            functions.push(OurFunction {
                path: path.clone(),
                language,
                figures: Figures {
                    cyclomatic: Some(function.cyclomatic()),
                    cognitive: Some(function.cognitive),
                    parameters: Some(u32::from(function.parameters)),
                    source_lines: Some(function.lines.source),
                },
                text: own_text(&text, &all, at),
                facts: function.clone(),
                has_nested,
            });
        }
    }
    Ok(functions)
}

/// The function's text without inner functions.
fn own_text(file: &[u8], all: &[Function], at: usize) -> String {
    let span = &all[at].span;
    let mut text = Vec::new();
    let mut from = span.start_byte as usize;
    for inner in all.iter().filter(|inner| inner.enclosing == Some(at as u32)) {
        text.extend_from_slice(file.get(from..inner.span.start_byte as usize).unwrap_or_default());
        from = inner.span.end_byte as usize;
    }
    text.extend_from_slice(file.get(from..span.end_byte as usize).unwrap_or_default());
    String::from_utf8_lossy(&text).into_owned()
}
