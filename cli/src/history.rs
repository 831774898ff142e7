//! Reads the history of what is analysed.

use crate::args::{CommitArgs, GlobalArgs};
use crate::failure::{Failure, Interrupted};
use crate::interrupt;
use crate::output::ProgressLine;
use crate::source::Analysed;
use facts::Progress;
use facts::history::{History, HistoryOptions, Since};
use facts::model::RepoPath;
use facts::source::Which;
use std::io::{self, Write};

/// Which part of the history to read.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// So many days before the newest commit; all without.
    pub days: Option<u32>,
    /// Only what is analysed, when that is a folder or a file of the repository.
    pub only_here: bool,
    /// Leave out bots.
    pub exclude_bots: bool,
    /// Further bots.
    pub bots: Vec<String>,
    /// First parents only.
    pub first_parent: bool,
}

impl Asked {
    /// What the options ask for, from so many days on; 0 means all.
    pub fn new(days: u32, commits: &CommitArgs) -> Asked {
        Asked {
            days: (days > 0).then_some(days),
            only_here: false,
            exclude_bots: commits.exclude_bots,
            bots: commits.bots.clone(),
            first_parent: commits.first_parent,
        }
    }
}

/// The history of the analysed revision; of HEAD for the work tree and the index.
///
/// # Errors
/// Why there is none, in words for the user.
pub fn read(
    analysed: &Analysed,
    asked: &Asked,
    progress: Option<&(dyn Fn(Progress) + Sync)>,
) -> Result<History, String> {
    let Some(git) = &analysed.git else {
        return Err(format!("{} is in no Git repository, so it has no history", analysed.path.display()));
    };
    let until = match &analysed.which {
        Which::Revision(revision) => revision,
        Which::WorkTree | Which::Index => "HEAD",
    };
    let here = analysed.path_in_tree(&analysed.path.to_string_lossy());
    let paths: Vec<RepoPath> =
        Some(here).filter(|here| asked.only_here && !here.as_bytes().is_empty()).into_iter().collect();
    let options = HistoryOptions {
        until,
        since: asked.days.map_or(Since::Beginning, Since::Days),
        first_parent: asked.first_parent,
        exclude_bots: asked.exclude_bots,
        bots: &asked.bots,
        paths: &paths,
        progress,
        cancelled: Some(&interrupt::requested),
        ..HistoryOptions::default()
    };
    git.history(&options, analysed.cache()).map_err(|error| error.to_string())
}

/// The same for a command: with progress, and with an error where there is none.
pub fn read_or_fail(analysed: &Analysed, asked: &Asked, global: &GlobalArgs) -> anyhow::Result<History> {
    let line = ProgressLine::new(global.progress, global.quiet);
    let progress = |progress: Progress| {
        line.say(|| format!("reading the history: {} of {} commits", progress.done, progress.total));
    };
    let history = interrupt::finishing(|| read(analysed, asked, Some(&progress)));
    drop(line);
    if interrupt::requested() {
        return Err(Interrupted.into());
    }
    let history = history.map_err(|why| no_history(&why))?;
    if let (Some(trouble), false) = (&history.cache_trouble, global.quiet) {
        // A remark that cannot be written is not worth failing for.
        let _ = writeln!(io::stderr(), "note: {}", crate::output::shown(trouble));
    }
    Ok(history)
}

/// The error of a command that needs a history.
pub fn no_history(why: &str) -> anyhow::Error {
    Failure::new("the history cannot be measured").why(why).into()
}
