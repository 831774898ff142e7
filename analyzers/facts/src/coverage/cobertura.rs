//! Cobertura XML (`coverage-04.dtd`): `<sources>` names folders, each `<class filename="…">` holds `<line number hits/>`.

use super::{CoverageError, LineCoverage};
use roxmltree::{Document, Node, ParsingOptions};

pub(super) fn parse(text: &str) -> Result<LineCoverage, CoverageError> {
    // Reports begin with a DOCTYPE; no entity of it is ever fetched.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| CoverageError::new(error.pos().row as usize, format!("not valid XML: {error}")))?;
    let root = document.root_element();
    if root.tag_name().name() != "coverage" {
        let message =
            format!("<{}> is no Cobertura report, which begins with <coverage>", root.tag_name().name());
        return Err(CoverageError::new(1, message));
    }
    let mut coverage = LineCoverage::default();
    for class in root.descendants().filter(|node| node.has_tag_name("class")) {
        let place = |node: &Node<'_, '_>| document.text_pos_at(node.range().start).row as usize;
        let Some(name) = class.attribute("filename") else {
            return Err(CoverageError::new(place(&class), "a <class> without filename"));
        };
        let file = coverage.file(name);
        // Lines stand in the class and, some of them again, in its methods.
        let lines = class.children().filter(|node| node.has_tag_name("lines"));
        for line in lines.flat_map(|lines| lines.children().filter(|node| node.has_tag_name("line"))) {
            let number = line.attribute("number").and_then(|number| number.parse().ok());
            let hits = line.attribute("hits").and_then(|hits| hits.parse().ok());
            let (Some(number), Some(hits)) = (number, hits) else {
                return Err(CoverageError::new(place(&line), "a <line> needs the numbers number and hits"));
            };
            file.add(number, hits);
        }
    }
    Ok(coverage)
}
