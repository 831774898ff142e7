//! Reading: from what a listing says about a file to its facts.

use super::key::{Key, Keys, Version};
use super::payload::{Outcome, Record, Sighting, unseal};
use super::schema::Table;
use super::store::Failure;
use crate::file::{FileData, FileFacts, Sections};
use crate::language::Language;
use crate::model::{BlobId, Comment, RepoPath};
use crate::source::{Entry, FileStat, SkipReason};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// An entry is stamped again only after this long: uses are known to the day, and most warm runs write nothing.
const STAMP_EVERY_SECONDS: i64 = 24 * 60 * 60;

/// True if a row's stamp is old. A stamp far in the future cannot be a real use, so it counts as old.
pub(super) fn is_stale(used: i64, now: i64) -> bool {
    used > now.saturating_add(STAMP_EVERY_SECONDS) || used <= now.saturating_sub(STAMP_EVERY_SECONDS)
}

/// The settings shared by all questions of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms<'a> {
    pub keys: Keys,
    pub version: Version,
    pub root: &'a [u8],
    pub sections: Sections,
    pub max_file_size: u64,
    /// Seconds since 1970.
    pub now: i64,
    /// The file may be too full for what the run stores.
    pub is_filling: bool,
}

/// Rows that were used.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Those whose stamp is old.
    pub stale: Vec<(Table, i64)>,
    /// The others, if the file is filling up: they are stamped before anything else is stored.
    pub unstamped: Vec<(Table, i64)>,
}

/// A file to look up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    /// Where it is.
    pub path: &'a RepoPath,
    /// Its blob, if it is known without reading.
    pub blob: Option<BlobId>,
    /// Its size, if it is known without reading.
    pub size: Option<u64>,
    /// Its stat, if it is a work-tree file.
    pub stat: Option<FileStat>,
    /// Its language, if the path says so.
    pub language: Option<Language>,
}

impl<'a> Question<'a> {
    /// What the listing says, with the language from the path.
    pub(crate) fn of_entry(entry: &'a Entry, language: Option<Language>) -> Self {
        Question { path: &entry.path, blob: entry.blob, size: entry.size, stat: entry.stat, language }
    }

    /// The same file with the blob id computed from its bytes.
    fn with_blob(self, blob: BlobId) -> Self {
        Question { blob: Some(blob), ..self }
    }
}

/// What the cache knows about a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// Git's id of its bytes.
    pub blob: BlobId,
    /// Its facts with the requested sections, or why there are none.
    pub outcome: Result<FileData, SkipReason>,
}

/// The result of one step of a look-up.
enum Step<T> {
    Found(T),
    /// The rows of this blob belong to bytes of another size: the file on disk differs from Git's blob.
    OtherBytes,
    Unknown,
}

/// Prepared queries on one connection.
pub(super) struct Lookup<'c> {
    terms: Terms<'c>,
    facts: CachedStatement<'c>,
    comments: CachedStatement<'c>,
    symbols: CachedStatement<'c>,
    tokens: CachedStatement<'c>,
    types: CachedStatement<'c>,
    languages: CachedStatement<'c>,
    sightings: CachedStatement<'c>,
    /// For decompression.
    buffer: Vec<u8>,
    /// Rows that were used.
    pub uses: Uses,
}

impl<'c> Lookup<'c> {
    pub fn new(connection: &'c Connection, terms: Terms<'c>) -> Result<Self, Failure> {
        let query = |table: Table| connection.prepare_cached(table.select());
        Ok(Lookup {
            terms,
            facts: query(Table::Facts)?,
            comments: query(Table::Comments)?,
            symbols: query(Table::Symbols)?,
            tokens: query(Table::Tokens)?,
            types: query(Table::Types)?,
            languages: query(Table::Languages)?,
            sightings: query(Table::Sightings)?,
            buffer: Vec::new(),
            uses: Uses::default(),
        })
    }

