//! The journal of a run: what was found out, one line of JSON each, written as it is found out. A run that is killed goes
//! on where it was; a run of the same mutants on the same bytes with the same commands knows the answers.

use crate::baseline::Baseline;
use crate::failure::MutationError;
use crate::outcome::Outcome;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const JOURNAL: &str = "journal.jsonl";
const LOCK: &str = "lock";

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// The first: what the rest holds for.
    Run { key: String },
    /// A copied tree, so that the next run can remove what a killed one left.
    Tree { folder: PathBuf },
    /// What the unchanged code of a unit did.
    Baseline(Baseline),
    /// What became of a mutant.
    Mutant { id: String, outcome: Outcome },
}

/// What an earlier run with the same key found out.
#[derive(Debug, Default)]
pub struct Known {
    /// The unchanged code, by the unit's name.
    pub baselines: FxHashMap<String, Baseline>,
    /// Outcomes by the mutant's id.
    pub outcomes: FxHashMap<String, Outcome>,
}

/// The journal of the run that holds the folder.
pub struct Journal {
    file: Mutex<File>,
    path: PathBuf,
    // Locked as long as it is open.
    _lock: File,
}

impl Journal {
    /// Opens the journal in `folder`. What it holds counts only when it was written under the same key, and `fresh` is not
    /// set; else it begins anew.
    ///
    /// # Errors
    /// The folder cannot be written to, or another run is using it.
    pub fn open(folder: &Path, key: &str, fresh: bool) -> Result<(Journal, Known), MutationError> {
        let failed = |error: io::Error| cannot_write(folder, &error);
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(MutationError::failed(
                    format!("{} is in use", folder.display()),
                    "another run writes its outcomes there",
                    "wait for it, or name another folder with --output",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let path = folder.join(JOURNAL);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed(error)),
        };
        let (lines, valid) = parse(&text);
        remove_left_trees(&lines);
        let same = matches!(lines.first(), Some(Line::Run { key: old }) if old == key) && !fresh;
        let mut file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        // A torn last line goes; so does everything of another run.
        let keep = if same { valid } else { 0 };
        file.set_len(keep as u64).map_err(failed)?;
        io::Seek::seek(&mut file, io::SeekFrom::End(0)).map_err(failed)?;
        let journal = Journal { file: Mutex::new(file), path, _lock: lock };
        if !same {
            journal.write(&Line::Run { key: key.to_owned() })?;
            return Ok((journal, Known::default()));
        }
        let mut known = Known::default();
        for line in lines {
            match line {
                Line::Baseline(baseline) => {
                    known.baselines.entry(baseline.unit.clone()).or_insert(baseline);
                }
                Line::Mutant { id, outcome } => {
                    known.outcomes.insert(id, outcome);
                }
                Line::Run { .. } | Line::Tree { .. } => {}
            }
        }
        Ok((journal, known))
    }

    /// Notes a copied tree.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn tree(&self, folder: &Path) -> Result<(), MutationError> {
        self.write(&Line::Tree { folder: folder.to_owned() })
    }

    /// Notes what the unchanged code did.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn baseline(&self, baseline: &Baseline) -> Result<(), MutationError> {
        self.write(&Line::Baseline(baseline.clone()))
    }

    /// Notes what became of a mutant.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn outcome(&self, id: &str, outcome: &Outcome) -> Result<(), MutationError> {
        self.write(&Line::Mutant { id: id.to_owned(), outcome: outcome.clone() })
    }

    fn write(&self, line: &Line) -> Result<(), MutationError> {
        let failed = |error: io::Error| cannot_write(&self.path, &error);
        let mut text = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        // One call for the whole line: a kill leaves all of it or, at worst, a torn end.
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text).map_err(failed)
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> MutationError {
    MutationError::failed(
        format!("the outcomes cannot be stored in {}", path.display()),
        error,
        "name a folder that can be written to with --output",
    )
}

/// The whole lines, and how many bytes they take.
fn parse(text: &[u8]) -> (Vec<Line>, usize) {
    let mut lines = Vec::new();
    let mut valid = 0;
    for piece in text.split_inclusive(|byte| *byte == b'\n') {
        let whole = piece.ends_with(b"\n");
        match serde_json::from_slice(piece) {
            Ok(line) if whole => lines.push(line),
            _ => break,
        }
        valid += piece.len();
    }
    (lines, valid)
}

/// Removes the trees of a run that was killed. The lock shows that it is over.
fn remove_left_trees(lines: &[Line]) {
    for line in lines {
        let Line::Tree { folder } = line else { continue };
        let is_ours = folder
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(crate::worker::PREFIX.as_bytes()));
        if is_ours && folder.is_dir() {
            // What cannot be removed stays in the temporary folder.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{End, Phase, Step};

    fn outcome(code: i32) -> Outcome {
        let step =
            |phase, code| Step { phase, command: "x".to_owned(), end: End::Exited(code), milliseconds: 7 };
        Outcome::of(vec![step(Phase::Build, 0), step(Phase::Test, code)])
    }

    fn ids(known: &Known) -> Vec<&str> {
        let mut ids: Vec<&str> = known.outcomes.keys().map(String::as_str).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn whatever_byte_a_kill_stops_at_the_whole_lines_before_it_count() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (journal, _) = Journal::open(folder.path(), "k", false).expect("a new journal");
        for id in ["a", "b", "c"] {
            journal.outcome(id, &outcome(1)).expect("written");
        }
        drop(journal);
        let path = folder.path().join(JOURNAL);
        let whole = fs::read(&path).expect("the journal is there");
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).expect("the journal can be written");
            let lines = whole[..length].iter().filter(|byte| **byte == b'\n').count();
            let (journal, known) = Journal::open(folder.path(), "k", false).expect("a torn journal");
            assert_eq!(ids(&known).len(), lines.saturating_sub(1), "cut at {length}");
            journal.outcome("d", &outcome(0)).expect("written");
            drop(journal);
            let (_, known) = Journal::open(folder.path(), "k", false).expect("a mended journal");
            assert_eq!(known.outcomes["d"], outcome(0));
            assert_eq!(ids(&known).len(), lines.saturating_sub(1) + 1);
        }
    }

    #[test]
    fn another_key_or_a_wish_begins_anew() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (key, fresh, expected) in
            [("k", false, 0), ("k", false, 1), ("other", false, 0), ("other", true, 0)]
        {
            let (journal, known) = Journal::open(folder.path(), key, fresh).expect("a journal");
            assert_eq!(known.outcomes.len(), expected, "{key} {fresh}");
            journal.outcome("a", &outcome(0)).expect("written");
        }
    }

    #[test]
    fn two_runs_do_not_share_a_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let _first = Journal::open(folder.path(), "k", false).expect("a journal");
        let second = Journal::open(folder.path(), "k", false).map(|_| ());
        assert!(second.expect_err("in use").to_string().contains("in use"));
    }
}
