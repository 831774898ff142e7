//! GitLab code quality: a JSON list in the subset of the Code Climate format that GitLab documents as required.

use crate::level::Level;
use crate::report::{Finding, GateReport};
use serde_json::{Value, json};

pub(super) fn render(report: &GateReport) -> String {
    let issues: Vec<Value> = report.findings.iter().map(issue).collect();
    super::pretty(&issues)
}

fn issue(finding: &Finding) -> Value {
    let severity = match finding.level {
        Level::Error => "major",
        Level::Warning => "minor",
    };
    // GitLab requires a line; a finding on the whole file gets the first one.
    let lines = match finding.location {
        Some(location) => json!({ "begin": location.line, "end": location.end_line }),
        None => json!({ "begin": 1 }),
    };
    json!({
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": severity,
        "location": { "path": finding.path.to_string(), "lines": lines },
    })
}