    /// Answers many questions, in the order of the questions. Rows are visited in the order of their table's tree, so
    /// that each page is read once.
    pub fn answer_all(&mut self, questions: &[Question<'_>]) -> Result<Vec<Option<Found>>, Failure> {
        let terms = self.terms;
        let mut questions = questions.to_vec();
        let unidentified = |q: &Question<'_>| q.blob.is_none().then(|| terms.keys.stat(terms.root, q.path));
        for index in in_table_order(&questions, unidentified) {
            questions[index].blob = self.sighting(&questions[index])?;
        }
        let mut answers = vec![None; questions.len()];
        let facts_row = |q: &Question<'_>| Some(terms.keys.facts(terms.version, q.blob?, q.language?));
        for index in in_table_order(&questions, facts_row) {
            answers[index] = self.answer(questions[index])?;
        }
        let by_content = |q: &Question<'_>| match q.language {
            None => Some(terms.keys.language(terms.version, q.blob?, q.path)),
            Some(_) => None,
        };
        for index in in_table_order(&questions, by_content) {
            answers[index] = self.answer(questions[index])?;
        }
        Ok(answers)
    }

    /// Answers one question. Git's blob id counts unless the bytes on disk are known to differ (line-ending conversion,
    /// filters): then the recorded bytes on disk count.
    pub fn answer(&mut self, question: Question<'_>) -> Result<Option<Found>, Failure> {
        if let Some(blob) = question.blob
            && let Step::Found(found) = self.by_blob(blob, question)?
        {
            return Ok(Some(found));
        }
        match self.sighting(&question)? {
            Some(seen) if question.blob != Some(seen) => {
                match self.by_blob(seen, question.with_blob(seen))? {
                    Step::Found(found) => Ok(Some(found)),
                    Step::OtherBytes | Step::Unknown => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    /// The blob that the file had when it last had its current stat.
    fn sighting(&mut self, question: &Question<'_>) -> Result<Option<BlobId>, Failure> {
        let Some(stat) = question.stat else {
            return Ok(None);
        };
        let key = self.terms.keys.stat(self.terms.root, question.path);
        let seen: Option<Sighting> = stamped(
            (&mut self.sightings, Table::Sightings, key),
            &self.terms,
            &mut self.buffer,
            &mut self.uses,
        )?;
        Ok(seen.and_then(|seen| seen.blob_at(stat)))
    }

    fn by_blob(&mut self, blob: BlobId, question: Question<'_>) -> Result<Step<Found>, Failure> {
        let language = match question.language {
            Some(language) => language,
            None => {
                let key = self.terms.keys.language(self.terms.version, blob, question.path);
                let record = stamped(
                    (&mut self.languages, Table::Languages, key),
                    &self.terms,
                    &mut self.buffer,
                    &mut self.uses,
                )?;
                match self.judge(record, question) {
                    Step::Found(Outcome::Language(language)) => language,
                    Step::Found(outcome) => return Ok(without_facts(blob, outcome)),
                    Step::OtherBytes => return Ok(Step::OtherBytes),
                    Step::Unknown => return Ok(Step::Unknown),
                }
            }
        };
        let key = self.terms.keys.facts(self.terms.version, blob, language);
        let record =
            stamped((&mut self.facts, Table::Facts, key), &self.terms, &mut self.buffer, &mut self.uses)?;
        match self.judge(record, question) {
            Step::Found(Outcome::Facts(facts)) => {
                let Some(data) = self.with_sections(key, facts)? else {
                    return Ok(Step::Unknown);
                };
                Ok(Step::Found(Found { blob, outcome: Ok(data) }))
            }
            Step::Found(outcome) => Ok(without_facts(blob, outcome)),
            Step::OtherBytes => Ok(Step::OtherBytes),
            Step::Unknown => Ok(Step::Unknown),
        }
    }

    /// Whether there is a record of these bytes that still holds if the size limit was changed.
    fn judge(&self, record: Option<Record<FileFacts>>, question: Question<'_>) -> Step<Outcome<FileFacts>> {
        let Some(record) = record else {
            return Step::Unknown;
        };
        let listed = question.size.or(question.stat.map(|stat| stat.size));
        if listed.is_some_and(|size| size != record.size) {
            return Step::OtherBytes;
        }
        if record.size > self.terms.max_file_size {
            return Step::Found(Outcome::Oversized(record.size, self.terms.max_file_size));
        }
        match record.outcome {
            Outcome::Oversized(..) => Step::Unknown,
            outcome => Step::Found(outcome),
        }
    }

    /// The facts with the requested sections; `None` when one of them is missing or damaged.
    fn with_sections(&mut self, key: Key, facts: FileFacts) -> Result<Option<FileData>, Failure> {
        let wanted = self.terms.sections;
        let buffer = &mut self.buffer;
        let comments = section(wanted.comments, &mut self.comments, Table::Comments, key, buffer)?;
        let symbols = section(wanted.symbols, &mut self.symbols, Table::Symbols, key, buffer)?;
        let tokens = section(wanted.tokens, &mut self.tokens, Table::Tokens, key, buffer)?;
        // Only files of some languages have that section.
        let has_types = wanted.types && facts.language.has_types();
        let types = section(has_types, &mut self.types, Table::Types, key, buffer)?;
        let complete = comments.is_some() == wanted.comments
            && symbols.is_some() == wanted.symbols
            && tokens.is_some() == wanted.tokens
            && types.is_some() == has_types;
        Ok(complete.then_some(FileData {
            facts: Arc::new(facts),
            comments: comments.map(|comments: Vec<Comment>| comments.into()),
            symbols: symbols.map(Arc::new),
            tokens: tokens.map(Arc::new),
            types: wanted.types.then(|| types.map(Arc::new).unwrap_or_default()),
        }))
    }
}

fn without_facts(blob: BlobId, outcome: Outcome<FileFacts>) -> Step<Found> {
    let reason = match outcome {
        Outcome::Oversized(size, limit) => SkipReason::TooLarge { size, limit },
        Outcome::Unmeasurable(reason) => reason.into(),
        // A language where facts belong, or vice versa: this version did not write it.
        Outcome::Facts(_) | Outcome::Language(_) => return Step::Unknown,
    };
    Step::Found(Found { blob, outcome: Err(reason) })
}

fn section<T: DeserializeOwned>(
    wanted: bool,
    statement: &mut CachedStatement<'_>,
    table: Table,
    key: Key,
    buffer: &mut Vec<u8>,
) -> Result<Option<T>, Failure> {
    if wanted { fetch(statement, table, key, buffer) } else { Ok(None) }
}

/// The row of `key`; a row that fails its seal counts as missing.
fn fetch<T: DeserializeOwned>(
    statement: &mut CachedStatement<'_>,
    table: Table,
    key: Key,
    buffer: &mut Vec<u8>,
) -> Result<Option<T>, Failure> {
    let mut rows = statement.query([key.id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    match row.get_ref(0)? {
        ValueRef::Blob(payload) => Ok(unseal(table, key, payload, buffer)),
        _ => Ok(None),
    }
}

/// The same for a table whose rows carry a stamp; a row with an old stamp is noted.
fn stamped<T: DeserializeOwned>(
    (statement, table, key): (&mut CachedStatement<'_>, Table, Key),
    terms: &Terms<'_>,
    buffer: &mut Vec<u8>,
    uses: &mut Uses,
) -> Result<Option<T>, Failure> {
    let mut rows = statement.query([key.id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let ValueRef::Blob(payload) = row.get_ref(0)? else { return Ok(None) };
    let value = unseal(table, key, payload, buffer);
    if value.is_some() {
        match stamp(row)? {
            used if is_stale(used, terms.now) => uses.stale.push((table, key.id)),
            used if terms.is_filling && used < terms.now => uses.unstamped.push((table, key.id)),
            _ => {}
        }
    }
    Ok(value)
}

/// The stamp of a selected row; 0 (1970) if the column holds something else.
pub(super) fn stamp(row: &rusqlite::Row<'_>) -> rusqlite::Result<i64> {
    Ok(match row.get_ref(1)? {
        ValueRef::Integer(seconds) => seconds,
        _ => 0,
    })
}

/// The questions that have a key, in the order of their row ids.
fn in_table_order<'q>(questions: &[Question<'q>], key: impl Fn(&Question<'q>) -> Option<Key>) -> Vec<usize> {
    let mut order: Vec<(i64, usize)> =
        questions.iter().enumerate().filter_map(|(index, q)| Some((key(q)?.id, index))).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, index)| index).collect()
}
