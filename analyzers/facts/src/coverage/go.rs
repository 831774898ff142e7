//! Profiles of `go test -coverprofile` (`golang.org/x/tools/cover`, profile.go): `mode: set|count|atomic`, then a block on
//! each line: `file:line.column,line.column statements count`.
//!
//! A line's count is that of the block on it that ran most. Blocks without a statement are ignored. The same block
//! occurs once for each test binary that was linked with it: through `-coverpkg`, or if profiles were concatenated.

use super::{CoverageError, LineBudget, LineCoverage, Names};

/// First and last line of a block, with their columns.
type Block = ((u32, u32), (u32, u32));

pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    // Sorted, not hashed: a profile could contain blocks chosen to have the same hash.
    let mut blocks: Vec<((&str, Block), u64)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end();
        if line.is_empty() || is_mode(line) {
            continue;
        }
        let Some((file, block, statements, count)) = read(line) else {
            return Err(CoverageError::new(
                number,
                "no block of a Go cover profile (file:line.column,line.column statements count)",
            ));
        };
        if statements > 0 {
            blocks.push(((file, block), count));
        }
    }
    let mut coverage = LineCoverage { names: Names::ImportPaths, ..LineCoverage::default() };
    let mut budget = LineBudget::for_bytes(text.len());
    blocks.sort_unstable();
    for same in blocks.chunk_by(|one, other| one.0 == other.0) {
        let (file, ((first, _), (last, _))) = same[0].0;
        let count = same.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(*count));
        let file = coverage.file(file)?;
        budget.take(first, last)?;
        for line in first..=last {
            let known = file.lines.entry(line).or_default();
            *known = count.max(*known);
        }
    }
    Ok(coverage)
}

/// True for the first line of a profile.
pub(super) fn is_mode(line: &str) -> bool {
    line.strip_prefix("mode:").is_some_and(|mode| matches!(mode.trim(), "set" | "count" | "atomic"))
}

/// The module path in a `go.mod` (Go Modules Reference, "module directive").
pub fn module_path(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let rest = line.split("//").next()?.trim().strip_prefix("module")?;
        let path = rest.strip_prefix([' ', '\t'])?.trim().trim_matches(['"', '`']);
        Some(path).filter(|path| !path.is_empty() && !path.contains([' ', '(']))
    })
}

fn read(line: &str) -> Option<(&str, Block, u64, u64)> {
    let (rest, count) = line.rsplit_once(' ')?;
    let (place, statements) = rest.rsplit_once(' ')?;
    let (file, range) = place.rsplit_once(':')?;
    let (from, to) = range.split_once(',')?;
    let point = |text: &str| {
        let (line, column) = text.split_once('.')?;
        Some((line.parse().ok().filter(|line| *line > 0)?, column.parse().ok()?))
    };
    Some((file, (point(from)?, point(to)?), statements.parse().ok()?, count.parse().ok()?))
}
