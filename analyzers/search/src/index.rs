//! The index: one document for each definition, updated file by file.

use crate::Query;
use crate::directory::{FileKey, IndexedFiles};
use crate::fields::Fields;
use crate::sealed_directory::{self, SealedDirectory};
use crate::statistics::LivingStatistics;
use crate::words::{WordTokenizer, words};
use facts::model::{BlobId, Definition, DefinitionKind, RepoPath, Symbols};
use facts::stores::{Secret, StoreFolder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::directory::error::LockError;
use tantivy::index::SegmentReader;
use tantivy::schema::Value;
use tantivy::{
    DocAddress, DocId, Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Score, Searcher,
    TantivyDocument, TantivyError, Term,
};

/// Memory for documents that are not yet written, in bytes.
const WRITER_BYTES: usize = 96 << 20;
/// How long to wait while another process updates the same index.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
#[error("search index: {message}")]
pub struct SearchError {
    /// What went wrong.
    pub message: String,
}

impl From<TantivyError> for SearchError {
    fn from(error: TantivyError) -> Self {
        SearchError { message: error.to_string() }
    }
}

/// A file to index.
pub struct SearchSource<'a> {
    /// Its path.
    pub path: &'a RepoPath,
    /// Its content's id.
    pub blob: BlobId,
}

/// What the index stores of a definition, to show it without the file's symbols.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FoundDefinition")]
pub struct StoredDefinition {
    /// The file, as it is shown.
    pub path: String,
    /// Name with its enclosing types and modules.
    pub qualified_name: String,
    /// What it is.
    pub kind: DefinitionKind,
    /// Line of the name.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// The definition up to its body.
    pub signature: String,
    /// First sentence of its documentation.
    pub doc: Option<String>,
}

/// A definition that matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The BM25 score over the fields.
    pub score: f32,
    /// Hash of its path; see [`SearchIndex::files_by_key`].
    pub file: u64,
    /// Index into the file's definitions.
    pub definition: u32,
    /// Index into the file's functions.
    pub function: Option<u32>,
    /// Its kind.
    pub kind: DefinitionKind,
    address: DocAddress,
}

/// The index of one tree.
pub struct SearchIndex {
    index: Index,
    fields: Fields,
    files: IndexedFiles,
    /// For the current state of the index; created on first use.
    searcher: OnceLock<Searcher>,
}

impl SearchIndex {
    /// An index in memory, empty.
    pub fn in_memory() -> SearchIndex {
        let (schema, fields) = Fields::schema();
        let index = Index::create_in_ram(schema);
        index.tokenizers().register("words", WordTokenizer);
        SearchIndex::of(index, fields, IndexedFiles::default())
    }

    fn of(index: Index, fields: Fields, files: IndexedFiles) -> SearchIndex {
        SearchIndex { index, fields, files, searcher: OnceLock::new() }
    }

