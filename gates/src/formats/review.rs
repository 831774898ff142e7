//! Reviews of a change: comments on its new lines, and a text for everything else.

use super::markdown;
use crate::report::{Finding, GateReport, Verdict};
use serde_json::{Value, json};

/// The body of GitHub's "create a review for a pull request" (`POST /repos/{owner}/{repo}/pulls/{number}/reviews`). A
/// comment must be on a line of the change, so findings elsewhere are listed in the text.
pub(super) fn github(report: &GateReport) -> String {
    let comment = |finding: &Finding| {
        Some(json!({
            "path": finding.path.to_string(),
            "line": finding.first_new_line?,
            "side": "RIGHT",
            "body": body(finding),
        }))
    };
    let comments: Vec<Value> = report.findings.iter().filter_map(comment).collect();
    let event = if report.verdict == Verdict::Fail { "REQUEST_CHANGES" } else { "COMMENT" };
    let mut review = json!({ "event": event, "body": summary(report), "comments": comments });
    let head = report.new_code.as_ref().and_then(|new| new.head.as_ref());
    if let (Some(head), Value::Object(review)) = (head, &mut review) {
        review.insert("commit_id".to_owned(), json!(head));
    }
    super::pretty(&review)
}

/// The bodies of GitLab's "create a new thread in the merge request diff" (`POST
/// /projects/{id}/merge_requests/{iid}/discussions`), one for each finding on a new line, and one without a place for the
/// rest.
pub(super) fn gitlab(report: &GateReport) -> String {
    let new = report.new_code.as_ref();
    let thread = |finding: &Finding| {
        let new = new?;
        let old_path = new.old_paths.get(&finding.path).unwrap_or(&finding.path);
        Some(json!({
            "body": body(finding),
            "position": {
                "position_type": "text",
                "base_sha": new.base,
                "start_sha": new.base,
                "head_sha": new.head,
                "old_path": old_path.to_string(),
                "new_path": finding.path.to_string(),
                "new_line": finding.first_new_line?,
            },
        }))
    };
    let mut threads = vec![json!({ "body": summary(report) })];
    threads.extend(report.findings.iter().filter_map(thread));
    super::pretty(&threads)
}

fn body(finding: &Finding) -> String {
    format!(
        "**{}** ({}): {}\n\n{}",
        finding.rule,
        finding.level,
        markdown::prose(&finding.message),
        markdown::prose(&finding.help)
    )
}

/// The report without the findings that have a comment of their own.
fn summary(report: &GateReport) -> String {
    let mut rest = report.clone();
    rest.findings.retain(|finding| finding.first_new_line.is_none());
    markdown::render(&rest)
}
