//! GitHub workflow commands. GitHub shows the first ten errors and the first ten warnings of a step as annotations; all are
//! written, because the log shows the rest.

use crate::level::Level;
use crate::report::{Finding, GateReport, Status};
use facts::visible::{line, lines};
use std::fmt::Write;

pub(super) fn render(report: &GateReport) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&command(finding));
    }
    for rule in report.rules.iter().filter(|rule| rule.status == Status::NotMeasured) {
        let why = rule.why.as_deref().unwrap_or("no reason was given");
        let _ =
            writeln!(text, "::error title={}::{}", property(rule.id), data(&format!("not measured: {why}")));
    }
    text
}

fn command(finding: &Finding) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let mut properties = format!("file={}", property(&finding.path.to_string()));
    if let Some(location) = finding.location {
        let _ = write!(properties, ",line={},endLine={}", location.line, location.end_line);
        // GitHub refuses a column where start and end line differ.
        if location.line == location.end_line {
            let _ = write!(properties, ",col={}", location.column);
        }
    }
    let message = format!("{}\nhelp: {}", line(&finding.message), line(&finding.help));
    format!("::{command} {properties},title={}::{}\n", property(finding.rule), data(&message))
}

/// The text of a command, escaped as the runner unescapes it (`%0D`, `%0A`, `%25`). Everything else appears in the log
/// unchanged.
fn data(text: &str) -> String {
    lines(text).replace('%', "%25").replace('\n', "%0A")
}

/// A property of a command: `:` and `,` end a property, so they are escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
