//! Line coverage of a tree, from the report that a test runner wrote.

use facts::RepoFacts;
use facts::coverage::{CoverageError, FileCoverage, LineCoverage, Names, Surroundings, module_path};
use facts::model::RepoPath;
use facts::repo::FileRecord;
use std::fmt::{self, Display};

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

/// What a report says about the files of a tree.
pub struct TreeCoverage<'f> {
    /// Which report.
    pub place: String,
    /// The tree's files in the report, by path, with their lines.
    pub files: Vec<(&'f FileRecord, FileCoverage)>,
}

/// Why there is no coverage of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCoverage {
    /// The configured report cannot be read, with the reader's error.
    Unread(String),
    /// There is no file at the configured place.
    NotThere {
        /// The configured place.
        place: String,
    },
    /// There is no report at any of [`PLACES`].
    NotFound {
        /// The reader's error for the first place that it could not read.
        unread: Option<String>,
    },
    /// The report is damaged or has an unknown format.
    Damaged {
        /// Where it is.
        place: String,
        /// What is wrong with it.
        error: CoverageError,
    },
    /// It contains none of the tree's files.
    NoFile {
        /// Where it is.
        place: String,
    },
    /// It was made from another version of a file: it mentions a line that the file does not have.
    OtherState {
        /// Where it is.
        place: String,
        /// The file.
        path: RepoPath,
        /// The line.
        line: u32,
        /// How many lines the file has.
        lines: u32,
    },
}

impl Display for NoCoverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoCoverage::Unread(why) => f.write_str(why),
            NoCoverage::NotThere { place } => write!(f, "there is no {place}"),
            NoCoverage::NotFound { unread } => {
                write!(f, "there is no coverage report (looked for {})", PLACES.join(", "))?;
                unread.as_ref().map_or(Ok(()), |why| write!(f, ": {why}"))
            }
            NoCoverage::Damaged { place, error } => write!(f, "{place} cannot be read: {error}"),
            NoCoverage::NoFile { place } => write!(f, "{place} names no file of the tree"),
            NoCoverage::OtherState { place, path, line, lines } => write!(
                f,
                "{place} is about another state of the files: line {line} of {path}, which has {lines} lines"
            ),
        }
    }
}

impl std::error::Error for NoCoverage {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            NoCoverage::Damaged { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl<'f> TreeCoverage<'f> {
    /// Reads the report at `configured` or, if that is empty, the first readable one at [`PLACES`]. `read` gives the
    /// bytes at a place; none if there is no file. Only files for which `keep` holds count.
    ///
    /// # Errors
    /// There is no coverage, for the given reason.
    pub fn read<E: Display>(
        facts: &'f RepoFacts,
        configured: &str,
        read: impl Fn(&str) -> Result<Option<Vec<u8>>, E>,
        keep: impl Fn(&RepoPath) -> bool,
    ) -> Result<Self, NoCoverage> {
        let (place, report) = find(configured, &read)?;
        let coverage = match LineCoverage::parse(&report) {
            Ok(coverage) => coverage,
            Err(error) => return Err(NoCoverage::Damaged { place, error }),
        };
        // Skipped files do not count, but they help to find the folder that the report's paths start from.
        let skipped = facts.skipped.iter().map(|skipped| &skipped.path);
        let paths: Vec<&RepoPath> = facts.files.iter().map(FileRecord::path).chain(skipped).collect();
        let around = surroundings(&place, &coverage, &paths, &read);
        let placed = coverage.placed_in(&paths, &around).files.into_iter();
        let measured = placed.filter_map(|(index, coverage)| Some((facts.files.get(index)?, coverage)));
        let files: Vec<(&FileRecord, FileCoverage)> =
            measured.filter(|(file, _)| keep(file.path())).collect();
        if files.is_empty() {
            return Err(NoCoverage::NoFile { place });
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

    /// Files that are missing from the report: they contain functions other than tests, in a language that the report
    /// covers.
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

/// The place of the report and, for a Go profile, the tree's modules.
fn surroundings<E>(
    place: &str,
    coverage: &LineCoverage,
    paths: &[&RepoPath],
    read: impl Fn(&str) -> Result<Option<Vec<u8>>, E>,
) -> Surroundings {
    // A report outside of the tree is in none of its folders.
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

fn find<E: Display>(
    configured: &str,
    read: impl Fn(&str) -> Result<Option<Vec<u8>>, E>,
) -> Result<(String, Vec<u8>), NoCoverage> {
    if !configured.is_empty() {
        let found = read(configured).map_err(|why| NoCoverage::Unread(why.to_string()))?;
        let found = found.ok_or_else(|| NoCoverage::NotThere { place: configured.to_owned() })?;
        return Ok((configured.to_owned(), found));
    }
    let mut unread = None;
    for place in PLACES {
        match read(place) {
            Ok(Some(found)) => return Ok(((*place).to_owned(), found)),
            Ok(None) => {}
            // Not an error, since this place was not configured: a build may link its folder elsewhere.
            Err(why) => unread = unread.or_else(|| Some(why.to_string())),
        }
    }
    Err(NoCoverage::NotFound { unread })
}

fn stale(place: &str, files: &[(&FileRecord, FileCoverage)]) -> Option<NoCoverage> {
    files.iter().find_map(|(file, coverage)| {
        let line = *coverage.lines.keys().next_back()?;
        let lines = file.data.facts.lines.physical;
        let other =
            || NoCoverage::OtherState { place: place.to_owned(), path: file.path().clone(), line, lines };
        (line > lines).then(other)
    })
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Even if `target` is a link to another disk, the root is searched.
    #[test]
    fn a_usual_place_that_cannot_be_read_does_not_end_the_search() {
        let outside = |place: &str| match place.contains('/') {
            true => Err(format!("{place} lies outside")),
            false => Ok((place == "coverage.xml").then(|| b"<coverage/>".to_vec())),
        };
        assert_eq!(find("", outside), Ok(("coverage.xml".to_owned(), b"<coverage/>".to_vec())));
        let named = find("target/x", outside);
        assert_eq!(named, Err(NoCoverage::Unread("target/x lies outside".to_owned())), "it was configured");
        let nothing = |place: &str| if place.contains('/') { outside(place) } else { Ok(None) };
        let error = find("", nothing).expect_err("there is none").to_string();
        assert!(error.starts_with("there is no coverage report"), "{error}");
        assert!(error.ends_with(": coverage/lcov.info lies outside"), "the first reason is told: {error}");
    }
}
