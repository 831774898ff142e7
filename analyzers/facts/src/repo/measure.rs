use super::{MeasureOptions, RepoFacts};
use crate::cache::{Cache, Found, Question, Session, Writing};
use crate::contained::contained;
use crate::extract;
use crate::file::{FileData, FileRecord};
use crate::language::{Detection, HEAD_BYTES, Language, detect};
use crate::model::BlobId;
use crate::progress::Progress;
use crate::source::{Entry, Listing, SkipReason, Skipped, SourceError, SourceTree};
use crate::test_code;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Progress is reported once for this many files.
const PROGRESS_STEP: usize = 64;

/// Measures every file of `tree`, in parallel on the current rayon pool. Takes known facts from `cache` and stores new
/// ones there. The result does not depend on the number of threads or on the content of the cache, apart from
/// [`RepoFacts::from_cache`] and [`RepoFacts::cache_trouble`], which report it.
///
/// A file whose path rules out every language, or that is over the size limit, is not read. A file that cannot be read
/// is listed in [`RepoFacts::skipped`].
///
/// # Errors
/// When the tree cannot be listed, and when [`MeasureOptions::cancelled`] says so; files measured until then are in the
/// cache.
pub fn measure(
    tree: &dyn SourceTree,
    cache: Option<&Cache>,
    options: &MeasureOptions<'_>,
) -> Result<RepoFacts, SourceError> {
    let (session, no_session) =
        match cache.map(|cache| cache.session(options.sections, options.max_file_size)) {
            None => (None, None),
            Some(Ok(session)) => (Some(session), None),
            Some(Err(why)) => (None, Some(why.to_string())),
        };
    let Listing { entries, mut skipped } = super::listed(tree, options)?;
    let run = Run { tree, options, total: entries.len(), done: AtomicUsize::new(0) };

    let routes: Vec<Route> =
        entries.par_iter().map(|entry| run.route(entry).map_or_else(Route::Skip, Route::Measure)).collect();
    let mut known = session.as_ref().map_or_else(Vec::new, |session| run.look_up(session, &entries, &routes));
    known.resize(entries.len(), None);
    let from_cache = |known: &Option<Found>| known.as_ref().is_some_and(|found| found.outcome.is_ok());
    let mut cached = known.iter().filter(|known| from_cache(known)).count();

    let fresh = run.measure_rest(session.as_ref(), &entries, &routes, &known)?;
    cached += fresh.iter().flatten().filter(|measured| measured.from_cache).count();

    let mut files = Vec::with_capacity(entries.len());
    for (((entry, route), known), fresh) in entries.into_iter().zip(routes).zip(known).zip(fresh) {
        let outcome = match (route, known, fresh) {
            (Route::Skip(reason), _, _) => Err(reason),
            (_, Some(found), _) => found.outcome.map(|data| (found.blob, data)),
            (_, None, Some(measured)) => measured.outcome,
            (_, None, None) => unreachable!("every file without an answer was measured"),
        };
        match outcome {
            Ok((blob, data)) => files.push(FileRecord::new(entry, blob, Arc::new(data))),
            Err(reason) => skipped.push(Skipped { path: entry.path, reason }),
        }
    }
    files.sort_by(|a, b| a.entry.path.cmp(&b.entry.path));
    test_code::assign_roles(&mut files);
    skipped.sort();
    let cache_trouble = no_session.or_else(|| session.and_then(|session| session.trouble()));
    Ok(RepoFacts { tree: tree.describe(), files, skipped, from_cache: cached, cache_trouble })
}

/// How to continue with a listed file.
#[derive(Debug, Clone, PartialEq)]
enum Route {
    /// Its content is not needed.
    Skip(SkipReason),
    /// Measure it; the language is given if the path says so.
    Measure(Option<Language>),
}

/// The result of reading a file.
pub(super) struct Fresh {
    pub(super) outcome: Result<(BlobId, FileData), SkipReason>,
    /// The cache had these bytes after all.
    from_cache: bool,
}

pub(super) struct Run<'a> {
    tree: &'a dyn SourceTree,
    options: &'a MeasureOptions<'a>,
    total: usize,
    done: AtomicUsize,
}

impl<'a> Run<'a> {
    /// For files of a tree that are measured one by one.
    pub(super) fn of_one(tree: &'a dyn SourceTree, options: &'a MeasureOptions<'a>) -> Self {
        Run { tree, options, total: 0, done: AtomicUsize::new(0) }
    }

    /// The language of a file to measure, if the path tells it, or why the file is not read.
    pub(super) fn route(&self, entry: &Entry) -> Result<Option<Language>, SkipReason> {
        let language = match detect(&entry.path, None) {
            Detection::Unknown => return Err(SkipReason::UnknownLanguage),
            Detection::Known(language) => Some(language),
            Detection::NeedsContent => None,
        };
        match entry.size {
            Some(size) if size > self.options.max_file_size => Err(self.too_large(size)),
            _ => Ok(language),
        }
    }

    fn too_large(&self, size: u64) -> SkipReason {
        SkipReason::TooLarge { size, limit: self.options.max_file_size }
    }

