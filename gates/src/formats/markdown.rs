//! Markdown (GitHub's dialect), for a comment on a change.

use crate::report::{Finding, GateReport, Status, Verdict};
use facts::visible::line;
use std::fmt::Write;

pub(super) fn render(report: &GateReport) -> String {
    let mut text = String::from("# Quality gate: ");
    text.push_str(match report.verdict {
        Verdict::Pass => "passed\n\n",
        Verdict::Fail => "failed\n\n",
        Verdict::NotMeasured => "not measured\n\n",
    });
    let files = if report.files == 1 { "1 file".to_owned() } else { format!("{} files", report.files) };
    let _ = writeln!(
        text,
        "{files} of the {}, findings of level {} fail the gate.\n",
        report.tree, report.fail_on
    );
    if let Some(new) = &report.new_code {
        let _ = writeln!(text, "{}\n", new.sentence());
    }
    rules(&mut text, report);
    if !report.findings.is_empty() {
        text.push_str(
            "\n## Findings\n\n| level | place | rule | what | what to do |\n|---|---|---|---|---|\n",
        );
        for finding in &report.findings {
            let (what, help) = (prose(&finding.message), prose(&finding.help));
            row(&mut text, &[finding.level.as_str(), &place(finding), &code(finding.rule), &what, &help]);
        }
    }
    if !report.suppressed.is_empty() {
        text.push_str("\n## Allowed in the code\n\n| place | rule | what | reason |\n|---|---|---|---|\n");
        for allowed in &report.suppressed {
            let finding = &allowed.finding;
            let cells = [place(finding), code(finding.rule), prose(&finding.message), prose(&allowed.reason)];
            row(&mut text, &cells.each_ref().map(String::as_str));
        }
    }
    if let Some(baseline) = report.baseline.as_ref().filter(|baseline| !baseline.accepted.is_empty()) {
        text.push_str("\n## Accepted in the baseline\n\n| place | rule | what | reason | until |\n|---|---|---|---|---|\n");
        for accepted in &baseline.accepted {
            let finding = &accepted.finding;
            let reason = prose(accepted.reason.as_deref().unwrap_or_default());
            let until = accepted.expires.as_deref().unwrap_or_default().to_owned();
            let cells = [place(finding), code(finding.rule), prose(&finding.message), reason, until];
            row(&mut text, &cells.each_ref().map(String::as_str));
        }
    }
    if !report.not_measured.is_empty() {
        text.push_str("\n## Not measured\n\n| file | why |\n|---|---|\n");
        for file in &report.not_measured {
            row(&mut text, &[&code(&file.path.to_string()), &prose(&file.why)]);
        }
    }
    text
}

fn rules(text: &mut String, report: &GateReport) {
    text.push_str("| rule | status | checked | findings | allowed |\n|---|---|---:|---:|---:|\n");
    for rule in report.rules.iter().filter(|rule| rule.status != Status::Off) {
        let status = match (&rule.why, rule.status) {
            (Some(why), Status::NotMeasured) => format!("not measured: {}", prose(why)),
            _ => rule.status.as_str().to_owned(),
        };
        let checked = format!("{}: {}", rule.unit, rule.checked);
        let (findings, suppressed) = (rule.findings.to_string(), rule.suppressed.to_string());
        row(text, &[&code(rule.id), &status, &checked, &findings, &suppressed]);
    }
}

fn row(text: &mut String, cells: &[&str]) {
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

fn place(finding: &Finding) -> String {
    match finding.location {
        Some(location) => code(&format!("{}:{}", finding.path, location.line)),
        None => code(&finding.path.to_string()),
    }
}

/// A code span; its fence is longer than any run of backticks inside.
fn code(text: &str) -> String {
    let text = line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

/// Text escaped for a table, except for its code spans.
pub(super) fn prose(text: &str) -> String {
    let text = line(text);
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(start) = rest.find('`') {
        plain(&mut escaped, &rest[..start]);
        let run = rest[start..].bytes().take_while(|byte| *byte == b'`').count();
        let (fence, after) = rest[start..].split_at(run);
        match closing(after, run) {
            Some(end) => {
                escaped.push_str(fence);
                escaped.push_str(&after[..end].replace('|', "\\|"));
                escaped.push_str(fence);
                rest = &after[end + run..];
            }
            // Unclosed backticks do not begin a code span; what follows them is text.
            None => {
                escaped.push_str(&"\\`".repeat(run));
                rest = after;
            }
        }
    }
    plain(&mut escaped, rest);
    escaped
}

/// Where the closing run of exactly this many backticks begins (CommonMark, section 6.1).
fn closing(text: &str, backticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`') {
        let run = text[at + start..].bytes().take_while(|byte| *byte == b'`').count();
        if run == backticks {
            return Some(at + start);
        }
        at += start + run;
    }
    None
}

fn plain(escaped: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, '|' | '*' | '_' | '<' | '[' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
}
