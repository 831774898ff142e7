//! The gate's findings: a filtered list, and a page for each finding so that it can be linked to.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::{Page, Query, figures, file, shown};
use facts::model::RepoPath;
use facts::{Measured, Missing};
use gates::{Finding, GateReport, Level};
use maud::{Markup, html};

/// Rows per page.
const ROWS: usize = 100;
/// Lines shown above and below a finding.
const AROUND: u32 = 4;
/// Shown bytes per line.
const LINE_BYTES: usize = 400;

/// Everything below the heading of the list.
pub fn content(page: &Page<'_>) -> Content {
    let list = match List::of(page) {
        Ok(list) => list,
        Err(why) => return Content::new("Findings", html! { p { (figures::missing(why)) } }),
    };
    let findings = list.findings();
    let command = match &list.on_new_code {
        Some(base) => format!("pmat quality-gate --base {base}"),
        None => "pmat quality-gate".to_owned(),
    };
    let body = html! {
        (list.filters())
        div #part { (list.table(&findings)) }
        (Command::at(&command, &page.snapshot.commit.id).details())
        (suppressed(page))
    };
    Content::new("Findings", body)
}

struct List<'a> {
    page: &'a Page<'a>,
    report: &'a GateReport,
    /// The base, if only new code is selected.
    on_new_code: Option<String>,
    rule: Option<&'a str>,
    level: Option<&'a str>,
    path: String,
}

impl<'a> List<'a> {
    /// The error is the reason why there is no list.
    fn of(page: &'a Page<'a>) -> Result<List<'a>, &'a Missing> {
        let new = page.snapshot.new_code.value().filter(|_| page.query.text("code") == Some("new"));
        let report = match (new, &page.snapshot.gate) {
            (Some(new), _) => &new.gate,
            (None, Measured::Value(gate)) => gate,
            (None, Measured::Missing(why)) => return Err(why),
        };
        Ok(List {
            page,
            report,
            on_new_code: new.map(|new| new.base.to_string()),
            rule: page.query.text("rule"),
            level: page.query.text("level"),
            path: page.query.text("path").unwrap_or_default().to_owned(),
        })
    }

    fn findings(&self) -> Vec<&'a Finding> {
        let words = self.path.to_lowercase();
        let wanted = |finding: &&Finding| {
            self.rule.is_none_or(|rule| finding.rule == rule)
                && self.level.is_none_or(|level| finding.level.as_str() == level)
                && (words.is_empty() || finding.path.to_string().to_lowercase().contains(&words))
        };
        self.report.findings.iter().filter(wanted).collect()
    }

    fn filters(&self) -> Markup {
        let rules = self.report.rules.iter().filter(|rule| rule.findings > 0 || Some(rule.id) == self.rule);
        html! {
            form.filters method="get" action=(self.page.address(&Address::Findings)) hx-boost=(figures::PART) {
                label for="rule" { "Rule" }
                select #rule name="rule" {
                    option value="" { "all" }
                    @for rule in rules {
                        option value=(rule.id) selected[Some(rule.id) == self.rule] { (rule.id) " (" (rule.findings) ")" }
                    }
                }
                label for="level" { "Level" }
                select #level name="level" {
                    option value="" { "all" }
                    @for level in [Level::Error, Level::Warning] {
                        option value=(level.as_str()) selected[Some(level.as_str()) == self.level] { (level.as_str()) }
                    }
                }
                @if self.page.snapshot.new_code.value().is_some() {
                    label for="code" { "Code" }
                    select #code name="code" {
                        option value="" { "all" }
                        option value="new" selected[self.on_new_code.is_some()] { "new" }
                    }
                }
                label for="path" { "Path contains" }
                input #path type="search" name="path" value=(self.path);
                button type="submit" { "Filter" }
            }
        }
    }

    fn table(&self, findings: &[&Finding]) -> Markup {
        let pages = findings.len().div_ceil(ROWS).max(1);
        let at = self.page.query.number("page").unwrap_or(1).clamp(1, pages);
        let link = |page: usize| {
            self.page.address_with(&Address::Findings, &self.page.query.with("page", page.to_string()))
        };
        html! {
            @if findings.is_empty() {
                p { "No finding: " @if self.report.findings.is_empty() { "the gate found nothing." } @else { "none is like that." } }
            } @else {
                div.wide {
                    table.findings {
                        caption { (figures::counted(findings.len(), "finding", "findings")) " of " (figures::count(self.report.findings.len() as u64)) }
                        thead { tr {
                            th scope="col" { "Level" } th scope="col" { "Rule" } th scope="col" { "Finding" } th scope="col" { "Place" }
                        } }
                        tbody { @for finding in findings.iter().skip((at - 1) * ROWS).take(ROWS) { (self.row(finding)) } }
                    }
                }
            }
            (figures::pager("findings", at, pages, link))
        }
    }

    fn row(&self, finding: &Finding) -> Markup {
        let permalink = self.page.address(&Address::Finding(finding.fingerprint.clone()));
        let by_rule =
            self.page.address_with(&Address::Findings, &Query::default().with("rule", finding.rule));
        html! {
            tr {
                td { (figures::level(finding.level)) }
                td { a href=(by_rule) { (finding.rule) } }
                td { a href=(permalink) { (shown::text(&finding.message)) } }
                td { (place(self.page, finding)) }
            }
        }
    }
}