    fn look_up(&self, session: &Session<'_>, entries: &[Entry], routes: &[Route]) -> Vec<Option<Found>> {
        let mut questions = Vec::with_capacity(entries.len());
        let mut asked = Vec::with_capacity(entries.len());
        for (index, (entry, route)) in entries.iter().zip(routes).enumerate() {
            let Route::Measure(language) = route else { continue };
            if entry.blob.is_some() || entry.stat.is_some() {
                questions.push(Question::of_entry(entry, *language));
                asked.push(index);
            }
        }
        let mut known = vec![None; entries.len()];
        for (index, answer) in asked.into_iter().zip(session.look_up(&questions)) {
            known[index] = answer;
        }
        known
    }

    /// Measures every file that is neither skipped nor known, at its index in the result.
    fn measure_rest(
        &self,
        session: Option<&Session<'_>>,
        entries: &[Entry],
        routes: &[Route],
        known: &[Option<Found>],
    ) -> Result<Vec<Option<Fresh>>, SourceError> {
        let open = |index: &usize| known[*index].is_none() && matches!(routes[*index], Route::Measure(_));
        let rest: Vec<usize> = (0..entries.len()).filter(open).collect();
        self.advance(entries.len() - rest.len());
        let measure_all = |writing: Option<&Writing<'_>>| {
            let measure_one = |&index: &usize| {
                if self.options.cancelled.is_some_and(|cancelled| cancelled()) {
                    return Err(SourceError::new("interrupted"));
                }
                let Route::Measure(language) = routes[index] else {
                    unreachable!("skipped files are not in the rest")
                };
                let fresh = self.measure_file(&entries[index], language, session, writing);
                self.advance(1);
                Ok(fresh)
            };
            // Files differ in size by orders of magnitude: small pieces keep all threads busy to the end.
            rest.par_iter().with_max_len(8).map(measure_one).collect::<Result<Vec<_>, _>>()
        };
        let measured = match session {
            Some(session) if !rest.is_empty() || session.has_stale() => {
                session.write_while(|writing| measure_all(Some(writing)))?
            }
            _ => measure_all(None)?,
        };
        let mut fresh: Vec<Option<Fresh>> = std::iter::repeat_with(|| None).take(entries.len()).collect();
        for (index, measured) in rest.into_iter().zip(measured) {
            fresh[index] = Some(measured);
        }
        Ok(fresh)
    }

    /// Measures a file. A panic loses only this file's figures.
    pub(super) fn measure_file(
        &self,
        entry: &Entry,
        by_path: Option<Language>,
        session: Option<&Session<'_>>,
        writing: Option<&Writing<'_>>,
    ) -> Fresh {
        let measured = contained(|| self.read_and_measure(entry, by_path, session, writing));
        measured.unwrap_or(Fresh { outcome: Err(SkipReason::Fault), from_cache: false })
    }

    fn read_and_measure(
        &self,
        entry: &Entry,
        by_path: Option<Language>,
        session: Option<&Session<'_>>,
        writing: Option<&Writing<'_>>,
    ) -> Fresh {
        if entry.size.is_none()
            && let Ok(Some(size)) = self.tree.size(entry)
            && size > self.options.max_file_size
        {
            return Fresh { outcome: Err(self.too_large(size)), from_cache: false };
        }
        let bytes = match self.tree.read(entry) {
            Ok(bytes) => bytes,
            Err(error) => {
                return Fresh { outcome: Err(SkipReason::Unreadable(error.message)), from_cache: false };
            }
        };
        let size = bytes.len() as u64;
        // Only a work-tree file can differ from Git's blob: through filters and line endings.
        let blob = match (entry.blob, entry.stat) {
            (Some(blob), None) => blob,
            _ => extract::blob_id(&bytes),
        };
        let question = Question::of_entry(entry, by_path);
        if let Some(session) = session
            && entry.blob != Some(blob)
            && let Some(found) =
                session.look_up_one(Question { blob: Some(blob), size: Some(size), ..question })
        {
            if let Some(writing) = writing {
                writing.sighting(&question, blob, size);
            }
            let from_cache = found.outcome.is_ok();
            return Fresh { outcome: found.outcome.map(|data| (found.blob, data)), from_cache };
        }
        let language =
            by_path.or_else(|| match detect(&entry.path, Some(&bytes[..bytes.len().min(HEAD_BYTES)])) {
                Detection::Known(language) => Some(language),
                Detection::Unknown | Detection::NeedsContent => None,
            });
        let limit = self.options.max_file_size;
        let outcome = match language {
            _ if size > limit => Err(self.too_large(size)),
            Some(language) => extract::extract_for(language, &bytes, limit, self.options.sections.types),
            None => extract::extract(&entry.path, &bytes, limit),
        };
        drop(bytes);
        if let Some(writing) = writing {
            writing.file(&question, blob, size, language, &outcome);
        }
        let sections = self.options.sections;
        Fresh { outcome: outcome.map(|data| (blob, data.trimmed(sections))), from_cache: false }
    }

    fn advance(&self, files: usize) {
        let before = self.done.fetch_add(files, Ordering::Relaxed);
        let done = before + files;
        if let Some(progress) = self.options.progress
            && (done / PROGRESS_STEP != before / PROGRESS_STEP || done == self.total)
        {
            progress(Progress { done, total: self.total });
        }
    }
}
