//! `secrets`

use crate::config::{Config, LevelOrOff, Options};
use crate::level::Level;
use crate::report::Unmeasured;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::hash::HashSet;
use facts::language::{Detection, detect};
use facts::model::{RepoPath, SecretFinding};
use facts::repo::FileRecord;
use facts::secrets::{MAX_FINDINGS, Text};
use facts::source::SkipReason;
use facts::test_code::is_test_path;
use facts::{Missing, Sections};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.secrets]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The level of findings in test files (`tests/…`, `test_x.py`, `x_test.go`, …) and in test functions, where keys
    /// are often made up.
    pub test_files: LevelOrOff,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { test_files: LevelOrOff::Warning }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "secrets",
    title: "No credential is kept in the repository",
    group: Group::Security,
    docs: Docs {
        what: "Reports keys, tokens and passwords: by their issuer's format (some hundred kinds), private \
               keys, passwords in addresses and connection strings, authorization headers, and \
               random-looking values of names that mean a password, secret, token or key. Files whose \
               language is not known (`.env`, `.pem`) are searched too. The value itself is never shown. In \
               test files a finding is a warning unless `test-files` says otherwise. docs/secrets.md says \
               what is found, and what is not.",
        why: "Whoever can read the repository, or ever could, has the credential; it stays in the history when the file \
              is changed.",
        fix: "Revoke the credential first, then remove it; read it from the environment or from a secret \
              store.",
        example: "A string that begins with `AKIA` and goes on with sixteen capitals and digits is an AWS access key.",
    },
    level: Some(Level::Error),
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::File,
    on_new_code: OnNewCode::ByLine,
    unit: "files",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "a key in code and one in a file of no language",
            files: &[
                ("a.rs", concat!("fn a() {}\nconst KEY: &str = \"AKIA", "Q3EGRIPZX7TNVBHW\";\n")),
                ("keys.unknown-kind", concat!("\nkey=AKIA", "Q3EGRIPZX7TNVBHW\n")),
            ],
            config: "",
            findings: &[("a.rs", 2), ("keys.unknown-kind", 2)],
        },
        Fixture {
            name: "a placeholder is no key",
            files: &[("a.rs", "const KEY: &str = \"AKIA...\"; // from the environment\n")],
            config: "",
            findings: &[],
        },
        Fixture {
            name: "a value without quotes",
            files: &[(".env", concat!("MODE=production\nDB_PASSWORD=q7Zt3WvXk9L", "mR2sY\n"))],
            config: "",
            findings: &[(".env", 2)],
        },
        Fixture {
            name: "test files can be left alone",
            files: &[("tests/a.rs", concat!("const KEY: &str = \"AKIA", "Q3EGRIPZX7TNVBHW\";\n"))],
            config: "[rules.secrets]\ntest-files = \"off\"\n",
            findings: &[],
        },
    ],
};

fn check(input: &Input<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let of_tests = OfTests::of(input.own());
    for file in input.files() {
        outcome.checked += 1;
        let found = file.data.facts.secrets.iter();
        outcome.findings.extend(found.filter_map(|secret| of_tests.draft(file.path(), Some(file), secret)));
        outcome.findings.extend(of_tests.too_many(file.path(), Some(file), &file.data.facts.secrets));
    }
    unknown_files(input, of_tests, &mut outcome);
    if outcome.checked == 0 {
        outcome.missing = Some(Missing::Unsupported("rules.secrets.exclude leaves no file".to_owned()));
    }
    outcome
}

/// How findings in test files are handled.
#[derive(Clone, Copy)]
enum OfTests {
    Same,
    Warning,
    Nothing,
}

impl OfTests {
    fn of(settings: &Settings) -> OfTests {
        match settings.test_files {
            LevelOrOff::Error => OfTests::Same,
            LevelOrOff::Warning => OfTests::Warning,
            LevelOrOff::Off => OfTests::Nothing,
        }
    }

