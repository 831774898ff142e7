//! Evidence for the gate in addition to the tree: reports, the history, databases on this machine.

use crate::{HistoryAsked, MUTANTS, Project};
use facts::cache::{Cache, CacheDirs};
use facts::history::History;
use facts::source::confined::{self, Unread};
use facts::{MeasureOptions, Measured, RepoFacts, Sections};
use gates::EvidenceError;
use mutation::report::sealed::{self, SealedError};
use pmat::score::Advisories;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The environment variable with the folders outside of the repository (absolute, separated as in `PATH`) from which
/// reports that the repository's configuration names may be read.
const REPORT_FOLDERS: &str = "BATUTA_REPORTS";
/// Limit on the bytes of a report: reports on programs of ten million lines are smaller.
pub const LARGEST_REPORT: u64 = 256 << 20;

impl gates::Evidence for Project {
    fn memory(&self) -> Option<&Cache> {
        self.cache()
    }

    fn in_full(&self, sections: Sections) -> Option<Result<Arc<RepoFacts>, EvidenceError>> {
        let options = MeasureOptions { sections, ..MeasureOptions::default() };
        Some(self.measure(&options).map(Arc::new).map_err(EvidenceError::unreadable))
    }

    fn report(&self, path: &str) -> Result<Option<Vec<u8>>, EvidenceError> {
        let named = || PathBuf::from(path);
        match self.named_file(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Unread::Missing) => Ok(None),
            Err(source @ Unread::Outside) => {
                Err(EvidenceError::Outside { path: named(), source, folders: REPORT_FOLDERS })
            }
            Err(source) => Err(EvidenceError::Unread { path: named(), source }),
        }
    }

    fn history(&self, days: Option<u32>) -> Result<Arc<History>, EvidenceError> {
        Project::history(self, &HistoryAsked { days, ..HistoryAsked::default() }, None, None)
            .map(Arc::new)
            .map_err(EvidenceError::unreadable)
    }

    fn mutation_report(&self) -> Result<Vec<u8>, EvidenceError> {
        let dirs = CacheDirs::from_env();
        let found = dirs.find_folder(self.git.as_ref(), self.root(), MUTANTS);
        let folder = found.map_err(EvidenceError::unreadable)?.ok_or(EvidenceError::NotMutated)?;
        let secret = dirs.secret_of_tree(self.root()).map_err(EvidenceError::unreadable)?;
        sealed::read(&folder, &secret).map_err(|why| match why {
            SealedError::NotRun => EvidenceError::NotMutated,
            why => EvidenceError::unreadable(why),
        })
    }

    /// Uses the copy of RustSec's database that `cargo audit` or `cargo deny` downloaded; nothing is fetched.
    fn advisories(&self) -> Measured<Advisories> {
        let Some(folder) = advisory_database() else {
            return Measured::unsupported(
                "RustSec's advisory database is not on this machine (`cargo audit` fetches it)",
            );
        };
        let Ok(Some(lock)) = self.report("Cargo.lock") else {
            return Measured::unsupported("there is no Cargo.lock; only RustSec's advisories are known");
        };
        match Advisories::of(&folder, &String::from_utf8_lossy(&lock)) {
            Ok(found) => Measured::Value(found),
            Err(why) => Measured::failed(why),
        }
    }
}

impl Project {
    /// The bytes of a file that the configuration names, in the tree's folder or in one that the operator named.
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
