//! Line coverage as test runners report it: lcov tracefiles, Cobertura XML, profiles of Go, JSON of `llvm-cov export`, of
//! coverage.py and of Istanbul.
//!
//! A report says which lines could run and how often each did. It names files in its own way (absolute, relative to
//! some folder); [`LineCoverage::placed`] finds the matching files of a tree.

mod cobertura;
mod coverage_py;
mod go;
mod installed;
mod istanbul;
mod lcov;
mod llvm;
mod place;
mod shared;
mod streamed;
#[cfg(test)]
mod tests;

pub use go::module_path;
pub use place::{Placed, Surroundings};

use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// The most files of a report: as many as a tree may have.
const MOST_FILES: usize = 2_000_000;

/// How often the lines of files ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineCoverage {
    /// The lines of each file, by its name in the report.
    pub files: BTreeMap<String, FileCoverage>,
    /// What the names are relative to.
    pub names: Names,
}

/// How a report names files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Names {
    /// By absolute paths, or relative to a folder that the report does not name.
    #[default]
    AsWritten,
    /// Relative to one of these folders, unless they are absolute.
    Below(Vec<String>),
    /// By import paths, which begin with the module's own path.
    ImportPaths,
}

/// How often the lines of one file ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileCoverage {
    /// Lines (from 1) that could run, with the number of times they did.
    pub lines: BTreeMap<u32, u64>,
}

impl FileCoverage {
    /// Lines that ran at least once.
    pub fn covered(&self) -> usize {
        self.lines.values().filter(|hits| **hits > 0).count()
    }

    /// Lines that could run.
    pub fn coverable(&self) -> usize {
        self.lines.len()
    }

    /// Adds to a line's count: a file may be reported once for every test.
    fn add(&mut self, line: u32, hits: u64) {
        let known = self.lines.entry(line).or_default();
        *known = known.saturating_add(hits);
    }
}

/// Why a coverage report could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct CoverageError {
    /// Line of the report, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl CoverageError {
    fn new(line: usize, message: impl Into<String>) -> Self {
        CoverageError { line, message: message.into() }
    }
}

impl LineCoverage {
    /// Reads a report of any of the formats, detected by its beginning.
    ///
    /// # Errors
    /// Its format is unknown, or it is damaged. A report without a single line that could run is an error too: nothing
    /// was measured.
    pub fn parse(report: &[u8]) -> Result<LineCoverage, CoverageError> {
        let text = std::str::from_utf8(report).map_err(|error| {
            let line = 1 + report[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            CoverageError::new(line, "not UTF-8 text")
        })?;
        let text = text.trim_start_matches('\u{FEFF}');
        let coverage = match text.trim_start().as_bytes().first() {
            Some(b'{') => json(text)?,
            Some(b'<') => cobertura::parse(text)?,
            Some(_) if text.lines().next().is_some_and(go::is_mode) => go::parse(text)?,
            Some(_) => lcov::parse(text)?,
            None => return Err(CoverageError::new(1, "the report is empty")),
        };
        if coverage.files.values().all(|file| file.lines.is_empty()) {
            return Err(CoverageError::new(1, "the report has no line that could run"));
        }
        Ok(coverage)
    }

    fn file(&mut self, name: &str) -> Result<&mut FileCoverage, CoverageError> {
        if !self.files.contains_key(name) {
            if self.files.len() >= MOST_FILES {
                return Err(CoverageError::new(1, "the report names more files than a tree may have"));
            }
            self.files.insert(name.to_owned(), FileCoverage::default());
        }
        Ok(self.files.get_mut(name).expect("it was put there a moment ago"))
    }
}

/// The keys that tell one JSON format from another.
#[derive(Deserialize)]
struct Keys {
    #[serde(rename = "type")]
    kind: Option<IgnoredAny>,
    data: Option<IgnoredAny>,
    meta: Option<IgnoredAny>,
    files: Option<IgnoredAny>,
}

fn json(text: &str) -> Result<LineCoverage, CoverageError> {
    let keys: Keys =
        serde_json::from_str(text).map_err(|error| CoverageError::new(error.line(), "no JSON"))?;
    match keys {
        Keys { meta: Some(_), files: Some(_), .. } => coverage_py::parse(text),
        Keys { kind: None, data: None, .. } => istanbul::parse(text),
        _ => llvm::parse(text),
    }
}

/// A number of runs. Some programs write it like a float (`1.0`, `1e+10`); a fraction of a run counts as one.
fn hits(text: &str) -> Option<u64> {
    let is_digits =
        |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+'));
    text.parse().ok().or_else(|| {
        let number: f64 = Some(text).filter(|text| is_digits(text))?.parse().ok()?;
        // The cast saturates at the largest number.
        Some(number.ceil() as u64)
    })
}

/// Limits the expansion of line ranges in a report: a few bytes can name any number of lines.
struct LineBudget {
    allowed: u32,
    used: u32,
}

/// More lines than the largest programs have.
const MOST_LINES: u32 = 20_000_000;
/// The lines that a report of any size may be about: a range may be all of a large file.
const LINES_OF_ANY_REPORT: u32 = 500_000;
/// The further lines for each byte of a report. A range takes 20 bytes and more, and usually names a few lines.
const LINES_PER_BYTE: usize = 16;

impl Default for LineBudget {
    fn default() -> Self {
        LineBudget { allowed: LINES_OF_ANY_REPORT, used: 0 }
    }
}

impl LineBudget {
    /// The budget of a report of this size.
    fn for_bytes(bytes: usize) -> Self {
        let mut budget = LineBudget::default();
        budget.allow_for(bytes);
        budget
    }

    /// Allows the lines for further bytes of the report.
    fn allow_for(&mut self, bytes: usize) {
        let lines = u32::try_from(bytes.saturating_mul(LINES_PER_BYTE)).unwrap_or(u32::MAX);
        self.allowed = self.allowed.saturating_add(lines);
    }

    /// Reserves the lines from `first` to `last`.
    fn take(&mut self, first: u32, last: u32) -> Result<(), CoverageError> {
        self.take_lines(last.saturating_sub(first).saturating_add(1))
    }

    /// Takes over what another budget has used, with what it was allowed for its bytes.
    fn take_as_many(&mut self, other: &LineBudget) -> Result<(), CoverageError> {
        let for_bytes = other.allowed.saturating_sub(LINES_OF_ANY_REPORT);
        self.allowed = self.allowed.saturating_add(for_bytes);
        self.take_lines(other.used)
    }

    fn take_lines(&mut self, lines: u32) -> Result<(), CoverageError> {
        self.used = self.used.saturating_add(lines);
        if self.used > MOST_LINES {
            return Err(CoverageError::new(1, "the report is about more lines than any program has"));
        }
        if self.used > self.allowed {
            return Err(CoverageError::new(1, "the report is about far more lines than others of its size"));
        }
        Ok(())
    }
}
