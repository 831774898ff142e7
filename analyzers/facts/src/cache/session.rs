//! One run's use of the cache: look-ups first, then results to store.

use super::key::{Key, Keys, Version};
use super::lookup::{Found, Lookup, Question, Terms, Uses};
use super::payload::{Outcome, Record, Sighting, Unmeasurable, facts_record, seal};
use super::schema::Table;
use super::store::{Failure, Store, locked};
use super::writer::{self, Change, Queue};
use crate::file::{FileData, FileFacts, Sections};
use crate::language::Language;
use crate::model::BlobId;
use crate::source::{FileStat, SkipReason};
use rayon::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// A file modified this shortly before it was read may change again within one tick of its file system's clock: its
/// stat does not prove that it is unchanged (Git calls these files racily clean).
const RACY: Duration = Duration::from_secs(2);
/// Opening a connection costs about as much as this many look-ups.
const LEAST_PER_CONNECTION: usize = 256;

/// One run's use of the cache.
pub(crate) struct Session<'c> {
    store: &'c Store,
    terms: Terms<'c>,
    /// When the run began, before anything was listed.
    started: SystemTime,
    /// Set once reading failed: the rest of the run goes without the cache.
    blind: AtomicBool,
    trouble: Mutex<Option<String>>,
    /// Rows that were used, to be stamped.
    uses: Mutex<Uses>,
}

impl<'c> Session<'c> {
    pub(super) fn new(
        store: &'c Store,
        keys: Keys,
        version: Version,
        root: &'c [u8],
        sections: Sections,
        max_file_size: u64,
    ) -> Self {
        let started = SystemTime::now();
        let now = seconds_since_1970(started);
        let terms =
            Terms { keys, version, root, sections, max_file_size, now, is_filling: store.begin_run(now) };
        let blind = AtomicBool::new(false);
        Session { store, terms, started, blind, trouble: Mutex::default(), uses: Mutex::default() }
    }

