//! JSON of Istanbul (`coverage-final.json` of nyc, c8, Jest, Vitest): the positions and execution counts of each file's
//! statements. A line's count is defined as in istanbul-lib-coverage (`FileCoverage.getLineCoverage`): the largest
//! count of a statement that begins on it.

use super::streamed::{ByName, Piece, Taken};
use super::{CoverageError, LineCoverage};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The most statements of one file: as many as the largest file that is parsed has.
const MOST_STATEMENTS: usize = 5_000_000;

#[derive(Deserialize)]
struct File<'r> {
    path: Option<String>,
    #[serde(rename = "statementMap", borrow)]
    statements: ById<'r, Place>,
    #[serde(borrow)]
    s: ById<'r, u64>,
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
    let files: ByName<File<'_>> = serde_json::from_str(text)
        // The parser's message quotes the file, and the reader of the error may not be allowed to see that file.
        .map_err(|error| {
            CoverageError::new(
                error.line(),
                "no JSON of a coverage report (llvm.coverage.json.export of llvm-cov, coverage.py, or Istanbul)",
            )
        })?;
    Ok(files.0.whole()?.coverage)
}

impl<'r> Piece<'r> for File<'r> {
    fn add_to(self, name: &str, taken: &mut Taken) -> Result<(), CoverageError> {
        let known = taken.coverage.file(self.path.as_deref().unwrap_or(name))?;
        let (statements, counts) = (self.statements.sorted()?, self.s.sorted()?);
        for (statement, place) in statements.iter().filter(|(_, place)| place.start.line > 0) {
            let counted = counts.binary_search_by(|(id, _)| id.cmp(statement));
            let hits = counted.map_or(0, |at| counts[at].1);
            let line = known.lines.entry(place.start.line).or_default();
            *line = hits.max(*line);
        }
        Ok(())
    }
}

/// The values of an object about a file's statements, by id. Of the ids over the bound only one is kept.
struct ById<'r, V>(Vec<(Cow<'r, str>, V)>);

impl<'r, V> ById<'r, V> {
    /// Sorted by id. If an id has several values, the last one counts.
    fn sorted(self) -> Result<Vec<(Cow<'r, str>, V)>, CoverageError> {
        let mut entries = self.0;
        if entries.len() > MOST_STATEMENTS {
            return Err(CoverageError::new(
                1,
                "the report names more statements of a file than any file has",
            ));
        }
        entries.reverse();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        entries.dedup_by(|(later, _), (first, _)| later == first);
        Ok(entries)
    }
}

impl<'de: 'r, 'r, V: Deserialize<'de>> Deserialize<'de> for ById<'r, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData)).map(ById)
    }
}

/// An id without escapes is borrowed from the report, not copied.
#[derive(Deserialize)]
struct Id<'r>(#[serde(borrow)] Cow<'r, str>);

struct Entries<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
    type Value = Vec<(Cow<'de, str>, V)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("statements by their ids")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while entries.len() <= MOST_STATEMENTS {
            let Some((Id(id), value)) = map.next_entry()? else { return Ok(entries) };
            entries.push((id, value));
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(entries)
    }
}
