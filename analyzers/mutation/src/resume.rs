//! The journal of a run: outcomes, one line each, written as they become known. A killed run continues where it
//! stopped; a run of the same mutants on the same bytes with the same commands reuses the outcomes.
//!
//! A line is a seal and JSON. The seal is made with the user's secret and the key of the run. Lines that somebody else
//! wrote, or that belong to another run, are ignored, and trees that they name are not removed.

use crate::baseline::Baseline;
use crate::failure::MutationError;
use crate::outcome::Outcome;
use crate::report::folder;
use facts::hash::HashMap;
use facts::stores::{Place, Secret};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const JOURNAL: &str = "journal.jsonl";
const LOCK: &str = "lock";
/// The context of a seal.
const LINE: &str = "line";
const SEAL_DIGITS: usize = 64;
/// A larger journal is not read: the run starts again.
const LARGEST_JOURNAL: u64 = 1 << 30;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// The first line: the key of the run that the rest belongs to.
    Run { key: String },
    /// The name of a copied tree in the temporary folder, so that the next run can remove what a killed one left.
    Tree { name: String },
    /// The results for the unchanged code of a unit.
    Baseline(Baseline),
    /// The outcome of a mutant.
    Mutant { id: String, outcome: Outcome },
}

/// The outcomes of an earlier run with the same key.
#[derive(Debug, Default)]
pub struct Known {
    /// The unchanged code, by the unit's name.
    pub baselines: HashMap<String, Baseline>,
    /// Outcomes by the mutant's id.
    pub outcomes: HashMap<String, Outcome>,
}

/// The journal of the run that uses the folder.
pub struct Journal {
    file: Mutex<File>,
    path: PathBuf,
    seals: Seals,
    // Locked as long as it is open.
    _lock: File,
}

/// Takes the lock, waiting a moment if needed: until a newly started program executes, it holds a copy of every open
/// file.
fn locked(lock: &File) -> Result<(), TryLockError> {
    const TRIES: u32 = 25;
    const PAUSE: Duration = Duration::from_millis(20);
    for _ in 1..TRIES {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    lock.try_lock()
}

impl Journal {
    /// Opens the journal in `folder`. Its content is used only if it was written under the same key and with the same
    /// secret, and `fresh` is not set; otherwise it starts again.
    ///
    /// # Errors
    /// The folder cannot be written to, or another run is using it.
    pub fn open(
        folder: &Path,
        secret: &Secret,
        key: &str,
        fresh: bool,
    ) -> Result<(Journal, Known), MutationError> {
        let failed = |error: io::Error| folder::cannot_write(folder, &error);
        let store = folder::open(folder).map_err(failed)?;
        let lock = store.open_or_create(LOCK).map_err(failed)?;
        match locked(&lock) {
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
        let mut file = store.open_or_create(JOURNAL).map_err(failed)?;
        let mut text = Vec::new();
        (&file).take(LARGEST_JOURNAL).read_to_end(&mut text).map_err(failed)?;
        let (lines, valid) = parse(&text, secret);
        remove_left_trees(&lines);
        let same = matches!(lines.first(), Some(Line::Run { key: old }) if old == key) && !fresh;
        // An incomplete last line is removed, and so is everything from another run.
        let keep = if same { valid } else { 0 };
        file.set_len(keep as u64).map_err(failed)?;
        io::Seek::seek(&mut file, io::SeekFrom::End(0)).map_err(failed)?;
        let (path, seals) = (store.path().join(JOURNAL), Seals::of_run(secret, key));
        let journal = Journal { file: Mutex::new(file), path, seals, _lock: lock };
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
        match folder.file_name().and_then(|name| name.to_str()) {
            Some(name) => self.write(&Line::Tree { name: name.to_owned() }),
            None => Ok(()),
        }
    }

    /// Notes the results for the unchanged code.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn baseline(&self, baseline: &Baseline) -> Result<(), MutationError> {
        self.write(&Line::Baseline(baseline.clone()))
    }

    /// Notes the outcome of a mutant.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn outcome(&self, id: &str, outcome: &Outcome) -> Result<(), MutationError> {
        self.write(&Line::Mutant { id: id.to_owned(), outcome: outcome.clone() })
    }

    fn write(&self, line: &Line) -> Result<(), MutationError> {
        let failed = |error: io::Error| folder::cannot_write(&self.path, &error);
        let json = facts::visible::json::to_vec(line).map_err(|error| failed(error.into()))?;
        let text = self.seals.sealed(line, &json);
        // One call for the whole line: after a kill, all of it is there or, at worst, an incomplete end.
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text).map_err(failed)
    }
}

