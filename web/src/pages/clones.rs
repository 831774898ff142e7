//! Duplicated code: the clone classes, and two members of a class side by side.

use super::address::Address;
use super::command::Command;
use super::layout::Content;
use super::side_by_side::{self, Row};
use super::{Page, Query, figures, file, shown};
use ::clones::{CloneClass, CloneKind, CloneMember, Clones};
use facts::Measured;
use facts::model::RepoPath;
use maud::{Markup, html};

/// Classes per page.
const ROWS: usize = 50;
/// Members listed per class.
const MEMBERS: usize = 8;
/// Shown bytes per line.
const LINE_BYTES: usize = 400;

/// Everything below the heading.
pub fn content(page: &Page<'_>) -> Content {
    let body = match &page.snapshot.clones {
        Measured::Missing(why) => html! { p { (figures::missing(why)) } },
        Measured::Value(clones) => {
            let chosen =
                page.query.number("class").and_then(|class| Some((class, clones.classes.get(class)?)));
            match chosen {
                Some((nth, class)) => beside(page, nth, class),
                None => list(page, clones),
            }
        }
    };
    Content::new(
        "Clones",
        html! {
            (body)
            (Command::at("pmat analyze duplicates", &page.snapshot.commit.id).details())
        },
    )
}

fn kind(kind: CloneKind) -> &'static str {
    match kind {
        CloneKind::Exact => "exact",
        CloneKind::Renamed => "renamed",
        CloneKind::Gapped => "gapped",
    }
}

fn query(class: usize) -> Query {
    Query::default().with("class", class.to_string())
}

fn list(page: &Page<'_>, clones: &Clones) -> Markup {
    let words = page.query.text("path").unwrap_or_default().to_lowercase();
    let holds = |member: &CloneMember| path(page, member).to_string().to_lowercase().contains(&words);
    let wanted = |class: &CloneClass| words.is_empty() || class.members.iter().any(holds);
    let classes: Vec<(usize, &CloneClass)> =
        clones.classes.iter().enumerate().filter(|(_, class)| wanted(class)).collect();
    let pages = classes.len().div_ceil(ROWS).max(1);
    let at = page.query.number("page").unwrap_or(1).clamp(1, pages);
    let link = |to: usize| page.address_with(&Address::Clones, &page.query.with("page", to.to_string()));
    html! {
        form.filters method="get" action=(page.address(&Address::Clones)) role="search" hx-boost=(figures::PART) {
            label for="path" { "Path contains" }
            input #path type="search" name="path" value=(page.query.text("path").unwrap_or_default());
            button type="submit" { "Filter" }
        }
        div #part {
            @if classes.is_empty() {
                p { "No duplicated code" @if !clones.classes.is_empty() { " like that" } "." }
            } @else {
                div.wide {
                    table.clones {
                        caption { (figures::counted(classes.len(), "clone class", "clone classes")) ", largest first" }
                        thead { tr {
                            th scope="col" { "Class" } th scope="col" { "Kind" } th.number scope="col" { "Tokens" }
                            th.number scope="col" { "Likeness" } th scope="col" { "Places" }
                        } }
                        tbody { @for (nth, class) in classes.iter().skip((at - 1) * ROWS).take(ROWS) { (row(page, *nth, class)) } }
                    }
                }
            }
            (figures::pager("clones", at, pages, link))
        }
    }
}

fn row(page: &Page<'_>, nth: usize, class: &CloneClass) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(page.address_with(&Address::Clones, &query(nth))) { "side by side" span.visually-hidden { ", class " (nth + 1) } } }
            td { (kind(class.kind)) }
            td.number { (figures::count(class.tokens)) }
            td.number { (figures::percent(class.similarity)) }
            td {
                ul.plain {
                    @for member in class.members.iter().take(MEMBERS) { li { (place(page, member)) } }
                    @if class.members.len() > MEMBERS { li { (class.members.len() - MEMBERS) " more" } }
                }
            }
        }
    }
}

fn path<'a>(page: &'a Page<'_>, member: &CloneMember) -> &'a RepoPath {
    page.snapshot.facts.files[member.file as usize].path()
}

