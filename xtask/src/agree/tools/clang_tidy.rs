//! clang-tidy with a limit of 0 reports every function above it; it says nothing of functions without complexity. Files
//! that do not compile here are left out: figures of half a syntax tree would be compared with whole ones.

use super::{TheirFunction, relative};
use crate::agree::{Figures, ours::OurFunction};
use anyhow::{Context, Result};
use regex::Regex;
use std::path::Path;
use std::process::{Command, Stdio};

const CHECK: &str = "readability-function-cognitive-complexity";

/// Runs clang-tidy on each source file (headers have no translation unit of their own).
pub fn run(
    program: &Path,
    tree: &Path,
    ours: &[OurFunction],
    options: &[String],
) -> Result<Vec<TheirFunction>> {
    let config = format!(
        "{{CheckOptions: [{{key: {CHECK}.Threshold, value: 0}}, {{key: {CHECK}.IgnoreMacros, value: 1}}, \
         {{key: {CHECK}.DescribeBasicIncrements, value: 0}}]}}"
    );
    let warning =
        Regex::new(r"^(.+):(\d+):(\d+): warning: function '(.+)' has cognitive complexity of (\d+)")?;
    let mut functions: Vec<TheirFunction> = Vec::new();
    let (mut compiled, mut failed) = (0, 0);
    for file in super::files(ours) {
        if ![".c", ".cc", ".cpp", ".cxx"]
            .iter()
            .any(|ending| file.ends_with(ending))
        {
            continue;
        }
        let mut command = Command::new(program);
        command
            .current_dir(tree)
            .arg(format!("--checks=-*,{CHECK}"))
            .arg(format!("--config={config}"));
        command.args([file, "--quiet", "--"]).args(options);
        let output = command
            .stderr(Stdio::null())
            .output()
            .context("cannot start clang-tidy")?;
        let text = String::from_utf8_lossy(&output.stdout);
        if text.contains("[clang-diagnostic-error]") {
            failed += 1;
            continue;
        }
        compiled += 1;
        let mut found = Vec::new();
        for line in text.lines() {
            let Some(parts) = warning.captures(line) else {
                continue;
            };
            let Some(path) = relative(tree, &parts[1]).filter(|path| path == file) else {
                continue;
            };
            found.push(TheirFunction {
                path,
                name: parts[4].to_owned(),
                line: parts[2].parse().ok(),
                column: parts[3].parse().ok(),
                figures: Figures {
                    cognitive: parts[5].parse().ok(),
                    ..Figures::default()
                },
            });
        }
        let silent = ours
            .iter()
            .filter(|f| f.path == file && !found.iter().any(|t| is_at(t, f)));
        let zeros: Vec<TheirFunction> = silent.map(without_complexity).collect();
        functions.extend(found);
        functions.extend(zeros);
    }
    eprintln!("clang-tidy: {compiled} files compiled, {failed} did not and are left out");
    Ok(functions)
}

/// True when the warning points into the header of the function.
fn is_at(theirs: &TheirFunction, ours: &OurFunction) -> bool {
    let header = ours.facts.span.start_line..=(ours.facts.span.start_line + 8).min(ours.facts.span.end_line);
    theirs.name == ours.facts.name && theirs.line.is_some_and(|line| header.contains(&line))
}

fn without_complexity(ours: &OurFunction) -> TheirFunction {
    TheirFunction {
        path: ours.path.clone(),
        name: ours.facts.name.clone(),
        line: Some(ours.facts.span.start_line),
        column: None,
        figures: Figures {
            cognitive: Some(0),
            ..Figures::default()
        },
    }
}