/// The secrets that the lines of one run are sealed with.
struct Seals {
    /// For the line that identifies the run.
    first: Secret,
    /// For the others: they belong to this run only.
    of_run: Secret,
}

impl Seals {
    fn of_run(secret: &Secret, key: &str) -> Seals {
        let first = secret.for_purpose("journal of mutants");
        Seals { of_run: first.for_purpose(key), first }
    }

    fn sealed(&self, line: &Line, json: &[u8]) -> Vec<u8> {
        let secret = if matches!(line, Line::Run { .. }) { &self.first } else { &self.of_run };
        [secret.seal(LINE, json).as_bytes(), b" ", json, b"\n"].concat()
    }
}

/// The complete lines that were sealed with the secret, and their length in bytes.
fn parse(text: &[u8], secret: &Secret) -> (Vec<Line>, usize) {
    let mut lines = Vec::new();
    let mut valid = 0;
    let mut seals = Seals::of_run(secret, "");
    for piece in text.split_inclusive(|byte| *byte == b'\n') {
        let Some(json) = piece.get(SEAL_DIGITS + 1..).and_then(|json| json.strip_suffix(b"\n")) else {
            break;
        };
        let secret = if lines.is_empty() { &seals.first } else { &seals.of_run };
        if piece[..SEAL_DIGITS] != *secret.seal(LINE, json).as_bytes() {
            break;
        }
        let Ok(line) = serde_json::from_slice::<Line>(json) else { break };
        match (&line, lines.is_empty()) {
            (Line::Run { key }, true) => seals.of_run = seals.first.for_purpose(key),
            (Line::Run { .. }, false) | (_, true) => break,
            (_, false) => {}
        }
        lines.push(line);
        valid += piece.len();
    }
    (lines, valid)
}

