//! Who knows the code: truck factor, owners, folders, and files that change together.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::{Page, Query, figures, shown};
use facts::Measured;
use maud::{Markup, html};
use pmat::hotspots::{HotspotReport, Knowledge, Owner};

/// Rows per table.
const ROWS: usize = 40;

/// Everything below the heading.
pub fn content(page: &Page<'_>) -> Content {
    let body = match &page.snapshot.hotspots {
        Measured::Missing(why) => html! { p { (figures::missing(why)) } },
        Measured::Value(report) => html! {
            (knowledge(report))
            (owners(report))
            (folders(page, report))
            (coupling(page, report))
            (Command::at("pmat analyze hotspots", &page.snapshot.commit.id).details())
        },
    };
    Content::new("People", body)
}

fn knowledge(report: &HotspotReport) -> Markup {
    let whole = &report.knowledge;
    html! {
        section aria-labelledby="truck-factor" {
            h2 #truck-factor { "Truck factor" }
            p.lead { (figures::measured(&whole.truck_factor, |people| html! {
                strong { (people) } " " (if *people == 1 { "person" } else { "people" })
                " can leave before more than half of " (figures::counted(whole.files, "file has", "files have")) " no author left."
            })) }
            @if !whole.key_people.is_empty() {
                ol {
                    @for person in &whole.key_people {
                        li {
                            (shown::text(&person.name)) ", author of " (figures::counted(person.files, "file", "files"))
                            @if person.former { " " span.badge.warn { "has left" } }
                        }
                    }
                }
            }
            p { "Source lines whose main author has left: " (loss(whole)) }
        }
    }
}

fn loss(knowledge: &Knowledge) -> Markup {
    figures::measured(&knowledge.knowledge_loss, |part| html! { (figures::percent(*part)) })
}

fn owners(report: &HotspotReport) -> Markup {
    let lines: u64 = report.owners.iter().map(|owner| owner.source_lines).sum();
    let share = |owner: &Owner| owner.source_lines as f64 / lines.max(1) as f64;
    html! {
        section aria-labelledby="owners" {
            h2 #owners { "Main authors" }
            div.wide {
                table {
                    caption { (figures::counted(report.owners.len(), "person is", "people are")) " the main author of a file; "
                        (figures::count(report.former_owners as u64)) " of them left" }
                    thead { tr {
                        th scope="col" { "Person" }
                        @for title in ["Files", "Source lines", "Share", "Commits", "Days since the last"] { th.number scope="col" { (title) } }
                    } }
                    tbody {
                        @for owner in report.owners.iter().take(ROWS) {
                            tr {
                                th scope="row" { (shown::text(&owner.name)) @if owner.former { " " span.badge.warn { "has left" } } }
                                td.number { (figures::count(owner.files as u64)) }
                                td.number { (figures::count(owner.source_lines)) }
                                td.number {
                                    meter min="0" max="1" value=(share(owner)) aria-label=(format!("Share of {}", shown::plain(&owner.name))) {}
                                    " " (figures::percent(share(owner)))
                                }
                                td.number { (figures::count(owner.commits as u64)) }
                                td.number { (figures::count(owner.days_since_last_commit)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn folders(page: &Page<'_>, report: &HotspotReport) -> Markup {
    html! {
        @if !report.folders.is_empty() {
            section aria-labelledby="folders" {
                h2 #folders { "Folders" }
                div.wide {
                    table {
                        caption { "Who knows the upper folders" }
                        thead { tr {
                            th scope="col" { "Folder" }
                            @for title in ["Files", "Source lines", "Truck factor", "Lost"] { th.number scope="col" { (title) } }
                            th scope="col" { "People" }
                        } }
                        tbody { @for folder in report.folders.iter().take(ROWS) { (folder_row(page, folder)) } }
                    }
                }
            }
        }
    }
}

fn folder_row(page: &Page<'_>, folder: &Knowledge) -> Markup {
    let files = page.address_with(&Address::Files, &Query::default().with("folder", &folder.folder));
    let names: Vec<&str> = folder.key_people.iter().map(|person| person.name.as_str()).collect();
    html! {
        tr {
            th scope="row" { a href=(files) { (shown::text(&folder.folder)) } }
            td.number { (figures::count(folder.files as u64)) }
            td.number { (figures::count(folder.source_lines)) }
            td.number { (figures::measured(&folder.truck_factor, |people| html! { (people) })) }
            td.number { (loss(folder)) }
            td { (shown::text(&names.join(", "))) }
        }
    }
}

fn coupling(page: &Page<'_>, report: &HotspotReport) -> Markup {
    let link = |path| {
        html! {
            @if page.snapshot.file_index(path).is_some() { a href=(page.file(path)) { (shown::text(&path.to_string())) } }
            @else { (shown::text(&path.to_string())) }
        }
    };
    html! {
        section aria-labelledby="coupling" {
            h2 #coupling { "Files that change together" }
            @if report.coupling.is_empty() {
                p { "None do so often enough to be listed." }
            } @else {
                div.wide {
                    table {
                        caption { "In commits of " (report.window) }
                        thead { tr {
                            th scope="col" { "File" } th scope="col" { "And" }
                            th.number scope="col" { "Common commits" } th.number scope="col" { "Of the rarer one's" }
                        } }
                        tbody {
                            @for pair in report.coupling.iter().take(ROWS) {
                                tr {
                                    th scope="row" { (link(&pair.a)) }
                                    td { (link(&pair.b)) }
                                    td.number { (pair.shared) }
                                    td.number { (figures::percent(pair.confidence)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
