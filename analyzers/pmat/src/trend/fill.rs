//! The figures of a line of commits: stored ones, and the rest measured.

use super::compute::{Answer, Control, FILES, Job, TREE, figures_or_why};
use super::figures::{Figures, FileFigures, Point, StoredFiles, StoredTree, TreeFigures};
use super::metric::Part;
use super::select::{Every, Line, Place, Selection, Start, select};
use super::settings::{Known, NotReady, Ready, SettingsOf};
use facts::cache::Cache;
use facts::source::{CommitId, GitContext, Revisions, SourceError};
use facts::{Measured, Progress};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// Which figures to give, of which commits.
#[derive(Clone, Copy)]
pub struct TrendOptions<'a> {
    /// The repository, or a folder or file in it: figures are those of what is there.
    pub path: &'a Path,
    /// The revision whose history it is.
    pub until: &'a str,
    /// Where it begins; with the first commit without.
    pub since: Option<&'a Start>,
    /// Which commits are points.
    pub every: Every,
    /// No more points than this, the newest ones.
    pub max: Option<usize>,
    /// What to measure; other figures say that they were not asked for.
    pub parts: &'a [Part],
    /// The name of the file at the root of a tree that holds its configuration.
    pub config_file: &'a str,
    /// What a configuration says about measuring.
    pub settings: &'a SettingsOf<'a>,
    /// Called now and then, from any thread, with commits in place of files.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Asked between files; true ends with an error, what was measured until then is kept.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// The figures of a line of commits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Trend {
    /// The points, the oldest first.
    pub points: Vec<Point>,
    /// The clone was cut off (`git clone --depth`), and the line reaches the cut: there were commits before.
    pub shallow: bool,
    /// Commits whose clock contradicts their order.
    pub clocks_off: usize,
    /// Points that were measured now; the others were kept from earlier.
    #[serde(skip)]
    pub measured: usize,
    /// Points that are left out because they were never measured ([`stored`] only).
    #[serde(skip)]
    pub unknown: usize,
    /// What went wrong with the cache, if anything; the figures are still right.
    #[serde(skip)]
    pub cache_trouble: Option<String>,
}

impl TrendOptions<'_> {
    pub(crate) fn selection(&self) -> Selection<'_> {
        let TrendOptions { until, since, every, max, cancelled, .. } = *self;
        Selection { until, since, every, max, cancelled }
    }

    fn asks_for(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }
}

/// The figures of a line of commits. What the cache does not hold is measured, in parallel, the newest first, and kept there.
///
/// # Errors
/// The history cannot be read, or the run was cancelled; what was measured until then is kept.
pub fn fill(
    git: &GitContext,
    cache: Option<&Cache>,
    options: &TrendOptions<'_>,
) -> Result<Trend, SourceError> {
    let line = select(git, &options.selection())?;
    let commits: Vec<CommitId> = line.places.iter().map(|place| place.commit.id).collect();
    let mut states = State::known(cache, options, &commits)?;
    let (measured, cache_trouble) = measure_rest(cache, options, &commits, &mut states)?;
    Ok(trend(line, states, measured, cache_trouble, options))
}

/// Only what [`fill`] has stored before: no file is read. Commits without a stored figure are left out.
///
/// # Errors
/// The history cannot be read.
pub fn stored(
    git: &GitContext,
    cache: Option<&Cache>,
    options: &TrendOptions<'_>,
) -> Result<Trend, SourceError> {
    let mut line = select(git, &options.selection())?;
    let commits: Vec<CommitId> = line.places.iter().map(|place| place.commit.id).collect();
    let states = State::known(cache, options, &commits)?;
    let known: Vec<bool> = states.iter().map(|state| state.files.is_some() || state.tree.is_some()).collect();
    let unknown = known.iter().filter(|known| !**known).count();
    let mut keep = known.iter();
    line.places.retain(|_| keep.next().copied().unwrap_or(false));
    let states =
        states.into_iter().zip(&known).filter(|(_, known)| **known).map(|(state, _)| state).collect();
    let trend = trend(line, states, 0, None, options);
    Ok(Trend { unknown, ..trend })
}

/// The figures of commits, in their order; measured where they are not known.
pub(crate) fn figures_of(
    cache: Option<&Cache>,
    options: &TrendOptions<'_>,
    commits: &[CommitId],
) -> Result<(Vec<Figures>, Option<String>), SourceError> {
    let mut states = State::known(cache, options, commits)?;
    let (_, trouble) = measure_rest(cache, options, commits, &mut states)?;
    Ok((states.into_iter().map(|state| state.figures(options)).collect(), trouble))
}

/// What is known about a commit.
struct State {
    settings: Result<Arc<Ready>, NotReady>,
    key: u128,
    files: Option<Measured<FileFigures>>,
    tree: Option<Measured<TreeFigures>>,
}

