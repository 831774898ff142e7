//! What the gate may look at besides the tree: reports, the history, databases on this machine.

use crate::{HistoryAsked, MUTANTS, Project};
use facts::cache::{Cache, CacheDirs};
use facts::history::History;
use facts::{MeasureOptions, Measured, RepoFacts, Sections};
use pmat::score::Advisories;
use std::path::PathBuf;

impl gates::Evidence for Project {
    fn memory(&self) -> Option<&Cache> {
        self.cache()
    }

    fn in_full(&self, sections: Sections) -> Option<Result<RepoFacts, String>> {
        let options = MeasureOptions { sections, ..MeasureOptions::default() };
        Some(self.measure(&options).map_err(|error| error.to_string()))
    }

    fn report(&self, path: &str) -> Result<Vec<u8>, String> {
        let file = self.root().join(path);
        std::fs::read(&file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
    }

    fn history(&self, days: Option<u32>) -> Result<History, String> {
        Project::history(self, &HistoryAsked { days, ..HistoryAsked::default() }, None, None)
    }

    fn mutation_report(&self) -> Result<Vec<u8>, String> {
        let dirs = CacheDirs::from_env();
        let found = dirs.find_folder(self.git.as_ref(), self.root(), MUTANTS)?;
        let folder = found.ok_or("`pmat mutate` was not run on this tree")?;
        mutation::report::sealed::read(&folder, &dirs.secret()?)
    }

    /// RustSec's database where `cargo audit` or `cargo deny` left a copy; nothing is fetched.
    fn advisories(&self) -> Measured<Advisories> {
        let Some(folder) = advisory_database() else {
            return Measured::missing(
                "RustSec's advisory database is not on this machine (`cargo audit` fetches it)",
            );
        };
        let Ok(lock) = self.report("Cargo.lock") else {
            return Measured::missing("there is no Cargo.lock; only RustSec's advisories are known");
        };
        match Advisories::of(&folder, &String::from_utf8_lossy(&lock)) {
            Ok(found) => Measured::Value(found),
            Err(why) => Measured::Missing(why),
        }
    }
}

/// The folder with RustSec's advisories: `advisory-db` or one of `advisory-dbs` in Cargo's home.
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
