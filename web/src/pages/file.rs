//! A file: its source with line numbers, with the gate's findings and the functions' figures next to the lines.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::metric::FileFigures;
use super::{Page, figures, shown};
use clones::LineRange;
use facts::Measured;
use facts::model::{Function, ParseStatus, RepoPath};
use facts::repo::FileRecord;
use gates::Finding;
use maud::{Markup, html};
use pmat::tdg::FunctionScore;
use std::collections::BTreeMap;

/// Lines per page.
const LINES: u32 = 2000;
/// Shown bytes per line.
const LINE_BYTES: usize = 2000;
/// Bytes of the file per page. A control character becomes forty bytes of HTML.
const PAGE_BYTES: usize = 512 * 1024;
/// Functions listed.
const MOST_FUNCTIONS: usize = 1_000;
/// Functions and findings shown at one line. A whole program may be on its first line.
const MOST_AT_LINE: usize = 20;
/// Longer lists of functions start collapsed.
const OPEN_FUNCTIONS: usize = 12;

/// The first line of the page that contains a line.
pub fn first_shown(line: u32) -> u32 {
    line.saturating_sub(1) / LINES * LINES + 1
}

/// Everything below the heading, or `None` if the snapshot has no such file.
pub fn content(page: &Page<'_>, path: &RepoPath) -> Option<Content> {
    let index = page.snapshot.file_index(path)?;
    let file = &page.snapshot.facts.files[index];
    let of_file = |finding: &&Finding| finding.path == *path;
    let findings: Vec<&Finding> = page.snapshot.findings().iter().filter(of_file).collect();
    let view = View { page, file, index, findings };
    let body = html! {
        (view.facts())
        (view.whole_file_findings())
        (view.functions())
        (view.source())
    };
    let folders = path.parent();
    let heading = html! {
        @if !folders.is_empty() { span.path { (shown::bytes(folders)) "/" } }
        (shown::bytes(path.file_name()))
    };
    Some(Content { heading, title: path.to_string(), body })
}

struct View<'a> {
    page: &'a Page<'a>,
    file: &'a FileRecord,
    index: usize,
    findings: Vec<&'a Finding>,
}

