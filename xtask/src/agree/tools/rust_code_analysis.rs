//! rust-code-analysis prints one JSON document for each file: nested spaces, whose figures include those of the spaces
//! inside them.

use super::{TheirFunction, relative};
use crate::agree::{Figures, ours::OurFunction};
use anyhow::{Context, Result};
use facts::language::Language;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the program on files in batches, so that a panic on one file loses only its batch.
pub fn run(program: &Path, tree: &Path, ours: &[OurFunction]) -> Result<Vec<TheirFunction>> {
    let languages: BTreeMap<&str, Language> = ours.iter().map(|f| (f.path.as_str(), f.language)).collect();
    let mut functions = Vec::new();
    for batch in super::files(ours).chunks(40) {
        let mut command = Command::new(program);
        command.current_dir(tree).args(["-m", "-O", "json", "-j", "1"]);
        for file in batch {
            command.arg("-p").arg(file);
        }
        let output = command.stderr(Stdio::null()).output().context("cannot start rust-code-analysis-cli")?;
        for document in serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>() {
            let Ok(document) = document else { break };
            let Some(path) = document["name"].as_str().and_then(|path| relative(tree, path)) else {
                continue;
            };
            let separate =
                languages.get(path.as_str()).is_some_and(|language| expressions_are_functions(*language));
            collect(&document, &path, separate, &mut functions);
        }
    }
    Ok(functions)
}

/// Languages in which we count each function expression as a separate function.
fn expressions_are_functions(language: Language) -> bool {
    matches!(language.spec().id, "javascript" | "typescript" | "tsx")
}

fn collect(space: &Value, path: &str, separate: bool, functions: &mut Vec<TheirFunction>) {
    for child in spaces(space) {
        let anonymous = is_anonymous(child);
        if child["kind"] == "function" && (separate || !anonymous) {
            functions.push(TheirFunction {
                path: path.to_owned(),
                name: if anonymous {
                    String::new()
                } else {
                    child["name"].as_str().unwrap_or_default().to_owned()
                },
                line: child["start_line"].as_u64().map(|line| line as u32),
                column: None,
                figures: if path.ends_with(".java") {
                    java(figures(child, separate))
                } else {
                    figures(child, separate)
                },
            });
        }
        collect(child, path, separate, functions);
    }
}

fn spaces(space: &Value) -> &[Value] {
    space["spaces"].as_array().map_or(&[], Vec::as_slice)
}

fn is_anonymous(space: &Value) -> bool {
    space["kind"] == "function" && space["name"].as_str().is_none_or(|name| name == "<anonymous>")
}

fn figures(space: &Value, separate: bool) -> Figures {
    let own = |metric: &[&str]| {
        number(space, metric) - spaces(space).iter().map(|s| number(s, metric)).sum::<f64>()
    };
    let mut cyclomatic = own(&["cyclomatic", "sum"]);
    let mut cognitive = own(&["cognitive", "sum"]);
    if !separate {
        for closure in spaces(space).iter().filter(|child| is_anonymous(child)) {
            let inside = figures(closure, false);
            cyclomatic += f64::from(inside.cyclomatic.unwrap_or(1)) - 1.0;
            cognitive += f64::from(inside.cognitive.unwrap_or(0));
        }
    }
    Figures {
        cyclomatic: Some(cyclomatic as u32),
        cognitive: Some(cognitive as u32),
        parameters: Some(own(&["nargs", "total"]) as u32),
        source_lines: Some(number(space, &["loc", "ploc"]) as u32),
    }
}

/// For Java it measures neither cognitive complexity nor parameters, and reports 0.
fn java(figures: Figures) -> Figures {
    Figures { cognitive: None, parameters: None, ..figures }
}

fn number(space: &Value, path: &[&str]) -> f64 {
    path.iter().fold(&space["metrics"], |value, key| &value[*key]).as_f64().unwrap_or(0.0)
}
