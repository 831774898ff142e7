//! Figures on pages: numbers, grades, verdicts and cards, and the reason when a figure is missing.

use super::command::Command;
use super::shown;
use facts::Measured;
use gates::{GateReport, Level, Status, Verdict};
use maud::{Markup, Render, html};

/// A card: title, one figure, details, and the command that gives the figure.
pub fn card(title: &str, figure: impl Render, beside: &Markup, command: &Command) -> Markup {
    html! {
        section.card {
            h3 { (title) }
            p.figure { (figure) }
            (beside)
            (command.details())
        }
    }
}

/// A figure, or the reason why it is missing.
pub fn measured<T>(figure: &Measured<T>, shown: impl FnOnce(&T) -> Markup) -> Markup {
    match figure {
        Measured::Value(value) => shown(value),
        Measured::Missing(why) => missing(why),
    }
}

/// The reason why a figure is missing.
pub fn missing(why: &(impl AsRef<str> + ?Sized)) -> Markup {
    html! { span.missing { "not measured: " (shown::text(why.as_ref())) } }
}

/// A number with spaces between groups of three digits.
pub fn count(number: impl TryInto<u64>) -> String {
    let number: u64 = number.try_into().unwrap_or(u64::MAX);
    let digits = number.to_string();
    let groups: Vec<&str> = {
        let first = (digits.len() + 2) % 3 + 1;
        let (head, rest) = digits.split_at(first);
        std::iter::once(head)
            .chain((0..rest.len() / 3).map(|group| &rest[group * 3..group * 3 + 3]))
            .collect()
    };
    groups.join("\u{202F}")
}

/// A count with its noun.
pub fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{} {}", count(number as u64), if number == 1 { one } else { several })
}

/// A number with one decimal.
pub fn decimal(number: f64) -> String {
    format!("{number:.1}")
}

/// A share from 0 to 1, in percent.
pub fn percent(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

/// The gate's verdict as a badge.
pub fn verdict(verdict: Verdict) -> Markup {
    let (class, word) = match verdict {
        Verdict::Pass => ("badge good", "passed"),
        Verdict::Fail => ("badge bad", "failed"),
        Verdict::NotMeasured => ("badge warn", "not measured"),
    };
    html! { span class=(class) { (word) } }
}

/// The gate's verdict as a badge, or the reason why there is none.
pub fn answer(gate: &Measured<GateReport>) -> Markup {
    measured(gate, |gate| verdict(gate.verdict))
}

/// A rule's result as a badge.
pub fn status(status: Status) -> Markup {
    let class = match status {
        Status::Passed => "badge good",
        Status::Warned | Status::NotMeasured => "badge warn",
        Status::Failed => "badge bad",
        Status::Off => "badge",
    };
    html! { span class=(class) { (status.as_str()) } }
}

/// A level as a badge.
pub fn level(level: Level) -> Markup {
    let class = match level {
        Level::Error => "badge bad",
        Level::Warning => "badge warn",
    };
    html! { span class=(class) { (level.as_str()) } }
}

/// Links to the pages of a long list. `link` gives the address of a page; pages count from 1.
pub fn pager(what: &str, page: usize, pages: usize, link: impl Fn(usize) -> String) -> Markup {
    html! {
        @if pages > 1 {
            nav.pager aria-label=(format!("Pages of {what}")) {
                @if page > 1 { a rel="prev" href=(link(page - 1)) hx-boost=(PART) { "← previous" } }
                span { "page " (page) " of " (pages) }
                @if page < pages { a rel="next" href=(link(page + 1)) hx-boost=(PART) { "next →" } }
            }
        }
    }
}

/// The htmx attributes for a link that replaces only the element with this id.
pub const PART: &str = "target:#part select:#part swap:outerHTML";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        let groups = [0_u64, 7, 999, 1_000, 12_345, 1_234_567].map(count);
        assert_eq!(groups, ["0", "7", "999", "1\u{202F}000", "12\u{202F}345", "1\u{202F}234\u{202F}567"]);
    }

    #[test]
    fn there_are_links_to_the_pages_that_there_are() {
        let first = pager("files", 1, 3, |page| format!("?page={page}")).into_string();
        assert!(first.contains("?page=2") && !first.contains("previous"), "{first}");
        let last = pager("files", 3, 3, |page| format!("?page={page}")).into_string();
        assert!(last.contains("?page=2") && !last.contains("next"), "{last}");
        assert_eq!(pager("files", 1, 1, |_| String::new()).into_string(), "");
    }
}
