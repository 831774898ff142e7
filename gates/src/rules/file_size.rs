//! `file-size`

use crate::config::{Bytes, Options};
use crate::level::Level;
use crate::report::Unmeasured;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::{Missing, Sections};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The own keys of `[rules.file-size]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The greatest size that a file may have.
    pub max: Bytes,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { max: Bytes(1 << 20) }
    }
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "file-size",
    title: "No huge file is kept in the repository",
    group: Group::Size,
    docs: Docs {
        what: "Compares the size of every file with a limit: source, data and binary files alike. Generated, vendored and \
               excluded files are left alone.",
        why: "Git keeps every version of every file forever: a large file makes every clone slow.",
        fix: "Keep the file elsewhere (Git LFS, a package, a download with a checksum), or list it in the rule's `exclude`.",
        example: "A recorded video of 20 MiB is reported under the default limit of 1 MiB.",
    },
    level: Some(Level::Warning),
    options: Options::of::<Settings>(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::File,
    on_new_code: OnNewCode::Compared,
    unit: "files",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "source and data over the limit",
            files: &[("a.rs", "fn a() {}\n"), ("b.bin", "\0\0\0\0\0\0\0\0\0\0\0\0")],
            config: "[rules.file-size]\nmax = \"9 B\"",
            findings: &[("a.rs", 0), ("b.bin", 0)],
        },
        Fixture {
            name: "the limit itself is allowed, and exclude is heeded",
            files: &[("a.rs", "fn a() {}\n"), ("b.bin", "\0\0\0\0\0\0\0\0\0\0\0\0")],
            config: "[rules.file-size]\nmax = 10\nexclude = [\"*.bin\"]",
            findings: &[],
        },
    ],
};

fn check(input: &Input<'_>) -> Outcome {
    let max = input.own::<Settings>().max.0;
    let listing = match input.listing() {
        Ok(listing) => listing,
        Err(why) => return Outcome::failed(why),
    };
    let mut outcome = Outcome::default();
    for entry in listing.entries.iter().filter(|entry| !input.settings.exclude.is_match(&entry.path)) {
        let size = input.tree.size(entry).and_then(|size| match size {
            Some(size) => Ok(size),
            None => input.tree.read(entry).map(|bytes| bytes.len() as u64),
        });
        let size = match size {
            Ok(size) => size,
            Err(error) => {
                outcome.not_measured.push(Unmeasured { path: entry.path.clone(), why: error.to_string() });
                continue;
            }
        };
        outcome.checked += 1;
        if size > max {
            let message = format!("the file has {}, over the limit of {}", shown(size), shown(max));
            outcome.findings.push(Draft {
                value: Some(size as f64),
                limit: Some(max as f64),
                help: "keep it elsewhere, or list it in rules.file-size.exclude".to_owned(),
                ..Draft::new(&entry.path, message)
            });
        }
    }
    if outcome.checked == 0 {
        outcome.missing = Some(Missing::Unsupported("rules.file-size.exclude leaves no file".to_owned()));
    }
    outcome
}

/// A size for a person.
fn shown(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
