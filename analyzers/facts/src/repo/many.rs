//! Measures many trees that share most of their files, like the commits of a history.

use super::measure::Run;
use super::{MeasureOptions, RepoFacts};
use crate::cache::{Cache, Found, Question, Session, Writing};
use crate::file::{FileData, FileRecord};
use crate::hash::HashMap;
use crate::language::{Detection, Language, detect};
use crate::model::BlobId;
use crate::source::{Entry, Listing, SkipReason, Skipped, SourceError, SourceTree};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use xxhash_rust::xxh3::xxh3_128;

/// The inputs that determine the facts of a file in Git, except for the size limit: files of one key have the same
/// facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentKey {
    blob: BlobId,
    read_as: ReadAs,
}

/// The language information in a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum ReadAs {
    Language(Language),
    /// The content decides, together with the name.
    Name(Vec<u8>),
}

impl ContentKey {
    /// The key of a listed file; `None` if its path rules out every language, or if its blob id from Git is not known
    /// to be right.
    pub fn of(entry: &Entry) -> Option<ContentKey> {
        let blob = entry.blob.filter(|_| entry.stat.is_none())?;
        let read_as = match detect(&entry.path, None) {
            Detection::Unknown => return None,
            Detection::Known(language) => ReadAs::Language(language),
            Detection::NeedsContent => ReadAs::Name(entry.path.file_name().to_vec()),
        };
        Some(ContentKey { blob, read_as })
    }

    /// The key as a number to file things under; it is different for different keys.
    pub fn digest(&self) -> u128 {
        let mut bytes = self.blob.0.to_vec();
        match &self.read_as {
            ReadAs::Language(language) => {
                bytes.push(0);
                bytes.extend(language.spec().id.as_bytes());
            }
            ReadAs::Name(name) => {
                bytes.push(1);
                bytes.extend(name);
            }
        }
        xxh3_128(&bytes)
    }
}

/// The known facts of the files of one key.
#[derive(Default)]
enum Known {
    #[default]
    Nothing,
    /// There are no facts.
    LeftOut(SkipReason),
    /// Facts, as long as a tree that contains them is in memory.
    Facts(Weak<FileData>),
}

type Slot = Arc<Mutex<Known>>;

/// Measures trees of one repository. Trees that are in memory at the same time share the facts of their common files,
/// across threads, and each file is read only once for all of them.
pub struct ManyTrees<'a> {
    session: Option<&'a Session<'a>>,
    writing: Option<&'a Writing<'a>>,
    options: &'a MeasureOptions<'a>,
    known: Mutex<HashMap<ContentKey, Slot>>,
}

/// Runs `work`, which measures trees, using the facts in `cache`. New facts are stored there if `store` is true. Also
/// returns what went wrong with the cache, if anything; the facts are still right.
pub fn measuring_many<R>(
    cache: Option<&Cache>,
    options: &MeasureOptions<'_>,
    store: bool,
    work: impl FnOnce(&ManyTrees<'_>) -> R,
) -> (R, Option<String>) {
    let session = match cache.map(|cache| cache.session(options.sections, options.max_file_size)) {
        None => return (work(&ManyTrees::new(None, None, options)), None),
        Some(Err(why)) => return (work(&ManyTrees::new(None, None, options)), Some(why.to_string())),
        Some(Ok(session)) => session,
    };
    let result = match store {
        true => session.write_while(|writing| work(&ManyTrees::new(Some(&session), Some(writing), options))),
        false => work(&ManyTrees::new(Some(&session), None, options)),
    };
    (result, session.trouble())
}

impl<'a> ManyTrees<'a> {
    fn new(
        session: Option<&'a Session<'a>>,
        writing: Option<&'a Writing<'a>>,
        options: &'a MeasureOptions<'a>,
    ) -> Self {
        ManyTrees { session, writing, options, known: Mutex::default() }
    }

    /// Measures every file of a tree, one after another: the trees are measured in parallel. The result is the same as
    /// that of [`measure`](super::measure), except for [`RepoFacts::from_cache`] and [`RepoFacts::cache_trouble`],
    /// which are empty.
    ///
    /// # Errors
    /// When the tree cannot be listed, and when [`MeasureOptions::cancelled`] says so.
    pub fn measure(&self, tree: &dyn SourceTree) -> Result<RepoFacts, SourceError> {
        let Listing { entries, mut skipped } = super::listed(tree, self.options)?;
        let mut files = Vec::with_capacity(entries.len());
        for entry in entries {
            if self.options.cancelled.is_some_and(|cancelled| cancelled()) {
                return Err(SourceError::new("interrupted"));
            }
            match self.file(tree, &entry) {
                Ok((blob, data)) => files.push(FileRecord::new(entry, blob, data)),
                Err(reason) => skipped.push(Skipped { path: entry.path, reason }),
            }
        }
        files.sort_by(|a, b| a.entry.path.cmp(&b.entry.path));
        crate::test_code::assign_roles(&mut files);
        skipped.sort();
        Ok(RepoFacts { tree: tree.describe(), files, skipped, from_cache: 0, cache_trouble: None })
    }

    /// The facts of one file of a tree.
    ///
    /// # Errors
    /// Why it has none.
    pub fn file(&self, tree: &dyn SourceTree, entry: &Entry) -> Result<(BlobId, Arc<FileData>), SkipReason> {
        let Some(key) = ContentKey::of(entry) else {
            return self.read(tree, entry).map(|(blob, data)| (blob, Arc::new(data)));
        };
        let slot = locked(&self.known).entry(key).or_default().clone();
        // Other threads that want the same file wait here instead of reading it too.
        let mut known = locked(&slot);
        let blob = |data: Arc<FileData>| Ok((entry.blob.unwrap_or(BlobId([0; 20])), data));
        match &*known {
            Known::LeftOut(reason) => return Err(reason.clone()),
            Known::Facts(data) => {
                if let Some(data) = data.upgrade() {
                    return blob(data);
                }
            }
            Known::Nothing => {}
        }
        match self.read(tree, entry) {
            Ok((_, data)) => {
                let data = Arc::new(data);
                *known = Known::Facts(Arc::downgrade(&data));
                blob(data)
            }
            Err(reason) => {
                *known = Known::LeftOut(reason.clone());
                Err(reason)
            }
        }
    }

    fn read(&self, tree: &dyn SourceTree, entry: &Entry) -> Result<(BlobId, FileData), SkipReason> {
        let run = Run::of_one(tree, self.options);
        let language = run.route(entry)?;
        if let Some(session) = self.session
            && let Some(Found { blob, outcome }) = session.look_up_one(Question::of_entry(entry, language))
        {
            return outcome.map(|data| (blob, data));
        }
        run.measure_file(entry, language, self.session, self.writing).outcome
    }
}

/// If a thread panicked with the lock, the data is still sound.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
