//! JSON of `coverage json` (coverage.py, doc/json.rst): the executed and the missing lines of each file. It has no
//! execution counts.

use super::streamed::{ByName, Piece, Taken};
use super::{CoverageError, LineCoverage};
use serde::Deserialize;

#[derive(Deserialize)]
struct Report {
    files: ByName<File>,
}

#[derive(Deserialize)]
struct File {
    executed_lines: Vec<u32>,
    missing_lines: Vec<u32>,
}

pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    let report: Report = serde_json::from_str(text)
        // The parser's message quotes the file, and the reader of the error may not be allowed to see that file.
        .map_err(|error| CoverageError::new(error.line(), "no JSON of `coverage json`"))?;
    Ok(report.files.0.whole()?.coverage)
}

impl Piece<'_> for File {
    fn add_to(self, name: &str, taken: &mut Taken) -> Result<(), CoverageError> {
        let known = taken.coverage.file(name)?;
        let ran = self.executed_lines.iter().map(|line| (*line, 1));
        for (line, hits) in
            ran.chain(self.missing_lines.iter().map(|line| (*line, 0))).filter(|(line, _)| *line > 0)
        {
            known.add(line, hits);
        }
        Ok(())
    }
}