    /// What the cache knows about each file, in the order of the questions; queried over several connections at once.
    pub fn look_up(&self, questions: &[Question<'_>]) -> Vec<Option<Found>> {
        let connections = (questions.len() / LEAST_PER_CONNECTION).clamp(1, rayon::current_num_threads());
        let share = questions.len().div_ceil(connections).max(1);
        let answers: Result<Vec<Vec<Option<Found>>>, Failure> = questions
            .par_chunks(share)
            .map(|questions| self.read(|lookup| lookup.answer_all(questions)))
            .collect();
        match answers {
            Ok(answers) => answers.into_iter().flatten().collect(),
            Err(failure) => {
                self.go_blind(&failure);
                vec![None; questions.len()]
            }
        }
    }

    /// What the cache knows about one file.
    pub fn look_up_one(&self, question: Question<'_>) -> Option<Found> {
        if self.blind.load(Ordering::Relaxed) {
            return None;
        }
        self.read(|lookup| lookup.answer(question)).unwrap_or_else(|failure| {
            self.go_blind(&failure);
            None
        })
    }

    /// True if rows that were used have to be stamped: [`write_while`](Session::write_while) does it.
    pub fn has_stale(&self) -> bool {
        !locked(&self.uses).stale.is_empty()
    }

    /// Runs `work` while storing what it hands over.
    pub fn write_while<R>(&self, work: impl FnOnce(&Writing<'_>) -> R) -> R {
        let writing = |queue: &Queue| {
            let touch = |(table, id)| Change::Touch(table, id);
            let used = std::mem::take(&mut locked(&self.uses).unstamped);
            queue.put(used.into_iter().map(touch));
            let result = work(&Writing { session: self, queue });
            let stale = std::mem::take(&mut locked(&self.uses).stale);
            queue.put(stale.into_iter().map(touch));
            result
        };
        let (result, trouble) = writer::write_while(self.store, self.terms.version, self.terms.now, writing);
        if let Some(trouble) = trouble {
            locked(&self.trouble).get_or_insert(trouble);
        }
        result
    }

    /// What went wrong with the cache so far.
    pub fn trouble(&self) -> Option<String> {
        let note = self.store.take_note();
        locked(&self.trouble).take().or(note)
    }

    fn read<R>(&self, ask: impl FnOnce(&mut Lookup<'_>) -> Result<R, Failure>) -> Result<R, Failure> {
        self.store.read(|connection| {
            // One transaction: otherwise SQLite takes and drops its lock for every row.
            let transaction = connection.unchecked_transaction()?;
            let mut lookup = Lookup::new(connection, self.terms)?;
            let result = ask(&mut lookup)?;
            if !(lookup.uses.stale.is_empty() && lookup.uses.unstamped.is_empty()) {
                let mut uses = locked(&self.uses);
                uses.stale.append(&mut lookup.uses.stale);
                uses.unstamped.append(&mut lookup.uses.unstamped);
            }
            drop(lookup);
            transaction.commit()?;
            Ok(result)
        })
    }

    fn go_blind(&self, failure: &Failure) {
        if self.blind.swap(true, Ordering::Relaxed) {
            return;
        }
        let outcome = match failure {
            Failure::Damaged(why) => self.store.heal(why),
            Failure::Refused(why) => Err(Failure::Refused(why.clone())),
        };
        if let Err(why) = outcome {
            let message = format!("{} was not read: {why}", self.store.path().display());
            locked(&self.trouble).get_or_insert(message);
        }
    }

    fn is_racy(&self, stat: FileStat) -> bool {
        let started = self.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i128::from(stat.modified) + RACY.as_nanos() as i128 > started.as_nanos() as i128
    }
}

/// Takes the results of a run and stores them.
pub(crate) struct Writing<'s> {
    session: &'s Session<'s>,
    queue: &'s Queue,
}

impl Writing<'_> {
    /// Stores the result of reading a file of `size` bytes. `asked` is the question that the cache could not answer,
    /// `language` is the language found from the content.
    pub fn file(
        &self,
        asked: &Question<'_>,
        blob: BlobId,
        size: u64,
        language: Option<Language>,
        outcome: &Result<FileData, SkipReason>,
    ) {
        let mut changes = Vec::with_capacity(6);
        let Terms { keys, version, .. } = self.session.terms;
        match (asked.language, language) {
            (None, Some(language)) => {
                let record: Record<&FileFacts> = Record { size, outcome: Outcome::Language(language) };
                changes.push(put(Table::Languages, keys.language(version, blob, asked.path), &record));
            }
            (None, None) => {
                if let Some(record) = record_of(size, outcome) {
                    changes.push(put(Table::Languages, keys.language(version, blob, asked.path), &record));
                }
            }
            (Some(_), _) => {}
        }
        if let (Some(language), Some(record)) = (asked.language.or(language), record_of(size, outcome)) {
            let key = keys.facts(version, blob, language);
            changes.push(put(Table::Facts, key, &record));
            if let Ok(data) = outcome {
                changes.extend(data.comments.as_deref().map(|comments| put(Table::Comments, key, comments)));
                changes.extend(data.symbols.as_deref().map(|symbols| put(Table::Symbols, key, symbols)));
                changes.extend(data.tokens.as_deref().map(|tokens| put(Table::Tokens, key, tokens)));
                // Types are computed on demand: the stored facts may not have them yet.
                let types = data.types.as_deref().filter(|_| language.has_types());
                changes.extend(types.map(|types| put(Table::Types, key, types)));
            }
        }
        self.queue.put(changes);
        self.sighting(asked, blob, size);
    }

    /// Remembers that a work-tree file holds `blob`, unless Git knows that already or the file may be changing right
    /// now.
    pub fn sighting(&self, asked: &Question<'_>, blob: BlobId, size: u64) {
        if let Some(stat) = asked.stat
            && asked.blob != Some(blob)
            && stat.size == size
            && !self.session.is_racy(stat)
        {
            let terms = &self.session.terms;
            let key = terms.keys.stat(terms.root, asked.path);
            self.queue.put([put(Table::Sightings, key, &Sighting::new(stat, blob))]);
        }
    }
}

fn put<T: serde::Serialize + ?Sized>(table: Table, key: Key, value: &T) -> Change {
    Change::Put(table, key, seal(table, key, value))
}

/// The record to store, if the outcome depends only on the bytes.
fn record_of(size: u64, outcome: &Result<FileData, SkipReason>) -> Option<Record<&FileFacts>> {
    let outcome = match outcome {
        Ok(data) => return Some(facts_record(size, &data.facts)),
        Err(SkipReason::TooLarge { size, limit }) => Outcome::Oversized(*size, *limit),
        Err(reason) => Outcome::Unmeasurable(Unmeasurable::from_reason(reason)?),
    };
    Some(Record { size, outcome })
}

pub(super) fn seconds_since_1970(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
