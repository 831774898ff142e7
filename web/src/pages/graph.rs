//! The code graph by modules. Cycles are marked.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::modules::{self, Modules};
use super::{Page, Query, figures, shown};
use crate::svg::module_graph::{self, Module};
use facts::Measured;
use facts::model::RepoPath;
use maud::{Markup, html};
use trueno_graph::report::{Central, GraphReport, ImportCycle};

/// Steps and members listed per cycle.
const MOST_OF_CYCLE: usize = 200;
/// Rows per table.
const ROWS: usize = 25;

/// Everything below the heading.
pub fn content(page: &Page<'_>) -> Content {
    let body = match &page.snapshot.graph {
        Measured::Missing(why) => html! { p { (figures::missing(why)) } },
        Measured::Value(report) => html! {
            (drawing(page, report))
            (cycles(page, report))
            (central(page, report))
            (Command::at("pmat analyze graph", &page.snapshot.commit.id).details())
        },
    };
    Content::new("Graph", body)
}

fn drawing(page: &Page<'_>, report: &GraphReport) -> Markup {
    let folder = page.query.bytes("folder").unwrap_or_default();
    let folder = folder.strip_suffix(b"/").unwrap_or(folder);
    let modules = modules::modules(page, report, folder);
    let name = if folder.is_empty() { page.snapshot.name.clone() } else { RepoPath::new(folder).to_string() };
    let boxes: Vec<Module> =
        (0..modules.paths.len()).map(|nth| module(page, &modules, nth, folder)).collect();
    let summary = format!(
        "Modules of {}: {}, {}",
        shown::plain(&name),
        figures::counted(boxes.len(), "module", "modules"),
        figures::counted(modules.uses.len(), "use", "uses")
    );
    let up = RepoPath::new(folder).parent().to_vec();
    html! {
        section aria-labelledby="modules" {
            h2 #modules { "Modules" }
            p {
                "Modules are above those they use; modules in a cycle are marked by ↻. The uses shown are those that the language's rules resolve. Folder: "
                strong { (shown::text(&name)) }
                @if !folder.is_empty() { " " a href=(page.address_with(&Address::Graph, &Query::default().with("folder", up))) { "one folder up" } }
                @if modules.left_out > 0 { ". " (modules.left_out) " smaller ones are left out" }
            }
            @if boxes.is_empty() {
                p { "There is no measured file here." }
            } @else {
                div.wide { (module_graph::draw(&boxes, &modules.uses, &summary)) }
                (table(&modules))
                (Command::at("pmat analyze graph --min-confidence 0.9", &page.snapshot.commit.id).details())
            }
        }
    }
}

fn module(page: &Page<'_>, modules: &Modules, nth: usize, folder: &[u8]) -> Module {
    let path = &modules.paths[nth];
    let whole = shown::plain(&path.to_string());
    let below = if folder.is_empty() { path.as_bytes() } else { &path.as_bytes()[folder.len() + 1..] };
    let used_by = modules.uses.iter().filter(|edge| edge.to == nth).count();
    let uses = modules.uses.iter().filter(|edge| edge.from == nth).count();
    Module {
        label: shown::plain(&RepoPath::new(below).to_string()),
        title: format!(
            "{whole}: {}, uses {uses}, used by {used_by}",
            figures::counted(modules.files[nth], "file", "files")
        ),
        href: if modules.is_file[nth] {
            page.file(path)
        } else {
            page.address_with(&Address::Graph, &Query::default().with("folder", path.as_bytes()))
        },
    }
}

/// The edges of the drawing, as text.
fn table(modules: &Modules) -> Markup {
    let mut uses = modules.uses.clone();
    uses.sort_by(|a, b| b.count.cmp(&a.count).then(a.cmp(b)));
    html! {
        details {
            summary { "as a table" }
            div.wide {
                table {
                    caption { "Uses among the modules, most often first" }
                    thead { tr { th scope="col" { "Module" } th scope="col" { "Uses" } th.number scope="col" { "Times" } } }
                    tbody {
                        @for edge in &uses {
                            tr {
                                th scope="row" { (shown::text(&modules.paths[edge.from].to_string())) }
                                td { (shown::text(&modules.paths[edge.to].to_string())) }
                                td.number { (figures::count(edge.count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cycles(page: &Page<'_>, report: &GraphReport) -> Markup {
    html! {
        section aria-labelledby="cycles" {
            h2 #cycles { "Import cycles" }
            @if report.import_cycles.is_empty() {
                p { "No files or packages import each other in a cycle." }
            } @else {
                p { (figures::counted(report.import_cycles.len(), "cycle", "cycles")) " with " (figures::count(report.in_cycles as u64)) " members." }
                @for cycle in report.import_cycles.iter().take(ROWS) { (one_cycle(page, cycle)) }
            }
            (Command::at("pmat analyze graph --cycles", &page.snapshot.commit.id).details())
        }
    }
}

fn one_cycle(page: &Page<'_>, cycle: &ImportCycle) -> Markup {
    html! {
        details open[cycle.members.len() <= 6] {
            summary { (figures::counted(cycle.members.len(), "member", "members")) }
            ol.cycle {
                @for step in cycle.shortest.iter().take(MOST_OF_CYCLE) {
                    li {
                        a href=(page.line(&step.from, step.line)) { (shown::text(&step.from.to_string())) ":" (step.line) }
                        " imports " (shown::text(&step.to.to_string()))
                    }
                }
            }
            p {
                "All members: "
                @for (nth, member) in cycle.members.iter().take(MOST_OF_CYCLE).enumerate() {
                    @if nth > 0 { ", " }
                    (shown::text(&member.to_string()))
                }
                @if cycle.members.len() > MOST_OF_CYCLE {
                    ", and " (figures::count((cycle.members.len() - MOST_OF_CYCLE) as u64)) " more; the API lists all of them"
                }
            }
        }
    }
}

fn central(page: &Page<'_>, report: &GraphReport) -> Markup {
    let row = |central: &Central| {
        let known = page.snapshot.file_index(&central.path).is_some();
        html! {
            tr {
                th scope="row" {
                    @if known { a href=(page.file(&central.path)) { (shown::text(&central.name)) } }
                    @else { (shown::text(&central.name)) }
                }
                td.number { (format!("{:.4}", central.pagerank)) }
                td.number { (figures::count(central.used_by)) }
                td.number { (figures::count(central.uses)) }
            }
        }
    };
    html! {
        section aria-labelledby="central" {
            h2 #central { "Central files" }
            div.wide {
                table {
                    caption { "By PageRank: what much of the code leans on" }
                    thead { tr {
                        th scope="col" { "File" }
                        @for title in ["PageRank", "Used by", "Uses"] { th.number scope="col" { (title) } }
                    } }
                    tbody { @for central in report.central.iter().take(ROWS) { (row(central)) } }
                }
            }
        }
    }
}
