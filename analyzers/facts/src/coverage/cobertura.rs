//! Cobertura XML (`coverage-04.dtd`): `<sources>` names folders, each `<class filename="…">` holds `<line number hits/>`.

use super::{CoverageError, FileCoverage, LineCoverage, Names, hits};
use crate::xml::Unreadable;
use crate::xml::events::{Event, Events, Tag};

/// The most folders that names are tried below. coverage.py writes one for each package that it was told to measure.
const MOST_SOURCES: usize = 200;

/// The most bytes of all these folders: every name is read below each of them.
const MOST_BYTES_OF_SOURCES: usize = 64 << 10;

/// The role of an open element in the report.
enum Open {
    /// A file, with what its lines say.
    Class(String, FileCoverage),
    /// The lines of the class around it. Some of them occur again in its methods.
    Lines,
    /// A folder that names are relative to.
    Source(Option<String>),
    Other,
}

/// Reads a report piece by piece: only the extracted lines stay in memory.
pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    let invalid = |why: Unreadable| CoverageError::new(why.line, why.what);
    let mut events = Events::of(text).map_err(invalid)?;
    let (mut coverage, mut sources) = (LineCoverage::default(), Vec::new());
    let mut left_for_sources = MOST_BYTES_OF_SOURCES;
    let mut open: Vec<Open> = Vec::new();
    while let Some(event) = events.next().map_err(invalid)? {
        match event {
            Event::Start(tag) => {
                let element =
                    element(&tag, &mut open).map_err(|what| CoverageError::new(events.line(&tag), what))?;
                open.push(element);
            }
            Event::Text(text) => {
                if let Some(Open::Source(folder @ None)) = open.last_mut() {
                    *folder = Some(text.trim().to_owned());
                }
            }
            Event::End => match open.pop() {
                Some(Open::Class(name, lines)) => add(coverage.file(&name)?, lines),
                Some(Open::Source(Some(folder)))
                    if !folder.is_empty()
                        && sources.len() < MOST_SOURCES
                        && folder.len() <= left_for_sources =>
                {
                    left_for_sources -= folder.len();
                    sources.push(folder);
                }
                _ => {}
            },
        }
    }
    sources.dedup();
    coverage.names = Names::Below(sources);
    Ok(coverage)
}

/// The role of an element within the open ones; a line is added to its class. The error says what is wrong with it.
fn element(tag: &Tag<'_>, open: &mut [Open]) -> Result<Open, &'static str> {
    match (tag.name, open) {
        ("coverage", []) => Ok(Open::Other),
        (_, []) => Err("no Cobertura report, which begins with <coverage>"),
        ("class", _) => match tag.attribute("filename") {
            Some(name) => Ok(Open::Class(name.into_owned(), FileCoverage::default())),
            None => Err("a <class> without filename"),
        },
        ("source", _) => Ok(Open::Source(None)),
        ("lines", [.., Open::Class(..)]) => Ok(Open::Lines),
        ("line", [.., Open::Class(_, lines), Open::Lines]) => {
            let number = tag.attribute("number").and_then(|number| number.parse().ok());
            let hits = tag.attribute("hits").and_then(|text| hits(&text));
            let (Some(number), Some(hits)) = (number, hits) else {
                return Err("a <line> needs the numbers number and hits");
            };
            lines.add(number, hits);
            Ok(Open::Other)
        }
        _ => Ok(Open::Other),
    }
}

/// Adds the counts of a class's lines to those known for its file.
fn add(file: &mut FileCoverage, lines: FileCoverage) {
    match file.lines.is_empty() {
        true => *file = lines,
        false => lines.lines.into_iter().for_each(|(line, hits)| file.add(line, hits)),
    }
}