/// Removes the trees of a killed run. The lock shows that it has ended.
#[expect(clippy::disallowed_methods, reason = "environment: the system's folder of temporary files")]
fn remove_left_trees(lines: &[Line]) {
    for line in lines {
        let Line::Tree { name } = line else { continue };
        if !name.starts_with(crate::worker::PREFIX) {
            continue;
        }
        // Only a plain name of a real folder of this user in the temporary folder.
        if let Ok(Some(left)) = Place::of_user(&std::env::temp_dir(), &[name]).find() {
            // If it cannot be removed, it stays in the temporary folder.
            let _ = fs::remove_dir_all(left.path());
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

    fn secret() -> Secret {
        Secret::of_text(&[b'x'; 32]).expect("it is long enough")
    }

    fn ids(known: &Known) -> Vec<&str> {
        let mut ids: Vec<&str> = known.outcomes.keys().map(String::as_str).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn whatever_byte_a_kill_stops_at_the_whole_lines_before_it_count() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (journal, _) = Journal::open(folder.path(), &secret(), "k", false).expect("a new journal");
        for id in ["a", "b", "c"] {
            journal.outcome(id, &outcome(1)).expect("written");
        }
        drop(journal);
        let path = folder.path().join(JOURNAL);
        let whole = fs::read(&path).expect("the journal is there");
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).expect("the journal can be written");
            let lines = whole[..length].iter().filter(|byte| **byte == b'\n').count();
            let (journal, known) =
                Journal::open(folder.path(), &secret(), "k", false).expect("a torn journal");
            assert_eq!(ids(&known).len(), lines.saturating_sub(1), "cut at {length}");
            journal.outcome("d", &outcome(0)).expect("written");
            drop(journal);
            let (_, known) = Journal::open(folder.path(), &secret(), "k", false).expect("a mended journal");
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
            let (journal, known) = Journal::open(folder.path(), &secret(), key, fresh).expect("a journal");
            assert_eq!(known.outcomes.len(), expected, "{key} {fresh}");
            journal.outcome("a", &outcome(0)).expect("written");
        }
    }

    #[test]
    fn two_runs_do_not_share_a_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let _first = Journal::open(folder.path(), &secret(), "k", false).expect("a journal");
        let second = Journal::open(folder.path(), &secret(), "k", false).map(|_| ());
        assert!(second.expect_err("in use").to_string().contains("in use"));
    }

    #[test]
    fn lines_that_another_wrote_or_of_another_run_are_not_believed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(JOURNAL);
        let known = |key: &str| {
            let (_, known) = Journal::open(folder.path(), &secret(), key, false).expect("a journal");
            known.outcomes.len()
        };
        let other = Secret::of_text(&[b'y'; 32]).expect("it is long enough");
        let (journal, _) = Journal::open(folder.path(), &other, "k", false).expect("a new journal");
        journal.outcome("a", &outcome(0)).expect("written");
        drop(journal);
        assert_eq!(known("k"), 0, "another secret");
        // The format that this program used before lines were sealed, and that anybody can write.
        fs::write(&path, "{\"run\":{\"key\":\"k\"}}\n").expect("the journal can be written");
        assert_eq!(known("k"), 0, "no seal");
        let of_run = |key: &str| {
            let (journal, _) = Journal::open(folder.path(), &secret(), key, true).expect("a new journal");
            journal.outcome("a", &outcome(0)).expect("written");
            drop(journal);
            let text = fs::read_to_string(&path).expect("the journal is there");
            text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>()
        };
        let (one, two) = (of_run("one"), of_run("two"));
        fs::write(&path, [two[0].as_str(), &one[1]].concat()).expect("the journal can be written");
        assert_eq!(known("two"), 0, "a line of another run");
        fs::write(&path, two.concat()).expect("the journal can be written");
        assert_eq!(known("two"), 1);
    }

    #[test]
    fn only_copied_trees_in_the_temporary_folder_are_removed() {
        let elsewhere = tempfile::tempdir().expect("a temporary folder");
        let prefix = crate::worker::PREFIX;
        let named_like_ours = elsewhere.path().join(format!("{prefix}backup"));
        fs::create_dir(&named_like_ours).expect("a folder");
        let left = tempfile::Builder::new().prefix(prefix).tempdir().expect("a temporary folder").keep();
        let plain = tempfile::tempdir().expect("a temporary folder");
        let up = format!("{prefix}x/../{}", plain.path().file_name().expect("a name").to_string_lossy());
        let names = [
            named_like_ours.to_string_lossy().into_owned(),
            plain.path().file_name().expect("a name").to_string_lossy().into_owned(),
            up,
            left.file_name().expect("a name").to_string_lossy().into_owned(),
        ];
        remove_left_trees(&names.map(|name| Line::Tree { name }));
        assert!(named_like_ours.is_dir() && plain.path().is_dir() && !left.exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_in_the_folder_are_not_written_through() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").expect("a file");
        for name in [JOURNAL, LOCK] {
            std::os::unix::fs::symlink(&victim, folder.path().join(name)).expect("a link");
        }
        let (journal, _) = Journal::open(folder.path(), &secret(), "k", false).expect("a journal");
        journal.outcome("a", &outcome(0)).expect("written");
        assert_eq!(fs::read_to_string(&victim).expect("it is there"), "precious");
    }
}
