//! `parse-failure`

use crate::config::Options;
use crate::level::Level;
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::model::{ParseStatus, Span};
use facts::repo::FileRecord;
use facts::source::SkipReason;
use facts::{Missing, Sections};

/// The rule.
pub static RULE: Rule = Rule {
    id: "parse-failure",
    title: "Every file can be read",
    group: Group::Parsing,
    docs: Docs {
        what: "Reports files that batuta's grammar cannot parse completely, that contain unresolved merge \
               conflicts or a NUL, are unmerged in the index, could not be read, are not UTF-8, or are too \
               much for the parser. Merge conflicts, unmerged and unreadable files are always errors.",
        why: "Other rules do not judge what is not parsed, and an unreadable file must not look clean. Code \
              with many preprocessor macros may not parse although it compiles, which is why this is a \
              warning. Nothing is concluded from places that did not parse: no function, no edge, no \
              finding.",
        fix: "Resolve the conflict, correct the syntax, convert the file to UTF-8; if the grammar is at fault, list the \
              file in the rule's `exclude`.",
        example: "`fn f( {` is reported at the line of the first error.",
    },
    level: Some(Level::Warning),
    options: Options::none(),
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::File,
    on_new_code: OnNewCode::Compared,
    unit: "files",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "a syntax error",
            files: &[("src/a.rs", "fn a() {}\n\nfn b( {\n")],
            config: "",
            findings: &[("src/a.rs", 3)],
        },
        Fixture {
            name: "a merge conflict, wherever the parser stumbles over it",
            files: &[("data.json", CONFLICT)],
            config: "",
            findings: &[("data.json", 2)],
        },
        Fixture {
            name: "correct code, and a text that only mentions conflicts",
            files: &[("src/a.rs", "// <<<<<<< is a conflict marker\nfn a() {}\n")],
            config: "",
            findings: &[],
        },
    ],
};

const CONFLICT: &str = concat!("[\n", "<<<<", "<<< HEAD\n1\n", "====", "===\n2\n", ">>>>", ">>> topic\n]\n");

fn check(input: &Input<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    for file in input.files() {
        outcome.checked += 1;
        outcome.findings.extend(conflicts(file));
        outcome.findings.extend(partial(file));
    }
    for skipped in &input.facts.skipped {
        if input.settings.exclude.is_match(&skipped.path) {
            continue;
        }
        let Some((at_least, help)) = judged(&skipped.reason) else {
            continue;
        };
        outcome.checked += 1;
        outcome.findings.push(Draft {
            at_least,
            help: help.to_owned(),
            context: "skipped".to_owned(),
            ..Draft::new(&skipped.path, format!("the file was not measured: {}", skipped.reason))
        });
    }
    if outcome.checked == 0 {
        outcome.missing = Some(Missing::Unsupported("rules.parse-failure.exclude leaves no file".to_owned()));
    }
    outcome
}

fn conflicts(file: &FileRecord) -> impl Iterator<Item = Draft> {
    file.data.facts.conflict_markers.iter().map(|line| Draft {
        span: Some(on_line(*line)),
        at_least: Some(Level::Error),
        help: "resolve the conflict".to_owned(),
        context: "conflict".to_owned(),
        ..Draft::new(file.path(), "unresolved merge conflict")
    })
}

/// A file with conflict markers cannot fit its grammar, so only the markers are reported.
fn partial(file: &FileRecord) -> Option<Draft> {
    let (ParseStatus::Partial { errors, first_line, .. } | ParseStatus::Failed { errors, first_line }) =
        file.data.facts.parse
    else {
        return None;
    };
    if !file.data.facts.conflict_markers.is_empty() {
        return None;
    }
    let language = file.data.facts.language.name();
    let places = if errors == 1 { "here".to_owned() } else { format!("in {errors} places, first here") };
    Some(Draft {
        span: Some(on_line(first_line)),
        value: Some(f64::from(errors)),
        limit: Some(0.0),
        help: "correct the syntax; if a compiler accepts it, list the file in rules.parse-failure.exclude"
            .to_owned(),
        context: "syntax".to_owned(),
        ..Draft::new(file.path(), format!("batuta's grammar of {language} does not fit the file {places}"))
    })
}

fn on_line(line: u32) -> Span {
    Span::of_line(line)
}

/// Level and advice for a file that should not have been left out. Large files are left to the rule `file-size`.
fn judged(reason: &SkipReason) -> Option<(Option<Level>, &'static str)> {
    match reason {
        SkipReason::Unreadable(_) => Some((Some(Level::Error), "make it readable, or exclude it")),
        SkipReason::ForbiddenName(_) => {
            Some((Some(Level::Error), "take it out of the tree: no checkout holds it"))
        }
        SkipReason::PathTooLong { .. } => Some((Some(Level::Error), "shorten the path, or exclude it")),
        SkipReason::Unmerged => Some((Some(Level::Error), "resolve the merge and add the file")),
        SkipReason::Encoding(_) => Some((None, "convert it to UTF-8, or exclude it")),
        SkipReason::BinarySource => Some((None, "take the NUL out of it, or exclude it")),
        SkipReason::ParseBudget => Some((None, "split it, or exclude it")),
        SkipReason::Fault => Some((None, "report it, and exclude the file meanwhile")),
        _ => None,
    }
}
