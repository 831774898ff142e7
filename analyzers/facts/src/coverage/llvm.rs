//! JSON of `llvm-cov export` (`type` is `llvm.coverage.json.export`). It lists segments, not lines. Line counts are
//! computed as in LLVM's `LineCoverageStats` (llvm/lib/ProfileData/Coverage/CoverageMapping.cpp), so the lines are the
//! same as with `llvm-cov export --format=lcov`.

use super::streamed::{InOrder, Piece, Taken};
use super::{CoverageError, FileCoverage, LineBudget, LineCoverage};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The fewest bytes of a segment.
const SHORTEST_SEGMENT: usize = "[1,1,1,true,true]".len();

#[derive(Deserialize)]
struct Export {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    data: InOrder<Unit>,
}

#[derive(Deserialize)]
struct Unit {
    #[serde(default)]
    files: InOrder<File>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    #[serde(default)]
    segments: Vec<Segment>,
}

/// `[line, column, count, has count, is region entry, is gap region]`; the last one is missing in older versions.
#[derive(Deserialize)]
struct Segment {
    line: u32,
    _column: IgnoredAny,
    count: u64,
    has_count: bool,
    entry: bool,
    #[serde(default)]
    gap: bool,
}

impl Segment {
    fn starts_region(&self) -> bool {
        !self.gap && self.has_count && self.entry
    }
}

pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    let export: Export = serde_json::from_str(text)
        // The parser's message quotes the file, and the reader of the error may not be allowed to see that file.
        .map_err(|error| CoverageError::new(error.line(), "no JSON of llvm-cov export"))?;
    if export.kind != "llvm.coverage.json.export" {
        return Err(CoverageError::new(
            1,
            "this JSON is not what `llvm-cov export` writes: its type is not llvm.coverage.json.export",
        ));
    }
    Ok(export.data.0.whole()?.coverage)
}

impl Piece<'_> for Unit {
    fn add_to(self, _: &str, taken: &mut Taken) -> Result<(), CoverageError> {
        let files = self.files.0.whole()?;
        taken.budget.take_as_many(&files.budget)?;
        if taken.coverage.files.is_empty() {
            taken.coverage = files.coverage;
            return Ok(());
        }
        for (name, file) in files.coverage.files {
            let known = taken.coverage.file(&name)?;
            file.lines.into_iter().for_each(|(line, hits)| known.add(line, hits));
        }
        Ok(())
    }
}

impl Piece<'_> for File {
    fn add_to(self, _: &str, taken: &mut Taken) -> Result<(), CoverageError> {
        taken.budget.allow_for(self.filename.len() + self.segments.len() * SHORTEST_SEGMENT);
        add_lines(&self.segments, taken.coverage.file(&self.filename)?, &mut taken.budget)
    }
}

fn add_lines(
    segments: &[Segment],
    file: &mut FileCoverage,
    budget: &mut LineBudget,
) -> Result<(), CoverageError> {
    let mut rest = segments;
    let mut wrapped: Option<&Segment> = None;
    let Some(mut line) = segments.first().map(|first| first.line) else { return Ok(()) };
    while let Some(next) = rest.first() {
        if next.line < line {
            return Err(CoverageError::new(1, "the segments of a file are not in the order of its lines"));
        }
        if next.line > line {
            // No segment begins before the next line that has one.
            let reaching = wrapped.filter(|wrapped| wrapped.has_count);
            if let Some(reaching) = reaching {
                budget.take(line, next.line - 1)?;
                (line..next.line).for_each(|line| file.add(line, reaching.count));
            }
            line = next.line;
            continue;
        }
        let here = rest.iter().take_while(|segment| segment.line == line).count();
        let (on_line, after) = rest.split_at(here);
        if let Some(hits) = line_count(on_line, wrapped) {
            budget.take(line, line)?;
            file.add(line, hits);
        }
        wrapped = on_line.last().or(wrapped);
        rest = after;
        line = line.saturating_add(1);
    }
    Ok(())
}

/// How often a line ran, from the segments that begin on it and the one that reaches into it; `None` when it cannot
/// run.
fn line_count(on_line: &[Segment], wrapped: Option<&Segment>) -> Option<u64> {
    let skipped = on_line.first().is_some_and(|first| !first.has_count && first.entry);
    let starts = on_line.iter().filter(|segment| segment.starts_region());
    let mapped =
        !skipped && (wrapped.is_some_and(|wrapped| wrapped.has_count) || starts.clone().next().is_some());
    let mapped = mapped || on_line.iter().any(|segment| segment.entry && segment.has_count);
    if !mapped {
        return None;
    }
    let reaching = wrapped.map_or(0, |wrapped| wrapped.count);
    Some(starts.map(|segment| segment.count).fold(reaching, u64::max))
}
