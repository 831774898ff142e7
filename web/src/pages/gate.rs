//! The rules in force: level, options, result, and the purpose of each.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::{Page, Query, figures, shown};
use gates::{CONFIG_FILE, RuleReport};
use maud::{Markup, html};
use serde_json::{Map, Value};

/// Everything below the heading.
pub fn content(page: &Page<'_>) -> Content {
    let snapshot = page.snapshot;
    let config = snapshot.config.to_json();
    let body = html! {
        p.lead {
            (figures::answer(&snapshot.gate)) " "
            @if snapshot.has_own_config { "The configuration is the " code { (CONFIG_FILE) } " of this commit." }
            @else { "The commit has no " code { (CONFIG_FILE) } ": the defaults apply." }
            " Findings of level " (figures::level(snapshot.config.fail_on)) " and above fail the gate."
        }
        div.wide {
            table {
                caption { "Rules in force" }
                thead { tr {
                    @for title in ["Rule", "Level", "Answer"] { th scope="col" { (title) } }
                    @for title in ["Findings", "Allowed", "Checked"] { th.number scope="col" { (title) } }
                    th scope="col" { "Options" }
                } }
                tbody {
                    @for rule in snapshot.gate.value().map_or(&[][..], |gate| &gate.rules) {
                        (row(page, rule, &config["rules"][rule.id]))
                    }
                }
            }
        }
        h2 { "Everything else" }
        (settings(&config, &["rules"]))
        (not_measured(page))
        (Command::at("pmat quality-gate", &snapshot.commit.id).details())
    };
    Content::new("Gate", body)
}

fn row(page: &Page<'_>, report: &RuleReport, settings: &Value) -> Markup {
    let findings = page.address_with(&Address::Findings, &Query::default().with("rule", report.id));
    let rule = gates::rules::all().find(|rule| rule.id == report.id);
    html! {
        tr {
            th scope="row" {
                details {
                    summary { (report.id) }
                    p { (report.title) "." }
                    @if let Some(rule) = rule { p { (rule.docs.why) } }
                }
            }
            td { @match report.level { Some(level) => (figures::level(level)), None => span.badge { "off" } } }
            td { (figures::status(report.status)) @if let Some(why) = &report.why { p.help { (shown::text(why)) } } }
            td.number { @if report.findings > 0 { a href=(findings) { (figures::count(report.findings as u64)) } } @else { "0" } }
            td.number { (figures::count(report.suppressed as u64)) }
            td.number { (figures::count(report.checked as u64)) " " span.unit { (report.unit) } }
            td { (options(settings)) }
        }
    }
}

/// The options of a rule, without its level.
fn options(settings: &Value) -> Markup {
    let empty = Map::new();
    let options = settings.as_object().unwrap_or(&empty).iter().filter(|(key, value)| {
        *key != "level" && value.as_array().is_none_or(|list| !list.is_empty()) && value.as_str() != Some("")
    });
    html! {
        ul.options { @for (key, value) in options { li { code { (key) " = " (shown::plain(&value.to_string())) } } } }
    }
}

/// The sections of the configuration, without some of them.
fn settings(config: &Value, without: &[&str]) -> Markup {
    let empty = Map::new();
    let sections =
        config.as_object().unwrap_or(&empty).iter().filter(|(name, _)| !without.contains(&name.as_str()));
    html! {
        dl.facts {
            @for (name, section) in sections {
                @for (key, value) in section.as_object().unwrap_or(&empty) {
                    div { dt { code { (name) "." (key) } } dd { code { (shown::plain(&value.to_string())) } } }
                }
            }
        }
    }
}

fn not_measured(page: &Page<'_>) -> Markup {
    let files = page.snapshot.gate.value().map_or(&[][..], |gate| &gate.not_measured);
    html! {
        @if !files.is_empty() {
            h2 { "Not measured" }
            ul {
                @for file in files.iter().take(100) { li { (shown::text(&file.path.to_string())) ": " (shown::text(&file.why)) } }
                @if files.len() > 100 { li { (figures::count((files.len() - 100) as u64)) " more" } }
            }
        }
    }
}
