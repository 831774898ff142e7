//! Measuring commits, the newest first, in parallel.

use super::figures::{FileFigures, StoredFiles, StoredTree, TreeFigures};
use super::settings::Ready;
use super::summary::{self, SUMMARIES, Summary};
use crate::tdg::{self, TdgInputs};
use clones::LineShare;
use facts::cache::{Cache, Subject};
use facts::hash::HashMap;
use facts::language::Language;
use facts::model::{ParseStatus, RepoPath};
use facts::source::{CommitId, Entry, RevisionTree, Revisions, SkipReason, SourceError, SourceTree};
use facts::{
    ContentKey, FileRecord, ManyTrees, MeasureOptions, Measured, Progress, RepoFacts, measuring_many,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use xxhash_rust::xxh3::Xxh3;

/// Under which figures of commits are kept. Raised by every change of what they hold or how they are made.
pub(crate) const FILES: Subject = Subject { name: "trend-files", version: SUMMARIES.version };
/// The same for figures of the tree, which depend on those of grades.
pub(crate) const TREE: Subject = Subject { name: "trend-tree", version: 100 * tdg::INPUTS.version + 1 };

/// Neighbouring commits that one thread measures in a row: they share most files. Their figures are written together.
const RUN: usize = 8;

/// A commit to measure.
pub(crate) struct Job {
    pub commit: CommitId,
    pub settings: Arc<Ready>,
    /// What its figures are kept under.
    pub key: u128,
    /// Measure the files.
    pub files: bool,
    /// Measure the tree.
    pub tree: bool,
}

/// What measuring a commit gave; none for what was not to be measured.
#[derive(Default)]
pub(crate) struct Answer {
    pub files: Option<Measured<FileFigures>>,
    pub tree: Option<Measured<TreeFigures>>,
}

/// How to go about it.
#[derive(Clone, Copy)]
pub(crate) struct Control<'a> {
    /// Called now and then, from any thread, with commits in place of files.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Asked between files; true ends with an error, what was measured until then is kept.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// Measures commits, in the order of the jobs. Next to the answers, in the order of the jobs: what went wrong with the cache.
pub(crate) fn measure_commits(
    revisions: &Revisions,
    cache: Option<&Cache>,
    jobs: &[Job],
    control: Control<'_>,
) -> Result<(Vec<Answer>, Option<String>), SourceError> {
    let done = AtomicUsize::new(0);
    let mut answers = Vec::with_capacity(jobs.len());
    let mut trouble = None;
    for jobs_alike in
        jobs.chunk_by(|a, b| a.settings.settings.max_file_size == b.settings.settings.max_file_size)
    {
        let Some(first) = jobs_alike.first() else { continue };
        let tree = jobs_alike.iter().any(|job| job.tree);
        let sections = if tree { summary::SECTIONS.or(tdg::SECTIONS) } else { summary::SECTIONS };
        let max_file_size = first.settings.settings.max_file_size;
        let options =
            MeasureOptions { sections, max_file_size, progress: None, cancelled: control.cancelled };
        let (own, own_trouble) = measuring_many(cache, &options, tree, |many| {
            let work = Work {
                revisions,
                cache,
                many,
                max_file_size,
                jobs: jobs_alike,
                next: AtomicUsize::new(0),
                done: &done,
                total: jobs.len(),
                control,
                files: Mutex::default(),
                trees: Mutex::default(),
                trouble: Mutex::default(),
            };
            work.run()
        });
        let (own, not_kept) = own?;
        answers.extend(own);
        trouble = trouble.or(not_kept).or(own_trouble);
    }
    Ok((answers, trouble))
}

/// What is known about a file.
enum Known {
    Summary(Summary),
    /// It is left out, whatever the commit.
    LeftOut,
    /// Its bytes are not there.
    Unreadable(String),
}

/// What the threads share.
struct Work<'a> {
    revisions: &'a Revisions,
    cache: Option<&'a Cache>,
    many: &'a ManyTrees<'a>,
    max_file_size: u64,
    jobs: &'a [Job],
    next: AtomicUsize,
    done: &'a AtomicUsize,
    total: usize,
    control: Control<'a>,
    files: Mutex<HashMap<ContentKey, Arc<OnceLock<Known>>>>,
    /// Figures of the tree by what they follow from.
    trees: Mutex<HashMap<u128, TreeFigures>>,
    trouble: Mutex<Option<String>>,
}

/// What one thread has not written yet.
#[derive(Default)]
struct Unwritten {
    summaries: Vec<(u128, Option<Summary>)>,
    files: Vec<(u128, Option<StoredFiles>)>,
    trees: Vec<(u128, Option<StoredTree>)>,
}

