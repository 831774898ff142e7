//! `.cargo/mutants.toml`, a project's settings for cargo-mutants. The keys are its own (<https://mutants.rs>, "The
//! configuration file"), and so is their meaning relative to the command line: patterns and regular expressions of the
//! command line replace those of the file, lists of values are joined.

use super::RustTestTool;
use crate::failure::MutationError;
use crate::operators::OperatorOptions;
use facts::model::RepoPath;
use facts::source::confined::{Unread, read_inside};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::Regex;
use serde::Deserialize;
use std::path::Path;

/// Larger ones are not read: real ones stay far below.
const LARGEST: u64 = 1 << 20;
/// Patterns, expressions or words in one list.
const MOST_ENTRIES: usize = 10_000;

/// What the file says. Keys about cargo-mutants' own doing (`copy_vcs`, `output`, …) are not among them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CargoMutants {
    additional_cargo_args: Vec<String>,
    additional_cargo_test_args: Vec<String>,
    all_features: bool,
    error_values: Vec<String>,
    examine_globs: Vec<String>,
    examine_re: Vec<String>,
    exclude_globs: Vec<String>,
    exclude_re: Vec<String>,
    features: Vec<String>,
    /// Least limit for tests, in seconds.
    pub minimum_test_timeout: Option<f64>,
    no_default_features: bool,
    profile: Option<String>,
    skip_calls: Vec<String>,
    skip_calls_defaults: Option<bool>,
    /// Packages whose tests are run for all mutants.
    pub test_package: Vec<String>,
    test_tool: Option<TestTool>,
    test_workspace: bool,
    /// Limits for tests are so many times what the unchanged code takes.
    pub timeout_multiplier: Option<f64>,
    /// The folder of the workspace that it is about.
    #[serde(skip)]
    folder: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TestTool {
    Cargo,
    Nextest,
}

/// Which files are chosen.
#[derive(Debug, Default)]
pub struct ChosenFiles {
    folder: String,
    examine: Option<GlobSet>,
    exclude: Option<GlobSet>,
}

impl ChosenFiles {
    /// True for a file of the workspace that the patterns leave, and for every other one.
    pub fn have(&self, path: &RepoPath) -> bool {
        let text = path.to_string();
        let inside = match self.folder.as_str() {
            "" => Some(text.as_str()),
            folder => text.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
        };
        inside.is_none_or(|inside| {
            self.examine.as_ref().is_none_or(|set| set.is_match(inside))
                && !self.exclude.as_ref().is_some_and(|set| set.is_match(inside))
        })
    }
}

impl CargoMutants {
    /// The settings of the workspace in a folder of the tree; empty ones where it has none.
    ///
    /// # Errors
    /// The file cannot be read, or is not what cargo-mutants reads.
    pub fn of(root: &Path, folder: &str) -> Result<CargoMutants, MutationError> {
        let path = if folder.is_empty() {
            ".cargo/mutants.toml".to_owned()
        } else {
            format!("{folder}/.cargo/mutants.toml")
        };
        let failed = |why: String| wrong(&path, why);
        let bytes = match read_inside(root, &RepoPath::from(path.as_str()), LARGEST) {
            Ok(bytes) => bytes,
            Err(Unread::Missing) => return Ok(CargoMutants::default()),
            Err(unread) => return Err(failed(unread.to_string())),
        };
        let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".to_owned()))?;
        // No text of the file: it may be another one than whoever reads the error may see.
        let parsed: CargoMutants = toml::from_str(&text).map_err(|error| {
            let line =
                error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            failed(format!("line {line} is no TOML, or has a value of another kind than its key takes"))
        })?;
        let lists = [&parsed.examine_globs, &parsed.exclude_globs, &parsed.examine_re, &parsed.exclude_re];
        if lists.iter().any(|list| list.len() > MOST_ENTRIES) {
            return Err(failed(format!("a list has more than {MOST_ENTRIES} entries")));
        }
        Ok(CargoMutants { folder: folder.to_owned(), ..parsed })
    }

    /// The files that it leaves; `examine` and `exclude` tell that the command line has patterns of its own instead.
    ///
    /// # Errors
    /// A pattern is none.
    pub fn chosen_files(&self, examine: bool, exclude: bool) -> Result<ChosenFiles, MutationError> {
        let set = |key: &str, patterns: &[String], replaced: bool| match patterns.is_empty() || replaced {
            true => Ok(None),
            false => globs(patterns).map(Some).map_err(|index| self.no_pattern(key, index, "pattern")),
        };
        Ok(ChosenFiles {
            folder: self.folder.clone(),
            examine: set("examine_globs", &self.examine_globs, examine)?,
            exclude: set("exclude_globs", &self.exclude_globs, exclude)?,
        })
    }

    /// The operators of the command line with what the file adds.
    ///
    /// # Errors
    /// A regular expression is none.
    pub fn operators(&self, given: &OperatorOptions) -> Result<OperatorOptions, MutationError> {
        let mut options = given.clone();
        for (key, texts, into) in [
            ("examine_re", &self.examine_re, &mut options.include),
            ("exclude_re", &self.exclude_re, &mut options.exclude),
        ] {
            if !into.is_empty() {
                continue;
            }
            for (index, text) in texts.iter().enumerate() {
                let expression = Regex::new(text);
                into.push(expression.map_err(|_| self.no_pattern(key, index, "regular expression"))?);
            }
        }
        options.error_values.extend(self.error_values.iter().cloned());
        if self.skip_calls_defaults == Some(false) {
            options.skip_calls.clear();
        }
        options.skip_calls.extend(self.skip_calls.iter().cloned());
        Ok(options)
    }