impl View<'_> {
    /// Figures of the file as a whole.
    fn facts(&self) -> Markup {
        let facts = &self.file.data.facts;
        let snapshot = self.page.snapshot;
        let figures_of = FileFigures::of(snapshot);
        let duplicated = snapshot.clones.value().and_then(|clones| clones.lines.get(self.index));
        html! {
            dl.facts {
                (fact("Language", html! { (facts.language.name()) }))
                (fact("Lines", html! { (figures::count(facts.lines.physical)) ", " (figures::count(facts.lines.source)) " of them source" }))
                @if facts.has_functions() { (fact("Functions", html! { (facts.functions.len()) })) }
                @if let Some(score) = figures_of.score(self.file.path()) {
                    (fact("Grade", html! { (score.card.grade.name()) ", " (score.card.score.to_string()) " points" }))
                }
                @if let Some(share) = duplicated {
                    (fact("Duplicated", figures::measured(&share.percent(), |part| html! { (figures::decimal(*part)) " %" })))
                }
                @if let Some(hotspot) = figures_of.hotspot(self.file.path()) {
                    (fact("Hotspot", html! { "score " (figures::decimal(hotspot.score)) ", rank " (hotspot.rank) ", "
                        (figures::counted(hotspot.revisions as usize, "revision", "revisions")) }))
                    (fact("Main author", figures::measured(&hotspot.main_author, |author| html! {
                        (shown::text(&author.name)) ", " (figures::percent(author.share_of_lines)) " of the lines"
                    })))
                    (fact("Truck factor", figures::measured(&hotspot.truck_factor, |people| html! { (people) })))
                }
                (self.parse_status())
            }
            (Command::on("pmat analyze complexity", self.file.path(), &snapshot.commit.id).details())
        }
    }

    fn parse_status(&self) -> Markup {
        match self.file.data.facts.parse {
            ParseStatus::Complete => html! {},
            ParseStatus::LinesOnly | ParseStatus::Failed { .. } => {
                fact("Functions", figures::missing(&self.file.data.facts.why_no_functions()))
            }
            ParseStatus::Partial { errors, first_line, .. } => {
                let link = self.page.line(self.file.path(), first_line);
                let places = figures::counted(errors as usize, "place", "places");
                fact(
                    "Partly measured",
                    html! { "batuta's grammar does not fit it in " (places) ", first on " a href=(link) { "line " (first_line) } },
                )
            }
        }
    }

    fn whole_file_findings(&self) -> Markup {
        let whole = || self.findings.iter().filter(|finding| finding.location.is_none());
        html! {
            @if whole().next().is_some() {
                ul.findings aria-label="Findings about the whole file" {
                    @for finding in whole().take(MOST_AT_LINE) { li { (self.finding(finding)) } }
                }
                (more(whole().count(), MOST_AT_LINE))
            }
        }
    }

    fn finding(&self, finding: &Finding) -> Markup {
        let permalink = self.page.address(&Address::Finding(finding.fingerprint.clone()));
        html! {
            (figures::level(finding.level)) " " a href=(permalink) { (finding.rule) } ": " (shown::text(&finding.message))
            " · " span.help { (shown::text(&finding.help)) }
        }
    }

    fn functions(&self) -> Markup {
        let functions = &self.file.data.facts.functions;
        html! {
            @if !functions.is_empty() {
                details.functions open[functions.len() <= OPEN_FUNCTIONS] {
                    summary { (figures::counted(functions.len(), "function", "functions")) }
                    div.wide {
                        table {
                            caption { "Functions in the order of the file" }
                            thead { tr {
                                th scope="col" { "Function" }
                                @for title in ["Line", "Cyclomatic", "Cognitive", "Nesting", "Parameters", "Lines"] {
                                    th.number scope="col" { (title) }
                                }
                            } }
                            tbody { @for function in functions.iter().take(MOST_FUNCTIONS) { (self.function_row(function)) } }
                        }
                    }
                    (more(functions.len(), MOST_FUNCTIONS))
                }
            }
        }
    }

    fn function_row(&self, function: &Function) -> Markup {
        let line = function.span.start_line;
        html! {
            tr data-function=(shown::plain(&function.qualified_name)) {
                th scope="row" {
                    a href=(self.page.line(self.file.path(), line)) { (shown::text(&function.qualified_name)) }
                    @if self.file.is_test(function) { " " span.badge { "test" } }
                    @if function.incomplete { " " span.badge.warn { "partly measured" } }
                }
                td.number { (line) }
                td.number { (function.cyclomatic()) }
                td.number { (function.cognitive) }
                td.number { (function.nesting) }
                td.number { (function.parameters) }
                td.number { (function.lines.physical) }
            }
        }
    }

    fn source(&self) -> Markup {
        let bytes = match (self.page.read)(self.file.path()) {
            Ok(bytes) => bytes,
            Err(why) => return html! { h2 { "Source" } p { (figures::missing(&why.to_string())) } },
        };
        let all = lines_of(&bytes);
        let asked = u32::try_from(self.page.query.number("from").unwrap_or(1)).unwrap_or(u32::MAX);
        let last_page = first_shown(u32::try_from(all.len()).unwrap_or(u32::MAX).max(1));
        let first = first_shown(asked.max(1)).min(last_page);
        let shown = all.iter().skip(first as usize - 1).take(LINES as usize);
        let margin = Margin::of(self);
        let mut left = PAGE_BYTES;
        let shown = shown.map(|text| {
            let part = &text[..text.len().min(LINE_BYTES).min(left)];
            left -= part.len();
            (part, text.len() - part.len())
        });
        html! {
            h2 #source { "Source" }
            (self.other_lines(first, last_page))
            div.wide {
                table.source {
                    caption.visually-hidden { "Source of " (shown::plain(&self.file.path().to_string())) }
                    thead.visually-hidden { tr { th scope="col" { "Line" } th scope="col" { "Source" } th scope="col" { "Figures" } } }
                    tbody {
                        @for (line, (text, cut)) in (first..).zip(shown) {
                            (self.line(line, text, cut, &margin))
                        }
                    }
                }
            }
            (self.other_lines(first, last_page))
        }
    }

    /// Links to the other parts of a long file.
    fn other_lines(&self, first: u32, last_page: u32) -> Markup {
        let path = self.page.file(self.file.path());
        let (at, pages) = (first / LINES + 1, last_page / LINES + 1);
        figures::pager("the source", at as usize, pages as usize, |page| {
            format!("{path}?from={}", (page - 1) * LINES as usize + 1)
        })
    }

    /// A line, with the number of bytes that are not shown.
    fn line(&self, line: u32, text: &[u8], cut: usize, margin: &Margin<'_>) -> Markup {
        let functions = margin.functions.get(&line).map_or(&[][..], Vec::as_slice);
        let findings = margin.findings.get(&line).map_or(&[][..], Vec::as_slice);
        let copied = margin.is_duplicated(line);
        html! {
            tr id=(format!("L{line}")) class=[copied.then_some("copied")] {
                th scope="row" { a href=(format!("#L{line}")) title=[copied.then_some("duplicated")] { (line) } }
                td { code { (shown::bytes(text)) } @if cut > 0 { span.missing { " … " (figures::count(cut as u64)) " more bytes" } } }
                td.margin {
                    @for function in functions.iter().take(MOST_AT_LINE) { (self.in_margin(function, margin)) }
                    (more(functions.len(), MOST_AT_LINE))
                }
            }
            @for finding in findings.iter().take(MOST_AT_LINE) {
                tr.finding { td {} td colspan="2" { (self.finding(finding)) } }
            }
            @if findings.len() > MOST_AT_LINE {
                tr.finding { td {} td colspan="2" { (more(findings.len(), MOST_AT_LINE)) } }
            }
        }
    }

    fn in_margin(&self, function: &Function, margin: &Margin<'_>) -> Markup {
        let grade = margin.grades.get(&(function.span.start_line, function.qualified_name.as_str()));
        html! {
            span.of-function title=(shown::plain(&function.qualified_name)) {
                "cyclomatic " (function.cyclomatic()) " · cognitive " (function.cognitive) " · "
                (figures::counted(function.lines.physical as usize, "line", "lines"))
                @if let Some(score) = grade { " · grade " (score.card.grade.name()) }
            }
        }
    }
}