impl Work<'_> {
    fn run(&self) -> Result<(Vec<Answer>, Option<String>), SourceError> {
        let outcomes = rayon::broadcast(|_| self.measure_runs());
        let mut answers: Vec<Answer> = self.jobs.iter().map(|_| Answer::default()).collect();
        for outcome in outcomes {
            for (index, answer) in outcome? {
                answers[index] = answer;
            }
        }
        Ok((answers, locked(&self.trouble).take()))
    }

    /// Takes runs of commits, the newest free one first, until there are no more.
    fn measure_runs(&self) -> Result<Vec<(usize, Answer)>, SourceError> {
        let mut answers = Vec::new();
        // Keeps what neighbouring commits share in memory.
        let mut before: Option<RepoFacts> = None;
        loop {
            let start = self.next.fetch_add(RUN, Ordering::Relaxed);
            let Some(run) = self.jobs.get(start..self.jobs.len().min(start + RUN)) else { break };
            if run.is_empty() {
                break;
            }
            let mut unwritten = Unwritten::default();
            let mut failure = None;
            for (index, job) in (start..).zip(run) {
                match self.measure_one(job, &mut before, &mut unwritten) {
                    Ok(answer) => answers.push((index, answer)),
                    Err(error) => {
                        failure = Some(error);
                        break;
                    }
                }
                self.advance();
            }
            self.write(unwritten);
            if let Some(error) = failure {
                return Err(error);
            }
        }
        Ok(answers)
    }

    fn advance(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(progress) = self.control.progress {
            progress(Progress { done, total: self.total });
        }
    }

    fn is_cancelled(&self) -> bool {
        self.control.cancelled.is_some_and(|cancelled| cancelled())
    }

    /// Writes the results. Each value is complete and independent, so the order does not matter.
    fn write(&self, unwritten: Unwritten) {
        let Some(cache) = self.cache else { return };
        let Unwritten { summaries, files, trees } = unwritten;
        let written = cache
            .keep(SUMMARIES, &summaries)
            .and_then(|()| cache.keep(FILES, &files))
            .and_then(|()| cache.keep(TREE, &trees));
        if let Err(error) = written {
            locked(&self.trouble).get_or_insert_with(|| format!("figures were not kept: {error}"));
        }
    }

    /// Measures a commit. What cannot be read is an answer, too; the error is that somebody wants no more of it.
    fn measure_one(
        &self,
        job: &Job,
        before: &mut Option<RepoFacts>,
        unwritten: &mut Unwritten,
    ) -> Result<Answer, SourceError> {
        let interrupted = || SourceError::new("interrupted");
        if self.is_cancelled() {
            return Err(interrupted());
        }
        let tree = match self.revisions.tree(job.commit, &job.settings.exclude) {
            Ok(tree) => tree,
            Err(error) => return Ok(Answer::unreadable(job, &error)),
        };
        let mut answer = Answer::default();
        if job.tree {
            match self.many.measure(&tree) {
                Ok(repo) => {
                    answer.tree = Some(self.tree_figures(job, &tree, &repo, unwritten));
                    *before = Some(repo);
                }
                Err(_) if self.is_cancelled() => return Err(interrupted()),
                Err(error) => return Ok(Answer::unreadable(job, &error)),
            }
        }
        if job.files {
            answer.files = match self.file_figures(job, &tree, unwritten) {
                Ok(files) => Some(files),
                Err(_) if self.is_cancelled() => return Err(interrupted()),
                Err(error) => Some(Measured::failed(error.message)),
            };
        }
        Ok(answer)
    }

    fn file_figures(
        &self,
        job: &Job,
        tree: &RevisionTree,
        unwritten: &mut Unwritten,
    ) -> Result<Measured<FileFigures>, SourceError> {
        let listing = tree.listing_unless(&|| self.is_cancelled())?;
        let mut left_out = listing.skipped.len();
        let mut slots = Vec::with_capacity(listing.entries.len());
        {
            let mut files = locked(&self.files);
            for entry in &listing.entries {
                match ContentKey::of(entry) {
                    Some(key) => slots.push((entry, key.clone(), files.entry(key).or_default().clone())),
                    None => left_out += 1,
                }
            }
        }
        self.recall(&slots);
        let mut summaries = Vec::with_capacity(slots.len());
        let mut unreadable = None;
        for (entry, key, slot) in &slots {
            if self.is_cancelled() {
                return Err(SourceError::new("interrupted"));
            }
            let known = slot.get_or_init(|| {
                let known = self.summarise(tree, entry);
                let kept = match &known {
                    Known::Summary(summary) => Some(Some(summary.clone())),
                    Known::LeftOut => Some(None),
                    Known::Unreadable(_) => None,
                };
                unwritten.summaries.extend(kept.map(|kept| (self.summary_key(key), kept)));
                known
            });
            match known {
                Known::Summary(summary) => summaries.push(summary),
                Known::LeftOut => left_out += 1,
                Known::Unreadable(why) => unreadable = unreadable.or(Some((&entry.path, why))),
            }
        }
        if let Some((path, why)) = unreadable {
            return Ok(unreadable_file(path, why));
        }
        let figures = FileFigures::of(summaries.into_iter(), left_out, job.settings.settings.limits);
        unwritten.files.push((job.key, figures.as_ref().map(StoredFiles::from)));
        Ok(figures_or_why(figures))
    }

    /// Fills slots from what is kept.
    fn recall(&self, slots: &[(&Entry, ContentKey, Arc<OnceLock<Known>>)]) {
        let Some(cache) = self.cache else { return };
        let unknown: Vec<_> = slots.iter().filter(|(_, _, slot)| slot.get().is_none()).collect();
        let keys: Vec<u128> = unknown.iter().map(|(_, key, _)| self.summary_key(key)).collect();
        let kept: Vec<Option<Option<Summary>>> = cache.kept(SUMMARIES, &keys);
        for ((_, _, slot), kept) in unknown.into_iter().zip(kept) {
            if let Some(kept) = kept {
                // Somebody else may have been quicker, with the same.
                let _ = slot.set(kept.map_or(Known::LeftOut, Known::Summary));
            }
        }
    }

    fn summary_key(&self, key: &ContentKey) -> u128 {
        let mut hasher = Xxh3::new();
        hasher.update(&key.digest().to_le_bytes());
        hasher.update(&self.max_file_size.to_le_bytes());
        hasher.digest128()
    }

    fn summarise(&self, tree: &RevisionTree, entry: &Entry) -> Known {
        match self.many.file(tree, entry) {
            Ok((blob, data)) => Known::Summary(Summary::of(&FileRecord::new(entry.clone(), blob, data))),
            Err(SkipReason::Unreadable(why)) => Known::Unreadable(why),
            Err(SkipReason::Fault) => Known::Unreadable(SkipReason::Fault.to_string()),
            Err(_) => Known::LeftOut,
        }
    }

    fn tree_figures(
        &self,
        job: &Job,
        tree: &RevisionTree,
        repo: &RepoFacts,
        unwritten: &mut Unwritten,
    ) -> Measured<TreeFigures> {
        for skipped in &repo.skipped {
            match &skipped.reason {
                SkipReason::Unreadable(why) => return unreadable_file(&skipped.path, why),
                SkipReason::Fault => return unreadable_file(&skipped.path, &skipped.reason.to_string()),
                _ => {}
            }
        }
        if repo.files.is_empty() {
            unwritten.trees.push((job.key, None));
            return figures_or_why(None);
        }
        let key = fingerprint(repo, &job.settings);
        let known = locked(&self.trees).get(&key).cloned();
        let figures = known.unwrap_or_else(|| {
            let figures = compare_all(tree, repo, &job.settings);
            locked(&self.trees).insert(key, figures.clone());
            figures
        });
        unwritten.trees.push((job.key, Some(StoredTree::from(&figures))));
        Measured::Value(figures)
    }
}

