//! JSON of `coverage json` (coverage.py, doc/json.rst): by file the lines that ran and those that did not. It does not count
//! how often.

use super::{CoverageError, LineCoverage};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Report {
    files: BTreeMap<String, File>,
}

#[derive(Deserialize)]
struct File {
    executed_lines: Vec<u32>,
    missing_lines: Vec<u32>,
}

pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    let report: Report = serde_json::from_str(text)
        // What the parser says quotes the file, which may be another one than whoever reads the error may see.
        .map_err(|error| CoverageError::new(error.line(), "no JSON of `coverage json`"))?;
    let mut coverage = LineCoverage::default();
    for (name, file) in &report.files {
        let known = coverage.file(name)?;
        let ran = file.executed_lines.iter().map(|line| (*line, 1));
        for (line, hits) in
            ran.chain(file.missing_lines.iter().map(|line| (*line, 0))).filter(|(line, _)| *line > 0)
        {
            known.add(line, hits);
        }
    }
    Ok(coverage)
}
