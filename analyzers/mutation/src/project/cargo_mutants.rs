//! `.cargo/mutants.toml`, a project's settings for cargo-mutants. The keys are defined by cargo-mutants
//! (<https://mutants.rs>, "The configuration file"), and so is their precedence: patterns and regular expressions of
//! the command line replace those of the file, lists of values are joined.

use super::RustTestTool;
use crate::failure::MutationError;
use crate::operators::OperatorOptions;
use facts::model::RepoPath;
use facts::source::confined::{Unread, read_inside};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::{Regex, RegexBuilder, RegexSetBuilder};
use serde::Deserialize;
use std::path::Path;

/// Larger files are not read: real ones stay far below.
const LARGEST: u64 = 1 << 20;
/// The most patterns, expressions or arguments in one list.
const MOST_ENTRIES: usize = 10_000;
/// The most regular expressions in one list, and the most bytes of their texts.
const MOST_EXPRESSIONS: usize = 500;
const MOST_BYTES_OF_EXPRESSIONS: usize = 64 << 10;
/// The most bytes of a list's compiled expressions together. A `\w` takes about 60 KB.
const LARGEST_COMPILED: usize = 32 << 20;
/// An expression that is only checked for errors is compiled up to this size.
const LARGEST_CHECKED: usize = 256 << 10;
/// The most bytes that one expression caches while it is used.
const LARGEST_CACHE: usize = 512 << 10;

/// The settings in the file, without keys that only concern cargo-mutants itself (`copy_vcs`, `output`, …).
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
    /// Shortest limit for tests, in seconds.
    pub minimum_test_timeout: Option<f64>,
    no_default_features: bool,
    profile: Option<String>,
    skip_calls: Vec<String>,
    skip_calls_defaults: Option<bool>,
    /// Packages whose tests are run for all mutants.
    pub test_package: Vec<String>,
    test_tool: Option<TestTool>,
    test_workspace: bool,
    /// The test limit is this multiple of the time that the unchanged code takes.
    pub timeout_multiplier: Option<f64>,
    /// The folder of its workspace.
    #[serde(skip)]
    folder: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TestTool {
    Cargo,
    Nextest,
}

/// The chosen files.
#[derive(Debug, Default)]
pub struct ChosenFiles {
    folder: String,
    examine: Option<GlobSet>,
    exclude: Option<GlobSet>,
}

impl ChosenFiles {
    /// True for a file of the workspace that the patterns keep, and for every file outside it.
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
    /// The settings of the workspace in a folder of the tree; empty if it has none.
    ///
    /// # Errors
    /// The file cannot be read, or is not valid for cargo-mutants.
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
        // Does not quote the file: the reader of the error may not be allowed to see it.
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

    /// The files that it keeps; `examine` and `exclude` are true if the command line has its own patterns, which
    /// replace the file's.
    ///
    /// # Errors
    /// A pattern is invalid.
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

    /// The operators of the command line with those of the file added.
    ///
    /// # Errors
    /// A regular expression is invalid, or those of a list are too large.
    pub fn operators(&self, given: &OperatorOptions) -> Result<OperatorOptions, MutationError> {
        let mut options = given.clone();
        for (key, texts, into) in [
            ("examine_re", &self.examine_re, &mut options.include),
            ("exclude_re", &self.exclude_re, &mut options.exclude),
        ] {
            if !into.is_empty() {
                continue;
            }
            into.extend(self.expressions(key, texts)?);
        }
        options.error_values.extend(self.error_values.iter().cloned());
        if self.skip_calls_defaults == Some(false) {
            options.skip_calls.clear();
        }
        options.skip_calls.extend(self.skip_calls.iter().cloned());
        Ok(options)
    }

