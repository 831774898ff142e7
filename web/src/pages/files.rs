//! The list of files. The server sorts it by any column.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::metric::{FileFigures, Metric, hardest};
use super::{Page, Query, figures, shown};
use facts::model::RepoPath;
use maud::{Markup, html};
use std::cmp::Ordering;

/// Rows per page.
const ROWS: usize = 100;

/// A column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Path,
    Language,
    Lines,
    Functions,
    Figure(Metric),
    Grade,
}

const COLUMNS: [Column; 9] = [
    Column::Path,
    Column::Language,
    Column::Lines,
    Column::Functions,
    Column::Figure(Metric::Cognitive),
    Column::Figure(Metric::Duplication),
    Column::Figure(Metric::Hotspot),
    Column::Figure(Metric::Findings),
    Column::Grade,
];

impl Column {
    fn id(self) -> &'static str {
        match self {
            Column::Path => "path",
            Column::Language => "language",
            Column::Lines => "lines",
            Column::Functions => "functions",
            Column::Figure(metric) => metric.id(),
            Column::Grade => "grade",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Column::Path => "File",
            Column::Language => "Language",
            Column::Lines => "Source lines",
            Column::Functions => "Functions",
            Column::Figure(metric) => metric.title(),
            Column::Grade => "Grade",
        }
    }

    /// By default, text sorts in ascending order and figures in descending order.
    fn is_text(self) -> bool {
        matches!(self, Column::Path | Column::Language)
    }
}

/// Everything below the heading.
pub fn content(page: &Page<'_>) -> Content {
    let column = page.query.text("sort").and_then(|id| COLUMNS.into_iter().find(|column| column.id() == id));
    let column = column.unwrap_or(Column::Path);
    let falling = match page.query.text("order") {
        Some("up") => false,
        Some("down") => true,
        _ => !column.is_text(),
    };
    let list = List { page, column, falling, figures: FileFigures::of(page.snapshot) };
    let files = list.files();
    let body = html! {
        (list.filters())
        div #part { (list.table(&files)) }
        (Command::at("pmat analyze complexity --format json", &page.snapshot.commit.id).details())
    };
    Content::new("Files", body)
}

struct List<'a> {
    page: &'a Page<'a>,
    column: Column,
    falling: bool,
    figures: FileFigures<'a>,
}

