//! Reads the history of what is analysed.

use crate::args::{CommitArgs, GlobalArgs};
use crate::failure::{Failure, Interrupted};
use crate::interrupt;
use crate::output::ProgressLine;
use crate::source::Analysed;
use facts::Progress;
use facts::history::History;
use project::HistoryAsked;
use std::io::{self, Write};

/// What the options ask for, from so many days on; 0 means all.
pub fn asked(days: u32, commits: &CommitArgs) -> HistoryAsked {
    HistoryAsked {
        days: (days > 0).then_some(days),
        only_here: false,
        exclude_bots: commits.exclude_bots,
        bots: commits.bots.clone(),
        first_parent: commits.first_parent,
    }
}

/// The history of the analysed revision, of HEAD for the work tree and the index: with progress, and with an error where
/// there is none.
pub fn read_or_fail(
    analysed: &Analysed,
    asked: &HistoryAsked,
    global: &GlobalArgs,
) -> anyhow::Result<History> {
    let line = ProgressLine::new(global.progress, global.quiet);
    let progress = |progress: Progress| {
        line.say(|| format!("reading the history: {} of {} commits", progress.done, progress.total));
    };
    let history =
        interrupt::finishing(|| analysed.history(asked, Some(&progress), Some(&interrupt::requested)));
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
    Failure::new("the history cannot be measured")
        .why(why)
        .help("name a repository that has commits, or a folder in one")
        .into()
}