    /// The expressions of a list. A few bytes can name a large one, so they are bounded together before they are made one
    /// by one.
    fn expressions(&self, key: &str, texts: &[String]) -> Result<Vec<Regex>, MutationError> {
        let bytes: usize = texts.iter().map(String::len).sum();
        if texts.len() > MOST_EXPRESSIONS || bytes > MOST_BYTES_OF_EXPRESSIONS {
            return Err(self.unusable(format!(
                "{key} has more than {MOST_EXPRESSIONS} entries, or more than {MOST_BYTES_OF_EXPRESSIONS} bytes"
            )));
        }
        let invalid = |index: usize| self.no_pattern(key, index, "regular expression");
        match RegexSetBuilder::new(texts).size_limit(LARGEST_COMPILED).build() {
            Ok(_) => {}
            Err(regex::Error::CompiledTooBig(_)) => {
                return Err(self.unusable(format!(
                    "the regular expressions of {key} are too large together: they may take {LARGEST_COMPILED} bytes; a \
                     large number of repetitions ({{250}}) is what takes most"
                )));
            }
            Err(_) => {
                let is_invalid =
                    |text: &String| matches!(expression(text, LARGEST_CHECKED), Err(regex::Error::Syntax(_)));
                return Err(invalid(texts.iter().position(is_invalid).unwrap_or_default()));
            }
        }
        let one =
            |(index, text): (usize, &String)| expression(text, LARGEST_COMPILED).map_err(|_| invalid(index));
        texts.iter().enumerate().map(one).collect()
    }

    /// Arguments for every `cargo test` of the project, and those for the tests themselves, after a `--`.
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

    /// The tool that runs the tests, if the file names one.
    pub fn test_tool(&self) -> Option<RustTestTool> {
        self.test_tool.map(|tool| match tool {
            TestTool::Cargo => RustTestTool::Cargo,
            TestTool::Nextest => RustTestTool::Nextest,
        })
    }

    /// The tests of the whole workspace are run for every mutant.
    pub fn test_workspace(&self) -> bool {
        self.test_workspace
    }

    fn no_pattern(&self, key: &str, index: usize, what: &str) -> MutationError {
        self.unusable(format!("entry {} of {key} is no {what}", index + 1))
    }

    fn unusable(&self, why: String) -> MutationError {
        let path = if self.folder.is_empty() { String::new() } else { format!("{}/", self.folder) };
        wrong(&format!("{path}.cargo/mutants.toml"), why)
    }
}

fn expression(text: &str, largest: usize) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).size_limit(largest).dfa_size_limit(LARGEST_CACHE).build()
}

fn wrong(path: &str, why: String) -> MutationError {
    MutationError::failed(
        format!("{path} cannot be used"),
        why,
        "fix it: the keys are those of cargo-mutants",
    )
}

/// As in cargo-mutants: a pattern with a `/` matches the whole path, another matches any file or folder name.
///
/// # Errors
/// The index of the first invalid pattern.
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

    /// The cases in cargo-mutants' own tests of its patterns (src/glob.rs).
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

    /// Seven kilobytes could otherwise take gigabytes.
    #[test]
    fn the_expressions_of_a_list_are_bounded_together() {
        let list = |entry: &str, times: usize| format!("exclude_re = [{}]", vec![entry; times].join(", "));
        let made = |text: &str| {
            let options = settings(text).expect("sound").operators(&OperatorOptions::default());
            options.map(|options| options.exclude.len()).map_err(|error| format!("{error:?}"))
        };
        assert_eq!(made(&list(r"'fn \w+_\w*'", 60)), Ok(60));
        assert_eq!(made(&list(r"'impl (Debug|Display) for'", 400)), Ok(400));
        assert_eq!(made(&list(r"'\w{50}'", 1)), Ok(1));
        let large = list(r"'N\p{Lu}{250}'", 100);
        let invalid = large.replacen(']', ", '(']", 1);
        let long = format!("'{}'", "a".repeat(5000));
        for (text, why) in [
            (large, "exclude_re are too large together"),
            (invalid, "entry 101 of exclude_re is no regular expression"),
            (list("'a'", 501), "more than 500 entries"),
            (list(&long, 14), "more than 65536 bytes"),
        ] {
            let error = made(&text).expect_err(why);
            assert!(error.contains(why), "{error}");
        }
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