    /// The index in a folder, bound to a secret. If it is damaged, has another version, or was written by somebody
    /// else, it is rebuilt.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn open(folder: &StoreFolder, secret: &Secret) -> Result<SearchIndex, SearchError> {
        sealed_directory::while_opening(folder, || match Self::open_present(folder, secret) {
            Some(index) => Ok(index),
            None => Self::create(folder, secret),
        })
    }

    fn open_present(folder: &StoreFolder, secret: &Secret) -> Option<SearchIndex> {
        if sealed_directory::stray(folder).ok()?.is_some() {
            return None;
        }
        let (schema, fields) = Fields::schema();
        let index = Index::open(SealedDirectory::new(folder.clone(), secret)).ok()?;
        if index.schema() != schema {
            return None;
        }
        index.tokenizers().register("words", WordTokenizer);
        let payload = index.load_metas().ok()?.payload;
        let files = match payload {
            Some(payload) => IndexedFiles::from_payload(&payload)?,
            None => IndexedFiles::default(),
        };
        reader(&index).ok()?;
        Some(SearchIndex::of(index, fields, files))
    }

    fn create(folder: &StoreFolder, secret: &Secret) -> Result<SearchIndex, SearchError> {
        let failed =
            |error: std::io::Error| SearchError { message: format!("{}: {error}", folder.path().display()) };
        folder.clear().map_err(failed)?;
        if let Some(stray) = sealed_directory::stray(folder).map_err(failed)? {
            return Err(SearchError { message: format!("{} is no file of an index", stray.display()) });
        }
        let (schema, fields) = Fields::schema();
        let directory = SealedDirectory::new(folder.clone(), secret);
        let index = Index::create(directory, schema, IndexSettings::default())?;
        index.tokenizers().register("words", WordTokenizer);
        Ok(SearchIndex::of(index, fields, IndexedFiles::default()))
    }

    /// The files that are missing from the index or changed since they were indexed; [`update`](SearchIndex::update)
    /// needs their symbols.
    pub fn stale<'a>(&self, sources: &'a [SearchSource<'a>], extractor: u64) -> Vec<&'a SearchSource<'a>> {
        let is_new = |source: &&SearchSource<'_>| {
            let known = self.files.0.get(&FileKey::of(source.path));
            known != Some(&IndexedFiles::content(source.blob, extractor))
        };
        sources.iter().filter(is_new).collect()
    }

    /// True if the index holds exactly these files in their current state.
    pub fn is_current(&self, sources: &[SearchSource<'_>], extractor: u64) -> bool {
        self.files.0.len() == sources.len() && self.stale(sources, extractor).is_empty()
    }

    /// Brings the index up to date with `sources`; `symbols` returns a file's symbols.
    ///
    /// # Errors
    /// It cannot be written, or another process keeps it locked.
    pub fn update<'s>(
        &mut self,
        sources: &[SearchSource<'_>],
        extractor: u64,
        symbols: impl Fn(&RepoPath) -> Option<&'s Symbols>,
    ) -> Result<(), SearchError> {
        let mut wanted = BTreeMap::new();
        for source in sources {
            wanted.insert(FileKey::of(source.path), IndexedFiles::content(source.blob, extractor));
        }
        let mut writer = self.writer()?;
        for (file, content) in &self.files.0 {
            if wanted.get(file) != Some(content) {
                writer.delete_term(Term::from_field_u64(self.fields.file, file.0));
            }
        }
        for source in self.stale(sources, extractor) {
            if let Some(symbols) = symbols(source.path) {
                self.add_file(&writer, source.path, symbols)?;
            }
        }
        let files = IndexedFiles(wanted);
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&files.to_payload());
        commit.commit()?;
        writer.wait_merging_threads()?;
        self.files = files;
        self.searcher = OnceLock::new();
        Ok(())
    }

    fn writer(&self) -> Result<IndexWriter, SearchError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.index.writer_with_num_threads(2, WRITER_BYTES) {
                Err(TantivyError::LockFailure(LockError::LockBusy, _)) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(TantivyError::LockFailure(LockError::LockBusy, _)) => {
                    return Err(SearchError {
                        message: "another process keeps it locked; try again when it is done".to_owned(),
                    });
                }
                other => return Ok(other?),
            }
        }
    }

    fn add_file(&self, writer: &IndexWriter, path: &RepoPath, symbols: &Symbols) -> Result<(), SearchError> {
        let bodies = bodies(symbols);
        for (number, definition) in symbols.definitions.iter().enumerate() {
            let document = self.document(path, number as u32, definition, &bodies[number]);
            writer.add_document(document)?;
        }
        Ok(())
    }

    fn document(&self, path: &RepoPath, number: u32, definition: &Definition, body: &str) -> TantivyDocument {
        let fields = &self.fields;
        let stored = StoredDefinition {
            path: path.to_string(),
            qualified_name: definition.qualified_name.clone(),
            kind: definition.kind,
            line: definition.name_line,
            end_line: definition.span.end_line,
            signature: definition.signature.clone(),
            doc: definition.doc.clone(),
        };
        let stored = postcard::to_allocvec(&stored).expect("postcard writes plain data to memory");
        let mut document = TantivyDocument::new();
        document.add_u64(fields.file, FileKey::of(path).0);
        document.add_u64(fields.definition, u64::from(number));
        document.add_u64(fields.function, definition.function.map_or(u64::MAX, u64::from));
        document.add_u64(fields.kind, kind_number(definition.kind));
        document.add_bytes(fields.stored, &stored);
        // The file's name shows a module's subject; enclosing names are part of the qualified name.
        let place = path.to_string();
        let signature = format!("{} {} {place}", definition.signature, definition.qualified_name);
        let doc = definition.doc.as_deref().unwrap_or_default();
        let texts = [definition.name.as_str(), &signature, doc, body];
        for ((field, _), (length, text)) in
            fields.searched().into_iter().zip(fields.lengths.iter().zip(texts))
        {
            document.add_text(field, text);
            document.add_u64(*length, words(text).len() as u64);
        }
        document
    }

    /// Every definition that matches, in no particular order.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn search(&self, query: &Query) -> Result<Vec<Found>, SearchError> {
        let searcher = self.searcher()?;
        let statistics = LivingStatistics { searcher, fields: &self.fields };
        let executor = self.index.search_executor();
        let enabled = tantivy::query::EnableScoring::enabled_from_statistics_provider(&statistics, searcher);
        let query = query.to_tantivy(&self.fields);
        Ok(searcher.search_with_executor(&*query, &EveryMatch, executor, enabled)?)
    }

    /// The stored data of a found definition.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn stored(&self, found: &Found) -> Result<StoredDefinition, SearchError> {
        let document: TantivyDocument = self.searcher()?.doc(found.address)?;
        let bytes = document.get_first(self.fields.stored).and_then(|value| value.as_bytes());
        let stored = bytes.and_then(|bytes| postcard::from_bytes(bytes).ok());
        stored.ok_or_else(|| SearchError {
            message: "a document is damaged; remove the index's folder".to_owned(),
        })
    }

    /// Number of definitions.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn definitions(&self) -> Result<u64, SearchError> {
        Ok(self.searcher()?.num_docs())
    }

    /// The key of a path in [`Found::file`].
    pub fn file_key(path: &RepoPath) -> u64 {
        FileKey::of(path).0
    }

    fn searcher(&self) -> Result<&Searcher, SearchError> {
        if self.searcher.get().is_none() {
            // Another thread may be faster; both see the same index.
            let _ = self.searcher.set(reader(&self.index)?.searcher());
        }
        Ok(self.searcher.get().expect("it was set just now"))
    }
}

