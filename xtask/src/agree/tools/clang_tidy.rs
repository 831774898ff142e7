//! clang-tidy with a limit of 0 reports every function above it, but no function without complexity. A second check
//! reports functions of any size; it shows whether the compiler saw such a function at all. Files that do not compile
//! here are left out, because figures of half a syntax tree cannot be compared.

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
    let mut functions: Vec<TheirFunction> = Vec::new();
    let (mut compiled, mut failed) = (0, 0);
    for file in super::files(ours) {
        if ![".c", ".cc", ".cpp", ".cxx"].iter().any(|ending| file.ends_with(ending)) {
            continue;
        }
        let mut command = Command::new(program);
        command.current_dir(tree).args([format!("--checks=-*,{CHECK},{SIZE}"), configuration()]);
        command.args([file, "--quiet", "--"]).args(options);
        let output = command.stderr(Stdio::null()).output().context("cannot start clang-tidy")?;
        let text = String::from_utf8_lossy(&output.stdout);
        if text.contains("[clang-diagnostic-error]") {
            failed += 1;
        } else {
            compiled += 1;
            functions.extend(of_file(tree, file, &text)?);
        }
    }
    eprintln!("clang-tidy: {compiled} files compiled, {failed} did not and are left out");
    Ok(functions)
}

/// Limits of 0; code from macros is left out, because we do not expand macros.
fn configuration() -> String {
    let options = [
        (CHECK, "Threshold", 0),
        (CHECK, "IgnoreMacros", 1),
        (CHECK, "DescribeBasicIncrements", 0),
        (SIZE, "StatementThreshold", 0),
        (SIZE, "LineThreshold", 0),
    ];
    let options = options.map(|(check, option, value)| format!("{{key: {check}.{option}, value: {value}}}"));
    format!("--config={{CheckOptions: [{}]}}", options.join(", "))
}

/// The functions of one file, from clang-tidy's output for it.
fn of_file(tree: &Path, file: &str, text: &str) -> Result<Vec<TheirFunction>> {
    let complex =
        Regex::new(r"^(.+):(\d+):(\d+): warning: function '(.+)' has cognitive complexity of (\d+)")?;
    let seen = Regex::new(r"^(.+):(\d+):(\d+): warning: function '(.+)' exceeds recommended size")?;
    let read = |parts: &Captures<'_>, cognitive: u32| {
        Some(TheirFunction {
            path: relative(tree, &parts[1]).filter(|path| path == file)?,
            name: parts[4].to_owned(),
            line: parts[2].parse().ok(),
            column: parts[3].parse().ok(),
            figures: Figures { cognitive: Some(cognitive), ..Figures::default() },
        })
    };
    let place = |function: &TheirFunction| (function.line, function.column);
    let warned = text.lines().filter_map(|line| complex.captures(line));
    let mut functions: Vec<TheirFunction> =
        warned.filter_map(|parts| read(&parts, parts[5].parse().unwrap_or(0))).collect();
    let known: BTreeSet<_> = functions.iter().map(place).collect();
    let sized = text.lines().filter_map(|line| seen.captures(line)).filter_map(|parts| read(&parts, 0));
    functions.extend(sized.filter(|function| !known.contains(&place(function))));
    Ok(functions)
}
