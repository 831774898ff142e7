//! The file: JSON with one finding per line, so that changes to it read well and merge well.

use super::Baseline;
use crate::copies::Copies;
use crate::report::Finding;
use facts::calendar::day_end;
use facts::model::RepoPath;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Write;

/// The name of the format, the value of the key `schema`.
const SCHEMA: &str = "batuta/baseline/1";
const OTHER_SCHEMA: &str = "its schema is not \"batuta/baseline/1\"";
const NO_DAY: &str = "\"expires\" is not a day such as \"2026-12-31\"";

const NO_COPIES: &str =
    "\"copies\" is not as `--baseline write` writes it: {\"content\": …, \"pieces\": …, \"places\": …}";

/// Larger files, in bytes, get no exact error message.
const MOST_EXPLAINED: usize = 1 << 20;

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "BaselineEntry")]
pub struct Entry {
    /// The file.
    pub path: RepoPath,
    /// The rule.
    pub rule: String,
    /// The definition, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// What was wrong when it was accepted, for readers of the file.
    pub message: String,
    /// The figure that was accepted: a worse one is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Why it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last day on which it is accepted, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// The same without the path.
    pub anywhere: String,
    /// What it is on, where that are copies of code: it is recognised by this alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<Copies>,
}

/// What is wrong with the text of a baseline, in one sentence with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BaselineError(String);

impl Entry {
    /// An entry that accepts a finding, without a reason and without an end.
    pub(super) fn of(finding: &Finding) -> Entry {
        Entry {
            path: finding.path.clone(),
            rule: finding.rule.to_owned(),
            function: finding.function.clone(),
            message: finding.message.clone(),
            value: finding.value,
            reason: None,
            expires: None,
            fingerprint: finding.fingerprint.clone(),
            anywhere: finding.fingerprint_anywhere.clone(),
            copies: finding.copies.clone(),
        }
    }

    pub(super) fn order(&self) -> (&RepoPath, &str, &str) {
        (&self.path, &self.rule, &self.fingerprint)
    }
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// It is not JSON, of another format, or an entry lacks something or holds something wrong.
    pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
        let file: File =
            serde_json::from_str(text).map_err(|error| BaselineError(what_is_wrong(text, &error)))?;
        if file.schema != SCHEMA {
            return Err(BaselineError(OTHER_SCHEMA.to_owned()));
        }
        let wrong = |index: usize, what: &str| BaselineError(format!("finding {}: {what}", index + 1));
        let of = |(index, entry): (usize, Stored)| entry.checked().map_err(|what| wrong(index, what));
        Ok(Baseline { entries: file.findings.into_iter().enumerate().map(of).collect::<Result<_, _>>()? })
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut text = format!("{{\n\"schema\": \"{SCHEMA}\",\n\"findings\": [");
        for (index, entry) in self.entries.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            let line =
                facts::visible::json::to_string(entry).expect("entries hold text and finite numbers only");
            // Writing to a string cannot fail.
            let _ = write!(text, "{separator}\n{line}");
        }
        text + "\n]\n}\n"
    }
}

/// The file as it is read: unknown keys are skipped and take no memory.
#[derive(Deserialize)]
struct File {
    schema: String,
    findings: Vec<Stored>,
}

#[derive(Deserialize)]
struct Stored {
    path: String,
    rule: String,
    function: Option<String>,
    message: Option<String>,
    value: Option<f64>,
    reason: Option<String>,
    expires: Option<String>,
    fingerprint: String,
    anywhere: String,
    copies: Option<StoredCopies>,
}

#[derive(Deserialize)]
struct StoredCopies {
    content: String,
    pieces: String,
    places: u32,
}

impl Stored {
    fn checked(self) -> Result<Entry, &'static str> {
        if self.expires.as_deref().is_some_and(|day| day_end(day).is_none()) {
            return Err(NO_DAY);
        }
        let copies = match self.copies {
            Some(StoredCopies { content, pieces, places }) => {
                Some(Copies::parse(content, &pieces, places).ok_or(NO_COPIES)?)
            }
            None => None,
        };
        Ok(Entry {
            path: RepoPath::from(self.path.as_str()),
            rule: self.rule,
            function: self.function,
            message: self.message.unwrap_or_default(),
            value: self.value,
            reason: self.reason,
            expires: self.expires,
            fingerprint: self.fingerprint,
            anywhere: self.anywhere,
            copies,
        })
    }
}

/// What is wrong with a text that [`File`] rejected. The text is never quoted: it may be a file that the reader of the
/// error is not allowed to see.
fn what_is_wrong(text: &str, error: &serde_json::Error) -> String {
    if error.is_syntax() || error.is_eof() {
        return format!("no JSON (line {})", error.line());
    }
    // Parsed into values, it takes twenty times as much memory.
    if text.len() > MOST_EXPLAINED {
        return format!("no baseline (line {})", error.line());
    }
    match serde_json::from_str(text) {
        Ok(value) => explained(&value)
            .unwrap_or_else(|| format!("a key is twice in one object (line {})", error.line())),
        Err(error) => format!("no JSON (line {})", error.line()),
    }
}

fn explained(value: &Value) -> Option<String> {
    match value.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        Some(_) => return Some(OTHER_SCHEMA.to_owned()),
        None => return Some(format!("it lacks \"schema\": \"{SCHEMA}\"")),
    }
    let Some(entries) = value.get("findings").and_then(Value::as_array) else {
        return Some("it lacks the list \"findings\"".to_owned());
    };
    let mut wrong = entries.iter().map(wrong_with).enumerate();
    wrong.find_map(|(index, what)| Some(format!("finding {}: {}", index + 1, what?)))
}

/// What is wrong with an entry.
fn wrong_with(value: &Value) -> Option<String> {
    let Value::Object(entry) = value else { return Some("it is no object".to_owned()) };
    let texts = ["expires", "path", "rule", "function", "message", "reason", "fingerprint", "anywhere"];
    let required = ["path", "rule", "fingerprint", "anywhere"];
    for key in texts {
        match entry.get(key) {
            Some(Value::String(day)) if key == "expires" && day_end(day).is_none() => {
                return Some(NO_DAY.to_owned());
            }
            Some(Value::String(_)) => {}
            None | Some(Value::Null) if required.contains(&key) => {
                return Some(format!("it lacks \"{key}\""));
            }
            None | Some(Value::Null) => {}
            Some(_) => return Some(format!("\"{key}\" is no text")),
        }
        let is_number = matches!(entry.get("value"), None | Some(Value::Null | Value::Number(_)));
        if key == "expires" && !is_number {
            return Some("\"value\" is no number".to_owned());
        }
    }
    match entry.get("copies") {
        None | Some(Value::Null) => None,
        Some(copies) => {
            serde_json::from_value::<StoredCopies>(copies.clone()).err().map(|_| NO_COPIES.to_owned())
        }
    }
}
