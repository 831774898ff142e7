//! Addresses of pages: parses a path into a page, and builds the path of a page.
//!
//! File names are bytes, so every name is [percent-encoded](crate::percent).

use crate::percent::{decoded, encoded, encoded_path};
use crate::query::Query;
use facts::model::RepoPath;

/// A page about a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Figures, trends, what is new.
    Health,
    /// The treemap.
    Map,
    /// The list of files.
    Files,
    /// The source of a file with its figures.
    File(RepoPath),
    /// Duplicated code.
    Clones,
    /// The graph of uses.
    Graph,
    /// Who knows which code.
    People,
    /// The gate's findings.
    Findings,
    /// One finding, by its fingerprint.
    Finding(String),
    /// The rules in force.
    Gate,
}

/// The path of the portfolio page.
pub const HOME: &str = "/";
/// The common prefix of all repository pages.
pub const REPOSITORIES: &str = "/r/";

impl Address {
    /// Parses the part of a path after `/r/<slug>`, still percent-encoded.
    pub fn parse(rest: &str) -> Option<Address> {
        let rest = rest.trim_start_matches('/');
        let (page, of) = rest.split_once('/').unwrap_or((rest, ""));
        let page = match (page, of) {
            ("", "") => Address::Health,
            ("map", "") => Address::Map,
            ("files", "") => Address::Files,
            ("file", path) if !path.is_empty() => Address::File(RepoPath::new(decoded(path)?)),
            ("clones", "") => Address::Clones,
            ("graph", "") => Address::Graph,
            ("people", "") => Address::People,
            ("findings", "") => Address::Findings,
            ("findings", print) => Address::Finding(String::from_utf8(decoded(print)?).ok()?),
            ("gate", "") => Address::Gate,
            _ => return None,
        };
        Some(page)
    }

    /// The path of the page of a repository.
    pub fn of(&self, slug: &str) -> String {
        let repository = format!("{REPOSITORIES}{}", encoded(slug.as_bytes()));
        match self {
            Address::Health => repository,
            Address::Map => format!("{repository}/map"),
            Address::Files => format!("{repository}/files"),
            Address::File(path) => format!("{repository}/file/{}", encoded_path(path.as_bytes())),
            Address::Clones => format!("{repository}/clones"),
            Address::Graph => format!("{repository}/graph"),
            Address::People => format!("{repository}/people"),
            Address::Findings => format!("{repository}/findings"),
            Address::Finding(print) => format!("{repository}/findings/{}", encoded(print.as_bytes())),
            Address::Gate => format!("{repository}/gate"),
        }
    }

    /// One address of each kind, with this file and finding.
    pub fn every(file: &RepoPath, finding: &str) -> Vec<Address> {
        // Each kind names the next one, so the compiler notices a forgotten kind.
        let next = |page: &Address| match page {
            Address::Health => Some(Address::Map),
            Address::Map => Some(Address::Files),
            Address::Files => Some(Address::File(file.clone())),
            Address::File(_) => Some(Address::Clones),
            Address::Clones => Some(Address::Graph),
            Address::Graph => Some(Address::People),
            Address::People => Some(Address::Findings),
            Address::Findings => Some(Address::Finding(finding.to_owned())),
            Address::Finding(_) => Some(Address::Gate),
            Address::Gate => None,
        };
        std::iter::successors(Some(Address::Health), next).collect()
    }

    /// The path with a query.
    pub fn with(&self, slug: &str, query: &Query) -> String {
        match query.written() {
            written if written.is_empty() => self.of(slug),
            written => format!("{}?{written}", self.of(slug)),
        }
    }
}

/// The address of a line of a file.
pub fn line(slug: &str, path: &RepoPath, line: u32) -> String {
    let first = super::file::first_shown(line);
    let query = if first > 1 { format!("?from={first}") } else { String::new() };
    format!("{}{query}#L{line}", Address::File(path.clone()).of(slug))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_page_has_its_address() {
        let pages = [
            (Address::Health, "/r/shop"),
            (Address::Map, "/r/shop/map"),
            (Address::Files, "/r/shop/files"),
            (Address::File("src/a b.rs".into()), "/r/shop/file/src/a%20b.rs"),
            (Address::Clones, "/r/shop/clones"),
            (Address::Graph, "/r/shop/graph"),
            (Address::People, "/r/shop/people"),
            (Address::Findings, "/r/shop/findings"),
            (Address::Finding("0f".to_owned()), "/r/shop/findings/0f"),
            (Address::Gate, "/r/shop/gate"),
        ];
        for (page, address) in pages {
            assert_eq!(page.of("shop"), address);
            assert_eq!(Address::parse(&address["/r/shop".len()..]), Some(page));
        }
    }

    #[test]
    fn what_is_no_page_has_no_address() {
        for wrong in ["/nothing", "/map/more", "/file", "/file/", "/file/a%2", "/file/a%zz", "/findings/%FF"]
        {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back_as_it_was(bytes in prop::collection::vec(any::<u8>(), 1..40)) {
            let page = Address::File(RepoPath::new(bytes));
            let address = page.of("r");
            prop_assert!(address.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{address}");
            prop_assert_eq!(Address::parse(&address["/r/r".len()..]), Some(page));
        }
    }
}