impl Answer {
    fn unreadable(job: &Job, error: &SourceError) -> Answer {
        Answer {
            files: job.files.then(|| Measured::failed(&error.message)),
            tree: job.tree.then(|| Measured::failed(&error.message)),
        }
    }
}

fn unreadable_file<T>(path: &RepoPath, why: &str) -> Measured<T> {
    Measured::failed(format_args!("{path} cannot be read: {why}"))
}

/// Figures, or that there is nothing to measure.
pub(crate) fn figures_or_why<T>(figures: Option<T>) -> Measured<T> {
    figures.map_or_else(|| Measured::unsupported("no file was measured"), Measured::Value)
}

/// The figures that all files make together, as `pmat tdg` and the rule `duplication` have them.
fn compare_all(tree: &dyn SourceTree, repo: &RepoFacts, settings: &Ready) -> TreeFigures {
    let inputs = TdgInputs::measure(tree, repo);
    let total = tdg::score(repo, &inputs).total();
    let options = &settings.settings.clones;
    let mut found = clones::detect(repo, options);
    if !settings.compares_all() {
        found = found.among(repo, options.kinds, |file| settings.is_compared(file.path()));
    }
    let duplication = found.lines.into_iter().sum::<LineShare>();
    TreeFigures { tdg: total.map(|card| card.score), duplication }
}

/// What the figures of a tree depend on: all paths, and the bytes of code and of files that say where code is.
fn fingerprint(repo: &RepoFacts, settings: &Ready) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.update(&settings.digest.to_le_bytes());
    for file in &repo.files {
        let path = file.path().as_bytes();
        hasher.update(&(path.len() as u64).to_le_bytes());
        hasher.update(path);
        let language: Language = file.data.facts.language;
        hasher.update(language.spec().id.as_bytes());
        let is_code = file.data.facts.parse != ParseStatus::LinesOnly;
        if is_code || trueno_graph::code::imports::is_manifest(&file.path().to_string()) {
            hasher.update(&file.blob.0);
        }
    }
    hasher.digest128()
}

/// A lock whose holder panicked still guards sound data.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
