//! radon and complexipy, both of which print JSON.

use super::{TheirFunction, relative};
use crate::agree::Figures;
use crate::process::output;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

/// Cyclomatic complexity of each function without its inner functions.
pub fn radon(program: &Path, tree: &Path) -> Result<Vec<TheirFunction>> {
    let text =
        output(Command::new(program).current_dir(tree).args(["cc", "--json", "--show-closures", "."]))?;
    let documents: Value = serde_json::from_str(&text).context("radon printed no JSON")?;
    let mut functions = Vec::new();
    for (path, blocks) in documents.as_object().into_iter().flatten() {
        let Some(path) = relative(tree, path) else {
            continue;
        };
        for block in blocks.as_array().into_iter().flatten() {
            radon_block(&path, block, &mut functions);
        }
    }
    functions.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    functions.dedup_by(|a, b| (&a.path, a.line, a.column) == (&b.path, b.line, b.column));
    Ok(functions)
}

fn radon_block(path: &str, block: &Value, functions: &mut Vec<TheirFunction>) {
    for inner in ["closures", "methods"].into_iter().filter_map(|key| block[key].as_array()).flatten() {
        radon_block(path, inner, functions);
    }
    if block["type"] == "class" {
        return;
    }
    let number = |key: &str| block[key].as_u64().map(|number| number as u32);
    functions.push(TheirFunction {
        path: path.to_owned(),
        name: block["name"].as_str().unwrap_or_default().to_owned(),
        line: number("lineno"),
        column: number("col_offset"),
        figures: Figures { cyclomatic: number("complexity"), ..Figures::default() },
    });
}

/// Cognitive complexity by qualified name; a function includes its inner functions.
pub fn complexipy(program: &Path, tree: &Path) -> Result<Vec<TheirFunction>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("complexipy.json");
    let mut command = Command::new(program);
    command.current_dir(folder.path()).arg(tree).args([
        "--isolated",
        "--no-ignore",
        "--quiet",
        "--ignore-complexity",
    ]);
    command
        .args(["--output-format", "json", "--output"])
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().context("cannot start complexipy")?;
    let text = std::fs::read(&file).context("complexipy wrote no JSON")?;
    let functions: Vec<Value> = serde_json::from_slice(&text)?;
    let read = |function: &Value| {
        Some(TheirFunction {
            path: relative(tree, function["path"].as_str()?)?,
            name: function["function_name"].as_str()?.to_owned(),
            line: None,
            column: None,
            figures: Figures {
                cognitive: Some(function["complexity"].as_u64()? as u32),
                ..Figures::default()
            },
        })
    };
    Ok(functions.iter().filter_map(read).collect())
}
