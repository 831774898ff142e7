//! JSON of Istanbul (`coverage-final.json` of nyc, c8, Jest, Vitest): by file the places of its statements and how often each
//! ran. What a line counts is what istanbul-lib-coverage says (`FileCoverage.getLineCoverage`): the most that a statement
//! which begins on it ran.

use super::{CoverageError, LineCoverage};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct File {
    path: Option<String>,
    #[serde(rename = "statementMap")]
    statements: BTreeMap<String, Place>,
    s: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Place {
    start: Start,
}

#[derive(Deserialize)]
struct Start {
    line: u32,
}

pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    let files: BTreeMap<String, File> = serde_json::from_str(text)
        // What the parser says quotes the file, which may be another one than whoever reads the error may see.
        .map_err(|error| {
            CoverageError::new(
                error.line(),
                "no JSON of a coverage report (llvm.coverage.json.export of llvm-cov, coverage.py, or Istanbul)",
            )
        })?;
    let mut coverage = LineCoverage::default();
    for (name, file) in &files {
        let known = coverage.file(file.path.as_ref().unwrap_or(name))?;
        for (statement, place) in file.statements.iter().filter(|(_, place)| place.start.line > 0) {
            let hits = file.s.get(statement).copied().unwrap_or_default();
            let line = known.lines.entry(place.start.line).or_default();
            *line = hits.max(*line);
        }
    }
    Ok(coverage)
}
