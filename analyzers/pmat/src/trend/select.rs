//! Which commits are points.

use facts::calendar::{day, month, week};
use facts::hash::{HashMap, HashSet};
use facts::history::{CommitLog, LogOptions, LoggedCommit, Person, PersonId, Since};
use facts::source::{CommitId, GitContext, SourceError};

/// How many commits are points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each commit on the line of first parents.
    Commit,
    /// The last one of each day.
    Day,
    /// The last one of each week; weeks begin on Monday.
    Week,
    /// The last one of each month.
    Month,
    /// Each commit with a tag, on whatever line.
    Tag,
}

/// Where the points begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At this time, in seconds since the epoch.
    Time(i64),
    /// Where the history left this revision; that commit is a point, too.
    Revision(String),
}

/// A commit that is a point.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub commit: LoggedCommit,
    /// When it was committed, put right.
    pub time: i64,
    pub tags: Vec<String>,
}

/// The points, the newest first.
pub(crate) struct Line {
    pub places: Vec<Place>,
    people: Vec<Person>,
    /// The history reaches the cut of a shallow clone.
    pub shallow: bool,
    /// Commits whose clock contradicts their order.
    pub clocks_off: usize,
}

impl Line {
    pub fn person(&self, id: PersonId) -> &Person {
        &self.people[id.0 as usize]
    }
}

/// What to select from.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'a> {
    pub until: &'a str,
    pub since: Option<&'a Start>,
    pub every: Every,
    pub max: Option<usize>,
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// Selects the points of a history.
pub(crate) fn select(git: &GitContext, selection: &Selection<'_>) -> Result<Line, SourceError> {
    let tags = tags_by_commit(git)?;
    let options = LogOptions {
        until: selection.until,
        first_parent: selection.every != Every::Tag,
        cancelled: selection.cancelled,
        ..LogOptions::default()
    };
    let CommitLog { mut commits, people, shallow } = git.log(&options)?;
    if selection.every == Every::Tag {
        commits.retain(|commit| tags.contains_key(&commit.id));
    }
    let recorded: Vec<i64> = commits.iter().rev().map(|commit| commit.commit_time).collect();
    let mut times = believed(&recorded);
    times.reverse();
    let clocks_off = times.iter().zip(recorded.iter().rev()).filter(|(time, own)| time != own).count();
    let mut places: Vec<Place> = commits
        .into_iter()
        .zip(times)
        .map(|(commit, time)| {
            let tags = tags.get(&commit.id).cloned().unwrap_or_default();
            Place { commit, time, tags }
        })
        .collect();
    match selection.since {
        None => {}
        Some(Start::Time(time)) => places.retain(|place| place.time >= *time),
        Some(Start::Revision(revision)) => begin_with(git, selection, revision, &mut places)?,
    }
    let reaches_cut = match selection.every {
        Every::Tag => selection.since.is_none(),
        _ => places.last().is_some_and(|oldest| oldest.commit.cut_off),
    };
    thin(&mut places, selection.every);
    let max = selection.max.unwrap_or(usize::MAX);
    let shallow = shallow && reaches_cut && places.len() <= max;
    places.truncate(max);
    Ok(Line { places, people, shallow, clocks_off })
}

/// Leaves out what the revision's history contains, except for the newest commit of it (of tags: except for the revision).
fn begin_with(
    git: &GitContext,
    selection: &Selection<'_>,
    revision: &str,
    places: &mut Vec<Place>,
) -> Result<(), SourceError> {
    let own = git.commit(revision)?;
    let options = LogOptions { until: revision, cancelled: selection.cancelled, ..LogOptions::default() };
    let before: HashSet<CommitId> = git.log(&options)?.commits.iter().map(|commit| commit.id).collect();
    if selection.every == Every::Tag {
        places.retain(|place| place.commit.id == own || !before.contains(&place.commit.id));
    } else if let Some(first) = places.iter().position(|place| before.contains(&place.commit.id)) {
        places.truncate(first + 1);
    }
    Ok(())
}

