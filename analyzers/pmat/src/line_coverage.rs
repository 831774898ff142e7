//! Line coverage of a tree, from the report that a test runner left.

use facts::RepoFacts;
use facts::coverage::{FileCoverage, LineCoverage, Names, Surroundings, module_path};
use facts::model::RepoPath;
use facts::repo::FileRecord;

/// Where reports are looked for, in this order, from the repository's root.
pub const PLACES: &[&str] = &[
    "lcov.info",
    "coverage/lcov.info",
    "target/lcov.info",
    "coverage.xml",
    "cobertura.xml",
    "coverage/cobertura-coverage.xml",
    "coverage.json",
    "coverage/coverage-final.json",
    "coverage.out",
    "cover.out",
];

/// What a report says of the files of a tree.
pub struct TreeCoverage<'f> {
    /// Which report.
    pub place: String,
    /// The tree's files that it names, by path, with their lines.
    pub files: Vec<(&'f FileRecord, FileCoverage)>,
}

impl<'f> TreeCoverage<'f> {
    /// Reads the report at `configured`, or the first that can be read at one of [`PLACES`] when that is empty; `read` gives the bytes at a
    /// place, none where nothing is. Only files for which `keep` holds count.
    ///
    /// # Errors
    /// Why there is no coverage, in words for the user: no report, a damaged one, one that names no file of the tree, or one
    /// that was made from another state of a file (it speaks of lines that the file does not have).
    pub fn read(
        facts: &'f RepoFacts,
        configured: &str,
        read: impl Fn(&str) -> Result<Option<Vec<u8>>, String>,
        keep: impl Fn(&RepoPath) -> bool,
    ) -> Result<Self, String> {
        let (place, report) = find(configured, &read)?;
        let coverage =
            LineCoverage::parse(&report).map_err(|error| format!("{place} cannot be read: {error}"))?;
        // What does not count tells all the same from which folder the report names its files.
        let skipped = facts.skipped.iter().map(|skipped| &skipped.path);
        let paths: Vec<&RepoPath> = facts.files.iter().map(FileRecord::path).chain(skipped).collect();
        let around = surroundings(&place, &coverage, &paths, &read);
        let placed = coverage.placed_in(&paths, &around).files.into_iter();
        let measured = placed.filter_map(|(index, coverage)| Some((facts.files.get(index)?, coverage)));
        let files: Vec<(&FileRecord, FileCoverage)> =
            measured.filter(|(file, _)| keep(file.path())).collect();
        if files.is_empty() {
            return Err(format!("{place} names no file of the tree"));
        }
        match stale(&place, &files) {
            Some(why) => Err(why),
            None => Ok(TreeCoverage { place, files }),
        }
    }

    /// Lines that could run.
    pub fn coverable(&self) -> usize {
        self.files.iter().map(|(_, coverage)| coverage.coverable()).sum()
    }

    /// Lines that ran, in percent of those that could.
    pub fn percent(&self) -> f64 {
        let covered: usize = self.files.iter().map(|(_, coverage)| coverage.covered()).sum();
        percent(covered, self.coverable())
    }

    /// The percentage of one file; 100 for a file without lines that could run.
    pub fn percent_of(coverage: &FileCoverage) -> f64 {
        percent(coverage.covered(), coverage.coverable())
    }

    /// Files that the report should have named: they hold functions besides tests, in a language that it names files of.
    pub fn not_named(&self, facts: &'f RepoFacts) -> Vec<&'f FileRecord> {
        let reported = |file: &FileRecord| {
            self.files.iter().any(|(other, _)| other.data.facts.language == file.data.facts.language)
        };
        let named = |file: &FileRecord| {
            self.files.binary_search_by(|(other, _)| other.path().cmp(file.path())).is_ok()
        };
        let code =
            |file: &FileRecord| file.data.facts.functions.iter().any(|function| !file.is_test(function));
        facts.files.iter().filter(|file| code(file) && reported(file) && !named(file)).collect()
    }
}

/// Where the report lies; and for a profile of Go the tree's modules.
fn surroundings(
    place: &str,
    coverage: &LineCoverage,
    paths: &[&RepoPath],
    read: impl Fn(&str) -> Result<Option<Vec<u8>>, String>,
) -> Surroundings {
    // A report outside of the tree has no folder of it.
    let place = RepoPath::from(if place.starts_with(['/', '\\']) { "" } else { place });
    let module = |path: &&RepoPath| {
        let text = read(&path.to_string()).ok()??;
        let own = module_path(std::str::from_utf8(&text).ok()?)?;
        Some((own.to_owned(), String::from_utf8_lossy(path.parent()).into_owned()))
    };
    let manifests = paths.iter().copied().filter(|path| path.file_name() == b"go.mod");
    let modules = match coverage.names {
        Names::ImportPaths => manifests.filter_map(|path| module(&path)).collect(),
        _ => Vec::new(),
    };
    Surroundings { folder: String::from_utf8_lossy(place.parent()).into_owned(), modules }
}

fn find(
    configured: &str,
    read: impl Fn(&str) -> Result<Option<Vec<u8>>, String>,
) -> Result<(String, Vec<u8>), String> {
    if !configured.is_empty() {
        let found = read(configured)?.ok_or_else(|| format!("there is no {configured}"))?;
        return Ok((configured.to_owned(), found));
    }
    let mut wrong = None;
    for place in PLACES {
        match read(place) {
            Ok(Some(found)) => return Ok(((*place).to_owned(), found)),
            Ok(None) => {}
            // Nobody said that a report is there: a build may link its folder elsewhere.
            Err(why) => wrong = wrong.or(Some(why)),
        }
    }
    let looked_for = format!("there is no coverage report (looked for {})", PLACES.join(", "));
    Err(wrong.map_or_else(|| looked_for.clone(), |why| format!("{looked_for}: {why}")))
}

fn stale(place: &str, files: &[(&FileRecord, FileCoverage)]) -> Option<String> {
    files.iter().find_map(|(file, coverage)| {
        let last = *coverage.lines.keys().next_back()?;
        let has = file.data.facts.lines.physical;
        (last > has).then(|| {
            let path = file.path();
            format!(
                "{place} is about another state of the files: line {last} of {path}, which has {has} lines"
            )
        })
    })
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `target` linked to another disk is no reason not to look at the root.
    #[test]
    fn a_usual_place_that_cannot_be_read_does_not_end_the_search() {
        let outside = |place: &str| match place.contains('/') {
            true => Err(format!("{place} lies outside")),
            false => Ok((place == "coverage.xml").then(|| b"<coverage/>".to_vec())),
        };
        assert_eq!(find("", outside), Ok(("coverage.xml".to_owned(), b"<coverage/>".to_vec())));
        assert_eq!(find("target/x", outside), Err("target/x lies outside".to_owned()), "it was configured");
        let nothing = |place: &str| if place.contains('/') { outside(place) } else { Ok(None) };
        let error = find("", nothing).expect_err("there is none");
        assert!(error.starts_with("there is no coverage report"), "{error}");
        assert!(error.ends_with(": coverage/lcov.info lies outside"), "the first reason is told: {error}");
    }
}