impl List<'_> {
    /// The indexes of the selected files, sorted.
    fn files(&self) -> Vec<usize> {
        let folder = self.page.query.bytes("folder").unwrap_or_default();
        let folder = folder.strip_suffix(b"/").unwrap_or(folder);
        let words = self.page.query.text("q").unwrap_or_default().to_lowercase();
        let all = &self.page.snapshot.facts.files;
        let wanted = |index: &usize| {
            let path = all[*index].path();
            path.is_under(folder) && (words.is_empty() || path.to_string().to_lowercase().contains(&words))
        };
        let mut files: Vec<usize> = (0..all.len()).filter(wanted).collect();
        match self.column {
            Column::Path if self.falling => files.reverse(),
            Column::Path => {}
            Column::Language => {
                let name = |index: &usize| all[*index].data.facts.language.name();
                files.sort_by(|a, b| self.ordered(name(a).cmp(name(b)), a, b));
            }
            column => {
                let mut keyed: Vec<(Option<f64>, usize)> =
                    files.iter().map(|index| (self.number(*index, column), *index)).collect();
                keyed.sort_by(|a, b| self.by_number(a, b));
                files = keyed.into_iter().map(|(_, index)| index).collect();
            }
        }
        files
    }

    fn ordered(&self, order: Ordering, a: &usize, b: &usize) -> Ordering {
        if self.falling { order.reverse() } else { order }.then(a.cmp(b))
    }

    /// Files without a figure come last in both orders.
    fn by_number(&self, a: &(Option<f64>, usize), b: &(Option<f64>, usize)) -> Ordering {
        match (a.0, b.0) {
            (Some(left), Some(right)) => self.ordered(left.total_cmp(&right), &a.1, &b.1),
            (left, right) => right.is_some().cmp(&left.is_some()).then(a.1.cmp(&b.1)),
        }
    }

    fn number(&self, index: usize, column: Column) -> Option<f64> {
        let file = &self.page.snapshot.facts.files[index];
        let facts = &file.data.facts;
        match column {
            Column::Path | Column::Language => None,
            Column::Lines => Some(f64::from(facts.lines.source)),
            Column::Functions => facts.has_functions().then_some(facts.functions.len() as f64),
            Column::Figure(metric) => self.figures.figure(index, metric),
            Column::Grade => self.figures.score(file.path()).map(|score| score.card.score.value()),
        }
    }

    fn filters(&self) -> Markup {
        let query = self.page.query;
        let folder = RepoPath::new(query.bytes("folder").unwrap_or_default().to_vec()).to_string();
        html! {
            form.filters method="get" action=(self.page.address(&Address::Files)) role="search" hx-boost=(figures::PART) {
                label for="folder" { "Folder" }
                input #folder type="text" name="folder" value=(shown::plain(&folder));
                label for="q" { "Path contains" }
                input #q type="search" name="q" value=(query.text("q").unwrap_or_default());
                input type="hidden" name="sort" value=(self.column.id());
                input type="hidden" name="order" value=(if self.falling { "down" } else { "up" });
                button type="submit" { "Filter" }
            }
        }
    }

    /// The address that sorts by a column, or reverses the order if it is the current column.
    fn sorted_by(&self, column: Column) -> String {
        let falling = if column == self.column { !self.falling } else { !column.is_text() };
        let query = self.page.query.without(&["page"]).with("sort", column.id());
        self.page.address_with(&Address::Files, &query.with("order", if falling { "down" } else { "up" }))
    }

    fn heading(&self, column: Column) -> Markup {
        let sorted = (column == self.column).then_some(if self.falling { "descending" } else { "ascending" });
        let sign = sorted.map(|_| if self.falling { " ↓" } else { " ↑" });
        html! {
            th.number[!column.is_text()] scope="col" aria-sort=[sorted] {
                a id=(format!("sort-{}", column.id())) href=(self.sorted_by(column)) hx-boost=(figures::PART) {
                    (column.title()) @if let Some(sign) = sign { span aria-hidden="true" { (sign) } }
                }
            }
        }
    }

    fn table(&self, files: &[usize]) -> Markup {
        let pages = files.len().div_ceil(ROWS).max(1);
        let at = self.page.query.number("page").unwrap_or(1).clamp(1, pages);
        let rows = files.iter().skip((at - 1) * ROWS).take(ROWS);
        let link = |page: usize| {
            self.page.address_with(&Address::Files, &self.page.query.with("page", page.to_string()))
        };
        html! {
            div.wide {
                table.files {
                    caption { (figures::counted(files.len(), "file", "files")) }
                    thead { tr { @for column in COLUMNS { (self.heading(column)) } } }
                    tbody { @for index in rows { (self.row(*index)) } }
                }
            }
            (figures::pager("files", at, pages, link))
        }
    }

    fn row(&self, index: usize) -> Markup {
        let file = &self.page.snapshot.facts.files[index];
        let facts = &file.data.facts;
        let folder = Query::default().with("folder", file.path().parent());
        let figure = |metric| self.figures.figure(index, metric);
        html! {
            tr {
                th scope="row" {
                    a href=(self.page.file(file.path())) { (shown::bytes(file.path().file_name())) }
                    @if !file.path().parent().is_empty() {
                        " " a.path href=(self.page.address_with(&Address::Files, &folder)) { (shown::bytes(file.path().parent())) }
                    }
                }
                td { (facts.language.name()) }
                td.number { (figures::count(facts.lines.source)) }
                td.number { @if facts.has_functions() { (facts.functions.len()) } @else { (dash()) } }
                td.number { @if let Some(hardest) = hardest(file) { (hardest) } @else { (dash()) } }
                @for metric in [Metric::Duplication, Metric::Hotspot] {
                    td.number { @if let Some(figure) = figure(metric) { (figures::decimal(figure)) } @else { (dash()) } }
                }
                td.number { (self.figures.findings(file.path())) }
                td.number { @match self.figures.score(file.path()) {
                    Some(score) => { (score.card.grade.name()) " " span.unit { (score.card.score.to_string()) } },
                    None => (dash()),
                } }
            }
        }
    }
}

fn dash() -> Markup {
    html! { span.missing { span aria-hidden="true" { "–" } span.visually-hidden { "not measured" } } }
}