/// The location of a finding, with a link.
fn place(page: &Page<'_>, finding: &Finding) -> Markup {
    let path = finding.path.to_string();
    let known = page.snapshot.file_index(&finding.path).is_some();
    html! {
        @match (finding.location, known) {
            (Some(at), true) => a href=(page.line(&finding.path, at.line)) { (shown::text(&path)) ":" (at.line) },
            (None, true) => a href=(page.file(&finding.path)) { (shown::text(&path)) },
            (Some(at), false) => { (shown::text(&path)) ":" (at.line) },
            (None, false) => (shown::text(&path)),
        }
    }
}

/// Findings that a comment allows.
fn suppressed(page: &Page<'_>) -> Markup {
    let allowed = page.snapshot.gate.value().map_or(&[][..], |gate| &gate.suppressed);
    html! {
        @if !allowed.is_empty() {
            details {
                summary { (figures::counted(allowed.len(), "finding is", "findings are")) " allowed by a comment" }
                ul {
                    @for allowed in allowed.iter().take(ROWS) {
                        li {
                            (allowed.finding.rule) ", " (place(page, &allowed.finding)) ": "
                            (shown::text(&allowed.finding.message)) " Reason: " (shown::text(&allowed.reason))
                        }
                    }
                    @if allowed.len() > ROWS { li { (figures::count((allowed.len() - ROWS) as u64)) " more" } }
                }
            }
        }
    }
}

/// The page of one finding, or `None` if the snapshot has no finding with this fingerprint.
pub fn one(page: &Page<'_>, fingerprint: &str) -> Option<Content> {
    let all = page.snapshot.findings().iter();
    let new = page.snapshot.new_code.value().into_iter().flat_map(|new| &new.gate.findings);
    let finding = all.chain(new).find(|finding| finding.fingerprint == fingerprint)?;
    let rule = gates::rules::all().find(|rule| rule.id == finding.rule);
    let body = html! {
        p.lead { (figures::level(finding.level)) " " (shown::text(&finding.message)) }
        dl.facts {
            div { dt { "Rule" } dd { a href=(page.address(&Address::Gate)) { (finding.rule) } } }
            div { dt { "Place" } dd { (place(page, finding)) } }
            @if let Some(function) = &finding.function { div { dt { "Function" } dd { (shown::text(function)) } } }
            @if let Some(value) = finding.value { div { dt { "Figure" } dd { (figures::decimal(value)) } } }
            @if let Some(limit) = finding.limit { div { dt { "Limit" } dd { (figures::decimal(limit)) } } }
            div { dt { "What to do" } dd { (shown::text(&finding.help)) } }
            div { dt { "Fingerprint" } dd { code { (finding.fingerprint) } } }
        }
        @if let Some(at) = finding.location { (excerpt(page, &finding.path, at.line)) }
        @if let Some(rule) = rule {
            h2 { "Why " (rule.id) }
            p { (rule.docs.what) }
            p { (rule.docs.why) }
            h2 { "How to fix it" }
            p { (rule.docs.fix) }
        }
        h2 { "How to accept it" }
        p { "A comment above the place, with the reason: " code { "batuta: allow(" (finding.rule) ", \"why\")" } }
        (Command::at(&format!("pmat quality-gate --checks {}", finding.rule), &page.snapshot.commit.id).details())
    };
    Some(Content::new(format!("Finding: {}", finding.rule), body))
}

/// The lines around a location.
fn excerpt(page: &Page<'_>, path: &RepoPath, line: u32) -> Markup {
    let bytes = match (page.read)(path) {
        Ok(bytes) => bytes,
        Err(why) => return html! { p { (figures::missing(&why.to_string())) } },
    };
    let first = line.saturating_sub(AROUND).max(1);
    let lines = file::lines_of(&bytes);
    let around = lines.iter().skip(first as usize - 1).take(2 * AROUND as usize + 1);
    html! {
        div.wide {
            table.source {
                caption.visually-hidden { "Lines around the finding" }
                tbody {
                    @for (own, text) in (first..).zip(around) {
                        tr class=[(own == line).then_some("here")] {
                            th scope="row" { a href=(page.line(path, own)) { (own) } }
                            td { code { (shown::bytes(&text[..text.len().min(LINE_BYTES)])) } }
                        }
                    }
                }
            }
        }
    }
}
