//! The treemap: area is source lines, colour is the selected figure. A click opens a folder or shows a file.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::metric::{FileFigures, Metric};
use super::{Page, Query, figures, shown};
use crate::svg::treemap::{self, Shade, Size, Tile};
use facts::model::RepoPath;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Files listed below the picture.
const ROWS: usize = 25;

/// Everything below the heading.
pub fn content(page: &Page<'_>) -> Content {
    let metric = page.query.text("metric").and_then(Metric::named).unwrap_or(Metric::ALL[0]);
    let folder = RepoPath::new(page.query.bytes("folder").unwrap_or_default().to_vec());
    let map = Map { page, metric, folder, figures: FileFigures::of(page.snapshot) };
    let files = map.files();
    let body = html! {
        (map.choice())
        div #part {
            (map.path())
            @if files.is_empty() {
                p { "There is no measured file here." }
            } @else {
                (treemap::draw(&map.tree(&files), &map.summary(&files), Size::default()))
                (map.legend())
                (map.list(&files))
            }
            (Command::at(metric.command(), &page.snapshot.commit.id).details())
        }
    };
    Content::new("Map", body)
}

struct Map<'a> {
    page: &'a Page<'a>,
    metric: Metric,
    folder: RepoPath,
    figures: FileFigures<'a>,
}

/// A folder while the tree is built.
#[derive(Default)]
struct Folder<'a> {
    folders: BTreeMap<&'a [u8], Folder<'a>>,
    files: Vec<usize>,
}

