//! The file: JSON with one finding per line, so that changes to it read well and merge well.

use super::Baseline;
use crate::report::Finding;
use facts::calendar::day_end;
use facts::model::RepoPath;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Write;

/// The name of the format, the value of the key `schema`.
const SCHEMA: &str = "batuta/baseline/1";

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The file.
    pub path: RepoPath,
    /// The rule.
    pub rule: String,
    /// The definition, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// What was wrong when it was accepted: for those who read the file.
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
}

/// What is wrong with the text of a baseline, in one sentence with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BaselineError(String);

impl Entry {
    /// The entry that accepts a finding without a reason and for good.
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
    /// It is no JSON, of another format, or an entry lacks something or holds something wrong.
    pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
        let wrong = |what: String| BaselineError(what);
        // Nothing of the file is quoted: it may be another one than whoever reads the error may see.
        let value: Value =
            serde_json::from_str(text).map_err(|error| wrong(format!("no JSON (line {})", error.line())))?;
        match value.get("schema").and_then(Value::as_str) {
            Some(SCHEMA) => {}
            Some(_) => return Err(wrong(format!("its schema is not \"{SCHEMA}\""))),
            None => return Err(wrong(format!("it lacks \"schema\": \"{SCHEMA}\""))),
        }
        let entries = value.get("findings").and_then(Value::as_array);
        let entries = entries.ok_or_else(|| wrong("it lacks the list \"findings\"".to_owned()))?;
        let read = |(index, entry): (usize, &Value)| {
            entry_of(entry).map_err(|what| wrong(format!("finding {}: {what}", index + 1)))
        };
        Ok(Baseline { entries: entries.iter().enumerate().map(read).collect::<Result<_, _>>()? })
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

fn entry_of(value: &Value) -> Result<Entry, String> {
    let Value::Object(entry) = value else { return Err("it is no object".to_owned()) };
    let required = |key: &str| optional(entry, key)?.ok_or_else(|| format!("it lacks \"{key}\""));
    let expires = optional(entry, "expires")?;
    if expires.as_deref().is_some_and(|day| day_end(day).is_none()) {
        return Err("\"expires\" is not a day such as \"2026-12-31\"".to_owned());
    }
    let value = match entry.get("value") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_f64().ok_or("\"value\" is no number")?),
    };
    Ok(Entry {
        path: RepoPath::from(required("path")?.as_str()),
        rule: required("rule")?,
        function: optional(entry, "function")?,
        message: optional(entry, "message")?.unwrap_or_default(),
        value,
        reason: optional(entry, "reason")?,
        expires,
        fingerprint: required("fingerprint")?,
        anywhere: required("anywhere")?,
    })
}

fn optional(entry: &Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match entry.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("\"{key}\" is no text")),
    }
}
