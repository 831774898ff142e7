//! `secrets`

use crate::new_code::OnNewCode;
use crate::report::{Level, Unmeasured};
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, Outcome, Reach, Rule};
use facts::Sections;
use facts::model::RepoPath;
use facts::repo::FileRecord;
use facts::secrets::SecretFinding;
use facts::source::SkipReason;
use rustc_hash::FxHashSet;

/// The rule.
pub static RULE: Rule = Rule {
    id: "secrets",
    title: "No credential is kept in the repository",
    group: Group::Security,
    docs: Docs {
        what: "Reports keys, tokens and passwords, told by the shape that their issuer gives them. Files whose language \
               is not known (`.env`, `.pem`) are searched too. The value itself is never shown.",
        why: "Whoever can read the repository, or ever could, has the credential; it stays in the history when the file \
              is changed.",
        fix: "Revoke the credential first, then take it out; read it from the environment or from a secret store.",
        example: "A string that begins with `AKIA` and goes on with sixteen capitals and digits is an AWS access key.",
    },
    level: Some(Level::Error),
    options: &[],
    sections: Sections { comments: false, symbols: false, tokens: false },
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
    ],
};

fn check(input: &Input<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    for file in input.files() {
        outcome.checked += 1;
        outcome
            .findings
            .extend(file.data.facts.secrets.iter().map(|secret| draft(file.path(), Some(file), secret)));
    }
    unknown_files(input, &mut outcome);
    if outcome.checked == 0 {
        outcome.missing = Some("rules.secrets.exclude leaves no file".to_owned());
    }
    outcome
}

/// Searches the texts whose language is not known: credentials like to stand in such files.
fn unknown_files(input: &Input<'_>, outcome: &mut Outcome) {
    let searched =
        |reason: &SkipReason| matches!(reason, SkipReason::UnknownLanguage | SkipReason::ParseBudget);
    let skipped = input.facts.skipped.iter().filter(|skipped| searched(&skipped.reason));
    let unknown: FxHashSet<&RepoPath> = skipped.map(|skipped| &skipped.path).collect();
    if unknown.is_empty() {
        return;
    }
    let listing = match input.listing() {
        Ok(listing) => listing,
        Err(why) => {
            outcome.missing = Some(why);
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
                let found = facts::secrets::scan(&bytes);
                outcome.findings.extend(found.iter().map(|secret| draft(&entry.path, None, secret)));
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
