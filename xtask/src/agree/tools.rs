//! Runs the other tools and parses their output.

mod clang_tidy;
mod eslint;
mod lizard;
mod python;
mod rust_code_analysis;

use super::{TheirFunction, Tool, ours::OurFunction};
use crate::peers::Peers;
use anyhow::Result;
use std::path::Path;

/// The tool's functions in `tree`, in files where we find functions.
pub fn run(
    tool: Tool,
    peers: &Peers,
    tree: &Path,
    ours: &[OurFunction],
    compiler_options: &[String],
) -> Result<Vec<TheirFunction>> {
    match tool {
        Tool::Rca => rust_code_analysis::run(&peers.rust_code_analysis()?, tree, ours),
        Tool::Lizard => lizard::run(&peers.python("lizard")?, tree, ours),
        Tool::Radon => python::radon(&peers.python("radon")?, tree),
        Tool::Complexipy => python::complexipy(&peers.python("complexipy")?, tree),
        Tool::ClangTidy => clang_tidy::run(&peers.clang_tidy()?, tree, ours, compiler_options),
        Tool::EslintSonarjs => eslint::run(&peers.node()?, tree, ours),
    }
}

/// The path relative to the tree's root; `None` for a path outside it.
fn relative(tree: &Path, path: &str) -> Option<String> {
    let path = Path::new(path);
    let inside = if path.is_absolute() { path.strip_prefix(tree).ok()? } else { path };
    Some(inside.to_string_lossy().trim_start_matches("./").to_owned())
}

/// The distinct files of our functions.
fn files(ours: &[OurFunction]) -> Vec<&str> {
    let mut files: Vec<&str> = ours.iter().map(|function| function.path.as_str()).collect();
    files.dedup();
    files
}
