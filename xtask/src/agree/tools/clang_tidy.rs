//! clang-tidy with a limit of 0 reports every function above it; it says nothing of functions without complexity. That the
//! compiler saw such a function at all is told by a second check, which reports functions of any size. Files that do not
//! compile here are left out: figures of half a syntax tree would be compared with whole ones.

use super::{TheirFunction, relative};
use crate::agree::{Figures, ours::OurFunction};
use anyhow::{Context, Result};
use regex::{Captures, Regex};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

const CHECK: &str = "readability-function-cognitive-complexity";
const SIZE: &str = "readability-function-size";

/// Runs clang-tidy on each source file (headers have no translation unit of their own).
pub fn run(
    program: &Path,
    tree: &Path,
    ours: &[OurFunction],
    options: &[String],
) -> Result<Vec<TheirFunction>> {
    let config = format!(
        "{{CheckOptions: [{{key: {CHECK}.Threshold, value: 0}}, {{key: {CHECK}.IgnoreMacros, value: 1}}, \
         {{key: {CHECK}.DescribeBasicIncrements, value: 0}}, {{key: {SIZE}.StatementThreshold, value: 0}}, \
         {{key: {SIZE}.LineThreshold, value: 0}}]}}"
    );
    let warning =
        Regex::new(r"^(.+):(\d+):(\d+): warning: function '(.+)' has cognitive complexity of (\d+)")?;
    let seen = Regex::new(r"^(.+):(\d+):(\d+): warning: function '(.+)' exceeds recommended size")?;
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
            .arg(format!("--checks=-*,{CHECK},{SIZE}"))
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
        let read = |parts: &Captures<'_>, cognitive: u32| {
            Some(TheirFunction {
                path: relative(tree, &parts[1]).filter(|path| path == file)?,
                name: parts[4].to_owned(),
                line: parts[2].parse().ok(),
                column: parts[3].parse().ok(),
                figures: Figures {
                    cognitive: Some(cognitive),
                    ..Figures::default()
                },
            })
        };
        let complex = text.lines().filter_map(|line| warning.captures(line));
        let found: Vec<TheirFunction> = complex
            .filter_map(|parts| read(&parts, parts[5].parse().unwrap_or(0)))
            .collect();
        let place = |function: &TheirFunction| (function.line, function.column);
        let complex: BTreeSet<_> = found.iter().map(place).collect();
        let sized = text
            .lines()
            .filter_map(|line| seen.captures(line))
            .filter_map(|parts| read(&parts, 0));
        functions.extend(sized.filter(|function| !complex.contains(&place(function))));
        functions.extend(found);
    }
    eprintln!("clang-tidy: {compiled} files compiled, {failed} did not and are left out");
    Ok(functions)
}
