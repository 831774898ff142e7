//! All repositories. Those that need attention come first.

use super::address::Address;
use super::{figures, layout, shown};
use crate::api::of;
use crate::state::{RepositoryView, Snapshot};
use crate::when;
use facts::{Measured, Missing};
use gates::{Level, Verdict};
use maud::{Markup, html};
use std::cmp::Reverse;

/// The portfolio page, sorted by gate state: failed repositories come first.
pub fn portfolio(repositories: &[RepositoryView]) -> Markup {
    let mut sorted: Vec<&RepositoryView> = repositories.iter().collect();
    sorted.sort_by_key(|repository| {
        let state = repository.snapshot.as_ref().map_or(1, |snapshot| match snapshot.verdict() {
            Some(Verdict::Fail) => 3,
            Some(Verdict::NotMeasured) => 2,
            None => 1,
            Some(Verdict::Pass) => 0,
        });
        (Reverse(state), &repository.slug)
    });
    let body = html! {
        @if sorted.is_empty() {
            p { "No repository is served." }
        } @else {
            div.wide {
                table.portfolio {
                    caption { (figures::counted(sorted.len(), "repository", "repositories")) ", failed gates first" }
                    thead {
                        tr {
                            @for title in ["Repository", "Gate", "New code", "Grade"] { th scope="col" { (title) } }
                            @for title in ["Errors", "Warnings", "Files", "Source lines", "Truck factor"] {
                                th.number scope="col" { (title) }
                            }
                            th scope="col" { "Commit" }
                        }
                    }
                    tbody { @for repository in &sorted { (row(repository)) } }
                }
            }
        }
    };
    layout::portfolio_page("Repositories", body)
}

fn row(repository: &RepositoryView) -> Markup {
    let Some(snapshot) = &repository.snapshot else {
        let remark = repository.status.remark().unwrap_or_else(|| "not measured yet".to_owned());
        return html! {
            tr {
                th scope="row" { a href=(Address::Health.of(&repository.slug)) { (shown::text(&repository.name)) } }
                td { span.badge { "none" } }
                td colspan="8" { span.missing { (shown::text(&remark)) } }
            }
        };
    };
    let slug = &repository.slug;
    let found = |level: Level| match &snapshot.gate {
        Measured::Value(gate) => {
            let found = gate.findings.iter().filter(|finding| finding.level == level).count();
            html! { (figures::count(found as u64)) }
        }
        Measured::Missing(why) => none(why),
    };
    let lines = snapshot.overview.total.clone().map(|total| total.lines.source);
    html! {
        tr {
            th scope="row" {
                a href=(Address::Health.of(slug)) { (shown::text(&repository.name)) }
                @if let Some(remark) = repository.status.remark() { p.remark { (shown::text(&remark)) } }
            }
            td { a href=(Address::Gate.of(slug)) { (verdict(snapshot)) } }
            td { (new_code(snapshot)) }
            td { (grade(snapshot)) }
            td.number { a href=(format!("{}?level=error", Address::Findings.of(slug))) { (found(Level::Error)) } }
            td.number { a href=(format!("{}?level=warning", Address::Findings.of(slug))) { (found(Level::Warning)) } }
            td.number { a href=(Address::Files.of(slug)) { (figures::count(snapshot.facts.files.len() as u64)) } }
            td.number { (figures::measured(&lines, |lines| html! { (figures::count(*lines)) })) }
            td.number { a href=(Address::People.of(slug)) { (truck_factor(snapshot)) } }
            td {
                @if let Some(branch) = &snapshot.commit.branch { (shown::text(branch)) " " }
                code { (snapshot.commit.id.short()) } " "
                time datetime=(when::machine(snapshot.commit.time)) { (when::day(snapshot.commit.time)) }
            }
        }
    }
}

/// The gate's verdict on all code, or a dash with the reason.
fn verdict(snapshot: &Snapshot) -> Markup {
    match &snapshot.gate {
        Measured::Value(gate) => figures::verdict(gate.verdict),
        Measured::Missing(why) => none(why),
    }
}

/// The gate's verdict on new code, or a dash with the reason.
fn new_code(snapshot: &Snapshot) -> Markup {
    match &snapshot.new_code {
        Measured::Value(new) => figures::verdict(new.gate.verdict),
        Measured::Missing(why) => none(why),
    }
}

fn grade(snapshot: &Snapshot) -> Markup {
    match of(&snapshot.tdg, |report| of(&report.total, Measured::Value)) {
        Measured::Value(card) => {
            html! { strong { (card.grade.name()) } " " span.unit { (card.score.to_string()) } }
        }
        Measured::Missing(why) => none(&why),
    }
}

fn truck_factor(snapshot: &Snapshot) -> Markup {
    match &snapshot.hotspots {
        Measured::Missing(why) => none(why),
        Measured::Value(report) => match &report.knowledge.truck_factor {
            Measured::Value(people) => html! { (people) },
            Measured::Missing(why) => none(why),
        },
    }
}

/// A dash. The reason is shown on hover and to screen readers.
fn none(why: &Missing) -> Markup {
    let why = format!("not measured: {}", shown::plain(why.why()));
    html! { span.missing title=(why) { span aria-hidden="true" { "–" } span.visually-hidden { (why) } } }
}