/// Leaves the last commit of each period.
fn thin(places: &mut Vec<Place>, every: Every) {
    let period = |place: &Place| match every {
        Every::Commit | Every::Tag => None,
        Every::Day => Some(day(place.time)),
        Every::Week => Some(week(day(place.time))),
        Every::Month => Some(month(day(place.time))),
    };
    let mut last = None;
    places.retain(|place| {
        let own = period(place);
        let is_last = own.is_none() || own != last;
        last = own;
        is_last
    });
}

fn tags_by_commit(git: &GitContext) -> Result<HashMap<CommitId, Vec<String>>, SourceError> {
    let mut tags: HashMap<CommitId, Vec<String>> = HashMap::default();
    for (name, commit) in git.tags()? {
        tags.entry(commit).or_default().push(name);
    }
    Ok(tags)
}

/// Every commit of a history, for comparing each with its parents.
pub(crate) fn all_commits(
    git: &GitContext,
    selection: &Selection<'_>,
    first_parent: bool,
) -> Result<CommitLog, SourceError> {
    let since = match selection.since {
        Some(Start::Revision(revision)) => Since::Revision(revision),
        Some(Start::Time(_)) | None => Since::Beginning,
    };
    let options = LogOptions {
        until: selection.until,
        since,
        first_parent,
        cancelled: selection.cancelled,
        ..LogOptions::default()
    };
    let mut log = git.log(&options)?;
    if let Some(Start::Time(time)) = selection.since {
        log.commits.retain(|commit| commit.commit_time >= *time);
    }
    log.commits.truncate(selection.max.unwrap_or(usize::MAX));
    log.shallow = log.commits.iter().any(|commit| commit.cut_off);
    Ok(log)
}

/// Times that never go back, for commits in their order, the oldest first. The largest set of times that agree with the
/// order is believed; any other commit counts as made when the believed one before it was (the first ones: when the first
/// believed one was).
fn believed(times: &[i64]) -> Vec<i64> {
    // Patience sorting (Fredman, "On computing the length of longest increasing subsequences", 1975): `ends[n]` is the
    // commit with the least time that a run of n + 1 times which never go back can end with.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; times.len()];
    for (index, time) in times.iter().enumerate() {
        let place = ends.partition_point(|end| times[*end] <= *time);
        before[index] = place.checked_sub(1).map(|previous| ends[previous]);
        match ends.get_mut(place) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut is_believed = vec![false; times.len()];
    let mut next = ends.last().copied();
    while let Some(index) = next {
        is_believed[index] = true;
        next = before[index];
    }
    let first = is_believed.iter().position(|believed| *believed).map_or(0, |index| times[index]);
    let mut last = first;
    let right = |(time, is_believed): (&i64, &bool)| {
        if *is_believed {
            last = *time;
        }
        last
    };
    times.iter().zip(&is_believed).map(right).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clock_that_is_off_is_put_right_by_its_neighbours() {
        assert_eq!(believed(&[]), Vec::<i64>::new());
        assert_eq!(believed(&[1, 2, 2, 3]), [1, 2, 2, 3]);
        assert_eq!(believed(&[10, 20, 0, 30, 40]), [10, 20, 20, 30, 40], "fell back to 1970");
        assert_eq!(believed(&[10, 20, 9_999, 30, 40]), [10, 20, 20, 30, 40], "ran ahead");
        assert_eq!(believed(&[9_999, 10, 20]), [10, 10, 20]);
        assert_eq!(believed(&[5, 4, 3]), [3, 3, 3]);
    }

    proptest! {
        #[test]
        fn put_right_times_never_go_back_and_right_ones_stay(times in prop::collection::vec(0_i64..50, 0..40)) {
            let right = believed(&times);
            prop_assert!(right.is_sorted());
            prop_assert_eq!(right.len(), times.len());
            if times.is_sorted() {
                prop_assert_eq!(&right, &times);
            }
            // As many times stay as the longest run that never goes back has, found by comparing all pairs.
            let mut longest = vec![1_usize; times.len()];
            for index in 0..times.len() {
                for earlier in 0..index {
                    if times[earlier] <= times[index] {
                        longest[index] = longest[index].max(longest[earlier] + 1);
                    }
                }
            }
            let stay = right.iter().zip(&times).filter(|(right, own)| right == own).count();
            prop_assert!(stay >= longest.into_iter().max().unwrap_or(0));
        }
    }
}
