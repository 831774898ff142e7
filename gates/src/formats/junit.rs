//! JUnit XML in the shape that Jenkins and GitLab read: a suite for each rule, a case for each finding.
//!
//! A finding that fails the gate is a `failure`; one below that level is a case that passes and says so in `system-out`;
//! an allowed one is `skipped` with its reason; a rule that could not be measured is an `error`. There are no times: a
//! report must not depend on the clock.

use crate::report::{Finding, GateReport, RuleReport, Status};
use facts::visible::xml::attribute as escape;
use std::fmt::Write;

pub(super) fn render(report: &GateReport) -> String {
    let suites: Vec<Suite> = report
        .rules
        .iter()
        .filter(|rule| rule.status != Status::Off)
        .map(|rule| Suite::new(rule, report))
        .collect();
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"batuta quality gate\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        sum(|suite| suite.tests),
        sum(|suite| suite.failures),
        sum(|suite| suite.errors),
    );
    for suite in &suites {
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            escape(suite.name),
            suite.tests,
            suite.failures,
            suite.errors,
            suite.skipped
        );
        xml.push_str(&suite.cases);
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

struct Suite {
    name: &'static str,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    cases: String,
}

impl Suite {
    fn new(rule: &RuleReport, report: &GateReport) -> Self {
        let mut suite =
            Suite { name: rule.id, tests: 0, failures: 0, errors: 0, skipped: 0, cases: String::new() };
        for finding in report.findings.iter().filter(|finding| finding.rule == rule.id) {
            let message = escape(&finding.message);
            let detail = escape(&format!("{}: {}\nhelp: {}", place(finding), finding.message, finding.help));
            if finding.level >= report.fail_on {
                suite.failures += 1;
                let kind = finding.level;
                suite.case(
                    finding,
                    &format!("<failure message=\"{message}\" type=\"{kind}\">{detail}</failure>"),
                );
            } else {
                suite.case(finding, &format!("<system-out>{}: {detail}</system-out>", finding.level));
            }
        }
        for allowed in report.suppressed.iter().filter(|allowed| allowed.finding.rule == rule.id) {
            suite.skipped += 1;
            let reason = escape(&format!("allowed: {}", allowed.reason));
            suite.case(&allowed.finding, &format!("<skipped message=\"{reason}\"/>"));
        }
        let why = escape(rule.why.as_deref().unwrap_or_default());
        if rule.status == Status::NotMeasured {
            suite.errors += 1;
            suite.plain(rule, &format!("<error message=\"not measured: {why}\" type=\"not-measured\"/>"));
        } else if suite.tests == 0 {
            suite.plain(rule, "");
        }
        suite
    }

    fn case(&mut self, finding: &Finding, content: &str) {
        let name = match &finding.function {
            Some(function) => format!("{} {function}", place(finding)),
            None => place(finding),
        };
        let file = escape(&finding.path.to_string());
        self.tests += 1;
        let _ = writeln!(
            self.cases,
            "    <testcase classname=\"{}\" name=\"{}\" file=\"{file}\">{content}</testcase>",
            escape(self.name),
            escape(&name)
        );
    }

    fn plain(&mut self, rule: &RuleReport, content: &str) {
        self.tests += 1;
        let name = format!("{} ({}: {})", rule.title, rule.unit, rule.checked);
        let (classname, name) = (escape(self.name), escape(&name));
        let _ = match content {
            "" => writeln!(self.cases, "    <testcase classname=\"{classname}\" name=\"{name}\"/>"),
            _ => writeln!(
                self.cases,
                "    <testcase classname=\"{classname}\" name=\"{name}\">{content}</testcase>"
            ),
        };
    }
}

fn place(finding: &Finding) -> String {
    match finding.location {
        Some(location) => format!("{}:{}:{}", finding.path, location.line, location.column),
        None => finding.path.to_string(),
    }
}