/// Says how many more there are than those shown.
fn more(all: usize, shown: usize) -> Markup {
    html! {
        @if all > shown {
            span.missing { (figures::count((all - shown) as u64)) " more; the API lists all of them" }
        }
    }
}

fn fact(name: &str, value: Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// The lines of a file as editors count them: a newline ends a line, and there is no line after the last newline.
pub(super) fn lines_of(bytes: &[u8]) -> Vec<&[u8]> {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if bytes.is_empty() {
        return Vec::new();
    }
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect()
}

/// The notes next to each line.
struct Margin<'a> {
    functions: BTreeMap<u32, Vec<&'a Function>>,
    findings: BTreeMap<u32, Vec<&'a Finding>>,
    grades: BTreeMap<(u32, &'a str), &'a FunctionScore>,
    duplicated: &'a [LineRange],
}

impl<'a> Margin<'a> {
    fn of(view: &View<'a>) -> Margin<'a> {
        let mut functions: BTreeMap<u32, Vec<&Function>> = BTreeMap::new();
        for function in &view.file.data.facts.functions {
            functions.entry(function.span.start_line).or_default().push(function);
        }
        let mut findings: BTreeMap<u32, Vec<&Finding>> = BTreeMap::new();
        for finding in &view.findings {
            if let Some(location) = finding.location {
                findings.entry(location.line).or_default().push(finding);
            }
        }
        let snapshot = view.page.snapshot;
        let scores = snapshot.tdg.value().into_iter().flat_map(|report| &report.functions);
        let own = scores.filter(|score| score.path == *view.file.path());
        let duplicated = match &snapshot.clones {
            Measured::Value(clones) => clones.duplicated.get(view.index).map_or(&[][..], Vec::as_slice),
            Measured::Missing(_) => &[],
        };
        Margin {
            functions,
            findings,
            grades: own.map(|score| ((score.line, score.name.as_str()), score)).collect(),
            duplicated,
        }
    }

    fn is_duplicated(&self, line: u32) -> bool {
        let place = self.duplicated.partition_point(|range| range.last < line);
        self.duplicated.get(place).is_some_and(|range| range.first <= line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_editors_count_them() {
        assert_eq!(lines_of(b""), Vec::<&[u8]>::new());
        assert_eq!(lines_of(b"a\nb"), [&b"a"[..], b"b"]);
        assert_eq!(lines_of(b"a\r\nb\n"), [&b"a"[..], b"b"]);
        assert_eq!(lines_of(b"\n\n"), [&b""[..], b""]);
    }

    #[test]
    fn long_files_are_shown_in_parts() {
        assert_eq!([1, 2, 2000, 2001, 4001].map(first_shown), [1, 1, 1, 2001, 4001]);
    }
}