    /// Words that every `cargo test` of the project takes, and those for the tests themselves, behind a `--`.
    pub fn words(&self) -> (Vec<String>, Vec<String>) {
        let mut words = Vec::new();
        let flags =
            [(self.all_features, "--all-features"), (self.no_default_features, "--no-default-features")];
        words.extend(flags.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()));
        words.extend(self.features.iter().map(|features| format!("--features={features}")));
        words.extend(self.profile.iter().map(|profile| format!("--profile={profile}")));
        words.extend(self.additional_cargo_args.iter().cloned());
        let mut more = self.additional_cargo_test_args.iter().cloned();
        words.extend(more.by_ref().take_while(|word| word != "--"));
        (words, more.collect())
    }

    /// The tool that runs tests, where the file names one.
    pub fn test_tool(&self) -> Option<RustTestTool> {
        self.test_tool.map(|tool| match tool {
            TestTool::Cargo => RustTestTool::Cargo,
            TestTool::Nextest => RustTestTool::Nextest,
        })
    }

    /// Every mutant is tested by the tests of the whole workspace.
    pub fn test_workspace(&self) -> bool {
        self.test_workspace
    }

    fn no_pattern(&self, key: &str, index: usize, what: &str) -> MutationError {
        let path = if self.folder.is_empty() { String::new() } else { format!("{}/", self.folder) };
        wrong(&format!("{path}.cargo/mutants.toml"), format!("entry {} of {key} is no {what}", index + 1))
    }
}

fn wrong(path: &str, why: String) -> MutationError {
    MutationError::failed(
        format!("{path} cannot be used"),
        why,
        "fix it: the keys are those of cargo-mutants",
    )
}

/// As cargo-mutants reads them: a pattern with a `/` is about the whole path, another about any file or folder with that name.
///
/// # Errors
/// The index of the first that is not a pattern.
fn globs(patterns: &[String]) -> Result<GlobSet, usize> {
    let mut set = GlobSetBuilder::new();
    for (index, pattern) in patterns.iter().enumerate() {
        let shapes = match pattern.contains('/') {
            true => vec![pattern.clone()],
            false => vec![format!("**/{pattern}"), format!("**/{pattern}/**")],
        };
        for shape in shapes {
            set.add(GlobBuilder::new(&shape).literal_separator(true).build().map_err(|_| index)?);
        }
    }
    set.build().map_err(|_| patterns.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<CargoMutants, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join(".cargo")).expect("a folder");
        std::fs::write(folder.path().join(".cargo/mutants.toml"), text).expect("a file");
        CargoMutants::of(folder.path(), "").map_err(|error| format!("{error:?}"))
    }

    /// The cases of cargo-mutants' own tests of its patterns (src/glob.rs).
    #[test]
    fn patterns_mean_what_they_mean_to_cargo_mutants() {
        for (pattern, path, is_match) in [
            ("foo.rs", "src/bar/foo.rs", true),
            ("foo.rs", "src/bar/bar.rs", false),
            ("console", "src/bar/console/mod.rs", true),
            ("*.rs", "src/foo.rs", true),
            ("src/*.rs", "src/foo.rs", true),
            ("src/*.rs", "src/bar/foo.rs", false),
            ("src/*.rs", "other/src/bar.rs", false),
            ("**/foo.rs", "some/other/src/bar/foo.rs", true),
            ("src/**/f*.rs", "src/foo.rs", true),
            ("src/**/f*.rs", "src/bar/foo.rs", true),
        ] {
            let found = settings(&format!("examine_globs = [{pattern:?}]")).expect("sound");
            let chosen = found.chosen_files(false, false).expect("a pattern");
            assert_eq!(chosen.have(&RepoPath::from(path)), is_match, "{pattern} {path}");
            assert!(
                found.chosen_files(true, false).expect("a pattern").have(&RepoPath::from("x.rs")),
                "replaced"
            );
        }
    }

    #[test]
    fn words_of_the_file_go_to_cargo() {
        let found = settings(
            "all_features = true\nfeatures = [\"a,b\"]\nprofile = \"mutants\"\nadditional_cargo_args = [\"--locked\"]\n\
             additional_cargo_test_args = [\"--lib\", \"--\", \"--test-threads=1\"]\ncap_lints = true\nfuture_key = 1\n",
        );
        let (words, of_tests) = found.expect("sound").words();
        assert_eq!(words, ["--all-features", "--features=a,b", "--profile=mutants", "--locked", "--lib"]);
        assert_eq!(of_tests, ["--test-threads=1"]);
    }

    #[test]
    fn a_file_that_cannot_be_used_is_said_without_its_text() {
        for (text, why) in [
            ("TOP-SECRET", "line 1 is no TOML"),
            ("\nexamine_re = \"TOP-SECRET\"", "line 2 is no TOML, or has a value"),
            ("examine_re = [\"a\", \"(TOP-SECRET\"]", "entry 2 of examine_re is no regular expression"),
            ("exclude_globs = [\"[TOP-SECRET\"]", "entry 1 of exclude_globs is no pattern"),
        ] {
            let found = settings(text).and_then(|found| {
                found.chosen_files(false, false).map_err(|error| format!("{error:?}"))?;
                found.operators(&OperatorOptions::default()).map_err(|error| format!("{error:?}"))
            });
            let error = found.expect_err(text);
            assert!(error.contains(why) && !error.contains("SECRET"), "{error}");
        }
    }
}