impl State {
    fn known(
        cache: Option<&Cache>,
        options: &TrendOptions<'_>,
        commits: &[CommitId],
    ) -> Result<Vec<State>, SourceError> {
        let revisions = Revisions::open(options.path)?;
        let prefix = revisions.prefix();
        let mut settings = Known::new(&revisions, options.config_file, options.settings);
        let mut states: Vec<State> = commits
            .iter()
            .map(|commit| {
                let settings = settings.of_commit(*commit);
                let digest = settings.as_ref().map_or(0, |settings| settings.digest);
                let mut key = Xxh3::new();
                key.update(&commit.0);
                key.update(&digest.to_le_bytes());
                key.update(prefix.as_bytes());
                State { settings, key: key.digest128(), files: None, tree: None }
            })
            .collect();
        let Some(cache) = cache else { return Ok(states) };
        let keys: Vec<u128> = states.iter().map(|state| state.key).collect();
        let files: Vec<Option<Option<StoredFiles>>> = match options.asks_for(Part::Files) {
            true => cache.kept(FILES, &keys),
            false => Vec::new(),
        };
        let trees: Vec<Option<Option<StoredTree>>> = match options.asks_for(Part::Tree) {
            true => cache.kept(TREE, &keys),
            false => Vec::new(),
        };
        for (state, kept) in states.iter_mut().zip(files) {
            state.files = kept.map(|kept| figures_or_why(kept.map(FileFigures::from)));
        }
        for (state, kept) in states.iter_mut().zip(trees) {
            state.tree = kept.map(|kept| figures_or_why(kept.map(TreeFigures::from)));
        }
        Ok(states)
    }

    fn figures(self, options: &TrendOptions<'_>) -> Figures {
        let unusable = self.settings.err();
        Figures {
            files: known_or_why(self.files, options.asks_for(Part::Files), unusable.as_ref()),
            tree: known_or_why(self.tree, options.asks_for(Part::Tree), unusable.as_ref()),
        }
    }
}

fn known_or_why<T>(known: Option<Measured<T>>, asked: bool, unusable: Option<&NotReady>) -> Measured<T> {
    match (known, asked, unusable) {
        (Some(known), _, _) => known,
        (None, false, _) => Measured::not_asked("not asked for"),
        (None, true, Some(why)) => Measured::failed(why),
        (None, true, None) => Measured::pending("not measured yet"),
    }
}

/// Measures what is not known, and says about how many commits that was something.
fn measure_rest(
    cache: Option<&Cache>,
    options: &TrendOptions<'_>,
    commits: &[CommitId],
    states: &mut [State],
) -> Result<(usize, Option<String>), SourceError> {
    let (wants_files, wants_tree) = (options.asks_for(Part::Files), options.asks_for(Part::Tree));
    let mut open = Vec::new();
    let mut jobs = Vec::new();
    for (index, (commit, state)) in commits.iter().zip(states.iter()).enumerate() {
        let Ok(settings) = &state.settings else { continue };
        let (files, tree) = (wants_files && state.files.is_none(), wants_tree && state.tree.is_none());
        if files || tree {
            jobs.push(Job { commit: *commit, settings: settings.clone(), key: state.key, files, tree });
            open.push(index);
        }
    }
    if jobs.is_empty() {
        return Ok((0, None));
    }
    let revisions = Revisions::open(options.path)?;
    let control = Control { progress: options.progress, cancelled: options.cancelled };
    let (answers, trouble) = super::measure_commits(&revisions, cache, &jobs, control)?;
    for (index, Answer { files, tree }) in open.into_iter().zip(answers) {
        let state = &mut states[index];
        state.files = files.or(state.files.take());
        state.tree = tree.or(state.tree.take());
    }
    Ok((jobs.len(), trouble))
}

fn trend(
    line: Line,
    states: Vec<State>,
    measured: usize,
    cache_trouble: Option<String>,
    options: &TrendOptions<'_>,
) -> Trend {
    let point = |(place, state): (&Place, State)| {
        let author = line.person(place.commit.author);
        Point {
            commit: place.commit.id,
            time: place.time,
            commit_time: place.commit.commit_time,
            tags: place.tags.clone(),
            author: author.name.clone(),
            email: author.email.clone(),
            summary: place.commit.summary.clone(),
            parents: place.commit.parents.len(),
            figures: state.figures(options),
        }
    };
    let mut points: Vec<Point> = line.places.iter().zip(states).map(point).collect();
    points.reverse();
    let Line { shallow, clocks_off, .. } = line;
    Trend { points, shallow, clocks_off, measured, unknown: 0, cache_trouble }
}
