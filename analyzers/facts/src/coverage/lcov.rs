//! lcov tracefiles (`man geninfo`, section FILES): `SF:` opens a file, `DA:<line>,<hits>[,<checksum>]` is a line,
//! `end_of_record` closes it. Other records (functions, branches, totals) say nothing about lines. Errors never quote
//! the file: the reader of the error may not be allowed to see it.

use super::{CoverageError, LineCoverage, hits};

pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    let mut coverage = LineCoverage::default();
    let mut open: Option<(&str, usize)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        let (record, rest) = line.split_once(':').unwrap_or((line, ""));
        match record {
            "SF" => {
                coverage.file(rest)?;
                open = Some((rest, number));
            }
            "DA" => {
                let Some((file, _)) = open else {
                    return Err(CoverageError::new(number, "a DA record before any SF record"));
                };
                let (line, hits) = line_record(rest)
                    .ok_or_else(|| CoverageError::new(number, "this DA record is no DA:<line>,<hits>"))?;
                coverage.file(file)?.add(line, hits);
            }
            "end_of_record" => open = None,
            _ if is_other_record(record) => {}
            _ => {
                return Err(CoverageError::new(
                    number,
                    "no record of an lcov tracefile (SF:, DA:, end_of_record, …)",
                ));
            }
        }
    }
    match open {
        Some((_, line)) => Err(CoverageError::new(
            line,
            "the records of the file that begin here have no end: the report is cut off",
        )),
        None => Ok(coverage),
    }
}

/// Line and hits. gcov writes a negative number for a count that overflowed, and marks such as `=====` instead of a
/// count; these lines ran.
fn line_record(text: &str) -> Option<(u32, u64)> {
    let mut parts = text.split(',');
    let line: u32 = parts.next()?.trim().parse().ok().filter(|line| *line > 0)?;
    let text = parts.next()?.trim();
    let hits = match text.strip_prefix('-') {
        Some(overflowed) => hits(overflowed).map(|_| 1),
        None => hits(text),
    };
    Some((line, hits?))
}

fn is_other_record(record: &str) -> bool {
    const KNOWN: &[&str] = &[
        "", "TN", "VER", "FN", "FNDA", "FNF", "FNH", "FNL", "FNA", "BRDA", "BRF", "BRH", "MCDC", "MCF",
        "MCH", "LF", "LH",
    ];
    record.starts_with('#') || KNOWN.contains(&record)
}
