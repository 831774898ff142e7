use super::Message;
use crate::state::Snapshot;
use facts::calendar;
use facts::source::CommitId;
use gates::{Level, Verdict};
use hyper::body::Bytes;
use schemars::JsonSchema;
use serde::Serialize;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

/// The message when a gate's verdict changes. It contains no path of this machine.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "GateChangedData")]
pub struct GateChanged {
    /// The repository's name in addresses.
    pub repository: String,
    /// The commit that was judged, 40 hexadecimal digits.
    #[schemars(with = "CommitId")]
    pub commit: String,
    /// The first line of its message.
    pub summary: String,
    /// The branch that HEAD names; none when HEAD is detached.
    pub branch: Option<String>,
    /// The answer before: `pass`, `fail` or `not-measured`.
    #[schemars(with = "Verdict")]
    pub before: String,
    /// The answer now.
    #[schemars(with = "Verdict")]
    pub after: String,
    /// What the gate found, by level.
    pub findings: FindingCounts,
    /// The path of the gate's page on this service.
    pub page: String,
}

/// Findings by level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "GateChangedFindings")]
pub struct FindingCounts {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
}

/// The document as it is sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GateChanged")]
pub struct Document<'a> {
    r#type: &'static str,
    timestamp: String,
    data: &'a GateChanged,
}

impl GateChanged {
    /// The change between the previous verdict and a snapshot's. `None` if the gate was not judged.
    pub fn since(before: &str, snapshot: &Snapshot) -> Option<GateChanged> {
        let gate = snapshot.gate.value()?;
        let after = gate.verdict.as_str();
        let count = |level: Level| gate.findings.iter().filter(|finding| finding.level == level).count();
        (before != after).then(|| GateChanged {
            repository: snapshot.slug.clone(),
            commit: snapshot.commit.id.to_string(),
            summary: snapshot.commit.summary.clone(),
            branch: snapshot.commit.branch.clone(),
            before: before.to_owned(),
            after: after.to_owned(),
            findings: FindingCounts { error: count(Level::Error), warning: count(Level::Warning) },
            page: format!("/r/{}/gate", snapshot.slug),
        })
    }
}

impl Message {
    /// The message about a change that was noticed at this time.
    ///
    /// # Errors
    /// The system gives no random numbers for the id.
    pub(super) fn new(change: &GateChanged, at: SystemTime) -> io::Result<Message> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let document = Document { r#type: "gate.changed", timestamp: date_and_time(at), data: change };
        let body = facts::visible::json::to_vec(&document).map_err(io::Error::other)?;
        Ok(Message {
            id: format!("msg_{digits}"),
            body: Bytes::from(body),
            repository: change.repository.clone(),
        })
    }
}

/// Seconds since the epoch.
pub(super) fn seconds(time: SystemTime) -> u64 {
    // A clock before 1970 is wrong anyway, so 1970 will do.
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Formats a time as `2026-01-31T12:00:00Z` (RFC 3339).
fn date_and_time(time: SystemTime) -> String {
    let seconds = seconds(time);
    let date = calendar::date(i64::try_from(seconds).unwrap_or(i64::MAX));
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_those_of_date() {
        // `date --utc --date=@N --iso-8601=seconds`
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (1_769_903_999, "2026-01-31T23:59:59Z"),
        ] {
            assert_eq!(date_and_time(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn a_message_is_one_json_document_with_a_name_of_its_own() {
        let change = GateChanged {
            repository: "app".to_owned(),
            commit: "0".repeat(40),
            summary: "Say \"no\"".to_owned(),
            branch: None,
            before: "pass".to_owned(),
            after: "fail".to_owned(),
            findings: FindingCounts { error: 2, warning: 1 },
            page: "/r/app/gate".to_owned(),
        };
        let at = UNIX_EPOCH + Duration::from_secs(951_827_696);
        let message = || Message::new(&change, at).expect("there is randomness");
        let (one, other) = (message(), message());
        let expected = serde_json::json!({
            "type": "gate.changed",
            "timestamp": "2000-02-29T12:34:56Z",
            "data": {
                "repository": "app", "commit": "0".repeat(40), "summary": "Say \"no\"", "branch": null,
                "before": "pass", "after": "fail", "findings": {"error": 2, "warning": 1},
                "page": "/r/app/gate",
            },
        });
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&one.body).ok(), Some(expected));
        assert_ne!(one.id, other.id);
        // The signed parts are joined with full stops.
        assert!(one.id.starts_with("msg_") && one.id.len() == 36 && !one.id.contains('.'));
    }
}
