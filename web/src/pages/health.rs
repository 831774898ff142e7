//! The page of a repository: its figures with their grades, new code and all code, trends.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::{Page, figures, shown, trend};
use crate::api::of;
use crate::state::{NewCode, Snapshot};
use crate::when;
use facts::Measured;
use gates::{GateReport, Level, RuleReport, Status};
use maud::{Markup, html};
use pmat::complexity::Distribution;
use pmat::tdg::Card;

/// Number of worst functions, languages and commits listed.
const ROWS: usize = 12;

/// Everything below the heading.
pub fn content(page: &Page<'_>) -> Content {
    let snapshot = page.snapshot;
    let body = html! {
        section aria-labelledby="figures" {
            h2 #figures { "Figures" }
            div.cards { (cards(page)) }
        }
        (new_code(page))
        section aria-labelledby="trends" {
            h2 #trends { "Trends" }
            (trend::charts(&(page.trend)(), &page.repository.gate_events))
        }
        div.columns {
            (worst_functions(page))
            (languages(snapshot))
            (recent(snapshot))
            (left_out(page))
        }
    };
    Content::new(page.repository.name.clone(), body)
}

fn cards(page: &Page<'_>) -> Markup {
    let snapshot = page.snapshot;
    html! {
        (gate_card(page))
        (grade_card(snapshot))
        (complexity_card("Cyclomatic complexity", &snapshot.complexity.total.cyclomatic, snapshot))
        (complexity_card("Cognitive complexity", &snapshot.complexity.total.cognitive, snapshot))
        (size_card(page))
        (clones_card(page))
        (debt_card(snapshot))
        (dead_code_card(snapshot))
        (people_card(page))
    }
}

fn gate_card(page: &Page<'_>) -> Markup {
    let gate = &page.snapshot.gate;
    let beside = html! { p {
        @if let Measured::Value(gate) = gate { a href=(page.address(&Address::Findings)) { (found(gate)) } ", " }
        a href=(page.address(&Address::Gate)) { "rules in force" }
    } };
    let command = Command::at("pmat quality-gate", &page.snapshot.commit.id);
    figures::card("Quality gate", figures::answer(gate), &beside, &command)
}

/// `3 errors, 1 warning`.
fn found(gate: &GateReport) -> String {
    let of = |level| gate.findings.iter().filter(|finding| finding.level == level).count();
    let errors = figures::counted(of(Level::Error), "error", "errors");
    format!("{errors}, {}", figures::counted(of(Level::Warning), "warning", "warnings"))
}

fn grade_card(snapshot: &Snapshot) -> Markup {
    let command = Command::at("pmat tdg", &snapshot.commit.id);
    let beside = |card: &Card, files: usize| {
        html! {
            p { (card.score.to_string()) " of 100 points, " (figures::counted(files, "file", "files")) }
            ul.parts {
                @for part in &card.parts {
                    li {
                        span { (part.metric.name()) }
                        meter min="0" max=(part.most.value()) value=(part.points.value()) aria-label=(part.metric.name()) {}
                        span.number { (part.points.to_string()) " / " (part.most.to_string()) }
                    }
                }
            }
        }
    };
    let graded =
        of(&snapshot.tdg, |report| of(&report.total, |card| Measured::Value((card, report.graded_files))));
    match graded {
        Measured::Value((card, files)) => {
            figures::card("Grade", card.grade.name(), &beside(card, files), &command)
        }
        Measured::Missing(why) => figures::card("Grade", figures::missing(&why), &html! {}, &command),
    }
}

fn complexity_card(title: &str, figure: &Measured<Distribution>, snapshot: &Snapshot) -> Markup {
    let command = Command::at("pmat analyze complexity", &snapshot.commit.id);
    match figure {
        Measured::Value(spread) => {
            let beside = html! { p {
                "median of " (figures::counted(snapshot.complexity.total.functions, "function", "functions"))
                "; nine in ten at most " (spread.p90) "; worst " (spread.max)
            } };
            figures::card(title, spread.median, &beside, &command)
        }
        Measured::Missing(why) => figures::card(title, figures::missing(why), &html! {}, &command),
    }
}