/// A reader for the current state of the index.
fn reader(index: &Index) -> tantivy::Result<IndexReader> {
    index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
}

/// For each definition, the names that it uses. The names of inner definitions only count if it uses them itself.
fn bodies(symbols: &Symbols) -> Vec<String> {
    let mut bodies = vec![String::new(); symbols.definitions.len()];
    for reference in &symbols.references {
        let name = symbols.names.get(reference.name as usize);
        let body = reference.from.and_then(|from| bodies.get_mut(from as usize));
        if let (Some(name), Some(body)) = (name, body) {
            body.push_str(name);
            body.push(' ');
        }
    }
    bodies
}

const KINDS: [DefinitionKind; 10] = [
    DefinitionKind::Function,
    DefinitionKind::Method,
    DefinitionKind::Class,
    DefinitionKind::Struct,
    DefinitionKind::Enum,
    DefinitionKind::Interface,
    DefinitionKind::Type,
    DefinitionKind::Module,
    DefinitionKind::Constant,
    DefinitionKind::Macro,
];

fn kind_number(kind: DefinitionKind) -> u64 {
    KINDS.iter().position(|known| *known == kind).unwrap_or_default() as u64
}

/// Collects every match.
struct EveryMatch;

struct MatchesOfSegment {
    segment: u32,
    file: Column<u64>,
    definition: Column<u64>,
    function: Column<u64>,
    kind: Column<u64>,
    found: Vec<Found>,
}

impl Collector for EveryMatch {
    type Fruit = Vec<Found>;
    type Child = MatchesOfSegment;

    fn for_segment(&self, segment: u32, reader: &SegmentReader) -> tantivy::Result<MatchesOfSegment> {
        let column = |name: &str| reader.fast_fields().u64(name);
        Ok(MatchesOfSegment {
            segment,
            file: column("file")?,
            definition: column("definition")?,
            function: column("function")?,
            kind: column("kind")?,
            found: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Vec<Found>>) -> tantivy::Result<Vec<Found>> {
        Ok(segments.concat())
    }
}

impl SegmentCollector for MatchesOfSegment {
    type Fruit = Vec<Found>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let number = |column: &Column<u64>| column.first(doc).unwrap_or_default();
        self.found.push(Found {
            score,
            file: number(&self.file),
            definition: number(&self.definition) as u32,
            function: u32::try_from(number(&self.function)).ok(),
            kind: KINDS[(number(&self.kind) as usize).min(KINDS.len() - 1)],
            address: DocAddress::new(self.segment, doc),
        });
    }

    fn harvest(self) -> Vec<Found> {
        self.found
    }
}
