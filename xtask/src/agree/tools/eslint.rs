//! ESLint with its own `complexity` rule and SonarJS' `cognitive-complexity`, both with a limit of 0, so that they
//! report every function above it. If SonarJS does not report a function, its complexity is 0.

use super::{TheirFunction, relative};
use crate::agree::{Figures, ours::OurFunction};
use anyhow::{Context, Result};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs ESLint from the folder that holds its packages.
pub fn run(packages: &Path, tree: &Path, ours: &[OurFunction]) -> Result<Vec<TheirFunction>> {
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("eslint.config.mjs");
    std::fs::write(&config, configuration(&packages.canonicalize()?))?;
    let mut functions = Vec::new();
    for batch in super::files(ours).chunks(200) {
        let mut command = Command::new("node");
        command.current_dir(tree).arg(packages.canonicalize()?.join("node_modules/eslint/bin/eslint.js"));
        command.arg("-c").arg(&config).args([
            "--no-inline-config",
            "--no-ignore",
            "-f",
            "json",
            "--no-warn-ignored",
        ]);
        let output = command.args(batch).stderr(Stdio::inherit()).output().context("cannot start node")?;
        let documents: Vec<Value> =
            serde_json::from_slice(&output.stdout).context("ESLint printed no JSON")?;
        for document in &documents {
            if let Some(path) = document["filePath"].as_str().and_then(|path| relative(tree, path)) {
                functions.extend(of_file(&path, document));
            }
        }
    }
    Ok(functions)
}

fn configuration(packages: &Path) -> String {
    format!(
        r#"import {{ createRequire }} from "node:module";
const load = createRequire({:?});
const sonarjs = load("eslint-plugin-sonarjs");
export default [{{
  files: ["**/*.{{js,mjs,cjs,jsx,ts,mts,cts,tsx}}"],
  languageOptions: {{ parser: load("@typescript-eslint/parser") }},
  plugins: {{ sonarjs: sonarjs.default ?? sonarjs }},
  rules: {{ complexity: ["error", {{ max: 0 }}], "sonarjs/cognitive-complexity": ["error", 0] }},
}}];
"#,
        packages.join("package.json")
    )
}

/// Both rules point at the same token of a function: its name, or the arrow.
fn of_file(path: &str, document: &Value) -> Vec<TheirFunction> {
    let cyclomatic =
        Regex::new(r"(?:'([^']*)')?[^']* has a complexity of (\d+)").expect("the pattern is valid");
    let cognitive = Regex::new(r"Cognitive Complexity from (\d+)").expect("the pattern is valid");
    let mut names: BTreeMap<(u32, u32), (String, u32)> = BTreeMap::new();
    let mut cognitives: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for message in document["messages"].as_array().into_iter().flatten() {
        let number = |key: &str| message[key].as_u64().unwrap_or(0) as u32;
        let place = (number("line"), number("column"));
        let text = message["message"].as_str().unwrap_or_default();
        if let Some(found) = cyclomatic.captures(text) {
            let name = found.get(1).map_or("", |name| name.as_str()).to_owned();
            names.insert(place, (name, found[2].parse().unwrap_or(0)));
        } else if let Some(found) = cognitive.captures(text) {
            cognitives.insert(place, found[1].parse().unwrap_or(0));
        }
    }
    let by_line = |line: u32| cognitives.iter().filter(move |((l, _), _)| *l == line);
    let unique = |line: u32| names.keys().filter(|(l, _)| *l == line).count() == 1;
    names
        .iter()
        .map(|(&(line, column), (name, complexity))| {
            let cognitive = cognitives.get(&(line, column)).copied().or_else(|| {
                if unique(line) {
                    Some(by_line(line).map(|(_, value)| *value).next().unwrap_or(0))
                } else {
                    None
                }
            });
            TheirFunction {
                path: path.to_owned(),
                name: name.clone(),
                line: Some(line),
                column: Some(column),
                figures: Figures { cyclomatic: Some(*complexity), cognitive, ..Figures::default() },
            }
        })
        .collect()
}
