//! The dashboard: pages as functions from a [`Snapshot`] to HTML.
//!
//! ```text
//! GET /                      portfolio(views)
//! GET /r/<slug>[/<rest>]     Address::parse(rest) ─▶ render(&Page, &address)
//! GET /assets/<name>         assets::named(name)
//! GET /events                `snapshot` for each commit that was measured; dashboard.js then fetches the page again
//! ```
//!
//! Every page is whole: links and forms do all that scripts do. Scripts only swap the part of a page that changes, draw
//! trends so that they can be read off point by point, and fetch a page again when its repository has a new commit. Nothing
//! that comes from a repository reaches a page other than through maud's escaping, and hidden characters are shown by their
//! codes ([`shown`]).

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

/// What a page is made from.
pub struct Page<'a> {
    /// The repository.
    pub repository: &'a RepositoryView,
    /// Its snapshot: every figure of the page is of this one.
    pub snapshot: &'a Snapshot,
    /// What is after the question mark.
    pub query: &'a Query,
    /// The bytes of a file of the snapshot's commit. Asked only by pages that show source.
    pub read: &'a dyn Fn(&RepoPath) -> Result<Vec<u8>, Failure>,
    /// Figures of past commits. Asked only by pages that show them.
    pub trend: &'a dyn Fn() -> Measured<Trend>,
}

impl Page<'_> {
    /// The path of another page of the same repository.
    fn address(&self, page: &Address) -> String {
        page.of(&self.snapshot.slug)
    }

    /// The same with a query.
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

/// The page at an address; none when there is no such file or finding in the snapshot.
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

/// The page of a repository that was not measured yet or could not be.
pub fn not_measured(repository: &RepositoryView) -> Markup {
    layout::bare_page(
        &repository.name,
        Some(&repository.slug),
        html! { p { (repository.status.remark().unwrap_or_else(|| "not measured yet".to_owned())) } },
    )
}

/// The page for what cannot be shown: a title and what a person can do about it.
pub fn problem(title: &str, what: &str) -> Markup {
    let content = html! {
        p { (shown::text(what)) }
        p { a href=(address::HOME) { "All repositories" } }
    };
    layout::bare_page(title, None, content)
}
