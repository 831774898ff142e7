//! Badges: one figure as a small picture for a README.

use crate::api::duplicated_percent;
use crate::state::Snapshot;
use facts::Measured;
use gates::Verdict;
use maud::html;

const GREEN: &str = "#1a7f37";
const YELLOW: &str = "#9a6700";
const RED: &str = "#b3261e";
const GREY: &str = "#5f6670";

/// A metric that has a badge.
pub struct Badge {
    /// Its name in addresses.
    pub name: &'static str,
    label: &'static str,
    /// Text and colour; none if it is not measured.
    value: fn(&Snapshot) -> Option<(String, &'static str)>,
}

/// All metrics that have a badge.
pub static BADGES: [Badge; 8] = [
    Badge { name: "gate", label: "gate", value: gate },
    Badge { name: "new-code", label: "new code", value: new_code },
    Badge { name: "tdg", label: "tdg", value: tdg },
    Badge { name: "debt", label: "self-admitted debt", value: debt },
    Badge { name: "duplication", label: "duplication", value: duplication },
    Badge { name: "dead-code", label: "dead code", value: dead_code },
    Badge { name: "cycles", label: "import cycles", value: cycles },
    Badge { name: "truck-factor", label: "truck factor", value: truck_factor },
];

/// The picture of a badge; `unknown` if there is no snapshot or the figure is not measured.
pub fn picture(badge: &Badge, snapshot: Option<&Snapshot>) -> String {
    let (text, colour) = snapshot.and_then(badge.value).unwrap_or_else(|| ("unknown".to_owned(), GREY));
    draw(badge.label, &text, colour)
}

fn of_verdict(verdict: Verdict) -> Option<(String, &'static str)> {
    match verdict {
        Verdict::Pass => Some(("passed".to_owned(), GREEN)),
        Verdict::Fail => Some(("failed".to_owned(), RED)),
        Verdict::NotMeasured => None,
    }
}

fn gate(snapshot: &Snapshot) -> Option<(String, &'static str)> {
    of_verdict(snapshot.verdict()?)
}

fn new_code(snapshot: &Snapshot) -> Option<(String, &'static str)> {
    of_verdict(snapshot.new_code.value()?.gate.verdict)
}

fn tdg(snapshot: &Snapshot) -> Option<(String, &'static str)> {
    let card = snapshot.tdg.value()?.total.value()?;
    let grade = card.grade.to_string();
    let colour = match grade.as_bytes().first() {
        Some(b'A' | b'B') => GREEN,
        Some(b'C') => YELLOW,
        _ => RED,
    };
    Some((format!("{grade} ({:.1})", card.score.value()), colour))
}

fn debt(snapshot: &Snapshot) -> Option<(String, &'static str)> {
    let total = snapshot.overview.debt.value()?.total;
    Some((total.to_string(), if total == 0 { GREEN } else { YELLOW }))
}

fn duplication(snapshot: &Snapshot) -> Option<(String, &'static str)> {
    let percent = *duplicated_percent(snapshot).value()?;
    let colour = if percent <= 5.0 {
        GREEN
    } else if percent <= 10.0 {
        YELLOW
    } else {
        RED
    };
    Some((format!("{percent:.1} %"), colour))
}

fn dead_code(snapshot: &Snapshot) -> Option<(String, &'static str)> {
    let percent = *snapshot.dead_code.value()?.dead_percent.value()?;
    Some((format!("{percent:.1} %"), if percent < 1.0 { GREEN } else { YELLOW }))
}

fn cycles(snapshot: &Snapshot) -> Option<(String, &'static str)> {
    let cycles = snapshot.graph.value()?.import_cycles.len();
    Some((cycles.to_string(), if cycles == 0 { GREEN } else { RED }))
}

fn truck_factor(snapshot: &Snapshot) -> Option<(String, &'static str)> {
    match &snapshot.hotspots.value()?.knowledge.truck_factor {
        Measured::Value(people) => Some((people.to_string(), if *people > 2 { GREEN } else { YELLOW })),
        Measured::Missing(_) => None,
    }
}

/// Width in pixels of a text in 11 px Verdana or its substitute: an upper estimate, for digits and letters.
fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, 'i' | 'l' | '.' | ' ' | '(' | ')') { 5 } else { 8 }).sum::<usize>()
        + 10
}

fn draw(label: &str, text: &str, colour: &str) -> String {
    let (left, right) = (width(label), width(text));
    let (all, name) = (left + right, format!("{label}: {text}"));
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(all) height="20" role="img" aria-label=(name) {
            title { (name) }
            rect width=(left) height="20" fill="#3b4048" {}
            rect x=(left) width=(right) height="20" fill=(colour) {}
            g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" {
                text x=(left / 2) y="14" { (label) }
                text x=(left + right / 2) y="14" { (text) }
            }
        }
    };
    picture.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_measured_is_unknown() {
        for badge in &BADGES {
            let picture = picture(badge, None);
            assert!(picture.starts_with("<svg ") && picture.contains(">unknown<"), "{picture}");
            assert!(picture.contains(badge.label));
        }
    }

    #[test]
    fn texts_are_escaped() {
        assert!(draw("a<b", "\"&", GREY).contains("a&lt;b"));
        assert!(!draw("a<b", "x", GREY).contains("a<b"));
    }
}