    fn draft(self, path: &RepoPath, file: Option<&FileRecord>, secret: &SecretFinding) -> Option<Draft> {
        let draft = draft(path, file, secret);
        let of_test = || match file {
            Some(file) => file.is_test_file(),
            None => is_test(path),
        };
        let in_function = || {
            let functions = file.map(|file| file.data.facts.functions.as_slice()).unwrap_or_default();
            functions
                .iter()
                .any(|function| function.test.is_test_code() && function.span.contains(&secret.span))
        };
        match self {
            OfTests::Same => Some(draft),
            _ if !of_test() && !in_function() => Some(draft),
            OfTests::Warning => Some(Draft { at_most: Some(Level::Warning), ..draft }),
            OfTests::Nothing => None,
        }
    }
}

impl OfTests {
    /// The finding for a file with more credentials than are listed: there may be others.
    fn too_many(self, path: &RepoPath, file: Option<&FileRecord>, found: &[SecretFinding]) -> Option<Draft> {
        let last = found.last().filter(|_| found.len() >= MAX_FINDINGS)?;
        let draft = self.draft(path, file, last)?;
        Some(Draft {
            span: None,
            symbol: None,
            help: "take the credentials out, split the file, or leave it out in rules.secrets.exclude"
                .to_owned(),
            context: "too many".to_owned(),
            at_most: draft.at_most,
            ..Draft::new(
                path,
                format!(
                    "{MAX_FINDINGS} places of it look like credentials; there may be more, which are not listed"
                ),
            )
        })
    }
}

/// True for the path of a test or its data; used if there are no facts about the file.
fn is_test(path: &RepoPath) -> bool {
    let language = match detect(path, None) {
        Detection::Known(language) => Some(language),
        Detection::NeedsContent | Detection::Unknown => None,
    };
    is_test_path(path, language)
}

/// The level of a credential in a text of the repository that no gate measured, e.g. in a binary file; none if it is
/// not reported.
pub fn level_at(path: &RepoPath, config: &Config) -> Option<Level> {
    let settings = config.rule(RULE.id);
    let level = settings.level.filter(|_| !settings.exclude.is_match(path))?;
    match OfTests::of(config.own()) {
        OfTests::Warning if is_test(path) => Some(level.min(Level::Warning)),
        OfTests::Nothing if is_test(path) => None,
        _ => Some(level),
    }
}

/// Searches texts of unknown language: these files often contain credentials.
fn unknown_files(input: &Input<'_>, of_tests: OfTests, outcome: &mut Outcome) {
    let searched = |reason: &SkipReason| {
        matches!(reason, SkipReason::UnknownLanguage | SkipReason::ParseBudget | SkipReason::Fault)
    };
    let skipped = input.facts.skipped.iter().filter(|skipped| searched(&skipped.reason));
    let unknown: HashSet<&RepoPath> = skipped.map(|skipped| &skipped.path).collect();
    if unknown.is_empty() {
        return;
    }
    let listing = match input.listing() {
        Ok(listing) => listing,
        Err(why) => {
            outcome.missing = Some(Missing::Failed(why.to_string()));
            return;
        }
    };
    for entry in listing.entries.iter().filter(|entry| unknown.contains(&entry.path)) {
        let too_large = entry.size.is_some_and(|size| size > input.config.max_file_size);
        if too_large || input.settings.exclude.is_match(&entry.path) {
            continue;
        }
        match input.tree.read(entry) {
            Ok(bytes) => {
                outcome.checked += 1;
                let found = facts::secrets::scan(&bytes, Text::of(None));
                let drafts = found.iter().filter_map(|secret| of_tests.draft(&entry.path, None, secret));
                outcome.findings.extend(drafts);
                outcome.findings.extend(of_tests.too_many(&entry.path, None, &found));
            }
            Err(error) => {
                outcome.not_measured.push(Unmeasured { path: entry.path.clone(), why: error.to_string() });
            }
        }
    }
}

fn draft(path: &RepoPath, file: Option<&FileRecord>, secret: &SecretFinding) -> Draft {
    let functions = file.map(|file| file.data.facts.functions.as_slice()).unwrap_or_default();
    let inside = functions.iter().rfind(|function| function.span.contains(&secret.span));
    let article = if secret.kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    Draft {
        span: Some(secret.span),
        symbol: inside.map(|function| function.qualified_name.clone()),
        help: "revoke it, then read it from the environment or a secret store".to_owned(),
        context: secret.kind.clone(),
        ..Draft::new(path, format!("this looks like {article} {}", secret.kind.replace('-', " ")))
    }
}