fn place(page: &Page<'_>, member: &CloneMember) -> Markup {
    let path = path(page, member);
    html! {
        a href=(page.line(path, member.lines.first)) {
            (shown::text(&path.to_string())) ":" (member.lines.first) "–" (member.lines.last)
        }
    }
}

/// Two members of a class, side by side.
fn beside(page: &Page<'_>, nth: usize, class: &CloneClass) -> Markup {
    let last = class.members.len() - 1;
    let a = page.query.number("a").unwrap_or(0).min(last);
    let b = page.query.number("b").unwrap_or(1).min(last);
    let (left, right) = (&class.members[a], &class.members[b]);
    html! {
        p { a href=(page.address(&Address::Clones)) { "← all clone classes" } }
        h2 { "Class " (nth + 1) ": " (kind(class.kind)) ", " (figures::count(class.tokens)) " tokens, "
            (figures::counted(class.members.len(), "place", "places")) }
        @if class.members.len() > 2 { (choice(page, nth, class, (a, b))) }
        div #part { (texts(page, left, right)) }
    }
}

/// The form that selects the two members.
fn choice(page: &Page<'_>, nth: usize, class: &CloneClass, chosen: (usize, usize)) -> Markup {
    html! {
        form.filters method="get" action=(page.address(&Address::Clones)) hx-boost=(figures::PART) {
            input type="hidden" name="class" value=(nth);
            @for (name, title, chosen) in [("a", "Left", chosen.0), ("b", "Right", chosen.1)] {
                label for=(name) { (title) }
                select id=(name) name=(name) {
                    @for (number, member) in class.members.iter().enumerate() {
                        option value=(number) selected[number == chosen] {
                            (shown::plain(&path(page, member).to_string())) ":" (member.lines.first)
                        }
                    }
                }
            }
            button type="submit" { "Show" }
        }
    }
}

fn texts(page: &Page<'_>, left: &CloneMember, right: &CloneMember) -> Markup {
    let read = |member: &CloneMember| (page.read)(path(page, member));
    let (left_bytes, right_bytes) = match (read(left), read(right)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(why), _) | (_, Err(why)) => return html! { p { (figures::missing(&why.to_string())) } },
    };
    let (left_lines, right_lines) = (lines(&left_bytes, left), lines(&right_bytes, right));
    let cell = |member: &CloneMember, lines: &[&[u8]], at: Option<usize>| {
        let line = at.map(|at| (member.lines.first as usize + at, lines[at]));
        html! {
            th scope="row" { @if let Some((number, _)) = line {
                a href=(page.line(path(page, member), number as u32)) { (number) }
            } }
            td { @if let Some((_, text)) = line { code { (shown::bytes(&text[..text.len().min(LINE_BYTES)])) } } }
        }
    };
    html! {
        div.wide {
            table.source.beside {
                caption { "Lines that differ are marked" }
                thead { tr {
                    th scope="col" colspan="2" { (place(page, left)) }
                    th scope="col" colspan="2" { (place(page, right)) }
                } }
                tbody {
                    @for row in side_by_side::rows(&left_lines, &right_lines) {
                        @let (a, b, differs) = sides(row);
                        tr class=[differs.then_some("differs")] {
                            (cell(left, &left_lines, a))
                            (cell(right, &right_lines, b))
                        }
                    }
                }
            }
        }
        @if left_lines.len().max(right_lines.len()) > side_by_side::MOST {
            p { "Only the first " (side_by_side::MOST) " lines are shown." }
        }
    }
}

fn sides(row: Row) -> (Option<usize>, Option<usize>, bool) {
    match row {
        Row::Same(a, b) => (Some(a), Some(b), false),
        Row::Changed(a, b) => (Some(a), Some(b), true),
        Row::Left(a) => (Some(a), None, true),
        Row::Right(b) => (None, Some(b), true),
    }
}

/// The lines of a class member.
fn lines<'b>(bytes: &'b [u8], member: &CloneMember) -> Vec<&'b [u8]> {
    let all = file::lines_of(bytes).into_iter();
    let count = (member.lines.last + 1).saturating_sub(member.lines.first);
    all.skip(member.lines.first.saturating_sub(1) as usize).take(count as usize).collect()
}
