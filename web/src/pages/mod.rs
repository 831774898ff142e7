//! The dashboard: pages as functions from a [`Snapshot`] to HTML.
//!
//! ```text
//! GET /                      portfolio(views)
//! GET /r/<slug>[/<rest>]     Address::parse(rest) ─▶ render(&Page, &address)
//! GET /assets/<name>         assets::named(name)
//! GET /events                `snapshot` for each commit that was measured; dashboard.js then fetches the page again
//! ```
//!
//! Every page works without scripts: links and forms do everything that scripts do. Scripts only replace the part of a
//! page that changes, redraw trends so that single points can be read, and reload a page when its repository has a new
//! commit. All repository text in a page goes through maud's escaping, and hidden characters are shown by their codes
//! ([`shown`]).

pub mod address;
pub mod assets;
mod clones;
mod command;
mod figures;
mod file;
mod files;
mod findings;
mod gate;
mod graph;
mod health;
mod layout;
mod map;
mod metric;
mod modules;
mod people;
mod portfolio;
mod shown;
mod side_by_side;
mod trend;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use portfolio::portfolio;

use crate::failure::Failure;
use crate::query::Query;
use crate::state::{RepositoryView, Snapshot, Trend};
use facts::Measured;
use facts::model::RepoPath;
use maud::{Markup, html};

/// The input of a page.
pub struct Page<'a> {
    /// The repository.
    pub repository: &'a RepositoryView,
    /// The snapshot that all figures of the page come from.
    pub snapshot: &'a Snapshot,
    /// The query after the question mark.
    pub query: &'a Query,
    /// Reads a file of the snapshot's commit. Only pages that show source call it.
    pub read: &'a dyn Fn(&RepoPath) -> Result<Vec<u8>, Failure>,
    /// Figures of past commits. Only pages that show them call it.
    pub trend: &'a dyn Fn() -> Measured<Trend>,
}

impl Page<'_> {
    /// The path of another page of the same repository.
    fn address(&self, page: &Address) -> String {
        page.of(&self.snapshot.slug)
    }

    /// The path of such a page with a query.
    fn address_with(&self, page: &Address, query: &Query) -> String {
        page.with(&self.snapshot.slug, query)
    }

    /// The address of a file.
    fn file(&self, path: &RepoPath) -> String {
        self.address(&Address::File(path.clone()))
    }

    /// The address of a line of a file.
    fn line(&self, path: &RepoPath, line: u32) -> String {
        address::line(&self.snapshot.slug, path, line)
    }
}

/// Renders the page at an address, or returns `None` if the snapshot has no such file or finding.
pub fn render(page: &Page<'_>, address: &Address) -> Option<Markup> {
    let content = match address {
        Address::Health => health::content(page),
        Address::Map => map::content(page),
        Address::Files => files::content(page),
        Address::File(path) => file::content(page, path)?,
        Address::Clones => clones::content(page),
        Address::Graph => graph::content(page),
        Address::People => people::content(page),
        Address::Findings => findings::content(page),
        Address::Finding(fingerprint) => findings::one(page, fingerprint)?,
        Address::Gate => gate::content(page),
    };
    Some(layout::repository_page(page, address, content))
}

/// The page of a repository without a snapshot: not measured yet, or the measurement failed.
pub fn not_measured(repository: &RepositoryView) -> Markup {
    layout::bare_page(
        &repository.name,
        Some(&repository.slug),
        html! { p { (repository.status.remark().unwrap_or_else(|| "not measured yet".to_owned())) } },
    )
}

/// An error page: a title, and advice on what to do.
pub fn problem(title: &str, what: &str) -> Markup {
    let content = html! {
        p { (shown::text(what)) }
        p { a href=(address::HOME) { "All repositories" } }
    };
    layout::bare_page(title, None, content)
}