fn size_card(page: &Page<'_>) -> Markup {
    let snapshot = page.snapshot;
    let command = Command::at("analyze", &snapshot.commit.id);
    let beside = html! { p {
        "source lines in " a href=(page.address(&Address::Files)) { (figures::counted(snapshot.facts.files.len(), "file", "files")) }
        @if let Some(language) = snapshot.overview.languages.first() { ", most of them " (language.language) }
        @if let Measured::Value(tests) = &snapshot.overview.complexity.tests {
            ", with " (figures::counted(*tests, "test", "tests"))
        }
    } };
    let lines =
        figures::measured(&snapshot.overview.total, |total| html! { (figures::count(total.lines.source)) });
    figures::card("Size", lines, &beside, &command)
}

fn clones_card(page: &Page<'_>) -> Markup {
    let command = Command::at("pmat analyze duplicates", &page.snapshot.commit.id);
    let clones = match &page.snapshot.clones {
        Measured::Value(clones) => clones,
        Measured::Missing(why) => {
            return figures::card("Duplication", figures::missing(why), &html! {}, &command);
        }
    };
    let share = clones.share();
    let figure = figures::measured(&share.percent(), |percent| html! { (figures::decimal(*percent)) " %" });
    let beside = html! { p {
        (figures::count(share.duplicated)) " lines in "
        a href=(page.address(&Address::Clones)) { (figures::counted(clones.classes.len(), "clone class", "clone classes")) }
    } };
    figures::card("Duplication", figure, &beside, &command)
}

fn debt_card(snapshot: &Snapshot) -> Markup {
    let figure = figures::measured(&snapshot.satd, |satd| html! { (figures::count(satd.total as u64)) });
    let beside = html! { @if let Some(satd) = snapshot.satd.value() { p {
        "in " (figures::counted(satd.files_with_items, "file", "files")) "; "
        (figures::measured(&satd.density, |density| html! { (figures::decimal(*density)) " for each 1,000 source lines" }))
    } } };
    let command = Command::at("pmat analyze satd", &snapshot.commit.id);
    figures::card("Self-admitted debt", figure, &beside, &command)
}

fn dead_code_card(snapshot: &Snapshot) -> Markup {
    let command = Command::at("pmat analyze dead-code", &snapshot.commit.id);
    let figure = figures::measured(&snapshot.dead_code, |report| {
        html! {
            (figures::count(report.items.len() as u64))
        }
    });
    let beside = html! { p { "definitions that nothing uses" } };
    figures::card("Dead code", figure, &beside, &command)
}

fn people_card(page: &Page<'_>) -> Markup {
    let command = Command::at("pmat analyze hotspots", &page.snapshot.commit.id);
    let figure = figures::measured(&page.snapshot.hotspots, |report| {
        figures::measured(&report.knowledge.truck_factor, |people| html! { (people) })
    });
    let beside = html! { p {
        "people can leave before more than half of the files have no author left: "
        a href=(page.address(&Address::People)) { "who they are" }
    } };
    figures::card("Truck factor", figure, &beside, &command)
}

/// The gate's verdict on all code, next to its verdict on new code.
fn new_code(page: &Page<'_>) -> Markup {
    let both = of(&page.snapshot.gate, |all| of(&page.snapshot.new_code, |new| Measured::Value((all, new))));
    html! {
        section aria-labelledby="new-code" {
            h2 #new-code { "New code" }
            @match both {
                Measured::Missing(why) => p { (figures::missing(&why)) },
                Measured::Value((all, new)) => (beside_all(page, all, new)),
            }
        }
    }
}

fn beside_all(page: &Page<'_>, all: &GateReport, new: &NewCode) -> Markup {
    let rules = all.rules.iter().zip(&new.gate.rules).filter(|(_, new)| new.status != Status::Off);
    let answer = |report: &RuleReport| html! { (figures::status(report.status)) " " (figures::count(report.findings as u64)) };
    let command = format!("pmat quality-gate --base {}", new.base);
    html! {
        p {
            "Since " code { (new.base.short()) } " (" (shown::text(&new.base_is)) "): "
            (figures::verdict(new.gate.verdict)) ", " (found(&new.gate)) ". All code: "
            (figures::verdict(all.verdict)) ", " (found(all)) "."
        }
        div.wide {
            table {
                caption { "Findings of each rule, on new code and on all code" }
                thead { tr { th scope="col" { "Rule" } th scope="col" { "New code" } th scope="col" { "All code" } } }
                tbody {
                    @for (all, new) in rules {
                        tr {
                            th scope="row" { a href=(rule_findings(page, all.id)) { (all.id) } }
                            td { (answer(new)) }
                            td { (answer(all)) }
                        }
                    }
                }
            }
        }
        (Command::at(&command, &page.snapshot.commit.id).details())
    }
}

