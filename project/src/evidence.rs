//! What the gate may look at besides the tree: reports, the history, databases on this machine.

use crate::{HistoryAsked, MUTANTS, Project};
use facts::cache::{Cache, CacheDirs};
use facts::history::History;
use facts::source::confined::{self, Unread};
use facts::{MeasureOptions, Measured, RepoFacts, Sections};
use pmat::score::Advisories;
use std::path::{Path, PathBuf};

/// The environment variable that names folders (separated as in `PATH`, absolute) outside of the repository from which a
/// report may be read that the repository's configuration names.
const REPORT_FOLDERS: &str = "BATUTA_REPORTS";
/// Bytes of a report that are read: those of programs of some ten million lines are smaller.
const LARGEST_REPORT: u64 = 256 << 20;

impl gates::Evidence for Project {
    fn memory(&self) -> Option<&Cache> {
        self.cache()
    }

    fn in_full(&self, sections: Sections) -> Option<Result<RepoFacts, String>> {
        let options = MeasureOptions { sections, ..MeasureOptions::default() };
        Some(self.measure(&options).map_err(|error| error.to_string()))
    }

    fn report(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match self.named_file(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Unread::Missing) => Ok(None),
            Err(why @ Unread::Outside) => Err(format!(
                "{path} cannot be read: {why}; the environment variable {REPORT_FOLDERS} names folders outside of it"
            )),
            Err(why) => Err(format!("{path} cannot be read: {why}")),
        }
    }

    fn history(&self, days: Option<u32>) -> Result<History, String> {
        Project::history(self, &HistoryAsked { days, ..HistoryAsked::default() }, None, None)
    }

    fn mutation_report(&self) -> Result<Vec<u8>, String> {
        let dirs = CacheDirs::from_env();
        let found = dirs.find_folder(self.git.as_ref(), self.root(), MUTANTS)?;
        let folder = found.ok_or("`pmat mutate` was not run on this tree")?;
        mutation::report::sealed::read(&folder, &dirs.secret_of_tree(self.root())?)
    }

    /// RustSec's database where `cargo audit` or `cargo deny` left a copy; nothing is fetched.
    fn advisories(&self) -> Measured<Advisories> {
        let Some(folder) = advisory_database() else {
            return Measured::missing(
                "RustSec's advisory database is not on this machine (`cargo audit` fetches it)",
            );
        };
        let Ok(Some(lock)) = self.report("Cargo.lock") else {
            return Measured::missing("there is no Cargo.lock; only RustSec's advisories are known");
        };
        match Advisories::of(&folder, &String::from_utf8_lossy(&lock)) {
            Ok(found) => Measured::Value(found),
            Err(why) => Measured::Missing(why),
        }
    }
}

impl Project {
    /// The bytes of a file that the configuration names: in the tree's folder, or in one that the operator named.
    #[expect(clippy::disallowed_methods, reason = "environment: BATUTA_REPORTS")]
    fn named_file(&self, named: &str) -> Result<Vec<u8>, Unread> {
        let named = Path::new(named);
        if let Some(inside) = confined::named_inside(self.root(), named) {
            return confined::read_inside(self.root(), &inside, LARGEST_REPORT);
        }
        let folders = std::env::var_os(REPORT_FOLDERS).unwrap_or_default();
        for folder in std::env::split_paths(&folders).filter(|folder| folder.is_absolute()) {
            if let Some(inside) = confined::named_inside(&folder, named).filter(|_| named.is_absolute()) {
                return confined::read_inside(&folder, &inside, LARGEST_REPORT);
            }
        }
        Err(Unread::Outside)
    }
}

/// The folder with RustSec's advisories: `advisory-db` or one of `advisory-dbs` in Cargo's home.
#[expect(clippy::disallowed_methods, reason = "environment: where Cargo keeps its files")]
fn advisory_database() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from).or(home)?;
    let mut of_deny: Vec<PathBuf> = std::fs::read_dir(cargo.join("advisory-dbs"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    of_deny.sort();
    let own = std::iter::once(cargo.join("advisory-db"));
    own.chain(of_deny).find(|folder| folder.join("crates").is_dir())
}
