//! The frame of all pages: head, navigation, and the commit that the figures belong to.

use super::address::{Address, HOME};
use super::{Page, assets, shown};
use crate::state::{Commit, RepositoryView};
use crate::when;
use maud::{DOCTYPE, Markup, html};

/// The pages of a repository, in the order of the navigation.
const PAGES: [(&str, Address); 8] = [
    ("Health", Address::Health),
    ("Map", Address::Map),
    ("Files", Address::Files),
    ("Findings", Address::Findings),
    ("Clones", Address::Clones),
    ("Graph", Address::Graph),
    ("People", Address::People),
    ("Gate", Address::Gate),
];

/// Title, heading and content of a page.
pub struct Content {
    /// The heading. With the repository's name it is also the title.
    pub heading: Markup,
    /// The heading as plain text.
    pub title: String,
    /// The content below the heading.
    pub body: Markup,
}

impl Content {
    /// A page whose heading is plain text.
    pub fn new(title: impl Into<String>, body: Markup) -> Content {
        let title = title.into();
        Content { heading: shown::text(&title), title, body }
    }
}

/// A page of a repository.
pub fn repository_page(page: &Page<'_>, address: &Address, content: Content) -> Markup {
    let slug = &page.repository.slug;
    let current = |own: &Address| match (own, address) {
        (own, address) if own == address => Some("page"),
        (Address::Files, Address::File(_)) | (Address::Findings, Address::Finding(_)) => Some("true"),
        _ => None,
    };
    let navigation = html! {
        nav aria-label="Pages of this repository" {
            ul.tabs {
                @for (name, own) in &PAGES {
                    li { a href=(own.of(slug)) aria-current=[current(own)] { (name) } }
                }
            }
        }
    };
    let body = html! {
        (commit_line(page.repository, &page.snapshot.commit))
        h1 { (content.heading) }
        (content.body)
    };
    let name = shown::plain(&page.repository.name);
    let title = format!("{} · {name}", shown::plain(&content.title));
    document(&title, Some((slug, &name)), navigation, body)
}

/// A page without figures.
pub fn bare_page(title: &str, slug: Option<&str>, body: Markup) -> Markup {
    let name = shown::plain(title);
    let body = html! { h1 { (shown::text(title)) } (body) };
    document(&name, slug.map(|slug| (slug, name.as_str())), html! {}, body)
}

/// The portfolio page. It reloads when any repository changes.
pub fn portfolio_page(title: &str, body: Markup) -> Markup {
    document(title, Some(("*", "")), html! {}, html! { h1 { (title) } (body) })
}

fn document(title: &str, repository: Option<(&str, &str)>, navigation: Markup, body: Markup) -> Markup {
    let live = repository.map(|(slug, _)| slug);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { (title) " · batuta" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                // The style sheet already has these rules, so htmx need not add its own.
                meta name="htmx-config" content="includeIndicatorCSS:false";
                link rel="icon" href="data:,";
                @for name in ["uPlot.min.css", "dashboard.css"] {
                    @if let Some(asset) = assets::named(name) { link rel="stylesheet" href=(asset.address()); }
                }
                @for name in ["htmx.min.js", "uPlot.iife.min.js", "dashboard.js"] {
                    @if let Some(asset) = assets::named(name) { script src=(asset.address()) defer {} }
                }
            }
            body data-live=[live] {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    nav aria-label="Repositories" {
                        a.brand href=(HOME) { "batuta" }
                        @if let Some((slug, name)) = repository.filter(|(_, name)| !name.is_empty()) {
                            span aria-hidden="true" { "/" }
                            a href=(Address::Health.of(slug)) { (name) }
                        }
                    }
                    (navigation)
                }
                p #news .visually-hidden role="status" {}
                main #main tabindex="-1" { (body) }
                footer {
                    p { "Every figure is of one commit and comes from this machine alone. Times are in UTC." }
                }
            }
        }
    }
}

/// The commit that all figures of the page belong to, and whether there is a newer one.
fn commit_line(repository: &RepositoryView, commit: &Commit) -> Markup {
    html! {
        p.commit {
            @if let Some(branch) = &commit.branch { span.branch { (shown::text(branch)) } " " }
            @else { span.branch { "detached HEAD" } " " }
            code.commit-id title=(commit.id) { (commit.id.short()) }
            " " time datetime=(when::machine(commit.time)) { (when::minute(commit.time)) }
            " " span.summary { (shown::text(&commit.summary)) }
            @if commit.shallow { " " span.remark { "shallow clone: only a part of the past is known" } }
        }
        @if let Some(remark) = repository.status.remark() {
            p.remark role="note" { (shown::text(&remark)) }
        }
    }
}
