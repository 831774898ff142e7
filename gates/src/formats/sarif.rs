//! SARIF 2.1.0 (OASIS, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>).
//!
//! `executionSuccessful` is false when a rule could not be measured; what was not measured is among the
//! notifications. Allowed and accepted findings are results with a suppression.

use crate::baseline::Accepted;
use crate::level::Level;
use crate::report::{Finding, GateReport, Status, Suppressed, Verdict};
use crate::rule::Rule;
use crate::rules;
use facts::model::RepoPath;
use serde_json::{Value, json};

/// The name of our fingerprint; its version is raised when the recipe changes.
const FINGERPRINT: &str = "batuta/v1";

pub(super) fn render(report: &GateReport) -> String {
    let enabled: Vec<&Rule> = report
        .rules
        .iter()
        .filter(|rule| rule.status != Status::Off)
        .filter_map(|rule| rules::by_id(rule.id))
        .collect();
    let mut results: Vec<Value> = report.findings.iter().map(|finding| result(finding, &enabled)).collect();
    let with = |finding: &Finding, suppression: Value| {
        let mut result = result(finding, &enabled);
        result["suppressions"] = json!([suppression]);
        result
    };
    results.extend(report.suppressed.iter().map(|allowed| with(&allowed.finding, in_source(allowed))));
    let accepted = report.baseline.iter().flat_map(|baseline| &baseline.accepted);
    results.extend(accepted.map(|accepted| with(&accepted.finding, external(accepted))));
    let descriptors: Vec<Value> = enabled.iter().map(|rule| descriptor(rule, report)).collect();
    super::pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "batuta",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": descriptors,
                }
            },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.verdict != Verdict::NotMeasured,
                "exitCode": report.verdict.exit_code(),
                "toolExecutionNotifications": notifications(report),
            }],
            "results": results,
        }]
    }))
}

fn descriptor(rule: &Rule, report: &GateReport) -> Value {
    let level =
        report.rules.iter().find(|own| own.id == rule.id).and_then(|own| own.level).unwrap_or(Level::Warning);
    let markdown = crate::docs::rule_sections(rule, "#");
    json!({
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.docs.what },
        "help": { "text": rule.docs.fix, "markdown": markdown },
        "defaultConfiguration": { "level": level.as_str() },
        "properties": { "tags": [rule.group.name()] },
    })
}

fn result(finding: &Finding, enabled: &[&Rule]) -> Value {
    let mut physical = json!({ "artifactLocation": artifact(&finding.path) });
    if let Some(location) = finding.location {
        physical["region"] = json!({
            "startLine": location.line,
            "startColumn": location.column,
            "endLine": location.end_line,
        });
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some(name) = &finding.function {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name }]);
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": finding.level.as_str(),
        "message": { "text": finding.message },
        "locations": [location],
        "partialFingerprints": { FINGERPRINT: finding.fingerprint },
    });
    if let Some(index) = enabled.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if let (Some(value), Some(limit)) = (finding.value, finding.limit) {
        result["properties"] = json!({ "value": value, "limit": limit });
    }
    result
}

/// A comment in the code allows it.
fn in_source(allowed: &Suppressed) -> Value {
    json!({
        "kind": "inSource",
        "justification": allowed.reason,
        "location": {
            "physicalLocation": {
                "artifactLocation": artifact(&allowed.finding.path),
                "region": { "startLine": allowed.line },
            }
        },
    })
}

/// The baseline accepts it.
fn external(accepted: &Accepted) -> Value {
    let mut suppression = json!({ "kind": "external", "status": "accepted" });
    if let Some(reason) = &accepted.reason {
        suppression["justification"] = json!(reason);
    }
    suppression
}

fn notifications(report: &GateReport) -> Vec<Value> {
    let rules = report.rules.iter().filter(|rule| rule.status == Status::NotMeasured).map(|rule| {
        let why = rule.why.as_deref().unwrap_or("no reason was given");
        json!({
            "level": "error",
            "message": { "text": format!("{} was not measured: {why}", rule.id) },
            "associatedRule": { "id": rule.id },
        })
    });
    let files = report.not_measured.iter().map(|file| {
        json!({
            "level": "warning",
            "message": { "text": file.why },
            "locations": [{ "physicalLocation": { "artifactLocation": artifact(&file.path) } }],
        })
    });
    rules.chain(files).collect()
}

fn artifact(path: &RepoPath) -> Value {
    json!({ "uri": uri(path.as_bytes()), "uriBaseId": "%SRCROOT%" })
}

/// A path as a relative URI reference (RFC 3986): every byte except the unreserved ones and `/` is percent-encoded.
fn uri(path: &[u8]) -> String {
    let mut uri = String::with_capacity(path.len());
    for &byte in path {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

fn pascal_case(id: &str) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
            .unwrap_or_default()
    };
    id.split('-').map(capitalised).collect()
}