fn rule_findings(page: &Page<'_>, rule: &str) -> String {
    page.address_with(&Address::Findings, &super::Query::default().with("rule", rule))
}

fn worst_functions(page: &Page<'_>) -> Markup {
    let functions = &page.snapshot.overview.worst_functions;
    html! {
        section aria-labelledby="worst" {
            h2 #worst { "Hardest functions" }
            div.wide {
                table {
                    caption { "By cognitive complexity" }
                    thead { tr {
                        th scope="col" { "Function" }
                        th.number scope="col" { "Cognitive" } th.number scope="col" { "Cyclomatic" } th.number scope="col" { "Lines" }
                    } }
                    tbody {
                        @for function in functions.iter().take(ROWS) {
                            tr {
                                th scope="row" {
                                    a href=(page.line(&function.path, function.line)) { (shown::text(&function.name)) }
                                    " " span.path { (shown::text(&function.path.to_string())) }
                                }
                                td.number { (function.cognitive) }
                                td.number { (function.cyclomatic) }
                                td.number { (function.lines.physical) }
                            }
                        }
                    }
                }
            }
            (Command::at("pmat analyze complexity", &page.snapshot.commit.id).details())
        }
    }
}

fn languages(snapshot: &Snapshot) -> Markup {
    html! {
        section aria-labelledby="languages" {
            h2 #languages { "Languages" }
            div.wide {
                table {
                    caption { "By source lines" }
                    thead { tr {
                        th scope="col" { "Language" } th.number scope="col" { "Files" }
                        th.number scope="col" { "Source lines" } th.number scope="col" { "Functions" }
                    } }
                    tbody {
                        @for share in snapshot.overview.languages.iter().take(ROWS) {
                            tr {
                                th scope="row" { (share.language) }
                                td.number { (figures::count(share.files as u64)) }
                                td.number { (figures::count(share.lines.source)) }
                                td.number { (figures::measured(&share.functions, |n| html! { (figures::count(*n as u64)) })) }
                            }
                        }
                    }
                }
            }
            (Command::at("analyze", &snapshot.commit.id).details())
        }
    }
}

fn recent(snapshot: &Snapshot) -> Markup {
    html! {
        section aria-labelledby="recent" {
            h2 #recent { "Newest commits" }
            (figures::measured(&snapshot.recent, |commits| html! {
                div.wide {
                    table {
                        caption { "Newest first" }
                        thead { tr {
                            th scope="col" { "Commit" } th scope="col" { "Day" } th scope="col" { "Author" }
                            th scope="col" { "Message" } th.number scope="col" { "Files" }
                        } }
                        tbody {
                            @for commit in commits.iter().take(ROWS) {
                                tr {
                                    td { code { (commit.id.short()) } }
                                    td { time datetime=(when::machine(commit.time)) { (when::day(commit.time)) } }
                                    td { (shown::text(&commit.author)) }
                                    td { (shown::text(&commit.summary)) }
                                    td.number { (figures::count(commit.files as u64)) }
                                }
                            }
                        }
                    }
                }
            }))
        }
    }
}

/// The code that no figure covers.
fn left_out(page: &Page<'_>) -> Markup {
    let coverage = &page.snapshot.overview.coverage;
    html! {
        section aria-labelledby="left-out" {
            h2 #left-out { "Not measured" }
            ul {
                @for language in &coverage.lines_only {
                    li { (language.language) ": functions of " (figures::counted(language.files, "file", "files")) ", which no grammar here reads" }
                }
                @for group in &coverage.left_out {
                    li { (figures::counted(group.count, "file or folder", "files or folders")) ": " (shown::text(&group.why)) }
                }
                @for file in coverage.partly_parsed.iter().take(ROWS) {
                    li {
                        a href=(page.line(&file.path, file.first_line)) { (shown::text(&file.path.to_string())) }
                        ": partly, batuta's grammar does not fit it in " (figures::counted(file.errors as usize, "place", "places"))
                    }
                }
                @if coverage.lines_only.is_empty() && coverage.left_out.is_empty() && coverage.partly_parsed.is_empty() {
                    li { "Nothing was left out." }
                }
            }
        }
    }
}