impl Map<'_> {
    /// The indexes of the folder's files that have source lines.
    fn files(&self) -> Vec<usize> {
        let all = self.page.snapshot.facts.files.iter().enumerate();
        let here = all.filter(|(_, file)| file.path().is_under(self.folder.as_bytes()));
        here.filter(|(_, file)| file.data.facts.lines.source > 0).map(|(index, _)| index).collect()
    }

    fn query(&self, folder: &[u8]) -> Query {
        Query::default().with("metric", self.metric.id()).with("folder", folder)
    }

    fn link(&self, folder: &[u8]) -> String {
        self.page.address_with(&Address::Map, &self.query(folder))
    }

    /// The form that selects the figure for the colours.
    fn choice(&self) -> Markup {
        html! {
            form.filters method="get" action=(self.page.address(&Address::Map)) hx-boost=(figures::PART) {
                label for="metric" { "Colour" }
                select #metric name="metric" {
                    @for metric in Metric::ALL {
                        option value=(metric.id()) selected[metric == self.metric] { (metric.title()) }
                    }
                }
                @if let Ok(folder) = std::str::from_utf8(self.folder.as_bytes()) {
                    input type="hidden" name="folder" value=(folder);
                }
                button type="submit" { "Show" }
            }
        }
    }

    /// Links to the parents of the shown folder.
    fn path(&self) -> Markup {
        let folder = self.folder.as_bytes();
        let ends: Vec<usize> = folder
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'/')
            .map(|(at, _)| at)
            .chain((!folder.is_empty()).then_some(folder.len()))
            .collect();
        let starts = std::iter::once(0).chain(ends.iter().map(|end| end + 1));
        html! {
            nav.folders aria-label="Folders" {
                a href=(self.link(b"")) hx-boost=(figures::PART) { (shown::text(&self.page.snapshot.name)) }
                @for (start, end) in starts.zip(&ends) {
                    " / "
                    a href=(self.link(&folder[..*end])) hx-boost=(figures::PART)
                        aria-current=[(*end == folder.len()).then_some("page")] { (shown::bytes(&folder[start..*end])) }
                }
            }
        }
    }

    fn summary(&self, files: &[usize]) -> String {
        let of = if self.folder.as_bytes().is_empty() {
            shown::plain(&self.page.snapshot.name)
        } else {
            shown::plain(&self.folder.to_string())
        };
        let count = figures::counted(files.len(), "file", "files");
        format!(
            "Map of {of}: {count}, area is source lines, colour is {}",
            self.metric.title().to_lowercase()
        )
    }

    /// Builds the tree of tiles from the files.
    fn tree(&self, files: &[usize]) -> Tile {
        let mut root = Folder::default();
        let skip = if self.folder.as_bytes().is_empty() { 0 } else { self.folder.as_bytes().len() + 1 };
        for index in files {
            let path = self.page.snapshot.facts.files[*index].path();
            let rest = path.as_bytes().get(skip..).unwrap_or_default();
            let mut parts: Vec<&[u8]> = rest.split(|byte| *byte == b'/').collect();
            parts.pop();
            parts
                .into_iter()
                .fold(&mut root, |folder, part| folder.folders.entry(part).or_default())
                .files
                .push(*index);
        }
        self.tile(&root, self.folder.as_bytes().to_vec())
    }

    fn tile(&self, folder: &Folder<'_>, path: Vec<u8>) -> Tile {
        let mut children: Vec<Tile> = folder
            .folders
            .iter()
            .map(|(name, inside)| {
                let parent = if path.is_empty() { Vec::new() } else { [&path[..], b"/"].concat() };
                self.tile(inside, [&parent[..], name].concat())
            })
            .collect();
        children.extend(folder.files.iter().map(|index| self.file_tile(*index)));
        let weight: u64 = children.iter().map(|child| child.weight).sum();
        let name = RepoPath::new(path.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_vec());
        let whole = RepoPath::new(path);
        let figure = self.mean(folder);
        Tile {
            label: shown::plain(&name.to_string()),
            title: format!("{}/: {} source lines", shown::plain(&whole.to_string()), figures::count(weight)),
            figure: String::new(),
            href: self.link(whole.as_bytes()),
            weight,
            shade: figure.map(|figure| Shade::of(figure, &self.metric.cuts())),
            children,
        }
    }

    /// The mean figure of all files below a folder, weighted by source lines.
    fn mean(&self, folder: &Folder<'_>) -> Option<f64> {
        let (sum, lines) = self.sums(folder);
        (lines > 0.0).then(|| sum / lines)
    }

    fn sums(&self, folder: &Folder<'_>) -> (f64, f64) {
        let own = folder.files.iter().filter_map(|index| {
            let lines = f64::from(self.page.snapshot.facts.files[*index].data.facts.lines.source);
            self.figures.figure(*index, self.metric).map(|figure| (figure * lines, lines))
        });
        let inside = folder.folders.values().map(|inside| self.sums(inside));
        own.chain(inside).fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
    }

    fn file_tile(&self, index: usize) -> Tile {
        let file = &self.page.snapshot.facts.files[index];
        let figure = self.figures.figure(index, self.metric);
        let name = RepoPath::new(file.path().file_name().to_vec());
        let in_words = figure.map_or_else(|| "not measured".to_owned(), written);
        Tile {
            label: shown::plain(&name.to_string()),
            title: format!(
                "{}: {} source lines, {} {in_words}",
                shown::plain(&file.path().to_string()),
                figures::count(file.data.facts.lines.source),
                self.metric.title().to_lowercase(),
            ),
            figure: figure.map_or_else(String::new, written),
            href: self.page.file(file.path()),
            weight: u64::from(file.data.facts.lines.source),
            shade: figure.map(|figure| Shade::of(figure, &self.metric.cuts())),
            children: Vec::new(),
        }
    }

    fn legend(&self) -> Markup {
        let cuts = self.metric.cuts();
        let from = |step: usize| step.checked_sub(1).map_or(0.0, |cut| cuts[cut]);
        html! {
            ul.legend aria-label=(format!("Colours: {}", self.metric.title())) {
                @for (step, shade) in Shade::all().enumerate() {
                    li { span class=(format!("swatch {}", Shade::class(Some(shade)))) {} " from " (written(from(step))) }
                }
                li { span class="swatch sx" {} " not measured" }
                li { (self.metric.title()) ": " (self.metric.meaning()) }
            }
            @if matches!(self.metric, Metric::Hotspot | Metric::Revisions) {
                @if let facts::Measured::Missing(why) = &self.page.snapshot.hotspots { p { (figures::missing(why)) } }
            }
        }
    }

    /// The files with the highest figures: a text version of the picture.
    fn list(&self, files: &[usize]) -> Markup {
        let mut rows: Vec<(f64, usize)> = files
            .iter()
            .filter_map(|index| self.figures.figure(*index, self.metric).map(|figure| (figure, *index)))
            .filter(|(figure, _)| *figure > 0.0)
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        html! {
            div.wide {
                table {
                    caption { "Highest first: " (self.metric.title().to_lowercase()) }
                    thead { tr {
                        th scope="col" { "File" }
                        th.number scope="col" { (self.metric.title()) }
                        th.number scope="col" { "Source lines" }
                    } }
                    tbody {
                        @for (figure, index) in rows.iter().take(ROWS) {
                            @let file = &self.page.snapshot.facts.files[*index];
                            tr {
                                th scope="row" { a href=(self.page.file(file.path())) { (shown::text(&file.path().to_string())) } }
                                td.number { (written(*figure)) }
                                td.number { (figures::count(file.data.facts.lines.source)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A figure, with a decimal only if it matters.
fn written(figure: f64) -> String {
    if figure.fract() == 0.0 { format!("{figure:.0}") } else { format!("{figure:.1}") }
}
