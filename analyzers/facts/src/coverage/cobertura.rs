//! Cobertura XML (`coverage-04.dtd`): `<sources>` names folders, each `<class filename="…">` holds `<line number hits/>`.

use super::{CoverageError, LineCoverage, Names, hits};
use crate::xml;
use roxmltree::Node;

/// Elements, texts and comments of a report: three for each of ten million lines.
const MOST_NODES: u32 = 30_000_000;
/// Folders that names are tried below. coverage.py writes one for each package that it was asked to measure.
const MOST_SOURCES: usize = 200;

pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    let document =
        xml::parse(text, MOST_NODES).map_err(|error| CoverageError::new(error.line, error.what))?;
    let root = document.root_element();
    if root.tag_name().name() != "coverage" {
        return Err(CoverageError::new(1, "no Cobertura report, which begins with <coverage>"));
    }
    let sources = root.descendants().filter(|node| node.has_tag_name("source"));
    let sources = sources.filter_map(|node| node.text()).map(|text| text.trim().to_owned());
    let mut sources: Vec<String> = sources.filter(|text| !text.is_empty()).take(MOST_SOURCES).collect();
    sources.dedup();
    let mut coverage = LineCoverage { names: Names::Below(sources), ..LineCoverage::default() };
    for class in root.descendants().filter(|node| node.has_tag_name("class")) {
        let place = |node: &Node<'_, '_>| document.text_pos_at(node.range().start).row as usize;
        let Some(name) = class.attribute("filename") else {
            return Err(CoverageError::new(place(&class), "a <class> without filename"));
        };
        let file = coverage.file(name)?;
        // Lines stand in the class and, some of them again, in its methods.
        let lines = class.children().filter(|node| node.has_tag_name("lines"));
        for line in lines.flat_map(|lines| lines.children().filter(|node| node.has_tag_name("line"))) {
            let number = line.attribute("number").and_then(|number| number.parse().ok());
            let hits = line.attribute("hits").and_then(hits);
            let (Some(number), Some(hits)) = (number, hits) else {
                return Err(CoverageError::new(place(&line), "a <line> needs the numbers number and hits"));
            };
            file.add(number, hits);
        }
    }
    Ok(coverage)
}
